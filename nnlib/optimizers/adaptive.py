"""Optimizers that give each parameter a step size of its own."""

from collections.abc import Sequence

from nnlib.kernels.optimizers import adagrad_step, adam_step, rmsprop_step
from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.optimizers.base import Optimizer, setting


class AdaGrad(Optimizer):
    r"""AdaGrad: a step for each parameter that shrinks with all the gradients it has seen.

    .. math:: s \leftarrow s + g^2, \qquad
              \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, more than 0.
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
    >>> import numpy as np
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
        eta, more than 0.
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
    >>> import numpy as np
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
        eta, more than 0.
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
    >>> import numpy as np
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
