"""Lesson 01: one neuron, its line, what it can do, a layer of them, and stars and quasars."""

from nnlib.explorables.neuron.guess import GuessTheNeuron
from nnlib.explorables.neuron.layer_product import LayerProduct
from nnlib.explorables.neuron.one_neuron import OneNeuron
from nnlib.explorables.neuron.soft_step import SoftStep
from nnlib.explorables.neuron.stars_quasars import StarsAndQuasars
from nnlib.explorables.neuron.truth_tables import TruthTables

__all__ = [
    "GuessTheNeuron",
    "LayerProduct",
    "OneNeuron",
    "SoftStep",
    "StarsAndQuasars",
    "TruthTables",
]
