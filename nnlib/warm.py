"""Compile every kernel once, so that the first lesson starts at once.

`python -m nnlib.warm` trains tiny networks with every layer, loss and optimizer, and walks down a
landscape; Numba keeps the machine code. An image for Binder runs it when it is built.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from nnlib.filters import KERNELS, filter2d
from nnlib.fused import fused_or_none
from nnlib.kernels.types import Array, Labels
from nnlib.landscapes import bowl, descend, end_points
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
    Embedding,
    Flatten,
    Layer,
    LeakyReLU,
    MaxPool2D,
    Parameter,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    Threshold,
    Upsample2D,
)
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Hinge, Loss, MeanSquaredError
from nnlib.network import Sequential
from nnlib.neurons import Perceptron
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSprop
from nnlib.penalties import L1, L2
from nnlib.training import fit

#: One of each, with every form of SGD.
OPTIMIZERS: tuple[Callable[[Sequence[Parameter]], Optimizer], ...] = (
    partial(SGD, learning_rate=0.1),
    partial(SGD, learning_rate=0.1, momentum=0.5),
    partial(SGD, learning_rate=0.1, momentum=0.5, nesterov=True),
    partial(AdaGrad, learning_rate=0.1),
    partial(RMSprop, learning_rate=0.1),
    partial(Adam, learning_rate=0.1),
    partial(AdamW, learning_rate=0.1),
)


def warm() -> None:
    """Train for one step with every kernel, in float32; walk on a landscape in float64.

    Examples
    --------
    >>> warm()
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 3)).astype(np.float32)
    numbers = np.zeros((4, 2), dtype=np.float32)
    _one_step(CrossEntropy(), x, np.array([0, 1, 0, 1]), rng)
    _one_step(BinaryCrossEntropy(), x, numbers, rng)
    _one_step(MeanSquaredError(), x, numbers, rng)
    _one_step(Hinge(), x, numbers, rng)
    _one_step_of_dense_layers(x, numbers, rng)
    images = BatchNorm(2)
    images.backward(images.forward(np.ones((2, 2, 3, 3), dtype=np.float32), training=True))
    end_points(bowl(), [1.0, 1.0], 0.1, 0.0, 1)
    Perceptron(3).fit(x, np.array([0, 1, 0, 1]), max_epochs=1)
    for make in OPTIMIZERS:
        descend(bowl(), make, [1.0, 1.0], 1)
    _one_step_on_images(rng)
    _one_step_on_sequences(rng)


def _one_step(loss: Loss, x: Array, y: Array | Labels, rng: np.random.Generator) -> None:
    others: tuple[Layer, ...] = (
        *(ReLU(), Tanh(), Sigmoid(), Threshold(), LeakyReLU(), ELU(), GELU(), Softmax()),
        BatchNorm(3),
    )
    dense = [Dense(3, 3, rng=rng) for _ in others]
    between = [layer for pair in zip(dense, others, strict=True) for layer in pair]
    network = Sequential(*between, Dense(3, 2, rng=rng))
    for make in OPTIMIZERS:
        list(fit(network, loss, make(network.parameters()), x, y, rng=rng))
    optimizer = SGD(network.parameters(), 0.1)
    for penalty in (L1(0.1), L2(0.1)):
        list(fit(network, loss, optimizer, x, y, rng=rng, penalty=penalty, clip_norm=1.0))


def _one_step_of_dense_layers(x: Array, numbers: Array, rng: np.random.Generator) -> None:
    """The networks whose gradient is one kernel call; `fit` takes it only where it lies ready."""
    labels = np.array([0, 1, 0, 1])
    for activation in ((), (ReLU(),), (Tanh(),), (Sigmoid(),)):
        network = Sequential(Dense(3, 2, rng=rng), *activation)
        for loss in (MeanSquaredError(), BinaryCrossEntropy(), CrossEntropy()):
            targets = labels if isinstance(loss, CrossEntropy) else numbers
            fused = fused_or_none(network, loss, x, targets, len(x))
            if fused is not None:
                fused.loss_and_gradient(np.arange(len(x)))


def _one_step_on_images(rng: np.random.Generator) -> None:
    images = rng.normal(size=(4, 1, 8, 8)).astype(np.float32)
    filter2d(images[0, 0], KERNELS["box"])
    filter2d(images[0, 0], KERNELS["box"], mode="same")
    network = Sequential(
        Conv2D(1, 2, 3, padding=1, rng=rng),  # (1, 8, 8) -> (2, 8, 8)
        MaxPool2D(2),  # -> (2, 4, 4)
        ConvTranspose2D(2, 1, 2, stride=2, rng=rng),  # -> (1, 8, 8)
        AveragePool2D(2),  # -> (1, 4, 4)
        Upsample2D(2),  # -> (1, 8, 8)
        Flatten(),
        Dense(64, 2, rng=rng),
    )
    optimizer = SGD(network.parameters(), 0.1)
    list(fit(network, CrossEntropy(), optimizer, images, np.array([0, 1, 0, 1]), rng=rng))
    many = Conv2D(16, 16, 3, rng=rng)  # channels enough for kernels of its own
    many.backward(many.forward(np.ones((1, 16, 4, 4), dtype=np.float32)))


def _one_step_on_sequences(rng: np.random.Generator) -> None:
    symbols = np.array([[0, 1], [2, 1]])
    for cell in (RNN, LSTM, GRU):
        network = Sequential(Embedding(3, 2, rng=rng), cell(2, 3, rng=rng), Dense(3, 2, rng=rng))
        optimizer = SGD(network.parameters(), 0.1)
        list(fit(network, CrossEntropy(), optimizer, symbols, symbols[:, 1] % 2, rng=rng))


if __name__ == "__main__":
    warm()
