"""Lesson 05: every stored answer is computed anew."""

import numpy as np

from nnlib import CrossEntropy, Dense, Sequential, Tanh
from nnlib.exercises.activations import lesson
from nnlib.explorables.activations import DeadUnit, GradientFlow, SlopeChain
from nnlib.explorables.activations.drawn_layer import CENTRES, TableActivation
from nnlib.explorables.activations.flow_lab import GLOROT
from nnlib.explorables.activations.functions import value_and_slope
from nnlib.explorables.activations.temperature import softmax_at
from nnlib.initializers import he_normal, zeros

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
