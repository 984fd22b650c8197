"""Training for the playground: as `fit` trains, but one can go back, and look at single samples."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnlib.divergence import diverged
from nnlib.explorables.playground.data import Data
from nnlib.explorables.playground.model import (
    make_network,
    make_optimizer,
    make_penalty,
    make_schedule,
)
from nnlib.fused import Fused, fused_or_none
from nnlib.kernels.types import Array, Labels
from nnlib.training import Step


class Trainer:
    """A network on its way, and the place that it has reached in the data.

    It makes the same updates as `nnlib.fit`, to the bit: same order of samples, same masks.

    Parameters
    ----------
    values : mapping
        Where the controls stand.
    data : Data
    seed : int
        Of weights, order and dropout.

    Attributes
    ----------
    network : Sequential
    optimizer : Optimizer
    iteration : int
        Updates made.
    looked_at : int
        Samples of the coming batch that were looked at one by one.
    """

    def __init__(self, values: Mapping[str, Any], data: Data, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 1])
        self.network = make_network(values, len(data.inputs), data.outputs, self._rng)
        self.optimizer = make_optimizer(values, self.network)
        self._order: Labels = np.empty(0, np.int64)
        self.iteration = self.looked_at = self._place = 0
        self.use(values, data)

    def use(self, values: Mapping[str, Any], data: Data) -> None:
        """Train on with other settings or data; the network stays."""
        self._values, self.data = dict(values), data
        self.x, self.y = data.split.x_train, data.split.y_train
        # Batch norm cannot train on a single sample, so none must be left over for the last batch.
        alone = len(self.x) % values["batch_size"] == 1
        self.spare = values["batch_norm"] and values["layers"] > 0 and alone
        if self.spare:
            self.x, self.y = self.x[:-1], self.y[:-1]
        if len(self._order) != len(self.x):
            self._place, self._order = 0, np.empty(0, np.int64)
        self._schedule, self._penalty = make_schedule(values), make_penalty(values)
        self._fused: Fused | None = None
        self._is_new = True
        self.looked_at = 0

    def change_optimizer(self) -> None:
        """Go on with the optimizer that the settings name, which remembers nothing yet."""
        self.optimizer = make_optimizer(self._values, self.network)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has been drawn since the first weights."""
        return self.iteration == 0 and len(self._order) == 0

    def batch(self) -> Labels:
        """Return the samples of the next update."""
        if self._place >= len(self._order):
            self._order, self._place = self._rng.permutation(len(self.x)), 0
        return self._order[self._place : self._place + self._values["batch_size"]]

    def look(self) -> Step:
        """Look at the next sample of the batch; after the last one the weights move."""
        size = len(self.batch())
        if self.looked_at + 1 >= size:
            return self.update()
        self.looked_at += 1
        return Step(0, self.iteration, 0.0, self.rate)

    def update(self) -> Step:
        """Make an update with the next batch."""
        chosen = self.batch()
        self.optimizer.learning_rate = self.rate
        loss, price = self._loss_and_gradient(chosen), 0.0
        if self._penalty is not None:
            trained = self.network.parameters()
            price = self._penalty.value(trained)
            self._penalty.add_gradient(trained)
        self.optimizer.step()
        self.iteration += 1
        self._place += len(chosen)
        self.looked_at = 0
        rate, ends = self.optimizer.learning_rate, self._place >= len(self._order)
        return Step(0, self.iteration, loss, rate, ends, price)

    @property
    def rate(self) -> float:
        """Learning rate of the next update."""
        return float(self._schedule(self.iteration))

    def _loss_and_gradient(self, chosen: Labels) -> float:
        """Forward, the loss, and back, as `fit` does it."""
        network, loss = self.network, self.data.loss
        if self._is_new:
            size, self._is_new = self._values["batch_size"], False
            fused = fused_or_none(network, loss, self.x, self.y, size)
            self._fused = fused if fused is not None and fused.is_ready() else None
        found = self._fused.loss_and_gradient(chosen) if self._fused is not None else None
        if found is not None:
            return found
        inputs, targets = self.x.take(chosen, axis=0), self.y.take(chosen, axis=0)
        prediction = network.forward(inputs, training=True)
        value, gradient = loss.value_and_gradient(prediction, targets)
        if not math.isfinite(value):
            raise diverged(network, inputs, value, self.iteration, self.optimizer.learning_rate)
        network.backward_parameters(gradient)
        return value

    # ------------------------------------------------------------------ going back

    def save(self) -> dict[str, Any]:
        """Return the place in the data and the state of the random numbers."""
        return {
            "order": self._order,
            "place": (self._place, self.looked_at, self.iteration),
            "random": self._rng.bit_generator.state,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to a saved place; with other data than then, a new pass begins."""
        self._order = state["order"]
        self._place, self.looked_at, self.iteration = state["place"]
        self._rng.bit_generator.state = state["random"]
        self.use(self._values, self.data)
        self.looked_at = state["place"][1] if len(self._order) else 0

    def sample(self) -> tuple[Array, Array | Labels, int] | None:
        """Return the sample that was looked at last, or None: inputs, target and number."""
        if not self.looked_at:
            return None
        index = int(self.batch()[self.looked_at - 1])
        return self.x[index : index + 1], self.y[index : index + 1], index
