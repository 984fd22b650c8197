"""Functions of one and two variables, and the handles that a learner drags on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nnlib.live.panels.base import Panel, check_axes


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
    `classes` the values are uint8, numbers of classes, and 255 is not known. `by_hand` as for
    `Scatter`.
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
    by_hand: str = ""
    kind: str = field(default="plane", init=False)

    def __post_init__(self) -> None:
        check_axes(self)


@dataclass(frozen=True, kw_only=True)
class Graph(Panel):
    """Graphs of functions of one variable, with axes that stay as they are.

    Data: for each line float32 (2, n), x above y, NaN leaves a gap; for each trail float32 (2, n),
    oldest point first, and `<trail>_steps` as for `Plane`; if wanted `marks`, float32 (2, k), drawn
    as stars, and `marked_x` with `marked_label`, a dashed line across all y; for each band float32
    (3, n): x, lower and upper edge. A band has the colour of the line that it names as `line`.
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_label: str = "x"
    y_label: str = ""
    x_scale: str = "linear"
    y_scale: str = "linear"
    lines: Sequence[Mapping[str, str]] = ()
    trails: Sequence[Mapping[str, str]] = ()
    bands: Sequence[Mapping[str, str]] = ()
    handles: Sequence[Handle] = ()
    kind: str = field(default="graph", init=False)

    def __post_init__(self) -> None:
        check_axes(self)
