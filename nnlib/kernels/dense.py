"""The dense layer: two matrix products forward and backward."""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def dense_forward(x: Array, weight: Array, bias: Array, out: Array) -> None:
    """out = x @ weight + bias."""
    np.dot(x, weight, out)  # (batch, in) @ (in, out)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] += bias[column]


@kernel
def dense_backward_parameters(x: Array, grad: Array, weight_grad: Array, bias_grad: Array) -> None:
    """weight_grad = x.T @ grad; bias_grad = the sum of grad over the batch."""
    np.dot(x.T, grad, weight_grad)  # (in, batch) @ (batch, out)
    bias_grad[:] = 0
    for row in range(grad.shape[0]):
        for column in range(grad.shape[1]):
            bias_grad[column] += grad[row, column]


@kernel
def dense_backward_input(grad: Array, weight: Array, out: Array) -> None:
    """out = grad @ weight.T."""
    np.dot(grad, weight.T, out)  # (batch, out) @ (out, in)
