"""Gradient descent with momentum on a plane, for many starts at once.

The gradient of each landscape is scalar arithmetic on its coefficients. Each has a loop of its own
over the trajectories, so that no loop holds a choice and the compiler does several trajectories in
each instruction; a step of one is read and written once.
"""

import math

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array

#: Two numbers, along x and along y.
Place = tuple[float, float]

#: Which landscape: the first argument of `descend_many`.
QUADRATIC, ROSENBROCK, HIMMELBLAU, BEALE = range(4)


@kernel
def _quadratic(c0: float, c1: float, c2: float, x: float, y: float) -> Place:
    """Slope of a quadratic with the Hessian ((c0, c1), (c1, c2))."""
    return c0 * x + c1 * y, c1 * x + c2 * y


@kernel
def _rosenbrock(c0: float, c1: float, c2: float, x: float, y: float) -> Place:
    """Slope of (c0 - x)^2 + c1 (y - x^2)^2."""
    above = y - x * x
    return 2 * (x - c0) - 4 * c1 * x * above, 2 * c1 * above


@kernel
def _himmelblau(c0: float, c1: float, c2: float, x: float, y: float) -> Place:
    """Slope of (x^2 + y - 11)^2 + (x + y^2 - 7)^2."""
    first, second = x * x + y - 11, x + y * y - 7
    return 4 * x * first + 2 * second, 2 * first + 4 * y * second


@kernel
def _beale(c0: float, c1: float, c2: float, x: float, y: float) -> Place:
    """Slope of the sum over k = 1, 2, 3 of (c_(k-1) - x + x y^k)^2."""
    y2, y3 = y * y, y * y * y
    first, second, third = c0 - x + x * y, c1 - x + x * y2, c2 - x + x * y3
    along_x = 2 * (first * (y - 1) + second * (y2 - 1) + third * (y3 - 1))
    return along_x, 2 * x * (first + 2 * y * second + 3 * y2 * third)


@kernel
def _moved(
    point: Place, velocity: Place, slope: Place, rate: float, keep: float, limit: float
) -> tuple[Place, Place]:
    """One step, velocity = keep * velocity + slope and point -= rate * velocity, and both.

    A point whose squared distance from the origin is above the limit comes back as infinity.
    """
    vx, vy = keep * velocity[0] + slope[0], keep * velocity[1] + slope[1]
    x, y = point[0] - rate * vx, point[1] - rate * vy
    stays = x * x + y * y <= limit  # False for NaN, too
    return (x if stays else math.inf, y if stays else math.inf), (vx, vy)


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
) -> None:
    """velocity = momentum * velocity + gradient; points -= learning_rate * velocity; `steps` times.

    `points` and `velocity` have the shape (2, n) and are changed in place, so that another call
    goes on from there. A trajectory that leaves the radius is at infinity for good.
    """
    c0, c1, c2 = coefficients[0], coefficients[1], coefficients[2]
    x, y, vx, vy = points[0], points[1], velocity[0], velocity[1]
    limit = radius * radius
    for _ in range(steps):
        if kind == QUADRATIC:
            for i in range(x.size):
                slope = _quadratic(c0, c1, c2, x[i], y[i])
                (x[i], y[i]), (vx[i], vy[i]) = _moved(
                    (x[i], y[i]), (vx[i], vy[i]), slope, learning_rate[i], momentum[i], limit
                )
        elif kind == ROSENBROCK:
            for i in range(x.size):
                slope = _rosenbrock(c0, c1, c2, x[i], y[i])
                (x[i], y[i]), (vx[i], vy[i]) = _moved(
                    (x[i], y[i]), (vx[i], vy[i]), slope, learning_rate[i], momentum[i], limit
                )
        elif kind == HIMMELBLAU:
            for i in range(x.size):
                slope = _himmelblau(c0, c1, c2, x[i], y[i])
                (x[i], y[i]), (vx[i], vy[i]) = _moved(
                    (x[i], y[i]), (vx[i], vy[i]), slope, learning_rate[i], momentum[i], limit
                )
        elif kind == BEALE:
            for i in range(x.size):
                slope = _beale(c0, c1, c2, x[i], y[i])
                (x[i], y[i]), (vx[i], vy[i]) = _moved(
                    (x[i], y[i]), (vx[i], vy[i]), slope, learning_rate[i], momentum[i], limit
                )
