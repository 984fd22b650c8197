"""Lesson 06 as a learner meets it: opened once, run to its end, and every control of it moved."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from lab import View
from lesson_page import LessonPage, WholeLesson, open_lesson, values
from PIL import Image

from nnlib.exercises import cnn
from nnlib.explorables import cnn as live

KINDS = {name: getattr(live, name) for name in live.__all__}


@pytest.fixture(scope="module")
def lesson(server: tuple[str, Path], browser: object) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, "06-cnn-filtering.ipynb", KINDS)


#: The panel that shows what a control does within some steps, and those that show it at once.
WHERE = {
    "OnePixel": "bench",
    "FilterBench": "bench",
    "LearnFilter": "distance",
    "SharedWeights": "product",
    "ReceptiveField": "growth",
    "ShiftTest": "shifts",
    "LeNetLive": "accuracy",
    "Ingredients": "train",
}
_BENCH = ("picture", "look", "side", "stride", "padding", "dilation", "flip")
AT_ONCE = {
    "OnePixel": {},
    "FilterBench": dict.fromkeys(_BENCH, "bench"),
    "LearnFilter": {"target": "wanted", "picture": "outputs"},
    "SharedWeights": {"w1": "product", "w2": "product", "w3": "product"}
    | dict.fromkeys(("side", "channels", "k"), "counts"),
    "ReceptiveField": dict.fromkeys(("network", "depth", "k"), "growth"),
    "ShiftTest": {"digit": "picture", "across": "picture", "down": "picture"},
    "LeNetLive": {"maps": "first"},
    "Ingredients": {},
}


class TestWholeLesson(WholeLesson):
    kinds, exercises = KINDS, cnn
    where, at_once = WHERE, AT_ONCE
    #: Shown only beyond the edge, on some paths, or after a restart that begins at the same place.
    but = (
        "outside", "centre", "best", "learning_rate", "momentum", "stride", "dilation", "pool",
        "across", "up", "head", "moved", "ingredient", "batch_size",
    )  # fmt: skip


# ---------------------------------------------------------------------- the benches


def test_the_window_follows_the_pointer_and_the_arrow_keys(lesson: LessonPage) -> None:
    view = lesson.at_start("FilterBench")
    canvas = view.locator.locator("canvas[data-panel=bench]")
    canvas.scroll_into_view_if_needed()
    view.keep("bench")
    box = canvas.bounding_box()
    view.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.4 * box["height"])
    view.page.wait_for_timeout(150)
    assert view.difference("bench") > 0.0005
    view.page.mouse.move(box["x"] + 5, box["y"] - 40)
    slider = view.locator.locator(".nn-window")
    slider.focus()
    before = slider.get_attribute("aria-label")
    view.page.keyboard.press("Shift+ArrowRight")
    view.page.keyboard.press("ArrowDown")
    assert slider.get_attribute("aria-label") != before


def test_an_edited_weight_changes_the_output_at_once(lesson: LessonPage) -> None:
    for name in ("OnePixel", "FilterBench"):
        view = lesson.at_start(name)
        if name == "OnePixel":
            view.press("epoch")
            view.wait("Number(stage.dataset.step) > 3")
        view.keep("bench")
        cell = view.locator.get_by_role("spinbutton", name="weight in row 2, column 2")
        cell.fill("-7/2")
        cell.press("Enter")
        assert values(view)["kernel"][1][1] == -3.5
        view.page.wait_for_timeout(150)
        assert view.difference("bench") > 0.002
        cell.fill("seven")
        assert cell.get_attribute("aria-invalid") == "true"
        cell.press("Escape")
        assert values(view)["kernel"][1][1] == -3.5


def test_in_place_the_second_pixel_is_another(lesson: LessonPage) -> None:
    view = lesson.at_start("OnePixel")
    preset(view, "The kernel of the lecture")
    for _ in range(2):
        view.press("step")
    view.wait("stage.textContent.includes('2457/12 = 204.7')")
    preset(view, "The same, in place")
    view.wait("stage.textContent.includes('2507/12 = 208.9')")
    preset(view, "The kernel of the lecture")


def test_only_the_cells_of_a_smaller_kernel_are_there(lesson: LessonPage) -> None:
    view = lesson.shown("FilterBench")
    for name, cells in (("Smooth: Gauss, 5 x 5", 25), ("Even: a kernel of 2 x 2", 4)):
        preset(view, name)
        view.settle()
        view.page.wait_for_timeout(200)
        assert view.locator.locator(".nn-weights input:visible").count() == cells


# ---------------------------------------------------------------------- pictures of their own


def picture_file(kind: str, size: tuple[int, int] = (90, 120), mode: str = "RGB") -> bytes:
    """A file of the left half dark and the right half bright."""
    pixels = np.full((size[1], size[0]), 40, dtype=np.uint8)
    pixels[:, size[0] // 2 :] = 230
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def upload(view: View, name: str, content: bytes, words: str) -> None:
    """Choose a file, and wait for what is said of it."""
    chooser = view.locator.locator("input[type=file]")
    chooser.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
    said = view.locator.locator(".nn-tools output", has_text=words).first
    said.wait_for(timeout=20_000)


@pytest.mark.parametrize(
    ("kind", "size", "mode"),
    [
        ("PNG", (90, 120), "RGB"),
        ("PNG", (3, 2), "RGBA"),
        ("PNG", (640, 20), "1"),
        ("JPEG", (800, 600), "CMYK"),
        ("GIF", (64, 48), "P"),
        ("BMP", (64, 48), "L"),
        ("WEBP", (100, 100), "RGB"),
    ],
)
def test_a_picture_of_any_kind_is_made_to_fit(
    lesson: LessonPage, kind: str, size: tuple[int, int], mode: str
) -> None:
    view = lesson.shown("FilterBench")
    view.choose("picture", "flower")
    view.settle()
    view.keep("bench")
    words = f"{size[0]} × {size[1]}"
    upload(view, f"mine-{mode}.{kind.lower()}", picture_file(kind, size, mode), words)
    view.wait("stage.querySelector('[data-control=picture] select').value === 'your picture'")
    view.settle()
    assert view.difference("bench") > 0.02
    control = next(c for c in live.FilterBench.controls if c.name == "own")
    pixels = control.pixels(view.values()["own"])
    assert pixels.shape == (48, 64)
    assert pixels[:, :20].mean() < 0.4
    assert pixels[:, 44:].mean() > 0.7


def test_what_is_no_picture_is_refused_and_the_one_before_stays(lesson: LessonPage) -> None:
    view = lesson.shown("FilterBench")
    upload(view, "mine.png", picture_file("PNG"), "90 × 120")
    view.settle()
    before = view.values()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script></svg>'
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")  # a few kB that unpack to 144 million
    for name, content, words in (
        ("letter.txt", b"Dear all, this is no picture.", "no picture that this browser can read"),
        ("empty.png", b"", "is empty"),
        ("drawing.svg", svg, "no picture that this browser can read"),
        ("half.png", picture_file("PNG")[:40], "no picture that this browser can read"),
        ("huge.jpg", b"\xff\xd8" + bytes(21_000_000), "20 MB is the most"),
        ("bomb.png", bomb.getvalue(), "50 million in all is the most"),
    ):
        upload(view, name, content, words)
        upload(view, name, content, "The picture stays as it was.")
        view.settle()
        assert view.values() == before, name
    assert view.message() == ""


def test_a_drawing_goes_through_the_filter_while_it_is_drawn(lesson: LessonPage) -> None:
    view = lesson.shown("FilterBench")
    view.choose("picture", "temple")
    view.locator.get_by_role("button", name="Clear").click()
    view.wait("stage.textContent.includes('The paper is empty')")
    view.keep("bench")
    draw_line(view, (0.2, 0.2), (0.8, 0.8))
    view.page.wait_for_timeout(500)
    assert view.difference("bench") > 0.005
    assert values(view)["picture"] == "your drawing"


# ---------------------------------------------------------------------- the others


def test_the_pixel_and_the_sizes_are_dragged(lesson: LessonPage) -> None:
    lesson.check_handle("ReceptiveField", "image", "pixel", ("across", "up"))


def test_settings_that_show_after_some_steps(lesson: LessonPage) -> None:
    view = lesson.at_start("LearnFilter")
    for name in ("Noise, centred", "Photograph, centred", "Noise"):
        view.keep("distance")
        preset(view, name)
        view.press("epoch")
        view.wait("Number(stage.dataset.step) >= 10")
        assert view.difference("distance") > 0.001, name
    preset(view, "Too large a rate")
    lesson.set(view, "LearnFilter", "speed", 900)
    view.press("play")
    view.wait("!stage.querySelector('.nn-message').hidden", timeout=30_000)
    assert "too large" in view.message()
    preset(view, "Noise")


@pytest.mark.parametrize("name", ["Dropout", "Augmentation", "Two GPUs", "ReLU"])
def test_every_ingredient_trains(lesson: LessonPage, name: str) -> None:
    view = lesson.shown("Ingredients")
    preset(view, name)
    view.press("reset")
    view.wait("stage.dataset.step === '0'")
    view.keep("train")
    view.press("play")
    view.wait("Number(stage.dataset.step) > 20", timeout=60_000)
    view.pause()
    assert view.difference("train") > 0.001


def test_a_drawn_digit_lights_up_the_maps(lesson: LessonPage) -> None:
    view = lesson.at_start("LeNetLive")
    view.press("play")
    view.wait("Number(stage.dataset.step) > 60", timeout=120_000)
    view.pause()
    view.locator.get_by_role("button", name="Clear").click()
    view.wait("stage.textContent.includes('The paper is empty')")
    for panel in ("first", "second", "answer"):
        view.keep(panel)
    draw_line(view, (0.5, 0.1), (0.5, 0.9))
    view.page.wait_for_timeout(800)
    for panel in ("first", "second"):
        assert view.difference(panel) > 0.005, panel


def preset(view: View, name: str) -> None:
    """Choose a preset by its name."""
    view.locator.locator("select").first.select_option(label=name)


def draw_line(view: View, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a line between two places on the paper, as shares of it, with the mouse."""
    paper = view.locator.locator(".nn-paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    mouse = view.page.mouse
    mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    mouse.down()
    mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=12)
    mouse.up()
