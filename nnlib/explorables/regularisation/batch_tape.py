"""The four lines of batch normalisation on one batch of three numbers, forwards and back."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.backpropagation.graph import Move, short, work_forward
from nnlib.explorables.backpropagation.number_tape import NumberTape
from nnlib.explorables.backpropagation.tape_run import tape_steps
from nnlib.explorables.regularisation.batch_graph import (
    EPSILON,
    LEAVES,
    MISTAKES,
    nodes_of,
    placed_nodes,
    work_batch,
)
from nnlib.kernels.types import Array
from nnlib.layers import BatchNorm
from nnlib.live import Choice, Matrix, Panel, Slider, Tape

SLIDERS = ("x1", "x2", "x3", "gamma", "beta")
#: How strongly each output counts in the loss: dL/dy.
LOSSES = {
    "L = 2y₁ + y₂ − y₃": (2.0, 1.0, -1.0),
    "L = y₁": (1.0, 0.0, 0.0),
    "L = y₁ + y₂ + y₃": (1.0, 1.0, 1.0),
}
NUDGE = 1e-4
START: dict[str, object] = {"x1": 1.0, "x2": 2.0, "x3": 6.0, "gamma": 2.0, "beta": 1.0}


class BatchNormTape(NumberTape):
    """Three numbers of one feature, through batch normalisation and back, a number at each step.

    Below stands the gradient check: what the tape has found for each number that is given, what a
    nudge of it finds, and what `BatchNorm` of the library says.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = BatchNormTape()
    >>> [round(view.number(f"x̂{i}"), 3) for i in "₁₂₃"]
    [-0.926, -0.463, 1.389]
    >>> bool(np.abs(view.check_rows()[0] - view.check_rows()[1]).max() < 1e-6)
    True
    """

    title = "The four lines of batch normalisation, number by number"
    autoplay = False
    given = len(LEAVES)
    controls = (  # type: ignore[assignment]
        Slider("x1", "Number x₁", -4.0, 8.0, 1.0),
        Slider("x2", "Number x₂", -4.0, 8.0, 2.0),
        Slider("x3", "Number x₃", -4.0, 8.0, 6.0),
        Slider("gamma", "Scale γ", -3.0, 3.0, 2.0),
        Slider("beta", "Shift β", -3.0, 3.0, 1.0),
        Choice("loss", "Loss", tuple(LOSSES), next(iter(LOSSES))),
        Choice("mistake", "Mistake on the way back", MISTAKES, MISTAKES[0]),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "The worked example": START | {"loss": "L = 2y₁ + y₂ − y₃", "mistake": "none"},
        "Half as wide, and moved": START | {"x1": -2.8, "x2": -2.3, "x3": -0.3},
        "All three alike": START | {"x1": 2.0, "x2": 2.0, "x3": 2.0},
        "What all outputs share": START | {"loss": "L = y₁ + y₂ + y₃"},
        "A mistake to find": START | {"mistake": "σ² taken for a constant"},
    }
    panels: Sequence[Panel] = (
        Tape(
            name="tape",
            title="Blue: values, from left to right. Orange (∂): gradients of L, coming back",
            nodes=placed_nodes(),
            steps=tape_steps(work_batch(dict.fromkeys(LEAVES, 1.0), (1.0, 1.0, 1.0))),
            given=len(LEAVES),
            asks=True,
            span=12,
            height=450,
        ),
        Matrix(
            name="check",
            title="Gradient check: three ways to the same five numbers",
            row_labels=("the tape", "nudging by ± 0.0001", "BatchNorm.backward"),
            column_labels=("∂L/∂x₁", "∂L/∂x₂", "∂L/∂x₃", "∂L/∂γ", "∂L/∂β"),
            label="gradients",
            empty_text="?",
            decimals=3,
            span=12,
            height=150,
        ),
    )

    def work(self) -> list[Move]:
        """Return every number, for what the sliders say."""
        weights = LOSSES[self.values["loss"]]
        return work_batch(self._given(), weights, self.values["mistake"])

    def _given(self) -> dict[str, float]:
        """The leaves, as the sliders say."""
        return {leaf: float(self.values[s]) for leaf, s in zip(LEAVES, SLIDERS, strict=True)}

    # ------------------------------------------------------------------ the gradient check

    def _gradients(self, nodes: Sequence[str]) -> list[float]:
        """What the tape says, NaN until the last share has arrived."""
        last = {(m.node, m.what): k for k, m in enumerate(self.moves)}
        found = [last[name, "gradient"] for name in nodes]
        return [self.moves[k].number if k < self.made else np.nan for k in found]

    def nudged(self) -> list[float]:
        """Return (L(v + h) − L(v − h)) / 2h for each number that is given."""
        nodes, found = nodes_of(LOSSES[self.values["loss"]]), []
        for leaf, value in self._given().items():
            ends = [
                work_forward(nodes, self._given() | {leaf: value + way})[-1].number
                for way in (NUDGE, -NUDGE)
            ]
            found.append((ends[0] - ends[1]) / (2 * NUDGE))
        return found

    def library(self) -> list[float]:
        """Return what `BatchNorm` computes for the same batch."""
        layer = BatchNorm(1, epsilon=EPSILON, dtype=np.float64)
        layer.gamma.value[:], layer.beta.value[:] = self.values["gamma"], self.values["beta"]
        layer.forward(np.array([[self.values[f"x{i}"]] for i in (1, 2, 3)]), training=True)
        grad = np.array(LOSSES[self.values["loss"]])[:, None]
        back = layer.backward(grad)[:, 0]
        return [*map(float, back), float(layer.gamma.grad[0]), float(layer.beta.grad[0])]

    def check_rows(self, *, all_of_it: bool = True) -> Array:
        """Return the three rows of the gradient check, shape (3, 5).

        Parameters
        ----------
        all_of_it : bool
            Whether also what the tape has not come to yet; NaN stands there else.

        Returns
        -------
        ndarray
        """
        tape = [self.number(leaf, "gradient") for leaf in LEAVES]
        return np.array(
            [tape if all_of_it else self._gradients(LEAVES), self.nudged(), self.library()]
        )

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the tape and the gradient check."""
        rows = self.check_rows(all_of_it=False)
        rows[1:, np.isnan(rows[0])] = np.nan  # what is still asked for is not given away
        return super().frame() | {
            "check": {
                "values": (rows.round(3) + 0.0).astype(np.float32),  # no minus zero
                "scale": 2.0,
                "alt": self._verdict() or "The tape has not found a whole gradient yet.",
            }
        }

    def _verdict(self) -> str:
        """What the gradient check says of those gradients that are there."""
        rows = self.check_rows(all_of_it=False)
        off = np.abs(rows[0] - rows[1]) / np.maximum(1.0, np.abs(rows[1]))
        known = ~np.isnan(off)
        if not known.any():
            return ""
        if off[known].max() < 1e-3:
            return f"Gradient check: {known.sum()} of 5 found, all as nudging finds them."
        worst = int(np.nanargmax(off))
        return (
            f"Gradient check: ∂L/∂{LEAVES[worst]} is {short(rows[0, worst])} on the tape, and "
            f"nudging finds {short(rows[1, worst])}: there is a mistake on the way back."
        )

    def summary(self) -> str:
        """Return the newest number, and what the gradient check says."""
        alike = len({self.values[f"x{i}"] for i in (1, 2, 3)}) == 1
        note = " All three are alike: σ² = 0, and only ε keeps s finite." if alike else ""
        told = super().summary().replace("Inputs, weights and target", "The batch, γ and β")
        return " ".join(filter(None, (told + note, self._verdict())))
