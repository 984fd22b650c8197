"""Dropout and KLSparsity: what they do in training, and that they do nothing else."""

import numpy as np
import pytest

from nnlib import (
    SGD,
    CrossEntropy,
    Dense,
    Dropout,
    KLSparsity,
    MeanSquaredError,
    Sequential,
    Sigmoid,
    Tanh,
    check_gradients,
    fit,
)

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)


def dropout(rate, seed=0):
    return Dropout(rate, rng=np.random.default_rng(seed))


# ---------------------------------------------------------------- Dropout


@each_dtype
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_a_share_is_silenced_and_the_rest_is_louder(rate, dtype):
    layer, x = dropout(rate), np.ones((200, 200), dtype)
    output = layer.forward(x, training=True)
    assert output.dtype == layer.mask.dtype == dtype
    assert set(np.unique(output)) <= {dtype(0), dtype(1 / (1 - rate))}
    # 40,000 draws: the share is known to sqrt(p (1 - p) / 40000) <= 0.0025.
    assert (output == 0).mean() == pytest.approx(rate, abs=0.01)
    assert output.mean() == pytest.approx(1.0, abs=0.08)
    assert (x == 1).all()


@each_dtype
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 4), (2, 3, 4, 5), (0, 5)])
def test_output_and_gradient_are_masked_alike(shape, dtype):
    rng = np.random.default_rng(1)
    layer, x, grad = dropout(0.5), *rng.normal(size=(2, *shape)).astype(dtype)
    np.testing.assert_array_equal(layer.forward(x, training=True), x * layer.mask)
    np.testing.assert_array_equal(layer.backward(grad), grad * layer.mask)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(grad), grad)


def test_each_pass_draws_another_mask_and_the_last_stays_readable():
    layer, x = dropout(0.5), np.ones((10, 10))
    assert layer.mask is None
    layer.forward(x, training=True)
    first = layer.mask
    layer.forward(x)
    assert layer.mask is first
    layer.forward(x, training=True)
    assert not np.array_equal(layer.mask, first)


def test_the_seed_decides_in_every_dtype():
    x = np.ones((10, 10))
    first, again, other = (dropout(0.5, seed).forward(x, training=True) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    narrow = dropout(0.5, 1).forward(x.astype(np.float32), training=True)
    np.testing.assert_array_equal(narrow, first)


def test_gradients_with_a_frozen_mask():
    rng = np.random.default_rng(0)
    layer = dropout(0.4)
    network = Sequential(
        Dense(3, 6, rng=rng, dtype=np.float64),
        Tanh(),
        layer,
        Dense(6, 2, rng=rng, dtype=np.float64),
    )
    x, y = rng.normal(size=(5, 3)), np.arange(5) % 2
    layer.frozen = True  # the first pass draws it
    assert check_gradients(network, CrossEntropy(), x, y, training=True).worst <= 1e-6
    mask = layer.mask
    network.forward(x, training=True)
    assert layer.mask is mask
    layer.frozen = False
    assert check_gradients(network, CrossEntropy(), x, y, training=True).worst > 1e-2
    assert check_gradients(network, CrossEntropy(), x, y).worst <= 1e-6


def test_a_frozen_mask_that_does_not_fit_is_drawn_anew():
    layer = dropout(0.5)
    layer.frozen = True
    layer.forward(np.ones((4, 5)), training=True)
    assert layer.forward(np.ones((3, 5)), training=True).shape == (3, 5)
    assert layer.forward(np.ones((3, 5), np.float32), training=True).dtype == np.float32


def test_a_bad_number_is_not_hidden_by_a_silent_unit():
    x = np.full((10, 10), np.nan)
    assert np.isnan(dropout(0.5).forward(x, training=True)).all()


@pytest.mark.parametrize("rate", [1.0, 1.5, -0.1, np.nan, np.inf, None, "0.5", True])
def test_a_bad_rate_is_refused_now_and_later(rate):
    message = "Dropout expects rate to be a finite number, 0 or more and less than 1, got"
    with pytest.raises(ValueError, match=message):
        dropout(rate)
    layer = dropout(0.25)
    with pytest.raises(ValueError, match=message):
        layer.rate = rate
    assert layer.rate == 0.25


def test_dropout_needs_a_generator():
    with pytest.raises(TypeError, match="rng"):
        Dropout(0.5)
    with pytest.raises(TypeError, match=r"Dropout expects rng to be a .*, got 0; "):
        Dropout(0.5, rng=0)


def test_training_with_dropout_is_repeatable():
    def losses():
        rng = np.random.default_rng(0)
        network = Sequential(Dense(2, 8, rng=rng), Tanh(), dropout(0.5), Dense(8, 2, rng=rng))
        x, y = rng.normal(size=(30, 2)).astype(np.float32), np.arange(30) % 2
        optimizer = SGD(network.parameters(), 0.1)
        return [s.loss for s in fit(network, CrossEntropy(), optimizer, x, y, epochs=4, rng=rng)]

    assert losses() == losses()


# ---------------------------------------------------------------- KLSparsity


def activations(shape=(6, 4), seed=0, dtype=np.float64):
    return np.random.default_rng(seed).uniform(0.05, 0.95, shape).astype(dtype)


@each_dtype
@pytest.mark.parametrize("shape", [(6, 4), (1, 3), (3, 2, 2, 2)])
def test_sparsity_passes_on_and_measures(shape, dtype):
    layer, x = KLSparsity(0.1, 2.0), activations(shape, dtype=dtype)
    assert layer.value == 0.0
    np.testing.assert_array_equal(layer.forward(x, training=True), x)
    mean = x.astype(float).mean(axis=0)
    np.testing.assert_allclose(layer.mean_activation, mean)
    # KL divergence as cross-entropy minus entropy.
    cross = -(0.1 * np.log(mean) + 0.9 * np.log(1 - mean)).sum()
    entropy = -(0.1 * np.log(0.1) + 0.9 * np.log(0.9)) * mean.size
    assert layer.value == pytest.approx(2 * (cross - entropy), rel=1e-6)
    assert layer.backward(np.zeros_like(x)).dtype == dtype


@pytest.mark.parametrize("shape", [(5, 4), (1, 3), (3, 2, 2, 2)])
def test_the_gradient_of_loss_and_penalty_together(shape):
    layer, x = KLSparsity(0.2, 0.7), activations(shape)
    target, loss = np.random.default_rng(1).normal(size=shape), MeanSquaredError()

    def total(x):
        value = loss.value(layer.forward(x, training=True), target)
        return value + layer.value

    grad = layer.backward(loss.gradient(layer.forward(x, training=True), target))
    numeric, h = np.empty(shape), 1e-6
    for index in np.ndindex(shape):
        above, below = x.copy(), x.copy()
        above[index] += h
        below[index] -= h
        numeric[index] = (total(above) - total(below)) / (2 * h)
    assert np.abs(grad - numeric).max() / np.abs(numeric).max() <= 1e-6


def test_at_the_target_nothing_pulls():
    layer = KLSparsity(0.25, 3.0)
    layer.forward(np.full((4, 2), 0.25), training=True)
    assert layer.value == 0.0
    assert not layer.backward(np.zeros((4, 2))).any()


def test_outside_training_nothing_happens():
    layer, x = KLSparsity(0.1, 2.0), activations()
    layer.forward(x, training=True)
    value = layer.value
    assert layer.forward(x - 7) is not None  # values that training would refuse
    grad = np.ones_like(x)
    np.testing.assert_array_equal(layer.backward(grad), grad)
    assert layer.value == value


@each_dtype
@pytest.mark.parametrize("constant", [0.0, 1.0])
def test_a_unit_that_never_changes_is_finite(constant, dtype):
    layer, x = KLSparsity(0.1, 1.0), np.full((3, 2), constant, dtype)
    layer.forward(x, training=True)
    assert np.isfinite(layer.value)
    assert np.isfinite(layer.backward(np.zeros_like(x))).all()


def test_a_bad_activation_is_not_hidden():
    layer, x = KLSparsity(0.1, 1.0), activations()
    x[0, 1] = np.nan
    assert np.isnan(layer.forward(x, training=True)[0, 1])
    assert np.isnan(layer.value)
    assert np.isnan(layer.backward(np.zeros_like(x))[:, 1]).all()


@pytest.mark.parametrize("shift", [-2.0, 2.0])
def test_activations_that_are_no_shares_are_refused(shift):
    layer, x = KLSparsity(0.1, 1.0), activations()
    layer.forward(x, training=True)
    value, mean = layer.value, layer.mean_activation
    with pytest.raises(ValueError, match=r"mean activations between 0 and 1, got .*after Sigmoid"):
        layer.forward(x + shift, training=True)
    assert layer.value == value
    assert layer.mean_activation is mean


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, np.nan, None])
def test_a_bad_target_is_refused(target):
    message = "KLSparsity expects target to be a finite number, more than 0 and less than 1, got"
    with pytest.raises(ValueError, match=message):
        KLSparsity(target, 1.0)


@pytest.mark.parametrize("strength", [-1.0, np.inf, "1"])
def test_a_bad_strength_is_refused(strength):
    with pytest.raises(ValueError, match=r"KLSparsity expects strength .* 0 or more, got"):
        KLSparsity(0.1, strength)


def test_units_become_sparse():
    def mean_activation(strength):
        rng = np.random.default_rng(0)
        layer = KLSparsity(0.05, strength)
        network = Sequential(Dense(6, 12, rng=rng), Sigmoid(), layer, Dense(12, 6, rng=rng))
        x = rng.uniform(size=(64, 6)).astype(np.float32)
        optimizer = SGD(network.parameters(), 0.5, momentum=0.9)
        list(fit(network, MeanSquaredError(), optimizer, x, x, epochs=200, rng=rng))
        return network.trace(x)[1].mean()

    assert mean_activation(0.1) < 0.1 < 0.3 < mean_activation(0.0)
