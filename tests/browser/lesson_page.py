"""A lesson as a learner meets it: opened once, run to its end, and every control of it moved.

Each lesson's own file says which panel shows what a control does, and tests what is special to it.
"""

import math
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hands import Grip, tab_to
from lab import OUTPUTS, RAN, Lab, View

from nnlib.exercises import SingleChoice
from nnlib.live import Choice, Explorable, Slider, Text, Toggle

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


class LessonPage:
    """An open lesson, and the explorables in it by the names of their classes."""

    def __init__(self, lab: Lab, kinds: Mapping[str, type[Explorable]]) -> None:
        self.lab, self.page, self.kinds = lab, lab.page, kinds

    def shown(self, name: str) -> View:
        """The explorable with this name, scrolled to and standing still."""
        stage = self.page.locator(f".nn-stage[aria-label='{self.kinds[name].title}']")
        for _ in range(10):  # JupyterLab guesses the heights of cells that it has not rendered yet
            self.lab.scroll_to(f"live.{name}(")
            with suppress(Exception):
                stage.wait_for(state="visible", timeout=3000)
                break
        view = self.lab.named_view(self.kinds[name].title)
        view.wait("Number(stage.dataset.sequence) > 0")
        view.pause()
        return view

    def at_start(self, name: str) -> View:
        """The explorable with this name, standing still at its start."""
        view = self.shown(name)
        view.press("reset")
        view.wait("stage.dataset.step === '0'")
        return view

    def set(self, view: View, name: str, control: str, value: float) -> None:
        """Put a slider of an explorable at a value, or next to it."""
        kind = self.kinds[name]
        slider = next(c for c in (*kind.controls, kind.speed) if c.name == control)
        assert isinstance(slider, Slider)
        view.slide(control, place_on(slider, value))
        assert values(view)[control] == pytest.approx(value, rel=0.02, abs=0.02)

    def output(self, text: str) -> str:
        """The outputs of the first cell of code that holds a text."""
        return next(out for source, _, out in self.page.evaluate(OUTPUTS) if text in source)

    def check_cells(self) -> None:
        """Every cell has run, and none has failed or warned."""
        cells = self.page.evaluate(OUTPUTS)
        assert len(cells) > 15
        for source, count, outputs in cells:
            assert count is not None, source
            assert '"output_type":"error"' not in outputs, source
            assert '"name":"stderr"' not in outputs, source

    def check_plays(self, name: str) -> None:
        """From its start an explorable shows something in each panel, and plays."""
        view = self.at_start(name)
        drawn = [panel for panel in self.kinds[name].panels if not isinstance(panel, Text)]
        for panel in drawn:
            assert not view.blank(panel.name), panel.name
        self.set(view, name, "speed", self.kinds[name].speed.value)
        view.press("play")
        view.wait("Number(stage.dataset.step) > 2", timeout=30_000)
        assert view.message() in ("", self.kinds[name].end_text)

    def check_buttons(self, name: str) -> None:
        """Step, epoch, back and reset do what they say."""
        view = self.at_start(name)
        view.press("step")
        view.wait("stage.dataset.step === '1'")
        view.press("epoch")
        view.wait("Number(stage.dataset.step) > 1")
        step = view.step
        view.press("back")
        view.wait(f"Number(stage.dataset.step) < {step}")
        view.press("reset")
        view.wait("stage.dataset.step === '0'")

    def check_controls(
        self,
        name: str,
        where: str,
        at_once: Mapping[str, str] | None = None,
        *,
        but: Collection[str] = (),
    ) -> None:
        """Every control moves, the kernel hears its value, and a panel shows the change.

        `at_once` names the panels that show a control's change without a step; the panel `where`
        shows those of the others within some steps. Those that only words tell of are named in
        `but`; what is made on a panel is tested by itself.
        """
        at_once = at_once or {}
        view = self.shown(name)
        self.set(view, name, "speed", self.kinds[name].speed.maximum / 2)
        for control in self.kinds[name].controls:
            if control.name in but or not isinstance(control, Slider | Choice | Toggle):
                continue  # moved on its panel only: the lesson's own file tests it
            _make_steps(view, 3)
            panel = at_once.get(control.name, where)
            view.keep(panel)
            expected = move(view, control)
            assert values(view)[control.name] == expected, control.name
            if control.restarts:
                view.wait("stage.dataset.step === '0'")
            if control.name in at_once:
                view.page.wait_for_timeout(50)
                assert view.difference(panel) > 0.0002, control.name
            else:
                view.step_until_changed(panel, most=40)
            put_back(view, control)

    def check_handle(
        self, name: str, panel: str, label: str, sliders: tuple[str, ...], *, redraws: bool = True
    ) -> None:
        """A handle comes to a click, follows the mouse, and moves by keyboard; sliders follow it.

        `redraws` is false where the handle itself is all that moves in its panel.
        """
        view = self.at_start(name)
        grip = Grip(view, label, panel)
        grip.canvas.scroll_into_view_if_needed()
        box = grip.canvas.bounding_box()
        middle = (box["x"] + 0.55 * box["width"], box["y"] + 0.55 * box["height"])
        grip.mouse.click(*middle)
        placed = values(view)
        assert grip.place()[0] == pytest.approx(middle[0], abs=4)
        view.keep(panel)
        x, y = grip.place()
        grip.drag(-70, 60)
        dragged = values(view)
        assert grip.place()[0] == pytest.approx(x - 70, abs=4)
        assert dragged[sliders[0]] < placed[sliders[0]]
        if len(sliders) == 2:
            assert grip.place()[1] > y + 20  # a whole number moves in steps
            assert dragged[sliders[1]] < placed[sliders[1]]
        if redraws:
            assert view.difference(panel) > 0.0005
        grip.button.focus()
        view.page.keyboard.press("Shift+ArrowRight")
        view.page.keyboard.press("ArrowUp")
        nudged = values(view)
        assert nudged[sliders[0]] > dragged[sliders[0]]
        if len(sliders) == 2:
            assert nudged[sliders[1]] > dragged[sliders[1]]
        view.press("step")
        view.wait("stage.dataset.step === '1'")
        assert values(view) == nudged


class WholeLesson:
    """The tests that every lesson passes; a lesson's file fills in the attributes.

    Attributes
    ----------
    kinds : mapping
        Classes of the explorables by name.
    exercises : module
        The lesson's module in `nnlib.exercises`.
    where : mapping
        For each explorable the panel that shows what a control does, within some steps.
    at_once : mapping
        For each explorable the controls that show without a step, with the panels that show them.
    but : collection of str
        Controls that only words tell of.
    """

    kinds: Mapping[str, type[Explorable]]
    exercises: ModuleType
    where: Mapping[str, str]
    at_once: Mapping[str, Mapping[str, str]]
    but: Collection[str] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "name" in metafunc.fixturenames:
            metafunc.parametrize("name", self.kinds)

    def begin(self, lesson: LessonPage, name: str) -> None:
        """Bring an explorable to where its controls and buttons can show something."""

    def test_no_cell_fails(self, lesson: LessonPage) -> None:
        lesson.check_cells()

    def test_an_unfinished_exercise_is_not_attempted(self, lesson: LessonPage) -> None:
        for name in self.exercises.lesson.exercises:
            assert "not attempted" in lesson.output(f'lesson.check("{name}"')

    def test_a_prediction_is_answered_and_scored_by_keyboard(self, lesson: LessonPage) -> None:
        predictions = self.exercises.lesson.predictions
        name = next(n for n, item in predictions.items() if isinstance(item, SingleChoice))
        right = predictions[name].options[predictions[name].answer]
        words = right.rstrip(".")
        page = lesson.page
        lesson.lab.scroll_to(f'lesson.predict("{name}")')
        asked = page.locator(".nn-exercise", has_text="Predict before you try").filter(
            has_text=right
        )
        asked.locator("input:visible").first.focus()
        tab_to(page, right)
        page.keyboard.press("Space")
        tab_to(page, "Commit")
        page.keyboard.press("Enter")
        asked.get_by_text(f"Your prediction: {words}.").wait_for()
        lesson.lab.scroll_to(f'lesson.score("{name}")')
        page.get_by_role("button", name="Show what is true").focus()
        page.keyboard.press("Enter")
        page.get_by_text(f"Right. You predicted: {words}.").wait_for()

    def test_every_explorable_plays(self, lesson: LessonPage, name: str) -> None:
        """One after the other on the same page, and each left playing when the next begins."""
        lesson.check_plays(name)

    def test_every_control_moves_and_is_seen(self, lesson: LessonPage, name: str) -> None:
        self.begin(lesson, name)
        at_once = self.at_once.get(name, {})
        lesson.check_controls(name, self.where.get(name, ""), at_once, but=self.but)

    def test_every_button_acts(self, lesson: LessonPage, name: str) -> None:
        self.begin(lesson, name)
        lesson.check_buttons(name)


def open_lesson(
    server: tuple[str, Path], browser: Any, notebook: str, kinds: Mapping[str, type[Explorable]]
) -> Iterator[LessonPage]:
    """The lesson in a page of its own, once every cell has run; nothing may go wrong on it."""
    lab = Lab(*server, browser)
    lab.page.set_viewport_size({"width": 1400, "height": 1400})
    for left_over in lab.folder.glob("nnlib-progress*.json"):
        left_over.unlink()
    shutil.copy(NOTEBOOKS / notebook, lab.folder / notebook)
    lab.open(notebook)
    lab.run_to_start()
    lab.page.wait_for_function(RAN % "every", timeout=200_000)
    yield LessonPage(lab, kinds)
    problems = list(lab.problems)
    lab.close()
    assert problems == []


def values(view: View) -> dict[str, Any]:
    """Where the kernel says the controls stand, once it has heard of all moves."""
    view.settle()
    return view.values()


def place_on(slider: Slider, value: float) -> float:
    """The place of a value on its slider, from 0 to 1."""
    if slider.log:
        return math.log(value / slider.minimum) / math.log(slider.maximum / slider.minimum)
    return (value - slider.minimum) / (slider.maximum - slider.minimum)


def move(view: View, control: Slider | Choice | Toggle) -> object:
    """Give a control another value, as the mouse would, and return what it should be."""
    now = view.values()[control.name]
    if isinstance(control, Toggle):
        view.locator.locator(f"[data-control={control.name}] input").click()
        return not now
    if isinstance(control, Choice):
        wanted = next(option for option in control.options if option != now)
        view.choose(control.name, wanted)
        return wanted
    place = 0.62 if place_on(control, now) < 0.5 else 0.27
    view.slide(control.name, place)
    way = control.maximum / control.minimum if control.log else control.maximum - control.minimum
    value = control.minimum * way**place if control.log else control.minimum + way * place
    tolerance = {"abs": 0.51} if control.integer else {"rel": 0.02, "abs": 1e-3 * abs(way)}
    return pytest.approx(value, **({"rel": 0.02} if control.log else tolerance))


def put_back(view: View, control: Slider | Choice | Toggle) -> None:
    """A choice or a switch as it was at first: the other controls belong to that."""
    if isinstance(control, Choice):
        view.choose(control.name, control.value)
    elif isinstance(control, Toggle):
        if values(view)[control.name] != control.value:  # another control may have moved it
            view.locator.locator(f"[data-control={control.name}] input").click()
    else:
        return
    assert values(view)[control.name] == control.value


def _make_steps(view: View, number: int) -> None:
    if view.step < number:
        for _ in range(number):
            view.press("step")
        view.wait(f"Number(stage.dataset.step) >= {number}")
