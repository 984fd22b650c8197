"""Layers in a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from nnlib.kernels.types import Array
from nnlib.layers import Layer, Parameter, pack


@dataclass(frozen=True)
class Row:
    """One line of a `Summary`: a layer, the shape that leaves it, and what it learns."""

    layer: str
    output_shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class Summary:
    """What a network is made of; as text it is a table."""

    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(row.parameters for row in self.rows)

    def __str__(self) -> str:
        lines = [f"{'layer':<20} {'output':>14} {'parameters':>12}"]
        for row in self.rows:
            shape = " x ".join(str(size) for size in row.output_shape)
            lines.append(f"{row.layer:<20} {shape:>14} {row.parameters:>12,}")
        lines.append(f"{'total':<20} {'':>14} {self.parameters:>12,}")
        return "\n".join(lines)

    __repr__ = __str__


class Sequential(Layer):
    r"""A network whose layers follow one another: each takes what the one before gives.

    .. math:: f(x) = f_n(\dots f_2(f_1(x)))

    and back by the chain rule, from the last layer to the first. All parameters are laid out in
    one vector (see `nnlib.layers.pack`), so make the optimizer after the network.

    Parameters
    ----------
    *layers : Layer
        At least one. A `Sequential` is a layer too, so networks can hold networks.

    Attributes
    ----------
    layers : tuple of Layer

    Raises
    ------
    TypeError
        If something given is not a layer, or the layers' dtypes differ.
    ValueError
        If one layer stands in two places.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.5.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import Dense, Tanh
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    >>> network.forward(np.zeros((4, 2), dtype=np.float32)).shape
    (4, 1)
    >>> network.summary()
    layer                        output   parameters
    Dense(2, 3)                       3            9
    Tanh()                            3            0
    Dense(3, 1)                       1            4
    total                                         13
    """

    def __init__(self, *layers: Layer) -> None:
        if not layers:
            raise TypeError("Sequential expects at least one layer, got none")
        for index, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(
                    f"Sequential expects layers, got {type(layer).__name__} at position {index}; "
                    "write Sequential(first, second), not Sequential([first, second])"
                )
        seen: set[Layer] = set()
        for layer in _leaves(layers):
            if layer in seen:
                raise ValueError(
                    f"Sequential expects each layer once, got {layer!r} twice; make a new one for "
                    "each place, as a layer remembers only its last output"
                )
            seen.add(layer)
        self.layers = layers
        pack(self.parameters())

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Send a batch through every layer and return what the last one gives."""
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, grad: Array) -> Array:
        """Send dL/d(output) back through every layer and return dL/d(input)."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def backward_parameters(self, grad: Array) -> None:
        """Write every gradient, without the dL/d(input) that training does not need."""
        for layer in reversed(self.layers[1:]):
            grad = layer.backward(grad)
        self.layers[0].backward_parameters(grad)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters of all layers, first layer first."""
        return tuple(parameter for layer in self.layers for parameter in layer.parameters())

    def trace(self, x: Array) -> list[Array]:
        """Return the output of every layer for a batch, to look inside the network.

        Parameters
        ----------
        x : ndarray of shape (batch, features)

        Returns
        -------
        list of ndarray
            One for each layer; the last is what `forward` returns.
        """
        outputs = []
        for layer in self.layers:
            x = layer.forward(x)
            outputs.append(x)
        return outputs

    def summary(self) -> Summary:
        """Return a table of the layers: output shape of one sample, and number of parameters.

        Returns
        -------
        Summary
        """
        sample = self.sample()
        if sample is None:
            raise ValueError("summary expects a network with parameters, got none; use trace(x)")
        shapes = [output.shape[1:] for output in self.trace(sample)]
        rows = (
            Row(repr(layer), shape, sum(p.value.size for p in layer.parameters()))
            for layer, shape in zip(self.layers, shapes, strict=True)
        )
        return Summary(tuple(rows))

    def sample(self) -> npt.NDArray[Any] | None:
        """Return the smallest batch that the first layer to mind takes; None if any will do."""
        return next((s for s in (layer.sample() for layer in self.layers) if s is not None), None)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(repr(layer) for layer in self.layers)})"


def _leaves(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """The layers that hold no others, those inside nested networks included."""
    for layer in layers:
        if isinstance(layer, Sequential):
            yield from _leaves(layer.layers)
        else:
            yield layer
