"""The neuron of 1943: it counts, and fires or does not."""

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array, Labels


class McCullochPitts:
    r"""A neuron that fires when enough excitatory inputs are on and no inhibitory one is.

    .. math:: \hat y = 1 \text{ if } \sum_{w_i > 0} w_i x_i \ge \theta
              \text{ and } x_i = 0 \text{ wherever } w_i < 0, \text{ else } 0

    A positive weight is the number of excitatory synapses of an input. A negative one makes the
    input inhibitory: in the paper a single active inhibitory input is a veto, whatever else is on.

    Parameters
    ----------
    weights : sequence of int
        One for each input: positive excites, negative forbids, 0 is no connection.
    threshold : int
        θ, the least number of active excitatory synapses that makes the neuron fire.

    Raises
    ------
    TypeError
        If a weight or the threshold is no whole number.
    ValueError
        If there are no weights, or an input is neither 0 nor 1.

    References
    ----------
    McCulloch and Pitts (1943), "A logical calculus of the ideas immanent in nervous activity",
    Bulletin of Mathematical Biophysics 5, 115-133.

    Examples
    --------
    >>> both = McCullochPitts([1, 1], threshold=2)  # AND
    >>> both.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 0, 0, 1])
    >>> first_but_not_second = McCullochPitts([1, -1], threshold=1)
    >>> first_but_not_second.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 0, 1, 0])
    """

    def __init__(self, weights: npt.ArrayLike, threshold: int) -> None:
        self.weights: Labels = np.asarray(weights)
        if self.weights.dtype.kind not in "iu" and self.weights.size:
            raise TypeError(
                f"McCullochPitts expects whole numbers as weights, got {weights!r}; give each "
                "input 1 (excites), -1 (forbids) or 0 (no connection)"
            )
        if self.weights.ndim != 1 or self.weights.size == 0:
            raise ValueError(
                f"McCullochPitts expects one weight for each input, got {weights!r}; "
                "pass a list such as [1, 1]"
            )
        if isinstance(threshold, bool) or not isinstance(threshold, int | np.integer):
            raise TypeError(
                f"McCullochPitts expects threshold to be a whole number, got {threshold!r}; "
                "it counts synapses"
            )
        self.threshold = int(threshold)

    def predict(self, x: npt.ArrayLike) -> Labels:
        """Return 1 for each row that makes the neuron fire, else 0; of shape (batch,)."""
        inputs = self._check(np.asarray(x))
        vetoed = inputs[:, self.weights < 0].any(axis=1)
        excitation = inputs @ np.maximum(self.weights, 0)
        fires: Labels = ((excitation >= self.threshold) & ~vetoed).astype(np.int64)
        return fires

    def _check(self, x: Array | Labels) -> Labels:
        """Inputs as integers, if they are rows of as many zeros and ones as there are weights."""
        if x.ndim != 2 or x.shape[1] != len(self.weights):
            raise ValueError(
                f"McCullochPitts expects x of shape (batch, {len(self.weights)}), got {x.shape}; "
                "each sample is one row"
            )
        if not ((x == 0) | (x == 1)).all():
            raise ValueError(
                f"McCullochPitts expects inputs of 0 and 1, got {x[(x != 0) & (x != 1)][0]}; "
                "an input is silent or active, with nothing in between"
            )
        return x.astype(np.int64)

    def __repr__(self) -> str:
        return f"McCullochPitts({self.weights.tolist()}, threshold={self.threshold})"
