"""Lesson 05: every stored answer is computed anew, and every check tells right from wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnlib import CrossEntropy, Dense, Sequential, Tanh
from nnlib.exercises import MultipleChoice, Numeric, SingleChoice
from nnlib.exercises.activations import lesson
from nnlib.exercises.store import FILE, Store
from nnlib.explorables.activations import DeadUnit, GradientFlow, SlopeChain
from nnlib.explorables.activations.drawn_layer import CENTRES, TableActivation
from nnlib.explorables.activations.flow_lab import GLOROT
from nnlib.explorables.activations.functions import value_and_slope
from nnlib.explorables.activations.temperature import softmax_at
from nnlib.initializers import he_normal, zeros


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "store", Store(tmp_path / FILE))


# ---------------------------------------------------------------------------- stored answers


def test_slopes() -> None:
    z = np.linspace(-8, 8, 1601)
    lesson.prove("steepest", value_and_slope("logistic", z)[1].max())
    at = np.arctanh(0.6)
    lesson.prove("tanh slope", value_and_slope("tanh", at)[1][0])
    leak = value_and_slope("leaky ReLU", [-1.0])[1][0]
    relu = value_and_slope("ReLU", [-1.0, 1.0])[1]
    true = {"one"} if relu[1] == 1 else set()
    true |= {"dead"} if relu[0] == 0 else set()
    true |= {"leak"} if leak > 0 else set()
    lesson.prove("relu", true)


def test_the_chain_and_its_victims() -> None:
    best = SlopeChain(**dict.fromkeys(SlopeChain.moving, 0.0)).left()[-1]
    lesson.prove("chain", "nothing" if best < 1 / 30_000 else "quarter")
    flow = GradientFlow(activation="logistic", initial=GLOROT).flow()
    grads = [row.weight_grad for row in flow]
    lesson.prove("vanish", "first" if 0 < grads[0] == min(grads) else "last")


def test_a_dead_unit_stays_dead() -> None:
    view = DeadUnit(learning_rate=1.0)
    view.run(1)
    place = view.place()
    view.set("learning_rate", 0.05)
    view.run(200)
    lesson.prove("dead", "nothing" if view.place() == place else "slow")


def test_half_is_lost_and_a_ratio_lies() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(400, 300))
    squares = []
    for _ in range(10):
        a = np.maximum(a @ rng.normal(0, np.sqrt(1 / 300), (300, 300)), 0)
        squares.append((a**2).mean())
    factors = np.array(squares[1:]) / squares[:-1]
    lesson.prove("half", "half" if np.allclose(factors, 0.5, atol=0.12) else "same")
    flow = GradientFlow(activation="ReLU", initial=GLOROT).flow()
    ratio, size = flow[0].weight_grad / flow[-1].weight_grad, flow[0].weight_grad
    lesson.prove("ratio", "no" if 0.5 < ratio < 2 and size < 1e-4 else "yes")
    lesson.prove("he", he_normal((50, 200), rng=rng).std().round(2))


def test_softmax_and_its_temperature() -> None:
    z = np.array([2.0, 1.0, 0.5, -1.0, -2.0])
    cold = softmax_at(z, 1e-3)
    lesson.prove("cold", "winner" if cold.round(6).tolist() == [1, 0, 0, 0, 0] else "alike")
    changes = {
        "add": softmax_at(z + 100, 1.0),
        "double": softmax_at(2 * z, 1.0),
        "both": softmax_at(2 * z, 2.0),
        "largest": softmax_at(z - z.max(), 1.0),
        "tau": softmax_at(z, 2.0),
    }
    same = {name for name, p in changes.items() if np.allclose(p, softmax_at(z, 1.0))}
    lesson.prove("softmax", same)


def test_what_lines_and_hinges_can_do() -> None:
    rng = np.random.default_rng(0)
    network = Sequential(
        Dense(2, 8, rng=rng, dtype=np.float64),
        TableActivation(0.5 * CENTRES),
        Dense(8, 8, rng=rng, dtype=np.float64),
        TableActivation(0.5 * CENTRES),
        Dense(8, 1, rng=rng, dtype=np.float64),
    )
    x = rng.normal(size=(3, 2))
    middle = network.forward((x[:1] + x[1:2]) / 2)
    straight = np.allclose(middle, network.forward(x[:2]).mean(axis=0))
    lesson.prove("line", "line" if straight else "circle")
    lesson.prove("why", "collapse" if straight else "range")
    hinges = np.sort(rng.uniform(-1, 1, 8))
    grid = np.linspace(-2, 2, 400_001)
    answer = sum(v * np.maximum(grid - h, 0) for v, h in zip(range(1, 9), hinges, strict=True))
    bends = np.flatnonzero(np.abs(np.diff(answer, 2)) > 1e-7)
    lesson.prove("pieces", 1 + np.count_nonzero(np.diff(bends, prepend=-9) > 1))


def test_zero_weights_keep_units_alike() -> None:
    rng = np.random.default_rng(0)
    network = Sequential(
        Dense(3, 4, rng=rng, initializer=zeros), Tanh(), Dense(4, 2, rng=rng, initializer=zeros)
    )
    x, y = rng.normal(size=(20, 3)).astype(np.float32), np.arange(20) % 2
    for _ in range(5):
        network.backward(CrossEntropy().gradient(network.forward(x), y))
        for parameter in network.parameters():
            parameter.value -= 0.5 * parameter.grad
    weight = network.parameters()[0].value
    lesson.prove("zeros", "alike" if (weight == weight[:, :1]).all() else "nothing")


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
    assert counts == {SingleChoice: 3, MultipleChoice: 2, Numeric: 2}
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


def logistic(z: Any) -> Any:
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def softmax(logits: Any, temperature: float) -> Any:
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def he(n_in: int, n_out: int, rng: np.random.Generator) -> Any:
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


SOLUTIONS: dict[str, Callable] = {"logistic": logistic, "softmax": softmax, "he": he}


def by_rows(logits: Any, temperature: float) -> Any:
    return [softmax(row[None], temperature)[0] for row in logits]


def he_uniform(n_in: int, n_out: int, rng: np.random.Generator) -> Any:
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, (n_in, n_out))


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("logistic", lambda z: ((1 + np.tanh(z / 2)) / 2, 1 / (4 * np.cosh(z / 2) ** 2))),
    ("logistic", lambda z: list(logistic(z))),
    ("softmax", by_rows),
    ("he", he_uniform),
    ("he", lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out)) * (2 / n_in) ** 0.5),
]


def unsafe(logits: Any, temperature: float) -> Any:
    e = np.exp(logits / temperature)
    return e / e.sum(axis=1, keepdims=True)


def one_maximum(logits: Any, temperature: float) -> Any:
    z = (logits - logits.max()) / temperature
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def whole_batch(logits: Any, temperature: float) -> Any:
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum()


def multiplied(logits: Any, temperature: float) -> Any:
    return softmax(logits, 1 / temperature)


WRONG: list[tuple[str, Callable]] = [
    ("logistic", lambda z: (logistic(z)[0], logistic(z)[0])),
    ("logistic", lambda z: (logistic(-z)[0], logistic(z)[1])),
    ("logistic", lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2)),
    ("logistic", lambda z: (logistic(z)[0], z * (1 - z))),
    ("logistic", lambda z: (logistic(z)[0], 1 - logistic(z)[0] ** 2)),
    ("logistic", lambda z: logistic(z)[0]),
    ("logistic", lambda z: logistic(z)[::-1]),
    ("softmax", unsafe),
    ("softmax", one_maximum),
    ("softmax", whole_batch),
    ("softmax", multiplied),
    ("softmax", lambda logits, temperature: softmax(logits, 1.0)),
    ("softmax", lambda logits, temperature: softmax(logits.T, temperature).T),
    ("softmax", lambda logits, temperature: logits / logits.sum(axis=1, keepdims=True)),
    ("he", lambda n_in, n_out, rng: rng.normal(0, 2 / n_in, (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(1 / n_in), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_out), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))),
    ("he", lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))),
    ("he", lambda n_in, n_out, rng: np.abs(rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)))),
    ("he", lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out))),
    ("he", lambda n_in, n_out, rng: he(n_in, n_out, np.random.default_rng(0))),
]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_solution_is_accepted(name: str) -> None:
    assert lesson.accepts(name, SOLUTIONS[name])
    report = lesson.check(name, SOLUTIONS[name])
    assert report.outcome.status == "correct", report


@pytest.mark.parametrize(("name", "solution"), OTHER_SOLUTIONS)
def test_other_ways_to_the_same_are_accepted(name: str, solution: Callable) -> None:
    report = lesson.check(name, solution)
    assert report.outcome.status == "correct", report


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_plausible_wrong_answers_are_rejected(name: str, function: Callable) -> None:
    report = lesson.check(name, function)
    assert report.outcome.status == "wrong"
    assert "expected" in report.outcome.finding
    assert len(repr(report)) < 600


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_stub_is_not_attempted(name: str) -> None:
    def stub(*arguments: object) -> None: ...

    assert lesson.check(name, stub).outcome.status == "not attempted"


def test_he_is_accepted_by_chance_of_no_seed() -> None:
    """The check draws: a right answer must pass it every time."""
    assert all(lesson.accepts("he", he) for _ in range(20))


def test_hints_do_not_hold_the_solution() -> None:
    for exercise in lesson.exercises.values():
        text = " ".join(exercise.hints).replace(" ", "")
        for formula in ("a*(1-a)", "np.exp(", "2/n_in", "axis=1"):
            assert formula not in text
        assert "return" not in text
