"""Progress in all lessons, for the start page."""

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnlib.exercises.page import paragraph, style, words
from nnlib.exercises.records import LessonRecord
from nnlib.exercises.store import Store

#: The lessons that ask for something; the start page does not.
COURSE = {
    "01": "neuron",
    "02": "perceptron learning",
    "03": "gradient descent and momentum",
    "04": "backpropagation",
    "05": "activations",
    "06": "CNN filtering",
    "07": "batch norm and dropout",
    "08": "autoencoders",
    "09": "RNNs",
    "10": "playground",
}


@dataclass(frozen=True)
class Overview:
    """A table of lessons and what the learner has done in each; put it on the last line of a cell.

    Attributes
    ----------
    records : mapping
        Records by lesson.
    course : mapping
        Titles by lesson.
    notice : str
        What is to be said of the progress file.
    notebooks : mapping
        The notebook of each lesson that is there.
    """

    records: Mapping[str, LessonRecord]
    course: Mapping[str, str]
    notice: str = ""
    notebooks: Mapping[str, Path] = field(default_factory=dict)

    def __repr__(self) -> str:
        started = sum(record.started for _, _, record in self._lessons())
        return f"Progress: {started} of {len(self._lessons())} lessons started"

    def _lessons(self) -> list[tuple[str, str, LessonRecord]]:
        """Number, title and record of each lesson of the course, then of others in the file."""
        others = {number: "" for number in self.records if number not in self.course}
        return [
            (number, title, self.records.get(number, LessonRecord()))
            for number, title in {**self.course, **others}.items()
        ]

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{title}</th>'
            for title in ("Lesson", "Predictions", "Exercises", "Quiz")
        )
        rows = "".join(
            _row(f"{n} {title}".strip(), self.notebooks.get(n), record)
            for n, title, record in self._lessons()
        )
        notice = paragraph(self.notice, "nn-how") if self.notice else ""
        table = (
            f'<table class="nn-table"><thead><tr class="nn-line">{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
        return f'{style()}<div class="nn-exercise">{table}{notice}</div>'


def overview(path: str | os.PathLike[str] | None = None) -> Overview:
    """Return the learner's progress in all lessons of the course.

    Parameters
    ----------
    path : path, optional
        The progress file; by default the one beside the notebook.

    Returns
    -------
    Overview

    Examples
    --------
    >>> overview("no such file")
    Progress: 0 of 10 lessons started
    """
    store = Store(path)
    folder = Path() if path is None else Path(path).parent
    found = {number: notebook_of(number, folder) for number in COURSE}
    there = {number: notebook for number, notebook in found.items() if notebook}
    return Overview(store.records(), COURSE, store.notice, there)


def notebook_of(number: str, folder: Path) -> Path | None:
    """Return the notebook of a lesson in a folder, or None where there is none.

    A learner's copies have longer names.

    Examples
    --------
    >>> notebook_of("01", Path("no such folder")) is None
    True
    """
    found = folder.glob(f"{number}-*.ipynb")
    return min(found, key=lambda path: (len(path.name), path.name), default=None)


def read_progress(path: str | os.PathLike[str] | None = None) -> dict[str, LessonRecord]:
    """Return the record of each lesson that the progress file knows.

    Parameters
    ----------
    path : path, optional
        As for `overview`.

    Returns
    -------
    dict
        Records by lesson; whatever is wrong with the file, nothing is raised.

    Examples
    --------
    >>> read_progress("no such file")
    {}
    """
    return Store(path).records()


def _row(name: str, notebook: Path | None, record: LessonRecord) -> str:
    """One row of the table; the name is a link to the notebook if it is there."""
    shown = words(name)
    if notebook is not None:
        shown = f'<a href="{html.escape(notebook.name)}">{shown}</a>'
    data = '<td colspan="3">not started</td>'
    if record.started:
        data = "".join(f"<td>{cell}</td>" for cell in _cells(record))
    return f'<tr class="nn-line"><th scope="row">{shown}</th>{data}</tr>'


def _cells(record: LessonRecord) -> tuple[str, str, str]:
    predictions, exercises, questions = record.of
    made = len(record.predictions)
    return (
        f"{record.right} right, {made} of {max(predictions, made)} made",
        f"{record.passed} of {max(exercises, record.passed)} passed",
        "–" if record.quiz is None else f"best {record.quiz} of {max(questions, record.quiz)}",
    )
