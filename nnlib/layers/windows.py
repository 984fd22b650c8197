"""Windows that slide over images: their sizes, what a chain of them sees, and checks of images."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.checks import check_count
from nnlib.kernels.types import FLOATS, Array, Pair
from nnlib.layers.memory import in_order

#: One number for both directions of an image, or a pair (along the height, along the width).
Size = int | Pair


@dataclass(frozen=True)
class Window:
    r"""The window of a convolution or a pool; by default one pixel, as of an element-wise layer.

    For an input of h pixels (along the height, and in the same way along the width) the output has

    .. math:: h' = \lfloor (h + 2p - d (k - 1) - 1) / s \rfloor + 1

    Parameters
    ----------
    size, stride, padding, dilation : (int, int)
        k, s, p and d in pixels: (along the height, along the width).

    References
    ----------
    Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning".

    Examples
    --------
    >>> Window(size=(5, 5), padding=(2, 2)).output((28, 28))
    (28, 28)
    """

    size: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def extent(self) -> Pair:
        """Pixels from one end of the window to the other, with the gaps of a dilation."""
        (kh, kw), (dh, dw) = self.size, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    def output(self, image: Pair) -> Pair:
        """Return height and width of the output for an image of such height and width."""
        height, width = (
            (image[axis] + 2 * self.padding[axis] - self.extent[axis]) // self.stride[axis] + 1
            for axis in (0, 1)
        )
        return height, width

    def input(self, output: Pair) -> Pair:
        """Return height and width of the smallest image that gives such an output."""
        height, width = (
            (output[axis] - 1) * self.stride[axis] + self.extent[axis] - 2 * self.padding[axis]
            for axis in (0, 1)
        )
        return height, width


def receptive_fields(windows: Iterable[Window | None]) -> Iterator[tuple[Pair, Pair] | None]:
    r"""Return what one output pixel sees of the network's input, after each layer of a chain.

    .. math:: r_n = r_{n-1} + d_n (k_n - 1)\, j_{n-1}, \qquad j_n = j_{n-1} s_n,
              \qquad r_0 = j_0 = 1

    Parameters
    ----------
    windows : iterable of Window or None
        One for each layer. After a None (a layer that mixes all pixels, or makes more) the rest
        are None.

    Returns
    -------
    iterator of (receptive field, jump) or None
        Both in pixels of the input, as pairs (along the height, along the width). Neighbouring
        outputs see windows that lie one jump apart.

    References
    ----------
    Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional neural networks",
    equations 2 and 3.

    Examples
    --------
    >>> five = [Window(size=(3, 3))] * 5
    >>> [field for field, jump in receptive_fields(five)]
    [(3, 3), (5, 5), (7, 7), (9, 9), (11, 11)]
    """
    field, jump, known = (1, 1), (1, 1), True
    for window in windows:
        known = known and window is not None
        if not known or window is None:
            yield None
            continue
        (h, w), (jump_h, jump_w) = window.extent, jump
        field = (field[0] + (h - 1) * jump_h, field[1] + (w - 1) * jump_w)
        jump = (jump_h * window.stride[0], jump_w * window.stride[1])
        yield field, jump


def as_pair(name: str, argument: str, value: Size, *, least: int = 1) -> Pair:
    """Return a number twice, or a pair as it is; refuse what is neither."""
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2:
        raise ValueError(
            f"{name} expects {argument} to be one integer or a pair (height, width), got {value!r}"
        )
    for number in pair:
        check_count(name, argument, number, least=least)
    return int(pair[0]), int(pair[1])


def short(pair: Pair) -> str:
    """A pair as one writes it: 5 for (5, 5)."""
    return str(pair[0]) if pair[0] == pair[1] else str(pair)


def options(**pairs: Pair) -> str:
    """What to write after a layer's sizes: the options that are not as usual, `, stride=2`."""
    usual = {"stride": 1, "dilation": 1}
    return "".join(
        f", {name}={short(pair)}"
        for name, pair in pairs.items()
        if set(pair) != {usual.get(name, 0)}
    )


def check_channels(name: str, in_channels: int, out_channels: int) -> None:
    """Refuse numbers of channels that are no positive integers."""
    check_count(name, "in_channels", in_channels)
    check_count(name, "out_channels", out_channels)


def check_images(
    name: str, x: Array, channels: int | None = None, dtype: np.dtype[np.floating] | None = None
) -> Array:
    """Return `x`, in order, if it is a batch of such images; else say why not, and what to do.

    Without `channels` any number of them will do, without `dtype` both float32 and float64.
    """
    count = "channels" if channels is None else channels
    expected = f"{name} expects x of shape (batch, {count}, height, width)"
    if not isinstance(x, np.ndarray):
        raise TypeError(
            f"{expected}, got {type(x).__name__}; convert it with np.asarray(x, dtype=np.float32)"
        )
    if x.ndim != 4 or (channels is not None and x.shape[1] != channels):
        raise ValueError(f"{expected}, got {x.shape}; {_remedy(x.shape, channels)}")
    if (dtype is None and x.dtype not in FLOATS) or (dtype is not None and x.dtype != dtype):
        wanted = "float32 or float64" if dtype is None else dtype
        raise TypeError(
            f"{name} expects x of dtype {wanted}, got {x.dtype}; "
            f"convert it with x.astype(np.{dtype or 'float32'})"
        )
    return in_order(x)


def _remedy(shape: tuple[int, ...], channels: int | None) -> str:
    """What to do with an array of this shape, to make it a batch of images."""
    if len(shape) == 2:
        return f"turn each row into an image with x.reshape(len(x), {channels or 1}, height, width)"
    if len(shape) == 3 and channels in (1, None):
        return "add a channel axis: x[:, None]"
    if len(shape) == 3 and shape[0] == channels:
        return "make a batch of one with x[None]"
    if len(shape) == 4 and shape[3] == channels:
        return "put the channels before the pixels with x.transpose(0, 3, 1, 2)"
    return "each sample is a stack of channels; compare with what the layer before gives"


def check_image_shape(name: str, shape: tuple[int, ...], window: Window) -> Pair:
    """Return the output's height and width, if the window fits into an image of this shape."""
    if len(shape) != 3:
        raise ValueError(
            f"{name} expects one sample of shape (channels, height, width), got {shape}"
        )
    image = (shape[1], shape[2])
    output = window.output(image)
    if min(output) < 1:
        raise ValueError(
            f"{name} expects images of {window.input((1, 1))} pixels or more, got {image}; "
            "choose a smaller window, or more padding"
        )
    return output
