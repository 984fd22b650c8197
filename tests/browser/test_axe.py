"""What keeps people out: axe-core looks at each view and exercise of the lessons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lesson_page import NOTEBOOKS, LessonPage, open_lesson

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-core comes with: uv sync (pip, not conda)"
)
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
PARTS = [".nn-stage", ".nn-exercise"]
#: JupyterLab renders only the cells in sight; here all of them are to be looked at.
RENDER_ALL = """() => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: 'none' };
}"""
#: Every explorable stands still, and what is folded away is open.
AT_REST = """() => {
  for (const details of document.querySelectorAll('.nn-stage details, .nn-exercise details')) {
    details.open = true;
  }
  const stages = [...document.querySelectorAll('.nn-stage')];
  for (const stage of stages) {
    if (stage.dataset.playing === 'true') stage.querySelector('[data-button=play]').click();
  }
  return [stages.length, document.querySelectorAll('.nn-exercise').length];
}"""


@pytest.fixture(scope="module", params=LESSONS)
def lesson(
    request: pytest.FixtureRequest, server: tuple[str, Path], browser: object
) -> Iterator[LessonPage]:
    yield from open_lesson(server, browser, request.param, {})


def grave(results: dict[str, Any]) -> list[str]:
    """Serious and critical violations, one line for each element."""
    return [
        f"{violation['id']}: {node['failureSummary']} {node['target']} {node['html'][:200]}"
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_nothing_serious_stands_in_anyones_way(lesson: LessonPage, theme: str) -> None:
    page = lesson.page
    lesson.lab.theme(theme)
    light = str(theme.endswith("Light")).lower()
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{light}'")
    page.evaluate(RENDER_ALL)
    page.wait_for_function("() => document.querySelectorAll('.nn-stage').length >= 2")
    page.wait_for_timeout(3000)  # style sheets of the theme, and first frames
    stages, exercises = page.evaluate(AT_REST)
    assert stages >= 2
    assert exercises >= 1
    page.wait_for_timeout(1000)
    found = axe.Axe().run(page, context={"include": [[part] for part in PARTS]})
    assert grave(found.response) == []
