"""More training images out of few: each one moved, turned and made noisy at random."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count
from nnlib.datasets._checks import check_rng
from nnlib.datasets.images import add_noise, rotate, shift

Array = npt.NDArray[np.floating[Any]]


def augment(
    images: Array,
    *,
    pixels: int = 1,
    degrees: float = 10.0,
    noise: float = 0.0,
    rng: np.random.Generator,
) -> Array:
    """Return each image shifted, turned and made noisy, by an amount of its own.

    What a label says must survive it: a digit may be shifted and turned a little, but not
    mirrored, and a 6 not turned by 180 degrees.

    Parameters
    ----------
    images : ndarray of shape (count, height, width)
        Pixels in [0, 1], 0 = background.
    pixels : int
        Largest shift in each direction; whole numbers from -pixels to pixels are drawn.
    degrees : float
        Largest turn; angles from -degrees to degrees are drawn.
    noise : float
        Standard deviation of the noise on each pixel.
    rng : np.random.Generator
        Draws all of it.

    Returns
    -------
    ndarray of the same shape and dtype
        In the same order, so that the labels stay right.

    Raises
    ------
    TypeError, ValueError
        If these are no images, an amount is negative or not finite, or `rng` no generator.

    References
    ----------
    Simard, Steinkraus and Platt (2003), "Best practices for convolutional neural networks applied
    to visual document analysis".

    Examples
    --------
    >>> from nnlib.datasets import load_digits
    >>> rng = np.random.default_rng(0)
    >>> digits = load_digits(rng=rng).x_train.reshape(-1, 8, 8)
    >>> augment(digits[:10], rng=rng).shape
    (10, 8, 8)
    """
    check_rng("augment", rng)
    check_count("augment", "pixels", pixels, least=0)
    for name, amount, usual in (("degrees", degrees, 10), ("noise", noise, 0.1)):
        if not (math.isfinite(amount) and amount >= 0):
            raise ValueError(f"augment expects {name} of 0 or more, got {amount}; try {usual}")
    if np.ndim(images) != 3:
        raise ValueError(
            f"augment expects images of shape (count, height, width), got {np.shape(images)}; "
            "rows of 64 pixels are images after x.reshape(-1, 8, 8)"
        )
    shifts = rng.integers(-pixels, pixels + 1, size=(len(images), 2))
    angles = rng.uniform(-degrees, degrees, size=len(images))
    moved = np.empty_like(images)
    for i, (down, right) in enumerate(shifts):
        moved[i] = shift(rotate(images[i], float(angles[i])), int(down), int(right))
    return add_noise(moved, noise, rng=rng)
