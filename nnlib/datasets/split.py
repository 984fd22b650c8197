"""A data set in two parts: one to learn from, one to be judged on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.datasets._checks import check_fraction, check_rng

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Split:
    """Training and test examples that do not overlap.

    Parameters
    ----------
    x_train : array of shape (n_train, ...)
        Training inputs, float32 in the data sets of this package.
    y_train : array of shape (n_train, ...)
        Their labels (int64, shape (n_train,)) or targets (float32).
    x_test : array of shape (n_test, ...)
        Test inputs: never shown to an optimizer.
    y_test : array of shape (n_test, ...)
        Their labels or targets.

    Examples
    --------
    >>> import numpy as np
    >>> split = Split(np.zeros((3, 2)), np.zeros(3), np.zeros((1, 2)), np.zeros(1))
    >>> split.x_train.shape, split.x_test.shape
    ((3, 2), (1, 2))
    >>> x_train, y_train = split.x_train, split.y_train
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def train_test_split(
    x: Array, y: Array, *, test_fraction: float, rng: np.random.Generator
) -> Split:
    """Shuffle the examples and keep a share of them for testing.

    The test part holds `round(n * test_fraction)` examples. Each example lands in exactly one part.

    Parameters
    ----------
    x : array of shape (n, ...)
        Inputs, one example per row.
    y : array of shape (n, ...)
        Labels or targets, row by row.
    test_fraction : float
        Share of the examples that goes to the test part, between 0 and 1.
    rng : np.random.Generator
        Draws the order. The same seed gives the same split.

    Returns
    -------
    Split
        Copies of the rows, in the dtypes of `x` and `y`.

    Raises
    ------
    ValueError
        If `x` and `y` differ in length, `test_fraction` is not between 0 and 1, or a part is empty.
    TypeError
        If `rng` is not a generator.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> split = train_test_split(x, y, test_fraction=0.2, rng=np.random.default_rng(0))
    >>> split.x_train.shape, split.y_test.shape
    ((4, 2), (1,))
    """
    check_fraction("train_test_split", test_fraction)
    check_rng("train_test_split", rng)
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(
            "train_test_split expects x and y with the same number of rows, "
            f"got shapes {x.shape} and {y.shape}; pass one label or target for each input"
        )
    n = len(x)
    n_test = round(n * test_fraction)
    if not 0 < n_test < n:
        raise ValueError(
            "train_test_split expects examples in both parts, "
            f"got {n - n_test} for training and {n_test} for testing; "
            "pass more examples or a test_fraction nearer to 0.5"
        )
    order = rng.permutation(n)
    train, test = order[n_test:], order[:n_test]
    return Split(x[train], y[train], x[test], y[test])
