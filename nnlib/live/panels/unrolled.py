"""A recurrent cell, folded with a loop or unfolded in time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nnlib.live.panels.base import Panel


@dataclass(frozen=True, kw_only=True)
class Unrolled(Panel):
    """One recurrent cell: folded, with a loop, or unfolded, a copy for each step in time.

    Data: `inputs`, a list of T strings, what is read at each step; `states`, float32 (units, T),
    from -1 to 1, drawn inside the copies; if wanted `outputs`, a list of T strings, "" where there
    is no answer; `cursor`, the step that works, from 0; `unfold`, from 0 (folded) to 1; `gradient`,
    float32 (T,), from 0 to 1: how much comes back to the state of each step, as the width of an
    arrow. A handle that moves across, `Handle("time", x=...)`, moves the cursor.

    Parameters
    ----------
    output_label : str
        What the answers are called.

    Raises
    ------
    ValueError
        If a handle moves otherwise than across.

    Examples
    --------
    >>> Unrolled(name="net", title="The cell, unfolded").kind
    'unrolled'
    """

    output_label: str = "answers"
    x_label: str = "step"
    handles: Sequence[Any] = ()
    span: int = 12
    height: int = 280
    kind: str = field(default="unrolled", init=False)

    def __post_init__(self) -> None:
        if any(handle.y or handle.on for handle in self.handles):
            raise ValueError(f"{self.title!r} expects handles that move across only")
