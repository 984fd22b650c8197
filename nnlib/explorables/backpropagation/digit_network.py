"""What the network that reads drawings is made of: its data, its layers, and looks inside it."""

from dataclasses import dataclass, replace

import numpy as np

from nnlib.datasets import Split, best_digits, downsample, load_digits, load_mnist, rotate
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, Sigmoid
from nnlib.live import quantize
from nnlib.losses import CrossEntropy, Loss, MeanSquaredError
from nnlib.network import Sequential

SOFTMAX = "softmax and cross-entropy"
SQUARED = "sigmoids and squared error"
HIDDEN = 16  # units in each of the two hidden layers
WIDEST = 5 / 8  # of the picture, that a drawn digit of 8x8 pixels may take
TURNED = (-12.0, -6.0, 6.0, 12.0)  # degrees: copies of each 8x8 digit that it learns from too
SHOWN = 44  # of what flows into a layer, the strongest so many


def load_named(data: str, rng: np.random.Generator) -> Split:
    """Return the digits of this name.

    Parameters
    ----------
    data : {"best", "digits", "mnist"}
    rng : numpy.random.Generator
        Splits the 8x8 digits.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If there is no such name.
    """
    match data:
        case "best":
            return best_digits(rng=rng)[0]
        case "digits":
            return load_digits(rng=rng)
        case "mnist":
            return load_mnist()
    raise ValueError(
        f"DrawADigit expects data to be 'best', 'digits' or 'mnist', got {data!r}; 'digits' is "
        "always there"
    )


def turned_too(split: Split) -> Split:
    """Return the data with turned copies of each training digit, where they are of 8x8 pixels.

    People hold a mouse otherwise than a pen, and 1,438 digits are few.

    Parameters
    ----------
    split : Split

    Returns
    -------
    Split
    """
    if split.x_train.shape[1] != 64:
        return split
    images = split.x_train.reshape(-1, 8, 8)
    x = np.concatenate([images, *(rotate(images, angle) for angle in TURNED)]).reshape(-1, 64)
    return replace(split, x_train=x, y_train=np.tile(split.y_train, 1 + len(TURNED)))


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


def as_seen(drawing: Array, side: int, *, centred: bool) -> Array:
    """Return a drawing as the network gets it.

    Parameters
    ----------
    drawing : ndarray of shape (56, 56)
    side : int
        8 or 28.
    centred : bool
        Cut out, scaled and centred as the digits it learnt from; else only made smaller.

    Returns
    -------
    ndarray of float32, shape (side, side)

    Examples
    --------
    >>> drawing = np.zeros((56, 56), dtype=np.float32)
    >>> drawing[:7, :7] = 1.0  # in the corner
    >>> as_seen(drawing, 8, centred=False)[0].tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if not centred:
        return _averaged(drawing, side, side)
    return downsample(drawing, side) if side > 8 else _boxed(drawing, side)


def _boxed(drawing: Array, side: int) -> Array:
    """The ink as high as the picture, at most 5/8 as wide, its centre of mass in the middle.

    So the 8x8 digits look on average; on 250 strokes of all ten digits this was read better than
    other widths.
    """
    places = np.argwhere(drawing > 0.1)
    if len(places) == 0:
        return np.zeros((side, side), dtype=np.float32)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    ink = drawing[top:bottom, left:right]
    height, width = ink.shape
    # Columns of ink and paper that become the whole picture.
    columns = max(height, round(width / WIDEST))
    paper = np.zeros((height, columns), dtype=np.float32)
    mass = float(ink.sum(axis=0) @ (np.arange(width) + 0.5)) / float(ink.sum())
    start = min(max(round(columns / 2 - mass), 0), columns - width)
    paper[:, start : start + width] = ink
    return _averaged(paper, side, side)


def _averaged(image: Array, rows: int, columns: int) -> Array:
    """An image made smaller or larger: each pixel the mean of what it covers, float32."""
    finer = np.repeat(np.repeat(image, rows, axis=0), columns, axis=1)
    blocks = finer.reshape(rows, image.shape[0], columns, image.shape[1])
    means: Array = blocks.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
    return means


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
