"""What the library reaches on MNIST, where the files are at hand."""

import os

import numpy as np
import pytest

from nnlib import (
    SGD,
    CosineAnnealing,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    Sigmoid,
    accuracy,
    evaluate,
    fit,
    he_normal,
)
from nnlib.datasets import load_mnist, mnist_available
from nnlib.zoo import digits_mlp, lenet5

pytestmark = pytest.mark.skipif(
    not mnist_available(),
    reason="the MNIST files are not here; name their folder in NNLIB_DATA_DIR",
)


@pytest.fixture(scope="module")
def mnist():
    return load_mnist(download=False)


def rng(seed=0):
    return np.random.default_rng(seed)


def train(network, loss, x, y, *, rate, momentum=0.0, batch_size, epochs):
    """Train with a learning rate that falls to zero along a cosine."""
    updates = epochs * -(-len(x) // batch_size)
    steps = fit(
        *(network, loss, SGD(network.parameters(), rate, momentum=momentum), x, y),
        batch_size=batch_size,
        epochs=epochs,
        rng=rng(),
        schedule=CosineAnnealing(rate, 0.0, iterations=updates),
    )
    *_, last = steps
    assert last.iteration == updates


def test_a_small_network_reads_mnist(mnist):
    network = Sequential(
        Dense(784, 128, rng=rng(), initializer=he_normal), ReLU(), Dense(128, 10, rng=rng(1))
    )
    loss = CrossEntropy()
    options = {"rate": 0.1, "momentum": 0.9, "batch_size": 64, "epochs": 4}
    train(network, loss, mnist.x_train, mnist.y_train, **options)
    result = evaluate(network, loss, mnist.x_test, mnist.y_test)
    assert result.accuracy >= 0.975
    assert result.loss < 0.09


def test_sigmoids_and_squared_errors_read_mnist_as_in_the_old_days(mnist):
    network = Sequential(digits_mlp(rng=rng()), Sigmoid())  # 784-16-16-10, all sigmoids
    wanted = np.eye(10, dtype=np.float32)[mnist.y_train]  # (60000, 10): 1 for the digit, else 0
    # A rate of 10 on a mean over ten outputs is 2 on half their sum, as textbooks write it.
    train(network, MeanSquaredError(), mnist.x_train, wanted, rate=10.0, batch_size=32, epochs=6)
    assert accuracy(network.forward(mnist.x_test), mnist.y_test) >= 0.92


@pytest.mark.slow
@pytest.mark.skipif("NNLIB_SLOW_TESTS" not in os.environ, reason="set NNLIB_SLOW_TESTS to run it")
def test_lenet5_reads_mnist(mnist):
    middle, spread = mnist.x_train.mean(), mnist.x_train.std()  # as in section II.B of the paper
    x_train, x_test = (
        ((x - middle) / spread).reshape(-1, 1, 28, 28) for x in (mnist.x_train, mnist.x_test)
    )
    network = lenet5(rng=rng())
    options = {"rate": 0.02, "momentum": 0.9, "batch_size": 32, "epochs": 5}
    train(network, CrossEntropy(), x_train, mnist.y_train, **options)
    assert evaluate(network, CrossEntropy(), x_test, mnist.y_test).accuracy >= 0.988
