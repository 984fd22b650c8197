"""A small, fast neural-network library for learning how networks learn.

`import nnlib` brings the network and its training. What draws, and what lives in a notebook, is
imported by name: `nnlib.datasets`, `nnlib.views`, `nnlib.live`, `nnlib.explorables`.
"""

from nnlib.checkpoint import load, save
from nnlib.gradcheck import GradientReport, check_gradients
from nnlib.initializers import glorot_uniform, he_normal
from nnlib.layers import (
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    Layer,
    MaxPool2D,
    Parameter,
    ReLU,
    Sigmoid,
    Tanh,
    Upsample2D,
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
    "SGD",
    "AdaGrad",
    "Adam",
    "AveragePool2D",
    "BinaryCrossEntropy",
    "ConstantSchedule",
    "Conv2D",
    "ConvTranspose2D",
    "CosineAnnealing",
    "CrossEntropy",
    "Dense",
    "Evaluation",
    "Flatten",
    "GradientReport",
    "Layer",
    "LinearDecay",
    "Loss",
    "MaxPool2D",
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
    "Upsample2D",
    "accuracy",
    "check_gradients",
    "evaluate",
    "fit",
    "glorot_uniform",
    "he_normal",
    "load",
    "minibatches",
    "predicted_class",
    "save",
    "set_blas_threads",
    "softmax",
]
