"""What a run leaves behind: curves of bounded length, and snapshots of bounded size."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt


class Series:
    """Values recorded over the steps, thinned out by half whenever there are too many.

    After that, new points come as far apart as those that are left, so that the whole run stays
    in sight; the newest value is always there.

    Parameters
    ----------
    names : str
        The curves.
    capacity : int
        Largest number of points of a curve, even.

    Examples
    --------
    >>> series = Series("loss", capacity=4)
    >>> for step in range(5):
    ...     series.append(step, loss=1.0 / (step + 1))
    >>> series.curve("loss")[0].tolist()  # the steps that are left
    [0.0, 2.0, 4.0]
    >>> series.append(5, loss=0.1)
    >>> series.append(6, loss=0.1)  # 5 makes room
    >>> series.curve("loss")[0].tolist()
    [0.0, 2.0, 4.0, 6.0]
    >>> series.rewind(2)
    >>> series.curve("loss")[0].tolist()
    [0.0, 2.0]
    >>> series.rewind(6)
    >>> series.curve("loss")[0].tolist()  # what lay ahead had only been put aside
    [0.0, 2.0, 4.0, 6.0]
    """

    def __init__(self, *names: str, capacity: int = 600) -> None:
        self._names = names
        self._capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._rows: list[tuple[float, ...]] = []
        self._spacing = 0.0  # steps between two points, the newest excepted
        self._end = math.inf  # the last step that is shown; what lies ahead waits
        self._here: tuple[float, ...] | None = None  # measured at that step, after going back

    def append(self, step: int, **values: float) -> None:
        """Record one value for each curve; a second record of a step replaces the first.

        After `rewind` a record of the very step that it went to forgets nothing; one of a later
        step means that training goes on from there, and forgets what lay ahead.
        """
        row = (step, *(values[name] for name in self._names))
        if step == self._end:
            self._here = row
            return
        if self._end < math.inf:
            self._rows = self._shown()
            self._end, self._here = math.inf, None
            self._spacing = min(self._spacing, self._mean_spacing())
        self._add(row)

    def _add(self, row: tuple[float, ...]) -> None:
        if self._rows and self._rows[-1][0] >= row[0]:
            self.cut(row[0] - 1)
        if len(self._rows) > 1 and self._rows[-1][0] - self._rows[-2][0] < self._spacing:
            self._rows.pop()
        if len(self._rows) >= self._capacity:
            self._rows = self._rows[::2]
            self._spacing = self._mean_spacing()
        self._rows.append(row)

    def rewind(self, step: int) -> None:
        """Show the curves up to this step only; going on to a later one brings the rest back."""
        self._end, self._here = step, None

    def cut(self, step: float) -> None:
        """Forget what came after this step."""
        while self._rows and self._rows[-1][0] > step:
            self._rows.pop()
        self._spacing = min(self._spacing, self._mean_spacing())

    def _mean_spacing(self) -> float:
        gaps = len(self._rows) - 1
        return (self._rows[-1][0] - self._rows[0][0]) / gaps if gaps > 0 else 0.0

    def _shown(self) -> list[tuple[float, ...]]:
        """The rows up to the step that was gone back to, and what was measured there."""
        if self._here is None:
            return self._rows[: bisect_right(self._rows, self._end, key=itemgetter(0))]
        return [*self._rows[: bisect_left(self._rows, self._end, key=itemgetter(0))], self._here]

    def curve(self, name: str) -> npt.NDArray[np.float32]:
        """Return steps and values of one curve, shape (2, points)."""
        column = 1 + self._names.index(name)
        rows = [(row[0], row[column]) for row in self._shown()]
        return np.array(rows, dtype=np.float32).reshape(-1, 2).T

    def last(self, name: str) -> float:
        """Return the newest value that is shown of one curve, NaN if there is none."""
        rows = self._shown()
        return rows[-1][1 + self._names.index(name)] if rows else float("nan")


@dataclass
class Snapshots:
    """States of a run by step, within a budget of bytes.

    When the budget is spent, every other state is dropped and the distance between new ones
    doubles, so that what is left still covers the whole run.

    Parameters
    ----------
    budget : int
        Bytes.
    most : int
        Largest number of states, however small they are.

    Examples
    --------
    >>> snapshots = Snapshots(most=4)
    >>> for step in range(5):
    ...     snapshots.keep(step, {"weights": np.full(10, step, dtype=float)})
    >>> snapshots.steps
    [0, 2, 4]
    >>> snapshots.before(4)
    2
    """

    budget: int = 48_000_000
    most: int = 128
    interval: int = 1
    _kept: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def steps(self) -> list[int]:
        """Steps that can be returned to, in order."""
        return sorted(self._kept)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.interval = 1

    def due(self, step: int) -> bool:
        """Whether to keep the state that a step has just led to.

        So it is when enough steps have passed since the last state, and when that one is not
        earlier: then it was left behind by rewinding, and is out of date.
        """
        latest = next(reversed(self._kept), None)  # they are kept in order
        return latest is None or step <= latest or step - latest >= self.interval

    def keep(self, step: int, state: dict[str, Any]) -> None:
        """Keep this state; its arrays must be its own."""
        self.cut(step)
        self._kept[step] = state
        while len(self._kept) > 2 and (len(self._kept) > self.most or self._bytes() > self.budget):
            for dropped in self.steps[1:-1:2]:
                del self._kept[dropped]
            self.interval *= 2

    def _bytes(self) -> int:
        return sum(_size(state) for state in self._kept.values())

    def cut(self, step: int) -> None:
        """Forget the states after this step."""
        for later in [kept for kept in self._kept if kept > step]:
            del self._kept[later]

    def before(self, step: int) -> int | None:
        """Return the last kept step before this one, None if there is none."""
        return max((kept for kept in self._kept if kept < step), default=None)

    def nearest(self, step: int) -> int | None:
        """Return the kept step closest to this one, None if there is none."""
        return min(self._kept, key=lambda kept: abs(kept - step), default=None)

    def get(self, step: int) -> dict[str, Any]:
        """Return the state kept at this step."""
        return self._kept[step]


def _size(state: dict[str, Any]) -> int:
    """Bytes of the arrays in a state, with a little for the rest."""
    arrays = (value for value in state.values() if isinstance(value, np.ndarray))
    return 100 + sum(array.nbytes for array in arrays)
