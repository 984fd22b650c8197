"""Convolution of images: the multiply-adds are done by a matrix product.

All three ways (forward, to the weights, to the input) have the same plan. Up to 16 images are laid
side by side so that equal pixels are neighbours in memory: a *group*, of shape (channels, height,
width * images), with a frame of zeros for the padding. For one row of the output, the pixels under
each weight are copied out as one long run; these are the *columns*, of shape (weights, width *
images). The product of the filters with the columns then is that row of the output, for all images
of the group. Copying pixels image by image instead would mean runs as short as the output is wide,
and takes several times as long.

`stride`, `padding` and `dilation` are pairs: (along the height, along the width).
"""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Pair


@kernel
def conv2d_forward(
    x: Array, weight: Array, bias: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Fill out[n, m, i, j] with bias[m] plus the window of x at (i, j) times filter m."""
    batch, filters, height, width = out.shape
    weights = weight[0].size
    matrix = weight.reshape(filters, weights)
    most = _group_size(weights * width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = _empty_group(x, stride, padding, images)
            columns = np.empty((weights, width * images), x.dtype)
            row = np.empty((filters, width * images), x.dtype)
        _pack_group(x, first, stride, padding, images, group)
        for i in range(height):
            _gather_columns(group, i, weight.shape, stride, dilation, images, columns)
            np.dot(matrix, columns, row)
            for m in range(filters):
                source, shift = row[m], bias[m]
                for n in range(images):
                    target = out[first + n, m, i]
                    for j in range(width):
                        target[j] = source[j * images + n] + shift


@kernel
def conv2d_backward_weight(
    x: Array, grad: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Fill out[m, c, ki, kj] with the sum of grad[n, m, i, j] times the pixel that it weighs."""
    batch, filters, height, width = grad.shape
    weights = out[0].size
    total = np.zeros((weights, filters), x.dtype)
    part = np.empty((weights, filters), x.dtype)
    most = _group_size(weights * width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = _empty_group(x, stride, padding, images)
            columns = np.empty((weights, width * images), x.dtype)
            # The filters come last: np.dot is twice as fast on two plain matrices as where it
            # has to transpose one of them.
            row = np.empty((width * images, filters), x.dtype)
        _pack_group(x, first, stride, padding, images, group)
        for i in range(height):
            _gather_columns(group, i, out.shape, stride, dilation, images, columns)
            _pack_row(grad, first, i, images, row.T)
            np.dot(columns, row, part)
            for k in range(weights):
                for m in range(filters):
                    total[k, m] += part[k, m]
    matrix = out.reshape(filters, weights)
    for m in range(filters):
        for k in range(weights):
            matrix[m, k] = total[k, m]


@kernel
def conv2d_backward_input(
    grad: Array, weight: Array, stride: Pair, padding: Pair, dilation: Pair, out: Array
) -> None:
    """Add every grad[n, m, i, j] times filter m onto the window at (i, j) of out[n]."""
    batch, filters, height, width = grad.shape
    weights = weight[0].size
    matrix = weight.reshape(filters, weights)
    transposed = np.empty((weights, filters), grad.dtype)
    for m in range(filters):
        for k in range(weights):
            transposed[k, m] = matrix[m, k]
    most = _group_size(weights * width)
    for first in range(0, batch, most):
        images = min(most, batch - first)
        if first == 0 or images < most:
            group = _empty_group(out, stride, padding, images)
            columns = np.empty((weights, width * images), grad.dtype)
            row = np.empty((filters, width * images), grad.dtype)
        group[:] = 0
        for i in range(height):
            _pack_row(grad, first, i, images, row)
            np.dot(transposed, row, columns)
            _scatter_columns(columns, i, weight.shape, stride, dilation, images, group)
        _unpack_group(group, first, stride, padding, images, out)


@kernel
def sum_channels(x: Array, out: Array) -> None:
    """out[c] = the sum of x over all images and pixels."""
    for c in range(out.size):
        total = 0.0
        for n in range(x.shape[0]):
            pixels = x[n, c].reshape(-1)
            for k in range(pixels.size):
                total += pixels[k]
        out[c] = total


@kernel
def _group_size(numbers: int) -> int:
    """How many images go in a group, if the columns of one image hold so many numbers.

    28,000 float32 are 112 kB, which stay in a core's second-level cache while they are used. More
    than 16 images, a cache line of each pixel, gain nothing.
    """
    return max(1, min(16, 28_000 // max(1, numbers)))


@kernel
def _empty_group(x: Array, stride: Pair, padding: Pair, images: int) -> Array:
    """Scratch memory for so many images and the frame of zeros around them."""
    height, width = x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]
    phase = (width + stride[1] - 1) // stride[1]
    return np.zeros((x.shape[1], height, stride[1] * phase * images), x.dtype)


@kernel
def _place(column: int, stride: int, length: int) -> int:
    """Where a line of a group holds a column of pixels; `length` is that of the line, in pixels.

    With a stride of 2 the even columns come first and then the odd ones, and so on: the pixels
    under one weight, `stride` columns apart in the image, are neighbours in the line.
    """
    return column % stride * (length // stride) + column // stride


@kernel
def _pack_group(
    x: Array, first: int, stride: Pair, padding: Pair, images: int, group: Array
) -> None:
    """Lay images first, first + 1, ... side by side, inside the frame."""
    length = group.shape[2] // images
    for c in range(x.shape[1]):
        for i in range(x.shape[2]):
            for j in range(x.shape[3]):
                start = _place(j + padding[1], stride[1], length) * images
                pixel = group[c, i + padding[0], start:]
                for n in range(images):
                    pixel[n] = x[first + n, c, i, j]


@kernel
def _pack_row(grad: Array, first: int, i: int, images: int, out: Array) -> None:
    """Lay row i of every channel of the images side by side, as the columns lie."""
    for n in range(images):
        for m in range(grad.shape[1]):
            pixels, target = grad[first + n, m, i], out[m]
            for j in range(pixels.size):
                target[j * images + n] = pixels[j]


@kernel
def _unpack_group(
    group: Array, first: int, stride: Pair, padding: Pair, images: int, out: Array
) -> None:
    """Put the images of a group back into their places in the batch, without the frame."""
    length = group.shape[2] // images
    for c in range(out.shape[1]):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                start = _place(j + padding[1], stride[1], length) * images
                pixel = group[c, i + padding[0], start:]
                for n in range(images):
                    out[first + n, c, i, j] = pixel[n]


@kernel
def _gather_columns(
    group: Array,
    i: int,
    filters: tuple[int, int, int, int],
    stride: Pair,
    dilation: Pair,
    images: int,
    columns: Array,
) -> None:
    """Copy the pixels under each weight for row i of the output; `filters` is their shape."""
    _, channels, height, width = filters
    length = group.shape[2] // images
    for c in range(channels):
        for ki in range(height):
            for kj in range(width):
                target = columns[(c * height + ki) * width + kj]
                start = _place(kj * dilation[1], stride[1], length) * images
                source = group[c, i * stride[0] + ki * dilation[0], start:]
                for k in range(target.size):
                    target[k] = source[k]


@kernel
def _scatter_columns(
    columns: Array,
    i: int,
    filters: tuple[int, int, int, int],
    stride: Pair,
    dilation: Pair,
    images: int,
    group: Array,
) -> None:
    """Add the columns of row i back onto the pixels that they were copied from."""
    _, channels, height, width = filters
    length = group.shape[2] // images
    for c in range(channels):
        for ki in range(height):
            for kj in range(width):
                source = columns[(c * height + ki) * width + kj]
                start = _place(kj * dilation[1], stride[1], length) * images
                target = group[c, i * stride[0] + ki * dilation[0], start:]
                for k in range(source.size):
                    target[k] += source[k]
