"""Predictions, scores, quiz and card, worked as a learner would, without a browser."""

import contextlib
import gc
import re
from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError

from nnlib.exercises import Exercise, Lesson, MultipleChoice, Numeric, SingleChoice, Wrong
from nnlib.exercises.page import style
from nnlib.exercises.store import Store

SINGLE = SingleChoice(
    "Is `2 < 3`?", {"yes": "Yes & yes.", "no": "No."}, "yes", {"no": "Count again."}, "2 + 1 = 3."
)
NUMERIC = Numeric("A half?", 0.5, 0.01, feedback={2.0: "The other way up."}, explanation="1/2.")
MULTIPLE = MultipleChoice(
    "Even?",
    {"2": "Two", "3": "Three", "4": "Four"},
    {"2", "4"},
    {"2": "2 is even.", "3": "3 is odd.", "4": "4 is even."},
    "Halves are whole.",
)


def check_one(function: Any, _rng: object) -> None:
    if function() != 1:
        raise Wrong("1", "something else")


EXERCISE = Exercise("return 1", "core", ("a?", "b?", "c?"), check_one, "It returns 1.")


def make(path: Path) -> Lesson:
    lesson = Lesson(
        "99",
        "Test",
        predictions={"less": SINGLE, "half": NUMERIC, "even": MULTIPLE},
        exercises={"one": EXERCISE},
        questions={"q less": SINGLE, "q half": NUMERIC, "q even": MULTIPLE},
    )
    lesson.store = Store(path)
    return lesson


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.json"


@pytest.fixture
def lesson(path: Path) -> Lesson:
    return make(path)


def seen(view: Any) -> str:
    """All text and HTML of a view that is on the page."""
    if view.layout.display == "none":
        return ""
    own = f"{getattr(view, 'value', '')} {getattr(view, 'description', '')}"
    return own + " ".join(seen(child) for child in getattr(view, "children", ()))


def enter(view: Any, text: str) -> None:
    """What the browser sends when a text is typed and Enter pressed: the key, then the text."""
    view.form._field._handle_custom_msg({"event": "submit"}, [])
    view.form._field.set_state({"value": text})


# ---------------------------------------------------------------------------- predictions


def test_a_prediction_is_committed_once_and_kept(lesson: Lesson, path: Path) -> None:
    view = lesson.predict("less")
    assert view.text() == "Prediction 'less': not answered yet"
    view.button.click()
    assert "Choose one" in seen(view)
    assert not path.exists()
    view.form.choose("no")
    view.button.click()
    assert lesson.prediction("less").answer == "no"
    assert "Your prediction: No." in seen(view)
    assert "Count again" not in seen(view)  # nothing yet of what is true
    assert all(box.disabled for box in view.form._boxes)
    assert view.text() == "Prediction 'less': No."
    view.form.choose("yes")
    view.commit()
    assert lesson.prediction("less").answer == "no"
    again = make(path).predict("less")
    assert again.text() == "Prediction 'less': No."
    assert [box.value for box in again.form._boxes] == [False, True]


def test_one_option_takes_the_tick_from_another(lesson: Lesson) -> None:
    form = lesson.predict("less").form
    yes, no = form._boxes
    yes.value = True
    no.value = True
    assert (yes.value, no.value) == (False, True)
    assert form.answer == "no"
    no.value = False
    assert form.answer == ""
    many = lesson.predict("even").form
    for box in many._boxes:
        box.value = True
    assert many.answer == ["2", "3", "4"]


def test_enter_in_the_field_commits(lesson: Lesson) -> None:
    view = lesson.predict("half")
    enter(view, "a half")
    assert "Write a number" in seen(view)
    assert lesson.prediction("half") is None
    enter(view, "1/2")
    assert lesson.prediction("half").correct
    assert view.text() == "Prediction 'half': 0.5"


def test_a_text_is_handed_in_by_enter_only(lesson: Lesson, monkeypatch: Any) -> None:
    now = 100.0
    monkeypatch.setattr("nnlib.exercises.forms.time.monotonic", lambda: now)
    view = lesson.predict("half")
    field = view.form._field
    field.value = "0.4"  # the keyboard left the field
    assert lesson.prediction("half") is None
    now = 110.0
    field._handle_custom_msg({"event": "submit"}, [])  # Enter on the same text
    now = 120.0
    field.value = "0.45"
    assert lesson.prediction("half") is None
    now = 130.0
    field._handle_custom_msg({"event": "submit"}, [])
    now = 130.2  # on a slow connection
    field.value = "0.5"
    assert lesson.prediction("half").answer == "0.5"


def test_a_score_run_before_the_prediction_waits_for_its_button(lesson: Lesson) -> None:
    score = lesson.score("less")
    assert score.text() == "Score of 'less': not answered yet"
    assert "Not answered yet" in seen(score)
    score.reveal()
    assert "2 + 1" not in seen(score)
    score = lesson.score("less")
    view = lesson.predict("less")
    view.form.choose("no")
    view.button.click()
    assert "Count again" not in seen(score)
    assert "Show what is true" in seen(score)
    score.button.click()
    for words in ("✗", "Not so. You predicted: No.", "Count again.", "The answer: Yes &amp; yes."):
        assert words in seen(score)
    assert "2 + 1 = 3." in seen(score)
    assert score.text() == "Score of 'less': wrong"


def test_a_score_run_after_the_prediction_shows_at_once(lesson: Lesson) -> None:
    lesson.commit("half", "0,5")
    lesson.commit("even", ["2"])
    half, even = lesson.score("half"), lesson.score("even")
    assert half.text() == "Score of 'half': right"
    assert "✓" in seen(half)
    assert "decimal point" in seen(half)
    assert "Show what is true" not in seen(half)
    assert "4 is even." in seen(even)
    assert "The answer: Two; Four." in seen(even)


def test_an_answer_that_no_longer_fits_is_asked_for_again(lesson: Lesson) -> None:
    lesson.commit("less", "yes")
    text = lesson.store.path.read_text().replace('"yes"', '"an option of last year"')
    lesson.store.path.write_text(text)
    changed = make(lesson.store.path)
    assert changed.predict("less").text() == "Prediction 'less': not answered yet"
    changed.commit("less", "no")
    assert changed.prediction("less").answer == "no"


def test_a_file_cannot_make_a_wrong_prediction_right(lesson: Lesson) -> None:
    lesson.commit("less", "no")
    lesson.store.path.write_text(lesson.store.path.read_text().replace("false", "true"))
    assert not make(lesson.store.path).prediction("less").correct


# ---------------------------------------------------------------------------- quiz


def test_a_quiz_from_the_first_question_to_the_result(lesson: Lesson) -> None:
    quiz = lesson.quiz()
    assert quiz.text() == "Quiz of 3 questions: not answered yet"
    assert "question 1 of 3" in seen(quiz)
    quiz.main.click()
    assert "Choose one" in seen(quiz)
    assert quiz.first_tries == []
    quiz.form.choose("no")
    quiz.main.click()
    assert "✗" in seen(quiz)
    assert "Count again." in seen(quiz)
    assert "2 + 1 = 3." not in seen(quiz)  # one more try without the answer
    quiz.form.choose("yes")
    quiz.main.click()
    assert "✓" in seen(quiz)
    assert "2 + 1 = 3." in seen(quiz)
    assert quiz.main.description == "Next question"
    quiz.main.click()
    assert "question 2 of 3, 0 right so far" in seen(quiz)
    enter(quiz, "0.5")
    enter(quiz, "0.5")  # a second Enter does not go on by itself
    assert "question 2 of 3" in seen(quiz)
    quiz.main.click()
    for _ in range(2):
        quiz.form.choose(["3"])
        quiz.main.click()
    assert "The answer: Two; Four." in seen(quiz)
    assert quiz.main.description == "See the result"
    quiz.main.click()
    assert quiz.first_tries == [False, True, False]
    assert "1 of 3 right at the first try" in seen(quiz)
    assert lesson.record.quiz == 1
    assert quiz.text() == "Quiz of 3 questions: best result 1"
    quiz.main.click()
    assert "question 1 of 3" in seen(quiz)


def test_a_better_quiz_counts_and_a_worse_one_does_not(lesson: Lesson) -> None:
    quiz = lesson.quiz()
    for answers, best in ((("yes", "0.5", ["3"]), 2), (("no", "9", ["3"]), 2)):
        for answer in answers:
            quiz.form.choose(answer)
            quiz.main.click()
            quiz.next()
        quiz.main.click()  # start again
        assert lesson.record.quiz == best


def test_a_question_can_be_left_after_a_wrong_answer_only(lesson: Lesson) -> None:
    quiz = lesson.quiz()
    quiz.next()
    assert "question 1 of 3" in seen(quiz)
    assert "Go on" not in seen(quiz)
    quiz.form.choose("no")
    quiz.main.click()
    assert "Go on" in seen(quiz)
    quiz.skip.click()
    assert "question 2 of 3" in seen(quiz)
    assert quiz.form.answer == ""  # nothing is left of the last answer


HOSTILE: list[Any] = ["\ud800", "<script>", "9" * 100_000, "1e999", "\x00" * 50, "½" * 30]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_a_field_is_answered(lesson: Lesson, text: str) -> None:
    view, quiz = lesson.predict("half"), lesson.quiz()
    quiz.form.choose("yes")
    quiz.main.click()
    quiz.main.click()
    for asked in (view, quiz):
        enter(asked, text)
        assert "<script>" not in seen(asked._said)
        seen(asked._said).encode("utf-8")
        assert "○" in seen(asked)
    assert lesson.prediction("half") is None


def test_messages_that_make_no_sense_change_nothing(lesson: Lesson) -> None:
    view, quiz = lesson.predict("less"), lesson.quiz()
    for content in (
        None,
        5,
        "click",
        [],
        {},
        {"event": 7},
        {"event": "submit"},
        {"event": "click"},
    ):
        view.form._field._handle_custom_msg(content, [])
        quiz.form._field._handle_custom_msg(content, [])
    for state in ({"value": "yes"}, {"value": None}, {"index": 5}, {"value": [True]}):
        with contextlib.suppress(TraitError):  # ipywidgets refuses what has the wrong type
            view.form._boxes[0].set_state(state)
    assert lesson.prediction("less") is None
    assert quiz.first_tries == []


# ---------------------------------------------------------------------------- card


def test_the_card_follows_what_is_done(lesson: Lesson) -> None:
    card = lesson.progress()
    nothing = "predictions 0 of 3 made, 0 right; exercises 0 of 1 passed; quiz not answered yet"
    assert card.text() == f"Lesson 99: {nothing}"
    lesson.commit("less", "no")
    lesson.commit("half", "0.5")
    lesson.check("one", lambda: 2)
    assert "one: not yet" in seen(card)
    lesson.check("one", lambda: 1)
    lesson.score_quiz(2)
    done = "predictions 2 of 3 made, 1 right; exercises 1 of 1 passed; quiz best 2 of 3"
    assert card.text() == f"Lesson 99: {done}"
    for words in ("less: wrong", "half: right", "even: open", "one: passed", "best 2 of 3"):
        assert words in seen(card)
    lesson.forget()
    assert lesson.progress().text() == f"Lesson 99: {nothing}"


def test_two_notebooks_show_each_others_work(lesson: Lesson, path: Path) -> None:
    other = make(path)
    lesson.commit("less", "yes")
    other.commit("half", "0.5")
    assert lesson.progress().text() == other.progress().text()
    assert "2 of 3 made, 2 right" in lesson.progress().text()


def test_trouble_with_the_file_is_said_in_the_view(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lesson = make(tmp_path / "file" / "progress.json")
    view = lesson.predict("less")
    view.form.choose("yes")
    view.button.click()
    assert "cannot be written" in seen(view)
    assert "cannot be written" in seen(lesson.progress())
    quiz = lesson.quiz()
    quiz.form.choose("yes")
    quiz.main.click()
    assert lesson.progress().text().endswith("best 1 of 3")


# ---------------------------------------------------------------------------- all views


def test_plain_text_is_one_line_and_the_same_each_time(lesson: Lesson, path: Path) -> None:
    def texts(of: Lesson) -> list[str]:
        views = (of.predict("less"), of.score("less"), of.quiz(), of.progress())
        return [view._repr_mimebundle_()["text/plain"] for view in views]

    first = texts(lesson)
    assert texts(lesson) == first == texts(make(path))
    assert not any("\n" in text or re.search("0x|[0-9a-f]{16}", text) for text in first)
    assert [repr(lesson.quiz()), str(lesson.quiz())] == [first[2]] * 2
    assert "application/vnd.jupyter.widget-view+json" in lesson.quiz()._repr_mimebundle_()
    assert not path.exists()


def test_every_control_says_what_it_is(lesson: Lesson) -> None:
    views = (lesson.predict("less"), lesson.predict("half"), lesson.score("less"), lesson.quiz())

    def controls(widget: Any) -> list[Any]:
        own = [widget] if hasattr(widget, "disabled") else []
        return own + [c for child in getattr(widget, "children", ()) for c in controls(child)]

    for view in views:
        for control in controls(view):
            if control.layout.display != "none":
                assert control.description
                assert control.tooltip or not hasattr(control, "button_style")


def test_colours_come_from_the_theme_only() -> None:
    assert "var(--jp-" in style()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl|: *(white|black|red|green)\b", style())


def test_a_lesson_proves_what_it_stores(lesson: Lesson) -> None:
    lesson.prove("less", "yes")
    lesson.prove("q half", 0.5)
    lesson.prove("even", {"4", "2"})
    for name, wrong in (("less", "no"), ("half", 0.6), ("q even", {"2"}), ("half", None)):
        with pytest.raises(AssertionError, match=f"The answer to '{name}' is stored as"):
            lesson.prove(name, wrong)


def test_names_that_are_not_there_are_refused(lesson: Lesson) -> None:
    for method in (lesson.predict, lesson.score, lambda n: lesson.prove(n, 1)):
        with pytest.raises(ValueError, match="it has less, half"):
            method("gone")
    with pytest.raises(ValueError, match="twice"):
        Lesson("1", "T", predictions={"a": SINGLE}, exercises={}, questions={"a": SINGLE})


def test_cells_that_run_again_and_again_do_not_pile_up(lesson: Lesson) -> None:
    for _ in range(250):
        lesson.progress()
    gc.collect()
    assert len(lesson._views) == 200
