"""Checks of exercises: whatever a learner writes gets an answer that helps, and nothing raises."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from nnlib.exercises import Exercise, Lesson, Wrong, expect_close, expect_pair
from nnlib.exercises.attempt import Attempt, shown
from nnlib.exercises.store import Store

HINTS = ("What is twice 1?", "Add it to itself.", "Or multiply.")


def check_double(double: Callable, rng: np.random.Generator) -> None:
    for shape in ((2,), (3, 4)):
        x = rng.normal(size=shape)
        expect_close(double(x), 2 * x, "the double", f"x = {shown(x)}")


EXERCISE = Exercise("double an array", "core", HINTS, check_double, "It doubles arrays.")


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    made = Lesson("99", "Test", predictions={}, exercises={"double": EXERCISE}, questions={})
    made.store = Store(tmp_path / "progress.json")
    return made


def stub(x: object) -> None: ...


def ellipsis(x: object) -> object:
    return ...


def not_implemented(x: object) -> object:
    return NotImplemented


def raises_not_implemented(x: object) -> None:
    raise NotImplementedError("to do")


@pytest.mark.parametrize(
    "function", [None, ..., NotImplemented, stub, ellipsis, not_implemented, raises_not_implemented]
)
def test_a_stub_is_not_attempted_and_nothing_is_kept(lesson: Lesson, function: object) -> None:
    report = lesson.check("double", function)
    assert report.outcome.status == "not attempted"
    assert repr(report).startswith("Exercise 'double': not attempted.")
    assert not lesson.store.path.exists()
    assert report.hints_open == 0


def divides(x: np.ndarray) -> float:
    y = 2 * x
    return y[0] / (1 - 1) if False else 1 // 0


def recurses(x: np.ndarray) -> object:
    return recurses(x)


def leaves(x: np.ndarray) -> None:
    sys.exit("bye")


class OddError(BaseException):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def raises_odd(x: np.ndarray) -> None:
    raise OddError


def raises_much(x: np.ndarray) -> None:
    raise ValueError("line\n" * 10_000 + "\ud800")


def generates(x: np.ndarray) -> Iterator[float]:
    yield 2 * x


async def waits(x: np.ndarray) -> np.ndarray:
    return 2 * x


def sometimes_nothing(x: np.ndarray) -> np.ndarray | None:
    return 2 * x if x.ndim == 1 else None


class Pretends:
    def __array__(self, *_arguments: object, **_options: object) -> None:
        raise RuntimeError("no array")

    def __repr__(self) -> str:
        raise RuntimeError("no words")


WRONG = {
    "a number": (5, "a function"),
    "a text": ("double", "a function"),
    "its result": (np.zeros(2), "a function"),
    "the same": (lambda x: x, "as the double"),
    "another shape": (lambda x: (2 * x).reshape(1, -1), "shape (1, 2)"),
    "one number": (lambda x: 2.0, "shape ()"),
    "a text back": (lambda x: "2x", "'2x'"),
    "True": (lambda x: True, "True"),
    "complex": (lambda x: 2 * x + 0j, "complex"),
    "objects": (lambda x: np.array([object(), None]), "object"),
    "unequal rows": (lambda x: [[1, 2], [3]], "array of shape (2,)"),
    "NaN": (lambda x: 2 * x * np.nan, "nan"),
    "infinite": (lambda x: x * 1e308 * 1e308, "inf"),
    "a large number": (lambda x: 10**5000, "a very large number"),
    "a dict": (lambda x: {"x": x}, "{'x'"),
    "pretends": (lambda x: Pretends(), "a Pretends that cannot be shown"),
    "a class": (dict, "TypeError"),
    "no arguments": (lambda: 1, "TypeError"),
    "divides by 0": (divides, "ZeroDivisionError"),
    "recurses": (recurses, "RecursionError"),
    "exits": (leaves, "SystemExit: bye"),
    "odd error": (raises_odd, "OddError, in line"),
    "long error": (raises_much, "ValueError: line line"),
    "generator": (generates, "a generator"),
    "coroutine": (waits, "a coroutine"),
    "nothing at times": (sometimes_nothing, "got None"),
}


@pytest.mark.parametrize(("function", "words"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.filterwarnings("ignore:overflow")
def test_whatever_is_wrong_is_said_in_one_line(
    lesson: Lesson, function: object, words: str
) -> None:
    report = lesson.check("double", function)
    assert report.outcome.status == "wrong"
    assert words in report.outcome.finding
    text = repr(report)
    assert "\n" not in text
    assert len(text) < 600
    text.encode("utf-8")
    assert "✗" in report._repr_html_()
    assert repr(lesson.check("double", function)) == text  # the same each time
    assert lesson.record.exercises == {"double": False}
    assert not lesson.accepts("double", function)


def test_an_error_names_the_line_of_the_cell(lesson: Lesson) -> None:
    cell = "def double(x):\n    y = 2 * x\n    return y[7]\n"
    names: dict = {}
    exec(compile(cell, "<cell>", "exec"), names)
    finding = lesson.check("double", names["double"]).outcome.finding
    assert "IndexError" in finding
    assert "in line 3 of its cell" in finding


def test_an_interrupt_passes(lesson: Lesson) -> None:
    def interrupted(x: np.ndarray) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lesson.check("double", interrupted)
    assert lesson.check("double", lambda x: 2 * x).outcome.status == "correct"


def test_a_right_function_is_correct_and_kept(lesson: Lesson) -> None:
    report = lesson.check("double", lambda x: x + x)
    assert repr(report) == "Exercise 'double': correct. It doubles arrays."
    assert "✓" in report._repr_html_()
    assert "Hint" not in report._repr_html_()
    assert lesson.record.exercises == {"double": True}
    lesson.check("double", lambda x: x)
    assert lesson.record.exercises == {"double": True}  # passed once is passed


@pytest.mark.parametrize("solution", [np.add, lambda x, y=2: y * x, lambda x: (2 * x).tolist()])
def test_any_callable_and_lists_will_do(lesson: Lesson, solution: Callable) -> None:
    if solution is np.add:

        class Doubles:
            def __call__(self, x: np.ndarray) -> np.ndarray:
                return np.add(x, x)

        solution = Doubles()
    assert lesson.accepts("double", solution)


def test_accepts_keeps_nothing(lesson: Lesson) -> None:
    assert lesson.accepts("double", lambda x: 2 * x)
    assert not lesson.accepts("double", lambda x: x)
    assert not lesson.store.path.exists()


def test_hints_open_one_by_one_with_new_mistakes(lesson: Lesson) -> None:
    opened = [
        lesson.check("double", function).hints_open
        for function in (
            lambda x: x,
            lambda x: x,
            lambda x: 3 * x,
            lambda x: x,
            lambda x: 5 * x,
        )
    ]
    assert opened == [1, 1, 2, 3, 3]
    page = lesson.check("double", lambda x: x)._repr_html_()
    assert page.count("<details open>") == 3
    fresh = Lesson("99", "Test", predictions={}, exercises={"double": EXERCISE}, questions={})
    fresh.store = lesson.store
    page = fresh.check("double", lambda x: x)._repr_html_()
    assert page.count("<details open>") == 1
    assert page.count("<details>") == 2
    assert HINTS[0] in page


def in_place(x: np.ndarray) -> np.ndarray:
    x *= 2
    return x


def test_a_function_that_changes_its_argument_is_told_so(lesson: Lesson) -> None:
    outcome = lesson.check("double", in_place).outcome
    assert outcome.status == "correct"
    assert "changes x in place" in outcome.notes[0]

    def resizes(values: np.ndarray) -> np.ndarray:
        values.shape = (-1,)
        return 2 * values

    outcome = lesson.check("double", resizes).outcome
    assert outcome.status == "wrong"
    assert "changes values in place" in outcome.notes[-1]


def test_an_attempt_gives_copies() -> None:
    x = np.ones(3)
    attempt = Attempt(in_place)
    attempt(x)
    assert attempt.changed == "x"
    assert (x == 1).all()
    quiet = Attempt(lambda x: x.sum())
    quiet(np.array([np.pi]))
    assert quiet.changed == ""


def test_what_a_function_prints_is_kept_off_the_page(
    lesson: Lesson, capsys: pytest.CaptureFixture[str]
) -> None:
    def talks(x: np.ndarray) -> np.ndarray:
        for _ in range(1000):
            print("x is", x)
        return 2 * x

    outcome = lesson.check("double", talks).outcome
    assert outcome.status == "correct"
    assert outcome.notes[0].startswith("It printed: x is [")
    assert len(outcome.notes[0]) < 200
    assert capsys.readouterr().out == ""


def test_nothing_a_learner_writes_becomes_markup(lesson: Lesson) -> None:
    page = lesson.check("double", lambda x: "<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_check_that_stumbles_over_an_answer_is_no_error() -> None:
    def careless(function: Callable, _rng: np.random.Generator) -> None:
        if function(1.0)["x"] != 1:
            raise Wrong("1", "something else")

    exercise = Exercise("return a dict", "core", HINTS, careless, "It does.")
    assert exercise.judge(lambda x: {"x": 1}).status == "correct"
    outcome = exercise.judge(lambda x: 5)
    assert outcome.status == "wrong"
    assert "cannot be compared (TypeError" in outcome.finding


def test_two_results_are_expected_as_two() -> None:
    assert expect_pair((1, 2), "point", "velocity") == (1, 2)
    for got in (1.0, None, (1,), (1, 2, 3), np.zeros(2)):
        with pytest.raises(Wrong, match="two results, point and velocity"):
            expect_pair(got, "point", "velocity")


def test_an_unknown_name_lists_those_there_are(lesson: Lesson) -> None:
    for name in ("triple", None, ["double"]):
        with pytest.raises(ValueError, match="it has double"):
            lesson.check(name, stub)


def test_an_exercise_needs_three_hints() -> None:
    with pytest.raises(ValueError, match="three hints"):
        Exercise("double", "core", ("one", "two", ""), check_double, "It doubles.")


def test_a_report_is_plain_text_and_html(lesson: Lesson) -> None:
    bundle = lesson.check("double", stub)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(lesson.check("double", stub))
