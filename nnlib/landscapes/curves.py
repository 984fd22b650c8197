"""Landscapes of one parameter: curves to walk along."""

from typing import Any

import numpy as np

from nnlib.landscapes.base import Landscape, frozen, newton, number


class Parabola(Landscape):
    r"""A parabola: the simplest minimum there is.

    .. math:: f = \tfrac12 \lambda\,(x - x_0)^2

    Gradient descent multiplies the distance to the minimum by 1 - ηλ at each step.

    Parameters
    ----------
    curvature : float
        λ, the second derivative, from 1e-9 to 1e9.
    minimum : float
        x₀, where the minimum lies, from -1e6 to 1e6.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Zhang, Lipton, Li and Smola (2023), "Dive into deep learning", section 12.3.1.

    Examples
    --------
    >>> curve = Parabola(2.0, 1.0)
    >>> curve
    Parabola((x - 1)²)
    >>> curve.value([[1.0], [3.0]])
    array([0., 4.])
    """

    def __init__(self, curvature: float, minimum: float) -> None:
        self.curvature = number("Parabola", "curvature", curvature, 1e-9, 1e9)
        minimum = number("Parabola", "minimum", minimum, -1e6, 1e6)
        factor = "" if self.curvature == 2 else f"{self.curvature / 2:g} "
        sign = "-" if minimum >= 0 else "+"
        inside = f"(x {sign} {abs(minimum):g})" if minimum else "x"
        super().__init__(
            "parabola",
            f"{factor}{inside}²",
            x_range=(minimum - 4, minimum + 4),
            y_range=(0.0, 8 * self.curvature),
            minima=[[minimum]],
            start=[minimum - 3],
        )

    def _value(self, x: Any) -> Any:
        return 0.5 * self.curvature * (x - self.minima[0, 0]) ** 2

    def _gradient(self, x: Any) -> tuple[Any, ...]:
        return (self.curvature * (x - self.minima[0, 0]),)

    def _hessian(self, x: Any) -> tuple[tuple[Any, ...], ...]:
        return ((self.curvature,),)


class DoubleWell(Landscape):
    r"""Two minima of different depth with a hump between them.

    .. math:: f = (u^2 - 1)^2 + t\,u, \qquad u = x / w

    With a tilt t above 0 the left minimum is the deeper one, and `start` lies on the right. There
    gradient descent with a learning rate of 0.1 ends in the shallow minimum; a momentum of 0.9
    carries it over the hump.

    Parameters
    ----------
    tilt : float
        t, from -1.5 to 1.5, and not between -0.01 and 0.01. Beyond ±8 / √27 ≈ ±1.54 the shallow
        minimum is gone.
    width : float
        w, about how far the minima lie from 0, from 1e-3 to 1e3.

    Attributes
    ----------
    minima : ndarray of shape (2, 1)
        The global minimum, then the shallow one.
    maximum : ndarray of shape (1,)
        The top of the hump, a local maximum.

    Raises
    ------
    ValueError
        If the tilt or the width is out of range.

    References
    ----------
    Strogatz (2015), "Nonlinear dynamics and chaos", section 3.6 (the same potential, a
    quarter as high: x⁴/4 - x²/2 - hx).

    Examples
    --------
    >>> curve = DoubleWell(0.3)
    >>> curve, curve.minima[:, 0].round(3), curve.maximum.round(3)
    (DoubleWell((x² - 1)² + 0.3 x), array([-1.036,  0.96 ]), array([0.075]))
    >>> curve.value(curve.minima).round(3)
    array([-0.305,  0.294])
    """

    def __init__(self, tilt: float = 0.3, *, width: float = 1.0) -> None:
        self.tilt = number("DoubleWell", "tilt", tilt, -1.5, 1.5)
        self.width = number("DoubleWell", "width", width, 1e-3, 1e3)
        if abs(self.tilt) < 0.01:
            raise ValueError(
                f"DoubleWell expects a tilt of at least 0.01 to either side, got {self.tilt:g}; "
                "with less the two minima are equally deep"
            )
        sign = 1.0 if self.tilt > 0 else -1.0
        # Where the slope 4u³ - 4u + t is zero: the deep minimum, the hump, the shallow minimum.
        roots = sign * np.sort(sign * np.roots([4.0, 0.0, -4.0, self.tilt]).real)
        deep, top, shallow = self.width * roots
        u = "x" if self.width == 1 else f"(x/{self.width:g})"
        end = 1.5 * self.width
        super().__init__(
            "two minima",
            f"({u}² - 1)² {'+' if sign > 0 else '-'} {abs(self.tilt):g} {u}",
            x_range=(-end, end),
            y_range=(-1.0, 1.0),
            minima=[[deep], [shallow]],
            start=[1.4 * sign * self.width],
        )
        self.minima = frozen(newton(self, self.minima))
        self.maximum = frozen(newton(self, [[top]])[0])
        highest = self.value([[-end], [end]]).max()
        self.y_range = (float(self.value(self.minima[0])), float(highest))

    def _value(self, x: Any) -> Any:
        u = x / self.width
        return (u**2 - 1) ** 2 + self.tilt * u

    def _gradient(self, x: Any) -> tuple[Any, ...]:
        u = x / self.width
        return ((4 * u * (u**2 - 1) + self.tilt) / self.width,)

    def _hessian(self, x: Any) -> tuple[tuple[Any, ...], ...]:
        return (((12 * (x / self.width) ** 2 - 4) / self.width**2,),)
