"""Two classes in the plane: whether a line separates them, and which one does so most widely."""

import numpy as np

from nnlib.checks import check_finite, check_pairs
from nnlib.kernels.types import Array, Labels
from nnlib.neurons.perceptron import check_labels


def widest_line(x: Array | Labels, y: Labels) -> tuple[Array, float] | None:
    r"""Return the line with the widest margin between two classes of points in the plane.

    A line separates the classes exactly where all differences a - b of a point of class 1 and one
    of class 0 lie within less than half a turn. The widest one runs half-way between the two
    nearest points p and q of the convex hulls, at a right angle to p - q:

    .. math:: w = p - q, \qquad b = -w \cdot \tfrac12 (p + q)

    Parameters
    ----------
    x : ndarray of shape (samples, 2)
    y : ndarray of 0 and 1, shape (samples,)
        Both classes must be there.

    Returns
    -------
    (weight, bias) or None
        The weights, float64 of shape (2,), point to class 1. None if no line separates the classes.

    Raises
    ------
    ValueError
        If the points are not in the plane, or of one class only.

    References
    ----------
    Bennett and Bredensteiner (2000), "Duality and geometry in SVM classifiers", ICML 17, 57-64.

    Examples
    --------
    >>> x = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 4.0]])
    >>> weight, bias = widest_line(x, np.array([0, 0, 1]))
    >>> weight.tolist(), bias  # the line x2 = 2
    ([0.0, 4.0], -8.0)
    >>> widest_line(np.array([[0, 0], [1, 1], [0, 1], [1, 0]]), np.array([0, 0, 1, 1]))  # XOR
    """
    check_pairs("widest_line", x, y)
    check_finite("widest_line", "x", x)
    check_labels("widest_line", y)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(
            f"widest_line expects points in the plane, x of shape (samples, 2), got {x.shape}; "
            "choose two features"
        )
    ones, zeros = (x[y == label].astype(np.float64) for label in (1, 0))
    if not (len(ones) and len(zeros)):
        raise ValueError(
            "widest_line expects points of both classes, got one; any line beside them will do"
        )
    if not _apart(ones, zeros):
        return None
    forward, backward = _nearest(ones, zeros), _nearest(zeros, ones)
    p, q = forward[1:] if forward[0] <= backward[0] else backward[:0:-1]
    weight = p - q
    return weight, -float(weight @ (p + q)) / 2


def _apart(ones: Array, zeros: Array) -> bool:
    """Whether the differences of two classes lie within less than half a turn."""
    x, y = (ones[:, None] - zeros).reshape(-1, 2).T
    if not np.hypot(x, y).all():
        return False  # two points in one place
    angles = np.sort(np.arctan2(y, x))
    gaps = np.diff(angles, append=angles[0] + 2 * np.pi)
    return bool(gaps.max() > np.pi + 1e-12)


def _nearest(points: Array, others: Array) -> tuple[float, Array, Array]:
    """The least distance from a point to a segment between two others, and its two ends."""
    start, end = (others[i] for i in np.triu_indices(len(others)))
    way = end - start
    length = np.maximum((way**2).sum(axis=1), 1e-300)  # a point is a segment without a length
    best: tuple[float, Array, Array] = (np.inf, points[0], others[0])
    for point in points:
        share = np.clip(((point - start) * way).sum(axis=1) / length, 0.0, 1.0)
        places = start + share[:, None] * way  # (segments, 2)
        distances = np.hypot(*(places - point).T)
        nearest = int(distances.argmin())
        if distances[nearest] < best[0]:
            best = (float(distances[nearest]), point, places[nearest])
    return best
