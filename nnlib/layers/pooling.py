"""Pooling and enlarging: fewer pixels, or more, with nothing to learn."""

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.pooling import max_pool_backward, max_pool_forward, spread, sum_pool
from nnlib.kernels.types import Array, Labels, Pair
from nnlib.layers.base import Layer, check_grad
from nnlib.layers.memory import batch_first, batch_last, new_images
from nnlib.layers.windows import Size, Window, as_pair, check_image_shape, check_images, short


class Pool2D(Layer):
    """A window that slides over each channel and gives one number; a subclass says which.

    By default the windows lie side by side. Pixels at the right and at the bottom that fill no
    whole window are left out.
    """

    def __init__(self, size: Size, *, stride: Size | None = None) -> None:
        name = type(self).__name__
        pair = as_pair(name, "size", size)
        self._window = Window(pair, pair if stride is None else as_pair(name, "stride", stride))
        self._input_shape: tuple[int, ...] = ()
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return one number for each window, of shape (batch, channels, height', width')."""
        x = check_images(type(self).__name__, x)
        out = new_images(self.output_shape(x.shape[1:]), len(x), x)
        pixels = batch_last(x)
        self._pool(pixels, out)
        self._input_shape, self._output = pixels.shape, batch_first(out)
        return self._output

    def backward(self, grad: Array) -> Array:
        """Return dL/dx, of the shape of x."""
        grad = check_grad(type(self).__name__, grad, self._output)
        out = aligned(self._input_shape, grad)
        self._unpool(batch_last(grad), out)
        return batch_first(out)

    def _pool(self, x: Array, out: Array) -> None:
        raise NotImplementedError

    def _unpool(self, grad: Array, out: Array) -> None:
        raise NotImplementedError

    @property
    def window(self) -> Window:
        """Size and stride of the window."""
        return self._window

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (channels, height', width') for one image."""
        return (shape[0], *check_image_shape(type(self).__name__, shape, self._window))

    def __repr__(self) -> str:
        size, stride = self._window.size, self._window.stride
        option = "" if stride == size else f", stride={short(stride)}"
        return f"{type(self).__name__}({short(size)}{option})"


class MaxPool2D(Pool2D):
    r"""The largest pixel of each window.

    .. math:: a_{c i j} = \max_{u, v < k} x_{c,\; i s + u,\; j s + v}

    Back through it, a gradient goes to the pixel that was largest (the first of equals), and to no
    other. A NaN counts as largest, so that a broken run is seen.

    Parameters
    ----------
    size : int or (int, int)
        k, in pixels; a pair is (height, width).
    stride : int or (int, int), optional
        s: pixels from one window to the next; by default the size.

    Raises
    ------
    ValueError
        If a size is not a positive integer, or `x` is not of shape (batch, channels, height,
        width), or smaller than the window.
    TypeError
        If `x` is no array of float32 or float64.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 9.3.

    Examples
    --------
    >>> MaxPool2D((1, 2)).forward(np.array([[[[1.0, 3.0, 2.0, 0.0]]]])).tolist()
    [[[[3.0, 2.0]]]]
    """

    _place: Labels  # which pixel of its window is the largest

    def _pool(self, x: Array, out: Array) -> None:
        self._place = np.empty(out.shape, dtype=np.int32)
        max_pool_forward(x, self._window.size, self._window.stride, self._place, out)

    def _unpool(self, grad: Array, out: Array) -> None:
        max_pool_backward(grad, self._window.size, self._window.stride, self._place, out)


class AveragePool2D(Pool2D):
    r"""The mean of each window.

    .. math:: a_{c i j} = \frac{1}{k^2} \sum_{u, v < k} x_{c,\; i s + u,\; j s + v}

    Parameters
    ----------
    size : int or (int, int)
        k, in pixels; a pair is (height, width).
    stride : int or (int, int), optional
        s: pixels from one window to the next; by default the size.

    Raises
    ------
    ValueError
        If a size is not a positive integer, or `x` is not of shape (batch, channels, height,
        width), or smaller than the window.
    TypeError
        If `x` is no array of float32 or float64.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", section II.B: "sub-sampling", there with a weight and a bias for each channel.

    Examples
    --------
    >>> AveragePool2D((1, 2)).forward(np.array([[[[1.0, 3.0, 2.0, 0.0]]]])).tolist()
    [[[[2.0, 1.0]]]]
    """

    def _pool(self, x: Array, out: Array) -> None:
        sum_pool(x, self._window.size, self._window.stride, self._share, out)

    def _unpool(self, grad: Array, out: Array) -> None:
        spread(grad, self._window.size, self._window.stride, self._share, out)

    @property
    def _share(self) -> float:
        """What one pixel counts in the mean."""
        height, width = self._window.size
        return 1.0 / (height * width)


class Upsample2D(Layer):
    r"""Enlarge images: each pixel becomes a block of equal ones (the nearest pixel is taken).

    .. math:: a_{c i j} = x_{c,\; \lfloor i / s \rfloor,\; \lfloor j / s \rfloor}

    Back through it, a pixel gets the sum of the gradients of its block.

    Parameters
    ----------
    scale : int or (int, int)
        s: pixels of a block; a pair is (height, width).

    Raises
    ------
    ValueError
        If the scale is not a positive integer, or `x` is not of shape (batch, channels, height,
        width).
    TypeError
        If `x` is no array of float32 or float64.

    References
    ----------
    Odena, Dumoulin and Olah (2016), "Deconvolution and checkerboard artifacts".

    Examples
    --------
    >>> Upsample2D((1, 2)).forward(np.array([[[[1.0, 3.0]]]])).tolist()
    [[[[1.0, 1.0, 3.0, 3.0]]]]
    """

    def __init__(self, scale: Size) -> None:
        self.scale: Pair = as_pair("Upsample2D", "scale", scale)
        self._input_shape: tuple[int, ...] = ()
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the larger images, of shape (batch, channels, s height, s width)."""
        x = check_images("Upsample2D", x)
        out = new_images(self.output_shape(x.shape[1:]), len(x), x)
        pixels = batch_last(x)
        spread(pixels, self.scale, self.scale, 1.0, out)
        self._input_shape, self._output = pixels.shape, batch_first(out)
        return self._output

    def backward(self, grad: Array) -> Array:
        """Return dL/dx, of the shape of x."""
        grad = check_grad("Upsample2D", grad, self._output)
        out = aligned(self._input_shape, grad)
        sum_pool(batch_last(grad), self.scale, self.scale, 1.0, out)
        return batch_first(out)

    @property
    def window(self) -> None:
        """None: neighbouring output pixels see the same input pixel."""

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (channels, s height, s width) for one image."""
        channels, height, width = shape
        return channels, height * self.scale[0], width * self.scale[1]

    def __repr__(self) -> str:
        return f"Upsample2D({short(self.scale)})"
