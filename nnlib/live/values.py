"""Values that come from anywhere: read as numbers, told in a few words."""

import math
from numbers import Real
from typing import Any

import numpy as np


def number(value: object) -> float:
    """Return the value as a float; NaN if it is no number.

    Parameters
    ----------
    value : object

    Returns
    -------
    float

    Examples
    --------
    >>> number(2), number("2"), number(True)
    (2.0, nan, nan)
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf


def short(value: object) -> str:
    """Return the value as short text, however large or odd it is.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        At most 40 characters or so.

    Examples
    --------
    >>> short([0.5] * 100)
    '[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0...'
    """
    if isinstance(value, int) and value.bit_length() > 64:
        return "a very large number"
    try:
        text = " ".join(repr(value).split())  # arrays take several lines
    except (ValueError, RecursionError):  # numbers of too many digits, lists of too many floors
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= 40 else f"{text[:37]}..."


def check_size(label: str, sides: tuple[object, ...], most: int) -> None:
    """Raise ValueError unless the sides are whole numbers from 1, and their product not too large.

    Parameters
    ----------
    label : str
        Begins the message.
    sides : tuple
    most : int
        The largest product.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_size("Kernel", (3, 0), 400)
    Traceback (most recent call last):
    ValueError: Kernel expects a size of 1 to 400 in all, in whole numbers, got (3, 0)
    """
    whole = [side for side in sides if type(side) is int and side >= 1]
    if len(whole) != len(sides) or math.prod(whole) > most:
        raise ValueError(
            f"{label} expects a size of 1 to {most} in all, in whole numbers, got {sides}"
        )


def rows_of(value: object, most: int) -> list[Any] | None:
    """Return the items of a list, tuple or array of at most so many; None of anything else.

    Parameters
    ----------
    value : object
    most : int

    Returns
    -------
    list or None

    Examples
    --------
    >>> rows_of((1, 2), 2), rows_of([1, 2, 3], 2), rows_of("12", 2)
    ([1, 2], None, None)
    """
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "biuf":
        return value.tolist() if len(value) <= most else None
    if type(value) not in (list, tuple) or len(value) > most:  # type: ignore[arg-type]
        return None
    return list(value)  # type: ignore[call-overload, no-any-return]
