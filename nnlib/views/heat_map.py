"""A function of two variables as colours: a decision map, a loss landscape, a weight matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, to_rgb
from matplotlib.patches import Patch
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.palette import SERIES, diverging_map, sequential_map
from nnlib.views.scatter import draw_hand_points, draw_points, equal_spans, point_handles

__all__ = ["draw_heat_map"]

Array = NDArray[Any]

_SOFT = 0.6  # how much of the full hue a map under points takes
_FINE = 32  # columns from which cells are blended; fewer stay squares


def _draw_zero_line(ax: Axes, values: Array, x_range: Any, y_range: Any) -> None:
    """Draw the line where the map crosses zero, between the centres of the cells."""
    rows, columns = values.shape
    x = np.linspace(x_range[0], x_range[1], 2 * columns + 1)[1::2]
    y = np.linspace(y_range[0], y_range[1], 2 * rows + 1)[1::2]
    ax.contour(x, y, values.astype(np.float32), levels=[0.0], colors="0.1", linewidths=0.9)


def _ramp_handles(spec: Mapping[str, Any], colors: Colormap) -> list[Patch]:
    """Return legend entries that say what the two ends of the colours mean."""
    ends = ((spec.get("low_label"), 0.0), (spec.get("high_label"), 1.0))
    return [
        Patch(facecolor=colors(at), edgecolor="0.7", label=str(label))
        for label, at in ends
        if label
    ]


def _draw_regions(ax: Axes, regions: Array, values: Array, extent: Any) -> None:
    """Draw each cell in the hue of its class, as strong as its value."""
    hues = np.array([to_rgb(color) for color in SERIES])[regions % len(SERIES)]
    strength = _SOFT * values[:, :, None] / 255.0
    ax.imshow(1.0 - strength * (1.0 - hues), origin="lower", extent=extent)


def draw_heat_map(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a map of values and, on top of it, points.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, and optionally ``title``, ``x_label``, ``y_label``,
        ``low_label``, ``high_label`` and ``classes``.
    data : Mapping[str, Any]
        ``values`` of shape (rows, columns), row 0 at the bottom, each at the centre of its cell:
        int8 in -127..127 is signed (blue to orange, with a line where it crosses zero), float32
        as well, up to ``scale``; uint8 in 0..255 is ink. Optionally ``points``, ``labels``,
        ``test_points`` and ``test_labels``; ``regions``, the class of each cell; ``ring``, a
        place to point out; ``by_hand``, False if points by hand have no place here.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"x_range": (-1, 1), "y_range": (-1, 1)}
    >>> draw_heat_map(ax, spec, {"values": np.array([[-127, 127]], dtype=np.int8)})
    >>> len(ax.images)
    1
    """
    dress_axes(ax, spec)
    ax.grid(False)
    (left, right), (bottom, top) = spec["x_range"], spec["y_range"]
    values = np.asarray(data.get("values", np.empty((0, 0), dtype=np.uint8)))
    if values.dtype == np.float32:  # in its own unit
        values = values * (127.0 / (data.get("scale") or 1.0))
    signed = values.dtype != np.uint8
    has_points = data.get("points") is not None
    has_any = has_points or spec.get("hand_points") is not None
    colors = diverging_map(_SOFT if has_any else 1.0) if signed else sequential_map()
    regions = data.get("regions")
    if regions is not None:
        _draw_regions(ax, np.asarray(regions), values, (left, right, bottom, top))
    elif values.size:
        fine = values.shape[1] >= _FINE
        ax.imshow(
            values,
            origin="lower",
            extent=(left, right, bottom, top),
            cmap=colors,
            vmin=-127 if signed else 0,
            vmax=127 if signed else 255,
            interpolation="bilinear" if fine else "nearest",
        )
        if signed and fine and values.min() < 0 < values.max():
            _draw_zero_line(ax, values, spec["x_range"], spec["y_range"])
    if has_points:
        draw_points(ax, data["points"], data["labels"])
    if data.get("test_points") is not None:
        draw_points(ax, data["test_points"], data["test_labels"], hollow=True)
    if data.get("by_hand") is not False:
        draw_hand_points(ax, spec)
    if data.get("ring"):
        ax.plot(*data["ring"], "o", markersize=11, markerfacecolor="none", color="0.1")
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ax.set_aspect("equal" if equal_spans(spec) else "auto")
    classes = (spec.get("classes") or []) if has_any else []
    points = point_handles(classes, test=data.get("test_points") is not None)
    ramp = [] if regions is not None else _ramp_handles(spec, colors)
    place_legend(ax, [*ramp, *points])
