"""Convolution of images: the multiply-adds are done by a matrix product.

Images come with the axes (height, channels, width, images): all that lies in one row of pixels is
one run of memory. All three ways (forward, to the weights, to the input) have the same plan, and
work with *lines* (`kernels/lines.py`), in which the pixels under each column of the window are
copied out for all places along the width. A window as high as 5 is 5 neighbouring lines, and the
product of the filters with these is one row of the output, for all images at once. So a pixel is
copied as often as the window is wide, and not once more for each of its rows.

`stride`, `padding` and `dilation` are pairs: (along the height, along the width).
"""

import math

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.lines import (
    add_line,
    group_size,
    make_line,
    pack_row,
    place,
    round_up,
    unpack_row,
)
from nnlib.kernels.products import product, product_of_rows
from nnlib.kernels.runs import add_run, add_sums, add_to_rows
from nnlib.kernels.types import Array, Pair


@chain
def conv2d_forward(
    x: Array, weight: Array, bias: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Fill out[i, m, j, n] with bias[m] plus the window of image n at (i, j) times filter m."""
    height, filters, width, batch = out.shape
    _, channels, kh, kw = weight.shape
    matrix = np.empty((filters, kh * channels * kw), x.dtype)
    _weights_to_lines(weight, matrix)
    many = round_up(x.shape[0] + 2 * padding[0], dilation[0])
    most = group_size(x, weight.shape, padding, width)
    for first in range(0, batch, most):
        images, ready = min(most, batch - first), 0
        if first == 0 or images < most:
            lines = aligned((many, channels * kw, width * images), x)
            row = aligned((filters, width * images), x)
        for i in range(height):
            stop = i * stride[0] + (kh - 1) * dilation[0] + 1
            _make_lines(x, first, images, ready, stop, kw, stride, padding, dilation, lines)
            ready = stop
            if images == batch:
                row = out[i].reshape(filters, -1)
            product(matrix, _window_lines(lines, i, kh, stride, dilation), row)
            add_to_rows(bias, row)
            if images < batch:
                unpack_row(row, first, images, out[i])


@chain
def conv2d_backward_parameters(
    x: Array, grad: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array, sums: Array
) -> None:
    """Fill out[m, c, ki, kj] with the sum of grad[i, m, j, n] times the pixel that it weighs.

    sums[m] is the sum of all gradients of channel m, the gradient of a bias; an empty `sums` asks
    for none.
    """
    height, filters, width, batch = grad.shape
    _, channels, kh, kw = out.shape
    total = np.zeros((kh * channels * kw, filters), x.dtype)
    part = np.empty_like(total)
    sums[:] = 0
    many = round_up(x.shape[0] + 2 * padding[0], dilation[0])
    most = group_size(x, out.shape, padding, width)
    for first in range(0, batch, most):
        images, ready = min(most, batch - first), 0
        if first == 0 or images < most:
            lines = aligned((many, channels * kw, width * images), x)
            packed = aligned((filters, width * images), x)
        for i in range(height):
            stop = i * stride[0] + (kh - 1) * dilation[0] + 1
            _make_lines(x, first, images, ready, stop, kw, stride, padding, dilation, lines)
            ready = stop
            if images == batch:
                row = grad[i].reshape(filters, -1)
            else:
                row = packed
                pack_row(grad[i], first, images, packed)
            add_sums(row, sums)  # while it is in the cache
            product_of_rows(_window_lines(lines, i, kh, stride, dilation), row, part)
            add_run(part.reshape(-1), total.reshape(-1))
    for m in range(filters):
        for c in range(channels):
            for ki in range(kh):
                for kj in range(kw):
                    out[m, c, ki, kj] = total[(ki * channels + c) * kw + kj, m]


@chain
def conv2d_backward_input(
    grad: Array, weight: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Add every grad[i, m, j, n] times filter m onto the window at (i, j) of image n of out.

    All rows of the output that saw a row of pixels lie below one another, and so do the weights
    through which they saw it: one product gives what they add to that row.
    """
    height, filters, width, batch = grad.shape
    _, channels, kh, kw = weight.shape
    across = (stride[1], padding[1], dilation[1])
    # A line that row i sees through row ki of the window is seen by row i + down through ki - up.
    common = math.gcd(stride[0], dilation[0])
    up, down = stride[0] // common, dilation[0] // common
    turned = _turned_weights(weight, up)
    most = group_size(out, weight.shape, padding, width)
    out[:] = 0
    for first in range(0, batch, most):
        images = min(most, batch - first)
        line = aligned((channels * kw, width * images), grad)
        if images == batch and down == 1:
            rows = grad.reshape(height, filters, -1)
        else:
            packed = aligned((round_up(height, down), filters, width * images), grad)
            for i in range(height):
                pack_row(grad[i], first, images, packed[place(i, down, packed.shape[0])])
            rows = packed
        for i in range(out.shape[0]):
            count, k, row = _rows_that_see(i + padding[0], height, kh, stride[0], dilation[0])
            if count > 0:
                k, row = place(k, up, turned.shape[0]), place(row, down, rows.shape[0])
                through = turned[k : k + count].reshape(count * filters, -1)
                deltas = rows[row : row + count].reshape(count * filters, -1)
                product(np.ascontiguousarray(through.T), deltas, line)
                add_line(line, first, images, kw, across, out[i])


@chain
def sum_channels(x: Array, out: Array) -> None:
    """out[c] = the sum of channel c over all pixels of all images."""
    out[:] = 0
    for i in range(x.shape[0]):
        add_sums(x[i].reshape(out.size, -1), out)


@chain
def _make_lines(
    x: Array,
    first: int,
    images: int,
    start: int,
    stop: int,
    kw: int,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    lines: Array,
) -> None:
    """Make lines start, ..., stop - 1, just before they are seen, so that the cache has them."""
    across = (stride[1], padding[1], dilation[1])
    for i in range(start, stop):
        line, row = lines[place(i, dilation[0], lines.shape[0])], i - padding[0]
        if 0 <= row < x.shape[0]:
            make_line(x[row], first, images, kw, across, line)
        else:
            line[:] = 0


@chain
def _window_lines(lines: Array, i: int, kh: int, stride: Pair, dilation: Pair) -> Array:
    """The lines that row i of the output sees, as a matrix of (weights, width * images)."""
    start = place(i * stride[0], dilation[0], lines.shape[0])
    return lines[start : start + kh].reshape(-1, lines.shape[2])


@kernel
def _weights_to_lines(weight: Array, matrix: Array) -> None:
    """Put the weights in the order of the lines: row of the window, channel, column."""
    filters, channels, kh, kw = weight.shape
    for m in range(filters):
        for c in range(channels):
            for ki in range(kh):
                for kj in range(kw):
                    matrix[m, (ki * channels + c) * kw + kj] = weight[m, c, ki, kj]


@chain
def _turned_weights(weight: Array, up: int) -> Array:
    """The weights by row of the window, the last row first, each (filters, channels * columns)."""
    filters, channels, kh, kw = weight.shape
    out = np.zeros((round_up(kh, up), filters, channels * kw), weight.dtype)
    for ki in range(kh):
        row = out[place(kh - 1 - ki, up, out.shape[0])]
        for m in range(filters):
            for c in range(channels):
                for kj in range(kw):
                    row[m, c * kw + kj] = weight[m, c, ki, kj]
    return out


@kernel
def _rows_that_see(
    line: int, height: int, kh: int, stride: int, dilation: int
) -> tuple[int, int, int]:
    """How many rows of the output see a line; the first turned row of the window, and of these."""
    count, through, row = 0, 0, 0
    for k in range(kh):
        above = line - (kh - 1 - k) * dilation
        if above % stride == 0 and 0 <= above // stride < height:
            if count == 0:
                through, row = k, above // stride
            count += 1
    return count, through, row
