"""What a live view shows: one dataclass for each kind of panel.

A panel is declared once and fed arrays with every frame. Each kind has one renderer in the
browser (`canvas/<kind>.js`) and one for the static picture (`nnlib.views`), fed the same data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from matplotlib.axes import Axes

from nnlib.views import draw_bars, draw_curves, draw_heat_map, draw_images, draw_scatter

#: What a panel is fed: arrays by name, a few plain values, and `alt`, the picture in words.
Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What all panels have.

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
    classes: Sequence[str] = ()
    x_label: str = "x1"
    y_label: str = "x2"
    kind: str = field(default="scatter", init=False)


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
}
