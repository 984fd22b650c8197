"""Lesson 04: every stored answer is computed anew, and every check tells right from wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlib import CrossEntropy, Dense, Sequential
from nnlib.exercises import MultipleChoice, Numeric, SingleChoice
from nnlib.exercises.backpropagation import lesson
from nnlib.exercises.store import FILE, Store
from nnlib.explorables.backpropagation import DrawADigit, GradientCheck, NumberTape
from nnlib.zoo import digits_mlp


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "store", Store(tmp_path / FILE))


def central(function: Callable[[float], float], at: float, h: float = 1e-5) -> float:
    return (function(at + h) - function(at - h)) / (2 * h)


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


def test_each_number_in_a_reply_to_a_slip_is_a_slip() -> None:
    for item in {**lesson.predictions, **lesson.questions}.values():
        if isinstance(item, Numeric):
            for value, reply in item.feedback.items():
                verdict = item.judge(repr(value))
                assert not verdict.correct
                assert verdict.feedback == reply


def test_the_lesson_is_as_long_as_promised() -> None:
    assert len(lesson.predictions) == 8
    assert [e.level for e in lesson.exercises.values()] == ["warm-up", "core", "stretch"]
    kinds = [type(item) for item in lesson.questions.values()]
    counts = {kind: kinds.count(kind) for kind in (SingleChoice, MultipleChoice, Numeric)}
    assert counts == {SingleChoice: 4, MultipleChoice: 1, Numeric: 3}
    for item in (*lesson.predictions.values(), *lesson.questions.values()):
        assert item.explanation
        if not isinstance(item, Numeric):
            assert all(len(text) < 110 for text in item.options.values())


def test_right_answers_do_not_stand_in_one_place() -> None:
    items = (*lesson.predictions.values(), *lesson.questions.values())
    chosen = [item for item in items if isinstance(item, SingleChoice)]
    places = [list(item.options).index(item.answer) for item in chosen]
    assert max(places.count(place) for place in places) <= len(places) // 2
    assert len(set(places)) >= 3


# ---------------------------------------------------------------------------- exercises


def cascade_slope(functions: Any, slopes: Any, x: float) -> float:
    product = 1.0
    for function, slope in zip(functions, slopes, strict=True):
        product, x = product * slope(x), function(x)
    return product


def dense_backward(x: Any, w: Any, dz: Any) -> Any:
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)


def gradient_of(f: Callable, point: Any, h: float) -> Any:
    nudges = h * np.eye(len(point))
    return np.array([(f(point + nudge) - f(point - nudge)) / (2 * h) for nudge in nudges])


SOLUTIONS = {"cascade": cascade_slope, "dense": dense_backward, "gradient": gradient_of}


def by_differences(functions: Any, slopes: Any, x: float) -> float:
    def whole(value: float) -> float:
        for function in functions:
            value = function(value)
        return value

    return central(whole, x, 1e-6)


def by_loops(x: Any, w: Any, dz: Any) -> Any:
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for n in range(len(x)):
        for j in range(w.shape[1]):
            db[j] += dz[n, j]
            for i in range(w.shape[0]):
                dw[i, j] += x[n, i] * dz[n, j]
                dx[n, i] += w[i, j] * dz[n, j]
    return [dx, dw, db]


def shifting(f: Callable, point: Any, h: float) -> Any:
    gradient = []
    for i in range(len(point)):
        up, down = point.copy(), point.copy()
        up[i] += h
        down[i] -= h
        gradient.append((f(up) - f(down)) / (2 * h))
    return gradient


OTHER_SOLUTIONS = [("cascade", by_differences), ("dense", by_loops), ("gradient", shifting)]


def all_at_x(functions: Any, slopes: Any, x: float) -> float:
    return float(np.prod([slope(x) for slope in slopes]))


def summed(functions: Any, slopes: Any, x: float) -> float:
    total = 0.0
    for function, slope in zip(functions, slopes, strict=True):
        total, x = total + slope(x), function(x)
    return total


def one_too_late(functions: Any, slopes: Any, x: float) -> float:
    product = 1.0
    for function, slope in zip(functions, slopes, strict=True):
        x = function(x)
        product *= slope(x)
    return product


def backwards_order(functions: Any, slopes: Any, x: float) -> float:
    return cascade_slope(functions[::-1], slopes[::-1], x)


def left_moved(f: Callable, point: Any, h: float) -> Any:
    gradient = []
    for i in range(len(point)):
        point[i] += h
        up = f(point)
        point[i] -= 2 * h
        gradient.append((up - f(point)) / (2 * h))
    return np.array(gradient)


def one_sided(f: Callable, point: Any, h: float) -> Any:
    return np.array([(f(point + n) - f(point)) / h for n in h * np.eye(len(point))])


WRONG = [
    ("cascade", all_at_x),
    ("cascade", summed),
    ("cascade", one_too_late),
    ("cascade", backwards_order),
    ("cascade", lambda functions, slopes, x: slopes[-1](x)),
    ("dense", lambda x, w, dz: (dz @ w, x.T @ dz, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, dz.T @ x, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz.mean(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz / len(x), dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz)),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz, dz.sum(axis=1))),
    ("dense", lambda x, w, dz: (x.T @ dz, dz @ w.T, dz.sum(axis=0))),
    ("dense", lambda x, w, dz: (dz @ w.T, x.T @ dz)),
    ("gradient", one_sided),
    ("gradient", left_moved),
    ("gradient", lambda f, point, h: 2 * gradient_of(f, point, h)),
    ("gradient", lambda f, point, h: gradient_of(f, point, 1e-5)),
    ("gradient", lambda f, point, h: (f(point + h) - f(point - h)) / (2 * h)),
]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_solution_is_accepted(name: str) -> None:
    assert lesson.accepts(name, SOLUTIONS[name])
    report = lesson.check(name, SOLUTIONS[name])
    assert report.outcome.status == "correct", report
    assert report.outcome.notes == ()


@pytest.mark.parametrize(("name", "solution"), OTHER_SOLUTIONS)
def test_other_ways_to_the_same_are_accepted(name: str, solution: Callable) -> None:
    report = lesson.check(name, solution)
    assert report.outcome.status == "correct", report


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_plausible_wrong_answers_are_rejected(name: str, function: Callable) -> None:
    report = lesson.check(name, function)
    assert report.outcome.status == "wrong"
    assert len(repr(report)) < 600


@pytest.mark.parametrize("name", SOLUTIONS)
def test_stubs_and_solutions_of_others_are_no_solutions(name: str) -> None:
    def stub(*arguments: object) -> None: ...

    assert lesson.check(name, stub).outcome.status == "not attempted"
    for other, solution in SOLUTIONS.items():
        assert lesson.accepts(name, solution) == (name == other)


def test_hints_do_not_hold_the_solution() -> None:
    for exercise in lesson.exercises.values():
        text = " ".join(exercise.hints).replace(" ", "")
        for formula in ("dz@W.T", "x.T@dz", "dz.sum", "/(2*h)", "product*slope"):
            assert formula not in text
        assert "return" not in text
