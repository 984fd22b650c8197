"""What `fit` gains by the short way through a dense network, beside PyTorch and NumPy.

Three ways of nnlib to make the same updates: `epoch` hands out a step for each pass over the data,
all of it in one kernel; `update` hands one out after each update, its gradient in one kernel; and
`layers` calls layer by layer, as it does for any other network. And single steps of the optimizers.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import nnlib.loop
from nnlib import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    CrossEntropy,
    Parameter,
    RMSprop,
    fit,
)
from sidebyside import Result, measure
from workloads import (
    LEARNING_RATE,
    SAMPLES,
    SEED,
    Workload,
    compile_update,
    made,
    numpy_run,
    problem,
)

torch = pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch pytest bench")

from test_training_step import torch_run  # noqa: E402  (needs PyTorch too)

ROUNDS, PARAMETERS = 20, 100_000

WORKLOADS = [
    Workload((2, 16, 16, 2), "tanh", 32, least=20.0),
    Workload((2, 16, 16, 2), "tanh", 1, least=30.0),
    Workload((64, 32, 10), "relu", 32),
    Workload((784, 16, 16, 10), "sigmoid", 64),
    Workload((784, 128, 10), "relu", 64),
]

OPTIMIZERS = {
    "SGD": (SGD, torch.optim.SGD, {}, {}),
    "SGD, momentum": (SGD, torch.optim.SGD, {"momentum": 0.9}, {"momentum": 0.9}),
    "SGD, Nesterov": (
        *(SGD, torch.optim.SGD),
        *({"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "nesterov": True}),
    ),
    "AdaGrad": (AdaGrad, torch.optim.Adagrad, {}, {"eps": 1e-8}),
    "RMSprop": (RMSprop, torch.optim.RMSprop, {"decay": 0.9}, {"alpha": 0.9}),
    "Adam": (Adam, torch.optim.Adam, {}, {}),
    "AdamW": (AdamW, torch.optim.AdamW, {}, {}),
}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        yield


def nnlib_run(way, workload, x, y, weights) -> Iterator[float]:
    """Losses of updates, or the mean loss of each epoch."""
    network = made(workload, weights)
    optimizer, rng = SGD(network.parameters(), LEARNING_RATE), np.random.default_rng(SEED)
    with pytest.MonkeyPatch.context() as patch:
        if way == "layers":
            patch.setattr(nnlib.loop, "fused_or_none", lambda *_: None)
        if way == "update":
            compile_update(network, x, y)
        steps = fit(
            *(network, CrossEntropy(), optimizer, x, y),
            batch_size=workload.batch_size,
            epochs=1_000_000,
            rng=rng,
            yields="epoch" if way == "epoch" else "update",
        )
        yield next(steps).loss  # here it decides
    for step in steps:
        yield step.loss


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_the_losses_agree(workload):
    data, updates = problem(workload), min(300, SAMPLES // workload.batch_size)
    runs = {way: nnlib_run(way, workload, *data) for way in ("update", "layers")}
    runs["PyTorch"] = torch_run(workload, *data)
    losses = {name: [next(run) for _ in range(updates)] for name, run in runs.items()}
    assert losses["update"] == losses["layers"]
    np.testing.assert_allclose(losses["update"], losses["PyTorch"], rtol=1e-3)
    if updates == SAMPLES // workload.batch_size:
        first = next(nnlib_run("epoch", workload, *data))
        assert first == pytest.approx(np.mean(losses["layers"]), rel=1e-9)


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_ways_of_training(workload, table):
    data = problem(workload)
    runs = {way: nnlib_run(way, workload, *data) for way in ("epoch", "update", "layers")}
    runs |= {"PyTorch": torch_run(workload, *data), "NumPy": numpy_run(workload, *data)}
    result = measure(runs, rounds=ROUNDS)
    updates = SAMPLES // workload.batch_size  # in an item of "epoch"
    result.seconds["epoch"][:] = [seconds / updates for seconds in result.seconds["epoch"]]
    head = f"{'short ways':<30}" + "".join(
        f"{text:>15}"
        for text in ("epoch µs", "PyTorch/epoch", "NumPy/epoch", "PyTorch/update", "PyTorch/layers")
    )
    if head not in table:
        table.append(head)
    to_epoch = result.ratio("PyTorch", to="epoch")
    ratios = [to_epoch, result.ratio("NumPy", to="epoch")]
    ratios += [result.ratio("PyTorch", to=way) for way in ("update", "layers")]
    cells = "".join(f"{ratio:>14.1f}x" for ratio in ratios)
    table.append(f"{workload!s:<30}{result.step('epoch') * 1e6:>15.2f}{cells}")
    assert to_epoch >= workload.least


def steps_of(optimizer) -> Iterator[float]:
    while True:
        optimizer.step()
        yield 0.0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_step(name, table):
    make, make_twin, options, twin_options = OPTIMIZERS[name]
    start = np.random.default_rng(0).normal(size=PARAMETERS).astype(np.float32)
    ours, theirs = Parameter(start.copy()), torch.nn.Parameter(torch.from_numpy(start.copy()))
    ours.grad[:], theirs.grad = 0.1 * start, torch.from_numpy(0.1 * start)
    optimizer = make([ours], learning_rate=1e-6, **options)
    twin = make_twin([theirs], lr=1e-6, **twin_options)
    runs = {"nnlib": steps_of(optimizer), "PyTorch": steps_of(twin)}
    result: Result = measure(runs, rounds=ROUNDS)
    head = f"{'step of 100,000 parameters':<30}{'nnlib µs':>15}{'PyTorch':>15}   times as long"
    if head not in table:
        table.append(head)
    ratio = result.ratio("PyTorch", to="nnlib")
    table.append(f"{name:<30}{result.step('nnlib') * 1e6:>15.1f}{ratio:>14.1f}x")
    np.testing.assert_allclose(ours.value, theirs.detach().numpy(), rtol=1e-2, atol=1e-2)
