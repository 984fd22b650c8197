r"""The gradients of mini-batches of a softmax layer, and how they scatter.

The gradient of one sample's loss is an outer product of the layer's input x and of
delta = softmax(z) - one_hot(y), so many batches are measured at once without going back through
a network for each.
"""

import numpy as np

from nnlib.kernels.types import Array


def full_gradient(x: Array, deltas: Array) -> Array:
    r"""Return the gradient of the mean loss over all samples.

    .. math:: \nabla_W L = \frac1N \sum_i x_i \delta_i^T

    Parameters
    ----------
    x : ndarray of shape (samples, inputs)
        With a column of ones for the bias.
    deltas : ndarray of shape (samples, outputs)
        Gradient of each sample's own loss with respect to its logits.

    Returns
    -------
    ndarray of shape (inputs, outputs)

    Examples
    --------
    >>> full_gradient(np.ones((4, 2)), np.eye(4, 3)).tolist()
    [[0.25, 0.25, 0.25], [0.25, 0.25, 0.25]]
    """
    gradient: Array = x.T @ deltas / len(x)
    return gradient


def batch_gradients(
    x: Array, deltas: Array, batch_size: int, batches: int, *, rng: np.random.Generator
) -> Array:
    """Return the gradients of mini-batches, dealt out pass by pass as in training.

    Parameters
    ----------
    x, deltas : ndarray
        As for `full_gradient`.
    batch_size : int
        From 1 to the number of samples.
    batches : int
        How many; a new pass is shuffled when one is used up.
    rng : numpy.random.Generator
        Shuffles.

    Returns
    -------
    ndarray of shape (batches, inputs, outputs)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> batch_gradients(np.ones((6, 3)), np.eye(6, 2), 2, 5, rng=rng).shape
    (5, 3, 2)
    """
    dealt = len(x) // batch_size * batch_size  # an incomplete last batch is left out
    passes = -(-batches * batch_size // dealt)
    order = np.concatenate([rng.permutation(len(x))[:dealt] for _ in range(passes)])
    chosen = order[: batches * batch_size].reshape(batches, batch_size)
    inputs = x[chosen].transpose(0, 2, 1)  # (batch, input, sample)
    gradients: Array = inputs @ deltas[chosen] / batch_size
    return gradients


def scatter(gradients: Array, full: Array) -> float:
    r"""Return how far gradients lie from the full one: the root of the mean squared distance.

    .. math:: \sqrt{\frac1K \sum_k |g_k - \nabla L|^2}

    Parameters
    ----------
    gradients : ndarray of shape (batches, inputs, outputs)
    full : ndarray of shape (inputs, outputs)

    Returns
    -------
    float

    Examples
    --------
    >>> scatter(np.array([[[3.0, 4.0]], [[0.0, 0.0]]]), np.zeros((1, 2))) ** 2
    12.5
    """
    return float(np.sqrt(((gradients - full) ** 2).sum(axis=(1, 2)).mean()))


def scatter_of_one(x: Array, deltas: Array) -> float:
    r"""Return sigma: how far the gradients of single samples lie from the full one, exactly.

    .. math:: \sigma^2 = \frac1N \sum_i |x_i|^2 |\delta_i|^2 - |\nabla L|^2

    Parameters
    ----------
    x, deltas : ndarray
        As for `full_gradient`.

    Returns
    -------
    float

    Examples
    --------
    >>> scatter_of_one(np.ones((2, 1)), np.array([[3.0], [-3.0]]))
    3.0
    """
    lengths = np.einsum("ij,ij->i", x, x) * np.einsum("ij,ij->i", deltas, deltas)  # squared
    return float(np.sqrt(max(lengths.mean() - (full_gradient(x, deltas) ** 2).sum(), 0.0)))


def angles(gradients: Array, full: Array) -> Array:
    r"""Return the angle between each gradient and the full one, in degrees.

    .. math:: \arccos \frac{g_k \cdot \nabla L}{|g_k|\,|\nabla L|}

    Parameters
    ----------
    gradients, full : ndarray
        As for `scatter`.

    Returns
    -------
    ndarray of shape (batches,)
        From 0, the same direction, to 180, the opposite one; 90 where a gradient is zero.

    Examples
    --------
    >>> angles(np.array([[[2.0, 0.0]], [[0.0, 1.0]]]), np.array([[1.0, 0.0]])).tolist()
    [0.0, 90.0]
    """
    products = np.tensordot(gradients, full, axes=2)
    lengths = np.sqrt((gradients**2).sum(axis=(1, 2)) * (full**2).sum())
    cosines = products / np.maximum(lengths, np.finfo(full.dtype).tiny)
    turned: Array = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    return turned
