"""A small, fast neural-network library for learning how networks learn.

`import nnlib` brings the network and its training. What draws, and what lives in a notebook, is
imported by name: `nnlib.datasets`, `nnlib.views`, `nnlib.live`, `nnlib.explorables`.
"""

from nnlib.batches import minibatches
from nnlib.checkpoint import load, save
from nnlib.clipping import clip_by_norm
from nnlib.generation import generate
from nnlib.gradcheck import GradientReport, check_gradients
from nnlib.initializers import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    orthogonal,
    zeros,
)
from nnlib.layers import (
    ELU,
    GELU,
    GRU,
    LSTM,
    RNN,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    KLSparsity,
    Layer,
    LeakyReLU,
    MaxPool2D,
    Parameter,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
    Threshold,
    Upsample2D,
)
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Hinge, Loss, MeanSquaredError
from nnlib.metrics import accuracy, predicted_class, softmax
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSprop
from nnlib.penalties import L1, L2, Penalty
from nnlib.schedules import (
    ConstantSchedule,
    CosineAnnealing,
    ExponentialDecay,
    LinearDecay,
    StepHalving,
    WarmUp,
)
from nnlib.threads import set_blas_threads
from nnlib.training import Evaluation, Step, evaluate, fit

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "L1",
    "L2",
    "LSTM",
    "RNN",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "AveragePool2D",
    "BatchNorm",
    "BinaryCrossEntropy",
    "ConstantSchedule",
    "Conv2D",
    "ConvTranspose2D",
    "CosineAnnealing",
    "CrossEntropy",
    "Dense",
    "Dropout",
    "Embedding",
    "Evaluation",
    "ExponentialDecay",
    "Flatten",
    "GradientReport",
    "Hinge",
    "KLSparsity",
    "Layer",
    "LeakyReLU",
    "LinearDecay",
    "Loss",
    "MaxPool2D",
    "MeanSquaredError",
    "Optimizer",
    "Parameter",
    "Penalty",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "StepHalving",
    "Tanh",
    "Threshold",
    "Upsample2D",
    "WarmUp",
    "accuracy",
    "check_gradients",
    "clip_by_norm",
    "evaluate",
    "fit",
    "generate",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "load",
    "minibatches",
    "normal",
    "orthogonal",
    "predicted_class",
    "save",
    "set_blas_threads",
    "softmax",
    "zeros",
]
