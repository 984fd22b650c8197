"""Lesson 05: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def logistic(z: Any) -> Any:
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def softmax(logits: Any, temperature: float) -> Any:
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def he(n_in: int, n_out: int, rng: np.random.Generator) -> Any:
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


SOLUTIONS: dict[str, Callable] = {"logistic": logistic, "softmax": softmax, "he": he}


def by_rows(logits: Any, temperature: float) -> Any:
    return [softmax(row[None], temperature)[0] for row in logits]


def he_uniform(n_in: int, n_out: int, rng: np.random.Generator) -> Any:
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("logistic", lambda z: ((1 + np.tanh(z / 2)) / 2, 1 / (4 * np.cosh(z / 2) ** 2))),
    ("logistic", lambda z: list(logistic(z))),
    ("softmax", by_rows),
    ("he", he_uniform),
    ("he", lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out)) * (2 / n_in) ** 0.5),
]


def unsafe(logits: Any, temperature: float) -> Any:
    e = np.exp(logits / temperature)
    return e / e.sum(axis=1, keepdims=True)


def one_maximum(logits: Any, temperature: float) -> Any:
    z = (logits - logits.max()) / temperature
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def whole_batch(logits: Any, temperature: float) -> Any:
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum()


def multiplied(logits: Any, temperature: float) -> Any:
    return softmax(logits, 1 / temperature)


WRONG: list[tuple[str, Callable]] = [
    ("logistic", lambda z: (logistic(z)[0], logistic(z)[0])),
    ("logistic", lambda z: (logistic(-z)[0], logistic(z)[1])),
    ("logistic", lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2)),
    ("logistic", lambda z: (logistic(z)[0], z * (1 - z))),
    ("logistic", lambda z: (logistic(z)[0], 1 - logistic(z)[0] ** 2)),
    ("logistic", lambda z: logistic(z)[0]),
    ("logistic", lambda z: logistic(z)[::-1]),
    ("softmax", unsafe),
    ("softmax", one_maximum),
    ("softmax", whole_batch),
    ("softmax", multiplied),
    ("softmax", lambda logits, temperature: softmax(logits, 1.0)),
    ("softmax", lambda logits, temperature: softmax(logits.T, temperature).T),
    ("softmax", lambda logits, temperature: logits / logits.sum(axis=1, keepdims=True)),
    ("he", lambda n_in, n_out, rng: rng.normal(0, 2 / n_in, (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(1 / n_in), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_out), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))),
    ("he", lambda n_in, n_out, rng: np.abs(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)))),
    ("he", lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out))),
    ("he", lambda n_in, n_out, rng: he(n_in, n_out, np.random.default_rng(0))),
]

#: What no hint may say, without its blanks.
FORMULAS = ("a*(1-a)", "np.exp(", "2/n_in", "axis=1")
