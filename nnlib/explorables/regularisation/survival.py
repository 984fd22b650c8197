"""Which learning rates survive, with batch norm and without: all networks train side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import spiral
from nnlib.explorables.regularisation.racers import Racer
from nnlib.kernels.types import Array
from nnlib.live import (
    Explorable,
    Graph,
    Handle,
    HeatMap,
    Panel,
    Slider,
    clean_seed,
    freeze,
    quantize,
)
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

RATES = np.geomspace(0.01, 3.0, 9)
SPAN = (-1.2, 1.2)
PIXELS = 48
POINTS = 300
GOOD = 0.9  # share of test points right, from which on a rate has survived
PASS = 50


def _map(name: str, title: str) -> HeatMap:
    return HeatMap(
        name=name,
        title=title,
        x_range=SPAN,
        y_range=SPAN,
        classes=("arm A", "arm B"),
        low_label="A",
        high_label="B",
        value_label="P(B) − P(A)",
        span=4,
        height=300,
    )


class RateSurvival(Explorable):
    """Nine learning rates from 0.01 to 3, each for a network without and one with batch norm.

    All have the same layers, 2-32-...-2 with ReLU, see the same batches of the spiral, and take
    plain steps of gradient descent. A network whose numbers break stands still from there on.

    Parameters
    ----------
    seed : int
        Of the points, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    References
    ----------
    Ioffe and Szegedy (2015), "Batch normalization", section 3.3.

    Examples
    --------
    >>> view = RateSurvival()
    >>> view.run(2)
    >>> view.accuracies().shape
    (2, 9)
    """

    title = "Learning rates from 0.01 to 3: which ones survive?"
    seeded = True
    units = ("update", "fifty updates")
    pass_label: ClassVar[str] = f"{PASS} updates"
    speed = replace(Explorable.speed, maximum=300, value=30)
    controls = (
        Slider("rate", "Show learning rate", float(RATES[0]), float(RATES[-1]), 0.02, log=True),
        Slider("depth", "Hidden layers", 1, 6, 4, integer=True, restarts=True),
        Slider("batch", "Batch size", 2, 150, 30, log=True, integer=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"rate": 0.02, "depth": 4, "batch": 30},
        "One hidden layer": {"depth": 1},
        "Batches of two": {"batch": 2},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="rates",
            title="Test points right, by learning rate",
            x_range=(0.008, 3.75),
            y_range=(0.4, 1.03),
            x_scale="log",
            x_label="learning rate",
            lines=(
                {"name": "plain", "label": "without"},
                {"name": "norm", "label": "with batch norm"},
            ),
            handles=(Handle("rate", x="rate"),),
            span=4,
            height=300,
        ),
        _map("plain", "Without batch norm"),
        _map("norm", "With batch norm"),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        axis = np.linspace(*SPAN, 2 * PIXELS + 1, dtype=np.float32)[1::2]
        self._plane = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make all eighteen networks anew."""
        points = (
            spiral(POINTS, noise=0.03, rng=np.random.default_rng([self.seed, k])) for k in (0, 1)
        )
        (self._x, self._y), self._tests = points
        depth = self.values["depth"]
        self.racers = [
            [Racer(float(rate), norm, depth, self.seed) for rate in RATES] for norm in (False, True)
        ]
        self.made = 0
        self._shown = {"points": freeze(self._x), "labels": freeze(self._y.astype(np.uint8))}
        self._measured: tuple[int, Array] = (-1, np.empty(0))

    def steps(self) -> Iterator[Step]:
        """Let every network make an update with the same batch, for as long as somebody asks."""
        with limited_blas_threads():
            while True:
                rng = np.random.default_rng([self.seed, 2, self.made])
                chosen = rng.choice(POINTS, self.values["batch"], replace=False)
                for racer in (*self.racers[0], *self.racers[1]):
                    racer.update(self._x[chosen], self._y[chosen])
                self.made += 1
                yield Step(self.made // PASS, self.made, 0.0, 0.0, self.made % PASS == 0)

    def changed(self, name: str) -> None:
        """Nothing to do: the rate is read when it is drawn, the batch size at each update."""

    def accuracies(self) -> Array:
        """Return the share of test points that each network gets right, shape (2, 9)."""
        if self._measured[0] != self.made:
            x, y = self._tests
            rows = [[racer.accuracy(x, y) for racer in row] for row in self.racers]
            self._measured = self.made, np.array(rows)
        return self._measured[1]

    def survivors(self) -> tuple[int, int]:
        """Return how many rates reach 90 % of the test points, without and with batch norm."""
        plain, norm = (self.accuracies() >= GOOD).sum(axis=1)
        return int(plain), int(norm)

    def chosen(self) -> int:
        """Return the number of the rate that is shown."""
        return int(np.abs(np.log(RATES / self.values["rate"])).argmin())

    def save_state(self) -> dict[str, Any]:
        """Return all networks."""
        racers = [*self.racers[0], *self.racers[1]]
        flat = [array.ravel() for racer in racers for array in racer.arrays()]
        return {
            "arrays": np.concatenate(flat),
            "broken": [racer.broken for racer in racers],
            "made": self.made,
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        start = 0
        racers = (*self.racers[0], *self.racers[1])
        for racer, broken in zip(racers, state["broken"], strict=True):
            racer.broken = broken
            for array in racer.arrays():
                array[...] = state["arrays"][start : start + array.size].reshape(array.shape)
                start += array.size
        self.made = state["made"]
        self._measured = (-1, np.empty(0))

    def check(self) -> None:
        """Nothing to check: a network that breaks is a result here."""

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the accuracy of every rate, and the maps of the chosen one."""
        accuracies, at = self.accuracies(), self.chosen()
        plain, norm = self.survivors()
        frame: dict[str, dict[str, Any]] = {
            "rates": {
                **{
                    name: np.stack([RATES, row]).astype(np.float32)
                    for name, row in zip(("plain", "norm"), accuracies, strict=True)
                },
                "marked_x": float(RATES[at]),
                "marked_label": f"{RATES[at]:.2g}",
                "alt": f"At least 90% of the test points are right for {plain} of 9 rates "
                f"without batch norm and for {norm} of 9 with it.",
            }
        }
        for name, row, right in zip(("plain", "norm"), self.racers, accuracies[:, at], strict=True):
            broken = " Its numbers broke." if row[at].broken else ""
            frame[name] = {
                "values": quantize(row[at].answer(self._plane), 1.0).reshape(PIXELS, PIXELS),
                "scale": 1.0,
                **self._shown,
                "alt": f"The plane coloured by answer at a rate of {RATES[at]:.2g}: {right:.0%} of "
                f"the test points right.{broken}",
            }
        return frame

    def summary(self) -> str:
        """Return how many rates survive, and how the chosen one fares."""
        plain, norm = self.survivors()
        at = self.chosen()
        left, right = self.accuracies()[:, at]
        return (
            f"Update {self.made:,}. Of 9 rates, {plain} get 90% of the test points right without "
            f"batch norm, {norm} with it. At {RATES[at]:.2g}: {left:.0%} without, {right:.0%} with."
        )
