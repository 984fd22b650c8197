"""The dense layer: two matrix products forward and backward.

One sample in a small layer is faster in plain loops: to call a matrix product takes longer than to
make it, and so does a view of a row.
"""

import numpy as np

from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.products import FAST_PRODUCT, product
from nnlib.kernels.types import Array

#: Up to so many weights one sample does without matrix products.
FEW_WEIGHTS = 512


@chain
def dense_forward(x: Array, weight: Array, bias: Array, out: Array) -> None:
    """out = x @ weight + bias."""
    if x.shape[0] == 1 and weight.size <= FEW_WEIGHTS:
        _forward_one(x, weight, bias, out)
        return
    if x.shape[0] * weight.size <= FAST_PRODUCT:
        np.dot(x, weight, out)  # (batch, in) @ (in, out)
    else:
        product(x, weight, out)  # the same, in blocks
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] += bias[column]


@kernel
def dense_backward_parameters(x: Array, grad: Array, weight_grad: Array, bias_grad: Array) -> None:
    """weight_grad = x.T @ grad; bias_grad = the sum of grad over the batch."""
    if x.shape[0] == 1 and weight_grad.size <= FEW_WEIGHTS:
        _backward_parameters_one(x, grad, weight_grad, bias_grad)
        return
    np.dot(x.T, grad, weight_grad)  # (in, batch) @ (batch, out)
    bias_grad[:] = 0
    for row in range(grad.shape[0]):
        for column in range(grad.shape[1]):
            bias_grad[column] += grad[row, column]


@kernel
def dense_backward_input(grad: Array, weight: Array, out: Array) -> None:
    """out = grad @ weight.T."""
    if grad.shape[0] == 1 and weight.size <= FEW_WEIGHTS:
        _backward_input_one(grad, weight, out)
        return
    np.dot(grad, weight.T, out)  # (batch, out) @ (out, in)


@kernel
def _forward_one(x: Array, weight: Array, bias: Array, out: Array) -> None:
    """out = x @ weight + bias, for one sample."""
    for j in range(weight.shape[1]):
        out[0, j] = bias[j]
    for i in range(weight.shape[0]):
        number = x[0, i]
        for j in range(weight.shape[1]):
            out[0, j] += number * weight[i, j]


@kernel
def _backward_parameters_one(x: Array, grad: Array, weight_grad: Array, bias_grad: Array) -> None:
    """weight_grad = x.T @ grad, bias_grad = grad, for one sample."""
    for i in range(x.shape[1]):
        number = x[0, i]
        for j in range(grad.shape[1]):
            weight_grad[i, j] = number * grad[0, j]
    for j in range(grad.shape[1]):
        bias_grad[j] = grad[0, j]


@kernel
def _backward_input_one(grad: Array, weight: Array, out: Array) -> None:
    """out = grad @ weight.T, for one sample."""
    for i in range(weight.shape[0]):
        total = grad.dtype.type(0)
        for j in range(weight.shape[1]):
            total += grad[0, j] * weight[i, j]
        out[0, i] = total
