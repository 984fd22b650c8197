"""Pooling: one number for each window of each channel.

Images come with the axes (height, channels, width, images): equal pixels of all images are
neighbours in memory, so every innermost loop runs over the images, whatever the window. `size` and
`stride` are pairs: (along the height, along the width).
"""

import numpy as np

from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.runs import add_run, copy_run
from nnlib.kernels.types import Array, Labels, Pair


@kernel
def max_pool_forward(x: Array, size: Pair, stride: Pair, place: Labels, out: Array) -> None:
    """out = the largest pixel of each window, place = which of its pixels: the first of equals.

    A NaN counts as largest.
    """
    kh, kw = size
    for i in range(out.shape[0]):
        for c in range(out.shape[1]):
            for j in range(out.shape[2]):
                top, left = i * stride[0], j * stride[1]
                best, where, first = out[i, c, j], place[i, c, j], x[top, c, left]
                for n in range(best.size):
                    best[n] = first[n]
                    where[n] = 0
                for k in range(1, kh * kw):
                    pixel = x[top + k // kw, c, left + k % kw]
                    for n in range(best.size):
                        larger = pixel[n] > best[n] or pixel[n] != pixel[n]
                        best[n] = pixel[n] if larger else best[n]
                        where[n] = k if larger else where[n]


@kernel
def max_pool_backward(grad: Array, size: Pair, stride: Pair, place: Labels, out: Array) -> None:
    """Add each gradient onto the pixel that was largest; all others get none."""
    kh, kw = size
    out[:] = 0
    zero = grad.dtype.type(0)
    for i in range(grad.shape[0]):
        for c in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                g, where = grad[i, c, j], place[i, c, j]
                for k in range(kh * kw):
                    pixel = out[i * stride[0] + k // kw, c, j * stride[1] + k % kw]
                    for n in range(g.size):
                        pixel[n] += g[n] if where[n] == k else zero


@chain
def sum_pool(x: Array, size: Pair, stride: Pair, scale: float, out: Array) -> None:
    """out = scale * the sum of each window: first down its columns, then along its row."""
    images, factor = x.shape[3], x.dtype.type(scale)
    sums = np.empty(x.shape[2] * images, x.dtype)
    for i in range(out.shape[0]):
        for c in range(out.shape[1]):
            sums[:] = 0
            for ki in range(size[0]):
                add_run(x[i * stride[0] + ki, c].reshape(-1), sums)
            for j in range(out.shape[2]):
                total, first = out[i, c, j], sums[j * stride[1] * images :]
                for n in range(images):
                    total[n] = factor * first[n]
                for kj in range(1, size[1]):
                    pixel = first[kj * images :]
                    for n in range(images):
                        total[n] += factor * pixel[n]


@chain
def spread(x: Array, size: Pair, stride: Pair, scale: float, out: Array) -> None:
    """Add scale * x[i, c, j] onto every pixel of its window: the way back through `sum_pool`."""
    images, factor = x.shape[3], x.dtype.type(scale)
    row = np.empty(out.shape[2] * images, x.dtype)
    if not _fills(x, size, stride, out):
        out[:] = 0
    for i in range(x.shape[0]):
        for c in range(x.shape[1]):
            row[:] = 0
            for j in range(x.shape[2]):
                source, first = x[i, c, j], row[j * stride[1] * images :]
                for kj in range(size[1]):
                    pixel = first[kj * images :]
                    for n in range(images):
                        pixel[n] += factor * source[n]
            for ki in range(size[0]):
                target = out[i * stride[0] + ki, c].reshape(-1)
                if size[0] <= stride[0]:  # no other window writes there
                    copy_run(row, target)
                else:
                    add_run(row, target)


@kernel
def _fills(x: Array, size: Pair, stride: Pair, out: Array) -> bool:
    """Whether the windows lie side by side and leave no row of `out` over."""
    return size[0] == stride[0] and x.shape[0] * size[0] == out.shape[0]
