"""Lesson 02: answers to its exercises, right and wrong."""

from typing import Any

import numpy as np

from nnlib.neurons import Perceptron, boolean_function

XOR_X, XOR_Y = boolean_function(2, 0b0110)


def update(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    error = y - int(weight @ x + bias > 0)
    return weight + error * x, bias + error


def epoch(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    mistakes = 0
    for sample, label in zip(x, y, strict=True):
        error = label - int(weight @ sample + bias > 0)
        weight, bias = weight + error * sample, bias + error
        mistakes += error != 0
    return weight, bias, mistakes


def parity() -> Any:
    return np.ones((3, 3)), np.array([-0.5, -1.5, -2.5]), np.array([1, -1, 1]), -0.5


SOLUTIONS = {"update": update, "epoch": epoch, "parity": parity}


def with_library(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    perceptron = Perceptron(x.shape[1], weight=weight, bias=bias)
    (mistakes,) = perceptron.fit(x, y, max_epochs=1)
    return [perceptron.weight, perceptron.bias, mistakes]


def in_place(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    answer = 1 if weight @ x + bias > 0 else 0
    if answer != y:
        weight += x if y else -x
        bias += 1 if y else -1
    return weight, bias


OTHER_SOLUTIONS = [
    ("update", in_place),
    ("epoch", with_library),
    ("parity", lambda: ([[2] * 3] * 3, [-1, -3, -5], [5, -5, 5], -1)),
    # At most none, at most one, at most two: the other way round.
    ("parity", lambda: (-np.ones((3, 3)), [0.5, 1.5, 2.5], [-1, 1, -1.0], 0.5)),
]


def batch(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    errors = y - (x @ weight + bias > 0)
    return weight + errors @ x, bias + errors.sum(), int(np.count_nonzero(errors))


def never_counts_the_sign(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    weight, bias, _ = epoch(weight, bias, x, y)
    return weight, bias, int(np.count_nonzero(y - (x @ weight + bias > 0)))


def sums_errors(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    total = 0
    for sample, label in zip(x, y, strict=True):
        error = label - int(weight @ sample + bias > 0)
        weight, bias = weight + error * sample, bias + error
        total += error
    return weight, bias, total


WRONG = [
    ("update", lambda w, b, x, y: (w - (y - int(w @ x + b > 0)) * x, b)),
    ("update", lambda w, b, x, y: (w + (y - int(w @ x + b > 0)) * x, b)),  # no bias
    ("update", lambda w, b, x, y: (w + (y - int(w @ x + b >= 0)) * x, b + y - int(w @ x + b >= 0))),
    ("update", lambda w, b, x, y: (w + (y - (w @ x + b)) * x, b + y - (w @ x + b))),  # no threshold
    ("update", lambda w, b, x, y: (w + x, b + 1) if y else (w - x, b - 1)),  # right ones, too
    ("update", lambda w, b, x, y: (w + 0.1 * (y - int(w @ x + b > 0)) * x, b)),
    ("update", lambda w, b, x, y: (w + (y - int(w @ x > 0)) * x, b + y - int(w @ x > 0))),
    ("update", lambda w, b, x, y: update(w, b, x, y)[::-1]),
    ("update", lambda w, b, x, y: update(w, b, x, y)[0]),
    ("epoch", batch),
    ("epoch", never_counts_the_sign),
    ("epoch", sums_errors),
    ("epoch", lambda w, b, x, y: epoch(w, b, x, y)[:2]),
    ("epoch", lambda w, b, x, y: epoch(w, b, x[::-1], y[::-1])),
    ("epoch", lambda w, b, x, y: epoch(0 * w, 0, x, y)),
    ("epoch", lambda w, b, x, y: (*epoch(w, b, x, y)[:2], 0)),
    ("parity", lambda: (np.ones((3, 3)), np.array([-0.5] * 3), np.array([1, -1, 1]), -0.5)),  # OR
    ("parity", lambda: (np.ones((3, 3)), np.array([-1.0, -2, -3]), np.array([1, -1, 1]), -0.5)),
    ("parity", lambda: (np.ones((3, 3)), np.array([-0.5, -1.5, -2.5]), np.array([1, -2, 1]), -0.5)),
    ("parity", lambda: (np.eye(3), np.array([-0.5] * 3), np.array([1, 1, 1]), -0.5)),
    ("parity", lambda: (np.ones((3, 3)), [-0.5, -1.5, -2.5], np.array([[1], [-1], [1]]), -0.5)),
    ("parity", lambda: (np.full((3, 3), np.nan), [0, 0, 0], [0, 0, 0], 0)),
    ("parity", lambda: np.ones((3, 3))),
]

#: What no hint may say, without its blanks.
FORMULAS = ("weight+error*x", "bias+error", "0.5", "1.5")
