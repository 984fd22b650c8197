"""Lesson 02: every stored answer is computed anew, and every check tells right from wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlib.exercises import MultipleChoice, Numeric, SingleChoice
from nnlib.exercises.perceptron import lesson
from nnlib.exercises.store import FILE, Store
from nnlib.neurons import Perceptron, boolean_function, margin, novikoff_bound, widest_line
from nnlib.zoo import xor_by_hand

XOR_X, XOR_Y = boolean_function(2, 0b0110)


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "store", Store(tmp_path / FILE))


def groups(gap: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Twenty points, on both sides of a gap."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (20, 2))
    y = np.arange(20) % 2
    x[:, 0] = np.where(y == 1, gap / 2 + x[:, 0], -gap / 2 - x[:, 0])
    return x, y


# ---------------------------------------------------------------------------- stored answers


def test_what_one_update_does() -> None:
    x = np.array([3.0, 4.0])
    perceptron = Perceptron(2)
    before = perceptron.weight @ x + perceptron.bias
    assert perceptron.learn_from(x, 1) == 1
    lesson.prove("rise", perceptron.weight @ x + perceptron.bias - before)
    far = Perceptron(2, weight=[-9, -9])
    moves = []
    for _ in range(3):
        before = far.weight @ x + far.bias
        assert far.learn_from(x, 1) == 1 or moves
        moves.append(far.weight @ x + far.bias - before)
    lesson.prove("fixed", "better" if moves[0] == moves[1] == 26 else "always")
    asked = Perceptron(2, weight=[1, -2])
    assert asked.learn_from(np.array([2.0, 1.0]), 1) == 1
    lesson.prove("update", asked.weight[0])
    wrong = Perceptron(2, weight=[1, 1])
    assert wrong.learn_from(x, 0) == -1
    lesson.prove("error", "subtract" if (wrong.weight == [1 - 3, 1 - 4]).all() else "add")


def test_learning_rates_from_zero_weights() -> None:
    x, y = groups(0.1)
    runs = []
    for rate in (0.01, 1.0, 100.0):
        runs.append([(m.epoch, m.index) for m in Perceptron(2, learning_rate=rate).mistakes(x, y)])
    assert len(runs[0]) > 3
    lesson.prove("rates", "same" if runs[0] == runs[1] == runs[2] else "small")


def test_the_bound_and_the_margin() -> None:
    bounds = []
    for gap in (0.2, 0.1):
        x = np.array([[-gap / 2, 0.0], [gap / 2, 0.0], [0.6, 0.8], [-0.6, 0.8]])
        y = np.array([0, 1, 1, 0])
        weight, bias = widest_line(x, y)
        assert margin(x, y, weight, bias) == pytest.approx(gap / 2)
        bounds.append(novikoff_bound(x, y, weight, bias))
    lesson.prove("margin", "four" if bounds[1] == pytest.approx(4 * bounds[0]) else "twice")
    at_distance = np.array([[0.5, np.sqrt(5**2 - 1 - 0.25)], [-0.5, -1.0]])
    lesson.prove("bound", novikoff_bound(at_distance, np.array([1, 0]), [1, 0], 0))


def test_what_depends_on_the_order() -> None:
    x, y = groups(0.1)
    lines, counts, bounds = set(), set(), set()
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(20)
        perceptron = Perceptron(2)
        counts.add(sum(perceptron.fit(x[order], y[order])))
        lines.add(tuple(perceptron.weight.round(6)))
        bounds.add(round(novikoff_bound(x[order], y[order], [1, 0], 0), 6))
    same = {"line": lines, "count": counts, "bound": bounds}
    (answer,) = [name for name, values in same.items() if len(values) == 1]
    lesson.prove("order", answer)


def test_what_cannot_be_separated() -> None:
    x, y = groups(2.0)
    x, y = np.vstack([x, [-1.5, 0.5]]), np.append(y, 1)
    assert widest_line(x, y) is None
    for rate in (1.0, 0.001):
        perceptron = Perceptron(2, learning_rate=rate)
        counts = perceptron.fit(x, y, max_epochs=300)
        assert min(counts) > 0
        assert np.abs(perceptron.weight).max() < 50 * rate
    lesson.prove("astray", "never" if min(counts) > 0 else "ignore")
    last, pocket = Perceptron(2), Perceptron(2)
    last.fit(x, y, max_epochs=50)
    pocket.fit(x, y, max_epochs=50, keep="pocket")
    right = [np.mean(p.predict(x) == y) for p in (last, pocket)]
    assert right[1] >= right[0]
    lesson.prove("no line", {"forever", "pocket", "margin"})


def test_xor_goes_round() -> None:
    perceptron, starts = Perceptron(2), []
    for _ in range(20):
        perceptron.fit(XOR_X, XOR_Y, max_epochs=1)
        starts.append((*perceptron.weight, perceptron.bias))
    lesson.prove("circle", "circle" if len(set(starts[3:])) == 1 else "random")
    samples = np.column_stack([XOR_X, np.ones(4)])
    assert (samples[[0, 3]].sum(axis=0) == samples[[1, 2]].sum(axis=0)).all()
    lesson.prove("xor", "opposite")


def test_linear_layers_and_the_bend() -> None:
    design = np.column_stack([XOR_X, np.ones(4)])
    best = design @ np.linalg.lstsq(design, XOR_Y, rcond=None)[0]
    lesson.prove("linear", "half" if np.allclose(best, 0.5) else "xor")
    assert 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1 == 337
    bent = xor_by_hand().forward(XOR_X.astype(float))[:, 0]
    lesson.prove("layers", "relu" if (bent == XOR_Y).all() else "wider")
    lesson.prove("hidden", bent[3])


def test_each_number_in_a_reply_to_a_slip_is_a_slip() -> None:
    for item in {**lesson.predictions, **lesson.questions}.values():
        if isinstance(item, Numeric):
            for value, reply in item.feedback.items():
                verdict = item.judge(repr(value))
                assert not verdict.correct
                assert verdict.feedback == reply


def test_the_lesson_is_as_long_as_promised() -> None:
    assert len(lesson.predictions) == 7
    assert [e.level for e in lesson.exercises.values()] == ["warm-up", "core", "stretch"]
    kinds = [type(item) for item in lesson.questions.values()]
    counts = {kind: kinds.count(kind) for kind in (SingleChoice, MultipleChoice, Numeric)}
    assert counts == {SingleChoice: 4, MultipleChoice: 1, Numeric: 3}
    for item in (*lesson.predictions.values(), *lesson.questions.values()):
        assert item.explanation
        if not isinstance(item, Numeric):
            assert all(len(text) < 110 for text in item.options.values())


def test_right_answers_do_not_stand_in_one_place() -> None:
    places = [
        list(item.options).index(item.answer)
        for item in (*lesson.predictions.values(), *lesson.questions.values())
        if isinstance(item, SingleChoice)
    ]
    assert len(set(places)) >= 3
    assert max(map(places.count, places)) <= len(places) / 2


# ---------------------------------------------------------------------------- exercises


def update(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    error = y - int(weight @ x + bias > 0)
    return weight + error * x, bias + error


def epoch(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    mistakes = 0
    for sample, label in zip(x, y, strict=True):
        error = label - int(weight @ sample + bias > 0)
        weight, bias = weight + error * sample, bias + error
        mistakes += error != 0
    return weight, bias, mistakes


def parity() -> Any:
    return np.ones((3, 3)), np.array([-0.5, -1.5, -2.5]), np.array([1, -1, 1]), -0.5


SOLUTIONS = {"update": update, "epoch": epoch, "parity": parity}


def with_library(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    perceptron = Perceptron(x.shape[1], weight=weight, bias=bias)
    (mistakes,) = perceptron.fit(x, y, max_epochs=1)
    return [perceptron.weight, perceptron.bias, mistakes]


def in_place(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    answer = 1 if weight @ x + bias > 0 else 0
    if answer != y:
        weight += x if y else -x
        bias += 1 if y else -1
    return weight, bias


OTHER_SOLUTIONS = [
    ("update", in_place),
    ("epoch", with_library),
    ("parity", lambda: ([[2] * 3] * 3, [-1, -3, -5], [5, -5, 5], -1)),
    # At most none, at most one, at most two: the other way round.
    ("parity", lambda: (-np.ones((3, 3)), [0.5, 1.5, 2.5], [-1, 1, -1.0], 0.5)),
]


def batch(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    errors = y - (x @ weight + bias > 0)
    return weight + errors @ x, bias + errors.sum(), int(np.count_nonzero(errors))


def never_counts_the_sign(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    weight, bias, _ = epoch(weight, bias, x, y)
    return weight, bias, int(np.count_nonzero(y - (x @ weight + bias > 0)))


def sums_errors(weight: Any, bias: Any, x: Any, y: Any) -> Any:
    total = 0
    for sample, label in zip(x, y, strict=True):
        error = label - int(weight @ sample + bias > 0)
        weight, bias = weight + error * sample, bias + error
        total += error
    return weight, bias, total


WRONG = [
    ("update", lambda w, b, x, y: (w - (y - int(w @ x + b > 0)) * x, b)),
    ("update", lambda w, b, x, y: (w + (y - int(w @ x + b > 0)) * x, b)),  # no bias
    ("update", lambda w, b, x, y: (w + (y - int(w @ x + b >= 0)) * x, b + y - int(w @ x + b >= 0))),
    ("update", lambda w, b, x, y: (w + (y - (w @ x + b)) * x, b + y - (w @ x + b))),  # no threshold
    ("update", lambda w, b, x, y: (w + x, b + 1) if y else (w - x, b - 1)),  # right ones, too
    ("update", lambda w, b, x, y: (w + 0.1 * (y - int(w @ x + b > 0)) * x, b)),
    ("update", lambda w, b, x, y: (w + (y - int(w @ x > 0)) * x, b + y - int(w @ x > 0))),
    ("update", lambda w, b, x, y: update(w, b, x, y)[::-1]),
    ("update", lambda w, b, x, y: update(w, b, x, y)[0]),
    ("epoch", batch),
    ("epoch", never_counts_the_sign),
    ("epoch", sums_errors),
    ("epoch", lambda w, b, x, y: epoch(w, b, x, y)[:2]),
    ("epoch", lambda w, b, x, y: epoch(w, b, x[::-1], y[::-1])),
    ("epoch", lambda w, b, x, y: epoch(0 * w, 0, x, y)),
    ("epoch", lambda w, b, x, y: (*epoch(w, b, x, y)[:2], 0)),
    ("parity", lambda: (np.ones((3, 3)), np.array([-0.5] * 3), np.array([1, -1, 1]), -0.5)),  # OR
    ("parity", lambda: (np.ones((3, 3)), np.array([-1.0, -2, -3]), np.array([1, -1, 1]), -0.5)),
    ("parity", lambda: (np.ones((3, 3)), np.array([-0.5, -1.5, -2.5]), np.array([1, -2, 1]), -0.5)),
    ("parity", lambda: (np.eye(3), np.array([-0.5] * 3), np.array([1, 1, 1]), -0.5)),
    ("parity", lambda: (np.ones((3, 3)), [-0.5, -1.5, -2.5], np.array([[1], [-1], [1]]), -0.5)),
    ("parity", lambda: (np.full((3, 3), np.nan), [0, 0, 0], [0, 0, 0], 0)),
    ("parity", lambda: np.ones((3, 3))),
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
    assert report.outcome.status == "wrong", report
    assert "expected" in report.outcome.finding
    assert len(repr(report)) < 600


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_stub_is_not_attempted(name: str) -> None:
    def stub(*arguments: object) -> None: ...

    assert lesson.check(name, stub).outcome.status == "not attempted"


def test_hints_do_not_hold_the_solution() -> None:
    for exercise in lesson.exercises.values():
        text = " ".join(exercise.hints).replace(" ", "")
        for formula in ("weight+error*x", "bias+error", "0.5", "1.5"):
            assert formula not in text
        assert "return" not in text
