"""Lesson 07: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def dropout(x: Any, speaks: Any, rate: float) -> Any:
    return x * speaks / (1 - rate)


def batch_norm(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    mean = x.mean(axis=0)
    variance = ((x - mean) ** 2).mean(axis=0)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat


def backward(grad: Any, x_hat: Any, gamma: Any, deviation: Any) -> Any:
    along = x_hat * (grad * x_hat).mean(axis=0)
    return gamma / deviation * (grad - grad.mean(axis=0) - along)


SOLUTIONS: dict[str, Callable] = {
    "dropout": dropout,
    "batch norm": batch_norm,
    "backward": backward,
}


def by_columns(grad: Any, x_hat: Any, gamma: Any, deviation: Any) -> Any:
    out = np.empty_like(grad)
    for j in range(grad.shape[1]):
        g, x = grad[:, j], x_hat[:, j]
        out[:, j] = gamma[j] / deviation[j] * (g - g.sum() / len(g) - x * (g @ x) / len(g))
    return out


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("dropout", lambda x, speaks, rate: np.where(speaks, x / (1 - rate), 0.0)),
    ("dropout", lambda x, speaks, rate: (np.array(x) * speaks / (1 - rate)).tolist()),
    ("batch norm", lambda x, g, b, e: list(batch_norm(x, g, b, e))),
    (
        "batch norm",
        lambda x, g, b, e: (
            g * (x - x.mean(0)) / (x.var(0) + e) ** 0.5 + b,
            (x - x.mean(0)) / (x.var(0) + e) ** 0.5,
        ),
    ),
    ("backward", by_columns),
]


def whole_batch(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    x_hat = (x - x.mean()) / np.sqrt(x.var() + epsilon)
    return gamma * x_hat + beta, x_hat


def each_row(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)
    return gamma * x_hat + beta, x_hat


def unbiased(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + epsilon)
    return gamma * x_hat + beta, x_hat


def by_variance(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    x_hat = (x - x.mean(axis=0)) / (x.var(axis=0) + epsilon)
    return gamma * x_hat + beta, x_hat


def outside_the_root(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    x_hat = (x - x.mean(axis=0)) / (x.std(axis=0) + epsilon)
    return gamma * x_hat + beta, x_hat


WRONG: list[tuple[str, Callable]] = [
    ("dropout", lambda x, speaks, rate: x * speaks),
    ("dropout", lambda x, speaks, rate: x * speaks * (1 - rate)),
    ("dropout", lambda x, speaks, rate: x * speaks / (rate + 1e-9)),
    ("dropout", lambda x, speaks, rate: x * ~speaks / (1 - rate)),
    ("dropout", lambda x, speaks, rate: x / (1 - rate)),
    ("dropout", lambda x, speaks, rate: x[speaks] / (1 - rate)),
    ("batch norm", whole_batch),
    ("batch norm", each_row),
    ("batch norm", unbiased),
    ("batch norm", by_variance),
    ("batch norm", outside_the_root),
    ("batch norm", lambda x, g, b, e: batch_norm(x, g, b, e)[::-1]),
    ("batch norm", lambda x, g, b, e: batch_norm(x, g, b, e)[0]),
    ("batch norm", lambda x, g, b, e: (batch_norm(x, b, g, e)[0], batch_norm(x, g, b, e)[1])),
    ("backward", lambda grad, x_hat, gamma, deviation: gamma / deviation * grad),
    (
        "backward",
        lambda grad, x_hat, gamma, deviation: gamma / deviation * (grad - grad.mean(axis=0)),
    ),
    (
        "backward",
        lambda grad, x_hat, gamma, deviation: (
            gamma / deviation * (grad - x_hat * (grad * x_hat).mean(axis=0))
        ),
    ),
    ("backward", lambda grad, x_hat, gamma, d: backward(grad, x_hat, gamma, 1 / d)),
    ("backward", lambda grad, x_hat, gamma, d: backward(grad, x_hat, np.ones_like(gamma), d)),
]

#: What no hint may say, without its blanks.
FORMULAS = ("/(1-rate)", "axis=0", "np.sqrt(", "grad.mean", "grad*x_hat")
