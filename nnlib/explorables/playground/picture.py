"""What the playground shows: the map, the network with a small map in each neuron, the words."""

from typing import Any

import numpy as np

from nnlib.explorables.playground.data import Data
from nnlib.explorables.playground.trainer import Trainer
from nnlib.kernels.types import Array
from nnlib.layers import Dense
from nnlib.live import quantize
from nnlib.losses import CrossEntropy, MeanSquaredError
from nnlib.network import Sequential

FINE, EACH = 60, 3  # cells along the map; every third of them in the small maps
SMALL = FINE // EACH


def grid(data: Data) -> Array:
    """Return the middles of the cells of the map, lowest row first, shape (3600, 2)."""
    shares = (np.arange(FINE) + 0.5) / FINE
    (left, right), (bottom, top) = data.x_range, data.y_range
    across, up = np.meshgrid(left + (right - left) * shares, bottom + (top - bottom) * shares)
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


def responses(network: Sequential, inputs: Array) -> list[Array]:
    """Return what each column of the diagram says: inputs, hidden layers, outputs.

    Parameters
    ----------
    network : Sequential
        Of dense layers, with others in between.
    inputs : ndarray of shape (n, features)

    Returns
    -------
    list of ndarray
        Each of shape (n, units); a hidden layer as it is after its activation.

    Examples
    --------
    >>> from nnlib import Tanh
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    >>> [column.shape for column in responses(network, np.zeros((5, 2), np.float32))]
    [(5, 2), (5, 3), (5, 1)]
    """
    outputs = network.trace(inputs)
    starts = [i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    return [inputs, *(outputs[i - 1] for i in starts[1:]), outputs[-1]]


def answers(data: Data, outputs: Array) -> Array:
    """Return outputs as they are read: from -1 to 1, or numbers, or a probability of each class."""
    if isinstance(data.loss, CrossEntropy):
        raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        shares: Array = raised / raised.sum(axis=1, keepdims=True)
        return shares
    if isinstance(data.loss, MeanSquaredError):
        return outputs
    signed: Array = np.tanh(outputs / 2)  # P(second class) - P(first class)
    return signed


def map_data(data: Data, said: Array, *, discretise: bool) -> dict[str, Array]:
    """Return the answers over the plane as a heat map takes them.

    Parameters
    ----------
    data : Data
    said : ndarray of shape (3600, outputs)
        As `answers` returns them.
    discretise : bool
        Whether only the decision counts.

    Returns
    -------
    dict
        `values`, and where there are more than two classes `regions`.
    """
    shape = FINE, FINE
    if isinstance(data.loss, CrossEntropy):
        sure = np.ones(len(said)) if discretise else said.max(axis=1)
        return {
            "values": np.rint(255 * sure).astype(np.uint8).reshape(shape),
            "regions": said.argmax(axis=1).astype(np.uint8).reshape(shape),
        }
    values = np.where(said > 0, 1.0, -1.0) if discretise else said
    return {"values": quantize(values, 1.0).reshape(shape)}


def network_data(trainer: Trainer, columns: list[Array], said: Array) -> dict[str, Any]:
    """Return the diagram: sizes, weights, biases, and what each neuron says over the plane.

    Parameters
    ----------
    trainer : Trainer
    columns : list of ndarray
        As `responses` returns them for the grid.
    said : ndarray
        As `answers` returns them.

    Returns
    -------
    dict
    """
    if isinstance(trainer.data.loss, CrossEntropy):
        said = 2 * said - 1
    shown = np.concatenate([*columns[:-1], said], axis=1)
    small = shown.reshape(FINE, FINE, -1)[1::EACH, 1::EACH]  # the middle of three
    scale = np.maximum(np.abs(small).max(axis=(0, 1)), 1.0)
    maps = quantize(np.ascontiguousarray((small / scale).transpose(2, 0, 1)), 1.0)
    found: dict[str, Any] = {
        "sizes": [column.shape[1] for column in columns],
        "maps": maps.reshape(-1, SMALL, SMALL),
        "input_labels": list(trainer.data.inputs),
        "output_labels": output_labels(trainer.data),
    }
    dense = [layer for layer in trainer.network.layers if isinstance(layer, Dense)]
    for number, layer in enumerate(dense, start=1):
        found[f"weights_{number}"] = layer.weight.value
        if layer.bias is not None:
            found[f"biases_{number}"] = layer.bias.value
    looked_at = trainer.sample()
    if looked_at is not None:
        passed = responses(trainer.network, looked_at[0])
        found["activations"] = np.concatenate([c[0] for c in passed]).astype(np.float32)
    return found


def output_labels(data: Data) -> list[str]:
    """Return what stands beside the outputs."""
    if isinstance(data.loss, CrossEntropy):
        return list(data.classes)
    return ["number"] if isinstance(data.loss, MeanSquaredError) else [f"{data.classes[1]}?"]


def look_words(trainer: Trainer) -> str:
    """Return what was seen of the sample that was looked at last."""
    looked_at = trainer.sample()
    if looked_at is None:
        return ""
    inputs, target, _ = looked_at
    data, size = trainer.data, len(trainer.batch())
    outputs = trainer.network.forward(inputs)
    loss = data.loss.value(outputs, target)
    said, label = answers(data, outputs)[0], float(np.ravel(target)[0])
    if isinstance(data.loss, MeanSquaredError):
        words = f"it should be {label:.2f}, the network says {said[0]:.2f}"
    else:
        right = data.classes[int(label)]
        best = int(said.argmax()) if len(said) > 1 else int(said[0] > 0)
        sure = float(said.max()) if len(said) > 1 else (1 + abs(float(said[0]))) / 2
        words = f"it is {right}, the network says {data.classes[best]} with {sure:.0%}"
    return (
        f"Sample {trainer.looked_at} of {size} in this batch: {words}; its loss is {loss:.3f}. "
        f"After sample {size} the weights move."
    )
