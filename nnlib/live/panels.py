"""What a live view shows: one dataclass for each kind of panel.

A panel is declared once and fed arrays with every frame. Each kind has one renderer in the
browser (`canvas/<kind>.js`) and one for the static picture (`nnlib.views`), fed the same data.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from matplotlib.axes import Axes

from nnlib.views import (
    draw_bars,
    draw_curves,
    draw_graph,
    draw_heat_map,
    draw_images,
    draw_plane,
    draw_scatter,
)

#: What a panel is fed: arrays by name, a few plain values, and `alt`, the picture in words.
Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What all panels have.

    A frame's data may hold `x_range` and `y_range`, which then take the place of the panel's own.

    Parameters
    ----------
    name : str
        Key of the panel's data in a frame.
    title : str
    span : int
        Width in twelfths of the view.
    height : int
        Height of the drawing in CSS pixels.
    """

    name: str
    title: str
    span: int = 6
    height: int = 200

    def spec(self) -> dict[str, Any]:
        """Return the panel as plain data, for the browser and for the views."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Curves(Panel):
    """Lines over the steps.

    Data: for each series an array of float32, shape (2, points), x above y.
    """

    series: Sequence[Mapping[str, str]]
    x_label: str = "updates"
    y_label: str = ""
    y_scale: str = "linear"
    y_range: Sequence[float] | None = None
    kind: str = field(default="curves", init=False)


@dataclass(frozen=True, kw_only=True)
class HeatMap(Panel):
    """A function of the plane as colours, with data points on it.

    Data: `values`, int8 (signed, zero neutral) or uint8, shape (rows, columns), lowest row
    first; `scale`, the value of full colour; and, if wanted, `points`, `labels`, `test_points`
    and `test_labels` as for `Scatter`.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    classes: Sequence[str] = ()
    x_label: str = "x1"
    y_label: str = "x2"
    low_label: str = ""
    high_label: str = ""
    value_label: str = "value"
    kind: str = field(default="heat_map", init=False)


@dataclass(frozen=True, kw_only=True)
class Scatter(Panel):
    """Points of a few classes.

    Data: `points`, float32 (n, 2); `labels`, uint8 (n,); if wanted the same as `test_points`
    and `test_labels`, drawn hollow.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_scale: str = "linear"
    y_scale: str = field(default="linear", init=False)
    classes: Sequence[str] = ()
    x_label: str = "x1"
    y_label: str = "x2"
    kind: str = field(default="scatter", init=False)

    def __post_init__(self) -> None:
        _check_axes(self)


@dataclass(frozen=True, kw_only=True)
class Images(Panel):
    """Small pictures in a grid.

    Data: `images`, uint8 (n, height, width) for ink or int8 for signed values (zero neutral);
    if wanted `captions`, a list of n strings, and `scale`, the value of full colour.
    """

    signed: bool = False
    columns: int | None = None
    empty_text: str = "none"
    image_label: str = "image"
    kind: str = field(default="images", init=False)


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """One bar for each label.

    Data: `values`, float32 (n,); if wanted `marked`, the index of one bar.
    """

    labels: Sequence[str]
    y_label: str = ""
    y_range: Sequence[float] | None = None
    value_label: str = "value"
    kind: str = field(default="bars", init=False)


@dataclass(frozen=True)
class Handle:
    """A point on a panel that the learner drags: another way to move one or two sliders.

    Parameters
    ----------
    label : str
        What it is, in words.
    x, y : str
        Names of the sliders that it moves, across and up. Without `y` it moves only across.
    on : str
        Without `y`: the line of the panel that it sits on; the axis if empty.

    Raises
    ------
    ValueError
        If it has both `y` and `on`.

    Examples
    --------
    >>> Handle("start", x="start_x", y="start_y")
    Handle(label='start', x='start_x', y='start_y', on='')
    """

    label: str
    x: str
    y: str = ""
    on: str = ""

    def __post_init__(self) -> None:
        if self.y and self.on:
            raise ValueError(
                f"The handle {self.label!r} expects y or on, got both ({self.y!r} and "
                f"{self.on!r}); leave one out"
            )


@dataclass(frozen=True, kw_only=True)
class Plane(Panel):
    """A function of two variables as shade and contour lines, with paths and arrows on it.

    Data, each part if wanted: `values`, float32 (rows, columns), lowest row first, each at the
    middle of its cell (see `cell_centres`), NaN where it is not known; `low` and `high`, the values
    of the lightest and of the fullest shade (`low` the larger one where less is darker);
    `levels`, float32 (k,), ascending, of the contour lines, and `bold_level`, that of a strong
    one; `arrows`, float32 (4, n): x, y, dx, dy; for each
    path float32 (2, n), oldest point first, and where points were left out `<path>_steps`,
    float32 (n,), their numbers; `marks`, float32 (2, k), drawn as stars. With
    `classes` the values are uint8, numbers of classes, and 255 is not known.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_label: str = "x₁"
    y_label: str = "x₂"
    x_scale: str = "linear"
    y_scale: str = "linear"
    paths: Sequence[Mapping[str, str]] = ()
    handles: Sequence[Handle] = ()
    classes: Sequence[str] = ()
    value_label: str = "value"
    low_label: str = ""
    high_label: str = ""
    mark_label: str = "minimum"
    kind: str = field(default="plane", init=False)

    def __post_init__(self) -> None:
        _check_axes(self)


@dataclass(frozen=True, kw_only=True)
class Graph(Panel):
    """Graphs of functions of one variable, with axes that stay as they are.

    Data: for each line float32 (2, n), x above y, NaN leaves a gap; for each trail float32 (2, n),
    oldest point first, and `<trail>_steps` as for `Plane`; if wanted `marks`, float32 (2, k), drawn
    as stars, and `marked_x` with `marked_label`, a dashed line across all y.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_label: str = "x"
    y_label: str = ""
    x_scale: str = "linear"
    y_scale: str = "linear"
    lines: Sequence[Mapping[str, str]] = ()
    trails: Sequence[Mapping[str, str]] = ()
    handles: Sequence[Handle] = ()
    kind: str = field(default="graph", init=False)

    def __post_init__(self) -> None:
        _check_axes(self)


def _check_axes(panel: Plane | Graph | Scatter) -> None:
    """Raise ValueError unless both axes can be drawn."""
    for axis, scale, span in (
        ("x", panel.x_scale, panel.x_range),
        ("y", panel.y_scale, panel.y_range),
    ):
        if scale not in ("linear", "log"):
            raise ValueError(f"{panel.title!r} expects {axis}_scale linear or log, got {scale!r}")
        least = 0.0 if scale == "log" else -math.inf
        if not least < span[0] < span[1] < math.inf:
            above = " above 0, as the axis is logarithmic" if scale == "log" else ""
            raise ValueError(
                f"{panel.title!r} expects {axis}_range as two finite numbers, the smaller "
                f"first{above}, got {tuple(span)}"
            )


#: The two curves that most lessons show.
TRAIN_AND_TEST = (
    {"name": "train", "label": "training"},
    {"name": "test", "label": "test"},
)

#: How each kind of panel is drawn in the static picture.
VIEWS: dict[type[Panel], Callable[[Axes, Mapping[str, Any], Data], None]] = {
    Curves: draw_curves,
    HeatMap: draw_heat_map,
    Scatter: draw_scatter,
    Images: draw_images,
    Bars: draw_bars,
    Plane: draw_plane,
    Graph: draw_graph,
}
