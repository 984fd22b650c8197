"""What the library reaches on MNIST, where the files are at hand."""

import numpy as np
import pytest

from nnlib import (
    SGD,
    CosineAnnealing,
    CrossEntropy,
    Dense,
    ReLU,
    Sequential,
    evaluate,
    fit,
    he_normal,
)
from nnlib.datasets import load_mnist, mnist_available

EPOCHS, BATCH_SIZE = 4, 64


@pytest.mark.skipif(
    not mnist_available(),
    reason="the MNIST files are not here; name their folder in NNLIB_DATA_DIR",
)
def test_a_small_network_reads_mnist():
    rng = np.random.default_rng(0)
    mnist = load_mnist(download=False)
    network = Sequential(
        Dense(784, 128, rng=rng, initializer=he_normal), ReLU(), Dense(128, 10, rng=rng)
    )
    loss, optimizer = CrossEntropy(), SGD(network.parameters(), 0.1, momentum=0.9)
    updates = EPOCHS * -(-len(mnist.x_train) // BATCH_SIZE)
    steps = fit(
        *(network, loss, optimizer, mnist.x_train, mnist.y_train),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        rng=rng,
        schedule=CosineAnnealing(0.1, 0.0, iterations=updates),
    )
    *_, last = steps
    assert last.iteration == updates
    result = evaluate(network, loss, mnist.x_test, mnist.y_test)
    assert result.accuracy >= 0.975
    assert result.loss < 0.09
