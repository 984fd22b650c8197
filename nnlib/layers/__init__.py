"""Layers: functions with parameters, and the way back through each."""

from nnlib.layers.activations import Activation, ReLU, Sigmoid, Tanh, Threshold
from nnlib.layers.base import Layer, Parameter, pack, segments
from nnlib.layers.batch_norm import BatchNorm
from nnlib.layers.convolution import Conv2D
from nnlib.layers.dense import Dense
from nnlib.layers.dropout import Dropout
from nnlib.layers.embedding import Embedding
from nnlib.layers.flatten import Flatten
from nnlib.layers.gru import GRU
from nnlib.layers.lstm import LSTM
from nnlib.layers.pooling import AveragePool2D, MaxPool2D, Pool2D, Upsample2D
from nnlib.layers.rectifiers import ELU, GELU, LeakyReLU, Softplus
from nnlib.layers.recurrent import Recurrent
from nnlib.layers.rnn import RNN
from nnlib.layers.softmax import Softmax
from nnlib.layers.sparsity import KLSparsity
from nnlib.layers.transposed import ConvTranspose2D
from nnlib.layers.windows import Window, receptive_fields

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "AveragePool2D",
    "BatchNorm",
    "Conv2D",
    "ConvTranspose2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "KLSparsity",
    "Layer",
    "LeakyReLU",
    "MaxPool2D",
    "Parameter",
    "Pool2D",
    "ReLU",
    "Recurrent",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Threshold",
    "Upsample2D",
    "Window",
    "pack",
    "receptive_fields",
    "segments",
]
