"""First values of weights: random, small, and scaled by the number of inputs and outputs.

An initializer is any function `(shape, *, rng, dtype) -> array`, where `shape` is
`(in_features, out_features)`, or `(out_channels, in_channels, height, width)` for a convolution.
There one output has in_channels * height * width inputs, and one input as many times the outputs.
"""

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array


class Initializer(Protocol):
    """What a layer calls to fill its weights."""

    def __call__(
        self, shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike
    ) -> Array:
        """Return an array of this shape and dtype."""
        ...


def glorot_uniform(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights that keep the spread of signals alike forward and backward.

    .. math:: W_{ij} \sim U(-a, a), \qquad a = \sqrt{6 / (n_{in} + n_{out})}

    Parameters
    ----------
    shape : tuple of int
        `(in_features, out_features)`, or that of the filters of a convolution.
    rng : numpy.random.Generator
        Where the numbers come from.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    ndarray of `shape`

    References
    ----------
    Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", equation 16.

    Examples
    --------
    >>> weight = glorot_uniform((3, 3), rng=np.random.default_rng(0))
    >>> bool(abs(weight).max() <= 1.0)
    True
    """
    limit = math.sqrt(6.0 / sum(_inputs_and_outputs(shape)))
    return _as(rng.uniform(-limit, limit, shape), dtype)


def he_normal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights for ReLU, which passes only half of its inputs on.

    .. math:: W_{ij} \sim N(0, 2 / n_{in})

    Parameters
    ----------
    shape : tuple of int
        `(in_features, out_features)`, or that of the filters of a convolution.
    rng : numpy.random.Generator
        Where the numbers come from.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    ndarray of `shape`

    References
    ----------
    He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", equation 10.

    Examples
    --------
    >>> weight = he_normal((200, 100), rng=np.random.default_rng(0))
    >>> round(float(weight.std()), 2)
    0.1
    """
    return _as(rng.normal(0.0, math.sqrt(2.0 / _inputs_and_outputs(shape)[0]), shape), dtype)


def _inputs_and_outputs(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers meet in one output, and in how many outputs one input is used."""
    if len(shape) == 2:
        return shape[0], shape[1]
    pixels = math.prod(shape[2:])
    return shape[1] * pixels, shape[0] * pixels


def _as(values: npt.NDArray[np.float64], dtype: Any) -> Array:
    """Convert the drawn float64 values, so that every dtype starts from the same numbers."""
    return values.astype(dtype)
