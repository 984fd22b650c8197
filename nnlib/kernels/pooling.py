"""Pooling: one number for each window of each channel.

`size` and `stride` are pairs: (along the height, along the width). Images come as planes: an array
of shape (images * channels, height, width), as channels do not meet here.

Each kernel has a branch for windows of 2 x 2 side by side, the usual ones: there a loop along a row
is all that is left, which the compiler vectorises.
"""

from typing import Any

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Labels, Pair


@kernel
def max_pool_forward(x: Array, size: Pair, stride: Pair, place: Labels, out: Array) -> None:
    """out = the largest pixel of each window, place = which pixel of its plane it is."""
    kh, kw = size
    usual = size == (2, 2) and stride == (2, 2)
    for plane in range(out.shape[0]):
        if usual:
            _max_pool_pairs(x[plane], place[plane], out[plane])
            continue
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                row, column = i * stride[0], j * stride[1]
                best, where = _window_max(x[plane], row, column, kh, kw)
                out[plane, i, j] = best
                place[plane, i, j] = where


@kernel
def max_pool_backward(grad: Array, place: Labels, out: Array) -> None:
    """Add each gradient onto the pixel that was largest; all others get none."""
    out[:] = 0
    for plane in range(grad.shape[0]):
        pixels = out[plane].reshape(-1)
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                pixels[place[plane, i, j]] += grad[plane, i, j]


@kernel
def sum_pool(x: Array, size: Pair, stride: Pair, scale: float, out: Array) -> None:
    """out = scale * the sum of each window."""
    kh, kw = size
    factor = x.dtype.type(scale)
    usual = size == (2, 2) and stride == (2, 2)
    for plane in range(out.shape[0]):
        if usual:
            _sum_pool_pairs(x[plane], factor, out[plane])
            continue
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                row, column = i * stride[0], j * stride[1]
                out[plane, i, j] = factor * _window_sum(x[plane], row, column, kh, kw)


@kernel
def spread(x: Array, size: Pair, stride: Pair, scale: float, out: Array) -> None:
    """Add scale * x[i, j] onto every pixel of its window: the way back through `sum_pool`."""
    kh, kw = size
    factor = x.dtype.type(scale)
    usual = size == (2, 2) and stride == (2, 2)
    if not usual or out.shape[1] > 2 * x.shape[1] or out.shape[2] > 2 * x.shape[2]:
        out[:] = 0
    for plane in range(x.shape[0]):
        if usual:
            _spread_pairs(x[plane], factor, out[plane])
            continue
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                row, column = i * stride[0], j * stride[1]
                _add_to_window(out[plane], row, column, kh, kw, factor * x[plane, i, j])


@kernel
def _max_pool_pairs(x: Array, place: Labels, out: Array) -> None:
    """`max_pool_forward` of one plane for windows of 2 x 2 side by side, with no branch in it."""
    width = x.shape[1]
    for i in range(out.shape[0]):
        top, bottom = x[2 * i], x[2 * i + 1]
        for j in range(out.shape[1]):
            best, where = top[2 * j], 0
            right, below, last = top[2 * j + 1], bottom[2 * j], bottom[2 * j + 1]
            where = 1 if right > best or right != right else where
            best = right if right > best or right != right else best
            where = width if below > best or below != below else where
            best = below if below > best or below != below else best
            where = width + 1 if last > best or last != last else where
            best = last if last > best or last != last else best
            out[i, j] = best
            place[i, j] = 2 * i * width + 2 * j + where


@kernel
def _sum_pool_pairs(x: Array, factor: np.floating[Any], out: Array) -> None:
    """`sum_pool` of one plane for windows of 2 x 2 side by side."""
    for i in range(out.shape[0]):
        top, bottom = x[2 * i], x[2 * i + 1]
        for j in range(out.shape[1]):
            total = top[2 * j] + top[2 * j + 1] + bottom[2 * j] + bottom[2 * j + 1]
            out[i, j] = factor * total


@kernel
def _spread_pairs(x: Array, factor: np.floating[Any], out: Array) -> None:
    """`spread` of one plane for windows of 2 x 2 side by side: each pixel is written once."""
    for i in range(x.shape[0]):
        top, bottom = out[2 * i], out[2 * i + 1]
        for j in range(x.shape[1]):
            number = factor * x[i, j]
            top[2 * j], top[2 * j + 1] = number, number
            bottom[2 * j], bottom[2 * j + 1] = number, number


@kernel
def _window_max(x: Array, row: int, column: int, kh: int, kw: int) -> tuple[float, int]:
    """The largest pixel of a window and its place in the plane: the first of equals; NaN wins."""
    best, where = x[row, column], row * x.shape[1] + column
    for i in range(row, row + kh):
        for j in range(column, column + kw):
            pixel = x[i, j]
            if pixel > best or pixel != pixel:
                best, where = pixel, i * x.shape[1] + j
    return best, where


@kernel
def _window_sum(x: Array, row: int, column: int, kh: int, kw: int) -> np.floating[Any]:
    """The sum of the pixels of a window."""
    total = x.dtype.type(0)
    for i in range(row, row + kh):
        for j in range(column, column + kw):
            total += x[i, j]
    return total


@kernel
def _add_to_window(out: Array, row: int, column: int, kh: int, kw: int, number: float) -> None:
    """Add a number to every pixel of a window."""
    for i in range(row, row + kh):
        for j in range(column, column + kw):
            out[i, j] += number
