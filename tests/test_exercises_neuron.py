"""Lesson 01: every stored answer is computed anew, and every check tells right from wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlib import Dense
from nnlib.exercises import MultipleChoice, Numeric, SingleChoice
from nnlib.exercises.neuron import lesson
from nnlib.exercises.store import FILE, Store
from nnlib.explorables.neuron import OneNeuron, StarsAndQuasars
from nnlib.metrics import Confusion
from nnlib.neurons import McCullochPitts, boolean_function, linearly_separable


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "store", Store(tmp_path / FILE))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def can(inputs: int, truth: Callable[[np.ndarray], Any]) -> bool:
    """Whether one neuron can do a Boolean function."""
    x, _ = boolean_function(inputs, 0)
    return linearly_separable(x, np.array([int(truth(row)) for row in x]))


# ---------------------------------------------------------------------------- stored answers


def test_where_the_bias_moves_the_line() -> None:
    before, after = OneNeuron(b=0.8).distance(), OneNeuron(b=1.8).distance()
    lesson.prove("bias", "against" if after < before else "with")


def test_doubling() -> None:
    one = OneNeuron(w1=1.0, w2=0.5, b=1.0)
    both, weights = OneNeuron(w1=2.0, w2=1.0, b=2.0), OneNeuron(w1=2.0, w2=1.0, b=1.0)
    assert both.distance() == pytest.approx(one.distance())
    lesson.prove("double", "sharper" if both.sum() / one.sum() == pytest.approx(2) else "nothing")
    assert weights.distance() == pytest.approx(one.distance() / 2)
    lesson.prove("only weights", "halfway")


def test_the_width_of_an_s() -> None:
    z = np.linspace(-3, 3, 600_001)
    answers = sigmoid(10 * z)
    inside = z[(answers > 0.1) & (answers < 0.9)]
    lesson.prove("width", inside.max() - inside.min())


def test_what_one_neuron_can_do() -> None:
    tables = [boolean_function(2, number) for number in range(16)]
    lesson.prove("functions", sum(linearly_separable(x, y) for x, y in tables))
    truths: dict[str, tuple[int, Callable[[np.ndarray], Any]]] = {
        "and": (2, lambda row: row.sum() == 2),
        "not": (2, lambda row: row[0] > row[1]),
        "xor": (2, lambda row: row.sum() == 1),
        "majority of five": (5, lambda row: row.sum() >= 3),
        "parity": (3, lambda row: row.sum() % 2),
    }
    lesson.prove("one neuron", {name for name, (n, truth) in truths.items() if can(n, truth)})


def test_a_neuron_of_1943() -> None:
    x, _ = boolean_function(3, 0)
    fires = McCullochPitts([1, 1, 1], threshold=2).predict(x)
    lesson.prove("1943", "majority" if np.array_equal(fires, x.sum(axis=1) >= 2) else "odd")


def test_sums_and_lines() -> None:
    lesson.prove("sum", 2 * 1 + -1 * 3 + 0.5)
    points = {"origin": (0, 0), "arrow": (1, 2), "on": (2, 1), "far": (4, 4)}
    on = [name for name, point in points.items() if np.dot([1, 2], point) - 4 == 0]
    assert len(on) == 1
    lesson.prove("on the line", on[0])


def test_the_numbers_of_a_layer() -> None:
    layer = Dense(10, 5, rng=np.random.default_rng(0))
    lesson.prove("layer", sum(parameter.value.size for parameter in layer.parameters()))
    z = layer.forward(np.zeros((32, 10), dtype=np.float32))
    assert (layer.weight.value.shape, z.shape) == ((10, 5), (32, 5))
    lesson.prove("shapes", "rows")


def test_quasars() -> None:
    view = StarsAndQuasars()
    view.run(400)
    lesson.prove("always star", 100 * float(np.mean(view.test_labels == 0)))
    low, middle = view.scores(0.1), view.scores(0.5)
    trade = low.recall > middle.recall and low.precision < middle.precision
    lesson.prove("threshold", "trade" if trade else "both")
    assert "0.962 to 0.696" in lesson.predictions["threshold"].explanation
    assert [round(s.precision, 3) for s in (middle, low)] == [0.962, 0.696]
    lesson.prove("costly", "lower" if low.false_negatives < middle.false_negatives else "raise")
    rare = StarsAndQuasars(share=0.01)
    rare.run(400)
    scores = rare.scores()
    assert (scores.true_positives, round(scores.accuracy, 3)) == (4, 0.991)
    assert scores.false_positives + scores.false_negatives == 37
    lesson.prove("rare", "few")


def test_precision_of_calls() -> None:
    counts = Confusion(true_positives=45, false_positives=15, false_negatives=5, true_negatives=0)
    lesson.prove("precision", counts.precision)
    assert counts.recall == 0.9


def test_each_number_in_a_reply_to_a_slip_is_a_slip() -> None:
    for item in (*lesson.predictions.values(), *lesson.questions.values()):
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
    assert counts == {SingleChoice: 5, MultipleChoice: 1, Numeric: 2}
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


# ---------------------------------------------------------------------------- exercises


def neuron(x: Any, w: Any, b: float) -> Any:
    return sigmoid(w @ x + b)


def layer(x: Any, weight: Any, bias: Any) -> Any:
    return sigmoid(x @ weight + bias)


def scores(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    hits = np.sum(called & (labels == 1))
    with np.errstate(invalid="ignore"):  # where it is given what another exercise gives
        return hits / np.sum(called), hits / np.sum(labels == 1)


SOLUTIONS = {"neuron": neuron, "layer": layer, "scores": scores}


def layer_in_loops(x: Any, weight: Any, bias: Any) -> Any:
    return [[sigmoid(row @ weight[:, k] + bias[k]) for k in range(len(bias))] for row in x]


def scores_in_loops(probabilities: Any, labels: Any, threshold: float) -> Any:
    hits = calls = quasars = 0
    for probability, label in zip(probabilities, labels, strict=True):
        calls += probability > threshold
        quasars += label
        hits += probability > threshold and label == 1
    return [hits / calls, hits / quasars]


OTHER_SOLUTIONS = [
    ("neuron", lambda x, w, b: float(0.5 * (1 + np.tanh(0.5 * (sum(x * w) + b))))),
    ("layer", layer_in_loops),
    ("layer", lambda x, weight, bias: sigmoid(np.einsum("ij,jk->ik", x, weight) + bias[None, :])),
    ("scores", scores_in_loops),
]


def accuracy_first(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    return np.mean(called == (labels == 1)), scores(probabilities, labels, threshold)[1]


def of_all_objects(probabilities: Any, labels: Any, threshold: float) -> Any:
    called = probabilities > threshold
    return np.mean(called & (labels == 1)), np.mean(called & (labels == 1))


WRONG = [
    ("neuron", lambda x, w, b: w @ x + b),
    ("neuron", lambda x, w, b: sigmoid(w @ x)),
    ("neuron", lambda x, w, b: sigmoid(-(w @ x + b))),
    ("neuron", lambda x, w, b: float(w @ x + b > 0)),
    ("neuron", lambda x, w, b: sigmoid(w * x + b)),
    ("neuron", lambda x, w, b: np.tanh(w @ x + b)),
    ("neuron", lambda x, w, b: sigmoid(w @ x) + b),
    ("layer", lambda x, weight, bias: x @ weight + bias),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight)),
    ("layer", lambda x, weight, bias: sigmoid(weight.T @ x.T + bias[:, None])),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight.T + bias)),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight) + bias),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight + bias)[0]),
    ("layer", lambda x, weight, bias: sigmoid(x @ weight + bias.sum())),
    ("scores", lambda *arguments: scores(*arguments)[::-1]),
    ("scores", lambda *arguments: scores(*arguments)[0]),
    ("scores", lambda p, labels, at: scores(p, labels, 0.5)),
    ("scores", lambda p, labels, at: scores(p, 1 - labels, at)),
    ("scores", lambda p, labels, at: scores(1 - p, labels, at)),
    ("scores", accuracy_first),
    ("scores", of_all_objects),
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
    assert len(repr(report)) < 500


def test_the_sum_in_place_of_the_answer_is_recognised() -> None:
    assert "squash it" in repr(lesson.check("neuron", lambda x, w, b: w @ x + b).outcome)


def test_recall_in_place_of_precision_is_recognised() -> None:
    swapped = lesson.check("scores", lambda *arguments: scores(*arguments)[::-1])
    assert "That is the recall" in repr(swapped.outcome)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_stubs_and_solutions_of_others_are_no_solutions(name: str) -> None:
    def stub(*arguments: object) -> None: ...

    assert lesson.check(name, stub).outcome.status == "not attempted"
    also = {"neuron": {"layer"}}  # a layer of one neuron, given one sample, is a neuron
    for other, solution in SOLUTIONS.items():
        assert lesson.accepts(name, solution) == (other in {name} | also.get(name, set()))


def test_hints_do_not_hold_the_solution() -> None:
    for exercise in lesson.exercises.values():
        text = " ".join(exercise.hints).replace(" ", "")
        for formula in ("w@x+b", "x@weight", "np.exp(-", "hits/", "&(labels==1)"):
            assert formula not in text
        assert "return" not in text
