"""Losses: their sums over a batch, and their gradients with respect to the prediction.

Where the two share work, one kernel writes the gradient and returns the sum. A sum of -1 says that
a target cannot be used.
"""

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
def logistic_loss(logits: Array, target: Array, scale: float, out: Array) -> float:
    """Sum of log(1 + exp(z)) - target * z; out = scale * (sigmoid(z) - target).

    The sum is in the form that never overflows.
    """
    total = 0.0
    for i in range(logits.size):
        if not 0 <= target[i] <= 1:
            return -1.0
        z = float(logits[i])
        total += max(z, 0.0) - z * float(target[i]) + math.log1p(math.exp(-abs(z)))
        out[i] = scale * (0.5 + 0.5 * math.tanh(0.5 * logits[i]) - target[i])
    return total


@kernel
def hinge_loss(scores: Array, target: Array, scale: float, out: Array) -> float:
    """Sum of max(0, 1 - s z), with s = 1 for a target of 1 and -1 for one of 0.

    out = -scale * s where 1 - s z is positive, else 0; NaN stays NaN in both.
    """
    one, zero = scores.dtype.type(1), scores.dtype.type(0)
    total = 0.0
    for i in range(scores.size):
        if target[i] != 0 and target[i] != 1:
            return -1.0
        side = target[i] + target[i] - one
        short = one - side * scores[i]
        if short > 0:
            total += float(short)
            out[i] = -scale * side
        elif short <= 0:
            out[i] = zero
        else:
            total += float(short)
            out[i] = short
    return total


@kernel
def softmax_loss(logits: Array, labels: Labels, scale: float, out: Array) -> float:
    """Sum over rows of log(sum(exp(z))) - z[label]; out = scale * (softmax(z) - one_hot(label)).

    It is -1 if a label names no column. A logarithm takes long, so the sums of many rows are
    multiplied before one is taken.
    """
    total, sums = 0.0, 1.0
    for row in range(logits.shape[0]):
        label = labels[row]
        if label < 0 or label >= logits.shape[1]:
            return -1.0
        largest = logits[row, 0]  # subtracting it keeps exp() from overflowing
        for column in range(1, logits.shape[1]):
            largest = max(largest, logits[row, column])
        total_exp = 0.0
        for column in range(logits.shape[1]):
            out[row, column] = math.exp(logits[row, column] - largest)
            total_exp += float(out[row, column])
        total += float(largest) - float(logits[row, label])
        sums *= total_exp  # from 1 to the number of columns
        if sums > 1e200:
            total += math.log(sums)
            sums = 1.0
        share = logits.dtype.type(scale / total_exp)
        for column in range(logits.shape[1]):
            out[row, column] *= share
        out[row, label] -= scale
    return total + math.log(sums)
