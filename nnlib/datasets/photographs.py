"""Two photographs that come with scikit-learn, grey and small, to try filters on."""

from functools import cache

import numpy as np
import numpy.typing as npt

ROWS, COLUMNS = 48, 64
GREY = (0.299, 0.587, 0.114)  # of red, green and blue in what the eye takes for brightness


@cache
def photograph(name: str) -> npt.NDArray[np.float32]:
    """Return a photograph that comes with scikit-learn, grey and small.

    Parameters
    ----------
    name : {"china", "flower"}

    Returns
    -------
    ndarray of float32, shape (48, 64)
        From 0, black, to 255, white: the middle of the photograph, each pixel a mean of 8 x 8. One
        array for everybody, which cannot be written to.

    Raises
    ------
    ValueError
        If there is no such photograph.

    References
    ----------
    ITU-R Recommendation BT.601 (2011), section 2.5.1, has the shares of red, green and blue.

    Examples
    --------
    >>> photograph("china").shape
    (48, 64)
    """
    if name not in ("china", "flower"):
        raise ValueError(f"photograph expects 'china' or 'flower', got {name!r:.40}; choose one")
    from sklearn.datasets import load_sample_image

    grey = load_sample_image(f"{name}.jpg").astype(np.float64) @ np.array(GREY)  # (427, 640)
    block = grey.shape[0] // ROWS
    top, left = (grey.shape[0] - block * ROWS) // 2, (grey.shape[1] - block * COLUMNS) // 2
    middle = grey[top : top + block * ROWS, left : left + block * COLUMNS]
    blocks = middle.reshape(ROWS, block, COLUMNS, block)
    small: npt.NDArray[np.float32] = blocks.mean(axis=(1, 3)).astype(np.float32)
    small.flags.writeable = False
    return small
