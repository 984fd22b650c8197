"""The path of an optimizer across a landscape."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nnlib.checks import as_floats, check_count
from nnlib.landscapes.base import Floats, Landscape, frozen, number
from nnlib.layers import Parameter

#: A path that gets further from the origin than this has diverged.
RADIUS = 1e9


class Stepper(Protocol):
    """What `descend` asks of an optimizer."""

    def step(self) -> None:
        """Move the parameters along their gradients."""


@dataclass(frozen=True, eq=False)
class Path:
    """Where an optimizer went.

    Attributes
    ----------
    points : ndarray of shape (n + 1, d)
        The start, and where each of n steps ended; read-only.
    values : ndarray of shape (n + 1,)
        The height at each point; read-only.
    broke_at : int or None
        The step that left numbers which are not finite, or further than 1e9 from the origin.
        `points` then ends at the step before.
    """

    points: Floats
    values: Floats
    broke_at: int | None

    def steps_until(self, tolerance: float, target: npt.ArrayLike) -> int | None:
        """Count the steps until the path is closer to a target by a factor.

        Parameters
        ----------
        tolerance : float
            The factor: more than 0, at most 1. 1e-3 is a thousandth of the distance at the start.
        target : array_like of shape (d,)

        Returns
        -------
        int or None
            The first step after which the distance to the target is at most `tolerance` times the
            distance at the start; 0 where the start is the target. None if there is no such step.
            With momentum a path may swing out again later.

        Raises
        ------
        ValueError
            If the tolerance is out of range, or the target is no finite point.
        TypeError
            If the target is not made of numbers.
        """
        tolerance = number("steps_until", "tolerance", tolerance, np.nextafter(0, 1), 1.0)
        goal = _point("steps_until", "target", target, self.points.shape[1])
        distances = np.linalg.norm(self.points - goal, axis=1)
        reached = distances <= tolerance * distances[0]
        return int(reached.argmax()) if reached.any() else None


def descend(
    landscape: Landscape,
    optimizer: Callable[[list[Parameter]], Stepper],
    start: npt.ArrayLike,
    steps: int,
) -> Path:
    """Walk down a landscape with one of the library's optimizers.

    Parameters
    ----------
    landscape : Landscape
    optimizer : callable
        Gets a list with one parameter, the point, and returns the optimizer that moves it:
        `lambda point: SGD(point, 0.1, momentum=0.9)`.
    start : array_like of shape (d,)
        Left as it is.
    steps : int
        0 or more.

    Returns
    -------
    Path
        It ends early if a step left numbers that are not finite, or led further than 1e9 away.

    Raises
    ------
    ValueError
        If the start is no finite point within 1e9 of the origin, or `steps` no integer from 0 up.
    TypeError
        If the landscape is none, or `optimizer` does not return an optimizer.

    Examples
    --------
    >>> from nnlib import SGD
    >>> from nnlib.landscapes import valley
    >>> path = descend(valley(), lambda point: SGD(point, 0.4), [-5.0, 2.0], 50)
    >>> path.points[[0, 1, 50]].round(3)
    array([[-5. ,  2. ], [-4.6 , -1.2 ], [-0.077, 0. ]])
    >>> path.steps_until(0.1, [0.0, 0.0])
    27
    >>> descend(valley(), lambda point: SGD(point, 0.6), [-5.0, 2.0], 500).broke_at
    60
    """
    check_landscape("descend", landscape)
    check_count("descend", "steps", steps, least=0)
    point = Parameter(_point("descend", "start", start, landscape.dimensions))
    mover = _made(optimizer, point)
    points, broke_at = [point.value.copy()], None
    for step in range(1, steps + 1):
        point.grad[:] = landscape.gradient(point.value)
        mover.step()
        if not math.hypot(*point.value) <= RADIUS:  # True for NaN, too
            broke_at = step
            break
        points.append(point.value.copy())
    return Path(frozen(points), frozen(landscape.value(points)), broke_at)


def check_landscape(name: str, landscape: Landscape) -> None:
    """Refuse what is no landscape."""
    if not isinstance(landscape, Landscape):
        got = landscape.__name__ if isinstance(landscape, type) else type(landscape).__name__
        raise TypeError(
            f"{name} expects a Landscape, got {got}; valley() and Rosenbrock() are such"
        )


def _made(optimizer: Callable[[list[Parameter]], Stepper], point: Parameter) -> Stepper:
    """The optimizer, made for this point."""
    remedy = "pass a function that makes one, such as lambda point: SGD(point, 0.1)"
    if not callable(optimizer):
        raise TypeError(
            f"descend expects optimizer to be callable, got {type(optimizer).__name__}; {remedy}"
        )
    mover = optimizer([point])
    if not hasattr(mover, "step"):
        raise TypeError(
            f"descend expects optimizer to return an optimizer, got {type(mover).__name__}; "
            f"{remedy}"
        )
    return mover


def _point(name: str, argument: str, point: npt.ArrayLike, dimensions: int) -> Floats:
    """One finite point, not too far away, as an array of its own."""
    array = as_floats(name, argument, point)
    if array.shape != (dimensions,):
        raise ValueError(
            f"{name} expects {argument} of shape ({dimensions},), got {array.shape}; "
            "it is one point of the landscape"
        )
    check_near(name, argument, array)
    return array


def check_near(name: str, argument: str, points: Floats) -> None:
    """Refuse points from which a path would have diverged before its first step."""
    # Coordinates first: NumPy is slow along an axis of two.
    coordinates = np.ascontiguousarray(np.moveaxis(points, -1, 0))
    far = ~(np.hypot.reduce(coordinates) <= RADIUS)
    if far.any():
        raise ValueError(
            f"{name} expects {argument} to be finite and within {RADIUS:g} of the origin, got "
            f"{points[far][0].tolist()}; start inside the domain of the landscape"
        )
