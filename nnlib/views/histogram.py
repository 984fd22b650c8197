"""How numbers are spread, one histogram for each layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.palette import INK, SERIES

__all__ = ["draw_histogram"]

Array = NDArray[Any]

_GAP = 0.08  # of the width of a layer
_LEAST = 1e-3  # of the largest share, the least that a logarithmic axis shows


def _shares(counts: Any) -> Array:
    """Return counts of shape (layers, bins) as shares of each layer; an empty layer has none."""
    counts = np.asarray(counts, dtype=np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares: Array = counts / np.where(totals > 0, totals, 1.0)
    return shares


def draw_histogram(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the histograms of all layers side by side, over the same range of x.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``layers``, their names; optionally ``title``, ``x_label``, ``y_label``, ``y_scale``
        ("linear" or "log"), ``now_label`` and ``before_label``.
    data : Mapping[str, Any]
        ``counts`` of shape (layers, bins), ``edges`` of shape (bins + 1,), and optionally
        ``before``, drawn as an outline.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_histogram(ax, {"layers": ["a"]}, {"counts": [[1, 3]], "edges": [0.0, 0.5, 1.0]})
    >>> float(ax.patches[0].get_data().values.max())
    0.75
    """
    dress_axes(ax, spec)
    ax.grid(False, axis="x")
    ax.set_xticks([])
    counts = np.asarray(data.get("counts", np.empty((0, 0))))
    if not counts.size:
        return
    now = _shares(counts)
    before = None if data.get("before") is None else _shares(data["before"])
    log, least = spec.get("y_scale") == "log", now.max() * _LEAST or _LEAST
    if log:
        ax.set_yscale("log")
        ax.set_ylim(least, 1.5 * max(now.max(), least * 10))
    edges = np.asarray(data["edges"], dtype=np.float64)
    span = edges[-1] - edges[0]
    places = (edges - edges[0]) / span
    ticks = []
    for layer, shares in enumerate(now):
        at = layer * (1 + _GAP) + places
        base = least if log else 0.0
        ax.stairs(np.maximum(shares, base), at, baseline=base, fill=True, color=SERIES[5])
        if before is not None:
            outline = np.maximum(before[layer], base)
            ax.stairs(outline, at, baseline=None, color=INK, ls="--", lw=0.9)
        ticks += [(float(at[0]), f"{edges[0]:.3g}"), (float(at[-1]), f"{edges[-1]:.3g}")]
        name = (spec.get("layers") or ())[layer : layer + 1] or [f"layer {layer + 1}"]
        style: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 8}
        middle = (float(at.mean()), 0.0)
        under: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "xytext": (0, -6)}
        ax.annotate(name[0], middle, textcoords="offset points", **under, **style)
    alone = len(now) == 1
    ends = ticks if alone else [ticks[0], ticks[-1]]
    ax.set_xticks([x for x, _ in ends], [text for _, text in ends])
    if before is not None:
        handles = [
            Patch(color=SERIES[5], label=spec.get("now_label") or "now"),
            Line2D([], [], color=INK, ls="--", lw=0.9, label=spec.get("before_label") or "before"),
        ]
        place_legend(ax, handles)
