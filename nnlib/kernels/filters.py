"""A filter over one image: a window slides, and each pixel is a weighted sum of what it shows.

The channels of a pixel lie beside each other, so that the next pixel of a channel is `step` columns
on.
"""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Pair


@kernel
def correlate(image: Array, weights: Array, apart: Pair, left: int, out: Array) -> None:
    """out[i, left + j] = the window of the image at (i, j) times the weights.

    The pixels of two neighbouring weights are so many rows and so many columns `apart`. Eight
    weights have their turn at once, nine the first time: to read and write the sum costs as much as
    a product or two.
    """
    width, taps = image.shape[1], weights.reshape(-1)
    windows = width - (weights.shape[1] - 1) * apart[1]  # in a row
    starts = np.empty(taps.size, np.int64)  # of each weight's pixels, counted from the window's
    for k in range(taps.size):
        starts[k] = k // weights.shape[1] * apart[0] * width + k % weights.shape[1] * apart[1]
    for i in range(out.shape[0]):
        pixels, target = image[i:].reshape(-1), out[i][left : left + windows]
        first = taps[0]
        if taps.size < 9:
            for j in range(target.size):
                target[j] = first * pixels[j]
        for k in range(1, taps.size - 7, 8):  # a square with an odd side leaves none over
            w0, w1, w2, w3 = taps[k], taps[k + 1], taps[k + 2], taps[k + 3]
            w4, w5, w6, w7 = taps[k + 4], taps[k + 5], taps[k + 6], taps[k + 7]
            p0, p1 = pixels[starts[k] :], pixels[starts[k + 1] :]
            p2, p3 = pixels[starts[k + 2] :], pixels[starts[k + 3] :]
            p4, p5 = pixels[starts[k + 4] :], pixels[starts[k + 5] :]
            p6, p7 = pixels[starts[k + 6] :], pixels[starts[k + 7] :]
            if k == 1:  # the first weight has its turn with these
                for j in range(target.size):
                    low = w0 * p0[j] + w1 * p1[j] + w2 * p2[j] + w3 * p3[j] + first * pixels[j]
                    target[j] = low + w4 * p4[j] + w5 * p5[j] + w6 * p6[j] + w7 * p7[j]
            else:
                for j in range(target.size):
                    low = w0 * p0[j] + w1 * p1[j] + w2 * p2[j] + w3 * p3[j]
                    target[j] += low + w4 * p4[j] + w5 * p5[j] + w6 * p6[j] + w7 * p7[j]
        for k in range((taps.size - 1) // 8 * 8 + 1, taps.size):
            weight, source = taps[k], pixels[starts[k] :]
            for j in range(target.size):
                target[j] += weight * source[j]


@kernel
def correlate_padded(
    image: Array, weights: Array, step: int, before: Pair, edge: bool, outside: float, out: Array
) -> None:
    """As `correlate`, for an image with pixels around it: `before` of them above and to the left.

    They are as the nearest pixel of the edge, or else as `outside` says. Windows inside the image
    read it where it lies; only for those that reach over its edge is a piece copied with a margin.
    """
    height, width = image.shape
    top, left = before[0], before[1] * step
    below = height - (weights.shape[0] - 1 - top)  # the first row whose windows reach too far
    right = width - ((weights.shape[1] - 1) * step - left)
    if height < weights.shape[0] or width < weights.shape[1] * step:  # every window does
        _rows(image, weights, step, before, edge, outside, 0, out)
        return
    middle = out[top:below]
    correlate(image, weights, (1, step), left, middle)
    _columns(image, weights, step, before, edge, outside, 0, left, middle)
    _columns(image, weights, step, before, edge, outside, right, width, middle)
    _rows(image, weights, step, before, edge, outside, 0, out[:top])
    _rows(image, weights, step, before, edge, outside, below, out[below:])


@kernel
def _rows(
    image: Array,
    weights: Array,
    step: int,
    before: Pair,
    edge: bool,
    outside: float,
    first: int,
    out: Array,
) -> None:
    """The result's rows from `first` on, as many as `out` has."""
    height, width = image.shape
    down, across = weights.shape[0] - 1, (weights.shape[1] - 1) * step
    piece = np.empty((out.shape[0] + down, out.shape[1] + across), out.dtype)
    for i in range(piece.shape[0]):
        row = first - before[0] + i
        source = image[min(max(row, 0), height - 1)]
        for j in range(piece.shape[1]):
            column = j - before[1] * step
            inside = 0 <= row < height and 0 <= column < width
            piece[i, j] = source[_nearest(column, width, step)] if edge or inside else outside
    correlate(piece, weights, (1, step), 0, out)


@kernel
def _columns(
    image: Array,
    weights: Array,
    step: int,
    before: Pair,
    edge: bool,
    outside: float,
    first: int,
    end: int,
    out: Array,
) -> None:
    """The result's columns from `first` to `end`, of rows whose windows reach over no other edge.

    Few and long as they are, they are made lying on their side.
    """
    height, width = image.shape
    piece = np.empty((end - first + (weights.shape[1] - 1) * step, height), out.dtype)
    for j in range(piece.shape[0]):
        target, column = piece[j], first - before[1] * step + j
        if not edge and not 0 <= column < width:
            target[:] = outside
            continue
        nearest = _nearest(column, width, step)
        for i in range(height):
            target[i] = image[i, nearest]
    lying = np.empty((end - first, height - weights.shape[0] + 1), out.dtype)
    correlate(piece, weights.T.copy(), (step, 1), 0, lying)
    for j in range(lying.shape[0]):
        for i in range(lying.shape[1]):
            out[i, first + j] = lying[j, i]


@kernel
def _nearest(column: int, width: int, step: int) -> int:
    """The column itself, or that of the same channel in the first or the last pixel of a row."""
    if column < 0:
        return column % step
    return column if column < width else width - step + column % step
