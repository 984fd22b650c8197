"""The digits that every autoencoder of this lesson learns from, and pictures made of them."""

from functools import cache

import numpy as np

from nnlib.datasets import Split, load_digits
from nnlib.kernels.types import Array
from nnlib.live import freeze
from nnlib.threads import limited_blas_threads

SIDE = 8  # pixels across a digit, and down
PIXELS = SIDE * SIDE
NAMES = tuple(str(digit) for digit in range(10))


@cache
def split_of(seed: int) -> Split:
    """Return the 8x8 digits, split by a seed; none of them is ever changed.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Split

    Examples
    --------
    >>> split_of(0).x_train.shape
    (1438, 64)
    """
    split = load_digits(rng=np.random.default_rng(seed))
    for array in (split.x_train, split.x_test, split.y_train, split.y_test):
        array.setflags(write=False)
    return split


def one_of_each(x: Array, labels: Array) -> Array:
    """Return the first sample of each digit, 0 to 9.

    Parameters
    ----------
    x : ndarray of shape (n, 64)
    labels : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of shape (10, 64)

    Examples
    --------
    >>> split = split_of(0)
    >>> one_of_each(split.x_test, split.y_test).shape
    (10, 64)
    """
    return x[[int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]]


def pictures(rows: Array) -> Array:
    """Return rows of 64 numbers as pictures, uint8 of shape (n, 8, 8), full ink for 1 or more.

    Parameters
    ----------
    rows : ndarray of shape (n, 64)

    Returns
    -------
    ndarray of uint8, shape (n, 8, 8)

    Examples
    --------
    >>> pictures(np.ones((1, 64)))[0, 0, 0], pictures(np.full((1, 64), -2.0))[0, 0, 0]
    (np.uint8(255), np.uint8(0))
    """
    ink: Array = np.round(255 * np.clip(rows, 0.0, 1.0)).astype(np.uint8)
    return ink.reshape(-1, SIDE, SIDE)


def squared_error(answer: Array, target: Array) -> float:
    """Return the mean squared error of a pixel.

    Parameters
    ----------
    answer, target : ndarray of equal shapes

    Returns
    -------
    float

    Examples
    --------
    >>> squared_error(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    0.5
    """
    return float(np.mean((answer - target) ** 2))


class Neighbours:
    """The real digits, asked which of them is nearest to a picture, and how far.

    Parameters
    ----------
    x : ndarray of shape (n, 64)

    Examples
    --------
    >>> neighbours = Neighbours(np.eye(64, dtype=np.float32))
    >>> picture = np.zeros((1, 64), dtype=np.float32)
    >>> float(neighbours.distance(picture)[0])  # one pixel of 64 differs by 1: the root of 1/64
    0.125
    """

    def __init__(self, x: Array) -> None:
        self.x = x
        self._squares = (x**2).sum(axis=1)

    def _all(self, pictures: Array) -> Array:
        """Mean squared difference of each picture to each digit, (pictures, digits)."""
        with limited_blas_threads():
            differences: Array = pictures @ (self.x.T * np.float32(-2))
        differences += (pictures**2).sum(axis=1)[:, None]
        differences += self._squares
        np.maximum(differences, 0, out=differences)
        differences /= np.float32(self.x.shape[1])
        return differences

    def distance(self, pictures: Array) -> Array:
        """Return how far the nearest digit is: root of the mean squared difference of a pixel."""
        nearest: Array = np.sqrt(self._all(pictures).min(axis=1))
        return nearest

    def nearest(self, picture: Array) -> int:
        """Return the index of the digit that is nearest to a picture of shape (64,)."""
        return int(self._all(picture[None]).argmin())


EMPTY = freeze(np.zeros((0, SIDE, SIDE), dtype=np.uint8))
