"""Ready networks: those that the lessons take apart, and one too large to train here."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array
from nnlib.layers import (
    GRU,
    LSTM,
    RNN,
    AveragePool2D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    ReLU,
    Sigmoid,
    Tanh,
    Window,
    receptive_fields,
)
from nnlib.network import Row, Sequential, Summary


def xor_by_hand() -> Sequential:
    r"""Return a network of two hidden neurons that computes XOR, with weights set by hand.

    .. math:: h_1 = \max(x_1 + x_2, 0), \quad h_2 = \max(x_1 + x_2 - 1, 0),
              \quad \hat y = h_1 - 2 h_2

    The first counts the ones, the second answers only if there are two of them.

    Returns
    -------
    Sequential
        For x of shape (batch, 2) in float64, zeros and ones; the output is exactly 0 or 1.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.1.

    Examples
    --------
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor_by_hand().forward(x)[:, 0].tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    hidden = _dense(np.array([[1.0, 1.0], [1.0, 1.0]]), bias=np.array([0.0, -1.0]))
    output = _dense(np.array([[1.0], [-2.0]]), bias=np.array([0.0]))
    return Sequential(hidden, ReLU(), output)


def _dense(weight: Array, bias: Array) -> Dense:
    """A dense layer with these numbers."""
    layer = Dense(*weight.shape, rng=np.random.default_rng(0), dtype=weight.dtype)
    layer.weight.value[:] = weight  # instead of what was drawn
    layer.bias.value[:] = bias
    return layer


def digits_mlp(*, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> Sequential:
    """Return the small network for digits of 28 x 28 pixels: 784-16-16-10, with sigmoids.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    dtype : dtype

    Returns
    -------
    Sequential
        For x of shape (batch, 784); the output is logits, for `CrossEntropy`.

    References
    ----------
    Nielsen (2015), "Neural Networks and Deep Learning", chapter 1, has this network with one hidden
    layer.

    Examples
    --------
    >>> digits_mlp(rng=np.random.default_rng(0)).summary().parameters
    13002
    """
    return Sequential(
        Dense(784, 16, rng=rng, dtype=dtype),
        Sigmoid(),
        Dense(16, 16, rng=rng, dtype=dtype),
        Sigmoid(),
        Dense(16, 10, rng=rng, dtype=dtype),
    )


def lenet5(
    *, rng: np.random.Generator, classes: int = 10, dtype: npt.DTypeLike = np.float32
) -> Sequential:
    """Return LeNet-5 for images of 28 x 28 pixels: two convolutions with pools, three dense layers.

    As the network is usually built today. In the paper the pools had a weight and a bias for each
    channel, the second convolution left out some pairs of channels, the output measured distances,
    and the images came with two more pixels on each side, here zeros.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights.
    classes : int
    dtype : dtype

    Returns
    -------
    Sequential
        For x of shape (batch, 1, 28, 28); the output is logits, for `CrossEntropy`.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", section II.B and figure 2.

    Examples
    --------
    >>> lenet5(rng=np.random.default_rng(0)).summary((1, 28, 28)).parameters
    61706
    """
    return Sequential(
        Conv2D(1, 6, 5, padding=2, rng=rng, dtype=dtype),  # (1, 28, 28) -> (6, 28, 28)
        Tanh(),
        AveragePool2D(2),  # -> (6, 14, 14)
        Conv2D(6, 16, 5, rng=rng, dtype=dtype),  # -> (16, 10, 10)
        Tanh(),
        AveragePool2D(2),  # -> (16, 5, 5)
        Flatten(),  # -> (400,)
        Dense(400, 120, rng=rng, dtype=dtype),
        Tanh(),
        Dense(120, 84, rng=rng, dtype=dtype),
        Tanh(),
        Dense(84, classes, rng=rng, dtype=dtype),
    )


#: What `character_rnn` can read with, by the name that it is asked for.
CELLS: dict[str, type[RNN] | type[LSTM] | type[GRU]] = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def character_rnn(
    vocabulary_size: int, hidden: int, *, cell: str = "LSTM", rng: np.random.Generator
) -> Sequential:
    """Return a network that reads a text and guesses, after each character, which one comes next.

    Parameters
    ----------
    vocabulary_size : int
        Number of different characters.
    hidden : int
        Length of the state.
    cell : {"LSTM", "GRU", "RNN"}
        The recurrent layer.
    rng : numpy.random.Generator
        Draws the first weights.

    Returns
    -------
    Sequential
        For x of shape (batch, time), the numbers of the characters; the output is logits of shape
        (batch, time, vocabulary_size), for `CrossEntropy` and `generate`.

    Raises
    ------
    ValueError
        If a size is not a positive integer, or there is no such cell.
    TypeError
        If `rng` is no generator.

    References
    ----------
    Graves (2013), "Generating sequences with recurrent neural networks", section 2, has several
    such layers, one on the other.

    Examples
    --------
    >>> network = character_rnn(30, 64, rng=np.random.default_rng(0))
    >>> network.forward(np.array([[2, 0, 29]])).shape
    (1, 3, 30)
    """
    if cell not in CELLS:
        names = " or ".join(repr(name) for name in CELLS)
        raise ValueError(f"character_rnn expects cell to be {names}, got {cell!r}; take 'LSTM'")
    return Sequential(
        Embedding(vocabulary_size, 16, rng=rng),  # (time,) -> (time, 16)
        CELLS[cell](16, hidden, returns="all", rng=rng),  # -> (time, hidden)
        Dense(hidden, vocabulary_size, rng=rng),  # -> (time, vocabulary_size)
    )


@dataclass(frozen=True)
class Stage:
    """One layer of a network that is only described: a convolution, a pool, or a dense layer.

    With `towers`, each of two GPUs saw only its own half of the input channels in the original.
    """

    name: str
    kind: Literal["convolution", "pool", "dense"]
    outputs: int = 0  # channels, or neurons; a pool keeps the channels
    window: Window | None = None
    towers: bool = False


def _square(size: int, *, stride: int = 1, padding: int = 0) -> Window:
    return Window((size, size), (stride, stride), (padding, padding))


#: Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep convolutional neural
#: networks", figure 2 and section 3.5. The paper says 224 x 224 pixels; its shapes need 227.
ALEXNET: tuple[Stage, ...] = (
    Stage("conv1", "convolution", 96, _square(11, stride=4)),
    Stage("pool1", "pool", window=_square(3, stride=2)),
    Stage("conv2", "convolution", 256, _square(5, padding=2), towers=True),
    Stage("pool2", "pool", window=_square(3, stride=2)),
    Stage("conv3", "convolution", 384, _square(3, padding=1)),
    Stage("conv4", "convolution", 384, _square(3, padding=1), towers=True),
    Stage("conv5", "convolution", 256, _square(3, padding=1), towers=True),
    Stage("pool5", "pool", window=_square(3, stride=2)),
    Stage("fc6", "dense", 4096),
    Stage("fc7", "dense", 4096),
    Stage("fc8", "dense", 1000),
)


def alexnet_summary(*, two_towers: bool = True) -> Summary:
    """Return the table of AlexNet, computed from `ALEXNET`; nothing of that size is made.

    Parameters
    ----------
    two_towers : bool
        As it was trained, on two GPUs that saw half of the channels each in some layers; else as
        one network, in which every filter sees all channels.

    Returns
    -------
    Summary

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep convolutional neural
    networks".

    Examples
    --------
    >>> alexnet_summary().parameters, alexnet_summary(two_towers=False).parameters
    (60965224, 62378344)
    """
    stages = ALEXNET if two_towers else [replace(stage, towers=False) for stage in ALEXNET]
    return summary_of(stages, (3, 227, 227))


def summary_of(stages: tuple[Stage, ...] | list[Stage], shape: tuple[int, ...]) -> Summary:
    """Return the table of a described network, for one sample of shape (channels, height, width).

    Parameters
    ----------
    stages : sequence of Stage
    shape : (int, int, int)

    Returns
    -------
    Summary

    Examples
    --------
    >>> convolution = Stage("conv", "convolution", 2, Window(size=(3, 3)))
    >>> [row] = summary_of([convolution], (1, 5, 5)).rows
    >>> row.output_shape, row.parameters, row.multiply_adds  # 2 (9 + 1) and 2 * 9 * 3 * 3
    ((2, 3, 3), 20, 162)
    """
    rows = []
    fields = receptive_fields(stage.window for stage in stages)
    for stage, field in zip(stages, fields, strict=True):
        shape, weights, multiply_adds = _passed(stage, shape)
        parameters = weights + stage.outputs  # each output has a bias
        rows.append(Row(stage.name, shape, parameters, multiply_adds, *(field or ())))
    return Summary(tuple(rows))


def _passed(stage: Stage, shape: tuple[int, ...]) -> tuple[tuple[int, ...], int, int]:
    """The shape after a stage, its weights, and how often they are used for one sample."""
    if stage.kind == "dense" or stage.window is None:
        weights = int(np.prod(shape)) * stage.outputs
        return (stage.outputs,), weights, weights
    channels, height, width = shape
    height, width = stage.window.output((height, width))
    if stage.kind == "pool":
        return (channels, height, width), 0, 0
    seen = channels // 2 if stage.towers else channels
    weights = stage.outputs * seen * stage.window.size[0] * stage.window.size[1]
    return (stage.outputs, height, width), weights, weights * height * width
