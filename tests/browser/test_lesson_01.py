"""Lesson 01 as a learner meets it: opened once, run to its end, and every control of it moved."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import Grip
from lesson_page import LessonPage, WholeLesson, open_lesson, values
from measure import DRAG, Report, p95

from nnlib.exercises import neuron
from nnlib.explorables import neuron as live

KINDS = {name: getattr(live, name) for name in live.__all__}
#: Moves a slider, and tells at once, before anything can have come from the kernel, what share of
#: the colour values of a panel has changed.
PAINTED_AT_ONCE = """(stage, [control, place, panel]) => {
  const canvas = stage.querySelector(`canvas[data-panel=${panel}]`);
  const read = () => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const before = read();
  const input = stage.querySelector(`[data-control=${control}] input`);
  input.value = Math.round(place * input.max);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  const after = read();
  let different = 0;
  after.forEach((value, i) => { different += Math.abs(value - before[i]) > 8 });
  return different / after.length;
}"""


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "01-neuron.ipynb", KINDS)


def test_the_first_view_moves_by_itself(lesson: LessonPage) -> None:
    lesson.lab.scroll_to("live.OneNeuron()")
    view = lesson.lab.named_view(KINDS["OneNeuron"].title)
    view.wait("Number(stage.dataset.step) > 10", timeout=30_000)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "OneNeuron": "plane",
    "SoftStep": "curve",
    "GuessTheNeuron": "plane",
    "TruthTables": "table",
    "LayerProduct": "product",
    "StarsAndQuasars": "loss",
}
AT_ONCE = {
    "OneNeuron": {
        **dict.fromkeys(("w1", "w2", "b", "transfer"), "plane"),
        **dict.fromkeys(("x1", "x2"), "cell"),
    },
    "SoftStep": dict.fromkeys(("steepness", "threshold"), "curve"),
    "GuessTheNeuron": dict.fromkeys(("w1", "w2", "b", "count", "show"), "plane"),
    "TruthTables": {"inputs": "table"},
    "LayerProduct": {"samples": "product", "transfer": "answers"},
    "StarsAndQuasars": {"colours": "map", "threshold": "scores", "share": "map"},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, neuron
    where, at_once = WHERE, AT_ONCE


# ---------------------------------------------------------------------- handles


def test_the_handle_of_the_threshold_is_dragged_nudged_and_placed(lesson: LessonPage) -> None:
    lesson.check_handle("StarsAndQuasars", "scores", "threshold", ("threshold",))


def test_the_handle_on_the_curve_moves_its_threshold(lesson: LessonPage) -> None:
    view = lesson.at_start("SoftStep")
    grip = Grip(view, "threshold", "curve")
    grip.canvas.scroll_into_view_if_needed()
    x, _ = grip.place()
    before = values(view)["threshold"]
    view.keep("plane")
    grip.drag(80, 0)
    assert values(view)["threshold"] > before + 0.3
    assert grip.place()[0] == pytest.approx(x + 80, abs=4)
    assert view.difference("plane") > 0.01


@pytest.mark.parametrize("name", ["OneNeuron", "GuessTheNeuron"])
def test_the_arrow_is_dragged_and_nudged(lesson: LessonPage, name: str) -> None:
    view = lesson.at_start(name)
    grip = Grip(view, "weights", "plane")
    grip.canvas.scroll_into_view_if_needed()
    lesson.set(view, name, "w1", 1.0)
    lesson.set(view, name, "w2", 1.0)
    x, y = grip.place()
    view.keep("plane")
    grip.drag(-90, 60)
    moved = values(view)
    assert moved["w1"] < 0.5
    assert moved["w2"] < 0.6
    assert grip.place() == pytest.approx((x - 90, y + 60), abs=4)
    assert view.difference("plane") > 0.05
    grip.button.focus()
    view.page.keyboard.press("Shift+ArrowRight")
    view.page.keyboard.press("ArrowUp")
    nudged = values(view)
    assert nudged["w1"] > moved["w1"] + 0.2
    assert nudged["w2"] > moved["w2"]


@pytest.mark.parametrize("name", ["OneNeuron", "GuessTheNeuron"])
def test_the_line_is_dragged_and_nudged(lesson: LessonPage, name: str) -> None:
    view = lesson.at_start(name)
    for control, value in (("w1", 2.0), ("w2", 0.0), ("b", 0.0)):
        lesson.set(view, name, control, value)
    grip = Grip(view, "bias", "plane")
    grip.canvas.scroll_into_view_if_needed()
    x, y = grip.place()
    view.keep("plane")
    grip.drag(70, 40)  # along the line nothing moves: only across it
    moved = values(view)
    assert moved["b"] < -1
    assert (moved["w1"], moved["w2"]) == (2.0, pytest.approx(0.0, abs=0.01))
    assert grip.place() == pytest.approx((x + 70, y), abs=4)
    assert view.difference("plane") > 0.05
    grip.button.focus()
    view.page.keyboard.press("ArrowUp")
    view.page.keyboard.press("Shift+ArrowRight")
    assert values(view)["b"] == pytest.approx(moved["b"] + 0.55, abs=0.02)


def test_the_input_is_dragged(lesson: LessonPage) -> None:
    view = lesson.at_start("OneNeuron")
    lesson.set(view, "OneNeuron", "x1", -1.5)
    grip = Grip(view, "input", "plane")
    grip.canvas.scroll_into_view_if_needed()
    view.keep("cell")
    before = values(view)
    grip.drag(60, 30)
    moved = values(view)
    assert moved["x1"] > before["x1"] + 0.5
    assert moved["x2"] < before["x2"] - 0.2
    assert (moved["w1"], moved["w2"], moved["b"]) == (before["w1"], before["w2"], before["b"])
    assert view.difference("cell") > 0.001


def test_the_turning_arrow_stops_in_the_hand(lesson: LessonPage) -> None:
    view = lesson.at_start("OneNeuron")
    lesson.set(view, "OneNeuron", "speed", 2)  # slow enough for a mouse that is told where to go
    for control in ("w1", "w2"):
        lesson.set(view, "OneNeuron", control, 1.5)
    view.play()
    view.wait("Number(stage.dataset.step) > 3")
    grip = Grip(view, "weights", "plane")
    grip.drag(20, 25)
    view.wait("stage.dataset.playing === 'false'")
    held = values(view)
    view.page.wait_for_timeout(300)
    assert values(view) == held


@pytest.mark.parametrize(
    ("control", "panel"), [("w1", "plane"), ("b", "plane"), ("w2", "cell"), ("x1", "cell")]
)
def test_a_neuron_is_painted_before_the_kernel_hears(
    lesson: LessonPage, control: str, panel: str
) -> None:
    view = lesson.at_start("OneNeuron")
    changes = [
        view.locator.evaluate(PAINTED_AT_ONCE, [control, place, panel]) for place in (0.2, 0.9)
    ]
    assert min(changes) > 0.0005
    view.settle()


def test_a_drag_is_soon_seen_where_the_kernel_is_needed(lesson: LessonPage, report: Report) -> None:
    view = lesson.at_start("StarsAndQuasars")
    drags = view.locator.evaluate(DRAG, ["threshold", 25])
    median = statistics.median(drags)
    report("quasars: drag to visible effect, median / p95", f"{median:.0f} / {p95(drags):.0f} ms")
    assert median < 200


# ---------------------------------------------------------------------- truth tables


def test_outputs_are_turned_over_by_mouse_and_keyboard(lesson: LessonPage) -> None:
    view = lesson.at_start("TruthTables")
    view.locator.locator("[data-setting=preset] select").select_option("x₁ AND x₂")
    view.wait("stage.querySelector('.nn-status').textContent.startsWith('AND')")
    view.wait("stage.querySelector('[data-setting=preset] select').value === 'x₁ AND x₂'")
    output = view.locator.locator("[data-output='0']")
    view.keep("corners")
    for row in (1, 2):
        view.locator.locator(f"[data-output='{row}']").click()
    view.locator.locator("[data-output='3']").focus()
    view.page.keyboard.press("Space")
    assert values(view)["outputs"][0][:4] == [0, 1, 1, 0]
    assert not view.playing  # the space bar was for the button
    view.wait("stage.querySelector('.nn-status').textContent.startsWith('XOR: no single')")
    assert view.difference("corners") > 0.001
    assert output.get_attribute("aria-label") == "output for inputs 0 0: 0"
    assert view.locator.locator("[data-output='5']").is_hidden()


def test_the_tour_of_three_inputs_counts_104(lesson: LessonPage) -> None:
    view = lesson.at_start("TruthTables")
    view.choose("inputs", "three")
    view.wait("stage.dataset.step === '0'")
    assert view.locator.locator("[data-output='7']").is_visible()
    view.press("epoch")
    view.wait("Number(stage.dataset.step) === 256", timeout=30_000)
    assert "one neuron can do 104 of them" in view.message()
    view.choose("inputs", "two")


# ---------------------------------------------------------------------- the game


def test_help_wins_the_game_and_a_seed_is_a_new_round(lesson: LessonPage) -> None:
    view = lesson.at_start("GuessTheNeuron")
    lesson.set(view, "GuessTheNeuron", "speed", 60)
    view.play()
    view.wait("stage.querySelector('.nn-message').textContent.includes('new round')", 30_000)
    assert "Well matched" in view.locator.locator(".nn-status").text_content()
    view.keep("plane")
    seed = view.locator.locator("[data-setting=seed] input")
    seed.fill("5")
    seed.press("Enter")
    view.wait("stage.querySelector('.nn-status').textContent.startsWith('Round 5')")
    assert view.difference("plane") > 0.002
