"""A convolution as a dense layer with shared weights, and what that saves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.kernels.types import Array
from nnlib.live import Graph, Handle, Matrix, Panel, Slider

PIXELS = 7  # of the strip
FIRST = (1.0, 2.0, 4.0, 3.0, 3.0, 0.0, 1.0)
SMALLEST, LARGEST = 4, 1024  # sides of an image


def conv_matrix(kernel: Any, pixels: int) -> Array:
    """Return the weights of the dense layer that does what a kernel does to a strip of pixels.

    Parameters
    ----------
    kernel : array_like of shape (k,)
    pixels : int

    Returns
    -------
    ndarray of float32, shape (pixels, pixels - k + 1)
        Each column holds the kernel, one place further down, and zeros.

    Examples
    --------
    >>> conv_matrix([1, 2], 3).tolist()
    [[1.0, 0.0], [2.0, 1.0], [0.0, 2.0]]
    """
    kernel = np.asarray(kernel, dtype=np.float32)
    weight = np.zeros((pixels, pixels - len(kernel) + 1), dtype=np.float32)
    for column in range(weight.shape[1]):
        weight[column : column + len(kernel), column] = kernel
    return weight


def counts(side: Any, channels: int, k: int) -> dict[str, Array]:
    """Return what two layers need that make `channels` maps as large as the grey image.

    Parameters
    ----------
    side : array_like
        Of the image, in pixels.
    channels, k : int
        Maps, and the side of the kernels.

    Returns
    -------
    dict
        Parameters of the dense layer, of the convolution, and the multiply-adds of the latter.

    Examples
    --------
    >>> {name: int(n) for name, n in counts(28, 6, 5).items()}
    {'dense': 3692640, 'conv': 156, 'work': 117600}
    """
    pixels = np.asarray(side, dtype=np.float64) ** 2
    return {
        "dense": pixels * pixels * channels + pixels * channels,
        "conv": np.full_like(pixels, channels * (k * k + 1)),
        "work": pixels * channels * k * k,
    }


class SharedWeights(Board):
    """A strip of pixels times a matrix in which one kernel stands again and again.

    Each step moves on to the next output. The graph counts both kinds of layer for images.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = SharedWeights(w1=1.0, w2=0.0, w3=-1.0)
    >>> view.product().tolist()
    [-3.0, -1.0, 1.0, 3.0, 2.0]
    """

    title = "Shared weights: a convolution is a dense layer that repeats itself"
    controls = (
        *(Slider(f"w{i}", f"w{i}", -3.0, 3.0, w, group="Kernel") for i, w in
          ((1, -1.0), (2, 2.0), (3, -1.0))),
        Slider("side", "Side of the image n", SMALLEST, LARGEST, 28, log=True, integer=True,
               group="Count"),
        Slider("channels", "Feature maps", 1, 96, 6, integer=True, group="Count"),
        Slider("k", "Side of the kernel k", 1, 11, 5, integer=True, group="Count"),
    )  # fmt: skip
    speed = replace(Board.speed, maximum=20, value=1.5)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "LeNet-5, first layer": {"side": 28, "channels": 6, "k": 5},
        "A photograph": {"side": 640, "channels": 6, "k": 5},
        "AlexNet, first layer on grey": {"side": 227, "channels": 96, "k": 11},
        "A difference of neighbours": {"w1": -1.0, "w2": 0.0, "w3": 1.0},
    }
    panels: Sequence[Panel] = (
        Matrix(
            name="product",
            title="z = x W: the same three weights in each column, the rest 0",
            label="z",
            left_label="x",
            right_label="W",
            decimals=1,
            span=6,
            height=320,
        ),
        Graph(
            name="counts",
            title="Parameters as the image grows: drag n",
            x_range=(SMALLEST, LARGEST),
            y_range=(1.0, 1e14),
            x_scale="log",
            y_scale="log",
            x_label="side of the image n, in pixels",
            y_label="how many",
            lines=(
                {"name": "dense", "label": "dense: parameters"},
                {"name": "conv", "label": "convolution: parameters"},
                {"name": "work", "label": "convolution: multiply-adds"},
            ),
            handles=(Handle("side of the image", x="side", on="dense"),),
            span=6,
            height=320,
        ),
    )

    def advance(self) -> None:
        """Nothing moves but the mark, and that follows the clock."""

    def kernel(self) -> Array:
        """Return the three weights."""
        return np.array([self.values[f"w{i}"] for i in (1, 2, 3)], dtype=np.float32)

    def product(self) -> Array:
        """Return x W, the output of both layers."""
        return np.array(FIRST, dtype=np.float32) @ conv_matrix(self.kernel(), PIXELS)

    def counts(self) -> dict[str, int]:
        """Return the numbers of both layers at the chosen sizes."""
        v = self.values
        return {name: int(n) for name, n in counts(v["side"], v["channels"], v["k"]).items()}

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the product and the three curves."""
        weight = conv_matrix(self.kernel(), PIXELS)
        at = self.ticks % weight.shape[1]
        sides = np.geomspace(SMALLEST, LARGEST, 60)
        lines = counts(sides, self.values["channels"], self.values["k"])
        return {
            "product": {
                "values": self.product()[None],
                "left": np.array(FIRST, dtype=np.float32)[None],
                "right": weight,
                "marked": [0, at, 1, 1],
                "alt": f"The strip {FIRST} times a matrix of 7 x 5 with the kernel "
                f"{self.kernel().tolist()} in each column is {self.product().tolist()}.",
            },
            "counts": {
                **{name: np.stack([sides, y]).astype(np.float32) for name, y in lines.items()},
                "marked_x": self.values["side"],
                "marked_label": f"n = {self.values['side']}",
                "alt": self.summary(),
            },
        }

    def summary(self) -> str:
        """Return one output as a sum, and the counts."""
        at = self.ticks % (PIXELS - 2)
        terms = " + ".join(
            f"{x:g}·{w:.3g}" if w >= 0 else f"{x:g}·({w:.3g})"
            for x, w in zip(FIRST[at : at + 3], self.kernel(), strict=True)
        )
        n, found = self.values["side"], self.counts()
        return (
            f"z{at + 1} = {terms} = {self.product()[at]:.3g}. For {n} × {n} pixels the dense layer "
            f"learns {found['dense']:,} numbers, the convolution {found['conv']:,}, each used "
            f"{n * n:,} times."
        )
