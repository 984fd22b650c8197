"""Networks and layers for images, beside PyTorch.

The same work on the same numbers, as in `test_training_step.py`: LeNet-5 in training, as in
`nnlib.zoo` (tanh, average pools) and as it is often built (ReLU, max pools), and single layers
forward and back. LeNet-5 is also set beside PyTorch with the channels last in memory, with both on
two threads, and beside what a large matrix product reaches.
"""

import os
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import (
    SGD,
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    Sequential,
    fit,
    set_blas_threads,
)
from nnlib.layers.memory import in_order
from nnlib.zoo import lenet5
from sidebyside import measure

torch = pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch pytest bench")

LEARNING_RATE, SEED, SAMPLES, ROUNDS = 0.05, 7, 1920, 40


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        yield


# ---------------------------------------------------------------- LeNet-5 in training


def networks(kind):
    """The network twice, with the same weights."""
    rng = np.random.default_rng(0)
    if kind == "tanh, average":
        network, activation, pool = lenet5(rng=rng), torch.nn.Tanh, torch.nn.AvgPool2d
    else:
        activation, pool = torch.nn.ReLU, torch.nn.MaxPool2d
        network = Sequential(
            *(Conv2D(1, 6, 5, padding=2, rng=rng), ReLU(), MaxPool2D(2)),
            *(Conv2D(6, 16, 5, rng=rng), ReLU(), MaxPool2D(2), Flatten()),
            *(Dense(400, 120, rng=rng), ReLU(), Dense(120, 84, rng=rng), ReLU()),
            Dense(84, 10, rng=rng),
        )
    nn = torch.nn
    twin = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), activation(), pool(2)),
        *(nn.Conv2d(6, 16, 5), activation(), pool(2), nn.Flatten()),
        *(nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation()),
        nn.Linear(84, 10),
    )
    with torch.no_grad():
        for theirs, ours in zip(twin.parameters(), network.parameters(), strict=True):
            value = ours.value.T if ours.value.ndim == 2 else ours.value
            theirs.copy_(torch.from_numpy(value.copy()))
    return network, twin


def images():
    rng = np.random.default_rng(1)
    x = rng.uniform(size=(SAMPLES, 1, 28, 28)).astype(np.float32)
    return x, rng.integers(10, size=SAMPLES)


def nnlib_run(network, batch_size) -> Iterator[float]:
    optimizer = SGD(network.parameters(), LEARNING_RATE)
    rng = np.random.default_rng(SEED)
    options = {"batch_size": batch_size, "epochs": 1_000_000, "rng": rng}
    for step in fit(network, CrossEntropy(), optimizer, *images(), **options):
        yield step.loss


def torch_run(network, batch_size, *, memory_format=None) -> Iterator[float]:
    x, y = (torch.from_numpy(array) for array in images())
    if memory_format is not None:
        network = network.to(memory_format=memory_format)
        x = x.to(memory_format=memory_format)
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    criterion, rng = torch.nn.CrossEntropyLoss(), np.random.default_rng(SEED)
    while True:
        order = rng.permutation(SAMPLES)
        for start in range(0, SAMPLES, batch_size):
            index = torch.from_numpy(order[start : start + batch_size])
            loss = criterion(network(x[index]), y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()


KINDS = ["tanh, average", "ReLU, max"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_losses_agree(kind):
    ours, theirs = networks(kind)
    losses = [list(islice(nnlib_run(ours, 32), 30)), list(islice(torch_run(theirs, 32), 30))]
    np.testing.assert_allclose(*losses, rtol=1e-4)


def products(size=512) -> Iterator[float]:
    """Square matrix products: as fast as this machine multiplies."""
    a, b, out = np.ones((3, size, size), dtype=np.float32)
    while True:
        np.matmul(a, b, out=out)
        yield 0.0


def share_of_peak(network, batch_size, result) -> float:
    """Multiply-adds of a step per second, as a share of those of a large matrix product.

    Each layer goes forward, to its weights, and to its input; the first not to its input.
    """
    first = network.layers[0].multiply_adds((1, 28, 28))
    step = batch_size * (3 * network.multiply_adds((1, 28, 28)) - first)
    ratios = [
        step / seconds / (512**3 / product)
        for seconds, product in zip(*(result.seconds[n] for n in ("nnlib", "peak")), strict=True)
    ]
    return float(np.median(ratios))


@pytest.mark.parametrize("batch_size", [32, 64])
@pytest.mark.parametrize("kind", KINDS)
def test_training_step_of_lenet(kind, batch_size, table):
    ours, theirs = networks(kind)
    _, last = networks(kind)
    runs = {
        "nnlib": nnlib_run(ours, batch_size),
        "PyTorch": torch_run(theirs, batch_size),
        "channels last": torch_run(last, batch_size, memory_format=torch.channels_last),
        "peak": products(),
    }
    result = measure(runs, rounds=ROUNDS)
    name = f"LeNet-5 b{batch_size} {kind}"
    add_row(table, name, result, least=1.0)
    ratio, share = (
        result.ratio("channels last", to="nnlib"),
        share_of_peak(ours, batch_size, result),
    )
    table.append(f"{name:<38}{ratio:>9.2f}x channels last, {share:.0%} of the peak of sgemm")


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two processors")
@pytest.mark.parametrize("kind", KINDS)
def test_training_step_of_lenet_on_two_threads(kind, table):
    ours, theirs = networks(kind)
    torch.set_num_threads(2)
    set_blas_threads(2)
    try:
        with threadpool_limits(2, user_api="blas"):
            runs = {"nnlib": nnlib_run(ours, 64), "PyTorch": torch_run(theirs, 64)}
            add_row(table, f"LeNet-5 b64 {kind}, two threads", measure(runs, rounds=ROUNDS))
            runs["nnlib"].close()
    finally:
        set_blas_threads(1)


# ---------------------------------------------------------------- one layer, forward and back


def options(**steps):
    return {"rng": np.random.default_rng(0), **steps}


LAYERS = {
    # nnlib, PyTorch, one image
    "conv 1-6 5x5 p2, 28x28": (
        lambda: Conv2D(1, 6, 5, **options(padding=2)),
        lambda: torch.nn.Conv2d(1, 6, 5, padding=2),
        (1, 28, 28),
    ),
    "conv 6-16 5x5, 14x14": (
        lambda: Conv2D(6, 16, 5, **options()),
        lambda: torch.nn.Conv2d(6, 16, 5),
        (6, 14, 14),
    ),
    "conv 8-16 3x3 p1, 8x8": (
        lambda: Conv2D(8, 16, 3, **options(padding=1)),
        lambda: torch.nn.Conv2d(8, 16, 3, padding=1),
        (8, 8, 8),
    ),
    "conv 8-16 3x3 s2 p1, 28x28": (
        lambda: Conv2D(8, 16, 3, **options(stride=2, padding=1)),
        lambda: torch.nn.Conv2d(8, 16, 3, stride=2, padding=1),
        (8, 28, 28),
    ),
    **{
        f"conv {n_in}-{n_out} 3x3 p1, {side}x{side}": (
            lambda n_in=n_in, n_out=n_out: Conv2D(n_in, n_out, 3, **options(padding=1)),
            lambda n_in=n_in, n_out=n_out: torch.nn.Conv2d(n_in, n_out, 3, padding=1),
            (n_in, side, side),
        )
        for n_in, n_out, side in [
            *((16, 16, 16), (16, 32, 16), (16, 32, 32)),
            *((32, 32, 8), (32, 32, 16), (32, 64, 16), (64, 64, 8), (64, 64, 16)),
        ]
    },
    "transposed 16-8 3x3 s2, 14x14": (
        lambda: ConvTranspose2D(16, 8, 3, **options(stride=2, padding=1, output_padding=1)),
        lambda: torch.nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1),
        (16, 14, 14),
    ),
    "max pool 2, 6x28x28": (lambda: MaxPool2D(2), lambda: torch.nn.MaxPool2d(2), (6, 28, 28)),
    "average pool 2, 6x28x28": (
        lambda: AveragePool2D(2),
        lambda: torch.nn.AvgPool2d(2),
        (6, 28, 28),
    ),
}


def nnlib_layer(layer, x, grad) -> Iterator[float]:
    while True:
        layer.forward(x)
        layer.backward(grad)
        yield 0.0


def torch_layer(layer, x, grad) -> Iterator[float]:
    x, grad = torch.from_numpy(x).requires_grad_(True), torch.from_numpy(grad)
    while True:
        layer.zero_grad()
        x.grad = None
        layer(x).backward(grad)
        yield 0.0


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name, table):
    make, make_twin, shape = LAYERS[name]
    rng = np.random.default_rng(0)
    layer, x = make(), rng.normal(size=(64, *shape)).astype(np.float32)
    grad = rng.normal(size=layer.forward(x).shape).astype(np.float32)
    ours = nnlib_layer(layer, in_order(x), in_order(grad))  # as they come from other layers
    runs = {"nnlib": ours, "PyTorch": torch_layer(make_twin(), x, grad)}
    add_row(table, f"{name}, b64", measure(runs, rounds=ROUNDS))


def add_row(table, name, result, *, least=0.0):
    head = f"{'images':<38}{'nnlib µs':>10}{'PyTorch':>10}   times as long"
    if head not in table:
        table.append(head)
    ratio = result.ratio("PyTorch", to="nnlib")
    table.append(f"{name:<38}{result.step('nnlib') * 1e6:>10.0f}{ratio:>9.2f}x")
    assert ratio >= least
