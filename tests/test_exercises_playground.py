"""Lesson 10: every stored answer is computed anew."""

import numpy as np

from nnlib.exercises.playground import lesson
from nnlib.explorables import playground as live
from nnlib.explorables.playground.features import FEATURES


def with_inputs(*names: str) -> dict[str, bool]:
    return {name: name in names for name in FEATURES}


def test_which_inputs_a_neuron_needs() -> None:
    right = {}
    for option, names in {
        "plain": ("x1", "x2"),
        "product": ("product",),
        "squares": ("x1_squared", "x2_squared"),
    }.items():
        view = live.CircleInputs(**with_inputs(*names))
        view.run(2000)
        right[option] = view.test().accuracy
    assert sorted(right.values())[1] < 0.75 < 0.97 < max(right.values())
    lesson.prove("inputs", max(right, key=lambda option: right[option]))


def test_how_many_neurons_close_a_border() -> None:
    found = []
    for units in (1, 2, 3):
        view = live.FewNeurons(units_1=units)
        view.run(3000)
        found.append(view.test().accuracy)
    lesson.prove("neurons", 1 + int(np.argmax(np.array(found) > 0.97)))


def test_updates_of_an_epoch() -> None:
    view = live.BatchSteps()
    view.player.advance("epoch")
    lesson.prove("updates", view.trainer.iteration)
    lesson.prove("batches", int(np.ceil(400 / 32)))


def test_overfitting() -> None:
    view, losses = live.Overfitting(), []
    for _ in range(30):
        view.run(100)
        losses.append(view.test().loss)
    apart = view.train().loss < 0.01 and losses[-1] > 3 * min(losses)
    lesson.prove("overfit", "apart" if apart else "both")
    helped = set()
    for remedy, preset in {"price": "A price on weights", "data": "Three hundred points"}.items():
        other = live.Overfitting()
        other.choose(preset)
        other.run(3000)
        helped |= {remedy} if other.test().loss < losses[-1] / 5 else set()
    helped |= {"stop"} if min(losses) < losses[-1] / 5 else set()
    helped |= {"long"} if losses[-1] < losses[len(losses) // 2] else set()
    lesson.prove("remedy", helped)


def test_the_spiral_wants_adam() -> None:
    right = {}
    for option, changes in {
        "sgd": {},
        "adam": {"optimizer": "Adam", "learning_rate": 0.01},
        "linear": {"activation": "linear"},
        "slow": {"learning_rate": 0.003},
        "batch": {"batch_size": 100},
    }.items():
        view = live.SpiralDuel(**changes)
        view.run(3000)
        right[option] = view.test().accuracy
    lesson.prove("spiral", max(right, key=lambda option: right[option]))


def test_counts_and_borders() -> None:
    lesson.prove("count", live.Playground().network.summary().parameters)
    sizes = {f"units_{layer}": 4 for layer in range(1, 7)}
    view = live.Playground(layers=6, activation="linear", noise=0.0, **sizes)
    view.run(300)
    x = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    x[2] = (x[0] + x[1]) / 2
    z = view.network.forward(x)[:, 0]
    straight = np.isclose(z[2], (z[0] + z[1]) / 2, atol=1e-4)
    lesson.prove("bend", "line" if straight else "circle")


def test_what_is_kept_apart_and_scaled() -> None:
    view = live.Overfitting()
    view.run(3000)
    train, test = view.train().accuracy, view.test().accuracy
    lesson.prove("test", "judge" if train == 1 and test < 0.8 else "speed")
    view = live.OwnData()
    spread = view.data.split.x_train.std(axis=0)
    lesson.prove("scale", "alike" if np.allclose(spread, 1, atol=1e-3) else "range")
