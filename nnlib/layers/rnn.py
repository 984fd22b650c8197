"""The plain recurrent layer."""

import numpy as np
import numpy.typing as npt

from nnlib.initializers import Initializer, glorot_uniform, orthogonal
from nnlib.kernels.recurrent import rnn_backward, rnn_forward
from nnlib.kernels.types import Array, Mask
from nnlib.layers.recurrent import Recurrent


class RNN(Recurrent):
    r"""A recurrent layer: each state is a tanh of the input and of the state before it.

    .. math:: h_t = \tanh(x_t W + h_{t-1} U + b)

    and back through time, with :math:`\delta_t = \partial L / \partial z_t` and the gradient
    :math:`g_t` that comes in at step t,

    .. math:: \delta_t = (g_t + \delta_{t+1} U^T) (1 - h_t^2), \quad
              \partial L/\partial W = \textstyle\sum_t x_t^T \delta_t, \quad
              \partial L/\partial U = \textstyle\sum_t h_{t-1}^T \delta_t

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
        See `nnlib.initializers`; called once for each matrix.

    Attributes
    ----------
    weight : Parameter of shape (in_features, hidden)
    recurrent_weight : Parameter of shape (hidden, hidden)
    bias : Parameter of shape (hidden,)
    states : ndarray of shape (batch, time, hidden)
        h after every step of the last forward pass. The next one writes over it, as over all
        that follows: take a copy of what is to stay.
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
    Elman (1990), "Finding structure in time"; Werbos (1990), "Backpropagation through time: what
    it does and how to do it"; Goodfellow, Bengio and Courville (2016), section 10.2.

    Examples
    --------
    >>> layer = RNN(1, 1, rng=np.random.default_rng(0), returns="all", dtype=np.float64)
    >>> layer.weight.value[:], layer.recurrent_weight.value[:] = 1.0, 0.5
    >>> x = np.array([[[1.0], [0.0], [0.0]]])  # (batch, time, features): one pulse
    >>> layer.forward(x)[0, :, 0].round(3)
    array([0.762, 0.363, 0.18 ])
    """

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
        self._states[1:] = self._gates[0]
        rnn_forward(self.recurrent_weight.value, self._padded, self._states)
        return self._states[-1:].copy()

    def _unroll_back(self, cut: Mask, grad: Array, state_grad: Array) -> Array:
        delta = self._array("delta", *self._gates.shape)
        rnn_backward(
            self._transposed(),
            self._states,
            self._padded,
            cut,
            grad,
            state_grad[0],
            delta[0],
        )
        return delta
