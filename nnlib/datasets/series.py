"""One long series of numbers, and windows over it to learn to predict from."""

import math
from numbers import Real

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count
from nnlib.datasets._checks import check_rng

Floats = npt.NDArray[np.float32]

#: Steps of the integration in a unit of time, and units that pass before the series begins.
_STEPS, _WARM_UP = 10, 300


def mackey_glass(length: int, *, tau: float = 17.0, rng: np.random.Generator) -> Floats:
    r"""A chaotic series from an equation with delay: a model of the making of blood cells.

    .. math:: \frac{dx}{dt} = \frac{0.2\, x(t - \tau)}{1 + x(t - \tau)^{10}} - 0.1\, x(t)

    For tau below about 4.5 it comes to rest at 1, then it oscillates, and from about 17 on it is
    chaotic. Integrated by the Runge-Kutta method of order 4 with a step of 0.1; between two steps
    the delayed value is interpolated linearly. One value is taken in each unit of time, after
    the first 300.

    Parameters
    ----------
    length : int
        Number of values.
    tau : float
        Delay in units of time, between 1 and 100; rounded to 0.1.
    rng : np.random.Generator
        Draws the constant that x is up to the start, between 0.9 and 1.3.

    Returns
    -------
    float32 array of shape (length,)

    Raises
    ------
    ValueError
        If `length` is not a positive integer or `tau` is out of range.
    TypeError
        If `rng` is missing or not a generator.

    References
    ----------
    Mackey and Glass (1977), "Oscillation and chaos in physiological control systems", Science 197,
    287-289; as a test of prediction, Jaeger and Haas (2004), "Harnessing nonlinearity", Science
    304, 78-80.

    Examples
    --------
    >>> series = mackey_glass(500, rng=np.random.default_rng(0))
    >>> bool(0.2 < series.min() < 0.6 and 1.1 < series.max() < 1.5)
    True
    """
    check_count("mackey_glass", "length", length)
    if isinstance(tau, bool) or not isinstance(tau, Real) or not 1 <= tau <= 100:
        raise ValueError(
            f"mackey_glass expects tau between 1 and 100, got {tau!r}; 17 is the usual choice"
        )
    check_rng("mackey_glass", rng)
    delay = round(tau * _STEPS)
    values = _integrate(delay, rng.uniform(0.9, 1.3), (_WARM_UP + length - 1) * _STEPS)
    return np.array(values[delay + _WARM_UP * _STEPS :: _STEPS], dtype=np.float32)


def _integrate(delay: int, start: float, steps: int) -> list[float]:
    """The start `delay` + 1 times, then one value for each step of the integration."""
    h, values = 1 / _STEPS, [start] * (delay + 1)
    for i in range(steps):
        x, old, new = values[-1], values[i], values[i + 1]  # x(t), x(t - tau), x(t - tau + h)
        middle = _growth((old + new) / 2)
        k1 = _growth(old) - 0.1 * x
        k2 = middle - 0.1 * (x + h / 2 * k1)
        k3 = middle - 0.1 * (x + h / 2 * k2)
        k4 = _growth(new) - 0.1 * (x + h * k3)
        values.append(x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return values


def _growth(delayed: float) -> float:
    return 0.2 * delayed / (1 + math.pow(delayed, 10))


def windows(
    series: npt.NDArray[np.floating], length: int, *, ahead: int = 1
) -> tuple[Floats, Floats]:
    """Cut a series into overlapping windows, each with the value that comes after it.

    Parameters
    ----------
    series : array of shape (time,)
    length : int
        Values in a window.
    ahead : int
        How many steps after the end of the window the target lies.

    Returns
    -------
    x : float32 array of shape (time - length - ahead + 1, length, 1)
        Windows in their order in time: split them without shuffling.
    targets : float32 array of shape (time - length - ahead + 1, 1)

    Raises
    ------
    ValueError
        If the series is not of shape (time,), or too short.

    Examples
    --------
    >>> x, targets = windows(np.arange(5.0), 3)
    >>> x[:, :, 0].tolist(), targets[:, 0].tolist()
    ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]], [3.0, 4.0])
    """
    check_count("windows", "length", length)
    check_count("windows", "ahead", ahead)
    series = np.asarray(series, dtype=np.float32)
    if series.ndim != 1 or len(series) < length + ahead:
        raise ValueError(
            f"windows expects a series of {length + ahead} values or more, for a window of "
            f"{length} and a target {ahead} ahead, got shape {series.shape}; take a shorter window"
        )
    x = np.lib.stride_tricks.sliding_window_view(series[:-ahead], length)
    return x[:, :, None].copy(), series[length + ahead - 1 :, None].copy()
