"""The fully connected layer."""

import math

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_rng
from nnlib.initializers import Initializer, glorot_uniform
from nnlib.kernels.dense import dense_backward_input, dense_backward_parameters, dense_forward
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, Parameter, check_grad, check_input


class Dense(Layer):
    r"""A fully connected layer: every output is a weighted sum of every input, plus a bias.

    .. math:: z = x W + b

    and, with :math:`\delta = \partial L / \partial z`,

    .. math:: \partial L/\partial W = x^T \delta, \quad
              \partial L/\partial b = \textstyle\sum_{batch} \delta, \quad
              \partial L/\partial x = \delta W^T

    Parameters
    ----------
    in_features, out_features : int
        Length of a row of the input and of the output.
    rng : numpy.random.Generator
        Draws the first weights; the biases start at zero.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer : callable
        See `nnlib.initializers`.

    Attributes
    ----------
    weight : Parameter of shape (in_features, out_features)
    bias : Parameter of shape (out_features,)

    Raises
    ------
    ValueError
        If a size is not a positive integer, or `x` is not of shape (batch, in_features).
    TypeError
        If the dtype of `x` is not the layer's, or `rng` is no generator.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.5.

    Examples
    --------
    >>> layer = Dense(2, 1, rng=np.random.default_rng(0))
    >>> layer.weight.value[:] = [[3.0], [4.0]]
    >>> layer.forward(np.array([[1.0, 2.0]], dtype=np.float32)).tolist()
    [[11.0]]
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
        initializer: Initializer = glorot_uniform,
    ) -> None:
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            check_count("Dense", name, size)
        check_rng("Dense", rng)
        shape = (int(in_features), int(out_features))
        self.weight = Parameter(initializer(shape, rng=rng, dtype=dtype))
        self.bias = Parameter(np.zeros(out_features, dtype=dtype))
        self._input: Array | None = None
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return x @ weight + bias, of shape (batch, out_features).

        A batch of sequences, (batch, time, in_features), is multiplied at every step of each.
        """
        weight = self.weight.value
        rows = _rows(check_input("Dense", x, weight.shape[0], weight.dtype))
        out = np.empty((len(rows), weight.shape[1]), dtype=weight.dtype)
        dense_forward(rows, weight, self.bias.value, out)
        self._input = rows
        self._output = out if x.ndim == 2 else out.reshape(*x.shape[:2], weight.shape[1])
        return self._output

    def backward(self, grad: Array) -> Array:
        """Write both gradients and return grad @ weight.T, of the shape of the input."""
        self.backward_parameters(grad)
        n_in = self.weight.value.shape[0]
        rows = _rows(np.ascontiguousarray(grad))
        out = np.empty((len(rows), n_in), dtype=grad.dtype)
        dense_backward_input(rows, self.weight.value, out)
        return out if grad.ndim == 2 else out.reshape(*grad.shape[:2], n_in)

    def backward_parameters(self, grad: Array) -> None:
        """Write x.T @ grad and the sum of grad over the batch."""
        grad = check_grad("Dense", grad, self._output)
        assert self._input is not None  # set together with _output
        dense_backward_parameters(self._input, _rows(grad), self.weight.grad, self.bias.grad)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return weight and bias."""
        return (self.weight, self.bias)

    @property
    def window(self) -> None:
        """None: every output sees every input."""

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """A row."""
        return (self.weight.value.shape[0],)

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return the number of weights: each is used once, or once at each step of a sequence."""
        return self.weight.value.size * math.prod(shape[:-1])

    def __repr__(self) -> str:
        return "Dense({}, {})".format(*self.weight.value.shape)


def _rows(x: Array) -> Array:
    """A view with one row for each step of each sequence; a batch of rows is one already."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
