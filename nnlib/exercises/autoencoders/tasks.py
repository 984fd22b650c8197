"""Lesson 08: exercises and their checks."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers, expect_pair
from nnlib.kernels.types import Array
from nnlib.layers import KLSparsity
from nnlib.probes import principal_components

Function = Callable[..., Any]
CHAINS = 20_000  # rows of equal data, so that a mean over them is near what is to be expected
ALLOWED = 0.025  # of the mean over so many chains: five standard deviations


def _check_pca(pca_code: Function, rng: np.random.Generator) -> None:
    """Code and reconstruction, for data whose mean is far from 0."""
    for samples, features, count in ((1, 3, 2), (6, 4, 1), (5, 5, 3)):
        data = rng.normal(3.0, 2.0, (20, features))
        mean, components = data.mean(axis=0), principal_components(data, count)
        x = rng.normal(3.0, 2.0, (samples, features))
        case = f"x of shape {x.shape} and {count} components"
        code = (x - mean) @ components.T
        got_code, got_back = expect_pair(pca_code(x, mean, components), "the code", "x_hat")
        why = "Components are rows, and they begin at the mean."
        expect_close(got_code, code, "the code", case, why=why)
        why = "The code is right. On the way back the mean must come in again."
        expect_close(got_back, code @ components + mean, "x_hat", case, why=why)


def _check_sparsity(sparsity: Function, rng: np.random.Generator) -> None:
    """Penalty and gradient agree with the layer, for batches and targets of all kinds."""
    for batch, units in ((1, 1), (4, 3), (7, 2)):
        for target in (0.05, 0.3):
            code = rng.uniform(0.05, 0.95, (batch, units))
            layer = KLSparsity(target, 1.0)
            layer.forward(code, training=True)
            slope = layer.backward(np.zeros_like(code))
            case = f"code = {shown(code)}, target = {target:g}"
            got, got_slope = expect_pair(sparsity(code, target), "the penalty", "the gradient")
            why = "The mean is over the batch, and the sum over the units."
            expect_close(got, layer.value, "the penalty", case, why=why)
            why = "Each activation moves the mean of its unit by 1/B."
            expect_close(got_slope, slope, "the gradient", case, why=why)


def _check_divergence(cd_gradient: Function, rng: np.random.Generator) -> None:
    """Exact where nothing is left to chance, and right on average where it is."""
    for visible, hidden in ((3, 2), (2, 4)):
        weight = 80.0 * rng.choice([-1.0, 1.0], (visible, hidden))
        b, c = 35.0 * np.ones(visible), 35.0 * np.ones(hidden)
        v = (rng.random((5, visible)) < 0.5).astype(float)
        case = f"weights of ±80, biases of 35: every probability is 0 or 1; v = {shown(v)}"
        got = expect_numbers(cd_gradient(v, weight, b, c, rng), weight.shape, "dW", case)
        expect_close(np.round(got, 6), _expected(v, weight, b, c), "dW", case, why=_WHY)
    weight = rng.choice([-2.5, 2.5], (3, 2)) + rng.normal(0.0, 0.2, (3, 2))
    b, c = rng.normal(0.0, 0.5, 3), rng.normal(0.0, 0.5, 2)
    v = np.tile((rng.random((1, 3)) < 0.5).astype(float), (CHAINS, 1))
    case = f"{CHAINS:,} rows of the same v = {shown(v[0])}, weights = {shown(weight)}"
    got = expect_numbers(cd_gradient(v, weight, b, c, rng), weight.shape, "dW", case)
    wanted = _expected(v[:1], weight, b, c)
    worst = float(np.abs(got - wanted).max())
    if worst > ALLOWED:
        raise Wrong(
            f"{shown(wanted)} as dW, to {ALLOWED:g}",
            shown(got),
            f"For {case}. Hidden and visible units are drawn, as 0 or 1, on the way down and up.",
        )


_WHY = "What the chains give is positive here, what the data give negative; both divided by B."


def _expected(v: Array, weight: Array, b: Array, c: Array) -> Array:
    """What the gradient of one step comes to on average, over every state that can be drawn."""
    on = _logistic(c + v @ weight)
    total = -v.T @ on / len(v)
    down = np.array(list(product((0.0, 1.0), repeat=len(b))))
    for row, probability in zip(v, on, strict=True):
        del row
        for h in product((0.0, 1.0), repeat=len(c)):
            likely = _chance(np.array(h), probability)
            below = _logistic(b + weight @ np.array(h))
            for end in down:
                share = likely * _chance(end, below) / len(v)
                if share > 1e-12:
                    total = total + share * np.outer(end, _logistic(c + end @ weight))
    return total


def _chance(states: Array, probability: Array) -> float:
    """How likely such units are in just these states."""
    return float(np.prod(np.where(states == 1, probability, 1 - probability)))


def _logistic(z: Array) -> Array:
    """1 / (1 + e to the power of -z)."""
    value: Array = 1 / (1 + np.exp(-z))
    return value


EXERCISES = {
    "pca": Exercise(
        "PCA as an autoencoder: `pca_code(x, mean, components)` returns the code and x_hat; "
        "components are rows at right angles, of length 1",
        "warm-up",
        (
            "The components say in which directions digits differ from their mean. What comes "
            "first?",
            "The code has a number for each component: the product of sample and component. Which "
            "of the two matrices must be transposed?",
            "Back: each number of the code times its component, added up. And what was taken away "
            "at first?",
        ),
        _check_pca,
        "Code and reconstruction are those of PCA.",
    ),
    "sparsity": Exercise(
        "the sparsity penalty: `sparsity(code, target)` returns Ω with λ = 1, and its gradient by "
        "each activation, of the shape of the code",
        "core",
        (
            "How active is a unit on average? That is a mean over the rows of the batch.",
            "Take the formula of the text for each unit, and add up over the units.",
            "The derivative by the mean activation is a difference of two quotients. One "
            "activation is a B-th part of its mean, and all rows have the same gradient.",
        ),
        _check_sparsity,
        "Penalty and gradient are those of the layer KLSparsity.",
    ),
    "divergence": Exercise(
        "contrastive divergence with k = 1: `cd_gradient(v, weight, b, c, rng)` returns the "
        "gradient by the weights, to be subtracted, for v of shape (B, visible) and the biases b "
        "of visible, c of hidden units",
        "stretch",
        (
            "First the probabilities of the hidden units, from the data. Their product with the "
            "data, as a mean over the batch, is the part that counts negative.",
            "Now draw the hidden units: 1 where a new random number is below the probability, else "
            "0. From them the visible ones, with the transposed weights, and draw these too.",
            "Last, the probabilities of the hidden units once more, from the visible ones just "
            "drawn. Which product has the other sign?",
        ),
        _check_divergence,
        "Exact without chance, and right on average with it.",
    ),
}
