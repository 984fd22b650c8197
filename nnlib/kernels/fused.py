"""Updates of a dense network in one call: gather a batch, go forward, back, and move.

Each line of the arithmetic is a kernel of another file, the very one that the layers, losses and
optimizers call, so the numbers are the same to the bit; what is saved is the way through Python
between them.

`updates` is one long function for a reason. Its parts (forward, loss, back, rule) would have to be
made for one activation, loss and rule each, like itself, and Numba finds no kernel in its cache
that was made around another: each start would compile anew. As kernels for all kinds at once they
would compile all of them.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from nnlib.kernels.activations import (
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.dense import dense_backward_input, dense_backward_parameters, dense_forward
from nnlib.kernels.losses import (
    logistic_loss,
    softmax_loss,
    squared_error,
    squared_error_gradient,
)
from nnlib.kernels.optimizers import (
    adagrad_step,
    adam_step,
    momentum_step,
    nesterov_step,
    rmsprop_step,
    sgd_step,
    shrink,
)
from nnlib.kernels.types import Array, Labels

#: What a network does between its dense layers.
LINEAR, RELU, TANH, SIGMOID = range(4)
#: How wrong it is.
SQUARED_ERROR, LOGISTIC, SOFTMAX = range(3)
#: How it moves; with `STAY` the gradient is all that is asked for.
STAY, SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW = range(8)


@cache
def updates_kernel(activation: int, loss: int, rule: int) -> Callable[..., int]:
    """Return the kernel for such networks; the branches for others are never compiled.

    Parameters
    ----------
    activation : int
        `LINEAR`, `RELU`, `TANH` or `SIGMOID`.
    loss : int
        `SQUARED_ERROR`, `LOGISTIC` or `SOFTMAX`.
    rule : int
        `STAY`, or the update of an optimizer.

    Returns
    -------
    callable
        See `updates` inside.

    Examples
    --------
    >>> updates_kernel(RELU, SOFTMAX, STAY) is updates_kernel(RELU, SOFTMAX, STAY)
    True
    """

    @chain
    def updates(
        x: Array,  # (samples, sizes[0])
        y: Any,  # labels or numbers, flat; for each sample as many as `targets` holds for each
        order: Labels,  # the samples, batch after batch
        batch_size: int,
        sizes: Labels,  # the width of the input and of every dense layer
        bent: int,  # how many dense layers an activation follows
        value: Array,  # every weight and bias, one layer after another
        grad: Array,
        work: Array,  # see `work_size`
        targets: Any,
        first: Array,  # what the optimizer remembers
        second: Array,
        settings: Array,  # of the optimizer, in float64
        iteration: int,  # updates that the optimizer has made
        rates: Array,  # a learning rate for each update
        sums: Array,  # for each update the loss, added up over the batch
    ) -> int:
        """Update until the samples end; return how many losses were usable numbers.

        An update whose loss is not finite, or negative because a target is no class, is not made.
        """
        depth, width, done = sizes.size - 1, targets.size // batch_size, 0
        for start in range(0, order.size, batch_size):
            batch = min(batch_size, order.size - start)
            a = _matrix(work, 0, batch, sizes[0])
            _gather(x, y, order, start, a, targets[: batch * width])

            real: Any = value.dtype.type
            at, place = a.size, 0  # in `work` and in `value`
            for layer in range(depth):
                n_in, n_out = sizes[layer], sizes[layer + 1]
                weight, bias = _matrix(value, place, n_in, n_out), place + n_in * n_out
                z = _matrix(work, at, batch, n_out)
                dense_forward(a, weight, value[bias : bias + n_out], z)
                place, at, a = bias + n_out, at + z.size, z
                if layer < bent:
                    a = _matrix(work, at, batch, n_out)
                    flat, out = work[at - z.size : at], work[at : at + z.size]
                    if activation == RELU:
                        relu_forward(flat, out)
                    elif activation == TANH:
                        tanh_forward(flat, out)
                    elif activation == SIGMOID:
                        sigmoid_forward(flat, settings[0], out)
                    at += z.size

            here, there = at, at + (work.size - at) // 2  # two places for dL/d(something)
            delta = _matrix(work, here, batch, sizes[depth])
            goal = targets[: batch * width]
            if loss == SOFTMAX:
                total = softmax_loss(a, goal, real(1.0 / batch), delta)
            elif loss == LOGISTIC:
                scale = real(1.0 / a.size)
                total = logistic_loss(a.reshape(-1), goal, scale, delta.reshape(-1))
            else:
                scale = real(2.0 / a.size)
                squared_error_gradient(a.reshape(-1), goal, scale, delta.reshape(-1))
                total = squared_error(a.reshape(-1), goal)
            sums[done] = total
            if not math.isfinite(total) or total < 0:
                return done

            for layer in range(depth - 1, -1, -1):
                n_in, n_out = sizes[layer], sizes[layer + 1]
                if layer < bent:
                    at -= batch * n_out
                    size = batch * n_out
                    out, flat = work[at : at + size], work[there : there + size]
                    if activation == RELU:
                        relu_backward(out, work[here : here + size], flat)
                    elif activation == TANH:
                        tanh_backward(out, work[here : here + size], flat)
                    elif activation == SIGMOID:
                        sigmoid_backward(out, work[here : here + size], flat)
                    here, there = there, here
                delta = _matrix(work, here, batch, n_out)
                at -= batch * n_out
                bias = place - n_out
                place = bias - n_in * n_out
                a = _matrix(work, at - batch * n_in, batch, n_in)
                weight_grad, bias_grad = (
                    _matrix(grad, place, n_in, n_out),
                    grad[bias : bias + n_out],
                )
                dense_backward_parameters(a, delta, weight_grad, bias_grad)
                if layer > 0:
                    before = _matrix(work, there, batch, n_in)
                    dense_backward_input(delta, _matrix(value, place, n_in, n_out), before)
                    here, there = there, here

            rate, count = rates[done], iteration + done + 1
            if rule == SGD:
                sgd_step(value, grad, rate)
            elif rule == MOMENTUM:
                momentum_step(value, grad, first, rate, settings[1])
            elif rule == NESTEROV:
                nesterov_step(value, grad, first, rate, settings[1])
            elif rule == ADAGRAD:
                adagrad_step(value, grad, first, rate, settings[1])
            elif rule == RMSPROP:
                rmsprop_step(value, grad, first, rate, settings[1], settings[2])
            elif rule == ADAM or rule == ADAMW:
                b1, b2, small = settings[1], settings[2], settings[3]
                if rule == ADAMW:
                    shrink(value, rate * settings[4])
                adam_step(value, grad, first, second, rate, b1, b2, small, count)
            done += 1
        return done

    return updates


@kernel
def _matrix(flat: Array, start: int, rows: int, columns: int) -> Array:
    """A view of a part of a vector."""
    return flat[start : start + rows * columns].reshape(rows, columns)


@kernel
def _gather(x: Array, y: Array, order: Labels, start: int, inputs: Array, targets: Array) -> None:
    """The samples of a batch, and their targets, next to each other."""
    batch = inputs.shape[0]
    width = targets.size // batch
    for row in range(batch):
        sample = order[start + row]
        for column in range(inputs.shape[1]):
            inputs[row, column] = x[sample, column]
        for k in range(width):
            targets[row * width + k] = y[sample * width + k]
