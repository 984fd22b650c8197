"""Lesson 03: every stored answer is computed anew."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnlib import SGD, AdaGrad, Parameter, RMSprop
from nnlib.exercises.gradient_descent import lesson

VALLEY = np.array([0.2, 4.0])  # second derivatives of 0.1x² + 2y²


def walk(curvature: Any, start: Any, rate: float, steps: int, momentum: float = 0.0) -> np.ndarray:
    """Points of a walk down sum(curvature x² / 2), with the library's SGD."""
    point = Parameter(np.array(start, dtype=float))
    optimizer = SGD([point], rate, momentum=momentum)
    points = [point.value.copy()]
    for _ in range(steps):
        point.grad[:] = np.asarray(curvature) * point.value
        optimizer.step()
        points.append(point.value.copy())
    return np.array(points)


def diverges(curvature: Any, rate: float, momentum: float = 0.0) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        end = walk(curvature, np.ones(np.size(curvature)), rate, 2000, momentum)[-1]
    return not np.abs(end).max() <= 1  # NaN too


def limit(curvature: Any, momentum: float = 0.0) -> float:
    """The learning rate above which a walk diverges, by halving."""
    low, high = 0.0, 20.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if diverges(curvature, middle, momentum) else (middle, high)
    return (low + high) / 2


def steps_to_a_thousandth(kappa: float, rate: float, momentum: float = 0.0) -> int:
    points = walk([1 / kappa, 1.0], [1.0, 1.0], rate, 2000, momentum)
    distance = np.linalg.norm(points, axis=1)
    return int(np.argmax(distance <= 1e-3 * distance[0]))


# ---------------------------------------------------------------------------- stored answers


def test_the_sign_of_a_step() -> None:
    b, slope = 1.0, 3.0
    lesson.prove("sign", "smaller" if b - 0.1 * slope < b else "larger")
    lesson.prove("minus", "uphill")


def test_a_rate_that_is_too_large() -> None:
    path = walk(2.0, [1.0], 1.1, 3).ravel()
    assert path.round(3).tolist() == [1.0, -1.2, 1.44, -1.728]
    swings, grows = (path[1:] * path[:-1] < 0).all(), (np.diff(np.abs(path)) > 0).all()
    lesson.prove("too large", "grows" if swings and grows else "swings in")
    assert walk(2.0, [1.0], 0.5, 1)[-1] == 0  # one leap


def test_the_path_in_a_valley() -> None:
    x, y = walk(VALLEY, [4.0, 1.0], 0.45, 6).T
    zigzag = (y[1:] * y[:-1] < 0).all()
    assert np.allclose(x[1:] / x[:-1], 0.91)
    assert np.allclose(y[1:] / y[:-1], -0.8)
    lesson.prove("valley", "zigzag" if zigzag and (x > 2).all() else "straight")


def test_limits_of_the_learning_rate() -> None:
    lesson.prove("limit", limit(VALLEY))
    lesson.prove("rate limit", limit([10.0]))
    with_momentum = limit(VALLEY, 0.5)
    assert with_momentum == pytest.approx(0.75, abs=0.001)
    lesson.prove("momentum limit", "higher" if with_momentum > limit(VALLEY) else "lower")
    assert not diverges(VALLEY, 0.49)
    assert diverges(VALLEY, 0.51)


def test_the_race() -> None:
    plain = steps_to_a_thousandth(100, 2 / 1.01)
    momentum = steps_to_a_thousandth(100, 4 / 1.1**2, (9 / 11) ** 2)
    assert (plain, momentum) == (346, 56)
    lesson.prove("race", "six times" if round(plain / momentum) == 6 else "twice")


def test_noise_and_the_size_of_the_batch() -> None:
    rng = np.random.default_rng(0)

    def noise(batch: int) -> float:
        return float(rng.normal(size=(4000, batch)).mean(axis=1).std())

    assert noise(8) / noise(32) == pytest.approx(2, rel=0.1)
    lesson.prove("batch", "half" if abs(noise(32) / noise(8) - 0.5) < 0.05 else "quarter")
    assert noise(25) / noise(400) == pytest.approx(4, rel=0.1)
    lesson.prove("batch noise", math.sqrt(400 / 25))


def test_one_step_and_first_aid() -> None:
    lesson.prove("one step", walk(2.0, [3.0], 0.1, 1)[-1, 0])
    lesson.prove("first aid", "rate")
    lesson.prove("flat", "any")


def test_momentum_adds_up_what_is_steady_and_cancels_what_flips() -> None:
    def length(sign: float) -> float:
        point = Parameter(np.zeros(1))
        optimizer = SGD([point], 1.0, momentum=0.9)
        for step in range(300):
            before = point.value.copy()
            point.grad[:] = sign**step
            optimizer.step()
        return float(abs(point.value - before)[0])

    assert length(1.0) == pytest.approx(10)
    assert length(-1.0) == pytest.approx(0.526, abs=0.001)
    runs_past = bool((walk(1.0, [1.0], 0.1, 50, 0.9) < 0).any())
    true = {"steady", "cancel"} | ({"never"} if not runs_past else set())
    lesson.prove("momentum", true | ({"limit"} if limit([1.0], 0.9) > limit([1.0]) else set()))


def test_what_adaptive_optimizers_do() -> None:
    def steps(optimizer_class: Callable, gradients: np.ndarray) -> np.ndarray:
        point = Parameter(np.zeros(gradients.shape[1]))
        optimizer = optimizer_class([point], 0.1)
        places = []
        for gradient in gradients:
            point.grad[:] = gradient
            optimizer.step()
            places.append(point.value.copy())
        return np.abs(np.diff(np.array([np.zeros_like(point.value), *places]), axis=0))

    steady = np.tile([1.0, 10.0], (400, 1))
    ada = steps(AdaGrad, steady) / steady
    assert (ada[:, 1] < ada[:, 0]).all()  # the factor of the steep direction is smaller
    assert ada[-1, 0] < 0.06 * ada[0, 0]  # and steps fade
    then_small = np.concatenate([np.full((50, 1), 10.0), np.full((400, 1), 0.1)])
    assert steps(RMSprop, then_small)[-1, 0] > 20 * steps(AdaGrad, then_small)[-1, 0]
    lesson.prove("adaptive", {"steep first", "stuck", "forget"})
