"""What checks of exercises compare: each raises `Wrong` for the first difference."""

from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.kernels.types import Array


def expect_close(got: object, expected: Any, what: str, case: str, *, why: str = "") -> Array:
    """Expect a number or an array, equal to six digits.

    Parameters
    ----------
    got : object
        What the learner's function returned.
    expected : float or array
    what : str
        What the value is, such as "the new point".
    case : str
        The arguments it was called with, in words.
    why : str
        What may be the reason if the numbers differ.

    Returns
    -------
    array
        `got` in float64.

    Raises
    ------
    Wrong
        If the type, the shape or a number differs.

    Examples
    --------
    >>> expect_close(0.5, 0.5, "the step", "b = 1")
    array(0.5)
    >>> expect_close("half", 0.5, "the step", "b = 1")
    Traceback (most recent call last):
    nnlib.exercises.attempt.Wrong: expected a number, got 'half'
    """
    target = np.asarray(expected, dtype=float)
    found = expect_numbers(got, target.shape, what, case)
    if not np.allclose(found, target, rtol=1e-6, atol=1e-9):
        raise Wrong(
            f"{shown(_plain(target))} as {what}", shown(_plain(found)), f"For {case}. {why}".strip()
        )
    return found


def expect_numbers(got: object, shape: tuple[int, ...], what: str, case: str) -> Array:
    """Expect finite numbers of a shape; () is a single number. See `expect_close`."""
    wanted = f"an array of shape {shape}" if shape else "a number"
    try:
        found = np.asarray(got)
    except Exception:  # a list of unequal rows, an object that pretends to be an array
        found = np.asarray(None)
    if found.dtype.kind not in "fiu":
        raise Wrong(wanted, shown(got), f"That is {what}, for {case}.")
    if found.shape != shape:
        raise Wrong(wanted, f"shape {found.shape}", f"That is {what}, for {case}.")
    if not np.isfinite(found).all():
        raise Wrong("finite numbers", shown(_plain(found)), f"That is {what}, for {case}.")
    return found.astype(float)


def expect_pair(got: object, first: str, second: str) -> tuple[Any, Any]:
    """Expect two results, returned as `return first, second`."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        one = f"{len(got)} values" if isinstance(got, tuple | list) else f"one {type(got).__name__}"
        raise Wrong(
            f"two results, {first} and {second}", one, f"End with: return {first}, {second}"
        )
    return got[0], got[1]


def _plain(value: Array) -> object:
    """A single number as a float, so that it is shown without brackets."""
    return float(value) if value.ndim == 0 else value
