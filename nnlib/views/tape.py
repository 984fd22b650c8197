"""A computation as a graph of numbers, worked forwards and then backwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnlib.views.palette import INK, SERIES

__all__ = ["draw_tape"]

_FOOT = 0.12  # of the height, for the words


def _known(
    spec: Mapping[str, Any], data: Mapping[str, Any], shown: int
) -> dict[str, dict[str, float]]:
    """Return the value and the gradient of each node, as far as they have been shown."""
    known: dict[str, dict[str, float]] = {node["name"]: {} for node in spec["nodes"]}
    numbers = np.asarray(data.get("numbers", ()), dtype=np.float64)[:shown].tolist()
    for (name, what, *_), number in zip(spec["steps"], numbers, strict=False):
        if not np.isnan(number):
            known[name][what] = number
    return known


def _text(node: Mapping[str, Any], numbers: Mapping[str, float]) -> str:
    """Return what stands in a node."""
    lines = [f"{node['name']} = {node['op']}" if node.get("op") else str(node["name"])]
    lines.append(f"= {numbers['value']:.4g}" if "value" in numbers else "=")
    if "gradient" in numbers:
        lines.append(f"\N{PARTIAL DIFFERENTIAL} {numbers['gradient']:.4g}")
    return "\n".join(lines).replace("-", "\N{MINUS SIGN}")


def draw_tape(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw nodes with the numbers that have been shown, and the newest step in words.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``nodes``, ``places`` and ``steps``, as `nnlib.live.Tape` gives them; optionally ``title``.
    data : Mapping[str, Any]
        ``shown``, how many steps have been made; ``numbers`` of shape (steps,); optionally
        ``words``, the arithmetic of each.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"nodes": [{"name": "x"}], "places": [[0.5, 0.5]], "steps": [("x", "value")]}
    >>> draw_tape(ax, spec, {"shown": 1, "numbers": [2.0], "words": ["x = 2"]})
    >>> ax.texts[-1].get_text()
    '1 of 1: value of x: x = 2'
    """
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    shown = max(0, min(int(data.get("shown", 0)), len(spec["steps"])))
    known = _known(spec, data, shown)
    newest, what, *came = spec["steps"][shown - 1] if shown else ("", "")
    places = {
        node["name"]: (x, 1 - y * (1 - _FOOT))
        for node, (x, y) in zip(spec["nodes"], spec["places"], strict=True)
    }
    for node in spec["nodes"]:
        name = node["name"]
        for leaf in node.get("inputs", ()):
            back = what == "gradient" and newest == leaf and came in ([], [name])
            strong = back or (what == "value" and newest == name)
            style: dict[str, Any] = {
                "arrowstyle": "<|-" if back else "-|>",
                "shrinkA": 24,
                "shrinkB": 24,
            }
            style |= {"color": SERIES[int(what == "gradient")] if strong else "0.6"}
            style |= {"lw": 2.0 if strong else 0.8}
            ax.annotate("", places[name], places[leaf], arrowprops=style)
        box = {"boxstyle": "round", "fc": "white", "ec": INK, "lw": 2.4 if name == newest else 0.8}
        text = _text(node, known[name])
        ax.text(*places[name], text, ha="center", va="center", fontsize=8, bbox=box, zorder=3)
    done, count = (number - int(spec.get("given", 0)) for number in (shown, len(spec["steps"])))
    words = f"0 of {count} steps"
    if done > 0:
        arithmetic = (data.get("words") or ())[shown - 1 : shown]
        words = ": ".join([f"{done} of {count}", f"{what} of {newest}", *arithmetic])
    ax.text(0.5, 0.02, words, ha="center", va="bottom", fontsize=8.5)
