"""A whole epoch of nnlib beside a whole epoch of JAX and of scikit-learn.

These two have a way of their own to make a pass over the data without a word of Python between two
updates, or with few: JAX compiles the pass, as a `lax.scan` over the mini-batches, and
scikit-learn's `partial_fit` makes one if it is given all the samples. On the side of nnlib that is
`fit(..., yields="epoch")`.
"""

import os
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import SGD, CrossEntropy, fit
from sidebyside import measure
from workloads import LEARNING_RATE, SAMPLES, SEED, Workload, made, problem

ROUNDS = 15
WORKLOADS = [
    Workload((2, 16, 16, 2), "tanh", 32),
    Workload((64, 32, 10), "relu", 32),
    Workload((784, 16, 16, 10), "sigmoid", 64),
    Workload((784, 128, 10), "relu", 64),
]
#: How many times as long the peer takes at least.
LEAST = {
    ("JAX", (2, 16, 16, 2)): 1.2,
    ("scikit-learn", (784, 16, 16, 10)): 2.5,
    ("scikit-learn", (784, 128, 10)): 1.6,
}


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def nnlib_run(workload, x, y, weights) -> Iterator[float]:
    network = made(workload, weights)
    steps = fit(
        *(network, CrossEntropy(), SGD(network.parameters(), LEARNING_RATE), x, y),
        batch_size=workload.batch_size,
        epochs=1_000_000,
        rng=np.random.default_rng(SEED),
        yields="epoch",
    )
    for step in steps:
        yield step.loss


def jax_run(workload, x, y, weights) -> Iterator[float]:
    # One thread; JAX reads this when it is imported.
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    jax = pytest.importorskip("jax", reason="needs JAX: uv run --with jax pytest bench")
    activation = {"tanh": jax.numpy.tanh, "sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu}

    def loss_of(weights, x, y):
        for weight, bias in weights[:-1]:
            x = activation[workload.activation](x @ weight + bias)
        weight, bias = weights[-1]
        scores = jax.nn.log_softmax(x @ weight + bias)
        return -jax.numpy.take_along_axis(scores, y[:, None], axis=1).mean()

    def update(weights, chosen):
        loss, gradients = jax.value_and_grad(loss_of)(weights, x[chosen], y[chosen])
        return jax.tree.map(lambda w, g: w - LEARNING_RATE * g, weights, gradients), loss

    @jax.jit
    def epoch(weights, order):
        weights, losses = jax.lax.scan(update, weights, order)
        return weights, losses.mean()

    x, y, weights = (jax.tree.map(jax.numpy.asarray, item) for item in (x, y, weights))
    rng = np.random.default_rng(SEED)
    while True:
        weights, loss = epoch(weights, rng.permutation(SAMPLES).reshape(-1, workload.batch_size))
        yield float(loss)  # waits for it


def sklearn_run(workload, x, y, weights) -> Iterator[float]:
    """Draws its own first weights and orders, and has one output where there are two classes."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        workload.sizes[1:-1],
        activation={"sigmoid": "logistic"}.get(workload.activation, workload.activation),
        solver="sgd",
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=workload.batch_size,
        random_state=0,
    )
    while True:
        network.partial_fit(x, y, classes=np.arange(workload.sizes[-1]))
        yield network.loss_


PEERS = {"JAX": jax_run, "scikit-learn": sklearn_run}


@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_the_losses_agree_with_jax(workload):
    data = problem(workload)
    ours, theirs = nnlib_run(workload, *data), jax_run(workload, *data)
    for _ in range(3):
        assert next(ours) == pytest.approx(next(theirs), rel=1e-4)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("workload", WORKLOADS, ids=str)
def test_a_whole_epoch(workload, peer, table):
    data = problem(workload)
    runs = {"nnlib": nnlib_run(workload, *data), peer: PEERS[peer](workload, *data)}
    next(runs[peer])  # compiles, or skips
    result = measure(runs, rounds=ROUNDS)
    ratio = result.ratio(peer, to="nnlib")
    head = f"{'a whole epoch':<30}{'nnlib µs/update':>16}   peer"
    if head not in table:
        table.append(head)
    micro = result.step("nnlib") / (SAMPLES // workload.batch_size) * 1e6
    table.append(f"{workload!s:<30}{micro:>16.2f}   {peer}: {ratio:.1f}x")
    assert ratio >= LEAST.get((peer, workload.sizes), 0.0)
