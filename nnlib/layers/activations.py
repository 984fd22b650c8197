"""Activation functions: the bend between two dense layers.

Each keeps its output, because nearly every derivative is shortest in terms of it. More of them
are in `rectifiers.py`, and `softmax.py` has the one that looks at a whole row.
"""

from nnlib.kernels.activations import (
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
    threshold_forward,
)
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, check_floats, check_grad
from nnlib.layers.memory import empty_like, flat

#: Where the logistic function is still an ordinary number, for floats of 4 and 8 bytes.
SMALLEST = {4: -87.3, 8: -708.0}


class Activation(Layer):
    """A function that keeps the shape; a subclass gives the function and the way back.

    All but `Softmax` are applied to every number by itself.
    """

    def __init__(self) -> None:
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the function of each entry of `x`, in the same shape."""
        self._output = self._function(check_floats(type(self).__name__, x))
        return self._output

    def backward(self, grad: Array) -> Array:
        """Return grad times the slope at each entry of the last input."""
        grad = check_grad(type(self).__name__, grad, self._output)
        assert self._output is not None  # check_grad has seen to it
        out = empty_like(grad)
        self._backward(flat(self._output), flat(grad), flat(out))
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
    >>> import numpy as np
    >>> ReLU().forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def _function(self, x: Array) -> Array:
        out = empty_like(x)
        relu_forward(flat(x), flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        relu_backward(output, grad, out)


class Threshold(Activation):
    r"""Step: 1 where the input is positive, else 0; the activation function of a perceptron.

    .. math:: a = 1 \text{ if } z > 0 \text{ else } 0, \qquad da/dz = 0

    The step is flat on both sides, so a small change of a weight changes nothing, and every
    gradient behind it is zero: gradient descent learns nothing through it. (At z = 0 there is no
    slope at all; zero stands for it.) The perceptron rule does without slopes; for gradient
    descent put `Sigmoid`, a step with rounded corners, in its place.

    References
    ----------
    McCulloch and Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".

    Examples
    --------
    >>> import numpy as np
    >>> Threshold().forward(np.array([[-0.1, 0.0, 0.1]]))
    array([[0., 0., 1.]])
    """

    def _function(self, x: Array) -> Array:
        out = empty_like(x)
        threshold_forward(flat(x), flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        out[:] = 0


class Tanh(Activation):
    r"""Hyperbolic tangent: squash to (-1, 1).

    .. math:: a = \tanh z, \qquad da/dz = 1 - a^2

    References
    ----------
    LeCun, Bottou, Orr and Mueller (1998), "Efficient BackProp", section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> Tanh().forward(np.array([[0.0, 1.0]])).round(3)
    array([[0.   , 0.762]])
    """

    def _function(self, x: Array) -> Array:
        out = empty_like(x)
        tanh_forward(flat(x), flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        tanh_backward(output, grad, out)


class Sigmoid(Activation):
    r"""Logistic function: squash to (0, 1).

    .. math:: a = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad da/dz = a (1 - a)

    computed from :math:`e^{-|z|}`, which overflows for no z.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 3.10.

    Examples
    --------
    >>> import numpy as np
    >>> Sigmoid().forward(np.array([[0.0, 2.0]])).round(3)
    array([[0.5  , 0.881]])
    """

    def _function(self, x: Array) -> Array:
        out = empty_like(x)
        sigmoid_forward(flat(x), SMALLEST[x.itemsize], flat(out))
        return out

    def _backward(self, output: Array, grad: Array, out: Array) -> None:
        sigmoid_backward(output, grad, out)
