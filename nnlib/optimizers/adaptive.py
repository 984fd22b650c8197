"""Optimizers that give each parameter a step size of its own."""

from collections.abc import Sequence

from nnlib.kernels.optimizers import adagrad_step, adam_step, rmsprop_step, shrink
from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.optimizers.base import Optimizer, checked


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
    epsilon = checked("epsilon", "Keeps the division finite; 0 or more.")

    def __init__(
        self, parameters: Sequence[Parameter], learning_rate: float, *, epsilon: float = 1e-8
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = epsilon

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
    decay = checked("decay", "Share of the mean square that is kept, in [0, 1).", below=1.0)
    epsilon = checked("epsilon", "Keeps the division finite; 0 or more.")

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float,
        *,
        decay: float = 0.9,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.decay = decay
        self.epsilon = epsilon

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
    beta1 = checked("beta1", "Share of the mean gradient that is kept, in [0, 1).", below=1.0)
    beta2 = checked("beta2", "Share of the mean square that is kept, in [0, 1).", below=1.0)
    epsilon = checked("epsilon", "Keeps the division finite; 0 or more.")

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
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        mean, squares = memory
        betas = self.beta1, self.beta2
        adam_step(
            value, grad, mean, squares, self.learning_rate, *betas, self.epsilon, self.iteration
        )


class AdamW(Adam):
    r"""Adam with weight decay that is not part of the gradient.

    .. math:: \theta \leftarrow \theta
              - \eta \Big( \frac{\hat m}{\sqrt{\hat s} + \epsilon} + \lambda \theta \Big)

    with m-hat and s-hat as in `Adam`. An `L2` penalty goes through the gradient, which Adam
    divides by its own size: weights with large gradients would shrink least. Here all of them
    shrink by the same share in each step, and that means every parameter that the optimizer is
    given, biases too.

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        eta, more than 0.
    beta1, beta2, epsilon : float
        As in `Adam`.
    weight_decay : float
        lambda, 0 or more.

    Raises
    ------
    ValueError
        If a setting is not a finite number in its range.

    References
    ----------
    Loshchilov and Hutter (2019), "Decoupled weight decay regularization", algorithm 2, with the
    learning rate in front of the decay too.

    Examples
    --------
    >>> import numpy as np
    >>> point = Parameter(np.array([5.0]))
    >>> optimizer = AdamW([point], 0.1, weight_decay=0.2)
    >>> point.grad[:] = 0.003
    >>> optimizer.step()
    >>> point.value.round(3)  # 5 - 0.1 (1 + 0.2 * 5)
    array([4.8])
    """

    weight_decay = checked("weight_decay", "Share of a parameter, in units of eta; 0 or more.")

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float = 0.001,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
        self.weight_decay = weight_decay

    def _update(self, value: Array, grad: Array, memory: list[Array]) -> None:
        shrink(value, self.learning_rate * self.weight_decay)
        super()._update(value, grad, memory)
