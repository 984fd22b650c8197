"""The column of `docs/conventions.md` on Keras, by its own numbers.

As `test_conventions.py` does for PyTorch: the same numbers go through both libraries, and come out
the same, or differ in the way that the table says. Keras computes with PyTorch here, in float32.
"""

import math
import os

import numpy as np
import pytest

import nnlib
from nnlib import Parameter, initializers

pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch --with keras pytest bench")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", reason="needs Keras: uv run --with keras pytest bench")
layers = keras.layers


def rng(seed=0):
    return np.random.default_rng(seed)


def normal(*shape, seed=1):
    return rng(seed).normal(size=shape)


def number(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def built(layer, x, *weights):
    """Keras' layer with these numbers as its weights."""
    layer(x)
    if weights:
        layer.set_weights([np.asarray(weight) for weight in weights])
    return layer


def assert_same(ours, theirs, x, tolerance=2e-6):
    np.testing.assert_allclose(ours.forward(x), number(theirs(x)), rtol=0, atol=tolerance)


def assert_differ(one, other):
    assert np.abs(np.asarray(one) - np.asarray(other)).max() > 1e-3


def pixels_before_channels(x):
    return x.transpose(0, 2, 3, 1)


def channels_before_pixels(x):
    return number(x).transpose(0, 3, 1, 2)


# ---------------------------------------------------------------- layers


def test_dense():
    layer = nnlib.Dense(5, 3, rng=rng(), dtype=np.float64)
    x = normal(4, 5)
    assert_same(layer, built(layers.Dense(3), x, layer.weight.value, normal(3) * 0), x)


def test_convolutions():
    x = normal(3, 2, 7, 8)
    ours = nnlib.Conv2D(2, 4, 3, stride=2, rng=rng(), dtype=np.float64)
    weight = ours.weight.value.transpose(2, 3, 1, 0)  # (k, k, C_in, C_out)
    theirs = built(layers.Conv2D(4, 3, strides=2), pixels_before_channels(x), weight, np.zeros(4))
    out = channels_before_pixels(theirs(pixels_before_channels(x)))
    np.testing.assert_allclose(ours.forward(x), out, rtol=0, atol=3e-6)
    ours = nnlib.ConvTranspose2D(2, 4, 3, stride=2, rng=rng(), dtype=np.float64)
    weight = ours.weight.value.transpose(2, 3, 1, 0)  # (k, k, C_out, C_in)
    theirs = layers.Conv2DTranspose(4, 3, strides=2)
    theirs = built(theirs, pixels_before_channels(x), weight, np.zeros(4))
    out = channels_before_pixels(theirs(pixels_before_channels(x)))
    np.testing.assert_allclose(ours.forward(x), out, rtol=0, atol=3e-6)


def test_same_pads_one_side_more():
    theirs = built(layers.Conv2D(1, 2, padding="same"), np.ones((1, 3, 3, 1)))
    theirs.set_weights([np.ones((2, 2, 1, 1)), np.zeros(1)])
    assert number(theirs(np.ones((1, 3, 3, 1))))[0, :, :, 0].tolist() == [
        [4.0, 4.0, 2.0],
        [4.0, 4.0, 2.0],
        [2.0, 2.0, 1.0],
    ]


def test_pools_upsampling_and_flatten():
    x = normal(2, 3, 7, 5)
    given = pixels_before_channels(x)
    for ours, theirs in (
        (nnlib.MaxPool2D(2), layers.MaxPooling2D(2)),
        (nnlib.AveragePool2D(2), layers.AveragePooling2D(2)),
        (nnlib.Upsample2D(3), layers.UpSampling2D(3)),
    ):
        np.testing.assert_allclose(
            ours.forward(x), channels_before_pixels(theirs(given)), atol=1e-6
        )
    flat = number(layers.Flatten()(given))  # height, width, channel
    np.testing.assert_allclose(flat, given.reshape(2, -1), atol=1e-6)
    assert_differ(flat, nnlib.Flatten().forward(x))


def test_batch_norm():
    theirs = layers.BatchNormalization()
    assert (theirs.momentum, theirs.epsilon) == (0.99, 1e-3)
    ours = nnlib.BatchNorm(3, momentum=0.01, epsilon=1e-3, dtype=np.float64)
    x = 3 * normal(6, 3) + 1
    out = number(theirs(x, training=True))
    np.testing.assert_allclose(ours.forward(x, training=True), out, rtol=0, atol=3e-6)
    np.testing.assert_allclose(ours.running_mean, number(theirs.moving_mean), rtol=0, atol=3e-6)
    variance = 0.99 + 0.01 * x.var(axis=0)  # divided by M, where ours is by M - 1
    np.testing.assert_allclose(number(theirs.moving_variance), variance, rtol=0, atol=3e-6)
    assert not np.allclose(ours.running_variance, variance, atol=1e-6)


def test_dropout():
    out = number(layers.Dropout(0.25, seed=1)(np.ones((40, 50)), training=True))
    assert np.unique(out).tolist() == pytest.approx([0.0, 1 / 0.75])
    np.testing.assert_array_equal(number(layers.Dropout(0.25)(np.ones(3))), np.ones(3))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nnlib.ReLU(), "relu"),
        (nnlib.ELU(), "elu"),
        (nnlib.Softplus(), "softplus"),
        (nnlib.Sigmoid(), "sigmoid"),
        (nnlib.Tanh(), "tanh"),
        (nnlib.Softmax(), "softmax"),
    ],
)
def test_activations(ours, theirs):
    assert_same(ours, keras.activations.get(theirs), 5 * normal(6, 7))


def test_activations_with_a_choice():
    x = normal(6, 7)
    assert layers.LeakyReLU().negative_slope == pytest.approx(0.3)
    assert_same(nnlib.LeakyReLU(0.3), layers.LeakyReLU(), x)
    assert_same(nnlib.GELU(), lambda given: keras.activations.gelu(given), x)
    assert np.isnan(number(keras.activations.relu(np.array([np.nan])))).all()


def test_recurrent_layers():
    x = normal(2, 5, 3)
    rnn = nnlib.RNN(3, 4, rng=rng(), dtype=np.float64)
    weights = [parameter.value for parameter in rnn.parameters()]
    assert_same(rnn, built(layers.SimpleRNN(4), x, *weights), x)
    lstm = nnlib.LSTM(3, 4, rng=rng(), dtype=np.float64)
    theirs = layers.LSTM(4)
    theirs(x)
    np.testing.assert_array_equal(theirs.get_weights()[2][4:8], np.ones(4))  # the forget bias
    order = [0, 1, 3, 2]  # i, f, o, candidate to i, f, candidate, o
    weights = [beside(parameter.value[order]) for parameter in lstm.parameters()]
    theirs.set_weights(weights)
    assert_same(lstm, theirs, x)


def beside(gates):
    """The matrices, or biases, of all gates beside each other."""
    return np.concatenate(list(gates), axis=-1)


def test_gru():
    x = normal(2, 5, 3)
    ours, theirs = nnlib.GRU(3, 4, rng=rng(), dtype=np.float64), layers.GRU(4)
    assert theirs.reset_after
    order = [1, 0, 2]  # Keras has the update gate first
    weight, recurrent, bias = (parameter.value[order] for parameter in ours.parameters())
    # u and 1 - u have changed places in neither: h' = u h + (1 - u) n.
    built(theirs, x, beside(weight), beside(recurrent), _two(bias))
    assert_same(ours, theirs, x)
    assert theirs.get_weights()[2].shape == (2, 12)  # two biases


def _two(bias):
    return np.stack([bias.reshape(-1), np.zeros(bias.size)])


def test_embedding():
    fresh = layers.Embedding(200, 50)
    fresh(np.array([[0]]))
    (weight,) = fresh.get_weights()
    assert 0.049 < np.abs(weight).max() <= 0.05


# ---------------------------------------------------------------- losses


def test_losses():
    prediction, target = normal(4, 3), normal(4, 3, seed=2)
    value = number(keras.losses.MeanSquaredError()(target, prediction))
    assert nnlib.MeanSquaredError().value(prediction, target) == pytest.approx(float(value))
    bits = (target > 0).astype(float)
    value = number(keras.losses.BinaryCrossentropy(from_logits=True)(bits, prediction))
    assert nnlib.BinaryCrossEntropy().value(prediction, bits) == pytest.approx(float(value))
    assert not keras.losses.BinaryCrossentropy().from_logits
    labels = np.array([0, 2, 1, 2])
    theirs = keras.losses.SparseCategoricalCrossentropy
    value = number(theirs(from_logits=True)(labels, prediction))
    assert nnlib.CrossEntropy().value(prediction, labels) == pytest.approx(float(value))
    assert not theirs().from_logits
    hinge = keras.losses.Hinge()
    ours = nnlib.Hinge().value(prediction, bits)
    assert ours == pytest.approx(float(number(hinge(bits, prediction))))  # 0 and 1 are converted
    assert ours == pytest.approx(float(number(hinge(2 * bits - 1, prediction))))


# ---------------------------------------------------------------- optimizers


def path(optimizer, grads, rates=None):
    """Where Keras goes from 1."""
    point = keras.Variable(np.ones(2), dtype="float64")
    optimizer.build([point])
    for k, grad in enumerate(grads):
        if rates is not None:
            optimizer.learning_rate = rates[k]
        optimizer.apply_gradients([(keras.ops.convert_to_tensor(grad), point)])
    return number(point)


def our_path(make, grads, rates=None):
    point = Parameter(np.ones(2))
    optimizer = make([point])
    for k, grad in enumerate(grads):
        if rates is not None:
            optimizer.learning_rate = rates[k]
        point.grad[:] = grad
        optimizer.step()
    return point.value


GRADS = normal(5, 2, seed=3)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum(nesterov):
    theirs = lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=nesterov)  # noqa: E731
    ours = lambda p: nnlib.SGD(p, 0.1, momentum=0.9, nesterov=nesterov)  # noqa: E731
    np.testing.assert_allclose(our_path(ours, GRADS), path(theirs(), GRADS), atol=1e-7)
    rates = [0.1, 0.1, 0.01, 0.01, 0.01]
    assert_differ(our_path(ours, GRADS, rates), path(theirs(), GRADS, rates))


def test_adagrad():
    theirs = keras.optimizers.Adagrad(0.1)
    assert theirs.epsilon == 1e-7
    assert theirs.initial_accumulator_value == 0.1
    theirs = keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.01)
    total = GRADS[0] ** 2
    expected = 1 - 0.1 * GRADS[0] / np.sqrt(total + 0.01)  # inside the root
    np.testing.assert_allclose(path(theirs, GRADS[:1]), expected, atol=1e-7)


def test_rmsprop():
    theirs = keras.optimizers.RMSprop(0.1)
    assert (theirs.rho, theirs.epsilon) == (0.9, 1e-7)
    theirs = keras.optimizers.RMSprop(0.1, epsilon=0.01)
    expected = 1 - 0.1 * GRADS[0] / np.sqrt(0.1 * GRADS[0] ** 2 + 0.01)
    np.testing.assert_allclose(path(theirs, GRADS[:1]), expected, atol=1e-7)


def test_adam():
    assert keras.optimizers.Adam().epsilon == 1e-7
    g, root = GRADS[0], math.sqrt(1 - 0.999)
    expected = 1 - 0.1 * root / (1 - 0.9) * 0.1 * g / (root * np.abs(g) + 0.01)
    theirs = path(keras.optimizers.Adam(0.1, epsilon=0.01), GRADS[:1])
    np.testing.assert_allclose(theirs, expected, atol=1e-7)
    tiny = {"epsilon": 1e-12}
    ours = our_path(lambda p: nnlib.Adam(p, 0.1, **tiny), GRADS)
    np.testing.assert_allclose(ours, path(keras.optimizers.Adam(0.1, **tiny), GRADS), atol=1e-6)


def test_adamw():
    assert keras.optimizers.AdamW().weight_decay == 0.004
    theirs = path(keras.optimizers.AdamW(0.1, weight_decay=0.5, epsilon=1e-12), GRADS)
    ours = our_path(lambda p: nnlib.AdamW(p, 0.1, weight_decay=0.5, epsilon=1e-12), GRADS)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


# ---------------------------------------------------------------- initialisers, penalties


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_initialisers(name):
    ours = getattr(initializers, name)((300, 200), rng=rng())
    theirs = number(keras.initializers.get(name)((300, 200)))
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal"])
def test_cut_tails(name):
    ours = getattr(initializers, name)((300, 200), rng=rng())
    theirs = number(keras.initializers.get(name)((300, 200)))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    far = [np.mean(np.abs(weights) > 2.3 * weights.std()) for weights in (ours, theirs)]
    assert far[0] > 0.01 > 1e-3 > far[1]  # with PyTorch behind it, Keras lets a few through


def test_other_initialisers():
    theirs = number(keras.initializers.RandomNormal()((300, 200)))
    assert theirs.std() == pytest.approx(0.05, rel=0.02)
    assert np.abs(theirs).max() > 3 * 0.05  # no cut tails
    filters = number(keras.initializers.Orthogonal()((3, 3, 4, 8)))  # (k, k, C_in, C_out)
    columns = filters.reshape(36, 8)
    np.testing.assert_allclose(columns.T @ columns, np.eye(8), atol=1e-6)


def test_penalties_and_clipping():
    weight = normal(3, 2)
    theirs = float(number(keras.regularizers.L2(0.1)(keras.ops.convert_to_tensor(weight))))
    assert theirs == pytest.approx(0.1 * (weight**2).sum())
    assert nnlib.L2(0.1).value([Parameter(weight)]) == pytest.approx(theirs / 2)
    theirs = float(number(keras.regularizers.L1(0.1)(keras.ops.convert_to_tensor(weight))))
    assert nnlib.L1(0.1).value([Parameter(weight)]) == pytest.approx(theirs)
    grad = np.array([3.0, 4.0])
    clipped = path(keras.optimizers.SGD(1.0, global_clipnorm=1.0), [grad])
    np.testing.assert_allclose(1 - clipped, grad / 5, atol=1e-6)
