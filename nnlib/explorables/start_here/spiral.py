"""A network that learns to tell the two arms of a spiral apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import spiral
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array
from nnlib.layers import Dense, ReLU
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Curves,
    Explorable,
    HeatMap,
    Panel,
    Series,
    Slider,
    clean_seed,
    freeze,
    quantize,
)
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import Step, evaluate, fit


class SpiralBoundary(Explorable):
    """A network that learns to tell the two arms of a spiral apart.

    2-h-h-2 with ReLU; the map shows the probability of one arm minus that of the other.

    Parameters
    ----------
    seed : int
        Of the points, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> lesson = SpiralBoundary(noise=0.02)
    >>> lesson.run(2000)
    >>> lesson.test_accuracy() > 0.9
    True
    """

    title = "A network draws a border between two spirals"
    speed = replace(Explorable.speed, value=200)
    controls = (
        Slider("learning_rate", "Learning rate", 0.001, 10.0, 0.05, log=True),
        Slider("momentum", "Momentum", 0.0, 0.99, 0.9),
        Slider("noise", "Noise in the points", 0.0, 0.3, 0.03),
        Slider("hidden", "Hidden units", 1, 32, 16, integer=True, restarts=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"learning_rate": 0.05, "momentum": 0.9, "noise": 0.03, "hidden": 16},
        "Noisy points": {"noise": 0.15},
        "No momentum": {"momentum": 0.0},
        "Two hidden units": {"hidden": 2},
    }
    seeded = True
    panels: Sequence[Panel] = (
        HeatMap(
            name="map",
            title="What the network answers, everywhere",
            x_range=(-1.2, 1.2),
            y_range=(-1.2, 1.2),
            classes=("arm A", "arm B"),
            low_label="arm A",
            high_label="arm B",
            value_label="P(B) − P(A)",
            height=380,
        ),
        Curves(
            name="loss",
            title="Loss: how wrong, in nats",
            series=TRAIN_AND_TEST,
            y_scale="log",
            height=380,
        ),
    )
    resolution = 96

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._loss = Series("train", "test")
        axis = np.linspace(-1.2, 1.2, 2 * self.resolution + 1, dtype=np.float32)[1::2]  # middles
        across, up = np.meshgrid(axis, axis)
        self._plane = np.stack([across.ravel(), up.ravel()], axis=1)  # (pixel, 2), lowest row first
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make points and network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        hidden = self.values["hidden"]
        self.network = Sequential(
            Dense(2, hidden, rng=self._rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, hidden, rng=self._rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, 2, rng=self._rng),
        )
        self.optimizer = SGD(
            self.network.parameters(),
            self.values["learning_rate"],
            momentum=self.values["momentum"],
        )
        self._x, self._y = self._points(self.seed)
        self._x_test, self._y_test = self._points(self.seed + 1)
        self._loss.clear()
        self._freeze_points()

    def _freeze_points(self) -> None:
        """Keep a copy to show: as long as nobody moves the points, it goes out once."""
        self._shown = {"points": freeze(self._x), "labels": freeze(self._y.astype(np.uint8))}

    def _points(self, seed: int) -> tuple[Array, Any]:
        return spiral(300, noise=self.values["noise"], rng=np.random.default_rng(seed))

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            CrossEntropy(),
            self.optimizer,
            self._x,
            self._y,
            batch_size=32,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new setting from the next update on; noise moves the points under training."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name == "momentum":
            self.optimizer.momentum = self.values["momentum"]  # type: ignore[attr-defined]
        elif name == "noise":
            self._x[...], _ = self._points(self.seed)
            self._x_test[...], _ = self._points(self.seed + 1)
            self._freeze_points()
            self.record(self.player.step)  # what was measured at this step was on other points

    def record(self, step: int) -> None:
        """Measure the loss on training and test points."""
        train = evaluate(self.network, CrossEntropy(), self._x, self._y)
        test = evaluate(self.network, CrossEntropy(), self._x_test, self._y_test)
        self._loss.append(step, train=train.loss, test=test.loss)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)

    def test_accuracy(self) -> float:
        """Return the share of test points on the right side of the border."""
        result = evaluate(self.network, CrossEntropy(), self._x_test, self._y_test)
        return result.accuracy or 0.0

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map with its points, and the loss curves."""
        logits = self.network.forward(self._plane)
        answer = np.tanh((logits[:, 1] - logits[:, 0]) / 2)  # P(B) - P(A)
        right = self.test_accuracy()
        train, test = self._loss.last("train"), self._loss.last("test")
        return {
            "map": {
                "values": quantize(answer, 1.0).reshape(self.resolution, self.resolution),
                "scale": 1.0,
                **self._shown,
                "alt": f"The plane coloured by answer; {right:.0%} of the test points lie on "
                "the right side of the border.",
            },
            "loss": {
                "train": self._loss.curve("train"),
                "test": self._loss.curve("test"),
                "alt": f"Loss over the updates: now {train:.3f} on training and {test:.3f} on "
                "test points.",
            },
        }

    def summary(self) -> str:
        """Return how many test points are on the right side."""
        return (
            f"Update {self.player.step:,}: {self.test_accuracy():.1%} of {len(self._y_test)} test "
            "points on the right side of the border."
        )
