"""Lesson 09: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_pair
from nnlib.kernels.types import Array
from nnlib.layers import LSTM

Function = Callable[..., Any]


def _check_step(rnn_step: Function, rng: np.random.Generator) -> None:
    """New states of a plain cell, for batches of several sizes."""
    for batch, features, hidden in ((1, 1, 1), (1, 2, 3), (4, 3, 2), (3, 5, 5)):
        x, h = rng.normal(size=(batch, features)), rng.normal(size=(batch, hidden))
        w = rng.normal(size=(features, hidden))
        u, b = rng.normal(size=(hidden, hidden)), rng.normal(size=hidden)
        case = f"x of shape {x.shape}, h of shape {h.shape}"
        expect_close(
            rnn_step(x, h, w, u, b),
            np.tanh(x @ w + h @ u + b),
            "the new state",
            case,
            why="Input, old state and bias are added up before tanh.",
        )


def _check_lstm(lstm_step: Function, rng: np.random.Generator) -> None:
    """One step of an LSTM agrees with the layer, for h and c."""
    for batch, features, hidden in ((1, 1, 1), (2, 3, 2), (3, 2, 4)):
        layer = LSTM(features, hidden, rng=rng, dtype=np.float64)
        for parameter in layer.parameters():
            parameter.value[...] = rng.normal(size=parameter.value.shape)
        x = rng.normal(size=(batch, features))
        h, c = rng.normal(size=(2, batch, hidden))
        layer.forward(x[:, None], state=np.stack([h, c]))
        w, u, b = (p.value.copy() for p in layer.parameters())
        case = f"x of shape {x.shape}, c = {shown(c)}"
        got_h, got_c = expect_pair(lstm_step(x, h, c, w, u, b), "h", "c")
        assert layer.state is not None
        why = "The old cell times f, plus the candidate times i. In W the order is i, f, o, g."
        expect_close(got_c, layer.state[1], "the new c", case, why=why)
        why = "c is right. What does the output gate let out, and of what?"
        expect_close(got_h, layer.state[0], "the new h", case, why=why)


def _check_gradients(gradients: Function, rng: np.random.Generator) -> None:
    """Gradients through time agree with those of finite differences."""
    for steps in (1, 2, 3, 7, 12):
        x = rng.normal(size=steps)
        w, u, y = (float(value) for value in rng.normal(size=3))
        case = f"{steps} steps, w = {w:.3f}, u = {u:.3f}, y = {y:.3f}"
        got_w, got_u = expect_pair(gradients(x, w, u, y), "dL/dw", "dL/du")
        why = "Every step adds its share: its x, and for u the state before it."
        expect_close(got_w, _slope(x, w, u, y, 0), "dL/dw", case, why=why)
        expect_close(got_u, _slope(x, w, u, y, 1), "dL/du", case, why=why)


def _slope(x: Array, w: float, u: float, y: float, which: int) -> float:
    """dL/dw or dL/du, by a step into the complex plane, which is exact to the last digits."""
    tiny = 1e-30
    weights = [complex(w), complex(u)]
    weights[which] += 1j * tiny
    h = 0j
    for value in x:
        h = np.tanh(weights[0] * value + weights[1] * h)
    return float((0.5 * (y - h) ** 2).imag / tiny)


EXERCISES = {
    "step": Exercise(
        "one step of a plain cell: `rnn_step(x, h, W, U, b)` returns the new state, for x of shape "
        "(batch, features) and h of shape (batch, hidden)",
        "warm-up",
        (
            "The formula stands at the beginning of part 1.",
            "Samples are rows, so the row comes first in each product, and then the matrix.",
            "Three terms are added; then one function is applied to the sum.",
        ),
        _check_step,
        "States are right for batches of any size.",
    ),
    "lstm": Exercise(
        "one step of an LSTM: `lstm_step(x, h, c, W, U, b)` returns h and c; W[k], U[k] and b[k] "
        "belong to i, f, o and g, in this order",
        "core",
        (
            "Begin with four sums, one for each k. They look like that of the plain cell.",
            "The logistic function for the first three, tanh for the last.",
            "First the new cell: a part that is kept and a part that is written. Then what is "
            "shown of it, squashed once more.",
        ),
        _check_lstm,
        "h and c are those of the layer.",
    ),
    "gradients": Exercise(
        "back through time: `gradients(x, w, u, y)` returns dL/dw and dL/du of the cell of part 2, "
        "with h₀ = 0, L = ½ (y − h_T)² and x of any length",
        "stretch",
        (
            "Go forward first, and keep every state: you need them all on the way back.",
            "Begin at the end with dL/dh. At each step: times the slope of tanh, then the shares "
            "of w and u, then on to the state before.",
            "The slope is told by the state itself. To get from z to the state before it, multiply "
            "by the weight between the two.",
        ),
        _check_gradients,
        "Both gradients agree with tiny steps of the weights, for sequences of 1 to 12 steps.",
    ),
}
