"""One neuron in the plane: an arrow of two weights, a line that the bias moves, and an answer."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.neuron.steered import Steered
from nnlib.live import Choice, Explorable, NeuronCell, NeuronPlane, Panel, Slider
from nnlib.training import Step

LOGISTIC, THRESHOLD = "logistic", "threshold"
WEIGHTS, INPUT = ("w1", "w2", "b"), ("x1", "x2")


class OneNeuron(Steered):
    r"""A neuron with two inputs, whose weights are an arrow and whose bias moves a line.

    .. math:: \hat y = f(w_1 x_1 + w_2 x_2 + b)

    Each step turns the arrow by one degree, until the learner takes hold of it.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = OneNeuron(w1=2.0, w2=1.0, b=-1.0, x1=1.0, x2=1.0)
    >>> view.sum(), round(view.output(), 3)
    (2.0, 0.881)
    """

    title = "One neuron: turn its arrow, slide its line"
    autoplay = True
    speed = replace(
        Explorable.speed, label="Turning (degrees/s)", maximum=360, value=20, top_label=""
    )
    pass_label = "Quarter turn"
    steered = ("w1", "w2")
    controls = (
        Slider("w1", "Weight w₁", -3.0, 3.0, 1.6),
        Slider("w2", "Weight w₂", -3.0, 3.0, 1.2),
        Slider("b", "Bias b", -9.0, 9.0, 0.8),
        Slider("x1", "Input x₁", -3.0, 3.0, -1.5),
        Slider("x2", "Input x₂", -3.0, 3.0, 1.5),
        Choice("transfer", "Activation function", (LOGISTIC, THRESHOLD), LOGISTIC),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"w1": 1.6, "w2": 1.2, "b": 0.8, "transfer": LOGISTIC},
        "Long arrow, sharp": {"w1": 2.4, "w2": 1.8, "b": 1.2, "transfer": LOGISTIC},
        "Short arrow, soft": {"w1": 0.4, "w2": 0.3, "b": 0.2, "transfer": LOGISTIC},
        "Line through the origin": {"b": 0.0},
    }
    panels: Sequence[Panel] = (
        NeuronPlane(
            name="plane",
            title="Drag the arrow w, the line b, and the input x",
            sliders=WEIGHTS,
            probe=INPUT,
            height=400,
        ),
        NeuronCell(
            name="cell",
            title="The same neuron as a nerve cell, with its numbers",
            sliders=WEIGHTS,
            probe=INPUT,
            height=400,
        ),
    )

    def start(self) -> None:
        """Put the arrow back to where the learner left it."""
        super().start()
        self._length = math.hypot(self.values["w1"], self.values["w2"])
        self._angle = math.atan2(self.values["w2"], self.values["w1"])

    def steps(self) -> Iterator[Step]:
        """Turn the arrow by a degree, again and again; its length stays."""
        while True:
            self._angle += math.radians(1.0)
            # From length and angle each time: rounded weights must not wear the arrow down.
            w1, w2 = self._length * math.cos(self._angle), self._length * math.sin(self._angle)
            self.steer(w1=_in_range(w1), w2=_in_range(w2))
            done = self.player.step + 1
            yield Step(done // 90, done, 0.0, 0.0, done % 90 == 0)

    def changed(self, name: str) -> None:
        """Stand still once the learner holds the arrow or the line."""
        super().changed(name)
        if name in self.steered:
            self._length = math.hypot(self.values["w1"], self.values["w2"])
            self._angle = math.atan2(self.values["w2"], self.values["w1"])
        elif name == "b":
            self.player.pause()

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self._angle = math.atan2(self.values["w2"], self.values["w1"])

    def pace(self) -> float:
        """Return the degrees in a second."""
        return float(self.values["speed"])

    # ------------------------------------------------------------------ the neuron

    def sum(self) -> float:
        """Return z = w1 x1 + w2 x2 + b for the input that is chosen."""
        value = self.values
        return float(value["w1"] * value["x1"] + value["w2"] * value["x2"] + value["b"])

    def output(self) -> float:
        """Return the answer to the input, between 0 and 1."""
        z = self.sum()
        return float(z > 0) if self.values["transfer"] == THRESHOLD else 1 / (1 + math.exp(-z))

    def length(self) -> float:
        """Return the length of the weight arrow."""
        return math.hypot(self.values["w1"], self.values["w2"])

    def distance(self) -> float:
        """Return how far the line lies from the origin along the arrow; NaN without weights."""
        return -self.values["b"] / self.length() if self.length() > 0 else math.nan

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the neuron and the input."""
        value = self.values
        both = {
            "neuron": self.neuron(),
            "probe": np.array([value["x1"], value["x2"]], dtype=np.float32),
            "hard": value["transfer"] == THRESHOLD,
        }
        place = f"x = ({value['x1']:.2f}, {value['x2']:.2f})"
        return {
            "plane": both | {"alt": f"{self._line_in_words()} At {place} it says {self._says()}."},
            "cell": both
            | {
                "alt": f"Inputs {value['x1']:.2f} and {value['x2']:.2f} times weights "
                f"{value['w1']:.2f} and {value['w2']:.2f}, plus {value['b']:.2f}, make "
                f"{self.sum():.2f}; the answer is {self._says()}."
            },
        }

    def _says(self) -> str:
        return f"{self.output():.3f}"

    def _line_in_words(self) -> str:
        if self.length() < 1e-3:
            return "All weights are 0: there is no line, and every input gets the same answer."
        angle = math.degrees(math.atan2(self.values["w2"], self.values["w1"]))
        return (
            f"The arrow is {self.length():.2f} long and points to {angle:.0f} degrees; the line "
            f"lies {abs(self.distance()):.2f} from the origin."
        )

    def summary(self) -> str:
        """Return arrow, line and answer."""
        return f"{self._line_in_words()} z = {self.sum():.2f}, answer {self._says()}."


def _in_range(weight: float) -> float:
    """A weight that its slider takes: a long arrow is cut short where the map ends."""
    return min(max(round(weight, 3), -3.0), 3.0)
