"""Lesson 07: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_pair
from nnlib.layers import BatchNorm

Function = Callable[..., Any]


def _check_dropout(dropout: Function, rng: np.random.Generator) -> None:
    """Silent units give 0, and the mean over many masks is the input."""
    for shape in ((4,), (3, 5)):
        for rate in (0.0, 0.25, 0.8):
            x = rng.normal(size=shape)
            speaks = rng.random(shape) >= rate
            case = f"x = {shown(x)}, speaks = {shown(speaks)}, rate = {rate}"
            expected = np.where(speaks, x / (1 - rate), 0.0)
            why = "A share of 1 − rate speaks, and on average the sum must stay as it was."
            expect_close(dropout(x, speaks, rate), expected, "the output", case, why=why)


def _layer(gamma: Any, beta: Any, epsilon: float) -> BatchNorm:
    """The library's layer with these parameters."""
    layer = BatchNorm(len(gamma), epsilon=epsilon, dtype=np.float64)
    layer.gamma.value[:], layer.beta.value[:] = gamma, beta
    return layer


def _check_batch_norm(batch_norm: Function, rng: np.random.Generator) -> None:
    """Output and normalised numbers are those of the layer."""
    for batch, features in ((2, 1), (5, 3), (8, 4)):
        epsilon = float(rng.choice([1e-5, 0.1]))
        x = rng.normal(rng.normal(0, 3, features), rng.uniform(0.5, 3, features), (batch, features))
        gamma, beta = rng.normal(size=(2, features))
        case = f"x of shape {x.shape}, x = {shown(x)}, epsilon = {epsilon}"
        normal = _layer(np.ones(features), np.zeros(features), epsilon).forward(x, training=True)
        y, x_hat = expect_pair(batch_norm(x, gamma, beta, epsilon), "y", "x_hat")
        why = "Each column has a mean and a variance of its own; ε stands under the root."
        expect_close(x_hat, normal, "x_hat", case, why=why)
        why = "x_hat is right. The scale and the shift come last."
        expect_close(y, gamma * normal + beta, "y", case, why=why)


def _check_backward(backward: Function, rng: np.random.Generator) -> None:
    """dL/dx is that of the layer; its columns have a sum of 0."""
    for batch, features in ((3, 1), (4, 3), (7, 2)):
        x = rng.normal(size=(batch, features)) * rng.uniform(0.5, 3, features)
        gamma, beta = rng.uniform(0.5, 2, features), np.zeros(features)
        layer = _layer(gamma, beta, 1e-5)
        x_hat = layer.forward(x, training=True) / gamma
        grad = rng.normal(size=(batch, features))
        deviation = np.sqrt(x.var(axis=0) + 1e-5)
        case = f"grad = {shown(grad)}, x_hat of shape {x_hat.shape}"
        why = "Each column of dL/dx has a sum of 0, and so has its product with x_hat."
        got = backward(grad.copy(), x_hat.copy(), gamma.copy(), deviation)
        expect_close(got, layer.backward(grad), "dL/dx", case, why=why)


EXERCISES = {
    "dropout": Exercise(
        "dropout in training: `dropout(x, speaks, rate)`, where `speaks` is an array of True and "
        "False of the shape of x",
        "warm-up",
        (
            "True counts as 1 and False as 0. Which operation turns a silent unit into 0?",
            "With rate = 0.8 one unit in five speaks. How much louder must it be?",
            "By hand: x = 3, rate = 0.25. A unit that speaks gives 4.",
        ),
        _check_dropout,
        "Silent units give 0, and the others make up for them.",
    ),
    "batch norm": Exercise(
        "the four lines: `batch_norm(x, gamma, beta, epsilon)`, x of shape (batch, features), "
        "returns y and x_hat",
        "core",
        (
            "The mean of each column: over which axis?",
            "The variance is the mean of the squared distances from it, over the same axis.",
            "ε is added to the variance, before the root is taken.",
        ),
        _check_batch_norm,
        "Output and normalised numbers are those of nnlib's BatchNorm.",
    ),
    "backward": Exercise(
        "back through batch norm: `batch_norm_backward(grad, x_hat, gamma, deviation)` returns "
        "dL/dx; `deviation` is √(σ² + ε) of each feature",
        "stretch",
        (
            "Start from grad. Two things are taken out of it, column by column; then it is scaled.",
            "The first is its mean. The second is the part of it that goes along x_hat.",
            "The part along x_hat is x_hat times the mean of a product. Which product? The scale "
            "is what one unit of x changes in y.",
        ),
        _check_backward,
        "For random batches it is the gradient of nnlib's BatchNorm.",
    ),
}
