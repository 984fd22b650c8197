"""What one pixel of a feature map sees of the image, layer by layer."""

from collections.abc import Sequence

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Window
from nnlib.zoo import ALEXNET


def square(k: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> Window:
    """Return a window of k x k.

    Parameters
    ----------
    k, stride, padding, dilation : int

    Returns
    -------
    Window

    Examples
    --------
    >>> square(3, padding=1).output((8, 8))
    (8, 8)
    """
    return Window((k, k), (stride, stride), (padding, padding), (dilation, dilation))


#: Name and window of each layer with one; the side of the image comes first.
LENET: tuple[int, list[tuple[str, Window]]] = (
    28,
    [
        ("conv1", square(5, padding=2)),
        ("pool1", square(2, stride=2)),
        ("conv2", square(5)),
        ("pool2", square(2, stride=2)),
    ],
)
ALEX: tuple[int, list[tuple[str, Window]]] = (
    227,
    [(stage.name, stage.window) for stage in ALEXNET if stage.window is not None],
)


def sides(side: int, windows: Sequence[Window]) -> list[int]:
    """Return the side of the image, and of the map after each window.

    Parameters
    ----------
    side : int
    windows : sequence of Window

    Returns
    -------
    list of int

    Examples
    --------
    >>> sides(28, [window for _, window in LENET[1]])
    [28, 28, 14, 10, 5]
    """
    found = [side]
    for window in windows:
        found.append(window.output((found[-1], found[-1]))[0])
    return found


def ways_back(side: int, windows: Sequence[Window], pixel: int) -> list[Array]:
    r"""Return in how many ways each pixel reaches one pixel of the last map, along one axis.

    .. math:: n_{l-1}(i) = \sum_{o, u \,:\, o s + u d - p = i} n_l(o)

    In two dimensions the numbers of both axes are multiplied. That is also the gradient of the
    output with respect to the image, if every weight is 1.

    Parameters
    ----------
    side : int
        Of the image.
    windows : sequence of Window
    pixel : int
        Of the last map.

    Returns
    -------
    list of ndarray
        For the image, and the map after each window.

    References
    ----------
    Luo, Li, Urtasun and Zemel (2016), "Understanding the effective receptive field in deep
    convolutional neural networks".

    Examples
    --------
    >>> ways_back(7, [square(3), square(3)], 1)[0].tolist()
    [0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0]
    """
    lengths = sides(side, windows)
    ways = [np.eye(1, lengths[-1], pixel)[0]]
    for window, length in zip(windows[::-1], lengths[-2::-1], strict=True):
        (k, _), (s, _), (p, _), (d, _) = window.size, window.stride, window.padding, window.dilation
        before = np.zeros(length)
        for output in np.flatnonzero(ways[0]):
            for u in range(k):
                place = output * s + u * d - p
                if 0 <= place < length:
                    before[place] += ways[0][output]
        ways.insert(0, before)
    return ways
