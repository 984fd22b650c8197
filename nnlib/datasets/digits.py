"""Handwritten digits without a network: scikit-learn's 8x8 images, or MNIST if it is there."""

import numpy as np

from nnlib.datasets._checks import check_fraction, check_rng
from nnlib.datasets.mnist import load_mnist, mnist_available
from nnlib.datasets.split import Split, train_test_split


def load_digits(*, test_fraction: float = 0.2, rng: np.random.Generator) -> Split:
    """Load the 1,797 handwritten digits of 8x8 pixels that come with scikit-learn.

    Parameters
    ----------
    test_fraction : float
        Share of the images that goes to the test part, between 0 and 1.
    rng : np.random.Generator
        Draws which images these are. The same seed gives the same split.

    Returns
    -------
    Split
        `x_train` and `x_test` float32 of shape (n, 64): pixels row by row, 0 = background,
        1 = ink (17 levels). `y_train` and `y_test`: int64 labels 0 to 9.

    Raises
    ------
    ValueError
        If `test_fraction` is not between 0 and 1.
    TypeError
        If `rng` is missing or not a generator.

    References
    ----------
    Alpaydin and Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, data set 80; scikit-learn brings its test part.

    Examples
    --------
    >>> import numpy as np
    >>> split = load_digits(rng=np.random.default_rng(0))
    >>> split.x_train.shape, split.x_test.shape
    ((1438, 64), (359, 64))
    >>> float(split.x_train.min()), float(split.x_train.max())
    (0.0, 1.0)
    """
    check_fraction("load_digits", test_fraction)
    check_rng("load_digits", rng)
    from sklearn.datasets import load_digits as bundled

    pixels, labels = bundled(return_X_y=True)  # (1797, 64) with values 0..16, and (1797,)
    x = (pixels / 16).astype(np.float32)
    return train_test_split(x, labels.astype(np.int64), test_fraction=test_fraction, rng=rng)


def best_digits(*, rng: np.random.Generator, download: bool = False) -> tuple[Split, str]:
    """Load MNIST if it can be had, otherwise the 8x8 digits, and say which.

    Parameters
    ----------
    rng : np.random.Generator
        Draws the split of the 8x8 digits; MNIST comes with its own.
    download : bool
        Whether to download MNIST if it is not on this machine.

    Returns
    -------
    split : Split
        Images as rows of pixels in [0, 1] (784 or 64 of them), labels 0 to 9.
    line : str
        One sentence or two that say what was loaded, why, and how to get MNIST.

    Raises
    ------
    TypeError
        If `rng` is missing or not a generator.

    See Also
    --------
    load_mnist, load_digits : the two data sets and their references.

    Examples
    --------
    >>> import numpy as np
    >>> split, line = best_digits(rng=np.random.default_rng(0))
    >>> split.x_train.shape[1] in (64, 784), line.startswith("Using ")
    (True, True)
    """
    check_rng("best_digits", rng)
    reason = ""
    if download or mnist_available():
        try:
            mnist = load_mnist(download=download)
            count = len(mnist.x_train) + len(mnist.x_test)
            return mnist, f"Using MNIST ({count:,} images)."
        except (OSError, ValueError) as error:
            reason = str(error)
    digits = load_digits(rng=rng)
    line = "Using the 8x8 digits that come with scikit-learn (1,797 images)."
    if reason:
        return digits, f"{line} MNIST could not be used: {reason}."
    advice = "run nnlib.datasets.load_mnist() once with a network"
    return digits, f"{line} For MNIST (70,000 images) {advice}."
