"""A prediction and a quiz as a learner meets them: answered with nothing but the keyboard."""

import json
from typing import Any

import pytest
from hands import focused, tab_to
from lab import Lab

CELLS = (
    "from nnlib.exercises.gradient_descent import lesson\nlesson.predict('too large')",
    "lesson.score('too large')",
    "lesson.quiz()",
    "lesson.progress()",
)


@pytest.fixture
def page(lab: Lab) -> Any:
    for left_over in lab.folder.glob("nnlib-progress*.json"):
        left_over.unlink()
    lab.open_cells(*CELLS)
    lab.page.set_viewport_size({"width": 1300, "height": 1900})
    lab.run_all()
    view(lab.page, "Your progress").wait_for()
    return lab.page


def view(page: Any, text: str) -> Any:
    return page.locator(".nn-exercise", has_text=text)


def start_at(asked: Any) -> None:
    """Put the keyboard at the first option, where a Tab from the cell would."""
    asked.locator("input:visible").first.focus()


def test_a_prediction_by_keyboard_and_its_score(page: Any, lab: Lab) -> None:
    asked, score = view(page, "Predict before you try"), view(page, "and what is true")
    assert "Not answered yet" in score.inner_text()
    assert not (lab.folder / "nnlib-progress.json").exists()
    start_at(asked)
    tab_to(page, "Commit")
    page.keyboard.press("Enter")
    asked.get_by_text("Choose one of the answers first.").wait_for()
    start_at(asked)
    tab_to(page, "They jump from side to side of the minimum and come closer each time.")
    page.keyboard.press("Space")
    tab_to(page, "Commit")
    page.keyboard.press("Enter")
    asked.get_by_text("Your prediction: They jump").wait_for()
    assert asked.locator("input:enabled").count() == 0
    assert "swings in for rates" not in score.inner_text()
    tab_to(page, "Show what is true")
    page.keyboard.press("Enter")
    score.get_by_text("swings in for rates").wait_for()
    assert "✗" in score.inner_text()
    assert "The answer: They jump from side to side of the minimum, farther" in score.inner_text()
    view(page, "Your progress").get_by_text("1 of 8 made, 0 right").wait_for()
    kept = json.loads((lab.folder / "nnlib-progress.json").read_text())["lessons"]["03"]
    assert kept["predictions"] == {"too large": {"answer": "swings in", "correct": False}}


def test_a_quiz_by_keyboard_wrong_once_then_right(page: Any, lab: Lab) -> None:
    quiz = view(page, "Quiz: question")
    start_at(quiz)
    tab_to(page, "Slopes are negative near a minimum.")
    page.keyboard.press("Space")
    tab_to(page, "Check")
    page.keyboard.press("Enter")
    quiz.get_by_text("Only to the left of a minimum.").wait_for()
    start_at(quiz)
    page.keyboard.press("Space")
    page.wait_for_function(
        "box => !box.checked", arg=quiz.locator("input:visible").nth(1).element_handle()
    )
    assert quiz.locator("input:checked").count() == 1  # a tick takes the other away
    tab_to(page, "Check")
    page.keyboard.press("Enter")
    quiz.get_by_text("✓").wait_for()
    quiz.get_by_text("Next question").wait_for()
    assert focused(page) == "Next question"  # the same button, so the keyboard need not move
    page.keyboard.press("Enter")
    quiz.get_by_text("question 2 of 8, 0 right so far").wait_for()
    # The keyboard is in the field by itself, and letters there are no shortcuts of the notebook.
    page.wait_for_function("() => document.activeElement.matches('.nn-exercise input[type=text]')")
    assert focused(page) == "Your answer"
    cells = page.locator(".jp-CodeCell").count()
    page.keyboard.type("dd 2,7")
    page.keyboard.press("Enter")
    quiz.get_by_text("Write a number").wait_for()
    assert page.locator(".jp-CodeCell").count() == cells
    page.keyboard.press("Control+A")
    page.keyboard.type("2,4")
    page.keyboard.press("Enter")
    quiz.get_by_text("The slope is 2b = 6").wait_for()
    view(page, "Your progress").get_by_text("best 1 of 8").wait_for()
    kept = json.loads((lab.folder / "nnlib-progress.json").read_text())["lessons"]["03"]
    assert kept["quiz"] == 1


def test_words_can_be_read_in_both_themes(page: Any, lab: Lab) -> None:
    for theme, light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        lab.theme(theme)
        page.wait_for_function("is => document.body.dataset.jpThemeLight === is", arg=light)
        page.wait_for_timeout(500)
        contrasts: list[float] = page.evaluate(CONTRASTS)
        assert len(contrasts) > 20
        assert min(contrasts) >= 4.5  # the Web Content Accessibility Guidelines, level AA


#: Contrast of each piece of text with the ground behind it, by the guidelines' formula.
CONTRASTS = """() => {
  const rgba = text => { const [r, g, b, a] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a ?? 1] };
  const over = ([r, g, b, a], under) =>
    [r, g, b].map((value, i) => a * value + (1 - a) * under[i]).concat(1);
  const ground = element => {
    const grounds = [];
    for (let at = element; at; at = at.parentElement)
      grounds.unshift(rgba(getComputedStyle(at).backgroundColor));
    return grounds.reduce((under, colour) => over(colour, under), [255, 255, 255, 1]);
  };
  const light = colour => {
    const [r, g, b] = colour.map(value => value / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const says = element => element.checkVisibility()
    && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('.nn-exercise *:not(style)')].filter(says).map(element => {
    const under = ground(element);
    const ink = over(rgba(getComputedStyle(element).color), under);
    const [low, high] = [light(ink), light(under)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""
