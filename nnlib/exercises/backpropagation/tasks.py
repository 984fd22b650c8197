"""Lesson 04: exercises and their checks."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers
from nnlib.kernels.types import Array

Function = Callable[..., Any]
#: Functions and their derivatives, for cascades.
_PARTS: tuple[tuple[str, Function, Function], ...] = (
    ("3x", lambda x: 3 * x, lambda x: 3.0),
    ("x²", lambda x: x * x, lambda x: 2 * x),
    ("sin x", np.sin, np.cos),
    ("x³", lambda x: x**3, lambda x: 3 * x * x),
    ("1 − x", lambda x: 1 - x, lambda x: -1.0),
)


def _check_cascade(cascade_slope: Function, rng: np.random.Generator) -> None:
    """The slope of one to five functions in a row is that of differences."""
    for count in (1, 2, 3, 3, 5):
        chosen = [_PARTS[i] for i in rng.integers(len(_PARTS), size=count)]
        functions, slopes = [part[1] for part in chosen], [part[2] for part in chosen]
        x = float(rng.uniform(0.3, 1.2))
        case = f"x = {shown(x)} and the functions {', then '.join(part[0] for part in chosen)}"
        got = cascade_slope(list(functions), list(slopes), x)
        why = "The slopes multiply, each taken at the number that comes into its function."
        expect_close(got, _slope(functions, slopes, x), "the slope", case, why=why)


def _slope(functions: list[Function], slopes: list[Function], x: float) -> float:
    """The chain rule, going forwards."""
    product = 1.0
    for function, slope in zip(functions, slopes, strict=True):
        product *= slope(x)
        x = function(x)
    return product


def _check_dense(dense_backward: Function, rng: np.random.Generator) -> None:
    """Shapes, and agreement with the three formulas, for several sizes and batches."""
    for batch, n_in, n_out in ((1, 2, 3), (5, 3, 4), (4, 4, 4), (7, 1, 2)):
        x, weight = rng.normal(size=(batch, n_in)), rng.normal(size=(n_in, n_out))
        dz = rng.normal(size=(batch, n_out))
        case = f"x of shape {x.shape}, W of shape {weight.shape} and dz of shape {dz.shape}"
        got = dense_backward(x, weight, dz)
        if not isinstance(got, tuple | list) or len(got) != 3:
            many = f"{len(got)} values" if isinstance(got, tuple | list) else "one result"
            raise Wrong("three results, dx, dW and db", many, "End with: return dx, dW, db")
        for name, found, expected, why in (
            ("dx", got[0], dz @ weight.T, "Each input reaches the loss through its row of W."),
            ("dW", got[1], x.T @ dz, "A weight is used once for each sample; shares add up."),
            ("db", got[2], dz.sum(axis=0), "The bias is used by every sample: a sum, no mean."),
        ):
            expect_close(found, expected, name, case, why=why)


def _check_gradient(gradient_of: Function, rng: np.random.Generator) -> None:
    """Central differences: exact on quadratics for any h, off by h² on a cubic, of any length.

    In both the coordinates are mixed, so that one which was left moved spoils the next.
    """
    for size in (1, 2, 5):
        mix = rng.normal(size=(size, size))
        linear, point = rng.normal(size=size), rng.normal(size=size)
        h = rng.uniform(0.05, 0.5)
        case = f"f = |M x|² + b · x, M = {shown(mix)}, b = {shown(linear)}, "
        case += f"point = {shown(point)}, h = {shown(h)}"
        why = "On a quadratic, central differences are exact for every h."
        got = gradient_of(partial(_quadratic, mix, linear), point, h)
        expect_close(got, 2 * mix.T @ mix @ point + linear, "the gradient", case, why=why)
    point, h = rng.uniform(0.5, 1.0, size=2), 0.1
    case = f"f = (x + y)³, point = {shown(point)}, h = {h}"
    why = "Central differences are off by h² here, so the h that is passed must be used."
    expected = np.full(2, 3 * point.sum() ** 2 + h**2)
    expect_close(gradient_of(_cubic, point, h), expected, "the gradient", case, why=why)


def _quadratic(mix: Array, linear: Array, x: object) -> float:
    """|M x|² + b · x."""
    values = expect_numbers(x, linear.shape, "the point that f was called with", "any f")
    return float(np.sum((mix @ values) ** 2) + linear @ values)


def _cubic(x: object) -> float:
    """(x + y)³."""
    return float(expect_numbers(x, (2,), "the point that f was called with", "any f").sum() ** 3)


EXERCISES = {
    "cascade": Exercise(
        "the slope of a cascade: `cascade_slope(functions, slopes, x)`; the second list holds the "
        "derivatives of the first, and each function takes what the one before gives",
        "warm-up",
        (
            "With one function it is slopes[0](x). What comes into the second function?",
            "Go through both lists together. Two numbers change on the way: the product of the "
            "slopes until now, and the number that goes into the next function.",
            "At each step take the slope first, at the number that comes in; only then replace "
            "that number by what the function makes of it.",
        ),
        _check_cascade,
        "For cascades of one to five functions the slope is right.",
    ),
    "dense": Exercise(
        "the way back through a dense layer z = x W + b: `dense_backward(x, W, dz)` returns dx, dW "
        "and db, for a batch with samples in rows",
        "core",
        (
            "Write down the shapes: dx is shaped like x, dW like W, db like b.",
            "dx and dW are each a product of two arrays, of which one is transposed. Which two "
            "have the sizes, and which size must vanish?",
            "db has one number for each output, and dz one row for each sample. The bias is used "
            "by all of them.",
        ),
        _check_dense,
        "For four sizes, one of them square, all three gradients are right.",
    ),
    "gradient": Exercise(
        "the gradient by central differences: `gradient_of(f, point, h)` returns an array as long "
        "as the point",
        "stretch",
        (
            "One number of the gradient at a time: what does f do if only that coordinate moves?",
            "Central means: once h forward and once h back, from the same point. How far apart are "
            "the two?",
            "Change one coordinate of a copy, ask f, and take a fresh copy for the next.",
        ),
        _check_gradient,
        "Exact on quadratics of 1, 2 and 5 variables, and off by h² on a cubic, as it should be.",
    ),
}
