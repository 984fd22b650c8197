"""A lesson's predictions, exercises and quiz, as its notebook uses them."""

from collections import deque
from collections.abc import Mapping
from typing import TypeVar

from nnlib.exercises.card import ProgressCard
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.items import Item
from nnlib.exercises.page import Several, View
from nnlib.exercises.predict import PredictView, ScoreView
from nnlib.exercises.quiz import QuizView
from nnlib.exercises.records import Answer, LessonRecord, Prediction
from nnlib.exercises.report import Report
from nnlib.exercises.store import Store

_MOST_VIEWS = 200  # that are kept up to date; a cell that runs again makes a new one
_STORE = Store()
Entry = TypeVar("Entry")
ViewType = TypeVar("ViewType", bound=View)


class Lesson:
    """What a lesson asks of its learner.

    Parameters
    ----------
    number : str
        Of the lesson, such as "03".
    title : str
    predictions, questions : mapping
        Items by name; the questions are those of the quiz.
    exercises : mapping
        Exercises by name.

    Attributes
    ----------
    store : Store
        Where progress is kept; all lessons share one.
    record : LessonRecord
        What has been done so far.

    Raises
    ------
    ValueError
        If a prediction and a question have the same name.
    """

    def __init__(
        self,
        number: str,
        title: str,
        *,
        predictions: Mapping[str, Item],
        exercises: Mapping[str, Exercise],
        questions: Mapping[str, Item],
    ) -> None:
        twice = set(predictions) & set(questions)
        if twice:
            raise ValueError(
                f"Predictions and questions expect names of their own, got {twice} twice"
            )
        self.number, self.title = number, title
        self.predictions, self.exercises, self.questions = predictions, exercises, questions
        self.store = _STORE
        self._wrong: dict[str, list[str]] = {}  # findings at each exercise, in this session
        self._views: deque[View] = deque(maxlen=_MOST_VIEWS)

    @property
    def record(self) -> LessonRecord:
        """What has been done so far."""
        return self.store.record(self.number)

    # ------------------------------------------------------------------ for the notebook

    def predict(self, *names: str) -> View:
        """Return the questions before an explorable, one below the other."""
        return self._each(PredictView, names)

    def score(self, *names: str) -> View:
        """Return, for after the explorable, what was predicted, what is true, and why."""
        return self._each(ScoreView, names)

    def _each(self, kind: type[PredictView] | type[ScoreView], names: tuple[str, ...]) -> View:
        """A view of this kind for each prediction."""
        for name in names or (None,):
            _find(self.predictions, name, "prediction")
        views = [self._watched(kind(self, name)) for name in names]
        return views[0] if len(views) == 1 else Several(*views)

    def quiz(self) -> QuizView:
        """Return the quiz."""
        return self._watched(QuizView(self))

    def progress(self) -> ProgressCard:
        """Return the recap card."""
        return self._watched(ProgressCard(self))

    def check(self, name: str, function: object) -> Report:
        """Try the learner's function, and keep whether it passed.

        Parameters
        ----------
        name : str
            Of the exercise.
        function : object
            Whatever the learner has written.

        Returns
        -------
        Report
            A wrong function never raises here. One that runs for ever is ended by *Kernel >
            Interrupt Kernel*.
        """
        exercise = _find(self.exercises, name, "exercise")
        outcome = exercise.judge(function)
        findings = self._wrong.setdefault(name, [])
        if outcome.status == "wrong" and outcome.finding not in findings[-1:]:
            findings.append(outcome.finding)  # the same cell run twice opens no further hint
        if outcome.status != "not attempted":
            self._add(LessonRecord(exercises={name: outcome.status == "correct"}))
        return Report(name, exercise, outcome, min(len(findings), 3), self.store.news())

    def accepts(self, name: str, function: object) -> bool:
        """Return whether a function passes a check; nothing is kept."""
        return _find(self.exercises, name, "exercise").judge(function).status == "correct"

    def prove(self, name: str, truth: object) -> None:
        """Compare what the notebook computed with the answer that is stored here.

        Parameters
        ----------
        name : str
            Of a prediction or a question.
        truth : str, collection of str, or number
            The key of the true option, the keys of all true options, or the number.

        Raises
        ------
        AssertionError
            If they differ.
        """
        item = _find({**self.predictions, **self.questions}, name, "prediction or question")
        if not item.agrees(truth):
            stored = item.answer if isinstance(item.answer, str | float | int) else set(item.answer)
            raise AssertionError(
                f"The answer to {name!r} is stored as {stored!r}, and the notebook found "
                f"{truth!r}; mend whichever is wrong"
            )

    def forget(self) -> None:
        """Start the lesson anew: remove its predictions, exercises and quiz from the progress file.

        Run the cells again afterwards.
        """
        self._wrong.clear()
        self._views.clear()
        self.store.forget(self.number)

    # ------------------------------------------------------------------ for the views

    def prediction(self, name: str) -> Prediction | None:
        """Return a committed prediction, if it still is an answer to the question."""
        found = self.record.predictions.get(name)
        if found is None or not self.predictions[name].judge(found.answer).usable:
            return None
        return Prediction(found.answer, self.predictions[name].judge(found.answer).correct)

    def commit(self, name: str, answer: Answer) -> None:
        """Keep a prediction; the first one counts."""
        verdict = self.predictions[name].judge(answer)
        if verdict.usable and self.prediction(name) is None:
            self._add(LessonRecord(predictions={name: Prediction(answer, verdict.correct)}))

    def score_quiz(self, right: int) -> None:
        """Keep a number of right answers, if it is the best."""
        self._add(LessonRecord(quiz=right))

    def _add(self, record: LessonRecord) -> None:
        sizes = len(self.predictions), len(self.exercises), len(self.questions)
        new = LessonRecord(record.predictions, record.exercises, record.quiz, sizes)
        self.store.add(self.number, new)
        for view in list(self._views):
            view.refresh()

    def _watched(self, view: ViewType) -> ViewType:
        """The view, which from now on follows what is kept."""
        self._views.append(view)
        return view


def _find(entries: Mapping[str, Entry], name: object, kind: str) -> Entry:
    """The entry of this name, or an error that lists the names there are."""
    if not isinstance(name, str) or name not in entries:
        raise ValueError(f"This lesson has no {kind} {name!r}; it has {', '.join(entries)}")
    return entries[name]
