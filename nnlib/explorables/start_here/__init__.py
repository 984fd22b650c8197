"""Lesson 00: digits in training, a border between two spirals, and a look at the installation."""

from nnlib.explorables.start_here.digits import DigitsTraining
from nnlib.explorables.start_here.installation import check_installation
from nnlib.explorables.start_here.optimizers import OPTIMIZERS, make_optimizer
from nnlib.explorables.start_here.spiral import SpiralBoundary

__all__ = [
    "OPTIMIZERS",
    "DigitsTraining",
    "SpiralBoundary",
    "check_installation",
    "make_optimizer",
]
