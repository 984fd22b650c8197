"""Activation functions, element by element on flattened arrays.

The derivative of each is written with the layer's own output where that is shorter, so the
forward pass keeps its output and no second array.
"""

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


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
