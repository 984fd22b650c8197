"""What the explorables share: cells as they start, and how far back their gradients reach."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import GRU, LSTM, RNN
from nnlib.layers.recurrent import Recurrent


def make_rnn(in_features: int, hidden: int, *, radius: float = 1.0, **options: Any) -> RNN:
    """Return an RNN whose weights from state to state start as a rotation, times `radius`.

    Parameters
    ----------
    in_features, hidden : int
    radius : float
        Its spectral radius at the start: a rotation changes no length.
    **options
        As for `RNN`; `rng` is wanted.

    Returns
    -------
    RNN

    Examples
    --------
    >>> from nnlib.probes import spectral_radius
    >>> cell = make_rnn(1, 8, radius=0.5, rng=np.random.default_rng(0))
    >>> round(spectral_radius(cell.recurrent_weight.value), 3)
    0.5
    """
    cell = RNN(in_features, hidden, **options)
    cell.recurrent_weight.value *= radius
    return cell


def make_gru(in_features: int, hidden: int, *, update_bias: float = 0.0, **options: Any) -> GRU:
    """Return a GRU whose update gate starts with a bias: it keeps what the forget gate keeps.

    Parameters
    ----------
    in_features, hidden : int
    update_bias : float
    **options
        As for `GRU`; `rng` is wanted.

    Returns
    -------
    GRU

    Examples
    --------
    >>> make_gru(1, 2, update_bias=1.0, rng=np.random.default_rng(0)).bias.value[1].tolist()
    [1.0, 1.0]
    """
    cell = GRU(in_features, hidden, **options)
    cell.bias.value[1] = update_bias
    return cell


def half_life(bias: Any) -> Any:
    r"""Steps after which a gate that is held at σ(bias) has halved what it keeps.

    .. math:: \sigma(b)^n = \tfrac12, \qquad n = \frac{\log 2}{\log(1 + e^{-b})}

    Parameters
    ----------
    bias : float or ndarray

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> [round(float(half_life(b)), 1) for b in (1.0, 3.0, 5.0)]
    [2.2, 14.3, 103.2]
    """
    return np.log(2.0) / np.log1p(np.exp(-np.asarray(bias, dtype=np.float64)))


def state_gradients(cell: Recurrent, x: Array, grad: Array, *, every: int = 1) -> Array:
    """Return the size of the gradient of a loss at the last state, at each state before it.

    From each state on the cell is run and differentiated anew: an LSTM's c counts with its h.

    Parameters
    ----------
    cell : Recurrent
        With returns="last".
    x : ndarray of shape (batch, time, features)
    grad : ndarray of shape (batch, hidden)
        dL/dh at the last step.
    every : int
        Leave out steps in between.

    Returns
    -------
    ndarray of shape (steps,)
        Mean norm over the batch, as a share of that at the last step; the last step first, then
        `every` steps earlier, and so on.

    Examples
    --------
    >>> cell = make_rnn(1, 4, radius=0.5, rng=np.random.default_rng(0), dtype=np.float64)
    >>> shares = state_gradients(cell, np.zeros((1, 4, 1)), np.ones((1, 4)))
    >>> shares.round(3).tolist()  # tanh has the slope 1 at 0
    [1.0, 0.5, 0.25, 0.125]
    """
    cell.forward(x)
    states = cell.states.copy()
    if isinstance(cell, LSTM):
        states = np.stack([states, cell.cells])  # (2, batch, time, hidden)
    norms = [float(np.linalg.norm(grad, axis=-1).mean())]
    for step in range(x.shape[1] - 1 - every, -1, -every):
        first = np.ascontiguousarray(states[..., step, :])
        cell.forward(np.ascontiguousarray(x[:, step + 1 :]), state=first)
        cell.backward_parameters(grad)
        norms.append(_norm(cell.state_grad))
    return np.array(norms) / max(norms[0], 1e-300)


def _norm(grad: Array | None) -> float:
    """Mean over the batch of the length of dL/d(state), h and c together."""
    assert grad is not None  # there was a backward pass
    squares = (grad.astype(np.float64) ** 2).sum(axis=-1)
    return float(np.sqrt(squares.sum(axis=0) if grad.ndim == 3 else squares).mean())


#: A cell for each name, from its sizes and the options of its layer.
MAKE: dict[str, Callable[..., Recurrent]] = {"RNN": make_rnn, "LSTM": LSTM, "GRU": make_gru}
