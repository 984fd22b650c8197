"""The samples that the perceptrons of lesson 02 learn from."""

from typing import Any

import numpy as np

from nnlib.kernels.types import Array, Labels

#: The four corners of a truth table, in counting order: 00, 01, 10, 11.
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])


def buffer(numbers: Any) -> Array:
    """Return numbers as a panel takes them: float32.

    Parameters
    ----------
    numbers : array_like

    Returns
    -------
    ndarray of float32

    Examples
    --------
    >>> buffer([0, 0.5])
    array([0. , 0.5], dtype=float32)
    """
    return np.array(numbers, dtype=np.float32)


def two_clouds(number: int, margin: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw points on both sides of a line that does not pass through the origin.

    Parameters
    ----------
    number : int
        Of points, half of them of each class.
    margin : float
        Least distance of a point from the line.
    rng : numpy.random.Generator

    Returns
    -------
    x : float64 array of shape (number, 2)
        In the square from -2 to 2, with two decimals.
    y : int64 array of shape (number,)
        In no order.
    """
    angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(-1.0, 1.0)
    direction = np.array([np.cos(angle), np.sin(angle)])
    classes: list[list[Array]] = [[], []]
    while min(map(len, classes)) < number // 2:
        point = rng.uniform(-2, 2, 2).round(2)
        distance = float(point @ direction) + shift
        side = classes[int(distance > 0)]
        if abs(distance) >= margin and len(side) < number // 2:
            side.append(point)
    order = rng.permutation(2 * (number // 2))
    y = np.repeat([0, 1], number // 2)
    return np.array(classes[0] + classes[1])[order], y[order]


def band_apart(number: int, margin: float, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Draw points in a disc, none of them nearer to the line x1 = 0 than a margin.

    The two nearest ones, one of each class, are at exactly that distance, with one height: so no
    line has a wider margin.

    Parameters
    ----------
    number : int
        Of points, half of them of each class.
    margin : float
        More than 0 and less than 1, the radius of the disc.
    rng : numpy.random.Generator

    Returns
    -------
    x : float64 array of shape (number, 2)
    y : int64 array of shape (number,)
    """
    half = number // 2
    shares = rng.uniform(0, 1, (2 * half, 2))
    across = margin + (0.98 - margin) * shares[:, 0]
    height = (2 * shares[:, 1] - 1) * np.sqrt(1 - across**2)
    across[:: 2 * half - 1] = margin  # the first and the last: one of each class
    height[:: 2 * half - 1] = 0.3 * np.sqrt(1 - margin**2)
    sides = np.repeat([-1.0, 1.0], half)
    return np.column_stack([sides * across, height]), np.repeat([0, 1], half)
