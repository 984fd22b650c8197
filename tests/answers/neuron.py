"""Lesson 01: answers to its exercises, right and wrong."""

from typing import Any

import numpy as np


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def neuron(x: Any, w: Any, b: float) -> Any:
    return sigmoid(w @ x + b)


def layer(x: Any, weight: Any, bias: Any) -> Any:
    return sigmoid(x @ weight + bias)


def scores(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    hits = np.sum(called & (labels == 1))
    with np.errstate(invalid="ignore"):  # where it is given what another exercise gives
        return hits / np.sum(called), hits / np.sum(labels == 1)


SOLUTIONS = {"neuron": neuron, "layer": layer, "scores": scores}


def layer_in_loops(x: Any, weight: Any, bias: Any) -> Any:
    return [[sigmoid(row @ weight[:, k] + bias[k]) for k in range(len(bias))] for row in x]


def scores_in_loops(probabilities: Any, labels: Any, threshold: float) -> Any:
    hits = calls = quasars = 0
    for probability, label in zip(probabilities, labels, strict=True):
        calls += probability > threshold
        quasars += label
        hits += probability > threshold and label == 1
    return [hits / calls, hits / quasars]


OTHER_SOLUTIONS = [
    ("neuron", lambda x, w, b: float(0.5 * (1 + np.tanh(0.5 * (sum(x * w) + b))))),
    ("layer", layer_in_loops),
    ("layer", lambda x, weight, bias: sigmoid(np.einsum("ij,jk->ik", x, weight) + bias[None, :])),
    ("scores", scores_in_loops),
]


def accuracy_first(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    return np.mean(called == (labels == 1)), scores(probabilities, labels, threshold)[1]


def of_all_objects(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    return np.mean(called & (labels == 1)), np.mean(called & (labels == 1))


WRONG = [
    ("neuron", lambda x, w, b: w @ x + b),
    ("neuron", lambda x, w, b: sigmoid(w @ x)),
    ("neuron", lambda x, w, b: sigmoid(-(w @ x + b))),
    ("neuron", lambda x, w, b: float(w @ x + b > 0)),
    ("neuron", lambda x, w, b: sigmoid(w * x + b)),
    ("neuron", lambda x, w, b: np.tanh(w @ x + b)),
    ("neuron", lambda x, w, b: sigmoid(w @ x) + b),
    ("layer", lambda x, weight, bias: x @ weight + bias),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight)),
    ("layer", lambda x, weight, bias: sigmoid(weight.T @ x.T + bias[:, None])),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight.T + bias)),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight) + bias),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight + bias)[0]),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight + bias.sum())),
    ("scores", lambda *arguments: scores(*arguments)[::-1]),
    ("scores", lambda *arguments: scores(*arguments)[0]),
    ("scores", lambda p, labels, at: scores(p, labels, 0.5)),
    ("scores", lambda p, labels, at: scores(p, 1 - labels, at)),
    ("scores", lambda p, labels, at: scores(1 - p, labels, at)),
    ("scores", accuracy_first),
    ("scores", of_all_objects),
]

#: What no hint may say, without its blanks.
FORMULAS = ("w@x+b", "x@weight", "np.exp(-", "hits/", "&(labels==1)")
ALSO = {"neuron": {"layer"}}  # a layer of one neuron, given one sample, is a neuron
