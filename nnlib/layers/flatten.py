"""From images to rows of numbers, for the dense layers that follow."""

import math

import numpy as np

from nnlib.kernels.runs import lines_to_rows
from nnlib.kernels.types import FLOATS, Array
from nnlib.layers.base import Layer, check_grad
from nnlib.layers.memory import batch_last


class Flatten(Layer):
    """Write the numbers of each sample in one row: channel by channel, row by row.

    Raises
    ------
    TypeError
        If `x` is no array of float32 or float64.
    ValueError
        If `x` is a single number.

    Examples
    --------
    >>> Flatten().forward(np.zeros((2, 3, 4, 4))).shape
    (2, 48)
    """

    def __init__(self) -> None:
        self._input_shape: tuple[int, ...] = ()
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the same numbers, of shape (batch, numbers of a sample)."""
        if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
            got = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
            raise TypeError(
                f"Flatten expects an array of float32 or float64, got {got}; "
                "convert it with np.asarray(x, dtype=np.float32)"
            )
        if x.ndim == 0:
            raise ValueError(
                "Flatten expects x of shape (batch, ...), got (); make a batch of one with x[None]"
            )
        self._output = _rows(x)
        self._input_shape = x.shape
        return self._output

    def backward(self, grad: Array) -> Array:
        """Return the gradient, in the shape of x."""
        return check_grad("Flatten", grad, self._output).reshape(self._input_shape)

    @property
    def window(self) -> None:
        """None: a row of numbers has no pixels side by side."""

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the length of the row."""
        return (math.prod(shape),)

    def __repr__(self) -> str:
        return "Flatten()"


def _rows(x: Array) -> Array:
    """One row for each sample."""
    size = math.prod(x.shape[1:])
    if x.ndim != 4:
        return np.ascontiguousarray(x).reshape(len(x), size)
    out = np.empty((len(x), size), dtype=x.dtype)
    lines_to_rows(batch_last(x), out)
    return out
