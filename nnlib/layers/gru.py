"""The gated recurrent unit."""

import numpy as np
import numpy.typing as npt

from nnlib.initializers import Initializer, glorot_uniform, orthogonal
from nnlib.kernels.recurrent import gru_backward, gru_forward
from nnlib.kernels.sequences import gates_backward_weight
from nnlib.kernels.types import Array, Mask
from nnlib.layers.recurrent import Recurrent


class GRU(Recurrent):
    r"""Gated recurrent unit: each state is a mixture of the one before and of a candidate.

    .. math:: r_t, u_t &= \sigma(x_t W_k + h_{t-1} U_k + b_k), \quad k = 0, 1 \\
              n_t &= \tanh(x_t W_2 + r_t\, (h_{t-1} U_2) + b_2) \\
              h_t &= (1 - u_t)\, n_t + u_t\, h_{t-1}

    The reset gate r acts after the product with :math:`U_2`, as in cuDNN and PyTorch; in the paper
    it acts before, on :math:`h_{t-1}`. An update gate u near 1 keeps the state.

    Parameters
    ----------
    in_features, hidden : int
        Length of a row of the input, and of the state.
    rng : numpy.random.Generator
        Draws the first weights; the biases start at zero.
    returns : {"last", "all"}
        The state after the last step, (batch, hidden), or after every step, (batch, time, hidden).
    masked : bool
        Whether x has one column more, 1 where a step counts and 0 after a sequence's end, as
        `nnlib.datasets.pad` makes it. So sequences of different lengths pass through `fit`.
    stateful : bool
        Whether a batch starts from the state in which the last one ended, not from zeros. For
        a loop of one's own: `fit` shuffles, so its batches do not continue each other.
    truncate : int or None
        Cut the gradient through time every so many steps, counted from each sample's last; may be
        changed at any time. With returns="last" that leaves the last `truncate` steps.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer, recurrent_initializer : callable
        See `nnlib.initializers`; called once for each gate's matrix.

    Attributes
    ----------
    weight : Parameter of shape (3, in_features, hidden)
        One matrix for each gate: reset, update, candidate.
    recurrent_weight : Parameter of shape (3, hidden, hidden)
    bias : Parameter of shape (3, hidden)
    states : ndarray of shape (batch, time, hidden)
        h after every step of the last forward pass. The next one writes over it, as over all
        that follows: take a copy of what is to stay.
    gates : dict of ndarray of shape (batch, time, hidden)
        "reset", "update" and "candidate" at every step. After a sequence's end the update gate is
        1 and the others are 0.
    state, state_grad : ndarray of shape (batch, hidden)
        The last state of the last forward pass, and dL/d(first state) of the last backward
        pass. Set `state` to None to start anew.

    Raises
    ------
    ValueError
        If a size or an option is none of the above, or x, lengths or state do not fit.
    TypeError
        If the dtype of `x` is not the layer's, or `rng` is no generator.

    References
    ----------
    Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation", equations 5 to 8.

    Examples
    --------
    >>> layer = GRU(2, 3, rng=np.random.default_rng(0), returns="all")
    >>> layer.forward(np.zeros((1, 5, 2), np.float32)).shape
    (1, 5, 3)
    >>> layer.gates["update"].shape
    (1, 5, 3)
    """

    gate_names = ("reset", "update", "candidate")

    def __init__(
        self,
        in_features: int,
        hidden: int,
        *,
        rng: np.random.Generator,
        returns: str = "last",
        masked: bool = False,
        stateful: bool = False,
        truncate: int | None = None,
        dtype: npt.DTypeLike = np.float32,
        initializer: Initializer = glorot_uniform,
        recurrent_initializer: Initializer = orthogonal,
    ) -> None:
        super().__init__(
            in_features,
            hidden,
            rng=rng,
            returns=returns,
            masked=masked,
            stateful=stateful,
            truncate=truncate,
            dtype=dtype,
            initializer=initializer,
            recurrent_initializer=recurrent_initializer,
        )

    def _unroll(self, first: Array) -> Array:
        self._recalled = self._array("recalled", *self._states[1:].shape)
        gru_forward(
            self.recurrent_weight.value, self._padded, self._states, self._gates, self._recalled
        )
        return self._states[-1:].copy()

    def _unroll_back(self, cut: Mask, grad: Array, state_grad: Array) -> Array:
        delta = self._array("delta", *self._gates.shape)
        self._recalled_grad = self._array("recalled_grad", *self._recalled.shape)
        gru_backward(
            self._transposed(),
            self._states,
            self._gates,
            self._recalled,
            cut,
            grad,
            state_grad[0],
            delta,
            self._recalled_grad,
        )
        return delta

    def _write_recurrent_gradient(self, delta: Array) -> None:
        """The reset gate stands between the candidate and U_2, so that matrix has its own delta."""
        before, grad = self._rows(self._states[:-1]), self.recurrent_weight.grad
        gates_backward_weight(before, delta[:2], grad[:2])
        gates_backward_weight(before, self._rows(self._recalled_grad)[None], grad[2:])
