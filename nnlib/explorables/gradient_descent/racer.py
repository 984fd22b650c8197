"""One optimizer on its way down a landscape, and what it says when it cannot go on."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnlib.convergence import explain_divergence
from nnlib.kernels.types import Array
from nnlib.landscapes import Landscape, Parabola, Quadratic
from nnlib.layers import Parameter
from nnlib.optimizers import SGD, Optimizer

MOST_STEPS = 5000  # of a run; whoever has not arrived by then will not
FAR = 20.0  # how many widths of the domain away a descent counts as diverged
TRIED = 1000  # steps that a smaller rate is tried for before it is recommended
SETTINGS = ("momentum", "decay", "beta1", "beta2")  # of optimizers, beside the learning rate

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
        self._make_optimizer = make_optimizer
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
        if not self._advance():
            rate = self.optimizer.learning_rate
            self.broke = f"{self.name} left the map at step {self.steps + 1}. {self._why(rate)}"

    def _advance(self) -> bool:
        """Take a step; whether it stays on the map. If not, it is taken back."""
        before = self.point.copy()
        self._parameter.grad[...] = self.landscape.gradient(self.point)
        self.optimizer.step()
        width = self.landscape.x_range[1] - self.landscape.x_range[0]
        if not self.distance(self.point) < FAR * width:  # NaN is far too
            self.point[...] = before
            return False
        self.steps += 1
        self._points[self.steps] = self.point
        return True

    def _why(self, rate: float) -> str:
        """Why it broke, and a learning rate that helps: by theory where that holds, else tried."""
        plain = isinstance(self.optimizer, SGD)
        momentum = self.optimizer.momentum if isinstance(self.optimizer, SGD) else 0.0
        # Where the descent began the curvature still tells which limit was passed.
        hessian = np.atleast_2d(self.landscape.hessian(self._points[0]))
        if plain and isinstance(self.landscape, Quadratic | Parabola):
            return explain_divergence(hessian, rate, momentum)
        tamer = self._tamer_rate(rate)
        if plain and tamer is not None:
            return explain_divergence(hessian, rate, momentum, tried=tamer)
        if tamer is None:
            return f"So did all rates tried from {rate / 2:.2g} down: change its other settings."
        helps = f"From the same start, {tamer:g} did not diverge."
        return f"The learning rate {rate:g} is too large. {helps}"

    def _tamer_rate(self, rate: float) -> float | None:
        """A smaller rate that has been seen to stay on the map, half as large or less."""
        for _ in range(16):
            rate = float(f"{rate / 2:.2g}")
            trial = Racer(self.name, self.landscape, self._points[0].tolist(), self._make_optimizer)
            trial.optimizer.learning_rate = rate
            for name in SETTINGS:
                if hasattr(self.optimizer, name):
                    setattr(trial.optimizer, name, getattr(self.optimizer, name))
            if all(trial.arrived or trial._advance() for _ in range(TRIED)) and trial._settled():
                return rate
        return None

    def _settled(self) -> bool:
        """Whether the newest points lie close together."""
        spread = float(np.ptp(self.path[-20:], axis=0).max())
        return spread < 0.1 * (self.landscape.x_range[1] - self.landscape.x_range[0])

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
