"""Lesson 04 as a learner meets it: opened once, run to its end, and every control of it moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import View
from lesson_page import LessonPage, WholeLesson, open_lesson, values

from nnlib.exercises import backpropagation
from nnlib.explorables import backpropagation as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "04-backpropagation.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "NumberTape": "tape",
    "Cascade": "curve",
    "Diamond": "hasty",
    "ShapePuzzle": "product",
    "GradientCheck": "loss",
    "DrawADigit": "accuracy",
}
AT_ONCE = {
    "NumberTape": dict.fromkeys(("x1", "x2", "w1", "w5", "target"), "tape"),
    "Cascade": {"x": "curve", "nudge": "curve"},
    "Diamond": {"a": "hasty", "factor": "patient"},
    "ShapePuzzle": {
        "wanted": "product",
        **dict.fromkeys(("left", "left_turned", "samples", "notation"), "left"),
        **dict.fromkeys(("right", "right_turned"), "right"),
    },
    "GradientCheck": {"bug": "curves", "part": "curves", "h": "digits"},
    "DrawADigit": {
        "label": "gradient",
        **dict.fromkeys(("centre", "retouch", "output"), "lights"),
    },
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, backpropagation
    where, at_once = WHERE, AT_ONCE
    but = ("guess",)

    def begin(self, lesson: LessonPage, name: str) -> None:
        view = lesson.at_start(name)
        if name == "ShapePuzzle":
            choose_preset(view, "Forwards, solved")
        for _ in range(4):
            view.press("epoch")
        view.wait("Number(stage.dataset.step) > 3")


@pytest.mark.parametrize(
    ("name", "panel", "label", "slider"),
    [("Cascade", "curve", "x", "x"), ("GradientCheck", "curves", "h", "h")],
)
def test_every_handle_is_dragged_nudged_and_placed(
    lesson: LessonPage, name: str, panel: str, label: str, slider: str
) -> None:
    lesson.check_handle(name, panel, label, (slider,), redraws=name == "Cascade")


# ---------------------------------------------------------------------- what is typed and chosen


def choose_preset(view: View, name: str) -> None:
    view.locator.locator("[data-setting=preset] select").select_option(name)
    view.page.wait_for_timeout(300)


def said(view: View, panel: str, words: str) -> None:
    """Wait until a panel of text says something."""
    view.wait(
        f"stage.querySelector('.nn-text[aria-label=\"{panel}\"]').textContent.includes({words!r})"
    )


def test_numbers_are_typed_into_the_tape_and_answered(lesson: LessonPage) -> None:
    view = lesson.at_start("NumberTape")
    choose_preset(view, "The worked example")
    form = view.locator.locator(".nn-question")
    field, reply = form.locator("input"), form.locator("output")

    def answer(text: str, reaction: str) -> None:
        field.fill(text)
        lesson.page.keyboard.press("Enter")
        view.page.wait_for_function(
            "([output, text]) => output.textContent.includes(text)",
            arg=[reply.element_handle(), reaction],
        )

    assert "value of z₁ is" in form.text_content()
    answer("3", "Look at the sign")
    answer("-3", "Right: 1 × (−2) + 1 × (−1) = −3.")
    field.fill("-3")
    lesson.page.keyboard.press("Enter")
    form.get_by_text("value of h₁ is").wait_for()
    assert view.step == 2
    view.press("play")
    view.wait("stage.dataset.playing === 'true'")
    field.focus()  # who types wants the question to stay
    view.wait("stage.dataset.playing === 'false'")


def test_a_puzzle_is_solved_with_help(lesson: LessonPage) -> None:
    view = lesson.shown("ShapePuzzle")
    choose_preset(view, "Forwards, solved")
    said(view, "Does it fit?", "Right: Z₁")
    view.choose("wanted", "dW₂")
    view.choose("left", "A₁")
    said(view, "Does it fit?", "inner sizes 4 and 3 differ")
    view.choose("right", "dZ₂")
    said(view, "Does it fit?", "inner sizes 4 and 5 differ")
    view.locator.locator("[data-control=left_turned] input").click()
    said(view, "Does it fit?", "Right: dW₂ = A₁ᵀ dZ₂")


def test_a_bug_is_found(lesson: LessonPage) -> None:
    view = lesson.shown("GradientCheck")
    view.choose("bug", "case D")
    said(view, "Your diagnosis", "Wrong here: dW₂")
    view.choose("guess", "db₁ = sum of dZ₁")
    said(view, "Your diagnosis", "would spoil db₁")
    view.choose("guess", "dW₂ = A₁ᵀ dZ₂")
    said(view, "Your diagnosis", "Found.")
    view.choose("bug", "no bug")
    view.choose("guess", "not yet")


# ---------------------------------------------------------------------- drawing


def draw(view: View, *places: tuple[float, float]) -> None:
    """Draw a line through places on the paper, as shares of it, with the mouse."""
    box = view.locator.locator(".nn-paper").bounding_box()
    mouse = view.page.mouse

    def point(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    mouse.move(*point(*places[0]))
    mouse.down()
    for place in places[1:]:
        mouse.move(*point(*place), steps=8)
    mouse.up()


def status(view: View, words: str) -> None:
    view.wait(f"stage.querySelector('.nn-status').textContent.includes({words!r})")


def test_a_drawn_digit_is_read_while_it_is_drawn(lesson: LessonPage) -> None:
    view = lesson.at_start("DrawADigit")
    for name, value in (("speed", 1000), ("retouch", 0.0), ("learning_rate", 0.01)):
        lesson.set(view, "DrawADigit", name, value)
    view.press("play")
    view.wait("Number(stage.dataset.step) > 1200", timeout=60_000)
    view.pause()
    view.locator.get_by_role("button", name="Clear").click()
    status(view, "The paper is empty")
    for panel in ("pad", "lights"):
        view.keep(panel)
        draw(view, (0.62, 0.08), (0.3, 0.6), (0.75, 0.6))
        draw(view, (0.62, 0.3), (0.58, 0.9))
        view.page.wait_for_timeout(600)
        assert view.difference(panel) > 0.005, panel
        if panel == "pad":
            view.locator.get_by_role("button", name="Clear").click()
            status(view, "The paper is empty")
    status(view, "It reads a 4")
    assert values(view)["drawing"]


def test_the_keyboard_draws_too(lesson: LessonPage) -> None:
    view = lesson.shown("DrawADigit")
    view.locator.get_by_role("button", name="Clear").click()
    status(view, "The paper is empty")
    view.locator.locator(".nn-paper").focus()
    keys = view.page.keyboard
    for _ in range(3):
        keys.press("Shift+ArrowUp")
    keys.press("Space")
    for _ in range(6):
        keys.press("Shift+ArrowDown")
    keys.press("Space")
    status(view, "It reads a 1")
    keys.press("Delete")
    status(view, "The paper is empty")


def test_presets_show_the_corner_and_the_pointer_a_unit(lesson: LessonPage) -> None:
    view = lesson.shown("DrawADigit")
    choose_preset(view, "a 4 in the corner, centred")
    status(view, "It reads a 4")
    choose_preset(view, "a 4 in the corner, not centred")
    status(view, "Switch on 'Cut out and centre'")
    view.locator.locator("[data-control=centre] input").click()
    status(view, "It reads a 4")
    canvas = view.locator.locator("canvas[data-panel=lights]")
    box = canvas.bounding_box()
    view.keep("lights")
    tip = view.locator.locator(".nn-tooltip")
    for y in range(30, 80, 4):
        for x in range(int(0.36 * box["width"]), int(0.44 * box["width"]), 6):
            view.page.mouse.move(box["x"] + x, box["y"] + y)
            if tip.is_visible() and "of layer 1" in tip.text_content():
                break
        else:
            continue
        break
    assert "The picture shows its weights" in tip.text_content()
    assert view.difference("lights") > 0.005
