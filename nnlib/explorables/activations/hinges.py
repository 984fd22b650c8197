"""A curve from a few hinges: a sum of ReLUs learns a function of one variable."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.functions import line
from nnlib.initializers import zeros
from nnlib.kernels.types import Array
from nnlib.layers import Dense, ReLU
from nnlib.live import (
    ENDLESS,
    Choice,
    Curves,
    Explorable,
    Graph,
    Panel,
    Series,
    Slider,
    clean_seed,
    freeze,
)
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.training import Step, evaluate, fit

REACH = 3.0
X = np.linspace(-REACH, REACH, 121)
CURVES: dict[str, Callable[[Array], Array]] = {
    "wave": lambda x: np.sin(1.5 * x),
    "parabola": lambda x: x**2 / 4.5 - 1.0,
    "corner": lambda x: np.abs(x) / 1.5 - 1.0,
    "bump": lambda x: 2.0 * np.exp(-2.0 * x**2) - 0.5,
    "stairs": lambda x: np.where(x < -1.0, -1.0, np.where(x < 1.0, 0.0, 1.0)),
}
MOST_UNITS = 24


class HingeFit(Explorable):
    r"""A network with one hidden layer of ReLUs learns a curve.

    .. math:: \hat y(x) = c + \sum_j v_j \max(w_j x + b_j, 0)

    Each unit bends the answer at one place, its hinge x = -b/w.

    Parameters
    ----------
    seed : int
        Of the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = HingeFit(curve="corner", units=4)
    >>> view.run(1500)
    >>> view.loss() < 0.01
    True
    """

    title = "A sum of ReLUs bends a straight line into a curve"
    seeded = True
    controls = (
        Choice("curve", "Curve to learn", tuple(CURVES), "wave"),
        Slider("shift", "Shift of the curve", -2.0, 2.0, 0.0),
        Slider("units", "Hidden ReLUs", 1, MOST_UNITS, 8, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.001, 0.3, 0.02, log=True),
    )
    speed = replace(Explorable.speed, maximum=2000, value=120)
    pass_label: ClassVar[str] = "50 updates"
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "A wave from 8": {"curve": "wave", "units": 8},
        "One unit, one hinge": {"curve": "corner", "units": 1},
        "Two make a corner": {"curve": "corner", "units": 2},
        "Twenty-four": {"curve": "wave", "units": 24},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="fit",
            title="The curve, the answer, and its hinges (stars)",
            x_range=(-REACH, REACH),
            y_range=(-2.2, 2.2),
            x_label="x",
            y_label="y",
            lines=({"name": "target", "label": "to learn"}, {"name": "answer", "label": "network"}),
            span=5,
            height=340,
        ),
        Graph(
            name="parts",
            title="What each ReLU adds: v max(w x + b, 0)",
            x_range=(-REACH, REACH),
            y_range=(-4.0, 4.0),
            x_label="x",
            lines=({"name": "parts", "label": "one unit each"},),
            span=4,
            height=340,
        ),
        Curves(
            name="loss",
            title="Mean squared error",
            series=({"name": "loss", "label": "network"},),
            y_scale="log",
            span=3,
            height=340,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._x = freeze(X[:, None])
        self._track = Series("loss")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Draw the network anew."""
        self._rng = np.random.default_rng(self.seed)
        n = self.values["units"]
        self._hidden = Dense(1, n, rng=self._rng, dtype=np.float64)
        # From 0 on every unit finds the sign that helps; the hinges make the units differ.
        self._output = Dense(n, 1, rng=self._rng, dtype=np.float64, initializer=zeros)
        sizes = self._rng.uniform(0.5, 1.5, n)
        self._hidden.weight.value[0] = np.where(np.arange(n) % 2, -sizes, sizes)  # both ways
        places = (np.arange(n) + 0.5) / n * 2 * REACH - REACH  # so each hinge lies in the picture
        self._hidden.bias.value[:] = -places * self._hidden.weight.value[0]
        self.network = Sequential(self._hidden, ReLU(), self._output)
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._y = self._wanted()[:, None]
        self._track.clear()

    def _wanted(self) -> Array:
        """The curve to learn at every x."""
        return CURVES[self.values["curve"]](X - self.values["shift"])

    def steps(self) -> Iterator[Step]:
        """Train on the whole curve, for as long as somebody asks."""
        return fit(
            self.network,
            MeanSquaredError(),
            self.optimizer,
            self._x,
            self._y,
            batch_size=len(X),
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Let the network follow a new curve or rate from where it is."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name in ("curve", "shift"):
            self._y[:, 0] = self._wanted()
            self.player.renew_steps()  # fit has looked at the data it was given
            self.record(self.player.step)

    def ends_unit(self, unit: str, item: Step) -> bool:
        """Whether 50 updates are done: each is a pass over the whole curve."""
        return unit == self.units[0] or item.iteration % 50 == 0

    def record(self, step: int) -> None:
        """Measure the loss."""
        self._track.append(step, loss=self.loss())

    def forget_after(self, step: int) -> None:
        """Show the curve up to this step."""
        self._track.rewind(step)

    def loss(self) -> float:
        """Return the mean squared error on the curve."""
        return evaluate(self.network, MeanSquaredError(), self._x, self._y).loss

    def hinges(self) -> Array:
        """Return the x at which each unit bends the answer; NaN for a unit of weight 0."""
        w, b = self._hidden.weight.value[0], self._hidden.bias.value
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(w != 0, -b / w, np.nan)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the fit, the parts and the loss."""
        answer = self.network.forward(self._x)[:, 0]
        hinges = self.hinges()
        seen = np.sort(hinges[np.abs(hinges) <= REACH])  # NaN is not seen
        loss = float(((answer - self._y[:, 0]) ** 2).mean())
        return {
            "fit": {
                "target": line(X, self._y[:, 0]),
                "answer": line(X, answer),
                "marks": line(seen, np.interp(seen, X, answer)),
                "alt": f"The curve and the network's answer, bent at {len(seen)} hinges; mean "
                f"squared error {loss:.4f}.",
            },
            "parts": {
                "parts": self._parts(),
                "alt": f"What each of {len(hinges)} ReLUs adds to the answer.",
            },
            "loss": {
                "loss": self._track.curve("loss"),
                "alt": f"Mean squared error over the updates: now {loss:.4f}.",
            },
        }

    def _parts(self) -> Array:
        """The contribution of every unit, one after the other with a gap between two."""
        x = np.linspace(-REACH, REACH, 61)
        w, b = self._hidden.weight.value[0], self._hidden.bias.value
        heights = np.maximum(np.outer(w, x) + b[:, None], 0) * self._output.weight.value
        gap = np.full((len(w), 1), np.nan)
        return line(
            np.hstack([np.tile(x, (len(w), 1)), gap]).ravel(), np.hstack([heights, gap]).ravel()
        )

    def summary(self) -> str:
        """Return the loss, and how many hinges lie on the picture."""
        seen = int((np.abs(self.hinges()) <= REACH).sum())
        pieces = f"up to {seen + 1} straight pieces" if seen else "one straight piece"
        return (
            f"Update {self.player.step:,}: mean squared error {self.loss():.4f}; {seen} of "
            f"{self.values['units']} hinges in the picture, so {pieces}."
        )
