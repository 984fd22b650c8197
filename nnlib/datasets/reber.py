"""Strings of the Reber grammar: a small machine that writes, and that a network can find out."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count
from nnlib.datasets._checks import check_rng
from nnlib.datasets.sequences import pad

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

#: The symbols of the grammar; the place of each is its number.
REBER_SYMBOLS = "BTSXPVE"

# From each state: the symbol that may come and the state that it leads to. The end has no arrows.
_ARROWS = (
    (("B", 1),),
    (("T", 2), ("P", 3)),
    (("S", 2), ("X", 4)),
    (("T", 3), ("V", 5)),
    (("X", 3), ("S", 6)),
    (("P", 4), ("V", 6)),
    (("E", 7),),
    (),
)


def reber_strings(n: int, *, embedded: bool = False, rng: np.random.Generator) -> list[str]:
    """Write strings by walking through the grammar, each arrow as likely as the other.

    Parameters
    ----------
    n : int
        Number of strings.
    embedded : bool
        Whether each is wrapped as B T ... T E or B P ... P E: the symbol before the last can only
        be known from the second, over a whole string of the simple grammar.
    rng : np.random.Generator
        Chooses the arrows.

    Returns
    -------
    list of str
        Letters out of "BTSXPVE".

    Raises
    ------
    ValueError
        If `n` is not a positive integer.
    TypeError
        If `rng` is missing or not a generator.

    References
    ----------
    Reber (1967), "Implicit learning of artificial grammars"; Cleeremans, Servan-Schreiber and
    McClelland (1989), "Finite state automata and simple recurrent networks"; embedded: Hochreiter
    and Schmidhuber (1997), "Long short-term memory", experiment 1.

    Examples
    --------
    >>> strings = reber_strings(3, rng=np.random.default_rng(0))
    >>> all(is_reber(string) for string in strings)
    True
    """
    check_count("reber_strings", "n", n)
    check_rng("reber_strings", rng)
    strings = [_walk(rng) for _ in range(n)]
    if not embedded:
        return strings
    wraps = ("TP"[choice] for choice in rng.integers(2, size=n))
    return [f"B{wrap}{string}{wrap}E" for string, wrap in zip(strings, wraps, strict=True)]


def is_reber(string: str, *, embedded: bool = False) -> bool:
    """Whether the grammar can write this string.

    Parameters
    ----------
    string : str
    embedded : bool
        See `reber_strings`.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_reber("BTXSE"), is_reber("BTXXE"), is_reber("BPBTXSEPE", embedded=True)
    (True, False, True)
    """
    if embedded:
        wraps = [("BT", "TE"), ("BP", "PE")]
        return any(
            string.startswith(first) and string.endswith(last) and is_reber(string[2:-2])
            for first, last in wraps
        )
    state = 0
    for symbol in string:
        state = dict(_ARROWS[state]).get(symbol, -1)
        if state < 0:
            return False
    return state == len(_ARROWS) - 1


def reber(n: int, *, embedded: bool = False, rng: np.random.Generator) -> tuple[Floats, Labels]:
    """Tell right strings from wrong ones: of different lengths, half of them with a mistake.

    The mistake is one symbol replaced by another; in an embedded string it is the one before the
    last, which contradicts the second.

    Parameters
    ----------
    n : int
        Number of strings.
    embedded : bool
        See `reber_strings`.
    rng : np.random.Generator
        Writes the strings and makes the mistakes.

    Returns
    -------
    x : float32 array of shape (n, time, 8)
        One-hot symbols, and the column of `pad` that is 1 up to the end of each string: for layers
        with masked=True.
    labels : int64 array of shape (n,)
        1 for right, 0 for wrong.

    Raises
    ------
    ValueError
        If `n` is not a positive integer.
    TypeError
        If `rng` is missing or not a generator.

    Examples
    --------
    >>> x, labels = reber(10, rng=np.random.default_rng(0))
    >>> x.shape[2], int(labels.sum())
    (8, 5)
    """
    strings = reber_strings(n, embedded=embedded, rng=rng)
    labels = rng.permutation(np.arange(n) % 2)
    for index in np.flatnonzero(labels == 0):
        strings[index] = _with_mistake(strings[index], embedded, rng)
    return pad([_one_hot(string) for string in strings]), labels


def reber_next(
    n: int, *, embedded: bool = False, rng: np.random.Generator
) -> tuple[Floats, Labels]:
    """Predict the next symbol at every step of strings of different lengths.

    Parameters
    ----------
    n : int
        Number of strings.
    embedded : bool
        See `reber_strings`.
    rng : np.random.Generator
        Writes the strings.

    Returns
    -------
    x : float32 array of shape (n, time, 8)
        All symbols but the last of each string, as in `reber`.
    labels : int64 array of shape (n, time)
        Number of the next symbol, and -1 after the end: for `CrossEntropy(ignore=-1)`.

    Raises
    ------
    ValueError
        If `n` is not a positive integer.
    TypeError
        If `rng` is missing or not a generator.

    Examples
    --------
    >>> x, labels = reber_next(4, rng=np.random.default_rng(0))
    >>> bool(((labels >= 0) == (x[:, :, -1] == 1)).all())
    True
    """
    strings = reber_strings(n, embedded=embedded, rng=rng)
    x = pad([_one_hot(string[:-1]) for string in strings])
    labels = np.full(x.shape[:2], -1)
    for row, string in zip(labels, strings, strict=True):
        row[: len(string) - 1] = [REBER_SYMBOLS.index(symbol) for symbol in string[1:]]
    return x, labels


def _walk(rng: np.random.Generator) -> str:
    """One string from the start of the grammar to its end."""
    string, state = "", 0
    while _ARROWS[state]:
        symbol, state = _ARROWS[state][rng.integers(len(_ARROWS[state]))]
        string += symbol
    return string


def _with_mistake(string: str, embedded: bool, rng: np.random.Generator) -> str:
    """The string with one symbol changed, so that the grammar cannot write it."""
    if embedded:
        return string[:-2] + ("P" if string[-2] == "T" else "T") + string[-1]
    while True:
        place, symbol = rng.integers(1, len(string) - 1), REBER_SYMBOLS[rng.integers(1, 6)]
        changed = string[:place] + symbol + string[place + 1 :]
        if not is_reber(changed):
            return changed


def _one_hot(string: str) -> Floats:
    """One row for each symbol, (steps, 7)."""
    return np.eye(len(REBER_SYMBOLS), dtype=np.float32)[[REBER_SYMBOLS.index(s) for s in string]]
