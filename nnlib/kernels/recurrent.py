"""Recurrent layers: step by step through time, forward and back.

Arrays lie gate first, then time, so that what one matrix product needs is one block of memory:
gates (gates, time, batch, hidden), states (time + 1, batch, hidden). `states[0]` and `cells[0]`
hold the state before the first step. The input's part of every gate is there already when a
forward kernel starts (`kernels/sequences.py` computes it for all steps at once).

`padded` and `cut`, of shape (time, batch), choose samples at a step; with 0 steps they choose none.
Where `padded`, the step lies beyond the sample's end, and the state stays as it is. Where `cut`, no
gradient goes on to the step before.

The gates are computed in short loops over few arrays: with more of them the compiler gives up
vectorisation, as any two arrays might overlap.
"""

import numpy as np

from nnlib.kernels.activations import tanh_forward, tanh_of
from nnlib.kernels.compile import chain, kernel
from nnlib.kernels.runs import add_run, copy_run
from nnlib.kernels.types import Array, Mask


@chain
def rnn_forward(recurrent_weight: Array, padded: Mask, states: Array) -> None:
    """states[t + 1] = tanh(states[t + 1] + states[t] @ recurrent_weight)."""
    product = np.empty_like(states[0])
    for t in range(states.shape[0] - 1):
        np.dot(states[t], recurrent_weight, product)  # (batch, hidden) @ (hidden, hidden)
        _tanh_of_sum(product.reshape(-1), states[t + 1].reshape(-1))
        _copy_rows(padded, t, states[t], states[t + 1])


@chain
def rnn_backward(
    transposed: Array,
    states: Array,
    padded: Mask,
    cut: Mask,
    grad: Array,
    state_grad: Array,
    delta: Array,
) -> None:
    """Fill delta = dL/dz; state_grad holds dL/dh of the last step, and then of states[0].

    `transposed` is recurrent_weight.T, in memory too. `grad` is dL/d(states[1:]), with 0 steps
    where only the last state was used.
    """
    before, one = np.empty_like(state_grad), states.dtype.type(1)
    dh = state_grad.reshape(-1)
    for t in range(delta.shape[0] - 1, -1, -1):
        _add_step(grad, t, dh)
        dz, h = delta[t].reshape(-1), states[t + 1].reshape(-1)
        for j in range(h.size):
            dz[j] = dh[j] * (one - h[j] * h[j])
        _set_rows(padded, t, 0.0, delta[t])
        np.dot(delta[t], transposed, before)
        _copy_rows(padded, t, state_grad, before)
        copy_run(before.reshape(-1), dh)
        _set_rows(cut, t, 0.0, state_grad)


@chain
def lstm_forward(
    recurrent_weight: Array,
    padded: Mask,
    states: Array,
    cells: Array,
    gates: Array,
    squashed: Array,
) -> None:
    """Gates input, forget, output, candidate; squashed = tanh(cells[1:])."""
    product = np.empty_like(states[0])
    for t in range(squashed.shape[0]):
        for k in range(4):
            np.dot(states[t], recurrent_weight[k], product)
            if k < 3:
                _sigmoid_of_sum(product.reshape(-1), gates[k, t].reshape(-1))
            else:
                _tanh_of_sum(product.reshape(-1), gates[k, t].reshape(-1))
            _set_rows(padded, t, 1.0 if k == 1 else 0.0, gates[k, t])  # let nothing in or out
        i, f = gates[0, t].reshape(-1), gates[1, t].reshape(-1)
        o, g = gates[2, t].reshape(-1), gates[3, t].reshape(-1)
        c_before, c = cells[t].reshape(-1), cells[t + 1].reshape(-1)
        s, h = squashed[t].reshape(-1), states[t + 1].reshape(-1)
        for j in range(c.size):
            c[j] = f[j] * c_before[j] + i[j] * g[j]
        tanh_forward(c, s)
        for j in range(h.size):
            h[j] = o[j] * s[j]
        _copy_rows(padded, t, states[t], states[t + 1])


@chain
def lstm_backward(
    transposed: Array,
    cells: Array,
    gates: Array,
    squashed: Array,
    padded: Mask,
    cut: Mask,
    grad: Array,
    state_grad: Array,
    cell_grad: Array,
    delta: Array,
) -> None:
    """As rnn_backward, delta for each gate; cell_grad likewise ends as dL/d(cells[0])."""
    before, product = np.empty_like(state_grad), np.empty_like(state_grad)
    one = cells.dtype.type(1)
    dh, dc = state_grad.reshape(-1), cell_grad.reshape(-1)
    for t in range(squashed.shape[0] - 1, -1, -1):
        _add_step(grad, t, dh)
        i, f = gates[0, t].reshape(-1), gates[1, t].reshape(-1)
        o, g = gates[2, t].reshape(-1), gates[3, t].reshape(-1)
        di, df = delta[0, t].reshape(-1), delta[1, t].reshape(-1)
        do, dg = delta[2, t].reshape(-1), delta[3, t].reshape(-1)
        c_before, s = cells[t].reshape(-1), squashed[t].reshape(-1)
        for j in range(dh.size):
            do[j] = dh[j] * s[j] * o[j] * (one - o[j])
            dc[j] += dh[j] * o[j] * (one - s[j] * s[j])
        for j in range(dh.size):
            di[j] = dc[j] * g[j] * i[j] * (one - i[j])
            dg[j] = dc[j] * i[j] * (one - g[j] * g[j])
        for j in range(dh.size):
            df[j] = dc[j] * c_before[j] * f[j] * (one - f[j])
            dc[j] *= f[j]
        np.dot(delta[0, t], transposed[0], before)
        for k in range(1, 4):
            np.dot(delta[k, t], transposed[k], product)
            add_run(product.reshape(-1), before.reshape(-1))
        _copy_rows(padded, t, state_grad, before)
        copy_run(before.reshape(-1), dh)
        _set_rows(cut, t, 0.0, state_grad)
        _set_rows(cut, t, 0.0, cell_grad)


@chain
def gru_forward(
    recurrent_weight: Array, padded: Mask, states: Array, gates: Array, recalled: Array
) -> None:
    """Gates reset, update, candidate; recalled = states[:-1] @ recurrent_weight[2]."""
    product = np.empty_like(states[0])
    for t in range(recalled.shape[0]):
        for k in range(2):
            np.dot(states[t], recurrent_weight[k], product)
            _sigmoid_of_sum(product.reshape(-1), gates[k, t].reshape(-1))
        np.dot(states[t], recurrent_weight[2], recalled[t])
        r, u = gates[0, t].reshape(-1), gates[1, t].reshape(-1)
        n, q, p = gates[2, t].reshape(-1), recalled[t].reshape(-1), product.reshape(-1)
        for j in range(p.size):
            p[j] = r[j] * q[j]
        _tanh_of_sum(p, n)
        for k in range(3):
            _set_rows(padded, t, 1.0 if k == 1 else 0.0, gates[k, t])  # keep everything
        h_before, h = states[t].reshape(-1), states[t + 1].reshape(-1)
        for j in range(h.size):
            h[j] = n[j] + u[j] * (h_before[j] - n[j])
        _copy_rows(padded, t, states[t], states[t + 1])


@chain
def gru_backward(
    transposed: Array,
    states: Array,
    gates: Array,
    recalled: Array,
    cut: Mask,
    grad: Array,
    state_grad: Array,
    delta: Array,
    recalled_grad: Array,
) -> None:
    """As rnn_backward, delta for each gate; at a padded step the gates pass state_grad on."""
    product, one = np.empty_like(state_grad), states.dtype.type(1)
    dh = state_grad.reshape(-1)
    for t in range(recalled.shape[0] - 1, -1, -1):
        _add_step(grad, t, dh)
        r, u = gates[0, t].reshape(-1), gates[1, t].reshape(-1)
        n, q = gates[2, t].reshape(-1), recalled[t].reshape(-1)
        dr, du = delta[0, t].reshape(-1), delta[1, t].reshape(-1)
        dn, dq = delta[2, t].reshape(-1), recalled_grad[t].reshape(-1)
        h_before = states[t].reshape(-1)
        for j in range(dh.size):
            dn[j] = dh[j] * (one - u[j]) * (one - n[j] * n[j])
        for j in range(dh.size):
            du[j] = dh[j] * (h_before[j] - n[j]) * u[j] * (one - u[j])
            dh[j] *= u[j]
        for j in range(dh.size):
            dr[j] = dn[j] * q[j] * r[j] * (one - r[j])
            dq[j] = dn[j] * r[j]
        for k in range(2):
            np.dot(delta[k, t], transposed[k], product)
            add_run(product.reshape(-1), dh)
        np.dot(recalled_grad[t], transposed[2], product)
        add_run(product.reshape(-1), dh)
        _set_rows(cut, t, 0.0, state_grad)


@chain
def _tanh_of_sum(term: Array, out: Array) -> None:
    """out = tanh(out + term)."""
    for j in range(out.size):
        out[j] = tanh_of(out[j] + term[j], out.dtype.type)


@chain
def _sigmoid_of_sum(term: Array, out: Array) -> None:
    """out = sigmoid(out + term) = (1 + tanh((out + term) / 2)) / 2."""
    half = out.dtype.type(0.5)
    for j in range(out.size):
        out[j] = half + half * tanh_of(half * (out[j] + term[j]), out.dtype.type)


@chain
def _add_step(grad: Array, t: int, out: Array) -> None:
    """out += grad[t], flat; grad with 0 steps adds nothing."""
    if grad.shape[0] > 0:
        add_run(grad[t].reshape(-1), out)


@kernel
def _set_rows(chosen: Mask, t: int, value: float, out: Array) -> None:
    """out[row] = value for each row chosen at step t."""
    if chosen.shape[0] > 0:
        for row in range(out.shape[0]):
            if chosen[t, row]:
                for j in range(out.shape[1]):
                    out[row, j] = value


@kernel
def _copy_rows(chosen: Mask, t: int, source: Array, out: Array) -> None:
    """out[row] = source[row] for each row chosen at step t."""
    if chosen.shape[0] > 0:
        for row in range(out.shape[0]):
            if chosen[t, row]:
                for j in range(out.shape[1]):
                    out[row, j] = source[row, j]
