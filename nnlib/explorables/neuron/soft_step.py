"""From a soft S to a hard step: what the length of the weights does to an answer."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.neuron.steered import Steered
from nnlib.live import Explorable, Graph, Handle, NeuronPlane, Panel, Slider
from nnlib.training import Step

REACH = 4.0  # how far the axes go
FACTOR = 1.05  # by which a step multiplies the steepness
STEEPEST = 200.0


class SoftStep(Steered):
    r"""A logistic function that becomes a step as it gets steeper.

    .. math:: \hat y = \sigma(k (s - \theta))

    Between the answers 0.1 and 0.9 lies a stretch of width 2 ln 9 / k, and in its middle the curve
    has the slope k / 4.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = SoftStep(steepness=2.0)
    >>> round(view.width(), 3), view.slope()
    (2.197, 0.5)
    """

    title = "From a soft S to a hard step"
    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=100, value=20, top_label="")
    pass_label = "Ten times as steep"
    steered = ("steepness",)
    controls = (
        Slider("steepness", "Steepness k", 0.2, STEEPEST, 1.0, log=True),
        Slider("threshold", "Threshold θ", -3.0, 3.0, 0.5),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Soft": {"steepness": 0.5},
        "Logistic": {"steepness": 1.0},
        "Firm": {"steepness": 5.0},
        "As good as a step": {"steepness": STEEPEST},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="curve",
            title="The answer over s, the weighted sum of the inputs",
            x_range=(-REACH, REACH),
            y_range=(-0.05, 1.05),
            x_label="s",
            y_label="answer",
            lines=(
                {"name": "logistic", "label": "σ(k (s − θ))"},
                {"name": "step", "label": "step at θ"},
                {"name": "tangent", "label": "tangent at θ"},
            ),
            handles=(Handle("threshold", x="threshold", on="logistic"),),
            height=340,
        ),
        NeuronPlane(
            name="plane",
            title="The same in the plane: the line stays, its border gets sharper",
            x_range=(-REACH, REACH),
            y_range=(-REACH, REACH),
            arrow=False,
            height=340,
        ),
    )

    def steps(self) -> Iterator[Step]:
        """Make the curve steeper, step by step; from the steepest begin again with a soft one."""
        while True:
            steeper = self.values["steepness"] * FACTOR
            self.steer(steepness=max(steeper, 0.2) if steeper <= STEEPEST else 0.5)
            done = self.player.step + 1
            ends = done % round(math.log(10) / math.log(FACTOR)) == 0
            yield Step(0, done, 0.0, 0.0, ends)

    def pace(self) -> float:
        """Return the steps in a second."""
        return float(self.values["speed"])

    def width(self) -> float:
        """Return the width of the stretch on which the answer lies between 0.1 and 0.9."""
        return 2 * math.log(9) / float(self.values["steepness"])

    def slope(self) -> float:
        """Return the slope in the middle."""
        return float(self.values["steepness"]) / 4

    def output(self, s: float) -> float:
        """Return the answer to a weighted sum."""
        z = self.values["steepness"] * (s - self.values["threshold"])
        return float(0.5 * (1 + math.tanh(0.5 * z)))  # σ(z), without overflow

    def neuron(self) -> np.ndarray[Any, Any]:
        """Return w1, w2 and b of the neuron in the plane: an arrow of length k."""
        k, middle = self.values["steepness"], self.values["threshold"]
        return np.array([0.6 * k, 0.8 * k, -k * middle], dtype=np.float32)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curve with its step and tangent, and the plane."""
        middle, slope = self.values["threshold"], self.slope()
        s = np.sort(np.append(np.linspace(-REACH, REACH, 161), middle + np.linspace(-0.5, 0.5, 81)))
        curve = 0.5 * (1 + np.tanh(0.5 * self.values["steepness"] * (s - middle)))
        half = 0.5 / slope
        tangent = np.array([[middle - half, middle + half], [0.0, 1.0]])
        step = np.array([[-REACH, middle, middle, REACH], [0.0, 0.0, 1.0, 1.0]])
        words = f"from 0.1 to 0.9 within {self.width():.3g}, slope {slope:.3g} in the middle"
        return {
            "curve": {
                "logistic": np.stack([s, curve]).astype(np.float32),
                "step": step.astype(np.float32),
                "tangent": tangent.astype(np.float32),
                "alt": f"An S at θ = {middle:.2f}: {words}.",
            },
            "plane": {
                "neuron": self.neuron(),
                "alt": f"A border {self.width():.3g} wide along the line where s is {middle:.2f}.",
            },
        }

    def summary(self) -> str:
        """Return how steep the curve is, and how wide its border."""
        return (
            f"k = {self.values['steepness']:.3g}: the answer goes from 0.1 to 0.9 within "
            f"{self.width():.3g}; its slope in the middle is k / 4 = {self.slope():.3g}."
        )
