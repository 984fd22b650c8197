"""Batch normalisation."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_number
from nnlib.kernels.batch_norm import (
    image_backward,
    image_moments,
    image_normalize,
    row_backward,
    row_moments,
    row_normalize,
)
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, Parameter, check_floats, check_grad
from nnlib.layers.memory import batch_last, empty_like


class BatchNorm(Layer):
    r"""Batch normalisation: centre and scale each feature over the batch, then learn both anew.

    .. math:: \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad
              y = \gamma \hat x + \beta

    In training mu and sigma^2 are the mean and the variance of the batch, for images (batch,
    channels, height, width) of a channel over the batch and all its pixels. Else they are running
    means, which every training pass moves a little towards those of its batch,

    .. math:: \bar\mu \leftarrow (1 - m)\,\bar\mu + m\,\mu, \qquad
              \bar\sigma^2 \leftarrow (1 - m)\,\bar\sigma^2 + m\,\tfrac{M}{M - 1}\,\sigma^2

    with M numbers in the mean: so a prediction does not depend on what else is in its batch. Back,
    with :math:`g = \partial L / \partial y`,

    .. math:: \partial L/\partial\gamma = \textstyle\sum g \hat x, \quad
              \partial L/\partial\beta = \textstyle\sum g, \quad
              \frac{\partial L}{\partial x} = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
              \Big( g - \tfrac1M \textstyle\sum g - \hat x\, \tfrac1M \sum g \hat x \Big)

    where the two sums fall away outside training, because mu and sigma^2 are constants there.

    Parameters
    ----------
    features : int
        Features of a row, or channels of an image.
    momentum : float
        m, more than 0 and at most 1: the weight of the newest batch.
    epsilon : float
        Keeps the division finite; more than 0.
    dtype : dtype
        float32, or float64 for gradient checks.

    Attributes
    ----------
    gamma, beta : Parameter of shape (features,)
        They start at 1 and 0.
    running_mean, running_variance : ndarray of shape (features,)
        They start at 0 and 1; `save` and `load` keep them.

    Raises
    ------
    ValueError
        If a setting is out of range, `x` has other features, or a training batch holds a single
        number of each feature, which has no variance.
    TypeError
        If the dtype of `x` is not the layer's.

    References
    ----------
    Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", algorithms 1 and 2.

    Examples
    --------
    >>> layer = BatchNorm(1)
    >>> x = np.array([[1.0], [3.0]], dtype=np.float32)
    >>> layer.forward(x, training=True).round(2).tolist()
    [[-1.0], [1.0]]
    >>> layer.running_mean.round(2).tolist()  # a tenth of the way to 2
    [0.2]
    """

    def __init__(
        self,
        features: int,
        *,
        momentum: float = 0.1,
        epsilon: float = 1e-5,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        check_count("BatchNorm", "features", features)
        self.momentum = check_number("BatchNorm", "momentum", momentum, above=0.0, most=1.0)
        self.epsilon = check_number("BatchNorm", "epsilon", epsilon, above=0.0)
        self.gamma = Parameter(np.ones(features, dtype=dtype))
        self.beta = Parameter(np.zeros(features, dtype=dtype))
        self.running_mean = np.zeros(features, dtype=dtype)
        self.running_variance = np.ones(features, dtype=dtype)
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return gamma times the normalised `x` plus beta, of the shape of `x`."""
        x = self._check(x)
        count = x.size // x.shape[1]
        mean, variance = self.running_mean, self.running_variance
        if training:
            mean, variance = self._measure(x, count)
        self._share = 1.0 / count if training else 0.0
        self._inverse = 1 / np.sqrt(variance + self.epsilon)
        self._normalized, self._output = empty_like(x), empty_like(x)
        (row_normalize if x.ndim == 2 else image_normalize)(
            _places(x),
            mean,
            self._inverse,
            self.gamma.value,
            self.beta.value,
            _places(self._normalized),
            _places(self._output),
        )
        return self._output

    def _measure(self, x: Array, count: int) -> tuple[Array, Array]:
        """Mean and variance of each feature of the batch; the running ones follow them."""
        if count < 2:
            raise ValueError(
                "BatchNorm expects at least 2 samples in a training batch, as one alone has no "
                f"variance, got {len(x)}; choose a batch_size that leaves no single sample over"
            )
        mean, variance = np.empty((2, x.shape[1]), dtype=x.dtype)
        (row_moments if x.ndim == 2 else image_moments)(_places(x), mean, variance)
        self.running_mean += self.momentum * (mean - self.running_mean)
        unbiased = variance * (count / (count - 1))
        self.running_variance += self.momentum * (unbiased - self.running_variance)
        return mean, variance

    def backward(self, grad: Array) -> Array:
        """Write the gradients of gamma and beta and return dL/dx."""
        grad = check_grad("BatchNorm", grad, self._output)
        out = empty_like(grad)
        (row_backward if grad.ndim == 2 else image_backward)(
            _places(self._normalized),
            _places(grad),
            self.gamma.value * self._inverse,
            self._share,
            self.gamma.grad,
            self.beta.grad,
            _places(out),
        )
        return out

    def parameters(self) -> tuple[Parameter, ...]:
        """Return gamma and beta."""
        return (self.gamma, self.beta)

    def buffers(self) -> tuple[Array, ...]:
        """Return the running mean and the running variance."""
        return (self.running_mean, self.running_variance)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """A row; of images it knows the channels only."""
        return (self.running_mean.size,)

    def _check(self, x: Array) -> Array:
        """Return `x`, contiguous, if it has the layer's features and dtype; else say why not."""
        x, features = check_floats("BatchNorm", x), self.running_mean.size
        if x.ndim not in (2, 4) or x.shape[1] != features:
            raise ValueError(
                f"BatchNorm expects x of shape (batch, {features}) or (batch, {features}, height, "
                f"width), got {x.shape}; make it with BatchNorm(features) for the second axis"
            )
        if x.dtype != self.running_mean.dtype:
            raise TypeError(
                f"BatchNorm expects x of dtype {self.running_mean.dtype}, got {x.dtype}; "
                f"convert it with x.astype(np.{self.running_mean.dtype})"
            )
        return x

    def __repr__(self) -> str:
        return f"BatchNorm({self.running_mean.size})"


def _places(x: Array) -> Array:
    """Images as (height, channels, places), for the kernels; rows as they are."""
    return x if x.ndim == 2 else batch_last(x).reshape(x.shape[2], x.shape[1], -1)
