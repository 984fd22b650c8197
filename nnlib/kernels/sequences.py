"""What recurrent layers compute for all steps of time at once, and the lookup of an embedding."""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Labels


@kernel
def gates_forward(x: Array, weight: Array, bias: Array, out: Array) -> None:
    """out[k] = x @ weight[k] + bias[k] for each gate k; x is (time * batch, in)."""
    rows = _block(x.shape[1], out.shape[2])
    for start in range(0, x.shape[0], rows):
        stop = min(start + rows, x.shape[0])
        for k in range(out.shape[0]):
            np.dot(x[start:stop], weight[k], out[k, start:stop])  # (rows, in) @ (in, hidden)
            for row in range(start, stop):
                for column in range(out.shape[2]):
                    out[k, row, column] += bias[k, column]


@kernel
def gates_backward_weight(x: Array, delta: Array, weight_grad: Array) -> None:
    """weight_grad[k] = x.T @ delta[k]; x is the input of every step, or the state before it."""
    product = np.empty_like(weight_grad[0])
    rows = _block(x.shape[1], delta.shape[2])
    weight_grad[:] = 0
    for start in range(0, x.shape[0], rows):
        stop = min(start + rows, x.shape[0])
        for k in range(delta.shape[0]):
            np.dot(x[start:stop].T, delta[k, start:stop], product)  # (in, rows) @ (rows, hidden)
            for i in range(product.shape[0]):
                for j in range(product.shape[1]):
                    weight_grad[k, i, j] += product[i, j]


@kernel
def gates_backward_bias(delta: Array, bias_grad: Array) -> None:
    """bias_grad[k] = the sum of delta[k] over all steps and samples."""
    bias_grad[:] = 0
    for k in range(delta.shape[0]):
        for row in range(delta.shape[1]):
            for column in range(delta.shape[2]):
                bias_grad[k, column] += delta[k, row, column]


@kernel
def gates_backward_input(delta: Array, weight: Array, out: Array) -> None:
    """out = the sum over gates of delta[k] @ weight[k].T."""
    product = np.empty_like(out)
    np.dot(delta[0], weight[0].T, out)  # (time * batch, hidden) @ (hidden, in)
    for k in range(1, delta.shape[0]):
        np.dot(delta[k], weight[k].T, product)
        for row in range(out.shape[0]):
            for column in range(out.shape[1]):
                out[row, column] += product[row, column]


@kernel
def embedding_forward(index: Labels, weight: Array, out: Array) -> None:
    """out[i] = weight[index[i]], or zeros at -1; a further column is 1, or 0 at -1."""
    features = weight.shape[1]
    for i in range(index.size):
        k = index[i]
        for j in range(features):
            out[i, j] = weight[k, j] if k >= 0 else 0
        for j in range(features, out.shape[1]):
            out[i, j] = 1 if k >= 0 else 0


@kernel
def embedding_backward(index: Labels, grad: Array, weight_grad: Array) -> None:
    """weight_grad[k] = the sum of grad[i] over all i with index[i] = k."""
    weight_grad[:] = 0
    for i in range(index.size):
        if index[i] >= 0:
            for j in range(grad.shape[1]):
                weight_grad[index[i], j] += grad[i, j]


@kernel
def _block(inputs: int, outputs: int) -> int:
    """How many rows to multiply at once: a million multiplications.

    Such a block stays in the cache, and up to there OpenBLAS has a faster way where there is
    AVX-512.
    """
    return max(32, 1_000_000 // (inputs * outputs))
