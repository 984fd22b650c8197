"""One bar per label: class probabilities, counts, a norm per layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes
from nnlib.views.palette import INK, SERIES

__all__ = ["draw_bars"]

Array = NDArray[Any]

_MOST_TEXTS = 12  # bars that leave room for a number over each in a small figure
_FLAT_CHARACTERS = 44  # characters of all labels together that fit side by side


def _text(value: float, span: float) -> str:
    """Return a bar's value with enough digits to compare, few enough to stand above it."""
    if not np.isfinite(value):
        return str(value)
    digits = 2 if span <= 2 else 1 if span <= 20 else 0
    return f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _draw_labels(ax: Axes, labels: list[str]) -> None:
    """Name the bars, slanted if the names are too long to stand side by side."""
    slanted = sum(len(label) + 2 for label in labels) > _FLAT_CHARACTERS
    ax.set_xticks(range(len(labels)), labels, rotation=35 if slanted else 0)
    if slanted:
        for tick in ax.get_xticklabels():
            tick.set(ha="right", rotation_mode="anchor")


def _draw_values(ax: Axes, values: Array, heights: Array, log: bool) -> None:
    """Write each value above its bar; above the zero line if the bar hangs down."""
    low, high = ax.get_ylim()
    for place, value in enumerate(values):
        ax.annotate(
            f"{value:.1g}" if log else _text(float(value), high - low),
            (place, min(max(float(heights[place]), 0.0), high)),
            xytext=(0, 1.5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=7.5,
            annotation_clip=False,
        )


def _mark(ax: Axes, index: int, value: float, lift: float) -> None:
    """Point out one bar by an outline and a triangle: two cues that do not need colour."""
    ax.patches[index].set(edgecolor=INK, linewidth=1.6)
    ax.annotate(
        "\N{BLACK DOWN-POINTING TRIANGLE}",
        (index, max(value, 0.0)),
        xytext=(0, lift),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=7,
        color=INK,
        annotation_clip=False,
    )
    if index < len(ax.get_xticklabels()):
        ax.get_xticklabels()[index].set(fontweight="bold", color=INK)


def draw_bars(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw one bar per label, with its value above it where there is room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``labels``, and optionally ``title``, ``x_label``, ``y_label``, ``y_range`` (low, high) and
        ``y_scale``, with "log" for bars that stand on ``low``.
    data : Mapping[str, Any]
        ``values`` of shape (n,), and optionally ``marked``, the index of a bar to point out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_bars(ax, {"labels": ["cat", "dog"]}, {"values": [0.9, 0.1], "marked": 0})
    >>> [float(patch.get_height()) for patch in ax.patches]
    [0.9, 0.1]
    """
    dress_axes(ax, spec)
    ax.grid(False, axis="x")
    if spec.get("title"):
        ax.set_title(spec["title"], fontsize=9, loc="left", pad=22)  # above text and triangle
    values = np.asarray(data.get("values", ()), dtype=np.float64)
    heights = np.where(np.isfinite(values), values, 0.0)
    log = spec.get("y_scale") == "log"
    foot = spec["y_range"][0] if log else 0.0
    if log:
        heights = np.maximum(heights, foot)
        ax.set_yscale("log")
    ax.bar(np.arange(len(values)), heights - foot, width=0.72, color=SERIES[0], bottom=foot)
    ax.axhline(foot, color="0.6", linewidth=0.8)
    _draw_labels(
        ax, [str(label) for label in data.get("labels") or spec.get("labels") or []][: len(values)]
    )
    if spec.get("y_range") is not None:
        ax.set_ylim(*spec["y_range"])
    elif len(values):
        ax.margins(y=0.1)
    has_text = 0 < len(values) <= _MOST_TEXTS
    if has_text:
        _draw_values(ax, values, heights, log)
    marked = data.get("marked")
    if marked is not None and 0 <= marked < len(values):
        top = min(float(heights[marked]), ax.get_ylim()[1])
        _mark(ax, int(marked), top, 11.0 if has_text else 2.0)
