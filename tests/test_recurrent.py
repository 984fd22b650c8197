"""Recurrent layers: time, lengths, states, and where the gradient stops.

`test_layers.py` compares their last state with slow twins; here is what only they can do.
"""

import numpy as np
import pytest

import reference
from nnlib import (
    GRU,
    L2,
    LSTM,
    RNN,
    CrossEntropy,
    Dense,
    Embedding,
    MeanSquaredError,
    Sequential,
    Tanh,
    check_gradients,
    orthogonal,
)
from nnlib.datasets import pad

CELLS = [RNN, LSTM, GRU]
each_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.__name__)
each_return = pytest.mark.parametrize("returns", ["last", "all"])


def rng(seed=0):
    return np.random.default_rng(seed)


def made(cell, dtype=np.float64, n_in=3, hidden=4, **options):
    """A layer with parameters that are not zero."""
    layer = cell(n_in, hidden, rng=rng(), dtype=dtype, **options)
    for seed, parameter in enumerate(layer.parameters()):
        parameter.value[...] = rng(10 + seed).normal(size=parameter.value.shape)
    return layer


def sequences(batch=5, time=6, features=3, dtype=np.float64):
    return rng(1).normal(size=(batch, time, features)).astype(dtype)


def a_state(layer, batch=5):
    """A first state, unlike zeros."""
    shape = (batch, layer.hidden) if layer.state_parts == 1 else (2, batch, layer.hidden)
    return rng(2).normal(size=shape).astype(layer.weight.value.dtype)


def numeric(function, array, h=1e-6):
    """Central differences of a number over an array."""
    out = np.empty_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = function()
        array[index] = kept - h
        out[index] = (above - function()) / (2 * h)
        array[index] = kept
    return out


def gradients_of(layer, x, grad, **options):
    """Every gradient of one pass: input, first state, parameters."""
    layer.forward(x, **options)
    dx = layer.backward(grad)
    return [dx, layer.state_grad.copy(), *(p.grad.copy() for p in layer.parameters())]


def assert_all_close(got, expected, tolerance=1e-12):
    for one, other in zip(got, expected, strict=True):
        scale = max(1.0, np.abs(other).max())
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * scale)


# ---------------------------------------------------------------- values


@each_cell
@pytest.mark.parametrize("time", [1, 2, 9])
@pytest.mark.parametrize("batch", [1, 4])
def test_every_state_is_the_last_of_a_shorter_sequence(cell, time, batch):
    layer, x = made(cell, returns="all"), sequences(batch, time)
    output = layer.forward(x).copy()
    assert output.shape == (batch, time, 4)
    np.testing.assert_array_equal(layer.states, output)
    twin = getattr(reference, cell.__name__.lower())
    for t in range(time):
        expected = twin(x[:, : t + 1], *(p.value for p in layer.parameters()))
        np.testing.assert_allclose(output[:, t], expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("samples", [1, 16, 33])
@each_cell
def test_float32_is_close_to_float64(cell, samples):
    x = sequences(samples, 30)
    layer = made(cell, np.float32, returns="all")
    narrow, wide = layer.forward(x.astype(np.float32)), made(cell, returns="all").forward(x)
    # Weights of standard deviation 1 make the RNN chaotic: it doubles an error at every step.
    steps = 8 if cell is RNN else 30
    np.testing.assert_allclose(narrow[:, :steps], wide[:, :steps], rtol=0, atol=2e-5)


def test_an_rnn_by_hand():
    layer = RNN(1, 1, rng=rng(), dtype=np.float64, returns="all")
    layer.weight.value[:], layer.recurrent_weight.value[:], layer.bias.value[:] = 1.0, 0.5, 0.1
    first = np.tanh(2.0 + 0.1)
    second = np.tanh(-1.0 + 0.5 * first + 0.1)
    output = layer.forward(np.array([[[2.0], [-1.0]]]))
    np.testing.assert_allclose(output[0, :, 0], [first, second], atol=1e-15)


def test_the_gates_of_an_lstm_stand_in_their_order():
    layer = LSTM(1, 1, rng=rng(), dtype=np.float64)
    layer.weight.value[:] = layer.recurrent_weight.value[:] = 0
    layer.bias.value[:, 0] = [1.0, 2.0, -1.0, 0.5]
    h = layer.forward(np.zeros((1, 1, 1)))
    i, f, o, g = (layer.gates[name].item() for name in ("input", "forget", "output", "candidate"))
    s = reference.sigmoid(np.array([1.0, 2.0, -1.0]))
    assert (i, f, o, g) == pytest.approx((*s, np.tanh(0.5)))
    assert layer.cells.item() == pytest.approx(i * g)
    assert h.item() == pytest.approx(o * np.tanh(i * g))


def test_the_gates_of_a_gru_stand_in_their_order():
    layer = GRU(1, 1, rng=rng(), dtype=np.float64)
    layer.weight.value[:] = 0
    layer.recurrent_weight.value[:, 0, 0] = [0.0, 0.0, 0.7]
    layer.bias.value[:, 0] = [1.0, 2.0, 0.5]
    h = layer.forward(np.zeros((1, 1, 1)), state=np.array([[0.4]]))
    r, u = reference.sigmoid(np.array([1.0, 2.0]))
    n = np.tanh(0.5 + r * 0.7 * 0.4)
    got = [layer.gates[name].item() for name in ("reset", "update", "candidate")]
    assert got == pytest.approx([r, u, n])
    assert h.item() == pytest.approx((1 - u) * n + u * 0.4)


@pytest.mark.parametrize(("bias", "half_life"), [(1.0, 2.2), (3.0, 14.3), (5.0, 103.2)])
def test_the_forget_bias_sets_the_half_life_of_a_cell(bias, half_life):
    layer = LSTM(1, 1, rng=rng(), forget_bias=bias, dtype=np.float64)
    layer.weight.value[:] = layer.recurrent_weight.value[:] = 0
    layer.forward(np.zeros((1, 10, 1)), state=np.array([[[0.0]], [[1.0]]]))
    kept = layer.cells[0, :, 0]
    assert np.log(0.5) / np.log(kept[9]) * 10 == pytest.approx(half_life, abs=0.05)


# ---------------------------------------------------------------- gradients


@each_cell
@each_return
@pytest.mark.parametrize("lengths", [None, [6, 1, 3, 6, 2]])
def test_all_gradients_agree_with_differences(cell, returns, lengths):
    layer, x = made(cell, returns=returns), sequences()
    state = a_state(layer)
    lengths = lengths and np.array(lengths)
    weights = rng(3).normal(size=layer.forward(x).shape)

    def value():
        return float((layer.forward(x, lengths=lengths, state=state) * weights).sum())

    got = gradients_of(layer, x, weights, lengths=lengths, state=state)
    arrays = [x, state, *(p.value for p in layer.parameters())]
    for one, array in zip(got, arrays, strict=True):
        expected = numeric(value, array)
        assert np.abs(one - expected).max() <= 1e-6 * np.abs(expected).max()


@each_cell
def test_gradients_through_a_masked_network_with_an_answer_at_every_step(cell):
    network = Sequential(
        made(cell, returns="all", masked=True), Dense(4, 3, rng=rng(5), dtype=np.float64)
    )
    x = pad([row[:n] for row, n in zip(sequences(), (6, 1, 3, 6, 2), strict=True)]).astype(float)
    labels = np.where(x[:, :, -1] == 1, rng(4).integers(3, size=x.shape[:2]), -1)
    report = check_gradients(network, CrossEntropy(ignore=-1), x, labels)
    assert report.worst <= 1e-6


@each_cell
def test_gradients_through_two_layers(cell):
    network = Sequential(
        made(cell, returns="all"), made(cell, n_in=4, hidden=2), Dense(2, 1, rng=rng(), dtype=float)
    )
    report = check_gradients(network, MeanSquaredError(), sequences(), rng(4).normal(size=(5, 1)))
    assert report.worst <= 1e-6


# ---------------------------------------------------------------- lengths


@each_cell
@each_return
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_padded_batch_does_what_each_sequence_does_alone(cell, returns, dtype):
    layer, x = made(cell, dtype, returns=returns), sequences(dtype=dtype)
    lengths, state = np.array([6, 1, 3, 5, 2]), a_state(layer)
    for row, length in zip(x, lengths, strict=True):
        row[length:] = 1e3  # whatever stands there must not matter
    grad = rng(3).normal(size=layer.forward(x).shape).astype(dtype)
    together = gradients_of(layer, x, grad, lengths=lengths, state=state)
    output, last = layer.forward(x, lengths=lengths, state=state), layer.state

    tolerance = 1e-12 if dtype == np.float64 else 1e-4
    summed = [0, 0, 0]
    for b, length in enumerate(lengths):
        one = slice(b, b + 1)
        first = state[..., one, :]
        only = grad[one] if returns == "last" else grad[one, :length]
        alone = gradients_of(layer, x[one, :length], only, state=first)
        expected = layer.forward(x[one, :length], state=first)
        got = output[one] if returns == "last" else output[one, :length]
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)
        np.testing.assert_allclose(last[..., one, :], layer.state, rtol=0, atol=tolerance)
        assert_all_close([together[0][one, :length]], [alone[0]], tolerance)
        assert_all_close([together[1][..., one, :]], [alone[1]], tolerance)
        assert not together[0][b, length:].any()
        assert returns == "last" or not output[b, length:].any()
        summed = [total + part for total, part in zip(summed, alone[2:], strict=True)]
    assert_all_close(together[2:], summed, tolerance)


@each_cell
def test_beyond_the_end_the_state_stands_still(cell):
    layer = made(cell)
    layer.forward(sequences(), lengths=np.array([6, 1, 3, 6, 2]))
    np.testing.assert_array_equal(layer.states[1], np.repeat(layer.states[1, :1], 6, axis=0))
    if cell is LSTM:
        np.testing.assert_array_equal(layer.cells[2, 3:], layer.cells[2, 2:5])
        assert (layer.gates["forget"][1, 1:] == 1).all()
        assert not layer.gates["input"][1, 1:].any()
    if cell is GRU:
        assert (layer.gates["update"][1, 1:] == 1).all()


@each_cell
def test_a_mask_in_the_last_column_says_the_lengths(cell):
    x, lengths = sequences(dtype=np.float32), np.array([6, 1, 3, 6, 2])
    masked = pad([row[:n] for row, n in zip(x, lengths, strict=True)])
    by_mask, by_lengths = (made(cell, np.float32, masked=m) for m in (True, False))
    np.testing.assert_array_equal(by_mask.forward(masked), by_lengths.forward(x, lengths=lengths))
    grad = np.ones((5, 4), np.float32)
    back = by_mask.backward(grad)
    np.testing.assert_array_equal(back[:, :, :-1], by_lengths.backward(grad))
    assert back.shape == masked.shape
    assert not back[:, :, -1].any()


# ---------------------------------------------------------------- where the gradient stops


@each_cell
@pytest.mark.parametrize("k", [1, 2, 4])
@pytest.mark.parametrize("lengths", [None, [6, 1, 3, 5, 2]])
def test_truncated_to_the_last_steps(cell, k, lengths):
    """By hand: run to k steps before the end, and take the gradient from there on only."""
    layer, x = made(cell), sequences()
    lengths = None if lengths is None else np.array(lengths)
    grad = rng(3).normal(size=(5, 4))
    layer.truncate = k
    got = gradients_of(layer, x, grad, lengths=lengths)
    layer.truncate = None
    expected = [np.zeros_like(x), 0, 0, 0]
    for b, length in enumerate([6] * 5 if lengths is None else lengths):
        start = max(0, length - k)
        state = None
        if start:
            layer.forward(x[b : b + 1, :start])
            state = layer.state
        part = gradients_of(layer, x[b : b + 1, start:length], grad[b : b + 1], state=state)
        expected[0][b, start:length] = part[0][0]
        expected[1:] = [total + one for total, one in zip(expected[1:], part[2:], strict=True)]
    assert_all_close([got[0], *got[2:]], expected)


@each_cell
def test_truncated_at_every_step_is_training_on_pieces(cell):
    """With an answer at every step: pieces of k steps that hand on their state, not a gradient."""
    layer, x, k = made(cell, returns="all"), sequences(time=8), 3
    grad = rng(3).normal(size=(5, 8, 4))
    layer.truncate = k
    got = gradients_of(layer, x, grad)
    layer.truncate = None
    state, dx, total = None, [], [0, 0, 0]
    for start, stop in ((0, 2), (2, 5), (5, 8)):  # counted from the end
        part = gradients_of(layer, x[:, start:stop], grad[:, start:stop], state=state)
        state = layer.state
        dx.append(part[0])
        total = [a + b for a, b in zip(total, part[2:], strict=True)]
    assert_all_close([got[0], *got[2:]], [np.concatenate(dx, axis=1), *total])


@each_cell
@pytest.mark.parametrize("k", [6, 7, 1000])
def test_truncation_beyond_the_start_changes_nothing(cell, k):
    layer, x, grad = made(cell), sequences(), rng(3).normal(size=(5, 4))
    full = gradients_of(layer, x, grad, state=a_state(layer))
    layer.truncate = k
    assert_all_close(gradients_of(layer, x, grad, state=a_state(layer)), full, 0)


# ---------------------------------------------------------------- states


@each_cell
@each_return
def test_a_stateful_layer_goes_on_where_it_ended(cell, returns):
    x = sequences(time=9)
    whole = made(cell, returns=returns).forward(x)
    layer = made(cell, returns=returns, stateful=True)
    parts = [layer.forward(x[:, a:b]) for a, b in ((0, 4), (4, 5), (5, 9))]
    got = parts[-1] if returns == "last" else np.concatenate(parts, axis=1)
    np.testing.assert_allclose(got, whole, rtol=0, atol=1e-13)
    layer.state = None
    np.testing.assert_array_equal(layer.forward(x[:, :4]), parts[0])


@each_cell
def test_without_stateful_every_batch_starts_from_zeros(cell):
    layer, x = made(cell), sequences()
    first = layer.forward(x)
    np.testing.assert_array_equal(layer.forward(x), first)
    zeros = np.zeros_like(layer.state)
    np.testing.assert_array_equal(layer.forward(x, state=zeros), first)


@each_cell
def test_what_was_given_out_is_not_written_over(cell):
    layer, x = made(cell, returns="all"), sequences()
    output = layer.forward(x)
    state, kept = layer.state, [output.copy(), layer.state.copy()]
    back = layer.backward(np.ones_like(output))
    kept.append(back.copy())
    layer.forward(2 * x)
    layer.backward(np.ones_like(output))
    for one, other in zip((output, state, back), kept, strict=True):
        np.testing.assert_array_equal(one, other)


@each_cell
def test_the_same_seed_gives_the_same_numbers(cell):
    def run():
        layer = cell(3, 8, rng=rng(7), returns="all")
        x = sequences(16, 12, dtype=np.float32)
        output = layer.forward(x)
        return [output, layer.backward(output), *(p.grad.copy() for p in layer.parameters())]

    for one, other in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(one, other)


# ---------------------------------------------------------------- first weights, refusals


def test_first_weights():
    layer = LSTM(3, 4, rng=rng())
    assert layer.weight.value.shape == (4, 3, 4)
    assert layer.bias.value.tolist() == [[0.0] * 4, [1.0] * 4, [0.0] * 4, [0.0] * 4]
    for matrix in layer.recurrent_weight.value:
        np.testing.assert_allclose(matrix.T @ matrix, np.eye(4), atol=1e-6)
    assert not LSTM(3, 4, rng=rng(), forget_bias=0.0).bias.value.any()


@pytest.mark.parametrize("shape", [(5, 5), (3, 6), (6, 3), (1, 1)])
def test_orthogonal(shape):
    weight = orthogonal(shape, rng=rng(), dtype=np.float64)
    product = weight.T @ weight if shape[0] >= shape[1] else weight @ weight.T
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-12)
    assert weight.shape == shape


@each_cell
def test_wrong_shapes_are_refused_and_change_nothing(cell):
    layer, x = made(cell), sequences()
    layer.forward(x)
    before = layer.backward(np.ones((5, 4)))
    name = cell.__name__
    cases = [
        (
            (x[0],),
            {},
            r"shape \(batch, time, 3\), got \(6, 3\); make a batch of one with x\[None\]",
        ),
        ((x[:, :0],), {}, "at least one step"),
        ((x[:, :, :2],), {}, r"got \(5, 6, 2\)"),
        ((x,), {"lengths": np.array([1, 2])}, "lengths to be 5 integers"),
        ((x,), {"lengths": np.full(5, 2.0)}, "lengths to be 5 integers"),
        ((x,), {"lengths": np.array([1, 2, 7, 1, 1])}, "from 1 to 6, .* got 7 in row 2"),
        ((x,), {"lengths": np.array([1, 0, 6, 1, 1])}, "from 1 to 6, .* got 0 in row 1"),
        ((x,), {"state": np.zeros((2, 4))}, r"a state of shape .*, got \(2, 4\) .*state = None"),
        ((x,), {"state": a_state(layer).astype(np.float32)}, "of float64 .* got .* of float32"),
    ]
    for arguments, options, message in cases:
        with pytest.raises(ValueError, match=f"{name} expects .*{message}"):
            layer.forward(*arguments, **options)
    np.testing.assert_array_equal(layer.backward(np.ones((5, 4))), before)


@each_cell
def test_a_wrong_mask_is_refused(cell):
    layer = made(cell, masked=True)
    x = np.ones((2, 4, 4))
    for bad in ([1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0.5, 0], [1, np.nan, 0, 0]):
        x[1, :, -1] = bad
        with pytest.raises(ValueError, match="last column of x to be 1 up to a sequence's end"):
            layer.forward(x)
    x[1, :, -1] = 0
    with pytest.raises(ValueError, match=r"from 1 to 4, .* got 0 in row 1"):
        layer.forward(x)
    with pytest.raises(ValueError, match="lengths once"):
        layer.forward(np.ones((2, 4, 4)), lengths=np.array([1, 1]))


@each_cell
def test_a_stateful_layer_names_the_other_batch(cell):
    layer = made(cell, stateful=True)
    layer.forward(sequences(5))
    with pytest.raises(ValueError, match=r"for a batch of 3, got .* set layer.state = None"):
        layer.forward(sequences(3))


@each_cell
@pytest.mark.parametrize(
    "options",
    [{"returns": "first"}, {"returns": None}, {"truncate": 0}, {"truncate": 1.5}],
    ids=str,
)
def test_wrong_options_are_refused(cell, options):
    with pytest.raises(ValueError, match=f"{cell.__name__} expects {next(iter(options))} to be"):
        cell(3, 4, rng=rng(), **options)


@pytest.mark.parametrize("bias", [np.nan, np.inf])
def test_a_forget_bias_is_a_number(bias):
    with pytest.raises(ValueError, match="LSTM expects forget_bias to be a finite number"):
        LSTM(3, 4, rng=rng(), forget_bias=bias)


@each_cell
def test_looking_inside_needs_a_forward_pass(cell):
    for name in ("states", "gates", *(["cells"] if cell is LSTM else [])):
        with pytest.raises(RuntimeError, match=f"{cell.__name__}.{name} expects a forward pass"):
            getattr(cell(3, 4, rng=rng()), name)


def test_a_network_of_sequences_sums_up():
    network = Sequential(
        Embedding(9, 3, rng=rng(), masked=True),
        GRU(3, 4, rng=rng(), masked=True, returns="all"),
        Dense(4, 9, rng=rng()),
    )
    assert network.sample_shape == (1,)
    rows = network.summary().rows
    assert [row.output_shape for row in rows] == [(1, 4), (1, 4), (1, 9)]
    assert [row.multiply_adds for row in rows] == [0, 3 * 4 * (3 + 4), 4 * 9]
    rows = network.summary((7,)).rows
    assert [row.output_shape for row in rows] == [(7, 4), (7, 4), (7, 9)]
    assert [row.multiply_adds for row in rows] == [0, 7 * 3 * 4 * (3 + 4), 7 * 4 * 9]
    for row, output in zip(rows, network.trace(np.zeros((2, 7), int)), strict=True):
        assert (2, *row.output_shape) == output.shape
    assert str(network.summary((7,))).splitlines()[-1].split() == ["total", str(27 + 96 + 45)]


@each_cell
def test_a_recurrent_network_sums_up(cell):
    layer = cell(3, 4, rng=rng(), masked=True)
    network = Sequential(Sequential(Tanh(), layer), Dense(4, 2, rng=rng()))
    gates = len(layer.gate_names)
    assert network.sample_shape == (1, 4)  # with the mask
    for steps, summary in ((1, network.summary()), (5, network.summary((5, 4)))):
        assert [row.output_shape for row in summary.rows] == [(4,), (2,)]
        assert summary.rows[0].parameters == gates * 4 * (3 + 4 + 1)
        assert summary.multiply_adds == steps * gates * 4 * (3 + 4) + 4 * 2
        assert [row.receptive_field for row in summary.rows] == [None, None]
    for shape in ((5, 3), (0, 4), (4,), (1, 5, 4)):
        with pytest.raises(ValueError, match=r"expects one sample of shape \(time, 4\), got \("):
            network.summary(shape)


@each_cell
def test_summing_up_leaves_the_state_as_it_was(cell):
    layer = cell(3, 4, rng=rng(), stateful=True)
    layer.forward(rng(1).normal(size=(2, 5, 3)).astype(np.float32))
    state = layer.state.copy()
    Sequential(layer, Dense(4, 2, rng=rng())).summary()
    np.testing.assert_array_equal(layer.state, state)


@each_cell
def test_a_penalty_acts_on_the_weights_and_on_no_bias(cell):
    layer = cell(3, 4, rng=rng())
    assert [p.penalized for p in layer.parameters()] == [True, True, False]
    layer.bias.value[:] = 7.0
    squares = sum((p.value**2).sum() for p in (layer.weight, layer.recurrent_weight))
    assert L2(0.5).value(layer.parameters()) == pytest.approx(0.25 * squares, rel=1e-6)
