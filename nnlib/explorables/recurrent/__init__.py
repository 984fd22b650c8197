"""Lesson 09: cells with a memory, how far back they reach, and what they can do."""

from nnlib.explorables.recurrent.forecast import Forecast
from nnlib.explorables.recurrent.hand_gates import HandGates
from nnlib.explorables.recurrent.horizon import GradientHorizon
from nnlib.explorables.recurrent.lengths import Lengths
from nnlib.explorables.recurrent.memory_race import MemoryRace
from nnlib.explorables.recurrent.through_time import ThroughTime
from nnlib.explorables.recurrent.unroll import Unroll
from nnlib.explorables.recurrent.writer import CharacterWriter

__all__ = [
    "CharacterWriter",
    "Forecast",
    "GradientHorizon",
    "HandGates",
    "Lengths",
    "MemoryRace",
    "ThroughTime",
    "Unroll",
]
