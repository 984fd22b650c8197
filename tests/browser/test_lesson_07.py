"""Lesson 07 as a learner meets it: opened once, run to its end, and every control of it moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Grip
from lesson_page import LessonPage, WholeLesson, open_lesson, values

from nnlib.exercises import regularisation
from nnlib.explorables import regularisation as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "07-batch-norm-and-dropout.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "Overfitting": "map",
    "Remedies": "loss",
    "LiveMasks": "answers",
    "BatchNormTape": "tape",
    "RateSurvival": "rates",
    "BatchJitter": "answer",
    "BugHunt": "A",
}
AT_ONCE = {
    "Overfitting": dict.fromkeys(("hidden", "points", "noise", "shown"), "map"),
    "LiveMasks": dict.fromkeys(("rate", "x", "trained", "answer"), "answers"),
    "BatchNormTape": dict.fromkeys(("x1", "x2", "x3", "gamma", "beta"), "tape"),
    "RateSurvival": {"rate": "plain"},
    "BatchJitter": {"batch": "jitter", "x": "jitter"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, regularisation
    where, at_once = WHERE, AT_ONCE


# ---------------------------------------------------------------------- handles


@pytest.mark.parametrize(
    ("name", "panel", "label", "slider", "seen"),
    [
        ("LiveMasks", "answers", "x", "x", "table"),
        ("RateSurvival", "rates", "rate", "rate", "plain"),
        ("BatchJitter", "jitter", "batch size", "batch", "jitter"),
    ],
)
def test_points_slide_along_their_lines(
    lesson: LessonPage, name: str, panel: str, label: str, slider: str, seen: str
) -> None:
    view = lesson.at_start(name)
    for _ in range(4):
        view.press("step")
    view.wait("Number(stage.dataset.step) >= 4")
    grip = Grip(view, label, panel)
    grip.canvas.scroll_into_view_if_needed()
    before = values(view)[slider]
    view.keep(seen)
    grip.drag(60, 0)
    dragged = values(view)[slider]
    assert dragged > before
    assert view.difference(seen) > 0.0003
    grip.button.focus()
    view.page.keyboard.press("Shift+ArrowRight")
    assert values(view)[slider] > dragged


# ---------------------------------------------------------------------- typed and chosen


def test_a_number_is_typed_and_judged(lesson: LessonPage) -> None:
    view = lesson.at_start("BatchNormTape")
    view.locator.locator("select").first.select_option(label="The worked example")
    view.settle()
    box = view.locator.locator(".nn-question input")
    box.fill("4")
    box.press("Enter")
    view.wait("stage.textContent.includes('Not 4')")
    box.fill("3")
    box.press("Enter")
    view.wait("stage.textContent.includes('Right')")
    assert view.step == 1


def test_a_batch_of_one_is_answered_with_help(lesson: LessonPage) -> None:
    view = lesson.at_start("BatchJitter")
    view.locator.locator("select").first.select_option(label="A batch of one")
    view.wait("stage.textContent.includes('nothing of it would be left')")
    view.press("step")
    view.wait("!stage.querySelector('.nn-message').hidden")
    assert "at least 2 samples" in view.message()
    view.locator.locator("select").first.select_option(label="As it begins")
    view.press("step")
    view.wait("stage.dataset.step === '1'")


def test_a_verdict_is_judged_in_words(lesson: LessonPage) -> None:
    view = lesson.at_start("BugHunt")
    kinds = live.BugHunt().kinds
    view.choose("loop_a", kinds[0])
    view.wait("stage.textContent.includes('Loop A: right.')")
    view.choose("loop_b", kinds[0])
    view.wait("stage.textContent.includes('Loop B: not that.')")
    view.wait("stage.textContent.includes('1 of 4 loops judged right, 2 still open')")


def test_a_switch_begins_anew_and_fills_its_column(lesson: LessonPage) -> None:
    view = lesson.at_start("Remedies")
    view.keep("tried")
    view.locator.locator("[data-control=dropout] input").click()
    view.settle()
    view.press("epoch")
    view.wait("Number(stage.dataset.step) >= 20", timeout=60_000)
    assert "with dropout" in view.locator.inner_text()
    assert view.difference("tried") > 0.0005
