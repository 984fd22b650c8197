"""Checks of what comes in, the same for all that theory says."""

import math
from numbers import Real

import numpy as np
import numpy.typing as npt

from nnlib.checks import as_floats

Floats = npt.NDArray[np.float64]


def finite(name: str, argument: str, array: npt.ArrayLike) -> Floats:
    """Finite numbers of any sign."""
    numbers = as_floats(name, argument, array)
    _refuse(~np.isfinite(numbers), name, f"{argument} to be finite", numbers)
    return numbers


def check_rates(name: str, learning_rate: npt.ArrayLike) -> Floats:
    """Learning rates: finite, 0 or more."""
    rates = finite(name, "learning_rate", learning_rate)
    _refuse(rates < 0, name, "learning_rate to be 0 or more", rates)
    return rates


def check_momenta(name: str, momentum: npt.ArrayLike) -> Floats:
    """Momenta: in [0, 1)."""
    momenta = finite(name, "momentum", momentum)
    _refuse((momenta < 0) | (momenta >= 1), name, "momentum to be 0 or more and below 1", momenta)
    return momenta


def check_shapes(name: str, *arrays: Floats) -> None:
    """Refuse arrays that have no common shape."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise ValueError(
            f"{name} expects shapes that broadcast, got {shapes}; "
            "add an axis with [:, None] for a table"
        ) from None


def check_curvatures(name: str, small: float, large: float) -> tuple[float, float]:
    """Two curvatures in order, above 0."""
    for curvature in (small, large):
        is_number = isinstance(curvature, Real) and not isinstance(curvature, bool)
        if not is_number or not 0 < curvature < math.inf:
            raise ValueError(
                f"{name} expects curvatures that are finite numbers above 0, got {curvature!r}"
            )
    if small > large:
        raise ValueError(f"{name} expects small <= large, got {small:g} and {large:g}; swap them")
    return float(small), float(large)


def _refuse(bad: npt.NDArray[np.bool_], name: str, expected: str, array: Floats) -> None:
    """Raise with the first number that is bad."""
    if bad.any():
        raise ValueError(f"{name} expects {expected}, got {array[bad].flat[0]:g}")
