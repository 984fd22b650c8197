"""What lesson 07, batch norm and dropout, asks of its learner."""

from nnlib.exercises.lesson import Lesson
from nnlib.exercises.regularisation.predictions import PREDICTIONS
from nnlib.exercises.regularisation.questions import QUESTIONS
from nnlib.exercises.regularisation.tasks import EXERCISES

__all__ = ["lesson"]

lesson = Lesson(
    "07",
    "Batch norm and dropout",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
