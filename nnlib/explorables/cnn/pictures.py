"""What the filters of this lesson look at: a table of numbers, photographs, a drawing."""

from functools import cache

import numpy as np

from nnlib.kernels.types import Array

ROWS, COLUMNS = 48, 64  # of a photograph, and of a picture of the learner's own
GREY = (0.299, 0.587, 0.114)  # of red, green and blue in what the eye takes for brightness
PAPER = 56  # pixels of the paper, each way: 8 and 28 divide it

#: Twelve numbers that lectures filter by hand, in the upper left corner of a few more.
NUMBERS = (
    (255, 128, 128, 240, 240, 128, 128, 255),
    (255, 128, 245, 240, 240, 245, 128, 255),
    (245, 128, 245, 240, 240, 245, 128, 245),
    (245, 128, 128, 60, 60, 128, 128, 245),
    (250, 200, 60, 20, 20, 60, 200, 250),
    (255, 250, 200, 60, 60, 200, 250, 255),
)


def numbers() -> Array:
    """Return `NUMBERS` as float32, from 0, black, to 255, white.

    Returns
    -------
    ndarray of float32, shape (6, 8)

    Examples
    --------
    >>> numbers()[:3, :3].astype(int).tolist()
    [[255, 128, 128], [255, 128, 245], [245, 128, 245]]
    """
    return np.array(NUMBERS, dtype=np.float32)


@cache
def photograph(name: str) -> Array:
    """Return a photograph that comes with scikit-learn, grey and small.

    Parameters
    ----------
    name : {"china", "flower"}

    Returns
    -------
    ndarray of float32, shape (48, 64)
        From 0, black, to 255, white. One array for everybody: it cannot be written to.

    Examples
    --------
    >>> photograph("china").shape
    (48, 64)
    """
    from sklearn.datasets import load_sample_image

    photo = load_sample_image(f"{name}.jpg").astype(np.float64)  # (427, 640, 3)
    grey = photo @ np.array(GREY)
    block = grey.shape[0] // ROWS
    top = (grey.shape[0] - block * ROWS) // 2
    left = (grey.shape[1] - block * COLUMNS) // 2
    middle = grey[top : top + block * ROWS, left : left + block * COLUMNS]
    small: Array = middle.reshape(ROWS, block, COLUMNS, block).mean(axis=(1, 3)).astype(np.float32)
    small.flags.writeable = False
    return small
