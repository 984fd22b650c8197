"""Lesson 09: every stored answer is computed anew."""

import numpy as np

from nnlib import GRU, LSTM, RNN, MeanSquaredError
from nnlib.exercises.recurrent import lesson
from nnlib.explorables.recurrent import Forecast, GradientHorizon, Lengths, MemoryRace, ThroughTime
from nnlib.explorables.recurrent.cells import half_life, make_rnn, state_gradients
from nnlib.explorables.recurrent.unroll import Unroll


def size(cell: object) -> int:
    return sum(parameter.value.size for parameter in cell.parameters())


def test_weights_are_shared() -> None:
    view = Unroll()
    sizes = []
    for _ in range(12):
        sizes.append((len(view.string()), view.parameters()))
        view.run(len(view.string()))
    assert len({length for length, _ in sizes}) > 1
    lesson.prove("copies", "none" if len({n for _, n in sizes}) == 1 else "double")
    rng = np.random.default_rng(0)
    lesson.prove("count", size(RNN(3, 5, rng=rng)))
    lesson.prove("times", size(LSTM(3, 5, rng=rng)) / size(RNN(3, 5, rng=rng)))
    assert size(GRU(3, 5, rng=rng)) == 3 * size(RNN(3, 5, rng=rng))
    cell = RNN(2, 3, rng=rng, dtype=np.float64)
    x = rng.normal(size=(1, 2, 2))
    turned = cell.forward(x[:, ::-1].copy())
    lesson.prove("state", "loop" if not np.allclose(cell.forward(x), turned) else "deep")


def test_shares_add_up() -> None:
    tape = ThroughTime()
    shares = []
    for which in range(3):  # three weights that happen to be equal
        ends = []
        for h in (1e-6, -1e-6):
            w, state = np.ones(3), 0.0
            w[which] += h
            for x, weight in zip((1.0, 0.0, 0.0), w, strict=True):
                state = np.tanh(weight * x + 0.5 * state)
            ends.append(0.5 * (1 - state) ** 2)
        shares.append((ends[0] - ends[1]) / 2e-6)
    same = np.isclose(sum(shares), tape.number("w", "gradient"))
    lesson.prove("shared", "sum" if same else "last")


def test_how_far_a_gradient_reaches() -> None:
    lesson.prove("horizon", GradientHorizon(radius=0.5, size=0.0).horizon("RNN"))
    lesson.prove("half", half_life(1.0))
    cell = make_rnn(1, 4, radius=0.9, rng=np.random.default_rng(0), dtype=np.float64)
    left = state_gradients(cell, np.zeros((1, 21, 1)), np.ones((1, 4)))
    lesson.prove("left", round(float(left[20]), 2))


def test_the_race_and_the_mask() -> None:
    race = MemoryRace()
    race.run(300)
    learnt = (race.accuracy("rnn_a") > 0.95, race.accuracy("lstm_b") > 0.95)
    names = {(True, False): "rnn", (False, True): "lstm", (True, True): "both"}
    lesson.prove("race", names.get(learnt, "neither"))
    view = Lengths()
    view.run(400)
    assert view.accuracy("masked") > 0.95
    lesson.prove("mask", "guess" if view.accuracy("plain") < 0.6 else "less")


def test_one_network_has_no_doubt() -> None:
    view = Forecast(members=1)
    view.run(50)
    width = view.frame()["spread"]["width"][1]
    lesson.prove("band", "same" if np.ptp(width) < 1e-6 else "wider")


def test_gates() -> None:
    rng = np.random.default_rng(0)
    kept = {}
    for name, i, f in (("open", 9, 9), ("shut", -9, -9), ("write", 9, -9), ("carry", -9, 9)):
        cell = LSTM(1, 1, rng=rng, dtype=np.float64)
        cell.weight.value[:3] = cell.recurrent_weight.value[:3] = 0
        cell.bias.value[:, 0] = [i, f, 0, 0.5]
        cell.forward(rng.normal(size=(1, 50, 1)), state=np.array([[[0.0]], [[0.6]]]))
        kept[name] = abs(float(cell.cells[0, -1, 0]) - 0.6)
    lesson.prove("carry", min(kept, key=kept.get))
    true = {"learnt", "keep"} if half_life(5.0) > 40 * half_life(1.0) else {"learnt"}
    cell = LSTM(1, 1, rng=rng, dtype=np.float64)
    x = rng.normal(size=(1, 3, 1))
    cell.forward(x)
    gates, cells = cell.gates, cell.cells[0, :, 0]
    grown = gates["forget"][0, 1:, 0] * cells[:-1] + (gates["input"] * gates["candidate"])[0, 1:, 0]
    true |= {"add"} if np.allclose(grown, cells[1:]) else set()
    vanished = GradientHorizon(forget_bias=0.0).shares("LSTM")[-1]
    true |= {"never"} if vanished > 1e-3 else set()
    lesson.prove("gates", true)


def test_forms_and_clipping() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 7, 3)).astype(np.float32)
    shapes = {
        "one": RNN(3, 4, rng=rng).forward(x).shape,
        "each": RNN(3, 4, rng=rng, returns="all").forward(x).shape,
    }
    lesson.prove("many", next(name for name, shape in shapes.items() if shape == (2, 4)))
    from nnlib.clipping import clip_by_norm

    cell = make_rnn(3, 4, radius=3.0, rng=rng, initializer=lambda s, **o: np.zeros(s, o["dtype"]))
    output = cell.forward(x)
    cell.backward(MeanSquaredError().gradient(output, output - 100))
    long = clip_by_norm(cell.parameters(), 1.0)
    after = np.sqrt(sum(float((p.grad**2).sum()) for p in cell.parameters()))
    lesson.prove("explode", "clip" if long > 10 and after < 1.001 else "mask")
