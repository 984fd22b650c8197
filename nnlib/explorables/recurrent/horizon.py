"""The gradient horizon: how far back in time a gradient reaches, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.activations.functions import line
from nnlib.explorables.recurrent.cells import make_gru, make_rnn, state_gradients
from nnlib.kernels.types import Array
from nnlib.layers import LSTM
from nnlib.layers.recurrent import Recurrent
from nnlib.live import Graph, Handle, Panel, Slider, Timeline, clean_seed
from nnlib.threads import limited_blas_threads

STEPS, EVERY = 80, 2  # back in time, and the distance of two that are measured
HIDDEN, BATCH = 16, 8
LOWEST, HIGHEST = 1e-12, 1e4  # shares that are drawn
GONE = 1e-3  # below this share of itself a gradient counts as gone
CELLS = ("RNN", "LSTM", "GRU")


class GradientHorizon(Board):
    r"""Three cells of 16 units as they start, and what is left of a gradient k steps back.

    For the plain RNN without inputs it is at most the product of k Jacobians,

    .. math:: \lVert \partial L/\partial h_{T-k} \rVert \approx \rho^k

    with the spectral radius ρ of its weights from state to state. Each step looks one pair of steps
    further back.

    Parameters
    ----------
    seed : int
        Of weights, inputs and the gradient at the end.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = GradientHorizon(radius=0.5, size=0.0)
    >>> view.horizon("RNN")  # 0.5^10 = 0.00098
    10
    """

    title = "The gradient horizon: how far back does a gradient reach?"
    seeded = True
    controls = (
        Slider("radius", "RNN: radius ρ of U", 0.2, 1.6, 1.0),
        Slider("forget_bias", "LSTM: forget bias", -2.0, 6.0, 1.0),
        Slider("update_bias", "GRU: update bias", -2.0, 6.0, 0.0),
        Slider("size", "Size of the inputs", 0.0, 3.0, 0.2),
    )
    speed = replace(Board.speed, value=12)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As layers usually start": {
            "radius": 1.0, "forget_bias": 1.0, "update_bias": 0.0, "size": 0.2,
        },
        "It vanishes: ρ = 0.4, biases 0": {
            "radius": 0.4, "forget_bias": 0.0, "update_bias": 0.0, "size": 0.2,
        },
        "It explodes: ρ = 1.5, no inputs": {
            "radius": 1.5, "forget_bias": 1.0, "update_bias": 0.0, "size": 0.0,
        },
        "Gates wide open: biases 3": {
            "radius": 1.0, "forget_bias": 3.0, "update_bias": 3.0, "size": 0.2,
        },
        "Loud inputs saturate tanh": {
            "radius": 1.0, "forget_bias": 1.0, "update_bias": 0.0, "size": 3.0,
        },
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Graph(
            name="left",
            title="What is left of the gradient, k steps back",
            x_range=(0, STEPS),
            y_range=(LOWEST, HIGHEST),
            y_scale="log",
            x_label="steps back k",
            y_label="share that is left",
            lines=(
                *({"name": cell, "label": cell} for cell in CELLS),
                {"name": "theory", "label": "ρᵏ"},
            ),
            span=7,
            height=320,
        ),
        Graph(
            name="reach",
            title="Steps until the RNN's is below 1/1000: drag ρ",
            x_range=(0.2, 1.6),
            y_range=(1.0, 1000.0),
            y_scale="log",
            x_label="spectral radius ρ",
            y_label="steps",
            lines=({"name": "theory", "label": "log 0.001 / log ρ"},),
            handles=(Handle("radius", x="radius"),),
            span=5,
            height=320,
        ),
        Timeline(
            name="back",
            title="The same as a picture: now on the left, the past on the right. "
            "Orange: grown, blue: shrunk",
            bands=tuple({"name": cell, "label": cell} for cell in CELLS),
            x_label="pairs of steps back",
            span=12,
            height=150,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        radii = np.linspace(0.2, 0.999, 200)
        self._theory = line(radii, np.log(GONE) / np.log(radii))
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Look back from the last step anew."""
        super().start()
        self._shares: dict[str, Array] = {}

    def changed(self, name: str) -> None:
        """Measure the cell anew that this control belongs to."""
        owner = {"radius": "RNN", "forget_bias": "LSTM", "update_bias": "GRU"}
        if name == "size":
            self._shares = {}
        self._shares.pop(owner.get(name, ""), None)

    def advance(self) -> None:
        """Look further back: `seen` counts the ticks."""

    def seen(self) -> int:
        """Return how many steps back are shown."""
        pairs = STEPS // EVERY
        return EVERY * (pairs if self.ticks == 0 else (self.ticks - 1) % pairs + 1)

    def cell(self, name: str) -> Recurrent:
        """Return a cell as it starts.

        Parameters
        ----------
        name : {"RNN", "LSTM", "GRU"}

        Returns
        -------
        Recurrent
        """
        options: dict[str, Any] = {"rng": np.random.default_rng(self.seed), "dtype": np.float64}
        if name == "RNN":
            return make_rnn(1, HIDDEN, radius=self.values["radius"], **options)
        if name == "GRU":
            return make_gru(1, HIDDEN, update_bias=self.values["update_bias"], **options)
        return LSTM(1, HIDDEN, forget_bias=self.values["forget_bias"], **options)

    def shares(self, name: str) -> Array:
        """Return what is left of a gradient 0, 2, 4, ... steps back.

        Parameters
        ----------
        name : {"RNN", "LSTM", "GRU"}

        Returns
        -------
        ndarray of shape (41,)
        """
        if name not in self._shares:
            rng = np.random.default_rng([self.seed, 1])
            x = self.values["size"] * rng.normal(size=(BATCH, STEPS + 1, 1))
            grad = rng.normal(size=(BATCH, HIDDEN))
            grad /= np.linalg.norm(grad, axis=1, keepdims=True)
            with limited_blas_threads():
                self._shares[name] = state_gradients(self.cell(name), x, grad, every=EVERY)
        return self._shares[name]

    def horizon(self, name: str) -> int | None:
        """Return the first measured step back at which less than 1/1000 is left, None if none.

        Parameters
        ----------
        name : {"RNN", "LSTM", "GRU"}

        Returns
        -------
        int or None
        """
        gone = np.flatnonzero(self.shares(name) < GONE)
        return int(gone[0]) * EVERY if len(gone) else None

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves, the reach of the RNN and the picture."""
        back = np.arange(0, STEPS + 1, EVERY)
        now, radius = self.seen() // EVERY + 1, self.values["radius"]
        lines: dict[str, Any] = {}
        bands: dict[str, Any] = {}
        for name in CELLS:
            shares = self.shares(name)
            with np.errstate(divide="ignore"):
                powers = np.log10(np.maximum(shares, 1e-300))
            visible = np.where((shares > LOWEST) & (shares < HIGHEST), shares, np.nan)
            lines[name] = line(back[:now], visible[:now])
            power = np.where(np.arange(len(back)) < now, powers, np.nan)
            bands |= {name: power[None].astype(np.float32), f"{name}_scale": 6.0}
        theory = radius ** np.arange(STEPS + 1.0)
        told = ", ".join(f"{name} {self.shares(name)[now - 1]:.1g}" for name in CELLS)
        return {
            "left": lines
            | {
                "theory": line(
                    np.arange(STEPS + 1),
                    np.where((theory > LOWEST) & (theory < HIGHEST), theory, np.nan),
                ),
                "marked_x": float(self.seen()),
                "marked_label": f"{self.seen()} steps back",
                "alt": f"Left of the gradient {self.seen()} steps back: {told}.",
            },
            "reach": {
                "theory": self._theory,
                "marked_x": radius,
                "marked_label": self._reach(),
                "alt": f"With ρ = {radius:g}: {self._reach()}.",
            },
            "back": bands
            | {"alt": f"Powers of ten of the gradient, from now back: {told} at the last one."},
        }

    def _reach(self) -> str:
        """How far the gradient of the RNN reaches, measured."""
        reach = self.horizon("RNN")
        return f"gone after {reach}" if reach is not None else f"not gone after {STEPS}"

    def summary(self) -> str:
        """Return what is left at the last step that is shown."""
        now = self.seen() // EVERY
        told = ", ".join(f"{name} {self.shares(name)[now]:.2g}" for name in CELLS)
        largest = max(CELLS, key=lambda name: self.shares(name)[now])
        warning = (
            f" {largest} explodes: clip the gradient, or start smaller."
            if self.shares(largest)[now] > 100
            else ""
        )
        return f"Left of the gradient {self.seen()} steps back: {told}.{warning}"
