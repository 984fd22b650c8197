"""A map of learning rate against depth, trained cell by cell, and a bet to place on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from nnlib.datasets import circle
from nnlib.initializers import Initializer, glorot_uniform, he_normal
from nnlib.kernels.types import Array
from nnlib.layers import Dense, Layer, ReLU, Sigmoid, Tanh
from nnlib.live import Choice, Curves, Explorable, Handle, Panel, Plane, Slider, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD, Adam, Optimizer
from nnlib.training import Step, evaluate, fit

RATES = np.logspace(-3, 1, 17)
DEPTHS = range(1, 8)  # hidden layers
WIDTH = 8
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": SGD,
    "SGD with momentum 0.9": partial(SGD, momentum=0.9),
    "Adam": Adam,
}
ACTIVATIONS: dict[str, tuple[Callable[[], Layer], Initializer]] = {
    "ReLU": (ReLU, he_normal),
    "tanh": (Tanh, glorot_uniform),
    "sigmoid": (Sigmoid, glorot_uniform),
}
CHANCE = float(np.log(2.0))  # loss of a network that finds both classes equally likely


class RateDepthMap(Explorable):
    """Loss after a fixed number of updates, for every learning rate and depth.

    Each cell of the map is a network of its own, 8 units to a layer, trained from the same first
    weights on points inside and outside a circle. The cells come in a random order, so that the
    map gets sharper everywhere at once. The handle is the learner's bet.

    Parameters
    ----------
    seed : int
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = RateDepthMap(updates=50)
    >>> view.run(7 * 17)
    >>> bool(np.isfinite(view.losses).all())
    True
    """

    title = "Learning rate against depth: place your bet, then let the map fill in"
    speed = replace(
        Explorable.speed, label="Speed (networks/s)", maximum=100, value=10, top_label="full speed"
    )
    pass_label = f"{len(RATES)} networks"
    controls = (
        Slider("bet_rate", "Bet: rate", 0.001, 10.0, 0.01, log=True),
        Slider("bet_depth", "Bet: layers", 1, 7, 3, integer=True),
        Choice("optimizer", "Optimizer", tuple(OPTIMIZERS), "SGD", restarts=True),
        Choice("activation", "Activation", tuple(ACTIVATIONS), "ReLU", restarts=True),
        Slider("updates", "Updates each", 50, 800, 200, integer=True, restarts=True),
    )
    panels: Sequence[Panel] = (
        Plane(
            name="map",
            title="Loss after training: darker is better",
            x_range=(float(RATES[0] / 10**0.125), float(RATES[-1] * 10**0.125)),
            x_scale="log",
            y_range=(0.5, 7.5),
            x_label="learning rate",
            y_label="hidden layers",
            handles=(Handle("bet", x="bet_rate", y="bet_depth"),),
            value_label="loss",
            low_label="chance",
            high_label="learnt",
            mark_label="best so far",
            span=7,
            height=360,
        ),
        Curves(
            name="curves",
            title="Training loss of two of the networks",
            series=({"name": "bet", "label": "your bet"}, {"name": "best", "label": "best so far"}),
            span=5,
            height=360,
        ),
    )
    seeded = True

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Forget the map, and deal out the order of its cells."""
        rng = np.random.default_rng(self.seed)
        self._x, self._y = circle(256, noise=0.05, rng=rng)
        self.order = rng.permutation(len(DEPTHS) * len(RATES))
        self.trained = 0
        self.losses = np.full((len(DEPTHS), len(RATES)), np.nan)
        self._curves: dict[int, Array] = {}

    def steps(self) -> Iterator[Step]:
        """Train one network after another."""
        while self.trained < len(self.order):
            cell = int(self.order[self.trained])
            row, column = divmod(cell, len(RATES))
            curve = self._train(DEPTHS[row], float(RATES[column]))
            self._curves[cell] = curve
            self.losses[row, column] = curve[-1]
            self.trained += 1
            yield Step(
                epoch=self.trained // len(RATES),
                iteration=self.trained,
                loss=float(curve[-1]),
                learning_rate=float(RATES[column]),
                ends_epoch=self.trained % len(RATES) == 0,
            )

    def _train(self, depth: int, rate: float) -> Array:
        """Train one network; its loss over all points, some forty times on the way."""
        rng = np.random.default_rng(self.seed)
        network = _network(depth, self.values["activation"], rng)
        optimizer = OPTIMIZERS[self.values["optimizer"]](network.parameters(), learning_rate=rate)
        updates, loss = self.values["updates"], CrossEntropy()
        every = max(1, updates // 40)
        curve = [evaluate(network, loss, self._x, self._y).loss]
        batches = fit(
            network, loss, optimizer, self._x, self._y, batch_size=32, epochs=updates, rng=rng
        )
        for step in batches:
            if step.iteration % every == 0 or step.iteration == updates:
                curve.append(evaluate(network, loss, self._x, self._y).loss)
            if step.iteration == updates or not np.isfinite(curve[-1]):
                break
        # A network that broke is as bad as one that guesses, or worse.
        finite: Array = np.nan_to_num(np.array(curve), nan=10.0, posinf=10.0)
        return np.minimum(finite, 10.0)

    def bet(self) -> int:
        """Return the cell on which the learner has bet."""
        rate = int(np.abs(np.log(RATES / self.values["bet_rate"])).argmin())
        return (int(self.values["bet_depth"]) - DEPTHS[0]) * len(RATES) + rate

    def best(self) -> int | None:
        """Return the best cell so far."""
        return int(np.nanargmin(self.losses)) if self.trained else None

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map so far, and two of its curves."""
        best = self.best()
        marks = np.empty((2, 0), np.float32)
        if best is not None:
            row, column = divmod(best, len(RATES))
            marks = np.array([[RATES[column]], [DEPTHS[row]]], dtype=np.float32)
        return {
            "map": {
                "values": self.losses.astype(np.float32),
                "low": CHANCE,
                "high": 0.0,
                "marks": marks,
                "alt": self.summary(),
            },
            "curves": {
                "bet": self._curve(self.bet()),
                "best": self._curve(best),
                "alt": "Training loss of your bet and of the best network so far.",
            },
        }

    def _curve(self, cell: int | None) -> Array:
        """Updates and losses of a cell, shape (2, n), empty if it has not been trained."""
        known = cell is not None and np.isfinite(self.losses.ravel()[cell])
        losses = self._curves[cell] if known else np.empty(0)  # type: ignore[index]
        every = max(1, self.values["updates"] // 40)
        updates = np.minimum(np.arange(len(losses)) * every, self.values["updates"])
        return np.stack([updates, losses]).astype(np.float32)

    def summary(self) -> str:
        """Return how far the map is, and how the bet stands."""
        done = f"{self.trained} of {self.losses.size} networks trained."
        loss = self.losses.ravel()[self.bet()]
        if np.isnan(loss):
            return f"{done} Your bet is not trained yet."
        known = self.losses[np.isfinite(self.losses)]
        better = int((known < loss).sum())
        verdict = "none is better" if better == 0 else f"{better} are better"
        return f"{done} Your bet has a loss of {loss:.3f}: {verdict}. The best: {known.min():.3f}."

    def save_state(self) -> dict[str, Any]:
        """Return how much of the map is known; its networks are trained the same way every time."""
        return {"trained": self.trained, "losses": self.losses.copy()}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a map that knew less, or forth again."""
        self.trained, self.losses = state["trained"], state["losses"].copy()
        self.player.renew_steps()  # the old ones end where every network is trained

    def check(self) -> None:
        """Nothing to check: a network that breaks is a cell of the map like others."""


def _network(depth: int, activation: str, rng: np.random.Generator) -> Sequential:
    """A network 2-8-...-8-2."""
    make, initializer = ACTIVATIONS[activation]
    layers: list[Layer] = []
    features = 2
    for _ in range(depth):
        layers += [Dense(features, WIDTH, rng=rng, initializer=initializer), make()]
        features = WIDTH
    return Sequential(*layers, Dense(features, 2, rng=rng))
