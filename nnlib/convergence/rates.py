r"""What theory says of gradient descent with momentum near a minimum.

On a quadratic landscape the axes of the Hessian do not disturb each other. Along each of them, with
curvature λ, a step of `SGD` is a fixed 2 x 2 matrix:

.. math:: \begin{pmatrix} v \\ x \end{pmatrix} \leftarrow
          \begin{pmatrix} \gamma & \lambda \\ -\eta\gamma & 1 - \eta\lambda \end{pmatrix}
          \begin{pmatrix} v \\ x \end{pmatrix}

Its eigenvalues solve r² - (1 + γ - ηλ) r + γ = 0, and all that follows is read off them. γ is the
momentum that `SGD` takes, with v <- γ v + gradient.
"""

import math

import numpy as np
import numpy.typing as npt

from nnlib.convergence._checks import (
    Floats,
    check_curvatures,
    check_momenta,
    check_rates,
    check_shapes,
    finite,
)


def learning_rate_limit(curvature: npt.ArrayLike, momentum: npt.ArrayLike = 0.0) -> Floats:
    r"""Return the learning rate from which on gradient descent no longer converges.

    .. math:: \eta < \frac{2 (1 + \gamma)}{\lambda}

    Parameters
    ----------
    curvature : array_like
        λ, above 0. In more than one dimension the largest eigenvalue of the Hessian decides.
    momentum : array_like
        γ, in [0, 1).

    Returns
    -------
    ndarray
        In the common shape of the arguments.

    Raises
    ------
    ValueError
        If a number is out of range, or the shapes do not broadcast.
    TypeError
        If an argument is not made of numbers.

    References
    ----------
    Goh (2017), "Why momentum really works", Distill, doi:10.23915/distill.00006, "The dynamics
    of momentum"; Polyak (1964), "Some methods of speeding up the convergence of iteration methods".

    Examples
    --------
    >>> learning_rate_limit(4.0, [0.0, 0.5])
    array([0.5 , 0.75])
    """
    name = "learning_rate_limit"
    curvatures, momenta = finite(name, "curvature", curvature), check_momenta(name, momentum)
    if (curvatures <= 0).any():
        raise ValueError(
            f"{name} expects a curvature above 0, got {curvatures[curvatures <= 0][0]:g}; "
            "without positive curvature there is no minimum to converge to"
        )
    check_shapes(name, curvatures, momenta)
    with np.errstate(over="ignore"):
        limit: Floats = 2 * (1 + momenta) / curvatures
    return limit


def spectral_radius(
    learning_rate: npt.ArrayLike, curvature: npt.ArrayLike, momentum: npt.ArrayLike = 0.0
) -> Floats:
    r"""Return the factor by which each step shrinks the distance to the minimum, in the long run.

    With d = 1 + γ - ηλ:

    .. math:: \rho = \begin{cases} \sqrt\gamma & \text{if } d^2 < 4\gamma \\
                     \tfrac12 (|d| + \sqrt{d^2 - 4\gamma}) & \text{otherwise} \end{cases}

    Below 1 the steps converge, above 1 they diverge. Without momentum it is |1 - ηλ|.

    Parameters
    ----------
    learning_rate : array_like
        η, 0 or more.
    curvature : array_like
        λ, of any sign.
    momentum : array_like
        γ, in [0, 1).

    Returns
    -------
    ndarray
        ρ, in the common shape of the arguments.

    Raises
    ------
    ValueError
        If a number is out of range, or the shapes do not broadcast.
    TypeError
        If an argument is not made of numbers.

    References
    ----------
    Goh (2017), "Why momentum really works", Distill, "The dynamics of momentum".

    Examples
    --------
    >>> spectral_radius([0.49, 0.5, 0.51], 4.0)
    array([0.96, 1.  , 1.04])
    >>> spectral_radius([0.1, 0.2, 0.3], 4.0, 0.81)  # the learning rate does not matter here
    array([0.9, 0.9, 0.9])
    """
    trace, momenta = _trace("spectral_radius", learning_rate, curvature, momentum)
    double = 2 * np.sqrt(momenta)
    with np.errstate(over="ignore"):
        root = np.sqrt(np.maximum(np.abs(trace) - double, 0)) * np.sqrt(np.abs(trace) + double)
    radius: Floats = np.maximum((np.abs(trace) + root) / 2, double / 2)
    return radius


def oscillates(
    learning_rate: npt.ArrayLike, curvature: npt.ArrayLike, momentum: npt.ArrayLike = 0.0
) -> npt.NDArray[np.bool_]:
    r"""Tell whether the steps swing about the minimum, with eigenvalues that are complex.

    .. math:: (1 - \sqrt\gamma)^2 < \eta\lambda < (1 + \sqrt\gamma)^2

    Inside, the spectral radius is √γ whatever the learning rate. Never so without momentum: the
    jumps from side to side for ηλ > 1 come from an eigenvalue that is real and negative.

    Parameters
    ----------
    learning_rate, curvature, momentum : array_like
        As for `spectral_radius`.

    Returns
    -------
    array of bool
        In the common shape of the arguments.

    Raises
    ------
    ValueError
        If a number is out of range, or the shapes do not broadcast.
    TypeError
        If an argument is not made of numbers.

    References
    ----------
    Goh (2017), "Why momentum really works", Distill, "The dynamics of momentum".

    Examples
    --------
    >>> oscillates(0.1, [0.02, 4.0, 40.0], 0.81)
    array([False,  True, False])
    """
    trace, momenta = _trace("oscillates", learning_rate, curvature, momentum)
    inside: npt.NDArray[np.bool_] = np.abs(trace) < 2 * np.sqrt(momenta)
    return inside


def optimal_gradient_descent(small: float, large: float) -> tuple[float, float]:
    r"""Return the learning rate at which plain gradient descent converges fastest, and how fast.

    .. math:: \eta = \frac{2}{\lambda_1 + \lambda_2}, \qquad \rho = \frac{\kappa - 1}{\kappa + 1}

    Parameters
    ----------
    small, large : float
        λ₁ <= λ₂, the smallest and the largest curvature, above 0.

    Returns
    -------
    learning_rate : float
    rate : float
        ρ: each step multiplies the distance to the minimum by it.

    Raises
    ------
    ValueError
        If the curvatures are not finite numbers with 0 < small <= large.

    References
    ----------
    Nesterov (2004), "Introductory lectures on convex optimization", theorem 2.1.15; Goh (2017),
    "Why momentum really works", Distill, "Choosing a step-size".

    Examples
    --------
    >>> learning_rate, rate = optimal_gradient_descent(1.0, 100.0)
    >>> round(learning_rate, 4), round(rate, 4)
    (0.0198, 0.9802)

    It takes 346 steps to a thousandth of the distance:

    >>> from nnlib import SGD
    >>> from nnlib.landscapes import Quadratic, descend
    >>> path = descend(Quadratic(1, 100), lambda point: SGD(point, learning_rate), [1, 1], 400)
    >>> path.steps_until(1e-3, [0, 0])
    346
    """
    small, large = check_curvatures("optimal_gradient_descent", small, large)
    return 2 / (small + large), (large - small) / (large + small)


def optimal_momentum(small: float, large: float) -> tuple[float, float, float]:
    r"""Return the settings at which gradient descent with momentum converges fastest.

    .. math:: \eta = \left(\frac{2}{\sqrt{\lambda_1} + \sqrt{\lambda_2}}\right)^2, \qquad
              \gamma = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2, \qquad
              \rho = \sqrt\gamma

    Momentum takes the root of κ. The two eigenvalues of each extreme axis coincide, so after n
    steps the distance is about (1 + c n) ρⁿ: counts of steps are above log(tolerance) / log(ρ),
    and depend on the start.

    Parameters
    ----------
    small, large : float
        λ₁ <= λ₂, the smallest and the largest curvature, above 0.

    Returns
    -------
    learning_rate, momentum : float
    rate : float
        ρ: in the long run each step multiplies the distance to the minimum by it.

    Raises
    ------
    ValueError
        If the curvatures are not finite numbers with 0 < small <= large.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Goh (2017),
    "Why momentum really works", Distill, "Optimal parameters".

    Examples
    --------
    >>> learning_rate, momentum, rate = optimal_momentum(1.0, 100.0)
    >>> round(learning_rate, 4), round(momentum, 4), round(rate, 4)
    (0.0331, 0.6694, 0.8182)

    From a start as far along one axis as along the other it takes 56 steps to a thousandth of the
    distance, where gradient descent takes 346:

    >>> from nnlib import SGD
    >>> from nnlib.landscapes import Quadratic, descend
    >>> def momentum_sgd(point):
    ...     return SGD(point, learning_rate, momentum=momentum)
    >>> descend(Quadratic(1, 100), momentum_sgd, [1, 1], 100).steps_until(1e-3, [0, 0])
    56
    """
    small, large = check_curvatures("optimal_momentum", small, large)
    slow, fast = math.sqrt(small), math.sqrt(large)
    rate = (fast - slow) / (fast + slow)
    return (2 / (slow + fast)) ** 2, rate**2, rate


def _trace(
    name: str, learning_rate: npt.ArrayLike, curvature: npt.ArrayLike, momentum: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """1 + γ - ηλ, the sum of the eigenvalues, and γ, their product."""
    rates, momenta = check_rates(name, learning_rate), check_momenta(name, momentum)
    curvatures = finite(name, "curvature", curvature)
    check_shapes(name, rates, curvatures, momenta)
    with np.errstate(over="ignore"):
        trace: Floats = 1 + momenta - rates * curvatures
    return trace, momenta
