"""The digits that LeNet-5 learns here, and how a drawing is made to look like one of them."""

import numpy as np

from nnlib.explorables.digit_pictures import as_seen, load_named, turned_too
from nnlib.kernels.types import Array, Labels

SIDE = 28  # pixels of an image for LeNet-5
ZOOM = 3  # pixels for each of the 8x8 digits: 24, and 2 on each side


def load_images(data: str, rng: np.random.Generator) -> tuple[str, Array, Labels, Array, Labels]:
    """Return digits as images of 28 x 28 pixels.

    Parameters
    ----------
    data : {"best", "digits", "mnist"}
    rng : numpy.random.Generator
        Splits the 8x8 digits.

    Returns
    -------
    name : {"digits", "mnist"}
    x_train, y_train, x_test, y_test : ndarray
        Images float32 of shape (n, 1, 28, 28), and labels.

    Examples
    --------
    >>> name, x, y, _, _ = load_images("digits", np.random.default_rng(0))
    >>> name, x.shape[1:], len(x) == len(y)
    ('digits', (1, 28, 28), True)
    """
    split = turned_too(load_named(data, rng))
    name = "digits" if split.x_train.shape[1] == 64 else "mnist"
    train, test = (as_images(x) for x in (split.x_train, split.x_test))
    return name, train, split.y_train, test, split.y_test


def as_images(rows: Array) -> Array:
    """Return rows of 784 or 64 pixels as images for LeNet-5; those of 8 x 8 are enlarged.

    Parameters
    ----------
    rows : ndarray of shape (n, 784) or (n, 64)

    Returns
    -------
    ndarray of shape (n, 1, 28, 28)

    Examples
    --------
    >>> float(as_images(np.ones((1, 64), dtype=np.float32)).sum())  # 24 x 24 of 28 x 28
    576.0
    """
    if rows.shape[1] == SIDE * SIDE:
        return rows.reshape(-1, 1, SIDE, SIDE)
    images = rows.reshape(-1, 8, 8).repeat(ZOOM, axis=1).repeat(ZOOM, axis=2)
    border = (SIDE - 8 * ZOOM) // 2
    return np.pad(images, ((0, 0), (border, border), (border, border)))[:, None]


def seen(drawing: Array, data: str) -> Array:
    """Return a drawing as the network that has learnt these digits should get it.

    Parameters
    ----------
    drawing : ndarray of shape (56, 56)
    data : {"digits", "mnist"}

    Returns
    -------
    ndarray of float32, shape (1, 1, 28, 28)

    Examples
    --------
    >>> seen(np.zeros((56, 56), dtype=np.float32), "digits").shape
    (1, 1, 28, 28)
    """
    side = SIDE if data == "mnist" else 8
    return as_images(as_seen(drawing, side, centred=True).reshape(1, -1))
