"""Batch normalisation: for rows (batch, features), and for images (batch, channels, places).

The two sets compute the same. Only the order of the loops differs, so that in each the innermost
one runs along the memory.
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
    """Mean and variance of each channel, over the batch and all places."""
    count = x.shape[0] * x.shape[2]
    for channel in range(x.shape[1]):
        total, squares = 0.0, 0.0
        for image in range(x.shape[0]):
            for place in range(x.shape[2]):
                total += float(x[image, channel, place])
        middle = x.dtype.type(total / count)
        for image in range(x.shape[0]):
            for place in range(x.shape[2]):
                distance = x[image, channel, place] - middle
                squares += float(distance * distance)
        mean[channel] = middle
        variance[channel] = squares / count


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
    for image in range(x.shape[0]):
        for channel in range(x.shape[1]):
            middle, narrow = mean[channel], inverse[channel]
            stretch, shift = gamma[channel], beta[channel]
            for place in range(x.shape[2]):
                value = (x[image, channel, place] - middle) * narrow
                normalized[image, channel, place] = value
                out[image, channel, place] = stretch * value + shift


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
    """As `row_backward`, with sums over the batch and all places."""
    part = grad.dtype.type(share)
    for channel in range(grad.shape[1]):
        total, product = 0.0, 0.0
        for image in range(grad.shape[0]):
            for place in range(grad.shape[2]):
                g = grad[image, channel, place]
                total += float(g)
                product += float(g * normalized[image, channel, place])
        beta_grad[channel] = total
        gamma_grad[channel] = product
        shift, tilt = part * beta_grad[channel], part * gamma_grad[channel]
        factor = scale[channel]
        for image in range(grad.shape[0]):
            for place in range(grad.shape[2]):
                g, value = grad[image, channel, place], normalized[image, channel, place]
                out[image, channel, place] = factor * (g - shift - tilt * value)
