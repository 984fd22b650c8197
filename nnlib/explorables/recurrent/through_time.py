"""Backpropagation through time on a cell of one unit, a multiplication at a time."""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

from nnlib.explorables.backpropagation.graph import (
    Move,
    Node,
    Way,
    panel_nodes,
    short,
    work_backward,
    work_forward,
)
from nnlib.explorables.backpropagation.tape_run import AskingTape, near, tape_steps
from nnlib.live import Panel, Slider, Tape

LEAVES = ("x₁", "x₂", "x₃", "w", "u", "y")
#: Back along the states; w and u gather a share at every step.
WAYS: tuple[Way, ...] = (
    ("L", "h₃"),
    ("h₃", "z₃"),
    ("z₃", "u"),
    ("z₃", "w"),
    ("z₃", "h₂"),
    ("h₂", "z₂"),
    ("z₂", "u"),
    ("z₂", "w"),
    ("z₂", "h₁"),
    ("h₁", "z₁"),
    ("z₁", "w"),
)
#: Each step to the right of and above the one before; w and u above, for all of them.
PLACES = {
    "w": (0.06, 0.13),
    "x₁": (0.06, 0.66),
    "z₁": (0.20, 0.80),
    "u": (0.245, 0.40),
    "h₁": (0.33, 0.80),
    "x₂": (0.33, 0.95),
    "z₂": (0.47, 0.56),
    "h₂": (0.60, 0.56),
    "x₃": (0.60, 0.83),
    "z₃": (0.73, 0.32),
    "h₃": (0.84, 0.32),
    "y": (0.84, 0.66),
    "L": (0.945, 0.32),
}


def _tanh(step: str) -> Node:
    """The state after a step; its slope is told by its own value."""
    return Node(
        f"h{step}",
        f"tanh(z{step})",
        (f"z{step}",),
        math.tanh,
        lambda z, own: (1.0 - own * own,),
        "tanh({plain})",
        ("(1 − {self}²)",),
    )


def _later(step: str, before: str) -> Node:
    """z of a step that has a state before it."""
    return Node(
        f"z{step}",
        f"wx{step} + uh{before}",
        ("w", f"x{step}", "u", f"h{before}"),
        lambda w, x, u, h: w * x + u * h,
        lambda w, x, u, h, own: (x, w, h, u),
        "{0} × {1} + {2} × {3}",
        ("{1}", "{0}", "{3}", "{2}"),
    )


NODES = (
    *(Node(name) for name in LEAVES),
    Node(
        "z₁",
        "wx₁",
        ("w", "x₁"),
        lambda w, x: w * x,
        lambda w, x, own: (x, w),
        "{0} × {1}",
        ("{1}", "{0}"),
    ),
    _tanh("₁"),
    _later("₂", "₁"),
    _tanh("₂"),
    _later("₃", "₂"),
    _tanh("₃"),
    Node(
        "L",
        "½ (y − h₃)²",
        ("y", "h₃"),
        lambda y, h: 0.5 * (y - h) ** 2,
        lambda y, h, own: (y - h, h - y),
        "½ × ({0} − {1})²",
        ("({0} − {1})", "({1} − {0})"),
    ),
)
START = {"x1": 1.0, "x2": 0.0, "x3": 0.0, "w": 1.0, "u": 0.5, "target": 1.0}


def _work(values: Mapping[str, float]) -> list[Move]:
    """Every number, for what the sliders say."""
    given = {"x₁": values["x1"], "x₂": values["x2"], "x₃": values["x3"]}
    given |= {"w": values["w"], "u": values["u"], "y": values["target"]}
    forward = work_forward(NODES, given)
    found = {move.node: move.number for move in forward}
    return forward + work_backward(NODES, found, WAYS)


class ThroughTime(AskingTape):
    """A cell of one unit reads three numbers; then the gradient goes back, step by step.

    h₀ is 0, there is no bias, and the loss looks at the last state only. The same w and u are used
    at every step, so each step adds its share to their gradients.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = ThroughTime()
    >>> round(view.number("h₃"), 3), round(view.number("u", "gradient"), 3)
    (0.18, -0.551)
    """

    title = "Backpropagation through time: one multiplication at a time"
    given = len(LEAVES)
    controls = (
        Slider("x1", "Input x₁", -2.0, 2.0, START["x1"]),
        Slider("x2", "Input x₂", -2.0, 2.0, START["x2"]),
        Slider("x3", "Input x₃", -2.0, 2.0, START["x3"]),
        Slider("w", "Weight w (input)", -3.0, 3.0, START["w"]),
        Slider("u", "Weight u (state)", -3.0, 3.0, START["u"]),
        Slider("target", "Target y", -1.0, 1.0, START["target"]),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "The worked example": START,
        "u = 1: nothing gets lost but by tanh": START | {"u": 1.0},
        "u = 0: no memory": START | {"u": 0.0},
        "Saturated: w = 3, u = 3": START | {"w": 3.0, "u": 3.0, "target": -1.0},
    }
    panels: Sequence[Panel] = (
        Tape(
            name="tape",
            title="Blue: values, from left to right. Orange (∂): gradients of L, coming back",
            nodes=[node | {"at": list(PLACES[str(node["name"])])} for node in panel_nodes(NODES)],
            steps=tape_steps(_work(START)),
            given=len(LEAVES),
            asks=True,
            span=12,
            height=440,
        ),
    )

    def work(self) -> list[Move]:
        """Return every number, for what the sliders say."""
        return _work(self.values)

    def help_with(self, index: int, value: float) -> str:
        """Return the likely reason of a wrong number, or the arithmetic."""
        move = self.moves[index]
        if near(value, -move.number):
            return "The size is right. Look at the sign again."
        if "so far" in move.words:
            return (
                f"Not {short(value)}. {move.node} is used at every step: add this share to the "
                f"{short(self._gathered(move, index))} that is there."
            )
        return f"Not {short(value)}. Work out {move.words.rsplit(' = ', 1)[0]}."

    def _gathered(self, move: Move, index: int) -> float:
        """What a weight has gathered before this move."""
        before = [m for m in self.moves[:index] if (m.node, m.what) == (move.node, move.what)]
        return before[-1].number
