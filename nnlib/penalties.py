"""Penalties: a price on large weights, paid on top of the loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnlib.checks import check_number
from nnlib.kernels.penalties import add_scaled, add_signs, sum_of_sizes, sum_of_squares
from nnlib.kernels.types import Array
from nnlib.layers import Parameter


def weights(parameters: Sequence[Parameter]) -> list[Parameter]:
    """Return the parameters that a penalty acts on, which are the weights; see `Parameter`.

    Biases, and the scale and shift of batch normalisation, are few and fit no noise, so they go
    free.

    Parameters
    ----------
    parameters : sequence of Parameter

    Returns
    -------
    list of Parameter

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 7.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import Dense
    >>> layer = Dense(3, 2, rng=np.random.default_rng(0))
    >>> weights(layer.parameters()) == [layer.weight]
    True
    """
    return [parameter for parameter in parameters if parameter.penalized]


@dataclass(frozen=True)
class Penalty:
    """What all penalties share; a subclass says what a weight costs.

    Parameters
    ----------
    strength : float
        lambda, 0 or more.

    Raises
    ------
    ValueError
        If the strength is no finite number, or less than 0.
    """

    strength: float

    def __post_init__(self) -> None:
        check_number(type(self).__name__, "strength", self.strength)

    def value(self, parameters: Sequence[Parameter]) -> float:
        """Return the price of all weights among the parameters."""
        return self.strength * sum(self._price(p.value.reshape(-1)) for p in weights(parameters))

    def add_gradient(self, parameters: Sequence[Parameter]) -> None:
        """Add the derivative of the price to the gradient of each weight."""
        for parameter in weights(parameters):
            self._add_slopes(parameter.value.reshape(-1), parameter.grad.reshape(-1))

    def _price(self, values: Array) -> float:
        """What these weights cost at a strength of 1."""
        raise NotImplementedError

    def _add_slopes(self, values: Array, grad: Array) -> None:
        """Add the derivative of strength times the price."""
        raise NotImplementedError


class L2(Penalty):
    r"""Half the sum of the squared weights: pulls each towards 0 in proportion to its size.

    .. math:: \Omega = \frac\lambda2 \sum_{ij} W_{ij}^2, \qquad
              \frac{\partial \Omega}{\partial W_{ij}} = \lambda W_{ij}

    Parameters
    ----------
    strength : float
        lambda, 0 or more; 1e-4 is a usual start.

    Raises
    ------
    ValueError
        If the strength is no finite number, or less than 0.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 7.1.1.

    Examples
    --------
    >>> import numpy as np
    >>> weight = Parameter(np.array([[3.0, -4.0]]))
    >>> penalty = L2(0.1)
    >>> penalty.value([weight])
    1.25
    >>> penalty.add_gradient([weight])
    >>> weight.grad.round(3)
    array([[ 0.3, -0.4]])
    """

    def _price(self, values: Array) -> float:
        return 0.5 * sum_of_squares(values)

    def _add_slopes(self, values: Array, grad: Array) -> None:
        add_scaled(values, self.strength, grad)


class L1(Penalty):
    r"""The sum of the weights' sizes: pulls each towards 0 with the same force, and many reach it.

    .. math:: \Omega = \lambda \sum_{ij} |W_{ij}|, \qquad
              \frac{\partial \Omega}{\partial W_{ij}} = \lambda \operatorname{sign}(W_{ij})

    with sign(0) = 0. A step of gradient descent jumps over 0, so a weight that the loss does not
    need trembles around 0 by about the learning rate times lambda.

    Parameters
    ----------
    strength : float
        lambda, 0 or more; 1e-4 is a usual start.

    Raises
    ------
    ValueError
        If the strength is no finite number, or less than 0.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 7.1.2.

    Examples
    --------
    >>> import numpy as np
    >>> weight = Parameter(np.array([[3.0, -4.0]]))
    >>> penalty = L1(0.5)
    >>> penalty.value([weight])
    3.5
    >>> penalty.add_gradient([weight])
    >>> weight.grad
    array([[ 0.5, -0.5]])
    """

    def _price(self, values: Array) -> float:
        return sum_of_sizes(values)

    def _add_slopes(self, values: Array, grad: Array) -> None:
        add_signs(values, self.strength, grad)
