"""One ReLU that a step too large kills, and three ways to have it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import TEN
from nnlib.explorables.activations.functions import line
from nnlib.layers import Dense, LeakyReLU
from nnlib.live import (
    Bars,
    Choice,
    Explorable,
    Graph,
    Handle,
    Panel,
    Plane,
    Slider,
    cell_centres,
    clean_seed,
    freeze,
)
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import Step

LEAVE, REDRAW = "leave it", "draw it anew"
WAIT = 15  # steps without a gradient after which a unit is drawn anew
REACH = 3.0  # of w and b
CELLS = 60
X = np.linspace(-1.0, 2.0, 31)
TARGET = np.maximum(X, 0.0)
LEVELS = (0.02, 0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 16.0)


class DeadUnit(Explorable):
    r"""One unit a = max(w x + b, 0) learns the points of max(x, 0).

    Where w x + b < 0 for all points, the loss is level: nothing pulls the unit back.

    Parameters
    ----------
    seed : int
        Of the values that a unit drawn anew gets.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = DeadUnit(learning_rate=0.1)
    >>> view.run(300)
    >>> view.loss() < 1e-3, view.dead()
    (True, False)
    """

    title = "Kill and rescue a ReLU"
    seeded = True
    pass_label: ClassVar[str] = "10 steps"
    controls = (
        Slider("start_w", "Start w", -REACH, REACH, 1.6, restarts=True),
        Slider("start_b", "Start b", -REACH, REACH, 1.4, restarts=True),
        Choice("rescue", "A dead unit", (LEAVE, REDRAW), LEAVE),
        Slider("learning_rate", "Learning rate η", 0.01, 2.0, 0.1, log=True),
        Slider("leak", "Leak s", 0.0, 0.5, 0.0),
    )
    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=100, value=8, top_label="")
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "It learns": {"learning_rate": 0.1, "leak": 0.0, "start_w": 1.6, "start_b": 1.4},
        "Kill it with one step": {
            "learning_rate": 1.0,
            "leak": 0.0,
            "rescue": LEAVE,
            "start_w": 1.6,
            "start_b": 1.4,
        },
        "Rescue: a leak": {"leak": 0.1, "learning_rate": 0.3},
        "Rescue: draw it anew": {"rescue": REDRAW, "learning_rate": 0.1},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="unit",
            title="The unit, its z, and what to learn",
            x_range=(-1.1, 2.1),
            y_range=(-3.0, 5.0),
            x_label="x",
            y_label="a",
            lines=(
                {"name": "a", "label": "a = f(z)"},
                {"name": "z", "label": "z = w x + b"},
                {"name": "points", "label": "to learn"},
            ),
            span=4,
            height=360,
        ),
        Plane(
            name="loss",
            title="The loss over w and b: drag the start",
            x_range=(-REACH, REACH),
            y_range=(-REACH, REACH),
            x_label="w",
            y_label="b",
            paths=({"name": "path", "label": "steps"},),
            handles=(Handle("start", x="start_w", y="start_b"),),
            value_label="loss",
            low_label="low",
            high_label="high",
            span=5,
            height=360,
        ),
        Bars(
            name="gradient",
            title="Size of the gradient",
            labels=("dL/dw", "dL/db"),
            y_scale="log",
            y_range=(1e-4, 100.0),
            value_label="size",
            smooth=True,
            span=3,
            height=360,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._x = freeze(X[:, None])
        self._y = freeze(TARGET[:, None])
        self._points = freeze(line(X, TARGET))
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Put the unit at its start."""
        dense = Dense(1, 1, rng=np.random.default_rng(self.seed), dtype=np.float64)
        self._act = LeakyReLU(self.values["leak"])
        self.network = Sequential(dense, self._act)
        self._dense = dense
        self._put(self.values["start_w"], self.values["start_b"])
        self.optimizer = SGD(self.network.parameters(), self.values["learning_rate"])
        self._path = [self.place()]
        self._silent = 0
        self._draw_loss()

    def _put(self, w: float, b: float) -> None:
        self._dense.weight.value[0, 0] = w
        self._dense.bias.value[0] = b

    def place(self) -> tuple[float, float]:
        """Return w and b."""
        return float(self._dense.weight.value[0, 0]), float(self._dense.bias.value[0])

    def _draw_loss(self) -> None:
        """Compute the loss for every w and b on the map."""
        axis, leak = cell_centres((-REACH, REACH), CELLS), self.values["leak"]
        z = axis[None, :, None] * X + axis[:, None, None]  # (b, w, point)
        losses = ((np.where(z > 0, z, leak * z) - TARGET) ** 2).mean(axis=2)
        self._still = {
            "values": freeze(losses.astype(np.float32)),
            "levels": freeze(np.array(LEVELS, dtype=np.float32)),
            "low": 0.0,
            "high": float(np.quantile(losses, 0.85)),
            "marks": freeze(np.array([[1.0], [0.0]], dtype=np.float32)),
        }

    def changed(self, name: str) -> None:
        """Use the new setting from the next step on; a leak changes the landscape."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name == "leak":
            self._act.negative_slope = self.values["leak"]
            self._draw_loss()

    # ------------------------------------------------------------------ training

    def pace(self) -> float:
        """Return the steps in a second: even the largest pace is one that the eye can follow."""
        return float(self.values["speed"])

    def steps(self) -> Iterator[Step]:
        """Train on all points at once, for as long as somebody asks."""
        while True:
            loss = self._gradient()
            self._silent = self._silent + 1 if self.dead() else 0
            if self._silent > WAIT and self.values["rescue"] == REDRAW:
                self._draw_anew()
            else:
                self.optimizer.step()
            self._path.append(self.place())
            taken = len(self._path) - 1
            ends = taken % TEN == 0
            yield Step(taken // TEN, taken, loss, self.optimizer.learning_rate, ends)

    def _gradient(self) -> float:
        """Compute loss and gradient at the present w and b."""
        prediction = self.network.forward(self._x, training=True)
        loss, grad = MeanSquaredError().value_and_gradient(prediction, self._y)
        self.network.backward_parameters(grad)
        return loss

    def _draw_anew(self) -> None:
        """Give the unit new first values, of a unit that is on for at least half of the points."""
        rng = np.random.default_rng([self.seed, len(self._path)])
        self._put(abs(rng.normal(0.0, 1.0)), abs(rng.normal(0.0, 0.5)))
        self._silent = 0

    def dead(self) -> bool:
        """Return whether the unit answers 0 to every point and gets no gradient."""
        w, b = self.place()
        return self.values["leak"] == 0 and bool((w * X + b <= 0).all())

    def loss(self) -> float:
        """Return the loss where the unit stands."""
        return self._gradient()

    def save_state(self) -> dict[str, Any]:
        """Return weights and the way here."""
        return super().save_state() | {"path": np.array(self._path), "silent": self._silent}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self._path = [(float(w), float(b)) for w, b in state["path"]]
        self._silent = state["silent"]

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the unit, its way over the loss, and the gradient."""
        loss = self._gradient()
        w, b = self.place()
        z = w * X + b
        gradient = [abs(float(p.grad.ravel()[0])) for p in self.network.parameters()]
        path = np.array(self._path[-400:], dtype=np.float32).T
        numbers = np.arange(len(self._path), dtype=np.float32)[-400:]
        return {
            "unit": {
                "a": line(X, np.where(z > 0, z, self.values["leak"] * z)),
                "z": line(X, z),
                "points": self._points,
                "alt": f"The unit with w = {w:z.3f} and b = {b:z.3f}: loss {loss:.3f}"
                + (", off for every point." if self.dead() else "."),
            },
            "loss": self._still
            | {
                "path": path,
                "path_steps": numbers,
                "alt": f"The way over the loss, now at w = {w:z.2f}, b = {b:z.2f}"
                + (", where the loss is level." if self.dead() else "."),
            },
            "gradient": {
                "values": np.array(gradient, dtype=np.float32),
                "alt": f"The gradient: {gradient[0]:.3g} for w and {gradient[1]:.3g} for b.",
            },
        }

    def summary(self) -> str:
        """Return where the unit stands, and what to do if it is dead."""
        w, b = self.place()
        state = f"Step {len(self._path) - 1}: w = {w:z.3f}, b = {b:z.3f}, loss {self.loss():.3f}. "
        if self.dead():
            return state + (
                "The unit is dead: z < 0 for every point, so the gradient is 0. Give it a leak, "
                "have it drawn anew, or reset it with a lower rate."
            )
        on = int((w * X + b > 0).sum())
        return state + f"It is on for {on} of {len(X)} points."
