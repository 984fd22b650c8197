"""A prediction before an explorable, and its score after it."""

from typing import TYPE_CHECKING

import ipywidgets as widgets

from nnlib.exercises.forms import AnswerForm
from nnlib.exercises.items import true_words
from nnlib.exercises.page import OPEN, RIGHT, WRONG, View, button, paragraph, row, said, show

if TYPE_CHECKING:
    from nnlib.exercises.lesson import Lesson


class PredictView(View):
    """Asks for a prediction; once committed it stays, and nothing is said of what is true.

    Parameters
    ----------
    lesson : Lesson
    name : str
        Of the prediction.
    """

    def __init__(self, lesson: "Lesson", name: str) -> None:
        self._lesson, self._name = lesson, name
        self._item = lesson.predictions[name]
        self.form = AnswerForm([self._item], self.commit)
        self.button = button("Commit", "Record this prediction", main=True)
        self.button.on_click(lambda _button: self.commit())
        self._said, self._note = widgets.HTML(), ""
        head = widgets.HTML(
            paragraph("Predict before you try", "nn-kind")
            + paragraph(self._item.question, "nn-question")
        )
        self._buttons = row(self.button, kind="nn-buttons")
        super().__init__(head, *self.form.parts, self._buttons, self._said)
        self.form.ask(self._item)
        self.refresh()

    def commit(self) -> None:
        """Record what is chosen, if it is an answer and the first one."""
        if self._lesson.prediction(self._name) is not None:
            return
        verdict = self._item.judge(self.form.answer)
        if not verdict.usable:
            self._said.value = said(OPEN, verdict.feedback)
            return
        self._lesson.commit(self._name, self.form.answer)
        self._note = self._lesson.store.news()
        self.refresh()

    def refresh(self) -> None:
        """Show the committed prediction, if there is one by now."""
        prediction = self._lesson.prediction(self._name)
        if prediction is None:
            return
        self.form.ask(self._item, prediction.answer)
        show(self._buttons, False)
        words = self._item.words(prediction.answer).rstrip(".")
        self._said.value = said(
            OPEN, f"Your prediction: {words}. Now try it out below.", self._note
        )

    def text(self) -> str:
        """Return the question's name and whether it is answered."""
        prediction = self._lesson.prediction(self._name)
        words = "" if prediction is None else self._item.words(prediction.answer)
        return f"Prediction {self._name!r}: {words or 'not answered yet'}"


class ScoreView(View):
    """Says what was predicted, what is true, and why.

    Where the cell ran before the prediction was made, it waits for a press of its button, so that
    a prediction does not at once meet its answer.

    Parameters
    ----------
    lesson, name
        As for `PredictView`.
    """

    def __init__(self, lesson: "Lesson", name: str) -> None:
        self._lesson, self._name = lesson, name
        self._item = lesson.predictions[name]
        self._revealed = lesson.prediction(name) is not None
        self.button = button("Show what is true", "Compare it with your prediction", main=True)
        self.button.on_click(lambda _button: self.reveal())
        self._said = widgets.HTML()
        head = widgets.HTML(
            paragraph("Your prediction, and what is true", "nn-kind")
            + paragraph(self._item.question, "nn-question")
        )
        self._buttons = row(self.button, kind="nn-buttons")
        super().__init__(head, self._buttons, self._said)
        self.refresh()

    def reveal(self) -> None:
        """Show what is true, if a prediction has been made."""
        self._revealed = True
        self.refresh()

    def refresh(self) -> None:
        """Show the score, the button, or that there is no prediction yet."""
        prediction = self._lesson.prediction(self._name)
        show(self._buttons, prediction is not None and not self._revealed)
        if prediction is None:
            advice = "Not answered yet. Commit a prediction above; the answer then comes here."
            self._said.value = said(OPEN, advice)
        elif self._revealed:
            self._said.value = self._score()
        else:
            self._said.value = ""

    def _score(self) -> str:
        item, prediction = self._item, self._lesson.prediction(self._name)
        answer = prediction.answer if prediction else ""
        verdict = item.judge(answer)
        predicted = f"You predicted: {item.words(answer).rstrip('.')}."
        if verdict.correct:
            return said(RIGHT, f"Right. {predicted}", verdict.feedback, item.explanation)
        true = f"The answer: {true_words(item).rstrip('.')}."
        return said(WRONG, f"Not so. {predicted}", verdict.feedback, true, item.explanation)

    def text(self) -> str:
        """Return whether the prediction was right, if the answer is shown."""
        prediction = self._lesson.prediction(self._name)
        if prediction is None or not self._revealed:
            return f"Score of {self._name!r}: not answered yet"
        right = self._item.judge(prediction.answer).correct
        return f"Score of {self._name!r}: {'right' if right else 'wrong'}"
