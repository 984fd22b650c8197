"""A second start compiles nothing: `python -m nnlib.warm` leaves all that a lesson needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Prints how often the kernels in use were found in the cache, and how often compiled.
COUNT = """
import json
from nnlib.kernels import (
    activations, convolution, dense, filters, fused, landscapes, losses, neurons, optimizers,
    pooling, recurrent, sequences
)

stats = {
    f"{module.__name__}.{name}": kernel.stats
    for module in (
        activations, convolution, dense, filters, fused, landscapes, losses, neurons, optimizers,
        pooling, recurrent, sequences
    )
    for name, kernel in vars(module).items()
    if hasattr(kernel, "stats") and kernel.__module__ == module.__name__
}
stats |= {
    f"_updates {activation} {loss}": fused.updates_kernel(activation, loss, fused.STAY).stats
    for activation in (fused.LINEAR, fused.RELU, fused.TANH, fused.SIGMOID)
    for loss in (fused.SQUARED_ERROR, fused.LOGISTIC, fused.SOFTMAX)
}
print(json.dumps({
    "kernels": len(stats),
    "called": sum(not name.split(".")[-1].startswith("_") for name in stats),
    "hits": sum(sum(s.cache_hits.values()) for s in stats.values()),
    "compiled": sorted(name for name, s in stats.items() if s.cache_misses),
}))
"""

WARM = "from nnlib.warm import warm; warm()"

# A session such as a lesson's: data from the library, each loss, several optimizers and batches.
LESSON = """
import numpy as np, nnlib
from nnlib.filters import KERNELS, filter2d
from nnlib.datasets import load_digits, moons, regression_plane

rng = np.random.default_rng(0)

def train(network, loss, optimizer, x, y, **options):
    list(nnlib.fit(network, loss, optimizer, x, y, rng=rng, **options))
    return nnlib.evaluate(network, loss, x, y, batch_size=100)

digits = load_digits(rng=rng)
network = nnlib.Sequential(
    nnlib.Dense(64, 8, rng=rng, initializer=nnlib.he_normal), nnlib.ReLU(),
    nnlib.Dense(8, 8, rng=rng), nnlib.Sigmoid(), nnlib.Dense(8, 10, rng=rng),
)
sgd = nnlib.SGD(network.parameters(), 0.1)
train(network, nnlib.CrossEntropy(), sgd, digits.x_train, digits.y_train, batch_size=32)
sgd.momentum = 0.9
train(network, nnlib.CrossEntropy(), sgd, digits.x_train[::2], digits.y_train[::2], batch_size=1000)
sgd.nesterov = True
schedule = nnlib.StepHalving(0.1, every=10)
train(network, nnlib.CrossEntropy(), sgd, digits.x_test, digits.y_test, schedule=schedule)
x, labels = moons(100, noise=0.1, rng=rng)
small = nnlib.Sequential(nnlib.Dense(2, 8, rng=rng), nnlib.Tanh(), nnlib.Dense(8, 1, rng=rng))
targets = labels[:, None].astype(np.float32)
train(small, nnlib.BinaryCrossEntropy(), nnlib.Adam(small.parameters()), x, targets, batch_size=1)
train(small, nnlib.BinaryCrossEntropy(), nnlib.AdaGrad(small.parameters(), 0.1), x, targets)
x, heights = regression_plane(100, noise=0.1, rng=rng)
train(small, nnlib.MeanSquaredError(), nnlib.RMSprop(small.parameters(), 0.01), x, heights)
images = nnlib.Sequential(
    nnlib.Conv2D(1, 4, 3, padding=1, rng=rng), nnlib.ReLU(), nnlib.AveragePool2D(2),
    nnlib.Conv2D(4, 8, 3, stride=2, rng=rng), nnlib.MaxPool2D((1, 1)), nnlib.Flatten(),
    nnlib.Dense(8, 10, rng=rng),
)
x, labels = digits.x_train.reshape(-1, 1, 8, 8), digits.y_train
train(images, nnlib.CrossEntropy(), nnlib.SGD(images.parameters(), 0.1), x, labels, batch_size=20)
for mode in ("valid", "same"):
    filter2d(x[0, 0], KERNELS["sobel x"], mode=mode)
x, heights = regression_plane(100, noise=0.1, rng=rng)
nnlib.accuracy(small.forward(x[:1]), np.array([1]))
numbers = rng.integers(5, size=(20, 9))
for cell in (nnlib.RNN, nnlib.LSTM, nnlib.GRU):
    words = nnlib.Sequential(
        nnlib.Embedding(5, 3, rng=rng, masked=True),
        cell(3, 4, rng=rng, masked=True, returns="all", truncate=4),
        cell(4, 4, rng=rng, stateful=True),
        nnlib.Dense(4, 5, rng=rng),
    )
    optimizer = nnlib.SGD(words.parameters(), 0.1)
    words.forward(numbers)
    words.layers[2].state = None
    words.layers[2].stateful = False
    train(words, nnlib.CrossEntropy(), optimizer, numbers, numbers[:, 0])

deep = nnlib.Sequential(
    nnlib.Dense(2, 8, rng=rng), nnlib.BatchNorm(8), nnlib.LeakyReLU(),
    nnlib.Dense(8, 8, rng=rng), nnlib.ELU(), nnlib.Softplus(), nnlib.Dropout(0.1, rng=rng),
    nnlib.Dense(8, 8, rng=rng), nnlib.GELU(), nnlib.Threshold(), nnlib.Softmax(),
    nnlib.Dense(8, 1, rng=rng),
)
x, labels = moons(100, noise=0.1, rng=rng)
decayed = nnlib.AdamW(deep.parameters())
for penalty in (nnlib.L1(0.01), nnlib.L2(0.01)):
    train(deep, nnlib.Hinge(), decayed, x, targets, penalty=penalty, clip_norm=1.0)
images = nnlib.BatchNorm(3)
images.backward(images.forward(np.ones((2, 3, 4, 4), np.float32), training=True))

from nnlib.landscapes import Beale, descend, end_points
from nnlib.neurons import Perceptron

hills = Beale()
end_points(hills, hills.grid(20, 10), 0.001, 0.9, 100)
Perceptron(2).fit(*moons(100, noise=0.1, rng=rng), max_epochs=3)
for make in (nnlib.SGD, nnlib.AdaGrad, nnlib.RMSprop, nnlib.Adam):
    descend(hills, lambda point: make(point, 0.01), hills.start, 10)
"""


def run(cache, *scripts):
    """Run scripts one after the other in a new process; return the counts after each."""

    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    for name in ("NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"):
        environment.pop(name, None)
    command = [sys.executable, "-c", "\n".join(script + COUNT for script in scripts)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def second_start(tmp_path_factory):
    """The counts of a second start: after the import, after a lesson, after `nnlib.warm`."""
    folder = tmp_path_factory.mktemp("cache")
    [cold] = run(folder, WARM)
    # It did compile, and every kernel there is: otherwise the counts below would mean nothing.
    assert len(cold["compiled"]) == cold["kernels"] > 10
    assert cold["hits"] == 0
    return run(folder, "import nnlib", LESSON, WARM)


def test_importing_compiles_and_loads_nothing(second_start):
    imported, _, _ = second_start
    assert imported["compiled"] == []
    assert imported["hits"] == 0  # though all are there


def test_a_lesson_compiles_nothing_after_warm(second_start):
    _, lesson, _ = second_start
    assert lesson["compiled"] == []
    assert lesson["hits"] >= lesson["called"]  # those with _ come inside those that call them


def test_a_second_start_compiles_nothing(second_start):
    _, _, warmed = second_start
    assert warmed["compiled"] == []
    assert warmed["hits"] >= warmed["called"]
