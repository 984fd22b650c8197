"""What every optimizer shares."""

import math
from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from nnlib.checks import real
from nnlib.kernels.types import Array
from nnlib.layers import Parameter, segments


class Optimizer:
    """What all optimizers share: the parameters, the learning rate, and what they remember.

    Parameters
    ----------
    parameters : sequence of Parameter
        What is to be trained: `network.parameters()`, or a bare vector in a list.
    learning_rate : float
        Step size, more than 0. An optimizer that has been made may be set to 0, and stands still.

    Attributes
    ----------
    learning_rate : float
        May be changed between any two steps.
    iteration : int
        Number of steps taken.
    memory : list of ndarray
        What the optimizer remembers between steps, such as velocities; empty for plain SGD.

    Raises
    ------
    ValueError
        If there are no parameters, or a setting is not a finite number in its range.
    """

    memories = 0  # how many numbers a subclass remembers for each parameter

    def __init__(self, parameters: Sequence[Parameter], learning_rate: float) -> None:
        self.parameters = tuple(parameters)
        if not self.parameters:
            raise ValueError(
                f"{type(self).__name__} expects at least one parameter, got none; "
                "pass network.parameters()"
            )
        self.learning_rate = learning_rate
        if self.learning_rate == 0.0:
            raise ValueError(
                f"{type(self).__name__} expects a learning_rate above 0, got 0, with which nothing "
                f"would move; {USUAL['learning_rate']}"
            )
        self.iteration = 0
        self._arrays = [(p, p.value, p.grad) for p in self.parameters]
        self._segments = segments(self.parameters)
        self.memory = [np.zeros_like(v) for v, _ in self._segments for _ in range(self.memories)]

    @property
    def learning_rate(self) -> float:
        """Step size; a finite number, 0 or more."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = setting("learning_rate", value)

    def step(self) -> None:
        """Move every parameter once, along the gradients that `backward` wrote."""
        if not self.in_place():
            raise RuntimeError(
                f"{type(self).__name__} expects its parameters where it found them, but a "
                "network built later moved them; make the optimizer after the network"
            )
        self.iteration += 1
        for index, (values, grads) in enumerate(self._segments):
            start = index * self.memories
            self._update(values, grads, self.memory[start : start + self.memories])

    def in_place(self) -> bool:
        """Whether the parameters lie where they lay when the optimizer was made."""
        for parameter, value, grad in self._arrays:
            if parameter.value is not value or parameter.grad is not grad:
                return False
        return True

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        """Change `value` in place."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


#: What to try instead of a setting that was refused.
USUAL = {
    "learning_rate": "0.1 is a usual start for SGD, 0.001 for Adam",
    "momentum": "0.9 is usual, 0 turns it off",
    "beta1": "0.9 is usual",
    "beta2": "0.999 is usual",
    "decay": "0.9 is usual",
    "epsilon": "1e-8 is usual",
    "weight_decay": "0.01 is usual, 0 turns it off",
}


def setting(name: str, value: float, below: float = math.inf) -> float:
    """Return `value` as a float if it is a number from 0 up to (not including) `below`."""
    number = real(value)
    if not 0.0 <= number < below:
        limit = "" if below == math.inf else f" and less than {below:g}"
        raise ValueError(
            f"{name} expects a finite number, 0 or more{limit}, got {value!r}; {USUAL[name]}"
        )
    return number


def checked(name: str, meaning: str, below: float = math.inf) -> property:
    """Make an attribute that is checked by `setting` whenever it is set, now or later."""

    def put(optimizer: Optimizer, value: float) -> None:
        setattr(optimizer, f"_{name}", setting(name, value, below))

    return property(attrgetter(f"_{name}"), put, doc=meaning)
