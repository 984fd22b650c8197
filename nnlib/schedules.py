"""Schedules: the learning rate as a function of the iteration.

Each is a small immutable object that is called with the number of updates made so far.
"""

import math
from dataclasses import dataclass

from nnlib.checks import check_count


@dataclass(frozen=True)
class ConstantSchedule:
    r"""The same learning rate at every iteration.

    .. math:: \eta_t = \eta_0

    Parameters
    ----------
    learning_rate : float
        eta_0.

    Examples
    --------
    >>> ConstantSchedule(0.1)(500)
    0.1
    """

    learning_rate: float

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        return self.learning_rate


@dataclass(frozen=True)
class LinearDecay:
    r"""Down in a straight line for a number of iterations, then constant.

    .. math:: \eta_t = (1 - \alpha)\,\eta_0 + \alpha\,\eta_\tau, \qquad
              \alpha = \min(t / \tau,\ 1)

    Parameters
    ----------
    start, end : float
        eta_0 and eta_tau.
    iterations : int
        tau, 1 or more.

    Raises
    ------
    ValueError
        If `iterations` is less than 1.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", equation 8.14.

    Examples
    --------
    >>> schedule = LinearDecay(1.0, 0.2, iterations=100)
    >>> [round(schedule(t), 2) for t in (0, 50, 100, 1000)]
    [1.0, 0.6, 0.2, 0.2]
    """

    start: float
    end: float
    iterations: int

    def __post_init__(self) -> None:
        check_count("LinearDecay", "iterations", self.iterations)

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        alpha = min(iteration / self.iterations, 1.0)
        return (1.0 - alpha) * self.start + alpha * self.end


@dataclass(frozen=True)
class StepHalving:
    r"""Half the learning rate after every so many iterations.

    .. math:: \eta_t = \eta_0 / 2^{\lfloor t / k \rfloor}

    Parameters
    ----------
    learning_rate : float
        eta_0.
    every : int
        k, 1 or more.

    Raises
    ------
    ValueError
        If `every` is less than 1.

    Examples
    --------
    >>> schedule = StepHalving(0.8, every=10)
    >>> [schedule(t) for t in (0, 9, 10, 20)]
    [0.8, 0.8, 0.4, 0.2]
    """

    learning_rate: float
    every: int

    def __post_init__(self) -> None:
        check_count("StepHalving", "every", self.every)

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        return math.ldexp(self.learning_rate, -int(iteration // self.every))


@dataclass(frozen=True)
class CosineAnnealing:
    r"""Down along half a cosine: slow, fast, slow; then constant.

    .. math:: \eta_t = \eta_T + \tfrac12 (\eta_0 - \eta_T)
              \big(1 + \cos(\pi \min(t / T, 1))\big)

    Parameters
    ----------
    start, end : float
        eta_0 and eta_T.
    iterations : int
        T, 1 or more.

    Raises
    ------
    ValueError
        If `iterations` is less than 1.

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts",
    equation 5, without restarts.

    Examples
    --------
    >>> schedule = CosineAnnealing(1.0, 0.0, iterations=100)
    >>> [round(schedule(t), 3) for t in (0, 25, 50, 100, 200)]
    [1.0, 0.854, 0.5, 0.0, 0.0]
    """

    start: float
    end: float
    iterations: int

    def __post_init__(self) -> None:
        check_count("CosineAnnealing", "iterations", self.iterations)

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        turn = math.pi * min(iteration / self.iterations, 1.0)
        return self.end + 0.5 * (self.start - self.end) * (1.0 + math.cos(turn))
