"""A row of numbers for each symbol."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_rng
from nnlib.initializers import Initializer, glorot_uniform
from nnlib.kernels.sequences import embedding_backward, embedding_forward
from nnlib.kernels.types import Array, Labels
from nnlib.layers.base import Layer, Parameter, check_grad


class Embedding(Layer):
    r"""A table with a row of learnt numbers for each symbol of a vocabulary.

    .. math:: z_{bt} = W_{x_{bt}}, \qquad
              \partial L/\partial W_k = \textstyle\sum_{b,t:\, x_{bt} = k} \delta_{bt}

    It is what a dense layer without bias would make of one-hot rows, without the multiplications
    by zero.

    Parameters
    ----------
    vocabulary, features : int
        Number of symbols, and length of the row of each.
    rng : numpy.random.Generator
        Draws the first rows.
    masked : bool
        Whether -1 in x marks steps after a sequence's end: they become zeros, and the output has
        one column more, 1 where a step counts, for a recurrent layer with masked=True.
    dtype : dtype
        float32, or float64 for gradient checks.
    initializer : callable
        See `nnlib.initializers`.

    Attributes
    ----------
    weight : Parameter of shape (vocabulary, features)

    Raises
    ------
    ValueError
        If a size is not a positive integer, or an index names no row.
    TypeError
        If `x` is not an array of integers, or `rng` is no generator.

    References
    ----------
    Bengio, Ducharme, Vincent and Jauvin (2003), "A neural probabilistic language model".

    Examples
    --------
    >>> layer = Embedding(3, 2, rng=np.random.default_rng(0))
    >>> layer.weight.value[:] = [[0, 0], [1, 10], [2, 20]]
    >>> layer.forward(np.array([[2, 0, 2]])).tolist()
    [[[2.0, 20.0], [0.0, 0.0], [2.0, 20.0]]]
    """

    def __init__(
        self,
        vocabulary: int,
        features: int,
        *,
        rng: np.random.Generator,
        masked: bool = False,
        dtype: npt.DTypeLike = np.float32,
        initializer: Initializer = glorot_uniform,
    ) -> None:
        for name, size in (("vocabulary", vocabulary), ("features", features)):
            check_count("Embedding", name, size)
        check_rng("Embedding", rng)
        shape = (int(vocabulary), int(features))
        self.weight = Parameter(initializer(shape, rng=rng, dtype=dtype))
        self.masked = bool(masked)
        self._index: Labels | None = None
        self._output: Array | None = None

    def forward(self, x: Array | Labels, *, training: bool = False) -> Array:
        """Return the row of each index in `x`: (batch, time) becomes (batch, time, features)."""
        index = self._check(x)
        weight = self.weight.value
        columns = weight.shape[1] + self.masked
        output = np.empty((*index.shape, columns), dtype=weight.dtype)
        embedding_forward(index.reshape(-1), weight, output.reshape(-1, columns))
        self._index, self._output = index, output
        return output

    def backward(self, grad: Array) -> Array:
        """Write the gradient, and return zeros: there is no way to move an index a little."""
        grad = check_grad("Embedding", grad, self._output)
        assert self._index is not None  # set together with _output
        columns = self.weight.value.shape[1]
        rows = np.ascontiguousarray(grad.reshape(-1, grad.shape[-1])[:, :columns])
        embedding_backward(self._index.reshape(-1), rows, self.weight.grad)
        return np.zeros(self._index.shape, dtype=grad.dtype)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the table."""
        return (self.weight,)

    @property
    def window(self) -> None:
        """None: symbols are no pixels."""

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """A sequence of one symbol."""
        return (1,)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (time, features) for a sequence of symbols, (time,); nothing is multiplied."""
        return (*shape, self.weight.value.shape[1] + self.masked)

    def _check(self, x: Array | Labels) -> Labels:
        """Indices as int64, if each names a row (or, where masked, is -1)."""
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "iu":
            got = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
            raise TypeError(
                f"Embedding expects an array of integers, got {got}; "
                "convert it with np.asarray(x, dtype=np.int64)"
            )
        if x.ndim == 0:
            raise ValueError(
                "Embedding expects x of shape (batch, time), got (); make it with x.reshape(1, 1)"
            )
        rows, least = len(self.weight.value), -1 if self.masked else 0
        if x.size and not (x.min() >= least and x.max() < rows):
            wrong = x[(x < least) | (x >= rows)].flat[0]
            raise ValueError(
                f"Embedding expects indices from {least} to {rows - 1} for a vocabulary of {rows} "
                f"symbols, got {wrong}; number the symbols from 0, or enlarge the vocabulary"
            )
        return np.ascontiguousarray(x, dtype=np.int64)

    def __repr__(self) -> str:
        return "Embedding({}, {})".format(*self.weight.value.shape)
