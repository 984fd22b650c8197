"""Four loops that train the same network; three of them have a mistake."""

from collections.abc import Sequence

import numpy as np

from nnlib.datasets import load_digits
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import BatchNorm, Dense, Dropout, Layer, ReLU
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD

HEALTHY = "nothing is wrong"
FORGOTTEN = "evaluates in training mode"
LEAKY = "updates statistics in evaluation"
UNSCALED = "dropout without scaling"
KINDS = (HEALTHY, FORGOTTEN, LEAKY, UNSCALED)
HIDDEN = 64
TRAIN = 600  # digits
BATCH = 30
RATE = 0.1
MOMENTUM = 0.3  # of batch norm: a few batches move its statistics
WRONG = 0.2  # share of wrong labels, as in the part before


class Unscaled(Dropout):
    """Dropout whose mask is 0 or 1: in training the sums are smaller than outside it."""

    def _draw(self, x: Array) -> Array:
        mask: Array = super()._draw(x) * x.dtype.type(1.0 - self.rate)
        return mask


class Loop:
    """One network, 64-64-64-10 with batch norm and dropout, and one way to train and test it.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    rate : float
        Of dropout.
    seed : int
        The same seed gives all kinds the same weights, digits and masks.

    Attributes
    ----------
    train_loss : float
        Running mean of the losses of the batches.
    test_loss : float
        As the loop measured it last; NaN before.
    """

    def __init__(self, kind: str, rate: float, *, seed: int) -> None:
        self.kind, self._seed = kind, seed
        self._rng = np.random.default_rng([seed, 1])
        self._data = load_digits(rng=np.random.default_rng(seed))
        # From a folder for each digit: all zeros come first.
        order = np.argsort(self._data.y_test, kind="stable")
        self._y = _mislabel(self._data.y_train, seed=seed)
        self._tests = self._data.x_test[order], _mislabel(self._data.y_test, seed=seed)[order]
        layers: list[Layer] = []
        for size in (64, HIDDEN):
            dropout = Unscaled if kind == UNSCALED else Dropout
            layers += [
                Dense(size, HIDDEN, rng=self._rng, initializer=he_normal),
                BatchNorm(HIDDEN, momentum=MOMENTUM),
                ReLU(),
                dropout(rate, rng=self._rng),
            ]
        self.network = Sequential(*layers, Dense(HIDDEN, 10, rng=self._rng))
        self.optimizer = SGD(self.network.parameters(), RATE)
        self.train_loss, self.test_loss = float(np.log(10)), float("nan")

    def update(self) -> None:
        """Train on one batch."""
        epoch, place = divmod(self.optimizer.iteration, TRAIN // BATCH)
        order = np.random.default_rng([self._seed, epoch]).permutation(TRAIN)
        chosen = order[place * BATCH : (place + 1) * BATCH]
        prediction = self.network.forward(self._data.x_train[chosen], training=True)
        loss, grad = CrossEntropy().value_and_gradient(prediction, self._y[chosen])
        self.network.backward_parameters(grad)
        self.optimizer.step()
        self.train_loss += 0.1 * (loss - self.train_loss)

    def evaluate(self, batch_size: int) -> None:
        """Measure the test loss the way this loop does."""
        x, y = self._tests
        parts = [slice(k, k + batch_size) for k in range(0, len(y), batch_size)]
        if self.kind == LEAKY:
            for part in parts:
                self._move_statistics(x[part])
        total = sum(self._loss(x[part], y[part]) * len(y[part]) for part in parts)
        self.test_loss = total / len(y)

    def _loss(self, x: Array, y: Labels) -> float:
        """The loss of one test batch; only one of the four forgets to say that it is a test."""
        training = self.kind == FORGOTTEN and len(x) > 1
        return CrossEntropy().value(self.network.forward(x, training=training), y)

    def _move_statistics(self, x: Array) -> None:
        """Let every batch norm follow the mean and the variance of test digits."""
        if len(x) > 1:
            for layer in self.network.layers:
                if isinstance(layer, BatchNorm):
                    layer.forward(x, training=True)
                x = layer.forward(x)

    def arrays(self) -> list[Array]:
        """Return parameters and running statistics."""
        return [*(p.value for p in self.network.parameters()), *self.network.buffers()]


def _mislabel(y: Labels, *, seed: int) -> Labels:
    """A fifth of the labels replaced by wrong ones."""
    rng = np.random.default_rng([seed, len(y)])
    shift, drawn = rng.integers(1, 10, len(y)), rng.random(len(y))
    return np.where(drawn < WRONG, (y + shift) % 10, y)


def deal(seed: int) -> Sequence[str]:
    """Return the kind of each of the four loops, A to D.

    Parameters
    ----------
    seed : int

    Returns
    -------
    sequence of str

    Examples
    --------
    >>> sorted(deal(0)) == sorted(KINDS)
    True
    """
    return [KINDS[k] for k in np.random.default_rng([seed, 7]).permutation(len(KINDS))]
