"""What the network that reads drawings is made of: its layers, its loss, and looks inside it."""

from dataclasses import dataclass

import numpy as np

from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, Sigmoid
from nnlib.live import quantize
from nnlib.losses import CrossEntropy, Loss, MeanSquaredError
from nnlib.network import Sequential

SOFTMAX = "softmax and cross-entropy"
SQUARED = "sigmoids and squared error"
HIDDEN = 16  # units in each of the two hidden layers
SHOWN = 44  # of what flows into a layer, the strongest so many


def make_network(pixels: int, output: str, rng: np.random.Generator) -> Sequential:
    """Return pixels-16-16-10 with sigmoids; the outputs have them too where the loss is squared.

    Parameters
    ----------
    pixels : int
    output : {SOFTMAX, SQUARED}
    rng : numpy.random.Generator

    Returns
    -------
    Sequential

    Examples
    --------
    >>> network = make_network(784, SQUARED, np.random.default_rng(0))
    >>> sum(p.value.size for p in network.parameters())  # 784 16 + 16, 16 16 + 16, 16 10 + 10
    13002
    """
    layers = (
        Dense(pixels, HIDDEN, rng=rng),
        Sigmoid(),
        Dense(HIDDEN, HIDDEN, rng=rng),
        Sigmoid(),
        Dense(HIDDEN, 10, rng=rng),
    )
    return Sequential(*layers, Sigmoid()) if output == SQUARED else Sequential(*layers)


def loss_and_targets(output: str, labels: Labels) -> tuple[Loss, Array | Labels]:
    """Return the loss that belongs to an output, and the labels as it takes them.

    Parameters
    ----------
    output : {SOFTMAX, SQUARED}
    labels : ndarray of int64, shape (n,)

    Returns
    -------
    (Loss, ndarray)

    Examples
    --------
    >>> loss_and_targets(SQUARED, np.array([1]))[1].tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    if output == SQUARED:
        return MeanSquaredError(), np.eye(10, dtype=np.float32)[labels]
    return CrossEntropy(), labels


@dataclass(frozen=True)
class Reading:
    """What the network makes of one picture.

    Attributes
    ----------
    picture : ndarray of float32, shape (side, side)
    activations : list of ndarray
        Of each layer, from 0 to 1; the last are the answers.
    cost : float
        Cross-entropy in nats, or the sum of squared errors over the ten outputs.
    gradient : ndarray, shape (side, side)
        Of the cost, along each pixel.
    """

    picture: Array
    activations: list[Array]
    cost: float
    gradient: Array

    @property
    def answer(self) -> int:
        """The digit with the largest output."""
        return int(self.activations[-1].argmax())


def read_picture(network: Sequential, output: str, picture: Array, label: int) -> Reading:
    """Send a picture forwards, and the cost of not saying the label back to its pixels.

    Parameters
    ----------
    network : Sequential
    output : {SOFTMAX, SQUARED}
    picture : ndarray of float32, shape (side, side)
    label : int
        The digit it should be; -1 for the network's own answer.

    Returns
    -------
    Reading
    """
    outputs = [a[0] for a in network.trace(picture.reshape(1, -1))]
    final = outputs[-1]
    wanted = int(final.argmax()) if label < 0 else label
    loss, target = loss_and_targets(output, np.array([wanted]))
    cost, gradient = loss.value_and_gradient(final[None], target)
    back = network.backward(gradient).reshape(picture.shape)
    shares = final if output == SQUARED else _softmax(final)
    scale = 10.0 if output == SQUARED else 1.0  # the loss is a mean over ten outputs
    return Reading(picture, [outputs[1], outputs[3], shares], scale * cost, scale * back)


def _softmax(logits: Array) -> Array:
    """e to the logits, divided by their sum."""
    raised = np.exp(logits - logits.max())
    shares: Array = raised / raised.sum()
    return shares


def retouch(network: Sequential, output: str, picture: Array, label: int, amount: float) -> Array:
    """Descend on the picture instead of the weights, in ten steps, each against the gradient.

    Parameters
    ----------
    network, output, label
        As for `read_picture`.
    picture : ndarray of float32, shape (side, side)
    amount : float
        The most that one pixel may change; 0 leaves the picture as it is.

    Returns
    -------
    ndarray of float32, shape (side, side)
        In [0, 1].
    """
    if label < 0:  # settled first, so that the descent does not change its mind on the way
        label = read_picture(network, output, picture, label).answer
    for _ in range(10 if amount > 0 else 0):
        gradient = read_picture(network, output, picture, label).gradient
        largest = float(np.abs(gradient).max())
        if largest > 0:
            step = (amount / 10 / largest) * gradient
            picture = np.clip(picture - step, 0.0, 1.0).astype(np.float32)
    return picture


def flows(network: Sequential, reading: Reading) -> dict[str, Array]:
    """Return the strongest of what flows into each layer, as a `Lights` takes it.

    Parameters
    ----------
    network : Sequential
        As `make_network` made it.
    reading : Reading

    Returns
    -------
    dict
        `flow_0`, `flow_1`, `flow_2`, float32 (3, k): from, to, and activation times weight.
    """
    found = {}
    sources = [reading.picture.ravel(), *reading.activations[:-1]]
    for layer, source in enumerate(sources):
        weight = network.layers[2 * layer].parameters()[0].value
        amounts = (source[:, None] * weight).ravel()
        count = min(SHOWN, amounts.size - 1)
        strongest = np.argpartition(np.abs(amounts), -count)[-count:]
        strongest = strongest[np.argsort(np.abs(amounts[strongest]), kind="stable")]
        strongest = strongest[amounts[strongest] != 0]
        ends = np.divmod(strongest, weight.shape[1])
        found[f"flow_{layer}"] = np.stack([*ends, amounts[strongest]]).astype(np.float32)
    return found


def first_weights(network: Sequential, side: int) -> Array:
    """Return the weights of the first layer as pictures, int8 of shape (16, side, side)."""
    weight = network.layers[0].parameters()[0].value.T  # (unit, pixel)
    scale = float(np.abs(weight).max()) or 1.0
    pictures: Array = quantize(weight, scale).reshape(len(weight), side, side)
    return pictures
