"""Lesson 02: one perceptron and its mistakes, what it cannot learn, and the bend that helps."""

from nnlib.explorables.perceptron.four_networks import FourNetworks
from nnlib.explorables.perceptron.learning_rate_myth import LearningRateMyth
from nnlib.explorables.perceptron.margin_bound import MarginBound
from nnlib.explorables.perceptron.one_mistake import OneMistake
from nnlib.explorables.perceptron.xor_by_hand import XorByHand
from nnlib.explorables.perceptron.xor_carousel import XorCarousel
from nnlib.explorables.perceptron.your_points import YourPoints

__all__ = [
    "FourNetworks",
    "LearningRateMyth",
    "MarginBound",
    "OneMistake",
    "XorByHand",
    "XorCarousel",
    "YourPoints",
]
