"""An activation function read off a drawing, and drawings made of functions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array
from nnlib.layers.activations import Activation

ROWS, COLUMNS = 36, 60
Z_REACH, A_REACH = 3.0, 1.5  # what the paper covers, to both sides
CENTRES = (np.arange(COLUMNS) + 0.5) / COLUMNS * 2 * Z_REACH - Z_REACH  # z of each column
HEIGHTS = A_REACH - (np.arange(ROWS) + 0.5) / ROWS * 2 * A_REACH  # a of each row, top first


def read_curve(pixels: Array) -> Array:
    """Read a function off a drawing: the middle of the ink in each column.

    Columns without ink get what lies between their neighbours; each end goes on level. A drawing
    without ink is the function 0.

    Parameters
    ----------
    pixels : ndarray of shape (ROWS, COLUMNS)
        Ink, from 0 to 1.

    Returns
    -------
    ndarray of shape (COLUMNS,)
        The function at `CENTRES`, slightly smoothed.

    Examples
    --------
    >>> read_curve(np.zeros((ROWS, COLUMNS))).any()
    np.False_
    """
    ink = pixels.sum(axis=0)
    found = ink > 0.05
    if not found.any():
        return np.zeros(COLUMNS)
    middle = (pixels * HEIGHTS[:, None]).sum(axis=0)[found] / ink[found]
    curve = np.interp(CENTRES, CENTRES[found], middle)
    padded = np.pad(curve, 1, mode="reflect", reflect_type="odd")  # keeps the slope at the ends
    smooth: Array = np.convolve(padded, [0.25, 0.5, 0.25], mode="valid")
    return smooth


def draw_curve(function: Callable[[Array], Array]) -> list[list[int]]:
    """Draw a function as a line of ink, the way a learner would.

    Parameters
    ----------
    function : callable
        From z to a, arrays of the same shape.

    Returns
    -------
    list of list of int
        Bytes of a `Drawing`, row by row.

    Examples
    --------
    >>> drawing = np.array(draw_curve(np.tanh)) / 255
    >>> bool(abs(read_curve(drawing) - np.tanh(CENTRES)).max() < 0.05)
    True
    """
    cell = 2 * A_REACH / ROWS
    a = np.clip(function(CENTRES), HEIGHTS[-1], HEIGHTS[0])
    away = np.abs(HEIGHTS[:, None] - a) / cell  # in cells
    ink = np.clip(1.5 - away, 0.0, 1.0)
    rows: list[list[int]] = np.round(ink * 255).astype(int).tolist()
    return rows


class TableActivation(Activation):
    r"""An activation function given by a table: straight lines between its points.

    The derivative is the slope of the piece in which z lies. Beyond the table the outermost
    pieces go on.

    Parameters
    ----------
    curve : array_like of shape (COLUMNS,)
        The function at `CENTRES`.

    Examples
    --------
    >>> layer = TableActivation(2 * CENTRES)
    >>> layer.forward(np.array([[1.0, 5.0]])).round(6), layer.backward(np.ones((1, 2))).round(6)
    (array([[ 2., 10.]]), array([[2., 2.]]))
    """

    def __init__(self, curve: npt.ArrayLike) -> None:
        super().__init__()
        self.set_curve(curve)

    def set_curve(self, curve: npt.ArrayLike) -> None:
        """Take another table; the next forward uses it."""
        self._curve = np.array(curve, dtype=np.float64)
        self._slopes = np.diff(self._curve) / np.diff(CENTRES)

    def slope(self, z: Array) -> Array:
        """Return the derivative at each z."""
        found: Array = self._slopes[self._piece(z)]
        return found

    def _piece(self, z: Array) -> Any:
        """The number of the piece in which each z lies."""
        step = CENTRES[1] - CENTRES[0]
        # NaN has no piece; a network that diverged is told of by the loss.
        places = np.nan_to_num((z - CENTRES[0]) / step, nan=0.0)
        return np.clip(np.floor(places), 0, COLUMNS - 2).astype(np.int64)

    def _function(self, x: Array) -> Array:
        piece = self._piece(x)
        self._input = x
        out = self._curve[piece] + self._slopes[piece] * (x - CENTRES[piece])
        found: Array = out.astype(x.dtype)
        return found

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        np.multiply(grad, self.slope(self._input.reshape(-1)), out=out, casting="same_kind")
