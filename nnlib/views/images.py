"""A grid of small images: digits, filters, feature maps, reconstructions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from nnlib.views.palette import diverging_map, sequential_map

__all__ = ["draw_images"]

_GAP = 5.0  # px at 100 dots per inch, as are all lengths here
_CAPTION = 13.0
_CHARACTER = 6.0  # width of a character of a caption


class _Grid(NamedTuple):
    """Where the images lie, in px from the top left."""

    columns: int
    rows: int
    width: float
    height: float
    step_x: float
    step_y: float


def _lay_out(
    room: tuple[float, float], shape: tuple[int, ...], columns: int | None, captions: list[str]
) -> _Grid:
    """Return the grid that leaves each of n images of shape (n, height, width) the most room."""
    n, h, w = shape
    below = _GAP + (_CAPTION if captions else 0.0)
    text = _CHARACTER * max((len(caption) for caption in captions), default=0)

    def zoom(across: int) -> float:
        return min((room[0] / across - _GAP) / w, (room[1] / -(-n // across) - below) / h)

    def score(across: int) -> float:
        return zoom(across) * (1.0 if room[0] / across - _GAP >= text else 0.5)

    across = columns or max(range(1, n + 1), key=score)
    # Never below a few pixels, so that a crowded grid stays a grid.
    scale = max(zoom(across), 4.0 / max(h, w))
    step_x = max(scale * w, min(text, room[0] / across - _GAP)) + _GAP
    return _Grid(across, -(-n // across), scale * w, scale * h, step_x, scale * h + below)


def _room(ax: Axes) -> tuple[float, float]:
    """Return the size of the axes in px at 100 dots per inch."""
    figure = ax.get_figure(root=True)
    scale = 100.0 / figure.dpi if figure is not None else 1.0
    return ax.bbox.width * scale, ax.bbox.height * scale


def _draw_image(
    ax: Axes, image: NDArray[Any], left: float, top: float, grid: _Grid, *, grey: bool
) -> None:
    """Draw one image with a thin frame."""
    signed = image.dtype == np.int8
    unsigned = "gray" if grey else sequential_map()
    ax.imshow(
        image,
        extent=(left, left + grid.width, top + grid.height, top),
        cmap=diverging_map() if signed else unsigned,
        vmin=-127 if signed else 0,
        vmax=127 if signed else 255,
        interpolation="nearest",
    )
    frame = Rectangle((left, top), grid.width, grid.height, fill=False, ec="0.8", lw=0.6)
    ax.add_patch(frame)


def draw_images(ax: Axes, spec: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Draw images in a grid, pixel by pixel, with a caption under each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on; its own axes are hidden.
    spec : Mapping[str, Any]
        Optionally ``title``, ``columns`` (as many as fit best if None), ``empty_text``, and
        ``grey``, whether uint8 is brightness and not ink.
    data : Mapping[str, Any]
        ``images`` of shape (n, height, width): uint8 in 0..255 is ink, int8 in -127..127 is signed;
        optionally ``captions``, a list of n short strings.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(4, 3)).subplots()
    >>> draw_images(ax, {}, {"images": np.zeros((6, 8, 8), dtype=np.uint8)})
    >>> len(ax.images)
    6
    """
    ax.set_axis_off()
    ax.set_title(spec.get("title") or "", fontsize=9, loc="left")
    images = np.asarray(data.get("images", np.empty((0, 1, 1), dtype=np.uint8)))
    if len(images) == 0:
        text = spec.get("empty_text") or ""
        ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color="0.4")
        return
    captions = [str(caption) for caption in data.get("captions") or []]
    grid = _lay_out(_room(ax), images.shape, spec.get("columns"), captions)
    for index, image in enumerate(images):
        left, top = index % grid.columns * grid.step_x, index // grid.columns * grid.step_y
        _draw_image(ax, image, left, top, grid, grey=bool(spec.get("grey")))
        if index < len(captions):
            under = (left + grid.width / 2, top + grid.height + 1)
            ax.text(*under, captions[index], fontsize=7.5, ha="center", va="top")
    margin = (grid.step_x - grid.width) / 2
    ax.set_xlim(-margin, grid.columns * grid.step_x - margin)
    ax.set_ylim(grid.rows * grid.step_y, -_GAP)
