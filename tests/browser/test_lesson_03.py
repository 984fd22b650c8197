"""Lesson 03 as a learner meets it: opened once, run to its end, and every control of it moved."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from lesson_page import LessonPage, WholeLesson, open_lesson
from measure import DRAG, PRESS, WATCH, Report, p95

from nnlib.exercises import gradient_descent
from nnlib.explorables import gradient_descent as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "03-gradient-descent-and-momentum.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "OneParameter": "curve",
    "GradientField": "slice",
    "BreakIt": "progress",
    "PhaseMap": "distance",
    "OptimizerRace": "heights",
    "RateDepthMap": "curves",
    "BatchNoise": "updates",
    "RateChoice": "curves",
}
AT_ONCE = {
    "OneParameter": {"curve": "curve"},
    "GradientField": {
        "landscape": "field",
        "start_1": "field",
        "start_2": "field",
        "learning_rate": "slice",
    },
    "BreakIt": {"learning_rate": "factors", "momentum": "factors"},
    "PhaseMap": {"kappa": "phase"},
    "OptimizerRace": dict.fromkeys(("landscape", "kappa", "angle", "start_1", "start_2"), "map"),
    "BatchNoise": {"batch_size": "angles", "wrong": "noise"},
    "RateChoice": {"strategy": "scores"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, gradient_descent
    where, at_once = WHERE, AT_ONCE


# ---------------------------------------------------------------------- handles

HANDLES = [
    ("OneParameter", "curve", "start", ("start",)),
    ("GradientField", "field", "point", ("start_1", "start_2")),
    ("BreakIt", "valley", "start", ("start_1", "start_2")),
    ("PhaseMap", "phase", "settings", ("alpha", "beta")),
    ("OptimizerRace", "map", "start", ("start_1", "start_2")),
    ("RateDepthMap", "map", "bet", ("bet_rate", "bet_depth")),
]


@pytest.mark.parametrize(("name", "panel", "label", "sliders"), HANDLES)
def test_every_handle_is_dragged_nudged_and_placed(
    lesson: LessonPage, name: str, panel: str, label: str, sliders: tuple[str, ...]
) -> None:
    redraws = name not in ("PhaseMap", "RateDepthMap")
    lesson.check_handle(name, panel, label, sliders, redraws=redraws)


# ---------------------------------------------------------------------- breaking, and being quick


def test_a_divergence_says_where_the_limit_is_and_a_smaller_rate_goes_on(
    lesson: LessonPage,
) -> None:
    view = lesson.shown("BreakIt")
    view.press("reset")
    lesson.set(view, "BreakIt", "momentum", 0.0)
    lesson.set(view, "BreakIt", "start_2", 1.0)
    lesson.set(view, "BreakIt", "learning_rate", 0.51)
    lesson.set(view, "BreakIt", "speed", 1000)
    view.press("play")
    view.wait("!stage.querySelector('.nn-message').hidden", timeout=30_000)
    assert view.locator.locator(".nn-message").is_visible()
    assert "0.51 is above the limit 2/λ = 0.5 along x₂" in view.message()
    assert "0.45 would not have diverged" in view.message()
    assert not view.playing
    step = view.step
    lesson.set(view, "BreakIt", "learning_rate", 0.45)
    view.press("play")
    view.wait("stage.querySelector('.nn-message').textContent.includes('over')", timeout=30_000)
    assert view.step > step
    assert "left the map" not in view.message()


def test_the_race_is_live_at_full_speed(lesson: LessonPage, report: Report) -> None:
    view = lesson.shown("OptimizerRace")
    for name, value in (("kappa", 1000.0), ("angle", 45.0), ("speed", 1000.0)):
        lesson.set(view, "OptimizerRace", name, value)
    for name, value in (("sgd_rate", 0.01), ("adagrad_rate", 0.1), ("rmsprop_rate", 0.1)):
        lesson.set(view, "OptimizerRace", name, value)
    rates = []
    for _ in range(3):
        view.press("reset")
        view.wait("stage.dataset.step === '0'")
        view.press("play")
        view.wait("Number(stage.dataset.step) > 50")
        rates.append(view.locator.evaluate(WATCH, 3))
        assert view.playing, view.message()
    report("race: painted frames/s (median of 3 x 3 s)", f"{statistics.median(rates):.1f}")
    view.press("reset")
    view.press("play")
    drags = view.locator.evaluate(DRAG, ["adam_rate", 25])
    median = statistics.median(drags)
    report("race: drag to visible effect, median / p95", f"{median:.0f} / {p95(drags):.0f} ms")
    view.press("reset")
    presses = view.locator.evaluate(PRESS, 10)
    view.pause()
    pressed = statistics.median(presses)
    report("race: space bar to picture, median / p95", f"{pressed:.0f} / {p95(presses):.0f} ms")
    assert statistics.median(rates) >= 20
    assert median < 150
    assert p95(drags) < 250
    assert pressed < 150
    assert p95(presses) < 250
