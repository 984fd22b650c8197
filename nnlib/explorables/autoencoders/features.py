"""What different networks make of a digit without labels, as features for a classifier."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

import numpy as np

from nnlib.boltzmann import RestrictedBoltzmann, fit_boltzmann
from nnlib.explorables.autoencoders.digits import PIXELS, split_of
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, ReLU, Sigmoid
from nnlib.losses import CrossEntropy, MeanSquaredError
from nnlib.metrics import accuracy
from nnlib.network import Sequential
from nnlib.optimizers import SGD, Adam
from nnlib.penalties import L2
from nnlib.training import Step, fit
from nnlib.zoo import deep_autoencoder

#: What the classifier is given, in words.
KINDS = ("64 pixels", "bottleneck of 8", "denoising, 256", "Boltzmann, 100")
EPOCHS = 40  # passes over the digits without labels
ERASED = 0.4  # share of the pixels that the denoising one must do without


@cache
def features_of(seed: int) -> dict[str, tuple[Array, Array]]:
    """Return the features of training and test digits, by kind; made without a single label.

    Parameters
    ----------
    seed : int
        Of the split and of all training.

    Returns
    -------
    dict
        For each of `KINDS` two arrays, (training digits, numbers) and (test digits, numbers).
    """
    split = split_of(seed)
    both = (split.x_train, split.x_test)
    narrow, wide, machine = _bottleneck(seed), _denoising(seed), _boltzmann(seed)
    makers: tuple[Callable[[Array], Array], ...] = (
        np.asarray,
        narrow.forward,
        wide.forward,
        machine.hidden_probability,
    )
    return {kind: (make(both[0]), make(both[1])) for kind, make in zip(KINDS, makers, strict=True)}


def _bottleneck(seed: int) -> Sequential:
    """The encoder of a deep autoencoder."""
    rng, x = np.random.default_rng(seed), split_of(seed).x_train
    network = deep_autoencoder((PIXELS, 48, 8), rng=rng)
    optimizer = Adam(network.parameters(), 0.003)
    _exhaust(
        fit(network, MeanSquaredError(), optimizer, x, x, batch_size=32, epochs=EPOCHS, rng=rng)
    )
    return Sequential(network.layers[0])


def _denoising(seed: int) -> Sequential:
    """The encoder of an autoencoder that fills in erased pixels."""
    rng, x = np.random.default_rng(seed), split_of(seed).x_train
    encoder = Sequential(Dense(PIXELS, 256, rng=rng, initializer=he_normal), ReLU())
    network = Sequential(encoder, Dense(256, PIXELS, rng=rng), Sigmoid())
    optimizer = Adam(network.parameters(), 0.003)
    for _ in range(EPOCHS):
        broken = x * (rng.random(x.shape) >= ERASED).astype(np.float32)
        _exhaust(fit(network, MeanSquaredError(), optimizer, broken, x, batch_size=32, rng=rng))
    return encoder


def _boltzmann(seed: int) -> RestrictedBoltzmann:
    """A restricted Boltzmann machine."""
    rng, x = np.random.default_rng(seed), split_of(seed).x_train
    machine = RestrictedBoltzmann(PIXELS, 100, rng=rng)
    optimizer = SGD(machine.parameters(), 0.1, momentum=0.5)
    _exhaust(fit_boltzmann(machine, optimizer, x, epochs=EPOCHS, rng=rng))
    return machine


def _exhaust(steps: Iterator[Step]) -> None:
    """Train to the end."""
    for _ in steps:
        pass


def choose_labelled(labels: Labels, each: int, rng: np.random.Generator) -> Labels:
    """Return the indices of so many samples of each digit, drawn without repetition.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
    each : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int64, shape (10 each,)

    Examples
    --------
    >>> labels = np.tile(np.arange(10), 3)
    >>> labels[choose_labelled(labels, 1, np.random.default_rng(0))].tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    drawn = (
        rng.choice(np.flatnonzero(labels == digit), each, replace=False) for digit in range(10)
    )
    return np.array(list(chain.from_iterable(drawn)))


def read_with(
    features: tuple[Array, Array], seed: int, chosen: Labels, rng: np.random.Generator
) -> float:
    """Train a softmax classifier on a few labelled samples, and return its accuracy on the test.

    Parameters
    ----------
    features : (ndarray, ndarray)
        Of all training and test digits.
    seed : int
        Of the split, for the labels.
    chosen : ndarray of int64
        Which training digits have labels.
    rng : numpy.random.Generator

    Returns
    -------
    float

    Examples
    --------
    >>> pixels, rng = (split_of(0).x_train, split_of(0).x_test), np.random.default_rng(0)
    >>> read_with(pixels, 0, choose_labelled(split_of(0).y_train, 10, rng), rng) > 0.8
    True
    """
    split = split_of(seed)
    x, labels = np.ascontiguousarray(features[0][chosen]), split.y_train[chosen]
    network = Sequential(Dense(x.shape[1], 10, rng=rng))
    optimizer = Adam(network.parameters(), 0.02)
    _exhaust(
        fit(
            *(network, CrossEntropy(), optimizer, x, labels),
            batch_size=len(x),
            epochs=200,
            penalty=L2(1e-3),
            yields="epoch",
            rng=rng,
        )
    )
    return accuracy(network.forward(features[1]), split.y_test)
