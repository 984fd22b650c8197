"""Questions: what is right, what is wrong, and what is no answer at all."""

import math

import numpy as np
import pytest

from nnlib.exercises import MultipleChoice, Numeric, SingleChoice
from nnlib.exercises.items import true_words
from nnlib.exercises.numbers import read_number

SINGLE = SingleChoice(
    "Which is even?",
    {"two": "The two.", "three": "The three."},
    "two",
    {"three": "3 is odd."},
    "2 = 2 · 1.",
)
MULTIPLE = MultipleChoice(
    "Which are even?",
    {"2": "Two.", "3": "Three.", "4": "Four."},
    {"2", "4"},
    {"2": "2 is even.", "3": "3 is odd.", "4": "4 is even."},
)
NUMERIC = Numeric("How long?", 0.5, 0.01, "m", {2.0: "That is 1/x.", -0.5: "A length is positive."})

NO_ANSWERS = [
    None,
    "",
    " ",
    "four",
    "nan",
    "inf",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e99999",
    "1e300/1e-300",
    "1/0",
    "0/0",
    "1,000.5",
    "1.2.3",
    "1 000",
    "1_000",
    "10²",
    "1½",
    "0x10",
    "1+1",
    "2**9999999",
    "__import__('os').abort()",
    "9" * 1000,
    "1e" + "9" * 30,
    "\x00",
    "\ud800",
    "😀",
    "<script>alert(1)</script>",
    10**5000,
    math.nan,
    math.inf,
    True,
    3j,
    b"0.5",
    [],
    [[]],
    ["no option"],
    ["2", None],
    ["2", ["4"]],
    {},
    {"2": "4"},
    object(),
    np.array([0.5, 0.6]),
]


@pytest.mark.parametrize("item", [SINGLE, MULTIPLE, NUMERIC], ids=["single", "multiple", "numeric"])
@pytest.mark.parametrize("answer", NO_ANSWERS, ids=lambda answer: ascii(str(type(answer)))[:20])
def test_what_is_no_answer_gets_words_and_is_not_counted(item: object, answer: object) -> None:
    verdict = item.judge(answer)
    assert not verdict.correct
    assert not verdict.usable
    assert verdict.feedback.endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" +.5 ", 0.5),
        ("5.", 5.0),
        ("0,5", 0.5),
        ("1,000", 1.0),
        ("5e-1", 0.5),
        ("5E-1", 0.5),
        ("1/2", 0.5),
        ("1 / 2", 0.5),
        ("½", 0.5),
        ("50 %", 0.5),
        ("50%", 0.5),
        ("−0.5", -0.5),
        ("–0.5", -0.5),
        ("= 0.5", 0.5),
        ("≈0.5", 0.5),
        ("0.5 m", 0.5),
        ("0.5M", 0.5),
        ("٠٫٥", 0.5),
        ("１２．５", 12.5),
        ("1e-999", 0.0),
        (0.5, 0.5),
        (3, 3.0),
        (np.float64(0.5), 0.5),
    ],
)
def test_numbers_are_read_as_people_write_them(text: object, value: float) -> None:
    assert read_number(text, "m")[0] == value


def test_a_comma_is_read_as_a_decimal_point_and_says_so() -> None:
    assert "decimal point: 1." in read_number("1,000")[1]
    assert "comma" in NUMERIC.judge("0,5").feedback
    assert NUMERIC.judge("0,5").correct
    assert NUMERIC.judge("0.5").feedback == ""


def test_each_wrong_option_has_its_own_reply() -> None:
    assert SINGLE.judge("two").correct
    assert SINGLE.judge("three").feedback == "3 is odd."
    assert MULTIPLE.judge(["4", "2"]).correct
    assert MULTIPLE.judge(["2", "3"]).feedback == "3 is odd.\n4 is even."
    assert MULTIPLE.judge(["2"]).feedback == "4 is even."


def test_numbers_have_a_tolerance_and_replies_to_typical_slips() -> None:
    assert NUMERIC.judge("0.51").correct
    assert NUMERIC.judge("0.49").correct
    assert NUMERIC.judge("0.5101").feedback == "0.5101 is too large."
    assert NUMERIC.judge("0.3").feedback == "0.3 is too small."
    assert NUMERIC.judge("2").feedback == "That is 1/x."
    assert NUMERIC.judge("-1/2").feedback == "A length is positive."
    exact = Numeric("1/3 of 0.3?", 0.1, 0)
    assert exact.judge("0.1").correct
    assert not exact.judge("0.1001").correct


def test_answers_are_shown_as_the_learner_read_them() -> None:
    assert SINGLE.words("three") == "The three."
    assert SINGLE.words("gone") == ""
    assert MULTIPLE.words(["4", "2"]) == "Two; Four"
    assert NUMERIC.words("1/2") == "0.5 m"
    assert NUMERIC.words("no") == ""
    assert true_words(SINGLE) == "The two."
    assert true_words(MULTIPLE) == "Two; Four"
    assert true_words(NUMERIC) == "0.5 m"


def test_what_a_notebook_computed_agrees_or_not() -> None:
    assert SINGLE.agrees("two")
    assert not SINGLE.agrees("three")
    assert not SINGLE.agrees(None)
    assert MULTIPLE.agrees({"2", "4"})
    assert MULTIPLE.agrees(("4", "2"))
    assert not MULTIPLE.agrees({"2"})
    assert NUMERIC.agrees(np.float32(0.5))
    assert NUMERIC.agrees(0.505)
    for wrong in (0.52, math.nan, "a half", None, [0.5], 10**400):
        assert not NUMERIC.agrees(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: SingleChoice("?", {"a": "A", "b": "B"}, "c", {"a": "x", "b": "x"}),
        lambda: SingleChoice("?", {"a": "A", "b": "B"}, "a", {}),
        lambda: SingleChoice("?", {"a": "A", "b": "B"}, "a", {"b": ""}),
        lambda: SingleChoice("?", {"a": "A", "b": "B"}, "a", {"a": "x", "b": "x"}),
        lambda: SingleChoice("?", {"a": "A"}, "a", {}),
        lambda: SingleChoice("?", {"a": "A", "b": "A"}, "a", {"b": "x"}),
        lambda: SingleChoice("", {"a": "A", "b": "B"}, "a", {"b": "x"}),
        lambda: MultipleChoice("?", {"a": "A", "b": "B"}, set(), {"a": "x", "b": "x"}),
        lambda: MultipleChoice("?", {"a": "A", "b": "B"}, {"c"}, {"a": "x", "b": "x"}),
        lambda: MultipleChoice("?", {"a": "A", "b": "B"}, {"a"}, {"b": "x"}),
        lambda: Numeric("?", math.nan, 0.1),
        lambda: Numeric("?", 1.0, -0.1),
        lambda: Numeric("?", 1.0, math.inf),
        lambda: Numeric("?", 1.0, 0.1, feedback={1.05: "counts as right"}),
        lambda: Numeric("?", 1.0, 0.1, feedback={2.0: ""}),
    ],
)
def test_a_question_that_does_not_fit_is_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()
