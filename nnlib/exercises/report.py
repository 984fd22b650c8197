"""What a check says, on the page and as text."""

from dataclasses import dataclass
from typing import Any

from nnlib.exercises.exercise import Exercise, Outcome
from nnlib.exercises.page import OPEN, RIGHT, WRONG, paragraph, said, style, words

_SIGNS = {"correct": RIGHT, "wrong": WRONG, "not attempted": OPEN}


@dataclass(frozen=True)
class Report:
    """The answer to an attempt at an exercise; put it on the last line of a cell.

    Attributes
    ----------
    name : str
    exercise : Exercise
    outcome : Outcome
    hints_open : int
        How many hints are unfolded; the others can be unfolded by whoever wants them.
    notice : str
        What is to be said of the progress file.
    """

    name: str
    exercise: Exercise
    outcome: Outcome
    hints_open: int = 0
    notice: str = ""

    def __repr__(self) -> str:
        return f"Exercise {self.name!r}: {self.outcome.status}. {_sentence(self.outcome.finding)}"

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        outcome = self.outcome
        said_first = f"{outcome.status.capitalize()}. {_sentence(outcome.finding)}"
        parts = [
            style(),
            paragraph(f"Exercise ({self.exercise.level})", "nn-kind"),
            paragraph(_sentence(self.exercise.title), "nn-question"),
            said(_SIGNS[outcome.status], said_first, *outcome.notes),
            *(self._hints() if outcome.status != "correct" else ()),
            paragraph(self.notice, "nn-how") if self.notice else "",
        ]
        return f'<div class="nn-exercise">{"".join(parts)}</div>'

    def _hints(self) -> list[str]:
        return [
            f"<details{' open' if number <= self.hints_open else ''}>"
            f"<summary>Hint {number}</summary><p>{words(hint)}</p></details>"
            for number, hint in enumerate(self.exercise.hints, start=1)
        ]


def _sentence(text: str) -> str:
    """Text that begins with a capital letter and ends with a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
