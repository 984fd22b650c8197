"""Networks that can be made here and trained: an XOR by hand, a small one for digits, LeNet-5."""

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array
from nnlib.layers import AveragePool2D, Conv2D, Dense, Flatten, ReLU, Sigmoid, Tanh
from nnlib.network import Sequential


def xor_by_hand() -> Sequential:
    r"""Return a network of two hidden neurons that computes XOR, with weights set by hand.

    .. math:: h_1 = \max(x_1 + x_2, 0), \quad h_2 = \max(x_1 + x_2 - 1, 0),
              \quad \hat y = h_1 - 2 h_2

    The first counts the ones, the second answers only if there are two of them.

    Returns
    -------
    Sequential
        For x of shape (batch, 2) in float64, zeros and ones; the output is exactly 0 or 1.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.1.

    Examples
    --------
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor_by_hand().forward(x)[:, 0].tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    hidden = _dense(np.array([[1.0, 1.0], [1.0, 1.0]]), bias=np.array([0.0, -1.0]))
    output = _dense(np.array([[1.0], [-2.0]]), bias=np.array([0.0]))
    return Sequential(hidden, ReLU(), output)


def _dense(weight: Array, bias: Array) -> Dense:
    """A dense layer with these numbers."""
    layer = Dense(*weight.shape, rng=np.random.default_rng(0), dtype=weight.dtype)
    layer.weight.value[:] = weight  # instead of what was drawn
    layer.bias.value[:] = bias
    return layer


def digits_mlp(*, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> Sequential:
    """Return the small network for digits of 28 x 28 pixels: 784-16-16-10, with sigmoids.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Returns
    -------
    Sequential
        For x of shape (batch, 784); the output is logits, for `CrossEntropy`.

    References
    ----------
    Nielsen (2015), "Neural Networks and Deep Learning", chapter 1, has this network with one hidden
    layer.

    Examples
    --------
    >>> digits_mlp(rng=np.random.default_rng(0)).summary().parameters
    13002
    """
    return Sequential(
        Dense(784, 16, rng=rng, dtype=dtype),
        Sigmoid(),
        Dense(16, 16, rng=rng, dtype=dtype),
        Sigmoid(),
        Dense(16, 10, rng=rng, dtype=dtype),
    )


def lenet5(
    *, rng: np.random.Generator, classes: int = 10, dtype: npt.DTypeLike = np.float32
) -> Sequential:
    """Return LeNet-5 for images of 28 x 28 pixels: two convolutions with pools, three dense layers.

    As the network is usually built today. In the paper the pools had a weight and a bias for each
    channel, the second convolution left out some pairs of channels, the output measured distances,
    and the images came with two more pixels on each side, here zeros.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    classes : int
    dtype : dtype

    Returns
    -------
    Sequential
        For x of shape (batch, 1, 28, 28); the output is logits, for `CrossEntropy`.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", section II.B and figure 2.

    Examples
    --------
    >>> lenet5(rng=np.random.default_rng(0)).summary((1, 28, 28)).parameters
    61706
    """
    return Sequential(
        Conv2D(1, 6, 5, padding=2, rng=rng, dtype=dtype),  # (1, 28, 28) -> (6, 28, 28)
        Tanh(),
        AveragePool2D(2),  # -> (6, 14, 14)
        Conv2D(6, 16, 5, rng=rng, dtype=dtype),  # -> (16, 10, 10)
        Tanh(),
        AveragePool2D(2),  # -> (16, 5, 5)
        Flatten(),  # -> (400,)
        Dense(400, 120, rng=rng, dtype=dtype),
        Tanh(),
        Dense(120, 84, rng=rng, dtype=dtype),
        Tanh(),
        Dense(84, classes, rng=rng, dtype=dtype),
    )
