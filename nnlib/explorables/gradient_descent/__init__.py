"""Lesson 03: descent on landscapes, noise of mini-batches, and the choice of a learning rate."""

from nnlib.explorables.gradient_descent.batch_noise import BatchNoise
from nnlib.explorables.gradient_descent.break_it import BreakIt
from nnlib.explorables.gradient_descent.gradient_field import GradientField
from nnlib.explorables.gradient_descent.one_parameter import OneParameter
from nnlib.explorables.gradient_descent.phase_map import PhaseMap
from nnlib.explorables.gradient_descent.race import OptimizerRace
from nnlib.explorables.gradient_descent.rate_choice import RateChoice
from nnlib.explorables.gradient_descent.rate_depth import RateDepthMap

__all__ = [
    "BatchNoise",
    "BreakIt",
    "GradientField",
    "OneParameter",
    "OptimizerRace",
    "PhaseMap",
    "RateChoice",
    "RateDepthMap",
]
