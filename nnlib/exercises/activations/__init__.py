"""What lesson 05, activations, asks of its learner."""

from nnlib.exercises.activations.predictions import PREDICTIONS
from nnlib.exercises.activations.questions import QUESTIONS
from nnlib.exercises.activations.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "05",
    "Activations",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
