"""A small network: columns of units, and a line for each weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Ellipse, Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import INK, SERIES, diverging_map, sequential_map

__all__ = ["draw_network"]

Array = NDArray[Any]
Places = list[list[tuple[float, float]]]

_WIDEST = 4.0  # points
_TOP = 0.92  # below the names of the columns


def _place_units(sizes: Sequence[int], most: int) -> Places:
    """Return x and y of each unit that is drawn; the last slot of a long column stays free."""
    places: Places = []
    for column, size in enumerate(sizes):
        slots = min(size, most)
        drawn = most - 1 if size > most else size
        x = (column + 0.5) / len(sizes)
        places.append([(x, _TOP * (1 - (i + 0.5) / slots)) for i in range(drawn)])
    return places


def _largest(arrays: Sequence[Array]) -> float:
    """Return the largest finite size among all numbers, 1 if there is none."""
    sizes = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(sizes, default=0.0)) or 1.0


def _draw_edges(ax: Axes, layer: int, places: Places, weights: Array, scale: float) -> None:
    """Draw the lines of one layer: orange and solid above zero, blue and dashed below."""
    styles: tuple[tuple[bool, str, Any], ...] = (
        (True, SERIES[1], "solid"),
        (False, SERIES[0], (0, (3, 2))),
    )
    for positive, color, dash in styles:
        lines, widths = [], []
        for i, start in enumerate(places[layer - 1]):
            for j, end in enumerate(places[layer]):
                weight = float(weights[i, j])
                if np.isfinite(weight) and (weight >= 0) == positive:
                    lines.append([start, end])
                    widths.append(max(0.4, _WIDEST * min(1.0, abs(weight) / scale)))
        ax.add_collection(
            LineCollection(
                lines, colors=color, linewidths=widths, linestyles=[dash], alpha=0.7, zorder=1
            )
        )


def _draw_units(ax: Axes, places: Places, sizes: Sequence[int], data: Mapping[str, Any]) -> None:
    """Draw each unit: its map, or a disc filled by its activation."""
    height, width = _unit_size(ax, places)
    activations, maps = data.get("activations"), data.get("maps")
    full = 1.0 if activations is None else _largest([np.asarray(activations)])
    fills = diverging_map()
    for column, units in enumerate(places):
        for unit, (x, y) in enumerate(units):
            number = sum(sizes[:column]) + unit
            value = np.nan if activations is None else float(activations[number])
            fill = fills(0.5 + 0.5 * value / full) if np.isfinite(value) else "white"
            corner = (x - width / 2, y - height / 2)
            if maps is None:
                ax.add_patch(Ellipse((x, y), width, height, fc=fill, ec=INK, lw=0.8, zorder=3))
                continue
            _draw_map(ax, np.asarray(maps[number]), corner, width, height)
            ax.add_patch(Rectangle(corner, width, height, fill=False, ec=INK, lw=0.8, zorder=4))


def _unit_size(ax: Axes, places: Places) -> tuple[float, float]:
    """Return height and width of a unit, in the units of the axes."""
    rows = max((len(column) for column in places), default=1)
    height = min(0.8 * _TOP / max(rows, 1), 0.18)
    across = height * ax.bbox.height / max(ax.bbox.width, 1.0)
    shrink = min(1.0, 0.4 / (max(len(places), 1) * max(across, 1e-9)))
    return height * shrink, across * shrink


def _draw_map(
    ax: Axes, values: Array, corner: tuple[float, float], width: float, height: float
) -> None:
    """Draw the response of a unit over the plane into its place."""
    signed = values.dtype == np.int8
    left, bottom = corner
    ax.imshow(
        values,
        origin="lower",
        extent=(left, left + width, bottom, bottom + height),
        cmap=diverging_map() if signed else sequential_map(),
        vmin=-127 if signed else 0,
        vmax=127 if signed else 255,
        aspect="auto",
        zorder=3,
    )


def _draw_biases(ax: Axes, places: Places, layer: int, biases: Array) -> None:
    """Draw a bar beside each unit of a layer, up or down from its middle."""
    height, width = _unit_size(ax, places)
    full = _largest([biases])
    for (x, y), bias in zip(places[layer], biases.tolist(), strict=False):
        if np.isfinite(bias):
            length = 0.5 * height * bias / full
            right = x + width / 2 + 0.006
            ax.plot([right, right], [y, y + length], color=SERIES[int(bias >= 0)], lw=2.5)


def _draw_words(ax: Axes, spec: Mapping[str, Any], sizes: Sequence[int], places: Places) -> None:
    """Name columns, inputs and outputs, and count what is not drawn."""
    width = _unit_size(ax, places)[1]
    last = len(sizes) - 1
    style: dict[str, Any] = {"fontsize": 8, "va": "center", "color": "0.35"}
    for column, (size, units) in enumerate(zip(sizes, places, strict=True)):
        x = (column + 0.5) / len(sizes)
        name = "input" if column == 0 else "output" if column == last else f"layer {column}"
        ax.text(x, 0.97, name, ha="center", **style)
        if size > len(units):
            y = _TOP * 0.5 / (len(units) + 1)
            ax.text(
                x, y, f"\N{HORIZONTAL ELLIPSIS} {size - len(units):,} more", ha="center", **style
            )
    for (x, y), label in zip(places[0], spec.get("input_labels") or (), strict=False):
        ax.text(x - width / 2 - 0.01, y, label, ha="right", **style)
    for (x, y), label in zip(places[-1], spec.get("output_labels") or (), strict=False):
        ax.text(x + width / 2 + 0.02, y, label, ha="left", **style)


def draw_network(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw units in columns and weights as lines: width for size, colour and dash for the sign.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        Optionally ``title``, ``most`` (units of a column that are drawn), ``input_labels`` and
        ``output_labels``.
    data : Mapping[str, Any]
        ``sizes``; optionally ``weights_<l>`` of shape (in, out) and ``biases_<l>`` of shape (out,)
        for l = 1, 2, ...; ``activations`` (units,), ``maps`` (units, rows, columns), ``scale``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> data = {"sizes": [2, 1], "weights_1": np.array([[1.0], [-2.0]])}
    >>> draw_network(ax, {}, data)
    >>> [len(lines.get_segments()) for lines in ax.collections]
    [1, 1]
    """
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    ax.set_axis_off()
    sizes = [int(size) for size in data.get("sizes", ())]
    if sizes:
        places = _place_units(sizes, int(spec.get("most", 16)))
        layers = range(1, len(sizes))
        weights = {n: np.asarray(data[k]) for n in layers if (k := f"weights_{n}") in data}
        scale = float(data.get("scale") or _largest(list(weights.values())))
        for layer, array in weights.items():
            _draw_edges(ax, layer, places, array, scale)
        _draw_units(ax, places, sizes, data)
        for layer in layers:
            if f"biases_{layer}" in data:
                _draw_biases(ax, places, layer, np.asarray(data[f"biases_{layer}"]))
        _draw_words(ax, spec, sizes, places)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="auto")
