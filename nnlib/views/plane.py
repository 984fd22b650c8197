"""A function of two variables as shade and contour lines, with paths and arrows on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.graph import draw_handles, draw_marks, line_style, set_axes
from nnlib.views.palette import INK, MARKERS, SERIES
from nnlib.views.scatter import draw_hand_points, equal_spans

__all__ = ["cell_centres", "draw_plane"]

Array = NDArray[Any]

_UNKNOWN = 255  # the class of a cell that is not known
_MOST_DOTS = 60  # points of a path up to which each step has its dot
_SHADE = 0.36  # how much of the ink the fullest shade takes: paths stand out on it
_PALE = 0.30  # how much of its hue the region of a class takes
#: Second cue beside hue for the region of a class, as the canvas draws them.
_HATCHES = ("", "///", "\\\\\\", "---", "|||", "...", "+++")


def cell_centres(span: Sequence[float], count: int, scale: str = "linear") -> Array:
    """Return where the middles of a plane's cells lie along one axis.

    Parameters
    ----------
    span : sequence of float
        (low, high), the edges of the first and of the last cell.
    count : int
        Cells along the axis.
    scale : str
        "linear" or "log": the cells are equally wide on that axis.

    Returns
    -------
    ndarray of float64, shape (count,)

    Examples
    --------
    >>> cell_centres((0, 1), 4).tolist()
    [0.125, 0.375, 0.625, 0.875]
    >>> cell_centres((1, 100), 2, "log").round(3).tolist()
    [3.162, 31.623]
    """
    edges = _edges(span, 2 * count, scale)
    return edges[1::2]


def _edges(span: Sequence[float], count: int, scale: str) -> Array:
    """Return the edges of cells that are equally wide on an axis, of shape (count + 1,)."""
    space = np.geomspace if scale == "log" else np.linspace
    edges: Array = space(span[0], span[1], count + 1)
    return edges


def _axis(spec: Mapping[str, Any], name: str, count: int, *, middles: bool) -> Array:
    """Return edges of the cells, or their middles with the two ends of the axis beside them."""
    span, scale = spec[f"{name}_range"], spec.get(f"{name}_scale") or "linear"
    if not middles:
        return _edges(span, count, scale)
    return np.concatenate([span[:1], cell_centres(span, count, scale), span[1:]])


def _paler(color: str, strength: float) -> str:
    """Return a colour mixed with white."""
    red, green, blue = (1 - strength * (1 - channel) for channel in to_rgb(color))
    return to_hex((red, green, blue))


def _draw_hatch(ax: Axes) -> None:
    """Mark the ground as not known; what is known covers it."""
    hatch = Rectangle((0, 0), 1, 1, transform=ax.transAxes, facecolor="none", edgecolor="0.85")
    hatch.set(hatch="////", linewidth=0.0, zorder=0.1)
    ax.add_patch(hatch)


def _draw_shade(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    """Draw values as shade and contour lines; return the colours."""
    values = np.asarray(data["values"], dtype=np.float64)
    colors = LinearSegmentedColormap.from_list("shade", ["#ffffff", _paler(INK, _SHADE)])
    low, high = float(data.get("low", 0.0)), float(data.get("high", 1.0))
    if np.isnan(values).any():
        _draw_hatch(ax)
    x, y = (_axis(spec, n, k, middles=False) for n, k in zip("xy", values.shape[::-1], strict=True))
    # As a share of the way from low to high: so a low above high shades downwards.
    share = (values - low) / ((high - low) or 1e-30)
    shade = np.ma.masked_invalid(np.clip(share, 0.0, 1.0))
    ax.pcolormesh(x, y, shade, cmap=colors, vmin=0.0, vmax=1.0, rasterized=True)
    _draw_contours(ax, spec, values, np.ravel(data.get("levels", ())), color="0.45", width=0.6)
    bold = data.get("bold_level")
    if bold is not None:
        _draw_contours(ax, spec, values, np.array([bold]), color=INK, width=1.8)
    return colors


def _draw_contours(
    ax: Axes, spec: Mapping[str, Any], values: Array, levels: Array, *, color: str, width: float
) -> None:
    """Draw the contour lines that the values reach, out to the edge of the plot."""
    known = values[np.isfinite(values)]
    reached = levels[(levels > known.min()) & (levels < known.max())] if known.size else levels[:0]
    if reached.size == 0:
        return
    x, y = (_axis(spec, n, k, middles=True) for n, k in zip("xy", values.shape[::-1], strict=True))
    field = np.pad(np.where(np.isfinite(values), values, np.nan), 1, mode="edge")
    ax.contour(x, y, field, levels=np.unique(reached), colors=color, linewidths=width)


def _draw_classes(ax: Axes, spec: Mapping[str, Any], values: Array) -> list[Patch]:
    """Draw the region of each class in a pale hue with a hatch of its own; return the legend."""
    names = spec["classes"]
    hues = [SERIES[i % len(SERIES)] for i in range(len(names))]
    pale = [_paler(hue, _PALE) for hue in hues]
    if np.any(values == _UNKNOWN):
        _draw_hatch(ax)
    rows, columns = values.shape
    x, y = (_axis(spec, n, k, middles=False) for n, k in (("x", columns), ("y", rows)))
    shade = np.ma.masked_equal(values, _UNKNOWN)
    ax.pcolormesh(x, y, shade, cmap=ListedColormap(pale), vmin=-0.5, vmax=len(names) - 0.5)
    x, y = (_axis(spec, n, k, middles=True) for n, k in (("x", columns), ("y", rows)))
    legend = []
    for index, name in enumerate(names):
        hatch = _HATCHES[index % len(_HATCHES)]
        inside = np.pad(values == index, 1, mode="edge").astype(np.float32)
        if hatch and inside.any():
            drawn = ax.contourf(x, y, inside, levels=[0.5, 1.5], hatches=[hatch], colors="none")
            drawn.set_edgecolor(hues[index])
            drawn.set_linewidth(0.0)
        patch = Patch(facecolor=pale[index], edgecolor=hues[index], hatch=hatch, label=str(name))
        legend.append(patch)
    return legend


def _draw_arrows(ax: Axes, arrows: Any) -> None:
    """Draw arrows of (x, y, dx, dy), in the units of the axes."""
    x, y, dx, dy = np.asarray(arrows, dtype=np.float64)
    # Ends, not lengths, are what a logarithmic axis can place.
    with np.errstate(invalid="ignore", divide="ignore"):
        start = ax.transData.transform(np.column_stack([x, y]))
        way = ax.transData.transform(np.column_stack([x + dx, y + dy])) - start
    drawn = np.isfinite(start).all(axis=1) & np.isfinite(way).all(axis=1)
    way = np.clip(way[drawn], -1e4, 1e4)
    style: dict[str, Any] = {
        "color": "0.25",
        "width": 1.0,
        "headwidth": 4,
        "headlength": 5,
        "headaxislength": 4.5,
    }
    ax.quiver(x[drawn], y[drawn], *way.T, angles="uv", scale_units="dots", scale=1.0,
              units="dots", zorder=3, **style)  # fmt: skip


def _draw_path(ax: Axes, path: Array, index: int) -> None:
    """Draw one path, a dot for each step while there are few, and a marker on the newest point."""
    x, y = (np.where(np.isfinite(row), row, np.nan) for row in np.asarray(path, dtype=np.float64))
    style = line_style(index)
    (line,) = ax.plot(x, y, linewidth=1.4, zorder=4, **style)
    line.set_path_effects([Stroke(linewidth=3.0, foreground="white", alpha=0.8), Normal()])
    if len(x) <= _MOST_DOTS:
        ax.plot(x, y, "o", color=style["color"], markersize=2.6, zorder=4)
    if len(x):
        marker: dict[str, Any] = {
            "markersize": 7,
            "markeredgecolor": "white",
            "markeredgewidth": 1.0,
        }
        shape = MARKERS[index % len(MARKERS)]
        ax.plot(x[-1:], y[-1:], shape, color=style["color"], zorder=5, **marker)


def _write_points(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Write each point as its label."""
    if data.get("points") is None:
        return
    points, labels = np.asarray(data["points"], dtype=np.float64), np.asarray(data["labels"])
    for index, text in enumerate(spec.get("point_labels") or ()):
        x, y = points[labels == index].T
        style: dict[str, Any] = {"marker": f"$\\mathsf{{{text}}}$", "linestyle": "none"}
        ax.plot(x, y, color=SERIES[index % len(SERIES)], markersize=4.5, markeredgewidth=0, **style)


def _path_handle(label: str, index: int) -> Line2D:
    """Return the legend entry of one path: its line and its marker."""
    shape = MARKERS[index % len(MARKERS)]
    return Line2D([], [], label=label, linewidth=1.4, marker=shape, **line_style(index))


def draw_plane(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a function of two variables, and paths, arrows, marks and handles on it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, and optionally ``title``, ``x_label``, ``y_label``,
        ``x_scale``, ``y_scale``, ``paths``, ``handles``, ``classes``, ``low_label``,
        ``high_label`` and ``mark_label``.
    data : Mapping[str, Any]
        Optionally ``values`` of shape (rows, columns), row 0 at the bottom, with ``low``, ``high``,
        ``levels`` and ``bold_level``; ``arrows`` of shape (4, n); each path of shape (2, n);
        ``marks`` of shape (2, k); ``points`` of shape (n, 2) and ``labels`` of shape (n,), each
        written as its entry of ``point_labels``. See `nnlib.live.Plane`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"x_range": (-1, 1), "y_range": (-1, 1), "paths": [{"name": "p", "label": "SGD"}]}
    >>> x = cell_centres((-1, 1), 40)
    >>> bowl = {"values": x**2 + x[:, None] ** 2, "low": 0, "high": 2, "levels": [0.5, 1.0]}
    >>> draw_plane(ax, spec, bowl | {"p": [[0.8, 0.4, 0.2], [0.8, 0.4, 0.2]]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['SGD']
    """
    dress_axes(ax, spec)
    ax.grid(False)
    set_axes(ax, spec)
    logs = "log" in (spec.get("x_scale"), spec.get("y_scale"))
    ax.set_aspect("equal" if equal_spans(spec) and not logs else "auto")
    values = np.asarray(data.get("values", np.empty((0, 0))))
    legend: list[Any] = []
    if values.size and spec.get("classes"):
        legend += _draw_classes(ax, spec, values)
    elif values.size:
        colors = _draw_shade(ax, spec, data)
        ends = ((spec.get("low_label"), 0.0), (spec.get("high_label"), 1.0))
        legend += [
            Patch(facecolor=colors(at), edgecolor="0.7", label=str(label))
            for label, at in ends
            if label
        ]
    if data.get("arrows") is not None:
        _draw_arrows(ax, data["arrows"])
    _write_points(ax, spec, data)
    for index, path in enumerate(spec.get("paths") or ()):
        _draw_path(ax, np.asarray(data.get(path["name"], np.empty((2, 0)))), index)
        legend.append(_path_handle(str(path.get("label", path["name"])), index))
    marks = data.get("marks")
    draw_marks(ax, marks)
    if marks is not None and np.size(marks) and spec.get("mark_label"):
        style: dict[str, Any] = {"marker": "*", "markersize": 8, "linestyle": "none"}
        legend.append(Line2D([], [], color=INK, label=str(spec["mark_label"]), **style))
    draw_hand_points(ax, spec)
    draw_handles(ax, spec, data)
    place_legend(ax, legend)
