"""A network at work on one picture: units that light up, and what flows between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import INK, SERIES, sequential_map

__all__ = ["draw_lights"]

Array = NDArray[Any]
Places = list[list[tuple[float, float]]]

_PICTURE = (0.01, 0.24)  # left and right end
_UNITS = (0.38, 0.76)
_BARS = (0.82, 0.12)  # left end and width of a full bar
_TOP = 0.93  # below the names


def _place_units(sizes: Sequence[int]) -> Places:
    """Return x and y of each unit."""
    places: Places = []
    for layer, size in enumerate(sizes):
        x = _UNITS[0] + (_UNITS[1] - _UNITS[0]) * layer / max(1, len(sizes) - 1)
        places.append([(x, _TOP * (1 - (unit + 0.5) / size)) for unit in range(size)])
    return places


def _draw_flow(ax: Axes, flow: Array, start: Array, end: Sequence[tuple[float, float]]) -> None:
    """Draw what flows into a layer: orange and solid up, blue and dashed down."""
    full = float(np.abs(flow[2]).max(initial=0.0)) or 1.0
    for source, target, amount in flow.T.tolist():
        (x0, y0), (x1, y1) = start[int(source)], end[int(target)]
        share = abs(amount) / full
        ax.plot(
            [x0, x1],
            [y0, y1],
            color=SERIES[int(amount >= 0)],
            linestyle="solid" if amount >= 0 else (0, (3, 2)),
            linewidth=0.4 + 1.6 * share,
            alpha=0.15 + 0.6 * share,
            zorder=2,
        )


def _draw_picture(ax: Axes, picture: Array) -> Array:
    """Draw the picture; return the middle of each of its pixels, row by row."""
    rows, columns = picture.shape
    left, right = _PICTURE
    half = 0.5 * (right - left) * ax.bbox.width / max(ax.bbox.height, 1.0) * rows / columns
    bottom, top = _TOP / 2 - half, _TOP / 2 + half
    ax.imshow(
        picture, extent=(left, right, bottom, top), cmap=sequential_map(), vmin=0, vmax=255,
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, ec="0.6"))
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack([np.tile(x, rows), np.repeat(y, columns)], axis=1)


def _draw_answers(
    ax: Axes,
    places: Sequence[tuple[float, float]],
    values: Array,
    labels: Sequence[str],
    marked: int,
) -> None:
    """Draw a bar for each answer, the largest one in colour."""
    left, width = _BARS
    height = 0.4 * _TOP / max(1, len(places))
    best = int(np.argmax(values))
    for index, ((x, y), value) in enumerate(zip(places, values.tolist(), strict=True)):
        color = SERIES[4] if index == best else "0.6"
        ax.add_patch(Rectangle((left, y - height / 2), width * value, height, color=color))
        if index == marked:
            corner = (left, y - height / 2)
            ax.add_patch(Rectangle(corner, width, height, fill=False, ec=INK, lw=1.2))
        weight = "bold" if index == best else "normal"
        label = str(labels[index]) if index < len(labels) else str(index)
        ax.text(x + 0.03, y, label, ha="center", va="center", fontsize=8, weight=weight)
        ax.text(0.995, y, f"{value:.0%}", ha="right", va="center", fontsize=7)


def draw_lights(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a picture, units whose discs grow with their activation, and a bar for each answer.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        ``labels``; optionally ``title``.
    data : Mapping[str, Any]
        ``picture``, ``sizes``, ``activations`` and ``flow_<l>``, as `nnlib.live.Lights` takes them;
        optionally ``marked``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> picture = np.zeros((8, 8), dtype=np.uint8)
    >>> draw_lights(ax, {}, {"picture": picture, "sizes": [3, 2], "activations": np.ones(5)})
    >>> len(ax.collections)
    2
    """
    ax.set_axis_off()
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    picture = np.asarray(data.get("picture", np.zeros((0, 0))))
    if picture.size:
        sizes = [int(size) for size in data["sizes"]]
        places = _place_units(sizes)
        activations = np.clip(np.nan_to_num(np.asarray(data["activations"], dtype=float)), 0, 1)
        start = _draw_picture(ax, picture)
        first = 0
        for layer, (size, units) in enumerate(zip(sizes, places, strict=True)):
            _draw_flow(ax, np.asarray(data.get(f"flow_{layer}", np.zeros((3, 0)))), start, units)
            values = activations[first : first + size]
            x, y = np.array(units).T
            ax.scatter(x, y, s=60 * values, color=SERIES[4], zorder=4)
            ax.plot(x, y, "o", ms=8, mfc="none", mec="0.4", mew=0.8, zorder=4)
            name = "answer" if layer == len(sizes) - 1 else f"layer {layer + 1}"
            ax.text(
                x[0], 0.97, f"{name} ({size})", ha="center", va="center", fontsize=8, color="0.35"
            )
            start, first = np.array(units), first + size
        _draw_answers(ax, places[-1], values, spec.get("labels") or (), int(data.get("marked", -1)))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_aspect("auto")
