"""A puzzle of shapes: the two arrays, and the way round, that make each gradient."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.backpropagation.rows_network import backward, forward, sample
from nnlib.kernels.types import Array
from nnlib.live import Choice, Explorable, Matrix, Panel, Slider, Text, Toggle
from nnlib.training import Step

ROWS, COLUMNS = "samples in rows", "samples in columns"
WANTED = ("Z₁ − b₁", "Z₂ − b₂", "dW₂", "db₂", "dA₁", "dW₁", "db₁")
FACTORS = ("A₀", "A₁", "W₁", "W₂", "dZ₁", "dZ₂", "1")
#: What the result has the shape of, in the words of a hint.
LIKE = {
    "Z₁ − b₁": "one row of 4 units for each sample",
    "Z₂ − b₂": "one output for each sample",
    "dW₂": "W₂",
    "db₂": "b₂",
    "dA₁": "A₁",
    "dW₁": "W₁",
    "db₁": "b₁",
}
HINTS = {
    "Z₁ − b₁": "It is made of what goes into layer 1 and of that layer's weights.",
    "Z₂ − b₂": "It is made of what goes into layer 2 and of that layer's weights.",
    "dW₂": "It needs what went into layer 2, and dZ₂, what comes back to it.",
    "db₂": "It sums dZ₂ over the samples: a product with a column of ones, 1, does that.",
    "dA₁": "It sends dZ₂ back through the weights that A₁ went through.",
    "dW₁": "It needs what went into layer 1, and dZ₁, what comes back to it.",
    "db₁": "It sums dZ₁ over the samples: a product with a column of ones, 1, does that.",
}


class ShapePuzzle(Explorable):
    """The products of the 3-4-1 network, forwards and backwards, put together by the learner.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = ShapePuzzle(wanted="dW₂", left="A₁", right="dZ₂", left_turned=True)
    >>> view.product().shape, view.solved()
    ((4, 1), True)
    """

    title = "Shapes that fit: put the products of the 3-4-1 network together"
    speed = replace(
        Explorable.speed, label="Speed (cells/s)", minimum=0.5, maximum=20, value=3, top_label=""
    )
    units = ("cell", "row")
    end_text = "There is no further cell to fill: choose what to make, and its two factors."
    pass_label: ClassVar[str] = "Row"
    controls = (
        Choice("wanted", "Make", WANTED, WANTED[0], restarts=True),
        Choice("left", "Left factor", FACTORS, "A₀", restarts=True),
        Toggle("left_turned", "left transposed", False, restarts=True),
        Choice("right", "Right factor", FACTORS, "W₁", restarts=True),
        Toggle("right_turned", "right transposed", False, restarts=True),
        Slider("samples", "Samples m", 2, 6, 5, integer=True, restarts=True),
        Choice("notation", "Notation", (ROWS, COLUMNS), ROWS, restarts=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Forwards, solved": {
            "wanted": "Z₁ − b₁", "left": "A₀", "right": "W₁", "left_turned": False,
            "right_turned": False, "samples": 5, "notation": ROWS,
        },
        "Fits by accident": {
            "wanted": "dW₂", "left": "A₁", "right": "dZ₂", "left_turned": False,
            "right_turned": False, "samples": 4, "notation": ROWS,
        },
        "The same in columns": {
            "wanted": "Z₁ − b₁", "left": "W₁", "right": "A₀", "left_turned": False,
            "right_turned": False, "samples": 5, "notation": COLUMNS,
        },
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Text(name="answer", title="Does it fit?", span=12, height=58),
        Matrix(name="left", title="Left factor", span=4, height=230),
        Matrix(name="right", title="Right factor", span=4, height=230),
        Matrix(
            name="product",
            title="Product: each cell is a row times a column",
            empty_text="",
            span=4,
            height=230,
        ),
    )

    def start(self) -> None:
        """Compute all arrays of the network, for so many samples."""
        x, y, parameters = sample(self.values["samples"], 4)
        made, gradients = forward(x, parameters), backward(x, y, parameters)
        self._arrays = {"A₀": x, "A₁": made["A₁"], "1": np.ones((len(x), 1))}
        self._arrays |= {name: parameters[name] for name in ("W₁", "W₂")}
        self._arrays |= {f"d{name}": gradients[name] for name in ("Z₁", "Z₂")}
        self._made = {
            "Z₁ − b₁": made["Z₁"] - parameters["b₁"],
            "Z₂ − b₂": made["Z₂"] - parameters["b₂"],
            **{
                f"d{name}": np.atleast_2d(gradients[name])
                for name in ("W₂", "b₂", "A₁", "W₁", "b₁")
            },
        }
        self._cells = 0

    def factor(self, side: str) -> tuple[str, Array]:
        """Return a factor, as it stands there: its name and its array.

        Parameters
        ----------
        side : {"left", "right"}

        Returns
        -------
        (str, ndarray)
        """
        name, turned = self.values[side], self.values[f"{side}_turned"]
        array = self._noted(self._arrays[name], name)
        return (f"{name}ᵀ", array.T) if turned else (name, array)

    def _noted(self, array: Array, name: str) -> Array:
        """An array in the chosen notation: in columns all of them stand the other way round."""
        columns = self.values["notation"] == COLUMNS
        return array.T if columns and name != "1" else array

    def wanted(self) -> Array:
        """Return what the product should be."""
        return self._noted(self._made[self.values["wanted"]], self.values["wanted"])

    def product(self) -> Array:
        """Return the product; of shape (0, 0) if the inner sizes differ."""
        left, right = self.factor("left")[1], self.factor("right")[1]
        return left @ right if left.shape[1] == right.shape[0] else np.zeros((0, 0))

    def solved(self) -> bool:
        """Whether the product is what it should be, in every number."""
        product, wanted = self.product(), self.wanted()
        return product.shape == wanted.shape and bool(np.allclose(product, wanted))

    def steps(self) -> Iterator[Step]:
        """Fill the product cell by cell, row by row."""
        product = self.product()
        while self._cells < product.size:
            self._cells += 1
            yield Step(
                epoch=self._cells // product.shape[1],
                iteration=self._cells,
                loss=0.0,
                learning_rate=0.0,
                ends_epoch=self._cells % product.shape[1] == 0,
            )

    def pace(self) -> float:
        """Return the cells in a second."""
        return float(self.values["speed"])

    def save_state(self) -> dict[str, Any]:
        """Return how many cells are filled."""
        return {"cells": self._cells}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self._cells = state["cells"]
        self.player.renew_steps()

    def check(self) -> None:
        """Nothing to check."""

    def verdict(self) -> str:
        """Return whether it fits, and if not what may help."""
        (left, a), (right, b) = self.factor("left"), self.factor("right")
        wanted, name = self.wanted(), self.values["wanted"]
        told = f"{left} is {_size(a)}, {right} is {_size(b)}."
        if a.shape[1] != b.shape[0]:
            return (
                f"{told} The inner sizes {a.shape[1]} and {b.shape[0]} differ, so there is no "
                f"product. Transpose one, or choose another. {HINTS[name]}"
            )
        product = self.product()
        if product.shape != wanted.shape:
            like = f"the shape of {LIKE[name]}" if name.startswith("d") else LIKE[name]
            return (
                f"{told} They fit and make {_size(product)}, but {name} must be {_size(wanted)}, "
                f"{like}. {HINTS[name]}"
            )
        if not self.solved():
            return (
                f"{told} The shapes fit, but the numbers are wrong: a size is there twice. Move m, "
                f"and the accident shows. {HINTS[name]}"
            )
        return (
            f"Right: {name} = {left} {right}. {told} Together {_size(product)}. Try the next one."
        )

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return both factors, as much of the product as is filled, and what is said of it."""
        (left, a), (right, b), product = self.factor("left"), self.factor("right"), self.product()
        scale = max(float(np.abs(array).max()) for array in (a, b))
        verdict = self.verdict()
        data: dict[str, dict[str, Any]] = {
            "answer": {"text": verdict, "alt": verdict},
            "left": _matrix(left, a) | {"scale": scale},
            "right": _matrix(right, b) | {"scale": scale},
            "product": _matrix(f"{left} {right}", product),
        }
        filled = np.arange(product.size).reshape(product.shape) < self._cells
        data["product"]["values"] = np.where(filled, product, np.nan).astype(np.float32)
        if product.size and self._cells:
            row, column = divmod(self._cells - 1, product.shape[1])
            data["left"]["marked"] = [row, 0, 1, a.shape[1]]
            data["right"]["marked"] = [0, column, b.shape[0], 1]
            data["product"]["marked"] = [row, column, 1, 1]
        data["product"]["scale"] = float(np.abs(product).max(initial=0.0)) or 1.0
        return data

    def summary(self) -> str:
        """Return whether it fits, and how much of it is filled."""
        size = self.product().size
        if not size:
            return "These two have no product. Read above what may help."
        state = "Right." if self.solved() else "Not yet right."
        return f"{state} {self._cells} of {size} cells are filled; Step or Play fills the next."


def _size(array: Array) -> str:
    """The shape in words."""
    return f"{array.shape[0]} × {array.shape[1]}"


def _matrix(label: str, array: Array) -> dict[str, Any]:
    """An array as a `Matrix` takes it."""
    return {
        "values": np.ascontiguousarray(array, dtype=np.float32),
        "label": label,
        "alt": f"{label}, {array.shape[0]} rows and {array.shape[1]} columns."
        if array.size
        else "There is no product.",
    }
