"""What a layer makes of its input, and which part of the input matters."""

import numpy as np

from nnlib.kernels.types import Array, Labels
from nnlib.losses import Loss
from nnlib.network import Sequential


def hidden_space(network: Sequential, x: Array, layer: int) -> Array:
    """Return where a layer puts each sample: its output, one row for each sample.

    Parameters
    ----------
    network : Sequential
    x : ndarray of shape (batch, ...)
    layer : int
        Index in `network.layers`; -1 is the last.

    Returns
    -------
    ndarray of shape (batch, units)
        Outputs with more axes, such as images, are flattened.

    Raises
    ------
    IndexError
        If there is no such layer.

    Examples
    --------
    >>> from nnlib import Dense, Tanh
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    >>> hidden_space(network, np.zeros((4, 2), dtype=np.float32), 1).shape
    (4, 3)
    """
    count = len(network.layers)
    if not -count <= layer < count:
        raise IndexError(
            f"hidden_space expects a layer from 0 to {count - 1}, got {layer}; "
            "network.summary() lists them"
        )
    output = network.trace(x)[layer]
    return output.reshape(len(output), -1)  # (batch, ...) -> (batch, units)


def sensitivity_map(
    network: Sequential,
    x: Array,
    *,
    unit: int | None = None,
    loss: Loss | None = None,
    y: Array | Labels | None = None,
) -> Array:
    r"""Return how much each number of the input moves an output unit, or the loss.

    .. math:: S = \partial a_{unit} / \partial x \quad\text{or}\quad \partial L / \partial x

    Parameters
    ----------
    network : Sequential
        With outputs of shape (batch, units).
    x : ndarray of shape (batch, ...)
    unit : int, optional
        Which output, from 0. Give this,
    loss : Loss, optional
        or this, with
    y : ndarray, optional
        the targets.

    Returns
    -------
    ndarray of the shape of `x`
        Each sample's own gradient; that of the loss is divided by the size of the batch.

    Raises
    ------
    TypeError
        If not exactly one of `unit` and `loss` is given, or `loss` without `y`.
    IndexError
        If there is no such unit.

    References
    ----------
    Simonyan, Vedaldi and Zisserman (2014), "Deep inside convolutional networks", section 3.

    Examples
    --------
    >>> from nnlib import Dense
    >>> network = Sequential(Dense(2, 1, rng=np.random.default_rng(0)))
    >>> network.layers[0].weight.value[:] = [[3.0], [-4.0]]
    >>> sensitivity_map(network, np.zeros((1, 2), dtype=np.float32), unit=0)
    array([[ 3., -4.]], dtype=float32)
    """
    if (unit is None) == (loss is None) or (loss is None) != (y is None):
        raise TypeError("sensitivity_map expects either unit=, or loss= together with y=")
    prediction = network.forward(x)
    if loss is not None and y is not None:
        return network.backward(loss.gradient(prediction, y))
    units = prediction.shape[1]
    if unit is None or not 0 <= unit < units:
        raise IndexError(f"sensitivity_map expects a unit from 0 to {units - 1}, got {unit}")
    grad = np.zeros_like(prediction)
    grad[:, unit] = 1
    return network.backward(grad)


def principal_components(x: Array, count: int) -> Array:
    """Return the directions in which data spread most, as rows.

    Parameters
    ----------
    x : ndarray of shape (samples, features)
    count : int
        How many, at most as many as there are samples and features.

    Returns
    -------
    ndarray of shape (count, features)
        Orthogonal, of length 1, the widest spread first. Signs are arbitrary.

    Raises
    ------
    ValueError
        If `count` is out of range, or `x` is not a finite table.

    References
    ----------
    Bishop (2006), "Pattern recognition and machine learning", section 12.1.

    Examples
    --------
    >>> x = np.array([[-3.0, 0.1], [0.0, -0.2], [3.0, 0.1]])
    >>> np.abs(principal_components(x, 1)).round(3)
    array([[1., 0.]])
    """
    x = _table("principal_components", "x", x)
    if not 1 <= count <= min(x.shape):
        raise ValueError(
            f"principal_components expects count from 1 to {min(x.shape)} for x of shape "
            f"{x.shape}, got {count}"
        )
    directions: Array = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2]
    return directions[:count]


def principal_angles(a: Array, b: Array) -> Array:
    r"""Return the angles between two subspaces, each spanned by the rows of a matrix.

    .. math:: \cos \theta_i = \sigma_i(Q_a^T Q_b)

    with orthonormal bases Q and singular values σ. Angles of 0 mean that the smaller subspace
    lies in the other.

    Parameters
    ----------
    a : ndarray of shape (k, features)
        Such as the weights of a decoder, (code, features).
    b : ndarray of shape (m, features)
        Such as the principal components of the data.

    Returns
    -------
    ndarray of shape (min(rank a, rank b),)
        In radians, between 0 and π/2, smallest first. Exact to about 1e-7.

    Raises
    ------
    ValueError
        If the matrices are not finite, of different widths, or all zero.

    References
    ----------
    Björck and Golub (1973), "Numerical methods for computing angles between linear subspaces",
    Mathematics of Computation 27, 579-594.

    Examples
    --------
    >>> floor, wall = np.array([[1.0, 0, 0], [0, 1, 0]]), np.array([[0, 2.0, 0], [0, 0, 1]])
    >>> np.degrees(principal_angles(floor, wall)).round(3)
    array([ 0., 90.])
    """
    a, b = _table("principal_angles", "a", a), _table("principal_angles", "b", b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"principal_angles expects rows of one length, got {a.shape[1]} and {b.shape[1]}; "
            "transpose a matrix whose columns span the subspace"
        )
    cosines = np.linalg.svd(_basis(a) @ _basis(b).T, compute_uv=False)
    angles: Array = np.arccos(np.minimum(cosines, 1.0))
    return angles


def _basis(rows: Array) -> Array:
    """Orthonormal rows that span the same subspace."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    if sizes[0] == 0:
        raise ValueError("principal_angles expects subspaces with a direction, got only zeros")
    # Rows that came from float32 are dependent to within its rounding only.
    kept: Array = directions[sizes > 1e-6 * sizes[0]]
    return kept


def _table(name: str, argument: str, rows: Array) -> Array:
    """The rows as float64, if they are a finite table that is not empty."""
    if np.ndim(rows) != 2 or np.size(rows) == 0 or not np.isfinite(rows).all():
        raise ValueError(
            f"{name} expects {argument} to be a finite array of shape (rows, features), "
            f"got shape {np.shape(rows)}"
        )
    return np.asarray(rows, dtype=np.float64)
