"""What every landscape shares: its domain, its minima, and how it is asked for numbers."""

from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.checks import as_floats, check_count

Floats = npt.NDArray[np.float64]


class Landscape:
    """A function of one or two parameters, with its gradient and its Hessian.

    A subclass defines `_value`, `_gradient` and `_hessian`. Each gets the coordinates as separate
    arrays, x1 and, with two parameters, x2; it returns a number, a tuple of partial derivatives,
    and a tuple of rows.

    Far outside the domain numbers overflow. Then a value is inf, and so is a derivative, with its
    sign where the arithmetic still knows it and positive where not (inf - inf). NaN comes out only
    where NaN went in, and there is no warning.

    Parameters
    ----------
    name, formula : str
        What a view writes above and below the picture.
    x_range, y_range : pair of float
        The domain to draw. With one parameter, `y_range` is the range of the values in `x_range`.
    minima : array_like of shape (k, d)
        All minima, the lowest first.
    start : array_like of shape (d,)
        A good place to start from.

    Attributes
    ----------
    name, formula, x_range, y_range, minima, start
        As above; the arrays are float64 and read-only.
    dimensions : int
        d, the number of parameters.

    Examples
    --------
    >>> class Saddle(Landscape):
    ...     def __init__(self):
    ...         sides = {"x_range": (-2, 2), "y_range": (-2, 2)}
    ...         minima = np.empty((0, 2))
    ...         super().__init__("saddle", "x₁² - x₂²", **sides, minima=minima, start=[-1, 0.1])
    ...
    ...     def _value(self, x1, x2):
    ...         return x1**2 - x2**2
    ...
    ...     def _gradient(self, x1, x2):
    ...         return 2 * x1, -2 * x2
    >>> Saddle().gradient([[1.0, 3.0], [0.0, 0.0]])
    array([[ 2., -6.], [ 0., -0.]])
    """

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        minima: npt.ArrayLike,
        start: npt.ArrayLike,
    ) -> None:
        self.name = name
        self.formula = formula
        self.x_range = x_range
        self.y_range = y_range
        self.minima = frozen(minima)
        self.start = frozen(start)
        self.dimensions = self.start.size

    def value(self, points: npt.ArrayLike) -> Floats:
        """Return the heights, of shape (...), at points of shape (..., d).

        Raises
        ------
        ValueError
            If the last axis of `points` does not hold d coordinates.
        TypeError
            If `points` are not numbers.
        """
        at = self._checked("value", points)
        with np.errstate(all="ignore"):
            height = self._value(*_coordinates(at))
        return _without_holes(np.array(np.broadcast_to(height, at.shape[:-1])), at)

    def gradient(self, points: npt.ArrayLike) -> Floats:
        """Return the partial derivatives, of shape (..., d), at points of shape (..., d).

        Raises
        ------
        ValueError
            If the last axis of `points` does not hold d coordinates.
        TypeError
            If `points` are not numbers.
        """
        at = self._checked("gradient", points)
        out = np.empty_like(at)  # (..., d)
        with np.errstate(all="ignore"):
            for axis, slope in enumerate(self._gradient(*_coordinates(at))):
                out[..., axis] = slope
        return _without_holes(out, at)

    def hessian(self, points: npt.ArrayLike) -> Floats:
        """Return the second derivatives, of shape (..., d, d), at points of shape (..., d).

        Raises
        ------
        ValueError
            If the last axis of `points` does not hold d coordinates.
        TypeError
            If `points` are not numbers.
        """
        at = self._checked("hessian", points)
        out = np.empty((*at.shape, self.dimensions))  # (..., d, d)
        with np.errstate(all="ignore"):
            for i, row in enumerate(self._hessian(*_coordinates(at))):
                for j, curvature in enumerate(row):
                    out[..., i, j] = curvature
        return _without_holes(out, at)

    def grid(self, columns: int, rows: int) -> Floats:
        """Return the centres of the cells of the domain, of shape (rows, columns, 2).

        The lowest row comes first, as a picture with its origin at the lower left wants it.

        Raises
        ------
        ValueError
            If the landscape has one parameter only, or a count is no integer from 1 up.
        """
        name = f"{type(self).__name__}.grid"
        if self.dimensions != 2:
            raise ValueError(
                f"{name} expects two parameters, got {self.dimensions}; "
                "take value(x[:, None]) for x along x_range"
            )
        check_count(name, "columns", columns)
        check_count(name, "rows", rows)
        x1 = _centres(self.x_range, columns)
        x2 = _centres(self.y_range, rows)
        return np.stack(np.meshgrid(x1, x2), axis=-1)  # (rows, columns, 2)

    def heights(self, columns: int, rows: int) -> Floats:
        """Return the values at the cells of `grid`, of shape (rows, columns), lowest row first.

        Raises
        ------
        ValueError
            As `grid` does.
        """
        return self.value(self.grid(columns, rows))

    def _value(self, *at: Any) -> Any:
        """The height."""
        raise NotImplementedError

    def _gradient(self, *at: Any) -> tuple[Any, ...]:
        """The partial derivatives."""
        raise NotImplementedError

    def _hessian(self, *at: Any) -> tuple[tuple[Any, ...], ...]:
        """The rows of the Hessian."""
        raise NotImplementedError

    def _checked(self, method: str, points: npt.ArrayLike) -> Floats:
        """The points as an array of shape (..., d)."""
        return coordinate_rows(f"{type(self).__name__}.{method}", "points", points, self.dimensions)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.formula})"


def frozen(array: npt.ArrayLike) -> Floats:
    """A read-only copy, in float64."""
    copy = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def coordinate_rows(name: str, argument: str, points: npt.ArrayLike, dimensions: int) -> Floats:
    """The points in float64, if the last axis holds the coordinates of each."""
    array = as_floats(name, argument, points)
    if array.ndim == 0 or array.shape[-1] != dimensions:
        raise ValueError(
            f"{name} expects {argument} of shape (..., {dimensions}), got {array.shape}; "
            "the last axis holds the coordinates of a point"
        )
    return array


def number(name: str, argument: str, value: float, least: float, most: float) -> float:
    """Return `value` as a float if it is a number from `least` to `most`."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise ValueError(
            f"{name} expects {argument} to be a number from {least:g} to {most:g}, got {value!r}"
        )
    return float(value)


def newton(landscape: Landscape, points: npt.ArrayLike, rounds: int = 6) -> Floats:
    """Stationary points, to the last digit, from others close by."""
    exact = np.array(points, dtype=np.float64)
    for _ in range(rounds):
        grad = landscape.gradient(exact)[..., None]  # (k, d, 1)
        exact -= np.linalg.solve(landscape.hessian(exact), grad)[..., 0]
    return exact


def _coordinates(points: Floats) -> list[Floats]:
    """One array for each coordinate."""
    return [points[..., axis] for axis in range(points.shape[-1])]


def _without_holes(result: Floats, points: Floats) -> Floats:
    """Put inf where overflow left NaN; at a point that is itself NaN it stays."""
    holes = np.isnan(result)
    if holes.any():
        given = np.isnan(points).any(axis=-1)
        result[holes & ~given.reshape(given.shape + (1,) * (result.ndim - given.ndim))] = np.inf
    scalar_or_array: Floats = result[()]
    return scalar_or_array


def _centres(side: tuple[float, float], cells: int) -> Floats:
    """The middles of equal cells along a side."""
    low, high = side
    return low + (high - low) * (np.arange(cells) + 0.5) / cells
