"""A window that slides: with stride, padding and dilation, or wrongly, in place."""

from dataclasses import dataclass

import numpy as np

from nnlib.filters import filter2d
from nnlib.kernels.types import Array, Pair
from nnlib.layers import Window


@dataclass(frozen=True)
class Sliding:
    """How a kernel is slid over a picture.

    Parameters
    ----------
    stride, padding, dilation : int
        s, p and d in pixels, the same in both directions.
    edge : bool
        Whether the pixels at the edge go on outside; else there are zeros.
    flip : bool
        Convolution: the kernel is turned by 180 degrees first.

    Examples
    --------
    >>> picture = np.arange(16.0).reshape(4, 4)
    >>> Sliding(stride=2)(picture, np.ones((2, 2))).tolist()
    [[10.0, 18.0], [42.0, 50.0]]
    """

    stride: int = 1
    padding: int = 0
    dilation: int = 1
    edge: bool = False
    flip: bool = False

    def output_shape(self, image: Pair, kernel: Pair) -> Pair:
        """Return rows and columns of the output; 0 or less where the window does not fit."""
        s, p, d = ((n, n) for n in (self.stride, self.padding, self.dilation))
        return Window(kernel, s, p, d).output(image)

    def __call__(self, image: Array, kernel: Array) -> Array:
        """Return what the kernel makes of an image, float32.

        Parameters
        ----------
        image : ndarray of shape (height, width)
        kernel : ndarray of shape (k, l)

        Returns
        -------
        ndarray of float32

        Raises
        ------
        ValueError
            If the window does not fit into the padded image.
        """
        d, p, s = self.dilation, self.padding, self.stride
        kernel = np.asarray(kernel, dtype=np.float32)
        spread = np.zeros([d * (k - 1) + 1 for k in kernel.shape], dtype=np.float32)
        spread[::d, ::d] = kernel  # zeros in the gaps: the same sums
        padded = np.pad(np.asarray(image, np.float32), p, mode="edge" if self.edge else "constant")
        out = filter2d(padded, spread, flip=self.flip)[::s, ::s]
        return np.ascontiguousarray(out)


def in_place(image: Array, kernel: Array, pixels: int | None = None) -> tuple[Array, Array]:
    """Filter an image into itself: each new pixel is written where later windows read it.

    This is what one should not do; it is here to be looked at.

    Parameters
    ----------
    image : ndarray of shape (height, width)
    kernel : ndarray of shape (k, l)
    pixels : int, optional
        So many pixels, row by row; all if left out.

    Returns
    -------
    overwritten : ndarray of the same shape
        The image with its first `pixels` new pixels, rounded to whole numbers as an image of bytes
        would hold them.
    output : ndarray of shape (height - k + 1, width - l + 1)
        What was computed; 0 where nothing is yet.

    Examples
    --------
    >>> from nnlib.filters import KERNELS
    >>> rows = [[255, 128, 128, 240], [255, 128, 245, 240], [245, 128, 245, 240]]
    >>> in_place(np.array(rows, dtype=float), KERNELS["lecture"])[1].round(1)
    array([[178.4, 208.9]])
    """
    image, kernel = np.array(image, np.float64), np.asarray(kernel, np.float64)
    tall, wide = kernel.shape
    out = np.zeros((image.shape[0] - tall + 1, image.shape[1] - wide + 1))
    places = list(np.ndindex(*out.shape))
    for i, j in places[:pixels]:
        out[i, j] = np.vdot(kernel, image[i : i + tall, j : j + wide])
        image[i + tall // 2, j + wide // 2] = np.floor(out[i, j] + 0.5)
    return image, out
