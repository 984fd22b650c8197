"""Landscapes of two parameters that no single learning rate suits everywhere."""

from typing import Any

from nnlib.landscapes.base import Landscape, frozen, newton, number


class Rosenbrock(Landscape):
    r"""A bent valley: down its walls is easy, along its floor is slow.

    .. math:: f = (a - x_1)^2 + b\,(x_2 - x_1^2)^2

    The floor is the parabola x₂ = x₁², and the minimum, 0, lies on it at (a, a²).

    Parameters
    ----------
    a : float
        x₁ of the minimum, from -100 to 100.
    b : float
        How steep the walls are, from 1e-6 to 1e6.

    Raises
    ------
    ValueError
        If `a` or `b` is out of range.

    References
    ----------
    Rosenbrock (1960), "An automatic method for finding the greatest or least value of a function",
    The Computer Journal 3(3); the usual start (-1.2, 1) is his.

    Examples
    --------
    >>> Rosenbrock().value([[-1.2, 1.0], [1.0, 1.0]])
    array([24.2,  0. ])
    """

    def __init__(self, a: float = 1.0, b: float = 100.0) -> None:
        self.a = number("Rosenbrock", "a", a, -100.0, 100.0)
        self.b = number("Rosenbrock", "b", b, 1e-6, 1e6)
        size = abs(self.a) or 1.0  # a = 1 gives the usual picture, others the same one scaled
        super().__init__(
            "bent valley",
            f"({self.a:g} - x₁)² + {self.b:g} (x₂ - x₁²)²",
            x_range=(-2 * size, 2 * size),
            y_range=(-(size**2), 3 * size**2),
            minima=[[self.a, self.a**2]],
            start=[-1.2 * (self.a or 1.0), size**2],
        )

    def _value(self, x1: Any, x2: Any) -> Any:
        return (self.a - x1) ** 2 + self.b * (x2 - x1**2) ** 2

    def _gradient(self, x1: Any, x2: Any) -> tuple[Any, ...]:
        above = x2 - x1**2
        return -2 * (self.a - x1) - 4 * self.b * x1 * above, 2 * self.b * above

    def _hessian(self, x1: Any, x2: Any) -> tuple[tuple[Any, ...], ...]:
        mixed = -4 * self.b * x1
        return (2 + 4 * self.b * (3 * x1**2 - x2), mixed), (mixed, 2 * self.b)


class Himmelblau(Landscape):
    r"""Four minima of the same depth: the start decides which one is found.

    .. math:: f = (x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2

    The minima, all 0, lie at (3, 2) and near (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848).

    References
    ----------
    Himmelblau (1972), "Applied nonlinear programming", McGraw-Hill.

    Examples
    --------
    >>> landscape = Himmelblau()
    >>> landscape.minima.round(6)
    array([[ 3.      ,  2.      ],
           [-2.805118,  3.131313],
           [-3.77931 , -3.283186],
           [ 3.584428, -1.848127]])
    """

    def __init__(self) -> None:
        near = [[3.0, 2.0], [-2.805, 3.131], [-3.779, -3.283], [3.584, -1.848]]
        super().__init__(
            "four minima",
            "(x₁² + x₂ - 11)² + (x₁ + x₂² - 7)²",
            x_range=(-6.0, 6.0),
            y_range=(-6.0, 6.0),
            minima=near,
            start=[0.0, 0.0],
        )
        self.minima = frozen(newton(self, near))

    def _value(self, x1: Any, x2: Any) -> Any:
        return (x1**2 + x2 - 11) ** 2 + (x1 + x2**2 - 7) ** 2

    def _gradient(self, x1: Any, x2: Any) -> tuple[Any, ...]:
        first, second = x1**2 + x2 - 11, x1 + x2**2 - 7
        return 4 * x1 * first + 2 * second, 2 * first + 4 * x2 * second

    def _hessian(self, x1: Any, x2: Any) -> tuple[tuple[Any, ...], ...]:
        mixed = 4 * (x1 + x2)
        return (12 * x1**2 + 4 * x2 - 42, mixed), (mixed, 12 * x2**2 + 4 * x1 - 26)


class Beale(Landscape):
    r"""A plain with steep corners, where one learning rate is too small and too large at once.

    .. math:: f = (1.5 - x_1 + x_1 x_2)^2 + (2.25 - x_1 + x_1 x_2^2)^2
                + (2.625 - x_1 + x_1 x_2^3)^2

    The minimum, 0, lies at (3, 0.5).

    References
    ----------
    Beale (1958), "On an iterative method for finding a local minimum of a function of more than
    one variable", technical report 25, Princeton University; Moré, Garbow and Hillstrom (1981),
    "Testing unconstrained optimization software", problem 5, with the start (1, 1).

    Examples
    --------
    >>> Beale().value([[1.0, 1.0], [3.0, 0.5]])
    array([14.203125,  0. ])
    """

    def __init__(self) -> None:
        super().__init__(
            "plain with corners",
            "(1.5 - x₁ + x₁x₂)² + (2.25 - x₁ + x₁x₂²)² + (2.625 - x₁ + x₁x₂³)²",
            x_range=(-4.5, 4.5),
            y_range=(-4.5, 4.5),
            minima=[[3.0, 0.5]],
            start=[1.0, 1.0],
        )

    def _errors(self, x1: Any, x2: Any) -> tuple[Any, Any, Any]:
        """What is squared in the three terms."""
        once, twice = x1 * x2, x1 * x2 * x2  # from x1 on: x1 = 0 then hides a power that overflows
        return 1.5 - x1 + once, 2.25 - x1 + twice, 2.625 - x1 + twice * x2

    def _value(self, x1: Any, x2: Any) -> Any:
        first, second, third = self._errors(x1, x2)
        return first**2 + second**2 + third**2

    def _gradient(self, x1: Any, x2: Any) -> tuple[Any, ...]:
        first, second, third = self._errors(x1, x2)
        return (
            2 * (first * (x2 - 1) + second * (x2**2 - 1) + third * (x2**3 - 1)),
            2 * x1 * (first + 2 * x2 * second + 3 * x2**2 * third),
        )

    def _hessian(self, x1: Any, x2: Any) -> tuple[tuple[Any, ...], ...]:
        first, second, third = self._errors(x1, x2)
        slopes = x2 - 1, x2**2 - 1, x2**3 - 1  # of the three errors in x1
        bends = x1, 2 * x1 * x2, 3 * x1 * x2**2  # and in x2
        h11 = 2 * sum(slope**2 for slope in slopes)
        h22 = 2 * sum(bend**2 for bend in bends) + 4 * x1 * second + 12 * x1 * x2 * third
        mixed = 2 * sum(slope * bend for slope, bend in zip(slopes, bends, strict=True))
        mixed = mixed + 2 * first + 4 * x2 * second + 6 * x2**2 * third
        return (h11, mixed), (mixed, h22)
