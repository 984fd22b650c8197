"""How large signals are on the way forward, and gradients on the way back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array, Labels
from nnlib.layers import Activation, Layer, ReLU
from nnlib.losses import Loss
from nnlib.network import Sequential


@dataclass(frozen=True)
class LayerFlow:
    """Standard deviations at one layer with weights, over a batch.

    Attributes
    ----------
    layer : str
        The layer, as it prints.
    activation : float
        Of a, what the activation function behind the layer gives; of z where none follows.
    delta : float
        Of δ = dL/dz, the gradient at the layer's own output.
    weight_grad : float
        Of dL/dW.
    """

    layer: str
    activation: float
    delta: float
    weight_grad: float


def gradient_flow(
    network: Sequential, loss: Loss, x: Array, y: Array | Labels, *, training: bool = False
) -> tuple[LayerFlow, ...]:
    r"""Send one batch forward and back, and measure signals and gradients at each layer.

    .. math:: \delta_l = \partial L / \partial z_l = (\delta_{l+1} W_{l+1}^T) \odot f'(z_l)

    The parameters stay as they are; their gradients are those of this batch afterwards.

    Parameters
    ----------
    network : Sequential
    loss : Loss
    x : ndarray of shape (batch, ...)
    y : ndarray
        Targets for the loss.
    training : bool
        Whether to go forward as in training: with dropout, and with the batch's own mean and
        variance in batch normalisation (which notes them).

    Returns
    -------
    tuple of LayerFlow
        One for each layer that has weights, first layer first.

    Raises
    ------
    ValueError, TypeError
        If the batch does not fit the network or the loss.

    References
    ----------
    Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", section 4.

    Examples
    --------
    >>> from nnlib import CrossEntropy, Dense, Sigmoid
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(
    ...     Dense(8, 8, rng=rng), Sigmoid(), Dense(8, 8, rng=rng), Sigmoid(), Dense(8, 2, rng=rng)
    ... )
    >>> x, y = rng.normal(size=(50, 8)).astype(np.float32), np.arange(50) % 2
    >>> first, second, last = gradient_flow(network, CrossEntropy(), x, y)
    >>> first.layer, first.delta < second.delta < last.delta  # it vanishes on the way back
    ('Dense(8, 8)', True)
    """
    layers = list(_leaves(network))
    outputs = []
    for layer in layers:
        x = layer.forward(x, training=training)
        outputs.append(x)
    deltas = [loss.gradient(x, y)]
    for layer in reversed(layers[1:]):
        deltas.append(layer.backward(deltas[-1]))
    layers[0].backward_parameters(deltas[-1])
    deltas.reverse()  # deltas[i] is dL/d(outputs[i])
    rows = []
    for i, layer in enumerate(layers):
        if layer.parameters():
            follows = i + 1 < len(layers) and isinstance(layers[i + 1], Activation)
            activation = float(outputs[i + follows].std())
            weight_grad = float(layer.parameters()[0].grad.std())
            rows.append(LayerFlow(repr(layer), activation, float(deltas[i].std()), weight_grad))
    return tuple(rows)


def dead_units(network: Sequential, x: Array) -> tuple[npt.NDArray[np.bool_], ...]:
    """Find the ReLU units that answer 0 to every sample: no gradient reaches their weights.

    Parameters
    ----------
    network : Sequential
    x : ndarray of shape (batch, ...)
        All the samples that count: a unit that sleeps on a few may wake on others.

    Returns
    -------
    tuple of ndarray of bool, shape (units,)
        One for each ReLU layer, True where a unit is dead; for images, a unit is a channel.

    Raises
    ------
    ValueError
        If there are no samples, or they do not fit the network.

    References
    ----------
    Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".

    Examples
    --------
    >>> from nnlib import Dense
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), ReLU(), Dense(3, 1, rng=rng))
    >>> network.layers[0].bias.value[1] = -100.0
    >>> dead_units(network, rng.normal(size=(50, 2)).astype(np.float32))
    (array([False,  True, False]),)
    """
    if len(x) == 0:
        raise ValueError("dead_units expects at least one sample, got none")
    dead = []
    for layer in _leaves(network):
        x = layer.forward(x)
        if isinstance(layer, ReLU):
            others = tuple(axis for axis in range(x.ndim) if axis != 1)
            dead.append((x == 0).all(axis=others))
    return tuple(dead)


def _leaves(layer: Layer) -> Iterator[Layer]:
    """The layers that hold no others, in the order in which a batch meets them."""
    if isinstance(layer, Sequential):
        for inner in layer.layers:
            yield from _leaves(inner)
    else:
        yield layer
