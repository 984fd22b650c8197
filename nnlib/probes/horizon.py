"""How far back in time a gradient reaches."""

import math
from dataclasses import dataclass

import numpy as np

from nnlib.kernels.types import Array

FAR = 1e100  # a gradient that has grown so much explodes; further products would overflow


@dataclass(frozen=True, eq=False)
class Horizon:
    """What is left of a gradient after each step back in time.

    Attributes
    ----------
    norms : ndarray of shape (steps + 1,)
        Norm of the product of k Jacobians, for k = 0, 1, ...; the first is 1.
    measured : int or None
        First k at which the norm is below the threshold; None if that was not reached.
    theory : float
        log(threshold) / log(ρ), with ρ the spectral radius of one Jacobian: the number of steps
        if the norm shrank by ρ each time. Infinite for ρ of 1 or more.
    """

    norms: Array
    measured: int | None
    theory: float


def spectral_radius(matrix: Array) -> float:
    r"""Largest modulus of an eigenvalue: how much a matrix stretches when applied many times.

    .. math:: \rho(W) = \max_i |\lambda_i|

    Parameters
    ----------
    matrix : ndarray of shape (n, n)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the matrix is not square, empty or not finite.

    References
    ----------
    Horn and Johnson (2013), "Matrix Analysis", section 5.6.

    Examples
    --------
    >>> spectral_radius(np.array([[0.0, -0.5], [0.5, 0.0]]))  # a turn by 90 degrees that halves
    0.5
    """
    return float(np.abs(np.linalg.eigvals(_square("spectral_radius", matrix))).max())


def gradient_horizon(
    weight: Array, *, slope: float = 1.0, threshold: float = 1e-3, max_steps: int = 1000
) -> Horizon:
    r"""Count the steps back in time until a gradient is a small part of itself.

    A recurrent layer h_t = f(h_{t-1} W + ...) passes a gradient back through one step as

    .. math:: \frac{\partial L}{\partial h_{t-1}} =
              \Big(\frac{\partial L}{\partial h_t} \odot f'(z_t)\Big) W^T

    so after k steps it has met k such Jacobians. Here f' is one number, `slope`, and what is
    measured is the largest factor that the product can have on any gradient, its spectral norm.
    In the long run that shrinks by ρ(slope W) each step, at first it may do otherwise.

    Parameters
    ----------
    weight : ndarray of shape (hidden, hidden)
        W, from state to state.
    slope : float
        f', such as the mean of 1 - h² for tanh.
    threshold : float
        Below this share of itself a gradient counts as gone; between 0 and 1.
    max_steps : int
        Steps after which to stop.

    Returns
    -------
    Horizon

    Raises
    ------
    ValueError
        If the matrix is not square or not finite, or a number is out of range.

    References
    ----------
    Bengio, Simard and Frasconi (1994), "Learning long-term dependencies with gradient descent is
    difficult"; Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent
    neural networks".

    Examples
    --------
    >>> horizon = gradient_horizon(0.9 * np.eye(3))
    >>> horizon.measured, round(horizon.theory, 2)  # 0.9^66 = 0.00095
    (66, 65.56)
    """
    weight = _square("gradient_horizon", weight)
    if not 0 < threshold < 1 or not math.isfinite(slope) or max_steps < 1:
        raise ValueError(
            "gradient_horizon expects a threshold between 0 and 1, a finite slope and max_steps of "
            f"1 or more, got {threshold}, {slope} and {max_steps}"
        )
    jacobian = slope * weight.astype(np.float64).T
    norms, product, measured = [1.0], np.eye(len(jacobian)), None
    while len(norms) <= max_steps and measured is None and norms[-1] < FAR:
        product = product @ jacobian
        norms.append(float(np.linalg.norm(product, 2)))
        if norms[-1] < threshold:
            measured = len(norms) - 1
    rho = spectral_radius(jacobian)
    theory = 0.0 if rho == 0 else math.log(threshold) / math.log(rho) if rho < 1 else math.inf
    return Horizon(np.array(norms), measured, theory)


def _square(name: str, matrix: Array) -> Array:
    """The matrix, if it is square, finite and not empty."""
    shape = np.shape(matrix)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] == 0:
        raise ValueError(
            f"{name} expects a square matrix, got shape {shape}; of a recurrent layer, take the "
            "weights from state to state"
        )
    matrix = np.asarray(matrix)
    if not np.isfinite(matrix).all():
        raise ValueError(f"{name} expects finite numbers, got NaN or infinity in the matrix")
    return matrix
