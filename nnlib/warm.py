"""Compile every kernel once, so that the first lesson starts at once.

`python -m nnlib.warm` trains tiny networks with every layer, loss and optimizer; Numba keeps the
machine code. An image for Binder runs it when it is built.
"""

import numpy as np

from nnlib.kernels.types import Array, Labels
from nnlib.layers import (
    ELU,
    GELU,
    BatchNorm,
    Dense,
    Layer,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    Threshold,
)
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Hinge, Loss, MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSprop
from nnlib.penalties import L1, L2
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
    _one_step(Hinge(), x, numbers, rng)
    images = BatchNorm(2)
    images.backward(images.forward(np.ones((2, 2, 3, 3), dtype=np.float32), training=True))


def _one_step(loss: Loss, x: Array, y: Array | Labels, rng: np.random.Generator) -> None:
    others: tuple[Layer, ...] = (
        *(ReLU(), Tanh(), Sigmoid(), Threshold(), LeakyReLU(), ELU(), GELU(), Softmax()),
        BatchNorm(3),
    )
    dense = [Dense(3, 3, rng=rng) for _ in others]
    between = [layer for pair in zip(dense, others, strict=True) for layer in pair]
    network = Sequential(*between, Dense(3, 2, rng=rng))
    parameters = network.parameters()
    optimizers: tuple[Optimizer, ...] = (
        SGD(parameters, 0.1),
        SGD(parameters, 0.1, momentum=0.5),
        SGD(parameters, 0.1, momentum=0.5, nesterov=True),
        AdaGrad(parameters, 0.1),
        RMSprop(parameters, 0.1),
        Adam(parameters, 0.1),
        AdamW(parameters, 0.1),
    )
    for optimizer in optimizers:
        list(fit(network, loss, optimizer, x, y, rng=rng))
    for penalty in (L1(0.1), L2(0.1)):
        list(fit(network, loss, optimizers[0], x, y, rng=rng, penalty=penalty, clip_norm=1.0))


if __name__ == "__main__":
    warm()
