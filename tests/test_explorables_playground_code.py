"""Lesson 10: the program that the playground shows makes the weights that the playground has."""

import contextlib

import numpy as np
import pytest

from nnlib.explorables.playground import Playground
from nnlib.explorables.playground.controls import CONTROLS
from nnlib.explorables.playground.data import DIGITS, NAMES, OWN_POINTS
from nnlib.explorables.playground.features import FEATURES
from nnlib.live import Choice, Points, Slider, Table, Toggle

CASES = 120


def random_value(control, rng):
    match control:
        case Choice():
            return str(rng.choice(control.options))
        case Toggle():
            return bool(rng.integers(2))
        case Slider(integer=True):
            return int(
                rng.integers(control.minimum, min(control.maximum, control.minimum + 60) + 1)
            )
        case Slider(log=True):
            low, high = np.log(control.minimum), np.log(min(control.maximum, 0.3))
            return float(np.exp(rng.uniform(low, high)))
        case Slider():
            return float(rng.uniform(control.minimum, control.maximum))
        case Points():
            count = int(rng.integers(0, 12))
            return [[*rng.uniform(-1, 1, 2).tolist(), int(rng.integers(2))] for _ in range(count)]
        case Table():
            return control.value


def random_view(number):
    """A playground whose every control stands somewhere."""
    rng = np.random.default_rng(number)
    values = {control.name: random_value(control, rng) for control in CONTROLS}
    values["data"] = NAMES[number % len(NAMES)]
    values["schedule_length"] = int(rng.integers(100, 200))
    values["layers"] = int(rng.integers(0, 5))
    if values["batch_norm"]:
        values["batch_size"] += 1
    if not any(values[name] for name in FEATURES):
        values["product"] = True
    if values["data"] == OWN_POINTS and len(values["points"]) < 3:
        values["points"] = [[0.5, 0.5, 1], [-0.25, 0.5, 0], [0.125, -0.75, 0]]
    return Playground(seed=number, **values)


def outcome(text):
    """What a program leaves behind."""
    found = {}
    exec(compile(text, "program", "exec"), found)
    return found["network"]


def same_weights(network, view):
    """Equal to the last bit."""
    for mine, shown in zip(network.parameters(), view.network.parameters(), strict=True):
        np.testing.assert_array_equal(mine.value, shown.value)


@pytest.mark.parametrize("number", range(CASES))
def test_the_program_makes_the_weights_of_the_view(number):
    view = random_view(number)
    updates = 3 if view.values["data"] == DIGITS else 12 + number % 40
    with contextlib.suppress(FloatingPointError):  # then it stands where all was finite
        view.run(updates)
    network = outcome(view.code())
    assert repr(network) == repr(view.network)
    same_weights(network, view)
    for mine, shown in zip(network.buffers(), view.network.buffers(), strict=True):
        np.testing.assert_array_equal(mine, shown)


def test_a_program_of_no_updates_has_the_first_weights():
    view = Playground()
    network = outcome(view.code())
    same_weights(network, view)


def test_the_program_holds_after_rewinding_and_by_samples():
    view = Playground(dropout=0.3, units_1=6)
    view.run(30)
    view.player.seek(17)
    for _ in range(4):
        view.player.advance("sample")
    view.player.advance("epoch")
    network = outcome(view.code())
    same_weights(network, view)
    assert view.trainer.iteration in (30, 45)


def test_the_program_says_what_was_moved_on_the_way():
    view = Playground()
    view.run(10)
    assert not view.code().startswith("#")
    view.set("learning_rate", 0.1)
    view.edit("network", "weight", (1, 0, 0), 2.0)
    assert "Learning rate, a weight by hand" in view.code().splitlines()[0]
    view.player.reset()
    view.run(5)
    assert not view.code().startswith("#")


def test_what_was_moved_before_the_first_update_needs_no_word():
    view = Playground()
    for name, value in (
        *(("noise", 0.2), ("samples", 100), ("batch_size", 7), ("optimizer", "Nesterov")),
        *(("momentum", 0.5), ("schedule", "cosine"), ("points", [[0.5, 0.5, 0]])),
    ):
        view.set(name, value)
    view.run(30)
    assert not view.code().startswith("#")
    network = outcome(view.code())
    same_weights(network, view)


def test_rewinding_forgets_numbers_by_hand_but_not_settings():
    view = Playground()
    view.run(10)
    view.player.advance()
    view.edit("network", "bias", (1, 0), 3.0)
    view.set("noise", 0.2)
    view.player.seek(5)
    assert view.code().startswith("# Moved on the way: Noise.")
    view.player.seek(0)
    view.run(20)
    network = outcome(view.code())
    assert not view.code().startswith("#")
    same_weights(network, view)


def test_a_program_is_short():
    lines = [line for line in Playground().code().splitlines() if "import" not in line]
    assert len(lines) <= 14
