"""What lesson 09, recurrent networks, asks of its learner."""

from nnlib.exercises.lesson import Lesson
from nnlib.exercises.recurrent.predictions import PREDICTIONS
from nnlib.exercises.recurrent.questions import QUESTIONS
from nnlib.exercises.recurrent.tasks import EXERCISES

__all__ = ["lesson"]

lesson = Lesson(
    "09",
    "RNNs",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
