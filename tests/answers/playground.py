"""Lesson 10: answers to its exercises, right and wrong."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np


def count(sizes: list[int]) -> int:
    return sum(before * after + after for before, after in pairwise(sizes))


def feature(x: Any) -> Any:
    return x[:, 0] * x[:, 1]


def one_epoch(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    order, losses = rng.permutation(len(x)), []
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        prediction = network.forward(x[chosen], training=True)
        losses.append(loss.value(prediction, y[chosen]))
        network.backward(loss.gradient(prediction, y[chosen]))
        optimizer.step()
    return losses


SOLUTIONS: dict[str, Callable] = {"count": count, "feature": feature, "epoch": one_epoch}


def by_matrices(sizes: list[int]) -> Any:
    return sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1))


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("count", by_matrices),
    ("count", lambda sizes: np.int64(count(sizes))),
    ("feature", lambda x: -x[:, 0] * x[:, 1]),
    ("feature", lambda x: np.sign(x).prod(axis=1)),
    ("feature", lambda x: abs(x[:, 0] - x[:, 1]) - abs(x[:, 0] + x[:, 1])),
    ("epoch", lambda *arguments: np.array(one_epoch(*arguments))),
]


def unshuffled(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    class InOrder:
        def permutation(self, n: int) -> Any:
            return np.arange(n)

    return one_epoch(network, loss, optimizer, x, y, batch_size, InOrder())


def without_the_rest(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    keep = len(x) // batch_size * batch_size
    return one_epoch(network, loss, optimizer, x[:keep], y[:keep], batch_size, rng)


def one_step(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    return one_epoch(network, loss, optimizer, x, y, len(x), rng)


def new_order_each_time(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    losses = []
    for _ in range(0, len(x), batch_size):
        chosen = rng.permutation(len(x))[:batch_size]
        prediction = network.forward(x[chosen], training=True)
        losses.append(loss.value(prediction, y[chosen]))
        network.backward(loss.gradient(prediction, y[chosen]))
        optimizer.step()
    return losses


def mean_only(*arguments: Any) -> Any:
    return np.mean(one_epoch(*arguments))


def after_the_update(
    network: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int, rng: Any
) -> Any:
    order, losses = rng.permutation(len(x)), []
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        prediction = network.forward(x[chosen], training=True)
        network.backward(loss.gradient(prediction, y[chosen]))
        optimizer.step()
        losses.append(loss.value(network.forward(x[chosen]), y[chosen]))
    return losses


WRONG: list[tuple[str, Callable]] = [
    ("count", lambda sizes: sum(sizes)),
    ("count", lambda sizes: sum(a * b for a, b in pairwise(sizes))),
    ("count", lambda sizes: count(sizes) + sizes[0]),
    ("count", lambda sizes: count(sizes[:2])),
    ("count", lambda sizes: float(np.prod(sizes))),
    ("feature", lambda x: x[:, 0] + x[:, 1]),
    ("feature", lambda x: x[:, 0]),
    ("feature", lambda x: x[:, 0] ** 2 + x[:, 1] ** 2),
    ("feature", lambda x: np.zeros(len(x))),
    ("feature", lambda x: x[:, :1] * x[:, 1:]),
    ("feature", lambda x: np.arange(len(x)) % 2),
    ("epoch", unshuffled),
    ("epoch", without_the_rest),
    ("epoch", one_step),
    ("epoch", new_order_each_time),
    ("epoch", mean_only),
    ("epoch", after_the_update),
]

#: What no hint may say, without its blanks.
FORMULAS = ("x[:,0]", "sizes[i]", "permutation(", "optimizer.step()")
