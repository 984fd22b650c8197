"""Relatives of ReLU: each lets something through where the input is negative."""

import numpy as np

from nnlib.checks import check_number
from nnlib.kernels.activations import (
    elu_backward,
    gelu_backward,
    gelu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
)
from nnlib.kernels.types import Array
from nnlib.layers.activations import Activation
from nnlib.layers.memory import empty_like, flat


class LeakyReLU(Activation):
    r"""ReLU with a small slope on the negative side, so that no unit is ever dead.

    .. math:: a = z \text{ if } z > 0 \text{ else } s z, \qquad
              da/dz = 1 \text{ if } z > 0 \text{ else } s

    Parameters
    ----------
    negative_slope : float
        s, 0 or more; 0 gives ReLU.

    Raises
    ------
    ValueError
        If the slope is no finite number, or less than 0.

    References
    ----------
    Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".

    Examples
    --------
    >>> LeakyReLU(0.1).forward(np.array([[-1.0, 2.0]]))
    array([[-0.1,  2. ]])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = check_number("LeakyReLU", "negative_slope", negative_slope)

    def _function(self, x: Array) -> Array:
        out = empty_like(x)
        leaky_relu_forward(flat(x), self.negative_slope, flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        leaky_relu_backward(output, grad, self.negative_slope, out)

    def __repr__(self) -> str:
        return f"LeakyReLU({self.negative_slope:g})"


class Softplus(Activation):
    r"""A ReLU without a corner; its slope is the logistic function.

    .. math:: a = \log(1 + e^z), \qquad da/dz = \sigma(z) = 1 - e^{-a}

    computed as :math:`\max(z, 0) + \log(1 + e^{-|z|})`, which overflows for no z.

    References
    ----------
    Dugas, Bengio, Belisle, Nadeau and Garcia (2001), "Incorporating second-order functional
    knowledge for better option pricing".

    Examples
    --------
    >>> Softplus().forward(np.array([[-1000.0, 0.0, 1000.0]])).round(3)
    array([[0.000e+00, 6.930e-01, 1.000e+03]])
    """

    def _function(self, x: Array) -> Array:
        out: Array = np.log1p(np.exp(-np.abs(x)))  # vectorised, as in Tanh
        out += np.maximum(x, 0)
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        np.expm1(-output, out=out)  # near 0 this keeps the digits that 1 - exp(-a) would lose
        out *= -grad


class ELU(Activation):
    r"""Exponential linear unit: bends smoothly down to -alpha instead of stopping at 0.

    .. math:: a = z \text{ if } z > 0 \text{ else } \alpha (e^z - 1), \qquad
              da/dz = 1 \text{ if } z > 0 \text{ else } a + \alpha

    Parameters
    ----------
    alpha : float
        0 or more. The slope has no jump at 0 if it is 1.

    Raises
    ------
    ValueError
        If alpha is no finite number, or less than 0.

    References
    ----------
    Clevert, Unterthiner and Hochreiter (2016), "Fast and accurate deep network learning by
    exponential linear units (ELUs)", equation 15.

    Examples
    --------
    >>> ELU().forward(np.array([[-1000.0, -1.0, 2.0]])).round(3)
    array([[-1.   , -0.632,  2.   ]])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = check_number("ELU", "alpha", alpha)

    def _function(self, x: Array) -> Array:
        # One of the two terms is 0 everywhere, and neither overflows.
        out: Array = np.expm1(np.minimum(x, 0))
        out *= self.alpha
        out += np.maximum(x, 0)
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        elu_backward(output, grad, self.alpha, out)

    def __repr__(self) -> str:
        return f"ELU({self.alpha:g})"


class GELU(Activation):
    r"""Gaussian error linear unit: the input times the share of a normal population below it.

    .. math:: a = z\, \Phi(z), \quad
              \Phi(z) = \tfrac12 \operatorname{erfc}\big(-z / \sqrt2\big), \qquad
              da/dz = \Phi(z) + z\, \varphi(z), \quad
              \varphi(z) = e^{-z^2/2} / \sqrt{2 \pi}

    This is the exact form, by the error function, and not the approximation by tanh that many
    programs mean. It goes down to -0.17 at z = -0.75, so z cannot be told from the output: unlike
    the others this layer keeps its input.

    References
    ----------
    Hendrycks and Gimpel (2016), "Gaussian error linear units (GELUs)", section 2.

    Examples
    --------
    >>> GELU().forward(np.array([[-1.0, 0.0, 1.0]])).round(3)
    array([[-0.159,  0.   ,  0.841]])
    """

    def _function(self, x: Array) -> Array:
        self._input = x
        out = empty_like(x)
        gelu_forward(flat(x), flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        gelu_backward(flat(self._input), grad, out)
