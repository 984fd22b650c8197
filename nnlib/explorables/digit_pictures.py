"""The digits that networks of several lessons learn, and how a drawing is made to look like one."""

from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np

from nnlib.datasets import (
    Split,
    downsample,
    load_digits,
    load_mnist,
    mnist_available,
    rotate,
)
from nnlib.kernels.types import Array

WIDEST = 5 / 8  # of the picture, that a drawn digit of 8x8 pixels may take
TURNED = (-12.0, -6.0, 6.0, 12.0)  # degrees: copies of each 8x8 digit that it learns from too


def load_named(data: str, rng: np.random.Generator) -> Split:
    """Return the digits of this name.

    Parameters
    ----------
    data : {"best", "digits", "mnist"}
    rng : numpy.random.Generator
        Splits the 8x8 digits.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If there is no such name.
    """
    match data:
        case "best":
            if mnist_available():
                with suppress(OSError, ValueError):  # a damaged file: the small digits do
                    return _mnist()
            return load_digits(rng=rng)
        case "digits":
            return load_digits(rng=rng)
        case "mnist":
            return _mnist()
    raise ValueError(
        f"DrawADigit expects data to be 'best', 'digits' or 'mnist', got {data!r}; 'digits' is "
        "always there"
    )


def how_to_get(data: str) -> str:
    """Return what to do before a view can show these digits; nothing if they are here.

    Parameters
    ----------
    data : str
        As a saved state names it.

    Returns
    -------
    str

    Examples
    --------
    >>> how_to_get("digits")
    ''
    """
    if data == "mnist" and not mnist_available():
        return "This state trains on MNIST, which load_mnist() in a cell downloads"
    return ""


@cache
def _mnist() -> Split:
    """MNIST, once for all views of a kernel: it takes 220 MB."""
    return load_mnist()


def turned_too(split: Split) -> Split:
    """Return the data with turned copies of each training digit, where they are of 8x8 pixels.

    People hold a mouse otherwise than a pen, and 1,438 digits are few.

    Parameters
    ----------
    split : Split

    Returns
    -------
    Split
    """
    if split.x_train.shape[1] != 64:
        return split
    images = split.x_train.reshape(-1, 8, 8)
    x = np.concatenate([images, *(rotate(images, angle) for angle in TURNED)]).reshape(-1, 64)
    return replace(split, x_train=x, y_train=np.tile(split.y_train, 1 + len(TURNED)))


def as_seen(drawing: Array, side: int, *, centred: bool) -> Array:
    """Return a drawing as the network gets it.

    Parameters
    ----------
    drawing : ndarray of shape (56, 56)
    side : int
        8 or 28.
    centred : bool
        Cut out, scaled and centred as the digits it learnt from; else only made smaller.

    Returns
    -------
    ndarray of float32, shape (side, side)

    Examples
    --------
    >>> drawing = np.zeros((56, 56), dtype=np.float32)
    >>> drawing[:7, :7] = 1.0  # in the corner
    >>> as_seen(drawing, 8, centred=False)[0].tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if not centred:
        return _averaged(drawing, side, side)
    return downsample(drawing, side) if side > 8 else _boxed(drawing, side)


def _boxed(drawing: Array, side: int) -> Array:
    """The ink as high as the picture, at most 5/8 as wide, its centre of mass in the middle.

    So the 8x8 digits look on average; on 250 strokes of all ten digits this was read better than
    other widths.
    """
    places = np.argwhere(drawing > 0.1)
    if len(places) == 0:
        return np.zeros((side, side), dtype=np.float32)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    ink = drawing[top:bottom, left:right]
    height, width = ink.shape
    # Columns of ink and paper that become the whole picture.
    columns = max(height, round(width / WIDEST))
    paper = np.zeros((height, columns), dtype=np.float32)
    mass = float(ink.sum(axis=0) @ (np.arange(width) + 0.5)) / float(ink.sum())
    start = min(max(round(columns / 2 - mass), 0), columns - width)
    paper[:, start : start + width] = ink
    return _averaged(paper, side, side)


def _averaged(image: Array, rows: int, columns: int) -> Array:
    """An image made smaller or larger: each pixel the mean of what it covers, float32."""
    finer = np.repeat(np.repeat(image, rows, axis=0), columns, axis=1)
    blocks = finer.reshape(rows, image.shape[0], columns, image.shape[1])
    means: Array = blocks.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
    return means
