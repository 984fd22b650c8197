"""Layers in a row."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnlib.kernels.types import Array, Pair
from nnlib.layers import Layer, Parameter, Window, pack, receptive_fields


@dataclass(frozen=True)
class Row:
    """One line of a `Summary`: a layer, the shape that leaves it, what it learns and what it costs.

    For a layer that an image reaches through windows only, also how many input pixels one output
    pixel sees, as (height, width), and how far apart two neighbours look: the strides multiplied.
    """

    layer: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int = 0
    receptive_field: Pair | None = None
    jump: Pair | None = None


@dataclass(frozen=True)
class Summary:
    """What a network is made of; as text it is a table, wider for a network with windows."""

    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """How often one sample is multiplied by a weight and added up, going forward."""
        return sum(row.multiply_adds for row in self.rows)

    def __str__(self) -> str:
        # Without windows the multiply-adds are the weights, once for each step: nothing to see.
        windows = any((row.receptive_field or (1, 1)) != (1, 1) for row in self.rows)
        name = max(20, *(len(row.layer) for row in self.rows)) if windows else 20
        lines = [f"{'layer':<{name}} {'output':>14} {'parameters':>12}"]
        for row in self.rows:
            shape = " x ".join(str(size) for size in row.output_shape)
            lines.append(f"{row.layer:<{name}} {shape:>14} {row.parameters:>12,}")
        lines.append(f"{'total':<{name}} {'':>14} {self.parameters:>12,}")
        if windows:
            lines = [line + end for line, end in zip(lines, self._wide_columns(), strict=True)]
        return "\n".join(lines)

    __repr__ = __str__

    def _wide_columns(self) -> Iterator[str]:
        """The right part of the wide table, from the heads to the total."""
        yield f" {'multiply-adds':>15} {'receptive field':>16} {'jump':>8}"
        for row in self.rows:
            field, jump = (
                "-" if pair is None else " x ".join(str(pixels) for pixels in pair)
                for pair in (row.receptive_field, row.jump)
            )
            yield f" {row.multiply_adds:>15,} {field:>16} {jump:>8}"
        yield f" {self.multiply_adds:>15,}"


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

    def buffers(self) -> tuple[Array, ...]:
        """Return the buffers of all layers, first layer first."""
        return tuple(buffer for layer in self.layers for buffer in layer.buffers())

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

    def summary(self, shape: tuple[int, ...] | None = None) -> Summary:
        """Return a table of the layers: shape of one sample, parameters, cost, receptive field.

        Parameters
        ----------
        shape : tuple of int, optional
            Of one sample: (1, 28, 28) for images of one channel, (50, 3) for sequences of 50 steps
            of 3 numbers, (50,) for sequences of 50 symbols. Without it, the `sample_shape` of the
            first layer with weights: a row, or a sequence of one step; images need it.

        Returns
        -------
        Summary

        Raises
        ------
        ValueError
            If there is no shape, or a layer does not take what the one before gives.
        """
        given = self.sample_shape if shape is None else shape
        if given is None:
            raise ValueError(
                "summary expects the shape of one sample for a network of images or without "
                "weights, got none; use trace(x), or write summary((channels, height, width))"
            )
        shapes = [tuple(given)]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        fields = receptive_fields(layer.window for layer in self.layers)
        rows = (
            Row(
                repr(layer),
                after,
                sum(parameter.value.size for parameter in layer.parameters()),
                layer.multiply_adds(before),
                *(field or ()),
            )
            for layer, before, after, field in zip(
                self.layers, shapes[:-1], shapes[1:], fields, strict=True
            )
        )
        return Summary(tuple(rows))

    @property
    def sample_shape(self) -> tuple[int, ...] | None:
        """What the first layer with weights says of itself; None if no layer has any."""
        return next((layer.sample_shape for layer in self.layers if layer.parameters()), None)

    @property
    def window(self) -> Window | None:
        """The window of the layers together; None if one of them has none."""
        *_, last = receptive_fields(layer.window for layer in self.layers)
        return last and Window(size=last[0], stride=last[1])

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one sample's output, for one sample of this shape."""
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return the sum over the layers."""
        total = 0
        for layer in self.layers:
            total, shape = total + layer.multiply_adds(shape), layer.output_shape(shape)
        return total

    def __repr__(self) -> str:
        return f"Sequential({', '.join(repr(layer) for layer in self.layers)})"


def _leaves(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """The layers that hold no others, those inside nested networks included."""
    for layer in layers:
        if isinstance(layer, Sequential):
            yield from _leaves(layer.layers)
        else:
            yield layer
