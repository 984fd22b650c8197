"""Lesson 03: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers, expect_pair
from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.optimizers import SGD

Function = Callable[..., Any]


def _check_step(step: Function, rng: np.random.Generator) -> None:
    """One step agrees with the rule, for numbers and for arrays, and lowers a parabola."""
    for shape in ((), (), (2,), (3, 4)):
        b, slope = _draw(rng, shape), _draw(rng, shape)
        rate = rng.uniform(0.01, 0.5)
        case = f"b = {shown(b)}, slope = {shown(slope)}, learning_rate = {shown(rate)}"
        expect_close(step(b, slope, rate), b - rate * slope, "the new b", case)
    place = 3.0
    for _ in range(50):
        case = f"f = b², b = {shown(place)}, learning_rate = 0.1"
        place = float(expect_close(step(place, 2 * place, 0.1), 0.8 * place, "the new b", case))


def _draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """An array of random numbers; a plain float for the shape ()."""
    return rng.normal(size=shape) if shape else float(rng.normal())


def _check_momentum(momentum_step: Function, rng: np.random.Generator) -> None:
    """A walk of six steps agrees with `SGD` in point and velocity."""
    for momentum in (0.0, 0.5, 0.9):
        for shape in ((2,), (3, 4)):
            point: Array = rng.normal(size=shape)
            velocity: Array = np.zeros(shape)
            rate = rng.uniform(0.01, 0.3)
            parameter = Parameter(point.copy())
            optimizer = SGD([parameter], rate, momentum=momentum)
            expected_velocity = np.zeros(shape)
            for number in range(1, 7):
                gradient = rng.normal(size=shape)
                parameter.grad[:] = gradient
                optimizer.step()
                expected_velocity = momentum * expected_velocity + gradient
                got = momentum_step(point, velocity, gradient, rate, momentum)
                new_point, new_velocity = expect_pair(got, "point", "velocity")
                case = (
                    f"step {number} of a walk with learning_rate = {shown(rate)}, "
                    f"momentum = {momentum}, velocity before = {shown(velocity)}, "
                    f"gradient = {shown(gradient)}"
                )
                why = "The velocity adds up gradients; the learning rate comes in where it is used."
                what = "the new velocity"
                velocity = expect_close(new_velocity, expected_velocity, what, case, why=why)
                why = "The velocity is right: look at how the point uses it."
                what = "the new point"
                point = expect_close(new_point, parameter.value, what, case, why=why)


def _check_best_rate(best_rate: Function, rng: np.random.Generator) -> None:
    """No rate on a fine grid has a smaller worst factor."""
    for ratio in (1.0, 2.0, 20.0, 300.0):
        small = float(np.exp(rng.normal()))
        large = small * ratio
        case = f"small = {shown(small)}, large = {shown(large)}"
        rate = float(expect_numbers(best_rate(small, large), (), "the rate", case))
        factor = _worst_factor(rate, small, large)
        grid = np.linspace(0.0, 2.5 / large, 2001)
        best = min(_worst_factor(eta, small, large) for eta in grid)
        if factor > best + 1e-6:
            raise Wrong(
                f"a rate whose worst factor is at most {best:.4f}",
                f"{rate:.6g}, whose worst factor is {factor:.4f}",
                f"For {case}. A step multiplies the flat direction by {1 - rate * small:.4f} and "
                f"the steep one by {1 - rate * large:.4f}; the larger of the two, without its "
                "sign, is the worst.",
            )


def _worst_factor(rate: float, small: float, large: float) -> float:
    """By how much the slower of two directions shrinks at each step."""
    return max(abs(1 - rate * small), abs(1 - rate * large))


EXERCISES = {
    "step": Exercise(
        "one step of gradient descent: `step(b, slope, learning_rate)` returns the new b",
        "warm-up",
        (
            "A positive slope means that f grows with b. Should b then become larger or smaller?",
            "The length of the step is the slope, scaled by the learning rate.",
            "Try it by hand: b = 3, slope 6, rate 0.1. The step is 0.6 long, and b was too large.",
        ),
        _check_step,
        "For numbers and arrays it goes downhill by the slope times the rate.",
    ),
    "momentum": Exercise(
        "one step with momentum: `momentum_step(point, velocity, gradient, learning_rate, "
        "momentum)` returns the new point and the new velocity",
        "core",
        (
            "Two lines: first the velocity changes, then the point. Which of the two does the "
            "gradient enter?",
            "The new velocity is a part of the old one, and the whole gradient. Which number says "
            "how large that part is?",
            "The point then makes a step as in plain gradient descent, with the new velocity in "
            "the place of the gradient.",
        ),
        _check_momentum,
        "Over six steps, point and velocity are those of nnlib's SGD.",
    ),
    "best rate": Exercise(
        "the best learning rate of a valley: `best_rate(small, large)`, where these are the second "
        "derivatives along and across it",
        "stretch",
        (
            "A step multiplies each direction by 1 − η times its second derivative. Draw both "
            "factors over η, without their signs.",
            "The larger of the two curves is what slows you down. Where is that one lowest?",
            "It is lowest where they cross: there the flat direction has a positive factor, the "
            "steep one the same with a minus. Solve for η.",
        ),
        _check_best_rate,
        "In four valleys no rate of a grid of 2,001 shrinks the slower direction faster.",
    ),
}
