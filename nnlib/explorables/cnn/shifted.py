"""Digits on a larger paper, and the two networks that are asked to read them there."""

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from nnlib.network import Sequential

PAPER = 16  # pixels of the paper, each way; a digit has 8
REACH = 4  # pixels that a digit can be moved and still lie on the paper
GLOBAL, FLAT = "one more pool, over all", "straight to the dense layer"
HEADS = (GLOBAL, FLAT)


def on_paper(rows: Array, *, across: int = 0, down: int = 0) -> Array:
    """Return 8x8 digits on paper of 16 x 16, moved away from the middle.

    Parameters
    ----------
    rows : ndarray of shape (n, 64)
    across, down : int
        From -4 to 4 pixels.

    Returns
    -------
    ndarray of shape (n, 1, 16, 16)

    Examples
    --------
    >>> np.argwhere(on_paper(np.eye(1, 64), across=4))[0].tolist()  # its upper left pixel
    [0, 0, 4, 8]
    """
    out = np.zeros((len(rows), 1, PAPER, PAPER), dtype=rows.dtype)
    top, left = REACH + down, REACH + across
    out[:, 0, top : top + 8, left : left + 8] = rows.reshape(-1, 8, 8)
    return out


def convolutional(head: str, *, rng: np.random.Generator) -> Sequential:
    """Return two convolutions with pools, and a dense layer.

    Parameters
    ----------
    head : {GLOBAL, FLAT}
        Whether only the largest value of each map goes on, or all of them.
    rng : numpy.random.Generator

    Returns
    -------
    Sequential

    Examples
    --------
    >>> network = convolutional(GLOBAL, rng=np.random.default_rng(0))
    >>> network.summary((1, 16, 16)).parameters
    2082
    """
    pools = (MaxPool2D(4),) if head == GLOBAL else ()
    features = 24 if head == GLOBAL else 24 * 4 * 4
    return Sequential(
        Conv2D(1, 8, 3, padding=1, rng=rng),  # (1, 16, 16) -> (8, 16, 16)
        ReLU(),
        MaxPool2D(2),
        Conv2D(8, 24, 3, padding=1, rng=rng),  # (8, 8, 8) -> (24, 8, 8)
        ReLU(),
        MaxPool2D(2),
        *pools,
        Flatten(),
        Dense(features, 10, rng=rng),
    )


def dense(*, rng: np.random.Generator) -> Sequential:
    """Return two dense layers with a ReLU between them.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    Sequential

    Examples
    --------
    >>> dense(rng=np.random.default_rng(0)).summary((1, 16, 16)).parameters
    8554
    """
    return Sequential(Flatten(), Dense(256, 32, rng=rng), ReLU(), Dense(32, 10, rng=rng))
