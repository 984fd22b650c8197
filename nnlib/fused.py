"""Training a dense network without going from layer to layer in Python.

A learner reads `Dense.forward` and `SGD.step`. For a row of dense layers with one activation
between them `fit` takes a shorter way: one kernel that calls the same kernels on the same memory,
with the same result to the bit. This module finds out where that is possible, and calls it.
"""

from typing import Any

import numpy as np

from nnlib.kernels import fused
from nnlib.kernels.compile import is_ready
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, Layer, ReLU, Sigmoid, Tanh, segments
from nnlib.layers.activations import SMALLEST
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSprop

ACTIVATIONS: dict[type, int] = {ReLU: fused.RELU, Tanh: fused.TANH, Sigmoid: fused.SIGMOID}
LOSSES: dict[type, int] = {
    MeanSquaredError: fused.SQUARED_ERROR,
    BinaryCrossEntropy: fused.LOGISTIC,
    CrossEntropy: fused.SOFTMAX,
}

#: A kernel call cannot be interrupted, so it makes no more updates than fit into this many
#: multiply-adds: a few milliseconds. An update of the smallest network costs about 4,000.
MOST_AT_ONCE, LEAST_UPDATE = 10_000_000, 4_000


class Fused:
    """A dense network, a loss and data that one kernel can train on; `fused_or_none` makes it."""

    def __init__(self, network: Layer, loss: Loss, x: Array, y: Array | Labels, size: int) -> None:
        self._network, self._loss, self._x, self._y = network, loss, x, y
        self._layers = _layers(network)
        dense = [layer for layer in self._layers if isinstance(layer, Dense)]
        bent = [layer for layer in self._layers if not isinstance(layer, Dense)]
        self._activation = ACTIVATIONS[type(bent[0])] if bent else fused.LINEAR
        self._kinds = (self._activation, LOSSES[type(loss)])
        widths = [dense[0].weight.value.shape[0], *(d.weight.value.shape[1] for d in dense)]
        self._sizes, self._bent = np.array(widths), len(bent)
        self._arrays = [(p, p.value, p.grad) for p in network.parameters()]
        ((self._value, self._grad),) = segments(network.parameters())
        # A batch, what every layer gives, and two places for gradients on the way back.
        numbers = sum(widths) + sum(widths[1 : 1 + len(bent)]) + 2 * max(widths)
        self._batch_size = min(size, len(x))
        self._work = np.empty(self._batch_size * numbers, dtype=self._value.dtype)
        self._goal = y.reshape(-1)
        self._targets = np.empty(self._batch_size * (y.size // len(y)), dtype=y.dtype)
        # Of how many numbers a sample's loss is the mean.
        self._answers = 1 if isinstance(loss, CrossEntropy) else widths[-1]
        cost = LEAST_UPDATE + 3 * self._batch_size * self._value.size
        self._updates_at_once = max(1, MOST_AT_ONCE // cost)
        self._settings = np.zeros(5)
        self._settings[0] = SMALLEST[self._value.itemsize]
        self._rates, self._sums = np.zeros((2, self._updates_at_once))
        self._gradient = fused.updates_kernel(*self._kinds, fused.STAY)

    def _fits(self) -> bool:
        """Whether the network is still the one that was found; the caller may have changed it."""
        network, loss = self._network, self._loss
        if isinstance(network, Sequential) and network.layers is not self._layers:
            return False
        if isinstance(loss, CrossEntropy) and loss.ignore is not None:
            return False
        for parameter, value, grad in self._arrays:
            if parameter.value is not value or parameter.grad is not grad:
                return False
        return True

    def loss_and_gradient(self, chosen: Labels) -> float | None:
        """Write the gradients for a batch and return its loss; None if that cannot be done."""
        if not self._fits() or not self._call(self._gradient, chosen, self._value, self._value, 0):
            return None
        return float(self._sums[0]) / (len(chosen) * self._answers)

    def update(self, order: Labels, optimizer: Optimizer, rates: Array, losses: Array) -> int:
        """Update batch after batch for a few milliseconds; return how many updates were made.

        There is a learning rate for each, and a place for its loss. 0 says that the first cannot
        be made: the loss is no finite number, or the network is not what it was.
        """
        if not self._fits() or not optimizer.in_place():
            return 0
        rule, settings = _rule(optimizer)
        updates = min(self._updates_at_once, len(rates))
        order = order[: updates * self._batch_size]
        self._rates[:updates], self._settings[1 : 1 + len(settings)] = rates[:updates], settings
        first, second = optimizer.memory[0], optimizer.memory[-1]
        kernel = fused.updates_kernel(*self._kinds, rule)
        done = self._call(kernel, order, first, second, optimizer.iteration)
        optimizer.iteration += done
        losses[:done] = self._sums[:done]
        losses[:done] /= self._batch_size * self._answers
        if done == updates and len(order) < updates * self._batch_size:
            last = len(order) - (updates - 1) * self._batch_size
            losses[done - 1] = self._sums[done - 1] / (last * self._answers)
        return done

    def is_ready(self) -> bool:
        """Whether the gradient of a batch comes without compiling anything first."""
        order = np.zeros(1, dtype=np.int64)
        return is_ready(self._gradient, *self._arguments(order, self._value, self._value, 0))

    def _call(self, kernel: Any, order: Labels, first: Array, second: Array, made: int) -> int:
        done: int = kernel(*self._arguments(order, first, second, made))
        return done

    def _arguments(self, order: Labels, first: Array, second: Array, made: int) -> tuple[Any, ...]:
        return (
            *(self._x, self._goal, order, self._batch_size, self._sizes, self._bent),
            *(self._value, self._grad, self._work, self._targets),
            *(first, second, self._settings, made, self._rates, self._sums),
        )


def fused_or_none(
    network: Layer, loss: Loss, x: Array, y: Array | Labels, batch_size: int
) -> Fused | None:
    """Return the short way, or None where the layers have to be called one by one.

    It is for `Dense` layers with one and the same of `ReLU`, `Tanh` and `Sigmoid` after each, or
    after each but the last; `MeanSquaredError`, `BinaryCrossEntropy` and `CrossEntropy`; and
    contiguous data, with labels of int64. A subclass, or an object with a method of its own, may
    do something else, so it is called.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    >>> x, y = np.zeros((8, 2), np.float32), np.zeros((8, 1), np.float32)
    >>> fused_or_none(network, MeanSquaredError(), x, y, 4) is None
    False
    """
    layers = _layers(network)
    dense, bent = layers[::2], layers[1::2]
    kinds = {type(layer) for layer in bent}
    regular = (
        type(network) in (Sequential, Dense)
        and all(type(layer) is Dense for layer in dense)
        and len(kinds) <= 1
        and kinds <= ACTIVATIONS.keys()
        and type(loss) in LOSSES
        and not any(_has_methods(thing) for thing in (network, loss, *layers))
        and not (isinstance(loss, CrossEntropy) and loss.ignore is not None)
    )
    if not regular or len(segments(network.parameters())) != 1:
        return None
    dtype = network.parameters()[0].value.dtype
    goal_dtype = np.dtype(np.int64) if type(loss) is CrossEntropy else dtype
    plain = all(a.flags.c_contiguous and a.flags.writeable and a.flags.aligned for a in (x, y))
    if not plain or x.dtype != dtype or y.dtype != goal_dtype:
        return None
    return Fused(network, loss, x, y, batch_size)


def can_update(optimizer: Optimizer, network: Layer) -> bool:
    """Whether the kernel can take the optimizer's step too: it moves all of the network."""
    return (
        type(optimizer) in (SGD, AdaGrad, RMSprop, Adam, AdamW)
        and optimizer.parameters == network.parameters()
        and not _has_methods(optimizer)
    )


def _layers(network: Layer) -> tuple[Layer, ...]:
    return network.layers if isinstance(network, Sequential) else (network,)


def _has_methods(thing: object) -> bool:
    """Whether a method was replaced in this one object."""
    return any(
        callable(value) and hasattr(type(thing), name) for name, value in vars(thing).items()
    )


def _rule(optimizer: Optimizer) -> tuple[int, tuple[float, ...]]:
    """Which update an optimizer makes as it is set now, and its settings."""
    match optimizer:
        case SGD(momentum=0.0):
            return fused.SGD, ()
        case SGD():
            return (fused.NESTEROV if optimizer.nesterov else fused.MOMENTUM), (optimizer.momentum,)
        case AdaGrad():
            return fused.ADAGRAD, (optimizer.epsilon,)
        case RMSprop():
            return fused.RMSPROP, (optimizer.decay, optimizer.epsilon)
        case AdamW():
            adam = optimizer.beta1, optimizer.beta2, optimizer.epsilon
            return fused.ADAMW, (*adam, optimizer.weight_decay)
        case Adam():
            return fused.ADAM, (optimizer.beta1, optimizer.beta2, optimizer.epsilon)
    raise TypeError(f"no fused update for {optimizer!r}")
