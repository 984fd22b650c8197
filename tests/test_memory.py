"""What training allocates: the same arrays in every step, and nothing that stays.

NumPy reports its arrays to tracemalloc. A layer hands out a new array in each pass, so that nothing
a caller holds is written over, and lets go of the old one; its scratch memory it keeps.
"""

import tracemalloc
from itertools import islice

import numpy as np
import pytest

from nnlib import (
    GRU,
    L2,
    LSTM,
    RNN,
    Adam,
    BatchNorm,
    CrossEntropy,
    Dense,
    Dropout,
    Embedding,
    LeakyReLU,
    ReLU,
    Sequential,
    Tanh,
    fit,
)
from nnlib.zoo import lenet5

SAMPLES, BATCH = 256, 64


def draw():
    return np.random.default_rng(0)


def rows(features=40):
    return draw().normal(size=(SAMPLES, features)).astype(np.float32)


def images():
    return draw().normal(size=(SAMPLES, 1, 28, 28)).astype(np.float32)


def sequences():
    return draw().normal(size=(SAMPLES, 50, 16)).astype(np.float32)


def recurrent(cell):
    return Sequential(cell(16, 32, rng=draw()), Dense(32, 10, rng=draw()))


#: A network, its samples, and options of `fit`.
WORKLOADS = {
    "dense, an epoch": lambda: (dense(Tanh()), rows(), {"yields": "epoch"}),
    "dense, layer by layer": lambda: (dense(LeakyReLU()), rows(), {}),
    "dense, a penalty, clipped": lambda: (
        dense(ReLU()),
        rows(),
        {"penalty": L2(1e-4), "clip_norm": 1.0},
    ),
    "batch norm and dropout": lambda: (
        dense(BatchNorm(256), ReLU(), Dropout(0.5, rng=draw())),
        rows(),
        {},
    ),
    "LeNet-5": lambda: (lenet5(rng=draw()), images(), {}),
    "RNN": lambda: (recurrent(RNN), sequences(), {}),
    "LSTM": lambda: (recurrent(LSTM), sequences(), {}),
    "GRU": lambda: (recurrent(GRU), sequences(), {}),
    "embedding": lambda: (
        Sequential(Embedding(30, 16, rng=draw()), *recurrent(GRU).layers),
        draw().integers(30, size=(SAMPLES, 50)),
        {},
    ),
}


def dense(*between):
    return Sequential(Dense(40, 256, rng=draw()), *between, Dense(256, 10, rng=draw()))


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_step_leaves_nothing_behind_and_takes_what_it_hands_out(name):
    network, x, options = WORKLOADS[name]()
    y = draw().integers(10, size=SAMPLES)
    outputs = sum(output.nbytes for output in network.trace(x[:BATCH]))
    epoch = 1 if options.get("yields") == "epoch" else SAMPLES // BATCH
    steps = fit(
        *(network, CrossEntropy(), Adam(network.parameters()), x, y),
        batch_size=BATCH,
        epochs=1000,
        rng=draw(),
        **options,
    )
    list(islice(steps, 2 * epoch))  # compiles
    tracemalloc.start()
    try:
        list(islice(steps, 2 * epoch))  # until every array of before has been replaced
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        list(islice(steps, 20 * epoch))
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - held < 3_000
    # The rest is the order of an epoch, and what is as small as a bias. The gates of a recurrent
    # layer, or the columns of a convolution, would be many times as much.
    most = 32_000 if epoch == 1 else outputs + 2 * x[:BATCH].nbytes + 32_000
    assert peak - held < most


def test_a_leak_would_be_seen():
    kept = []

    class Hoarder(LeakyReLU):
        def forward(self, x, *, training=False):
            kept.append(np.copy(x))
            return super().forward(x, training=training)

    WORKLOADS["leak"] = lambda: (dense(Hoarder()), rows(), {})
    try:
        with pytest.raises(AssertionError, match="3000"):
            test_a_step_leaves_nothing_behind_and_takes_what_it_hands_out("leak")
    finally:
        del WORKLOADS["leak"]
