"""Lesson 08: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def pca(x: Any, mean: Any, components: Any) -> Any:
    code = (x - mean) @ components.T
    return code, code @ components + mean


def sparsity(code: Any, target: float) -> Any:
    mean = code.mean(axis=0)
    penalty = target * np.log(target / mean) + (1 - target) * np.log((1 - target) / (1 - mean))
    slope = (1 - target) / (1 - mean) - target / mean
    return penalty.sum(), np.tile(slope / len(code), (len(code), 1))


def divergence(v: Any, weight: Any, b: Any, c: Any, rng: np.random.Generator) -> Any:
    on = logistic(c + v @ weight)
    h = (rng.random(on.shape) < on).astype(float)
    below = logistic(b + h @ weight.T)
    end = (rng.random(below.shape) < below).astype(float)
    return (end.T @ logistic(c + end @ weight) - v.T @ on) / len(v)


SOLUTIONS: dict[str, Callable] = {"pca": pca, "sparsity": sparsity, "divergence": divergence}


def all_drawn(v: Any, weight: Any, b: Any, c: Any, rng: np.random.Generator) -> Any:
    """Hidden units are drawn wherever they are used."""

    def draw(p: Any) -> Any:
        return (rng.random(p.shape) < p) * 1.0

    h = draw(logistic(c + v @ weight))
    end = draw(logistic(b + h @ weight.T))
    return end.T @ draw(logistic(c + end @ weight)) / len(v) - v.T @ h / len(v)


def by_columns(code: Any, target: float) -> Any:
    means = [sum(column) / len(column) for column in code.T]
    total = sum(
        target * np.log(target / m) + (1 - target) * np.log((1 - target) / (1 - m)) for m in means
    )
    rows = [[((1 - target) / (1 - m) - target / m) / len(code) for m in means]] * len(code)
    return total, rows


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("pca", lambda x, m, p: [np.einsum("bi,ki->bk", x - m, p), m + (x - m) @ p.T @ p]),
    ("sparsity", by_columns),
    ("divergence", all_drawn),
]


def no_chance(v: Any, weight: Any, b: Any, c: Any, rng: np.random.Generator) -> Any:
    """Probabilities in the place of states."""
    on = logistic(c + v @ weight)
    end = logistic(b + on @ weight.T)
    return (end.T @ logistic(c + end @ weight) - v.T @ on) / len(v)


def old_hidden(v: Any, weight: Any, b: Any, c: Any, rng: np.random.Generator) -> Any:
    """The hidden units of the data also at the end."""
    on = logistic(c + v @ weight)
    h = (rng.random(on.shape) < on) * 1.0
    below = logistic(b + h @ weight.T)
    end = (rng.random(below.shape) < below) * 1.0
    return (end.T @ on - v.T @ on) / len(v)


def two_means(code: Any, target: float) -> Any:
    penalty, slope = sparsity(code, target)
    return penalty / code.shape[1], slope


def other_way(code: Any, target: float) -> Any:
    m = code.mean(axis=0)
    penalty = m * np.log(m / target) + (1 - m) * np.log((1 - m) / (1 - target))
    return penalty.sum(), sparsity(code, target)[1]


WRONG: list[tuple[str, Callable]] = [
    ("pca", lambda x, m, p: (x @ p.T, x @ p.T @ p)),
    ("pca", lambda x, m, p: ((x - m) @ p.T, (x - m) @ p.T @ p)),
    ("pca", lambda x, m, p: pca(x, m, p)[0]),
    ("pca", lambda x, m, p: pca(x, m, p)[::-1]),
    ("pca", lambda x, m, p: (x @ p.T, x @ p.T @ p + m)),
    ("sparsity", two_means),
    ("sparsity", other_way),
    ("sparsity", lambda code, target: (sparsity(code, target)[0], sparsity(code, target)[1][0])),
    ("sparsity", lambda code, t: (sparsity(code, t)[0], len(code) * sparsity(code, t)[1])),
    ("sparsity", lambda code, t: (sparsity(code, t)[0], -sparsity(code, t)[1])),
    ("sparsity", lambda code, t: sparsity(code.T, t)),
    ("divergence", no_chance),
    ("divergence", old_hidden),
    ("divergence", lambda *a: -divergence(*a)),
    ("divergence", lambda v, *a: len(v) * divergence(v, *a)),
    ("divergence", lambda v, w, b, c, rng: divergence(v, w, 0 * b, c, rng)),
    ("divergence", lambda v, w, b, c, rng: divergence(v, w, b, 0 * c, rng)),
    ("divergence", lambda *a: divergence(*a).T),
    ("divergence", lambda v, w, b, c, rng: -v.T @ logistic(c + v @ w) / len(v)),
]

#: What no hint may say, without its blanks.
FORMULAS = ("components.T", "np.log(", "axis=0", "rng.random(", "weight.T", "(1-target)")
