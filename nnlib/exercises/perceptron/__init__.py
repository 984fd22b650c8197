"""What lesson 02, perceptron learning, asks of its learner."""

from nnlib.exercises.lesson import Lesson
from nnlib.exercises.perceptron.predictions import PREDICTIONS
from nnlib.exercises.perceptron.questions import QUESTIONS
from nnlib.exercises.perceptron.tasks import EXERCISES

__all__ = ["lesson"]

lesson = Lesson(
    "02",
    "Perceptron learning",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
