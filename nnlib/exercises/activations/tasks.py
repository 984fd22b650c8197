"""Lesson 05: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers, expect_pair
from nnlib.kernels.types import Array
from nnlib.layers import Sigmoid, Softmax

Function = Callable[..., Any]
DEPTH = 8  # layers that the weights of He must pass


def _check_logistic(logistic: Function, rng: np.random.Generator) -> None:
    """Value and slope agree with the layer, for numbers and arrays."""
    for shape in ((), (), (3,), (2, 4)):
        z: Any = rng.normal(0.0, 2.0, shape) if shape else float(rng.normal(0.0, 2.0))
        case = f"z = {shown(z)}"
        layer = Sigmoid()
        a = layer.forward(np.atleast_1d(np.asarray(z, dtype=np.float64)))
        slope = layer.backward(np.ones_like(a))
        got_a, got_slope = expect_pair(logistic(z), "a", "slope")
        expect_close(got_a, a.reshape(shape), "a", case)
        why = "The value is right. The slope can be written with the value alone."
        expect_close(got_slope, slope.reshape(shape), "the slope", case, why=why)


def _check_softmax(softmax: Function, rng: np.random.Generator) -> None:
    """Rows of probabilities at several temperatures, and for logits that overflow e."""
    for batch, classes in ((1, 2), (4, 3), (2, 6)):
        for temperature in (1.0, 0.3, 5.0):
            logits = rng.normal(0.0, 2.0, (batch, classes))
            _expect_rows(softmax, logits, temperature, "Each row has a sum of its own.")
    why = "e to the power of 1,000 is no number any more. What may be subtracted from a whole row?"
    for shift in (1000.0, -1000.0):
        logits = rng.normal(0.0, 2.0, (3, 4)) + shift
        _expect_rows(softmax, logits, 1.0, why)
    logits = np.array([[1000.0, 998.0], [-1000.0, -1001.0]])  # each row needs its own
    _expect_rows(softmax, logits, 1.0, why)
    logits = np.array([[5.0, 0.0, -5.0]])
    _expect_rows(softmax, logits, 0.004, why)


def _expect_rows(softmax: Function, logits: Array, temperature: float, why: str) -> None:
    """One call agrees with the layer."""
    case = f"logits = {shown(logits)}, temperature = {temperature:g}"
    wanted = Softmax().forward(logits / temperature)
    with np.errstate(all="ignore"):
        got = softmax(logits, temperature)
    expect_close(got, wanted, "the probabilities", case, why=why)


def _check_he(he_weights: Function, rng: np.random.Generator) -> None:
    """Through many ReLU layers the mean of the squares stays, and each shape has its spread."""
    for n_in, n_out in ((200, 300), (400, 100)):
        case = f"n_in = {n_in}, n_out = {n_out}"
        weights = expect_numbers(he_weights(n_in, n_out, rng), (n_in, n_out), "the weights", case)
        if abs(weights.mean()) > 0.1 * weights.std():
            raise Wrong(
                "weights around 0", f"a mean of {weights.mean():.3g}", f"That is for {case}."
            )
        _expect_kept(weights, rng.normal(size=(200, n_in)), case)
    width, signal = 512, rng.normal(size=(100, 512))
    first = (signal**2).mean()
    for _ in range(DEPTH):
        signal = np.maximum(signal @ np.asarray(he_weights(width, width, rng), float), 0.0)
    share = (signal**2).mean() / first
    if not 0.3 < share < 3.0:  # it wanders a little; a factor of 2 at each layer makes 256
        raise Wrong(
            f"about as large a mean square after {DEPTH} layers of {width} ReLUs as before",
            f"{share:.3g} times as large",
            "Each layer must keep it: z adds up n_in products, and ReLU then halves the squares.",
        )
    first_draw, second_draw = (np.asarray(he_weights(20, 20, rng), float) for _ in range(2))
    if np.array_equal(first_draw, second_draw):
        raise Wrong("new weights at each call", "the same twice", "Draw them with rng.")


def _expect_kept(weights: Array, x: Array, case: str) -> None:
    """A ReLU layer with these weights has outputs of the same mean square as its inputs."""
    kept = (np.maximum(x @ weights, 0.0) ** 2).mean() / (x**2).mean()
    if not 0.85 < kept < 1.15:
        raise Wrong(
            "outputs of ReLU with the same mean square as the inputs, to 15%",
            f"{kept:.3g} times the mean square",
            f"For {case}. The weights have a standard deviation of {weights.std():.3g}. How many "
            "products add up to one z, and what does ReLU do to their squares?",
        )


EXERCISES = {
    "logistic": Exercise(
        "the logistic function: `logistic(z)` returns its value a and its slope, for numbers and "
        "arrays",
        "warm-up",
        (
            "NumPy's exp takes numbers and arrays alike. Which power of e stands in the formula?",
            "The slope needs no second exponential: a alone is enough.",
            "At z = 0 the value is 0.5 and the slope 0.25. Which product of a and its distance "
            "from 1 gives that?",
        ),
        _check_logistic,
        "Value and slope are those of the layer, for numbers and arrays.",
    ),
    "softmax": Exercise(
        "softmax with a temperature that does not overflow: `softmax(logits, temperature)`, logits "
        "of shape (batch, classes)",
        "core",
        (
            "First divide by the temperature. Then each row becomes positive, and its sum 1.",
            "A sum along a row: which axis is that, and how do two axes stay for the division?",
            "Adding one number to a whole row changes nothing. Choose it so that the largest "
            "exponent is 0.",
        ),
        _check_softmax,
        "Rows have a sum of 1 at every temperature, and logits of 1,000 do no harm.",
    ),
    "he": Exercise(
        "weights for ReLU: `he_weights(n_in, n_out, rng)` returns a matrix of shape (n_in, n_out)",
        "stretch",
        (
            "The variance of a sum of n independent products is n times that of one. How small "
            "must the variance of a weight be, so that z has the spread of x?",
            "ReLU halves the mean of the squares. What must stand in the numerator to make up for "
            "it?",
            "rng.normal takes a standard deviation. That is the root of a variance.",
        ),
        _check_he,
        f"Through {DEPTH} layers of ReLUs the signals keep their size.",
    ),
}
