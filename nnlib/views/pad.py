"""A sketch pad: the drawing, and beside it the picture as the network sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import sequential_map

__all__ = ["draw_pad"]

_SEEN = 0.7  # height of the second picture, of the paper's
_GAP = 0.12  # of the paper's height


def draw_pad(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw a learner's drawing, and beside it what is fed to the network.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        Optionally ``title``, ``seen_label`` and ``ink``, the drawing, of shape (rows, columns)
        in [0, 1].
    data : Mapping[str, Any]
        Optionally ``seen``, uint8 of shape (height, width).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_pad(ax, {"ink": np.zeros((28, 28))}, {"seen": np.zeros((8, 8), dtype=np.uint8)})
    >>> len(ax.images)
    2
    """
    ax.set_axis_off()
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    ink = np.asarray(spec.get("ink", np.zeros((1, 1))), dtype=np.float64)
    width = ink.shape[1] / ink.shape[0]
    _draw_picture(ax, ink, 0.0, 0.0, 1.0)
    seen = data.get("seen")
    if seen is not None and np.size(seen):
        picture = np.asarray(seen, dtype=np.float64) / 255
        top, left = (1 - _SEEN) / 2, width + _GAP
        width = left + _draw_picture(ax, picture, left, top, _SEEN)
        label = spec.get("seen_label") or ""
        ax.text((left + width) / 2, top - 0.02, label, fontsize=7.5, ha="center", va="bottom")
    ax.set_xlim(-0.02, width + 0.02)
    ax.set_ylim(1.02, -0.02)
    ax.set_aspect("equal")


def _draw_picture(ax: Axes, ink: NDArray[Any], left: float, top: float, height: float) -> float:
    """Draw one picture with a thin frame; return its width."""
    width = height * ink.shape[1] / ink.shape[0]
    extent = (left, left + width, top + height, top)
    ax.imshow(ink, extent=extent, cmap=sequential_map(), vmin=0, vmax=1, interpolation="nearest")
    ax.add_patch(Rectangle((left, top), width, height, fill=False, ec="0.6", lw=0.8))
    return float(width)
