"""What lesson 08, autoencoders, asks of its learner."""

from nnlib.exercises.autoencoders.predictions import PREDICTIONS
from nnlib.exercises.autoencoders.questions import QUESTIONS
from nnlib.exercises.autoencoders.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "08",
    "Autoencoders",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
