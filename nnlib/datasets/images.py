"""Images on their way to a network: moved, turned and made noisy, or drawn by a learner."""

import math

import numpy as np
import numpy.typing as npt

from nnlib.datasets._checks import check_rng

Array = npt.NDArray[np.floating]

BOX = 20 / 28  # of an image's side: the box into which MNIST's makers fitted each digit
WIDEST = 6 / 8  # of an image's side: nearly all of the 8x8 digits are 6 pixels wide, or less


def shift(images: Array, down: int, right: int) -> Array:
    """Move images by whole pixels; what enters at the edge is background.

    Parameters
    ----------
    images : ndarray of shape (..., height, width)
        Pixels in [0, 1], 0 = background.
    down, right : int
        Pixels; negative for up and left. A shift by more than the image leaves it empty.

    Returns
    -------
    ndarray of the same shape and dtype

    Raises
    ------
    TypeError, ValueError
        If these are no images, or a distance is no whole number.

    Examples
    --------
    >>> shift(np.array([[1.0, 0.0], [0.0, 0.0]]), 1, 1).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    _check_images("shift", images)
    for distance in (down, right):
        if isinstance(distance, bool) or not isinstance(distance, int | np.integer):
            raise TypeError(f"shift expects whole numbers of pixels, got {distance!r}; round it")
    out = np.zeros_like(images)
    height, width = images.shape[-2:]
    rows, from_rows = _overlap(down, height)
    columns, from_columns = _overlap(right, width)
    out[..., rows, columns] = images[..., from_rows, from_columns]
    return out


def rotate(images: Array, degrees: float) -> Array:
    """Turn images counter-clockwise about their centre, with bilinear interpolation.

    Parameters
    ----------
    images : ndarray of shape (..., height, width)
        Pixels in [0, 1], 0 = background.
    degrees : float
        Angle. A digit stays itself up to about 15.

    Returns
    -------
    ndarray of the same shape and dtype
        What comes from beyond the edge is background.

    Raises
    ------
    TypeError, ValueError
        If these are no images, or the angle is not finite.

    Examples
    --------
    >>> rotate(np.array([[0.0, 1.0], [0.0, 0.0]]), 90).round(3).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    _check_images("rotate", images)
    if not math.isfinite(degrees):
        raise ValueError(f"rotate expects a finite angle, got {degrees}")
    height, width = images.shape[-2:]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    y, x = np.mgrid[:height, :width]
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    # For each pixel of the result, the place in the original that is turned onto it.
    return _sample(
        images,
        x * sine + y * cosine + (height - 1) / 2,
        x * cosine - y * sine + (width - 1) / 2,
    )


def add_noise(images: Array, amount: float, *, rng: np.random.Generator) -> Array:
    """Add normal noise to each pixel, and keep the pixels in [0, 1].

    Parameters
    ----------
    images : ndarray of any shape
        Pixels in [0, 1].
    amount : float
        Standard deviation of the noise, in the units of a pixel.
    rng : np.random.Generator
        Draws the noise. With the same seed, a larger amount is the same noise, stronger.

    Returns
    -------
    ndarray of the same shape and dtype

    Raises
    ------
    TypeError, ValueError
        If the images are no numbers, the amount is negative or not finite, or `rng` no generator.

    Examples
    --------
    >>> noisy = add_noise(np.full((2, 64), 0.5), 0.2, rng=np.random.default_rng(0))
    >>> noisy.shape, bool(noisy.min() >= 0)
    ((2, 64), True)
    """
    _check_pixels("add_noise", images)
    check_rng("add_noise", rng)
    if not (math.isfinite(amount) and amount >= 0):
        raise ValueError(f"add_noise expects an amount of 0 or more, got {amount}; try 0.2")
    noise = rng.standard_normal(images.shape).astype(images.dtype)
    return np.clip(images + images.dtype.type(amount) * noise, 0, 1)


def center_by_mass(image: Array) -> Array:
    """Move an image by whole pixels until its centre of mass is in the middle.

    The middle is pixel `side // 2`, counted from 0, as it is in MNIST: 14 of 28.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Pixels in [0, 1], 0 = background.

    Returns
    -------
    ndarray of the same shape and dtype
        An empty image comes back as it is.

    Raises
    ------
    TypeError, ValueError
        If this is no image.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), section III.A: the digits of MNIST were centred so.

    Examples
    --------
    >>> image = np.zeros((5, 5))
    >>> image[0, 1] = 1.0
    >>> np.argwhere(center_by_mass(image)).tolist()
    [[2, 2]]
    """
    _check_images("center_by_mass", image, one=True)
    mass = image.sum(dtype=np.float64)
    if mass <= 0:
        return image.copy()
    height, width = image.shape
    row = float((image.sum(axis=1, dtype=np.float64) @ np.arange(height)) / mass)
    column = float((image.sum(axis=0, dtype=np.float64) @ np.arange(width)) / mass)
    return shift(image, round(height // 2 - row), round(width // 2 - column))


def downsample(drawing: Array, size: int) -> Array:
    """Turn a drawing into what a network has learnt to read: small, boxed and centred.

    As for MNIST, the ink is cut out, scaled to fit a box of 20/28 of the image with its proportions
    kept, and moved until its centre of mass is in the middle. The digits of 8x8 pixels were made
    otherwise: at sizes up to 8 the longer side of the ink fills the image, and what is then wider
    than 6/8 of it is squeezed.

    Parameters
    ----------
    drawing : ndarray of shape (height, width)
        Such as 224 x 224; pixels in [0, 1], 0 = background, 1 = ink.
    size : int
        Side of the result: 28 for MNIST, 8 for the bundled digits. At least 4.

    Returns
    -------
    ndarray of shape (size, size), dtype of the drawing
        Pixels in [0, 1]: each is the mean of the part of the drawing that it covers.

    Raises
    ------
    TypeError, ValueError
        If this is no drawing in [0, 1], or the size is no whole number of 4 or more.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), section III.A.

    Examples
    --------
    >>> drawing = np.zeros((224, 224))
    >>> drawing[20:200, 10:40] = 1.0  # a stroke at the left
    >>> small = downsample(drawing, 28)
    >>> small.shape, int((small.sum(axis=1) > 0).sum())
    ((28, 28), 20)
    """
    _check_images("downsample", drawing, one=True)
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 4:
        raise ValueError(f"downsample expects size to be 4 or more, got {size!r}; 28 for MNIST")
    out = np.zeros((size, size), dtype=drawing.dtype)
    inked = np.argwhere(drawing > 0)
    if len(inked) == 0:
        return out
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0) + 1
    ink = drawing[top:bottom, left:right]
    fills = size <= 8
    scale = (size if fills else round(size * BOX)) / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    if fills:
        width = min(width, round(size * WIDEST))
    small = _averaging(height, ink.shape[0]) @ ink @ _averaging(width, ink.shape[1]).T
    row, column = (size - height) // 2, (size - width) // 2
    out[row : row + height, column : column + width] = np.clip(small, 0, 1)
    return out if fills else center_by_mass(out)


def _overlap(distance: int, size: int) -> tuple[slice, slice]:
    """Where the moved pixels land, and where they come from, along one axis."""
    kept = max(size - abs(distance), 0)
    if distance >= 0:
        return slice(size - kept, size), slice(0, kept)
    return slice(0, kept), slice(size - kept, size)


def _sample(images: Array, row: Array, column: Array) -> Array:
    """Images read off between their pixels: the mean of four neighbours, by their distance."""
    height, width = images.shape[-2:]
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    out = np.zeros(images.shape, dtype=np.float64)
    for below in (0, 1):
        for beside in (0, 1):
            y, x = top + below, left + beside
            weight = (1 - np.abs(row - y)) * (1 - np.abs(column - x))
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
            out += np.where(inside, weight, 0.0) * images[..., y, x]
    return out.astype(images.dtype)


def _averaging(count: int, length: int) -> Array:
    """Matrix (count, length) that replaces `length` pixels by the means of `count` equal parts."""
    edges = np.linspace(0, length, count + 1)
    pixels = np.arange(length)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    parts: Array = np.maximum(covered, 0) * (count / length)
    return parts


def _check_pixels(name: str, images: Array) -> None:
    """Refuse what is no array of floating-point numbers, or holds NaN or infinity."""
    if not isinstance(images, np.ndarray) or images.dtype.kind != "f":
        got = images.dtype if isinstance(images, np.ndarray) else type(images).__name__
        raise TypeError(
            f"{name} expects an array of float pixels in [0, 1], got {got}; "
            "convert bytes with images.astype(np.float32) / 255"
        )
    if not np.isfinite(images).all():
        raise ValueError(f"{name} expects finite pixels, got NaN or infinity")


def _check_images(name: str, images: Array, *, one: bool = False) -> None:
    """Refuse what has no height and width, and pixels that are not in [0, 1]."""
    _check_pixels(name, images)
    if images.ndim < 2 or 0 in images.shape or (one and images.ndim != 2):
        wanted = "(height, width)" if one else "(..., height, width)"
        raise ValueError(
            f"{name} expects shape {wanted}, got {images.shape}; "
            "a row of 64 pixels is an image after x.reshape(-1, 8, 8)"
        )
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"{name} expects pixels in [0, 1], got {images.min():g} to {images.max():g}; "
            "divide bytes by 255"
        )
