"""What a network may see of a point in the plane: its coordinates, and simple functions of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.kernels.types import Array

WAVES = 6  # sin 6x has about two waves between -1 and 1


@dataclass(frozen=True)
class Feature:
    """One input of the network, made of the coordinates of a point.

    Attributes
    ----------
    label : str
        As it stands beside the input.
    code : str
        As it is written in Python, for an array `x` of shape (n, 2).
    make : callable
        The same, from `x` to an array of shape (n,).
    """

    label: str
    code: str
    make: Callable[[Array], Array]


FEATURES: Mapping[str, Feature] = {
    "x1": Feature("x₁", "x[:, 0]", lambda x: x[:, 0]),
    "x2": Feature("x₂", "x[:, 1]", lambda x: x[:, 1]),
    "x1_squared": Feature("x₁²", "x[:, 0] ** 2", lambda x: x[:, 0] ** 2),
    "x2_squared": Feature("x₂²", "x[:, 1] ** 2", lambda x: x[:, 1] ** 2),
    "product": Feature("x₁x₂", "x[:, 0] * x[:, 1]", lambda x: x[:, 0] * x[:, 1]),
    "sin_x1": Feature("sin 6x₁", "np.sin(6 * x[:, 0])", lambda x: np.sin(WAVES * x[:, 0])),
    "sin_x2": Feature("sin 6x₂", "np.sin(6 * x[:, 1])", lambda x: np.sin(WAVES * x[:, 1])),
}


def chosen_features(values: Mapping[str, Any]) -> list[str]:
    """Return the names of the features whose switches are on, in the order of `FEATURES`.

    Parameters
    ----------
    values : mapping
        Where the controls stand.

    Returns
    -------
    list of str

    Examples
    --------
    >>> chosen_features({"x2": True, "x1": True, "noise": 0.1})
    ['x1', 'x2']
    """
    return [name for name in FEATURES if values.get(name)]


def make_features(x: Array, names: Sequence[str]) -> Array:
    """Return the features of points.

    Parameters
    ----------
    x : ndarray of float32, shape (n, 2)
    names : sequence of str
        Among `FEATURES`, at least one.

    Returns
    -------
    ndarray of float32, shape (n, features)

    Examples
    --------
    >>> make_features(np.array([[0.5, -2.0]], np.float32), ["x1", "product"]).tolist()
    [[0.5, -1.0]]
    """
    return np.column_stack([FEATURES[name].make(x) for name in names])


def features_code(names: Sequence[str]) -> str:
    """Return the features as a Python expression of `x`.

    Examples
    --------
    >>> features_code(["x1", "x2_squared"])
    'np.column_stack([x[:, 0], x[:, 1] ** 2])'
    """
    return f"np.column_stack([{', '.join(FEATURES[name].code for name in names)}])"
