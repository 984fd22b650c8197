"""A cascade of functions: small changes pass from one to the next, and their factors multiply."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib.explorables.backpropagation.graph import (
    Move,
    Node,
    all_ways,
    panel_nodes,
    short,
    work_backward,
    work_forward,
)
from nnlib.explorables.backpropagation.tape_run import TapeRun, tape_steps
from nnlib.kernels.types import Array
from nnlib.live import Graph, Handle, Panel, Slider, Tape, freeze

NODES = (
    Node("x"),
    Node(
        "u", "3x − 2", ("x",), lambda x: 3 * x - 2, lambda x, own: (3.0,), "3 × {0} − 2", ("3",)
    ),
    Node("v", "u²", ("u",), lambda u: u * u, lambda u, own: (2 * u,), "{0}²", ("2 × {0}",)),
    Node(
        "y", "5 − v/2", ("v",), lambda v: 5 - v / 2, lambda v, own: (-0.5,), "5 − {0} / 2",
        ("(−0.5)",),
    ),
)  # fmt: skip
X_RANGE = (-1.0, 2.5)


def _forward(x: float) -> list[Move]:
    return work_forward(NODES, {"x": x})


def _work(x: float) -> list[Move]:
    forward = _forward(x)
    return forward + work_backward(NODES, {m.node: m.number for m in forward}, all_ways(NODES))


class Cascade(TapeRun):
    """Three functions in a row, u = 3x − 2, v = u², y = 5 − v/2, and how y follows x.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Cascade(x=1.0)
    >>> view.slope()  # 3 times 2 times -0.5
    -3.0
    """

    title = "The chain rule: the slopes of a cascade multiply"
    autoplay = True
    given = 1
    controls = (
        Slider("x", "Input x", *X_RANGE, 1.0),
        Slider("nudge", "Nudge of x", 0.001, 0.5, 0.3, log=True),
    )
    panels: Sequence[Panel] = (
        Tape(
            name="tape",
            title="Blue: values. Orange (∂): by how much y changes if this number grows by 1",
            nodes=panel_nodes(NODES),
            steps=tape_steps(_work(1.0)),
            given=1,
            span=7,
            height=250,
        ),
        Graph(
            name="curve",
            title="y over x: the product of the slopes is the slope",
            x_range=X_RANGE,
            y_range=(-8.5, 6.5),
            x_label="x",
            y_label="y",
            lines=(
                {"name": "y", "label": "y(x)"},
                {"name": "tangent", "label": "slope ∂y/∂x"},
                {"name": "nudged", "label": "through the nudge"},
            ),
            handles=(Handle("x", x="x", on="y"),),
            span=5,
            height=250,
        ),
    )

    def start(self) -> None:
        """Begin with x alone."""
        x = np.linspace(*X_RANGE, 141)
        self._curve = freeze(np.stack([x, 5 - (3 * x - 2) ** 2 / 2]).astype(np.float32))
        super().start()

    def work(self) -> list[Move]:
        """Return every number, for the x of the slider."""
        return _work(self.values["x"])

    def changed(self, name: str) -> None:
        """Work it out anew; as many numbers are shown as before."""
        self.moves = self.work()

    def slope(self) -> float:
        """Return dy/dx, the product of the three slopes."""
        return self.moves[-1].number

    def nudged(self) -> float:
        """Return how much y moves when x is nudged, divided by the nudge."""
        x, nudge = float(self.values["x"]), float(self.values["nudge"])
        return (_forward(x + nudge)[-1].number - _forward(x)[-1].number) / nudge

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the tape, and the curve with both lines."""
        x, y = self.values["x"], _forward(self.values["x"])[-1].number
        return {
            "tape": self.tape_data(self.moves, self.made),
            "curve": {
                "y": self._curve,
                "tangent": _line(x, y, self.slope()),
                "nudged": _line(x, y, self.nudged()),
                "alt": f"The curve with its tangent of slope {short(self.slope())} at "
                f"x = {short(x)}, and a line through the nudged point, of slope "
                f"{short(self.nudged())}.",
            },
        }

    def summary(self) -> str:
        """Return the product of the slopes, and what the nudge finds."""
        x, nudge = self.values["x"], self.values["nudge"]
        _, v_slope, u_slope = (self.moves[i].number for i in (4, 5, 6))
        told = f"∂y/∂x = (−0.5) × {_factor(u_slope, v_slope)} × 3 = {short(self.slope())}."
        return (
            f"At x = {short(x)}: {told} A nudge of {short(nudge)} moves y by "
            f"{short(self.nudged())} for each unit of x."
        )


def _factor(after: float, before: float) -> str:
    """The slope between two gradients, in brackets if negative."""
    number = after / before
    return f"({short(number)})" if number < 0 else short(number)


def _line(x: float, y: float, slope: float) -> Array:
    """A piece of a straight line through a point, cut where the picture ends."""
    ends = np.array([max(X_RANGE[0], x - 0.9), min(X_RANGE[1], x + 0.9)])
    return np.stack([ends, y + slope * (ends - x)]).astype(np.float32)
