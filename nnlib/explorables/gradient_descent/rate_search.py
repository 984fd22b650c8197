"""The search for a learning rate: which rate is trained next, for how long, and which is best."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from nnlib.kernels.types import Array, Labels

#: Five rates to each power of ten, from 0.0001 to 10.
RATES = tuple(float(f"{10 ** (k / 5):.2g}") for k in range(-20, 6))
ROUNDS = 5  # of halving: 26 rates, 13, 7, 4, 2
BATCH = 32  # samples in an update


@dataclass(frozen=True, eq=False)
class Fold:
    """Samples to train on, and others held out to judge by.

    Parameters
    ----------
    x, y : ndarray
        Of shape (samples, features) and (samples,), to train on.
    x_held, y_held : ndarray
        The same for the samples held out.
    seed : tuple of int
        Of the order of the mini-batches, which is the same for every rate.

    Examples
    --------
    >>> x, y = np.zeros((100, 2)), np.zeros(100, int)
    >>> folds = [Fold.of(x, y, index, count=5, seed=0) for index in range(5)]
    >>> [len(fold.x_held) for fold in folds], len(folds[0].batch(0)[0])
    ([20, 20, 20, 20, 20], 32)
    """

    x: Array
    y: Labels
    x_held: Array
    y_held: Labels
    seed: tuple[int, ...]
    _orders: dict[int, Labels] = field(default_factory=dict)

    @classmethod
    def of(cls, x: Array, y: Labels, index: int, *, count: int, seed: int) -> "Fold":
        """Return fold `index` of `count`: every `count`-th sample is held out."""
        held = np.arange(len(x)) % count == index
        return cls(x[~held], y[~held], x[held], y[held], (seed, index))

    def batch(self, iteration: int) -> tuple[Array, Labels]:
        """Return the mini-batch of this update; what does not fill one is left out of a pass."""
        epoch, place = divmod(iteration, len(self.x) // BATCH)
        if epoch not in self._orders:
            rng = np.random.default_rng([*self.seed, epoch])
            self._orders[epoch] = rng.permutation(len(self.x))
        chosen = self._orders[epoch][place * BATCH : (place + 1) * BATCH]
        return self.x[chosen], self.y[chosen]


@dataclass(frozen=True, eq=False)
class Trial:
    """One learning rate on trial; training makes a new one, so that old ones can be kept.

    Parameters
    ----------
    rate : float
    states : tuple of ndarray
        For each fold the weights and what the optimizer remembers, as one vector.
    iteration : int
        Updates made in each fold.
    curve : tuple of (int, float)
        Updates made, and the training loss just before.
    scores : tuple of float
        For each fold the loss on its held-out digits; empty before training.
    diverged, dropped : bool
        Whether the loss has exploded, and whether halving has given the rate up.

    Examples
    --------
    >>> Trial(0.1, (), scores=(0.2, 0.4)).score
    0.30000000000000004
    """

    rate: float
    states: tuple[Array, ...]
    iteration: int = 0
    curve: tuple[tuple[int, float], ...] = ()
    scores: tuple[float, ...] = ()
    diverged: bool = False
    dropped: bool = False

    @property
    def score(self) -> float:
        """Mean loss on held-out digits, infinite if it diverged or was not trained."""
        return math.inf if self.diverged or not self.scores else float(np.mean(self.scores))

    @property
    def spread(self) -> float:
        """Standard deviation of the scores over the folds; 0 for a single one."""
        return 0.0 if math.isinf(self.score) else float(np.std(self.scores))

    @property
    def line(self) -> Array:
        """The curve as an array of shape (2, points)."""
        return np.array(self.curve, np.float32).reshape(-1, 2).T

    @property
    def running(self) -> bool:
        """Whether it is still in the race."""
        return not (self.diverged or self.dropped)


class RateSearch:
    """Trials in their order, and the rules by which they take turns.

    A *sweep* has one round, in which every rate is trained to the full length. *Halving* has
    five: after each, the worse half is dropped and those left train on, to twice the length.

    Parameters
    ----------
    trials : sequence of Trial
    updates : int
        The full length.
    rounds : int

    References
    ----------
    Jamieson and Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter
    optimization", algorithm 1 (successive halving).

    Examples
    --------
    >>> search = RateSearch([Trial(rate, ()) for rate in RATES], updates=160, rounds=ROUNDS)
    >>> lengths = []
    >>> for search.round in range(ROUNDS):
    ...     lengths.append(search.length)
    >>> lengths
    [10, 20, 40, 80, 160]
    """

    def __init__(self, trials: list[Trial], updates: int, rounds: int) -> None:
        self.trials = trials
        self.updates, self.rounds = updates, rounds
        self.round = 0
        self.latest = 0  # index of the trial that was trained last

    @property
    def length(self) -> int:
        """Updates after which a trial's turn in this round is over."""
        return math.ceil(self.updates / (1 << self.rounds - 1 - self.round))

    def next(self) -> int | None:
        """Return the index of the trial to train on, None at the end of the search."""
        for index, trial in enumerate(self.trials):
            if trial.running and trial.iteration < self.length:
                return index
        return None

    def put(self, index: int, trial: Trial) -> None:
        """Take a trial back after some training, and end the round if it was the last of it."""
        self.trials[index], self.latest = trial, index
        while self.next() is None and self.round < self.rounds - 1:
            self._drop_worse_half()
            self.round += 1

    def _drop_worse_half(self) -> None:
        """Keep the better half of the trials of this round; those that diverged go anyway."""
        entered = [trial for trial in self.trials if not trial.dropped]
        ranked = sorted(entered, key=lambda trial: (trial.score, trial.rate))
        kept = [trial for trial in ranked[: math.ceil(len(ranked) / 2)] if trial.running]
        self.trials = [t if t in kept else replace(t, dropped=True) for t in self.trials]

    def best(self) -> Trial | None:
        """Return the best of the trials that were trained longest, None before any is done."""
        running = [trial for trial in self.trials if trial.running and trial.scores]
        done = [trial for trial in running if trial.iteration >= self.length]
        pool = done or (running if self.round > 0 else [])
        return min(pool, key=lambda trial: trial.score, default=None)

    def save(self) -> dict[str, object]:
        """Return where the search stands; the trials in it never change."""
        return {"trials": tuple(self.trials), "round": self.round, "latest": self.latest}

    def load(self, state: dict[str, object]) -> None:
        """Go back to where a search stood."""
        self.trials = list(state["trials"])  # type: ignore[call-overload]
        self.round, self.latest = state["round"], state["latest"]  # type: ignore[assignment]
