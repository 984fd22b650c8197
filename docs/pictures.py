"""Draw the pictures of README.md: `python docs/pictures.py`. It needs Chromium, as the tests do.

Each is a live view, trained as a learner would and recorded; a browser opens the recording.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nnlib.explorables.backpropagation import DrawADigit
from nnlib.explorables.start_here import DigitsTraining
from nnlib.live import Explorable, record

DOCS = Path(__file__).resolve().parent
WIDTH = 968  # pixels


def digits() -> Explorable:
    """The first view of the course, after four seconds."""
    view = DigitsTraining(data="digits")
    view.run(400)
    return view


def reader() -> Explorable:
    """A network that has learnt to read what is drawn."""
    view = DrawADigit(data="digits")
    view.run(1500)
    view.choose("a 3")
    return view


PICTURES: dict[str, Callable[[], Explorable]] = {
    "start-here.png": digits,
    "draw-a-digit.png": reader,
}


def draw(names: list[str]) -> None:
    """Draw the pictures with these names, or all."""
    sys.path.insert(0, str(DOCS.parent / "tests" / "browser"))
    from playwright.sync_api import sync_playwright

    from conftest import FLAGS, HOW_TO_GET_ONE, find_chromium

    chromium = find_chromium()
    if chromium is None:
        sys.exit(HOW_TO_GET_ONE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH + 40, "height": 1200})
        for name in names or PICTURES:
            path = record(PICTURES[name](), seconds=1, path=os.path.join(folder, "run.html"))
            page.goto(path.as_uri())
            stage = page.locator(".nn-stage")
            stage.wait_for()
            page.wait_for_timeout(1000)  # its first frame is painted
            stage.screenshot(path=DOCS / name)
        browser.close()


if __name__ == "__main__":
    draw(sys.argv[1:])
