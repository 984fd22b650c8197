"""A network with six hidden units, trained once, and its 64 sub-networks."""

from functools import cache

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Dense, Dropout, Tanh
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import fit

UNITS = 6
#: Every mask there is, (64, 6): 1 where a unit speaks.
MASKS = (np.arange(1 << UNITS)[:, None] >> np.arange(UNITS)[::-1] & 1).astype(np.float64)
GRID = np.linspace(-1.0, 1.0, 61)
POINTS = np.linspace(-0.95, 0.95, 20)
TRAINED_WITH = 0.5  # dropout rate of the training with dropout


def wave(x: Array) -> Array:
    """The function that the network has learnt."""
    found: Array = np.sin(2.5 * x)
    return found


@cache
def six_units(dropout: bool, seed: int) -> Sequential:
    """Train 1-6-1 with tanh on 20 points of a sine, with dropout or without.

    Parameters
    ----------
    dropout : bool
    seed : int

    Returns
    -------
    Sequential
        Dense, Tanh, Dropout, Dense; in float64.
    """
    rng = np.random.default_rng(seed)
    network = Sequential(
        Dense(1, UNITS, rng=rng, dtype=np.float64),
        Tanh(),
        Dropout(TRAINED_WITH if dropout else 0.0, rng=rng),
        Dense(UNITS, 1, rng=rng, dtype=np.float64),
    )
    x = POINTS[:, None]
    optimizer = Adam(network.parameters(), 0.02)
    with limited_blas_threads():
        updates = fit(
            network, MeanSquaredError(), optimizer, x, wave(x), batch_size=20, epochs=2000, rng=rng
        )
        for _ in updates:
            pass
    return network


def parts(network: Sequential, x: Array) -> tuple[Array, float]:
    """Return what each hidden unit adds to the answer, and the bias.

    Parameters
    ----------
    network : Sequential
    x : ndarray of shape (n,)

    Returns
    -------
    added : ndarray of shape (n, 6)
    bias : float
    """
    first, tanh, _, last = network.layers
    assert isinstance(last, Dense)
    h = tanh.forward(first.forward(x[:, None]))
    return h * last.weight.value[:, 0], float(last.bias.value[0])


def share_of_masks(rate: float) -> Array:
    """Return how likely each of the 64 masks is, where a unit is silent with this probability.

    Parameters
    ----------
    rate : float
        p.

    Returns
    -------
    ndarray of shape (64,)
        With a sum of 1.

    Examples
    --------
    >>> share_of_masks(0.5).tolist()[:2]  # 1/64 each
    [0.015625, 0.015625]
    """
    on = MASKS.sum(axis=1)
    shares: Array = (1 - rate) ** on * rate ** (UNITS - on)
    return shares
