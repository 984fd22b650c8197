"""What all panels have."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

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
