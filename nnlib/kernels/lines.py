"""Lines of pixels: how a convolution copies images so that what it does is a matrix product.

Images come with the axes (height, channels, width, images): all that lies in one row of pixels, of
all channels and images, is one run of memory, and equal pixels of all images are neighbours in it.
For each row, the pixels that lie under each column of the window are copied out, as one long run
for each: these are a *line*, of shape (channels * columns of the window, width of the output *
images).

`across` is (stride, padding, dilation) along the width.
"""

from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.products import FAST_PRODUCT, FAST_ROWS
from nnlib.kernels.runs import add_run, copy_run
from nnlib.kernels.types import Array, Pair

Across = tuple[int, int, int]

#: How many numbers the lines of a group may have.
MOST_NUMBERS = 1_310_720


@chain
def group_size(x: Array, filters: tuple[int, int, int, int], padding: Pair, width: int) -> int:
    """How many images have their turn at once; `filters` is the shape of the weights.

    As many as leave a row of the output, of this width, to fast products, and whose lines take no
    more than 5 MB of float32. Groups are of equal size, as far as that goes.
    """
    _, channels, kh, kw = filters
    batch = x.shape[3]
    lines = (x.shape[0] + 2 * padding[0]) * channels * kw * width
    most = min(MOST_NUMBERS // lines, FAST_PRODUCT // (FAST_ROWS * channels * kh * kw * width))
    if most > 16:  # so that runs begin at a line of the cache, here and below
        most -= most % 16
    groups = max(1, -(-batch // max(1, most)))
    images: int = max(1, -(-batch // groups))
    return round_up(images, 16) if 16 < images < batch else images


@kernel
def round_up(number: int, step: int) -> int:
    """The next multiple of `step`."""
    return (number + step - 1) // step * step


@kernel
def place(i: int, step: int, length: int) -> int:
    """Where a list of this length holds item i, if items `step` apart are to be neighbours.

    With a step of 2 the even ones come first and then the odd ones, and so on.
    """
    return i % step * (length // step) + i // step


@kernel
def columns_seen(kj: int, across: Across, columns: int, width: int) -> tuple[int, int, int]:
    """Which columns of the output see a pixel, and not the padding, through column kj of a window.

    These are low, ..., high - 1, and column j sees pixel j * stride + shift.
    """
    stride, padding, dilation = across
    shift = kj * dilation - padding
    low = min(width, max(0, -(shift // stride)))
    high = min(width, (columns - 1 - shift) // stride + 1)
    return low, max(low, high), shift


@chain
def make_line(row: Array, first: int, images: int, kw: int, across: Across, line: Array) -> None:
    """Copy the pixels of a row, (channels, columns, images), that each column of the window sees.

    Of images first, first + 1, ...; where a window reaches beyond the row there are zeros.
    """
    stride, width = across[0], line.shape[1] // images
    for c in range(row.shape[0]):
        for kj in range(kw):
            low, high, shift = columns_seen(kj, across, row.shape[1], width)
            target = line[c * kw + kj]
            target[: low * images] = 0
            target[high * images :] = 0
            if stride == 1 and images == row.shape[2]:  # neighbours see neighbours
                pixels = row[c, low + shift : high + shift]
                copy_run(pixels.reshape(-1), target[low * images :])
                continue
            for j in range(low, high):
                pixel = row[c, j * stride + shift, first : first + images]
                copy_run(pixel, target[j * images :])


@chain
def add_line(line: Array, first: int, images: int, kw: int, across: Across, row: Array) -> None:
    """The way back: add a line onto the pixels that it would be copied from."""
    stride, width = across[0], line.shape[1] // images
    for c in range(row.shape[0]):
        for kj in range(kw):
            low, high, shift = columns_seen(kj, across, row.shape[1], width)
            source = line[c * kw + kj]
            if stride == 1 and images == row.shape[2]:
                pixels = row[c, low + shift : high + shift]
                add_run(source[low * images : high * images], pixels.reshape(-1))
                continue
            for j in range(low, high):
                pixel = row[c, j * stride + shift, first:]
                add_run(source[j * images : (j + 1) * images], pixel)


@chain
def pack_row(row: Array, first: int, images: int, out: Array) -> None:
    """Take some of the images of a row: out[m] holds its columns, each of so many images."""
    for m in range(row.shape[0]):
        for j in range(row.shape[1]):
            copy_run(row[m, j, first : first + images], out[m, j * images :])


@chain
def unpack_row(packed: Array, first: int, images: int, out: Array) -> None:
    """The way back from `pack_row`."""
    for m in range(out.shape[0]):
        for j in range(out.shape[1]):
            copy_run(packed[m, j * images : (j + 1) * images], out[m, j, first:])
