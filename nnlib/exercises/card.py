"""The recap card of a lesson."""

from typing import TYPE_CHECKING

import ipywidgets as widgets

from nnlib.exercises.page import OPEN, RIGHT, WRONG, View, paragraph, words

if TYPE_CHECKING:
    from nnlib.exercises.lesson import Lesson


class ProgressCard(View):
    """What the learner has done in a lesson, and what is still open; follows what they do.

    Parameters
    ----------
    lesson : Lesson
    """

    def __init__(self, lesson: "Lesson") -> None:
        self._lesson = lesson
        self._body = widgets.HTML()
        super().__init__(self._body)
        self.refresh()

    def refresh(self) -> None:
        """Show the record as it is now."""
        lesson = self._lesson
        rows = "".join(
            f'<tr class="nn-line"><th scope="row">{title}</th><td>{summary}<br>{details}</td></tr>'
            for title, summary, details in (
                ("Predictions", self._predictions(), self._prediction_signs()),
                ("Exercises", self._exercises(), self._exercise_signs()),
                ("Quiz", self._quiz(), ""),
            )
        )
        self._body.value = (
            paragraph(f"Lesson {lesson.number}: {lesson.title}", "nn-kind")
            + paragraph("Your progress", "nn-question")
            + f'<table class="nn-table"><tbody>{rows}</tbody></table>'
            + (paragraph(lesson.store.notice, "nn-how") if lesson.store.notice else "")
        )

    def text(self) -> str:
        """Return the numbers in one line."""
        return (
            f"Lesson {self._lesson.number}: predictions {self._predictions()}; "
            f"exercises {self._exercises()}; quiz {self._quiz()}"
        )

    def _predictions(self) -> str:
        made = self._made()
        return f"{len(made)} of {len(self._lesson.predictions)} made, {sum(made.values())} right"

    def _exercises(self) -> str:
        exercises = self._lesson.exercises
        passed = sum(self._lesson.record.exercises.get(name, False) for name in exercises)
        return f"{passed} of {len(exercises)} passed"

    def _quiz(self) -> str:
        best, total = self._lesson.record.quiz, len(self._lesson.questions)
        return "not answered yet" if best is None else f"best {min(best, total)} of {total}"

    def _made(self) -> dict[str, bool]:
        """Predictions that were made, and whether each was right."""
        found = {name: self._lesson.prediction(name) for name in self._lesson.predictions}
        return {name: prediction.correct for name, prediction in found.items() if prediction}

    def _prediction_signs(self) -> str:
        made = self._made()
        said = {True: (RIGHT, "right"), False: (WRONG, "wrong"), None: (OPEN, "open")}
        return _signs({name: said[made.get(name)] for name in self._lesson.predictions})

    def _exercise_signs(self) -> str:
        tried = self._lesson.record.exercises
        said = {True: (RIGHT, "passed"), False: (WRONG, "not yet"), None: (OPEN, "open")}
        return _signs({name: said[tried.get(name)] for name in self._lesson.exercises})


def _signs(members: dict[str, tuple[str, str]]) -> str:
    """Each name with its sign and its word."""
    return " ".join(
        f'<span class="nn-member"><span class="nn-sign">{sign}</span>{words(name)}: {word}</span>'
        for name, (sign, word) in members.items()
    )
