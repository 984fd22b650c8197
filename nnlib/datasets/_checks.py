"""The questions every data set asks its arguments at the door."""

import math
from numbers import Integral, Real

from nnlib.checks import check_rng as check_rng


def check_points(name: str, n: object, noise: object, rng: object) -> None:
    """Refuse a number of points, a noise or a generator that no point set can be made from."""
    if not isinstance(n, Integral) or isinstance(n, bool):
        raise TypeError(
            f"{name} expects n, a whole number of points, got {n!r}; pass an int such as 200"
        )
    if n < 2:
        raise ValueError(f"{name} expects n >= 2, got {n}; pass an int such as 200")
    if not isinstance(noise, Real) or isinstance(noise, bool):
        raise TypeError(
            f"{name} expects noise to be a number, got {noise!r}; use 0.0 for points without noise"
        )
    if not math.isfinite(noise):
        raise ValueError(
            f"{name} expects noise to be finite, got {noise}; use 0 for points without noise"
        )
    if noise < 0:
        raise ValueError(f"{name} expects noise >= 0, got {noise}; use 0 for points without noise")
    check_rng(name, rng)


def check_fraction(name: str, test_fraction: object) -> None:
    """Refuse a share of test examples outside the open interval (0, 1)."""
    if not isinstance(test_fraction, Real) or not 0 < float(test_fraction) < 1:
        raise ValueError(
            f"{name} expects test_fraction between 0 and 1, got {test_fraction!r}; "
            "use 0.2 to keep a fifth for testing"
        )
