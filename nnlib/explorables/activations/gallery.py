"""Eight activation functions, each beside its derivative, and a point that slides along."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.activations.functions import FACTS, GRID, NAMES, line, value_and_slope
from nnlib.kernels.types import Array
from nnlib.live import Choice, Graph, Handle, Panel, Slider, Text, Toggle, freeze

NONE = "nothing"
REACH = 4.5  # of the point, to both sides
SWEEP = 240  # steps there and back


class ActivationGallery(Board):
    """An activation function, its tangent at z, and its derivative, which is the tangent's slope.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = ActivationGallery(function="logistic", z=0.0)
    >>> view.here()
    (0.5, 0.25)
    """

    title = "Activation functions: the slope is what learning gets back"
    autoplay = True
    moving = ("z", "function")
    controls = (
        Choice("function", "Function", NAMES, "logistic"),
        Choice("other", "Compare with", (NONE, *NAMES), NONE),
        Slider("z", "z", -5.0, 5.0, 0.0),
        Toggle("tour", "Next function after each sweep", True),
    )
    speed = replace(Board.speed, value=40)
    panels: Sequence[Panel] = (
        Graph(
            name="function",
            title="The function a = f(z), and its tangent",
            x_range=(-5.0, 5.0),
            y_range=(-1.5, 5.0),
            x_label="z",
            y_label="a",
            lines=(
                {"name": "f", "label": "f"},
                {"name": "other", "label": "compared"},
                {"name": "tangent", "label": "tangent"},
            ),
            handles=(Handle("z", x="z", on="f"),),
            span=5,
            height=340,
        ),
        Graph(
            name="slope",
            title="Its derivative f′(z)",
            x_range=(-5.0, 5.0),
            y_range=(-0.3, 1.3),
            x_label="z",
            y_label="slope",
            lines=({"name": "f", "label": "f′"}, {"name": "other", "label": "compared"}),
            trails=({"name": "point", "label": "f′ at z"},),
            span=4,
            height=340,
        ),
        Text(name="facts", title="What to know of it", span=3, height=340),
    )

    def start(self) -> None:
        """Draw the curves; the point stays where it is."""
        super().start()
        self._follow_z()
        self._curves = {name: _drawn(name) for name in NAMES}

    def advance(self) -> None:
        """Slide on, and after a whole sweep show the next function."""
        self._phase += 1
        z = REACH * math.sin(2 * math.pi * self._phase / SWEEP)
        self.values["z"] = float(f"{z:.3g}")
        if self._phase % SWEEP == 0 and self.values["tour"]:
            place = NAMES.index(self.values["function"])
            self.values["function"] = NAMES[(place + 1) % len(NAMES)]

    def _follow_z(self) -> None:
        """Find the time of the sweep at which the point stands where z is."""
        share = min(max(self.values["z"] / REACH, -1.0), 1.0)
        self._phase = round(math.asin(share) / (2 * math.pi) * SWEEP)

    def changed(self, name: str) -> None:
        """Slide on from where the point was put."""
        if name == "z":
            self._follow_z()

    def set(self, name: str, value: object) -> None:
        """Move a control; who chooses a function wants to stay with it."""
        super().set(name, value)
        if name == "function":
            self.values["tour"] = False

    def save_state(self) -> dict[str, Any]:
        """Return where the point is, and on which function."""
        return super().save_state() | {"phase": self._phase}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot; a function that was chosen by hand stays."""
        if not self.values["tour"]:
            state = state | {"function": self.values["function"]}
        super().load_state(state, step)
        self._phase = state["phase"]

    def here(self) -> tuple[float, float]:
        """Return f and its slope at z."""
        f, slope = value_and_slope(self.values["function"], self.values["z"])
        return float(f[0]), float(slope[0])

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return both curves, the tangent, and the facts."""
        name, z = self.values["function"], self.values["z"]
        f, slope = self.here()
        curve, slopes = self._curves[name]
        nothing = np.empty((2, 0), np.float32)
        beside = self._curves.get(self.values["other"], (nothing, nothing))
        return {
            "function": {
                "f": curve,
                "other": beside[0],
                "tangent": _tangent(z, f, slope),
                "alt": f"The {name} function with its tangent at z = {z:z.2f}: a = {f:z.3f}, "
                f"slope {slope:z.3f}.",
            },
            "slope": {
                "f": slopes,
                "other": beside[1],
                "point": line([z], [slope]),
                "marked_x": z,
                "marked_label": "z",
                "alt": f"The derivative of the {name} function: {slope:z.3f} at z = {z:z.2f}.",
            },
            "facts": {"text": _facts(name), "alt": f"Facts about the {name} function."},
        }

    def summary(self) -> str:
        """Return the point, its height and its slope."""
        f, slope = self.here()
        name, z = self.values["function"], self.values["z"]
        return f"{name} at z = {z:z.2f}: a = {f:z.3f}, slope f′ = {slope:z.3f}."


def _drawn(name: str) -> tuple[Array, Array]:
    """A function and its slope as lines."""
    f, slope = value_and_slope(name, GRID)
    return freeze(line(GRID, f)), freeze(line(GRID, slope))


def _tangent(z: float, f: float, slope: float) -> Array:
    """A piece of tangent, about as long on the screen whatever its slope."""
    half = 1.3 / math.hypot(1.0, slope * 10.0 / 6.5)  # the picture is 10 wide and 6.5 high
    return line([z - half, z + half], [f - slope * half, f + slope * half])


def _facts(name: str) -> str:
    """What stands beside the curves, in plain lines."""
    facts = FACTS[name]
    return (
        f"{name}\n\nf(z)   {facts.form}\nf′(z)  {facts.slope}\n\nvalues  {facts.values}\n"
        f"slopes  {facts.slopes}\n\n{facts.remark}"
    )
