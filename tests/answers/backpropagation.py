"""Lesson 04: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def central(function: Callable[[float], float], at: float, h: float = 1e-5) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


def cascade_slope(functions: Any, slopes: Any, x: float) -> float:
    product = 1.0
    for function, slope in zip(functions, slopes, strict=True):
        product, x = product * slope(x), function(x)
    return product


def dense_backward(x: Any, w: Any, dz: Any) -> Any:
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)


def gradient_of(f: Callable, point: Any, h: float) -> Any:
    nudges = h * np.eye(len(point))
    return np.array([(f(point + nudge) - f(point - nudge)) / (2 * h) for nudge in nudges])


SOLUTIONS = {"cascade": cascade_slope, "dense": dense_backward, "gradient": gradient_of}


def by_differences(functions: Any, slopes: Any, x: float) -> float:
    def whole(value: float) -> float:
        for function in functions:
            value = function(value)
        return value

    return central(whole, x, 1e-6)


def by_loops(x: Any, w: Any, dz: Any) -> Any:
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for n in range(len(x)):
        for j in range(w.shape[1]):
            db[j] += dz[n, j]
            for i in range(w.shape[0]):
                dw[i, j] += x[n, i] * dz[n, j]
                dx[n, i] += w[i, j] * dz[n, j]
    return [dx, dw, db]


def shifting(f: Callable, point: Any, h: float) -> Any:
    gradient = []
    for i in range(len(point)):
        up, down = point.copy(), point.copy()
        up[i] += h
        down[i] -= h
        gradient.append((f(up) - f(down)) / (2 * h))
    return gradient


OTHER_SOLUTIONS = [("cascade", by_differences), ("dense", by_loops), ("gradient", shifting)]


def all_at_x(functions: Any, slopes: Any, x: float) -> float:
    return float(np.prod([slope(x) for slope in slopes]))


def summed(functions: Any, slopes: Any, x: float) -> float:
    total = 0.0
    for function, slope in zip(functions, slopes, strict=True):
        total, x = total + slope(x), function(x)
    return total


def one_too_late(functions: Any, slopes: Any, x: float) -> float:
    product = 1.0
    for function, slope in zip(functions, slopes, strict=True):
        x = function(x)
        product *= slope(x)
    return product


def backwards_order(functions: Any, slopes: Any, x: float) -> float:
    return cascade_slope(functions[::-1], slopes[::-1], x)


def left_moved(f: Callable, point: Any, h: float) -> Any:
    gradient = []
    for i in range(len(point)):
        point[i] += h
        up = f(point)
        point[i] -= 2 * h
        gradient.append((up - f(point)) / (2 * h))
    return np.array(gradient)


def one_sided(f: Callable, point: Any, h: float) -> Any:
    return np.array([(f(point + n) - f(point)) / h for n in h * np.eye(len(point))])


WRONG = [
    ("cascade", all_at_x),
    ("cascade", summed),
    ("cascade", one_too_late),
    ("cascade", backwards_order),
    ("cascade", lambda functions, slopes, x: slopes[-1](x)),
    ("dense", lambda x, w, dz: (dz @ w, x.T @ dz, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, dz.T @ x, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz.mean(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz / len(x), dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz)),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz.sum(axis=1))),
    ("dense", lambda x, w, dz: (x.T @ dz, dz @ w.T, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz)),
    ("gradient", one_sided),
    ("gradient", left_moved),
    ("gradient", lambda f, point, h: 2 * gradient_of(f, point, h)),
    ("gradient", lambda f, point, h: gradient_of(f, point, 1e-5)),
    ("gradient", lambda f, point, h: (f(point + h) - f(point - h)) / (2 * h)),
]

#: What no hint may say, without its blanks.
FORMULAS = ("dz@W.T", "x.T@dz", "dz.sum", "/(2*h)", "product*slope")
