"""A convolution and its two ways back, each by the kernel that suits the window."""

import numpy as np

from nnlib.kernels.convolution import (
    conv2d_backward_input,
    conv2d_backward_parameters,
    conv2d_forward,
)
from nnlib.kernels.types import Array, Pair
from nnlib.kernels.winograd import winograd_backward_parameters, winograd_forward
from nnlib.layers.windows import Window

#: With fewer channels on either side, what Winograd's way saves in products it loses around them.
LEAST_CHANNELS = 16


def convolve(x: Array, weight: Array, bias: Array, window: Window, out: Array) -> None:
    """Fill `out` with the images filtered by `weight`, plus the bias of each filter."""
    if _saves_products(weight, window):
        winograd_forward(x, weight, bias, window.padding, out)
    else:
        conv2d_forward(x, weight, bias, *_steps(window), out)


def convolve_back_to_parameters(
    x: Array, grad: Array, window: Window, out: Array, sums: Array
) -> None:
    """Fill `out` with the gradient of the filters; `sums`, if not empty, with that of biases."""
    if _saves_products(out, window):
        winograd_backward_parameters(x, grad, window.padding, out, sums)
    else:
        conv2d_backward_parameters(x, grad, *_steps(window), out, sums)


def convolve_back_to_input(grad: Array, weight: Array, window: Window, out: Array) -> None:
    """Fill `out` with the gradient of the images.

    With a stride of 1 that is a convolution too, by the filters turned by half a turn.
    """
    if _saves_products(weight, window):
        turned = np.ascontiguousarray(weight[:, :, ::-1, ::-1].swapaxes(0, 1))
        no_bias = np.zeros(len(turned), dtype=turned.dtype)
        winograd_forward(grad, turned, no_bias, (2 - window.padding[0], 2 - window.padding[1]), out)
    else:
        conv2d_backward_input(grad, weight, *_steps(window), out)


def _saves_products(weight: Array, window: Window) -> bool:
    """Whether the window is one for Winograd's way, and there are channels enough to gain by it."""
    plain = window.size == (3, 3) and window.stride == (1, 1) and window.dilation == (1, 1)
    return plain and max(window.padding) <= 2 and min(weight.shape[:2]) >= LEAST_CHANNELS


def _steps(window: Window) -> tuple[Pair, Pair, Pair]:
    """Stride, padding and dilation, as the kernels take them."""
    return window.stride, window.padding, window.dilation
