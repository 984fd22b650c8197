"""A filter at work: image, kernel and output, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import diverging_map, sequential_map

__all__ = ["draw_bench"]

Array = NDArray[Any]

_KERNEL = 0.42  # height of the kernel, of the image's
_GAP = 0.16  # of the image's height
_MOST_NUMBERS = 12  # rows or columns up to which the numbers fit into the cells


def draw_bench(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw an image, the kernel of a filter, and what the filter makes of the image.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        Optionally ``title``, ``low``, ``high``, ``grey``, ``image_label`` and ``kernel``, rows of
        numbers.
    data : Mapping[str, Any]
        ``image`` and ``output`` of shape (rows, columns); optionally ``scale``, ``flip``,
        ``side``, ``done`` and ``look``. See `nnlib.live.Bench`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> data = {"image": np.eye(4), "output": np.ones((3, 3))}
    >>> draw_bench(ax, {"kernel": [[1, 0], [0, 1]]}, data)
    >>> len(ax.images)
    3
    """
    ax.set_axis_off()
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    image = np.asarray(data["image"], dtype=np.float64)
    output = np.asarray(data["output"], dtype=np.float64)
    kernel = np.asarray(spec.get("kernel", [[1.0]]), dtype=np.float64)
    rows, columns = data.get("side", kernel.shape)
    kernel = kernel[:rows, :columns]
    turned = kernel[::-1, ::-1] if data.get("flip") else kernel
    low, high = float(spec.get("low", 0.0)), float(spec.get("high", 1.0))
    cell = 1.0 / image.shape[0]
    ink = "gray" if spec.get("grey") else sequential_map()
    label = spec.get("image_label") or "image"
    right = _draw_table(ax, image, (0.0, cell), label, ink, (low, high)) + _GAP
    side = _KERNEL / max(kernel.shape)
    label = "kernel, turned" if data.get("flip") else "kernel"
    right = _draw_table(ax, turned, (right, side), label, diverging_map(), _span(turned)) + _GAP
    scale = data.get("scale")
    span = (-float(scale), float(scale)) if scale else _span(output)
    colors: Any = diverging_map()
    if data.get("look"):
        colors, span = ("gray", span) if data["look"] == "grey" else (ink, (low, high))
    if "done" in data:
        output = np.where(np.arange(output.size) < data["done"], output.ravel(), np.nan)
        output = output.reshape(np.shape(data["output"]))
    right = _draw_table(ax, output, (right, cell), "output", colors, span)
    ax.set_xlim(-0.02, right + 0.02)
    ax.set_ylim(0.56, -0.62)
    ax.set_aspect("equal")


def _span(values: Array) -> tuple[float, float]:
    """The two ends of the colours: zero is in the middle."""
    most = float(np.abs(values).max(initial=0.0)) or 1.0
    return -most, most


def _draw_table(
    ax: Axes, values: Array, place: tuple[float, float], label: str, colors: Any, span: Any
) -> float:
    """Draw numbers as cells from a left edge on, in the middle of the height; return the right."""
    left, cell = place
    rows, columns = values.shape
    height, right = rows * cell, left + columns * cell
    extent = (left, right, height / 2, -height / 2)
    # The darker end of an image may be its low one.
    share = (values - span[0]) / (span[1] - span[0])
    colors = colormaps[colors] if isinstance(colors, str) else colors
    ax.imshow(share, extent=extent, cmap=colors, vmin=0, vmax=1, interpolation="nearest")
    ax.add_patch(Rectangle((left, -height / 2), right - left, height, fill=False, ec="0.6", lw=0.8))
    ax.text((left + right) / 2, -height / 2 - 0.02, label, fontsize=7.5, ha="center", va="bottom")
    if max(rows, columns) <= _MOST_NUMBERS:
        for (row, column), value in np.ndenumerate(values):
            if np.isnan(value):
                continue
            x, y = left + (column + 0.5) * cell, -height / 2 + (row + 0.5) * cell
            dark = colors(float(share[row, column]))[:3]
            ink = "white" if np.mean(dark) < 0.5 else "0.1"
            ax.text(x, y, _text(value), fontsize=5.5, color=ink, ha="center", va="center")
    return float(right)


def _text(value: float) -> str:
    """A number as short as a cell wants it."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2g}"
