"""A small network worked forwards and backwards, one multiplication at a time."""

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

LEAVES = ("x₁", "x₂", "w₁", "w₂", "w₃", "w₄", "w₅", "w₆", "y")
#: First to w₁, along the one path that leads there; then everywhere else.
WAYS: tuple[Way, ...] = (
    ("L", "ŷ"),
    ("ŷ", "z₃"),
    ("z₃", "h₁"),
    ("h₁", "z₁"),
    ("z₁", "w₁"),
    ("z₁", "w₂"),
    ("z₃", "w₅"),
    ("z₃", "h₂"),
    ("h₂", "z₂"),
    ("z₂", "w₃"),
    ("z₂", "w₄"),
    ("z₃", "w₆"),
    ("z₁", "x₁"),
    ("z₂", "x₁"),
    ("z₁", "x₂"),
    ("z₂", "x₂"),
)


def _sum(name: str, *inputs: str) -> Node:
    """w x + w x, the weights and what they weigh in turn."""
    w, x, v, y = inputs
    return Node(
        name,
        f"{w}{x} + {v}{y}",
        inputs,
        lambda a, b, c, d: a * b + c * d,
        lambda a, b, c, d, own: (b, a, d, c),
        "{0} × {1} + {2} × {3}",
        ("{1}", "{0}", "{3}", "{2}"),
    )


def _sigmoid(name: str, of: str) -> Node:
    """The logistic function, whose slope is told by its own value."""
    slope = "{self} × (1 − {self})"
    return Node(
        name,
        f"σ({of})",
        (of,),
        lambda z: 1.0 / (1.0 + math.exp(-z)),
        lambda z, own: (own * (1.0 - own),),
        "σ({plain})",
        (slope,),
    )


NODES = (
    *(Node(name) for name in LEAVES),
    _sum("z₁", "w₁", "x₁", "w₂", "x₂"),
    _sum("z₂", "w₃", "x₁", "w₄", "x₂"),
    _sigmoid("h₁", "z₁"),
    _sigmoid("h₂", "z₂"),
    _sum("z₃", "w₅", "h₁", "w₆", "h₂"),
    _sigmoid("ŷ", "z₃"),
    Node(
        "L",
        "(y − ŷ)²",
        ("y", "ŷ"),
        lambda target, found: (target - found) ** 2,
        lambda target, found, own: (2.0 * (target - found), -2.0 * (target - found)),
        "({0} − {1})²",
        ("2 × ({0} − {1})", "(−2) × ({0} − {1})"),
    ),
)
START = {"x1": -2.0, "x2": -1.0, "w1": 1.0, "w5": 1.0, "target": 1.0}


def _work(values: Mapping[str, float]) -> list[Move]:
    """Every number of the network, for what the sliders say; the other weights are 1."""
    given = dict.fromkeys(LEAVES, 1.0)
    given |= {"x₁": values["x1"], "x₂": values["x2"], "y": values["target"]}
    given |= {"w₁": values["w1"], "w₅": values["w5"]}
    forward = work_forward(NODES, given)
    found = {move.node: move.number for move in forward}
    return forward + work_backward(NODES, found, WAYS)


class NumberTape(AskingTape):
    """A network of 2, 2 and 1 sigmoid units, forwards and back, a number at each step.

    All weights are 1 and all biases 0 (they are left out), but for the two that have a slider. The
    learner may type each number before it is shown.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = NumberTape()
    >>> view.run(13)  # six numbers forwards, and back to the first weight
    >>> view.summary()
    'Backwards: gradient of w₁: −0.01073 × (−2) = 0.02147. 13 of 24 numbers.'
    """

    title = "One multiplication at a time: forwards to the loss, and back to every weight"
    autoplay = True
    given = len(LEAVES)
    controls = (
        Slider("x1", "Input x₁", -3.0, 3.0, START["x1"]),
        Slider("x2", "Input x₂", -3.0, 3.0, START["x2"]),
        Slider("w1", "Weight w₁", -3.0, 3.0, START["w1"]),
        Slider("w5", "Weight w₅", -3.0, 3.0, START["w5"]),
        Slider("target", "Target y", 0.0, 1.0, START["target"]),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "The worked example": START,
        "Hidden units asleep": START | {"x1": -3.0, "x2": -3.0},
        "A weight of 0 blocks the way": START | {"w5": 0.0},
        "Target 0": START | {"target": 0.0},
    }
    panels: Sequence[Panel] = (
        Tape(
            name="tape",
            title="Blue: values, from left to right. Orange (∂): gradients of L, coming back",
            nodes=panel_nodes(NODES),
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
        """Return the likely reason of a wrong number, and later the arithmetic."""
        found = {(move.node, move.what): move.number for move in self.moves[: self.made]}
        return _help(self.moves[index], found, value, self.tries)


def _help(move: Move, found: Mapping[tuple[str, str], float], value: float, tries: int) -> str:
    """What a wrong number deserves: its likely reason, and later the arithmetic."""
    arithmetic = move.words.rsplit(" = ", 1)[0]
    arrived = found.get((move.source, "gradient"), math.nan)
    if near(value, -move.number):
        return "The size is right. Look at the sign again."
    if move.what == "gradient" and move.source and near(value, arrived):
        return (
            f"{short(arrived)} is what arrives from {move.source}. "
            f"Multiply it by the slope of {move.source} along {move.node}."
        )
    if move.what == "gradient" and arrived and near(value, move.number / arrived):
        return f"That is the slope alone. Multiply it by what arrives from {move.source}."
    if "so far" in move.words and tries == 1:
        return f"{move.node} is used twice: add this share to the one that is there."
    if tries > 1:
        return f"Not {short(value)}. Work out {arithmetic}."
    if move.what == "value":
        return f"Not {short(value)}. Put the numbers of the inputs into {move.node}'s formula."
    return f"Not {short(value)}. What arrives, times the slope along {move.node}."
