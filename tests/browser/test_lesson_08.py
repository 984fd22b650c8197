"""Lesson 08 as a learner meets it: opened once, run to its end, and every control of it moved."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Grip
from lesson_page import LessonPage, WholeLesson, open_lesson, values

from nnlib.exercises import autoencoders
from nnlib.explorables import autoencoders as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "08-autoencoders.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "PlaneWalk": "plane",
    "PCADuel": "error",
    "Bottleneck": "error",
    "Overcomplete": "error",
    "DrawAndDenoise": "error",
    "HoleFinder": "plane",
    "BoltzmannDreams": "dreams",
    "FewLabels": "means",
}
AT_ONCE = {
    "PlaneWalk": {"z1": "here", "z2": "here"},
    "PCADuel": {"code": "cosines"},
    "Bottleneck": {"code": "sizes", "kind": "digits"},
    "Overcomplete": {"code": "features"},
    "DrawAndDenoise": dict.fromkeys(("kind", "amount", "times", "draw"), "digits"),
    "HoleFinder": {"z1": "here", "z2": "here", "map": "plane"},
    "BoltzmannDreams": {"kind": "error", "begin": "dreams"},
    "FewLabels": {"each": "labelled"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, autoencoders
    where, at_once = WHERE, AT_ONCE


# ---------------------------------------------------------------------- handles and the pad


@pytest.mark.parametrize("name", ["PlaneWalk", "HoleFinder"])
def test_the_ring_is_dragged_nudged_and_placed(lesson: LessonPage, name: str) -> None:
    view = lesson.at_start(name)
    view.keep("here")
    lesson.check_handle(name, "plane", "place", ("z1", "z2"), redraws=False)
    assert view.difference("here") > 0.002


def test_the_size_of_the_code_is_dragged_on_the_graph(lesson: LessonPage) -> None:
    view = lesson.at_start("Bottleneck")
    grip = Grip(view, "code", "sizes")
    grip.canvas.scroll_into_view_if_needed()
    before = values(view)["code"]
    view.keep("digits")
    grip.drag(90, 0)
    dragged = values(view)["code"]
    assert dragged > before + 3
    view.wait("stage.dataset.step === '0'")
    assert view.difference("digits") > 0.001
    grip.button.focus()
    view.page.keyboard.press("ArrowRight")
    assert values(view)["code"] == dragged + 1


def test_the_ring_moves_while_the_network_learns(lesson: LessonPage) -> None:
    view = lesson.at_start("PlaneWalk")
    lesson.set(view, "PlaneWalk", "speed", 1000)
    view.press("play")
    view.wait("Number(stage.dataset.step) > 200", timeout=60_000)
    view.keep("here")
    lesson.set(view, "PlaneWalk", "z1", -2.0)
    assert view.difference("here") > 0.002
    view.pause()


def test_what_is_drawn_is_cleaned(lesson: LessonPage) -> None:
    view = lesson.at_start("DrawAndDenoise")
    view.keep("yours")
    paper = view.locator.locator(".nn-paper")
    paper.scroll_into_view_if_needed()
    view.locator.get_by_role("button", name="Clear").click()
    view.wait("stage.textContent.includes('The paper is empty')")
    box = paper.bounding_box()
    mouse = view.page.mouse
    mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.15 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.85 * box["height"], steps=12)
    mouse.up()
    deadline = time.monotonic() + 10
    while view.difference("yours") <= 0.001 and time.monotonic() < deadline:
        view.page.wait_for_timeout(100)
    assert view.difference("yours") > 0.001
    drawn = values(view)["drawing"]
    assert drawn
    paper.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        view.page.keyboard.press(key)
    view.page.wait_for_timeout(300)
    assert values(view)["drawing"] != drawn


# ---------------------------------------------------------------------- what the words say


def test_a_hole_is_named(lesson: LessonPage) -> None:
    view = lesson.at_start("HoleFinder")
    view.locator.locator("select").first.select_option(label="Search again")
    view.wait("stage.textContent.includes('no hole')")


def test_a_stack_says_which_machine_learns(lesson: LessonPage) -> None:
    view = lesson.at_start("BoltzmannDreams")
    view.locator.locator("select").first.select_option(label="A stack of two")
    view.wait("stage.textContent.includes('The first machine learns')")
    view.locator.locator("select").first.select_option(label="One machine")
    view.wait("stage.dataset.step === '0'")
