"""What the explorables without a network share: a picture that a learner moves, and a clock."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from nnlib.live import Explorable
from nnlib.training import Step

TEN = 10  # steps of the button that would be an epoch in a training


class Board(Explorable):
    """Base class of the explorables that train nothing.

    A subclass defines `advance()`, one step of its animation, and names in `moving` the sliders
    that the animation moves, so that going back finds them where they were.

    Attributes
    ----------
    ticks : int
        Steps since the start.
    """

    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=100, value=30, top_label="")
    pass_label: ClassVar[str] = "10 steps"
    moving: ClassVar[tuple[str, ...]] = ()
    ticks = 0

    def start(self) -> None:
        """Begin to count anew; what the learner set stays."""
        self.ticks = 0

    def advance(self) -> None:
        """Make one step."""
        raise NotImplementedError

    def pace(self) -> float:
        """Return the steps in a second: even the largest pace is one that the eye can follow."""
        return float(self.values["speed"])

    def steps(self) -> Iterator[Step]:
        """Move on, for as long as somebody looks."""
        while True:
            self.ticks += 1
            self.advance()
            ends = self.ticks % TEN == 0
            yield Step(self.ticks // TEN, self.ticks, 0.0, 0.0, ends)

    def save_state(self) -> dict[str, Any]:
        """Return the time, and what moves with it."""
        return {"ticks": self.ticks} | {name: self.values[name] for name in self.moving}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.ticks = state["ticks"]
        self.values.update({name: state[name] for name in self.moving})

    def check(self) -> None:
        """Nothing here can become infinite."""
