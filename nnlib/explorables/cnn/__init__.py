"""Lesson 06: filters that slide, and networks made of them."""

from nnlib.explorables.cnn.filter_bench import FilterBench
from nnlib.explorables.cnn.ingredients import Ingredients
from nnlib.explorables.cnn.learn_filter import LearnFilter
from nnlib.explorables.cnn.lenet_live import LeNetLive
from nnlib.explorables.cnn.one_pixel import OnePixel
from nnlib.explorables.cnn.receptive_field import ReceptiveField
from nnlib.explorables.cnn.shared_weights import SharedWeights
from nnlib.explorables.cnn.shift_test import ShiftTest

__all__ = [
    "FilterBench",
    "Ingredients",
    "LeNetLive",
    "LearnFilter",
    "OnePixel",
    "ReceptiveField",
    "SharedWeights",
    "ShiftTest",
]
