"""What all panels have."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: What a panel is fed: arrays by name, a few plain values, and `alt`, the picture in words.
Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What all panels have.

    A frame's data may hold `x_range`, `y_range`, `x_label`, `y_label`, `classes`, `input_labels`
    and `output_labels`, which then take the place of the panel's own.

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


def check_axes(panel: Any) -> None:
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
