"""Labelled points: colour and shape tell the class, filled is training, hollow is test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import ArrayLike

from nnlib.views.curves import dress_axes, place_legend
from nnlib.views.graph import set_axes
from nnlib.views.palette import MARKERS, SERIES

__all__ = ["draw_hand_points", "draw_points", "draw_scatter", "equal_spans", "point_handles"]


def _point_style(label: int, hollow: bool) -> dict[str, Any]:
    """Return the keywords of ``Line2D`` for the points of one class."""
    color = SERIES[label % len(SERIES)]
    return {
        "linestyle": "none",
        "marker": MARKERS[label % len(MARKERS)],
        "markersize": 4.5,
        "markerfacecolor": "none" if hollow else color,
        "markeredgecolor": color if hollow else "white",
        "markeredgewidth": 1.1 if hollow else 0.5,
    }


def draw_points(ax: Axes, points: ArrayLike, labels: ArrayLike, *, hollow: bool = False) -> None:
    """Draw labelled points, one artist per class.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    points : array_like
        Of shape (n, 2); n may be 0.
    labels : array_like
        Class of each point, of shape (n,).
    hollow : bool
        Draw rings on a white halo instead of filled markers.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_points(ax, [[0, 0], [1, 1], [2, 0]], [0, 1, 0])
    >>> len(ax.lines)
    2
    """
    xy = np.asarray(points).reshape(-1, 2)
    classes = np.asarray(labels)
    for label in np.unique(classes):
        x, y = xy[classes == label].T
        (line,) = ax.plot(x, y, **_point_style(int(label), hollow), zorder=3)
        if hollow:
            line.set_path_effects([Stroke(linewidth=2.6, foreground="white"), Normal()])


def draw_hand_points(ax: Axes, spec: Mapping[str, Any]) -> None:
    """Draw the points that a learner has put on a panel, if there are any.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``hand_points`` and ``hand_labels``, as `nnlib.live.gestures.made` gives them.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_hand_points(ax, {"hand_points": [[0, 0], [1, 1]], "hand_labels": [0, 0]})
    >>> len(ax.lines)
    1
    """
    if spec.get("hand_points") is not None:
        draw_points(ax, spec["hand_points"], spec["hand_labels"])


def point_handles(classes: Sequence[object], *, test: bool) -> list[Line2D]:
    """Return legend entries for classes, and one for the test set if there is one.

    Parameters
    ----------
    classes : sequence
        The labels of the classes.
    test : bool
        Whether a test set is drawn.

    Returns
    -------
    list of matplotlib.lines.Line2D
        One entry per class, in order, then "test".

    Examples
    --------
    >>> [handle.get_label() for handle in point_handles(["cat", "dog"], test=True)]
    ['cat', 'dog', 'test']
    """
    handles = [
        Line2D([], [], label=str(label), **_point_style(index, False))
        for index, label in enumerate(classes)
    ]
    if test:
        style = _point_style(0, True) | {"markeredgecolor": "0.2"}
        handles.append(Line2D([], [], label="test", **style))
    return handles


def equal_spans(spec: Mapping[str, Any]) -> bool:
    """Tell whether both axes span the same, so that squares should stay square.

    Parameters
    ----------
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range`` are read, each (low, high).

    Returns
    -------
    bool
        True if the two spans are equal.

    Examples
    --------
    >>> equal_spans({"x_range": (-1, 1), "y_range": (0, 2)})
    True
    """
    (left, right), (bottom, top) = spec["x_range"], spec["y_range"]
    return bool(np.isclose(right - left, top - bottom))


def draw_scatter(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw the points of a training set and, hollow, those of a test set.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    spec : Mapping[str, Any]
        ``x_range`` and ``y_range``, and optionally ``title``, ``x_label``, ``y_label``,
        ``x_scale`` and ``classes``.
    data : Mapping[str, Any]
        ``points`` of shape (n, 2) and ``labels`` of shape (n,), and optionally ``test_points`` and
        ``test_labels``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> spec = {"x_range": (0, 1), "y_range": (0, 1), "classes": ["cat", "dog"]}
    >>> draw_scatter(ax, spec, {"points": [[0.2, 0.2], [0.8, 0.7]], "labels": [0, 1]})
    >>> len(ax.lines)
    2
    """
    dress_axes(ax, spec)
    if data.get("points") is not None:
        draw_points(ax, data["points"], data["labels"])
    if data.get("test_points") is not None:
        draw_points(ax, data["test_points"], data["test_labels"], hollow=True)
    draw_hand_points(ax, spec)
    set_axes(ax, spec)
    ax.set_aspect("equal" if equal_spans(spec) else "auto")
    handles = point_handles(spec.get("classes") or [], test=data.get("test_points") is not None)
    place_legend(ax, list(handles))
