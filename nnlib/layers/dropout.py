"""Dropout."""

import numpy as np

from nnlib.checks import check_number, check_rng
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, check_floats, check_grad
from nnlib.layers.memory import in_order


class Dropout(Layer):
    r"""Dropout: in training, silence each number by chance, and let the rest speak louder.

    .. math:: a = x \odot m, \qquad
              m_{ij} = 0 \text{ with probability } p, \text{ else } \frac{1}{1 - p}, \qquad
              \frac{\partial L}{\partial x} = \frac{\partial L}{\partial a} \odot m

    The factor 1 / (1 - p) keeps the mean of every input as it was ("inverted" dropout), so
    outside training nothing is left to do: x passes through as it is.

    Parameters
    ----------
    rate : float
        p, 0 or more and less than 1. It may be changed between any two passes.
    rng : numpy.random.Generator
        Draws the masks.

    Attributes
    ----------
    mask : ndarray of the shape of `x`, or None
        The factors m of the last training pass: 0 where a unit was silent.
    frozen : bool
        Whether training passes use the last mask again where it fits, as a gradient check needs.

    Raises
    ------
    ValueError
        If the rate is out of range.
    TypeError
        If `rng` is no generator, or `x` is not of float32 or float64.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting", section 10 for the factor.

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((1, 6)), training=True).tolist()
    [[2.0, 2.0, 2.0, 0.0, 0.0, 0.0]]
    >>> layer.forward(np.ones((1, 6))).tolist()
    [[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    """

    def __init__(self, rate: float, *, rng: np.random.Generator) -> None:
        check_rng("Dropout", rng)
        self.rate = rate
        self.frozen = False
        self.mask: Array | None = None
        self._rng = rng
        self._output: Array | None = None
        self._factors: Array | None = None  # of the last pass; None if it let everything through

    @property
    def rate(self) -> float:
        """Probability that a number is silenced, in [0, 1)."""
        return self._rate

    @rate.setter
    def rate(self, value: float) -> None:
        self._rate = check_number("Dropout", "rate", value, below=1.0)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return x times a new mask in training, else `x` itself."""
        x = check_floats("Dropout", x)
        if training:
            self.mask = self._draw(x)
        self._factors = self.mask if training else None
        self._output = x if self._factors is None else x * self._factors
        return self._output

    def _draw(self, x: Array) -> Array:
        """A mask for `x`: the last one if it is frozen and fits, else a new one."""
        last = self.mask
        if self.frozen and last is not None and last.shape == x.shape and last.dtype == x.dtype:
            return last
        # Always in float32, so that every dtype starts from the same numbers.
        speaks = self._rng.random(x.shape, dtype=np.float32) >= self.rate
        return in_order(speaks * x.dtype.type(1.0 / (1.0 - self.rate)))

    def backward(self, grad: Array) -> Array:
        """Return grad times the mask of the last pass."""
        grad = check_grad("Dropout", grad, self._output)
        return grad if self._factors is None else grad * self._factors

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"
