"""What lesson 10, the playground, asks of its learner."""

from nnlib.exercises.lesson import Lesson
from nnlib.exercises.playground.predictions import PREDICTIONS
from nnlib.exercises.playground.questions import QUESTIONS
from nnlib.exercises.playground.tasks import EXERCISES

__all__ = ["lesson"]

lesson = Lesson(
    "10",
    "Playground",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
