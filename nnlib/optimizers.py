"""Optimizers: from gradients to the next values of the parameters.

Each holds the equations in the symbols of its paper, with theta for the parameters, g for the
gradient and eta for the learning rate. `learning_rate` and the other settings are plain
attributes: change one between any two steps, and the next step uses it.
"""

import math
from collections.abc import Sequence

import numpy as np

from nnlib.kernels.optimizers import (
    adagrad_step,
    adam_step,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    sgd_step,
)
from nnlib.kernels.types import Array
from nnlib.layers import Parameter, segments


class Optimizer:
    """What all optimizers share: the parameters, the learning rate, and what they remember.

    Parameters
    ----------
    parameters : sequence of Parameter
        What is to be trained: `network.parameters()`, or a bare vector in a list.
    learning_rate : float
        Step size, 0 or more. With 0 nothing moves.

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
        self.iteration = 0
        self._arrays = [(parameter.value, parameter.grad) for parameter in self.parameters]
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
        for parameter, (value, grad) in zip(self.parameters, self._arrays, strict=True):
            if parameter.value is not value or parameter.grad is not grad:
                raise RuntimeError(
                    f"{type(self).__name__} expects its parameters where it found them, but a "
                    "network built later moved them; make the optimizer after the network"
                )
        self.iteration += 1
        for index, (values, grads) in enumerate(self._segments):
            start = index * self.memories
            self._update(values, grads, self.memory[start : start + self.memories])

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        """Change `value` in place."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


def setting(name: str, value: float, below: float = math.inf) -> float:
    """Return `value` as a float if it is a number from 0 up to (not including) `below`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 <= number < below:
        limit = "" if below == math.inf else f" and less than {below:g}"
        raise ValueError(f"{name} expects a finite number, 0 or more{limit}, got {value!r}")
    return number


class SGD(Optimizer):
    r"""Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum.

    .. math::
        \theta &\leftarrow \theta - \eta\, g                       && \text{plain} \\
        v &\leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, v && \text{momentum} \\
        v &\leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\,(g + \mu v)
                                                                  && \text{Nesterov}

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, 0 or more.
    momentum : float
        mu, in [0, 1): how much of the last velocity is kept. A plain attribute.
    nesterov : bool
        Look ahead along the velocity before correcting it. A plain attribute.

    Raises
    ------
    ValueError
        If a setting is not a finite number in its range.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods";
    Sutskever, Martens, Dahl and Hinton (2013), "On the importance of initialization and momentum
    in deep learning", section 2 (Nesterov's step in the variable at which the gradient is taken).

    Examples
    --------
    >>> point = Parameter(np.array([1.0]))
    >>> optimizer = SGD([point], 0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     point.grad[:] = 2 * point.value  # f = x^2
    ...     optimizer.step()
    >>> point.value.round(3)  # 1 -> 0.8, v = 2; then v = 0.9 * 2 + 1.6 = 3.4
    array([0.46])
    """

    memories = 1

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = momentum
        self.nesterov = nesterov

    @property
    def momentum(self) -> float:
        """Share of the velocity that is kept, in [0, 1)."""
        return self._momentum

    @momentum.setter
    def momentum(self, value: float) -> None:
        self._momentum = setting("momentum", value, below=1.0)
        if self._momentum == 0.0:  # momentum that is turned on again starts from rest
            for velocity in self.memory:
                velocity[:] = 0

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        (velocity,) = memory
        if self.momentum == 0.0:
            sgd_step(value, grad, self.learning_rate)
        elif self.nesterov:
            nesterov_step(value, grad, velocity, self.learning_rate, self.momentum)
        else:
            momentum_step(value, grad, velocity, self.learning_rate, self.momentum)


class AdaGrad(Optimizer):
    r"""AdaGrad: a step for each parameter that shrinks with all the gradients it has seen.

    .. math:: s \leftarrow s + g^2, \qquad
              \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, 0 or more.
    epsilon : float
        Keeps the division finite; 0 or more.

    Raises
    ------
    ValueError
        If a setting is not a finite number in its range.

    References
    ----------
    Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and
    stochastic optimization".

    Examples
    --------
    >>> point = Parameter(np.array([5.0]))
    >>> optimizer = AdaGrad([point], 1.0)
    >>> point.grad[:] = 3.0
    >>> optimizer.step()
    >>> point.value.round(3)  # the first step is eta long, whatever the gradient
    array([4.])
    """

    memories = 1

    def __init__(
        self, parameters: Sequence[Parameter], learning_rate: float, *, epsilon: float = 1e-8
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = setting("epsilon", epsilon)

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        (squares,) = memory
        adagrad_step(value, grad, squares, self.learning_rate, self.epsilon)


class RMSprop(Optimizer):
    r"""RMSprop: AdaGrad with a memory that fades.

    .. math:: s \leftarrow \rho s + (1 - \rho) g^2, \qquad
              \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, 0 or more.
    decay : float
        rho, in [0, 1).
    epsilon : float
        Keeps the division finite; 0 or more.

    Raises
    ------
    ValueError
        If a setting is not a finite number in its range.

    References
    ----------
    Tieleman and Hinton (2012), "Neural networks for machine learning", lecture 6.5.

    Examples
    --------
    >>> point = Parameter(np.array([5.0]))
    >>> optimizer = RMSprop([point], 0.1, decay=0.75)
    >>> point.grad[:] = 3.0
    >>> optimizer.step()
    >>> point.value.round(3)  # 0.1 * 3 / sqrt(0.25 * 9) = 0.2
    array([4.8])
    """

    memories = 1

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float,
        *,
        decay: float = 0.9,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.decay = setting("decay", decay, below=1.0)
        self.epsilon = setting("epsilon", epsilon)

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        (squares,) = memory
        rmsprop_step(value, grad, squares, self.learning_rate, self.decay, self.epsilon)


class Adam(Optimizer):
    r"""Adam: momentum and RMSprop together, both corrected for starting at zero.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g, &
        s &\leftarrow \beta_2 s + (1 - \beta_2) g^2 \\
        \hat m &= m / (1 - \beta_1^t), & \hat s &= s / (1 - \beta_2^t) \\
        \theta &\leftarrow \theta - \eta\, \hat m / (\sqrt{\hat s} + \epsilon)

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, 0 or more.
    beta1, beta2 : float
        In [0, 1): how slowly the means of g and of g squared forget.
    epsilon : float
        Keeps the division finite; 0 or more.

    Raises
    ------
    ValueError
        If a setting is not a finite number in its range.

    References
    ----------
    Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.

    Examples
    --------
    >>> point = Parameter(np.array([5.0]))
    >>> optimizer = Adam([point], 0.1)
    >>> point.grad[:] = 0.003
    >>> optimizer.step()
    >>> point.value.round(3)  # the first step is eta long, whatever the gradient
    array([4.9])
    """

    memories = 2

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.beta1 = setting("beta1", beta1, below=1.0)
        self.beta2 = setting("beta2", beta2, below=1.0)
        self.epsilon = setting("epsilon", epsilon)

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        mean, squares = memory
        adam_step(
            value,
            grad,
            mean,
            squares,
            self.learning_rate,
            self.beta1,
            self.beta2,
            self.epsilon,
            self.iteration,
        )
