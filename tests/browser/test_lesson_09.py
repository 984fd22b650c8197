"""Lesson 09 as a learner meets it: opened once, run to its end, and every control of it moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Grip
from lesson_page import LessonPage, WholeLesson, open_lesson, values

from nnlib.exercises import recurrent
from nnlib.explorables import recurrent as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "09-rnns.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "Unroll": "states",
    "ThroughTime": "tape",
    "GradientHorizon": "left",
    "HandGates": "gates",
    "MemoryRace": "race",
    "Lengths": "right",
    "Forecast": "error",
    "CharacterWriter": "memory",
}
AT_ONCE = {
    "Unroll": {"updates": "states"},
    "ThroughTime": dict.fromkeys(("x1", "x2", "x3", "w", "u", "target"), "tape"),
    "GradientHorizon": {"radius": "reach"},
    "HandGates": {"forget_bias": "half"},
    "MemoryRace": dict.fromkeys(
        ("length", "rnn_a", "rnn_b", "lstm_a", "lstm_b", "gru_a", "gru_b"), "reach"
    ),
    "Lengths": {"which": "string", "padding": "string"},
    "Forecast": dict.fromkeys(("origin", "ahead", "noise", "members"), "series"),
    "CharacterWriter": {"temperature": "next"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, recurrent
    where, at_once = WHERE, AT_ONCE
    #: The gradient shows in the unfolded cell, r in a GRU, and who does not learn still writes. A
    #: step is never behind the end of a string, and strings differ: it is moved below.
    but = ("gradient", "unfolded", "reset_gate", "learns", "output_gate", "time")


# ---------------------------------------------------------------------- the cell


def test_the_cell_unfolds_and_shows_the_gradient(lesson: LessonPage) -> None:
    view = lesson.at_start("Unroll")
    if values(view)["unfolded"]:
        view.locator.locator("[data-control=unfolded] input").click()
    view.page.wait_for_timeout(1500)
    view.keep("cell")
    assert view.locator.locator(".nn-handle[data-handle=step]").is_hidden()
    view.locator.locator("[data-control=unfolded] input").click()
    view.settle()
    view.page.wait_for_timeout(1500)
    assert view.difference("cell") > 0.01
    assert view.locator.locator(".nn-handle[data-handle=step]").is_visible()
    view.keep("states")
    view.slide("time", 0.3)
    assert values(view)["time"] == 4
    assert view.difference("states") > 0.0005
    view.keep("cell")
    view.locator.locator("[data-control=gradient] input").click()
    view.settle()
    view.page.wait_for_timeout(300)
    assert view.difference("cell") > 0.0005


@pytest.mark.parametrize(("label", "panel"), [("step", "cell"), ("time", "states")])
def test_the_step_is_dragged_in_both_pictures(lesson: LessonPage, label: str, panel: str) -> None:
    view = lesson.at_start("Unroll")
    if not values(view)["unfolded"]:
        view.locator.locator("[data-control=unfolded] input").click()
        view.page.wait_for_timeout(1500)
    grip = Grip(view, label, panel)
    grip.canvas.scroll_into_view_if_needed()
    view.keep("states")
    grip.drag(180, 0)
    assert values(view)["time"] >= 1
    assert view.difference("states") > 0.0005
    grip.button.focus()
    before = values(view)["time"]
    view.page.keyboard.press("ArrowLeft")
    assert values(view)["time"] == before - 1


def test_the_radius_and_the_bias_are_dragged_nudged_and_placed(lesson: LessonPage) -> None:
    lesson.check_handle("GradientHorizon", "reach", "radius", ("radius",))
    lesson.check_handle("HandGates", "half", "bias", ("forget_bias",))


# ---------------------------------------------------------------------- gates by hand


def test_the_gates_of_both_cells_show_on_the_strip(lesson: LessonPage) -> None:
    view = lesson.at_start("HandGates")
    view.choose("driver", "you, with the sliders")
    for cell, gate in (("LSTM", "output_gate"), ("GRU", "reset_gate")):
        view.choose("cell", cell)
        view.wait("stage.dataset.step === '0'")
        for place in (1.0, 0.0):
            view.slide(gate, place)
            for _ in range(3):
                view.press("step")
            view.settle()
            if place:
                view.keep("gates")
        assert view.difference("gates") > 0.0005, gate


# ---------------------------------------------------------------------- a text of one's own


def hand_in(view: object, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    view.locator.locator(".nn-file input").set_input_files(file)


def test_a_text_of_ones_own_is_learnt_and_given_back(lesson: LessonPage) -> None:
    view = lesson.at_start("CharacterWriter")
    text = "Füße im Schnee, Öl im Motor. " * 40
    hand_in(view, "schnee.txt", text.encode("cp1252"))
    view.wait("stage.textContent.includes('Learns schnee.txt (read as Windows-1252)')")
    view.press("play")
    view.wait("Number(stage.dataset.step) > 30", timeout=60_000)
    view.pause()
    written = view.locator.locator(".nn-text").inner_text()
    assert set(written.replace("\n", "")) <= set(text)
    view.locator.get_by_role("button", name="The course's own text").click()
    view.wait("stage.textContent.includes('Learns the course')")


def test_what_is_no_text_is_told_and_the_text_before_stays(lesson: LessonPage) -> None:
    view = lesson.at_start("CharacterWriter")
    for name, content, said in (
        ("a.pdf", b"%PDF-1.7 " + bytes(3000), "got a PDF"),
        ("b.txt", b"", "an empty one"),
        ("<img src=x onerror=alert(1)>.bin", bytes(range(256)) * 4000, "no text"),
    ):
        hand_in(view, name, content)
        view.wait(f"stage.querySelector('.nn-message').textContent.includes('{said}')")
        assert "The text before stays" in view.message()
        assert view.locator.locator(".nn-message img").count() == 0
    view.press("step")
    view.wait("stage.dataset.step === '1'")
    assert "Learns the course's own text" in view.locator.inner_text()


def test_a_large_file_is_cut_and_told(lesson: LessonPage) -> None:
    view = lesson.at_start("CharacterWriter")
    hand_in(view, "long.txt", b"A long walk, and a longer one. " * 100_000)
    view.wait("stage.textContent.includes('its first 200,000 characters')", timeout=30_000)
    view.locator.get_by_role("button", name="The course's own text").click()
    view.wait("stage.textContent.includes('Learns the course')")
