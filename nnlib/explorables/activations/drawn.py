"""Draw an activation function, and a small network learns with it at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.drawn_layer import (
    A_REACH,
    CENTRES,
    COLUMNS,
    ROWS,
    Z_REACH,
    TableActivation,
    draw_curve,
    read_curve,
)
from nnlib.explorables.activations.functions import line
from nnlib.kernels.types import Array
from nnlib.layers import Dense
from nnlib.live import (
    ENDLESS,
    Choice,
    Curves,
    Drawing,
    Explorable,
    Graph,
    HeatMap,
    Pad,
    Panel,
    Series,
    Slider,
    cell_centres,
    clean_seed,
    quantize,
)
from nnlib.losses import BinaryCrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.training import Step, evaluate, fit

PAPER = Drawing("curve", "Your function", ROWS, COLUMNS)
SAMPLES = 240
SIDE = 64  # pixels of the map
EXAMPLES: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "ReLU": lambda z: np.maximum(z, 0.0),
    "A bump": lambda z: 2.4 * np.exp(-(z**2)) - 1.2,
    "A wave": lambda z: 1.2 * np.sin(2.5 * z),
    "A straight line": lambda z: z / 2.2,
    "Level: no slope": lambda z: 0.0 * z + 0.5,
}


def _points(kind: str, seed: int) -> tuple[Array, Array]:
    """Points of two classes in the square from -1 to 1, and their classes as 0 and 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, (SAMPLES, 2)).astype(np.float32)
    match kind:
        case "circle":
            wanted = np.hypot(x[:, 0], x[:, 1]) < 0.65
        case "XOR":
            wanted = x[:, 0] * x[:, 1] > 0
        case _:
            wanted = np.sin(8.0 * x[:, 0]) > 0
    return x, wanted[:, None].astype(np.float32)


class DrawnActivation(Explorable):
    """A 2-8-8-1 network whose activation function is what the learner draws.

    Parameters
    ----------
    seed : int
        Of the points, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Attributes
    ----------
    x, y : ndarray of shape (samples, 2) and (samples, 1)
        The points, and 1 for those that are orange.

    Examples
    --------
    >>> view = DrawnActivation(points="circle")
    >>> view.run(600)
    >>> view.accuracy() > 0.9
    True
    """

    title = "Draw your own activation function, and train with it"
    seeded = True
    controls = (
        replace(PAPER, value=PAPER.clean(draw_curve(np.tanh))),
        Choice("points", "Points", ("circle", "XOR", "stripes"), "circle", restarts=True),
        Slider("learning_rate", "Learning rate", 0.001, 0.3, 0.02, log=True),
    )
    speed = replace(Explorable.speed, maximum=2000, value=150)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        name: {"curve": draw_curve(function)} for name, function in EXAMPLES.items()
    }
    panels: Sequence[Panel] = (
        Pad(
            name="pad",
            title=f"Draw a = f(z): z from −{Z_REACH:g} to {Z_REACH:g}, a from −{A_REACH:g} to "
            f"{A_REACH:g}",
            drawing="curve",
            line_width=0.05,
            span=6,
            height=300,
        ),
        Graph(
            name="read",
            title="What the network reads: your function and its slope",
            x_range=(-Z_REACH, Z_REACH),
            y_range=(-3.0, 3.0),
            x_label="z",
            lines=({"name": "f", "label": "f"}, {"name": "slope", "label": "f′"}),
            span=6,
            height=300,
        ),
        HeatMap(
            name="map",
            title="What the network answers",
            x_range=(-1.0, 1.0),
            y_range=(-1.0, 1.0),
            classes=("blue", "orange"),
            value_label="P(orange) − P(blue)",
            span=6,
            height=320,
        ),
        Curves(
            name="loss",
            title="Loss: how wrong, in nats",
            series=({"name": "loss", "label": "network"}, {"name": "guess", "label": "guessing"}),
            y_scale="log",
            span=6,
            height=320,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series("loss")
        across, up = np.meshgrid(cell_centres((-1, 1), SIDE), cell_centres((-1, 1), SIDE))
        self._plane = np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make points and network anew; the drawing stays."""
        self._rng = np.random.default_rng(self.seed)
        self.x, self.y = _points(self.values["points"], self.seed)
        self._curve = self._read()
        self._drawn = [TableActivation(self._curve) for _ in range(2)]
        self.network = Sequential(
            Dense(2, 8, rng=self._rng),
            self._drawn[0],
            Dense(8, 8, rng=self._rng),
            self._drawn[1],
            Dense(8, 1, rng=self._rng),
        )
        for index in (0, 2):  # else every unit has its z = 0 on the origin
            bias = self.network.layers[index].parameters()[1].value
            bias[:] = self._rng.uniform(-1.0, 1.0, bias.shape)
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._track.clear()

    def _read(self) -> Array:
        """The function as it is read off the drawing."""
        drawing = self._controls["curve"]
        assert isinstance(drawing, Drawing)
        return read_curve(drawing.pixels(self.values["curve"]))

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            BinaryCrossEntropy(),
            self.optimizer,
            self.x,
            self.y,
            batch_size=40,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Go on with the new function or rate; the weights stay."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name == "curve":
            self._curve = self._read()
            for layer in self._drawn:
                layer.set_curve(self._curve)
            self.record(self.player.step)

    def record(self, step: int) -> None:
        """Measure the loss."""
        self._track.append(step, loss=self.loss())

    def forget_after(self, step: int) -> None:
        """Show the curve up to this step."""
        self._track.rewind(step)

    def loss(self) -> float:
        """Return the loss on all points."""
        return evaluate(self.network, BinaryCrossEntropy(), self.x, self.y).loss

    def accuracy(self) -> float:
        """Return the share of points that are told right."""
        return float(((self.network.forward(self.x) > 0) == (self.y > 0.5)).mean())

    def steepest(self) -> float:
        """Return the largest slope of the drawn function, without its sign."""
        return float(np.abs(self._drawn[0].slope(CENTRES)).max())

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the function as it was read, the map and the loss."""
        answer = np.tanh(self.network.forward(self._plane)[:, 0] / 2)  # P(orange) - P(blue)
        slope = self._drawn[0].slope(CENTRES[:-1] + 1e-6)
        middles = (CENTRES[:-1] + CENTRES[1:]) / 2
        return {
            "pad": {"alt": "Your drawing of the activation function."},
            "read": {
                "f": line(CENTRES, self._curve),
                "slope": line(middles, slope),
                "alt": f"The function that was read, from {self._curve.min():.2f} to "
                f"{self._curve.max():.2f}, and its slope, at most {self.steepest():.2f}.",
            },
            "map": {
                "values": quantize(answer, 1.0).reshape(SIDE, SIDE),
                "scale": 1.0,
                "points": self.x,
                "labels": self.y[:, 0].astype(np.uint8),
                "alt": f"The plane coloured by answer; {self.accuracy():.0%} of the points lie on "
                "the right side.",
            },
            "loss": {
                "loss": self._track.curve("loss"),
                "guess": np.array(
                    [[0, max(self.player.step, 1)], [np.log(2)] * 2], dtype=np.float32
                ),
                "alt": f"Loss over the updates: now {self._track.last('loss'):.3f}.",
            },
        }

    def summary(self) -> str:
        """Return how well it learns, and what is wrong with the drawing if it cannot."""
        told = f"Update {self.player.step:,}: {self.accuracy():.1%} of {SAMPLES} points told right."
        if not self.values["curve"]:
            return f"{told} The paper is empty: f is 0 everywhere. Draw a line from left to right."
        if self.steepest() < 0.05:
            return f"{told} Your function is level: its slope is 0, so no gradient gets through."
        if np.ptp(self._drawn[0].slope(CENTRES)) < 0.2:
            return f"{told} Your function is almost straight: the border can only be a line."
        return told
