"""First values of weights: random, small, and scaled by the number of inputs and outputs.

An initializer is any function `(shape, *, rng, dtype) -> array`, where `shape` is
`(in_features, out_features)` for a dense layer and `(out_channels, in_channels, height, width)`
for a convolution; see `Initializer`.
"""

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_number
from nnlib.kernels.types import Array


class Initializer(Protocol):
    """What a layer calls to fill its weights."""

    def __call__(
        self, shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = ...
    ) -> Array:
        """Return first weights.

        Parameters
        ----------
        shape : tuple of int
            As in `fans`.
        rng : numpy.random.Generator
            Where the numbers come from.
        dtype : dtype
            float32 or float64; both start from the same numbers.

        Returns
        -------
        ndarray of `shape`
        """
        ...


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many numbers feed one output, and how many outputs one number feeds.

    Parameters
    ----------
    shape : tuple of int
        `(in_features, out_features)`, or `(out_channels, in_channels, height, width)`, where each
        output sees one window and each input stands in as many windows as a window has places.

    Returns
    -------
    (int, int)
        n_in and n_out.

    Raises
    ------
    ValueError
        If the shape has another length.

    Examples
    --------
    >>> fans((784, 128)), fans((16, 6, 5, 5))
    ((784, 128), (150, 400))
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) == 4:
        window = shape[2] * shape[3]
        return shape[1] * window, shape[0] * window
    raise ValueError(
        "an initializer expects a shape (in_features, out_features) or (out_channels, in_channels, "
        f"height, width), got {tuple(shape)}; fill other arrays with normal(std)"
    )


def glorot_uniform(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights that keep the spread of signals alike forward and backward.

    .. math:: W_{ij} \sim U(-a, a), \qquad a = \sqrt{6 / (n_{in} + n_{out})}

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

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
    return _uniform(math.sqrt(6.0 / sum(fans(shape))), shape, rng, dtype)


def glorot_normal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""As `glorot_uniform`, with the same spread and no limit.

    .. math:: W_{ij} \sim N(0, 2 / (n_{in} + n_{out}))

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

    References
    ----------
    Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", equation 12.

    Examples
    --------
    >>> weight = glorot_normal((200, 200), rng=np.random.default_rng(0))
    >>> round(float(weight.std()), 3)  # sqrt(2 / 400)
    0.071
    """
    return _normal(math.sqrt(2.0 / sum(fans(shape))), shape, rng, dtype)


def he_normal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights for ReLU, which passes only half of its inputs on.

    .. math:: W_{ij} \sim N(0, 2 / n_{in})

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

    References
    ----------
    He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", equation 10.

    Examples
    --------
    >>> weight = he_normal((200, 100), rng=np.random.default_rng(0))
    >>> round(float(weight.std()), 2)
    0.1
    """
    return _normal(math.sqrt(2.0 / fans(shape)[0]), shape, rng, dtype)


def he_uniform(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""As `he_normal`, with the same spread and a limit.

    .. math:: W_{ij} \sim U(-a, a), \qquad a = \sqrt{6 / n_{in}}

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

    References
    ----------
    He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", equation 10.

    Examples
    --------
    >>> weight = he_uniform((6, 4), rng=np.random.default_rng(0))
    >>> bool(abs(weight).max() <= 1.0)
    True
    """
    return _uniform(math.sqrt(6.0 / fans(shape)[0]), shape, rng, dtype)


def lecun_normal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw weights that keep the spread of signals on the way forward.

    .. math:: W_{ij} \sim N(0, 1 / n_{in})

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

    References
    ----------
    LeCun, Bottou, Orr and Mueller (1998), "Efficient BackProp", section 4.6.

    Examples
    --------
    >>> weight = lecun_normal((100, 200), rng=np.random.default_rng(0))
    >>> round(float(weight.std()), 2)
    0.1
    """
    return _normal(math.sqrt(1.0 / fans(shape)[0]), shape, rng, dtype)


def orthogonal(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    r"""Draw a random rotation, which changes the length of no signal.

    .. math:: W^T W = I, \text{ or } W W^T = I \text{ where there are more outputs than inputs}

    Parameters
    ----------
    shape, rng, dtype
        As for every `Initializer`.

    References
    ----------
    Saxe, McClelland and Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks". Of a convolution each filter is one row.

    Examples
    --------
    >>> weight = orthogonal((3, 2), rng=np.random.default_rng(0), dtype=np.float64)
    >>> bool(np.allclose(weight.T @ weight, np.eye(2)))
    True
    """
    fans(shape)  # refuses shapes of another length
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.copysign(1.0, np.diag(r))  # without it some rotations come up more often than others
    return _as((q if rows >= columns else q.T).reshape(shape), dtype)


def normal(std: float) -> Initializer:
    r"""Make an initializer that draws with one spread, whatever the shape.

    .. math:: W_{ij} \sim N(0, s^2)

    Parameters
    ----------
    std : float
        s, 0 or more.

    Returns
    -------
    callable
        An initializer.

    Raises
    ------
    ValueError
        If `std` is no finite number, or less than 0.

    Examples
    --------
    >>> weight = normal(0.01)((200, 100), rng=np.random.default_rng(0))
    >>> round(float(weight.std()), 3)
    0.01
    """
    spread = check_number("normal", "std", std)

    def draw(
        shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> Array:
        return _normal(spread, shape, rng, dtype)

    return draw


def zeros(
    shape: tuple[int, ...], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Array:
    """Return zeros, and draw nothing from `rng`.

    It suits a single neuron and biases. The units of a hidden layer that starts so stay alike for
    ever, because each gets the same gradient.

    Examples
    --------
    >>> zeros((1, 2), rng=np.random.default_rng(0)).tolist()
    [[0.0, 0.0]]
    """
    return np.zeros(shape, dtype=dtype)


def _uniform(limit: float, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any) -> Array:
    """Numbers from -limit to limit."""
    return _as(rng.uniform(-limit, limit, shape), dtype)


def _normal(std: float, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any) -> Array:
    """Normally distributed numbers around 0."""
    return _as(rng.normal(0.0, std, shape), dtype)


def _as(values: npt.NDArray[np.float64], dtype: Any) -> Array:
    """Convert the drawn float64 values, so that every dtype starts from the same numbers."""
    return np.ascontiguousarray(values, dtype=dtype)
