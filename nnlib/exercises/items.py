"""Questions and how an answer is judged: plain data and pure functions, no widget.

Predictions and quizzes use the same three kinds. Each wrong answer has a reply of its own, because
a learner who chose it had a reason.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nnlib.exercises.numbers import read_number


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Attributes
    ----------
    correct : bool
    feedback : str
        Words for the learner, in one or more lines.
    usable : bool
        False if the answer could not be read at all; it is then not counted as wrong.
    """

    correct: bool
    feedback: str
    usable: bool = True


@dataclass(frozen=True)
class SingleChoice:
    """A question with one right option.

    Parameters
    ----------
    question : str
    options : mapping
        What the learner reads, by a short key; keys are what is recorded and proven.
    answer : str
        Key of the right option.
    feedback : mapping
        A reply to each of the other options, by key.
    explanation : str
        Why the answer is right.

    Raises
    ------
    ValueError
        If the answer is no option, or a wrong option has no reply.

    Examples
    --------
    >>> item = SingleChoice("1 + 1?", {"two": "2", "ten": "10"}, "two", {"ten": "Only in base 2."})
    >>> item.judge("ten")
    Verdict(correct=False, feedback='Only in base 2.', usable=True)
    """

    question: str
    options: Mapping[str, str]
    answer: str
    feedback: Mapping[str, str]
    explanation: str = ""

    def __post_init__(self) -> None:
        _check_options(self.question, self.options)
        if self.answer not in self.options:
            raise ValueError(f"The answer {self.answer!r} is none of {list(self.options)}")
        _check_replies(self.feedback, set(self.options) - {self.answer})

    def judge(self, answer: object) -> Verdict:
        """Judge the key of an option; anything else is not usable."""
        if not isinstance(answer, str) or answer not in self.options:
            return Verdict(False, "Choose one of the answers first.", usable=False)
        if answer == self.answer:
            return Verdict(True, "")
        return Verdict(False, self.feedback[answer])

    def agrees(self, truth: object) -> bool:
        """Whether a key that a notebook computed is the stored answer."""
        return isinstance(truth, str) and truth == self.answer

    def words(self, answer: object) -> str:
        """Return an answer as the learner read it."""
        return self.options.get(answer, "") if isinstance(answer, str) else ""


@dataclass(frozen=True)
class MultipleChoice:
    """A question of which several options may be true.

    Parameters
    ----------
    question, options, explanation
        As for `SingleChoice`.
    answers : collection of str
        Keys of the true options, at least one.
    feedback : mapping
        A reply for each option, given when it is ticked and false, or true and not ticked.

    Raises
    ------
    ValueError
        If an answer is no option, or an option has no reply.

    Examples
    --------
    >>> item = MultipleChoice(
    ...     "Which are even?", {"2": "2", "3": "3"}, {"2"}, {"2": "2 = 2 · 1.", "3": "3 is odd."}
    ... )
    >>> item.judge(["2", "3"]).feedback
    '3 is odd.'
    """

    question: str
    options: Mapping[str, str]
    answers: Iterable[str]
    feedback: Mapping[str, str]
    explanation: str = ""
    answer: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        _check_options(self.question, self.options)
        object.__setattr__(self, "answer", frozenset(self.answers))  # frozen: no plain assignment
        if not self.answer or not self.answer <= set(self.options):
            raise ValueError(f"The answers {sorted(self.answer)} are not of {list(self.options)}")
        _check_replies(self.feedback, set(self.options))

    def judge(self, answer: object) -> Verdict:
        """Judge a list of keys; anything else is not usable."""
        chosen = _keys(answer, self.options)
        if not chosen:
            return Verdict(False, "Choose at least one of the answers first.", usable=False)
        if chosen == self.answer:
            return Verdict(True, "")
        wrong = [key for key in self.options if (key in chosen) != (key in self.answer)]
        return Verdict(False, "\n".join(self.feedback[key] for key in wrong))

    def agrees(self, truth: object) -> bool:
        """Whether the keys that a notebook computed are the stored answer."""
        return _keys(truth, self.options) == self.answer

    def words(self, answer: object) -> str:
        """Return an answer as the learner read it."""
        chosen = _keys(answer, self.options)
        return "; ".join(text.rstrip(".") for key, text in self.options.items() if key in chosen)


@dataclass(frozen=True)
class Numeric:
    """A question whose answer is a number.

    Parameters
    ----------
    question : str
    answer : float
    tolerance : float
        How far from the answer still counts, 0 or more.
    unit : str
        Shown behind the field; may be typed or left out.
    feedback : mapping
        Replies to typical wrong values, by value; matched within the tolerance.
    explanation : str

    Raises
    ------
    ValueError
        If a number is not finite, or a typical wrong value would be counted as right.

    Examples
    --------
    >>> Numeric("A half?", 0.5, 0.01).judge("1/2").correct
    True
    >>> Numeric("A half?", 0.5, 0.01, feedback={2: "That is the double."}).judge("2").feedback
    'That is the double.'
    """

    question: str
    answer: float
    tolerance: float
    unit: str = ""
    feedback: Mapping[float, str] = field(default_factory=dict)
    explanation: str = ""

    def __post_init__(self) -> None:
        if (
            not self.question
            or not 0 <= self.tolerance < math.inf
            or not math.isfinite(self.answer)
        ):
            raise ValueError(
                "Numeric expects a question, a finite answer and a tolerance of 0 or more, got "
                f"{self.question!r}, {self.answer} and {self.tolerance}"
            )
        for value, reply in self.feedback.items():
            if self._near(value, self.answer) or not reply:
                raise ValueError(f"The wrong value {value} counts as right, or has no reply")

    def judge(self, answer: object) -> Verdict:
        """Judge what was typed; text that holds no number is not usable."""
        try:
            value, note = read_number(answer, self.unit)
        except ValueError as error:
            return Verdict(False, str(error), usable=False)
        if self._near(value, self.answer):
            return Verdict(True, note)
        reply = next((r for wrong, r in self.feedback.items() if self._near(value, wrong)), "")
        reply = reply or f"{value:g} is too {'large' if value > self.answer else 'small'}."
        return Verdict(False, f"{note}\n{reply}".strip())

    def agrees(self, truth: object) -> bool:
        """Whether a number that a notebook computed is the stored answer."""
        try:
            return self._near(float(truth), self.answer)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return False

    def words(self, answer: object) -> str:
        """Return an answer as the learner read it."""
        unit = f" {self.unit}" if self.unit else ""
        try:
            return f"{read_number(answer, self.unit)[0]:g}{unit}"
        except ValueError:
            return ""

    def _near(self, value: float, target: float) -> bool:
        """Whether a value is as close as asked; rounding must not decide at the limit."""
        return abs(value - target) <= self.tolerance + 1e-9 * abs(target)


Item = SingleChoice | MultipleChoice | Numeric


def true_words(item: Item) -> str:
    """Return the right answer as a learner reads it.

    Parameters
    ----------
    item : Item

    Returns
    -------
    str

    Examples
    --------
    >>> true_words(Numeric("A half?", 0.5, 0.0, unit="metres"))
    '0.5 metres'
    """
    return item.words(list(item.answer) if isinstance(item, MultipleChoice) else item.answer)


def _keys(answer: object, options: Mapping[str, str]) -> frozenset[str]:
    """The set of keys that an answer names; empty if it names anything else."""
    if not isinstance(answer, list | tuple | set | frozenset):
        return frozenset()
    named: list[Any] = list(answer)
    if not all(isinstance(key, str) and key in options for key in named):
        return frozenset()
    return frozenset(named)


def _check_options(question: str, options: Mapping[str, str]) -> None:
    texts = set(options.values())
    if not question or len(options) < 2 or len(texts) < len(options) or not all(texts):
        raise ValueError(f"{question!r} expects two options or more, all different, got {options}")


def _check_replies(feedback: Mapping[str, str], expected: set[str]) -> None:
    if set(feedback) != expected or not all(feedback.values()):
        raise ValueError(f"Replies are needed for {sorted(expected)}, got {sorted(feedback)}")
