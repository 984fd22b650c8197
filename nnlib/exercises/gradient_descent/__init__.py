"""What lesson 03, gradient descent and momentum, asks of its learner."""

from nnlib.exercises.gradient_descent.predictions import PREDICTIONS
from nnlib.exercises.gradient_descent.questions import QUESTIONS
from nnlib.exercises.gradient_descent.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "03",
    "Gradient descent and momentum",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
