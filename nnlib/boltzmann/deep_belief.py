"""The deep belief network: restricted Boltzmann machines, each learning from the one below."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nnlib.boltzmann.restricted import RestrictedBoltzmann, draw
from nnlib.checks import check_count, check_rng
from nnlib.kernels.types import Array


class DeepBelief:
    r"""A stack of restricted Boltzmann machines, trained one after the other from below.

    The first learns from the data. The second learns from what the hidden units of the first make
    of the data, and so on; a machine that is done no longer changes. To draw a sample, only the top
    machine goes back and forth; from there probabilities go straight down:

    .. math:: P(v, h_1, h_2) = P(v \mid h_1) \, P(h_1, h_2)

    Parameters
    ----------
    sizes : sequence of int
        From the visible units to those on top, such as (64, 100, 50): two machines.
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Attributes
    ----------
    machines : tuple of RestrictedBoltzmann
        From below.

    Raises
    ------
    ValueError
        If there are less than two sizes, one is not a positive integer, or there is no such level.

    References
    ----------
    Hinton, Osindero and Teh (2006), "A fast learning algorithm for deep belief nets", Neural
    Computation 18, 1527-1554.

    Examples
    --------
    >>> from nnlib import SGD
    >>> from nnlib.boltzmann import fit_boltzmann
    >>> rng = np.random.default_rng(0)
    >>> x = (rng.random((40, 6)) < 0.5).astype(np.float32)
    >>> belief = DeepBelief((6, 4, 3), rng=rng)
    >>> for level, machine in enumerate(belief.machines):  # greedily: one after the other
    ...     optimizer = SGD(machine.parameters(), 0.1)
    ...     for step in fit_boltzmann(machine, optimizer, belief.up(x, level), rng=rng):
    ...         pass  # a view would draw here
    >>> belief.up(x).shape, belief.sample(x[:5], steps=3, rng=rng)[1].shape
    ((40, 3), (5, 6))
    """

    def __init__(
        self, sizes: Sequence[int], *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(
                "DeepBelief expects two sizes or more, from the visible units to the top, got "
                f"{tuple(sizes)}; write (64, 100, 50)"
            )
        self.machines = tuple(
            RestrictedBoltzmann(below, above, rng=rng, dtype=dtype)
            for below, above in pairwise(sizes)
        )

    def up(self, v: Array, level: int | None = None) -> Array:
        """Return the probabilities of the hidden units after so many machines, all by default.

        Level 0 is `v` itself: what the first machine learns from.
        """
        for machine in self.machines[: self._level(level)]:
            v = machine.hidden_probability(v)
        return v

    def down(self, h: Array, level: int | None = None) -> Array:
        """Return the probabilities of the visible units, from units on top of so many machines."""
        for machine in reversed(self.machines[: self._level(level)]):
            h = machine.visible_probability(h)
        return h

    def sample(
        self, v: Array, *, steps: int = 1, level: int | None = None, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Let the top machine go back and forth, then go down once.

        Parameters
        ----------
        v : ndarray of shape (batch, visible)
            Where the chains begin, in [0, 1].
        steps : int
            Of Gibbs sampling in the machine on top.
        level : int, optional
            How many machines take part, from below; all by default.
        rng : numpy.random.Generator

        Returns
        -------
        v : ndarray of shape (batch, visible)
            0 or 1, drawn.
        probability : ndarray of shape (batch, visible)
            What these were drawn from.
        """
        check_count("DeepBelief.sample", "steps", steps)
        check_rng("DeepBelief.sample", rng)
        level = self._level(level, least=1)
        states = draw(self.up(v, level - 1), rng) if level > 1 else v
        states, probability = self.machines[level - 1].gibbs(states, steps=steps, rng=rng)
        if level > 1:
            probability = self.down(states, level - 1)
            states = draw(probability, rng)
        return states, probability

    def _level(self, level: int | None, *, least: int = 0) -> int:
        """How many machines are meant."""
        count = len(self.machines)
        if level is None:
            return count
        check_count("DeepBelief", "level", level, least=least)
        if level > count:
            raise ValueError(f"DeepBelief expects level from {least} to {count}, got {level}")
        return int(level)

    def __repr__(self) -> str:
        return f"DeepBelief({', '.join(map(repr, self.machines))})"
