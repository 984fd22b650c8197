"""Lesson 00 as a learner meets it: open, run all, watch, and move every control."""

import re
import shutil
from pathlib import Path

import pytest
from lab import Lab, View

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00-start-here.ipynb"


DIGITS, SPIRAL = "\nDigitsTraining()", "\nSpiralBoundary()"  # the last lines of their cells


def digits_view(lesson: Lab) -> View:
    lesson.scroll_to(DIGITS)
    return lesson.named_view("A network learns to read digits")


def spiral_view(lesson: Lab) -> View:
    lesson.execute("print('every cell has run')")
    lesson.scroll_to(SPIRAL)
    return lesson.named_view("A network draws a border between two spirals")


@pytest.fixture
def lesson(lab: Lab) -> Lab:
    shutil.copy(NOTEBOOK, lab.folder / NOTEBOOK.name)
    lab.open(NOTEBOOK.name)
    lab.run_to_start()
    return lab


def moves(view: View, name: str, place: float, panel: str) -> object:
    """Move a slider, and return its new value once the panel has changed."""
    value = view.values()[name]
    view.keep(panel)
    view.slide(name, place)
    view.settle()
    view.step_until_changed(panel)
    assert view.values()[name] != value
    return view.values()[name]


def test_the_first_screen_moves_by_itself_and_learns(lesson: Lab) -> None:
    view = digits_view(lesson)
    view.wait("stage.dataset.playing === 'true'")
    view.slide("speed", 1.0)
    view.wait("Number(stage.dataset.step) > 900", timeout=30_000)
    view.pause()
    status = view.locator.locator(".nn-status").text_content()
    right, total = re.search(r"([\d.]+)% of (\d+) 8x8 test digits", status).groups()
    assert float(right) >= 93
    assert int(total) == 359


def test_every_control_of_the_digits_acts(lesson: Lab) -> None:
    view = digits_view(lesson)
    view.pause()
    assert moves(view, "learning_rate", 0.25, "loss") == pytest.approx(0.01, rel=0.01)
    view.keep("loss")
    view.choose("optimizer", "Adam")
    view.settle()
    assert view.values()["optimizer"] == "Adam"
    view.step_until_changed("loss")
    view.slide("speed", 0.5)
    view.settle()
    assert view.values()["speed"] == 100
    for panel in ("loss", "accuracy", "classes", "wrong", "weights"):
        view.keep(panel)
        view.press("epoch")
        view.step_until_changed(panel)
    step = view.step
    view.press("back")
    view.wait(f"Number(stage.dataset.step) < {step}")
    view.press("reset")
    view.wait("stage.dataset.step === '0'")


def test_every_control_of_the_spiral_acts(lesson: Lab) -> None:
    view = spiral_view(lesson)
    view.pause()
    view.press("step")
    moves(view, "noise", 0.8, "map")
    moves(view, "momentum", 0.2, "loss")
    moves(view, "learning_rate", 0.8, "loss")
    view.slide("hidden", 0.1)
    view.wait("stage.dataset.step === '0'")
    assert view.values()["hidden"] == 4
    view.slide("speed", 1.0)
    view.play()
    view.wait("Number(stage.dataset.step) > 500")
    view.pause()


def test_hovering_shows_exact_numbers_without_the_kernel(lesson: Lab) -> None:
    view = digits_view(lesson)
    view.pause()
    view.press("epoch")
    for panel in ("classes", "loss"):
        canvas = view.locator.locator(f"canvas[data-panel={panel}]")
        box = canvas.bounding_box()
        canvas.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
        tooltip = view.locator.locator(".nn-tooltip")
        tooltip.wait_for(state="visible")
        assert any(character.isdigit() for character in tooltip.text_content())


def test_no_cell_of_the_lesson_fails(lesson: Lab) -> None:
    digits_view(lesson).pause()
    spiral_view(lesson)
    lesson.page.wait_for_timeout(1000)
    assert lesson.page.locator(".jp-OutputArea [data-mime-type*=error]").count() == 0
