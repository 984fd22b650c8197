"""What lesson 09, recurrent networks, asks of its learner."""

from nnlib.exercises.recurrent.predictions import PREDICTIONS
from nnlib.exercises.recurrent.questions import QUESTIONS
from nnlib.exercises.recurrent.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "09",
    "RNNs",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
