"""Training: the loop that yields after every update, and evaluation."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.batches import deal
from nnlib.checks import check_count, check_finite, check_number, check_pairs, check_rng
from nnlib.clipping import clip_by_norm
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Layer
from nnlib.losses import Loss
from nnlib.metrics import accuracy
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer
from nnlib.penalties import Penalty
from nnlib.threads import limited_blas_threads


@dataclass(frozen=True, slots=True)
class Step:
    """What one update did.

    Attributes
    ----------
    epoch : int
        Passes over the data completed before this update; the first is 0.
    iteration : int
        Updates made so far, this one included.
    loss : float
        Loss of the mini-batch, before the update; a penalty is not in it, so that it compares
        with `evaluate`.
    learning_rate : float
        The rate that the update used.
    ends_epoch : bool
        Whether this was the last update of a pass over the data.
    penalty : float
        Value of the penalty before the update, 0 without one; training lowers the sum of both.
    """

    epoch: int
    iteration: int
    loss: float
    learning_rate: float
    ends_epoch: bool = False
    penalty: float = 0.0


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
) -> Iterator[Step]:
    r"""Train by mini-batch gradient descent, and yield after every update.

    Each iteration draws a mini-batch, goes forward, takes the gradient of the loss, goes back,
    and lets the optimizer move the parameters:

    .. math:: \theta \leftarrow \mathrm{optimizer}\Big(\theta,\
              \nabla_\theta \frac1B \sum_{i \in batch} L(f_\theta(x_i), y_i)\Big)

    Between two updates the caller may do anything: draw, stop, change the learning rate.

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
    check_finite("fit", "x", x)
    check_finite("fit", "y", y)
    with limited_blas_threads():
        prediction = network.forward(x[:1])
    # One loss over stand-in predictions meets every target, so that a bad one is found now.
    loss.value(np.zeros((len(y), *prediction.shape[1:]), dtype=prediction.dtype), y)
    return _train(
        *(network, loss, optimizer, x, y, batch_size, epochs, rng),
        *(schedule, penalty, clip_norm),
    )


def _train(
    network: Layer,
    loss: Loss,
    optimizer: Optimizer,
    x: Array,
    y: Array | Labels,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
    schedule: Callable[[int], float] | None,
    penalty: Penalty | None,
    clip_norm: float | None,
) -> Iterator[Step]:
    """The loop itself; `fit` has checked what comes in."""
    iteration, batches, price = 0, math.ceil(len(x) / batch_size), 0.0
    moved = set(optimizer.parameters)
    trained = [parameter for parameter in network.parameters() if parameter in moved]
    with limited_blas_threads():
        for epoch in range(epochs):
            for inputs, targets in deal(x, y, batch_size, rng):
                if schedule is not None:
                    optimizer.learning_rate = schedule(iteration)
                prediction = network.forward(inputs, training=True)
                batch_loss, gradient = loss.value_and_gradient(prediction, targets)
                if not math.isfinite(batch_loss):
                    raise _diverged(network, inputs, batch_loss, iteration, optimizer)
                network.backward_parameters(gradient)
                if penalty is not None:
                    price = penalty.value(trained)
                    penalty.add_gradient(trained)
                if clip_norm is not None:
                    clip_by_norm(trained, clip_norm)
                optimizer.step()
                iteration += 1
                rate, ends_epoch = optimizer.learning_rate, iteration % batches == 0
                yield Step(epoch, iteration, batch_loss, rate, ends_epoch, price)


def evaluate(
    network: Layer, loss: Loss, x: Array, y: Array | Labels, *, batch_size: int = 1024
) -> Evaluation:
    """Measure a network on a whole data set, without changing it.

    Parameters
    ----------
    network : Layer
    loss : Loss
    x : ndarray of shape (samples, features)
    y : ndarray of shape (samples,) or (samples, outputs)
    batch_size : int
        Samples that go forward at once; it bounds the memory and does not change the result.

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


def _diverged(
    network: Layer, inputs: Array, batch_loss: float, iteration: int, optimizer: Optimizer
) -> FloatingPointError:
    """The error that says where the numbers broke and what to try."""
    rate = optimizer.learning_rate
    return FloatingPointError(
        f"training diverged at iteration {iteration + 1} of this fit: the loss is {batch_loss}, "
        f"{_where_broken(network, inputs)}. The learning rate {rate:g} is too large here; "
        f"start again with about {rate / 10:.2g}"
    )


def _where_broken(network: Layer, x: Array) -> str:
    """Name the first layer whose parameters or output are not finite, or the largest output."""
    layers = network.layers if isinstance(network, Sequential) else (network,)
    largest: list[float] = []
    for index, layer in enumerate(layers, start=1):
        if not all(np.isfinite(p.value).all() for p in layer.parameters()):
            return f"and weights of layer {index}, {layer!r}, are no longer finite"
        x = layer.forward(x)
        if not np.isfinite(x).all():
            return f"and the output of layer {index}, {layer!r}, is no longer finite"
        largest.append(float(np.abs(x).max()))
    index = int(np.argmax(largest))
    return f"and the output of layer {index + 1}, {layers[index]!r}, is up to {largest[index]:.2g}"
