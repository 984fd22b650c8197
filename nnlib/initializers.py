"""First values of weights: random, small, and scaled by the number of inputs and outputs.

An initializer is any function `(shape, *, rng, dtype) -> array`, where `shape` is
`(in_features, out_features)`.
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
        `(in_features, out_features)`.
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
    limit = math.sqrt(6.0 / (shape[0] + shape[1]))
    return _as(rng.uniform(-limit, limit, shape), dtype)


def he_normal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights for ReLU, which passes only half of its inputs on.

    .. math:: W_{ij} \sim N(0, 2 / n_{in})

    Parameters
    ----------
    shape : tuple of int
        `(in_features, out_features)`.
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
    return _as(rng.normal(0.0, math.sqrt(2.0 / shape[0]), shape), dtype)


def orthogonal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw a matrix that keeps lengths: a rotation, for the weights from state to state.

    .. math:: W^T W = I \text{ (or } W W^T = I \text{ where it has more columns than rows)}

    All eigenvalues of a square one have modulus 1, so nothing fades or grows at first, however
    often it is multiplied by.

    Parameters
    ----------
    shape : tuple of int
        `(in_features, out_features)`.
    rng : numpy.random.Generator
        Where the numbers come from.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    ndarray of `shape`

    References
    ----------
    Saxe, McClelland and Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks".

    Examples
    --------
    >>> weight = orthogonal((4, 4), rng=np.random.default_rng(0), dtype=np.float64)
    >>> bool(np.allclose(weight.T @ weight, np.eye(4)))
    True
    """
    tall = rng.normal(size=(max(shape), min(shape)))
    q, r = np.linalg.qr(tall)
    q *= np.copysign(1.0, np.diagonal(r))  # else the draw would not be uniform over all rotations
    return _as(q if shape[0] >= shape[1] else q.T, dtype)


def _as(values: npt.NDArray[np.float64], dtype: Any) -> Array:
    """Convert the drawn float64 values, so that every dtype starts from the same numbers."""
    return values.astype(dtype)
