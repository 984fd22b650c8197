"""Layers: functions with parameters, and the way back through each."""

from nnlib.layers.activations import Activation, ReLU, Sigmoid, Tanh, Threshold
from nnlib.layers.base import Layer, Parameter, pack, segments
from nnlib.layers.batch_norm import BatchNorm
from nnlib.layers.dense import Dense
from nnlib.layers.dropout import Dropout
from nnlib.layers.rectifiers import ELU, GELU, LeakyReLU, Softplus
from nnlib.layers.softmax import Softmax
from nnlib.layers.sparsity import KLSparsity

__all__ = [
    "ELU",
    "GELU",
    "Activation",
    "BatchNorm",
    "Dense",
    "Dropout",
    "KLSparsity",
    "Layer",
    "LeakyReLU",
    "Parameter",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Threshold",
    "pack",
    "segments",
]
