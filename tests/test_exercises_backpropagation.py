"""Lesson 04: every stored answer is computed anew."""

from typing import Any

import numpy as np

from answers.backpropagation import central
from nnlib import CrossEntropy, Dense, Sequential
from nnlib.exercises.backpropagation import lesson
from nnlib.explorables.backpropagation import DrawADigit, GradientCheck, NumberTape
from nnlib.zoo import digits_mlp

# ---------------------------------------------------------------------------- stored answers


def test_slopes_of_graphs_by_differences() -> None:
    lesson.prove("cascade", central(lambda x: 5 - (3 * x - 2) ** 2 / 2, 1.0))
    lesson.prove("diamond", central(lambda a: 3 * a * (3 * a + 1), 2.0))


def test_a_unit_that_sleeps() -> None:
    awake, asleep = NumberTape(), NumberTape(x1=-3.0, x2=-3.0)
    share = asleep.number("w₁", "gradient") / awake.number("w₁", "gradient")
    lesson.prove("asleep", "smaller" if 0.05 < share < 0.2 else "larger")


def test_shapes_and_work() -> None:
    rng = np.random.default_rng(0)
    layer = Dense(4, 1, rng=rng)
    shapes = []
    for batch in (5, 10):
        out = layer.forward(rng.normal(size=(batch, 4)).astype(np.float32))
        layer.backward(np.ones_like(out))
        shapes.append(layer.weight.grad.shape)
    lesson.prove("shape", "same" if shapes == [(4, 1)] * 2 else "taller")
    lesson.prove("work", str(2 * digits_mlp(rng=rng).summary().parameters))


def test_nudges_and_bugs() -> None:
    nudges = {"large": 0.1, "middle": 1e-5, "small": 1e-10, "tiny": 1e-15}
    view = GradientCheck()
    errors = {key: view.errors(h)["all parameters"] for key, h in nudges.items()}
    lesson.prove("nudge", min(errors, key=errors.__getitem__))
    assert 1.0 + 1e-15 != 1.0  # "still changes a weight"
    assert 1.0 + 1e-16 == 1.0
    buggy = GradientCheck(bug="case A")
    before = buggy.losses()[1]
    buggy.run(300)
    right, this = buggy.losses()
    lesson.prove("bug", "falls" if this < before else "rises")
    assert this < right  # "here even faster"


def test_a_digit_in_a_corner_is_lost() -> None:
    lost = []
    for seed in range(3):
        view = DrawADigit(data="digits", seed=seed)
        view.run(1500)
        view.choose("a 4 in the corner, not centred")
        lost.append(view.read().answer != 4)
    lesson.prove("corner", "else" if all(lost) else "sure")


def test_counting_and_costs() -> None:
    rng = np.random.default_rng(0)
    network = Sequential(Dense(1, 4, rng=rng), Dense(4, 2, rng=rng))
    lesson.prove("count", network.summary().parameters)
    lesson.prove("cost", float(((np.array([0.2, 0.7, 0.1]) - [0, 1, 0]) ** 2).sum()))
    logits = np.log(np.array([[0.7, 0.2, 0.1]]))
    gradient = CrossEntropy().gradient(logits, np.array([1]))
    lesson.prove("softmax", "right" if np.allclose(gradient, [[0.7, -0.8, 0.1]]) else "log")
    slope = max(s * (1 - s) for s in np.linspace(0, 1, 1001))
    lesson.prove("sigmoids", slope**3)


def test_what_a_dense_layer_needs_on_its_way_back() -> None:
    """The backward formulas use x, W and dz; another bias or other labels change nothing."""
    rng = np.random.default_rng(0)
    x, weight, dz = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2))

    def back(x: Any, weight: Any, dz: Any, bias: float) -> list[np.ndarray]:
        layer = Dense(3, 2, rng=np.random.default_rng(1), dtype=np.float64)
        layer.weight.value[:], layer.bias.value[:] = weight, bias
        layer.forward(x)
        return [layer.backward(dz), layer.weight.grad.copy(), layer.bias.grad.copy()]

    def differs(*arguments: Any) -> bool:
        pairs = zip(back(x, weight, dz, 0.0), back(*arguments), strict=True)
        return any(not np.allclose(a, b) for a, b in pairs)

    needed = {
        "input": differs(2 * x, weight, dz, 0.0),
        "weights": differs(x, 2 * weight, dz, 0.0),
        "arriving": differs(x, weight, 2 * dz, 0.0),
        "bias": differs(x, weight, dz, 5.0),
    }
    lesson.prove("keeps", {key for key, found in needed.items() if found})
    dx, _, db = back(x, weight, dz, 0.0)
    lesson.prove("back", "right" if np.allclose(dx, dz @ weight.T) else "plain")
    lesson.prove("add", "used" if np.allclose(db, dz.sum(axis=0)) else "mean")


def test_a_flat_curve_is_a_bug() -> None:
    wrong, right = GradientCheck(bug="case D"), GradientCheck()
    for h in (1e-1, 1e-5, 1e-10):
        assert wrong.errors(h)["W₂"] > 0.3
        assert right.errors(h)["W₂"] < 0.1
    lesson.prove("flat", "bug")
