"""Digits as strokes of a pen, for those who would rather choose than draw."""

import math
from itertools import pairwise

import numpy as np

from nnlib.kernels.types import Array

Place = tuple[float, float]
Stroke = list[Place]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Part of an ellipse; angles in degrees, 0 to the right, 90 downwards."""
    angles = np.radians(np.linspace(start, end, 1 + max(2, int(abs(end - start) / 12))))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


#: In a square whose side is 1, x to the right and y downwards.
STROKES: dict[int, list[Stroke]] = {
    0: [_arc(0.5, 0.5, 0.29, 0.45, 0, 360)],
    1: [[(0.34, 0.24), (0.54, 0.05), (0.54, 0.95)]],
    2: [[*_arc(0.5, 0.29, 0.27, 0.24, 190, 400), (0.22, 0.95), (0.8, 0.95)]],
    3: [[*_arc(0.46, 0.27, 0.27, 0.22, 200, 440), *_arc(0.46, 0.71, 0.3, 0.24, 280, 520)]],
    4: [[(0.5, 0.05), (0.2, 0.6), (0.82, 0.6)], [(0.62, 0.35), (0.62, 0.95)]],
    5: [[(0.76, 0.06), (0.32, 0.06), (0.28, 0.46), *_arc(0.47, 0.68, 0.29, 0.27, 235, 510)]],
    6: [
        [
            *_arc(0.78, 0.62, 0.53, 0.57, 265, 190),
            *_arc(0.51, 0.7, 0.26, 0.25, 180, -180),
        ]
    ],
    7: [[(0.22, 0.06), (0.79, 0.06), (0.42, 0.95)]],
    8: [_arc(0.5, 0.27, 0.22, 0.21, 0, 360), _arc(0.5, 0.71, 0.27, 0.24, 0, 360)],
    9: [[*_arc(0.49, 0.3, 0.25, 0.24, 0, -360), (0.73, 0.55), (0.62, 0.95)]],
}


def in_words(digit: int) -> str:
    """Return a digit with its article.

    Parameters
    ----------
    digit : int

    Returns
    -------
    str

    Examples
    --------
    >>> in_words(7), in_words(8)
    ('a 7', 'an 8')
    """
    return f"{'an' if digit == 8 else 'a'} {digit}"


def pen_digit(
    digit: int, *, side: int = 56, size: float = 0.74, width: float = 0.11,
    right: float = 0.0, down: float = 0.0,
) -> list[list[int]]:  # fmt: skip
    """Return a digit in strokes of a round pen, as rows of bytes for a `Drawing`.

    Parameters
    ----------
    digit : int
        0 to 9.
    side : int
        Pixels of the paper, across and down.
    size : float
        Height of the digit, as a share of the paper.
    width : float
        Of the pen, as a share of the paper.
    right, down : float
        How far from the middle, as shares of the paper.

    Returns
    -------
    list of list of int
        0 for paper to 255 for ink.

    Raises
    ------
    ValueError
        If there is no such digit.

    Examples
    --------
    >>> rows = pen_digit(1, side=8, width=0.2)
    >>> [sum(value > 100 for value in row) for row in rows]
    [1, 2, 3, 2, 2, 2, 2, 1]
    """
    if digit not in STROKES:
        raise ValueError(f"pen_digit expects a digit from 0 to 9, got {digit!r}")
    middle = np.array([0.5 + right, 0.5 + down])
    centres = (np.arange(side) + 0.5) / side
    pixels = np.stack(np.meshgrid(centres, centres), axis=-1)  # (row, column, xy)
    away = np.full((side, side), np.inf)
    for stroke in STROKES[digit]:
        places = (np.array(stroke) - 0.5) * size + middle
        for start, end in pairwise(places):
            away = np.minimum(away, _distance(pixels, start, end))
    ink = np.clip((width / 2 - away) * side + 0.5, 0.0, 1.0)  # a soft edge, one pixel wide
    rows: list[list[int]] = np.round(255 * ink).astype(int).tolist()
    return rows


def _distance(pixels: Array, start: Array, end: Array) -> Array:
    """How far each pixel lies from a piece of a straight line."""
    way = end - start
    share = np.clip(((pixels - start) @ way) / max(float(way @ way), 1e-12), 0.0, 1.0)
    distance: Array = np.linalg.norm(pixels - start - share[..., None] * way, axis=-1)
    return distance
