"""What the explorables on landscapes share: optimizers on their way down, step by step."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.gradient_descent.racer import Racer
from nnlib.kernels.types import Array
from nnlib.landscapes import Landscape
from nnlib.live import Explorable, freeze
from nnlib.training import Step

TEN = 10  # steps of the button that would be an epoch in a training


class Descent(Explorable):
    """Base class of the explorables that descend on a landscape.

    A subclass defines `land()`, the landscape for the present values, and `line_up()`, the racers
    at their start.

    Attributes
    ----------
    landscape : Landscape
    racers : list of Racer
    """

    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=1000, value=5, top_label="")
    pass_label: ClassVar[str] = "10 steps"
    #: Whether one broken racer ends the run; a race goes on with the others.
    alone: ClassVar[bool] = True

    landscape: Landscape
    racers: list[Racer]

    def land(self) -> Landscape:
        """Return the landscape for the present values."""
        raise NotImplementedError

    def line_up(self) -> list[Racer]:
        """Return the racers at their start."""
        raise NotImplementedError

    def start(self) -> None:
        """Take the racers back to their start."""
        self.landscape = self.land()
        self._keep_start_on_map()
        self.racers = self.line_up()

    def pace(self) -> float:
        """Return the steps in a second: even the largest pace is one that the eye can follow."""
        return float(self.values["speed"])

    def _keep_start_on_map(self) -> None:
        """Move a start that lies outside what is drawn to its edge, where it can be dragged."""
        ranges = {"start_1": self.landscape.x_range, "start_2": self.landscape.y_range}
        for name, (low, high) in ranges.items():
            if name in self.values:
                self.values[name] = min(max(self.values[name], low), high)

    def steps(self) -> Iterator[Step]:
        """Let every racer that still moves take a step, until none does."""
        while any(racer.moving for racer in self.racers):
            for racer in self.racers:
                if racer.moving:
                    racer.step()
                    self._tell(racer)
            taken = max(racer.steps for racer in self.racers)
            lead = self.racers[0]
            yield Step(
                epoch=taken // TEN,
                iteration=taken,
                loss=float(self.landscape.value(lead.point)),
                learning_rate=lead.optimizer.learning_rate,
                ends_epoch=taken % TEN == 0,
            )

    def _tell(self, racer: Racer) -> None:
        """Say that a racer broke, and stop if it runs alone."""
        if racer.broke and self.alone:
            raise FloatingPointError(racer.broke)
        if racer.broke:
            self.player.message = racer.broke

    def heights_of(self, racer: Racer) -> Array:
        """Return steps and values of f along a racer's path, shape (2, steps + 1), float32."""
        steps = np.arange(racer.steps + 1)
        return np.stack([steps, self.landscape.value(racer.path)]).astype(np.float32)

    def save_state(self) -> dict[str, Any]:
        """Return the racers' paths and memories."""
        return {
            f"{key} {index}": value
            for index, racer in enumerate(self.racers)
            for key, value in racer.save().items()
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for index, racer in enumerate(self.racers):
            racer.load({key: state[f"{key} {index}"] for key in ("path", "memory", "broke")})
        self.player.renew_steps()  # the old ones end where all have arrived

    def check(self) -> None:
        """Nothing to check: a racer that breaks stays at its last finite point."""


def picture(landscape: Landscape, columns: int = 96) -> dict[str, Any]:
    """Return the still part of a `Plane` panel: heights, contour levels and minima.

    Parameters
    ----------
    landscape : Landscape
    columns : int
        Cells across, and as many up.

    Returns
    -------
    dict
        `values`, `levels`, `low`, `high`, `marks`, `x_range`, `y_range`, for the data of the panel.
    """
    heights = landscape.heights(columns, columns)
    low, high = float(heights.min()), float(heights.max())
    fullest = float(np.quantile(heights, 0.8))  # else one steep corner takes all the shade
    # Levels closer together near the minimum: the square root of the height goes up evenly.
    levels = low + (high - low) * (np.arange(1, 13) / 13.0) ** 3
    return {
        "values": freeze(heights.astype(np.float32)),
        "levels": freeze(levels.astype(np.float32)),
        "low": low,
        "high": fullest,
        "marks": freeze(landscape.minima.T.astype(np.float32)),
        "x_range": list(landscape.x_range),
        "y_range": list(landscape.y_range),
    }


def decimals(numbers: Array | float) -> str:
    """Return a number with three decimals, or a vector of them in brackets.

    What has left the map may be huge: from a million on, three digits and a power of ten.

    Parameters
    ----------
    numbers : float or ndarray of shape (n,)

    Returns
    -------
    str

    Examples
    --------
    >>> decimals(-0.0001), decimals(-2.5e9), decimals(np.array([1.0, -2.0]))
    ('0.000', '-2.5e+09', '(1.000, -2.000)')
    """
    if isinstance(numbers, np.ndarray):
        return f"({', '.join(decimals(float(number)) for number in numbers)})"
    return f"{numbers:z.3f}" if abs(numbers) < 1e6 else f"{numbers:.3g}"


def path_data(name: str, racer: Racer, most: int = 400) -> dict[str, Array]:
    """Return a racer's path for a panel: its end whole, what came before thinned out.

    Parameters
    ----------
    name : str
        Of the path in the panel.
    racer : Racer
    most : int
        Points, or so.

    Returns
    -------
    dict
        The path under its name, shape (2, n), and `<name>_steps`, (n,), the step of each point.
        Both are float32.
    """
    steps = np.arange(racer.steps + 1)
    if len(steps) > most:
        every = -(-(len(steps) - most // 2) // (most // 2))
        steps = np.concatenate([steps[: -(most // 2) : every], steps[-(most // 2) :]])
    path = racer.path[steps].T.astype(np.float32)
    return {name: path, f"{name}_steps": steps.astype(np.float32)}
