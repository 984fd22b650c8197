"""What a player plays."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from nnlib.training import Step


class Run(Protocol):
    """Something that trains step by step, can be drawn, and can return to an earlier state."""

    @property
    def end_text(self) -> str:
        """What to say when there are no steps left; never empty."""
        ...

    def start(self) -> None:
        """Make everything anew."""
        ...

    def steps(self) -> Iterator[Step]:
        """Return an iterator that trains on from the present state, one step for each item."""
        ...

    @property
    def units(self) -> Sequence[str]:
        """What can be stepped by, the smallest first: that one is a single step."""
        ...

    def begin_unit(self, unit: str) -> None:
        """Take note of the unit that the next steps are made for, before the first of them."""
        ...

    def ends_unit(self, unit: str, item: Step) -> bool:
        """Whether a unit is complete with this step."""
        ...

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the data of every panel, as the run stands."""
        ...

    def summary(self) -> str:
        """Return the present picture in one line."""
        ...

    def record(self, step: int) -> None:
        """Take note of how training goes after this many steps; called now and then."""
        ...

    def save_state(self) -> dict[str, Any]:
        """Return what a snapshot must hold, in arrays of its own."""
        ...

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot, taken at this step."""
        ...

    def check(self) -> None:
        """Raise FloatingPointError if a number of the run is no longer finite."""
        ...

    def pace(self) -> float:
        """Return the largest number of steps in a second, which may be infinite."""
        ...
