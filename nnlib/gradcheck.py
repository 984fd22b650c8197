"""Is `backward` right? Compare it with differences of the loss."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.kernels.types import Array, Labels
from nnlib.layers import Layer
from nnlib.losses import Loss
from nnlib.threads import limited_blas_threads


@dataclass(frozen=True)
class GradientReport:
    """Worst relative error of the gradient of each parameter, and of the input.

    Attributes
    ----------
    parameters : tuple of float
        One for each parameter, in the order of `network.parameters()`.
    input : float
        The same for dL/dx.
    """

    parameters: tuple[float, ...]
    input: float

    @property
    def worst(self) -> float:
        """The largest of all, or NaN if there is one."""
        return float(np.max((*self.parameters, self.input)))


def check_gradients(
    network: Layer,
    loss: Loss,
    x: Array,
    y: Array | Labels,
    *,
    difference: float = 1e-5,
    training: bool = False,
) -> GradientReport:
    r"""Compare `backward` with central differences, entry by entry.

    .. math:: \frac{\partial L}{\partial \theta} \approx
              \frac{L(\theta + h) - L(\theta - h)}{2h}

    The relative error of a parameter is the largest absolute difference between the two
    gradients, divided by the largest entry of either.

    Parameters
    ----------
    network : Layer
        With float64 parameters: in float32 the differences drown in rounding.
    loss : Loss
    x : ndarray of float64, shape (batch, features)
    y : ndarray
        Targets for the loss.
    difference : float
        h.
    training : bool
        Whether the passes are those of training. `Dropout` has to be `frozen` then, or each pass
        draws another mask; what the passes do to running means is undone.

    Returns
    -------
    GradientReport
        Errors near 1e-10 are right; near 1e-2 there is a mistake. A ReLU that bends within h of
        an input shows as a mistake too.

    Raises
    ------
    TypeError
        If `x` or a parameter is not float64.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 11.5.

    Examples
    --------
    >>> from nnlib import CrossEntropy, Dense, Sequential, Tanh
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(
    ...     Dense(2, 3, rng=rng, dtype=np.float64), Tanh(), Dense(3, 2, rng=rng, dtype=np.float64)
    ... )
    >>> report = check_gradients(network, CrossEntropy(), rng.normal(size=(4, 2)), np.arange(4) % 2)
    >>> report.worst < 1e-6
    True
    """
    for array in (x, *(parameter.value for parameter in network.parameters())):
        if array.dtype != np.float64:
            raise TypeError(
                f"check_gradients expects float64 throughout, got {array.dtype}; "
                "make the layers with dtype=np.float64 and convert x with x.astype(np.float64)"
            )
    x = x.copy()  # it is nudged below
    buffers = [(buffer, buffer.copy()) for buffer in network.buffers()]

    def value() -> float:
        return loss.value(network.forward(x, training=training), y)

    try:
        with limited_blas_threads():
            prediction = network.forward(x, training=training)
            input_grad = network.backward(loss.gradient(prediction, y))
            grads = [parameter.grad.copy() for parameter in network.parameters()]
            errors = [
                _worst_error(grad, parameter.value, value, difference)
                for grad, parameter in zip(grads, network.parameters(), strict=True)
            ]
            return GradientReport(tuple(errors), _worst_error(input_grad, x, value, difference))
    finally:
        for buffer, kept in buffers:
            buffer[...] = kept


def _worst_error(grad: Array, array: Array, value: Callable[[], float], h: float) -> float:
    """Largest difference between `grad` and the central differences over `array`, relative."""
    numeric = np.empty_like(grad)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = value()
        array[index] = kept - h
        below = value()
        array[index] = kept
        numeric[index] = (above - below) / (2 * h)
    scale = float(np.max(np.abs((grad, numeric))))
    # A scale of NaN is no reason to call a gradient right.
    return float(np.max(np.abs(grad - numeric))) / scale if scale != 0 else 0.0
