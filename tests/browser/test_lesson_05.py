"""Lesson 05 as a learner meets it: opened once, run to its end, and every control of it moved."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Grip
from lesson_page import LessonPage, WholeLesson, open_lesson, values

from nnlib.exercises import activations
from nnlib.explorables import activations as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "05-activations.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "ActivationGallery": "function",
    "SoftmaxTemperature": "drawn",
    "SlopeChain": "left",
    "GradientFlow": "loss",
    "DeadUnit": "unit",
    "DrawnActivation": "map",
    "HingeFit": "fit",
}
AT_ONCE = {
    "ActivationGallery": dict.fromkeys(("function", "other", "z"), "function"),
    "SoftmaxTemperature": {"temperature": "probabilities"}
    | {f"z_{k}": "probabilities" for k in range(4)},
    "SlopeChain": dict.fromkeys(("function", "weight", *live.SlopeChain.moving), "left"),
    "GradientFlow": dict.fromkeys(("activation", "initial", "depth", "width"), "delta"),
    "DeadUnit": {"start_w": "loss", "start_b": "loss", "leak": "loss"},
    "DrawnActivation": {"points": "map"},
    "HingeFit": {"curve": "fit", "shift": "fit", "units": "parts"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, activations
    where, at_once = WHERE, AT_ONCE


# ---------------------------------------------------------------------- handles and the pad


def test_the_start_of_the_unit_is_dragged_nudged_and_placed(lesson: LessonPage) -> None:
    lesson.check_handle("DeadUnit", "loss", "start", ("start_w", "start_b"))


def test_the_temperature_is_dragged_nudged_and_placed(lesson: LessonPage) -> None:
    lesson.check_handle("SoftmaxTemperature", "sweep", "temperature", ("temperature",))


@pytest.mark.parametrize(
    ("name", "panel", "label", "slider", "seen"),
    [
        ("ActivationGallery", "function", "z", "z", "slope"),
        *(
            ("SoftmaxTemperature", "logits", word, f"z_{k}", "probabilities")
            for k, word in enumerate(("cat", "dog", "fox", "car", "bus"))
        ),
        ("SlopeChain", "slope", "layer 6", "z_6", "left"),
        ("SlopeChain", "slope", "layer 8", "z_8", "left"),
    ],
)
def test_points_slide_along_their_lines(
    lesson: LessonPage, name: str, panel: str, label: str, slider: str, seen: str
) -> None:
    view = lesson.at_start(name)
    if name == "SoftmaxTemperature":
        lesson.set(view, name, "temperature", 5.0)
    if name == "SlopeChain":  # points that were drawn may lie on each other
        view.locator.locator("select").first.select_option(label="As it begins")
    grip = Grip(view, label, panel)
    grip.canvas.scroll_into_view_if_needed()
    before = values(view)[slider]
    view.keep(seen)
    way = -60 if before > 0 else 60
    x, _ = grip.place()
    grip.drag(way, 0)
    dragged = values(view)[slider]
    assert (dragged - before) * way > 0
    assert grip.place()[0] == pytest.approx(x + way, abs=4)
    assert view.difference(seen) > 0.0005
    grip.button.focus()
    view.page.keyboard.press("Shift+ArrowRight")
    assert values(view)[slider] > dragged


def test_what_is_drawn_is_learnt_with(lesson: LessonPage) -> None:
    view = lesson.at_start("DrawnActivation")
    view.keep("read")
    paper = view.locator.locator(".nn-paper")
    paper.scroll_into_view_if_needed()
    view.locator.get_by_role("button", name="Clear").click()
    box = paper.bounding_box()
    mouse = view.page.mouse
    mouse.move(box["x"] + 5, box["y"] + 0.7 * box["height"])
    mouse.down()
    for share, up in ((0.3, 0.7), (0.5, 0.3), (0.7, 0.7), (0.98, 0.7)):
        mouse.move(box["x"] + share * box["width"], box["y"] + up * box["height"], steps=10)
    mouse.up()
    deadline = time.monotonic() + 10
    while view.difference("read") <= 0.001 and time.monotonic() < deadline:
        view.page.wait_for_timeout(100)
    assert view.difference("read") > 0.001
    drawn = values(view)["curve"]
    assert drawn
    view.keep("map")
    view.press("play")
    view.wait("Number(stage.dataset.step) > 200", timeout=60_000)
    view.pause()
    assert view.difference("map") > 0.01
    paper.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "Space"):
        view.page.keyboard.press(key)
    view.page.wait_for_timeout(300)
    assert values(view)["curve"] != drawn


# ---------------------------------------------------------------------- what goes wrong


def test_a_dead_unit_says_how_to_rescue_it_and_a_leak_does(lesson: LessonPage) -> None:
    view = lesson.at_start("DeadUnit")
    view.locator.locator("select").first.select_option(label="Kill it with one step")
    view.press("step")
    view.wait("stage.textContent.includes('The unit is dead')")
    lesson.set(view, "DeadUnit", "learning_rate", 0.3)
    lesson.set(view, "DeadUnit", "speed", 50)
    lesson.set(view, "DeadUnit", "leak", 0.2)
    view.press("play")
    view.wait("stage.textContent.includes('It is on for 2')", timeout=30_000)
    view.pause()


def test_an_explosion_is_told(lesson: LessonPage) -> None:
    view = lesson.at_start("GradientFlow")
    view.locator.locator("select").first.select_option(label="ReLU, large: it explodes")
    view.wait("stage.dataset.step === '0'")
    view.press("play")
    view.wait("!stage.querySelector('.nn-message').hidden", timeout=30_000)
    assert "too large" in view.message()
    assert not view.playing
    view.locator.locator("select").first.select_option(label="Logistic, Glorot")
    view.wait("stage.dataset.step === '0'")
