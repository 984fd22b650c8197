"""One network of the race of learning rates."""

import numpy as np

from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import BatchNorm, Dense, Layer, ReLU
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD

HIDDEN = 32


class Racer:
    """Dense layers of 32 ReLUs, with or without batch norm between sum and ReLU.

    Parameters
    ----------
    rate : float
        Learning rate.
    norm : bool
        Whether there is batch norm.
    depth : int
        Hidden layers.
    seed : int

    Attributes
    ----------
    broken : bool
        Whether its numbers were no longer finite; it stands still then.
    """

    def __init__(self, rate: float, norm: bool, depth: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        layers: list[Layer] = []
        size = 2
        for _ in range(depth):
            layers.append(Dense(size, HIDDEN, rng=rng, initializer=he_normal))
            layers += [BatchNorm(HIDDEN), ReLU()] if norm else [ReLU()]
            size = HIDDEN
        self.network = Sequential(*layers, Dense(size, 2, rng=rng))
        self.optimizer = SGD(self.network.parameters(), rate)
        self.broken = False

    def update(self, x: Array, y: Labels) -> None:
        """Make one update, unless it is broken."""
        if self.broken:
            return
        with np.errstate(over="ignore", invalid="ignore"):
            prediction = self.network.forward(x, training=True)
            if not np.isfinite(prediction).all():
                self.broken = True
                for array in self.arrays():
                    array[...] = 0  # what is left of it says nothing
                return
            self.network.backward_parameters(CrossEntropy().gradient(prediction, y))
            self.optimizer.step()

    def logits(self, x: Array) -> Array:
        """Return what it answers, outside training."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.nan_to_num(self.network.forward(x))

    def answer(self, x: Array) -> Array:
        """Return P(B) − P(A) of each point."""
        z = self.logits(x)
        found: Array = np.tanh((z[:, 1] - z[:, 0]) / 2)
        return found

    def accuracy(self, x: Array, y: Labels) -> float:
        """Return the share of points on the right side; a broken network guesses."""
        return 0.5 if self.broken else float((self.logits(x).argmax(axis=1) == y).mean())

    def arrays(self) -> list[Array]:
        """Return parameters and running statistics."""
        return [*(p.value for p in self.network.parameters()), *self.network.buffers()]
