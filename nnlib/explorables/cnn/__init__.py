"""Lesson 06: filters that slide, and networks made of them."""

from nnlib.explorables.cnn.filter_bench import FilterBench
from nnlib.explorables.cnn.one_pixel import OnePixel

__all__ = ["FilterBench", "OnePixel"]
