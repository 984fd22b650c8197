"""Activation functions: the bend between two dense layers.

Each keeps its output, because each derivative is shortest in terms of it.
"""

import numpy as np

from nnlib.kernels.activations import relu_backward, relu_forward, sigmoid_backward, tanh_backward
from nnlib.kernels.types import FLOATS, Array
from nnlib.layers.base import Layer, check_grad


class Activation(Layer):
    """A function applied to every number by itself; a subclass gives the function and its slope."""

    def __init__(self) -> None:
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the function of each entry of `x`, in the same shape."""
        name = type(self).__name__
        if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
            got = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
            raise TypeError(
                f"{name} expects an array of float32 or float64, got {got}; "
                "convert it with np.asarray(x, dtype=np.float32)"
            )
        self._output = self._function(np.ascontiguousarray(x))
        return self._output

    def backward(self, grad: Array) -> Array:
        """Return grad times the slope at each entry of the last input."""
        grad = check_grad(type(self).__name__, grad, self._output)
        assert self._output is not None  # check_grad has seen to it
        out = np.empty_like(grad)
        self._backward(self._output.reshape(-1), grad.reshape(-1), out.reshape(-1))
        return out

    def _function(self, x: Array) -> Array:
        raise NotImplementedError

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ReLU(Activation):
    r"""Rectified linear unit: keep what is positive, cut the rest to zero.

    .. math:: a = \max(z, 0), \qquad da/dz = 1 \text{ if } z > 0 \text{ else } 0

    References
    ----------
    Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def _function(self, x: Array) -> Array:
        out = np.empty_like(x)
        relu_forward(x.reshape(-1), out.reshape(-1))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        relu_backward(output, grad, out)


class Tanh(Activation):
    r"""Hyperbolic tangent: squash to (-1, 1).

    .. math:: a = \tanh z, \qquad da/dz = 1 - a^2

    References
    ----------
    LeCun, Bottou, Orr and Mueller (1998), "Efficient BackProp", section 4.4.

    Examples
    --------
    >>> Tanh().forward(np.array([[0.0, 1.0]])).round(3)
    array([[0.   , 0.762]])
    """

    def _function(self, x: Array) -> Array:
        return np.tanh(x)  # NumPy's own is vectorised; a loop over math.tanh is 30 times slower

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        tanh_backward(output, grad, out)


class Sigmoid(Activation):
    r"""Logistic function: squash to (0, 1).

    .. math:: a = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad da/dz = a (1 - a)

    computed as :math:`(1 + \tanh(z/2)) / 2`, which overflows for no z.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 3.10.

    Examples
    --------
    >>> Sigmoid().forward(np.array([[0.0, 2.0]])).round(3)
    array([[0.5  , 0.881]])
    """

    def _function(self, x: Array) -> Array:
        out = np.tanh(x * x.dtype.type(0.5))
        out += 1
        out *= x.dtype.type(0.5)
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        sigmoid_backward(output, grad, out)
