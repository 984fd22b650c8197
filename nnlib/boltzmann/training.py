"""Training of Boltzmann machines, a generator that yields after every update."""

from collections.abc import Iterator

import numpy as np

from nnlib.batches import deal
from nnlib.boltzmann.restricted import RestrictedBoltzmann
from nnlib.checks import check_count, check_finite, check_pairs, check_rng
from nnlib.kernels.types import Array
from nnlib.loop import Step
from nnlib.optimizers import Optimizer
from nnlib.threads import limited_blas_threads


def fit_boltzmann(
    machine: RestrictedBoltzmann,
    optimizer: Optimizer,
    x: Array,
    *,
    k: int = 1,
    batch_size: int = 32,
    epochs: int = 1,
    persistent: bool = False,
    rng: np.random.Generator,
) -> Iterator[Step]:
    """Train by contrastive divergence, and yield after every update.

    Parameters
    ----------
    machine : RestrictedBoltzmann
    optimizer : Optimizer
        Made from the machine's parameters.
    x : ndarray of shape (samples, visible)
        In [0, 1]. What lies between is taken as a probability.
    k : int
        Steps of Gibbs sampling in each update.
    batch_size : int
        Samples in an update, and chains if they are persistent.
    epochs : int
        Passes over the data.
    persistent : bool
        Whether chains go on from update to update instead of beginning at the data.
    rng : numpy.random.Generator
        Shuffles, and drives the chains.

    Yields
    ------
    Step
        `loss` is the mean squared error of a reconstruction. It tells that something is learnt, but
        is not what training lowers: the likelihood cannot be had at each step.

    Raises
    ------
    ValueError, TypeError
        Before the first update, if the data do not fit, lie outside [0, 1], or an option is out of
        range.

    References
    ----------
    Hinton (2002), "Training products of experts by minimizing contrastive divergence"; Tieleman
    (2008), "Training restricted Boltzmann machines using approximations to the likelihood
    gradient", for persistent chains.

    Examples
    --------
    >>> from nnlib import SGD
    >>> rng = np.random.default_rng(0)
    >>> x = np.repeat(np.eye(4, dtype=np.float32), 25, axis=0)
    >>> machine = RestrictedBoltzmann(4, 8, rng=rng)
    >>> steps = fit_boltzmann(machine, SGD(machine.parameters(), 0.5), x, epochs=200, rng=rng)
    >>> losses = [step.loss for step in steps]
    >>> losses[-1] < losses[0] / 2
    True
    """
    check_pairs("fit_boltzmann", x, x)
    for name, value in (("k", k), ("batch_size", batch_size), ("epochs", epochs)):
        check_count("fit_boltzmann", name, value)
    check_rng("fit_boltzmann", rng)
    check_finite("fit_boltzmann", "x", x)
    if x.min() < 0 or x.max() > 1:
        raise ValueError(
            f"fit_boltzmann expects x between 0 and 1, got values from {x.min():g} to "
            f"{x.max():g}; divide pixels by their largest value"
        )
    machine.hidden_probability(x[:1])  # its checks, now
    if not set(optimizer.parameters) & set(machine.parameters()):
        raise ValueError(
            "fit_boltzmann expects an optimizer of this machine's parameters, got one of others; "
            "make the optimizer anew, with machine.parameters()"
        )
    return _updates(machine, optimizer, x, k, batch_size, epochs, persistent, rng)


def _updates(
    machine: RestrictedBoltzmann,
    optimizer: Optimizer,
    x: Array,
    k: int,
    batch_size: int,
    epochs: int,
    persistent: bool,
    rng: np.random.Generator,
) -> Iterator[Step]:
    """The loop itself."""
    chains = x[rng.integers(len(x), size=batch_size)] if persistent else None
    count = -(-len(x) // batch_size)
    iteration = 0
    for epoch in range(epochs):
        for index, (batch, _) in enumerate(deal(x, x, batch_size, rng)):
            with limited_blas_threads():
                loss = float(((machine.reconstruct(batch) - batch) ** 2).mean())
                end = machine.gradient(batch, k=k, rng=rng, chains=chains)
                optimizer.step()
            chains = end if persistent else None
            iteration += 1
            yield Step(epoch, iteration, loss, optimizer.learning_rate, index == count - 1)
