"""Text that grows, its newest part marked."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from nnlib.views.palette import SERIES

__all__ = ["draw_text"]

_CHARACTER = 5.2  # width of a character in px at 100 dots per inch, as are all lengths here
_LINE = 12.0


def draw_text(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the end of a text, wrapped, as much as there is room for; what is new is underlined.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        Optionally ``title``, ``most`` and ``empty_text``.
    data : Mapping[str, Any]
        ``text``, and optionally ``fresh``, how many characters at its end are new.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 2)).subplots()
    >>> draw_text(ax, {}, {"text": "once upon a time", "fresh": 4})
    >>> [line.get_text() for line in ax.texts]
    ['once upon a time', '            ‾‾‾‾']
    """
    ax.set_axis_off()
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    figure = ax.get_figure(root=True)
    scale = 100.0 / figure.dpi if figure is not None else 1.0
    room, height = ax.bbox.width * scale, ax.bbox.height * scale
    text = str(data.get("text") or "")[-int(spec.get("most") or 2000) :]
    if not text:
        _write(ax, spec.get("empty_text") or "", 0.0, color="0.4")
        return
    lines = _wrap(text, max(int(room / _CHARACTER), 10))[-max(int(height / (2 * _LINE)), 1) :]
    fresh = max(int(data.get("fresh") or 0), 0)
    # From the last line up: what is new may reach over several.
    marks = []
    for line in reversed(lines):
        new = min(fresh, len(line))
        marks.append(new)
        fresh -= new
    for index, (line, new) in enumerate(zip(lines, reversed(marks), strict=True)):
        down = 2 * _LINE * index / height
        _write(ax, line, down, color="0.1")
        if new:
            under = " " * (len(line) - new) + "‾" * new
            _write(ax, under, down + _LINE / height, color=SERIES[1])


def _write(ax: Axes, text: str, down: float, *, color: str) -> None:
    """Write one line, letter by letter as it is: no formula and no markup."""
    place: dict[str, Any] = {"transform": ax.transAxes, "ha": "left", "va": "top", "clip_on": True}
    ax.text(0.0, 1.0 - down, text, color=color, fontsize=6.5, family="monospace",
            parse_math=False, **place)  # fmt: skip


def _wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most so many characters."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += textwrap.wrap(paragraph, width, drop_whitespace=False) or [""]
    return lines
