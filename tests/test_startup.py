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
    activations, convolution, dense, filters, fused, landscapes, losses, optimizers, pooling
)

stats = {
    f"{module.__name__}.{name}": kernel.stats
    for module in (
        activations, convolution, dense, filters, fused, landscapes, losses, optimizers, pooling
    )
    for name, kernel in vars(module).items()
    if hasattr(kernel, "stats")
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
filter2d(x[0, 0], KERNELS["sobel x"])
x, heights = regression_plane(100, noise=0.1, rng=rng)
nnlib.accuracy(small.forward(x[:1]), np.array([1]))

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

hills = Beale()
end_points(hills, hills.grid(20, 10), 0.001, 0.9, 100)
for make in (nnlib.SGD, nnlib.AdaGrad, nnlib.RMSprop, nnlib.Adam):
    descend(hills, lambda point: make(point, 0.01), hills.start, 10)
"""


def run(script, cache):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    for name in ("NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"):
        environment.pop(name, None)
    command = [sys.executable, "-c", script + COUNT]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """The cache folder that `python -m nnlib.warm` fills, and what it compiled."""
    folder = tmp_path_factory.mktemp("cache")
    cold = run(WARM, folder)
    # It did compile, and every kernel there is: otherwise the counts below would mean nothing.
    assert len(cold["compiled"]) == cold["kernels"] > 10
    assert cold["hits"] == 0
    return folder


def test_a_second_start_compiles_nothing(cache):
    second = run(WARM, cache)
    assert second["compiled"] == []
    assert second["hits"] >= second["called"]  # those with _ come inside others, or instead


def test_a_lesson_compiles_nothing_after_warm(cache):
    lesson = run(LESSON, cache)
    assert lesson["compiled"] == []
    assert lesson["hits"] >= lesson["called"]


def test_importing_compiles_and_loads_nothing(cache, tmp_path):
    for folder in (cache, tmp_path):
        imported = run("import nnlib", folder)
        assert imported["compiled"] == []
        assert imported["hits"] == 0
    assert list(tmp_path.rglob("*.nbc")) == []
