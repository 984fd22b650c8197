"""Points of two classes, the lines that neurons draw between them, and arrows of weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.graph import draw_handles, line_style, set_axes
from nnlib.views.palette import DASHES, INK, SERIES
from nnlib.views.plane import cell_centres
from nnlib.views.scatter import draw_hand_points, draw_points, equal_spans, point_handles

__all__ = ["draw_separator"]

Array = NDArray[Any]

_ARROW_COLORS = (6, 2, 3, 4, 5)  # of the series: the first two belong to the classes
_LATTICE = 9  # points along each axis: between them the weighted sum is straight
_PALE = 0.30  # how much of its hue the side of a class takes


def _present(data: Mapping[str, Any], name: str, size: int) -> Array | None:
    """Return the numbers of a line or an arrow, None where they are not there."""
    values = np.asarray(data.get(name, ()), dtype=np.float64)
    return values if values.shape == (size,) and np.isfinite(values).all() else None


def _line_style(index: int) -> dict[str, Any]:
    dashes = DASHES[index % len(DASHES)]
    return {
        "color": INK,
        "linewidth": 1.8 if index == 0 else 1.2,
        "linestyle": (0, dashes) if dashes else "-",
    }


def _draw_line(ax: Axes, line: Array, style: Mapping[str, Any]) -> None:
    """Draw where w1 x + w2 y + b = 0, if there is such a line."""
    w1, w2, b = line
    length = np.hypot(w1, w2)
    if length > 0:
        foot = -b * np.array([w1, w2]) / length**2
        ax.axline(foot, foot + np.array([-w2, w1]) / length, zorder=2.5, **style)


def _pale(hue: str) -> str:
    red, green, blue = (1 - _PALE * (1 - channel) for channel in to_rgb(hue))
    return to_hex((red, green, blue))


def _draw_sides(ax: Axes, spec: Mapping[str, Any], line: Array) -> None:
    """Tint each side in the colour of the class that the neuron answers there."""
    x, y = (cell_centres(spec[f"{axis}_range"], _LATTICE) for axis in "xy")
    z = line[0] * x + line[1] * y[:, None] + line[2]
    hues = SERIES[:2]
    colors = [_pale(hue) for hue in hues]
    levels = [min(z.min(), 0.0) - 1.0, 0.0, max(z.max(), 0.0) + 1.0]
    drawn = ax.contourf(x, y, z, levels=levels, colors=colors, hatches=["", "///"])
    drawn.set_edgecolor(hues[1])
    drawn.set_linewidth(0.0)


def _draw_arrow(ax: Axes, arrow: Array, index: int, label: str) -> None:
    """Draw one arrow and its name beside its middle."""
    x, y, dx, dy = arrow
    color = SERIES[_ARROW_COLORS[index % len(_ARROW_COLORS)]]
    if np.hypot(dx, dy) == 0:
        return
    dashes = DASHES[index % len(DASHES)]
    style: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": color,
        "linewidth": 1.8,
        "linestyle": (0, dashes) if dashes else "-",
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", (x + dx, y + dy), (x, y), arrowprops=style, zorder=5)
    side = np.array([-dy, dx]) / np.hypot(dx, dy)
    ax.annotate(
        label,
        (x + dx / 2, y + dy / 2),
        xytext=tuple(11 * side),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=8,
        fontweight="bold",
        color=color,
        zorder=6,
    )


def draw_separator(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw points, lines with their sides, paths and arrows.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range``, ``y_range`` and ``classes``, and optionally ``title``, ``x_label``,
        ``y_label``, ``lines``, ``arrows``, ``paths`` and ``handles``.
    data : Mapping[str, Any]
        Optionally ``points`` of shape (n, 2) with ``labels``, ``ringed``, ``band``; each line of
        shape (3,), each arrow (4,), each path (2, n). See `nnlib.live.Separator`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"x_range": (-1, 2), "y_range": (-1, 2), "classes": ["0", "1"]}
    >>> spec |= {"lines": [{"name": "now", "label": "w x + b = 0"}]}
    >>> draw_separator(ax, spec, {"now": [1.0, 1.0, -1.5]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['w x + b = 0']
    """
    dress_axes(ax, spec)
    set_axes(ax, spec)
    ax.set_aspect("equal" if equal_spans(spec) else "auto")
    legend: list[Any] = []
    if data.get("points") is not None:
        legend += point_handles(spec["classes"], test=False)
    for index, line in enumerate(spec.get("lines") or ()):
        weights = _present(data, line["name"], 3)
        if line.get("label"):
            legend.append(Line2D([], [], label=str(line["label"]), **_line_style(index)))
        if weights is None:
            continue
        if index == 0:
            ax.grid(False)
            _draw_sides(ax, spec, weights)
            reach = float(data.get("band") or 0.0) * np.hypot(*weights[:2])
            for shift in (reach, -reach) if reach else ():
                thin: dict[str, Any] = {"color": "0.4", "linewidth": 0.8}
                _draw_line(ax, weights + np.array([0.0, 0.0, shift]), thin | {"linestyle": ":"})
        _draw_line(ax, weights, _line_style(index))
    for index, path in enumerate(spec.get("paths") or ()):
        x, y = np.asarray(data.get(path["name"], np.empty((2, 0))), dtype=np.float64)
        style = line_style(index) | {"linewidth": 1.2, "color": SERIES[(index + 2) % len(SERIES)]}
        ax.plot(x, y, zorder=2.4, **style)
        if path.get("label"):
            legend.append(Line2D([], [], label=str(path["label"]), **style))
    if data.get("points") is not None:
        draw_points(ax, data["points"], data["labels"])
        ringed = data.get("ringed", -1)
        if 0 <= ringed < len(data["points"]):
            ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": INK}
            ax.plot(*data["points"][ringed], "o", markersize=11, markeredgewidth=1.6, **ring)
    draw_hand_points(ax, spec)
    for index, arrow in enumerate(spec.get("arrows") or ()):
        vector = _present(data, arrow["name"], 4)
        if vector is not None:
            _draw_arrow(ax, vector, index, str(arrow["label"]))
    draw_handles(ax, spec, data)
    place_legend(ax, legend)
    ax.set(xlim=spec["x_range"], ylim=spec["y_range"])
