"""A small, fast neural-network library for learning how networks learn.

`import nnlib` brings the network and its training. What draws, and what lives in a notebook, is
imported by name: `nnlib.datasets`, `nnlib.views`, `nnlib.live`, `nnlib.explorables`.
"""

from nnlib.checkpoint import load, save
from nnlib.generation import generate
from nnlib.gradcheck import GradientReport, check_gradients
from nnlib.initializers import glorot_uniform, he_normal, orthogonal
from nnlib.layers import (
    GRU,
    LSTM,
    RNN,
    Dense,
    Embedding,
    Layer,
    Parameter,
    ReLU,
    Sigmoid,
    Tanh,
)
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError
from nnlib.metrics import accuracy, predicted_class, softmax
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSprop
from nnlib.schedules import ConstantSchedule, CosineAnnealing, LinearDecay, StepHalving
from nnlib.threads import set_blas_threads
from nnlib.training import Evaluation, Step, evaluate, fit, minibatches

__version__ = "0.1.0"

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "AdaGrad",
    "Adam",
    "BinaryCrossEntropy",
    "ConstantSchedule",
    "CosineAnnealing",
    "CrossEntropy",
    "Dense",
    "Embedding",
    "Evaluation",
    "GradientReport",
    "Layer",
    "LinearDecay",
    "Loss",
    "MeanSquaredError",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Step",
    "StepHalving",
    "Tanh",
    "accuracy",
    "check_gradients",
    "evaluate",
    "fit",
    "generate",
    "glorot_uniform",
    "he_normal",
    "load",
    "minibatches",
    "orthogonal",
    "predicted_class",
    "save",
    "set_blas_threads",
    "softmax",
]
