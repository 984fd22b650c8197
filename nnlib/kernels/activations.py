"""Activation functions, element by element on flattened arrays.

The derivative of each is written with the layer's own output where that is shorter, so the
forward pass keeps its output and no second array.
"""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array

_ROOT_HALF = math.sqrt(0.5)
_BELL_TOP = 1.0 / math.sqrt(2.0 * math.pi)  # the density of the normal distribution at 0


@kernel
def relu_forward(x: Array, out: Array) -> None:
    """out = max(x, 0); a NaN in x stays NaN, so that a broken run is seen."""
    zero = x.dtype.type(0)
    for i in range(x.size):
        out[i] = zero if x[i] <= 0 else x[i]


@kernel
def relu_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad where the output is positive, else 0."""
    zero = grad.dtype.type(0)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else zero


@kernel
def tanh_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad * (1 - output^2)."""
    for i in range(output.size):
        out[i] = grad[i] - grad[i] * output[i] * output[i]


@kernel
def sigmoid_backward(output: Array, grad: Array, out: Array) -> None:
    """out = grad * output * (1 - output)."""
    for i in range(output.size):
        out[i] = grad[i] * (output[i] - output[i] * output[i])


@kernel
def threshold_forward(x: Array, out: Array) -> None:
    """out = 1 where x > 0, else 0; a NaN in x stays NaN."""
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for i in range(x.size):
        if x[i] > 0:
            out[i] = one
        elif x[i] <= 0:
            out[i] = zero
        else:
            out[i] = x[i]


@kernel
def leaky_relu_forward(x: Array, slope: float, out: Array) -> None:
    """out = x where x is positive, else slope * x; a NaN in x stays NaN."""
    leak = x.dtype.type(slope)
    for i in range(x.size):
        out[i] = x[i] if x[i] > 0 else leak * x[i]


@kernel
def leaky_relu_backward(output: Array, grad: Array, slope: float, out: Array) -> None:
    """out = grad where the output is positive, else slope * grad."""
    leak = grad.dtype.type(slope)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else leak * grad[i]


@kernel
def elu_backward(output: Array, grad: Array, alpha: float, out: Array) -> None:
    """out = grad where the output is positive, else grad * (output + alpha)."""
    a = grad.dtype.type(alpha)
    for i in range(output.size):
        out[i] = grad[i] if output[i] > 0 else grad[i] * (output[i] + a)


@kernel
def gelu_forward(x: Array, out: Array) -> None:
    """out = x * Phi(x), with the distribution function Phi(x) = erfc(-x / sqrt(2)) / 2."""
    half, root = x.dtype.type(0.5), x.dtype.type(_ROOT_HALF)
    for i in range(x.size):
        out[i] = half * x[i] * math.erfc(-root * x[i])


@kernel
def gelu_backward(x: Array, grad: Array, out: Array) -> None:
    """out = grad * (Phi(x) + x * phi(x)), with the density phi."""
    half, root, top = x.dtype.type(0.5), x.dtype.type(_ROOT_HALF), x.dtype.type(_BELL_TOP)
    for i in range(x.size):
        slope = half * math.erfc(-root * x[i]) + top * x[i] * math.exp(-half * x[i] * x[i])
        out[i] = grad[i] * slope
