"""One neuron on paper: the plane as it sees it, the cell, a truth table, a cut through a cube."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.palette import INK, MARKERS, SERIES, diverging_map
from nnlib.views.scatter import draw_points

__all__ = ["draw_cube", "draw_neuron_cell", "draw_neuron_plane", "draw_truth_table"]

Array = NDArray[Any]

_DEPTH = (0.46, 0.34)  # how far the third input goes right and up
_SOFT = 0.6  # share of the full hue, so that points and numbers stand out


def _squash(z: Any, hard: bool) -> Any:
    """The answer of a neuron to its sum."""
    z = np.asarray(z, dtype=np.float64)
    return (z > 0).astype(float) if hard else 1 / (1 + np.exp(-np.clip(z, -60, 60)))


def draw_neuron_plane(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the answer of a neuron as colour, its line, and its weights as an arrow.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, and optionally what `nnlib.live.NeuronPlane` has.
    data : Mapping[str, Any]
        ``neuron`` of shape (3,); optionally ``level``, ``hard``, ``points``, ``labels``, ``other``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_neuron_plane(ax, {"x_range": (-3, 3), "y_range": (-3, 3)}, {"neuron": [1, 2, 0]})
    >>> len(ax.images)
    1
    """
    dress_axes(ax, spec)
    ax.grid(False)
    (left, right), (bottom, top) = spec["x_range"], spec["y_range"]
    ax.set(xlim=(left, right), ylim=(bottom, top))
    if np.isclose(right - left, top - bottom):
        ax.set_aspect("equal")
    w1, w2, b = (float(part) for part in data["neuron"])
    x = np.linspace(left, right, 121)
    y = np.linspace(bottom, top, 121)[:, None]
    answer = 2 * _squash(w1 * x + w2 * y + b, bool(data.get("hard"))) - 1
    extent = (left, right, bottom, top)
    ax.imshow(answer, origin="lower", extent=extent, cmap=diverging_map(_SOFT), vmin=-1, vmax=1,
              aspect="auto" if ax.get_aspect() == "auto" else "equal")  # fmt: skip
    if data.get("points") is not None:
        draw_points(ax, data["points"], data["labels"])
    legend = [Line2D([], [], color=INK, lw=2, label=str(spec.get("line_label", "z = 0")))]
    _line(ax, (w1, w2, b), float(data.get("level", 0.0)), color=INK)
    if data.get("other") is not None:
        style: dict[str, Any] = {"color": SERIES[2], "linestyle": "--"}
        _line(ax, tuple(float(part) for part in data["other"]), 0.0, **style)
        legend.append(Line2D([], [], lw=2, label=str(spec.get("other_label", "other")), **style))
    if spec.get("arrow", True) and np.hypot(w1, w2) > 0.05:
        ax.annotate("", (w1, w2), (0, 0), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 2})
        ax.text(w1, w2, " w", fontsize=9, fontweight="bold")
    place_legend(ax, legend)


def _line(ax: Axes, neuron: tuple[float, ...], level: float, **style: Any) -> None:
    """Draw where w1 x1 + w2 x2 + b has the value `level`, if that is anywhere."""
    w1, w2, b = neuron
    size = w1 * w1 + w2 * w2
    if size > 1e-12:
        x, y = w1 * (level - b) / size, w2 * (level - b) / size
        ax.axline((x, y), (x - w2 / size**0.5, y + w1 / size**0.5), lw=2, **style)


def _blank(ax: Axes, spec: Mapping[str, Any]) -> None:
    """Axes for a drawing: a title and nothing else."""
    ax.set_title(str(spec.get("title", "")), fontsize=9, loc="left")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()


def draw_neuron_cell(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a neuron of two inputs as a cell, with the numbers of one sum.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        Optionally ``title``.
    data : Mapping[str, Any]
        ``neuron`` of shape (3,) and ``probe`` of shape (2,); optionally ``hard``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_neuron_cell(ax, {}, {"neuron": [2, -1, 0.5], "probe": [1, 1]})
    >>> ax.texts[-1].get_text()
    'z = 2.00 × 1.00 + (−1.00) × 1.00 + 0.50 = 1.50,  ŷ = 0.818'
    """
    _blank(ax, spec)
    w = [float(part) for part in data["neuron"]]
    x = [float(part) for part in data["probe"]]
    z = w[0] * x[0] + w[1] * x[1] + w[2]
    answer = float(_squash(z, bool(data.get("hard"))))
    colors = diverging_map(_SOFT)
    for index, height in enumerate((0.68, 0.34)):
        style: dict[str, Any] = {"color": SERIES[0 if w[index] < 0 else 1]}
        style |= {"lw": 1 + 1.5 * min(abs(w[index]), 4), "ls": "--" if w[index] < 0 else "-"}
        ax.plot([0.1, 0.48], [height, 0.52], **style)
        ax.text(0.1, height, f"x{'₁₂'[index]} {x[index]:.2f}", ha="center", va="bottom", fontsize=8)
        ax.text(0.28, height, f"w{'₁₂'[index]} {w[index]:.2f}", ha="center", fontsize=8)
    ax.plot([0.5, 0.9], [0.52, 0.52], color="0.5", lw=3, zorder=1)
    for place, value, text in ((0.5, np.tanh(z / 2), f"Σ {z:.2f}"), (0.9, 2 * answer - 1, "ŷ")):
        ax.plot([place], [0.52], "o", ms=30, mfc=colors(0.5 + value / 2), mec=INK, zorder=2)
        ax.text(place, 0.52, text, ha="center", va="center", fontsize=8, zorder=3)
    for place, words in ((0.1, "dendrite\ninput"), (0.28, "synapse\nweight"),
                         (0.5, "cell body\nsum"), (0.9, "axon\noutput")):  # fmt: skip
        ax.text(place, 0.98, words, ha="center", va="top", fontsize=7.5, color="0.3")
    factors = [f"{part:.2f}" if part >= 0 else f"({part:.2f})" for part in w]
    inputs = [f"{part:.2f}" if part >= 0 else f"({part:.2f})" for part in x]
    products = " + ".join(f"{a} × {b}" for a, b in zip(factors[:2], inputs, strict=True))
    line = f"z = {products} + {factors[2]} = {z:.2f}"
    ax.text(0.0, 0.03, f"{line},  ŷ = {answer:.3f}".replace("-", "−"), fontsize=8)


def draw_truth_table(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a truth table: inputs, wanted outputs, and what a neuron says.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``kernel``, one row with the wanted outputs; optionally ``title``.
    data : Mapping[str, Any]
        ``inputs`` of shape (rows, n); ``found`` of shape (n + 1,), or empty.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> table = {"inputs": [[0.0], [1.0]], "found": [2.0, -1.0]}
    >>> draw_truth_table(ax, {"kernel": [[0, 1]]}, table)
    >>> ax.texts[-1].get_text()
    '1 ✓'
    """
    _blank(ax, spec)
    inputs, found = np.asarray(data["inputs"]), np.ravel(data.get("found", ()))
    rows, n = inputs.shape
    wanted = [value >= 0.5 for value in (spec.get("kernel") or [[0] * rows])[0]]
    heads = [*(f"x{'₁₂₃'[k]}" for k in range(n)), "wanted", "z", "neuron"]
    places = (np.arange(n + 3) + 0.5) / (n + 3)
    for place, head in zip(places, heads, strict=True):
        ax.text(place, 0.97, head, ha="center", va="top", fontsize=8, fontweight="bold")
    for row, x in enumerate(inputs):
        sum_of = float(x @ found[:n] + found[n]) if found.size else np.nan
        says = int(sum_of > 0)
        answer = f"{says} {'✓' if says == wanted[row] else '✗'}" if found.size else "?"
        number = f"{sum_of:.1f}".replace("-", "−") if found.size else "–"
        cells = [*(f"{int(value)}" for value in x), f"{int(wanted[row])}", number, answer]
        height = 0.84 - 0.82 * (row + 0.5) / rows
        for place, text in zip(places, cells, strict=True):
            ax.text(place, height, text, ha="center", va="center", fontsize=8, family="DejaVu Sans")


def draw_cube(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the inputs of a Boolean function as corners, and the line or plane of a neuron.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        Optionally ``title`` and ``classes``.
    data : Mapping[str, Any]
        ``inputs`` of shape (rows, n), n of 2 or 3; ``labels`` of shape (rows,); ``found`` of shape
        (n + 1,), or empty.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> draw_cube(ax, {}, {"inputs": corners, "labels": [0, 0, 0, 1], "found": [2, 2, -3]})
    >>> len(ax.patches)
    1
    """
    _blank(ax, spec)
    inputs, labels = np.asarray(data["inputs"]), np.ravel(data["labels"])
    n = inputs.shape[1]
    ax.set(xlim=(-0.4, 1.9 if n == 3 else 1.4), ylim=(-0.4, 1.75 if n == 3 else 1.4))
    ax.set_aspect("equal")
    for edge in _edges(n, 0.0, 1.0):
        ax.plot(*np.stack([_flat(end) for end in edge]).T, color="0.6", lw=1, zorder=1)
    found = np.ravel(data.get("found", ()))
    if found.size:
        cut = [_flat(point) for point in _cut(found, n)]
        around = np.mean(cut, axis=0)
        cut.sort(key=lambda point: float(np.arctan2(*(point - around)[::-1])))
        ax.add_patch(Polygon(cut, closed=n == 3, fc=SERIES[2], ec=SERIES[2], alpha=0.4, lw=2))
    for corner, label in zip(inputs, labels, strict=True):
        x, y = _flat(corner)
        ax.plot([x], [y], MARKERS[int(label)], color=SERIES[int(label)], ms=10, mec="white")
        name = "".join(str(int(value)) for value in corner)
        ax.text(x, y + (0.13 if corner[1] else -0.13), name, ha="center", va="center", fontsize=7.5)


def _flat(corner: Array) -> Array:
    """A corner on the paper."""
    x1, x2, x3 = (*(float(value) for value in corner), 0.0)[:3]
    return np.array([x1 + _DEPTH[0] * x3, x2 + _DEPTH[1] * x3])


def _edges(n: int, low: float, high: float) -> list[Array]:
    """The edges of a square or cube, each an array of its two corners."""
    corners = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    pairs = [(i, i | 1 << k) for i in range(2**n) for k in range(n) if not i & 1 << k]
    return [np.where(corners[[i, j]] == 1, high, low) for i, j in pairs]


def _cut(found: Array, n: int) -> list[Array]:
    """Where the neuron's line or plane crosses the edges of a box a little larger than the cube."""
    points = []
    for start, end in _edges(n, -0.22, 1.22):
        a, b = start @ found[:n] + found[n], end @ found[:n] + found[n]
        if (a > 0) != (b > 0):
            points.append(start + a / (a - b) * (end - start))
    return points
