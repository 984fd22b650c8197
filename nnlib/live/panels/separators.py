"""What single neurons draw in the plane: lines, the sides of them, and the arrows of weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nnlib.live.panels.base import Panel
from nnlib.live.panels.planes import Handle


@dataclass(frozen=True, kw_only=True)
class Separator(Panel):
    """Points of two classes, the lines that neurons draw between them, and arrows.

    A line is where w1 x1 + w2 x2 + b = 0. Each side of the first one is tinted in the colour of the
    class that its neuron answers there.

    Data, each part if wanted: `points`, float32 (n, 2), and `labels`, uint8 (n,), as for `Scatter`;
    for each line float32 (3,): w1, w2, b, where a line with both weights 0 is not drawn; `band`,
    the half width of a strip along the first line; for each arrow float32 (4,): x, y, dx, dy; for
    each path float32 (2, n), NaN leaves a gap; `ringed`, the index of a point that stands out.
    Lines and arrows glide to those of a new frame.

    Parameters
    ----------
    lines, arrows, paths : sequence of mapping
        Each with `name` and `label`. An arrow is labelled where it is drawn.
    classes : sequence of str
        Names of class 0 and class 1.
    by_hand : str
        As for `Scatter`.

    Raises
    ------
    ValueError
        If there are other than two classes, or a name comes twice.

    Examples
    --------
    >>> Separator(name="and", title="AND", x_range=(-1, 2), y_range=(-1, 2)).kind
    'separator'
    """

    x_range: Sequence[float]
    y_range: Sequence[float]
    x_label: str = "x₁"
    y_label: str = "x₂"
    lines: Sequence[Mapping[str, str]] = ()
    arrows: Sequence[Mapping[str, str]] = ()
    paths: Sequence[Mapping[str, str]] = ()
    classes: Sequence[str] = ("class 0", "class 1")
    handles: Sequence[Handle] = ()
    by_hand: str = ""
    kind: str = field(default="separator", init=False)

    def __post_init__(self) -> None:
        if len(self.classes) != 2:
            raise ValueError(
                f"{self.title!r} expects two classes, one for each side of a line, "
                f"got {len(self.classes)}"
            )
        names = [part["name"] for part in (*self.lines, *self.arrows, *self.paths)]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.title!r} expects each name once, got {names}")

    def spec(self) -> dict[str, Any]:
        """Return the panel as plain data; both scales are linear."""
        return super().spec() | {"x_scale": "linear", "y_scale": "linear"}
