"""How the numbers of a batch lie in memory.

A batch of images has the axes (batch, channels, height, width) for everybody who looks at it. In
memory equal pixels of all its images are neighbours, as if the batch came last: so a kernel that
does the same to every image works on long runs of numbers, whatever the size of a window. Every
other batch lies row after row, as NumPy makes it.
"""

import numpy as np

from nnlib.kernels.types import Array


def batch_last(images: Array) -> Array:
    """Return the images as kernels take them: (channels, height, width, batch), contiguous."""
    return np.ascontiguousarray(images.transpose(1, 2, 3, 0))


def batch_first(pixels: Array) -> Array:
    """Return a view of (channels, height, width, batch) with the axes as everybody knows them."""
    return pixels.transpose(3, 0, 1, 2)


def in_order(x: Array) -> Array:
    """Return `x`, copied only if it does not lie in memory as batches do."""
    return batch_first(batch_last(x)) if x.ndim == 4 else np.ascontiguousarray(x)


def flat(x: Array) -> Array:
    """Return a view of all numbers in the order in which they lie in memory."""
    return x.ravel(order="K")
