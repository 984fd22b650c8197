"""The indexes on the start page: folded, opened with the keyboard, with links that open lessons."""

import shutil
from pathlib import Path

from lab import Lab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CELLS = (
    "from nnlib.exercises import overview\n\noverview()",
    "from nnlib.course import index\n\nindex()",
)
OPEN = "() => [...document.querySelectorAll('.nn-index details[open]')].length"


def test_the_index_opens_with_the_keyboard_and_leads_to_a_lesson(lab: Lab) -> None:
    shutil.copy(NOTEBOOKS / "01-neuron.ipynb", lab.folder)  # the only one that gets links
    lab.open_cells(*CELLS)
    lab.run_to_start()
    page = lab.page
    first = page.locator(".nn-index > details > summary").first
    first.wait_for()
    assert page.evaluate(OPEN) == 0
    first.focus()
    page.keyboard.press("Space")
    page.wait_for_function(f"{OPEN} === 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # "1 neuron", behind "0 start here"
    page.wait_for_function(f"{OPEN} === 2")
    shown = page.locator(".nn-index details details[open]")
    assert shown.locator("summary").inner_text() == "1 neuron"
    right = "e => e.getBoundingClientRect().right"
    assert shown.locator("dl").evaluate(right) < page.locator(".nn-index").evaluate(right)
    shown.locator("a").first.click()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.title.label === '01-neuron.ipynb'"
    )
