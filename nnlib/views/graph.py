"""Graphs of functions of one variable, trails on them, and the handles that move them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.palette import DASHES, INK, SERIES

__all__ = ["draw_graph", "draw_handles", "draw_marks", "line_style", "set_axes"]

Array = NDArray[Any]

_NO_POINTS = np.empty((2, 0), dtype=np.float32)
_PALEST = 0.25  # opacity of the oldest dot of a trail


def set_axes(ax: Axes, spec: Mapping[str, Any]) -> None:
    """Fix scales, ranges and ticks as a spec says.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to set.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, and optionally ``x_scale`` and ``y_scale``, each linear or log.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> set_axes(ax, {"x_range": (0.01, 10), "y_range": (0, 1), "x_scale": "log"})
    >>> ax.get_xscale(), [float(x) for x in ax.get_xlim()]
    ('log', [0.01, 10.0])
    """
    axes: tuple[Literal["x", "y"], ...] = ("x", "y")
    for name in axes:
        low, high = spec[f"{name}_range"]
        ax.set(**{f"{name}lim": (low, high)})
        if spec.get(f"{name}_scale") != "log":
            continue
        ax.set(**{f"{name}scale": "log"})
        axis = ax.xaxis if name == "x" else ax.yaxis
        few = high / low <= 1000
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
        ax.tick_params(axis=name, which="minor", length=0)


def line_style(index: int) -> dict[str, Any]:
    """Return colour and dash of a line, as keywords of ``Line2D``.

    Parameters
    ----------
    index : int
        Place in the list of lines, 0 or more.

    Returns
    -------
    dict

    Examples
    --------
    >>> line_style(0)
    {'color': '#0072b2', 'linestyle': '-'}
    """
    dashes = DASHES[index % len(DASHES)]
    return {
        "color": SERIES[index % len(SERIES)],
        "linestyle": (0, dashes) if dashes else "-",
    }


def draw_marks(ax: Axes, marks: Any) -> None:
    """Draw stars at places.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    marks : array_like or None
        Of shape (2, k), x above y.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_marks(ax, [[0.5], [0.5]])
    >>> len(ax.lines)
    1
    """
    x, y = _NO_POINTS if marks is None else np.asarray(marks)
    if len(x):
        style: dict[str, Any] = {
            "markersize": 10,
            "markeredgecolor": "white",
            "markeredgewidth": 0.8,
        }
        ax.plot(x, y, "*", color=INK, zorder=6, **style)


def draw_handles(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the handles of a spec that says where they stand.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``handles``, each with ``label`` and ``at``, the list of x and perhaps y, as
        `nnlib.live.handles.placed` gives them; without y, ``on`` names the line they sit on.
    data : Mapping[str, Any]
        The lines, of shape (2, n).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_handles(ax, {"handles": [{"label": "start", "at": [0.2, 0.5]}]}, {})
    >>> [line.get_label() for line in ax.lines]
    ['start']
    """
    for handle in spec.get("handles") or ():
        if "at" not in handle:
            continue
        x, *rest = handle["at"]
        y = rest[0] if rest else _height(ax, x, data.get(handle.get("on") or ""))
        style: dict[str, Any] = {
            "markerfacecolor": "white",
            "markeredgecolor": INK,
            "markeredgewidth": 2.0,
        }
        (ring,) = ax.plot(x, y, "o", markersize=9, label=handle["label"], **style)
        ring.set(zorder=7, clip_on=False)


def _height(ax: Axes, x: float, line: Any) -> float:
    """Height of a line at x, that of the axis where there is none."""
    if line is not None:
        across, up = np.asarray(line, dtype=np.float64)
        known = np.isfinite(across) & np.isfinite(up)
        if known.any() and across[known].min() <= x <= across[known].max():
            return float(np.interp(x, across[known], up[known]))
    return ax.get_ylim()[0]


def _draw_trail(ax: Axes, trail: Array, color: str) -> None:
    """Draw dots joined by a thin line, the older the paler, and a ring round the newest."""
    x, y = np.asarray(trail, dtype=np.float64)
    ax.plot(x, y, color=color, linewidth=0.8, alpha=0.6, zorder=4)
    strength = np.linspace(_PALEST, 1.0, len(x)) if len(x) > 1 else np.ones(len(x))
    dots = [(*to_rgb(color), float(alpha)) for alpha in strength]
    ax.scatter(x, y, s=11, c=dots, linewidths=0, zorder=4)
    if len(x):
        (ring,) = ax.plot(x[-1], y[-1], "o", color=color, markersize=6, zorder=5)
        ring.set_path_effects([Stroke(linewidth=4.5, foreground=color), Normal()])
        ring.set(markeredgecolor="white", markeredgewidth=1.5)


def draw_graph(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw lines and trails between fixed axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, ``lines`` and ``trails`` with a ``name`` and a ``label`` each,
        and optionally ``title``, ``x_label``, ``y_label``, ``x_scale``, ``y_scale`` and
        ``handles``.
    data : Mapping[str, Any]
        For each line and trail an array of shape (2, n), x above y; optionally ``marks`` of shape
        (2, k), and ``marked_x`` with ``marked_label``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"x_range": (-1, 1), "y_range": (0, 1), "lines": [{"name": "f", "label": "x²"}]}
    >>> draw_graph(ax, spec, {"f": [[-1, 0, 1], [1, 0, 1]]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['x²']
    """
    dress_axes(ax, spec)
    set_axes(ax, spec)
    handles = []
    lines, trails = list(spec.get("lines") or ()), list(spec.get("trails") or ())
    for index, line in enumerate(lines):
        label = str(line.get("label", line["name"]))
        x, y = np.asarray(data.get(line["name"], _NO_POINTS))
        handles += ax.plot(x, y, linewidth=1.3, label=label, zorder=3, **line_style(index))
    handles += [_draw_band(ax, band, lines, data) for band in spec.get("bands") or ()]
    for index, trail in enumerate(trails, start=len(lines)):
        color = SERIES[index % len(SERIES)]
        _draw_trail(ax, np.asarray(data.get(trail["name"], _NO_POINTS)), color)
        label = str(trail.get("label", trail["name"]))
        style: dict[str, Any] = {"marker": "o", "markersize": 4, "linewidth": 0.8}
        handles.append(Line2D([], [], color=color, label=label, **style))
    if data.get("marked_x") is not None:
        _draw_marked_x(ax, float(data["marked_x"]), str(data.get("marked_label") or ""))
    draw_marks(ax, data.get("marks"))
    draw_handles(ax, spec, data)
    place_legend(ax, handles)


def _draw_band(
    ax: Axes, band: Mapping[str, Any], lines: list[Mapping[str, Any]], data: Mapping[str, Any]
) -> Any:
    """Fill what lies between two edges, in the colour of the line that the band names."""
    names = [line["name"] for line in lines]
    color = SERIES[(names.index(band["line"]) if band.get("line") in names else 0) % len(SERIES)]
    x, low, high = np.asarray(data.get(band["name"], np.empty((3, 0))), dtype=np.float64)
    label = str(band.get("label", band["name"]))
    return ax.fill_between(x, low, high, color=color, alpha=0.22, linewidth=0, label=label)


def _draw_marked_x(ax: Axes, x: float, label: str) -> None:
    """Draw a dashed line across all y, with its label on the side that has room."""
    ax.axvline(x, color="0.3", linewidth=1.0, dashes=(4, 3), zorder=2)
    place = ax.transAxes.inverted().transform(ax.transData.transform((x, ax.get_ylim()[0])))[0]
    if not (label and 0 <= place <= 1):
        return
    right = place < 0.6
    ax.annotate(
        label,
        (x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4 if right else -4, -3),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top",
        fontsize=8,
        color="0.3",
    )
