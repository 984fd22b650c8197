"""Convolution by filters of 3 x 3 with fewer products: Winograd's F(2 x 2, 3 x 3).

A filter of 3 weights w that slides over 4 pixels d gives 2 outputs. That is 6 products, but 4 do:

    m0 = (d0 - d2) w0,  m1 = (d1 + d2) (w0 + w1 + w2) / 2,
    m3 = (d1 - d3) w2,  m2 = (d2 - d1) (w0 - w1 + w2) / 2,
    y0 = m0 + m1 + m2,  y1 = m1 - m2 - m3.

Along both directions of an image, a tile of 4 x 4 pixels gives 2 x 2 outputs by 16 products instead
of 36. What is done to the weights is done once for a filter, what is done to the pixels once for
all filters, and the sums over the channels are taken before the last step: they are 16 matrix
products, one for each of the 16 *points* (m0 to m3 along the height, and along the width).

The way back to the weights runs through the same steps in the opposite direction. The way back to
the input needs no kernel: it is a convolution of the gradient by the filters, turned half around.

Images come with the axes (height, channels, width, images): equal pixels of all images are
neighbours in memory. Up to 32 of them are a group. Row after row of tiles is worked off, and of
each group only the four lines of pixels are kept that such a row sees; in a line the even columns
come first and then the odd ones, because tiles are two columns apart: so every step is a sum or
difference of long runs of numbers.

Lavin and Gray (2016), "Fast algorithms for convolutional neural networks", section 4.1.
"""

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.products import product_of_rows
from nnlib.kernels.runs import add_run, add_sums, copy_run
from nnlib.kernels.types import Array, Pair

# Point a of a tile is pixel FIRST[a] plus SIGN[a] times pixel SECOND[a]: m0 to m3 above.
FIRST, SECOND, SIGN = (0, 1, 2, 1), (2, 2, 1, 3), (-1.0, 1.0, -1.0, -1.0)

#: So many filters have their turn at once, so that what they make stays in a fast cache.
FILTERS = 16


@chain
def winograd_forward(x: Array, weight: Array, bias: Array, padding: Pair, out: Array) -> None:
    """Fill out[i, m, j, n] with bias[m] plus the window of image n at (i, j) times filter m."""
    height, filters, width, batch = out.shape
    channels, down, across = x.shape[1], (height + 1) // 2, (width + 1) // 2
    points = np.empty((16, filters, channels), x.dtype)
    _filter_points(weight, points)
    most = max(1, min(batch, _images_at_once(channels, filters, across)))
    groups = -(-batch // most)
    lines = np.zeros((groups, channels, 4, 2 * (across + 1) * most), x.dtype)
    tiles_memory = aligned((16 * channels * across * most,), x)
    products_memory = aligned((16 * FILTERS * across * most,), x)
    for t in range(down):
        for g in range(groups):
            first, images = g * most, min(most, batch - g * most)
            tiles = _part(tiles_memory, 16, channels, across * images)
            _pack_lines(x, first, images, padding, t, across * images, lines[g])
            _tile_points(lines[g], t, images, tiles)
            for f in range(0, filters, FILTERS):
                end = min(f + FILTERS, filters)
                products = _part(products_memory, 16, end - f, across * images)
                for k in range(16):  # (filters, channels) @ (channels, tiles)
                    np.dot(points[k, f:end], tiles[k], products[k])
                _write_rows(products, bias[f:end], f, first, images, t, out)


@chain
def winograd_backward_parameters(
    x: Array, grad: Array, padding: Pair, out: Array, sums: Array
) -> None:
    """Fill out[m, c, ki, kj] with the sum of grad[i, m, j, n] times the pixel that it weighs.

    sums[m] is the sum of all gradients of channel m, the gradient of a bias; an empty `sums` asks
    for none.
    """
    height, filters, width, batch = grad.shape
    channels, down, across = x.shape[1], (height + 1) // 2, (width + 1) // 2
    total = np.zeros((16, filters, channels), x.dtype)
    part = np.empty((filters, channels), x.dtype)
    sums[:] = 0
    most = max(1, min(batch, _images_at_once(channels, filters, across)))
    groups = -(-batch // most)
    lines = np.zeros((groups, channels, 4, 2 * (across + 1) * most), x.dtype)
    tiles_memory = aligned((16 * channels * across * most,), x)
    deltas_memory = aligned((16 * FILTERS * across * most,), x)
    blocks_memory = np.empty(4 * FILTERS * across * most, x.dtype)
    for t in range(down):
        for g in range(groups):
            first, images = g * most, min(most, batch - g * most)
            tiles = _part(tiles_memory, 16, channels, across * images)
            _pack_lines(x, first, images, padding, t, across * images, lines[g])
            _tile_points(lines[g], t, images, tiles)
            for f in range(0, filters, FILTERS):
                end = min(f + FILTERS, filters)
                deltas = _part(deltas_memory, 16, end - f, across * images)
                blocks = _part(blocks_memory, 4, end - f, across * images)
                _pack_blocks(grad, f, first, images, t, blocks)
                for pixel in range(4):
                    add_sums(blocks[pixel], sums[f:end])
                _block_points(blocks.reshape(4, -1), deltas.reshape(16, -1))
                for k in range(16):  # (filters, tiles) @ (tiles, channels)
                    product_of_rows(deltas[k], tiles[k], part[f:end])
                    add_run(part[f:end].reshape(-1), total[k, f:end].reshape(-1))
    _filter_gradient(total, out)


@kernel
def _part(memory: Array, count: int, rows: int, columns: int) -> Array:
    """The beginning of a vector as so many matrices."""
    return memory[: count * rows * columns].reshape(count, rows, columns)


@kernel
def _images_at_once(channels: int, filters: int, across: int) -> int:
    """How many images go in a group: 32, or fewer if one row of tiles would not fit the cache.

    Its points, 16 numbers for each channel and each filter, are to stay within 1.5 MB of float32.
    """
    return max(1, min(32, 24_576 // ((channels + filters) * across)))


@kernel
def _combine(first: Array, sign: float, second: Array, out: Array) -> None:
    """out = first + sign * second."""
    factor = out.dtype.type(sign)
    for k in range(out.size):
        out[k] = first[k] + factor * second[k]


@kernel
def _filter_points(weight: Array, out: Array) -> None:
    """out[4 a + b, m, c] = point (a, b) of filter m for channel c."""
    half = weight.dtype.type(0.5)
    rows = np.empty((4, 3), weight.dtype)
    for m in range(weight.shape[0]):
        for c in range(weight.shape[1]):
            w = weight[m, c]
            for j in range(3):
                rows[0, j], rows[3, j] = w[0, j], w[2, j]
                rows[1, j] = half * (w[0, j] + w[1, j] + w[2, j])
                rows[2, j] = half * (w[0, j] - w[1, j] + w[2, j])
            for a in range(4):
                out[4 * a, m, c], out[4 * a + 3, m, c] = rows[a, 0], rows[a, 2]
                out[4 * a + 1, m, c] = half * (rows[a, 0] + rows[a, 1] + rows[a, 2])
                out[4 * a + 2, m, c] = half * (rows[a, 0] - rows[a, 1] + rows[a, 2])


@kernel
def _filter_gradient(points: Array, out: Array) -> None:
    """The way back through `_filter_points`; points is (16, filters, channels)."""
    half = out.dtype.type(0.5)
    rows = np.empty((3, 4), out.dtype)
    for m in range(out.shape[0]):
        for c in range(out.shape[1]):
            for b in range(4):
                p1, p2 = points[4 + b, m, c], points[8 + b, m, c]
                rows[0, b] = points[b, m, c] + half * (p1 + p2)
                rows[1, b] = half * (p1 - p2)
                rows[2, b] = half * (p1 + p2) + points[12 + b, m, c]
            for i in range(3):
                p1, p2 = rows[i, 1], rows[i, 2]
                out[m, c, i, 0] = rows[i, 0] + half * (p1 + p2)
                out[m, c, i, 1] = half * (p1 - p2)
                out[m, c, i, 2] = half * (p1 + p2) + rows[i, 3]


@chain
def _pack_lines(
    x: Array, first: int, images: int, padding: Pair, t: int, size: int, lines: Array
) -> None:
    """Lay the lines that row t of tiles sees inside a frame of zeros: even columns, then odd ones.

    Row t sees lines 2 t to 2 t + 3 of the framed image, line i at lines[:, i % 4]. The first two
    are there already if row t - 1 was the last.
    """
    half, width = size + images, x.shape[2]
    for i in range(2 * t + (2 if t > 0 else 0), 2 * t + 4):
        row = i - padding[0]
        for c in range(x.shape[1]):
            line = lines[c, i % 4]
            if not 0 <= row < x.shape[0]:
                line[:] = 0
                continue
            for odd in range(2):
                skipped = (odd + padding[1]) % 2  # the first column of x that is such a one
                start = odd * half + (skipped + padding[1]) // 2 * images
                columns = min((width - skipped + 1) // 2, (half * (odd + 1) - start) // images)
                for j in range(columns):
                    pixel = x[row, c, skipped + 2 * j, first : first + images]
                    copy_run(pixel, line[start + j * images :])


@kernel
def _tile_points(lines: Array, t: int, images: int, out: Array) -> None:
    """out[4 a + b, c] = point (a, b) of each tile in row t of tiles."""
    size = out.shape[2]
    half = size + images
    row = np.empty(2 * half, lines.dtype)
    for c in range(lines.shape[0]):
        for a in range(4):
            above, below = lines[c, (2 * t + FIRST[a]) % 4], lines[c, (2 * t + SECOND[a]) % 4]
            _combine(above, SIGN[a], below, row)
            for b in range(4):
                one = FIRST[b] % 2 * half + FIRST[b] // 2 * images
                other = SECOND[b] % 2 * half + SECOND[b] // 2 * images
                _combine(
                    row[one : one + size], SIGN[b], row[other : other + size], out[4 * a + b, c]
                )


@kernel
def _combine_three(first: Array, sign: float, second: Array, third: Array, out: Array) -> None:
    """out = first + sign * (second + third)."""
    factor = out.dtype.type(sign)
    for k in range(out.size):
        out[k] = first[k] + factor * (second[k] + third[k])


@kernel
def _write_rows(
    products: Array, bias: Array, f: int, first: int, images: int, t: int, out: Array
) -> None:
    """Make rows 2 t and 2 t + 1 of outputs f, f + 1, ... from the products of a row of tiles."""
    height, _, width, _ = out.shape
    rows = np.empty((4, products.shape[2]), out.dtype)
    even, odd = np.empty(products.shape[2], out.dtype), np.empty(products.shape[2], out.dtype)
    for m in range(bias.size):
        shift = bias[m]
        for odd_row in range(min(2, height - 2 * t)):
            for b in range(4):
                p0, p1 = products[4 * odd_row + b, m], products[4 + 4 * odd_row + b, m]
                p2 = products[8 + 4 * odd_row + b, m]
                _combine_three(p0, 1.0 - 2.0 * odd_row, p1, p2, rows[b])
            _combine_three(rows[0], 1.0, rows[1], rows[2], even)
            _combine_three(rows[1], -1.0, rows[2], rows[3], odd)
            for j in range(width):
                columns, start = odd if j % 2 else even, j // 2 * images
                source, target = columns[start:], out[2 * t + odd_row, f + m, j, first:]
                for k in range(images):
                    target[k] = source[k] + shift


@chain
def _pack_blocks(grad: Array, f: int, first: int, images: int, t: int, blocks: Array) -> None:
    """blocks[2 a + b] = the gradients at pixel (a, b) of each 2 x 2 block in row t of blocks.

    Of channels f, f + 1, ...
    """
    height, _, width, _ = grad.shape
    if 2 * t + 1 >= height or width % 2 == 1:
        blocks[:] = 0  # where the blocks reach beyond the image
    for m in range(blocks.shape[1]):
        for i in range(2 * t, min(2 * t + 2, height)):
            for j in range(width):
                pixel = grad[i, f + m, j, first : first + images]
                copy_run(pixel, blocks[2 * (i - 2 * t) + j % 2, m, j // 2 * images :])


@kernel
def _block_points(blocks: Array, out: Array) -> None:
    """The way back from y0 and y1 to m0, ..., m3, along the height and along the width."""
    rows = np.empty((2, blocks.shape[1]), blocks.dtype)
    for a in range(4):
        for b in range(2):
            _back_to_point(a, blocks[b], blocks[2 + b], rows[b])
        for b in range(4):
            _back_to_point(b, rows[0], rows[1], out[4 * a + b])


@kernel
def _back_to_point(a: int, y0: Array, y1: Array, out: Array) -> None:
    """dL/dm_a from dL/dy0 and dL/dy1."""
    if a == 0:
        for k in range(out.size):
            out[k] = y0[k]
    elif a == 3:
        for k in range(out.size):
            out[k] = -y1[k]
    else:
        _combine(y0, 1.0 if a == 1 else -1.0, y1, out)
