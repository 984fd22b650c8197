"""A chain of slopes: what is left of a gradient after eight layers of one unit each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.activations.functions import GRID, line, value_and_slope
from nnlib.kernels.types import Array
from nnlib.live import Bars, Choice, Graph, Handle, Panel, Slider, clean_seed, freeze

LAYERS = 8
FUNCTIONS = ("logistic", "tanh", "ReLU", "leaky ReLU")
FIRST = (0.4, -1.1, 1.8, 0.9, -0.3, 2.6, 1.3, -2.0)
LOWEST, HIGHEST = 1e-10, 1e4  # of the products that are drawn


def _all_at(z: float) -> dict[str, object]:
    """Settings with every pre-activation at one value."""
    return {f"z_{layer}": z for layer in range(1, LAYERS + 1)}


def _pair(layer: int) -> str:
    """The heading under which the slider of a layer stands: two under each."""
    first = layer - (layer + 1) % 2
    return f"Layers {first} and {first + 1}"


class SlopeChain(Board):
    r"""Eight layers of one unit: the gradient is a product of eight weights and eight slopes.

    .. math:: \delta_l = \delta_{l+1}\, w\, f'(z_l)

    Each step draws eight new z from N(0, 1).

    Parameters
    ----------
    seed : int
        Of the z that are drawn.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = SlopeChain(**{f"z_{layer}": 0.0 for layer in range(1, 9)})
    >>> bool(view.left()[-1] == 0.25**8)  # the best that the logistic function can do
    True
    """

    title = "A chain of slopes: each layer multiplies the gradient by w f′(z)"
    seeded = True
    moving = tuple(f"z_{layer}" for layer in range(1, LAYERS + 1))
    controls = (
        Choice("function", "Function", FUNCTIONS, "logistic"),
        Slider("weight", "Weight w of each layer", 0.1, 8.0, 1.0, log=True),
        *(
            Slider(f"z_{layer}", f"z of layer {layer}", -5.0, 5.0, z, group=_pair(layer))
            for layer, z in enumerate(FIRST, start=1)
        ),
    )
    speed = replace(Board.speed, maximum=20, value=1.5)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"function": "logistic", "weight": 1.0}
        | dict(zip(moving, FIRST, strict=True)),
        "The best case: every z = 0": _all_at(0.0),
        "Saturated: every z = 4": _all_at(4.0),
        "ReLU, every unit on": {"function": "ReLU"} | _all_at(1.0),
        "w = 4, to make up for 1/4": {"function": "logistic", "weight": 4.0},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="slope",
            title="f′(z): drag any of the eight points",
            x_range=(-5.0, 5.0),
            y_range=(0.0, 1.1),
            x_label="z",
            y_label="slope",
            lines=({"name": "slope", "label": "f′"}, {"name": "quarter", "label": "1/4"}),
            handles=tuple(
                Handle(f"layer {layer}", x=f"z_{layer}", on="slope")
                for layer in range(1, LAYERS + 1)
            ),
            span=4,
            height=320,
        ),
        Bars(
            name="left",
            title="What is left of δ on its way back",
            labels=("end", *(str(layer) for layer in range(LAYERS, 0, -1))),
            x_label="layer",
            y_scale="log",
            y_range=(LOWEST, HIGHEST),
            value_label="left",
            smooth=True,
            span=4,
            height=320,
        ),
        Graph(
            name="others",
            title="The same z through other functions",
            x_range=(0.0, LAYERS),
            y_range=(LOWEST, HIGHEST),
            y_scale="log",
            x_label="layers passed",
            y_label="left of δ",
            lines=(
                *({"name": name, "label": name} for name in FUNCTIONS),
                {"name": "best", "label": "(w/4)ⁿ"},
            ),
            span=4,
            height=320,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._slopes = {
            name: freeze(line(GRID, value_and_slope(name, GRID)[1])) for name in FUNCTIONS
        }
        self._quarter = freeze(line([-5.0, 5.0], [0.25, 0.25]))
        super().__init__(key=key, **values)

    def advance(self) -> None:
        """Draw the eight z anew."""
        drawn = np.random.default_rng([self.seed, self.ticks]).normal(size=LAYERS)
        for name, z in zip(self.moving, drawn, strict=True):
            self.values[name] = float(f"{min(max(z, -5.0), 5.0):.3g}")

    def z(self) -> Array:
        """Return z of every layer, the first layer first."""
        return np.array([self.values[name] for name in self.moving])

    def left(self, function: str = "") -> Array:
        """Return what is left of δ before and after each layer on the way back, (layers + 1,)."""
        _, slopes = value_and_slope(function or self.values["function"], self.z()[::-1])
        return np.concatenate([[1.0], np.cumprod(self.values["weight"] * slopes)])

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the slope with its points, the bars, and the comparison."""
        name, left = self.values["function"], self.left()
        passed = np.arange(LAYERS + 1)
        return {
            "slope": {
                "slope": self._slopes[name],
                "quarter": self._quarter,
                "alt": f"The derivative of the {name} function with eight points at z = "
                f"{self.z().tolist()}.",
            },
            "left": {
                "values": left.astype(np.float32),
                "alt": f"After 1 to 8 layers {', '.join(f'{part:.2g}' for part in left[1:])} of "
                "the gradient is left.",
            },
            "others": {
                **{other: _positive(passed, self.left(other)) for other in FUNCTIONS},
                "best": line(passed, (self.values["weight"] / 4) ** passed),
                "alt": "What is left with each function at the eighth layer: "
                + ", ".join(f"{other} {self.left(other)[-1]:.2g}" for other in FUNCTIONS)
                + ".",
            },
        }

    def summary(self) -> str:
        """Return the product, factor by factor."""
        name, left = self.values["function"], self.left()
        with np.errstate(invalid="ignore", divide="ignore"):
            factors = np.where(left[:-1] > 0, left[1:] / left[:-1], 0.0)
        product = " × ".join(f"{factor:.2g}" for factor in factors if left[-1] > 0)
        if left[-1] == 0:
            off = int(np.argmax(left == 0))
            return (
                f"{name}: nothing is left. The unit of layer {LAYERS + 1 - off} is off, its slope "
                "is 0, and one 0 ends a product."
            )
        return f"{name}: {product} = {left[-1]:.3g} of the gradient is left."


def _positive(x: Any, y: Array) -> Array:
    """A line for a logarithmic axis: it ends before the first 0."""
    return line(x, np.where(y > 0, y, np.nan))
