"""Autoencoders: networks that are asked for their own input, and must get it through a code.

Each is a `Sequential` of two, so `encoder, decoder = network.layers`: `encoder.forward(x)` is the
code, and `decoder.forward(code)` turns any code into an output. Train them on `MeanSquaredError`
with x as input and as target: `fit(network, loss, optimizer, x, x, rng=rng)`.

Any of them becomes a denoising autoencoder by what it is shown, not by how it is built: give the
broken sample as input and the whole one as target, with new noise for each pass over the data::

    for epoch in range(epochs):
        noisy = x + rng.normal(0, 0.3, x.shape).astype(x.dtype)
        for step in fit(network, loss, optimizer, noisy, x, rng=rng):
            ...

(Vincent and others (2008), "Extracting and composing robust features with denoising autoencoders").
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nnlib.initializers import glorot_uniform, he_normal
from nnlib.layers import Conv2D, ConvTranspose2D, Dense, KLSparsity, Layer, ReLU, Sigmoid
from nnlib.network import Sequential


def linear_autoencoder(
    features: int, code: int, *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Sequential:
    r"""Return an autoencoder without any bend: trained, it spans what the PCA spans.

    .. math:: h = x W + b, \qquad \hat x = h V + c

    Of all planes of this dimension the rows of V span the one that lies closest to the data, which
    is that of the first principal components. The rows themselves need not be those components,
    nor stand at right angles.

    Parameters
    ----------
    features : int
        Numbers in a sample.
    code : int
        Numbers in its code.
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Returns
    -------
    Sequential
        An encoder and a decoder, for x of shape (batch, features).

    Raises
    ------
    ValueError
        If a size is not a positive integer.

    References
    ----------
    Baldi and Hornik (1989), "Neural networks and principal component analysis: learning from
    examples without local minima".

    Examples
    --------
    >>> network = linear_autoencoder(64, 2, rng=np.random.default_rng(0))
    >>> encoder, decoder = network.layers
    >>> encoder.forward(np.zeros((5, 64), np.float32)).shape
    (5, 2)
    """
    encoder = Sequential(Dense(features, code, rng=rng, dtype=dtype))
    decoder = Sequential(Dense(code, features, rng=rng, dtype=dtype))
    return Sequential(encoder, decoder)


def deep_autoencoder(
    sizes: Sequence[int], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Sequential:
    """Return an autoencoder that narrows down layer by layer, and widens again in the same steps.

    ReLU stands between the layers; the code has no bend and no limits, and Sigmoid keeps the output
    in [0, 1], as pixels are.

    Parameters
    ----------
    sizes : sequence of int
        From the numbers in a sample down to those in its code, such as (784, 128, 32).
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Returns
    -------
    Sequential
        An encoder and a decoder, for x of shape (batch, sizes[0]) in [0, 1].

    Raises
    ------
    ValueError
        If there are less than two sizes, or one is not a positive integer.

    References
    ----------
    Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks"; the
    layers were trained one by one first, which today's initialisation has made unnecessary.

    Examples
    --------
    >>> network = deep_autoencoder((784, 128, 32), rng=np.random.default_rng(0))
    >>> encoder, decoder = network.layers
    >>> encoder
    Sequential(Dense(784, 128), ReLU(), Dense(128, 32))
    >>> decoder
    Sequential(Dense(32, 128), ReLU(), Dense(128, 784), Sigmoid())
    """
    if len(sizes) < 2:
        raise ValueError(
            "deep_autoencoder expects two sizes or more, from the sample down to the code, got "
            f"{tuple(sizes)}; write (784, 128, 32)"
        )
    encoder = _narrowing(sizes, rng, dtype)
    decoder = _narrowing(sizes[::-1], rng, dtype)
    return Sequential(Sequential(*encoder), Sequential(*decoder, Sigmoid()))


def _narrowing(sizes: Sequence[int], rng: np.random.Generator, dtype: npt.DTypeLike) -> list[Layer]:
    """Dense layers from size to size, with ReLU between them."""
    layers: list[Layer] = []
    for before, after in pairwise(sizes):
        last = len(layers) == 2 * (len(sizes) - 2)
        initializer = glorot_uniform if last else he_normal  # he_normal is for ReLU
        layers.append(Dense(before, after, rng=rng, dtype=dtype, initializer=initializer))
        if not last:
            layers.append(ReLU())
    return layers


def convolutional_autoencoder(
    *,
    rng: np.random.Generator,
    channels: tuple[int, int] = (16, 4),
    dtype: npt.DTypeLike = np.float32,
) -> Sequential:
    """Return an autoencoder of convolutions: its code is a stack of images of a quarter the side.

    Two convolutions of stride 2 halve the sides twice, and two transposed ones double them again.
    There is no dense layer in it, so one network serves images of every size whose sides are
    multiples of 4: a digit of 28 x 28 pixels gets a code of (4, 7, 7), one of 8 x 8 (4, 2, 2), each
    a quarter of the numbers.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    channels : (int, int)
        Of the images in the middle, and of the code.
    dtype : dtype

    Returns
    -------
    Sequential
        An encoder and a decoder, for x of shape (batch, 1, height, width) in [0, 1].

    Raises
    ------
    ValueError
        If a number of channels is not a positive integer.

    References
    ----------
    Masci, Meier, Ciresan and Schmidhuber (2011), "Stacked convolutional auto-encoders for
    hierarchical feature extraction"; there with max pooling in place of strides.

    Examples
    --------
    >>> encoder, decoder = convolutional_autoencoder(rng=np.random.default_rng(0)).layers
    >>> encoder.output_shape((1, 28, 28)), decoder.output_shape((4, 7, 7))
    ((4, 7, 7), (1, 28, 28))
    """
    middle, code = channels
    encoder = Sequential(
        Conv2D(1, middle, 3, stride=2, padding=1, rng=rng, dtype=dtype),  # -> (16, 14, 14)
        ReLU(),
        Conv2D(middle, code, 3, stride=2, padding=1, rng=rng, dtype=dtype),  # -> (4, 7, 7)
    )
    decoder = Sequential(
        _doubling(code, middle, rng, dtype),  # -> (16, 14, 14)
        ReLU(),
        _doubling(middle, 1, rng, dtype),  # -> (1, 28, 28)
        Sigmoid(),
    )
    return Sequential(encoder, decoder)


def _doubling(
    before: int, after: int, rng: np.random.Generator, dtype: npt.DTypeLike
) -> ConvTranspose2D:
    """The way back from a convolution that has halved the sides."""
    return ConvTranspose2D(
        before, after, 3, stride=2, padding=1, output_padding=1, rng=rng, dtype=dtype
    )


def sparse_autoencoder(
    features: int,
    code: int,
    *,
    target: float = 0.05,
    strength: float = 0.01,
    rng: np.random.Generator,
    dtype: npt.DTypeLike = np.float32,
) -> Sequential:
    """Return an autoencoder whose code may be longer than the sample, but is mostly silent.

    Without the sparsity a code as long as the sample could copy it and learn nothing.

    Parameters
    ----------
    features : int
        Numbers in a sample.
    code : int
        Numbers in its code; more than `features` is allowed.
    target : float
        Share of the samples for which a unit of the code should be active.
    strength : float
        Weight of the sparsity beside the mean squared error. The sum of squares of the reference is
        features / 2 times that mean, so its weight of 3 is 6 / features here.
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Returns
    -------
    Sequential
        An encoder, whose last layer is the `KLSparsity`, and a decoder; for x of shape (batch,
        features) in [0, 1].

    Raises
    ------
    ValueError
        If a size or a setting is out of range.

    References
    ----------
    Ng (2011), "Sparse autoencoder", CS294A lecture notes.

    Examples
    --------
    >>> encoder, decoder = sparse_autoencoder(64, 100, rng=np.random.default_rng(0)).layers
    >>> encoder
    Sequential(Dense(64, 100), Sigmoid(), KLSparsity(0.05, 0.01))
    """
    encoder = Sequential(
        Dense(features, code, rng=rng, dtype=dtype), Sigmoid(), KLSparsity(target, strength)
    )
    decoder = Sequential(Dense(code, features, rng=rng, dtype=dtype), Sigmoid())
    return Sequential(encoder, decoder)
