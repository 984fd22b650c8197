"""Lesson 10: exercises and their checks."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from nnlib.datasets import gauss, xor
from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers
from nnlib.kernels.types import Array
from nnlib.layers import Dense, Tanh
from nnlib.losses import BinaryCrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import evaluate, fit

Function = Callable[..., Any]
ENOUGH = 0.9  # share of XOR's points that one neuron must tell


def _check_count(count: Function, rng: np.random.Generator) -> None:
    """The numbers that dense networks of all depths learn."""
    for depth in range(2, 9):
        sizes = rng.integers(1, 12, depth).tolist()
        layers = [Dense(*pair, rng=rng) for pair in pairwise(sizes)]
        expected = sum(p.value.size for layer in layers for p in layer.parameters())
        why = "Every neuron has a weight for each unit before it, and a bias; inputs have neither."
        expect_close(count(sizes), expected, "the count", f"sizes = {sizes}", why=why)


def _check_feature(feature: Function, rng: np.random.Generator) -> None:
    """One neuron that sees nothing but the feature tells the classes of XOR apart."""
    x, y = xor(400, noise=0.05, rng=rng)
    column = expect_numbers(feature(x), (len(x),), "the feature", "400 points x").astype(np.float32)
    alone = expect_numbers(feature(x[:5]), (5,), "the feature", "5 points x")
    if not np.allclose(alone, column[:5], atol=1e-5):
        raise Wrong(
            "the same feature for a point, whatever others are beside it",
            f"{shown(alone[0])} and {shown(float(column[0]))}",
            "Use the two coordinates of the point itself.",
        )
    spread = float(column.std())
    inputs = ((column - column.mean()) / (spread or 1.0))[:, None]
    network = Sequential(Dense(1, 1, rng=rng))
    targets, loss = y[:, None].astype(np.float32), BinaryCrossEntropy()
    optimizer = SGD(network.parameters(), 0.5)
    for _ in fit(network, loss, optimizer, inputs, targets, batch_size=20, epochs=20, rng=rng):
        pass
    right = evaluate(network, loss, inputs, targets).accuracy or 0.0
    if right < ENOUGH:
        raise Wrong(
            f"a neuron that tells {ENOUGH:.0%} of the points",
            f"{right:.0%}",
            "After training it answers yes where the feature is above some value, or below it. "
            "Where is yours large, and which class lies there?",
        )


def _check_epoch(one_epoch: Function, rng: np.random.Generator) -> None:
    """Weights and losses agree with `fit`, for several sizes of batch and data."""
    for number, (samples, size) in enumerate(((12, 4), (10, 4), (7, 1), (5, 8), (30, 7))):
        seed = int(rng.integers(1000))
        x, y = gauss(samples, noise=0.3, rng=rng)
        targets = y[:, None].astype(np.float32)
        (mine, own), (twin, other) = _twins(seed), _twins(seed)
        case = f"{samples} samples, batch_size = {size}"
        loss, order = BinaryCrossEntropy(), np.random.default_rng(number)
        got = one_epoch(mine, loss, own, x, targets, size, order)
        steps = list(
            fit(
                *(twin, loss, other, x, targets),
                batch_size=size,
                rng=np.random.default_rng(number),
            )
        )
        if own.iteration != len(steps):
            raise Wrong(f"{len(steps)} updates", f"{own.iteration}", f"For {case}.")
        losses = expect_numbers(got, (len(steps),), "the losses", case)
        weights, expected = _weights(mine), _weights(twin)
        if not np.allclose(weights, expected, atol=1e-6):
            raise Wrong(
                f"{shown(expected[:3])} as the first weights",
                shown(weights[:3]),
                f"For {case}. Draw the order once, with rng.permutation(len(x)), and take the "
                "batches from it one after the other.",
            )
        why = "It is the loss of each batch before its update."
        if not np.allclose(losses, [step.loss for step in steps], atol=1e-6):
            raise Wrong(f"{shown(steps[0].loss)} as the first loss", shown(float(losses[0])), why)


def _twins(seed: int) -> tuple[Sequential, SGD]:
    """A small network and its optimizer, the same for the same seed."""
    rng = np.random.default_rng(seed)
    network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    return network, SGD(network.parameters(), 0.2, momentum=0.5)


def _weights(network: Sequential) -> Array:
    """All parameters in one row."""
    row: Array = np.concatenate([p.value.ravel() for p in network.parameters()]).astype(float)
    return row


EXERCISES = {
    "count": Exercise(
        "how much a network learns: `count(sizes)`, for the units of each column such as "
        "[2, 4, 1], returns the number of weights and biases",
        "warm-up",
        (
            "Draw the columns and the lines between two of them. How many lines are there?",
            "Each unit of the right column has a number of its own besides its lines.",
            "Go through neighbouring pairs of sizes and add up what belongs to each pair.",
        ),
        _check_count,
        "Networks of two to eight columns are counted right.",
    ),
    "feature": Exercise(
        "an input with which one neuron is enough for XOR: `feature(x)`, for points of shape "
        "(n, 2), returns an array of shape (n,)",
        "core",
        (
            "In the playground: no hidden layer, data set XOR. Which input can do it alone?",
            "Class 1 lies where the two coordinates have different signs. What tells signs apart?",
            "Two numbers of the same sign and two of different signs: one operation makes of the "
            "first something positive and of the others something negative.",
        ),
        _check_feature,
        "A single neuron that sees only this tells more than nine points in ten.",
    ),
    "epoch": Exercise(
        "one epoch of training: `one_epoch(network, loss, optimizer, x, y, batch_size, rng)` makes "
        "the updates and returns the loss of each batch, in a list",
        "stretch",
        (
            "The order is drawn once for the whole epoch. The last batch may be smaller.",
            "For each batch: forward with training=True, the loss, its gradient, back, one step.",
            "loss.value and loss.gradient take prediction and target; the network takes the "
            "gradient backward, and the optimizer finds it in the parameters.",
        ),
        _check_epoch,
        "Weights and losses are those of fit.",
    ),
}
