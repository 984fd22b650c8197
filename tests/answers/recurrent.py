"""Lesson 09: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def step(x: Any, h: Any, w: Any, u: Any, b: Any) -> Any:
    return np.tanh(x @ w + h @ u + b)


def lstm(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any) -> Any:
    i, f, o = (sigma(x @ w[k] + h @ u[k] + b[k]) for k in range(3))
    g = np.tanh(x @ w[3] + h @ u[3] + b[3])
    c = f * c + i * g
    return o * np.tanh(c), c


def gradients(x: Any, w: float, u: float, y: float) -> Any:
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    grad, dw, du = h[-1] - y, 0.0, 0.0
    for t in range(len(x), 0, -1):
        delta = grad * (1 - h[t] ** 2)
        dw += delta * x[t - 1]
        du += delta * h[t - 1]
        grad = delta * u
    return dw, du


SOLUTIONS: dict[str, Callable] = {"step": step, "lstm": lstm, "gradients": gradients}


def by_rows(x: Any, h: Any, w: Any, u: Any, b: Any) -> Any:
    return np.array([np.tanh(w.T @ row + u.T @ old + b) for row, old in zip(x, h, strict=True)])


def differences(x: Any, w: float, u: float, y: float) -> Any:
    def loss(w: float, u: float) -> float:
        h = 0.0
        for value in x:
            h = np.tanh(w * value + u * h)
        return 0.5 * (y - h) ** 2

    d = 1e-5
    return (
        (loss(w + d, u) - loss(w - d, u)) / (2 * d),
        (loss(w, u + d) - loss(w, u - d)) / (2 * d),
    )


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("step", by_rows),
    ("lstm", lambda *arguments: list(lstm(*arguments))),
    ("gradients", lambda *arguments: np.array(gradients(*arguments)).tolist()),
]


def other_order(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any) -> Any:
    """Gates in the order i, f, g, o, as some libraries have them."""
    order = [0, 1, 3, 2]
    return lstm(x, h, c, w[order], u[order], b[order])


def bare_cell(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any) -> Any:
    new_h, new_c = lstm(x, h, c, w, u, b)
    return new_h / np.tanh(new_c) * new_c, new_c


def forgets_to_keep(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any) -> Any:
    return lstm(x, h, np.zeros_like(c), w, u, b)


def last_step_only(x: Any, w: float, u: float, y: float) -> Any:
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    delta = (h[-1] - y) * (1 - h[-1] ** 2)
    return delta * x[-1], delta * h[-2]


def without_slopes(x: Any, w: float, u: float, y: float) -> Any:
    h = [0.0]
    for value in x:
        h.append(np.tanh(w * value + u * h[-1]))
    grad, dw, du = h[-1] - y, 0.0, 0.0
    for t in range(len(x), 0, -1):
        dw, du, grad = dw + grad * x[t - 1], du + grad * h[t - 1], grad * u
    return dw, du


def negated(x: Any, w: float, u: float, y: float) -> Any:
    dw, du = gradients(x, w, u, y)
    return -dw, -du


WRONG: list[tuple[str, Callable]] = [
    ("step", lambda x, h, w, u, b: x @ w + h @ u + b),
    ("step", lambda x, h, w, u, b: np.tanh(x @ w + b)),
    ("step", lambda x, h, w, u, b: np.tanh(x @ w + h @ u.T + b)),
    ("step", lambda x, h, w, u, b: np.tanh(x @ w + b) + h @ u),
    ("step", lambda x, h, w, u, b: sigma(x @ w + h @ u + b)),
    ("lstm", other_order),
    ("lstm", bare_cell),
    ("lstm", forgets_to_keep),
    ("lstm", lambda *arguments: lstm(*arguments)[::-1]),
    ("lstm", lambda *arguments: lstm(*arguments)[0]),
    ("gradients", last_step_only),
    ("gradients", without_slopes),
    ("gradients", negated),
    ("gradients", lambda *arguments: gradients(*arguments)[::-1]),
]

#: What no hint may say, without its blanks.
FORMULAS = ("x@W", "h@U", "f*c", "1-h", "np.tanh(")
