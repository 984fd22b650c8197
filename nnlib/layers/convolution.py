"""Convolution: small filters that slide over images, and the way back up."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_rng
from nnlib.initializers import Initializer, glorot_uniform
from nnlib.kernels.aligned import aligned
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, Parameter, check_grad
from nnlib.layers.convolve import convolve, convolve_back_to_input, convolve_back_to_parameters
from nnlib.layers.memory import batch_first, batch_last, new_images
from nnlib.layers.windows import (
    Size,
    Window,
    as_pair,
    check_channels,
    check_image_shape,
    check_images,
    options,
    short,
)


class Conv2D(Layer):
    r"""Convolution of images: each output channel is one filter, slid over all input channels.

    .. math:: z_{m i j} = b_m + \sum_{c, u, v} w_{m c u v} \,
              x_{c,\; i s + u d - p,\; j s + v d - p}

    with zeros outside the image. As everywhere in neural networks this is a cross-correlation: the
    filter is not flipped. Back through it, with :math:`\delta = \partial L / \partial z`, each
    weight collects :math:`\delta` times the pixels that it has met, and each pixel collects
    :math:`\delta` times the weights.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input; filters, which are the channels of the output.
    kernel_size : int or (int, int)
        k, in pixels; a pair is (height, width), here and below.
    stride : int or (int, int)
        s: pixels from one window to the next.
    padding : int or (int, int)
        p: zeros around the image, on each side.
    dilation : int or (int, int)
        d: pixels from one weight to the next; 1 leaves no gaps.
    rng : numpy.random.Generator
        Draws the first weights; the biases start at zero.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer : callable
        See `nnlib.initializers`.

    Attributes
    ----------
    weight : Parameter of shape (out_channels, in_channels, k, k)
    bias : Parameter of shape (out_channels,)
    window : Window

    Raises
    ------
    ValueError
        If a size is not an integer of the right range, or `x` is not of shape (batch, in_channels,
        height, width), or smaller than the window.
    TypeError
        If the dtype of `x` is not the layer's, or `rng` is no generator.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", section II.A.

    Examples
    --------
    >>> layer = Conv2D(1, 1, (1, 2), rng=np.random.default_rng(0))
    >>> layer.weight.value[:] = [[[[-1.0, 1.0]]]]  # the difference of neighbours
    >>> layer.forward(np.array([[[[1.0, 4.0, 9.0]]]], dtype=np.float32)).tolist()
    [[[[3.0, 5.0]]]]
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
        initializer: Initializer = glorot_uniform,
    ) -> None:
        check_channels("Conv2D", in_channels, out_channels)
        check_rng("Conv2D", rng)
        self._window = Window(
            as_pair("Conv2D", "kernel_size", kernel_size),
            as_pair("Conv2D", "stride", stride),
            as_pair("Conv2D", "padding", padding, least=0),
            as_pair("Conv2D", "dilation", dilation),
        )
        shape = (int(out_channels), int(in_channels), *self._window.size)
        self.weight = Parameter(initializer(shape, rng=rng, dtype=dtype))
        self.bias = Parameter(np.zeros(shape[0], dtype=dtype))
        self._input: Array | None = None
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the filtered images, of shape (batch, out_channels, height', width')."""
        weight = self.weight.value
        x = check_images("Conv2D", x, weight.shape[1], weight.dtype)
        out = new_images(self.output_shape(x.shape[1:]), len(x), weight)
        self._input, self._output = batch_last(x), batch_first(out)
        convolve(self._input, weight, self.bias.value, self._window, out)
        return self._output

    def backward(self, grad: Array) -> Array:
        """Write both gradients and return dL/dx, of the shape of x."""
        self.backward_parameters(grad)
        assert self._input is not None  # backward_parameters has seen to it
        out = aligned(self._input.shape, grad)
        convolve_back_to_input(batch_last(grad), self.weight.value, self._window, out)
        return batch_first(out)

    def backward_parameters(self, grad: Array) -> None:
        """Write the gradients of the filters and of the biases."""
        grad = batch_last(check_grad("Conv2D", grad, self._output))
        assert self._input is not None  # set together with _output
        weight, bias = self.weight.grad, self.bias.grad
        convolve_back_to_parameters(self._input, grad, self._window, weight, bias)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return weight and bias."""
        return (self.weight, self.bias)

    @property
    def window(self) -> Window:
        """Size, stride, padding and dilation of the filters."""
        return self._window

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (out_channels, height', width') for one image."""
        return (len(self.bias.value), *check_image_shape("Conv2D", shape, self._window))

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return the number of weights times the number of places where they are used."""
        _, height, width = self.output_shape(shape)
        return self.weight.value.size * height * width

    def __repr__(self) -> str:
        out_channels, in_channels, _, _ = self.weight.value.shape
        window = self._window
        text = options(stride=window.stride, padding=window.padding, dilation=window.dilation)
        return f"Conv2D({in_channels}, {out_channels}, {short(window.size)}{text})"
