"""What a layer is, and the parameters that it learns."""

from collections.abc import Sequence

import numpy as np

from nnlib.kernels.aligned import aligned
from nnlib.kernels.types import FLOATS, Array
from nnlib.layers.memory import in_order
from nnlib.layers.windows import Window


class Parameter:
    """Numbers that training changes, and the gradient of the loss for each of them.

    Parameters
    ----------
    value : ndarray of float32 or float64, any shape
        The first values; the array is kept, not copied, if its memory is contiguous.
    penalized : bool, optional
        Whether an `L1` or `L2` penalty acts on it. Without an answer it does if there are two axes
        or more, as weights have, and biases have not.

    Attributes
    ----------
    value : ndarray
        The numbers themselves.
    grad : ndarray
        dL/d(value), of the same shape and dtype. `backward` overwrites it.

    Raises
    ------
    TypeError
        If `value` is not an array of float32 or float64.

    Examples
    --------
    >>> weight = Parameter(np.array([1.0, 2.0]))
    >>> weight.grad
    array([0., 0.])
    """

    def __init__(self, value: Array, *, penalized: bool | None = None) -> None:
        if not isinstance(value, np.ndarray) or value.dtype not in FLOATS:
            got = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
            raise TypeError(
                f"Parameter expects an array of float32 or float64, got {got}; "
                "convert it with np.asarray(value, dtype=np.float32)"
            )
        self.value: Array = np.ascontiguousarray(value)
        self.grad: Array = np.zeros_like(self.value)
        self.penalized = self.value.ndim >= 2 if penalized is None else penalized


class Layer:
    """A function with parameters, and the way back through it.

    A subclass defines `forward` and `backward`, and `parameters` if it has any. `forward` keeps
    what `backward` needs; `backward` overwrites the gradients, so nothing has to be cleared.

    What stands in the table of `Sequential.summary` has defaults that are right for a layer that
    takes each number by itself, such as an activation.
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Return the output for a batch of inputs, one sample in each row."""
        raise NotImplementedError

    def backward(self, grad: Array) -> Array:
        """Turn dL/d(output) into dL/d(input), and write the gradient of each parameter."""
        raise NotImplementedError

    def backward_parameters(self, grad: Array) -> None:
        """Write the gradient of each parameter only.

        The first layer of a network in training needs no dL/d(input); in a Dense layer that
        is one matrix product saved.
        """
        self.backward(grad)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the layer's parameters in a fixed order."""
        return ()

    def buffers(self) -> tuple[Array, ...]:
        """Return what the layer keeps besides its parameters, such as running means.

        No gradient changes them. Checkpoints and the snapshots of a live view hold them; whoever
        puts old numbers back writes into these arrays.
        """
        return ()

    @property
    def window(self) -> Window | None:
        """The window of the input that one output pixel sees; None if there is no such window."""
        return Window()

    @property
    def sample_shape(self) -> tuple[int, ...] | None:
        """Shape of the smallest sample that the layer takes; None if its own sizes do not tell."""
        return None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one sample's output, for one sample of this shape; tries it out."""
        dtypes = [parameter.value.dtype for parameter in self.parameters()]
        x = np.zeros((1, *shape), dtype=dtypes[0] if dtypes else np.float32)
        return self.forward(x).shape[1:]

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return how often one sample of this shape is multiplied by a weight and added up."""
        return 0


def pack(parameters: Sequence[Parameter]) -> None:
    """Lay parameters out one after another in one vector, and their gradients in another.

    Each parameter's `value` and `grad` become views into these vectors, so an optimizer can
    update a whole network in one sweep. Parameters that already lie so stay where they are.

    Parameters
    ----------
    parameters : sequence of Parameter
        All of one dtype.

    Raises
    ------
    TypeError
        If the dtypes differ.

    Examples
    --------
    >>> first, second = Parameter(np.ones(2)), Parameter(np.zeros((1, 2)))
    >>> pack([first, second])
    >>> [values.tolist() for values, gradients in segments([first, second])]
    [[1.0, 1.0, 0.0, 0.0]]
    """
    dtypes = {parameter.value.dtype for parameter in parameters}
    if len(dtypes) > 1:
        names = " and ".join(sorted(str(dtype) for dtype in dtypes))
        raise TypeError(
            f"a network expects parameters of one dtype, got {names}; "
            "give every layer the same dtype="
        )
    if len(segments(parameters)) <= 1:
        return
    size = sum(parameter.value.size for parameter in parameters)
    like = parameters[0].value
    values, gradients = aligned((size,), like), aligned((size,), like)
    start = 0
    for parameter in parameters:
        shape, stop = parameter.value.shape, start + parameter.value.size
        values[start:stop] = parameter.value.ravel()
        gradients[start:stop] = parameter.grad.ravel()
        parameter.value = values[start:stop].reshape(shape)
        parameter.grad = gradients[start:stop].reshape(shape)
        start = stop


def segments(parameters: Sequence[Parameter]) -> list[tuple[Array, Array]]:
    """Join parameters that lie side by side in memory into long flat views.

    A packed network gives one segment, a lone array one, and a network of which only some
    layers are trained a few.

    Parameters
    ----------
    parameters : sequence of Parameter
        In the order in which they lie.

    Returns
    -------
    list of (values, gradients)
        Flat views: writing to them changes the parameters.

    Examples
    --------
    >>> point = Parameter(np.zeros((2, 2)))
    >>> [(values, gradients)] = segments([point])
    >>> values.shape
    (4,)
    """
    runs: list[list[Parameter]] = []
    for parameter in parameters:
        if runs and _follows(runs[-1][-1], parameter):
            runs[-1].append(parameter)
        else:
            runs.append([parameter])
    return [(_span([p.value for p in run]), _span([p.grad for p in run])) for run in runs]


def _follows(left: Parameter, right: Parameter) -> bool:
    """Whether `right` begins in memory where `left` ends, values and gradients alike."""
    return all(
        a.base is not None and a.base is b.base and a.ctypes.data + a.nbytes == b.ctypes.data
        for a, b in ((left.value, right.value), (left.grad, right.grad))
    )


def _span(arrays: list[Array]) -> Array:
    """One flat view over arrays that lie side by side."""
    if len(arrays) == 1:
        return arrays[0].reshape(-1)
    first, base = arrays[0], arrays[0].base
    assert isinstance(base, np.ndarray)  # _follows has seen to it
    flat = base.reshape(-1)
    start = (first.ctypes.data - flat.ctypes.data) // first.itemsize
    return flat[start : start + sum(array.size for array in arrays)]


def check_floats(name: str, x: Array) -> Array:
    """Return `x`, in order, if it is an array of float32 or float64; else say why not."""
    if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
        got = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
        raise TypeError(
            f"{name} expects an array of float32 or float64, got {got}; "
            "convert it with np.asarray(x, dtype=np.float32)"
        )
    if x.ndim == 0:  # np.ascontiguousarray would make a row of it
        raise ValueError(
            f"{name} expects x of shape (batch, ...), got (); make a batch of one with x[None]"
        )
    return in_order(x)


def check_input(name: str, x: Array, features: int, dtype: np.dtype[np.floating]) -> Array:
    """Return `x`, contiguous, if it holds such rows, of this dtype; else say why not."""
    if not isinstance(x, np.ndarray) or x.ndim not in (2, 3) or x.shape[-1] != features:
        got = x.shape if isinstance(x, np.ndarray) else type(x).__name__
        remedy = "each sample is one row"
        if isinstance(x, np.ndarray) and x.ndim == 1 and x.size == features:
            remedy = "make a batch of one with x[None, :]"
        elif isinstance(x, np.ndarray) and x.ndim > 2:
            remedy = "flatten each sample with x.reshape(len(x), -1)"
        raise ValueError(f"{name} expects x of shape (batch, {features}), got {got}; {remedy}")
    if x.dtype != dtype:
        raise TypeError(
            f"{name} expects x of dtype {dtype}, got {x.dtype}; "
            f"convert it with x.astype(np.{dtype})"
        )
    return np.ascontiguousarray(x)


def check_grad(name: str, grad: Array, output: Array | None) -> Array:
    """Return `grad`, in order, if it fits the output of the last forward pass."""
    if output is None:
        raise RuntimeError(
            f"{name}.backward expects a forward pass before it; call forward(x) first"
        )
    is_array = isinstance(grad, np.ndarray)
    if not is_array or grad.shape != output.shape or grad.dtype != output.dtype:
        got = f"{grad.shape} and {grad.dtype}" if is_array else type(grad).__name__
        raise ValueError(
            f"{name}.backward expects grad of shape {output.shape} and dtype {output.dtype}, "
            f"like the last output, got {got}; run forward on the same batch first"
        )
    return in_order(grad)
