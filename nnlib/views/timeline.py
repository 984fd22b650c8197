"""What goes on in a network unrolled in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnlib.views.curves import dress_axes
from nnlib.views.palette import INK, diverging_map

__all__ = ["draw_timeline"]

_GAP = 0.5  # rows between two bands
_MOST_SYMBOLS = 60  # in a row of a small figure


def _draw_symbols(ax: Axes, symbols: list[str], top: float) -> None:
    """Write one symbol above each step, or above every second, third, ... of many."""
    every = -(-len(symbols) // _MOST_SYMBOLS)
    for step in range(0, len(symbols), every):
        ax.text(step, top + 0.5, str(symbols[step]), ha="center", va="center", fontsize=8)


def draw_timeline(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw bands one below the other: a column for each step, a row for each unit, signed.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``bands``, each with a ``name`` and a ``label``; optionally ``title`` and ``x_label``.
    data : Mapping[str, Any]
        For each band a list of T strings or an array of shape (rows, T); optionally ``cursor``, a
        step, and ``<band>_scale``, the size of full colour.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"bands": [{"name": "h", "label": "hidden"}]}
    >>> draw_timeline(ax, spec, {"h": np.zeros((3, 7)), "cursor": 2})
    >>> ax.images[0].get_array().shape
    (3, 7)
    """
    dress_axes(ax, spec)
    ax.grid(False)
    top, steps, ticks = 0.0, 0, []
    for band in spec["bands"]:
        content = data.get(band["name"])
        if content is None or not len(content):
            continue
        is_text = isinstance(content, list | tuple)
        rows = 1 if is_text else len(content)
        if is_text:
            _draw_symbols(ax, list(content), top)
            columns = len(content)
        else:
            values = np.asarray(content, dtype=np.float64)
            columns = values.shape[1]
            known = np.abs(values[np.isfinite(values)])
            scale = float(data.get(f"{band['name']}_scale") or known.max(initial=0.0) or 1.0)
            extent = (-0.5, columns - 0.5, top + rows, top)
            ax.imshow(
                values, cmap=diverging_map(), vmin=-scale, vmax=scale, extent=extent, aspect="auto"
            )
        ticks.append((top + rows / 2, str(band.get("label", band["name"]))))
        top, steps = top + rows + _GAP, max(steps, columns)
    ax.set_yticks([place for place, _ in ticks], [label for _, label in ticks])
    cursor = data.get("cursor")
    if cursor is not None and 0 <= cursor < steps:
        corner = (cursor - 0.5, 0.0)
        ax.add_patch(Rectangle(corner, 1, top - _GAP, fill=False, ec=INK, lw=1.6, zorder=4))
    ax.set(xlim=(-0.5, max(steps, 1) - 0.5), ylim=(max(top, 1.0), 0))
    ax.set_aspect("auto")
