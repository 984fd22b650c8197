"""The 3-4-1 network of the lesson, samples in rows: forwards, backwards, and ways to err."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib.kernels.types import Array

Arrays = dict[str, Array]
PARAMETERS = ("W₁", "b₁", "W₂", "b₂")
NO_BUG = "no bug"


@dataclass(frozen=True)
class Bug:
    """A mistake in one rule of the way back.

    Attributes
    ----------
    rule : str
        The rule as it should be.
    told : str
        What is wrong with it.
    spoils : tuple of str
        The gradients that come out wrong.
    """

    rule: str
    told: str
    spoils: tuple[str, ...]


BUGS: dict[str, Bug] = {
    "case A": Bug(
        "dA₁ · A₁(1 − A₁)", "the slope of the sigmoid in layer 1 is left out", ("W₁", "b₁")
    ),
    "case B": Bug("db₁ = sum of dZ₁", "it takes the mean over the batch", ("b₁",)),
    "case C": Bug("dA₂ = 2(A₂ − y)/m", "the 2 of the square is left out", PARAMETERS),
    "case D": Bug("dW₂ = A₁ᵀ dZ₂", "it takes Z₁ in the place of A₁", ("W₂",)),
    "case E": Bug("dA₁ = dZ₂ W₂ᵀ", "it takes the weights in the opposite order", ("W₁", "b₁")),
}


def sample(batch: int, seed: int) -> tuple[Array, Array, Arrays]:
    """Return a batch and the parameters of a 3-4-1 network, in float64.

    Parameters
    ----------
    batch, seed : int

    Returns
    -------
    x : ndarray of shape (batch, 3)
    y : ndarray of shape (batch, 1)
        0 or 1.
    parameters : dict
        W₁ (3, 4), b₁ (4,), W₂ (4, 1), b₂ (1,).
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(batch, 3))
    y = (x.sum(axis=1, keepdims=True) > 0).astype(np.float64)
    shapes = {"W₁": (3, 4), "b₁": (4,), "W₂": (4, 1), "b₂": (1,)}
    return x, y, {name: rng.normal(size=shape) for name, shape in shapes.items()}


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + e^-z)."""
    a: Array = 1.0 / (1.0 + np.exp(-z))
    return a


def forward(x: Array, parameters: Mapping[str, Array]) -> Arrays:
    """Return every array on the way forwards; leading axes of the parameters make many networks.

    Parameters
    ----------
    x : ndarray of shape (batch, 3)
    parameters : mapping
        As `sample` returns them, or with one more axis in front.

    Returns
    -------
    dict
        Z₁, A₁ of shape (..., batch, 4) and Z₂, A₂ of shape (..., batch, 1).
    """
    found: Arrays = {"A₀": x}
    found["Z₁"] = x @ parameters["W₁"] + parameters["b₁"][..., None, :]
    found["A₁"] = sigmoid(found["Z₁"])
    found["Z₂"] = found["A₁"] @ parameters["W₂"] + parameters["b₂"][..., None, :]
    found["A₂"] = sigmoid(found["Z₂"])
    return found


def loss(x: Array, y: Array, parameters: Mapping[str, Array]) -> Array:
    """Return the mean squared error, of one network or of many at once."""
    value: Array = ((forward(x, parameters)["A₂"] - y) ** 2).mean(axis=(-2, -1))
    return value


def backward(x: Array, y: Array, parameters: Mapping[str, Array], bug: str = NO_BUG) -> Arrays:
    """Return the gradient of every array, as one column of the lesson's table says.

    Parameters
    ----------
    x, y : ndarray
    parameters : mapping
    bug : str
        A name in `BUGS`: then one rule is wrong.

    Returns
    -------
    dict
        The gradients of Z₂, W₂, b₂, A₁, Z₁, W₁ and b₁, by these names.
    """
    made = forward(x, parameters)
    a1, a2 = made["A₁"], made["A₂"]
    d: Arrays = {}
    d["A₂"] = (1.0 if bug == "case C" else 2.0) * (a2 - y) / len(x)
    d["Z₂"] = d["A₂"] * a2 * (1 - a2)
    d["W₂"] = (made["Z₁"] if bug == "case D" else a1).T @ d["Z₂"]
    d["b₂"] = d["Z₂"].sum(axis=0)
    d["A₁"] = d["Z₂"] @ (parameters["W₂"][::-1] if bug == "case E" else parameters["W₂"]).T
    d["Z₁"] = d["A₁"] if bug == "case A" else d["A₁"] * a1 * (1 - a1)
    d["W₁"] = x.T @ d["Z₁"]
    d["b₁"] = d["Z₁"].mean(axis=0) if bug == "case B" else d["Z₁"].sum(axis=0)
    return d


def differences(x: Array, y: Array, parameters: Mapping[str, Array], h: Array) -> dict[str, Arrays]:
    """Return the gradients by differences of the loss, for several h at once.

    Parameters
    ----------
    x, y : ndarray
    parameters : mapping
    h : ndarray of shape (n,)

    Returns
    -------
    dict
        "one-sided" and "central", each a dict of arrays of shape (n, *that of the parameter).
    """
    here = loss(x, y, parameters)
    found: dict[str, Arrays] = {"one-sided": {}, "central": {}}
    for name, value in parameters.items():
        nudges = h[:, None, None] * np.eye(value.size)  # one number of the parameter at a time
        ways = nudges.reshape(-1, *value.shape)
        above = loss(x, y, _with(parameters, name, value + ways)).reshape(len(h), value.size)
        below = loss(x, y, _with(parameters, name, value - ways)).reshape(len(h), value.size)
        shape = (len(h), *value.shape)
        found["one-sided"][name] = ((above - here) / h[:, None]).reshape(shape)
        found["central"][name] = ((above - below) / (2 * h[:, None])).reshape(shape)
    return found


def _with(parameters: Mapping[str, Array], name: str, values: Array) -> Arrays:
    """Many networks: one parameter is different in each, the others are the same."""
    return {
        other: values if other == name else np.broadcast_to(kept, (len(values), *kept.shape))
        for other, kept in parameters.items()
    }
