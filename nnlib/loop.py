"""The loop of training: shuffle, and update batch after batch."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from nnlib.clipping import clip_by_norm
from nnlib.divergence import diverged
from nnlib.fused import Fused, can_update, fused_or_none
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Layer
from nnlib.losses import Loss
from nnlib.optimizers import Optimizer
from nnlib.penalties import Penalty
from nnlib.threads import limited_blas_threads


@dataclass(frozen=True, slots=True)
class Step:
    """What one update did, or the last of an epoch.

    Attributes
    ----------
    epoch : int
        Passes over the data completed before this update; the first is 0.
    iteration : int
        Updates made so far, this one included.
    loss : float
        Loss of the mini-batch, before the update; a penalty is not in it, so that it compares
        with `evaluate`. In a step for a whole epoch it is the mean over the samples.
    learning_rate : float
        The rate that the update used.
    ends_epoch : bool
        Whether this was the last update of a pass over the data.
    penalty : float
        Value of the penalty before the update, 0 without one; training lowers the sum of both.
    """

    epoch: int
    iteration: int
    loss: float
    learning_rate: float
    ends_epoch: bool = False
    penalty: float = 0.0


@dataclass(frozen=True)
class Training:
    """What `fit` was given, checked; its loops are generators."""

    network: Layer
    loss: Loss
    optimizer: Optimizer
    x: Array
    y: Array | Labels
    batch_size: int
    epochs: int
    rng: np.random.Generator
    schedule: Callable[[int], float] | None
    penalty: Penalty | None
    clip_norm: float | None

    def updates(self) -> Iterator[Step]:
        """Yield after every update."""
        optimizer, schedule, size = self.optimizer, self.schedule, self.batch_size
        iteration, batches, price = 0, math.ceil(len(self.x) / size), 0.0
        moved = set(optimizer.parameters)
        trained = [parameter for parameter in self.network.parameters() if parameter in moved]
        with limited_blas_threads():
            fused = self._fused()
            if fused is not None and not fused.is_ready():
                fused = None  # a learner who waits for the first update need not wait for this
            for epoch in range(self.epochs):
                order = self.rng.permutation(len(self.x))
                for start in range(0, len(order), size):
                    if schedule is not None:
                        optimizer.learning_rate = schedule(iteration)
                    loss = self._loss_and_gradient(fused, order[start : start + size], iteration)
                    if self.penalty is not None:
                        price = self.penalty.value(trained)
                        self.penalty.add_gradient(trained)
                    if self.clip_norm is not None:
                        clip_by_norm(trained, self.clip_norm)
                    optimizer.step()
                    iteration += 1
                    rate, ends_epoch = optimizer.learning_rate, iteration % batches == 0
                    yield Step(epoch, iteration, loss, rate, ends_epoch, price)

    def passes(self) -> Iterator[Step]:
        """Yield after every epoch only: where one kernel can do it all, Python sees no update."""
        sizes = np.full(math.ceil(len(self.x) / self.batch_size), self.batch_size)
        sizes[-1] = len(self.x) - self.batch_size * (len(sizes) - 1)
        fused, losses = self._fused(), []
        bare = self.penalty is None and self.clip_norm is None
        if fused is not None and bare and can_update(self.optimizer, self.network):
            yield from self._fused_passes(fused, sizes)
            return
        for step in self.updates():
            losses.append(step.loss)
            if step.ends_epoch:
                yield replace(step, loss=float(np.average(losses, weights=sizes)))
                losses.clear()

    def _fused_passes(self, fused: Fused, sizes: Labels) -> Iterator[Step]:
        """The same in calls of a few milliseconds, each of many updates."""
        optimizer, schedule, iteration = self.optimizer, self.schedule, 0
        rates, losses = np.empty(len(sizes)), np.empty(len(sizes))
        with limited_blas_threads():
            for epoch in range(self.epochs):
                order, start, done = self.rng.permutation(len(self.x)), 0, 0
                rates[:] = optimizer.learning_rate
                if schedule is not None:
                    rates[:] = [schedule(iteration + i) for i in range(len(sizes))]
                while start < len(order):
                    made = fused.update(order[start:], optimizer, rates[done:], losses[done:])
                    if made == 0:  # as the layers will say, or the loss, or the optimizer
                        optimizer.learning_rate = float(rates[done])
                        chosen = order[start : start + self.batch_size]
                        losses[done] = self._loss_and_gradient(None, chosen, iteration)
                        optimizer.step()
                        made = 1
                    start += made * self.batch_size
                    done += made
                    iteration += made
                optimizer.learning_rate = float(rates[-1])
                mean = float(np.average(losses, weights=sizes))
                yield Step(epoch, iteration, mean, optimizer.learning_rate, ends_epoch=True)

    def _fused(self) -> Fused | None:
        return fused_or_none(self.network, self.loss, self.x, self.y, self.batch_size)

    def _loss_and_gradient(self, fused: Fused | None, chosen: Labels, iteration: int) -> float:
        """Forward, the loss, and back: in one call, or layer by layer, which is always right."""
        loss = fused.loss_and_gradient(chosen) if fused is not None else None
        if loss is not None:
            return loss
        inputs, targets = self.x.take(chosen, axis=0), self.y.take(chosen, axis=0)
        prediction = self.network.forward(inputs, training=True)
        loss, gradient = self.loss.value_and_gradient(prediction, targets)
        if not math.isfinite(loss):
            raise diverged(self.network, inputs, loss, iteration, self.optimizer.learning_rate)
        self.network.backward_parameters(gradient)
        return loss
