"""Many starts at once: where each one ends, and in which basin that is."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import as_floats, check_count
from nnlib.kernels.landscapes import BEALE, HIMMELBLAU, QUADRATIC, ROSENBROCK, descend_many
from nnlib.landscapes.base import Floats, Landscape, coordinate_rows, number
from nnlib.landscapes.paths import RADIUS, check_landscape, check_near
from nnlib.landscapes.quadratic import Quadratic
from nnlib.landscapes.surfaces import Beale, Himmelblau, Rosenbrock

# A call of the kernel takes some milliseconds at most, so that an interrupt is heard soon. The
# arrays of a block stay in the fastest cache.
_BLOCK, _STEPS = 1024, 2000


def end_points(
    landscape: Landscape,
    starts: npt.ArrayLike,
    learning_rate: npt.ArrayLike,
    momentum: npt.ArrayLike,
    steps: int,
) -> Floats:
    r"""Gradient descent with momentum from many starts, or with many settings.

    .. math:: v \leftarrow \gamma v + \nabla f, \qquad x \leftarrow x - \eta v

    The same steps as `descend` takes with `SGD`, up to rounding, thousands of times as fast.

    Parameters
    ----------
    landscape : Quadratic, Rosenbrock, Himmelblau or Beale
    starts : array_like of shape (..., 2)
        `landscape.grid(columns, rows)` covers the domain.
    learning_rate : array_like
        η, finite, 0 or more: one number, or an array that broadcasts against the starts.
    momentum : array_like
        γ, in [0, 1): likewise.
    steps : int
        0 or more.

    Returns
    -------
    ndarray of shape (..., 2)
        Where each run stands after the last step; (inf, inf) where it left numbers that are not
        finite or went further than 1e9 from the origin.

    Raises
    ------
    ValueError
        If shapes do not fit together or a number is out of range.
    TypeError
        If the landscape is another one; `descend` walks on any.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods".

    Examples
    --------
    >>> from nnlib.landscapes import valley
    >>> end_points(valley(), [-5.0, 2.0], [0.4, 0.6], 0.0, 500).round(3)
    array([[-0., 0.], [inf, inf]])
    """
    kind, coefficients = _for_the_kernel(landscape)
    check_count("end_points", "steps", steps, least=0)
    points, rates, momenta = _broadcast(starts, learning_rate, momentum)
    shape = rates.shape
    moving = np.stack([points[..., 0].ravel(), points[..., 1].ravel()])  # (2, n)
    rates, momenta = rates.ravel(), momenta.ravel()
    for first in range(0, rates.size, _BLOCK):
        block = slice(first, first + _BLOCK)
        here = np.ascontiguousarray(moving[:, block])
        velocity = np.zeros_like(here)
        for done in range(0, steps, _STEPS):
            count = min(_STEPS, steps - done)
            descend_many(
                *(kind, coefficients, rates[block], momenta[block], count, RADIUS),
                *(here, velocity),
            )
        moving[:, block] = here
    return np.ascontiguousarray(moving.T).reshape(*shape, 2)


def basins(
    landscape: Landscape, ends: npt.ArrayLike, *, within: float | None = None
) -> npt.NDArray[np.intp]:
    """Tell which minimum each end point is near to.

    Parameters
    ----------
    landscape : Landscape
    ends : array_like of shape (..., d)
        As `end_points` returns them; what is not finite is near to nothing.
    within : float, optional
        How near is near. By default a tenth of the shortest side of the domain.

    Returns
    -------
    integer array of shape (...)
        Row of the nearest minimum in `landscape.minima`; -1 if none is near.

    Raises
    ------
    ValueError
        If the shape does not fit the landscape, or `within` is not above 0.
    TypeError
        If the landscape is none, or `ends` are not numbers.

    Examples
    --------
    >>> from nnlib.landscapes import Himmelblau
    >>> basins(Himmelblau(), [[3.1, 2.0], [3.5, -2.0], [0.0, 0.0], [np.inf, np.inf]])
    array([ 0, 3, -1, -1])
    """
    check_landscape("basins", landscape)
    points = coordinate_rows("basins", "ends", ends, landscape.dimensions)
    if within is None:
        sides = (landscape.x_range, landscape.y_range)[: landscape.dimensions]
        within = min(high - low for low, high in sides) / 10
    within = number("basins", "within", within, np.nextafter(0, 1), RADIUS)
    nearest = np.full(points.shape[:-1], -1)
    best = np.full(points.shape[:-1], within)
    for index, minimum in enumerate(landscape.minima):
        with np.errstate(all="ignore"):
            distance = np.hypot.reduce(points - minimum, axis=-1)
        closer = distance <= best  # False for NaN
        nearest[closer] = index
        best[closer] = distance[closer]
    return nearest


def _for_the_kernel(landscape: Landscape) -> tuple[int, Floats]:
    """Which gradient the kernel is to take, and its three coefficients."""
    check_landscape("end_points", landscape)
    # Not isinstance: a subclass may have another gradient.
    if type(landscape) is Quadratic:
        h = landscape.hessian([0.0, 0.0])
        return QUADRATIC, np.array([h[0, 0], h[0, 1], h[1, 1]])
    if type(landscape) is Rosenbrock:
        return ROSENBROCK, np.array([landscape.a, landscape.b, 0.0])
    if type(landscape) is Himmelblau:
        return HIMMELBLAU, np.zeros(3)
    if type(landscape) is Beale:
        return BEALE, np.array([1.5, 2.25, 2.625])
    raise TypeError(
        "end_points expects a Quadratic, Rosenbrock, Himmelblau or Beale, got "
        f"{type(landscape).__name__}; walk on others with descend"
    )


def _broadcast(
    starts: npt.ArrayLike, learning_rate: npt.ArrayLike, momentum: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """The starts and the settings in one common shape, checked."""
    points = coordinate_rows("end_points", "starts", starts, 2)
    check_near("end_points", "starts", points)
    rates = as_floats("end_points", "learning_rate", learning_rate)
    if not ((rates >= 0) & (rates < np.inf)).all():
        raise ValueError(
            "end_points expects each learning_rate to be a finite number, 0 or more, got "
            f"{rates[~((rates >= 0) & (rates < np.inf))][0]}"
        )
    momenta = as_floats("end_points", "momentum", momentum)
    if not ((momenta >= 0) & (momenta < 1)).all():
        raise ValueError(
            "end_points expects each momentum to be 0 or more and less than 1, got "
            f"{momenta[~((momenta >= 0) & (momenta < 1))][0]}"
        )
    try:
        shape = np.broadcast_shapes(points.shape[:-1], rates.shape, momenta.shape)
    except ValueError:
        raise ValueError(
            "end_points expects settings that broadcast against the starts, got "
            f"{points.shape[:-1]} starts, learning_rate of shape {rates.shape} and momentum of "
            f"shape {momenta.shape}; give one number, or one for each start"
        ) from None
    return (
        np.broadcast_to(points, (*shape, 2)),
        # Copies: what broadcast_to returns is read-only, for which the kernel is compiled anew.
        np.array(np.broadcast_to(rates, shape)),
        np.array(np.broadcast_to(momenta, shape)),
    )
