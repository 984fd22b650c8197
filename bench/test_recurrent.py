"""One training step of a recurrent network: nnlib beside PyTorch.

Both gather the same mini-batch of sequences, go through time, take the mean cross-entropy of a
dense layer on the last state, go back, move by plain SGD, and hand out the loss. Both start from
the same weights, and the losses are compared before anything is timed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import GRU, LSTM, RNN, SGD, CrossEntropy, Dense, Sequential, fit
from sidebyside import measure

torch = pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch pytest bench")

LEARNING_RATE, SEED, FEATURES, CLASSES, ROUNDS = 0.05, 7, 32, 2, 15
PARAMETERS = ("weight_ih", "weight_hh", "bias_ih")  # as PyTorch calls them, in our order
CELLS = {
    # Name: nnlib, PyTorch, and where each gate of ours stands in PyTorch's weights.
    "RNN": (RNN, torch.nn.RNN, [0]),
    "GRU": (GRU, torch.nn.GRU, [0, 1, 2]),
    "LSTM": (LSTM, torch.nn.LSTM, [0, 1, 3, 2]),
}


@dataclass(frozen=True)
class Workload:
    """A cell, the size of its state, the length of a sequence, and sequences in a batch."""

    cell: str
    hidden: int
    time: int
    batch_size: int

    def __str__(self) -> str:
        return f"{self.cell} h{self.hidden} t{self.time} b{self.batch_size}"


SIZES = [
    *((8, 10, 1), (8, 25, 16), (32, 25, 1), (32, 25, 16), (32, 50, 32)),
    *((64, 50, 16), (64, 50, 64), (128, 100, 1), (128, 50, 16), (128, 100, 32)),
]
WORKLOADS = [Workload(cell, *size) for cell in CELLS for size in SIZES]


def problem(workload):
    rng = np.random.default_rng(0)
    samples = 8 * workload.batch_size
    x = rng.normal(size=(samples, workload.time, FEATURES)).astype(np.float32)
    return x, rng.integers(CLASSES, size=samples), made(workload)


def made(workload) -> Sequential:
    rng = np.random.default_rng(1)
    cell, _, _ = CELLS[workload.cell]
    return Sequential(
        cell(FEATURES, workload.hidden, rng=rng), Dense(workload.hidden, CLASSES, rng=rng)
    )


# ---------------------------------------------------------------- the contestants


def nnlib_run(workload, x, y, network) -> Iterator[float]:
    network = made(workload)
    optimizer = SGD(network.parameters(), LEARNING_RATE)
    steps = fit(
        *(network, CrossEntropy(), optimizer, x, y),
        batch_size=workload.batch_size,
        epochs=1_000_000,
        rng=np.random.default_rng(SEED),
    )
    for step in steps:
        yield step.loss


def torch_run(workload, x, y, network) -> Iterator[float]:
    _, cell, order = CELLS[workload.cell]
    ours, dense = network.layers
    recurrent = cell(FEATURES, workload.hidden, batch_first=True)
    linear = torch.nn.Linear(workload.hidden, CLASSES)
    with torch.no_grad():
        for parameter, name in zip(ours.parameters(), PARAMETERS, strict=True):
            gates = parameter.value.reshape(len(order), -1, workload.hidden)[np.argsort(order)]
            values = np.concatenate([gate.T for gate in gates]).squeeze()
            getattr(recurrent, f"{name}_l0").copy_(torch.from_numpy(values))
        recurrent.bias_hh_l0.zero_()
        linear.weight.copy_(torch.from_numpy(dense.weight.value.T.copy()))
        linear.bias.zero_()
    recurrent.bias_hh_l0.requires_grad_(False)  # nnlib has one bias, which does the same
    criterion = torch.nn.CrossEntropyLoss()
    learnt = [p for m in (recurrent, linear) for p in m.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(learnt, lr=LEARNING_RATE)
    x, y, rng = torch.from_numpy(x), torch.from_numpy(y), np.random.default_rng(SEED)
    while True:
        order = rng.permutation(len(x))
        for start in range(0, len(x), workload.batch_size):
            index = torch.from_numpy(order[start : start + workload.batch_size])
            states, _ = recurrent(x[index])
            loss = criterion(linear(states[:, -1]), y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_the_losses_agree(workload):
    data = problem(workload)
    runs = [nnlib_run(workload, *data), torch_run(workload, *data)]
    ours, theirs = ([next(run) for _ in range(20)] for run in runs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_training_step(workload, table):
    data = problem(workload)
    runs = {"nnlib": nnlib_run(workload, *data), "PyTorch": torch_run(workload, *data)}
    result = measure(runs, rounds=ROUNDS)
    ratio = result.ratio("PyTorch", to="nnlib")
    micro = result.step("nnlib") * 1e6
    table.append(f"{workload!s:<30}{micro:>14.0f}{ratio:>13.1f}x")
    assert ratio >= (0.7 if workload.cell == "LSTM" else 1.0)  # a large LSTM is level
