"""One parameter: a point on a curve, the slope there, and the next step."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from nnlib.explorables.gradient_descent.descent import Descent
from nnlib.explorables.gradient_descent.racer import Racer
from nnlib.kernels.types import Array
from nnlib.landscapes import DoubleWell, Landscape, Parabola
from nnlib.live import Choice, Curves, Graph, Handle, Panel, Slider, freeze
from nnlib.optimizers import SGD

PARABOLA, TWO_VALLEYS = "f(b) = b²", "two valleys"


class OneParameter(Descent):
    """Gradient descent on one parameter b, with the tangent that each step follows.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = OneParameter(start=2.0, learning_rate=0.1)
    >>> view.run(1)  # the slope is 4: 2 - 0.1 * 4
    >>> view.racers[0].point
    array([1.6])
    """

    title = "One parameter: each step goes down the slope"
    autoplay = True
    controls = (
        Choice("curve", "Curve", (PARABOLA, TWO_VALLEYS), PARABOLA, restarts=True),
        Slider("start", "Start b₀", -3.0, 3.0, 2.5, restarts=True),
        Slider("learning_rate", "Learning rate η", 0.01, 2.0, 0.1, log=True),
    )
    panels: Sequence[Panel] = (
        Graph(
            name="curve",
            title="The curve f(b), the tangent at b, and the steps so far",
            x_range=(-3.2, 3.2),
            y_range=(-1.0, 10.0),
            x_label="b",
            y_label="f(b)",
            lines=({"name": "f", "label": "f"}, {"name": "tangent", "label": "tangent at b"}),
            trails=({"name": "steps", "label": "steps"},),
            handles=(Handle("start", x="start", on="f"),),
            span=7,
            height=340,
        ),
        Curves(
            name="progress",
            title="f(b) after each step",
            series=({"name": "f", "label": "f(b)"},),
            x_label="steps",
            y_label="f(b)",
            span=5,
            height=340,
        ),
    )

    def land(self) -> Landscape:
        """Return the curve that was chosen."""
        parabola = self.values["curve"] == PARABOLA
        landscape = Parabola(2.0, 0.0) if parabola else DoubleWell(width=2.0)
        self._range = [-1.0, 10.0] if parabola else [-0.6, 3.0]
        b = np.linspace(-3.2, 3.2, 161)
        self._graph = freeze(np.stack([b, landscape.value(b[:, None])]).astype(np.float32))
        return landscape

    def line_up(self) -> list[Racer]:
        """Return gradient descent at b₀."""
        make = partial(SGD, learning_rate=self.values["learning_rate"])
        start = [self.values["start"]]
        return [Racer("Gradient descent", self.landscape, start, make, tolerance=1e-4)]

    def changed(self, name: str) -> None:
        """Use the new rate from the next step on."""
        if name == "learning_rate":
            self.racers[0].optimizer.learning_rate = self.values["learning_rate"]

    def slope(self) -> float:
        """Return the derivative of f where the point stands."""
        return float(self.landscape.gradient(self.racers[0].point)[0])

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return curve, tangent and steps, and the heights so far."""
        racer = self.racers[0]
        b, f, slope = racer.point[0], float(self.landscape.value(racer.point)), self.slope()
        return {
            "curve": {
                "f": self._graph,
                "tangent": _tangent(b, f, slope, self._range[1] - self._range[0]),
                "y_range": self._range,
                **self._trail(),
                "alt": f"The curve with the point at b = {b:z.3f}, f = {f:z.3f}, and its tangent "
                f"of slope {slope:z.3f}.",
            },
            "progress": {
                "f": self.heights_of(racer),
                "alt": f"f(b) over the steps, from {self.landscape.value(racer.path[0]):.3f} "
                f"to {f:.3f}.",
            },
        }

    def _trail(self) -> dict[str, Array]:
        """The newest steps as points on the curve, and their numbers."""
        path = self.racers[0].path[-200:]
        points = np.stack([path[:, 0], self.landscape.value(path)]).astype(np.float32)
        numbers = np.arange(self.racers[0].steps + 1, dtype=np.float32)[-200:]
        return {"steps": points, "steps_steps": numbers}

    def summary(self) -> str:
        """Return the point, the slope, and the arithmetic of the next step."""
        racer = self.racers[0]
        rate, slope = self.values["learning_rate"], self.slope()
        state = f"Step {racer.steps}: b = {racer.point[0]:z.3f}, slope {slope:z.3f}. "
        if racer.arrived:
            return f"{state}Arrived."
        return f"{state}Next: b − {rate:g} × {slope:z.3f} = {racer.point[0] - rate * slope:z.3f}."


def _tangent(b: float, f: float, slope: float, height: float) -> Array:
    """The two ends of a piece of tangent, about as long on the screen whatever its slope."""
    half = 1.2 / np.hypot(1.0, slope * 6.4 / height)  # the picture is 6.4 wide
    ends = np.array([b - half, b + half])
    return np.stack([ends, f + slope * (ends - b)]).astype(np.float32)
