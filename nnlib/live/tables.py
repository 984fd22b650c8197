"""Points of classes and small matrices that a learner makes by hand, as controls.

As with those in `controls.py`, a value from a front end, a link or a file is checked where it
enters, and a bad one is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnlib.kernels.types import Array
from nnlib.live.values import check_size, number, rows_of, short

MOST_POINTS = 300
MOST_NUMBERS = 400  # of a matrix


@dataclass(frozen=True)
class Points:
    """Points of a few classes that the learner puts on a plot.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    x_range, y_range : sequence of float
        Where points may lie.
    classes : sequence of str
        Names of the classes, at most seven.
    most : int
        Number of points that there may be, at most 300.
    value : sequence
        The first points, each [x, y, index of the class].
    restarts : bool
    group : str
        As for `Slider`.

    Raises
    ------
    ValueError
        If ranges, classes or `most` are not possible, or the first points do not fit them.

    Examples
    --------
    >>> points = Points("points", "Your points", (-1, 1), (-1, 1), ("cat", "dog"))
    >>> points.clean([[0.12345, 0.5, 1]])
    [[0.123, 0.5, 1]]
    >>> points.arrays([[0.123, 0.5, 1]])[1].tolist()
    [1]
    """

    name: str
    label: str
    x_range: Sequence[float]
    y_range: Sequence[float]
    classes: Sequence[str] = ("class 0", "class 1")
    most: int = 200
    value: Sequence[Sequence[float]] = ()
    restarts: bool = False
    group: str = ""
    kind: str = field(default="points", init=False)

    def __post_init__(self) -> None:
        check_size(self.label, (self.most,), MOST_POINTS)
        if not 1 <= len(self.classes) <= 7:
            raise ValueError(f"{self.label} expects 1 to 7 classes, got {len(self.classes)}")
        for low, high in (self.x_range, self.y_range):
            if not -math.inf < low < high < math.inf:
                raise ValueError(
                    f"{self.label} expects ranges of two finite numbers, the smaller first, "
                    f"got {(low, high)}"
                )
        self.clean(self.value)

    def clean(self, value: object) -> list[list[Any]]:
        """Return the points, rounded to a thousandth of the range or finer, or raise ValueError."""
        points = rows_of(value, self.most)
        if points is None:
            raise ValueError(
                f"{self.label} expects a list of at most {self.most} points, got {short(value)}; "
                "it stays as it was"
            )
        return [self._point(point) for point in points]

    def _point(self, point: object) -> list[Any]:
        """One point, checked."""
        parts = rows_of(point, 3) or []
        if len(parts) == 3 and type(parts[2]) is int and 0 <= parts[2] < len(self.classes):
            x, y = _rounded(parts[0], self.x_range), _rounded(parts[1], self.y_range)
            if math.isfinite(x) and math.isfinite(y):
                return [x, y, parts[2]]
        (left, right), (bottom, top) = self.x_range, self.y_range
        raise ValueError(
            f"{self.label} expects points [x, y, class], x from {left:g} to {right:g}, y from "
            f"{bottom:g} to {top:g}, class from 0 to {len(self.classes) - 1}, got {short(point)}; "
            "it stays as it was"
        )

    def arrays(self, value: Sequence[Sequence[float]]) -> tuple[Array, Array]:
        """Return clean points as float32 (n, 2), and their classes as uint8 (n,)."""
        table = np.array(value, dtype=np.float64).reshape(-1, 3)
        return table[:, :2].astype(np.float32), table[:, 2].astype(np.uint8)


@dataclass(frozen=True)
class Numbers:
    """A small table of numbers, such as the kernel of a filter.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    rows, columns : int
        At most 400 numbers in all.
    minimum, maximum : float
        Limits of each number, both allowed.
    value : sequence, optional
        The first numbers, a sequence of rows; all 0 if left out, or the limit nearest to 0.
    restarts : bool
    group : str
        As for `Slider`.

    Raises
    ------
    ValueError
        If size or limits are not possible, or the first numbers do not fit them.

    Examples
    --------
    >>> kernel = Numbers("kernel", "Kernel", 1, 3, -2, 2, [[-1, 0, 1]])
    >>> kernel.clean([[0.1, 1 / 3, 2]])
    [[0.1, 0.333333, 2.0]]
    """

    name: str
    label: str
    rows: int
    columns: int
    minimum: float
    maximum: float
    value: Sequence[Sequence[float]] = ()
    restarts: bool = False
    group: str = ""
    kind: str = field(default="numbers", init=False)

    def __post_init__(self) -> None:
        check_size(self.label, (self.rows, self.columns), MOST_NUMBERS)
        if not -math.inf < self.minimum < self.maximum < math.inf:
            raise ValueError(
                f"{self.label} expects a minimum below the maximum, both finite, "
                f"got {self.minimum} and {self.maximum}"
            )
        if len(self.value) == 0:
            rest = min(max(0.0, self.minimum), self.maximum)
            object.__setattr__(self, "value", [[rest] * self.columns for _ in range(self.rows)])
        object.__setattr__(self, "value", self.clean(self.value))

    def clean(self, value: object) -> list[list[float]]:
        """Return the numbers, each of six significant digits, or raise ValueError."""
        rows = rows_of(value, self.rows) or []
        table = [rows_of(row, self.columns) or [] for row in rows]
        if len(table) != self.rows or any(len(row) != self.columns for row in table):
            raise ValueError(
                f"{self.label} expects {self.rows} rows of {self.columns} numbers, "
                f"got {short(value)}; it stays as it was"
            )
        return [[self._number(cell) for cell in row] for row in table]

    def _number(self, value: object) -> float:
        """One number, checked."""
        found = number(value)
        if not self.minimum <= found <= self.maximum:  # NaN fails too
            raise ValueError(
                f"{self.label} expects numbers from {self.minimum:g} to {self.maximum:g}, "
                f"got {short(value)}; it stays as it was"
            )
        return min(max(float(f"{found:.6g}"), self.minimum), self.maximum)


def _rounded(value: object, span: Sequence[float]) -> float:
    """A coordinate to a thousandth of its range or finer; NaN if it lies outside."""
    found = number(value)
    slack = 1e-9 * (span[1] - span[0])
    if not span[0] - slack <= found <= span[1] + slack:
        return math.nan
    digits = 3 - math.floor(math.log10(span[1] - span[0]))
    return min(max(round(found, digits), float(span[0])), float(span[1]))
