"""A recurrent cell, folded with a loop or unfolded in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnlib.views.palette import INK, SERIES, diverging_map

__all__ = ["draw_unrolled"]

_CELL = (0.3, 0.7)  # from the lower to the upper edge of a cell, as shares of the height
_READ, _ANSWER = 0.1, 0.9


def draw_unrolled(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the copies of a cell from left to right; those after the cursor are pale.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        Optionally ``title``.
    data : Mapping[str, Any]
        ``inputs``, a list of T strings; ``states`` of shape (units, T); optionally ``outputs``,
        ``cursor``, ``unfold`` and ``gradient``, as `nnlib.live.Unrolled` says.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_unrolled(ax, {}, {"inputs": ["a", "b"], "states": np.zeros((3, 2)), "cursor": 1})
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['a', 'b']
    """
    ax.set_title(str(spec.get("title") or ""), fontsize=10)
    ax.set_axis_off()
    inputs = list(data.get("inputs") or ())
    if not inputs:
        return
    states = np.asarray(data["states"], dtype=np.float64)
    cursor = int(np.clip(data.get("cursor", len(inputs) - 1), 0, len(inputs) - 1))
    folded = float(data.get("unfold", 1.0)) < 0.5
    shown = [cursor] if folded else list(range(len(inputs)))
    for place, step in enumerate(shown):
        _draw_copy(ax, place, step, states, data, step <= cursor)
    for place in range(1, len(shown)):
        _draw_way(ax, place, data, place <= cursor)
    if folded:
        loop = {"arrowstyle": "->", "connectionstyle": "arc3,rad=-1.4", "lw": 1.4}
        ax.annotate("", (0.31, 0.45), (0.31, 0.55), arrowprops=loop)
    ax.set(xlim=(-0.7, max(len(shown), 2) - 0.3), ylim=(0, 1))


def _draw_copy(
    ax: Axes, place: int, step: int, states: Any, data: Mapping[str, Any], done: bool
) -> None:
    """Draw the cell of a step, what it reads and what it answers."""
    low, high = _CELL
    strength = 1.0 if done else 0.35
    arrow = {"arrowstyle": "->", "lw": 0.9, "alpha": strength}
    if done:
        units = len(states)
        colors = diverging_map()(0.5 + 0.5 * np.clip(states[:, step], -1, 1))
        tall = (high - low) / units
        for unit, color in enumerate(colors):
            corner = (place - 0.3, high - (unit + 1) * tall)
            ax.add_patch(Rectangle(corner, 0.6, tall, color=color, lw=0))
    ax.add_patch(Rectangle((place - 0.3, low), 0.6, high - low, fill=False, ec=INK, alpha=strength))
    words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "alpha": strength}
    ax.text(place, _READ, str(data["inputs"][step]), **words)
    ax.annotate("", (place, low), (place, _READ + 0.06), arrowprops=arrow)
    answers = data.get("outputs") or ()
    if step < len(answers) and answers[step]:
        ax.text(place, _ANSWER, str(answers[step]), **words)
        ax.annotate("", (place, _ANSWER - 0.06), (place, high), arrowprops=arrow)


def _draw_way(ax: Axes, place: int, data: Mapping[str, Any], done: bool) -> None:
    """Draw how the state goes on, and how much of the gradient comes back."""
    left, right = place - 0.7, place - 0.3
    arrow = {"arrowstyle": "->", "lw": 0.9, "alpha": 1.0 if done else 0.35}
    ax.annotate("", (right, 0.55), (left, 0.55), arrowprops=arrow)
    gradient = data.get("gradient")
    if gradient is not None and done:
        size = float(np.clip(np.asarray(gradient)[place - 1], 0, 1))
        back = {"arrowstyle": "->", "lw": 0.5 + 3.5 * size, "color": SERIES[1], "ls": "--"}
        ax.annotate("", (left, 0.42), (right, 0.42), arrowprops=back)
