"""How the numbers of a batch lie in memory.

A batch of images has the axes (batch, channels, height, width) for everybody who looks at it. In
memory it has them in the order (height, channels, width, batch). Equal pixels of all images are
neighbours: so a kernel that does the same to every image works on long runs of numbers, whatever
the size of a window. And all that lies in one row of pixels is one run: a convolution reads and
writes that as a matrix. Every other batch lies row after row, as NumPy makes it.
"""

from typing import Any

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.types import Array


def new_images(shape: tuple[int, ...], batch: int, like: Array) -> Any:
    """Return memory for a batch of images of shape (channels, height, width), as kernels take it.

    It has the dtype of `like`, and begins at a line of the cache, which products like.
    """
    channels, height, width = shape
    return aligned((height, channels, width, batch), like)


def empty_like(x: Array) -> Array:
    """Return memory for an array of the shape of `x` that lies as batches do."""
    return batch_first(new_images(x.shape[1:], len(x), x)) if x.ndim == 4 else np.empty_like(x)


def batch_last(images: Array) -> Array:
    """Return the images as kernels take them: (height, channels, width, batch), contiguous."""
    return np.ascontiguousarray(images.transpose(2, 1, 3, 0))


def batch_first(pixels: Array) -> Array:
    """Return a view of (height, channels, width, batch) with the axes as everybody knows them."""
    return pixels.transpose(3, 1, 0, 2)


def in_order(x: Array) -> Array:
    """Return `x`, copied only if it does not lie in memory as batches do."""
    return batch_first(batch_last(x)) if x.ndim == 4 else np.ascontiguousarray(x)


def flat(x: Array) -> Array:
    """Return a view of all numbers in the order in which they lie in memory."""
    return x.ravel(order="K")
