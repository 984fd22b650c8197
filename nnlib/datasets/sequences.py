"""Sequences made to order, each to ask one thing of a memory."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count
from nnlib.datasets._checks import check_points, check_rng

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def adding_problem(n: int, length: int, *, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Add two marked numbers out of many: a test of long memory for values.

    Each step holds a number, uniform in [0, 1), and a mark, 1 at two steps and 0 at all others. One
    mark stands in the first half of the sequence and one in the second. Who always answers
    1, the mean, has a squared error of 1/6.

    Parameters
    ----------
    n, length : int
        Number of sequences, and steps in each, at least 2.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, length, 2)
        Number and mark at each step.
    targets : float32 array of shape (n, 1)
        Sum of the two marked numbers.

    Raises
    ------
    ValueError
        If `n` < 1 or `length` < 2.
    TypeError
        If `rng` is missing or not a generator.

    References
    ----------
    Hochreiter and Schmidhuber (1997), "Long short-term memory", experiment 4; in the form of Le,
    Jaitly and Hinton (2015), arXiv:1504.00941, section 4.1.

    Examples
    --------
    >>> x, targets = adding_problem(3, 10, rng=np.random.default_rng(0))
    >>> bool(np.allclose((x[:, :, 0] * x[:, :, 1]).sum(axis=1), targets[:, 0]))
    True
    """
    check_count("adding_problem", "n", n)
    check_count("adding_problem", "length", length, least=2)
    check_rng("adding_problem", rng)
    x = np.zeros((n, length, 2), dtype=np.float32)
    x[:, :, 0] = rng.random((n, length), dtype=np.float32)
    rows = np.arange(n)
    x[rows, rng.integers(0, length // 2, n), 1] = 1
    x[rows, rng.integers(length // 2, length, n), 1] = 1
    return x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1, keepdims=True)


def first_bit(
    n: int, length: int, *, noise: float = 0.2, rng: np.random.Generator
) -> tuple[Floats, Labels]:
    """Tell at the end what came first: a test of long memory for one bit.

    The first step is +1 or -1, and all that follows is noise around 0.

    Parameters
    ----------
    n, length : int
        Number of sequences, and steps in each.
    noise : float
        Standard deviation of the steps after the first.
    rng : np.random.Generator
        Source of the random numbers.

    Returns
    -------
    x : float32 array of shape (n, length, 1)
    labels : int64 array of shape (n,)
        1 where the first step is +1, and 0 where it is -1; half of each, or one more.

    Raises
    ------
    ValueError
        If `n` < 2, `length` < 1, or `noise` is negative or not finite.
    TypeError
        If `rng` is missing or not a generator.

    References
    ----------
    After the latching problem of Bengio, Simard and Frasconi (1994), "Learning long-term
    dependencies with gradient descent is difficult".

    Examples
    --------
    >>> x, labels = first_bit(4, 10, rng=np.random.default_rng(0))
    >>> bool(((x[:, 0, 0] > 0) == labels).all())
    True
    """
    check_points("first_bit", n, noise, rng)
    check_count("first_bit", "length", length)
    labels = rng.permutation(np.arange(n) % 2)
    x = rng.normal(0.0, noise, (n, length, 1)).astype(np.float32)
    x[:, 0, 0] = 2 * labels - 1
    return x, labels


def sines(
    n: int, length: int, *, noise: float = 0.0, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Go on with a sine wave of which one sees some noisy steps.

    Each wave has an amplitude of 1, a period drawn between 10 and 40 steps, and a phase of its own.

    Parameters
    ----------
    n, length : int
        Number of sequences, at least 2, and steps in each.
    noise : float
        Standard deviation of what is added to each step that is seen.
    rng : np.random.Generator
        Source of the random numbers. With the same seed, a larger `noise` moves the same
        points further.

    Returns
    -------
    x : float32 array of shape (n, length, 1)
        What is seen.
    targets : float32 array of shape (n, 1)
        The wave one step after the last, without noise.

    Raises
    ------
    ValueError
        If `n` < 2, `length` < 1, or `noise` is negative or not finite.
    TypeError
        If `rng` is missing or not a generator.

    Examples
    --------
    >>> x, targets = sines(5, 20, rng=np.random.default_rng(0))
    >>> x.shape, targets.shape
    ((5, 20, 1), (5, 1))
    """
    check_points("sines", n, noise, rng)
    check_count("sines", "length", length)
    period = rng.uniform(10, 40, (n, 1))
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    wave = np.sin(2 * np.pi * np.arange(length + 1) / period + phase)  # (n, length + 1)
    seen = wave[:, :-1] + noise * rng.normal(size=(n, length))
    return seen[:, :, None].astype(np.float32), wave[:, -1:].astype(np.float32)


def pad(sequences: Sequence[npt.NDArray[np.floating]]) -> Floats:
    """Put sequences of different lengths into one array, for layers with masked=True.

    Parameters
    ----------
    sequences : sequence of arrays of shape (steps, features)
        At least one; `steps` may differ, `features` may not.

    Returns
    -------
    float32 array of shape (n, most steps, features + 1)
        Zeros after the end of each. The last column is 1 where a step counts and 0 after the end.

    Raises
    ------
    ValueError
        If there is no sequence, one is empty, or the shapes do not fit.

    Examples
    --------
    >>> pad([np.array([[5.0], [6.0]]), np.array([[7.0]])]).tolist()
    [[[5.0, 1.0], [6.0, 1.0]], [[7.0, 1.0], [0.0, 0.0]]]
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    for index, array in enumerate(arrays):
        if array.ndim != 2 or len(array) == 0 or array.shape[1] != arrays[0].shape[-1]:
            raise ValueError(
                "pad expects arrays of shape (steps, features), one or more steps and all with as "
                f"many features, got {array.shape} at position {index} and {arrays[0].shape} at "
                "the first; make a sequence of single numbers a column with [:, None]"
            )
    if not arrays:
        raise ValueError("pad expects at least one sequence, got none")
    longest = max(len(array) for array in arrays)
    out = np.zeros((len(arrays), longest, arrays[0].shape[1] + 1), dtype=np.float32)
    for row, array in zip(out, arrays, strict=True):
        row[: len(array), :-1] = array
        row[: len(array), -1] = 1
    return out
