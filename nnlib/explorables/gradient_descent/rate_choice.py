"""Many learning rates on trial: a sweep, cross-validation, and the halving habit."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.datasets import load_digits
from nnlib.explorables.gradient_descent.rate_panels import (
    PANELS,
    best_in_words,
    curves_data,
    scores_data,
    spent_data,
)
from nnlib.explorables.gradient_descent.rate_search import (
    RATES,
    ROUNDS,
    Fold,
    RateSearch,
    Trial,
)
from nnlib.explorables.start_here import make_optimizer
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, ReLU
from nnlib.live import Choice, Explorable, Slider, Toggle, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.threads import limited_blas_threads
from nnlib.training import Step, evaluate

CHUNK = 5  # updates of one rate in a step of the view
FOLDS = 5
TOO_LARGE = 2 * math.log(10)  # nats: twice the loss of guessing counts as diverged


class RateChoice(Explorable):
    """Which learning rate? Train a 64-h-10 network with each of 26, and compare.

    Every rate starts from the same first weights and sees the same mini-batches. Its score is
    the loss on a fifth of the training digits that it did not train on; with cross-validation
    the mean of five such losses, each fifth held out in turn. A step is five updates of one rate.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", sections 5.3.1 and 11.4.1.

    Examples
    --------
    >>> lesson = RateChoice(updates=50)
    >>> lesson.finish()
    >>> 0.1 < lesson.best_rate() < 2
    True
    """

    title = "How to choose a learning rate"
    speed = replace(Explorable.speed, label="Speed (steps/s)", value=40)
    pass_label = "One rate"
    controls = (
        Choice("strategy", "Strategy", ("sweep", "halving"), "sweep", restarts=True),
        Choice("optimizer", "Optimizer", ("SGD", "momentum", "Adam"), "SGD", restarts=True),
        Slider("updates", "Updates for a rate", 50, 400, 150, integer=True, restarts=True),
        Slider("hidden", "Hidden units", 4, 64, 32, integer=True, restarts=True),
        Toggle("folds", "Cross-validation, 5 folds", False, restarts=True),
    )
    panels = PANELS
    seeded = True

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and split them by the seed."""
        self.data = load_digits(rng=np.random.default_rng(self.seed))

    def start(self) -> None:
        """Make the network and its first weights, and put every rate on trial."""
        rng = np.random.default_rng(self.seed)
        hidden = self.values["hidden"]
        self.network = Sequential(
            Dense(64, hidden, rng=rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, 10, rng=rng),
        )
        self.optimizer = make_optimizer(
            self.values["optimizer"], self.network.parameters(), RATES[0]
        )
        x, y = self.data.x_train, self.data.y_train
        self._folds = [
            Fold.of(x, y, index, count=FOLDS, seed=self.seed)
            for index in range(FOLDS if self.values["folds"] else 1)
        ]
        trials = [Trial(rate, (self._get_state(),) * len(self._folds)) for rate in RATES]
        rounds = ROUNDS if self.values["strategy"] == "halving" else 1
        self.search = RateSearch(trials, self.values["updates"], rounds)

    # ------------------------------------------------------------------ training

    def steps(self) -> Iterator[Step]:
        """Train one rate after another, a few updates at a time, to the end of the search."""
        with limited_blas_threads():
            while (index := self.search.next()) is not None:
                yield self._train(index)

    def _train(self, index: int) -> Step:
        """Train one rate on, in every fold, and score it."""
        trial, length = self.search.trials[index], self.search.length
        last = min(trial.iteration + CHUNK, length)
        self.optimizer.learning_rate = trial.rate
        states, losses, scores = [], [], []
        for fold, state in zip(self._folds, trial.states, strict=True):
            self._set_state(state, trial.iteration)
            losses += [self._update(*fold.batch(t)) for t in range(trial.iteration, last)]
            scores.append(evaluate(self.network, CrossEntropy(), fold.x_held, fold.y_held).loss)
            states.append(self._get_state())
        loss = float(np.mean(np.array(losses)))
        worst = float(np.max([loss, *scores]))  # NaN if there is one
        trial = replace(
            trial,
            states=tuple(states),
            iteration=last,
            curve=(*trial.curve, (last, loss)),
            scores=tuple(scores),
            diverged=not worst <= TOO_LARGE,
        )
        ends = trial.diverged or last == length
        epoch = self.search.round
        self.search.put(index, trial)
        return Step(epoch, last, loss, trial.rate, ends)

    def _update(self, inputs: Array, labels: Labels) -> float:
        """One update of the network; returns the loss before it."""
        prediction = self.network.forward(inputs, training=True)
        loss = CrossEntropy().value(prediction, labels)
        self.network.backward_parameters(CrossEntropy().gradient(prediction, labels))
        self.optimizer.step()
        return loss

    def _get_state(self) -> Array:
        """The weights and what the optimizer remembers, as one new vector."""
        return np.concatenate([array.ravel() for array in self._arrays()])

    def _set_state(self, state: Array, iteration: int) -> None:
        start = 0
        for array in self._arrays():
            array[...] = state[start : start + array.size].reshape(array.shape)
            start += array.size
        self.optimizer.iteration = iteration

    def _arrays(self) -> list[Array]:
        return [p.value for p in self.network.parameters()] + self.optimizer.memory

    def save_state(self) -> dict[str, Any]:
        """Return where the search stands."""
        return self.search.save()

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to where the search stood, and go on from there."""
        self.search.load(state)
        self.player.renew_steps()  # the old ones may have come to their end

    def check(self) -> None:
        """Let rates diverge: that is what the search finds out."""

    # ------------------------------------------------------------------ results

    def finish(self) -> None:
        """Run to the end of the search."""
        self.run(len(RATES) * self.values["updates"])  # more than enough: it stops at the end

    def best_rate(self) -> float:
        """Return the rate with the lowest loss on held-out digits.

        Returns
        -------
        float
            Among those trained to the end; with halving among those left, trained longest.

        Raises
        ------
        ValueError
            If none has been trained to the end yet.
        """
        best = self.search.best()
        if best is None:
            raise ValueError(
                "best_rate expects at least one rate trained to the end, got none; "
                "call run(100) or finish() first"
            )
        return best.rate

    def losses(self) -> dict[float, float]:
        """Return the loss on held-out digits of each rate that was trained, infinity if diverged.

        Returns
        -------
        dict
            Rate to the mean over the folds, in nats. What halving dropped early was trained,
            and scored, early.
        """
        return {trial.rate: trial.score for trial in self.search.trials if trial.scores}

    def spreads(self) -> dict[float, float]:
        """Return the standard deviation of the loss over the folds; 0 without cross-validation.

        Returns
        -------
        dict
            Rate to spread in nats, for the rates that were trained and did not diverge.
        """
        trials = self.search.trials
        return {t.rate: t.spread for t in trials if t.scores and not t.diverged}

    def updates_spent(self) -> int:
        """Return the number of updates made for all rates together, in all folds."""
        return sum(trial.iteration for trial in self.search.trials) * len(self._folds)

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return a few curves, the score of each rate, and the updates spent."""
        return {
            "curves": curves_data(self.search),
            "scores": scores_data(self.search),
            "spent": spent_data(self.search, len(self._folds)),
        }

    def summary(self) -> str:
        """Return how far the search is, and the best rate so far."""
        tried = sum(bool(trial.scores) for trial in self.search.trials)
        left = sum(trial.running for trial in self.search.trials)
        return (
            f"{tried} of {len(RATES)} rates tried, {left} still in the race, "
            f"{self.updates_spent():,} updates: {best_in_words(self.search)}."
        )
