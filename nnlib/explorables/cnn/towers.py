"""A convolution in two towers, as AlexNet had it: each half sees half of the channels."""

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Conv2D, Layer, Parameter


class TwoTowers(Layer):
    r"""Two convolutions side by side; each reads its own half of the channels.

    .. math:: y = [\, W_1 * x_{\text{first half}},\; W_2 * x_{\text{second half}} \,]

    Half of the weights and half of the work of one convolution, and two devices can share it.

    Parameters
    ----------
    in_channels, out_channels : int
        Even numbers.
    kernel_size : int
        Odd; as much padding as keeps the size of the image.
    rng : numpy.random.Generator

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), section 3.2.

    Examples
    --------
    >>> towers = TwoTowers(4, 6, 3, rng=np.random.default_rng(0))
    >>> towers.forward(np.zeros((1, 4, 8, 8), dtype=np.float32)).shape
    (1, 6, 8, 8)
    >>> sum(p.value.size for p in towers.parameters())  # 2 (3 2 9 + 3), not 6 4 9 + 6 = 222
    114
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, *, rng: np.random.Generator
    ) -> None:
        sizes, padding = (in_channels // 2, out_channels // 2, kernel_size), kernel_size // 2
        self.towers = tuple(Conv2D(*sizes, padding=padding, rng=rng) for _ in range(2))

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Send each half of the channels through its tower."""
        halves = zip(self.towers, np.split(x, 2, axis=1), strict=True)
        return np.concatenate([t.forward(part, training=training) for t, part in halves], axis=1)

    def backward(self, grad: Array) -> Array:
        """Send each half of the gradient back through its tower."""
        halves = zip(self.towers, np.split(grad, 2, axis=1), strict=True)
        return np.concatenate([t.backward(np.ascontiguousarray(p)) for t, p in halves], axis=1)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters of both towers."""
        return tuple(p for tower in self.towers for p in tower.parameters())
