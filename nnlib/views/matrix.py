"""A matrix with its numbers, or a product with its factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import INK, diverging_map

__all__ = ["draw_matrix"]

Array = NDArray[Any]

_GAP = 1.0  # cells between the factors and the product
_MOST_NUMBERS = 300  # of all matrices together, that a small figure has room for
_SOFT = 0.6  # share of the full hue, so that numbers stay readable


def _text(value: float, decimals: int, empty: str) -> str:
    """Return a number as the canvas writes it in a cell."""
    if not np.isfinite(value):
        return empty if np.isnan(value) else str(value)
    whole = float(value).is_integer()
    return f"{value:.{0 if whole else decimals}f}".replace("-", "\N{MINUS SIGN}")


def _draw_one(
    ax: Axes,
    values: Array,
    corner: tuple[float, float],
    scale: float,
    decimals: int,
    empty: str,
) -> None:
    """Draw a matrix, its top left corner at a place in cells; no numbers if decimals < 0."""
    (rows, columns), (x, y) = values.shape, corner
    extent = (x, x + columns, y + rows, y)
    ax.imshow(values, cmap=diverging_map(_SOFT), vmin=-scale, vmax=scale, extent=extent)
    ax.vlines(np.arange(columns + 1) + x, y, y + rows, color="0.8", lw=0.5)
    ax.hlines(np.arange(rows + 1) + y, x, x + columns, color="0.8", lw=0.5)
    if decimals >= 0:
        for (row, column), value in np.ndenumerate(values):
            place = (x + column + 0.5, y + row + 0.5)
            ax.text(*place, _text(value, decimals, empty), ha="center", va="center", fontsize=7.5)


def _draw_title(ax: Axes, label: str, values: Array, corner: tuple[float, float]) -> None:
    """Write name and shape above a matrix."""
    rows, columns = values.shape
    text = f"{label} ({rows} \N{MULTIPLICATION SIGN} {columns})"
    place = (corner[0] + columns / 2, corner[1] - 0.12)
    ax.text(*place, text, ha="center", va="bottom", fontsize=8, fontweight="bold")


def draw_matrix(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a matrix as coloured cells with numbers; with its factors, A at its left and B above.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        Optionally ``title``, ``row_labels``, ``column_labels``, ``label``, ``left_label``,
        ``right_label``, ``empty_text`` and ``decimals``.
    data : Mapping[str, Any]
        ``values`` of shape (rows, columns), the first row on top; optionally ``left`` of shape
        (rows, k) and ``right`` of shape (k, columns); ``scale``, the size of full colour;
        ``label``; ``marked``, a block of cells to point out: [row, column, rows, columns]. In a
        cell that is NaN stands ``empty_text``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_matrix(ax, {}, {"values": np.array([[1.0, -0.5]])})
    >>> [text.get_text() for text in ax.texts]
    ['1', '−0.50', 'C (1 × 2)']
    """
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    ax.set_axis_off()
    values = np.asarray(data.get("values", np.empty((0, 0))), dtype=np.float64)
    if not values.size:
        return
    arrays = {"label": ("C", values, (0.0, 0.0))}
    if data.get("left") is not None and data.get("right") is not None:
        left, right = np.asarray(data["left"], float), np.asarray(data["right"], float)
        arrays["left_label"] = ("A", left, (-_GAP - left.shape[1], 0.0))
        arrays["right_label"] = ("B", right, (0.0, -_GAP - right.shape[0]))
    many = sum(array.size for _, array, _ in arrays.values()) > _MOST_NUMBERS
    decimals = -1 if many else int(spec.get("decimals", 2))
    for _, array, corner in arrays.values():
        known = np.abs(array[np.isfinite(array)])
        scale = float(data.get("scale") or known.max(initial=0.0) or 1.0)
        _draw_one(ax, array, corner, scale, decimals, spec.get("empty_text", "NaN"))
    x = min(corner[0] for _, _, corner in arrays.values())
    y = min(corner[1] for _, _, corner in arrays.values())
    heading = 0.4 if spec.get("column_labels") else 0.0
    style: dict[str, Any] = {"fontsize": 8, "color": "0.35"}
    for row, text in enumerate((spec.get("row_labels") or ())[: values.shape[0]]):
        ax.text(x - 0.15, row + 0.5, text, ha="right", va="center", **style)
    for column, text in enumerate((spec.get("column_labels") or ())[: values.shape[1]]):
        ax.text(column + 0.5, y - 0.1, text, ha="center", va="bottom", **style)
    for key, (name, array, corner) in arrays.items():
        above = heading if corner[1] == y and corner[0] == 0.0 else 0.0
        label = data.get("label") if key == "label" else None
        _draw_title(ax, label or spec.get(key) or name, array, (corner[0], corner[1] - above))
    if data.get("marked"):
        row, column, rows, columns = data["marked"]
        ax.add_patch(Rectangle((column, row), columns, rows, fill=False, ec=INK, lw=2, zorder=5))
    side = 1.5 if spec.get("row_labels") else 0.1
    ax.set(xlim=(x - side, values.shape[1] + 0.1), ylim=(values.shape[0] + 0.1, y - 0.9 - heading))
    ax.set_aspect("auto")
