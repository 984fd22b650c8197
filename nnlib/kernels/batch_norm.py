"""Batch normalisation: for rows (batch, features), and for images (height, channels, places).

The two sets compute the same. Only the order of the loops differs, so that in each the innermost
one runs along the memory. The places of a row are its columns in all images.
"""

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def row_moments(x: Array, mean: Array, variance: Array) -> None:
    """Mean and variance of each column; the variance in a second pass, which loses no digits."""
    share = x.dtype.type(1.0 / x.shape[0])
    mean[:] = 0
    variance[:] = 0
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            mean[column] += share * x[row, column]
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            distance = x[row, column] - mean[column]
            variance[column] += share * distance * distance


@kernel
def row_normalize(
    x: Array,
    mean: Array,
    inverse: Array,
    gamma: Array,
    beta: Array,
    normalized: Array,
    out: Array,
) -> None:
    """normalized = (x - mean) * inverse; out = gamma * normalized + beta."""
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            value = (x[row, column] - mean[column]) * inverse[column]
            normalized[row, column] = value
            out[row, column] = gamma[column] * value + beta[column]


@kernel
def row_backward(
    normalized: Array,
    grad: Array,
    scale: Array,
    share: float,
    gamma_grad: Array,
    beta_grad: Array,
    out: Array,
) -> None:
    """Sum both gradients; out = scale * (grad - share * (beta_grad + normalized * gamma_grad))."""
    part = grad.dtype.type(share)
    gamma_grad[:] = 0
    beta_grad[:] = 0
    for row in range(grad.shape[0]):
        for column in range(grad.shape[1]):
            beta_grad[column] += grad[row, column]
            gamma_grad[column] += grad[row, column] * normalized[row, column]
    for row in range(grad.shape[0]):
        for column in range(grad.shape[1]):
            pull = beta_grad[column] + normalized[row, column] * gamma_grad[column]
            out[row, column] = scale[column] * (grad[row, column] - part * pull)


@kernel
def image_moments(x: Array, mean: Array, variance: Array) -> None:
    """Mean and variance of each channel, over all places of all rows."""
    height, channels, places = x.shape
    for channel in range(channels):
        total, squares = 0.0, 0.0
        for i in range(height):
            pixels = x[i, channel]
            for k in range(places):
                total += float(pixels[k])
        middle = x.dtype.type(total / (height * places))
        for i in range(height):
            pixels = x[i, channel]
            for k in range(places):
                distance = pixels[k] - middle
                squares += float(distance * distance)
        mean[channel] = middle
        variance[channel] = squares / (height * places)


@kernel
def image_normalize(
    x: Array,
    mean: Array,
    inverse: Array,
    gamma: Array,
    beta: Array,
    normalized: Array,
    out: Array,
) -> None:
    """normalized = (x - mean) * inverse; out = gamma * normalized + beta."""
    for i in range(x.shape[0]):
        for channel in range(x.shape[1]):
            middle, narrow = mean[channel], inverse[channel]
            stretch, shift = gamma[channel], beta[channel]
            pixels, standard, target = x[i, channel], normalized[i, channel], out[i, channel]
            for k in range(pixels.size):
                value = (pixels[k] - middle) * narrow
                standard[k] = value
                target[k] = stretch * value + shift


@kernel
def image_backward(
    normalized: Array,
    grad: Array,
    scale: Array,
    share: float,
    gamma_grad: Array,
    beta_grad: Array,
    out: Array,
) -> None:
    """As `row_backward`, with sums over all places of all rows."""
    part = grad.dtype.type(share)
    for channel in range(grad.shape[1]):
        total, product = 0.0, 0.0
        for i in range(grad.shape[0]):
            g, standard = grad[i, channel], normalized[i, channel]
            for k in range(g.size):
                total += float(g[k])
                product += float(g[k] * standard[k])
        beta_grad[channel] = total
        gamma_grad[channel] = product
        shift, tilt = part * beta_grad[channel], part * gamma_grad[channel]
        factor = scale[channel]
        for i in range(grad.shape[0]):
            g, standard, target = grad[i, channel], normalized[i, channel], out[i, channel]
            for k in range(g.size):
                target[k] = factor * (g[k] - shift - tilt * standard[k])
