"""The gradient as an arrow at every point, and how far its promise can be trusted."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from nnlib.explorables.gradient_descent.descent import Descent, decimals, path_data, picture
from nnlib.explorables.gradient_descent.racer import Racer
from nnlib.kernels.types import Array
from nnlib.landscapes import Himmelblau, Landscape, Rosenbrock, bowl, valley
from nnlib.live import Choice, Graph, Handle, Panel, Plane, Slider, freeze
from nnlib.optimizers import SGD

LANDSCAPES = {
    "x₁² + x₂²": bowl,
    "0.1 x₁² + 2 x₂²": valley,
    "Himmelblau": Himmelblau,
    "Rosenbrock": Rosenbrock,
}
ARROWS = 13  # across, and as many up
AHEAD = 3.0  # how far the slice reaches, in steps of the present learning rate


class GradientField(Descent):
    r"""Arrows of -grad f, and f along the arrow at one point beside its Taylor polynomials.

    .. math:: f(x + s) \approx f(x) + \nabla f(x)^T s + \tfrac{1}{2} s^T H(x)\, s

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = GradientField(start_1=1.0, start_2=-2.0)
    >>> view.landscape.gradient(view.racers[0].point)  # of x1^2 + x2^2
    array([ 2., -4.])
    """

    title = "The gradient field, and one step seen from the side"
    controls = (
        Choice("landscape", "Landscape", tuple(LANDSCAPES), "x₁² + x₂²", restarts=True),
        Slider("start_1", "Point x₁", -5.0, 5.0, 2.4, restarts=True),
        Slider("start_2", "Point x₂", -5.0, 5.0, 1.6, restarts=True),
        Slider("learning_rate", "Learning rate η", 0.0001, 1.0, 0.1, log=True),
    )
    panels: Sequence[Panel] = (
        Plane(
            name="field",
            title="Contours of f, and arrows against the gradient",
            x_range=(-3.0, 3.0),
            y_range=(-3.0, 3.0),
            paths=({"name": "descent", "label": "gradient descent"},),
            handles=(Handle("point", x="start_1", y="start_2"),),
            value_label="f",
            low_label="low",
            high_label="high",
            height=400,
        ),
        Graph(
            name="slice",
            title="From the point along its arrow: f, and what Taylor promises",
            x_range=(0.0, AHEAD),
            y_range=(-0.5, 2.0),
            x_label="way, in steps of the learning rate",
            y_label="f, as a share of f at the point",
            lines=(
                {"name": "f", "label": "f itself"},
                {"name": "first", "label": "first order"},
                {"name": "second", "label": "second order"},
            ),
            height=400,
        ),
    )

    def land(self) -> Landscape:
        """Return the landscape that was chosen."""
        landscape = LANDSCAPES[self.values["landscape"]]()
        self._still = picture(landscape) | {"arrows": freeze(_arrows(landscape))}
        return landscape

    def line_up(self) -> list[Racer]:
        """Return gradient descent at the point."""
        make = partial(SGD, learning_rate=self.values["learning_rate"])
        start = [self.values["start_1"], self.values["start_2"]]
        return [Racer("Gradient descent", self.landscape, start, make)]

    def changed(self, name: str) -> None:
        """Use the new rate from the next step on."""
        if name == "learning_rate":
            self.racers[0].optimizer.learning_rate = self.values["learning_rate"]

    def taylor(self, way: Array) -> tuple[Array, Array, Array]:
        """Return f and its Taylor polynomials of first and second order along the step.

        Parameters
        ----------
        way : ndarray of shape (n,)
            In steps of the present learning rate.

        Returns
        -------
        (f, first, second)
            Each of shape (n,).
        """
        point = self.racers[0].point
        gradient = self.landscape.gradient(point)
        step = -self.values["learning_rate"] * gradient
        f = self.landscape.value(point)
        first = f + way * (gradient @ step)
        second = first + 0.5 * way**2 * (step @ self.landscape.hessian(point) @ step)
        return self.landscape.value(point + way[:, None] * step), first, second

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the field with its path, and the slice."""
        racer = self.racers[0]
        gradient = self.landscape.gradient(racer.point)
        way = np.linspace(0.0, AHEAD, 61)
        here = max(float(self.landscape.value(racer.point)), 1e-12)
        lines = zip(("f", "first", "second"), self.taylor(way), strict=True)
        return {
            "field": self._still
            | path_data("descent", racer)
            | {
                "alt": f"Arrows point downhill. The point is ({racer.point[0]:.2f}, "
                f"{racer.point[1]:.2f}), its gradient ({gradient[0]:.2f}, {gradient[1]:.2f}).",
            },
            "slice": {name: np.stack([way, y / here]).astype(np.float32) for name, y in lines}
            | {
                "marked_x": 1.0,
                "marked_label": "next step",
                "alt": "f along the arrow beside its Taylor polynomials.",
            },
        }

    def summary(self) -> str:
        """Return the point, its gradient, and what a step promises and brings."""
        racer = self.racers[0]
        gradient = self.landscape.gradient(racer.point)
        f, first, _ = self.taylor(np.array([0.0, 1.0]))
        return (
            f"Step {racer.steps}: x = {decimals(racer.point)}, gradient {decimals(gradient)}, "
            f"f = {decimals(f[0])}. The next step promises {decimals(first[1])} and brings "
            f"{decimals(f[1])}."
        )


def _arrows(landscape: Landscape) -> Array:
    """Arrows against the gradient on a grid, shape (4, n); length grows as the gradient's root."""
    (left, right), (low, high) = landscape.x_range, landscape.y_range
    x = np.linspace(left, right, 2 * ARROWS + 1)[1::2]
    y = np.linspace(low, high, 2 * ARROWS + 1)[1::2]
    grid = np.stack([a.ravel() for a in np.meshgrid(x, y)])  # (2, n)
    down = -landscape.gradient(grid.T).T
    size = np.linalg.norm(down, axis=0)
    cell = min((right - left), (high - low)) / ARROWS
    length = 0.9 * cell * (size / size.max()) ** 0.5  # else only the steepest would be seen
    return np.concatenate([grid, down / np.maximum(size, 1e-12) * length]).astype(np.float32)
