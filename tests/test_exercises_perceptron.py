"""Lesson 02: every stored answer is computed anew."""

import numpy as np
import pytest

from nnlib.exercises.perceptron import lesson
from nnlib.neurons import Perceptron, boolean_function, margin, novikoff_bound, widest_line
from nnlib.zoo import xor_by_hand

XOR_X, XOR_Y = boolean_function(2, 0b0110)


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
