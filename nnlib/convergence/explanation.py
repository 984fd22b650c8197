"""Why a run diverged, in a sentence or two."""

import numpy as np
import numpy.typing as npt

from nnlib.convergence._checks import Floats, check_momenta, check_rates, finite
from nnlib.convergence.rates import learning_rate_limit

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def explain_divergence(
    hessian: npt.ArrayLike,
    learning_rate: float,
    momentum: float = 0.0,
    *,
    tried: float | None = None,
) -> str:
    r"""Say why gradient descent diverged, from the Hessian at a point of its path.

    It names the direction of the largest eigenvalue λ of the Hessian, the limit 2 (1 + γ) / λ if
    the learning rate reaches it, and a learning rate below. If no limit was reached here, it says
    so; and if the curvature is negative along some direction, it says that no learning rate
    converges there.

    Parameters
    ----------
    hessian : array_like of shape (d, d)
        Symmetric, no entry above 1e150: `landscape.hessian(point)`, best at a point early on the
        path, because a curvature far out says little about the step that led there.
    learning_rate : float
        η, above 0.
    momentum : float
        γ, in [0, 1).
    tried : float, optional
        A learning rate that was seen not to diverge from the same start. Where the curvature is
        not the same everywhere it is named, in place of one that this curvature suggests.

    Returns
    -------
    str
        Complete sentences.

    Raises
    ------
    ValueError
        If the Hessian is not square, symmetric and finite, or a setting is out of range.
    TypeError
        If an argument is not made of numbers.

    References
    ----------
    Goh (2017), "Why momentum really works", Distill, doi:10.23915/distill.00006.

    Examples
    --------
    >>> from nnlib.landscapes import valley
    >>> print(explain_divergence(valley().hessian([0, 0]), 0.51))
    The learning rate 0.51 is above the limit 2/λ = 0.5 along x₂ (curvature λ = 4). With this
    curvature, 0.45 would not have diverged.
    """
    matrix = _symmetric(hessian)
    rate = _single("learning_rate", check_rates("explain_divergence", learning_rate))
    kept = _single("momentum", check_momenta("explain_divergence", momentum))
    if rate == 0:
        raise ValueError(
            "explain_divergence expects a learning_rate above 0, got 0, with which nothing moves"
        )
    curvatures, directions = np.linalg.eigh(matrix)  # ascending; directions are the columns
    curvatures[np.abs(curvatures) <= 1e-12 * np.abs(curvatures).max()] = 0.0  # rounding
    limit = float(learning_rate_limit(curvatures[-1], kept)) if curvatures[-1] > 0 else np.inf
    sentences = []
    if rate >= limit:
        sentences.append(_limit_passed(curvatures, directions, rate, kept, limit))
    if tried is not None:
        if rate < limit and curvatures[0] >= 0:
            sentences.append(_limit_kept(curvatures, rate, kept, limit))
        sentences.append(f"From the same start, {tried:.2g} did not diverge.")
        return " ".join(sentences)
    if curvatures[0] < 0:
        sentences.append(_falls_away(curvatures, directions))
    elif rate >= limit:
        # Rounded to two digits, nine tenths of the limit are still below it.
        sentences.append(f"With this curvature, {0.9 * limit:.2g} would not have diverged.")
    if rate < limit:
        if curvatures[0] >= 0:
            sentences.append(_limit_kept(curvatures, rate, kept, limit))
        sentences.append(f"Try a smaller rate, such as {rate / 2:.2g}.")
    return " ".join(sentences)


def _limit_passed(
    curvatures: Floats, directions: Floats, rate: float, kept: float, limit: float
) -> str:
    """The learning rate is too large for the largest curvature."""
    shown, bound = _told_apart(rate, limit)
    return (
        f"The learning rate {shown} is {'above' if rate > limit else 'at'} the limit "
        f"{_formula(kept)} = {bound} {_along(curvatures, directions, -1)} "
        f"(curvature λ = {curvatures[-1]:.4g})."
    )


def _limit_kept(curvatures: Floats, rate: float, kept: float, limit: float) -> str:
    """The learning rate is not too large for any curvature at this point."""
    if curvatures[-1] == 0:
        return (
            "There is no curvature at this point: it broke because of that elsewhere on the path."
        )
    shown, bound = _told_apart(rate, limit)
    return (
        f"At this point the learning rate {shown} is below the limit {_formula(kept)} = {bound} "
        f"(largest curvature λ = {curvatures[-1]:.4g}): it broke because the curvature is larger "
        "elsewhere on the path."
    )


def _falls_away(curvatures: Floats, directions: Floats) -> str:
    """The curvature is negative along some direction."""
    where = _along(curvatures, directions, 0)
    return (
        f"{where[0].upper()}{where[1:]} the curvature is negative ({curvatures[0]:.4g}): the "
        "surface falls away to both sides, and no learning rate converges at this point."
    )


def _formula(kept: float) -> str:
    """The limit in symbols."""
    return f"2 (1 + {kept:g})/λ" if kept else "2/λ"


def _told_apart(rate: float, limit: float) -> tuple[str, str]:
    """Both numbers, with as many digits as it takes to see which one is larger."""
    digits = 4
    while digits < 17 and rate != limit and f"{rate:.{digits}g}" == f"{limit:.{digits}g}":
        digits += 1
    return f"{rate:.{digits}g}", f"{limit:.{digits}g}"


def _along(curvatures: Floats, directions: Floats, index: int) -> str:
    """Where an eigenvector points, in words."""
    if curvatures.size == 1:
        return "along x"
    if np.isclose(curvatures, curvatures[index], rtol=1e-9, atol=0.0).all():
        return "in every direction"
    direction = directions[:, index]
    strongest = int(np.abs(direction).argmax())
    if abs(direction[strongest]) > 0.9999:  # within one degree of an axis
        return f"along x{str(strongest + 1).translate(_SUBSCRIPTS)}"
    rounded = np.round(direction * np.sign(direction[strongest]), 2) + 0.0  # no -0.00
    return f"along ({', '.join(f'{part:.2f}' for part in rounded)})"


def _symmetric(hessian: npt.ArrayLike) -> Floats:
    """The Hessian as a square, symmetric matrix."""
    matrix = finite("explain_divergence", "hessian", hessian)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(
            f"explain_divergence expects hessian of shape (d, d), got {matrix.shape}; "
            "pass landscape.hessian(point) for a single point"
        )
    if np.abs(matrix).max() > 1e150:
        raise ValueError(
            "explain_divergence expects a hessian without entries above 1e150, got "
            f"{np.abs(matrix).max():.3g}; take it at a point nearer to the minimum"
        )
    if not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-9 * np.abs(matrix).max()):
        raise ValueError(
            "explain_divergence expects a symmetric hessian, got one that differs from its "
            "transpose; (H + H.T) / 2 is symmetric"
        )
    return matrix


def _single(argument: str, numbers: Floats) -> float:
    """The only number of an array without axes."""
    if numbers.ndim != 0:
        raise ValueError(
            f"explain_divergence expects {argument} to be one number, got shape {numbers.shape}"
        )
    return float(numbers)
