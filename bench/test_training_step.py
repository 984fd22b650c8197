"""One training step of nnlib beside PyTorch, scikit-learn and plain NumPy.

All do the same work on the same numbers: gather the same mini-batch, go forward, take the mean
cross-entropy, go back, move by plain SGD, and hand out the loss. All start from the same weights,
and the losses are compared before anything is timed.
"""

import math
import os
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import SGD, CrossEntropy, fit, set_blas_threads
from sidebyside import measure
from workloads import (
    LEARNING_RATE,
    SEED,
    Workload,
    batches,
    compile_update,
    made,
    numpy_run,
    problem,
)

torch = pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch pytest bench")

ACTIVATIONS = {
    # Name: PyTorch, scikit-learn.
    "tanh": (torch.nn.Tanh, "tanh"),
    "sigmoid": (torch.nn.Sigmoid, "logistic"),
    "relu": (torch.nn.ReLU, "relu"),
}

WORKLOADS = [
    Workload((2, 16, 16, 2), "tanh", 32),
    Workload((64, 32, 10), "relu", 32),
    Workload((784, 16, 16, 10), "sigmoid", 64),
    Workload((784, 128, 10), "relu", 64, least=1.5),
]
ROUNDS = 40


# ---------------------------------------------------------------- the contestants


def nnlib_run(workload, x, y, weights) -> Iterator[float]:
    rng = np.random.default_rng(SEED)
    network = made(workload, weights)
    optimizer = SGD(network.parameters(), LEARNING_RATE)
    compile_update(network, x, y)
    steps = fit(
        *(network, CrossEntropy(), optimizer, x, y),
        batch_size=workload.batch_size,
        epochs=1_000_000,
        rng=rng,
    )
    for step in steps:
        yield step.loss


def torch_run(workload, x, y, weights) -> Iterator[float]:
    activation, _ = ACTIVATIONS[workload.activation]
    layers = []
    for weight, bias in weights:
        linear = torch.nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, activation()]
    network = torch.nn.Sequential(*layers[:-1])
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    for chosen in batches(workload.batch_size):
        index = torch.from_numpy(chosen)
        loss = criterion(network(x[index]), y[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def sklearn_run(workload, x, y, weights) -> Iterator[float]:
    """Draws its own first weights, and has one output where there are two classes."""
    from sklearn.neural_network import MLPClassifier

    _, activation = ACTIVATIONS[workload.activation]
    network = MLPClassifier(
        workload.sizes[1:-1],
        activation=activation,
        solver="sgd",
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=workload.batch_size,
        random_state=0,
    )
    classes = np.arange(workload.sizes[-1])
    for chosen in batches(workload.batch_size):
        network.partial_fit(x[chosen], y[chosen], classes=classes)
        yield network.loss_


RUNS = {
    "nnlib": nnlib_run,
    "PyTorch": torch_run,
    "NumPy": numpy_run,
    "scikit-learn": sklearn_run,
}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_the_losses_agree(workload):
    data = problem(workload)
    runs = {name: RUNS[name](workload, *data) for name in ("nnlib", "PyTorch", "NumPy")}
    losses = {name: [next(run) for _ in range(150)] for name, run in runs.items()}
    assert losses["nnlib"][0] == pytest.approx(math.log(workload.sizes[-1]), rel=0.5)
    # Rounding errors grow along the way, the more so where a ReLU bends.
    np.testing.assert_allclose(losses["nnlib"], losses["PyTorch"], rtol=1e-4)
    np.testing.assert_allclose(losses["nnlib"], losses["NumPy"], rtol=1e-4)


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_training_step(workload, table):
    data = problem(workload)
    runs = {name: make(workload, *data) for name, make in RUNS.items()}
    result = measure(runs, rounds=ROUNDS)
    peers = list(RUNS)[1:]
    heads = "".join(f"{name:>14}" for name in peers)
    head = f"{'network':<30}{'nnlib µs/step':>14}{heads}   times as long"
    if head not in table:
        table.append(head)
    ratios = {name: result.ratio(name, to="nnlib") for name in peers}
    cells = "".join(f"{ratios[name]:>13.1f}x" for name in peers)
    table.append(f"{workload!s:<30}{result.step('nnlib') * 1e6:>14.1f}{cells}")
    assert ratios["PyTorch"] >= workload.least


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two processors")
def test_training_step_on_two_threads(table):
    workload = WORKLOADS[-1]
    data = problem(workload)
    torch.set_num_threads(2)
    set_blas_threads(2)
    try:
        with threadpool_limits(2, user_api="blas"):
            runs = {name: RUNS[name](workload, *data) for name in ("nnlib", "PyTorch")}
            result = measure(runs, rounds=ROUNDS)
            runs["nnlib"].close()
    finally:
        set_blas_threads(1)
    name = f"{workload!s}, two threads"
    ratio = result.ratio("PyTorch", to="nnlib")
    table.append(f"{name:<36}{result.step('nnlib') * 1e6:>8.1f}{ratio:>13.1f}x")
