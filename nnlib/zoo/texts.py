"""A network that writes."""

import numpy as np

from nnlib.layers import GRU, LSTM, RNN, Dense, Embedding
from nnlib.network import Sequential

#: What `character_rnn` can read with, by the name that it is asked for.
CELLS: dict[str, type[RNN] | type[LSTM] | type[GRU]] = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def character_rnn(
    vocabulary_size: int, hidden: int, *, cell: str = "LSTM", rng: np.random.Generator
) -> Sequential:
    """Return a network that reads a text and guesses, after each character, which one comes next.

    Parameters
    ----------
    vocabulary_size : int
        Number of different characters.
    hidden : int
        Length of the state.
    cell : {"LSTM", "GRU", "RNN"}
        The recurrent layer.
    rng : numpy.random.Generator
        Draws the first weights.

    Returns
    -------
    Sequential
        For x of shape (batch, time), the numbers of the characters; the output is logits of shape
        (batch, time, vocabulary_size), for `CrossEntropy` and `generate`.

    Raises
    ------
    ValueError
        If a size is not a positive integer, or there is no such cell.
    TypeError
        If `rng` is no generator.

    References
    ----------
    Graves (2013), "Generating sequences with recurrent neural networks", section 2, has several
    such layers, one on the other.

    Examples
    --------
    >>> network = character_rnn(30, 64, rng=np.random.default_rng(0))
    >>> network.forward(np.array([[2, 0, 29]])).shape
    (1, 3, 30)
    """
    if cell not in CELLS:
        names = " or ".join(repr(name) for name in CELLS)
        raise ValueError(f"character_rnn expects cell to be {names}, got {cell!r}; take 'LSTM'")
    return Sequential(
        Embedding(vocabulary_size, 16, rng=rng),  # (time,) -> (time, 16)
        CELLS[cell](16, hidden, returns="all", rng=rng),  # -> (time, hidden)
        Dense(hidden, vocabulary_size, rng=rng),  # -> (time, vocabulary_size)
    )
