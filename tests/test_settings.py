"""Seed, data set, presets and units: what is set beside the controls, and the line of text."""

import json
import re

import numpy as np
import pytest

from nnlib.datasets import mnist_available
from nnlib.explorables.gradient_descent import BatchNoise, OptimizerRace, RateChoice, RateDepthMap
from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary
from nnlib.live import clean_seed
from test_stage import Browser

SEEDED = {
    "digits": lambda **options: DigitsTraining(data="digits", **options),
    "spiral": SpiralBoundary,
    "batches": BatchNoise,
    "rates": RateChoice,
    "depths": RateDepthMap,
}
each_seeded = pytest.mark.parametrize("make", SEEDED.values(), ids=SEEDED.keys())
NO_SEEDS = [-1, 2**32, 10**5000, 1.5, 1.0, True, None, "7", "", [7], {}, float("nan"), "x" * 9000]


def stand(lesson):
    learnt = [p.value.tobytes() for p in lesson.network.parameters()]
    return dict(lesson.values), lesson.settings(), lesson.player.step, learnt


def weights(lesson):
    return np.concatenate([p.value.ravel() for p in lesson.network.parameters()])


# ---------------------------------------------------------------- seeds


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_seeds_from_0_to_the_largest_are_taken(seed):
    assert clean_seed(seed) == seed
    lesson = SpiralBoundary(seed=seed)
    assert lesson.settings() == {"seed": seed}
    lesson.run(3)


@pytest.mark.parametrize("seed", NO_SEEDS, ids=range(len(NO_SEEDS)))
def test_no_seeds_are_refused_and_change_nothing(seed):
    with pytest.raises(ValueError, match=r"whole number from 0 to 4,294,967,295, got .*stays") as c:
        SpiralBoundary(seed=seed)
    assert len(str(c.value)) < 150
    lesson = SpiralBoundary(seed=3)
    lesson.run(5)
    before = stand(lesson)
    with pytest.raises(ValueError, match="Seed expects"):
        lesson.reseed(seed)
    assert stand(lesson) == before


@each_seeded
def test_another_seed_starts_anew_as_if_it_had_been_there_from_the_start(make):
    first, second = make(seed=7), make(seed=2)
    second.run(12)
    second.player.play()
    second.reseed(7)
    assert (second.player.step, second.player.playing, second.seed) == (0, True, 7)
    second.run(12)
    first.run(12)
    assert second.state == first.state
    for name, data in first.frame().items():
        for field, value in data.items():
            if name != "updates" and name != "passes":  # the run before is shown there too
                np.testing.assert_array_equal(value, second.frame()[name][field])


def test_the_seed_it_has_restarts_nothing():
    lesson = SpiralBoundary(seed=4)
    lesson.run(5)
    lesson.reseed(4)
    assert lesson.player.step == 5


def test_what_is_not_random_takes_no_seed():
    race = OptimizerRace()
    assert race.settings() == {}
    assert race.stage.spec["seed"] is None
    with pytest.raises(ValueError, match="has no seed to choose; nothing has changed"):
        race.reseed(1)
    with pytest.raises(ValueError, match="has no seed to choose"):
        race.restore('{"explorable": "OptimizerRace", "values": {}, "seed": 1}')


# ---------------------------------------------------------------- the line of text


@each_seeded
def test_a_state_brings_values_and_seed(make):
    first, second = make(seed=11, speed=50), make()
    second.run(4)
    second.restore(first.state)
    assert second.state == first.state
    assert json.loads(first.state)["seed"] == second.seed == 11
    assert second.player.step == 0


def test_the_state_of_the_digits_names_the_data():
    assert json.loads(SEEDED["digits"]().state)["data"] == "digits"
    best = "mnist" if mnist_available() else "digits"
    assert DigitsTraining().settings() == {"seed": 0, "data": best}


def test_states_of_before_seeds_were_kept_still_load():
    lesson = SpiralBoundary(seed=5)
    lesson.restore('{"explorable": "SpiralBoundary", "values": {"momentum": 0.2}}')
    assert (lesson.values["momentum"], lesson.seed) == (0.2, 5)


@pytest.mark.parametrize(
    "extra",
    [
        *({"seed": seed} for seed in (-1, 2**32, 1.5, True, None, "7", [1])),
        *({"data": data} for data in ("mnist", "", None, 5, ["digits"], {})),
        {"seed": 1, "data": "moons"},
        {"version": 2},
        {"__class__": "x"},
    ],
    ids=str,
)
def test_states_with_a_broken_setting_change_nothing(extra):
    lesson = SpiralBoundary()
    lesson.run(5)
    before = stand(lesson)
    state = {"explorable": "SpiralBoundary", "values": {"noise": 0.2}, **extra}
    with pytest.raises(ValueError, match=r"nothing has changed|stays as it was"):
        lesson.restore(json.dumps(state))
    assert stand(lesson) == before


def test_a_state_on_mnist_where_there_is_none_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("nnlib.explorables.digit_pictures.mnist_available", lambda: False)
    lesson = SEEDED["digits"]()
    lesson.run(5)
    before = stand(lesson)
    state = json.loads(lesson.state) | {"data": "mnist"}
    with pytest.raises(ValueError, match=r"load_mnist\(\) in a cell downloads; nothing"):
        lesson.restore(json.dumps(state))
    with pytest.raises(ValueError, match="data to be one of digits, mnist, got 'moons'"):
        lesson.restore(json.dumps(state | {"data": "moons"}))
    assert stand(lesson) == before


def test_data_that_cannot_be_made_leave_all_as_it_was(monkeypatch):
    lesson = SEEDED["digits"]()
    lesson.run(5)
    before = stand(lesson)
    monkeypatch.setattr("nnlib.explorables.start_here.digits.load_digits", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lesson.reseed(9)
    assert stand(lesson) == before


# ---------------------------------------------------------------- presets


@pytest.mark.parametrize("make", [SEEDED["digits"], SpiralBoundary], ids=["digits", "spiral"])
def test_every_preset_moves_its_controls_at_once(make):
    lesson = make()
    assert len(lesson.presets) >= 3
    for name, values in lesson.presets.items():
        lesson.choose(name)
        assert lesson.values | values == lesson.values
        lesson.run(3)
    lesson.choose("As it begins")
    assert lesson.values == make().values


def test_a_preset_reaches_training():
    lesson = SpiralBoundary()
    lesson.run(10)
    lesson.choose("No momentum")
    assert (lesson.optimizer.momentum, lesson.player.step) == (0.0, 10)
    lesson.choose("Two hidden units")
    assert (lesson.network.layers[0].weight.value.shape, lesson.player.step) == ((2, 2), 0)


@pytest.mark.parametrize("name", ["", "no momentum", None, 5, ["No momentum"], {}, "x" * 9000])
def test_unknown_presets_change_nothing(name):
    lesson = SpiralBoundary()
    lesson.run(5)
    before = stand(lesson)
    with pytest.raises(
        ValueError, match=r"expects a preset among As it begins, .*nothing"
    ) as caught:
        lesson.choose(name)
    assert len(str(caught.value)) < 250
    assert stand(lesson) == before


@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ({"noise": 5.0}, "Noise in the points expects a number from 0 to 0.3"),
        ({"colour": 1}, "The preset 'Odd' expects controls among learning_rate, .*got 'colour'"),
    ],
)
def test_a_preset_that_cannot_be_is_told_to_who_wrote_it(preset, message):
    class Odd(SpiralBoundary):
        presets = {"Odd": preset}  # noqa: RUF012

    with pytest.raises(ValueError, match=message):
        Odd()


# ---------------------------------------------------------------- from the browser


def test_presets_and_seeds_come_from_the_browser():
    lesson = SpiralBoundary()
    browser = Browser(lesson)
    frame = browser.ask(type="preset", name="No momentum")
    assert (frame["values"]["momentum"], frame["message"]) == (0.0, "")
    frame = browser.ask(type="seed", seed=99)
    assert (frame["seed"], lesson.seed, frame["message"]) == (99, 99, "")
    assert json.loads(frame["state"])["seed"] == 99
    spec = lesson.stage.spec
    assert (spec["seed"], spec["presets"]) == (0, lesson.presets)


@pytest.mark.parametrize("junk", [*NO_SEEDS, "no number"], ids=range(len(NO_SEEDS) + 1))
def test_junk_in_the_boxes_is_answered(junk):
    lesson = SpiralBoundary()
    browser = Browser(lesson)
    frame = browser.ask(type="seed", seed=junk)
    assert "Seed expects a whole number" in frame["message"]
    assert frame["seed"] == 0
    assert "expects a preset" in browser.ask(type="preset", name=junk)["message"]
    assert "one of batch, epoch" in browser.ask(type="step", unit=junk or "junk")["message"]
    assert lesson.player.step == 0


def test_every_message_that_the_page_sends_is_known_here():
    from nnlib.live import stage

    sent = set(re.findall(r"type: \"(\w+)\"", stage.canvas_module())) - {"frame"}
    sent -= {"button", "checkbox", "file", "number", "range", "submit", "text"}  # kinds of elements
    assert {"set", "preset", "seed", "step", "restore"} <= sent
    lesson = SpiralBoundary()
    browser = Browser(lesson)
    for kind in sent - {"painted"}:
        assert "does not know" not in browser.ask(type=kind)["message"]
