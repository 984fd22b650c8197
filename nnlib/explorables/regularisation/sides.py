"""A network that reads digits with some remedies against overfitting, or a committee of such."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.datasets import augment, load_digits
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import BatchNorm, Dense, Dropout, Layer, ReLU
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.penalties import L1, L2

HIDDEN = 100
BATCH = 20
RATE = 0.1
MEMBERS = 5  # of a committee
PATIENCE = 300  # updates without a better validation loss, until early stopping stops
VERSIONS = 20  # of each digit, with augmentation
VALIDATION = 200  # digits that are held out


@dataclass(frozen=True)
class Digits:
    """What is learnt from, what early stopping looks at, and what judges."""

    x: Array
    y: Labels
    x_validation: Array
    y_validation: Labels
    x_test: Array
    y_test: Labels


def few_digits(samples: int, wrong: float, *, seed: int) -> Digits:
    """Return a few digits to learn from, of which a share has a wrong label.

    The same share of the validation digits is labelled wrong, as it would be in real life; test
    labels are all right.

    Parameters
    ----------
    samples : int
    wrong : float
        Share, from 0 to 1.
    seed : int

    Returns
    -------
    Digits

    Examples
    --------
    >>> few_digits(200, 0.2, seed=0).x.shape
    (200, 64)
    """
    data = load_digits(rng=np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 1])
    y = data.y_train.copy()
    shift, drawn = rng.integers(1, 10, len(y)), rng.random(len(y))
    y = np.where(drawn < wrong, (y + shift) % 10, y)
    held = len(y) - VALIDATION
    return Digits(
        data.x_train[:samples],
        y[:samples],
        data.x_train[held:],
        y[held:],
        data.x_test,
        data.y_test,
    )


class Variants:
    """Each training digit shifted and turned in a number of ways, each made when it is wanted."""

    def __init__(self, x: Array, seed: int) -> None:
        self._x, self._seed = x.reshape(-1, 8, 8), seed
        self._made = np.zeros((VERSIONS, len(x)), dtype=bool)
        self._versions = np.empty((VERSIONS, *x.shape), dtype=x.dtype)

    def take(self, version: int, chosen: Labels) -> Array:
        """Return these digits in this version."""
        missing = chosen[~self._made[version, chosen]]
        if missing.size:
            rng = np.random.default_rng([self._seed, version, int(missing[0])])
            moved = augment(self._x[missing], pixels=1, degrees=10, rng=rng)
            self._versions[version, missing] = moved.reshape(-1, 64)
            self._made[version, missing] = True
        found: Array = self._versions[version, chosen]
        return found


class Member:
    """One network, 64-100-100-10, its optimizer, and its own order of the digits."""

    def __init__(self, remedies: Mapping[str, Any], seed: list[int]) -> None:
        self.seed = seed
        rng = np.random.default_rng(seed)
        layers: list[Layer] = []
        size = 64
        self.dropouts: list[Dropout] = []
        for _ in range(2):
            layers.append(Dense(size, HIDDEN, rng=rng, initializer=he_normal))
            if remedies["norm"]:
                layers.append(BatchNorm(HIDDEN))
            layers.append(ReLU())
            if remedies["dropout"]:
                self.dropouts.append(Dropout(remedies["rate"], rng=rng))
                layers.append(self.dropouts[-1])
            size = HIDDEN
        self.network = Sequential(*layers, Dense(size, 10, rng=rng))
        self.optimizer = SGD(self.network.parameters(), RATE)

    def update(
        self, data: Digits, remedies: Mapping[str, Any], variants: "Variants | None" = None
    ) -> Array:
        """Take the next mini-batch, and return it as the network has seen it."""
        per_pass = len(data.y) // BATCH
        epoch, place = divmod(self.optimizer.iteration, per_pass)
        order = np.random.default_rng([*self.seed, epoch]).permutation(len(data.y))
        chosen = order[place * BATCH : (place + 1) * BATCH]
        x = data.x[chosen]
        if variants is not None:
            x = variants.take(epoch % VERSIONS, chosen)
        for dropout in self.dropouts:
            dropout.rate = remedies["rate"]
        prediction = self.network.forward(x, training=True)
        self.network.backward_parameters(CrossEntropy().gradient(prediction, data.y[chosen]))
        parameters = self.network.parameters()
        if remedies["l2"]:
            L2(remedies["l2_strength"]).add_gradient(parameters)
        if remedies["l1"]:
            L1(remedies["l1_strength"]).add_gradient(parameters)
        self.optimizer.step()
        return x

    def probabilities(self, x: Array) -> Array:
        """Return softmax of the logits, outside training."""
        logits = self.network.forward(x)
        e: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = e / e.sum(axis=1, keepdims=True)
        return shares

    def arrays(self) -> list[Array]:
        """Return parameters and running statistics."""
        return [*(p.value for p in self.network.parameters()), *self.network.buffers()]


class Side:
    """One side of the comparison: a network with its remedies, or a committee of five.

    Parameters
    ----------
    data : Digits
    remedies : mapping
        Which are on, and how strong.
    seed : int

    Attributes
    ----------
    stopped : bool
        Whether early stopping has gone back to the best weights and stopped.
    seen : ndarray of shape (BATCH, 64)
        The last mini-batch, as the first network has seen it.
    """

    def __init__(self, data: Digits, remedies: Mapping[str, Any], seed: int) -> None:
        self.data, self.remedies = data, remedies
        count = MEMBERS if remedies["committee"] else 1
        self.members = [Member(remedies, [seed, k]) for k in range(count)]
        self._variants = Variants(data.x, seed) if remedies["augment"] else None
        self.seen = data.x[:BATCH]
        self.stopped = False
        self.best: tuple[float, int] = (np.inf, 0)
        self._kept = np.empty(0, np.float32)
        self._watch()

    @property
    def iteration(self) -> int:
        """Updates made."""
        return self.members[0].optimizer.iteration

    def update(self) -> None:
        """Let each member make an update, unless early stopping has stopped."""
        if self.stopped:
            return
        seen = [m.update(self.data, self.remedies, self._variants) for m in self.members]
        self.seen = seen[0]
        if self.iteration % 10 == 0:
            self._watch()

    def _watch(self) -> None:
        """Keep the best weights; stop when the validation loss has not fallen for long."""
        if not self.remedies["early"]:
            return
        loss = self.loss(self.data.x_validation, self.data.y_validation)
        if loss < self.best[0]:
            self.best = (loss, self.iteration)
            self._kept = self._flat()
        elif self.iteration - self.best[1] >= PATIENCE:
            self._put(self._kept)
            self.stopped = True

    def probabilities(self, x: Array) -> Array:
        """Return the mean of the members' probabilities."""
        mean: Array = np.mean([member.probabilities(x) for member in self.members], axis=0)
        return mean

    def loss(self, x: Array, y: Labels) -> float:
        """Return the cross-entropy of the mean probabilities."""
        right = self.probabilities(x)[np.arange(len(y)), y]
        return float(-np.log(np.maximum(right, 1e-30)).mean())

    def measure(self) -> dict[str, float]:
        """Return train loss, test loss and test accuracy."""
        data = self.data
        p = self.probabilities(data.x_test)
        right = p[np.arange(len(p)), data.y_test]
        return {
            "train": self.loss(data.x, data.y),
            "test": float(-np.log(np.maximum(right, 1e-30)).mean()),
            "accuracy": float((p.argmax(axis=1) == data.y_test).mean()),
        }

    def weights(self) -> Array:
        """Return all weights of the first network, as one vector."""
        layers = [layer for layer in self.members[0].network.layers if isinstance(layer, Dense)]
        return np.concatenate([layer.weight.value.ravel() for layer in layers])

    def _arrays(self) -> list[Array]:
        return [array for member in self.members for array in member.arrays()]

    def _flat(self) -> Array:
        """All that training changes, as one vector."""
        return np.concatenate([array.ravel() for array in self._arrays()])

    def _put(self, flat: Array) -> None:
        """Write such a vector back."""
        start = 0
        for array in self._arrays():
            array[...] = flat[start : start + array.size].reshape(array.shape)
            start += array.size

    def save(self) -> dict[str, Any]:
        """Return all that training changes, for a snapshot."""
        return {
            "weights": self._flat(),
            "kept": self._kept,
            "n": self.iteration,
            "stopped": self.stopped,
            "best": self.best,
            "seen": self.seen,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to a snapshot."""
        self._put(state["weights"])
        for member in self.members:
            member.optimizer.iteration = state["n"]
        self.stopped, self.best = state["stopped"], state["best"]
        self._kept, self.seen = state["kept"], state["seen"]
