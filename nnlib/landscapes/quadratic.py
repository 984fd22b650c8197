"""The landscape of all theory: a valley with straight axes, and two ready-made ones."""

import math
from typing import Any

import numpy as np

from nnlib.landscapes.base import Landscape, frozen, number


class Quadratic(Landscape):
    r"""A valley with straight axes: the model of every minimum, seen from close by.

    .. math:: f = \tfrac12 (\lambda_1 u^2 + \lambda_2 v^2)

    u and v are x₁ and x₂ turned by an angle. λ₁ and λ₂ are the eigenvalues of the Hessian, the
    same everywhere: the curvatures along the two axes.

    Parameters
    ----------
    small, large : float
        λ₁ and λ₂, from 1e-9 to 1e9, with small <= large.
    angle : float
        How far the axis of λ₁ is turned from x₁ towards x₂, in radians.

    Attributes
    ----------
    eigenvalues : tuple of float
        (λ₁, λ₂).
    kappa : float
        κ = λ₂ / λ₁, the condition number.

    Raises
    ------
    ValueError
        If a curvature or the angle is out of range, or small > large.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep learning", section 4.3.1 (what the eigenvalues
    of the Hessian say of a step of gradient descent).

    Examples
    --------
    >>> landscape = Quadratic(1.0, 10.0)
    >>> landscape, landscape.kappa
    (Quadratic(0.5 x₁² + 5 x₂²), 10.0)
    >>> landscape.value([[1.0, 0.0], [0.0, 1.0]])
    array([0.5, 5. ])
    >>> Quadratic(1.0, 10.0, angle=np.pi / 2).value([[1.0, 0.0], [0.0, 1.0]])
    array([5. , 0.5])
    """

    def __init__(self, small: float, large: float, *, angle: float = 0.0) -> None:
        small = number("Quadratic", "small", small, 1e-9, 1e9)
        large = number("Quadratic", "large", large, 1e-9, 1e9)
        if small > large:
            raise ValueError(
                f"Quadratic expects small <= large, got {small:g} and {large:g}; swap them, and "
                "turn by angle=np.pi / 2 if the other axis should be the steep one"
            )
        self.angle = number("Quadratic", "angle", angle, -1e3, 1e3)
        self.eigenvalues = (small, large)
        self.kappa = large / small
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        mixed = (small - large) * cos * sin
        self._matrix = frozen(
            [[small * cos**2 + large * sin**2, mixed], [mixed, small * sin**2 + large * cos**2]]
        )
        super().__init__(
            "round bowl" if small == large else "valley",
            self._formula(),
            x_range=(-5.0, 5.0),
            y_range=(-5.0, 5.0),
            minima=[[0.0, 0.0]],
            start=[-3 * cos - 2 * sin, -3 * sin + 2 * cos],  # u = -3, v = 2
        )

    def _formula(self) -> str:
        """The formula, in x₁ and x₂ where the axes are not turned."""
        small, large = (
            "" if half == 1 else f"{half:g} " for half in np.array(self.eigenvalues) / 2
        )
        if self.angle == 0 or small == large:
            return f"{small}x₁² + {large}x₂²"
        return f"{small}u² + {large}v², turned by {math.degrees(self.angle):.3g}°"

    def _value(self, x1: Any, x2: Any) -> Any:
        small, large = self.eigenvalues
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        u, v = cos * x1 + sin * x2, cos * x2 - sin * x1
        return 0.5 * (small * u**2 + large * v**2)

    def _gradient(self, x1: Any, x2: Any) -> tuple[Any, ...]:
        (h11, h12), (_, h22) = self._matrix
        return h11 * x1 + h12 * x2, h12 * x1 + h22 * x2

    def _hessian(self, x1: Any, x2: Any) -> tuple[tuple[Any, ...], ...]:
        return tuple(tuple(row) for row in self._matrix)


def bowl() -> Quadratic:
    """Return x₁² + x₂², which curves by 2 in every direction.

    Examples
    --------
    >>> bowl()
    Quadratic(x₁² + x₂²)
    """
    return Quadratic(2.0, 2.0)


def valley() -> Quadratic:
    """Return 0.1 x₁² + 2 x₂², twenty times as steep across as along.

    References
    ----------
    Zhang, Lipton, Li and Smola (2023), "Dive into deep learning", section 12.6.1.

    Examples
    --------
    >>> valley(), valley().eigenvalues
    (Quadratic(0.1 x₁² + 2 x₂²), (0.2, 4.0))
    """
    return Quadratic(0.2, 4.0)
