"""What lesson 06, CNN filtering, asks of its learner."""

from nnlib.exercises.cnn.predictions import PREDICTIONS
from nnlib.exercises.cnn.questions import QUESTIONS
from nnlib.exercises.cnn.tasks import EXERCISES
from nnlib.exercises.lesson import Lesson

__all__ = ["lesson"]

lesson = Lesson(
    "06",
    "CNN filtering",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
