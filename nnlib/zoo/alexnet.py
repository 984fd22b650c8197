"""AlexNet, which is too large to train here: described, and counted."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nnlib.layers import Window, receptive_fields
from nnlib.network import Row, Summary


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
