"""What lesson 01, one neuron, asks of its learner."""

from nnlib.exercises.lesson import Lesson
from nnlib.exercises.neuron.predictions import PREDICTIONS
from nnlib.exercises.neuron.questions import QUESTIONS
from nnlib.exercises.neuron.tasks import EXERCISES

__all__ = ["lesson"]

lesson = Lesson(
    "01",
    "Neuron",
    predictions=PREDICTIONS,
    exercises=EXERCISES,
    questions=QUESTIONS,
)
