"""What holds for the questions and exercises of every lesson."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from nnlib.exercises import Numeric, SingleChoice
from nnlib.exercises.lesson import Lesson
from nnlib.exercises.store import FILE, Store

NAMES = (
    "neuron", "perceptron", "gradient_descent", "backpropagation", "activations", "cnn",
    "recurrent",
)  # fmt: skip
LESSONS = {name: importlib.import_module(f"nnlib.exercises.{name}").lesson for name in NAMES}
ANSWERS = {name: importlib.import_module(f"answers.{name}") for name in NAMES}


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for lesson in LESSONS.values():
        monkeypatch.setattr(lesson, "store", Store(tmp_path / FILE))


def answers(kind: str) -> list[object]:
    """Lesson, exercise and function, for each answer of a kind."""
    return [
        pytest.param(LESSONS[name], exercise, function, id=f"{name}: {exercise}")
        for name, module in ANSWERS.items()
        for exercise, function in pairs(getattr(module, kind))
    ]


def pairs(found: dict | list) -> list[tuple[str, Callable]]:
    return list(found.items()) if isinstance(found, dict) else found


each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def items(lesson: Lesson) -> list[object]:
    return [*lesson.predictions.values(), *lesson.questions.values()]


# ---------------------------------------------------------------------------- questions


@each_lesson
def test_each_number_in_a_reply_to_a_slip_is_a_slip(lesson: Lesson) -> None:
    for item in items(lesson):
        if isinstance(item, Numeric):
            for value, reply in item.feedback.items():
                verdict = item.judge(repr(value))
                assert not verdict.correct
                assert verdict.feedback == reply


@each_lesson
def test_each_question_is_explained_in_options_that_fit_a_line(lesson: Lesson) -> None:
    for item in items(lesson):
        assert item.explanation
        if not isinstance(item, Numeric):
            assert all(len(text) < 110 for text in item.options.values())


@each_lesson
def test_right_answers_do_not_stand_in_one_place(lesson: Lesson) -> None:
    chosen = [item for item in items(lesson) if isinstance(item, SingleChoice)]
    places = [list(item.options).index(item.answer) for item in chosen]
    assert len(set(places)) >= 3


# ---------------------------------------------------------------------------- exercises


@each_lesson
def test_exercises_get_harder(lesson: Lesson) -> None:
    assert [e.level for e in lesson.exercises.values()] == ["warm-up", "core", "stretch"]


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_a_solution_and_wrong_answers(name: str) -> None:
    exercises, known = LESSONS[name].exercises, ANSWERS[name]
    assert list(known.SOLUTIONS) == list(exercises)
    for exercise in exercises:
        assert sum(wrong == exercise for wrong, _ in known.WRONG) >= 2


@pytest.mark.parametrize(("lesson", "exercise", "solution"), answers("SOLUTIONS"))
def test_the_solution_is_accepted(lesson: Lesson, exercise: str, solution: Callable) -> None:
    assert lesson.accepts(exercise, solution)
    report = lesson.check(exercise, solution)
    assert report.outcome.status == "correct", report
    assert report.outcome.notes == ()


@pytest.mark.parametrize(("lesson", "exercise", "solution"), answers("OTHER_SOLUTIONS"))
def test_other_ways_to_the_same_are_accepted(
    lesson: Lesson, exercise: str, solution: Callable
) -> None:
    report = lesson.check(exercise, solution)
    assert report.outcome.status == "correct", report


@pytest.mark.parametrize(("lesson", "exercise", "function"), answers("WRONG"))
def test_plausible_wrong_answers_are_rejected(
    lesson: Lesson, exercise: str, function: Callable
) -> None:
    report = lesson.check(exercise, function)
    assert report.outcome.status == "wrong", report
    assert any(word in report.outcome.finding for word in ("expected", "it raised"))
    assert len(repr(report)) < 600


@pytest.mark.parametrize("name", NAMES)
def test_stubs_and_solutions_of_others_are_no_solutions(name: str) -> None:
    def stub(*arguments: object) -> None: ...

    lesson, known = LESSONS[name], ANSWERS[name]
    also = getattr(known, "ALSO", {})
    for exercise in lesson.exercises:
        assert lesson.check(exercise, stub).outcome.status == "not attempted"
        for other, solution in known.SOLUTIONS.items():
            solves = other == exercise or other in also.get(exercise, ())
            assert lesson.accepts(exercise, solution) == solves, (exercise, other)


@pytest.mark.parametrize("name", NAMES)
def test_hints_do_not_hold_the_solution(name: str) -> None:
    for exercise in LESSONS[name].exercises.values():
        text = " ".join(exercise.hints).replace(" ", "")
        assert not [formula for formula in ANSWERS[name].FORMULAS if formula in text]
        assert "return" not in text


def test_slips_with_a_name_are_recognised() -> None:
    neuron = LESSONS["neuron"]
    assert "squash it" in repr(neuron.check("neuron", lambda x, w, b: w @ x + b).outcome)
    scores = ANSWERS["neuron"].SOLUTIONS["scores"]
    swapped = neuron.check("scores", lambda *arguments: scores(*arguments)[::-1])
    assert "That is the recall" in repr(swapped.outcome)


def test_a_check_that_draws_accepts_the_right_answer_every_time() -> None:
    solution = ANSWERS["activations"].SOLUTIONS["he"]
    assert all(LESSONS["activations"].accepts("he", solution) for _ in range(20))
