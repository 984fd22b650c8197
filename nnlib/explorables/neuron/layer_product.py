"""A layer of neurons as a product of two matrices, one number at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.kernels.types import Array
from nnlib.live import Choice, Explorable, Matrix, Panel, Slider, clean_seed
from nnlib.training import Step

INPUTS, NEURONS = 10, 5
LOGISTIC, THRESHOLD = "logistic", "threshold"
NAMES = tuple(f"n{digit}" for digit in "₁₂₃₄₅")
EMPTY = "·"


class LayerProduct(Explorable):
    """Ten inputs, five neurons: Z = X W + b, with small whole numbers that can be checked by hand.

    A step works out one number of X W; what is not worked out yet is NaN.

    Parameters
    ----------
    seed : int
        Of inputs, weights and biases.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> layer = LayerProduct(samples=2)
    >>> layer.run(10)  # two samples, five neurons
    >>> bool((layer.product() == layer.x @ layer.weight).all())
    True
    """

    title = "A layer is a product: each row meets each column"
    speed = replace(Explorable.speed, label="Speed (numbers/s)", maximum=60, value=2, top_label="")
    pass_label = "One sample"
    seeded = True
    controls = (
        Slider("samples", "Samples in the batch", 1, 6, 3, integer=True, restarts=True),
        Choice("transfer", "Transfer function", (LOGISTIC, THRESHOLD), LOGISTIC),
    )
    panels: Sequence[Panel] = (
        Matrix(
            name="product",
            title="A row of X is a sample, a column of W a neuron; where they meet is the sum",
            label="X W",
            left_label="X",
            right_label="W",
            column_labels=NAMES,
            empty_text=EMPTY,
            decimals=0,
            span=12,
            height=405,
        ),
        Matrix(name="bias", title="One bias for each neuron", label="b", column_labels=NAMES,
               span=4, decimals=0, height=160),
        Matrix(name="sums", title="Add: b goes to every row", label="Z = X W + b",
               column_labels=NAMES, empty_text=EMPTY, decimals=0, span=4, height=160),
        Matrix(name="answers", title="Squash: f, number by number", label="f(Z)",
               column_labels=NAMES, empty_text=EMPTY, span=4, height=160),
    )  # fmt: skip

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Draw inputs, weights and biases."""
        rng = np.random.default_rng(self.seed)
        self._all_x = rng.integers(0, 3, size=(6, INPUTS)).astype(np.float32)
        self.weight: Array = rng.integers(-1, 2, size=(INPUTS, NEURONS)).astype(np.float32)
        self.bias: Array = rng.integers(-2, 3, size=NEURONS).astype(np.float32)

    def start(self) -> None:
        """Begin with nothing worked out."""
        self.x: Array = self._all_x[: self.values["samples"]]
        self._done = 0

    def steps(self) -> Iterator[Step]:
        """Work out one number after the other, sample by sample."""
        while self._done < len(self.x) * NEURONS:
            self._done += 1
            ends = self._done % NEURONS == 0
            yield Step(self._done // NEURONS, self._done, 0.0, 0.0, ends)

    def pace(self) -> float:
        """Return the numbers in a second."""
        return float(self.values["speed"])

    def save_state(self) -> dict[str, Any]:
        """Return how many numbers are worked out."""
        return {"done": self._done}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self._done = state["done"]
        self.player.renew_steps()

    def check(self) -> None:
        """Nothing to check: there is nothing that could diverge."""

    def product(self) -> Array:
        """Return X W as far as it is worked out, NaN elsewhere; of shape (samples, 5)."""
        product = np.full(len(self.x) * NEURONS, np.nan, dtype=np.float32)
        product[: self._done] = (self.x @ self.weight).ravel()[: self._done]
        return product.reshape(-1, NEURONS)

    def answers(self) -> Array:
        """Return f(Z) as far as it is worked out, NaN elsewhere."""
        z = self.product() + self.bias
        if self.values["transfer"] == LOGISTIC:
            return 1 / (1 + np.exp(-z))
        return np.where(np.isnan(z), np.nan, z > 0).astype(np.float32)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the product with its factors, and what becomes of it."""
        product, z = self.product(), self.product() + self.bias
        data: dict[str, dict[str, Any]] = {
            "product": {"values": product, "left": self.x, "right": self.weight, "scale": 4.0},
            "bias": {"values": self.bias[None, :], "scale": 4.0},
            "sums": {"values": z, "scale": 4.0},
            "answers": {"values": self.answers().astype(np.float32), "scale": 1.5},
        }
        if self._done:
            row, column = divmod(self._done - 1, NEURONS)
            data["product"]["marked"] = [row, column, 1, 1]
        for name in data:
            data[name]["alt"] = f"{self._done} of {product.size} numbers are worked out."
        return data

    def terms(self, row: int, column: int) -> str:
        """Return the sum of one sample and one neuron in words, without the terms that are 0."""
        pairs = zip(self.x[row], self.weight[:, column], strict=True)
        terms = [f"{a:g} × {b:g}" if b > 0 else f"{a:g} × ({b:g})" for a, b in pairs if a and b]
        return " + ".join(terms) or "0"

    def summary(self) -> str:
        """Return the arithmetic of the newest number."""
        if not self._done:
            return "Press Step: the first row of X meets the first column of W."
        row, column = divmod(self._done - 1, NEURONS)
        value = self.product()[row, column]
        z = value + self.bias[column]
        return (
            f"Sample {row + 1}, neuron {column + 1}: {self.terms(row, column)} = {value:g}; "
            f"with its bias {self.bias[column]:g}, z = {z:g}."
        )
