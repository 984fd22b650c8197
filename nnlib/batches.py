"""Mini-batches."""

from collections.abc import Iterator

import numpy as np

from nnlib.checks import check_count, check_pairs, check_rng
from nnlib.kernels.types import Array, Labels


def minibatches(
    x: Array, y: Array | Labels, batch_size: int, *, rng: np.random.Generator
) -> Iterator[tuple[Array, Array | Labels]]:
    """Shuffle the samples and deal them out in batches; the last may be smaller.

    Parameters
    ----------
    x : ndarray of shape (samples, ...)
    y : ndarray of shape (samples, ...)
    batch_size : int
        1 or more.
    rng : numpy.random.Generator
        Shuffles.

    Yields
    ------
    (inputs, targets)
        Each sample once.

    Raises
    ------
    ValueError
        If there are no samples, the lengths differ or `batch_size` is not a positive integer.

    Examples
    --------
    >>> x = np.arange(5)[:, None]
    >>> rng = np.random.default_rng(0)
    >>> [len(inputs) for inputs, targets in minibatches(x, x, 2, rng=rng)]
    [2, 2, 1]
    """
    check_pairs("minibatches", x, y)
    check_count("minibatches", "batch_size", batch_size)
    check_rng("minibatches", rng)
    return deal(x, y, batch_size, rng)


def deal(
    x: Array, y: Array | Labels, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, Array | Labels]]:
    """The same without the checks, for `fit`, which has made them."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x.take(chosen, axis=0), y.take(chosen, axis=0)
