"""Curves, maps, points, pictures and bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nnlib.live.panels.base import Panel, check_axes

#: The two curves that most lessons show.
TRAIN_AND_TEST = (
    {"name": "train", "label": "training"},
    {"name": "test", "label": "test"},
)


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

    Data: `values`, int8 (signed, zero neutral), uint8, or float32 (signed, in its own unit, for
    maps that may be almost flat), shape (rows, columns), lowest row first; `scale`, the value of
    full colour; and, if wanted, `points`, `labels`, `test_points` and `test_labels` as for
    `Scatter`; `by_hand` as there, but for a frame that says `by_hand` is False. With `regions`,
    uint8 (rows, columns), the numbers of classes, `values` are uint8 and say how strong the colour
    of the class is. A `ring`, [x, y], points out a place.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    classes: Sequence[str] = ()
    x_label: str = "x1"
    y_label: str = "x2"
    low_label: str = ""
    high_label: str = ""
    value_label: str = "value"
    by_hand: str = ""
    kind: str = field(default="heat_map", init=False)


@dataclass(frozen=True, kw_only=True)
class Scatter(Panel):
    """Points of a few classes.

    Data: `points`, float32 (n, 2); `labels`, uint8 (n,); if wanted the same as `test_points`
    and `test_labels`, drawn hollow.

    With `by_hand`, the name of a `Points`, the learner puts points on it: a click adds one of the
    chosen class, a click with Shift removes the nearest. These it draws by itself.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_scale: str = "linear"
    y_scale: str = field(default="linear", init=False)
    classes: Sequence[str] = ()
    x_label: str = "x1"
    y_label: str = "x2"
    by_hand: str = ""
    kind: str = field(default="scatter", init=False)

    def __post_init__(self) -> None:
        check_axes(self)


@dataclass(frozen=True, kw_only=True)
class Images(Panel):
    """Small pictures in a grid.

    Data: `images`, uint8 (n, height, width) for ink or int8 for signed values (zero neutral);
    if wanted `captions`, a list of n strings, and `scale`, the value of full colour. With `grey`,
    uint8 is brightness instead: 0 is black and 255 white, on light and dark pages alike.
    """

    signed: bool = False
    grey: bool = False
    columns: int | None = None
    empty_text: str = "none"
    image_label: str = "image"
    kind: str = field(default="images", init=False)


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """One bar for each label.

    Data: `values`, float32 (n,); if wanted `marked`, the index of one bar, and `labels`, a list in
    the place of the panel's. With `smooth` the bars
    glide to a new frame within 150 ms; the numbers above them are always those of the frame.
    With `y_scale` "log" they stand on the lower end of `y_range`, which is then wanted, and a value
    that is not above 0 has no bar.

    Raises
    ------
    ValueError
        If `y_scale` is neither, or "log" has no range above 0.
    """

    labels: Sequence[str]
    x_label: str = ""
    y_label: str = ""
    y_range: Sequence[float] | None = None
    y_scale: str = "linear"
    value_label: str = "value"
    smooth: bool = False
    kind: str = field(default="bars", init=False)

    def __post_init__(self) -> None:
        if self.y_scale not in ("linear", "log"):
            raise ValueError(f"{self.title!r} expects y_scale linear or log, got {self.y_scale!r}")
        if self.y_scale == "log" and (self.y_range is None or not self.y_range[0] > 0):
            raise ValueError(
                f"{self.title!r} expects a y_range above 0, as the axis is logarithmic, "
                f"got {self.y_range}"
            )
