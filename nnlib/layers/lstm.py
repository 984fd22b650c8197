"""Long short-term memory."""

import numpy as np
import numpy.typing as npt

from nnlib.initializers import Initializer, glorot_uniform, orthogonal
from nnlib.kernels.recurrent import lstm_backward, lstm_forward
from nnlib.kernels.types import Array, Mask
from nnlib.layers.recurrent import Recurrent


class LSTM(Recurrent):
    r"""Long short-term memory: a cell that is changed by adding, and three gates that guard it.

    .. math:: i_t, f_t, o_t &= \sigma(x_t W_k + h_{t-1} U_k + b_k), \quad k = 0, 1, 2 \\
              g_t &= \tanh(x_t W_3 + h_{t-1} U_3 + b_3) \\
              c_t &= f_t c_{t-1} + i_t g_t, \qquad h_t = o_t \tanh c_t

    Where the forget gate :math:`f` is near 1, the gradient passes from :math:`c_t` to
    :math:`c_{t-1}` unchanged: a forget bias of 1 lets memory begin long.

    Parameters
    ----------
    in_features, hidden : int
        Length of a row of the input, and of the state.
    rng : numpy.random.Generator
        Draws the first weights; the biases start at zero, but for the
        forget gate.
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
    forget_bias : float
        First bias of the forget gate: 0 halves the cell at every step, 1 keeps 73 % of it.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer, recurrent_initializer : callable
        See `nnlib.initializers`; called once for each gate's matrix.

    Attributes
    ----------
    weight : Parameter of shape (4, in_features, hidden)
        One matrix for each gate: input, forget, output, candidate.
    recurrent_weight : Parameter of shape (4, hidden, hidden)
    bias : Parameter of shape (4, hidden)
    states : ndarray of shape (batch, time, hidden)
        h after every step of the last forward pass. The next one writes over it, as over all
        that follows: take a copy of what is to stay.
    cells : ndarray of shape (batch, time, hidden)
        c after every step.
    gates : dict of ndarray of shape (batch, time, hidden)
        "input", "forget", "output" and "candidate" at every step. After a sequence's end the
        forget gate is 1 and the others are 0.
    state, state_grad : ndarray of shape (2, batch, hidden)
        The last state of the last forward pass, h and c, and dL/d(first state) of the last
        backward pass. Set `state` to None to start anew.

    Raises
    ------
    ValueError
        If a size or an option is none of the above, or x, lengths or state do not fit.
    TypeError
        If the dtype of `x` is not the layer's, or `rng` is no generator.

    References
    ----------
    Hochreiter and Schmidhuber (1997), "Long short-term memory"; Gers, Schmidhuber and Cummins
    (2000), "Learning to forget", for the forget gate; Jozefowicz, Zaremba and Sutskever (2015), "An
    empirical exploration of recurrent network architectures", for its bias.

    Examples
    --------
    >>> layer = LSTM(1, 1, rng=np.random.default_rng(0), forget_bias=5.0)
    >>> layer.forward(np.zeros((1, 3, 1), np.float32)).shape
    (1, 1)
    >>> layer.gates["forget"][0, :, 0].round(3)
    array([0.993, 0.993, 0.993], dtype=float32)
    """

    gate_names = ("input", "forget", "output", "candidate")
    state_parts = 2

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
        forget_bias: float = 1.0,
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
        if not np.isfinite(forget_bias):
            raise ValueError(
                f"LSTM expects forget_bias to be a finite number, got {forget_bias!r}; "
                "1.0 is the usual choice"
            )
        self.bias.value[1] = forget_bias

    @property
    def cells(self) -> Array:
        """c after every step of the last forward pass, (batch, time, hidden)."""
        self._check_forward("cells")
        return self._cells[1:].transpose(1, 0, 2)

    def _unroll(self, first: Array) -> Array:
        self._cells = self._array("cells", *self._states.shape)
        self._cells[0] = first[1]
        self._squashed = self._array("squashed", *self._states[1:].shape)
        lstm_forward(
            self.recurrent_weight.value,
            self._padded,
            self._states,
            self._cells,
            self._gates,
            self._squashed,
        )
        return np.stack([self._states[-1], self._cells[-1]])

    def _unroll_back(self, cut: Mask, grad: Array, state_grad: Array) -> Array:
        delta = self._array("delta", *self._gates.shape)
        lstm_backward(
            self._transposed(),
            self._cells,
            self._gates,
            self._squashed,
            self._padded,
            cut,
            grad,
            state_grad[0],
            state_grad[1],
            delta,
        )
        return delta
