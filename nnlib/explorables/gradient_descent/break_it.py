"""Where descent breaks: a narrow valley, a learning rate, and a limit for each direction."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from nnlib.convergence import learning_rate_limit, spectral_radius
from nnlib.explorables.gradient_descent.descent import Descent, decimals, path_data, picture
from nnlib.explorables.gradient_descent.racer import Racer
from nnlib.landscapes import Landscape, valley
from nnlib.live import Bars, Curves, Handle, Panel, Plane, Slider
from nnlib.optimizers import SGD


class BreakIt(Descent):
    r"""Descent on 0.1 x1^2 + 2 x2^2, whose curvatures are 0.2 and 4.

    Along a direction of curvature lambda it converges for

    .. math:: \eta < \frac{2 (1 + \gamma)}{\lambda}

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = BreakIt(learning_rate=0.49)
    >>> view.limit()  # the steeper direction sets it
    0.5
    """

    title = "Break it: a learning rate that the steep direction cannot bear"
    controls = (
        Slider("learning_rate", "Learning rate η", 0.01, 1.01, 0.45),
        Slider("momentum", "Momentum γ", 0.0, 0.95, 0.0),
        Slider("start_1", "Start x₁", -5.0, 5.0, 4.0, restarts=True),
        Slider("start_2", "Start x₂", -5.0, 5.0, 1.0, restarts=True),
    )
    panels: Sequence[Panel] = (
        Plane(
            name="valley",
            title="0.1 x₁² + 2 x₂² from above",
            x_range=(-5.0, 5.0),
            y_range=(-5.0, 5.0),
            paths=({"name": "descent", "label": "descent"},),
            handles=(Handle("start", x="start_1", y="start_2"),),
            value_label="f",
            low_label="low",
            high_label="high",
            span=5,
            height=360,
        ),
        Bars(
            name="factors",
            title="Error after a step, as a factor",
            labels=("along x₁", "along x₂"),
            y_label="factor; above 1 it grows",
            y_range=(0.0, 1.5),
            value_label="factor",
            span=3,
            height=360,
        ),
        Curves(
            name="progress",
            title="f after each step",
            series=({"name": "f", "label": "f"},),
            x_label="steps",
            y_scale="log",
            span=4,
            height=360,
        ),
    )

    def land(self) -> Landscape:
        """Return the valley."""
        landscape = valley()
        self._still = picture(landscape)
        return landscape

    def line_up(self) -> list[Racer]:
        """Return the descent at its start."""
        make = partial(
            SGD, learning_rate=self.values["learning_rate"], momentum=self.values["momentum"]
        )
        start = [self.values["start_1"], self.values["start_2"]]
        return [Racer("The descent", self.landscape, start, make, tolerance=1e-6)]

    def changed(self, name: str) -> None:
        """Use the new setting from the next step on."""
        if name in ("learning_rate", "momentum"):
            setattr(self.racers[0].optimizer, name, self.values[name])

    def limit(self) -> float:
        """Return the learning rate at which the steep direction stops to converge."""
        steepest = float(np.linalg.eigvalsh(self.landscape.hessian(self.racers[0].point)).max())
        return float(learning_rate_limit(steepest, self.values["momentum"]))

    def factors(self) -> np.ndarray[Any, Any]:
        """Return the long-run factor of a step along each direction, shape (2,)."""
        curvatures = np.diag(self.landscape.hessian(self.racers[0].point))
        rate, momentum = self.values["learning_rate"], self.values["momentum"]
        return np.asarray(spectral_radius(rate, curvatures, momentum))

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the path, the factors and the heights."""
        racer, factors = self.racers[0], self.factors()
        x = racer.point
        return {
            "valley": self._still
            | path_data("descent", racer)
            | {
                "alt": f"The path after {racer.steps} steps stands at ({x[0]:.2f}, {x[1]:.2f}).",
            },
            "factors": {
                "values": factors.astype(np.float32),
                "alt": f"Each step multiplies the error by {factors[0]:.3f} along x1 and by "
                f"{factors[1]:.3f} along x2.",
            },
            "progress": {
                "f": self.heights_of(racer),
                "alt": f"f over the steps: now {self.landscape.value(x):.3g}.",
            },
        }

    def summary(self) -> str:
        """Return where the rate stands beside its limit."""
        rate, limit = self.values["learning_rate"], self.limit()
        verdict = "below" if rate < limit else "not below"
        x = self.racers[0].point
        return (
            f"Step {self.racers[0].steps}: x = {decimals(x)}. The rate {rate:g} is "
            f"{verdict} the limit {limit:.3g} of the steep direction."
        )
