"""Predictions, checked exercises, quizzes and progress; one module of data for each lesson."""

from nnlib.exercises.attempt import Wrong
from nnlib.exercises.exercise import Exercise, Outcome
from nnlib.exercises.expect import expect_close, expect_numbers, expect_pair
from nnlib.exercises.items import MultipleChoice, Numeric, SingleChoice, Verdict
from nnlib.exercises.lesson import Lesson
from nnlib.exercises.overview import overview, read_progress

__all__ = [
    "Exercise",
    "Lesson",
    "MultipleChoice",
    "Numeric",
    "Outcome",
    "SingleChoice",
    "Verdict",
    "Wrong",
    "expect_close",
    "expect_numbers",
    "expect_pair",
    "overview",
    "read_progress",
]
