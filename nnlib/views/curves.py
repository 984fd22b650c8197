"""Lines over a common x: loss, accuracy, the norm of a gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator
from numpy.typing import NDArray

from nnlib.views.palette import DASHES, SERIES

__all__ = ["draw_curves", "dress_axes", "place_legend"]

Array = NDArray[Any]

_COLUMNS = 300  # about the width of a small figure's plot in pixels


def dress_axes(ax: Axes, spec: Mapping[str, Any]) -> None:
    """Give axes the quiet look of the canvas, and the title and labels that a spec names.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to dress.
    spec : Mapping[str, Any]
        ``title``, ``x_label`` and ``y_label`` are read; each may be absent.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> dress_axes(ax, {"x_label": "step"})
    >>> ax.get_xlabel()
    'step'
    """
    ax.set_xlabel(spec.get("x_label") or "", fontsize=8)
    ax.set_ylabel(spec.get("y_label") or "", fontsize=8)
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    ax.tick_params(labelsize=8, length=0, labelcolor="0.35")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color("0.6")
    ax.grid(True, color="0.92", linewidth=0.8)
    ax.set_axisbelow(True)


def place_legend(ax: Axes, handles: list[Any], columns: int = 3) -> None:
    """Put a legend in rows above the plot, where it hides no data, and the title above it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    handles : list
        Artists that carry a label; with none, nothing is drawn.
    columns : int
        Entries in a row.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> place_legend(ax, ax.plot([0, 1], label="loss"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['loss']
    """
    if not handles:
        return
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=8,
        borderpad=0.2,
        borderaxespad=0.0,
        handlelength=2.0,
        columnspacing=1.2,
    )
    rows = -(-len(handles) // columns)
    ax.set_title(ax.get_title(loc="left"), fontsize=9, loc="left", pad=6 + 13 * rows)


def _by_column(x: Array, y: Array, right: float) -> tuple[Array, Array, Array, Array]:
    """Return x, least, mean and greatest y per pixel column, of shape (columns,), NaN at gaps."""
    finite = np.isfinite(x) & np.isfinite(y)
    gaps = np.cumsum(~finite)[finite]  # points of one run share this number
    x, y = x[finite], y[finite]
    column = np.floor(x / right * _COLUMNS)
    new = np.ones(len(x), dtype=bool)
    # Few points: each is its own column and the line is the data.
    if len(x) > _COLUMNS:
        new[1:] = (np.diff(column) != 0) | (np.diff(gaps) != 0)
    starts = np.flatnonzero(new)
    if len(starts) == 0:
        return x, y, y, y
    counts = np.diff(np.append(starts, len(x)))
    rows = [
        x[starts],
        np.minimum.reduceat(y, starts),
        np.add.reduceat(y, starts) / counts,
        np.maximum.reduceat(y, starts),
    ]
    breaks = np.flatnonzero(np.diff(gaps[starts])) + 1
    left, low, mean, high = (np.insert(row, breaks, np.nan) for row in rows)
    return left, low, mean, high


def _draw_series(ax: Axes, series: Array, index: int, right: float, log: bool) -> None:
    """Draw one series: its line, the band where points are crowded, a dot on the last point."""
    x, y = np.asarray(series, dtype=np.float64)
    if log:
        y = np.log10(np.where(y > 0, y, np.nan))
    at, low, mean, high = _by_column(x, np.where(np.isfinite(y), y, np.nan), right)
    if log:
        low, mean, high = 10**low, 10**mean, 10**high
    color = SERIES[index % len(SERIES)]
    if np.any(high > low):
        ax.fill_between(at, low, high, color=color, alpha=0.35, linewidth=0)
    (line,) = ax.plot(at, mean, color=color, linewidth=1.2)
    dashes = DASHES[index % len(DASHES)]
    if dashes:
        line.set_linestyle((0, dashes))
    drawable = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(drawable):
        last = drawable[-1]
        value = 10 ** y[last] if log else y[last]
        ax.plot(x[last], value, "o", color=color, markersize=4, markeredgecolor="white")


def _handle(label: str, series: Array, index: int) -> Line2D:
    """Return the legend entry of one series: its line, its label, its latest value."""
    latest = f" {float(series[1, -1]):.4g}" if series.shape[1] else ""
    handle = Line2D([], [], color=SERIES[index % len(SERIES)], label=label + latest, linewidth=1.2)
    dashes = DASHES[index % len(DASHES)]
    if dashes:
        handle.set_linestyle((0, dashes))
    return handle


def draw_curves(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw one or more series over a common x that starts at 0.

    Where several points share a pixel column, the line is their mean (on a log scale the geometric
    mean) and a pale band spans least to greatest. Values that are not finite leave a gap, and so
    do values that are not positive on a log scale.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``series`` (a list of ``{"name", "label"}``), and optionally ``title``, ``x_label``,
        ``y_label``, ``y_scale`` ("linear" or "log") and ``y_range`` (low, high).
    data : Mapping[str, Any]
        Per series name an array of shape (2, n): row 0 is x, ascending, row 1 is y; n may be 0.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"series": [{"name": "training", "label": "training"}], "x_label": "step"}
    >>> draw_curves(ax, spec, {"training": np.array([[0, 1, 2], [2.3, 1.1, 0.5]])})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['training 0.5']
    """
    dress_axes(ax, spec)
    log = spec.get("y_scale") == "log"
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        ax.yaxis.set_minor_formatter("{x:g}")
        ax.tick_params(which="minor", length=0, labelsize=7, labelcolor="0.35")
    empty = np.empty((2, 0))
    arrays = [np.asarray(data.get(series["name"], empty)) for series in spec["series"]]
    # Infinite and missing x say nothing about how far the axis must reach.
    right = max([1.0, *(float(x) for a in arrays for x in a[0][np.isfinite(a[0])][-1:])])
    handles = []
    for index, (series, array) in enumerate(zip(spec["series"], arrays, strict=True)):
        _draw_series(ax, array, index, right, log)
        handles.append(_handle(str(series.get("label", series["name"])), array, index))
    ax.set_xlim(0, right)
    if spec.get("y_range") is not None and not (log and spec["y_range"][0] <= 0):
        ax.set_ylim(*spec["y_range"])
    elif all(array.shape[1] == 0 for array in arrays):
        ax.set_ylim(0.1 if log else 0, 1)
    elif not log:
        low, high = ax.get_ylim()
        # Zero belongs in the picture unless the data stays far from it.
        if 0 < low + 0.05 * (high - low) < 0.5 * high:
            ax.set_ylim(bottom=0)
    place_legend(ax, handles)
