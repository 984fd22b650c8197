"""Training, a generator that yields after every update, and evaluation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nnlib.checks import check_count, check_finite, check_number, check_pairs, check_rng
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Layer
from nnlib.loop import Step, Training
from nnlib.losses import Loss
from nnlib.metrics import accuracy
from nnlib.optimizers import Optimizer
from nnlib.penalties import Penalty
from nnlib.threads import limited_blas_threads

__all__ = ["Evaluation", "Step", "evaluate", "fit"]


@dataclass(frozen=True)
class Evaluation:
    """Loss over a whole data set, and the share of right answers (None where none are counted)."""

    loss: float
    accuracy: float | None


def fit(
    network: Layer,
    loss: Loss,
    optimizer: Optimizer,
    x: Array,
    y: Array | Labels,
    *,
    batch_size: int = 64,
    epochs: int = 1,
    rng: np.random.Generator,
    schedule: Callable[[int], float] | None = None,
    penalty: Penalty | None = None,
    clip_norm: float | None = None,
    yields: Literal["update", "epoch"] = "update",
) -> Iterator[Step]:
    r"""Train by mini-batch gradient descent, and yield after every update, or every epoch.

    Each iteration draws a mini-batch, goes forward, takes the gradient of the loss, goes back,
    and lets the optimizer move the parameters:

    .. math:: \theta \leftarrow \mathrm{optimizer}\Big(\theta,\
              \nabla_\theta \frac1B \sum_{i \in batch} L(f_\theta(x_i), y_i)\Big)

    Between two items the caller may do anything: draw, stop, change the learning rate.

    Parameters
    ----------
    network : Layer
        Usually a `Sequential`.
    loss : Loss
    optimizer : Optimizer
        Made from the network's parameters.
    x : ndarray of shape (samples, features)
    y : ndarray of shape (samples,) for labels or (samples, outputs) for numbers
    batch_size : int
        Samples in an update.
    epochs : int
        Passes over the data.
    rng : numpy.random.Generator
        Shuffles; the same seed gives the same losses.
    schedule : callable, optional
        From the number of updates made so far to a learning rate; see `nnlib.schedules`.
        Without one the optimizer keeps its own.
    penalty : Penalty, optional
        `L1` or `L2`; its gradient is added to that of the loss, for weights but not for biases.
    clip_norm : float, optional
        The longest gradient that reaches the optimizer, penalty included; see `clip_by_norm`.

    yields : "update" or "epoch"
        When to hand out a `Step`. With "epoch" nobody can look in or change anything between two
        updates of one pass over the data, so where the network is made of dense layers with one
        activation between them the whole pass runs in a kernel, many times faster for small
        networks. The weights come out the same to the bit.

    Yields
    ------
    Step

    Raises
    ------
    ValueError, TypeError
        Before the first update, if the data are empty, not finite or do not fit the network
        and the loss, or an option is out of range.
    FloatingPointError
        If the loss becomes NaN or infinite; the message names the layer and a rate to try.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", algorithm 8.1.

    Examples
    --------
    >>> from nnlib import SGD, CrossEntropy, Dense, Sequential
    >>> from nnlib.datasets import gauss
    >>> rng = np.random.default_rng(0)
    >>> x, y = gauss(200, noise=0.1, rng=rng)
    >>> network = Sequential(Dense(2, 2, rng=rng))
    >>> optimizer = SGD(network.parameters(), learning_rate=0.5)
    >>> steps = list(fit(network, CrossEntropy(), optimizer, x, y, epochs=20, rng=rng))
    >>> steps[-1].iteration, steps[-1].loss < 0.1
    (80, True)
    """
    check_pairs("fit", x, y)
    check_count("fit", "batch_size", batch_size)
    check_count("fit", "epochs", epochs)
    check_rng("fit", rng)
    if not set(optimizer.parameters) & set(network.parameters()):
        raise ValueError(
            "fit expects an optimizer of this network's parameters, got one of others; "
            "make the optimizer anew, with network.parameters()"
        )
    if clip_norm is not None:
        check_number("fit", "clip_norm", clip_norm, above=0.0)
    if penalty is not None and not isinstance(penalty, Penalty):
        raise TypeError(f"fit expects a penalty, got {penalty!r}; write penalty=L2(1e-4)")
    if yields not in ("update", "epoch"):
        raise ValueError(f'fit expects yields to be "update" or "epoch", got {yields!r}')
    check_finite("fit", "x", x)
    check_finite("fit", "y", y)
    with limited_blas_threads():
        prediction = network.forward(x[:1])
    # One loss over stand-in predictions meets every target, so that a bad one is found now.
    loss.value(np.zeros((len(y), *prediction.shape[1:]), dtype=prediction.dtype), y)
    training = Training(
        *(network, loss, optimizer, x, y, int(batch_size), int(epochs), rng),
        *(schedule, penalty, clip_norm),
    )
    return training.updates() if yields == "update" else training.passes()


def evaluate(
    network: Layer, loss: Loss, x: Array, y: Array | Labels, *, batch_size: int = 256
) -> Evaluation:
    """Measure a network on a whole data set, without changing it.

    Parameters
    ----------
    network : Layer
    loss : Loss
    x : ndarray of shape (samples, features)
    y : ndarray of shape (samples,) or (samples, outputs)
    batch_size : int
        Samples that go forward at once. It bounds the memory and does not change the result; what
        LeNet-5 makes of 1,024 images is too much for the cache, and takes half as long again.

    Returns
    -------
    Evaluation
        `accuracy` is None for a loss on numbers, and for several yes-or-no targets in a sample.

    Raises
    ------
    ValueError
        If there are no samples or the lengths differ.

    Examples
    --------
    >>> from nnlib import CrossEntropy, Dense
    >>> layer = Dense(2, 2, rng=np.random.default_rng(0))
    >>> layer.weight.value[:] = 0.0
    >>> x, y = np.ones((4, 2), np.float32), np.array([0, 0, 0, 1])
    >>> result = evaluate(layer, CrossEntropy(), x, y)
    >>> round(result.loss, 3), result.accuracy
    (0.693, 0.75)
    """
    check_pairs("evaluate", x, y)
    check_count("evaluate", "batch_size", batch_size)
    total_loss, right = 0.0, 0.0
    one_answer = loss.classifies and y.size == len(y)  # for each sample
    with limited_blas_threads():
        for start in range(0, len(x), batch_size):
            targets = y[start : start + batch_size]
            prediction = network.forward(x[start : start + batch_size])
            total_loss += loss.value(prediction, targets) * len(targets)
            if one_answer:
                right += accuracy(prediction, targets) * len(targets)
    share = right / len(x) if one_answer else None
    return Evaluation(total_loss / len(x), share)
