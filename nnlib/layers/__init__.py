"""Layers: functions with parameters, and the way back through each."""

from nnlib.layers.activations import Activation, ReLU, Sigmoid, Tanh
from nnlib.layers.base import Layer, Parameter, pack, segments
from nnlib.layers.dense import Dense

__all__ = [
    "Activation",
    "Dense",
    "Layer",
    "Parameter",
    "ReLU",
    "Sigmoid",
    "Tanh",
    "pack",
    "segments",
]
