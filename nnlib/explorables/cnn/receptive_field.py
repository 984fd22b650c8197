"""The receptive-field painter: what one pixel deep inside a network sees of the image."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.cnn.fields import ALEX, LENET, sides, square, ways_back
from nnlib.kernels.types import Array
from nnlib.layers import Window, receptive_fields
from nnlib.live import Choice, Graph, Handle, Images, Panel, Plane, Slider, Toggle

STACK, LENET5, ALEXNET = "a stack of convolutions", "LeNet-5", "AlexNet"
SIDE = 45  # pixels of the image under a stack
DEEPEST = 8
MOST = 113  # pixels of a map that is sent to the browser, each way


class ReceptiveField(Board):
    """Pick a pixel of the last map; step by step its window is painted back to the image.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = ReceptiveField(depth=5)
    >>> view.fields()
    [1, 3, 5, 7, 9, 11]
    """

    title = "The receptive-field painter: what one pixel sees, layer by layer"
    end_text = "Painted down to the image. Press Reset to begin again."
    controls = (
        Choice("network", "Network", (STACK, LENET5, ALEXNET), STACK, restarts=True),
        Slider("depth", "Layers", 1, DEEPEST, 5, integer=True, restarts=True),
        Slider("k", "Kernel k", 1, 7, 3, integer=True, group="The stack"),
        Slider("stride", "Stride s of the first layer", 1, 3, 1, integer=True, group="The stack"),
        Slider("dilation", "Dilation d of the last layer", 1, 4, 1, integer=True,
               group="The stack"),
        Toggle("pool", "A pool of 2 x 2 after the second layer", False, group="The stack"),
        Slider("across", "Pixel, across", 0.0, 1.0, 0.5, group="Which pixel"),
        Slider("up", "Pixel, up", 0.0, 1.0, 0.5, group="Which pixel"),
    )  # fmt: skip
    speed = replace(Board.speed, label="Speed (layers/s)", maximum=20, value=1)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Five layers of 3 x 3": {
            "network": STACK, "depth": 5, "k": 3, "stride": 1, "dilation": 1, "pool": False,
        },
        "One layer of 7 x 7": {
            "network": STACK, "depth": 1, "k": 7, "stride": 1, "dilation": 1, "pool": False,
        },
        "A pool between": {
            "network": STACK, "depth": 5, "k": 3, "stride": 1, "dilation": 1, "pool": True,
        },
        "At the edge": {"across": 0.0, "up": 1.0},
        "LeNet-5": {"network": LENET5, "depth": 4},
        "AlexNet up to conv2": {"network": ALEXNET, "depth": 3},
        "AlexNet, all of it": {"network": ALEXNET, "depth": 8},
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Plane(
            name="image",
            title="The image: stronger where more ways lead to the pixel",
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.0),
            x_label="across",
            y_label="up",
            handles=(Handle("pixel", x="across", y="up"),),
            value_label="share of ways",
            span=4,
            height=330,
        ),
        Images(
            name="maps",
            title="The window in each map, the deepest first",
            image_label="map",
            span=5,
            height=330,
        ),
        Graph(
            name="growth",
            title="Receptive field r, layer by layer",
            x_range=(0.0, 8.0),
            y_range=(0.0, 20.0),
            x_label="layer",
            y_label="pixels",
            lines=({"name": "field", "label": "r"}, {"name": "jump", "label": "jump j"}),
            span=3,
            height=330,
        ),
    )

    def advance(self) -> None:
        """Nothing moves but the paint, and that follows the clock."""

    def idle(self) -> list[str]:
        """Return the controls of the stack where a known network is looked at."""
        return [] if self.values["network"] == STACK else ["k", "stride", "dilation", "pool"]

    # ------------------------------------------------------------------ the network

    def layers(self) -> tuple[int, list[tuple[str, Window]]]:
        """Return the side of the image, and name and window of each layer."""
        v = self.values
        if v["network"] != STACK:
            side, layers = LENET if v["network"] == LENET5 else ALEX
            return side, layers[: v["depth"]]
        layers = []
        for index in range(1, v["depth"] + 1):
            stride = v["stride"] if index == 1 else 1
            dilation = v["dilation"] if index == v["depth"] else 1
            padding = dilation * (v["k"] - 1) // 2
            window = square(v["k"], stride=stride, padding=padding, dilation=dilation)
            layers.append((f"conv{index}", window))
            if index == 2 and v["pool"]:
                layers.append(("pool", square(2, stride=2)))
        return SIDE, layers

    def fields(self) -> list[int]:
        """Return the receptive field in pixels before the first layer, and after each."""
        return [1, *(field[0] for field, _ in self._grown())]

    def jumps(self) -> list[int]:
        """Return how far apart the windows of neighbours lie."""
        return [1, *(jump[0] for _, jump in self._grown())]

    def _grown(self) -> list[Any]:
        """Receptive field and jump after each layer."""
        return list(receptive_fields(window for _, window in self.layers()[1]))

    def ways(self) -> tuple[list[Array], list[Array]]:
        """Return in how many ways each pixel reaches the one that was picked, across and down."""
        side, layers = self.layers()
        windows = [window for _, window in layers]
        last = sides(side, windows)[-1]
        across = round(self.values["across"] * (last - 1))
        down = round((1 - self.values["up"]) * (last - 1))
        return ways_back(side, windows, across), ways_back(side, windows, down)

    def painted(self) -> int:
        """Return how many layers the paint has gone back; all of them at the start."""
        depth = len(self.layers()[1])
        return depth if not self.ticks else (self.ticks - 1) % (depth + 1)

    # ------------------------------------------------------------------ what is shown

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the painted image, the maps, and how the field grows."""
        side, layers = self.layers()
        across, down = self.ways()
        maps = [np.outer(d, a) for a, d in zip(across, down, strict=True)]
        reached = len(layers) - self.painted()
        image = maps[0] / (maps[0].max() or 1.0) if reached == 0 else np.zeros_like(maps[0])
        fields, jumps = self.fields(), self.jumps()
        names = ["image", *(name for name, _ in layers)]
        order = range(len(maps) - 1, -1, -1)
        shown = [_fitted(maps[i], side, paint=i >= reached) for i in order]
        return {
            "image": {
                "values": image[::-1].astype(np.float32),  # lowest row first
                "low": 0.0,
                "high": 1.0,
                "alt": f"Of {side} x {side} pixels {_count(maps[0])} are seen.",
            },
            "maps": {
                "images": np.stack(shown),
                "captions": [
                    f"{names[i]}: {_extent(across[i])} × {_extent(down[i])}" for i in order
                ],
                "alt": f"Painted back through {self.painted()} of {len(layers)} layers.",
            },
            "growth": {
                "field": _line(fields),
                "jump": _line(jumps),
                "x_range": [0, len(layers)],
                "y_range": [0, max(4, 1.1 * max(fields))],
                "alt": f"The receptive field grows over {fields}, the jump over {jumps}.",
            },
        }

    def summary(self) -> str:
        """Return how the field grows, and what lies beyond the edge."""
        fields, (across, down) = self.fields(), self.ways()
        seen = _extent(across[0]), _extent(down[0])
        if not min(seen):
            return "This pixel sees nothing but padding: the gaps are wider than the map."
        words = f"r = {' → '.join(map(str, fields))} pixels"
        if min(seen) < fields[-1]:
            words += f"; here {seen[0]} × {seen[1]} lie in the image, the rest is padding"
        most, edge = across[0].max(), across[0][across[0] > 0].min()
        return f"{words}. Across, the middle counts {most / edge:,.3g} times as much as the rim."


def _extent(ways: Array) -> int:
    """Pixels from the first that is reached to the last."""
    reached = np.flatnonzero(ways)
    return int(reached[-1] - reached[0] + 1) if len(reached) else 0


def _count(ways: Array) -> str:
    """How many pixels are reached."""
    return f"{np.count_nonzero(ways):,}"


def _fitted(ways: Array, side: int, *, paint: bool) -> Array:
    """A map as large as the image, uint8: paper where nothing is reached, pale where there is."""
    share = ways / (ways.max() or 1.0)
    ink = np.where(ways > 0, 70 + 185 * share, 12.0) if paint else np.full_like(ways, 12.0)
    pixels = min(side, MOST)
    place = np.arange(pixels) * len(ways) // pixels
    return ink[np.ix_(place, place)].astype(np.uint8)


def _line(values: Sequence[int]) -> Array:
    """Values over the number of the layer."""
    return np.array([np.arange(len(values)), values], dtype=np.float32)
