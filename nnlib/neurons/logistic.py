"""The logistic neuron: a weighted sum, squashed to a probability."""

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, Sigmoid


class LogisticNeuron(Dense):
    r"""One neuron that answers with a probability.

    .. math:: P(y = 1 \mid x) = \sigma(w \cdot x + b)

    It is a dense layer with one output, so everything that trains a network trains it. `forward`
    returns the logit w x + b, which `BinaryCrossEntropy` expects; `probability` squashes it.

    Parameters
    ----------
    features : int
        Number of inputs.
    rng : numpy.random.Generator
        Draws the first weights; the bias starts at zero.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    weight : Parameter of shape (features, 1)
    bias : Parameter of shape (1,)

    Raises
    ------
    ValueError
        If `features` is not a positive integer, `x` is not of shape (batch, features), or
        `threshold` is not between 0 and 1.

    References
    ----------
    Cox (1958), "The regression analysis of binary sequences", Journal of the Royal Statistical
    Society B 20, 215-242; Bishop (2006), section 4.3.2.

    Examples
    --------
    >>> from nnlib import SGD, BinaryCrossEntropy, fit
    >>> from nnlib.datasets import gauss
    >>> rng = np.random.default_rng(0)
    >>> x, labels = gauss(200, noise=0.1, rng=rng)
    >>> neuron = LogisticNeuron(2, rng=rng)
    >>> optimizer = SGD(neuron.parameters(), learning_rate=1.0)
    >>> targets = labels[:, None]
    >>> for step in fit(neuron, BinaryCrossEntropy(), optimizer, x, targets, epochs=10, rng=rng):
    ...     pass  # a view would draw here
    >>> float(np.mean(neuron.predict(x) == labels))
    1.0
    """

    def __init__(
        self, features: int, *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        super().__init__(features, 1, rng=rng, dtype=dtype)

    def probability(self, x: Array) -> Array:
        """Return the probability of class 1 for each row of `x`, of shape (batch,)."""
        probabilities: Array = Sigmoid().forward(self.forward(x))[:, 0]  # (batch, 1) -> (batch,)
        return probabilities

    def predict(self, x: Array, *, threshold: float = 0.5) -> Labels:
        """Return 1 for each row whose probability is above the threshold, else 0."""
        if not 0 <= threshold <= 1:
            raise ValueError(
                f"LogisticNeuron expects threshold between 0 and 1, got {threshold}; "
                "0.5 weighs both kinds of error alike"
            )
        answers: Labels = (self.probability(x) > threshold).astype(np.int64)
        return answers

    def __repr__(self) -> str:
        return f"LogisticNeuron({self.weight.value.shape[0]})"
