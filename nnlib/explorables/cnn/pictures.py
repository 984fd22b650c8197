"""What the filters of this lesson look at: a table of numbers, and the sizes of other pictures."""

import numpy as np

from nnlib.kernels.types import Array

ROWS, COLUMNS = 48, 64  # of a photograph, and of a picture of the learner's own
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
