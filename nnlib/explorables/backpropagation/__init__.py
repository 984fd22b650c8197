"""Lesson 04: the chain rule on graphs of numbers, gradients checked, and a network that reads."""

from nnlib.explorables.backpropagation.cascade import Cascade
from nnlib.explorables.backpropagation.diamond import Diamond
from nnlib.explorables.backpropagation.draw_a_digit import DrawADigit
from nnlib.explorables.backpropagation.gradient_check import GradientCheck
from nnlib.explorables.backpropagation.number_tape import NumberTape
from nnlib.explorables.backpropagation.shape_puzzle import ShapePuzzle

__all__ = ["Cascade", "Diamond", "DrawADigit", "GradientCheck", "NumberTape", "ShapePuzzle"]
