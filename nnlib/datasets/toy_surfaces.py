"""Points on surfaces over the plane: numbers to predict.

As in `toy_classes`, a larger `noise` with the same seed moves the same numbers further.
"""

import numpy as np
import numpy.typing as npt

from nnlib.datasets._checks import check_points

Points = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


def regression_plane(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Points]:
    """Points on a tilted plane: target = (x[0] + x[1]) / 2.

    Inputs are uniform in [-1, 1] x [-1, 1]; targets lie in [-1, 1] without noise.

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation, in the units of x, of a normal shift of the place where the target is
        read off. The inputs stay where they are; the targets change.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
        Inputs.
    targets : float32 array of shape (n, 1)
        Height of the plane.

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    After TensorFlow Playground, `dataset.ts`, `regressPlane` (Smilkov et al., 2017,
    arXiv:1708.03788), scaled so that the targets fill [-1, 1].

    Examples
    --------
    >>> import numpy as np
    >>> x, targets = regression_plane(100, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(targets[:, 0], x.mean(axis=1), atol=1e-6))
    True
    """
    check_points("regression_plane", n, noise, rng)
    x, measured_at = _inputs_and_places(n, noise, rng)
    targets = measured_at.mean(axis=1, keepdims=True)  # (n, 1)
    return x.astype(np.float32), targets.astype(np.float32)


def regression_hills(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Points, Points]:
    """Points on a flat plain with three cone-shaped hills and three pits.

    The six cones stand on a grid of three columns (x[0] = -2/3, 0, 2/3) and two rows
    (x[1] = 5/12, -5/12), hills (+1) and pits (-1) in turn. At the distance d from the centre of a
    cone the target is +-max(0, 1 - 3 d). Inputs are uniform in [-1, 1] x [-1, 1].

    Parameters
    ----------
    n : int
        Number of points, at least 2.
    noise : float
        Standard deviation, in the units of x, of a normal shift of the place where the target is
        read off. The inputs stay where they are; the targets change.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, 2)
        Inputs.
    targets : float32 array of shape (n, 1)
        Height, between -1 and 1.

    Raises
    ------
    ValueError
        If `n` < 2, or `noise` is negative or not finite.
    TypeError
        If `n` is not an int, `noise` not a number, or `rng` missing or not a generator.

    References
    ----------
    Geometry of TensorFlow Playground, `dataset.ts`, `regressGaussian` (Smilkov et al., 2017,
    arXiv:1708.03788), divided by 6.

    Examples
    --------
    >>> import numpy as np
    >>> x, targets = regression_hills(1000, noise=0.0, rng=np.random.default_rng(0))
    >>> targets.shape, bool(np.abs(targets).max() <= 1)
    ((1000, 1), True)
    """
    check_points("regression_hills", n, noise, rng)
    x, measured_at = _inputs_and_places(n, noise, rng)
    centers = np.array(
        [[column, row] for row in (5 / 12, -5 / 12) for column in (-2 / 3, 0, 2 / 3)]
    )
    signs = np.array([1, -1, 1, -1, 1, -1])
    distance = np.linalg.norm(measured_at[:, None, :] - centers, axis=2)  # (n, 6)
    heights = np.maximum(0.0, 1.0 - 3.0 * distance)  # the cones touch but do not overlap
    targets = (heights @ signs)[:, None]  # (n, 1)
    return x.astype(np.float32), targets.astype(np.float32)


def _inputs_and_places(n: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Uniform inputs, and the places nearby where their targets are read off."""
    x = rng.uniform(-1.0, 1.0, size=(n, 2))
    return x, x + noise * rng.standard_normal((n, 2))
