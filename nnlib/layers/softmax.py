"""Softmax as a layer."""

import numpy as np

from nnlib.kernels.softmax import softmax_backward, softmax_forward
from nnlib.kernels.types import Array
from nnlib.layers.activations import Activation
from nnlib.layers.base import check_grad


class Softmax(Activation):
    r"""Turn every row of numbers into probabilities: positive, with a sum of 1.

    .. math:: p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad
              \frac{\partial L}{\partial z_k}
              = p_k \Big( g_k - \sum_j g_j p_j \Big), \quad
              g = \frac{\partial L}{\partial p}

    A row is the last axis. Unlike the other activations, an output depends on every input of its
    row, so the way back is a product with the Jacobian
    :math:`\partial p_j / \partial z_k = p_j ([j = k] - p_k)`, which is never written out.

    To train a classifier, leave this layer out: `CrossEntropy` takes logits and holds a softmax
    of its own. It is for probabilities inside a network, and to look at them.

    Raises
    ------
    ValueError
        If the rows are empty.

    References
    ----------
    Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs".

    Examples
    --------
    >>> Softmax().forward(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """

    def _function(self, x: Array) -> Array:
        if x.shape[-1] == 0:
            raise ValueError(
                f"Softmax expects at least one number in each row, got shape {x.shape}; "
                "probabilities of nothing have no sum of 1"
            )
        x = np.ascontiguousarray(x)  # a row of numbers has to lie in a row
        out = np.empty_like(x)
        softmax_forward(_rows(x, x.shape[-1]), _rows(out, x.shape[-1]))
        return out

    def backward(self, grad: Array) -> Array:
        """Return dL/dx, row by row."""
        grad = np.ascontiguousarray(check_grad("Softmax", grad, self._output))
        assert self._output is not None  # check_grad has seen to it
        size, out = grad.shape[-1], np.empty_like(grad)
        softmax_backward(_rows(self._output, size), _rows(grad, size), _rows(out, size))
        return out


def _rows(values: Array, size: int) -> Array:
    """The same numbers as a matrix with rows of this size."""
    return values.reshape(-1, size)
