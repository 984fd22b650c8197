"""One update of a flat vector of parameters, for each optimizer.

`value` is changed in place. Numbers come as Python floats; each is brought to the dtype of
the arrays first, because a float64 constant would make every float32 product a float64 one.
"""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def sgd_step(value: Array, grad: Array, learning_rate: float) -> None:
    """value -= learning_rate * grad."""
    rate = grad.dtype.type(learning_rate)
    for i in range(value.size):
        value[i] -= rate * grad[i]


@kernel
def momentum_step(
    value: Array, grad: Array, velocity: Array, learning_rate: float, momentum: float
) -> None:
    """velocity = momentum * velocity + grad; value -= learning_rate * velocity."""
    rate, keep = grad.dtype.type(learning_rate), grad.dtype.type(momentum)
    for i in range(value.size):
        v = keep * velocity[i] + grad[i]
        velocity[i] = v
        value[i] -= rate * v


@kernel
def nesterov_step(
    value: Array, grad: Array, velocity: Array, learning_rate: float, momentum: float
) -> None:
    """As momentum, but value -= learning_rate * (grad + momentum * velocity)."""
    rate, keep = grad.dtype.type(learning_rate), grad.dtype.type(momentum)
    for i in range(value.size):
        v = keep * velocity[i] + grad[i]
        velocity[i] = v
        value[i] -= rate * (grad[i] + keep * v)


@kernel
def adagrad_step(
    value: Array, grad: Array, squares: Array, learning_rate: float, epsilon: float
) -> None:
    """squares += grad^2; value -= learning_rate * grad / (sqrt(squares) + epsilon)."""
    rate, small = grad.dtype.type(learning_rate), grad.dtype.type(epsilon)
    for i in range(value.size):
        g = grad[i]
        s = squares[i] + g * g
        squares[i] = s
        value[i] -= rate * g / (math.sqrt(s) + small)


@kernel
def rmsprop_step(
    value: Array, grad: Array, squares: Array, learning_rate: float, decay: float, epsilon: float
) -> None:
    """As AdaGrad, with squares = decay * squares + (1 - decay) * grad^2."""
    rate, small = grad.dtype.type(learning_rate), grad.dtype.type(epsilon)
    keep, add = grad.dtype.type(decay), grad.dtype.type(1.0 - decay)
    for i in range(value.size):
        g = grad[i]
        s = keep * squares[i] + add * g * g
        squares[i] = s
        value[i] -= rate * g / (math.sqrt(s) + small)


@kernel
def adam_step(
    value: Array,
    grad: Array,
    mean: Array,
    squares: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    iteration: int,
) -> None:
    """Adam, algorithm 1 of Kingma and Ba; `iteration` counts from 1."""
    rate = grad.dtype.type(learning_rate / (1.0 - beta1**iteration))
    unbias = grad.dtype.type(1.0 / (1.0 - beta2**iteration))
    keep1, add1 = grad.dtype.type(beta1), grad.dtype.type(1.0 - beta1)
    keep2, add2 = grad.dtype.type(beta2), grad.dtype.type(1.0 - beta2)
    small = grad.dtype.type(epsilon)
    for i in range(value.size):
        g = grad[i]
        m = keep1 * mean[i] + add1 * g
        s = keep2 * squares[i] + add2 * g * g
        mean[i] = m
        squares[i] = s
        value[i] -= rate * m / (math.sqrt(s * unbias) + small)


@kernel
def shrink(value: Array, share: float) -> None:
    """value -= share * value: the weight decay of AdamW."""
    part = value.dtype.type(share)
    for i in range(value.size):
        value[i] -= part * value[i]
