"""Images side by side: how a convolution lays them out so that it copies long runs.

A *group* of up to 16 images has the shape (channels, height, width * images), so that equal pixels
are neighbours in memory, with a frame of zeros for the padding. `stride` and `padding` are pairs:
(along the height, along the width).
"""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Pair


@kernel
def group_size(x: Array, filters: tuple[int, int, int, int], padding: Pair, width: int) -> int:
    """How many images go in a group; `filters` is the shape of the weights, `width` the output's.

    Lines of 262,144 float32 are 1 MB, which stay in a core's second-level cache while they are
    used. OpenBLAS is fastest with products of a million multiply-adds at most. And more than 16
    images, a cache line of each pixel, gain nothing.
    """
    many, channels, kh, kw = filters
    line = channels * kw * width
    by_memory = 262_144 // max(1, (x.shape[2] + 2 * padding[0]) * line)
    by_product = 1_000_000 // max(1, many * kh * line)
    most: int = max(1, min(16, by_memory, by_product))
    return most


@kernel
def empty_group(x: Array, stride: Pair, padding: Pair, images: int) -> Array:
    """Scratch memory for so many images and the frame of zeros around them."""
    height, width = x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]
    return np.zeros((x.shape[1], height, round_up(width, stride[1]) * images), x.dtype)


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


@kernel
def pack_group(
    x: Array, first: int, stride: Pair, padding: Pair, images: int, group: Array
) -> None:
    """Lay images first, first + 1, ... side by side, inside the frame."""
    length = group.shape[2] // images
    for c in range(x.shape[1]):
        for i in range(x.shape[2]):
            for j in range(x.shape[3]):
                start = place(j + padding[1], stride[1], length) * images
                pixel = group[c, i + padding[0], start:]
                for n in range(images):
                    pixel[n] = x[first + n, c, i, j]


@kernel
def pack_row(grad: Array, first: int, i: int, images: int, out: Array) -> None:
    """Lay row i of every channel of the images side by side, as the columns lie."""
    for m in range(grad.shape[1]):
        pixels, target = grad[first : first + images, m, i], out[m]
        for j in range(pixels.shape[1]):
            for n in range(images):
                target[j * images + n] = pixels[n, j]


@kernel
def pack_turned_row(grad: Array, first: int, i: int, images: int, out: Array) -> None:
    """The same with the channels last."""
    for n in range(images):
        pixels = grad[first + n, :, i]
        for j in range(pixels.shape[1]):
            target = out[j * images + n]
            for m in range(target.size):
                target[m] = pixels[m, j]


@kernel
def unpack_group(
    group: Array, first: int, stride: Pair, padding: Pair, images: int, out: Array
) -> None:
    """Put the images of a group back into their places in the batch, without the frame."""
    length = group.shape[2] // images
    for c in range(out.shape[1]):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                start = place(j + padding[1], stride[1], length) * images
                pixel = group[c, i + padding[0], start:]
                for n in range(images):
                    out[first + n, c, i, j] = pixel[n]
