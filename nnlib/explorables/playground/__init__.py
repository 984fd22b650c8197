"""Lesson 10: the playground, everything at once."""

from nnlib.explorables.playground.experiments import (
    BatchSteps,
    CircleInputs,
    FewNeurons,
    Overfitting,
    OwnData,
    SpiralDuel,
)
from nnlib.explorables.playground.playground import Playground

__all__ = [
    "BatchSteps",
    "CircleInputs",
    "FewNeurons",
    "Overfitting",
    "OwnData",
    "Playground",
    "SpiralDuel",
]
