"""Layers: functions with parameters, and the way back through each."""

from nnlib.layers.activations import Activation, ReLU, Sigmoid, Tanh
from nnlib.layers.base import Layer, Parameter, pack, segments
from nnlib.layers.dense import Dense
from nnlib.layers.embedding import Embedding
from nnlib.layers.gru import GRU
from nnlib.layers.lstm import LSTM
from nnlib.layers.recurrent import Recurrent
from nnlib.layers.rnn import RNN

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "Dense",
    "Embedding",
    "Layer",
    "Parameter",
    "ReLU",
    "Recurrent",
    "Sigmoid",
    "Tanh",
    "pack",
    "segments",
]
