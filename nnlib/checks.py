"""Checks of what comes in: each says what was expected, what came, and what to do."""

import math
from numbers import Real

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array, Labels


def check_pairs(name: str, x: Array | Labels, y: Array | Labels) -> None:
    """Refuse samples and targets that are no arrays, empty, or of different lengths."""
    for argument, array in (("x", x), ("y", y)):
        if not isinstance(array, np.ndarray) or array.ndim == 0:
            raise TypeError(
                f"{name} expects {argument} to be an array with one sample in each row, got "
                f"{type(array).__name__}; convert it with np.asarray({argument})"
            )
    if len(x) == 0:
        raise ValueError(f"{name} expects at least one sample, got none")
    if len(x) != len(y):
        raise ValueError(
            f"{name} expects as many targets as samples, got {len(x)} rows in x and {len(y)} in y"
        )


def check_count(name: str, argument: str, value: int, *, least: int = 1) -> None:
    """Refuse what is no integer, or less than the least."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(
            f"{name} expects {argument} to be an integer, {least} or more, got {value!r}"
        )


def check_number(
    name: str,
    argument: str,
    value: float,
    *,
    above: float = -math.inf,
    least: float = 0.0,
    most: float = math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` as a float, if it is a finite number within these bounds."""
    number = real(value)
    inside = math.isfinite(number) and above < number < below
    if not inside or not least <= number <= most:
        lower = f"more than {above:g}" if above > -math.inf else f"{least:g} or more"
        upper = f" and less than {below:g}" if below < math.inf else ""
        upper += f" and at most {most:g}" if most < math.inf else ""
        raise ValueError(
            f"{name} expects {argument} to be a finite number, {lower}{upper}, got {value!r}"
        )
    return number


def real(value: object) -> float:
    """`value` as a float; NaN for what is no real number, or an integer beyond all floats."""
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def check_rng(name: str, rng: object) -> None:
    """Refuse anything but a NumPy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} expects rng to be a np.random.Generator, got {rng!r}; "
            "pass rng=np.random.default_rng(0)"
        )


def check_finite(name: str, argument: str, array: Array | Labels) -> None:
    """Refuse what is no number, NaN and infinity, and say in which row the first one is."""
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} expects numbers in {argument}, got dtype {array.dtype}; "
            f"convert it with np.asarray({argument}, dtype=np.float32)"
        )
    finite = np.isfinite(array)
    if not finite.all():
        row = int(np.argwhere(~finite)[0][0])
        raise ValueError(
            f"{name} expects finite numbers in {argument}, got {array[~finite].flat[0]} in row "
            f"{row} ({np.count_nonzero(~finite)} such in all); remove or replace such rows"
        )


def as_floats(name: str, argument: str, array: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return a float64 copy of what holds real numbers in rows of equal length."""
    try:
        given = np.asarray(array)
    except ValueError as error:
        raise ValueError(f"{name} expects {argument} in rows of equal length; {error}") from None
    if given.dtype.kind not in "fiu":
        raise TypeError(
            f"{name} expects numbers in {argument}, got dtype {given.dtype}; "
            f"convert with np.asarray({argument}, dtype=float)"
        )
    return np.array(given, dtype=np.float64)
