"""Lesson 02 as a learner meets it: opened once, run to its end, and every control of it moved."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hands import Grip
from lab import View
from lesson_page import LessonPage, WholeLesson, open_lesson, values
from measure import DRAG, WATCH, Report, p95

from nnlib.exercises import perceptron
from nnlib.explorables import perceptron as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "02-perceptron-learning.ipynb", KINDS)


def status(view: View) -> str:
    """The line below a view."""
    view.settle()
    return str(view.locator.inner_text())


def presets(view: View) -> Any:
    """The menu of presets."""
    return view.locator.locator("select").first


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "OneMistake": "plane",
    "LearningRateMyth": "small",
    "MarginBound": "plane",
    "XorCarousel": "plane",
    "XorByHand": "hidden",
    "FourNetworks": "bent",
}
AT_ONCE = {
    "OneMistake": {"data": "plane", "first": "plane"},
    "LearningRateMyth": {"size": "small"},
    "MarginBound": {"margin": "plane", "samples": "plane"},
    "XorCarousel": {"coding": "plane", "first": "weights"},
    "XorByHand": {"fold": "hidden"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, perceptron
    where, at_once = WHERE, AT_ONCE


def test_a_button_goes_to_the_next_mistake(lesson: LessonPage) -> None:
    view = lesson.at_start("OneMistake")
    view.locator.locator("[data-control=data] select").select_option("AND")
    view.wait("stage.dataset.step === '0'")
    view.press("mistake")
    view.wait("stage.dataset.step === '4'")
    assert "Sample 4, x = (1.00, 1.00): y = 1, ŷ = 0, e = 1." in status(view)
    view.locator.locator("[data-control=data] select").select_option("two groups of points")


def test_the_margin_is_dragged_nudged_and_placed(lesson: LessonPage) -> None:
    view = lesson.at_start("MarginBound")
    lesson.set(view, "MarginBound", "margin", 0.4)
    grip = Grip(view, "margin", "plane")
    grip.canvas.scroll_into_view_if_needed()
    view.keep("plane")
    x, _ = grip.place()
    grip.drag(-30, 0)
    dragged = values(view)["margin"]
    assert dragged < 0.35
    assert grip.place()[0] == pytest.approx(x - 30, abs=3)
    assert view.difference("plane") > 0.001
    grip.button.focus()
    view.page.keyboard.press("Shift+ArrowRight")
    assert values(view)["margin"] > dragged
    view.press("epoch")
    view.wait("stage.dataset.step === '10'")
    assert "In 10 orders:" in status(view)


# ---------------------------------------------------------------------- points, weights, presets


def test_points_are_put_down_and_the_view_says_whether_it_can_end(lesson: LessonPage) -> None:
    view = lesson.shown("YourPoints")
    presets(view).select_option(label="A clear gap")
    view.press("reset")
    view.wait("stage.dataset.step === '0'")
    canvas = view.locator.locator("canvas[data-panel=plane]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    middle = (box["x"] + 0.53 * box["width"], box["y"] + 0.5 * box["height"])
    assert "it must end" in status(view)
    lesson.set(view, "YourPoints", "speed", 500)
    view.press("play")
    view.wait("stage.innerText.includes('went without a mistake')")
    assert canvas.bounding_box() == box  # nothing moves under the pointer
    tools = view.locator.locator(".nn-tools").first
    tools.get_by_role("button", name="class 1").click()
    view.page.mouse.click(middle[0] - 150, middle[1] - 60)  # amid class 0
    view.wait("stage.innerText.includes('will never stop')")
    assert values(view)["points"][-1][2] == 1
    assert view.playing  # it had learnt all, and woke up
    view.wait("Number(stage.dataset.step) > 100")
    view.pause()
    view.page.keyboard.down("Shift")
    view.page.mouse.click(middle[0] - 148, middle[1] - 58)
    view.page.keyboard.up("Shift")
    view.wait("stage.innerText.includes('it must end')")
    assert len(values(view)["points"]) == 10
    view.locator.locator(".nn-crosshair").first.focus()
    for key in ("1", "Shift+ArrowRight", "Enter"):
        view.page.keyboard.press(key)
    assert len(values(view)["points"]) == 11
    tools.get_by_role("button", name="Clear").click()
    view.wait("stage.innerText.includes('no point yet')")
    view.press("reset")


@pytest.mark.parametrize("preset", live.YourPoints.presets)
def test_every_preset_shows_its_points(lesson: LessonPage, preset: str) -> None:
    view = lesson.shown("YourPoints")
    view.keep("plane")
    presets(view).select_option(label=preset)
    expected = live.YourPoints.presets[preset]["points"]
    assert values(view)["points"] == expected
    view.page.wait_for_timeout(100)
    assert view.difference("plane") > 0.0005


def test_a_weight_of_the_network_by_hand_is_typed(lesson: LessonPage) -> None:
    view = lesson.at_start("XorByHand")
    assert "That is XOR." in status(view)
    view.keep("plane")
    view.locator.locator("canvas[data-panel=network]").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        view.page.keyboard.press(key)
    view.page.keyboard.type("0")
    view.page.keyboard.press("Enter")
    view.wait("stage.innerText.includes('That is not XOR.')")
    assert view.difference("plane") > 0.01
    view.press("reset")
    view.wait("stage.innerText.includes('That is XOR.')")


def test_the_four_networks_are_live(lesson: LessonPage, report: Report) -> None:
    view = lesson.at_start("FourNetworks")
    lesson.set(view, "FourNetworks", "speed", 200)
    view.press("play")
    view.wait("Number(stage.dataset.step) > 20")
    rates = [view.locator.evaluate(WATCH, 3) for _ in range(3)]
    report("four networks: painted frames/s (median of 3 x 3 s)", f"{statistics.median(rates):.1f}")
    drags = view.locator.evaluate(DRAG, ["learning_rate", 25])
    median = statistics.median(drags)
    report("four networks: drag to effect, median / p95", f"{median:.0f} / {p95(drags):.0f} ms")
    view.pause()
    assert "linear 16-16 says 0.50, 0.50, 0.50, 0.50; ReLU 16 says 0.00, 1.00" in status(view)
    assert statistics.median(rates) >= 20
    assert median < 150
    assert p95(drags) < 250
