"""Points in the plane in two classes.

Every set draws the same random numbers whatever the noise, and only then multiplies them by it.
With the same seed, a larger `noise` moves the same points further: a noise slider moves points, it
does not reshuffle them. A point that noise has moved keeps its label.
"""

import numpy as np
import numpy.typing as npt

from nnlib.datasets._checks import check_points

Points = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def xor(
    n: int | None = None, *, noise: float = 0.0, rng: np.random.Generator | None = None
) -> tuple[Points, Labels]:
    """Exclusive or: class 1 where exactly one of the two inputs is on.

    Without `n`: the four rows of the truth table, inputs 0 and 1. With `n`: points spread evenly
    over four squares of [-1, 1] x [-1, 1], one per quadrant and 0.05 away from the axes; class 1
    where the signs of the two inputs differ. No straight line separates the classes.

    Parameters
    ----------
    n : int, optional
        Number of points, at least 2. Left out: the four exact points.
    noise : float
        Standard deviation of the normal shift of each coordinate, in the units of x.
    rng : np.random.Generator, optional
        Source of the random numbers; required with `n`.

    Returns
    -------
    x : float32 array of shape (n, 2)
        Inputs; (4, 2) without `n`.
    labels : int64 array of shape (n,)
        0 or 1, equally many of each (one more 0 if n is odd).

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite, or is above 0 without `n`.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` is missing although `n` is given.

    References
    ----------
    Minsky and Papert (1969), *Perceptrons*. The four squares follow TensorFlow Playground
    (`dataset.ts`; Smilkov et al., 2017, arXiv:1708.03788), which swaps the labels and lets noise
    change labels where it shifts points here.

    Examples
    --------
    >>> x, labels = xor()
    >>> x.tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> labels.tolist()
    [0, 1, 1, 0]
    >>> x, labels = xor(200, noise=0.1, rng=np.random.default_rng(0))
    >>> x.shape, int(labels.sum())
    ((200, 2), 100)
    """
    if n is None:
        if noise != 0:
            raise ValueError(
                f"xor expects n together with noise, got n=None and noise={noise}; "
                "pass n=200 and an rng, or leave noise out for the four exact points"
            )
        corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
        return corners, np.array([0, 1, 1, 0], dtype=np.int64)
    check_points("xor", n, noise, rng)
    assert rng is not None  # check_points has refused None; this line is for the type checker
    quadrant = np.arange(n) % 4  # counter-clockwise from (+, +): labels 0, 1, 0, 1
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quadrant]
    clean = signs * rng.uniform(0.05, 1.0, size=(n, 2))
    return _scatter(clean, _labels(n), noise, rng)


def gauss(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Two round clouds, class 0 around (-0.5, -0.5) and class 1 around (0.5, 0.5).

    Each cloud is a normal distribution with standard deviation 0.15, so that without noise nearly
    all points lie in [-1, 1] x [-1, 1] and a straight line separates the classes. With noise the
    standard deviation of a cloud is sqrt(0.15**2 + noise**2).

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation of the normal shift of each coordinate, in the units of x.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
    labels : int64 array of shape (n,)
        0 or 1, equally many of each (one more 0 if n is odd).

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    After TensorFlow Playground, `dataset.ts`, `classifyTwoGaussData` (Smilkov et al., 2017,
    arXiv:1708.03788), with tighter clouds further apart.

    Examples
    --------
    >>> x, labels = gauss(100, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.all((x.sum(axis=1) > 0) == (labels == 1)))
    True
    """
    check_points("gauss", n, noise, rng)
    labels = _labels(n)
    centers = np.where(labels == 1, 0.5, -0.5)[:, None]  # (n, 1), the same for both inputs
    clean = centers + 0.15 * rng.standard_normal((n, 2))
    return _scatter(clean, labels, noise, rng)


def circle(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Class 1 fills a disc, class 0 a ring around it.

    Without noise the disc has radius 0.5 and the ring reaches from 0.7 to 1, in
    [-1, 1] x [-1, 1]. Radius and angle are uniform, so points crowd towards the centre.

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation of the normal shift of each coordinate, in the units of x.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
    labels : int64 array of shape (n,)
        0 or 1, equally many of each (one more 0 if n is odd).

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    Geometry of TensorFlow Playground, `dataset.ts`, `classifyCircleData` (Smilkov et al., 2017,
    arXiv:1708.03788), divided by 5; there noise changes labels, here it shifts points.

    Examples
    --------
    >>> x, labels = circle(100, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.all((np.hypot(x[:, 0], x[:, 1]) < 0.6) == (labels == 1)))
    True
    """
    check_points("circle", n, noise, rng)
    labels = _labels(n)
    depth = rng.uniform(size=n)
    radius = np.where(labels == 1, 0.5 * depth, 0.7 + 0.3 * depth)
    angle = rng.uniform(0.0, 2.0 * np.pi, size=n)
    return _scatter(_polar(radius, angle), labels, noise, rng)


def spiral(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Two interleaved spiral arms, one per class.

    At the share s of its length, 0 < s < 1, an arm is at radius s and angle 1.75 * 2 pi * s, in
    [-1, 1] x [-1, 1] without noise; the arm of class 1 is turned by pi. Points are evenly spaced
    in s, and the arms are 0.29 apart.

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation of the normal shift of each coordinate, in the units of x.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
    labels : int64 array of shape (n,)
        0 or 1, equally many of each (one more 0 if n is odd).

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    Geometry of TensorFlow Playground, `dataset.ts`, `classifySpiralData` (Smilkov et al., 2017,
    arXiv:1708.03788), divided by 5; the noise is normal here, uniform there.

    Examples
    --------
    >>> x, labels = spiral(100, noise=0.0, rng=np.random.default_rng(0))
    >>> x.shape, x.dtype, labels.dtype
    ((100, 2), dtype('float32'), dtype('int64'))
    """
    check_points("spiral", n, noise, rng)
    labels = _labels(n)
    share = _shares(n)
    angle = 1.75 * 2.0 * np.pi * share + np.pi * labels
    return _scatter(_polar(share, angle), labels, noise, rng)


def moons(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Two half circles that reach into each other.

    Both have radius 2/3. Class 0 opens downwards, class 1 upwards; without noise they fill
    [-1, 1] x [-0.5, 0.5]. Points are evenly spaced along each half circle.

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation of the normal shift of each coordinate, in the units of x.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
    labels : int64 array of shape (n,)
        0 or 1, equally many of each (one more 0 if n is odd).

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    Geometry of scikit-learn's `make_moons` (Pedregosa et al., 2011, JMLR 12, 2825-2830), moved to
    the origin and divided by 1.5.

    Examples
    --------
    >>> x, labels = moons(100, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.abs(x[:, 0]).max() <= 1), bool(np.abs(x[:, 1]).max() <= 0.5)
    (True, True)
    """
    check_points("moons", n, noise, rng)
    labels = _labels(n)
    angle = np.pi * _shares(n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.array([1.0, 0.5]) - upper
    clean = (np.where(labels[:, None] == 0, upper, lower) - [0.5, 0.25]) / 1.5
    return _scatter(clean, labels, noise, rng)


def _labels(n: int) -> Labels:
    """Labels 0, 1, 0, 1, ... so that the classes are balanced for every n."""
    return np.arange(n, dtype=np.int64) % 2


def _shares(n: int) -> Floats:
    """Evenly spaced shares of a curve in (0, 1), the same for both classes of `_labels`."""
    per_class = (n + 1) // 2
    return (np.arange(n) // 2 + 0.5) / per_class


def _polar(radius: Floats, angle: Floats) -> Floats:
    """Points at a radius and an angle, the angle clockwise from straight up."""
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _scatter(
    clean: Floats, labels: Labels, noise: float, rng: np.random.Generator
) -> tuple[Points, Labels]:
    """Shift every point by noise times a unit normal, and mix the classes."""
    normals = rng.standard_normal(clean.shape)
    order = rng.permutation(len(clean))
    x = clean + noise * normals
    return x[order].astype(np.float32), labels[order]
