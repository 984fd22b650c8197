"""Losses: their sums over a batch, and their gradients with respect to the prediction.

Of each there is a kernel for the sum alone, and one that writes the gradient in the same pass and
returns the sum too, the same to the bit. A sum of -1 says that a target cannot be used.
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
def squared_error_gradient(prediction: Array, target: Array, scale: float, out: Array) -> float:
    """out = scale * (prediction - target); returns the sum."""
    for i in range(prediction.size):
        out[i] = scale * (prediction[i] - target[i])
    return squared_error(prediction, target)


@kernel
def logistic_loss(logits: Array, target: Array) -> float:
    """Sum of log(1 + exp(z)) - target * z, in the form that never overflows."""
    total = 0.0
    for i in range(logits.size):
        if not 0 <= target[i] <= 1:
            return -1.0
        z = float(logits[i])
        total += max(z, 0.0) - z * float(target[i]) + math.log1p(math.exp(-abs(z)))
    return total


@kernel
def logistic_loss_gradient(logits: Array, target: Array, scale: float, out: Array) -> float:
    """out = scale * (sigmoid(logits) - target); returns the sum."""
    for i in range(logits.size):
        out[i] = scale * (0.5 + 0.5 * math.tanh(0.5 * logits[i]) - target[i])
    return logistic_loss(logits, target)


@kernel
def hinge_loss(scores: Array, target: Array) -> float:
    """Sum of max(0, 1 - s * score), with s = 1 for a target of 1 and -1 for one of 0."""
    total = 0.0
    for i in range(scores.size):
        if target[i] != 0 and target[i] != 1:
            return -1.0
        short = 1.0 - (2.0 * float(target[i]) - 1.0) * float(scores[i])
        total += 0.0 if short <= 0 else short  # NaN stays NaN
    return total


@kernel
def hinge_loss_gradient(scores: Array, target: Array, scale: float, out: Array) -> float:
    """out = -scale * s where 1 - s * score is positive, else 0; returns the sum."""
    zero, one = scores.dtype.type(0), scores.dtype.type(1)
    for i in range(scores.size):
        sign = target[i] + target[i] - one
        short = one - sign * scores[i]
        if short > 0:
            out[i] = -scale * sign
        else:
            out[i] = zero if short <= 0 else short
    return hinge_loss(scores, target)


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
def softmax_loss_gradient(logits: Array, labels: Labels, scale: float, out: Array) -> float:
    """out = scale * (softmax(logits) - one_hot(labels)); returns the sum, as `softmax_loss`."""
    total = 0.0
    for row in range(logits.shape[0]):
        label = labels[row]
        if label < 0 or label >= logits.shape[1]:
            return -1.0
        largest = _largest(logits[row])
        total_exp = 0.0
        for column in range(logits.shape[1]):
            out[row, column] = math.exp(logits[row, column] - largest)
            total_exp += out[row, column]
        total += math.log(total_exp) + float(largest) - float(logits[row, label])
        for column in range(logits.shape[1]):
            out[row, column] *= scale / total_exp
        out[row, label] -= scale
    return total


@kernel
def _largest(row: Array) -> float:
    """The largest entry; subtracting it keeps exp() from overflowing."""
    largest: float = row[0]
    for i in range(1, row.size):
        largest = max(largest, row[i])
    return largest
