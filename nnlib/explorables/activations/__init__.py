"""Lesson 05: activation functions, and what becomes of a gradient in a deep network."""

from nnlib.explorables.activations.dead_unit import DeadUnit
from nnlib.explorables.activations.drawn import DrawnActivation
from nnlib.explorables.activations.flow_lab import GradientFlow
from nnlib.explorables.activations.gallery import ActivationGallery
from nnlib.explorables.activations.hinges import HingeFit
from nnlib.explorables.activations.slope_chain import SlopeChain
from nnlib.explorables.activations.temperature import SoftmaxTemperature

__all__ = [
    "ActivationGallery",
    "DeadUnit",
    "DrawnActivation",
    "GradientFlow",
    "HingeFit",
    "SlopeChain",
    "SoftmaxTemperature",
]
