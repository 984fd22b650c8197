"""Single neurons: with a threshold, with a rule that learns it, and with a smooth answer."""

from nnlib.neurons.logistic import LogisticNeuron
from nnlib.neurons.mcculloch_pitts import McCullochPitts
from nnlib.neurons.perceptron import Mistake, Perceptron
from nnlib.neurons.separability import (
    boolean_function,
    linearly_separable,
    margin,
    novikoff_bound,
)
from nnlib.neurons.widest import widest_line

__all__ = [
    "LogisticNeuron",
    "McCullochPitts",
    "Mistake",
    "Perceptron",
    "boolean_function",
    "linearly_separable",
    "margin",
    "novikoff_bound",
    "widest_line",
]
