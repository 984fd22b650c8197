"""Lesson 10 as a learner meets it: opened once, run to its end, and every control of it moved."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import View
from lesson_page import LessonPage, WholeLesson, move, open_lesson, put_back, values

from nnlib.exercises import playground
from nnlib.explorables import playground as live
from nnlib.explorables.playground.controls import idle_controls
from nnlib.live import Choice, Slider, Toggle

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "10-playground.ipynb", KINDS)


# ---------------------------------------------------------------------- what every lesson does

#: Panels that show a control's change without a step.
AT_ONCE = {
    "data": "map",
    "samples": "map",
    "noise": "map",
    "test_share": "map",
    "layers": "network",
    "units_1": "network",
    "discretise": "map",
    "show_test": "map",
    **dict.fromkeys(("x1", "x1_squared", "x2_squared", "product", "sin_x1", "sin_x2"), "network"),
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, playground
    where, at_once = {}, {}

    def test_every_control_moves_and_is_seen(self, lesson: LessonPage, name: str) -> None:
        view, kind = lesson.shown(name), KINDS[name]
        lesson.set(view, name, "speed", 2500)
        for control in kind.controls:
            if not isinstance(control, Slider | Choice | Toggle) or control.name == "show_code":
                continue
            acts = control.name not in idle_controls(values(view))
            shown = acts and (not kind.only or control.name in kind.only)
            place = view.locator.locator(f"[data-control={control.name}]")
            assert place.is_visible() == shown, control.name
            if shown:
                check_control(view, control)
        assert view.message() == ""


def check_control(view: View, control: Slider | Choice | Toggle) -> None:
    """The kernel hears where a control stands, and a panel shows it: at once, or after steps."""
    panel = AT_ONCE.get(control.name, "map")
    if control.name not in AT_ONCE:
        view.press("batch")
        view.press("batch")
    view.keep(panel)
    expected = move(view, control)
    assert values(view)[control.name] == expected, control.name
    for _ in range(40):
        view.page.wait_for_timeout(100)
        if view.difference(panel) > 0.0003:
            break
        if control.name not in AT_ONCE:
            view.press("batch")
    assert view.difference(panel) > 0.0003, control.name
    put_back(view, control)


# ---------------------------------------------------------------------- the playground


def test_controls_that_act_later_show_up(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    part = view.locator.locator
    for control, option, name in (
        ("optimizer", "Nesterov", "momentum"),
        ("schedule", "cosine", "schedule_length"),
        ("penalty", "L2", "strength"),
    ):
        assert not part(f"[data-control={name}]").is_visible()
        view.choose(control, option)
        part(f"[data-control={name}]").wait_for(state="visible")
        view.slide(name, 0.9)
        assert values(view)[name] > 0
    view.slide("layers", 1.0)
    part("[data-control=units_6]").wait_for(state="visible")
    view.choose("data", "digits")
    view.wait("stage.querySelector('[data-control=noise]').hidden", timeout=60_000)
    assert not part("[data-control=x1]").is_visible()
    assert not part(".nn-tools button", has_text="Remove").is_visible()
    view.locator.locator("select").first.select_option(label="Circle, four neurons")
    part("[data-control=x1]").wait_for(state="visible")


def test_buttons_go_by_sample_batch_and_epoch_and_back(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    view.locator.locator("select").first.select_option(label="Circle, four neurons")
    view.wait("stage.dataset.step === '0'")
    view.press("step")
    view.wait("stage.textContent.includes('Sample 1 of 10')")
    view.press("batch")
    view.wait("stage.textContent.includes('Update 1.')")
    view.press("epoch")
    view.wait("stage.textContent.includes('Update 15.')")
    view.press("back")
    view.wait("Number(stage.dataset.step) < 16")
    view.press("reset")
    view.wait("stage.dataset.step === '0'")


def test_points_are_clicked_into_the_map(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    canvas = view.locator.locator("canvas[data-panel=map]")
    canvas.scroll_into_view_if_needed()
    view.keep("map")
    canvas.click(position={"x": 150, "y": 150})
    canvas.click(position={"x": 170, "y": 190})
    view.page.wait_for_timeout(300)
    assert len(values(view)["points"]) == 2
    assert view.difference("map") > 0.0005
    view.locator.get_by_role("button", name="Clear").click()
    view.page.wait_for_timeout(300)
    assert values(view)["points"] == []


def test_a_weight_is_typed_into_the_diagram(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    canvas = view.locator.locator("canvas[data-panel=network]")
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        view.page.keyboard.press(key)
    field = view.locator.locator(".nn-editor input")
    field.wait_for(state="visible")
    view.keep("map")
    field.fill("25")
    view.page.keyboard.press("Enter")
    deadline = time.monotonic() + 10
    while view.difference("map") <= 0.001 and time.monotonic() < deadline:
        view.page.wait_for_timeout(100)
    assert view.difference("map") > 0.001


def test_the_code_shows_and_names_the_settings(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    box = view.locator.locator("[data-control=show_code] input")
    code = view.locator.locator(".nn-text")
    assert not code.is_visible()
    box.click()
    code.wait_for(state="visible")
    view.choose("optimizer", "Adam")
    view.press("batch")
    view.wait("stage.querySelector('.nn-text').textContent.includes('Adam(network')")
    view.choose("optimizer", "SGD")
    box.click()
    code.wait_for(state="hidden")


def test_a_line_of_settings_brings_all_of_it_back(lesson: LessonPage) -> None:
    view = lesson.at_start("Playground")
    view.locator.locator("select").first.select_option(label="XOR, three neurons")
    view.settle()
    view.page.wait_for_timeout(300)
    line = view.locator.locator(".nn-state input").input_value()
    view.locator.locator("select").first.select_option(label="Stars and quasars")
    view.wait("stage.textContent.includes('quasar') || true")
    view.page.wait_for_timeout(1000)
    view.locator.locator(".nn-state summary").click()
    view.locator.locator(".nn-state input").fill(line)
    view.locator.locator("[data-state=use]").click()
    view.page.wait_for_timeout(1000)
    assert values(view)["data"] == "XOR"
    assert view.locator.locator(".nn-state input").input_value() == line
    view.locator.locator(".nn-state summary").click()


# ---------------------------------------------------------------------- a table


def with_a_table(lesson: LessonPage) -> View:
    view = lesson.at_start("OwnData")
    view.choose("data", "your table")
    view.locator.locator("textarea").wait_for(state="visible")
    return view


def test_a_table_is_pasted_refused_and_pasted_again(lesson: LessonPage) -> None:
    view = with_a_table(lesson)
    text = view.locator.locator("textarea")
    use = view.locator.get_by_role("button", name="Use this table")
    before = values(view)["table"]
    text.fill("a;b;kind\n1;2;x\n3;;y\n")
    use.click()
    view.wait("stage.querySelector('.nn-message').textContent.includes('line 3, column 2')")
    assert values(view)["table"] == before
    assert text.input_value().startswith("a;b;kind")  # what was typed stays to be mended
    view.keep("map")
    rows = "\n".join(f"{i};{(7 * i) % 5};{'xy'[i % 2]}" for i in range(20))
    text.fill(f"size;age;kind\n{rows}\n")
    use.click()
    view.wait("stage.querySelector('.nn-message').hidden")
    assert values(view)["table"].startswith("size;age;kind")
    view.page.wait_for_timeout(300)
    assert view.difference("map") > 0.01


def test_a_file_of_another_encoding_is_opened(lesson: LessonPage) -> None:
    view = with_a_table(lesson)
    rows = "\n".join(f"{i},5;{i % 7};{'Äpfel' if i % 2 else 'Birnen'}" for i in range(14))
    content = f"größe;alter;sorte\n{rows}\n"
    for encoding in ("cp1252", "utf-16", "utf-8"):
        view.locator.locator("input[type=file]").set_input_files(
            [{"name": "t.csv", "mimeType": "text/csv", "buffer": content.encode(encoding)}]
        )
        view.wait("stage.querySelector('textarea').value.includes('größe')")
        view.page.wait_for_timeout(300)
        assert "Äpfel" in values(view)["table"]
    assert view.message() == ""
