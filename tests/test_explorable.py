"""Explorables: settings that come back, controls that reach training, states that hold."""

import contextlib
import json
import math
import re

import numpy as np
import pytest

from nnlib import SGD, AdaGrad, Adam, BatchNorm, Dense, RMSprop, Sequential, Tanh
from nnlib.explorables.start_here import OPTIMIZERS, DigitsTraining, SpiralBoundary
from nnlib.live import Bars, Curves, HeatMap, Images

LESSONS = {
    "digits": lambda **values: DigitsTraining(data="digits", **values),
    "spiral": SpiralBoundary,
}
CLASSES = {
    "SGD": SGD,
    "momentum": SGD,
    "Nesterov": SGD,
    "AdaGrad": AdaGrad,
    "RMSprop": RMSprop,
    "Adam": Adam,
}
RATE_TO_TRY = re.compile(r"learning rate \S+ is too large here; .*about 0?\.?\d")

each_lesson = pytest.mark.parametrize("make", LESSONS.values(), ids=LESSONS.keys())


def weights(lesson):
    return np.concatenate([p.value.ravel() for p in lesson.network.parameters()])


def stand(lesson):
    """Everything that a refused request must leave alone."""
    player = lesson.player
    return (
        dict(lesson.values),
        weights(lesson).tobytes(),
        [memory.tobytes() for memory in lesson.optimizer.memory],
        (player.step, player.playing, lesson.optimizer.learning_rate, lesson.optimizer.iteration),
        (lesson.network, lesson.optimizer),
    )


def live(lesson):
    """Show the lesson to a browser that answers every frame; return the list of frames."""
    frames = []

    def draw(frame, summary):
        frames.append(frame)
        lesson.player.acknowledge(lesson.player.budget.sent)

    lesson.player.draw = draw
    return frames


def play(lesson, turns=10):
    lesson.player.play()
    for _ in range(turns):
        lesson.player.tick()


# ---------------------------------------------------------------- settings


@each_lesson
def test_first_values_are_those_of_the_controls(make):
    lesson = make()
    assert lesson.values == {c.name: c.value for c in (*type(lesson).controls, lesson.speed)}
    assert lesson.player.step == 0
    assert not lesson.player.playing


def test_first_values_can_be_given_and_are_checked():
    assert SpiralBoundary(noise=0.2, hidden=5).values["hidden"] == 5
    with pytest.raises(ValueError, match=r"Noise in the points expects a number from 0 to 0\.3"):
        SpiralBoundary(noise=2.0)
    with pytest.raises(ValueError, match=r"expects controls among learning_rate, .*got 'nois'"):
        SpiralBoundary(nois=0.2)


@pytest.mark.parametrize(
    "name", ["", "values", "player", "__class__", "noise ", "x" * 10_000, "\0"]
)
def test_unknown_controls_are_refused(name):
    lesson = SpiralBoundary()
    before = stand(lesson)
    with pytest.raises(ValueError, match="expects controls among learning_rate") as caught:
        lesson.set(name, 0.1)
    assert len(str(caught.value)) < 250
    assert stand(lesson) == before


@pytest.mark.parametrize("value", [math.nan, 1e9, True, None, "0.1", [0.1], 10**5000], ids=range(7))
@pytest.mark.parametrize("name", ["learning_rate", "momentum", "noise", "hidden", "speed"])
def test_refused_values_change_nothing(name, value):
    lesson = SpiralBoundary()
    lesson.run(5)
    before = stand(lesson)
    with pytest.raises(ValueError, match="it stays as it was"):
        lesson.set(name, value)
    assert stand(lesson) == before


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (LESSONS["digits"], {"learning_rate": 0.5, "optimizer": "Adam", "speed": 7.0}),
        (
            LESSONS["spiral"],
            {"learning_rate": 0.01, "momentum": 0.5, "noise": 0.1, "hidden": 9, "speed": 10_000.0},
        ),
    ],
    ids=LESSONS.keys(),
)
def test_a_state_comes_back(make, settings):
    first, second = make(**settings), make()
    assert "\n" not in first.state
    second.restore(first.state)
    assert second.values == settings
    assert second.state == first.state
    second.run(30)
    first.run(30)
    np.testing.assert_array_equal(weights(first), weights(second))
    second.restore(f"  {first.state}\n")  # what copying may add


@each_lesson
def test_restoring_where_it_stands_changes_nothing(make):
    lesson = make()
    lesson.run(10)
    before = stand(lesson)
    lesson.restore(lesson.state)
    assert stand(lesson) == before


def test_a_part_of_a_state_moves_only_its_controls():
    lesson = SpiralBoundary()
    lesson.run(10)
    network = lesson.network
    lesson.restore('{"explorable": "SpiralBoundary", "values": {"momentum": 0.2}}')
    assert lesson.values == SpiralBoundary(momentum=0.2).values
    assert (lesson.player.step, lesson.network) == (10, network)


def spiral_state(**values):
    return json.dumps({"explorable": "SpiralBoundary", "values": values})


BAD_STATES = [
    "",
    "   ",
    "null",
    "5",
    "[]",
    "{}",
    '"SpiralBoundary"',
    "NaN",
    "not a state",
    "\x00",
    "\ud800",
    "<script>alert(1)</script>",
    "x" * 10_001,
    " " * 10_000 + "{}",
    "[" * 9_000,
    '{"a":' * 1_900,
    '{"explorable":' * 700,
    "9" * 5_000,
    None,
    5,
    b"{}",
    {"explorable": "SpiralBoundary", "values": {}},
    '{"explorable": "SpiralBoundary"}',
    '{"values": {"noise": 0.1}}',
    '{"explorable": "SpiralBoundary", "values": null}',
    '{"explorable": "SpiralBoundary", "values": 5}',
    '{"explorable": "SpiralBoundary", "values": "noise"}',
    '{"explorable": "SpiralBoundary", "values": [1, 2]}',
    '{"explorable": "SpiralBoundary", "values": [[[], 1]]}',
    '{"explorable": "SpiralBoundary", "values": {"noise": %s}}' % ("9" * 5_000),
    '{"explorable": "SpiralBoundary", "values": {"noise": %s}}' % ("[" * 500 + "]" * 500),
    '{"explorable": ["SpiralBoundary"], "values": {"noise": 0.1}}',
    '{"explorable": "spiralboundary", "values": {"noise": 0.1}}',
    spiral_state(noise=0.1)[:-1],
    spiral_state(noise=math.nan),
    spiral_state(noise=math.inf),
    spiral_state(noise=0.31),
    spiral_state(noise=-1),
    spiral_state(noise="0.1"),
    spiral_state(noise=True),
    spiral_state(noise=None),
    spiral_state(noise=[0.1]),
    spiral_state(hidden=0),
    spiral_state(hidden=10**9),
    spiral_state(colour="red"),
    spiral_state(noise=0.1, hidden=4, momentum=1.0),  # good ones before a bad one
    spiral_state(noise=0.1, hidden=4, colour=1),
]


@pytest.mark.parametrize("state", BAD_STATES, ids=range(len(BAD_STATES)))
def test_bad_states_are_refused_with_a_message_and_change_nothing(state):
    lesson = SpiralBoundary()
    lesson.run(5)
    before = stand(lesson)
    with pytest.raises(ValueError, match=r"nothing has changed|stays as it was|among") as caught:
        lesson.restore(state)
    assert len(str(caught.value)) < 300
    assert stand(lesson) == before


def test_the_state_of_another_explorable_is_refused_by_name():
    digits = DigitsTraining(data="digits")
    with pytest.raises(ValueError, match="it belongs to SpiralBoundary"):
        digits.restore(SpiralBoundary().state)


# ---------------------------------------------------------------- controls reach training


@each_lesson
def test_the_learning_rate_reaches_the_next_update(make):
    lesson = make()
    lesson.run(5)
    optimizer, network = lesson.optimizer, lesson.network
    lesson.set("learning_rate", 0.02)
    assert optimizer.learning_rate == 0.02
    assert (lesson.optimizer, lesson.network, lesson.player.step) == (optimizer, network, 5)
    assert next(lesson.player._steps).learning_rate == 0.02


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_another_optimizer_goes_on_from_the_same_weights(name):
    lesson = DigitsTraining(data="digits", optimizer="Adam" if name == "SGD" else "SGD")
    lesson.run(40)
    before = weights(lesson)
    lesson.set("learning_rate", 0.003)
    lesson.set("optimizer", name)
    assert type(lesson.optimizer) is CLASSES[name]
    assert getattr(lesson.optimizer, "momentum", 0) == 0.9 * (name in ("momentum", "Nesterov"))
    assert getattr(lesson.optimizer, "nesterov", False) == (name == "Nesterov")
    assert lesson.optimizer.learning_rate == 0.003
    assert lesson.player.step == 40
    np.testing.assert_array_equal(weights(lesson), before)
    lesson.run(10)
    assert lesson.player.step == 50
    assert lesson.optimizer.iteration == 10
    assert (weights(lesson) != before).any()


def test_momentum_reaches_the_optimizer():
    lesson = SpiralBoundary()
    lesson.run(5)
    optimizer = lesson.optimizer
    lesson.set("momentum", 0.5)
    assert (optimizer.momentum, lesson.player.step) == (0.5, 5)
    lesson.set("momentum", 0.0)
    lesson.run(5)
    assert not any(memory.any() for memory in optimizer.memory)


def test_noise_moves_the_same_points_a_little_and_restarts_nothing():
    lesson = SpiralBoundary(noise=0.1)
    lesson.run(20)
    x, x_test, labels = lesson._x, lesson._x_test, lesson._y.copy()
    before, before_test, trained = x.copy(), x_test.copy(), weights(lesson)
    lesson.set("noise", 0.11)
    assert lesson._x is x  # those that training reads
    small = np.abs(x - before).max()
    assert 0 < small < 0.06
    assert 0 < np.abs(x_test - before_test).max() < 0.06
    lesson.set("noise", 0.2)
    assert np.abs(x - before).max() == pytest.approx(10 * small, rel=0.01)
    lesson.set("noise", 0.1)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(lesson._y, labels)
    np.testing.assert_array_equal(weights(lesson), trained)
    assert lesson.player.step == 20
    lesson.run(5)
    assert (weights(lesson) != trained).any()


@pytest.mark.parametrize("playing", [False, True])
def test_hidden_units_restart_with_a_new_network_and_keep_playing(playing):
    lesson = SpiralBoundary()
    lesson.run(20)
    if playing:
        lesson.player.play()
    lesson.set("hidden", 5)
    assert [p.value.shape for p in lesson.network.parameters()][::2] == [(2, 5), (5, 5), (5, 2)]
    assert lesson.player.step == 0
    assert lesson.player.playing is playing
    assert lesson.player.snapshots.steps == [0]
    assert lesson.frame()["loss"]["train"][0].tolist() == [0]
    lesson.player.tick()
    assert (lesson.player.step > 0) is playing
    lesson.run(5)
    assert set(lesson.optimizer.parameters) == set(lesson.network.parameters())


@each_lesson
def test_speed_is_the_pace_and_its_end_is_no_limit(make):
    lesson = make()
    for speed, pace in ((1, 1.0), (250, 250.0), (9_999, 10_000.0), (10_000, math.inf)):
        lesson.set("speed", speed)
        assert lesson.pace() == pace or (speed == 9_999 and lesson.pace() == math.inf)
    lesson.set("speed", 3)
    lesson.player.play()
    lesson.player.tick()
    assert lesson.player.step == 1  # the next is due in a third of a second


@each_lesson
def test_every_control_that_moves_asks_for_a_picture(make):
    lesson = make()
    live(lesson)
    for control in (*lesson.controls, lesson.speed):
        lesson.player.tick()
        lesson.player.changed = False
        choice = hasattr(control, "options")
        lesson.set(control.name, control.options[-1] if choice else control.maximum)
        assert lesson.player.changed, control.name


# ---------------------------------------------------------------- snapshots


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_snapshot_holds_weights_memory_and_iteration(name):
    lesson = DigitsTraining(data="digits", optimizer=name, learning_rate=0.01)
    lesson.run(12)
    kept = (weights(lesson), [memory.copy() for memory in lesson.optimizer.memory])
    state = lesson.save_state()
    lesson.run(10)
    assert (weights(lesson) != kept[0]).any()
    lesson.load_state(state, 12)
    np.testing.assert_array_equal(weights(lesson), kept[0])
    for memory, expected in zip(lesson.optimizer.memory, kept[1], strict=True):
        np.testing.assert_array_equal(memory, expected)
    assert lesson.optimizer.iteration == 12
    assert any(memory.any() for memory in kept[1]) == (name != "SGD")


class NormalizedSpiral(SpiralBoundary):
    """The same with a layer that keeps running means."""

    def start(self):
        super().start()
        rng = np.random.default_rng(0)
        self.network = Sequential(Dense(2, 8, rng=rng), BatchNorm(8), Tanh(), Dense(8, 2, rng=rng))
        self.optimizer = SGD(self.network.parameters(), 0.1, momentum=0.9)


@pytest.mark.parametrize("later", [SGD, Adam])
def test_a_snapshot_holds_running_means(later):
    lesson = NormalizedSpiral()
    lesson.run(12)
    kept = weights(lesson), [buffer.copy() for buffer in lesson.network.buffers()]
    memory = lesson.optimizer.memory[0].copy()
    state = lesson.save_state()
    lesson.run(10)
    for buffer, before in zip(lesson.network.buffers(), kept[1], strict=True):
        assert (buffer != before).any()
    if later is Adam:
        lesson.optimizer = Adam(lesson.network.parameters())
    lesson.load_state(state, 12)
    np.testing.assert_array_equal(weights(lesson), kept[0])
    for buffer, before in zip(lesson.network.buffers(), kept[1], strict=True):
        np.testing.assert_array_equal(buffer, before)
    if later is SGD:
        np.testing.assert_array_equal(lesson.optimizer.memory[0], memory)
    else:
        assert not any(array.any() for array in lesson.optimizer.memory)


@pytest.mark.parametrize("earlier", OPTIMIZERS)
@pytest.mark.parametrize("later", OPTIMIZERS)
def test_going_back_to_before_another_optimizer(earlier, later):
    """Numbers that one optimizer remembers mean something else to the next."""
    lesson = DigitsTraining(data="digits", optimizer=earlier, learning_rate=0.01)
    lesson.run(15)
    before = weights(lesson)
    state = lesson.save_state()
    lesson.set("optimizer", later)
    lesson.run(5)
    lesson.load_state(state, 15)
    np.testing.assert_array_equal(weights(lesson), before)
    if CLASSES[earlier] is CLASSES[later]:
        assert lesson.optimizer.iteration == 15
    else:
        assert lesson.optimizer.iteration == 0
        assert not any(memory.any() for memory in lesson.optimizer.memory)
    lesson.run(20)
    assert np.isfinite(weights(lesson)).all()
    assert lesson.player.message == ""


@each_lesson
def test_curves_end_where_the_run_was_rewound_to(make):
    lesson = make()
    lesson.run(100)
    curves = [panel.name for panel in lesson.panels if isinstance(panel, Curves)]
    assert all(lesson.frame()[name]["train"][0, -1] == 100 for name in curves)
    lesson.player.seek(50)
    reached = lesson.player.step
    assert reached == 50
    for name in curves:
        for line in ("train", "test"):
            steps = lesson.frame()[name][line][0]
            assert steps.size > 10
            assert steps[-1] <= reached
    lesson.run(10)
    assert all(lesson.frame()[name]["train"][0, -1] == 60 for name in curves)


@each_lesson
def test_seeking_back_and_forth_keeps_the_curves_until_training_goes_on(make):
    lesson = make()
    live(lesson)
    lesson.run(100)
    curves = [panel.name for panel in lesson.panels if isinstance(panel, Curves)]
    whole = {name: lesson.frame()[name]["train"].copy() for name in curves}
    for step in (40, 10, 70):
        lesson.player.seek(step)
        lesson.player.budget.soonest = 0.0
        lesson.player.tick()  # draws, and measures for that
        assert all(lesson.frame()[name]["train"][0, -1] == step for name in curves)
    lesson.player.seek(100)
    for name in curves:
        np.testing.assert_array_equal(lesson.frame()[name]["train"], whole[name])
    lesson.player.seek(50)
    lesson.player.advance()
    assert lesson.player.snapshots.steps[-1] == 51
    lesson.player.seek(100)
    for name in curves:
        assert lesson.frame()[name]["train"][0].tolist() == [*range(51), 51]


@each_lesson
def test_going_back_brings_the_very_weights_back(make):
    lesson = make()
    kept = {}
    for step in range(1, 9):
        lesson.player.advance()
        kept[step] = weights(lesson)
    for step in range(7, 0, -1):
        lesson.player.back()
        assert lesson.player.step == step
        np.testing.assert_array_equal(weights(lesson), kept[step])


# ---------------------------------------------------------------- divergence


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_largest_learning_rate_ends_finite_or_with_advice(name):
    lesson = DigitsTraining(data="digits", optimizer=name, learning_rate=10.0)
    with contextlib.suppress(FloatingPointError):
        lesson.run(2000)
    assert lesson.player.step == 2000 or RATE_TO_TRY.search(lesson.player.message)
    assert np.isfinite(weights(lesson)).all()
    assert np.isfinite(lesson.frame()["classes"]["values"]).all()


@each_lesson
@pytest.mark.parametrize("damage", [np.nan, np.inf, 1e30], ids=["nan", "inf", "huge"])
@pytest.mark.parametrize("kept", [False, True], ids=["unseen", "in a snapshot"])
def test_numbers_that_break_while_playing_end_on_a_finite_state_with_advice(make, damage, kept):
    lesson = make(speed=10_000)
    frames = live(lesson)
    lesson.run(30)
    lesson.network.parameters()[0].value[:] *= np.float32(damage)
    lesson.network.parameters()[2].value[:] *= np.float32(damage)
    if kept:
        lesson.player.snapshots.keep(30, lesson.save_state())
    play(lesson, turns=2)
    assert not lesson.player.playing
    assert RATE_TO_TRY.search(lesson.player.message)
    assert np.isfinite(weights(lesson)).all()
    assert 0 < lesson.player.step <= 30
    reached = lesson.player.step
    assert lesson.player.snapshots.steps[-1] == reached
    lesson.player.budget.soonest = 0.0  # no wait for the next frame
    lesson.player.tick()
    curve = frames[-1]["loss"]["train"]
    assert curve[0, -1] <= reached
    assert np.isfinite(curve).all()
    lesson.set("learning_rate", 0.01)
    play(lesson, turns=5)
    assert lesson.player.step > reached
    assert lesson.player.message == ""


@each_lesson
def test_a_run_that_breaks_tells_the_cell_and_stands_finite(make):
    lesson = make()
    lesson.run(20)
    lesson.network.parameters()[0].value[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="too large here"):
        lesson.run(20)
    assert np.isfinite(weights(lesson)).all()
    step = lesson.player.step
    assert 0 < step <= 20
    lesson.run(20)
    assert lesson.player.step == step + 20


# ---------------------------------------------------------------- frames


def check_curves(panel, data):
    for series in panel.series:
        curve = data[series["name"]]
        assert curve.dtype == np.float32
        assert curve.ndim == 2
        assert curve.shape[0] == 2


def check_heat_map(panel, data):
    assert data["values"].dtype == np.int8
    assert data["values"].ndim == 2
    assert data["scale"] > 0
    assert data["points"].dtype == np.float32
    assert data["points"].shape == (len(data["labels"]), 2)
    assert data["labels"].dtype == np.uint8
    assert data["labels"].max() < len(panel.classes)


def check_images(panel, data):
    images = data["images"]
    assert images.dtype == (np.int8 if panel.signed else np.uint8)
    assert images.ndim == 3
    assert images.shape[1:] == (8, 8)
    if "captions" in data:
        assert len(data["captions"]) == len(images)
    assert data.get("scale", 1.0) > 0


def check_bars(panel, data):
    assert data["values"].dtype == np.float32
    assert data["values"].shape == (len(panel.labels),)
    assert ((data["values"] >= 0) & (data["values"] <= 1)).all()


CHECKS = {Curves: check_curves, HeatMap: check_heat_map, Images: check_images, Bars: check_bars}


@each_lesson
@pytest.mark.parametrize("steps", [0, 1, 60])
def test_a_frame_has_every_panel_in_its_form(make, steps):
    lesson = make()
    lesson.run(steps)
    frame = lesson.frame()
    assert list(frame) == [panel.name for panel in lesson.panels]
    for panel in lesson.panels:
        data = frame[panel.name]
        CHECKS[type(panel)](panel, data)
        assert 20 < len(data["alt"]) < 200
        assert "\n" not in data["alt"]


@each_lesson
def test_a_frame_changes_nothing_and_is_the_same_twice(make):
    lesson = make()
    lesson.run(20)
    before = stand(lesson)
    first, second = lesson.frame(), lesson.frame()
    assert stand(lesson) == before
    for name, data in first.items():
        for key, value in data.items():
            np.testing.assert_array_equal(value, second[name][key])


@each_lesson
def test_the_summary_is_one_line_that_says_the_update(make):
    lesson = make()
    lesson.run(1234)
    summary = lesson.summary()
    assert summary.startswith("Update 1,234: ")
    assert len(summary) < 120
    assert "\n" not in summary
    assert repr(lesson) == summary
    assert f"{lesson.test_accuracy():.1%}" in summary
