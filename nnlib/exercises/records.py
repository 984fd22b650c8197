"""What is kept of a learner's work on one lesson, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Answer = str | list[str]
MOST_ENTRIES = 100  # predictions or exercises of one lesson
MOST_CHARACTERS = 100  # of a name or an answer
MOST_OPTIONS = 20


@dataclass(frozen=True)
class Prediction:
    """A prediction as it was committed: text that was typed, a key, or a list of keys."""

    answer: Answer
    correct: bool


@dataclass(frozen=True)
class LessonRecord:
    """What a learner has done in one lesson.

    Attributes
    ----------
    predictions : mapping
        Committed predictions, by name.
    exercises : mapping
        Whether each exercise that was tried has been passed, by name.
    quiz : int or None
        Best number of quiz items right at the first try; None before the first answer.
    of : tuple of int
        How many predictions, exercises and quiz items the lesson has.

    Examples
    --------
    >>> record = LessonRecord(predictions={"sign": Prediction("smaller", True)}, of=(7, 4, 8))
    >>> record.right, len(record.predictions), record.passed, record.quiz
    (1, 1, 0, None)
    """

    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    exercises: Mapping[str, bool] = field(default_factory=dict)
    quiz: int | None = None
    of: tuple[int, int, int] = (0, 0, 0)

    @property
    def right(self) -> int:
        """Number of predictions that were right."""
        return sum(prediction.correct for prediction in self.predictions.values())

    @property
    def passed(self) -> int:
        """Number of exercises passed."""
        return sum(self.exercises.values())

    @property
    def started(self) -> bool:
        """Whether anything at all has been done."""
        return bool(self.predictions or self.exercises) or self.quiz is not None

    def merged(self, later: "LessonRecord") -> "LessonRecord":
        """Return both records in one: what was reached is kept, of two predictions the later."""
        passed = {name for r in (self, later) for name, done in r.exercises.items() if done}
        tried = _newest({**self.exercises, **later.exercises})
        scores = [score for score in (self.quiz, later.quiz) if score is not None]
        return LessonRecord(
            predictions=_newest({**self.predictions, **later.predictions}),
            exercises={name: name in passed for name in tried},
            quiz=max(scores, default=None),
            of=later.of if any(later.of) else self.of,
        )

    def plain(self) -> dict[str, Any]:
        """Return the record as data for JSON."""
        return {
            "of": list(self.of),
            "predictions": {
                name: {"answer": prediction.answer, "correct": prediction.correct}
                for name, prediction in self.predictions.items()
            },
            "exercises": dict(self.exercises),
            "quiz": self.quiz,
        }


def _newest(entries: dict[str, Any]) -> dict[str, Any]:
    """The last entries, as many as are read again."""
    return dict(list(entries.items())[-MOST_ENTRIES:])


def read_record(plain: object) -> tuple[LessonRecord, bool]:
    """Take a record out of untrusted data.

    Parameters
    ----------
    plain : object
        Whatever stood in the file.

    Returns
    -------
    record : LessonRecord
        What of it is well formed.
    whole : bool
        Whether that is all.

    Examples
    --------
    >>> read_record({"quiz": 3, "exercises": {"step": "yes"}})
    (LessonRecord(predictions={}, exercises={}, quiz=3, of=(0, 0, 0)), False)
    """
    if not isinstance(plain, dict):
        return LessonRecord(), False
    predictions = {
        name: Prediction(entry["answer"], entry["correct"])
        for name, entry in _entries(plain, "predictions").items()
        if isinstance(entry, dict)
        and set(entry) == {"answer", "correct"}
        and _is_answer(entry["answer"])
        and isinstance(entry["correct"], bool)
    }
    exercises = {n: e for n, e in _entries(plain, "exercises").items() if isinstance(e, bool)}
    record = LessonRecord(predictions, exercises)
    if _is_count(plain.get("quiz")):
        record = replace(record, quiz=plain["quiz"])
    of = plain.get("of")
    if isinstance(of, list) and len(of) == 3 and all(_is_count(count) for count in of):
        record = replace(record, of=tuple(of))
    return record, record.plain() == plain


def _entries(plain: dict[str, Any], kind: str) -> dict[str, Any]:
    """The entries of one kind that have a fit name, as many as are allowed."""
    entries = plain.get(kind)
    if not isinstance(entries, dict):
        return {}
    named = {name: entry for name, entry in entries.items() if len(name) <= MOST_CHARACTERS}
    return dict(list(named.items())[:MOST_ENTRIES])


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_OPTIONS and all(
            isinstance(v, str) and _is_answer(v) for v in value
        )
    return isinstance(value, str) and len(value) <= MOST_CHARACTERS


def _is_count(value: object) -> bool:
    """Whether it is a whole number that a lesson can have."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_ENTRIES
