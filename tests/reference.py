"""Slow, readable twins: what each kernel and layer should compute, straight from the mathematics.

Every function takes float64 arrays and returns new ones; it changes nothing that it is given. A
twin of a kernel has the kernel's name and takes its arguments, without those that only receive
results. Where a kernel changes its arguments, its twin returns what they should become.
"""

import math
from functools import partial

import numpy as np

# ---------------------------------------------------------------- nnlib/kernels/activations.py


def relu_forward(x):
    """a = max(x, 0); NaN stays NaN, as in np.maximum."""
    return np.maximum(x, 0.0)


def relu_backward(output, grad):
    """The slope is 1 where the output is positive, and 0 elsewhere."""
    return np.where(output > 0, grad, 0.0)


def tanh_forward(x):
    """tanh, by NumPy."""
    return np.tanh(x)


def tanh_of(x, real):
    """The same for one number."""
    return np.tanh(x)


def sigmoid_forward(x, smallest):
    """1 / (1 + e^-x), and 0 where that is no ordinary number any more."""
    return np.where(x < smallest, 0.0, 1 / (1 + np.exp(-np.maximum(x, smallest))))


def tanh_backward(output, grad):
    """d tanh(x) / dx = 1 - tanh(x)^2."""
    return grad * (1 - output**2)


def sigmoid_backward(output, grad):
    """d sigma(x) / dx = sigma(x) (1 - sigma(x))."""
    return grad * output * (1 - output)


def threshold_forward(x):
    """1 where x is positive, 0 where it is not, and NaN where it is NaN."""
    return np.where(np.isnan(x), np.nan, np.where(x > 0, 1.0, 0.0))


def leaky_relu_forward(x, slope):
    """The larger of x and slope x, for a slope of at most 1."""
    return np.where(x > 0, x, slope * x)


def leaky_relu_backward(output, grad, slope):
    """The slope is 1 on the positive side."""
    return grad * np.where(output > 0, 1.0, slope)


def elu_backward(output, grad, alpha):
    """d alpha (e^x - 1) / dx = alpha e^x = output + alpha."""
    return grad * np.where(output > 0, 1.0, output + alpha)


def gelu_forward(x):
    """x Phi(x), Phi from the error function."""
    return x * normal_distribution(x)


def gelu_backward(x, grad):
    """Product rule: Phi(x) + x phi(x)."""
    return grad * (normal_distribution(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def normal_distribution(x):
    """Phi(x): the share of a normal population below x."""
    return np.vectorize(lambda number: (1 + math.erf(number / math.sqrt(2))) / 2, otypes=[float])(x)


# ---------------------------------------------------------------- nnlib/kernels/fused.py
# The twin of `updates` is the way layer by layer: see test_fused.py.


def _matrix(flat, start, rows, columns):
    """Some numbers of a vector, in rows."""
    return np.array([[flat[start + i * columns + j] for j in range(columns)] for i in range(rows)])


def _gather(x, y, order, start, batch, width):
    """Samples in the given order, and the targets of each, `width` of them."""
    chosen = order[start : start + batch].astype(int)
    return x[chosen], y.reshape(-1, width)[chosen].reshape(-1)


# ---------------------------------------------------------------- nnlib/kernels/softmax.py


def softmax_forward(x):
    """e^x_k / sum of e^x_j, row by row."""
    return np.stack([np.exp(log_softmax(row)) for row in x])


def softmax_backward(output, grad):
    """Each row of grad times the Jacobian d p_j / d z_k = p_j ([j = k] - p_k), written out."""
    return np.stack([g @ (np.diag(p) - np.outer(p, p)) for p, g in zip(output, grad, strict=True)])


# ---------------------------------------------------------------- nnlib/kernels/batch_norm.py


def row_moments(x):
    """Mean and variance over the batch."""
    return np.mean(x, axis=0), np.var(x, axis=0)


def row_normalize(x, mean, inverse, gamma, beta):
    """x^ = (x - mean) / deviation, and gamma x^ + beta."""
    normalized = (x - mean) * inverse
    return normalized, gamma * normalized + beta


def row_backward(normalized, grad, scale, share):
    """The two sums over the batch, and what is left of grad without its part along 1 and x^."""
    gamma_grad, beta_grad = (grad * normalized).sum(axis=0), grad.sum(axis=0)
    out = scale * (grad - share * beta_grad - share * normalized * gamma_grad)
    return gamma_grad, beta_grad, out


def places_as_rows(x):
    """From (height, channels, places) to one row for each place, with its channels."""
    return x.transpose(0, 2, 1).reshape(-1, x.shape[1])


def rows_as_places(rows, shape):
    """And back."""
    return rows.reshape(shape[0], shape[2], shape[1]).transpose(0, 2, 1)


def image_moments(x):
    """As for rows; a row are the channels of one place of one image."""
    return row_moments(places_as_rows(x))


def image_normalize(x, mean, inverse, gamma, beta):
    """As for rows."""
    both = row_normalize(places_as_rows(x), mean, inverse, gamma, beta)
    return tuple(rows_as_places(rows, x.shape) for rows in both)


def image_backward(normalized, grad, scale, share):
    """As for rows."""
    rows = places_as_rows(normalized), places_as_rows(grad)
    *sums, out = row_backward(*rows, scale, share)
    return *sums, rows_as_places(out, grad.shape)


# ---------------------------------------------------------------- nnlib/kernels/dense.py


def dense_forward(x, weight, bias):
    """z_ij = sum over k of x_ik w_kj, plus b_j."""
    out = np.empty((len(x), len(bias)))
    for i in range(len(x)):
        for j in range(len(bias)):
            out[i, j] = sum(x[i, k] * weight[k, j] for k in range(len(weight))) + bias[j]
    return out


def dense_backward_parameters(x, grad):
    """dL/dw_kj = sum over samples i of x_ik g_ij; dL/db_j = sum over samples i of g_ij."""
    samples, inputs, outputs = len(x), x.shape[1], grad.shape[1]
    weight_grad = np.zeros((inputs, outputs))
    bias_grad = np.zeros(outputs)
    for i in range(samples):
        for j in range(outputs):
            bias_grad[j] += grad[i, j]
            for k in range(inputs):
                weight_grad[k, j] += x[i, k] * grad[i, j]
    return weight_grad, bias_grad


def dense_backward_input(grad, weight):
    """dL/dx_ik = sum over outputs j of g_ij w_kj."""
    out = np.empty((len(grad), len(weight)))
    for i in range(len(grad)):
        for k in range(len(weight)):
            out[i, k] = sum(grad[i, j] * weight[k, j] for j in range(grad.shape[1]))
    return out


_forward_one = dense_forward
_backward_parameters_one = dense_backward_parameters
_backward_input_one = dense_backward_input


# ---------------------------------------------------------------- nnlib/kernels/convolution.py
# Images have the axes (height, channels, width, images).


def framed(x, padding):
    """The images with a frame of zeros."""
    (ph, pw) = padding
    return np.pad(x, [(ph, ph), (0, 0), (pw, pw), (0, 0)])


def window_at(i, j, weight, stride, dilation):
    """The index of the pixels under the filters for output pixel (i, j): (rows, columns)."""
    _, _, kh, kw = weight.shape
    rows = i * stride[0] + dilation[0] * np.arange(kh)
    columns = j * stride[1] + dilation[1] * np.arange(kw)
    return rows[:, None], slice(None), columns[None, :]


def by_window(weight):
    """One filter with the axes of pixels picked by `window_at`: (rows, columns, channels, 1)."""
    return weight.transpose(1, 2, 0)[..., None]


def conv2d_forward(x, weight, bias, stride, padding, dilation):
    """Each output pixel is the sum of a window times a filter, plus the bias."""
    x = framed(x, padding)
    height = (x.shape[0] - dilation[0] * (weight.shape[2] - 1) - 1) // stride[0] + 1
    width = (x.shape[2] - dilation[1] * (weight.shape[3] - 1) - 1) // stride[1] + 1
    out = np.empty((height, len(weight), width, x.shape[3]))
    for i, m, j in np.ndindex(out.shape[:3]):
        window = x[window_at(i, j, weight, stride, dilation)]
        out[i, m, j] = (window * by_window(weight[m])).sum(axis=(0, 1, 2)) + bias[m]
    return out


def conv2d_backward_parameters(x, grad, stride, padding, dilation, shape, sums):
    """Each filter collects the windows that it met, times the gradient there.

    And of so many filters the gradients are added up.
    """
    x, out = framed(x, padding), np.zeros(shape)
    for i, m, j in np.ndindex(grad.shape[:3]):
        window = x[window_at(i, j, out, stride, dilation)]
        out[m] += (grad[i, m, j] * window).sum(axis=3).transpose(2, 0, 1)
    return out, sum_channels(grad)[:sums]


def conv2d_backward_input(grad, weight, stride, padding, dilation, shape):
    """Each output pixel stamps its filter, times the gradient, onto the window it has seen."""
    out = framed(np.zeros(shape), padding)
    for i, m, j in np.ndindex(grad.shape[:3]):
        at = window_at(i, j, weight, stride, dilation)
        out[at] += grad[i, m, j] * by_window(weight[m])
    (ph, pw), (height, _, width, _) = padding, shape
    return out[ph : ph + height, :, pw : pw + width]


def sum_channels(x):
    """One sum for each channel."""
    return np.array([x[:, c].sum() for c in range(x.shape[1])])


def _make_lines(x, first, images, start, stop, kw, stride, padding, dilation, lines):
    """Each of the lines asked for, from the framed images."""
    out, across = lines.copy(), (stride[1], 0, dilation[1])
    for i, row in enumerate(framed(x, padding)):
        if start <= i < stop:
            at = place(i, dilation[0], len(lines))
            (out[at],) = make_line(row, first, images, kw, across, lines[at])
    return (out,)


def _window_lines(lines, i, kh, stride, dilation):
    """One line for each row of the window, from wherever it lies."""
    places = [i * stride[0] + ki * dilation[0] for ki in range(kh)]
    return np.concatenate([lines[place(line, dilation[0], len(lines))] for line in places])


def _weights_to_lines(weight):
    """Row of the window, channel, column."""
    return weight.transpose(0, 2, 1, 3).reshape(len(weight), -1)


def _turned_weights(weight, up):
    """The last row of the window first, and rows that are `up` apart next to each other."""
    filters, channels, kh, kw = weight.shape
    out = np.zeros((round_up(kh, up), filters, channels * kw))
    for k in range(kh):
        out[place(k, up, len(out))] = weight[:, :, kh - 1 - k].reshape(filters, -1)
    return out


def _rows_that_see(line, height, kh, stride, dilation):
    """Try all rows of the window, turned, with all rows of the output."""
    pairs = [
        (k, i) for k, i in np.ndindex(kh, height) if i * stride + (kh - 1 - k) * dilation == line
    ]
    return np.array([len(pairs), *(pairs[0] if pairs else (0, 0))])


# ---------------------------------------------------------------- nnlib/kernels/lines.py


def group_size(x, filters, padding, width):
    """Deal the images out to ever more groups, until the largest is small enough."""
    _, channels, kh, kw = filters
    numbers = len(framed(x, padding)) * channels * kw * width
    most = min(1_310_720 // numbers, 1_000_000 // (4 * channels * kh * kw * width))
    most = max(1, most // 16 * 16 if most > 16 else most)
    sizes = (math.ceil(x.shape[3] / groups) for groups in range(1, x.shape[3] + 1))
    size = next(size for size in sizes if size <= most)
    return math.ceil(size / 16) * 16 if 16 < size < x.shape[3] else size


def round_up(number, step):
    """The next multiple."""
    return math.ceil(number / step) * step


def place(i, step, length):
    """Deal the items out to `step` heaps, and look where the one asked for has come to lie."""
    dealt = [k for phase in range(step) for k in range(phase, length, step)]
    return dealt.index(i)


def columns_seen(kj, across, columns, width):
    """Try all columns of the output; where none sees a pixel, low and high are equal."""
    stride, padding, dilation = across
    shift = kj * dilation - padding
    seen = [j for j in range(width) if 0 <= j * stride + shift < columns]
    beyond = sum(j * stride + shift < 0 for j in range(width))  # columns left of the pixels
    return np.array([beyond, beyond + len(seen), shift])


def make_line(row, first, images, kw, across, line):
    """For each channel and each column of the window what lies there, as j goes along the width."""
    (stride, padding, dilation), width = across, line.shape[1] // images
    far = padding + stride * width + dilation * kw  # room enough on both sides
    wide = np.pad(row[:, :, first : first + images], [(0, 0), (far, far), (0, 0)])
    begin = far - padding
    runs = [
        wide[c, begin + kj * dilation :][: stride * width : stride].reshape(-1)
        for c, kj in np.ndindex(len(row), kw)
    ]
    return (np.array(runs),)


def add_line(line, first, images, kw, across, row):
    """Each number of a line back onto its pixel, if there is one."""
    out, (stride, padding, dilation) = row.copy(), across
    width = line.shape[1] // images
    runs = line.reshape(len(row), kw, width, images)
    for c, kj, j in np.ndindex(runs.shape[:3]):
        column = j * stride + kj * dilation - padding
        if 0 <= column < row.shape[1]:
            out[c, column, first : first + images] += runs[c, kj, j]
    return (out,)


def pack_row(row, first, images):
    """Some of the images."""
    return row[:, :, first : first + images].reshape(len(row), -1)


def unpack_row(packed, first, images, out):
    """The way back."""
    out = out.copy()
    out[:, :, first : first + images] = packed.reshape(len(out), -1, images)
    return (out,)


# ---------------------------------------------------------------- nnlib/kernels/winograd.py

# Lavin and Gray, equation (5): Y = A^T [(G w G^T) * (B^T d B)] A for one tile d and one filter w.
POINTS_OF_PIXELS = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])  # B^T
POINTS_OF_WEIGHTS = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]]) / 2  # G
OUTPUTS_OF_POINTS = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])  # A^T


def winograd_forward(x, weight, bias, padding):
    """The same numbers as any convolution."""
    return conv2d_forward(x, weight, bias, (1, 1), padding, (1, 1))


def winograd_backward_parameters(x, grad, padding, shape, sums):
    """The same numbers as any convolution."""
    return conv2d_backward_parameters(x, grad, (1, 1), padding, (1, 1), shape, sums)


def _images_at_once(channels, filters, across):
    """The most images, up to 32, whose points of one row of tiles fit; at least one."""
    numbers = 16 * (channels + filters) * across
    return max([1] + [images for images in range(1, 33) if images * numbers <= 16 * 24_576])


def _combine(first, sign, second):
    """A sum or a difference."""
    return first + sign * second


def _combine_three(first, sign, second, third):
    """A sum of three, or what two leave of the first."""
    return first + sign * (second + third)


def _filter_points(weight):
    """G w G^T for every filter and channel, the 16 points first."""
    points = np.einsum("au,mcuv,bv->abmc", POINTS_OF_WEIGHTS, weight, POINTS_OF_WEIGHTS)
    return points.reshape(16, *weight.shape[:2])


def _filter_gradient(points, shape):
    """G^T p G."""
    points = points.reshape(4, 4, *points.shape[1:])
    return np.einsum("au,abmc,bv->mcuv", POINTS_OF_WEIGHTS, points, POINTS_OF_WEIGHTS)


def _part(memory, count, rows, columns):
    """The first numbers of a vector."""
    return memory[: count * rows * columns].reshape(count, rows, columns)


def _pack_lines(x, first, images, padding, t, size, lines):
    """Even columns of a framed row and then odd ones; zeros above and below the image."""
    out, length = lines.copy(), 2 * (size // images + 1)
    for i in range(2 * t + (2 if t else 0), 2 * t + 4):
        row, line = i - padding[0], out[:, i % 4]
        if not 0 <= row < len(x):
            line[:] = 0
            continue
        for j in range(x.shape[2]):
            at = place(j + padding[1], 2, length) * images
            line[:, at : at + images] = x[row, :, j, first : first + images]
    return (out,)


def _tile_points(lines, t, images, shape):
    """B^T d B for each tile."""
    points, length = np.empty(shape), 2 * (shape[2] // images + 1)
    seen = [(2 * t + k) % 4 for k in range(4)]
    for j in range(shape[2] // images):
        runs = [place(2 * j + k, 2, length) * images for k in range(4)]
        tile = np.stack([lines[:, seen, at : at + images] for at in runs], axis=2)
        point = np.einsum("ai,cijn,bj->abcn", POINTS_OF_PIXELS, tile, POINTS_OF_PIXELS)
        points[:, :, j * images : (j + 1) * images] = point.reshape(16, len(lines), images)
    return points


def _write_rows(products, bias, f, first, images, t, out):
    """A^T p A for each tile, to channels f, f + 1, ..."""
    out = out.copy()
    points = products.reshape(4, 4, len(bias), -1, images)
    tiles = np.einsum("ia,abmtn,jb->mijtn", OUTPUTS_OF_POINTS, points, OUTPUTS_OF_POINTS)
    for i, j in np.ndindex(2, out.shape[2]):
        if 2 * t + i < len(out):
            row = tiles[:, i, j % 2, j // 2] + bias[:, None]
            out[2 * t + i, f : f + len(bias), j, first : first + images] = row
    return (out,)


def _pack_blocks(grad, f, first, images, t, shape):
    """Blocks of 2 x 2 pixels of channels f, f + 1, ..., with zeros beyond the image."""
    blocks = np.zeros((2, 2, shape[1], shape[2] // images, images))
    for i, j in np.ndindex(2, grad.shape[2]):
        if 2 * t + i < len(grad):
            pixels = grad[2 * t + i, f : f + shape[1], j, first : first + images]
            blocks[i, j % 2, :, j // 2] = pixels
    return blocks.reshape(shape)


def _block_points(blocks):
    """A y A^T for each block."""
    blocks = blocks.reshape(2, 2, -1)
    points = np.einsum("ia,ijk,jb->abk", OUTPUTS_OF_POINTS, blocks, OUTPUTS_OF_POINTS)
    return points.reshape(16, -1)


def _back_to_point(a, y0, y1):
    """Column a of A^T says how much each output has of the point."""
    return OUTPUTS_OF_POINTS[0, a] * y0 + OUTPUTS_OF_POINTS[1, a] * y1


# ---------------------------------------------------------------- nnlib/kernels/pooling.py


def windows(x, size, stride):
    """All windows: (height', channels, width', images, k * k')."""
    every = np.lib.stride_tricks.sliding_window_view(x, size, axis=(0, 2))
    every = every[:: stride[0], :, :: stride[1]]
    return every.reshape(*every.shape[:4], -1)


def max_pool_forward(x, size, stride):
    """Which of the pixels of each window is the first of the largest, and what it is."""
    every = windows(x, size, stride)
    return every.argmax(axis=4), every.max(axis=4)


def max_pool_backward(grad, size, stride, place, shape):
    """Everything to the pixel that was largest."""
    out = np.zeros(shape)
    for i, c, j, n in np.ndindex(grad.shape):
        ki, kj = np.unravel_index(place[i, c, j, n], size)
        out[i * stride[0] + ki, c, j * stride[1] + kj, n] += grad[i, c, j, n]
    return out


def sum_pool(x, size, stride, scale):
    """The scaled sum of each window."""
    return scale * windows(x, size, stride).sum(axis=4)


def spread(x, size, stride, scale, shape):
    """Every number onto all pixels of its window."""
    out = np.zeros(shape)
    for i, j in np.ndindex(x.shape[0], x.shape[2]):
        rows = slice(i * stride[0], i * stride[0] + size[0])
        columns = slice(j * stride[1], j * stride[1] + size[1])
        out[rows, :, columns] += scale * x[i, :, j][:, None]
    return out


def _fills(x, size, stride, out):
    """Every row of `out` lies in one window, and in no more."""
    seen = [row for i in range(len(x)) for row in range(i * stride[0], i * stride[0] + size[0])]
    return seen == list(range(len(out)))


# ---------------------------------------------------------------- nnlib/kernels/products.py


def product(a, b):
    """A matrix product."""
    return a @ b


def product_of_rows(a, b):
    """Every row of a with every row of b."""
    return a @ b.T


# ---------------------------------------------------------------- nnlib/kernels/runs.py


def copy_run(source, target):
    """The target begins as the source."""
    return (np.concatenate([source, target[len(source) :]]),)


def add_run(source, target):
    """The source is added where the target begins."""
    return (target + np.concatenate([source, np.zeros(len(target) - len(source))]),)


def add_sums(rows, out):
    """One sum more for each row that is asked for."""
    return (out + rows[: len(out)].sum(axis=1),)


def add_to_rows(values, rows):
    """One value for each row."""
    return (rows + values[:, None],)


def lines_to_rows(pixels):
    """One row for each image, with the channels first."""
    return pixels.transpose(3, 1, 0, 2).reshape(pixels.shape[3], -1)


# ---------------------------------------------------------------- nnlib/kernels/filters.py


def correlate(image, weights, apart, left):
    """Each output is the sum of a window, its pixels so many rows and columns apart, times weights.

    Beside the outputs there are `left` columns of nothing.
    """
    down, across = (a * (k - 1) for a, k in zip(apart, weights.shape, strict=True))
    out = np.zeros((image.shape[0] - down, left + image.shape[1] - across))
    for i, j in np.ndindex(image.shape[0] - down, image.shape[1] - across):
        window = image[i : i + down + 1 : apart[0], j : j + across + 1 : apart[1]]
        out[i, left + j] = (window * weights).sum()
    return out


def correlate_padded(image, weights, step, before, edge, outside):
    """The same for an image with so much around it that the result is as large as it was."""
    rows, columns = ((b, k - 1 - b) for b, k in zip(before, weights.shape, strict=True))
    options = {"mode": "edge"} if edge else {"constant_values": outside}
    pixels = image.reshape(len(image), -1, step)  # (height, width, channels)
    padded = np.pad(pixels, (rows, columns, (0, 0)), **options)
    return correlate(padded.reshape(len(padded), -1), weights, (1, step), 0)


def _rows(image, weights, step, before, edge, outside, first, count):
    """Some of its rows."""
    return correlate_padded(image, weights, step, before, edge, outside)[first : first + count]


def _columns(image, weights, step, before, edge, outside, first, end, out):
    """Some of its columns, put in place, in rows of which no window reaches over the rim."""
    whole = correlate_padded(image, weights, step, before, edge, outside)
    new = out.copy()
    new[:, first:end] = whole[before[0] : before[0] + len(out), first:end]
    return new


def _nearest(column, width, step):
    """The column of the nearest pixel, of the same channel."""
    return min(max(column // step, 0), width // step - 1) * step + column % step


# ---------------------------------------------------------------- nnlib/kernels/recurrent.py
#
# Masks come as 0 and 1, (time, batch), or with no steps where they choose nothing.


def chosen_at(mask, t):
    """The samples that a mask chooses at step t."""
    return mask[int(t)].astype(bool) if len(mask) else np.zeros(mask.shape[1], bool)


def rnn_forward(recurrent_weight, padded, states):
    """h_t = tanh(z_t + h_{t-1} U), one sample after the other; z_t stands where h_t will."""
    states = states.copy()
    for t in range(len(states) - 1):
        for b in range(states.shape[1]):
            h = states[t, b]
            states[t + 1, b] = np.tanh(states[t + 1, b] + h @ recurrent_weight)
            if chosen_at(padded, t)[b]:
                states[t + 1, b] = h
    return (states,)


def rnn_backward(transposed, states, padded, cut, grad, state_grad):
    """delta_t = dL/dh_t (1 - h_t^2); dL/dh_{t-1} = delta_t U^T plus what comes in at t - 1."""
    steps = len(states) - 1
    delta, dh = np.zeros((steps, *state_grad.shape)), state_grad.copy()
    for t in reversed(range(steps)):
        for b in range(len(dh)):
            if len(grad):
                dh[b] += grad[t, b]
            if not chosen_at(padded, t)[b]:
                delta[t, b] = dh[b] * (1 - states[t + 1, b] ** 2)
                dh[b] = delta[t, b] @ transposed
            if chosen_at(cut, t)[b]:
                dh[b] = 0
    return delta, dh


def lstm_forward(recurrent_weight, padded, states, cells, gates):
    """c_t = f c_{t-1} + i g and h_t = o tanh(c_t); at a padded step nothing comes in or out."""
    states, cells, gates = states.copy(), cells.copy(), gates.copy()
    squashed = np.zeros(gates.shape[1:])
    for t in range(gates.shape[1]):
        for b in range(gates.shape[2]):
            h, c = states[t, b], cells[t, b]
            z_i, z_f, z_o, z_g = (gates[k, t, b] + h @ recurrent_weight[k] for k in range(4))
            i, f, o, g = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o), np.tanh(z_g)
            if chosen_at(padded, t)[b]:
                i, f, o, g = 0 * i, 0 * f + 1, 0 * o, 0 * g
            gates[:, t, b] = i, f, o, g
            cells[t + 1, b] = f * c + i * g
            squashed[t, b] = np.tanh(cells[t + 1, b])
            states[t + 1, b] = h if chosen_at(padded, t)[b] else o * squashed[t, b]
    return squashed, states, cells, gates


def lstm_backward(transposed, cells, gates, squashed, padded, cut, grad, state_grad, cell_grad):
    """The chain rule through h = o tanh(c), then c = f c' + i g, then the four gates."""
    delta, dh, dc = np.zeros(gates.shape), state_grad.copy(), cell_grad.copy()
    for t in reversed(range(len(squashed))):
        for b in range(len(dh)):
            i, f, o, g = gates[:, t, b]
            if len(grad):
                dh[b] += grad[t, b]
            dc[b] += dh[b] * o * (1 - squashed[t, b] ** 2)
            delta[0, t, b] = dc[b] * g * i * (1 - i)
            delta[1, t, b] = dc[b] * cells[t, b] * f * (1 - f)
            delta[2, t, b] = dh[b] * squashed[t, b] * o * (1 - o)
            delta[3, t, b] = dc[b] * i * (1 - g**2)
            dc[b] *= f
            if not chosen_at(padded, t)[b]:
                dh[b] = sum(delta[k, t, b] @ transposed[k] for k in range(4))
            if chosen_at(cut, t)[b]:
                dh[b], dc[b] = 0, 0
    return delta, dh, dc


def gru_forward(recurrent_weight, padded, states, gates):
    """h_t = (1 - u) n + u h_{t-1}; at a padded step the update gate keeps everything."""
    states, gates = states.copy(), gates.copy()
    recalled = np.zeros(gates.shape[1:])
    for t in range(gates.shape[1]):
        for b in range(gates.shape[2]):
            h = states[t, b]
            r = sigmoid(gates[0, t, b] + h @ recurrent_weight[0])
            u = sigmoid(gates[1, t, b] + h @ recurrent_weight[1])
            recalled[t, b] = h @ recurrent_weight[2]
            n = np.tanh(gates[2, t, b] + r * recalled[t, b])
            if chosen_at(padded, t)[b]:
                r, u, n = 0 * r, 0 * u + 1, 0 * n
            gates[:, t, b] = r, u, n
            states[t + 1, b] = (1 - u) * n + u * h
    return recalled, states, gates


def gru_backward(transposed, states, gates, recalled, cut, grad, state_grad):
    """The chain rule through the mixture, then the candidate, then the two gates."""
    delta, recalled_grad, dh = np.zeros(gates.shape), np.zeros(recalled.shape), state_grad.copy()
    for t in reversed(range(len(recalled))):
        for b in range(len(dh)):
            r, u, n = gates[:, t, b]
            if len(grad):
                dh[b] += grad[t, b]
            delta[2, t, b] = dh[b] * (1 - u) * (1 - n**2)
            delta[1, t, b] = dh[b] * (states[t, b] - n) * u * (1 - u)
            delta[0, t, b] = delta[2, t, b] * recalled[t, b] * r * (1 - r)
            recalled_grad[t, b] = delta[2, t, b] * r
            dh[b] = dh[b] * u + delta[0, t, b] @ transposed[0]
            dh[b] += delta[1, t, b] @ transposed[1]
            dh[b] += recalled_grad[t, b] @ transposed[2]
            if chosen_at(cut, t)[b]:
                dh[b] = 0
    return delta, recalled_grad, dh


def _tanh_of_sum(term, out):
    return (tanh(out + term),)


def _sigmoid_of_sum(term, out):
    return (sigmoid(out + term),)


def _add_step(grad, t, out):
    return (out + grad[t].ravel() if len(grad) else out,)


def _set_rows(chosen, t, value, out):
    return (np.where(chosen_at(chosen, t)[:, None], value, out),)


def _copy_rows(chosen, t, source, out):
    return (np.where(chosen_at(chosen, t)[:, None], source, out),)


# ---------------------------------------------------------------- nnlib/kernels/sequences.py


def gates_forward(x, weight, bias):
    """A dense layer for each gate."""
    return np.stack([dense_forward(x, w, b) for w, b in zip(weight, bias, strict=True)])


def gates_backward_weight(x, delta):
    return np.stack([dense_backward_parameters(x, d)[0] for d in delta])


def gates_backward_bias(delta):
    return np.stack([d.sum(axis=0) for d in delta])


def gates_backward_input(delta, weight):
    """Every gate saw the same x, so its gradients add up."""
    return sum(dense_backward_input(d, w) for d, w in zip(delta, weight, strict=True))


def embedding_forward(index, weight):
    """The row of each index and a 1; zeros for an index of -1."""
    out = np.zeros((len(index), weight.shape[1] + 1))
    for i, k in enumerate(index):
        if k >= 0:
            out[i] = [*weight[k], 1.0]
    return out


def embedding_backward(index, grad):
    """The row of a symbol that occurs often gathers the gradient of each occurrence."""
    out = np.zeros((1 + max(index), grad.shape[1]))
    for i, k in enumerate(index):
        if k >= 0:
            out[k] += grad[i]
    return out


def _block(inputs, outputs):
    return max(32, 1_000_000 // int(inputs * outputs))


# ---------------------------------------------------------------- nnlib/kernels/losses.py


def squared_error(prediction, target):
    """Sum of the squared differences."""
    return sum((p - t) ** 2 for p, t in zip(prediction, target, strict=True))


def squared_error_gradient(prediction, target, scale):
    """Half the derivative of (p - t)^2, times a factor."""
    return scale * (prediction - target)


def logistic_loss(logits, target, scale):
    """Sum of -t log(p) - (1 - t) log(1 - p) with p = sigma(z); and p - t, times a factor.

    -log sigma(z) = log(1 + e^-z).
    """
    total = sum(
        t * np.logaddexp(0.0, -z) + (1 - t) * np.logaddexp(0.0, z)
        for z, t in zip(logits, target, strict=True)
    )
    return scale * (sigmoid(logits) - target), total


def hinge_loss(scores, target, scale):
    """How far each score is from a margin of 1 on its own side, and the way there."""
    side = np.where(target == 1, 1.0, -1.0)
    short = np.maximum(0.0, 1 - side * scores)
    return np.where(short > 0, -scale * side, 0.0), sum(short)


def softmax_loss(logits, labels, scale):
    """Sum of -log(probability of the label); and softmax minus one-hot label, times a factor."""
    out, total = np.empty(logits.shape), 0.0
    for i, (row, label) in enumerate(zip(logits, labels, strict=True)):
        one_hot = np.zeros(len(row))
        one_hot[label] = 1.0
        out[i] = scale * (np.exp(log_softmax(row)) - one_hot)
        total -= log_softmax(row)[label]
    return out, total


def log_softmax(row):
    """z_k - log(sum of e^z_j), the sum built up by log(e^a + e^b), which never overflows."""
    return row - np.logaddexp.reduce(row)


# ---------------------------------------------------------------- nnlib/kernels/optimizers.py


def sgd_step(value, grad, learning_rate):
    """Down the gradient."""
    return (value - learning_rate * grad,)


def momentum_step(value, grad, velocity, learning_rate, momentum):
    """Polyak: the velocity sums up the gradients and forgets a share of itself."""
    velocity = momentum * velocity + grad
    return value - learning_rate * velocity, velocity


def nesterov_step(value, grad, velocity, learning_rate, momentum):
    """Nesterov, written for the point at which the gradient is taken: go on along the velocity."""
    velocity = momentum * velocity + grad
    return value - learning_rate * (momentum * velocity + grad), velocity


def adagrad_step(value, grad, squares, learning_rate, epsilon):
    """Divide by the root of the sum of all squared gradients."""
    squares = squares + grad**2
    return value - learning_rate * grad / (np.sqrt(squares) + epsilon), squares


def rmsprop_step(value, grad, squares, learning_rate, decay, epsilon):
    """Divide by the root of the running mean of the squared gradients."""
    squares = decay * squares + (1 - decay) * grad**2
    return value - learning_rate * grad / (np.sqrt(squares) + epsilon), squares


def adam_step(value, grad, mean, squares, learning_rate, beta1, beta2, epsilon, iteration):
    """Algorithm 1 of Kingma and Ba (2015), line by line."""
    mean = beta1 * mean + (1 - beta1) * grad
    squares = beta2 * squares + (1 - beta2) * grad**2
    mean_hat = mean / (1 - beta1**iteration)
    squares_hat = squares / (1 - beta2**iteration)
    return value - learning_rate * mean_hat / (np.sqrt(squares_hat) + epsilon), mean, squares


def shrink(value, share):
    """What is left after a share is taken away."""
    return (value * (1 - share),)


# ---------------------------------------------------------------- nnlib/kernels/penalties.py


def sum_of_squares(values):
    """Squared Euclidean length."""
    return values @ values


def sum_of_sizes(values):
    """Sum of absolute values."""
    return np.abs(values).sum()


def add_scaled(values, strength, grad):
    """The gradient of half the squared length, added."""
    return (grad + strength * values,)


def add_signs(values, strength, grad):
    """The gradient of the sum of sizes, added."""
    return (grad + strength * np.sign(values),)


# ---------------------------------------------------------------- nnlib/kernels/landscapes.py


def landscape(kind, coefficients, x, y):
    """The height itself, by the number that the kernels know a landscape by."""
    c0, c1, c2 = coefficients
    return {
        0: lambda: (c0 * x * x + 2 * c1 * x * y + c2 * y * y) / 2,
        1: lambda: (c0 - x) ** 2 + c1 * (y - x**2) ** 2,
        2: lambda: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        3: lambda: sum((c - x + x * y**k) ** 2 for k, c in ((1, c0), (2, c1), (3, c2))),
    }[kind]()


def slope(kind, c0, c1, c2, x, y):
    """f(x + ih) = f(x) + ih f'(x) for a tiny h: the derivative without a formula for it."""
    step, coefficients = 1e-100j, (c0, c1, c2)
    along_x = landscape(kind, coefficients, x + step, y).imag
    along_y = landscape(kind, coefficients, x, y + step).imag
    return np.array([along_x, along_y]) / abs(step)


_quadratic, _rosenbrock, _himmelblau, _beale = (partial(slope, kind) for kind in range(4))


def _moved(point, velocity, slope, rate, keep, limit):
    """A step of gradient descent with momentum, to infinity from beyond the limit."""
    velocity = keep * np.array(velocity) + np.array(slope)
    point = np.array(point) - rate * velocity
    return np.array([np.where(point @ point <= limit, point, np.inf), velocity])


def descend_many(kind, coefficients, learning_rate, momentum, steps, radius, points, velocity):
    """Gradient descent with momentum; what leaves the radius is at infinity for good."""
    for _ in range(int(steps)):
        velocity = momentum * velocity + slope(kind, *coefficients, *points)
        points = points - learning_rate * velocity
        points = np.where(np.hypot(*points) <= radius, points, np.inf)
    return points, velocity


# ---------------------------------------------------------------- nnlib/kernels/neurons.py


def perceptron_epoch(x, y, learning_rate, least, weight, bias):
    """Rosenblatt's rule at each sample in turn; the new weights and bias, and the mistakes."""
    mistakes = 0
    for row, label in zip(x, y, strict=True):
        total = row @ weight + bias[0]
        if not np.isfinite(total):
            return weight, bias, -1
        error = label - float(total > least)
        weight, bias = weight + learning_rate * error * row, bias + learning_rate * error
        mistakes += abs(error)
    return weight, bias, mistakes


# ---------------------------------------------------------------- layers


def relu(x):
    return relu_forward(x)


def tanh(x):
    """(e^x - e^-x) / (e^x + e^-x), number by number."""
    return np.vectorize(math.tanh, otypes=[float])(x)


def sigmoid(x):
    """1 / (1 + e^-x), with e^x / (1 + e^x) for negative x so that nothing overflows."""
    positive, e = x >= 0, np.exp(-np.abs(x))
    return np.where(positive, 1.0, e) / (1.0 + e)


def threshold(x):
    return threshold_forward(x)


def leaky_relu(x):
    return leaky_relu_forward(x, 0.1)


def softplus(x):
    """log(e^0 + e^x)."""
    return np.logaddexp(0.0, x)


def elu(x):
    """With alpha = 0.7; expm1 keeps the digits that e^x - 1 loses near 0."""
    return np.where(x > 0, x, 0.7 * np.expm1(np.minimum(x, 0)))


def gelu(x):
    return gelu_forward(x)


def softmax(x):
    """Along the last axis."""
    return softmax_forward(x.reshape(-1, x.shape[-1])).reshape(x.shape)


def batch_norm(x, gamma, beta):
    """With running means of 0, 1, 2, ... and running variances of 1, 2, 3, ..."""
    number = np.arange(x.shape[1]).reshape(-1, *[1] * (x.ndim - 2))
    gamma, beta = gamma.reshape(number.shape), beta.reshape(number.shape)
    return gamma * (x - number) / np.sqrt(number + 1 + 1e-5) + beta


def identity(x):
    return x


def dense(x, weight, bias):
    return dense_forward(x, weight, bias)


def batch_last(images):
    """From the axes of a batch to those of the kernels."""
    return images.transpose(2, 1, 3, 0)


def batch_first(pixels):
    """And back."""
    return pixels.transpose(3, 1, 0, 2)


def convolve(x, *rest):
    """Any batch of images."""
    return batch_first(conv2d_forward(batch_last(x), *rest))


def convolve_back(grad, weight, stride, padding, dilation, shape):
    """The way back to a batch of such a shape."""
    steps, (batch, channels, height, width) = (stride, padding, dilation), shape
    pixels = (height, channels, width, batch)
    return batch_first(conv2d_backward_input(batch_last(grad), weight, *steps, pixels))


def max_pool(x, size, stride):
    """The largest number of each window."""
    return batch_first(max_pool_forward(batch_last(x), size, stride)[1])


def average_pool(x, size, stride):
    """The mean of each window."""
    return batch_first(sum_pool(batch_last(x), size, stride, 1 / (size[0] * size[1])))


def upsample(x, scale):
    """Each pixel a block of equal ones."""
    return np.kron(x, np.ones((1, 1, *scale)))


def flatten(x):
    """Channel by channel, row by row."""
    return np.array([list(sample.flat) for sample in x])


def conv_transpose(x, weight, bias, stride, padding, output_padding):
    """A filter stamped for each pixel; what the padding cuts off is never made."""
    (kh, kw), filters = weight.shape[2:], weight.shape[1]
    height = (x.shape[2] - 1) * stride[0] + kh - 2 * padding[0] + output_padding[0]
    width = (x.shape[3] - 1) * stride[1] + kw - 2 * padding[1] + output_padding[1]
    shape = (len(x), filters, height, width)
    stamped = convolve_back(x, weight, stride, padding, (1, 1), shape)
    return stamped + bias[:, None, None]


def rnn(x, weight, recurrent_weight, bias):
    """The last state of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = np.zeros(len(bias))
        for row in sequence:
            h = np.tanh(row @ weight + h @ recurrent_weight + bias)
        last.append(h)
    return np.array(last).reshape(len(x), len(bias))


def lstm(x, weight, recurrent_weight, bias):
    """The last h of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = c = np.zeros(bias.shape[1])
        for row in sequence:
            z = [row @ weight[k] + h @ recurrent_weight[k] + bias[k] for k in range(4)]
            c = sigmoid(z[1]) * c + sigmoid(z[0]) * np.tanh(z[3])
            h = sigmoid(z[2]) * np.tanh(c)
        last.append(h)
    return np.array(last).reshape(len(x), bias.shape[1])


def gru(x, weight, recurrent_weight, bias):
    """The last state of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = np.zeros(bias.shape[1])
        for row in sequence:
            z = [row @ weight[k] + bias[k] for k in range(3)]
            r = sigmoid(z[0] + h @ recurrent_weight[0])
            u = sigmoid(z[1] + h @ recurrent_weight[1])
            n = np.tanh(z[2] + r * (h @ recurrent_weight[2]))
            h = (1 - u) * n + u * h
        last.append(h)
    return np.array(last).reshape(len(x), bias.shape[1])


# ---------------------------------------------------------------- losses, averaged over the batch


def mean_squared_error(prediction, target):
    return squared_error(prediction.ravel(), target.ravel()) / prediction.size


def binary_cross_entropy(logits, target):
    return logistic_loss(logits.ravel(), target.ravel(), 1.0)[1] / logits.size


def hinge(scores, target):
    return hinge_loss(scores.ravel(), target.ravel(), 1.0)[1] / scores.size


def cross_entropy(logits, labels):
    return softmax_loss(logits, labels, 1.0)[1] / len(logits)
