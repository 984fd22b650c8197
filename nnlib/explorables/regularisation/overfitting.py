"""A network with more room than the data need: the training loss falls on, the test loss turns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import moons
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array
from nnlib.layers import Dense, ReLU
from nnlib.live import (
    ENDLESS,
    Choice,
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
from nnlib.optimizers import Adam
from nnlib.training import Evaluation, Step, evaluate, fit

SPAN = (-1.6, 1.6)
TEST_POINTS = 400
RATE = 0.01
SHOWN = ("training points", "test points", "both")


class Overfitting(Explorable):
    """Two half moons that overlap, few points to learn from, and a network of any size.

    2-h-h-2 with ReLU and Adam. The third curve holds the lowest test loss so far: where it leaves
    the test curve, overfitting has begun.

    Parameters
    ----------
    seed : int
        Of the points, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Overfitting()
    >>> view.run(1500)
    >>> view.train().accuracy, view.test().loss > 3 * view.lowest()[1]
    (1.0, True)
    """

    title = "Overfitting: the border bends round every single point"
    autoplay = True
    seeded = True
    speed = replace(Explorable.speed, value=60)
    controls = (
        Slider("hidden", "Hidden units", 1, 48, 16, log=True, integer=True, restarts=True),
        Slider("points", "Training points", 10, 1000, 40, log=True, integer=True, restarts=True),
        Slider("noise", "Noise in the points", 0.0, 0.4, 0.25, restarts=True),
        Choice("shown", "Show", SHOWN, SHOWN[0]),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Few points, many units": {"hidden": 16, "points": 40, "noise": 0.25},
        "One hidden unit": {"hidden": 1, "points": 40, "noise": 0.25},
        "Two hidden units": {"hidden": 2, "points": 40, "noise": 0.25},
        "More data": {"hidden": 16, "points": 1000, "noise": 0.25},
        "No noise": {"hidden": 16, "points": 40, "noise": 0.0},
    }
    panels: Sequence[Panel] = (
        HeatMap(
            name="map",
            title="What the network answers, everywhere",
            x_range=SPAN,
            y_range=SPAN,
            classes=("moon A", "moon B"),
            low_label="A",
            high_label="B",
            value_label="P(B) − P(A)",
            span=6,
            height=360,
        ),
        Curves(
            name="loss",
            title="Loss, in nats",
            series=(
                {"name": "train", "label": "training"},
                {"name": "test", "label": "test"},
                {"name": "lowest", "label": "lowest test"},
            ),
            y_scale="log",
            span=6,
            height=360,
        ),
    )
    resolution = 80

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._loss = Series("train", "test", "lowest", "at")
        axis = np.linspace(*SPAN, 2 * self.resolution + 1, dtype=np.float32)[1::2]
        self._plane = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Draw points and weights anew, and forget the curves."""
        rng = self._rng = np.random.default_rng(self.seed)
        hidden, noise = self.values["hidden"], self.values["noise"]
        self._x, self._y = moons(self.values["points"], noise=noise, rng=rng)
        tests = np.random.default_rng([self.seed, 1])
        self._x_test, self._y_test = moons(TEST_POINTS, noise=noise, rng=tests)
        self.network = Sequential(
            Dense(2, hidden, rng=rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, hidden, rng=rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, 2, rng=rng),
        )
        self.optimizer = Adam(self.network.parameters(), RATE)
        self._loss.clear()
        self._freeze_points()

    def _freeze_points(self) -> None:
        """Keep the points that are shown: they go out once."""
        found: dict[str, Any] = {}
        if self.values["shown"] != SHOWN[1]:
            found |= {"points": freeze(self._x), "labels": freeze(self._y.astype(np.uint8))}
        if self.values["shown"] != SHOWN[0]:
            found |= {
                "test_points": freeze(self._x_test),
                "test_labels": freeze(self._y_test.astype(np.uint8)),
            }
        self._shown = found

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            CrossEntropy(),
            self.optimizer,
            self._x,
            self._y,
            batch_size=20,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Show the other points."""
        if name == "shown":
            self._freeze_points()

    # ------------------------------------------------------------------ measuring

    def train(self) -> Evaluation:
        """Return loss and accuracy on the points that it learns from."""
        return evaluate(self.network, CrossEntropy(), self._x, self._y)

    def test(self) -> Evaluation:
        """Return loss and accuracy on points that it has never seen."""
        return evaluate(self.network, CrossEntropy(), self._x_test, self._y_test)

    def lowest(self) -> tuple[int, float]:
        """Return the update with the lowest test loss so far, and that loss."""
        return int(self._loss.last("at")), self._loss.last("lowest")

    def record(self, step: int) -> None:
        """Measure both losses."""
        test = self.test().loss
        before = self._loss.last("lowest")
        at, lowest = (self._loss.last("at"), before) if before <= test else (float(step), test)
        self._loss.append(step, train=self.train().loss, test=test, lowest=lowest, at=at)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map with its points, and the curves."""
        logits = self.network.forward(self._plane)
        answer: Array = np.tanh((logits[:, 1] - logits[:, 0]) / 2)  # P(B) - P(A)
        at, lowest = self.lowest()
        train, test = self._loss.last("train"), self._loss.last("test")
        return {
            "map": {
                "values": quantize(answer, 1.0).reshape(self.resolution, self.resolution),
                "scale": 1.0,
                **self._shown,
                "alt": f"The plane coloured by answer, with the {self.values['shown']}; "
                f"{self.train().accuracy:.0%} of the training points are on the right side.",
            },
            "loss": {
                **{name: self._loss.curve(name) for name in ("train", "test", "lowest")},
                "alt": f"Loss over the updates: now {train:.3f} on training and {test:.3f} on test "
                f"points, where the lowest was {lowest:.3f} at update {at:,}.",
            },
        }

    def summary(self) -> str:
        """Return both losses, and whether the test loss has turned."""
        train, test = self.train(), self.test()
        at, lowest = self.lowest()
        told = (
            f"Update {self.player.step:,}: loss {train.loss:.3f} on {len(self._y)} training points "
            f"({train.accuracy:.0%} right), {test.loss:.3f} on test points ({test.accuracy:.0%})."
        )
        if test.loss > 1.25 * lowest:
            return f"{told} Overfitting: the test loss was lowest, {lowest:.3f}, at update {at:,}."
        return told
