"""Memory that begins where a line of the processor's cache does.

A matrix product reads its second factor 64 bytes at a time. Where these lie across two lines of the
cache, everything is read twice: small products then take a quarter to a half longer. NumPy begins
an array anywhere, and large ones always 16 bytes behind such a place.
"""

from typing import Any

import numpy as np
from numba.extending import register_jitable

from nnlib.kernels.types import Array

LINE = 64


@register_jitable  # for kernels, and for plain Python too
def aligned(shape: tuple[int, ...], like: Array) -> Any:
    """An array of this shape, of the dtype of `like`, with nothing in it yet."""
    size = 1
    for length in shape:
        size *= length
    numbers = LINE // like.itemsize
    memory = np.empty(size + numbers, like.dtype)
    start = -(memory.ctypes.data // like.itemsize) % numbers
    return memory[start : start + size].reshape(shape)
