"""Lesson 01: every stored answer is computed anew."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from answers.neuron import sigmoid
from nnlib import Dense
from nnlib.exercises.neuron import lesson
from nnlib.explorables.neuron import OneNeuron, StarsAndQuasars
from nnlib.metrics import Confusion
from nnlib.neurons import McCullochPitts, boolean_function, linearly_separable


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
