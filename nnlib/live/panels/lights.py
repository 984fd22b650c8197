"""A network at work on one picture, every layer of it lit up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nnlib.live.panels.base import Panel


@dataclass(frozen=True, kw_only=True)
class Lights(Panel):
    """A picture, the units of each layer, the strongest of what flows between, and the answers.

    The disc in a unit grows with its activation, from 0 to 1. Of the lines, orange and solid ones
    push a unit up, blue and dashed ones hold it down. Under the pointer a unit shows its own lines,
    and one of the first layer its weights in the place of the picture.

    Data: `picture`, uint8 (height, width); `sizes`, a list of the units of each layer, the answers
    last; `activations`, float32 (units,), of all layers one after the other; for each layer
    l = 0, 1, ... `flow_<l>`, float32 (3, k), strongest last: the pixel or unit that it comes from,
    the unit that it goes to, and how much it adds there; if wanted `filters`, int8 (units of the
    first layer, height, width), and `marked`, an answer to frame.

    Parameters
    ----------
    labels : sequence of str
        Of the answers.

    Raises
    ------
    ValueError
        If there are no labels.

    Examples
    --------
    >>> Lights(name="net", title="The network at work", labels="0123456789").kind
    'lights'
    """

    labels: Sequence[str]
    span: int = 12
    height: int = 380
    kind: str = field(default="lights", init=False)

    def __post_init__(self) -> None:
        if not len(self.labels):
            raise ValueError(f"{self.title!r} expects a label for each answer, got none")
