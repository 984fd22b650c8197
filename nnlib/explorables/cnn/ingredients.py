"""What made AlexNet trainable: one ingredient at a time, with it and without it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.cnn.experiments import EXPERIMENTS
from nnlib.live import (
    ENDLESS,
    Bars,
    Choice,
    Curves,
    Explorable,
    Panel,
    Series,
    Slider,
    clean_seed,
)
from nnlib.losses import CrossEntropy
from nnlib.metrics import accuracy
from nnlib.training import Step, fit

MOST = 300  # digits on which it is measured while it trains
BOTH = ("with", "without")
_LINES = ({"name": "with", "label": "with"}, {"name": "without", "label": "without"})


class Ingredients(Explorable):
    """Two networks for the 8x8 digits that differ in one thing, trained side by side.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Ingredients(ingredient="Augmentation")
    >>> view.run(600)
    >>> view.test()["with"] > view.test()["without"] + 0.2
    True
    """

    title = "What made AlexNet trainable: with and without"
    seeded = True
    controls = (
        Choice("ingredient", "Ingredient", tuple(EXPERIMENTS), "ReLU", restarts=True),
        Slider("batch_size", "Batch size", 8, 128, 32, log=True, integer=True, restarts=True),
    )
    speed = replace(Explorable.speed, value=60)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        name: {"ingredient": name, "batch_size": 32} for name in EXPERIMENTS
    }
    panels: Sequence[Panel] = (
        Curves(
            name="train",
            title="Training digits answered as they were taught",
            series=_LINES,
            y_range=(0.0, 1.0),
            span=5,
            height=230,
        ),
        Curves(
            name="test",
            title="Test digits read right",
            series=_LINES,
            y_range=(0.0, 1.0),
            span=5,
            height=230,
        ),
        Bars(
            name="size",
            title="Parameters",
            labels=BOTH,
            y_range=(0.0, 35_000.0),
            value_label="parameters",
            span=2,
            height=230,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._series = {name: Series(*BOTH) for name in ("train", "test")}
        super().__init__(key=key, **values)

    # ------------------------------------------------------------------ the run

    def start(self) -> None:
        """Make both networks anew, and forget the curves."""
        self.experiment = EXPERIMENTS[self.values["ingredient"]](self.seed)
        self._rngs = [np.random.default_rng(self.seed) for _ in BOTH]
        for series in self._series.values():
            series.clear()

    def steps(self) -> Iterator[Step]:
        """Train both side by side, for as long as somebody asks."""
        e = self.experiment
        runs = [
            fit(network, CrossEntropy(), optimizer, *data, batch_size=self.values["batch_size"],
                epochs=ENDLESS, rng=rng)
            for network, optimizer, data, rng in zip(
                e.networks, e.optimizers, e.train, self._rngs, strict=True
            )
        ]  # fmt: skip
        for first, _ in zip(*runs, strict=True):
            yield first

    def record(self, step: int) -> None:
        """Measure both on training and test digits."""
        e = self.experiment
        for name, (x, y) in {"train": e.clean, "test": e.test}.items():
            shares = [accuracy(network.forward(x[:MOST]), y[:MOST]) for network in e.networks]
            self._series[name].append(step, **dict(zip(BOTH, shares, strict=True)))

    def train(self) -> dict[str, float]:
        """Return the share of training digits that each answers as it was taught."""
        return {name: self._series["train"].last(name) for name in BOTH}

    def test(self) -> dict[str, float]:
        """Return the share of test digits that each reads right, with and without."""
        return {name: self._series["test"].last(name) for name in BOTH}

    def sizes(self) -> dict[str, int]:
        """Return how many parameters each has."""
        networks = zip(BOTH, self.experiment.networks, strict=True)
        return {name: sum(p.value.size for p in network.parameters()) for name, network in networks}

    def check(self) -> None:
        """Raise FloatingPointError if a parameter is NaN or infinite."""
        for network in self.experiment.networks:
            if not all(np.isfinite(p.value).all() for p in network.parameters()):
                raise FloatingPointError("A weight is no longer finite; press Reset")

    def save_state(self) -> dict[str, Any]:
        """Return parameters and optimizers' memory of both."""
        pairs = zip(self.experiment.networks, self.experiment.optimizers, strict=True)
        return {
            name: (
                [p.value.copy() for p in network.parameters()],
                [memory.copy() for memory in optimizer.memory],
                optimizer.iteration,
            )
            for name, (network, optimizer) in zip(BOTH, pairs, strict=True)
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        pairs = zip(self.experiment.networks, self.experiment.optimizers, strict=True)
        for name, (network, optimizer) in zip(BOTH, pairs, strict=True):
            values, memories, optimizer.iteration = state[name]
            for parameter, value in zip(network.parameters(), values, strict=True):
                parameter.value[...] = value
            for memory, value in zip(optimizer.memory, memories, strict=True):
                memory[...] = value
        self.forget_after(step)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        for series in self._series.values():
            series.rewind(step)

    # ------------------------------------------------------------------ what is shown

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves of both."""
        labels = dict(zip(BOTH, self.experiment.labels, strict=True))
        curves = {
            name: {
                **{which: series.curve(which) for which in BOTH},
                "alt": ", ".join(f"{labels[w]} {series.last(w):.0%}" for w in BOTH),
            }
            for name, series in self._series.items()
        }
        sizes = self.sizes()
        return {
            **curves,
            "size": {
                "values": np.array(list(sizes.values()), dtype=np.float32),
                "alt": ", ".join(f"{labels[name]}: {n:,}" for name, n in sizes.items()),
            },
        }

    def summary(self) -> str:
        """Return how both stand."""
        labels = self.experiment.labels
        train, test = self.train(), self.test()
        words = [
            f"{label[0].upper()}{label[1:]}: {train[which]:.0%} of training digits as taught, "
            f"{test[which]:.0%} of test digits right."
            for which, label in zip(BOTH, labels, strict=True)
        ]
        return f"Update {self.player.step:,}. " + " ".join(words)
