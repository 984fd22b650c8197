"""Transposed convolution: from small images to large ones, as in the decoder of an autoencoder."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_rng
from nnlib.initializers import Initializer, glorot_uniform
from nnlib.kernels.aligned import aligned
from nnlib.kernels.convolution import sum_channels
from nnlib.kernels.types import Array
from nnlib.layers.base import Layer, Parameter, check_grad
from nnlib.layers.convolve import convolve, convolve_back_to_input, convolve_back_to_parameters
from nnlib.layers.memory import batch_first, batch_last, new_images
from nnlib.layers.windows import (
    Size,
    Window,
    as_pair,
    check_channels,
    check_images,
    options,
    short,
)


class ConvTranspose2D(Layer):
    r"""Transposed convolution: every pixel stamps a filter, times its value, onto the output.

    .. math:: z_{m,\; i s + u - p,\; j s + v - p} \mathrel{+}= w_{c m u v} \, x_{c i j},
              \qquad h' = (h - 1) s + k - 2p + o

    It is the way back through a `Conv2D` of the same window, and so makes an image that such a
    `Conv2D` would turn into one of the size of x. Its own way back is that `Conv2D`.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        k, in pixels; a pair is (height, width), here and below.
    stride : int or (int, int)
        s: pixels from one stamp to the next.
    padding : int or (int, int)
        p: pixels cut off on each side.
    output_padding : int or (int, int)
        o: rows and columns added at the bottom and at the right, less than the stride. A `Conv2D`
        of stride s takes s different sizes to one; this chooses among them.
    rng : numpy.random.Generator
        Draws the first weights; the biases start at zero.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer : callable
        See `nnlib.initializers`.

    Attributes
    ----------
    weight : Parameter of shape (in_channels, out_channels, k, k)
    bias : Parameter of shape (out_channels,)

    Raises
    ------
    ValueError
        If a size is not an integer of the right range, or `x` is not of shape (batch, in_channels,
        height, width).
    TypeError
        If the dtype of `x` is not the layer's, or `rng` is no generator.

    References
    ----------
    Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", chapter 4.

    Examples
    --------
    >>> layer = ConvTranspose2D(1, 1, (1, 2), stride=2, rng=np.random.default_rng(0))
    >>> layer.weight.value[:] = [[[[1.0, 10.0]]]]
    >>> layer.forward(np.array([[[[1.0], [2.0]]]], dtype=np.float32)).tolist()
    [[[[1.0, 10.0], [0.0, 0.0], [2.0, 20.0]]]]
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
        initializer: Initializer = glorot_uniform,
    ) -> None:
        check_channels("ConvTranspose2D", in_channels, out_channels)
        check_rng("ConvTranspose2D", rng)
        self._back = Window(  # of the Conv2D that goes the other way
            as_pair("ConvTranspose2D", "kernel_size", kernel_size),
            as_pair("ConvTranspose2D", "stride", stride),
            as_pair("ConvTranspose2D", "padding", padding, least=0),
        )
        self._extra = as_pair("ConvTranspose2D", "output_padding", output_padding, least=0)
        if any(o >= s for o, s in zip(self._extra, self._back.stride, strict=True)):
            raise ValueError(
                "ConvTranspose2D expects output_padding less than the stride "
                f"{short(self._back.stride)}, got {output_padding}; use a larger kernel instead"
            )
        # An initializer takes (out, in, height, width).
        shape = (int(out_channels), int(in_channels), *self._back.size)
        first = initializer(shape, rng=rng, dtype=dtype)
        self.weight = Parameter(np.ascontiguousarray(first.swapaxes(0, 1)))
        self.bias = Parameter(np.zeros(shape[0], dtype=dtype))
        self._input: Array | None = None
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the larger images, of shape (batch, out_channels, height', width')."""
        weight = self.weight.value
        x = check_images("ConvTranspose2D", x, weight.shape[0], weight.dtype)
        out = new_images(self.output_shape(x.shape[1:]), len(x), weight)
        self._input, self._output = batch_last(x), batch_first(out)
        convolve_back_to_input(self._input, weight, self._back, out)
        out += self.bias.value[:, None, None]
        return self._output

    def backward(self, grad: Array) -> Array:
        """Write both gradients and return dL/dx, of the shape of x."""
        self.backward_parameters(grad)
        assert self._input is not None  # backward_parameters has seen to it
        out = aligned(self._input.shape, grad)
        no_bias = np.zeros(out.shape[1], dtype=out.dtype)
        convolve(batch_last(grad), self.weight.value, no_bias, self._back, out)
        return batch_first(out)

    def backward_parameters(self, grad: Array) -> None:
        """Write the gradients of the filters and of the biases."""
        grad = batch_last(check_grad("ConvTranspose2D", grad, self._output))
        assert self._input is not None  # set together with _output
        no_sums = np.empty(0, dtype=grad.dtype)
        convolve_back_to_parameters(grad, self._input, self._back, self.weight.grad, no_sums)
        sum_channels(grad, self.bias.grad)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return weight and bias."""
        return (self.weight, self.bias)

    @property
    def window(self) -> None:
        """None: an output pixel sees few input pixels, but not the same number everywhere."""

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (out_channels, height', width') for one image."""
        if len(shape) != 3 or min(shape[1:]) < 1:
            raise ValueError(
                "ConvTranspose2D expects one sample of shape (channels, height, width), got "
                f"{shape}; give at least one pixel"
            )
        height, width = self._back.input((shape[1], shape[2]))
        height, width = height + self._extra[0], width + self._extra[1]
        if min(height, width) < 1:
            raise ValueError(
                f"ConvTranspose2D expects images that leave something when {self._back.padding} "
                f"pixels are cut off each side, got {shape[1:]}; choose a smaller padding"
            )
        return (len(self.bias.value), height, width)

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return the number of weights times the number of pixels that stamp them."""
        return self.weight.value.size * shape[1] * shape[2]

    def __repr__(self) -> str:
        in_channels, out_channels, _, _ = self.weight.value.shape
        back = self._back
        text = options(stride=back.stride, padding=back.padding, output_padding=self._extra)
        return f"ConvTranspose2D({in_channels}, {out_channels}, {short(back.size)}{text})"
