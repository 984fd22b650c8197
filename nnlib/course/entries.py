"""Concepts, misconceptions and terms: read from the tables beside this module, and checked."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from nnlib.course.lessons import LESSONS

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Concept:
    """What is taught, where, and which explorable shows it."""

    name: str
    lesson: str
    explorable: str
    sentence: str


@dataclass(frozen=True)
class Misconception:
    """What is often believed, what is true, and what to do in which explorable to see it."""

    belief: str
    lesson: str
    explorable: str
    truth: str
    look: str


@dataclass(frozen=True)
class Term:
    """A word of the course, in one sentence, and the lesson that teaches it."""

    name: str
    lesson: str
    sentence: str


Entry = TypeVar("Entry", Concept, Misconception)


@cache
def concepts() -> tuple[Concept, ...]:
    """Return the concepts, in the order of the lessons.

    Examples
    --------
    >>> concepts()[2].name
    'Weighted sum and bias'
    """
    return _rows(Concept, _table("concepts")["concept"])


@cache
def misconceptions() -> tuple[Misconception, ...]:
    """Return the misconceptions, in the order of the lessons.

    Examples
    --------
    >>> [m.explorable for m in misconceptions() if "momentum" in m.belief]
    ['PhaseMap']
    """
    return _rows(Misconception, _table("misconceptions")["misconception"])


@cache
def glossary() -> tuple[Term, ...]:
    """Return the terms, from A to Z.

    Examples
    --------
    >>> [term.sentence for term in glossary() if term.name == "ReLU"]
    ['max(z, 0).']
    """
    terms = [
        Term(name, _known(lesson, name), sentence)
        for lesson, entries in _table("glossary")["terms"].items()
        for name, sentence in entries.items()
    ]
    return tuple(sorted(terms, key=lambda term: term.name.casefold()))


def _table(name: str) -> dict[str, Any]:
    """What a file beside this module holds."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _rows(kind: type[Entry], rows: list[dict[str, str]]) -> tuple[Entry, ...]:
    """The rows of a file as entries."""
    names = {field.name for field in fields(kind)}
    for row in rows:
        if set(row) != names:
            raise ValueError(
                f"{kind.__name__} expects {sorted(names)}, got {sorted(row)}; mend the row {row}"
            )
        _known(row["lesson"], next(iter(row.values())))
    return tuple(kind(**row) for row in rows)


def _known(lesson: str, name: str) -> str:
    """The number of a lesson, if there is one."""
    if lesson not in LESSONS:
        raise ValueError(f"{name!r} expects a lesson of {', '.join(LESSONS)}, got {lesson!r}")
    return lesson
