"""Filters for images: the classic kernels, and what it is to slide one over an image."""

import math
from numbers import Real
from typing import Literal

import numpy as np

from nnlib.checks import as_floats
from nnlib.kernels.filters import correlate, correlate_padded
from nnlib.kernels.types import FLOATS, Array

#: Kernels by name, in float64. Those that sum to 1 keep the brightness, those that sum to 0 answer
#: to changes only. All are written for correlation: what stands on the right weighs the right.
KERNELS: dict[str, Array] = {
    "identity": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    "box": np.full((3, 3), 1 / 9),
    "lecture": np.array([[1.0, 1.0, 1.0], [1.0, 4.0, 1.0], [1.0, 1.0, 1.0]]) / 12,
    "sharpen": np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
    "sobel x": np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]),
    "sobel y": np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]),
    "prewitt x": np.array([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]),
    "prewitt y": np.array([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]),
    "laplacian": np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]),
    "emboss": np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]),
}
for _kernel in KERNELS.values():
    _kernel.flags.writeable = False  # one array for everybody


def gaussian(sigma: float, *, size: int | None = None) -> Array:
    r"""Return a Gaussian kernel: weights that fall off with the distance, and sum to 1.

    .. math:: w_{ij} \propto \exp\left(-\frac{i^2 + j^2}{2 \sigma^2}\right)

    Parameters
    ----------
    sigma : float
        In pixels, more than 0.
    size : int, optional
        Side of the kernel in pixels, odd; by default it reaches 3 sigma to each side.

    Returns
    -------
    ndarray of float64, shape (size, size)

    Raises
    ------
    ValueError
        If `sigma` is not a positive number, or `size` not a positive odd integer.

    References
    ----------
    Gonzalez and Woods (2018), "Digital Image Processing", 4th edition, section 3.5.

    Examples
    --------
    >>> gaussian(0.8, size=3).round(2)
    array([[0.06, 0.12, 0.06],
           [0.12, 0.27, 0.12],
           [0.06, 0.12, 0.06]])
    """
    if not (isinstance(sigma, int | float | np.number) and 0 < sigma < math.inf):
        raise ValueError(f"gaussian expects sigma to be a number of pixels above 0, got {sigma!r}")
    if size is None:
        size = 2 * math.ceil(3 * sigma) + 1
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1 or not size % 2:
        raise ValueError(
            f"gaussian expects size to be an odd integer, 1 or more, got {size!r}; "
            "with an even one no pixel would be in the middle"
        )
    distance = np.arange(size) - size // 2
    profile = np.exp(-0.5 * (distance / sigma) ** 2)
    profile /= profile.sum()
    return np.outer(profile, profile)


def filter2d(
    image: Array,
    kernel: Array,
    *,
    mode: Literal["valid", "same"] = "valid",
    flip: bool = False,
    padding: float | Literal["edge"] = 0.0,
) -> Array:
    r"""Slide a kernel over an image: each output pixel is a weighted sum of a window.

    .. math:: z_{ij} = \sum_{u, v} w_{u v} \, x_{i + u,\, j + v}

    This is correlation. With `flip` the kernel is turned by 180 degrees first, which makes it
    convolution as mathematics has it; for a symmetric kernel the two are the same. The image itself
    is never written to: filtering in place would mix new pixels into the windows still to come.

    Parameters
    ----------
    image : ndarray of float32 or float64, shape (height, width) or (height, width, channels)
        Each channel is filtered by itself.
    kernel : array_like, shape (k, k')
        The weights; a name in `KERNELS`, or `gaussian`, has ready ones.
    mode : "valid" or "same"
        Only where the whole window lies in the image, or as many pixels as the image has.
    flip : bool
        Convolution instead of correlation.
    padding : float or "edge"
        What lies outside the image with mode="same": a number, or the nearest pixel of the edge.

    Returns
    -------
    ndarray of the image's dtype
        height - k + 1 by width - k' + 1 pixels for "valid"; with "same", an even kernel's middle is
        the pixel right of and below its centre, or left of and above it with `flip`.

    Raises
    ------
    ValueError
        If a shape does not fit, the kernel is larger than the image (with "valid"), or an option is
        unknown.
    TypeError
        If the image is no array of float32 or float64.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", equations 9.4 to 9.6.

    Examples
    --------
    >>> image = np.array([[255.0, 128.0, 128.0], [255.0, 128.0, 245.0], [245.0, 128.0, 245.0]])
    >>> filter2d(image, KERNELS["lecture"]).round(1)  # 2141 / 12
    array([[178.4]])
    """
    image, weights = _checked(image, kernel)
    if mode not in ("valid", "same"):
        raise ValueError(f'filter2d expects mode to be "valid" or "same", got {mode!r}')
    height, width = image.shape[:2]
    if mode == "valid":
        height, width = height - weights.shape[0] + 1, width - weights.shape[1] + 1
    if min(height, width) < 1:
        raise ValueError(
            f"filter2d expects an image of {weights.shape} pixels or more for this kernel, got "
            f'{image.shape[:2]}; use a smaller kernel, or mode="same"'
        )
    if flip:
        weights = np.ascontiguousarray(weights[::-1, ::-1])
    out = np.empty((height, width, *image.shape[2:]), dtype=image.dtype)
    channels = out[0, 0].size
    # (height, width, channels) -> (height, width * channels)
    rows, filtered = image.reshape(len(image), -1), out.reshape(height, -1)
    if mode == "valid":
        correlate(rows, weights, (1, channels), 0, filtered)
    else:
        # In an even kernel no pixel is in the middle; these are the choices of scipy.ndimage.
        before = tuple((k - 1) // 2 if flip else k // 2 for k in weights.shape)
        correlate_padded(rows, weights, channels, before, *_around(padding), filtered)
    return out


def _checked(image: Array, kernel: Array) -> tuple[Array, Array]:
    """Image and weights, contiguous and of the image's dtype, if they can be used."""
    if not isinstance(image, np.ndarray) or image.dtype not in FLOATS:
        got = image.dtype if isinstance(image, np.ndarray) else type(image).__name__
        raise TypeError(
            f"filter2d expects an image of float32 or float64, got {got}; "
            "convert it with np.asarray(image, dtype=np.float32)"
        )
    if image.ndim not in (2, 3) or image.size == 0:
        raise ValueError(
            "filter2d expects an image of shape (height, width) or (height, width, channels), got "
            f"{image.shape}; filter the images of a batch one by one, or use Conv2D"
        )
    weights = as_floats("filter2d", "kernel", kernel).astype(image.dtype, order="C")
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(
            f"filter2d expects a kernel of shape (height, width), got {weights.shape}; "
            "write one as [[1, 2, 1]], or take one of KERNELS"
        )
    return np.ascontiguousarray(image), weights


def _around(padding: float | str) -> tuple[bool, float]:
    """Whether the edge goes on outside the image, and which number stands there if not."""
    if padding == "edge":
        return True, 0.0
    if isinstance(padding, str):
        raise ValueError(f'filter2d expects padding to be a number or "edge", got {padding!r}')
    if not isinstance(padding, Real):
        raise TypeError(f'filter2d expects padding to be a number or "edge", got {padding!r}')
    return False, float(padding)
