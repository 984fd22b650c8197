"""The activation functions of lesson 05: layers by name, with what is known of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array
from nnlib.layers import (
    ELU,
    GELU,
    Activation,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
    Threshold,
)

JUMP = 1e-6  # both sides of 0, so that what jumps there is drawn upright
GRID = np.sort([*np.linspace(-5.0, 5.0, 401), -JUMP, JUMP])  # where curves are drawn
LEAK = 0.1  # of leaky ReLU here: ten times the usual one, so that it can be seen


@dataclass(frozen=True)
class Facts:
    """What a learner should know of a function.

    Attributes
    ----------
    make : callable
        Returns a new layer.
    form, slope, values, slopes, remark : str
        Formula, derivative, the ranges of both, and one sentence.
    """

    make: Callable[[], Activation]
    form: str
    slope: str
    values: str
    slopes: str
    remark: str


FACTS: dict[str, Facts] = {
    "threshold": Facts(
        Threshold,
        "1 if z ≥ 0, else 0",
        "0; none at the jump",
        "0 or 1",
        "0",
        "The slope tells nothing: gradient descent cannot use it.",
    ),
    "logistic": Facts(
        Sigmoid,
        "σ = 1 / (1 + e⁻ᶻ)",
        "σ (1 − σ)",
        "0 to 1",
        "0 to 1/4",
        "A probability; flat at both ends.",
    ),
    "tanh": Facts(
        Tanh,
        "(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        "1 − a²",
        "−1 to 1",
        "0 to 1",
        "2 σ(2z) − 1: the logistic function, about 0.",
    ),
    "ReLU": Facts(
        ReLU,
        "max(z, 0)",
        "1 if z > 0, else 0",
        "0 to ∞",
        "0 or 1",
        "Where it is on, the slope is exactly 1.",
    ),
    "leaky ReLU": Facts(
        lambda: LeakyReLU(LEAK),
        f"z if z > 0, else {LEAK:g} z",
        f"1 if z > 0, else {LEAK:g}",
        "−∞ to ∞",
        f"{LEAK:g} or 1",
        "No unit is ever without a gradient.",
    ),
    "softplus": Facts(
        Softplus,
        "log(1 + eᶻ)",
        "σ(z)",
        "0 to ∞",
        "0 to 1",
        "ReLU without its corner; its slope is the logistic function.",
    ),
    "ELU": Facts(
        ELU,
        "z if z > 0, else eᶻ − 1",
        "1 if z > 0, else eᶻ",
        "−1 to ∞",
        "0 to 1",
        "Bends down to −1, so its mean is nearer to 0.",
    ),
    "GELU": Facts(
        GELU,
        "z Φ(z)",
        "Φ(z) + z φ(z)",
        "−0.17 to ∞",
        "−0.13 to 1.13",
        "z times the share of a normal population below it.",
    ),
}

NAMES = tuple(FACTS)


def value_and_slope(name: str, z: npt.ArrayLike) -> tuple[Array, Array]:
    """Return a function and its derivative, as the library's layer computes them.

    Parameters
    ----------
    name : str
        Key of `FACTS`.
    z : array_like
        Any shape.

    Returns
    -------
    f, slope : ndarray of float64
        In the shape of `z`, of one axis at least.

    Raises
    ------
    KeyError
        If there is no such function.

    Examples
    --------
    >>> f, slope = value_and_slope("logistic", [0.0])
    >>> f.tolist(), slope.tolist()
    ([0.5], [0.25])
    """
    z = np.atleast_1d(np.asarray(z, dtype=np.float64))
    layer = FACTS[name].make()
    f = layer.forward(z)
    return f, layer.backward(np.ones_like(z))


def line(x: Any, y: Any) -> Array:
    """Return x above y, float32 of shape (2, n), as a panel takes a line."""
    return np.stack([np.asarray(x), np.asarray(y)]).astype(np.float32)
