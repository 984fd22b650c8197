"""A truth table to fill in, and whether one neuron can do it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.neuron.steered import Steered
from nnlib.explorables.neuron.whole_weights import neurons_by_function
from nnlib.kernels.types import Array
from nnlib.live import Bars, Choice, Cube, Explorable, Numbers, Panel, Plane, TruthTable
from nnlib.neurons import boolean_function
from nnlib.training import Step

TWO, THREE = "two", "three"
KNOWN = {
    (2, 0b1000): "AND",
    (2, 0b1110): "OR",
    (2, 0b0111): "NAND",
    (2, 0b0001): "NOR",
    (2, 0b0110): "XOR",
    (2, 0b1001): "XNOR",
    (3, 0b11101000): "the majority",
    (3, 0b10010110): "the parity",
    (3, 0b10000000): "AND",
    (3, 0b11111110): "OR",
}
OTHERWISE = "another function"


def _outputs(bits: str) -> list[list[int]]:
    """Eight outputs, from those of the first rows."""
    return [[int(bit) for bit in bits.ljust(8, "0")]]


class TruthTables(Steered):
    """Every Boolean function of two or three inputs, and a neuron for each that has one.

    A step goes to the next function; after the last one all have been tried.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> lab = TruthTables(outputs=[[0, 1, 1, 0, 0, 0, 0, 0]])  # XOR
    >>> lab.name(), lab.found()
    ('XOR', None)
    >>> lab.run(16)
    >>> lab.counts()
    (14, 2, 0)
    """

    title = "Truth-table lab: what one neuron can and cannot do"
    speed = replace(
        Explorable.speed, label="Speed (functions/s)", maximum=100, value=4, top_label=""
    )
    pass_label = "Try all"
    steered = ("outputs",)
    controls = (
        Choice("inputs", "Inputs", (TWO, THREE), TWO, restarts=True),
        Numbers("outputs", "Wanted outputs", 1, 8, 0, 1, _outputs("0001")),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "x₁ AND x₂": {"inputs": TWO, "outputs": _outputs("0001")},
        "x₁ OR x₂": {"inputs": TWO, "outputs": _outputs("0111")},
        "x₁ but not x₂": {"inputs": TWO, "outputs": _outputs("0010")},
        "XOR: one of the two": {"inputs": TWO, "outputs": _outputs("0110")},
        "Majority of three": {"inputs": THREE, "outputs": _outputs("00010111")},
        "Parity of three": {"inputs": THREE, "outputs": _outputs("01101001")},
    }
    panels: Sequence[Panel] = (
        TruthTable(
            name="table",
            title="Click an output to turn it over",
            outputs="outputs",
            span=4,
            height=310,
        ),
        Cube(name="corners", title="The same as corners, and the cut", span=4, height=310),
        Plane(
            name="map",
            title="All functions by number",
            x_range=(0.0, 4.0),
            y_range=(0.0, 4.0),
            x_label="",
            y_label="",
            classes=("can", "cannot"),
            mark_label="this one",
            span=4,
            height=310,
        ),
        Bars(
            name="counts",
            title="Of the functions tried so far, how many one neuron can do",
            labels=("can", "cannot", "not tried yet"),
            value_label="functions",
            smooth=True,
            span=12,
            height=130,
        ),
    )

    def start(self) -> None:
        """Forget which functions were tried, but for the present one."""
        super().start()
        self._inputs, _ = boolean_function(self.inputs(), 0)
        self._tried = np.zeros(2 ** len(self._inputs), dtype=bool)
        self._next = 0
        self._note()

    def _note(self) -> None:
        """Take note that the present function has been tried."""
        self._tried[self.number()] = True

    def steps(self) -> Iterator[Step]:
        """Go through all functions in the order of their numbers, again and again."""
        while True:
            self._show(self._next)
            done = self.player.step + 1
            last = self._next == len(self._tried) - 1
            self._next = 0 if last else self._next + 1
            if last:
                self.player.pause()
                self.player.message = self._verdict()
            yield Step(0, done, 0.0, 0.0, last)

    def _show(self, number: int) -> None:
        """Set the outputs to those of a function."""
        _, bits = boolean_function(self.inputs(), number)
        self.steer(outputs=_outputs("".join(map(str, bits))))
        self._note()

    def _verdict(self) -> str:
        can, _, _ = self.counts()
        return f"All {len(self._tried)} functions tried: one neuron can do {can} of them."

    def changed(self, name: str) -> None:
        """Try what the learner has set."""
        super().changed(name)
        self._note()

    def save_state(self) -> dict[str, Any]:
        """Return the outputs, and what has been tried."""
        return super().save_state() | {"tried": self._tried.copy(), "next": self._next}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot; one of another number of inputs leaves all as it is."""
        super().load_state(state, step)
        self._tried, self._next = state["tried"].copy(), state["next"]
        self._note()

    def pace(self) -> float:
        """Return the functions in a second."""
        return float(self.values["speed"])

    # ------------------------------------------------------------------ what is known

    def inputs(self) -> int:
        """Return the number of inputs."""
        return 2 if self.values["inputs"] == TWO else 3

    def wanted(self) -> Array:
        """Return the wanted outputs, uint8 of shape (rows,)."""
        row = np.array(self.values["outputs"][0][: 2 ** self.inputs()])
        return (row >= 0.5).astype(np.uint8)

    def number(self) -> int:
        """Return the number of the function: bit i is the output of row i."""
        wanted = self.wanted()
        return int(wanted @ (1 << np.arange(len(wanted))))

    def name(self) -> str:
        """Return what the function is called, if it has a name."""
        return KNOWN.get((self.inputs(), self.number()), f"number {self.number()}")

    def found(self) -> Array | None:
        """Return weights and bias of a neuron that answers as wanted; None if there is none."""
        return neurons_by_function(self.inputs()).get(self.number())

    def counts(self) -> tuple[int, int, int]:
        """Return how many functions one neuron can do, cannot do, and were not tried yet."""
        can = np.zeros(len(self._tried), dtype=bool)
        can[list(neurons_by_function(self.inputs()))] = True
        tried = self._tried
        return int((tried & can).sum()), int((tried & ~can).sum()), int((~tried).sum())

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return table, corners, map and counts."""
        found = self.found()
        weights = np.empty(0) if found is None else found
        both = {
            "inputs": self._inputs.astype(np.float32),
            "found": weights.astype(np.float32),
        }
        can, cannot, left = self.counts()
        return {
            "table": both | {"alt": self.summary()},
            "corners": both | {"labels": self.wanted(), "alt": self._corners_in_words()},
            "map": self._map(),
            "counts": {
                "values": np.array([can, cannot, left], dtype=np.float32),
                "y_range": [0.0, max(21.0, float(len(self._tried)))],  # whole numbers on the axis
                "alt": f"{can} can be done, {cannot} cannot, {left} not tried yet.",
            },
        }

    def _map(self) -> dict[str, Any]:
        """All functions in a square, number 0 at the bottom left."""
        side = 4 if self.inputs() == 2 else 16
        classes = np.full(side * side, 255, dtype=np.uint8)
        classes[self._tried] = 1
        able = [number for number in neurons_by_function(self.inputs()) if self._tried[number]]
        classes[able] = 0
        row, column = divmod(self.number(), side)
        can, cannot, _ = self.counts()
        return {
            "values": classes.reshape(side, side),
            "x_range": [0.0, float(side)],
            "y_range": [0.0, float(side)],
            "x_label": f"{side} in a row, number 0 at the bottom left",
            "marks": np.array([[column + 0.5], [row + 0.5]], dtype=np.float32),
            "alt": f"A square of {side} by {side} functions: {can} marked as possible, {cannot} "
            f"as impossible; this one is number {self.number()}.",
        }

    def _corners_in_words(self) -> str:
        what = "line" if self.inputs() == 2 else "plane"
        if self.found() is None:
            return f"No {what} has the corners of output 1 on one side and the others on the other."
        return f"A {what} separates the corners of output 1 from the others."

    def summary(self) -> str:
        """Return the function, and a neuron that does it."""
        found, name = self.found(), self.name()
        if found is None:
            what = "line" if self.inputs() == 2 else "plane"
            return f"{_capital(name)}: no single neuron can do it, as no {what} separates the 1s."
        return f"{_capital(name)}: one neuron can do it, with z = {_in_words(found)}."


def _in_words(neuron: Array) -> str:
    """Return a sum such as "x₁ − 2 x₂ + 0.5"."""
    *weights, bias = (float(part) for part in neuron)
    parts = [(weight, f" x{'₁₂₃'[k]}") for k, weight in enumerate(weights) if weight]
    words = ""
    for value, name in [*parts, (bias, "")]:
        sign = "− " if value < 0 else "+ " if words else ""
        size = "" if name and abs(value) == 1 else f"{abs(value):g}"
        words += f" {sign}{(size + name).strip()}"
    return words.strip().replace("− ", "−", words.startswith(" −"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
