"""What recurrent layers share: the way in and out of time, the state, and the gradients."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_rng
from nnlib.initializers import Initializer
from nnlib.kernels.aligned import aligned
from nnlib.kernels.sequences import (
    gates_backward_bias,
    gates_backward_input,
    gates_backward_weight,
    gates_forward,
)
from nnlib.kernels.types import Array, Labels, Mask
from nnlib.layers.base import Layer, Parameter, check_grad
from nnlib.layers.sequences import (
    check_lengths,
    check_sequences,
    check_state,
    check_steps,
    lengths_of_mask,
    padded_steps,
    steps_to_cut,
)


class Recurrent(Layer):
    """A layer that reads a sequence step by step and carries a state from each to the next.

    A subclass names its gates and goes through time, forward in `_unroll` and back in
    `_unroll_back`; this class does what comes before and after.
    """

    #: The gates in the order in which they stand in the weights; one unnamed for the plain RNN.
    gate_names: tuple[str, ...] = ("",)
    #: How many arrays make a state: h, and for the LSTM c.
    state_parts = 1

    def __init__(
        self,
        in_features: int,
        hidden: int,
        *,
        rng: np.random.Generator,
        returns: str,
        masked: bool,
        stateful: bool,
        truncate: int | None,
        dtype: npt.DTypeLike,
        initializer: Initializer,
        recurrent_initializer: Initializer,
    ) -> None:
        name = type(self).__name__
        for argument, size in (("in_features", in_features), ("hidden", hidden)):
            check_count(name, argument, size)
        check_rng(name, rng)
        if returns not in ("last", "all"):
            raise ValueError(
                f"{name} expects returns to be 'last' or 'all', got {returns!r}; "
                "take 'all' for an output at every step"
            )
        self.in_features, self.hidden = int(in_features), int(hidden)
        self.returns, self.masked, self.stateful = returns, bool(masked), bool(stateful)
        self.truncate = truncate
        self._check_truncate()
        self.weight = self._draw(initializer, self.in_features, rng, dtype)
        self.recurrent_weight = self._draw(recurrent_initializer, self.hidden, rng, dtype)
        zeros = np.zeros(self._by_gate(self.hidden), dtype=dtype)
        self.bias = Parameter(zeros, penalized=False)  # with an axis for the gates, yet no weights
        self.state: Array | None = None
        self.state_grad: Array | None = None
        self._output: Array | None = None
        self._arrays: dict[str, Array] = {}

    def forward(
        self,
        x: Array,
        *,
        lengths: Labels | None = None,
        state: Array | None = None,
        training: bool = False,
    ) -> Array:
        """Return the last state, (batch, hidden), or all of them, (batch, time, hidden).

        `lengths`, integers (batch,), are the steps that count in each sample: its state stays
        as it was after the last of them, and its outputs after that are zeros. `state` is what
        the first step starts from, in the shape of the attribute `state`; else zeros.
        """
        name = type(self).__name__
        x = check_sequences(name, x, self.in_features + self.masked, self.weight.value.dtype)
        if self.masked:
            x, lengths = lengths_of_mask(name, x, lengths)
        batch, time = x.shape[:2]
        lengths = check_lengths(name, lengths, batch, time)
        first = self._first_state(state, batch)
        self._check_truncate()

        self._lengths = lengths
        self._padded = padded_steps(lengths, time, batch)
        self._x = self._array("x", time, batch, self.in_features)
        self._x[...] = x.transpose(1, 0, 2)  # (time, batch, features)
        self._gates = self._array("gates", len(self.gate_names), time, batch, self.hidden)
        gates_forward(
            self._rows(self._x),
            self._stack(self.weight.value),
            self.bias.value.reshape(-1, self.hidden),
            self._gates.reshape(len(self._gates), -1, self.hidden),
        )
        self._states = self._array("states", time + 1, batch, self.hidden)
        self._states[0] = first[0]
        last = self._unroll(first)
        self.state = last[0] if self.state_parts == 1 else last
        self._output = self._states[-1].copy() if self.returns == "last" else self._all_outputs()
        return self._output

    def backward(self, grad: Array) -> Array:
        """Write the gradients, and return dL/dx of shape (batch, time, features)."""
        delta = self._backward(grad)
        time, batch = self._x.shape[:2]
        dx = self._array("dx", *self._x.shape)
        gates_backward_input(delta, self._stack(self.weight.value), self._rows(dx))
        out = np.zeros((batch, time, self.in_features + self.masked), dtype=dx.dtype)
        out[:, :, : self.in_features] = dx.transpose(1, 0, 2)
        return out

    def backward_parameters(self, grad: Array) -> None:
        """Write the gradients of the parameters and of the first state."""
        self._backward(grad)

    def parameters(self) -> tuple[Parameter, ...]:
        """Return weight, recurrent_weight and bias."""
        return (self.weight, self.recurrent_weight, self.bias)

    @property
    def window(self) -> None:
        """None: a state has seen every step before it."""

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """A sequence of one step."""
        return (1, self.in_features + self.masked)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (hidden,), or (time, hidden) where every state is returned."""
        time = check_steps(type(self).__name__, shape, self.in_features + self.masked)
        return (self.hidden,) if self.returns == "last" else (time, self.hidden)

    def multiply_adds(self, shape: tuple[int, ...]) -> int:
        """Return the number of weights times the steps: each is used once at every step."""
        return (self.weight.value.size + self.recurrent_weight.value.size) * shape[0]

    @property
    def states(self) -> Array:
        """h after every step of the last forward pass, (batch, time, hidden)."""
        self._check_forward("states")
        return self._states[1:].transpose(1, 0, 2)

    @property
    def gates(self) -> dict[str, Array]:
        """Each gate at every step of the last forward pass, (batch, time, hidden) by its name."""
        self._check_forward("gates")
        steps = (gate.transpose(1, 0, 2) for gate in self._gates)
        return {name: gate for name, gate in zip(self.gate_names, steps, strict=True) if name}

    def _backward(self, grad: Array) -> Array:
        """Back through time: write the gradients, and return dL/dz, (gates, steps, hidden)."""
        grad = check_grad(type(self).__name__, grad, self._output)
        self._check_truncate()
        time, batch = self._x.shape[:2]
        state_grad = np.zeros((self.state_parts, batch, self.hidden), dtype=grad.dtype)
        if self.returns == "last":
            state_grad[0], grad = grad, np.empty((0, batch, self.hidden), dtype=grad.dtype)
        else:
            grad = grad.transpose(1, 0, 2).copy()  # (time, batch, hidden)
            if len(self._padded):
                grad[self._padded] = 0
        cut = steps_to_cut(self.truncate, self._lengths, time, batch)
        delta = self._unroll_back(cut, grad, state_grad)
        delta = delta.reshape(len(delta), time * batch, self.hidden)
        gates_backward_weight(self._rows(self._x), delta, self._stack(self.weight.grad))
        self._write_recurrent_gradient(delta)
        gates_backward_bias(delta, self.bias.grad.reshape(-1, self.hidden))
        self.state_grad = state_grad[0] if self.state_parts == 1 else state_grad
        return delta

    def _write_recurrent_gradient(self, delta: Array) -> None:
        """The state before each step is to recurrent_weight what x is to weight."""
        before = self._rows(self._states[:-1])
        gates_backward_weight(before, delta, self._stack(self.recurrent_weight.grad))

    def _unroll(self, first: Array) -> Array:
        """Go through time from the first state, (parts, batch, hidden); return the last one."""
        raise NotImplementedError

    def _unroll_back(self, cut: Mask, grad: Array, state_grad: Array) -> Array:
        """Return dL/dz, (gates, time, batch, hidden); state_grad ends as the first state's."""
        raise NotImplementedError

    def _transposed(self) -> Array:
        """The weights from state to state, for the way back; one block of memory for each gate."""
        turned = np.swapaxes(self.recurrent_weight.value, -1, -2)
        out = self._array("transposed", *turned.shape)
        out[:] = turned
        return out

    def _array(self, name: str, *shape: int) -> Array:
        """An array that is kept from batch to batch: new memory costs as much as the arithmetic."""
        kept = self._arrays.get(name)
        if kept is None or kept.shape != shape:
            kept = self._arrays[name] = aligned(shape, self.weight.value)
        return kept

    def _all_outputs(self) -> Array:
        """Every state, zeros beyond the end of a sample, (batch, time, hidden)."""
        output = self._states[1:].transpose(1, 0, 2).copy()
        if len(self._padded):
            output[self._padded.T] = 0
        return output

    def _first_state(self, state: Array | None, batch: int) -> Array:
        """The state to start from: given, carried over, or zeros; (parts, batch, hidden)."""
        if state is None and self.stateful:
            state = self.state
        shape = (self.state_parts, batch, self.hidden)
        if state is None:
            return np.zeros(shape, dtype=self.weight.value.dtype)
        outer = shape if self.state_parts > 1 else shape[1:]
        return check_state(type(self).__name__, state, outer, self.weight.value.dtype).reshape(
            shape
        )

    def _check_truncate(self) -> None:
        if self.truncate is not None:
            check_count(type(self).__name__, "truncate", self.truncate)

    def _check_forward(self, what: str) -> None:
        if self._output is None:
            raise RuntimeError(
                f"{type(self).__name__}.{what} expects a forward pass before it; "
                "call forward(x) first"
            )

    def _draw(
        self, draw: Callable[..., Array], n_in: int, rng: np.random.Generator, dtype: npt.DTypeLike
    ) -> Parameter:
        """One matrix for each gate, drawn one by one."""
        drawn = [draw((n_in, self.hidden), rng=rng, dtype=dtype) for _ in self.gate_names]
        return Parameter(np.stack(drawn).reshape(self._by_gate(n_in, self.hidden)))

    def _by_gate(self, *shape: int) -> tuple[int, ...]:
        """The shape of a parameter: a layer with one unnamed gate has no axis for it."""
        return shape if len(self.gate_names) == 1 else (len(self.gate_names), *shape)

    def _stack(self, weight: Array) -> Array:
        """A view with an axis for the gates, (gates, in, hidden)."""
        return weight.reshape(len(self.gate_names), -1, self.hidden)

    def _rows(self, steps: Array) -> Array:
        """A view of (time, batch, features) in rows."""
        return steps.reshape(-1, steps.shape[2])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.in_features}, {self.hidden})"
