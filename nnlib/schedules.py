"""Schedules: the learning rate as a function of the iteration.

Each is a small immutable object that is called with the number of updates made so far.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from nnlib.checks import check_count, check_number


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
class ExponentialDecay:
    r"""Down by the same factor after every so many iterations, smoothly in between.

    .. math:: \eta_t = \eta_0\, q^{t / k}

    Parameters
    ----------
    learning_rate : float
        eta_0.
    factor : float
        q, more than 0 and at most 1.
    every : int
        k, 1 or more.

    Raises
    ------
    ValueError
        If `factor` is out of range or `every` is less than 1.

    Examples
    --------
    >>> schedule = ExponentialDecay(0.8, 0.25, every=10)
    >>> [round(schedule(t), 3) for t in (0, 5, 10, 20)]
    [0.8, 0.4, 0.2, 0.05]
    """

    learning_rate: float
    factor: float
    every: int = 1

    def __post_init__(self) -> None:
        check_number("ExponentialDecay", "factor", self.factor, above=0.0, most=1.0)
        check_count("ExponentialDecay", "every", self.every)

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        return float(self.learning_rate * self.factor ** (iteration / self.every))


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


@dataclass(frozen=True)
class WarmUp:
    r"""Up in a straight line to the start of another schedule, which then takes over.

    .. math:: \eta_t = \frac{t + 1}{n}\, s(0) \text{ for } t < n, \qquad
              \eta_t = s(t - n) \text{ after}

    Parameters
    ----------
    iterations : int
        n, 1 or more. The first update uses one n-th of the full rate, the n-th all of it.
    then : callable
        s, the schedule that follows.

    Raises
    ------
    ValueError
        If `iterations` is less than 1.
    TypeError
        If `then` is no schedule.

    References
    ----------
    Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.

    Examples
    --------
    >>> schedule = WarmUp(4, then=LinearDecay(1.0, 0.0, iterations=10))
    >>> [round(schedule(t), 2) for t in (0, 1, 3, 4, 9, 14)]
    [0.25, 0.5, 1.0, 1.0, 0.5, 0.0]
    """

    iterations: int
    then: Callable[[int], float]

    def __post_init__(self) -> None:
        check_count("WarmUp", "iterations", self.iterations)
        if not callable(self.then):
            raise TypeError(
                f"WarmUp expects a schedule to follow, got {self.then!r}; "
                "for a constant rate write then=ConstantSchedule(rate)"
            )

    def __call__(self, iteration: int) -> float:
        """Return the learning rate for this iteration, counted from 0."""
        if iteration < self.iterations:
            return (int(iteration) + 1) / self.iterations * self.then(0)
        return self.then(iteration - self.iterations)
