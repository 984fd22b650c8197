"""The rule of the perceptron, sample after sample."""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array, Labels


@kernel
def perceptron_epoch(
    x: Array, y: Labels, learning_rate: float, least: float, weight: Array, bias: Array
) -> int:
    """weight += learning_rate * e * x[i], bias += learning_rate * e, with e = y[i] - answer.

    The answer is 1 where x[i] · weight + bias is above `least`. `weight` and `bias`, an array of
    one number, change in place; returned is the number of mistakes, or -1 at the first sum that is
    not finite: NaN and infinity in a sample always make such a one, so nobody need look before.
    """
    mistakes = 0
    for i in range(x.shape[0]):
        total = bias[0]
        for j in range(weight.size):
            total += x[i, j] * weight[j]
        if not abs(total) < math.inf:  # math.isfinite does not see infinity in this loop
            return -1
        answer = 1 if total > least else 0
        if answer == y[i]:
            continue
        mistakes += 1
        change = learning_rate * (y[i] - answer)
        bias[0] += change
        for j in range(weight.size):
            weight[j] += change * x[i, j]
    return mistakes
