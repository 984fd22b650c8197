"""Penalties on weights: their values, and what they add to a gradient. All arrays are flat."""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def sum_of_squares(values: Array) -> float:
    """Sum of values^2 in float64, where the square of no float32 overflows."""
    total = 0.0
    for i in range(values.size):
        value = np.float64(values[i])
        total += value * value
    return total


@kernel
def sum_of_sizes(values: Array) -> float:
    """Sum of |values|, added up in float64."""
    total = 0.0
    for i in range(values.size):
        total += abs(float(values[i]))
    return total


@kernel
def add_scaled(values: Array, strength: float, grad: Array) -> None:
    """grad += strength * values."""
    factor = grad.dtype.type(strength)
    for i in range(grad.size):
        grad[i] += factor * values[i]


@kernel
def add_signs(values: Array, strength: float, grad: Array) -> None:
    """grad += strength where a value is positive, -= strength where it is negative."""
    factor = grad.dtype.type(strength)
    for i in range(grad.size):
        if values[i] > 0:
            grad[i] += factor
        elif values[i] < 0:
            grad[i] -= factor
