"""The error of a training that broke: where the numbers went wrong, and what to try."""

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Layer
from nnlib.network import Sequential


def diverged(
    network: Layer, inputs: Array, batch_loss: float, iteration: int, rate: float
) -> FloatingPointError:
    """Return the error that names the layer that broke on these inputs, and a rate to try."""
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
