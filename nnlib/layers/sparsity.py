"""A penalty on activations, as a layer."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_number
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, check_floats, check_grad


class KLSparsity(Layer):
    r"""Let every unit before it be active only seldom, as in a sparse autoencoder.

    The layer passes its input on unchanged. In training it measures how active each unit is on
    average over the batch, and how far that is from a target:

    .. math:: \hat\rho_j = \frac1B \sum_i a_{ij}, \qquad
              \Omega = \lambda \sum_j \rho \log\frac{\rho}{\hat\rho_j}
                       + (1 - \rho) \log\frac{1 - \rho}{1 - \hat\rho_j}

    A penalty on activations is part of the loss, and its gradient enters where the activations
    are: on the way back the layer adds

    .. math:: \frac{\partial \Omega}{\partial a_{ij}}
              = \frac{\lambda}{B} \Big( \frac{1 - \rho}{1 - \hat\rho_j}
                                        - \frac{\rho}{\hat\rho_j} \Big)

    to the gradient that comes from the layers behind it. `Loss` objects do not know of it: the
    loss that `fit` reports is without it, and `value` holds it. Outside training the layer does
    nothing at all.

    Parameters
    ----------
    target : float
        rho, between 0 and 1: the share of the time that a unit should be active; 0.05 is usual.
    strength : float
        lambda, 0 or more.

    Attributes
    ----------
    value : float
        Omega of the last training pass, in nats; 0 before the first.
    mean_activation : ndarray of float64 or None
        rho-hat of each unit in the last training pass.

    Raises
    ------
    ValueError
        If a setting is out of range, or in training a mean activation is not between 0 and 1: put
        the layer after `Sigmoid`.

    References
    ----------
    Ng (2011), "Sparse autoencoder", CS294A lecture notes, section 3.

    Examples
    --------
    >>> layer = KLSparsity(0.5, 1.0)
    >>> x = np.array([[0.9, 0.5], [0.7, 0.5]])
    >>> layer.forward(x, training=True) is x
    True
    >>> round(layer.value, 3), layer.backward(np.zeros((2, 2))).round(3).tolist()
    (0.223, [[0.938, 0.0], [0.938, 0.0]])
    """

    def __init__(self, target: float, strength: float) -> None:
        self.target = check_number("KLSparsity", "target", target, above=0.0, below=1.0)
        self.strength = check_number("KLSparsity", "strength", strength)
        self.value = 0.0
        self.mean_activation: npt.NDArray[np.float64] | None = None
        self._output: Array | None = None
        self._slope: Array | None = None  # what backward adds; None outside training

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return `x`; in training, measure the mean activations on the way."""
        x = check_floats("KLSparsity", x)
        self._slope = self._measure(x) if training and len(x) else None
        self._output = x
        return x

    def _measure(self, x: Array) -> Array:
        """Note the penalty, and return its derivative by one activation of each unit."""
        mean = x.mean(axis=0, dtype=np.float64)
        if (mean < 0).any() or (mean > 1).any():
            raise ValueError(
                "KLSparsity expects mean activations between 0 and 1, got values from "
                f"{mean.min():g} to {mean.max():g}; put it after Sigmoid()"
            )
        self.mean_activation = mean
        # A unit that is silent or on for the whole batch would make the logarithm infinite.
        least = float(np.finfo(x.dtype).eps)
        rho, mean = self.target, np.clip(mean, least, 1 - least)
        distance = rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))
        self.value = self.strength * float(distance.sum())
        slope: Array = self.strength / len(x) * ((1 - rho) / (1 - mean) - rho / mean)
        return slope.astype(x.dtype)

    def backward(self, grad: Array) -> Array:
        """Return grad, in training with the gradient of the penalty added."""
        grad = check_grad("KLSparsity", grad, self._output)
        return grad if self._slope is None else grad + self._slope

    def __repr__(self) -> str:
        return f"KLSparsity({self.target:g}, {self.strength:g})"
