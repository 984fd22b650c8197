"""What is shared: recorded pages, settings as text, presets and seeds, exported notebooks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import KERNEL, Lab, View

from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary
from nnlib.live import record

SPIRAL = """
from nnlib.explorables.start_here import SpiralBoundary
view = SpiralBoundary()
view
"""


class Page:
    """A page from the disk, in a browser that cannot reach any network."""

    def __init__(self, browser: Any, path: Path, scheme: str) -> None:
        self.context = browser.new_context(
            offline=True, viewport={"width": 1200, "height": 800}, color_scheme=scheme
        )
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._ask)
        self.path = path
        self.page.goto(path.as_uri())

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning") and "willReadFrequently" not in message.text:
            self.problems.append(message.text)

    def _ask(self, request: Any) -> None:
        if request.url != self.path.as_uri() and not request.url.startswith(("data:", "blob:")):
            self.problems.append(f"asked for {request.url}")

    def view(self) -> View:
        self.page.wait_for_function(
            "() => document.querySelector('.nn-stage')?.dataset.sequence > 0"
        )
        return View(self.page, self.page.locator(".nn-stage"))


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:
    """Open a page; at the end nothing may have gone wrong in its console, nor been asked for."""
    pages: list[Page] = []

    def opened(path: Path, scheme: str = "light") -> Page:
        pages.append(Page(browser, path, scheme))
        return pages[-1]

    yield opened
    for page in pages:
        page.context.close()
    assert [page.problems for page in pages] == [[] for _ in pages]


@pytest.fixture(scope="module")
def spiral_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "run.html"
    return record(SpiralBoundary(speed=200), seconds=4, path=path)


# ---------------------------------------------------------------- a recording


def test_a_recording_plays_to_its_end_and_once_more(open_page: Any, spiral_page: Path) -> None:
    view = open_page(spiral_page).view()
    assert (view.step, view.playing) == (0, False)
    view.page.wait_for_timeout(300)
    view.keep("map")
    view.press("play")
    view.wait("Number(stage.dataset.step) > 100 && stage.dataset.playing === 'true'")
    view.press("play")
    view.wait("stage.dataset.playing === 'false'")
    assert view.difference("map") > 0.02
    view.press("play")
    view.wait("stage.dataset.step === '800' && stage.dataset.playing === 'false'")
    assert not view.blank("loss")
    view.press("play")
    view.wait("Number(stage.dataset.step) < 400 && stage.dataset.playing === 'true'")


def test_a_recording_is_scrubbed_and_stepped_through(open_page: Any, spiral_page: Path) -> None:
    view = open_page(spiral_page).view()
    view.page.wait_for_timeout(300)
    view.keep("map")
    view.locator.locator(".nn-scrub input").evaluate(
        "input => { input.value = 500; input.dispatchEvent(new Event('input')) }"
    )
    view.wait("stage.dataset.step === '500'")
    assert view.difference("map") > 0.02
    view.press("step")
    view.wait("stage.dataset.step === '516'")
    view.press("back")
    view.wait("stage.dataset.step === '500'")
    view.press("reset")
    view.wait("stage.dataset.step === '0'")
    assert view.difference("map") < 0.001
    assert view.locator.locator("[data-button=epoch]").count() == 0


def test_a_recording_listens_to_the_keyboard_at_once(open_page: Any, spiral_page: Path) -> None:
    page = open_page(spiral_page)
    view = page.view()
    page.page.keyboard.press(".")
    view.wait("stage.dataset.step === '16'")
    page.page.keyboard.press(" ")
    view.wait("stage.dataset.playing === 'true' && Number(stage.dataset.step) > 100")
    page.page.keyboard.press(" ")
    view.wait("stage.dataset.playing === 'false'")
    page.page.keyboard.press("r")
    view.wait("stage.dataset.step === '0'")


def test_a_recording_is_told_in_words_and_offers_nothing_that_needs_a_kernel(
    open_page: Any, spiral_page: Path
) -> None:
    view = open_page(spiral_page).view()
    canvas = view.locator.locator("canvas[data-panel=map]")
    assert "of the test points lie" in canvas.get_attribute("aria-label")
    assert "Noise in the points 0.03" in view.page.locator(".nn-about").inner_text()
    assert not view.locator.locator("[data-control=noise]").is_visible()
    view.locator.locator(".nn-state summary").click()
    assert not view.locator.locator("[data-state=use]").is_visible()
    assert view.values()["noise"] == 0.03
    named = view.locator.evaluate(
        "stage => [...stage.querySelectorAll('button, input')].filter(e => e.offsetParent)"
        ".every(e => (e.labels?.[0]?.textContent || e.ariaLabel || e.textContent).trim())"
    )
    assert named


@pytest.mark.parametrize(("scheme", "low", "high"), [("light", 700, 766), ("dark", 0, 150)])
def test_a_recording_is_light_or_dark(
    open_page: Any, spiral_page: Path, scheme: str, low: int, high: int
) -> None:
    view = open_page(spiral_page, scheme).view()
    view.page.wait_for_timeout(300)
    corner = "canvas => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3)"
    assert low <= sum(view.locator.locator("canvas[data-panel=loss]").evaluate(corner)) <= high
    ground = view.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert low <= sum(int(part) for part in ground[4:-1].split(",")) <= high


def test_a_recording_of_the_digits_plays_by_itself(open_page: Any, tmp_path: Path) -> None:
    path = record(DigitsTraining(data="digits"), seconds=2, path=tmp_path / "digits.html")
    view = open_page(path).view()
    view.wait("stage.dataset.step === '200' && stage.dataset.playing === 'false'")
    panels = ("loss", "accuracy", "classes", "wrong", "weights")
    assert not any(view.blank(panel) for panel in panels)


def test_hostile_words_in_a_recording_stay_words(open_page: Any, tmp_path: Path) -> None:
    class Evil(SpiralBoundary):
        title = "</script><img src=x onerror=document.title='caught'><script>throw 1</script>"

    page = open_page(record(Evil(), seconds=0.2, path=tmp_path / "evil.html"))
    view = page.view()
    assert view.locator.locator(".nn-title").text_content() == Evil.title
    assert page.page.title() == Evil.title
    assert page.page.locator("img").count() == 0


def test_a_damaged_recording_says_so(open_page: Any, spiral_page: Path, tmp_path: Path) -> None:
    text = spiral_page.read_text(encoding="utf-8")
    where = text.index('id="index">') + 40
    damaged = tmp_path / "damaged.html"
    damaged.write_text(text[:where] + "AAAAAAAA" + text[where + 8 :], encoding="utf-8")
    page = open_page(damaged)
    page.page.wait_for_selector("#view[role=alert]")
    assert "cannot be shown" in page.page.locator("#view").inner_text()


# ---------------------------------------------------------------- an exported notebook


def test_an_exported_notebook_shows_pictures_and_words_without_network(
    open_page: Any, tmp_path: Path
) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    notebook.cells = [
        nbformat.v4.new_code_cell(SPIRAL.replace("\nview\n", "\nview.run(300)\nview\n")),
        nbformat.v4.new_code_cell("SpiralBoundary(noise=0.2)"),
    ]
    source = tmp_path / "lesson.ipynb"
    nbformat.write(notebook, source)
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", str(source)]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    page = open_page(tmp_path / "lesson.html")
    pictures = page.page.locator("figure img")
    assert pictures.count() == 2
    for index in range(2):
        assert pictures.nth(index).evaluate("image => image.naturalWidth") == 800
        assert "right side of the border" in pictures.nth(index).get_attribute("alt")
    captions = page.page.locator("figcaption").all_inner_texts()
    assert "Update 300: " in captions[0]
    assert "Update 0: " in captions[1]
    page.problems = [text for text in page.problems if "http" not in text and "net::" not in text]


# ---------------------------------------------------------------- in JupyterLab


@pytest.fixture
def spiral(lab: Lab) -> View:
    return lab.show(SPIRAL)


def test_a_preset_moves_several_controls_at_once(spiral: View) -> None:
    menu = spiral.locator.locator("[data-setting=preset] select")
    assert menu.input_value() == "As it begins"
    menu.select_option("Two hidden units")
    spiral.wait("JSON.parse(stage.querySelector('.nn-state input').value).values.hidden === 2")
    spiral.slide("momentum", 0.0)
    spiral.settle()
    assert menu.input_value() == "No momentum"  # the menu says where the controls stand
    spiral.slide("noise", 1.0)
    spiral.settle()
    menu.select_option("As it begins")
    spiral.wait("JSON.parse(stage.querySelector('.nn-state input').value).values.noise === 0.03")
    assert spiral.values()["momentum"] == 0.9
    assert menu.input_value() == "As it begins"


def test_the_seed_box_starts_anew_and_refuses_what_is_no_seed(lab: Lab, spiral: View) -> None:
    box = spiral.locator.locator("[data-setting=seed] input")
    assert box.input_value() == "0"
    spiral.page.wait_for_timeout(300)
    spiral.keep("map")
    spiral.press("epoch")
    spiral.wait("stage.dataset.step === '10'")
    box.fill("123")
    box.press("Enter")
    spiral.wait("stage.dataset.step === '0'")
    assert spiral.difference("map") > 0.01
    assert lab.execute("print(view.seed)") == "123"
    for junk in ("-1", "4294967296", "1.5", ""):
        box.fill(junk)
        box.press("Enter")
        spiral.wait("stage.querySelector('.nn-message').textContent.includes('Seed expects')")
        spiral.wait("stage.querySelector('[data-setting=seed] input').value === '123'")
        spiral.press("reset")
        spiral.wait("stage.querySelector('.nn-message').hidden")
    assert lab.execute("print(view.seed)") == "123"
    box.fill("0")
    box.press("Enter")
    spiral.wait("JSON.parse(stage.querySelector('.nn-state input').value).seed === 0")
    assert spiral.difference("map") < 0.001


def test_a_line_of_text_brings_seed_and_settings_to_another_view(lab: Lab) -> None:
    first = lab.show(SPIRAL, "other = SpiralBoundary()\nother")
    first.locator.locator("[data-setting=seed] input").fill("77")
    first.locator.locator("[data-setting=seed] input").press("Enter")
    first.wait("JSON.parse(stage.querySelector('.nn-state input').value).seed === 77")
    first.locator.locator("[data-setting=preset] select").select_option("Noisy points")
    first.wait("JSON.parse(stage.querySelector('.nn-state input').value).values.noise === 0.15")
    state = first.locator.locator(".nn-state input").input_value()
    lab.scroll_to("other = SpiralBoundary()")
    second = lab.view(1)
    second.locator.locator(".nn-state summary").click()
    second.locator.locator(".nn-state input").fill(state)
    second.locator.locator("[data-state=use]").click()
    second.wait(f"stage.querySelector('.nn-state input').value === {json.dumps(state)}")
    assert lab.execute("print(other.seed, other.state == view.state)") == "77 True"


def test_curves_come_back_when_one_seeks_forward_again(lab: Lab, spiral: View) -> None:
    spiral.slide("speed", 0.8)
    spiral.play()
    spiral.wait("Number(stage.dataset.step) > 300")
    spiral.pause()
    last = spiral.step
    spiral.page.wait_for_timeout(500)
    spiral.keep("loss")
    scrub = "input => {{ input.value = {}; input.dispatchEvent(new Event('input')) }}"
    spiral.locator.locator(".nn-scrub input").evaluate(scrub.format(100))
    spiral.wait("Number(stage.dataset.step) < 150")
    assert spiral.difference("loss") > 0.001
    spiral.locator.locator(".nn-scrub input").evaluate(scrub.format(last))
    spiral.wait(f"Number(stage.dataset.step) > {last - 20}")
    steps = lab.execute("print(*map(int, view.frame()['loss']['train'][0]))").split()
    gaps = [int(b) - int(a) for a, b in pairwise(steps)]
    assert int(steps[-1]) == spiral.step
    assert max(gaps) < 100


PROGRESS = """
import time
from nnlib.live import progress
def work():
    for number in range(100_000):
        time.sleep(0.002)
        yield number
bar = progress(work(), "A long sweep")
"""


def test_a_bar_is_cancelled_while_work_goes_on_beside(lab: Lab) -> None:
    lab.open_cells(PROGRESS + "task = bar.start()", "print(6 * 7)")
    lab.run_all()
    page = lab.page
    bar = page.locator("progress[aria-label='A long sweep']")
    bar.wait_for(state="visible")
    page.wait_for_function("() => document.body.innerText.includes('A long sweep: 1')")
    assert lab.execute("print(6 * 7)") == "42"  # other cells run meanwhile
    page.locator("button", has_text="Cancel").last.click()
    page.wait_for_function("() => document.body.innerText.includes('cancelled at')", timeout=5000)
    assert lab.execute("print(bar.outcome, task.done())") == "cancelled True"


def test_a_bar_is_cancelled_while_its_cell_runs(lab: Lab) -> None:
    lab.open_cells(PROGRESS + "for number in bar: pass\nprint('ended', bar.outcome)")
    lab.run_all()
    page = lab.page
    page.wait_for_function("() => document.body.innerText.includes('A long sweep: 1')")
    page.locator("button", has_text="Cancel").last.click()
    page.wait_for_function("() => document.body.innerText.includes('ended cancelled')")
