"""The restricted Boltzmann machine: two layers of units that switch each other on and off."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_rng
from nnlib.initializers import normal
from nnlib.kernels.activations import sigmoid_forward
from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.layers.activations import SMALLEST
from nnlib.layers.base import check_input, pack


class RestrictedBoltzmann:
    r"""Visible and hidden units, all 0 or 1, with weights between the two layers only.

    Every pair of states has an energy, and a low energy makes it likely:

    .. math:: E(v, h) = -v \cdot b - h \cdot c - v W h^T, \qquad P(v, h) = e^{-E(v, h)} / Z

    Within a layer nothing is connected, so given one layer the units of the other are independent:

    .. math:: P(h_j = 1 \mid v) = \sigma(c + v W)_j, \qquad P(v_i = 1 \mid h) = \sigma(b + h W^T)_i

    `gradient` fills in an estimate, contrastive divergence, for any optimizer to follow.

    Parameters
    ----------
    visible, hidden : int
        Units of the two layers.
    rng : numpy.random.Generator
        Draws the first weights, small ones; the biases start at zero.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    weight : Parameter of shape (visible, hidden)
    visible_bias, hidden_bias : Parameter of shape (visible,), (hidden,)

    Raises
    ------
    ValueError
        If a size is not a positive integer, or samples are not rows of the right length.
    TypeError
        If `rng` is no generator, or samples are not of the machine's dtype.

    References
    ----------
    Smolensky (1986), "Information processing in dynamical systems: foundations of harmony theory";
    Hinton (2002), "Training products of experts by minimizing contrastive divergence", Neural
    Computation 14, 1771-1800; Hinton (2012), "A practical guide to training restricted Boltzmann
    machines".

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> machine = RestrictedBoltzmann(4, 3, rng=rng)
    >>> v = np.array([[1, 0, 1, 0]], dtype=np.float32)
    >>> machine.hidden_probability(v).shape, machine.free_energy(v).shape
    ((1, 3), (1,))
    >>> set(machine.gibbs(v, steps=5, rng=rng)[0].ravel().tolist()) <= {0.0, 1.0}
    True
    """

    def __init__(
        self,
        visible: int,
        hidden: int,
        *,
        rng: np.random.Generator,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        check_count("RestrictedBoltzmann", "visible", visible)
        check_count("RestrictedBoltzmann", "hidden", hidden)
        check_rng("RestrictedBoltzmann", rng)
        shape = (int(visible), int(hidden))
        self.weight = Parameter(normal(0.01)(shape, rng=rng, dtype=dtype))
        self.visible_bias = Parameter(np.zeros(visible, dtype=dtype))
        self.hidden_bias = Parameter(np.zeros(hidden, dtype=dtype))
        pack(self.parameters())

    def parameters(self) -> tuple[Parameter, ...]:
        """Return weight, visible bias and hidden bias, for an optimizer."""
        return (self.weight, self.visible_bias, self.hidden_bias)

    def hidden_probability(self, v: Array) -> Array:
        """Return P(h = 1 | v) of each hidden unit, of shape (batch, hidden)."""
        v = self._rows(v, self.weight.value.shape[0])
        return _logistic(v @ self.weight.value + self.hidden_bias.value)

    def visible_probability(self, h: Array) -> Array:
        """Return P(v = 1 | h) of each visible unit, of shape (batch, visible)."""
        h = self._rows(h, self.weight.value.shape[1])
        return _logistic(h @ self.weight.value.T + self.visible_bias.value)

    def gibbs(self, v: Array, *, steps: int = 1, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draw hidden units from v, then visible ones from those, so many times.

        Parameters
        ----------
        v : ndarray of shape (batch, visible)
            In [0, 1]; where the chains begin. It stays as it is.
        steps : int
        rng : numpy.random.Generator

        Returns
        -------
        v : ndarray of shape (batch, visible)
            0 or 1: where the chains have come to.
        probability : ndarray of shape (batch, visible)
            What these were drawn from, which makes the smoother picture.
        """
        check_count("RestrictedBoltzmann.gibbs", "steps", steps)
        check_rng("RestrictedBoltzmann.gibbs", rng)
        for _ in range(steps):
            h = draw(self.hidden_probability(v), rng)
            probability = self.visible_probability(h)
            v = draw(probability, rng)
        return v, probability

    def energy(self, v: Array, h: Array) -> Array:
        """Return E(v, h) for each row, in nats, of shape (batch,)."""
        v = self._rows(v, self.weight.value.shape[0])
        h = self._rows(h, self.weight.value.shape[1])
        across = np.einsum("bi,ij,bj->b", v, self.weight.value, h)
        total: Array = -v @ self.visible_bias.value - h @ self.hidden_bias.value - across
        return total

    def free_energy(self, v: Array) -> Array:
        r"""Return F(v) for each row, in nats, of shape (batch,): P(v) = e^{-F(v)} / Z.

        .. math:: F(v) = -v \cdot b - \sum_j \log(1 + e^{(c + v W)_j})

        It is the energy with every state of the hidden units summed out.
        """
        v = self._rows(v, self.weight.value.shape[0])
        into = v @ self.weight.value + self.hidden_bias.value
        # Larger by the hidden units that v switches on; logaddexp does not overflow.
        total: Array = -v @ self.visible_bias.value - np.logaddexp(0, into).sum(axis=1)
        return total

    def gradient(
        self,
        v: Array,
        *,
        k: int = 1,
        rng: np.random.Generator,
        chains: Array | None = None,
    ) -> Array:
        r"""Write the gradient of contrastive divergence, and return where the chains ended.

        .. math:: -\frac{\partial \log P}{\partial W} \approx
                  \langle v^T h \rangle_{k} - \langle v^T h \rangle_{data}

        and the like for the biases. The second mean is exact; the first is taken after k steps of
        Gibbs sampling that begin at the data. For k to infinity it becomes that of the model, and
        the gradient that of the negative log-likelihood.

        Parameters
        ----------
        v : ndarray of shape (batch, visible)
            The data, in [0, 1].
        k : int
            Steps of Gibbs sampling.
        rng : numpy.random.Generator
        chains : ndarray of shape (chains, visible), optional
            Where the chains begin, if not at the data. Chains that are kept from update to update
            make it *persistent* contrastive divergence (Tieleman, 2008).

        Returns
        -------
        ndarray of shape (batch, visible) or (chains, visible)
            0 or 1: the last visible states.
        """
        on = self.hidden_probability(v)
        if len(on) == 0:
            raise ValueError("RestrictedBoltzmann expects at least one sample, got none")
        start = v if chains is None else chains
        end, _ = self.gibbs(start, steps=k, rng=rng)
        on_end = self.hidden_probability(end)
        self.weight.grad[...] = end.T @ on_end / len(end) - v.T @ on / len(v)
        self.visible_bias.grad[...] = end.mean(axis=0) - v.mean(axis=0)
        self.hidden_bias.grad[...] = on_end.mean(axis=0) - on.mean(axis=0)
        return end

    def reconstruct(self, v: Array) -> Array:
        """Return v after one way up and down by probabilities, without chance."""
        return self.visible_probability(self.hidden_probability(v))

    def _rows(self, x: Array, width: int) -> Array:
        """The samples, if they fit."""
        if isinstance(x, np.ndarray) and x.ndim > 2:
            raise ValueError(
                f"RestrictedBoltzmann expects x of shape (batch, {width}), got {x.shape}; "
                "flatten each sample with x.reshape(len(x), -1)"
            )
        return check_input("RestrictedBoltzmann", x, width, self.weight.value.dtype)

    def __repr__(self) -> str:
        return "RestrictedBoltzmann({}, {})".format(*self.weight.value.shape)


def draw(probability: Array, rng: np.random.Generator) -> Array:
    """Return 1 with each probability, else 0."""
    chance = rng.random(probability.shape, dtype=probability.dtype)
    states: Array = (chance < probability).astype(probability.dtype)
    return states


def _logistic(z: Array) -> Array:
    """1 / (1 + exp(-z)), by the kernel of the layer `Sigmoid`."""
    out = np.empty_like(z)
    sigmoid_forward(z.ravel(), SMALLEST[z.itemsize], out.ravel())
    return out
