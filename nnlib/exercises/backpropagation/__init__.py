"""What lesson 04, backpropagation, asks of its learner."""

from nnlib.exercises.backpropagation.predictions import PREDICTIONS
from nnlib.exercises.backpropagation.questions import QUESTIONS
from nnlib.exercises.backpropagation.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "04",
    "Backpropagation",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
