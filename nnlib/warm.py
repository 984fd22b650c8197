"""Compile every kernel once, so that the first lesson starts at once.

`python -m nnlib.warm` trains tiny networks with every layer, loss and optimizer; Numba keeps the
machine code. An image for Binder runs it when it is built.
"""

import numpy as np

from nnlib.kernels.types import Array, Labels
from nnlib.layers import GRU, LSTM, RNN, Dense, Embedding, Layer, ReLU, Sigmoid, Tanh
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSprop
from nnlib.training import fit


def warm() -> None:
    """Train for one step with every kernel, in float32.

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
    for cell in (RNN, LSTM, GRU):
        layers = (Embedding(3, 2, rng=rng), cell(2, 3, rng=rng), Dense(3, 2, rng=rng))
        network, symbols = Sequential(*layers), np.array([[0, 1], [2, 1]])
        optimizer = SGD(network.parameters(), 0.1)
        list(fit(network, CrossEntropy(), optimizer, symbols, symbols[:, 1] % 2, rng=rng))


def _one_step(loss: Loss, x: Array, y: Array | Labels, rng: np.random.Generator) -> None:
    activations: tuple[Layer, ...] = (ReLU(), Tanh(), Sigmoid())
    dense = [Dense(3, 3, rng=rng) for _ in activations]
    between = [layer for pair in zip(dense, activations, strict=True) for layer in pair]
    network = Sequential(*between, Dense(3, 2, rng=rng))
    parameters = network.parameters()
    optimizers: tuple[Optimizer, ...] = (
        SGD(parameters, 0.1),
        SGD(parameters, 0.1, momentum=0.5),
        SGD(parameters, 0.1, momentum=0.5, nesterov=True),
        AdaGrad(parameters, 0.1),
        RMSprop(parameters, 0.1),
        Adam(parameters, 0.1),
    )
    for optimizer in optimizers:
        list(fit(network, loss, optimizer, x, y, rng=rng))


if __name__ == "__main__":
    warm()
