"""Characters as they can be seen, and cut into rows."""

from nnlib.kernels.types import Labels

WINDOW = 48  # characters that are read at once
_SIGNS = {" ": "␣", "\n": "↵"}


def sign(character: str) -> str:
    """Return a character as it can be seen: a space and a line end have signs of their own.

    Parameters
    ----------
    character : str

    Returns
    -------
    str

    Examples
    --------
    >>> sign(" "), sign("a")
    ('␣', 'a')
    """
    return _SIGNS.get(character, character)


def rows_of(numbers: Labels) -> Labels:
    """Cut numbers into rows of a window and one more, without overlap.

    Parameters
    ----------
    numbers : int ndarray of shape (n,)

    Returns
    -------
    int ndarray of shape (rows, 49)

    Examples
    --------
    >>> import numpy as np
    >>> rows_of(np.arange(100)).shape
    (2, 49)
    """
    rows = len(numbers) // (WINDOW + 1)
    return numbers[: rows * (WINDOW + 1)].reshape(rows, WINDOW + 1)
