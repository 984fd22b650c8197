"""Convolution of images: the multiply-adds are done by a matrix product.

Images come with the axes (channels, height, width, images): equal pixels of all images are
neighbours in memory. All three ways (forward, to the weights, to the input) have the same plan. As
many images as the cache holds are a *group*, of shape (channels, height, width * images), with a
frame of zeros for the padding. For each line of the group, the pixels that lie under each column of
the window are copied out, as one long run for each: these are the *lines*, of shape (height,
channels * columns of the window, width of the output * images). A window as high as 5 then is 5
neighbouring lines, and the product of the filters with these is one row of the output, for all
images of the group. So a pixel is copied as often as the window is wide, and not once more for each
of its rows.

`stride`, `padding` and `dilation` are pairs: (along the height, along the width).
"""

import math

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.groups import (
    empty_group,
    group_size,
    pack_group,
    pack_row,
    place,
    round_up,
    unpack_group,
    unpack_row,
)
from nnlib.kernels.products import product, product_of_rows
from nnlib.kernels.runs import add_run, add_sums
from nnlib.kernels.types import Array, Pair


@chain
def conv2d_forward(
    x: Array, weight: Array, bias: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Fill out[m, i, j, n] with bias[m] plus the window of image n at (i, j) times filter m."""
    filters, height, width, batch = out.shape
    weights = weight[0].size
    matrix = np.empty((filters, weights), x.dtype)
    _weights_to_lines(weight, matrix)
    most = group_size(x, weight.shape, padding, width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = empty_group(x, stride, padding, images)
            many = round_up(group.shape[1], dilation[0])
            lines = aligned((many, weights // weight.shape[2], width * images), x)
            row = aligned((filters, width * images), x)
        pack_group(x, first, stride, padding, images, group)
        _group_to_lines(group, weight.shape, stride, dilation, images, lines)
        for i in range(height):
            product(matrix, _window_lines(lines, i, weight.shape, stride, dilation), row)
            unpack_row(row, bias, first, i, images, out)


@chain
def conv2d_backward_parameters(
    x: Array, grad: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array, sums: Array
) -> None:
    """Fill out[m, c, ki, kj] with the sum of grad[m, i, j, n] times the pixel that it weighs.

    sums[m] is the sum of grad[m], the gradient of a bias; an empty `sums` asks for none.
    """
    filters, height, width, batch = grad.shape
    _, channels, kh, kw = out.shape
    total = np.zeros((kh * channels * kw, filters), x.dtype)
    part = np.empty_like(total)
    sums[:] = 0
    most = group_size(x, out.shape, padding, width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = empty_group(x, stride, padding, images)
            many = round_up(group.shape[1], dilation[0])
            lines = aligned((many, channels * kw, width * images), x)
            row = aligned((filters, width * images), x)
        pack_group(x, first, stride, padding, images, group)
        _group_to_lines(group, out.shape, stride, dilation, images, lines)
        for i in range(height):
            pack_row(grad, first, i, images, row)
            add_sums(row, sums)  # while it is in the cache
            product_of_rows(_window_lines(lines, i, out.shape, stride, dilation), row, part)
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
    """Add every grad[m, i, j, n] times filter m onto the window at (i, j) of image n of out.

    All rows of the output that saw a line of the group lie below one another, and so do the
    weights through which they saw it: one product gives what they add to that line.
    """
    filters, height, width, batch = grad.shape
    _, channels, kh, kw = weight.shape
    # A line that row i sees through row ki of the window is seen by row i + down through ki - up.
    common = math.gcd(stride[0], dilation[0])
    up, down = stride[0] // common, dilation[0] // common
    turned = _turned_weights(weight, up)
    most = group_size(out, weight.shape, padding, width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = empty_group(out, stride, padding, images)
            rows = aligned((round_up(height, down), filters, width * images), grad)
            line = aligned((channels * kw, width * images), grad)
        for i in range(height):
            pack_row(grad, first, i, images, rows[place(i, down, rows.shape[0])])
        group[:] = 0
        for i in range(group.shape[1]):
            count, k, row = _rows_that_see(i, height, kh, stride[0], dilation[0])
            if count > 0:
                k, row = place(k, up, turned.shape[0]), place(row, down, rows.shape[0])
                through = turned[k : k + count].reshape(count * filters, -1)
                deltas = rows[row : row + count].reshape(count * filters, -1)
                product(np.ascontiguousarray(through.T), deltas, line)
                _line_to_group(line, i, kw, stride, dilation, images, group)
        unpack_group(group, first, stride, padding, images, out)


@kernel
def sum_channels(x: Array, out: Array) -> None:
    """out[c] = the sum of x over all pixels of all images."""
    for c in range(out.size):
        total, pixels = 0.0, x[c].reshape(-1)
        for k in range(pixels.size):
            total += pixels[k]
        out[c] = total


@chain
def _group_to_lines(
    group: Array,
    filters: tuple[int, int, int, int],
    stride: Pair,
    dilation: Pair,
    images: int,
    lines: Array,
) -> None:
    """Copy the pixels under each column of the window; `filters` is the shape of the weights."""
    _, channels, _, kw = filters
    length = group.shape[2] // images
    for i in range(group.shape[1]):
        line = lines[place(i, dilation[0], lines.shape[0])]
        for c in range(channels):
            for kj in range(kw):
                start = place(kj * dilation[1], stride[1], length) * images
                target, source = line[c * kw + kj], group[c, i, start:]
                for k in range(target.size):
                    target[k] = source[k]


@chain
def _line_to_group(
    line: Array, i: int, kw: int, stride: Pair, dilation: Pair, images: int, group: Array
) -> None:
    """Add line i back onto the pixels that it would be copied from."""
    length = group.shape[2] // images
    for c in range(group.shape[0]):
        for kj in range(kw):
            start = place(kj * dilation[1], stride[1], length) * images
            source, target = line[c * kw + kj], group[c, i, start:]
            for k in range(source.size):
                target[k] += source[k]


@chain
def _window_lines(
    lines: Array, i: int, filters: tuple[int, int, int, int], stride: Pair, dilation: Pair
) -> Array:
    """The lines that row i of the output sees, as a matrix of (weights, width * images)."""
    start = place(i * stride[0], dilation[0], lines.shape[0])
    return lines[start : start + filters[2]].reshape(-1, lines.shape[2])


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
