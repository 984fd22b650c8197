"""Losses and their gradients with respect to the prediction."""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Labels


@kernel
def squared_error(prediction: Array, target: Array) -> float:
    """Sum of (prediction - target)^2, added up in float64."""
    total = 0.0
    for i in range(prediction.size):
        error = prediction[i] - target[i]
        total += float(error * error)
    return total


@kernel
def squared_error_gradient(prediction: Array, target: Array, scale: float, out: Array) -> None:
    """out = scale * (prediction - target)."""
    for i in range(prediction.size):
        out[i] = scale * (prediction[i] - target[i])


@kernel
def logistic_loss(logits: Array, target: Array) -> float:
    """Sum of log(1 + exp(z)) - target * z, in the form that never overflows."""
    total = 0.0
    for i in range(logits.size):
        z = float(logits[i])
        total += max(z, 0.0) - z * float(target[i]) + math.log1p(math.exp(-abs(z)))
    return total


@kernel
def logistic_loss_gradient(logits: Array, target: Array, scale: float, out: Array) -> None:
    """out = scale * (sigmoid(logits) - target)."""
    for i in range(logits.size):
        out[i] = scale * (0.5 + 0.5 * math.tanh(0.5 * logits[i]) - target[i])


@kernel
def softmax_loss(logits: Array, labels: Labels) -> float:
    """Sum over rows of log(sum(exp(z))) - z[label]; -1 if a label names no column."""
    total = 0.0
    for row in range(logits.shape[0]):
        label = labels[row]
        if label < 0 or label >= logits.shape[1]:
            return -1.0
        largest = _largest(logits[row])
        total_exp = 0.0
        for column in range(logits.shape[1]):
            total_exp += math.exp(logits[row, column] - largest)
        total += math.log(total_exp) + float(largest) - float(logits[row, label])
    return total


@kernel
def softmax_loss_gradient(logits: Array, labels: Labels, scale: float, out: Array) -> int:
    """out = scale * (softmax(logits) - one_hot(labels)); returns -1 at a label without column."""
    for row in range(logits.shape[0]):
        label = labels[row]
        if label < 0 or label >= logits.shape[1]:
            return -1
        largest = _largest(logits[row])
        total_exp = 0.0
        for column in range(logits.shape[1]):
            out[row, column] = math.exp(logits[row, column] - largest)
            total_exp += out[row, column]
        for column in range(logits.shape[1]):
            out[row, column] *= scale / total_exp
        out[row, label] -= scale
    return 0


@kernel
def _largest(row: Array) -> float:
    """The largest entry; subtracting it keeps exp() from overflowing."""
    largest: float = row[0]
    for i in range(1, row.size):
        largest = max(largest, row[i])
    return largest
