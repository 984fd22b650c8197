"""A filter over one image: a window slides, and each pixel is a weighted sum of what it shows."""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Pair

#: Rows of the result that are made from one strip of the image; the strip stays in a fast cache.
STRIP = 32


@kernel
def correlate(image: Array, weights: Array, step: int, out: Array) -> None:
    """out[i, j] = the window of the image at (i, j) times the weights, `step` columns apart.

    `step` is the number of channels, where the channels of a pixel lie beside each other. Eight
    weights have their turn at once, nine the first time: to read and write the sum costs as much as
    a product or two.
    """
    width, taps = image.shape[1], weights.reshape(-1)
    starts = np.empty(taps.size, np.int64)  # of each weight's pixels, counted from the window's
    for k in range(taps.size):
        starts[k] = k // weights.shape[1] * width + k % weights.shape[1] * step
    for i in range(out.shape[0]):
        pixels, target = image[i:].reshape(-1), out[i]
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

    They are as the nearest pixel of the edge, or else as `outside` says.
    """
    more = weights.shape[0] - 1
    strip = np.empty((STRIP + more, out.shape[1] + (weights.shape[1] - 1) * step), out.dtype)
    for first in range(0, out.shape[0], STRIP):
        rows = min(STRIP, out.shape[0] - first)
        for i in range(rows + more):
            _pad_row(image, first + i - before[0], step, before[1] * step, edge, outside, strip[i])
        correlate(strip[: rows + more], weights, step, out[first : first + rows])


@kernel
def _pad_row(
    image: Array, row: int, step: int, left: int, edge: bool, outside: float, out: Array
) -> None:
    """One row of the image with its surroundings, `left` columns of them before the first pixel."""
    height, width = image.shape
    if not edge and not 0 <= row < height:
        out[:] = outside
        return
    source, right = image[min(max(row, 0), height - 1)], left + width
    middle = out[left:]
    for j in range(width):
        middle[j] = source[j]
    for j in range(left):
        out[j] = source[j % step] if edge else outside
    for j in range(right, out.size):
        out[j] = source[width - step + (j - right) % step] if edge else outside
