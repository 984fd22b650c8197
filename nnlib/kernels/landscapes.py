"""Gradient descent with momentum on a plane, for many starts at once.

The gradient of each landscape is scalar arithmetic on its coefficients. Trajectories are the inner
loops, and no loop holds a choice, so that the compiler does several trajectories in each
instruction.
"""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array

#: Which landscape: the first argument of the kernels.
QUADRATIC, ROSENBROCK, HIMMELBLAU, BEALE = range(4)


@kernel
def landscape_gradients(kind: int, coefficients: Array, points: Array, out: Array) -> None:
    """Partial derivatives at points (2, n); `coefficients` holds three numbers, used or not."""
    c0, c1, c2 = coefficients[0], coefficients[1], coefficients[2]
    if kind == QUADRATIC:  # the Hessian is ((c0, c1), (c1, c2))
        for i in range(points.shape[1]):
            x, y = points[0, i], points[1, i]
            out[0, i] = c0 * x + c1 * y
            out[1, i] = c1 * x + c2 * y
    elif kind == ROSENBROCK:  # (c0 - x)^2 + c1 (y - x^2)^2
        for i in range(points.shape[1]):
            x, y = points[0, i], points[1, i]
            above = y - x * x
            out[0, i] = 2 * (x - c0) - 4 * c1 * x * above
            out[1, i] = 2 * c1 * above
    elif kind == HIMMELBLAU:  # (x^2 + y - 11)^2 + (x + y^2 - 7)^2
        for i in range(points.shape[1]):
            x, y = points[0, i], points[1, i]
            first, second = x * x + y - 11, x + y * y - 7
            out[0, i] = 4 * x * first + 2 * second
            out[1, i] = 2 * first + 4 * y * second
    elif kind == BEALE:  # sum over k = 1, 2, 3 of (c_k - x + x y^k)^2
        for i in range(points.shape[1]):
            x, y = points[0, i], points[1, i]
            y2, y3 = y * y, y * y * y
            first, second, third = c0 - x + x * y, c1 - x + x * y2, c2 - x + x * y3
            out[0, i] = 2 * (first * (y - 1) + second * (y2 - 1) + third * (y3 - 1))
            out[1, i] = 2 * x * (first + 2 * y * second + 3 * y2 * third)


@kernel
def descend_many(
    kind: int,
    coefficients: Array,
    learning_rate: Array,
    momentum: Array,
    steps: int,
    radius: float,
    points: Array,
    velocity: Array,
    grad: Array,
) -> None:
    """velocity = momentum * velocity + grad; points -= learning_rate * velocity; `steps` times.

    `points`, `velocity` and `grad` have the shape (2, n) and are changed in place, so that another
    call goes on from there. A trajectory that leaves the radius is at infinity for good.
    """
    limit = radius * radius
    for _ in range(steps):
        landscape_gradients(kind, coefficients, points, grad)
        for axis in range(2):
            for i in range(points.shape[1]):
                velocity[axis, i] = momentum[i] * velocity[axis, i] + grad[axis, i]
            for i in range(points.shape[1]):
                points[axis, i] -= learning_rate[i] * velocity[axis, i]
        for i in range(points.shape[1]):
            x, y = points[0, i], points[1, i]
            stays = x * x + y * y <= limit  # False for NaN, too
            points[0, i] = x if stays else math.inf
            points[1, i] = y if stays else math.inf
