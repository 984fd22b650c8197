"""Four small experiments: what made AlexNet trainable, each with and without."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.datasets import Split, augment, load_digits
from nnlib.explorables.cnn.towers import TwoTowers
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU, Sigmoid
from nnlib.network import Sequential
from nnlib.optimizers import SGD, Adam, Optimizer

FEW = 300  # training digits where there shall be few
WRONG = 0.3  # share of labels that are wrong where there shall be something to overfit
COPIES = 10
PIXELS, DEGREES = 1, 20.0  # how far a digit is moved and turned


@dataclass(frozen=True)
class Experiment:
    """Two networks and what each learns from; the second is the one without.

    Parameters
    ----------
    labels : (str, str)
    networks : (Sequential, Sequential)
    optimizers : (Optimizer, Optimizer)
    train : pair of (x, y)
        What each of them learns from.
    clean : (x, y)
        Training digits on which both are measured, labels as they were learnt.
    test : (x, y)
    """

    labels: tuple[str, str]
    networks: tuple[Sequential, Sequential]
    optimizers: tuple[Optimizer, Optimizer]
    train: tuple[tuple[Array, Labels], tuple[Array, Labels]]
    clean: tuple[Array, Labels]
    test: tuple[Array, Labels]


def relu(seed: int) -> Experiment:
    """Return four convolutions with ReLU, and with the logistic function.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Experiment

    Examples
    --------
    >>> relu(0).labels
    ('ReLU', 'logistic')
    """
    split = _digits(seed)
    networks = (_deep(ReLU, seed), _deep(Sigmoid, seed))
    data = _image(split.x_train), split.y_train
    return Experiment(
        ("ReLU", "logistic"),
        networks,
        _descents(networks, 0.05),
        (data, data),
        data,
        (_image(split.x_test), split.y_test),
    )


def dropout(seed: int) -> Experiment:
    """Return dense networks that learn 300 digits, 30% of them with wrong labels.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Experiment

    Examples
    --------
    >>> dropout(0).labels
    ('dropout 0.5', 'no dropout')
    """
    split, rng = _digits(seed), np.random.default_rng(seed)
    x, y = split.x_train[:FEW], split.y_train[:FEW].copy()
    wrong = rng.permutation(FEW)[: round(FEW * WRONG)]
    y[wrong] = (y[wrong] + rng.integers(1, 10, len(wrong))) % 10
    networks = _wide(0.5, seed), _wide(0.0, seed)
    return Experiment(
        ("dropout 0.5", "no dropout"),
        networks,
        (Adam(networks[0].parameters(), 0.002), Adam(networks[1].parameters(), 0.002)),
        ((x, y), (x, y)),
        (x, y),
        (split.x_test, split.y_test),
    )


def augmentation(seed: int) -> Experiment:
    """Return networks that learn 300 digits as they are, or in ten moved and turned copies.

    The test digits are moved and turned too.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Experiment

    Examples
    --------
    >>> experiment = augmentation(0)
    >>> len(experiment.train[0][0]), len(experiment.train[1][0])
    (3000, 300)
    """
    split, rng = _digits(seed), np.random.default_rng(seed)
    x, y = split.x_train[:FEW], split.y_train[:FEW]
    copies = np.concatenate([_moved(x, rng) for _ in range(COPIES)])
    networks = _small(seed), _small(seed)
    return Experiment(
        ("moved copies", "as they are"),
        networks,
        (Adam(networks[0].parameters(), 0.003), Adam(networks[1].parameters(), 0.003)),
        ((copies, np.tile(y, COPIES)), (x, y)),
        (x, y),
        (_moved(split.x_test, np.random.default_rng([seed, 1])), split.y_test),
    )


def towers(seed: int) -> Experiment:
    """Return a network whose later convolutions stand in two towers, and one that is whole.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Experiment

    Examples
    --------
    >>> [sum(p.value.size for p in network.parameters()) for network in towers(0).networks]
    [8426, 15338]
    """
    split = _digits(seed)
    networks = _towered(TwoTowers, seed), _towered(_whole, seed)
    data = _image(split.x_train), split.y_train
    return Experiment(
        ("two towers", "one network"),
        networks,
        _descents(networks, 0.03),
        (data, data),
        data,
        (_image(split.x_test), split.y_test),
    )


#: By what the learner reads.
EXPERIMENTS: dict[str, Callable[[int], Experiment]] = {
    "ReLU": relu,
    "Dropout": dropout,
    "Augmentation": augmentation,
    "Two GPUs": towers,
}


def _digits(seed: int) -> Split:
    return load_digits(rng=np.random.default_rng(seed))


def _image(rows: Array) -> Array:
    """Rows of 64 pixels as images of one channel."""
    return rows.reshape(-1, 1, 8, 8)


def _moved(rows: Array, rng: np.random.Generator) -> Array:
    """Digits moved and turned, each by an amount of its own."""
    images = augment(rows.reshape(-1, 8, 8), pixels=PIXELS, degrees=DEGREES, rng=rng)
    return images.reshape(rows.shape)


def _descents(networks: tuple[Sequential, Sequential], rate: float) -> tuple[SGD, SGD]:
    """Descent with momentum, as AlexNet was trained."""
    first, second = (SGD(n.parameters(), rate, momentum=0.9) for n in networks)
    return first, second


def _deep(activation: Callable[[], Layer], seed: int) -> Sequential:
    """Four convolutions of eight channels, with pools after the second and the fourth."""
    rng = np.random.default_rng(seed)
    layers: list[Layer] = []
    for index in range(4):
        layers += [Conv2D(8 if index else 1, 8, 3, padding=1, rng=rng), activation()]
        if index % 2:
            layers.append(MaxPool2D(2))
    return Sequential(*layers, Flatten(), Dense(32, 10, rng=rng))


def _wide(rate: float, seed: int) -> Sequential:
    """64-128-128-10 with dropout after each hidden layer; a rate of 0 silences nobody."""
    rng = np.random.default_rng(seed)
    return Sequential(
        Dense(64, 128, rng=rng),
        ReLU(),
        Dropout(rate, rng=rng),
        Dense(128, 128, rng=rng),
        ReLU(),
        Dropout(rate, rng=rng),
        Dense(128, 10, rng=rng),
    )


def _small(seed: int) -> Sequential:
    rng = np.random.default_rng(seed)
    return Sequential(Dense(64, 64, rng=rng), ReLU(), Dense(64, 10, rng=rng))


def _whole(channels: int, out: int, k: int, *, rng: np.random.Generator) -> Layer:
    """A convolution in one piece."""
    return Conv2D(channels, out, k, padding=k // 2, rng=rng)


def _towered(convolution: Callable[..., Layer], seed: int) -> Sequential:
    """Three convolutions; the first sees one channel, so only the others can be split."""
    rng = np.random.default_rng(seed)
    return Sequential(
        Conv2D(1, 16, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        convolution(16, 32, 3, rng=rng),
        ReLU(),
        convolution(32, 32, 3, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(128, 10, rng=rng),
    )
