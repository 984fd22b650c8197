"""The quiz at the end of a lesson: one question after another."""

from typing import TYPE_CHECKING

import ipywidgets as widgets

from nnlib.exercises.forms import AnswerForm
from nnlib.exercises.items import true_words
from nnlib.exercises.page import OPEN, RIGHT, WRONG, View, button, paragraph, row, said, show, words

if TYPE_CHECKING:
    from nnlib.exercises.lesson import Lesson

_TRIES = 2  # after so many wrong answers the right one is shown


class QuizView(View):
    """Asks the questions of a quiz one by one.

    What counts is the first try. After a wrong one the learner reads why and may try again; after
    the second the right answer is shown.

    Parameters
    ----------
    lesson : Lesson

    Attributes
    ----------
    form : AnswerForm
    main : Button
        Checks the answer, then goes on.
    skip : Button
        Goes on after a wrong answer.
    first_tries : list of bool
        Whether each question answered so far was right at the first try.
    """

    def __init__(self, lesson: "Lesson") -> None:
        self._lesson = lesson
        self._items = list(lesson.questions.values())
        self.form = AnswerForm(self._items, self._entered)
        self.main = button("Check", "Check this answer", main=True)
        self.skip = button("Go on", "Leave this question and go on to the next")
        self._head, self._said, self._note = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.main.on_click(lambda _button: self.press())
        self.skip.on_click(lambda _button: self.next())
        buttons = row(self.main, self.skip, kind="nn-buttons")
        super().__init__(self._head, *self.form.parts, self._said, buttons, self._note)
        self._begin()

    def press(self) -> None:
        """Do what the main button says: check, go on, or start again."""
        if self._index >= len(self._items):
            self._begin()
            self.form.focus()
        elif self._settled:
            self.next()
        else:
            self._check()

    def next(self) -> None:
        """Go on to the next question, or to the result."""
        if len(self.first_tries) <= self._index:
            return
        self._index += 1
        if self._index < len(self._items):
            self._ask()
            self.form.focus()
        else:
            self._show_result()

    def text(self) -> str:
        """Return the best result so far."""
        best, total = self._lesson.record.quiz, len(self._items)
        result = "not answered yet" if best is None else f"best result {best}"
        return f"Quiz of {total} questions: {result}"

    # ------------------------------------------------------------------ steps

    def _begin(self) -> None:
        self._index = 0
        self.first_tries: list[bool] = []
        self._ask()

    def _ask(self) -> None:
        self._tries, self._settled = 0, False
        item = self._items[self._index]
        kind = f"Quiz: question {self._index + 1} of {len(self._items)}"
        if self.first_tries:
            kind += f", {sum(self.first_tries)} right so far"
        self._head.value = paragraph(kind, "nn-kind") + paragraph(item.question, "nn-question")
        self.form.ask(item)
        self._said.value = ""
        self._label("Check", "Check this answer")
        show(self.skip, False)

    def _check(self) -> None:
        item = self._items[self._index]
        verdict = item.judge(self.form.answer)
        if not verdict.usable:
            self._said.value = said(OPEN, verdict.feedback)
            return
        self._tries += 1
        if self._tries == 1:
            self.first_tries.append(verdict.correct)
            self._lesson.score_quiz(sum(self.first_tries))
            self._note.value = _small(self._lesson.store.news())
        self._settled = verdict.correct or self._tries >= _TRIES
        if verdict.correct:
            self._said.value = said(RIGHT, "Right.", verdict.feedback, item.explanation)
        elif self._settled:
            true = f"The answer: {true_words(item).rstrip('.')}."
            self._said.value = said(WRONG, "Not so.", verdict.feedback, true, item.explanation)
        else:
            self._said.value = said(WRONG, "Not so.", verdict.feedback, "Try once more, or go on.")
        self.form.lock(self._settled)
        show(self.skip, not self._settled)
        if self._settled:
            last = self._index + 1 == len(self._items)
            self._label("See the result" if last else "Next question", "Go on")

    def _entered(self) -> None:
        """Enter in the field of a number: the same as the main button while it checks."""
        if not self._settled and self._index < len(self._items):
            self._check()

    def _show_result(self) -> None:
        right, total = sum(self.first_tries), len(self._items)
        lines = "".join(
            f'<p><span class="nn-sign">{RIGHT if correct else WRONG}</span>'
            f"{'right' if correct else 'not at the first try'}: {words(item.question)}</p>"
            for item, correct in zip(self._items, self.first_tries, strict=True)
        )
        best = self._lesson.record.quiz
        self._head.value = paragraph("Quiz: the result", "nn-kind") + paragraph(
            f"{right} of {total} right at the first try. Your best so far: {best}.", "nn-question"
        )
        self.form.clear()
        self._said.value = lines
        self._label("Start again", "Ask all questions once more")
        show(self.skip, False)

    def _label(self, label: str, tooltip: str) -> None:
        self.main.description, self.main.tooltip = label, tooltip


def _small(notice: str) -> str:
    return paragraph(notice, "nn-how") if notice else ""
