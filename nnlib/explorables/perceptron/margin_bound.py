"""How many mistakes a perceptron makes, against the bound of Novikoff."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.samples import band_apart, buffer
from nnlib.kernels.types import Array, Labels
from nnlib.live import Explorable, Graph, Handle, Panel, Separator, Slider, clean_seed
from nnlib.training import Step

MARGINS = np.geomspace(0.02, 0.8, 9)
LINE = np.array([1.0, 0.0, 0.0])  # x1 = 0, the widest line between the classes
TEN = 10  # orders of the button that would be an epoch in a training


class MarginBound(Explorable):
    r"""Perceptrons on samples with a margin that is chosen, in many orders.

    .. math:: \text{mistakes} \le \left(\frac{R}{\gamma}\right)^2

    Each step draws one order of the samples and trains from zero weights to the end, for the margin
    of the slider and for nine others.

    Parameters
    ----------
    seed : int
        Of the samples and of the orders.
    key, **values
        See `Explorable`.

    References
    ----------
    Novikoff (1962), "On convergence proofs on perceptrons", Proceedings of the Symposium on the
    Mathematical Theory of Automata 12, 615-622.

    Examples
    --------
    >>> view = MarginBound(margin=0.1)
    >>> view.run(20)
    >>> 0 < int(view.counts[:, -1].max()) <= view.bound(0.1)
    True
    """

    title = "The margin sets the price: mistakes against the bound of Novikoff"
    speed = replace(Explorable.speed, label="Speed (orders/s)", maximum=100, value=5, top_label="")
    units = ("order", "ten orders")
    seeded = True
    controls = (
        Slider("margin", "Margin γ", 0.02, 0.8, 0.2, log=True),
        Slider("samples", "Samples", 10, 100, 40, integer=True, restarts=True),
    )
    panels: Sequence[Panel] = (
        Separator(
            name="plane",
            title="No sample is nearer to x₁ = 0 than γ; drag the margin",
            x_range=(-1.1, 1.1),
            y_range=(-1.1, 1.1),
            lines=(
                {"name": "widest", "label": "widest line"},
                {"name": "learnt", "label": "learnt in the last order"},
            ),
            handles=(Handle("margin", x="margin"),),
            height=400,
        ),
        Graph(
            name="bound",
            title="Mistakes until all is learnt",
            x_range=(0.018, 0.9),
            y_range=(1.0, 6000.0),
            x_scale="log",
            y_scale="log",
            x_label="margin γ",
            y_label="mistakes",
            lines=(
                {"name": "bound", "label": "(R/γ)²"},
                {"name": "most", "label": "worst order"},
                {"name": "mean", "label": "mean order"},
            ),
            trails=({"name": "yours", "label": "your margin, each order"},),
            height=400,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make the samples for each margin, and forget the orders."""
        self._sets = [self._samples(margin) for margin in MARGINS]
        self._begin()

    def _begin(self) -> None:
        """Take the samples of the slider's margin, and no order yet."""
        self.x, self.y = self._samples(self.values["margin"])
        #: Mistakes, shape (orders, margins + 1); those of the slider's margin come last.
        self.counts: Labels = np.empty((0, len(MARGINS) + 1), dtype=np.int64)
        self.learnt: Array = np.zeros(3)

    def _samples(self, margin: float) -> tuple[Array, Labels]:
        return band_apart(self.values["samples"], margin, np.random.default_rng(self.seed))

    def changed(self, name: str) -> None:
        """Move the samples to the new margin, and try the same orders on them."""
        if name == "margin":
            self.x, self.y = self._samples(self.values["margin"])
            for order in range(len(self.counts)):
                self.counts[order, -1] = self._try(self.x, self.y, order)

    def _try(self, x: Array, y: Labels, order: int) -> int:
        """Mistakes on some samples in the order of this number; the last weights are kept."""
        rng = np.random.default_rng([self.seed, order])
        mistakes, self.learnt = count_mistakes(x, y, rng.permutation(len(x)))
        return mistakes

    def steps(self) -> Iterator[Step]:
        """Try one order after the other."""
        while True:
            order = len(self.counts)
            row = [self._try(x, y, order) for x, y in (*self._sets, (self.x, self.y))]
            self.counts = np.vstack([self.counts, row])
            tried = order + 1
            yield Step(order // TEN, tried, float(row[-1]), 1.0, tried % TEN == 0)

    def save_state(self) -> dict[str, Any]:
        """Return how many orders have been tried."""
        return {"counts": self.counts.copy(), "margin": self.values["margin"]}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot; another margin's mistakes are counted anew."""
        self.counts = state["counts"].copy()
        if state["margin"] != self.values["margin"] or len(self.counts):
            self.changed("margin")

    def check(self) -> None:
        """Nothing to check: every run ends, by the bound."""

    def bound(self, margin: float) -> float:
        """Return (R/γ)², with the bias as one more weight, for the samples of a margin."""
        x, _ = self._samples(margin)
        return float((x**2).sum(axis=1).max() + 1) / margin**2

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the samples with their band, and the mistakes of all orders."""
        margin, mine = self.values["margin"], self.counts[:, -1]
        plane = {
            "points": self.x.astype(np.float32),
            "labels": self.y.astype(np.uint8),
            "widest": LINE.astype(np.float32),
            "learnt": self.learnt.astype(np.float32),
            "band": margin,
            "alt": f"{len(self.x)} samples, none nearer to the line x1 = 0 than {margin:g}.",
        }
        bounds = [(x**2).sum(axis=1).max() + 1 for x, _ in self._sets] / MARGINS**2
        counted = self.counts[:, :-1]
        lines = {"bound": buffer([MARGINS, bounds])}
        for name, measure in (("most", np.max), ("mean", np.mean)):
            heights = measure(counted, axis=0) if len(counted) else np.full(len(MARGINS), np.nan)
            lines[name] = buffer([MARGINS, heights])
        yours = buffer([np.full(len(mine), margin), mine])
        graph = lines | {
            "yours": yours,
            "yours_steps": np.arange(1, len(mine) + 1, dtype=np.float32),
            "marked_x": margin,
            "marked_label": f"γ = {margin:g}",
            "alt": self.summary(),
        }
        return {"plane": plane, "bound": graph}

    def summary(self) -> str:
        """Return the mistakes at this margin, and the bound."""
        margin, mine = self.values["margin"], self.counts[:, -1]
        bound = f"Margin {margin:g}: never more than {self.bound(margin):,.1f} mistakes"
        if not len(mine):
            return f"{bound}, whatever the order. No order has been tried."
        tried = f"{len(mine)} order{'s' * (len(mine) > 1)}"
        return f"{bound}. In {tried}: {mine.min()} to {mine.max()}, {mine.mean():.1f} on average."


def count_mistakes(x: Array, y: Labels, order: Labels) -> tuple[int, Array]:
    """Train a perceptron from zero weights to the end, in one order, and count its mistakes.

    As `Perceptron.fit`, but from one mistake straight to the next: all samples are looked at in one
    product, and those that are right are passed over.

    Parameters
    ----------
    x : ndarray of shape (samples, 2)
    y : ndarray of 0 and 1, shape (samples,)
        Of classes that a line separates: else it never returns.
    order : ndarray of shape (samples,)
        The numbers of the samples, as they come in each epoch.

    Returns
    -------
    mistakes : int
    weights : ndarray of shape (3,)
        w1, w2, b at the end.
    """
    ones = y[order] == 1
    signed = np.column_stack([x[order], np.ones(len(x))]) * np.where(ones, 1.0, -1.0)[:, None]
    weights = np.zeros(3)
    mistakes = place = 0
    while True:
        z = signed @ weights
        wrong = np.flatnonzero((z < 0) | (ones & (z == 0)))  # an answer at 0 is class 0
        if not len(wrong):
            return mistakes, weights
        later = wrong[wrong >= place]
        sample = int(later[0] if len(later) else wrong[0])
        weights = weights + signed[sample]
        mistakes += 1
        place = sample + 1
