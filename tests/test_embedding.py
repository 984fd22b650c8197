"""The embedding: rows by number, gradients that add up, and a refusal of numbers without a row."""

import numpy as np
import pytest

import reference
from nnlib import LSTM, SGD, CrossEntropy, Dense, Embedding, Sequential, fit
from nnlib.layers import Parameter

DTYPES = [np.float32, np.float64]


def rng(seed=0):
    return np.random.default_rng(seed)


def one_hot(index, vocabulary):
    return np.eye(vocabulary)[index]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 1), (4, 7), (5,), (0, 3)])
def test_it_is_a_dense_layer_on_one_hot_rows(shape, dtype):
    layer = Embedding(6, 3, rng=rng(), dtype=dtype)
    index = rng(1).integers(6, size=shape)
    output = layer.forward(index)
    assert output.shape == (*shape, 3)
    assert output.dtype == dtype
    np.testing.assert_array_equal(output, layer.weight.value[index])
    grad = rng(2).normal(size=output.shape).astype(dtype)
    back = layer.backward(grad)
    assert back.shape == shape
    assert not back.any()
    rows = one_hot(index.ravel(), 6)
    expected, _ = reference.dense_backward_parameters(rows, grad.reshape(-1, 3).astype(float))
    np.testing.assert_allclose(layer.weight.grad, expected, rtol=0, atol=1e-5)


def test_repeated_symbols_add_up_and_the_next_gradient_writes_over():
    layer = Embedding(3, 2, rng=rng(), dtype=np.float64)
    layer.forward(np.array([[1, 1, 0]]))
    for _ in range(2):
        layer.backward_parameters(np.array([[[1.0, 2.0], [10.0, 20.0], [5.0, 6.0]]]))
        assert layer.weight.grad.tolist() == [[5.0, 6.0], [11.0, 22.0], [0.0, 0.0]]


def test_gradient_through_a_network_agrees_with_differences():
    network = Sequential(
        Embedding(4, 3, rng=rng(), dtype=np.float64, masked=True),
        LSTM(3, 5, rng=rng(), dtype=np.float64, masked=True, returns="all"),
        Dense(5, 4, rng=rng(), dtype=np.float64),
    )
    x = np.array([[0, 1, 1, 3], [2, 0, -1, -1]])
    labels, loss = np.array([[1, 1, 3, 0], [0, 2, -1, -1]]), CrossEntropy(ignore=-1)
    network.backward(loss.gradient(network.forward(x), labels))
    table: Parameter = network.parameters()[0]
    got, h = table.grad.copy(), 1e-6
    for place in np.ndindex(table.value.shape):
        kept = table.value[place]
        values = []
        for nudged in (kept + h, kept - h):
            table.value[place] = nudged
            values.append(loss.value(network.forward(x), labels))
        table.value[place] = kept
        assert got[place] == pytest.approx((values[0] - values[1]) / (2 * h), abs=1e-8)


def test_masked_steps_are_zeros_with_a_column_that_says_so():
    layer = Embedding(3, 2, rng=rng(), masked=True)
    output = layer.forward(np.array([[2, -1]]))
    np.testing.assert_array_equal(output[0, 0, :2], layer.weight.value[2])
    assert output[0, :, 2].tolist() == [1.0, 0.0]
    assert not output[0, 1].any()
    layer.backward(np.ones_like(output))
    assert layer.weight.grad.tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]


def test_fit_trains_it():
    layer = Embedding(5, 5, rng=rng())
    x = np.arange(20).reshape(20, 1) % 5
    optimizer = SGD(layer.parameters(), 20.0)
    steps = list(fit(layer, CrossEntropy(), optimizer, x, (x + 1) % 5, epochs=30, rng=rng()))
    assert steps[0].loss > 1.0
    assert steps[-1].loss < 0.05


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, ">i4"])
def test_integers_of_any_size(dtype):
    layer = Embedding(3, 2, rng=rng())
    x = np.array([[0, 2, 1]])
    np.testing.assert_array_equal(layer.forward(x.astype(dtype)), layer.forward(x))


@pytest.mark.parametrize("wrong", [-1, 3, 10**12, np.iinfo(np.int64).min])
def test_an_index_without_a_row_is_named(wrong):
    layer = Embedding(3, 2, rng=rng())
    layer.forward(np.array([[1]]))
    message = f"indices from 0 to 2 for a vocabulary of 3 symbols, got {wrong}; "
    with pytest.raises(ValueError, match=message):
        layer.forward(np.array([[0, wrong]]))
    assert layer.backward(np.ones((1, 1, 2), np.float32)).shape == (1, 1)  # as it was before


def test_beyond_the_largest_int64_is_named_too():
    with pytest.raises(ValueError, match=f"got {2**64 - 1}; "):
        Embedding(3, 2, rng=rng()).forward(np.array([[2**64 - 1]], np.uint64))


@pytest.mark.parametrize("wrong", [np.zeros((1, 2)), np.zeros((1, 2), bool), [[0]], None])
def test_what_is_no_array_of_integers_is_refused(wrong):
    with pytest.raises(TypeError, match=r"Embedding expects an array of integers, got .*convert"):
        Embedding(3, 2, rng=rng()).forward(wrong)


def test_one_number_is_no_batch():
    with pytest.raises(ValueError, match=r"x of shape \(batch, time\), got \(\)"):
        Embedding(3, 2, rng=rng()).forward(np.array(1))


@pytest.mark.parametrize("size", [0, 2.0, None])
def test_wrong_sizes_are_refused(size):
    with pytest.raises(ValueError, match="Embedding expects vocabulary to be"):
        Embedding(size, 2, rng=rng())
    with pytest.raises(ValueError, match="Embedding expects features to be"):
        Embedding(3, size, rng=rng())


def test_backward_checks_its_gradient():
    layer = Embedding(3, 2, rng=rng())
    with pytest.raises(RuntimeError, match=r"Embedding.backward expects a forward pass"):
        layer.backward(np.ones((1, 1, 2), np.float32))
    layer.forward(np.array([[1]]))
    with pytest.raises(ValueError, match=r"grad of shape \(1, 1, 2\)"):
        layer.backward(np.ones((1, 2), np.float32))
