"""Stochastic gradient descent, with and without momentum."""

from collections.abc import Sequence

from nnlib.kernels.optimizers import momentum_step, nesterov_step, sgd_step
from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.optimizers.base import Optimizer, setting


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
        eta, more than 0.
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
    >>> import numpy as np
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
