"""What the explorables on landscapes share: optimizers on their way down, step by step."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.convergence import explain_divergence
from nnlib.kernels.types import Array
from nnlib.landscapes import Landscape
from nnlib.layers import Parameter
from nnlib.live import Explorable, freeze
from nnlib.optimizers import Optimizer
from nnlib.training import Step

MOST_STEPS = 5000  # of a run; whoever has not arrived by then will not
FAR = 20.0  # how many widths of the domain away a descent counts as diverged
TEN = 10  # steps of the button that would be an epoch in a training

MakeOptimizer = Callable[[Sequence[Parameter]], Optimizer]


class Racer:
    """One optimizer on its way down a landscape, and the path behind it.

    Parameters
    ----------
    name : str
    landscape : Landscape
    start : array_like of shape (d,)
    make_optimizer : callable
        Gets a list with one `Parameter`, returns an optimizer of the library.
    tolerance : float
        It has arrived when its distance to a minimum is this share of the distance at the start.

    Attributes
    ----------
    steps : int
        Taken so far.
    path : ndarray of shape (steps + 1, d)
    arrived : bool
    broke : str
        Why it can not go on: step, direction and a rate that helps; empty while it can.
    """

    def __init__(
        self,
        name: str,
        landscape: Landscape,
        start: Sequence[float],
        make_optimizer: MakeOptimizer,
        *,
        tolerance: float = 1e-3,
    ) -> None:
        self.name, self.landscape = name, landscape
        self._parameter = Parameter(np.array(start, dtype=np.float64))
        self.optimizer = make_optimizer([self._parameter])
        self._points = np.empty((MOST_STEPS + 1, len(start)))
        self._points[0] = start
        self._near = tolerance * self.distance(self.point)
        self.steps = 0
        self.broke = ""

    @property
    def point(self) -> Array:
        """Where it stands."""
        return self._parameter.value

    @property
    def path(self) -> Array:
        """Every point so far, the start first."""
        return self._points[: self.steps + 1]

    @property
    def arrived(self) -> bool:
        """Whether it is as close to a minimum as was asked for."""
        return self.distance(self.point) <= self._near

    @property
    def moving(self) -> bool:
        """Whether there is a step left to take."""
        return not self.arrived and not self.broke and self.steps < MOST_STEPS

    def distance(self, point: Array) -> float:
        """Return the distance from a point to the nearest minimum."""
        return float(np.linalg.norm(self.landscape.minima - point, axis=1).min())

    def step(self) -> None:
        """Take one step: the gradient here, then the optimizer."""
        before = self.point.copy()
        self._parameter.grad[...] = self.landscape.gradient(self.point)
        self.optimizer.step()
        width = self.landscape.x_range[1] - self.landscape.x_range[0]
        if not self.distance(self.point) < FAR * width:  # NaN is far too
            self._break(before)
        else:
            self.steps += 1
            self._points[self.steps] = self.point

    def _break(self, before: Array) -> None:
        """Stay at the last point, and say why there was no next one."""
        rate = self.optimizer.learning_rate
        momentum = getattr(self.optimizer, "momentum", 0.0)
        # Where the descent began the curvature still tells which limit was passed.
        hessian = self.landscape.hessian(self.path[max(self.steps - TEN, 0)])
        why = explain_divergence(np.atleast_2d(hessian), rate, momentum)
        self.broke = f"{self.name} left the map at step {self.steps + 1}. {why}"
        self.point[...] = before

    def save(self) -> dict[str, Any]:
        """Return everything that a step changes, in arrays of its own."""
        memory = [m.copy() for m in self.optimizer.memory]
        return {"path": self.path.copy(), "memory": np.array(memory), "broke": self.broke}

    def load(self, state: dict[str, Any]) -> None:
        """Go back to what `save` returned."""
        self.steps = len(state["path"]) - 1
        self._points[: self.steps + 1] = state["path"]
        self.point[...] = state["path"][-1]
        self.optimizer.iteration = self.steps
        for memory, saved in zip(self.optimizer.memory, state["memory"], strict=False):
            memory[...] = saved
        self.broke = state["broke"]


class Descent(Explorable):
    """Base class of the explorables that descend on a landscape.

    A subclass defines `land()`, the landscape for the present values, and `line_up()`, the racers
    at their start.

    Attributes
    ----------
    landscape : Landscape
    racers : list of Racer
    """

    speed = replace(
        Explorable.speed, label="Speed (steps/s)", maximum=1000, value=5, top_label="1,000"
    )
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
        self.racers = self.line_up()

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


def path_of(racer: Racer, most: int = 400) -> Array:
    """Return a racer's path for a panel, shape (2, n), float32: its end whole, the rest thinned."""
    path = racer.path
    if len(path) > most:
        every = -(-(len(path) - most // 2) // (most // 2))
        path = np.concatenate([path[: -(most // 2) : every], path[-(most // 2) :]])
    return path.T.astype(np.float32)
