"""Lesson 03: answers to its exercises, right and wrong."""

import math
from typing import Any

import numpy as np

VALLEY = np.array([0.2, 4.0])  # second derivatives of 0.1x² + 2y²


def step(b: Any, slope: Any, learning_rate: float) -> Any:
    return b - learning_rate * slope


def momentum_step(
    point: Any, velocity: Any, gradient: Any, learning_rate: float, momentum: float
) -> Any:
    velocity = momentum * velocity + gradient
    return point - learning_rate * velocity, velocity


def best_rate(small: float, large: float) -> float:
    return 2 / (small + large)


SOLUTIONS = {
    "step": step,
    "momentum": momentum_step,
    "best rate": best_rate,
}


def in_place(point: Any, velocity: Any, gradient: Any, rate: float, momentum: float) -> Any:
    velocity *= momentum
    velocity += gradient
    point -= rate * velocity
    return point, velocity


def best_by_search(small: float, large: float) -> float:
    rates = np.linspace(0, 2 / large, 2_000_001)
    return float(rates[np.argmin(np.maximum(abs(1 - rates * small), abs(1 - rates * large)))])


OTHER_SOLUTIONS = [
    ("step", lambda b, slope, learning_rate: -learning_rate * slope + b),
    ("momentum", in_place),
    ("momentum", lambda *arguments: list(momentum_step(*arguments))),
    ("best rate", best_by_search),
    ("best rate", lambda small, large: np.float64(2) / (small + large)),
]


def old_velocity(point: Any, velocity: Any, gradient: Any, rate: float, momentum: float) -> Any:
    return point - rate * velocity, momentum * velocity + gradient


def running_mean(point: Any, velocity: Any, gradient: Any, rate: float, momentum: float) -> Any:
    velocity = momentum * velocity + (1 - momentum) * gradient
    return point - rate * velocity, velocity


def rate_in_velocity(point: Any, velocity: Any, gradient: Any, rate: float, momentum: float) -> Any:
    velocity = momentum * velocity - rate * gradient
    return point + velocity, velocity


def rate_in_velocity_plus(
    point: Any, velocity: Any, gradient: Any, rate: float, momentum: float
) -> Any:
    velocity = momentum * velocity + rate * gradient
    return point - velocity, velocity


def nesterov(point: Any, velocity: Any, gradient: Any, rate: float, momentum: float) -> Any:
    velocity = momentum * velocity + gradient
    return point - rate * (gradient + momentum * velocity), velocity


WRONG = [
    ("step", lambda b, slope, learning_rate: b + learning_rate * slope),
    ("step", lambda b, slope, learning_rate: b - slope),
    ("step", lambda b, slope, learning_rate: b - learning_rate),
    ("step", lambda b, slope, learning_rate: b * (1 - learning_rate * slope)),
    ("step", lambda b, slope, learning_rate: learning_rate * slope),
    ("step", lambda b, slope, learning_rate: b - learning_rate * np.sign(slope)),
    ("step", lambda b, slope, learning_rate: b - 0.1 * slope),
    ("step", lambda b, slope, learning_rate: b - learning_rate * 2 * b),
    ("momentum", old_velocity),
    ("momentum", running_mean),
    ("momentum", rate_in_velocity),
    ("momentum", rate_in_velocity_plus),
    ("momentum", nesterov),
    ("momentum", lambda *arguments: momentum_step(*arguments)[0]),
    ("momentum", lambda *arguments: momentum_step(*arguments)[::-1]),
    ("momentum", lambda p, v, g, rate, momentum: momentum_step(p, v, g, rate, 0.9)),
    ("momentum", lambda p, v, g, rate, momentum: momentum_step(p, v, g, rate, 0.0)),
    ("best rate", lambda small, large: 1 / large),
    ("best rate", lambda small, large: 2 / large),
    ("best rate", lambda small, large: 1 / small),
    ("best rate", lambda small, large: 1 / (small + large)),
    ("best rate", lambda small, large: 1 / math.sqrt(small * large)),
    ("best rate", lambda small, large: (1 / small + 1 / large) / 2),
    ("best rate", lambda small, large: 2 / (large - small) if large > small else 1 / large),
    ("best rate", lambda small, large: 4 / (math.sqrt(small) + math.sqrt(large)) ** 2),
]

#: What no hint may say, without its blanks.
FORMULAS = ("b-learning_rate*slope", "momentum*velocity+gradient", "2/(small+large)")
