"""Softmax over the rows of a matrix, as a layer."""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def softmax_forward(x: Array, out: Array) -> None:
    """out = exp(x - m) / sum(exp(x - m)) in each row, with m its largest entry."""
    for row in range(x.shape[0]):
        largest = x[row, 0]
        for column in range(1, x.shape[1]):
            largest = max(largest, x[row, column])
        total = 0.0
        for column in range(x.shape[1]):
            out[row, column] = math.exp(x[row, column] - largest)
            total += float(out[row, column])
        share = x.dtype.type(1.0 / total)
        for column in range(x.shape[1]):
            out[row, column] *= share


@kernel
def softmax_backward(output: Array, grad: Array, out: Array) -> None:
    """out = output * (grad - sum(grad * output)) in each row."""
    for row in range(output.shape[0]):
        total = 0.0
        for column in range(output.shape[1]):
            total += float(grad[row, column] * output[row, column])
        mean = grad.dtype.type(total)
        for column in range(output.shape[1]):
            out[row, column] = output[row, column] * (grad[row, column] - mean)
