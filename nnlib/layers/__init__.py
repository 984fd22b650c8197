"""Layers: functions with parameters, and the way back through each."""

from nnlib.layers.activations import Activation, ReLU, Sigmoid, Tanh
from nnlib.layers.base import Layer, Parameter, pack, segments
from nnlib.layers.convolution import Conv2D
from nnlib.layers.dense import Dense
from nnlib.layers.flatten import Flatten
from nnlib.layers.pooling import AveragePool2D, MaxPool2D, Pool2D, Upsample2D
from nnlib.layers.transposed import ConvTranspose2D
from nnlib.layers.windows import Window, receptive_fields

__all__ = [
    "Activation",
    "AveragePool2D",
    "Conv2D",
    "ConvTranspose2D",
    "Dense",
    "Flatten",
    "Layer",
    "MaxPool2D",
    "Parameter",
    "Pool2D",
    "ReLU",
    "Sigmoid",
    "Tanh",
    "Upsample2D",
    "Window",
    "pack",
    "receptive_fields",
    "segments",
]
