"""Groups of images: how a convolution lays them out so that it copies long runs.

Images come with the axes (channels, height, width, images): equal pixels of all images are
neighbours in memory. A *group* is as many of them as the cache holds, of shape (channels, height,
width * images), with a frame of zeros for the padding. `stride` and `padding` are pairs: (along the
height, along the width).
"""

import numpy as np

from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.products import FAST_PRODUCT
from nnlib.kernels.runs import copy_run
from nnlib.kernels.types import Array, Labels, Pair

#: How many numbers the lines of a group may have.
MOST_NUMBERS = 327_680


@chain
def group_size(x: Array, filters: tuple[int, int, int, int], padding: Pair, width: int) -> int:
    """How many images go in a group; `filters` is the shape of the weights, `width` the output's.

    Lines of 327,680 float32 are 1.3 MB, which stay in a core's second-level cache while they are
    used. Groups are of equal size, as far as that goes.
    """
    _, channels, _, kw = filters
    batch = x.shape[3]
    lines = (x.shape[1] + 2 * padding[0]) * channels * kw * width
    most = max(1, MOST_NUMBERS // max(1, lines))
    in_one_product = FAST_PRODUCT // max(1, filters[0] * channels * filters[2] * kw * width)
    if in_one_product >= 32:  # a row of the output, and the runs are still long
        most = min(most, in_one_product)
    if most > 16:  # runs begin at a line of the cache
        most -= most % 16
    groups = max(1, -(-batch // most))
    images: int = max(1, -(-batch // groups))
    return images


@kernel
def empty_group(x: Array, stride: Pair, padding: Pair, images: int) -> Array:
    """Scratch memory for so many images and the frame of zeros around them."""
    height, width = x.shape[1] + 2 * padding[0], x.shape[2] + 2 * padding[1]
    return np.zeros((x.shape[0], height, round_up(width, stride[1]) * images), x.dtype)


@kernel
def round_up(number: int, step: int) -> int:
    """The next multiple of `step`."""
    return (number + step - 1) // step * step


@kernel
def place(column: int, stride: int, length: int) -> int:
    """Where a line of a group holds a column of pixels; `length` is that of the line, in pixels.

    With a stride of 2 the even columns come first and then the odd ones, and so on: the pixels
    under one weight, `stride` columns apart in the image, are neighbours in the line.
    """
    return column % stride * (length // stride) + column // stride


@chain
def pack_group(
    x: Array, first: int, stride: Pair, padding: Pair, images: int, group: Array
) -> None:
    """Lay images first, first + 1, ... inside the frame."""
    starts = _column_starts(x.shape[2], group.shape[2] // images, stride[1], padding[1])
    for c in range(x.shape[0]):
        for i in range(x.shape[1]):
            line, row = group[c, i + padding[0]], x[c, i]
            if stride[1] == 1 and images == row.shape[1]:  # the whole row is one run
                copy_run(row.reshape(-1), line[padding[1] * images :])
                continue
            for j in range(starts.size):
                copy_run(row[j, first : first + images], line[starts[j] * images :])


@chain
def unpack_group(
    group: Array, first: int, stride: Pair, padding: Pair, images: int, out: Array
) -> None:
    """Put the images of a group back into their places in the batch, without the frame."""
    starts = _column_starts(out.shape[2], group.shape[2] // images, stride[1], padding[1])
    for c in range(out.shape[0]):
        for i in range(out.shape[1]):
            line, row = group[c, i + padding[0]], out[c, i]
            if stride[1] == 1 and images == row.shape[1]:
                target = row.reshape(-1)
                copy_run(line[padding[1] * images :][: target.size], target)
                continue
            for j in range(starts.size):
                copy_run(line[starts[j] * images :][:images], row[j, first:])


@chain
def pack_row(grad: Array, first: int, i: int, images: int, out: Array) -> None:
    """Take row i of every channel: out[m] holds the columns, each of so many images."""
    for m in range(grad.shape[0]):
        row, target = grad[m, i], out[m]
        if images == row.shape[1]:
            copy_run(row.reshape(-1), target)
            continue
        for j in range(row.shape[0]):
            copy_run(row[j, first : first + images], target[j * images :])


@kernel
def unpack_row(rows: Array, bias: Array, first: int, i: int, images: int, out: Array) -> None:
    """The way back from `pack_row`, with the bias of each channel."""
    for m in range(out.shape[0]):
        source, row, shift = rows[m], out[m, i], bias[m]
        if images == row.shape[1]:
            target = row.reshape(-1)
            for k in range(target.size):
                target[k] = source[k] + shift
            continue
        for j in range(row.shape[0]):
            pixel, target = source[j * images :], row[j, first:]
            for n in range(images):
                target[n] = pixel[n] + shift


@kernel
def _column_starts(columns: int, length: int, stride: int, padding: int) -> Labels:
    """Where in a line each column of the image lies, in pixels."""
    starts = np.empty(columns, np.int64)
    for j in range(columns):
        starts[j] = place(j + padding, stride, length)
    return starts
