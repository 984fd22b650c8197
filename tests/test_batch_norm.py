"""BatchNorm: what it does in training, what it keeps, and what it refuses."""

import copy

import numpy as np
import pytest

from nnlib import (
    SGD,
    BatchNorm,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    check_gradients,
    fit,
)

SHAPES = [(2, 3), (9, 3), (2, 3, 1, 1), (1, 3, 2, 2), (5, 3, 4, 3)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)


def batch(shape, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return (3 * rng.normal(size=shape) + 5).astype(dtype)


def layer_with(dtype=np.float64, **settings):
    layer = BatchNorm(3, dtype=dtype, **settings)
    layer.gamma.value[:] = [2.0, -1.0, 0.5]
    layer.beta.value[:] = [0.1, 0.2, 0.3]
    return layer


def over(x):
    """The axes that a mean goes over, and the shape of a feature's number beside x."""
    return (0, *range(2, x.ndim)), (1, 3) + (1,) * (x.ndim - 2)


@each_dtype
@each_shape
def test_training_normalises_the_batch(shape, dtype):
    layer, x = layer_with(dtype), batch(shape, dtype)
    kept = x.copy()
    output = layer.forward(x, training=True)
    axes, beside = over(x)
    wide = x.astype(float)
    deviation = np.sqrt(wide.var(axis=axes).reshape(beside) + 1e-5)
    normalized = (wide - wide.mean(axis=axes).reshape(beside)) / deviation
    gamma, beta = (p.value.astype(float).reshape(beside) for p in layer.parameters())
    tolerance = 2e-4 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(output, gamma * normalized + beta, rtol=tolerance, atol=tolerance)
    assert output.dtype == dtype
    np.testing.assert_array_equal(x, kept)


@each_shape
def test_gradients_in_training(shape):
    layer, x = layer_with(), batch(shape)
    target = np.random.default_rng(1).normal(size=shape)
    before = [buffer.copy() for buffer in layer.buffers()]
    report = check_gradients(layer, MeanSquaredError(), x, target, training=True)
    assert report.worst <= 1e-6
    assert len(report.parameters) == 2
    for buffer, kept in zip(layer.buffers(), before, strict=True):
        np.testing.assert_array_equal(buffer, kept)


def test_gradients_in_a_network():
    rng = np.random.default_rng(0)
    network = Sequential(
        Dense(4, 3, rng=rng, dtype=np.float64),
        BatchNorm(3, dtype=np.float64),
        ReLU(),
        Dense(3, 2, rng=rng, dtype=np.float64),
    )
    x, y = rng.normal(size=(8, 4)), np.arange(8) % 2
    for training in (False, True):
        report = check_gradients(network, CrossEntropy(), x, y, training=training)
        # In training a bias before BatchNorm has no effect: its gradient is zero, and what is
        # left of it is rounding.
        worst = max(error for i, error in enumerate(report.parameters) if i != 1 or not training)
        assert max(worst, report.input) <= 1e-6
    assert abs(network.layers[0].bias.grad).max() < 1e-12


@each_dtype
@each_shape
def test_running_statistics_follow_the_batches(shape, dtype):
    layer = layer_with(dtype, momentum=0.25)
    mean, variance = np.zeros(3), np.ones(3)
    for seed in range(3):
        x = batch(shape, dtype, seed)
        layer.forward(x, training=True)
        layer.forward(x + 100)  # outside training nothing is learnt
        axes, _ = over(x)
        mean = 0.75 * mean + 0.25 * x.astype(float).mean(axis=axes)
        variance = 0.75 * variance + 0.25 * x.astype(float).var(axis=axes, ddof=1)
    tolerance = 1e-4 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(layer.running_mean, mean, rtol=tolerance)
    np.testing.assert_allclose(layer.running_variance, variance, rtol=tolerance)
    assert layer.running_mean.dtype == layer.running_variance.dtype == dtype


def test_worked_by_hand():
    layer = BatchNorm(1, momentum=0.5, epsilon=1.0, dtype=np.float64)
    layer.gamma.value[:], layer.beta.value[:] = 3.0, 1.0
    root = np.sqrt(3)
    x = np.array([[0.0], [2 * root]])  # mean sqrt 3, variance 3, with epsilon 4: x^ = -+sqrt(3)/2
    np.testing.assert_allclose(
        layer.forward(x, training=True), [[1 - 1.5 * root], [1 + 1.5 * root]], rtol=1e-14
    )
    # Half of the way from 0 to sqrt 3, and from 1 to the unbiased variance, 6.
    np.testing.assert_allclose(layer.running_mean, [root / 2])
    np.testing.assert_allclose(layer.running_variance, [3.5])
    # g = 1, 0: sums 1 and -sqrt(3)/2; 3/2 (g - 1/2 + sqrt(3)/4 x^) = 3/2 (1/2 - 3/8) = 3/16
    np.testing.assert_allclose(layer.backward(np.array([[1.0], [0.0]])), [[3 / 16], [-3 / 16]])
    np.testing.assert_allclose(layer.gamma.grad, [-root / 2])
    np.testing.assert_allclose(layer.beta.grad, [1.0])


def test_a_prediction_does_not_depend_on_its_neighbours():
    layer, x = layer_with(), batch((6, 3))
    layer.forward(x, training=True)
    together = layer.forward(x).copy()
    alone = np.concatenate([layer.forward(row[None, :]) for row in x])
    np.testing.assert_array_equal(together, alone)


def test_images_of_one_pixel_are_rows():
    x = batch((7, 3))
    rows, images = layer_with(), layer_with()
    grad = np.random.default_rng(1).normal(size=(7, 3))
    output = rows.forward(x, training=True), rows.backward(grad)
    for one, other in zip(
        output,
        (
            images.forward(x[:, :, None, None], training=True),
            images.backward(grad[..., None, None]),
        ),
        strict=True,
    ):
        np.testing.assert_allclose(other[..., 0, 0], one, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(images.running_variance, rows.running_variance, rtol=1e-12)


def test_a_large_mean_does_not_drown_the_variance():
    # The mean of the squares minus the square of the mean would be off by more than the variance.
    x = (np.random.default_rng(0).normal(size=(64, 3)) + 3000).astype(np.float32)
    layer = BatchNorm(3)
    layer.forward(x, training=True)
    expected = 0.9 + 0.1 * x.astype(float).var(axis=0, ddof=1)
    np.testing.assert_allclose(layer.running_variance, expected, rtol=1e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_number_is_not_hidden(bad):
    x = batch((4, 3))
    x[2, 1] = bad
    output = layer_with().forward(x, training=True)
    assert np.isnan(output[:, 1]).any()
    assert np.isfinite(output[:, [0, 2]]).all()


@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (1, 3, 1, 1), (0, 3, 2, 2)])
def test_a_training_batch_without_variance_is_refused(shape):
    layer = layer_with()
    message = rf"BatchNorm expects at least 2 samples .* got {shape[0]}; choose a batch_size"
    with pytest.raises(ValueError, match=message):
        layer.forward(np.ones(shape), training=True)
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert layer.running_variance.tolist() == [1, 1, 1]
    assert layer.forward(np.ones(shape)).shape == shape


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 5, 3), (2, 4, 3, 3), (2, 0)])
def test_other_shapes_are_refused(shape):
    layer = BatchNorm(3)
    with pytest.raises(
        ValueError, match=r"BatchNorm expects x of shape \(batch, (3\) or )?.*got .*; "
    ):
        layer.forward(np.zeros(shape, np.float32), training=True)


def test_the_other_dtype_is_refused():
    with pytest.raises(TypeError, match=r"of dtype float32, got float64; .*np.float32"):
        BatchNorm(3).forward(np.zeros((2, 3)), training=True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"features": 0}, "features to be an integer, 1 or more, got 0"),
        ({"features": 2.0}, "features to be an integer"),
        ({"momentum": 0.0}, "momentum to be a finite number, more than 0 and at most 1, got 0.0"),
        ({"momentum": 1.1}, "momentum to be"),
        ({"momentum": np.nan}, "momentum to be"),
        ({"epsilon": 0.0}, "epsilon to be a finite number, more than 0, got 0.0"),
        ({"epsilon": "1e-5"}, "epsilon to be"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=f"BatchNorm expects {message}"):
        BatchNorm(**({"features": 3} | settings))


def test_fit_says_when_one_sample_is_left_over():
    rng = np.random.default_rng(0)
    network = Sequential(Dense(2, 3, rng=rng), BatchNorm(3), Dense(3, 2, rng=rng))
    x, y = batch((9, 2), np.float32), np.arange(9) % 2
    steps = fit(
        network, CrossEntropy(), SGD(network.parameters(), 0.1), x, y, batch_size=8, rng=rng
    )
    next(steps)
    before = [array.copy() for array in state(network)]
    with pytest.raises(ValueError, match="choose a batch_size that leaves no single sample over"):
        next(steps)
    assert all(np.array_equal(a, b) for a, b in zip(state(network), before, strict=True))


def state(network):
    return [*(p.value for p in network.parameters()), *network.buffers()]


def test_a_network_lists_the_buffers_of_its_layers():
    rng = np.random.default_rng(0)
    first, second = BatchNorm(3), BatchNorm(4)
    network = Sequential(Sequential(Dense(2, 3, rng=rng), first), Dense(3, 4, rng=rng), second)
    names = (first.running_mean, first.running_variance)
    expected = (*names, second.running_mean, second.running_variance)
    assert all(a is b for a, b in zip(network.buffers(), expected, strict=True))
    assert Dense(2, 3, rng=rng).buffers() == ()


def test_the_same_seed_trains_the_same():
    runs = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        network = Sequential(Dense(2, 8, rng=rng), BatchNorm(8), ReLU(), Dense(8, 2, rng=rng))
        optimizer = SGD(network.parameters(), 0.1)
        x, y = batch((40, 2), np.float32), np.arange(40) % 2
        losses = [s.loss for s in fit(network, CrossEntropy(), optimizer, x, y, epochs=5, rng=rng)]
        runs.append((losses, [array.tobytes() for array in state(network)]))
    assert runs[0] == runs[1]


def test_a_rate_that_breaks_a_plain_network_is_survived():
    # What it is for: the scale of the weights no longer matters.
    x = batch((64, 2), np.float32)
    y = (x[:, 0] > x[:, 1]).astype(int)

    def last_loss(*between):
        rng = np.random.default_rng(0)
        layers = []
        for _ in range(4):
            layers += [Dense(2 if not layers else 16, 16, rng=rng), *copy.deepcopy(between), ReLU()]
        network = Sequential(*layers, Dense(16, 2, rng=rng))
        optimizer = SGD(network.parameters(), 1.0)
        try:
            steps = list(fit(network, CrossEntropy(), optimizer, x, y, epochs=60, rng=rng))
        except FloatingPointError:
            return np.inf
        return np.mean([step.loss for step in steps[-5:]])

    assert last_loss(BatchNorm(16)) < 0.3 < last_loss()
