"""Every layer: right values, right gradients, and a refusal of what it cannot use."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import nnlib.layers
import reference
from nnlib import (
    ELU,
    GELU,
    GRU,
    LSTM,
    RNN,
    SGD,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    CrossEntropy,
    Dense,
    Dropout,
    Flatten,
    KLSparsity,
    Layer,
    LeakyReLU,
    MaxPool2D,
    MeanSquaredError,
    Parameter,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
    Threshold,
    Upsample2D,
    check_gradients,
    glorot_uniform,
    he_normal,
)
from nnlib.layers import Activation, Embedding, Pool2D, Recurrent, pack, segments
from nnlib.layers.memory import in_order

DTYPES = [np.float32, np.float64]


def rng(seed=0):
    return np.random.default_rng(seed)


@dataclass(frozen=True)
class Row:
    """A layer under test: how it is made, the shapes of one sample in and out, and its twin.

    The twin takes x and the values of the parameters, all in float64. `modes` are the values of
    `training` for which it holds; a layer that does something else in training is tested for that
    in a file of its own.
    """

    name: str
    make: Callable
    sample: tuple[int, ...]
    output: tuple[int, ...]
    twin: Callable
    modes: tuple[bool, ...] = (False, True)


def batch_norm(dtype):
    """Three features, with running statistics that are not those of the start."""
    layer = BatchNorm(3, dtype=dtype)
    for buffer, first in zip(layer.buffers(), (0, 1), strict=True):
        buffer[:] = np.arange(3) + first
    return layer


LAYERS = [
    Row("BatchNorm", batch_norm, (3,), (3,), reference.batch_norm, modes=(False,)),
    Row("BatchNorm", batch_norm, (3, 2, 4), (3, 2, 4), reference.batch_norm, modes=(False,)),
    Row("Dense", lambda dtype: Dense(3, 4, rng=rng(), dtype=dtype), (3,), (4,), reference.dense),
    Row("Dropout", lambda _: Dropout(0.5, rng=rng()), (5,), (5,), reference.identity, (False,)),
    Row("ELU", lambda dtype: ELU(0.7), (5,), (5,), reference.elu),
    Row("GELU", lambda dtype: GELU(), (5,), (5,), reference.gelu),
    Row("KLSparsity", lambda _: KLSparsity(0.1, 2.0), (5,), (5,), reference.identity, (False,)),
    Row("LeakyReLU", lambda dtype: LeakyReLU(0.1), (5,), (5,), reference.leaky_relu),
    Row(
        "Conv2D",
        lambda dtype: Conv2D(2, 3, 3, rng=rng(), dtype=dtype),
        *((2, 5, 6), (3, 3, 4)),
        lambda x, *p: reference.convolve(x, *p, (1, 1), (0, 0), (1, 1)),
    ),
    Row(
        "Conv2D",
        lambda dtype: Conv2D(
            *(3, 2, (2, 3)), stride=(2, 3), padding=(1, 2), dilation=(2, 1), rng=rng(), dtype=dtype
        ),
        *((3, 4, 5), (2, 2, 3)),
        lambda x, *p: reference.convolve(x, *p, (2, 3), (1, 2), (2, 1)),
    ),
    Row(
        "ConvTranspose2D",
        lambda dtype: ConvTranspose2D(3, 2, 3, rng=rng(), dtype=dtype),
        *((3, 2, 3), (2, 4, 5)),
        lambda x, *p: reference.conv_transpose(x, *p, (1, 1), (0, 0), (0, 0)),
    ),
    Row(
        "ConvTranspose2D",
        lambda dtype: ConvTranspose2D(
            *(2, 3, (3, 2)),
            stride=(2, 3),
            padding=(1, 0),
            output_padding=(1, 2),
            rng=rng(),
            dtype=dtype,
        ),
        *((2, 3, 2), (3, 6, 7)),
        lambda x, *p: reference.conv_transpose(x, *p, (2, 3), (1, 0), (1, 2)),
    ),
    Row(
        "MaxPool2D",
        lambda dtype: MaxPool2D(2),
        *((2, 5, 6), (2, 2, 3)),
        lambda x: reference.max_pool(x, (2, 2), (2, 2)),
    ),
    Row(
        "MaxPool2D",
        lambda dtype: MaxPool2D((3, 2), stride=(2, 1)),
        *((2, 5, 4), (2, 2, 3)),
        lambda x: reference.max_pool(x, (3, 2), (2, 1)),
    ),
    Row(
        "AveragePool2D",
        lambda dtype: AveragePool2D(2),
        *((2, 5, 6), (2, 2, 3)),
        lambda x: reference.average_pool(x, (2, 2), (2, 2)),
    ),
    Row(
        "AveragePool2D",
        lambda dtype: AveragePool2D((3, 2), stride=(2, 1)),
        *((2, 5, 4), (2, 2, 3)),
        lambda x: reference.average_pool(x, (3, 2), (2, 1)),
    ),
    Row(
        "Upsample2D",
        lambda dtype: Upsample2D((2, 3)),
        *((2, 2, 3), (2, 4, 9)),
        lambda x: reference.upsample(x, (2, 3)),
    ),
    Row("Flatten", lambda dtype: Flatten(), (2, 3, 2), (12,), reference.flatten),
    Row("ReLU", lambda dtype: ReLU(), (5,), (5,), reference.relu),
    Row("Sigmoid", lambda dtype: Sigmoid(), (5,), (5,), reference.sigmoid),
    Row("Softmax", lambda dtype: Softmax(), (5,), (5,), reference.softmax),
    Row("Softmax", lambda dtype: Softmax(), (2, 3), (2, 3), reference.softmax),
    Row("Softplus", lambda dtype: Softplus(), (5,), (5,), reference.softplus),
    Row("Tanh", lambda dtype: Tanh(), (5,), (5,), reference.tanh),
    Row("Threshold", lambda dtype: Threshold(), (5,), (5,), reference.threshold),
    Row("RNN", lambda dtype: RNN(3, 4, rng=rng(), dtype=dtype), (5, 3), (4,), reference.rnn),
    Row("LSTM", lambda dtype: LSTM(3, 4, rng=rng(), dtype=dtype), (5, 3), (4,), reference.lstm),
    Row("GRU", lambda dtype: GRU(3, 4, rng=rng(), dtype=dtype), (5, 3), (4,), reference.gru),
]
BASES = {Layer, Activation, Pool2D, Recurrent}
# It takes integers, which have no gradient: see test_embedding.py.
OF_INTEGERS = {Embedding}

each_layer = pytest.mark.parametrize("row", LAYERS, ids=lambda row: row.name)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def batch_for(row, dtype, samples=7, seed=1):
    """Random inputs, none of them within 0.01 of the bend of a ReLU."""
    x = rng(seed).normal(size=(samples, *row.sample))
    return (x + np.copysign(0.01, x)).astype(dtype)


def made(row, dtype):
    """The layer, with parameters that are not zero: a bias of zero would hide mistakes."""
    layer = row.make(dtype)
    for seed, parameter in enumerate(layer.parameters()):
        parameter.value[...] = rng(10 + seed).normal(size=parameter.value.shape)
    return layer


def test_every_layer_has_a_row():
    public = {getattr(nnlib.layers, name) for name in nnlib.layers.__all__}
    public -= BASES | OF_INTEGERS
    layers = {c.__name__ for c in public if inspect.isclass(c) and issubclass(c, Layer)}
    assert layers == {row.name for row in LAYERS}
    assert all(type(row.make(np.float32)).__name__ == row.name for row in LAYERS)


# ---------------------------------------------------------------- every row of the table


@each_dtype
@each_layer
@pytest.mark.parametrize("samples", [1, 2, 33])
def test_values_agree_with_the_twin(row, dtype, samples):
    layer, x = made(row, dtype), batch_for(row, dtype, samples)
    kept = x.copy()
    expected = row.twin(x.astype(float), *(p.value.astype(float) for p in layer.parameters()))
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    for training in row.modes:
        output = layer.forward(x, training=training)
        assert output.shape == (samples, *row.output)
        np.testing.assert_allclose(output, expected, rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(x, kept)


@each_layer
@pytest.mark.parametrize("samples", [1, 6])
def test_gradients_are_right(row, samples):
    layer = made(row, np.float64)
    x = batch_for(row, np.float64, samples)
    target = rng(2).normal(size=(samples, *row.output))
    report = check_gradients(layer, MeanSquaredError(), x, target)
    assert len(report.parameters) == len(layer.parameters())
    assert report.worst <= 1e-6
    assert report.input <= 1e-6


@each_dtype
@each_layer
def test_dtype_is_kept(row, dtype):
    layer, x = made(row, dtype), batch_for(row, dtype)
    output = layer.forward(x)
    assert output.dtype == dtype
    assert layer.backward(np.ones_like(output)).dtype == dtype
    assert all(p.value.dtype == p.grad.dtype == dtype for p in layer.parameters())


@each_dtype
@each_layer
def test_float32_and_float64_agree(row, dtype):
    layer, wide = made(row, dtype), made(row, np.float64)
    x = batch_for(row, np.float32)
    grad = rng(3).normal(size=(len(x), *row.output)).astype(np.float32)
    layer.forward(x.astype(dtype))
    wide.forward(x.astype(float))
    np.testing.assert_allclose(
        layer.backward(grad.astype(dtype)), wide.backward(grad.astype(float)), rtol=1e-4, atol=1e-5
    )


@each_layer
def test_backward_overwrites(row):
    layer, x = made(row, np.float64), batch_for(row, np.float64)
    grad = rng(3).normal(size=layer.forward(x).shape)
    layer.backward(grad)
    once = [p.grad.copy() for p in layer.parameters()]
    layer.backward(grad)
    assert all(np.array_equal(p.grad, g) for p, g in zip(layer.parameters(), once, strict=True))


@each_layer
def test_backward_parameters_writes_what_backward_writes(row):
    layer, x = made(row, np.float64), batch_for(row, np.float64)
    grad = rng(3).normal(size=layer.forward(x).shape)
    layer.backward(grad)
    full = [p.grad.copy() for p in layer.parameters()]
    for parameter in layer.parameters():
        parameter.grad[...] = np.nan
    assert layer.backward_parameters(grad) is None
    assert all(np.array_equal(p.grad, g) for p, g in zip(layer.parameters(), full, strict=True))


@each_dtype
@each_layer
def test_memory_order_does_not_matter(row, dtype):
    layer, x = made(row, dtype), batch_for(row, dtype, 8)
    output = layer.forward(x).copy()
    grad = rng(3).normal(size=output.shape).astype(dtype)
    back = layer.backward(grad)
    parameters = [p.grad.copy() for p in layer.parameters()]

    spaced = np.zeros((16, *row.sample), dtype)[::2]
    spaced[...] = x
    for other in (np.asfortranarray(x), spaced, x[::-1].copy()[::-1]):
        np.testing.assert_array_equal(layer.forward(other), output)
        np.testing.assert_array_equal(layer.backward(np.asfortranarray(grad)), back)
        for parameter, expected in zip(layer.parameters(), parameters, strict=True):
            np.testing.assert_array_equal(parameter.grad, expected)


ROWS_ONLY = {"Dense", "BatchNorm", "RNN", "LSTM", "GRU"}


@pytest.mark.parametrize(
    "row", [row for row in LAYERS if row.name not in ROWS_ONLY], ids=lambda row: row.name
)
def test_images_may_lie_in_any_order(row):
    """Also those that reach a layer that is for rows as well as for images."""
    layer, training = made(row, np.float64), row.modes[-1]
    x = rng(4).normal(size=(5, *(row.sample if len(row.sample) == 3 else (2, 3, 4))))
    grad = rng(5).normal(size=layer.forward(x, training=training).shape)
    results = []
    for images in (x, np.asfortranarray(x), in_order(x)):
        for slopes in (grad, np.asfortranarray(grad), in_order(grad)):
            output = layer.forward(images, training=training)
            results.append((output, layer.backward(slopes)))
    for output, back in results[1:]:
        np.testing.assert_array_equal(output, results[0][0])
        np.testing.assert_array_equal(back, results[0][1])


@pytest.mark.parametrize("training", [False, True])
def test_batch_norm_and_dropout_take_images_in_any_order(training):
    x, grad = rng(4).normal(size=(2, 5, 3, 4, 2))
    for make in (lambda: BatchNorm(3, dtype=np.float64), lambda: Dropout(0.5, rng=rng())):
        results = []
        for images, slopes in ((x, grad), (in_order(x), np.asfortranarray(grad))):
            layer = make()
            results.append((layer.forward(images, training=training), layer.backward(slopes)))
        for one, other in zip(*results, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_network_hands_images_on_as_they_lie():
    layers = [
        *(Conv2D(1, 2, 3, padding=1, rng=rng()), BatchNorm(2), Tanh(), Dropout(0.5, rng=rng())),
        *(AveragePool2D(2), ReLU(), MaxPool2D(2), Upsample2D(2)),
        ConvTranspose2D(2, 1, 3, rng=rng()),
    ]
    x = np.ones((5, 1, 8, 8), np.float32)
    for layer in layers:
        x = layer.forward(x, training=True)
        assert np.shares_memory(x, in_order(x))
    grad = np.ones_like(x)
    for layer in reversed(layers):
        grad = layer.backward(grad)
        assert np.shares_memory(grad, in_order(grad))


@each_layer
def test_the_input_may_be_read_only(row):
    layer, x = made(row, np.float32), batch_for(row, np.float32)
    x.flags.writeable = False
    grad = np.ones_like(layer.forward(x))
    grad.flags.writeable = False
    assert layer.backward(grad).shape == x.shape


@each_dtype
@each_layer
def test_an_empty_batch_gives_an_empty_output(row, dtype):
    layer = made(row, dtype)
    output = layer.forward(np.empty((0, *row.sample), dtype))
    assert output.shape == (0, *row.output)
    assert layer.backward(output.copy()).shape == (0, *row.sample)
    assert all(not p.grad.any() for p in layer.parameters())


@each_layer
def test_backward_without_forward_is_refused(row):
    layer = made(row, np.float32)
    message = rf"{row.name}.backward expects a forward pass before it; call forward"
    with pytest.raises(RuntimeError, match=message):
        layer.backward(np.zeros((1, *row.output), np.float32))


@each_layer
@pytest.mark.parametrize(
    "wrong",
    [
        lambda g: g[:-1],
        lambda g: g[:, :-1],
        lambda g: g[0],
        lambda g: g.astype(np.float64),
        lambda g: g.tolist(),
        lambda g: None,
    ],
    ids=["a sample too few", "a column too few", "no batch", "float64", "list", "None"],
)
@pytest.mark.parametrize("method", ["backward", "backward_parameters"])
def test_a_wrong_grad_is_refused(row, wrong, method):
    layer = made(row, np.float32)
    grad = np.zeros_like(layer.forward(batch_for(row, np.float32, 3)))
    for parameter in layer.parameters():
        parameter.grad[...] = 7.0
    with pytest.raises((ValueError, TypeError)) as caught:
        getattr(layer, method)(wrong(grad))
    message = str(caught.value)
    assert message.startswith(f"{row.name}.backward expects grad of shape {grad.shape}")
    assert "float32" in message
    assert "got " in message
    assert "; " in message
    assert all((parameter.grad == 7.0).all() for parameter in layer.parameters())


@each_layer
@pytest.mark.parametrize("wrong", [[[1.0, 2.0, 3.0]], None, 3.0])
def test_what_is_no_array_is_refused(row, wrong):
    with pytest.raises((TypeError, ValueError)) as caught:
        made(row, np.float32).forward(wrong)
    message = str(caught.value)
    assert message.startswith(f"{row.name} expects ")
    assert f"got {type(wrong).__name__}" in message
    assert "; " in message


@each_layer
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float16, bool, ">f4"])
def test_a_wrong_dtype_is_refused(row, dtype):
    with pytest.raises(TypeError) as caught:
        made(row, np.float32).forward(np.zeros((2, *row.sample), dtype))
    message = str(caught.value)
    assert f"got {np.dtype(dtype)}" in message
    assert "float32" in message
    assert "convert it with" in message


@each_layer
def test_the_layer_tells_its_output_shape(row):
    layer = made(row, np.float32)
    assert layer.output_shape(row.sample) == row.output
    assert layer.multiply_adds(row.sample) >= 0
    if layer.sample_shape is not None:
        x = np.zeros((2, *layer.sample_shape), np.float32)
        assert layer.forward(x).shape == (2, *layer.output_shape(layer.sample_shape))


# ---------------------------------------------------------------- Dense


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        ((3,), r"x\[None, :\]"),
        ((2, 4), "each sample is one row"),
        ((2, 3, 1), r"x.reshape\(len\(x\), -1\)"),
        ((), "each sample is one row"),
        ((2, 0), "each sample is one row"),
    ],
)
def test_dense_refuses_a_wrong_shape(shape, remedy):
    got = str(shape).replace("(", r"\(").replace(")", r"\)")
    message = rf"Dense expects x of shape \(batch, 3\), got {got}; .*{remedy}"
    with pytest.raises(ValueError, match=message):
        Dense(3, 4, rng=rng()).forward(np.zeros(shape, np.float32))


def test_dense_refuses_the_other_dtype():
    message = r"Dense expects x of dtype float32, got float64; convert it with x.astype\(np.float32"
    with pytest.raises(TypeError, match=message):
        Dense(3, 4, rng=rng()).forward(np.zeros((2, 3)))
    with pytest.raises(TypeError, match=r"of dtype float64, got float32; .*np.float64"):
        Dense(3, 4, rng=rng(), dtype=np.float64).forward(np.zeros((2, 3), np.float32))


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None, True])
def test_dense_refuses_a_wrong_size(size):
    with pytest.raises(ValueError, match="Dense expects in_features to be"):
        Dense(size, 4, rng=rng())
    with pytest.raises(ValueError, match="Dense expects out_features to be"):
        Dense(3, size, rng=rng())


def test_dense_takes_numpy_integers():
    assert Dense(np.int64(3), np.int32(4), rng=rng()).weight.value.shape == (3, 4)


def test_dense_without_rng_is_a_type_error():
    with pytest.raises(TypeError, match="rng"):
        Dense(3, 4)
    with pytest.raises(TypeError):
        Dense(3, 4, rng())  # keyword-only


@pytest.mark.parametrize("wrong", [0, None, np.random, np.random.RandomState(0)])
def test_dense_refuses_what_is_no_generator(wrong):
    with pytest.raises(TypeError, match=r"Dense expects rng to be a np.random.Generator.*got.*; "):
        Dense(3, 4, rng=wrong)


def test_dense_starts_from_the_seed():
    first, again, other = (Dense(3, 4, rng=rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.weight.value, again.weight.value)
    assert not np.array_equal(first.weight.value, other.weight.value)
    assert not first.bias.value.any()


def test_dense_uses_its_initializer():
    layer = Dense(30, 40, rng=rng(), initializer=he_normal)
    assert np.array_equal(layer.weight.value, he_normal((30, 40), rng=rng()))
    default = Dense(30, 40, rng=rng())
    assert np.array_equal(default.weight.value, glorot_uniform((30, 40), rng=rng()))


def test_dense_worked_by_hand():
    layer = Dense(2, 2, rng=rng(), dtype=np.float64)
    layer.weight.value[:] = [[1.0, 2.0], [3.0, 4.0]]
    layer.bias.value[:] = [10.0, 20.0]
    # [1 2] W + b = [1 + 6, 2 + 8] + b;  [0 -1] W + b = [-3, -4] + b
    x = np.array([[1.0, 2.0], [0.0, -1.0]])
    assert layer.forward(x).tolist() == [[17.0, 30.0], [7.0, 16.0]]
    # g W^T: [1 0] -> [1, 3];  [2 1] -> [2 + 2, 6 + 4]
    assert layer.backward(np.array([[1.0, 0.0], [2.0, 1.0]])).tolist() == [[1.0, 3.0], [4.0, 10.0]]
    # x^T g: row for x_0 is 1 [1 0] + 0 [2 1]; row for x_1 is 2 [1 0] - 1 [2 1]
    assert layer.weight.grad.tolist() == [[1.0, 0.0], [0.0, -1.0]]
    assert layer.bias.grad.tolist() == [3.0, 1.0]


def test_dense_multiplies_every_step_of_a_sequence():
    row = next(row for row in LAYERS if row.name == "Dense")
    layer, x = made(row, np.float64), rng(4).normal(size=(2, 5, 3))
    grad = rng(5).normal(size=(2, 5, 4))
    output, back = layer.forward(x), layer.backward(grad)
    got = [p.grad.copy() for p in layer.parameters()]
    np.testing.assert_array_equal(output, layer.forward(x.reshape(10, 3)).reshape(2, 5, 4))
    np.testing.assert_array_equal(back, layer.backward(grad.reshape(10, 4)).reshape(2, 5, 3))
    for one, parameter in zip(got, layer.parameters(), strict=True):
        np.testing.assert_array_equal(one, parameter.grad)
    assert layer.forward(x[:, :0]).shape == (2, 0, 4)


# ---------------------------------------------------------------- activations


@each_dtype
@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (ReLU(), [0.0, 0.0, 0.0, 1e4, np.inf, np.nan]),
        (LeakyReLU(0.5), [-np.inf, -5e3, 0.0, 1e4, np.inf, np.nan]),
        (Sigmoid(), [0.0, 0.0, 0.5, 1.0, 1.0, np.nan]),
        (Tanh(), [-1.0, -1.0, 0.0, 1.0, 1.0, np.nan]),
        (Threshold(), [0.0, 0.0, 0.0, 1.0, 1.0, np.nan]),
        (Softplus(), [0.0, 0.0, np.log(2.0), 1e4, np.inf, np.nan]),
        (ELU(0.5), [-0.5, -0.5, 0.0, 1e4, np.inf, np.nan]),
        (GELU(), [np.nan, 0.0, 0.0, 1e4, np.inf, np.nan]),  # -inf times 0
    ],
    ids=lambda value: repr(value) if isinstance(value, Layer) else "",
)
def test_activations_at_the_edge(layer, expected, dtype):
    x = np.array([[-np.inf, -1e4, 0.0, 1e4, np.inf, np.nan]], dtype)
    # No overflow on the way. In plain Python NumPy also tells of an infinity times 0.
    invalid = "ignore" if isinstance(layer, GELU) else "raise"
    with np.errstate(all="raise", under="ignore", invalid=invalid):
        output = layer.forward(x)
    np.testing.assert_allclose(output, np.array([expected], dtype), rtol=1e-6)
    slope = layer.backward(np.ones_like(x))
    assert np.isfinite(slope[0, 1:4]).all()


@pytest.mark.parametrize("shape", [(6,), (2, 3), (2, 3, 4), (2, 3, 4, 5)])
@pytest.mark.parametrize("make", [ReLU, LeakyReLU, Sigmoid, Tanh, Threshold, Softplus, ELU, GELU])
def test_activations_take_any_shape(make, shape):
    layer, x = make(), rng().normal(size=shape)
    grad = rng(1).normal(size=shape)
    output, back = layer.forward(x), layer.backward(grad)
    assert output.shape == back.shape == shape
    np.testing.assert_array_equal(output, layer.forward(x.reshape(1, -1)).reshape(shape))
    np.testing.assert_array_equal(back, layer.backward(grad.reshape(1, -1)).reshape(shape))


def test_threshold_teaches_nothing_to_the_layers_before_it():
    network = Sequential(Dense(3, 4, rng=rng()), Threshold(), Dense(4, 2, rng=rng()))
    output = network.forward(rng(1).normal(size=(9, 3)).astype(np.float32))
    network.backward(np.ones_like(output))
    first, _, last = network.layers
    assert not first.weight.grad.any()
    assert last.weight.grad.any()


@pytest.mark.parametrize("make", [LeakyReLU, ELU])
@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, None, "1", True])
def test_activations_refuse_a_bad_setting(make, bad):
    with pytest.raises(ValueError, match=f"{make.__name__} expects .* finite number, 0 or more, g"):
        make(bad)


@pytest.mark.parametrize("make", [LeakyReLU, ELU])
def test_with_a_setting_of_zero_it_is_relu(make):
    x = rng().normal(size=(4, 5))
    np.testing.assert_array_equal(make(0).forward(x), ReLU().forward(x))


def test_the_slope_of_softplus_keeps_its_digits():
    x = np.array([[-40.0, -20.0, 20.0]])
    layer = Softplus()
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(np.ones_like(x)), reference.sigmoid(x), rtol=1e-14)


def test_gelu_is_the_exact_one():
    # Phi(1) = 0.841344746068543; the form with tanh would give 0.841191990608...
    assert GELU().forward(np.array([[1.0]]))[0, 0] == pytest.approx(0.841344746068543, rel=1e-14)


# ---------------------------------------------------------------- Softmax


@each_dtype
def test_softmax_is_stable_and_keeps_nan_to_its_row(dtype):
    big = 1e30 if dtype == np.float32 else 1e300
    x = np.array([[big, 0.0, -big], [-big, -big, -big], [0.0, np.nan, 0.0]], dtype)
    with np.errstate(over="raise", invalid="raise"):
        output = Softmax().forward(x)
    np.testing.assert_allclose(output[:2], [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    assert np.isnan(output[2]).all()


def test_softmax_rows_sum_to_one_along_the_last_axis():
    output = Softmax().forward(rng().normal(size=(2, 3, 4, 5)))
    np.testing.assert_allclose(output.sum(axis=-1), np.ones((2, 3, 4)), rtol=1e-14)


def test_softmax_worked_by_hand():
    layer = Softmax()
    p = layer.forward(np.array([[0.0, np.log(3.0)]]))  # e^0 = 1 and 3, of 4
    np.testing.assert_allclose(p, [[0.25, 0.75]], rtol=1e-15)
    # sum of g p = 4 / 4 = 1: 1/4 (4 - 1) and 3/4 (0 - 1)
    np.testing.assert_allclose(layer.backward(np.array([[4.0, 0.0]])), [[0.75, -0.75]], rtol=1e-15)


def test_softmax_refuses_empty_rows():
    with pytest.raises(ValueError, match=r"Softmax expects at least one number .* \(2, 0\); "):
        Softmax().forward(np.zeros((2, 0)))


# ---------------------------------------------------------------- Parameter


@each_dtype
def test_parameter_keeps_the_array(dtype):
    value = np.ones((2, 3), dtype)
    parameter = Parameter(value)
    assert parameter.value is value
    assert parameter.grad.shape == (2, 3)
    assert parameter.grad.dtype == dtype
    assert not parameter.grad.any()


@pytest.mark.parametrize("value", [np.ones(2, int), np.ones(2, np.float16), [1.0], 1.0, None])
def test_parameter_refuses_other_numbers(value):
    with pytest.raises(TypeError, match=r"Parameter expects an array .* got .*; convert"):
        Parameter(value)


def test_parameter_of_a_strided_array_is_contiguous():
    parameter = Parameter(np.arange(12.0).reshape(3, 4)[:, ::2])
    assert parameter.value.flags.c_contiguous
    assert parameter.value.tolist() == [[0.0, 2.0], [4.0, 6.0], [8.0, 10.0]]


# ---------------------------------------------------------------- one vector for all parameters


def three_layers(dtype=np.float32):
    return [Dense(3, 4, rng=rng(1), dtype=dtype), Tanh(), Dense(4, 2, rng=rng(2), dtype=dtype)]


def joined(network):
    return np.concatenate([p.value.ravel() for p in network.parameters()])


@each_dtype
def test_a_network_lies_in_one_vector(dtype):
    layers = three_layers(dtype)
    before = [p.value.copy() for layer in layers for p in layer.parameters()]
    network = Sequential(*layers)
    [(values, grads)] = segments(network.parameters())
    assert values.shape == grads.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    assert values.dtype == grads.dtype == dtype
    for parameter, value in zip(network.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)  # same numbers as before packing
        assert np.shares_memory(parameter.value, values)
        assert np.shares_memory(parameter.grad, grads)
        assert not np.shares_memory(parameter.grad, values)
        assert parameter.value.flags.c_contiguous
    np.testing.assert_array_equal(values, joined(network))
    values[:] = np.arange(len(values))
    np.testing.assert_array_equal(joined(network), values)


def test_packing_keeps_gradients():
    parameters = [Parameter(np.ones(2)), Parameter(np.ones((1, 3)))]
    parameters[0].grad[:] = 5.0
    parameters[1].grad[:] = 6.0
    pack(parameters)
    [(_, grads)] = segments(parameters)
    assert grads.tolist() == [5.0, 5.0, 6.0, 6.0, 6.0]


def test_packing_twice_moves_nothing():
    network = Sequential(*three_layers())
    where = [p.value.ctypes.data for p in network.parameters()]
    pack(network.parameters())
    Sequential(*network.layers)
    assert [p.value.ctypes.data for p in network.parameters()] == where


def test_networks_nest():
    plain = Sequential(*three_layers(), Dense(2, 2, rng=rng(3)))
    nested = Sequential(Sequential(*three_layers()), Sequential(Dense(2, 2, rng=rng(3))))
    x = rng(4).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(nested.forward(x), plain.forward(x))
    assert len(segments(nested.parameters())) == 1
    grad = np.ones((5, 2), np.float32)
    np.testing.assert_array_equal(nested.backward(grad), plain.backward(grad))
    for one, other in zip(nested.parameters(), plain.parameters(), strict=True):
        np.testing.assert_array_equal(one.grad, other.grad)


def test_a_part_of_a_network_shares_its_memory():
    network = Sequential(*three_layers())
    front = Sequential(*network.layers[:2])
    front.parameters()[0].value[0, 0] = 42.0
    assert network.parameters()[0].value[0, 0] == 42.0
    SGD(network.parameters(), 0.1).step()  # the network has not been moved


def test_segments_of_a_frozen_network():
    first, middle, last = (Dense(2, 2, rng=rng()) for _ in range(3))
    network = Sequential(first, middle, last)
    assert len(segments(network.parameters())) == 1
    both = segments((*first.parameters(), *middle.parameters()))
    assert [len(values) for values, _ in both] == [12]
    ends = segments((*first.parameters(), *last.parameters()))
    assert [len(values) for values, _ in ends] == [6, 6]
    optimizer = SGD((*first.parameters(), *last.parameters()), 0.5)
    for parameter in network.parameters():
        parameter.grad[...] = 1.0
    before = joined(network)
    optimizer.step()
    moved = joined(network) - before
    np.testing.assert_allclose(moved, [-0.5] * 6 + [0.0] * 6 + [-0.5] * 6, atol=1e-6)


def test_mixed_dtypes_are_refused():
    layers = Dense(2, 2, rng=rng()), Dense(2, 2, rng=rng(), dtype=np.float64)
    with pytest.raises(TypeError, match="one dtype, got float32 and float64; give every layer"):
        Sequential(*layers)


# ---------------------------------------------------------------- Sequential


def test_sequential_gradients():
    network = Sequential(*three_layers(np.float64), Sigmoid(), Dense(2, 3, rng=rng(), dtype=float))
    x = rng(1).normal(size=(6, 3))
    assert check_gradients(network, CrossEntropy(), x, np.arange(6) % 3).worst <= 1e-6


def test_backward_parameters_equals_backward():
    network = Sequential(*three_layers())
    x = rng(4).normal(size=(5, 3)).astype(np.float32)
    grad = np.ones_like(network.forward(x))
    network.backward(grad)
    expected = [p.grad.copy() for p in network.parameters()]
    network.backward_parameters(2 * grad)
    for parameter, full in zip(network.parameters(), expected, strict=True):
        np.testing.assert_allclose(parameter.grad, 2 * full, rtol=1e-6)


def test_trace_gives_every_output():
    network = Sequential(*three_layers())
    x = rng(4).normal(size=(5, 3)).astype(np.float32)
    outputs = network.trace(x)
    assert [output.shape for output in outputs] == [(5, 4), (5, 4), (5, 2)]
    np.testing.assert_allclose(outputs[1], np.tanh(outputs[0]), rtol=3e-7)
    np.testing.assert_array_equal(outputs[-1], network.forward(x))


def test_summary_counts():
    summary = Sequential(*three_layers(), Sequential(Dense(2, 5, rng=rng()))).summary()
    assert summary.parameters == 16 + 0 + 10 + 15
    assert [row.parameters for row in summary.rows] == [16, 0, 10, 15]
    assert [row.output_shape for row in summary.rows] == [(4,), (4,), (2,), (5,)]
    assert str(summary).splitlines()[-1].split() == ["total", "41"]
    with pytest.raises(ValueError, match=r"summary expects .* got none; use trace"):
        Sequential(Tanh()).summary()


def test_sequential_refuses_what_is_no_layer():
    with pytest.raises(TypeError, match="at least one layer, got none"):
        Sequential()
    with pytest.raises(TypeError, match="expects layers, got list at position 0; write Sequential"):
        Sequential([ReLU()])
    with pytest.raises(TypeError, match="got type at position 1"):
        Sequential(ReLU(), Tanh)


@pytest.mark.parametrize("nested", [False, True])
def test_a_layer_cannot_stand_in_two_places(nested):
    # It keeps one output only, so that going back through it twice would be wrong.
    shared = Tanh()
    second = Sequential(shared) if nested else shared
    with pytest.raises(ValueError, match=r"each layer once, got Tanh\(\) twice; make a new"):
        Sequential(Dense(2, 2, rng=rng()), shared, Dense(2, 2, rng=rng()), second)
