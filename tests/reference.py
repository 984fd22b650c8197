"""Slow, readable twins: what each kernel and layer should compute, straight from the mathematics.

Every function takes float64 arrays and returns new ones; it changes nothing that it is given. A
twin of a kernel has the kernel's name and takes its arguments, without those that only receive
results. Where a kernel changes its arguments, its twin returns what they should become.
"""

import math

import numpy as np

# ---------------------------------------------------------------- nnlib/kernels/activations.py


def relu_forward(x):
    """a = max(x, 0); NaN stays NaN, as in np.maximum."""
    return np.maximum(x, 0.0)


def relu_backward(output, grad):
    """The slope is 1 where the output is positive, and 0 elsewhere."""
    return np.where(output > 0, grad, 0.0)


def tanh_backward(output, grad):
    """d tanh(x) / dx = 1 - tanh(x)^2."""
    return grad * (1 - output**2)


def sigmoid_backward(output, grad):
    """d sigma(x) / dx = sigma(x) (1 - sigma(x))."""
    return grad * output * (1 - output)


# ---------------------------------------------------------------- nnlib/kernels/dense.py


def dense_forward(x, weight, bias):
    """z_ij = sum over k of x_ik w_kj, plus b_j."""
    out = np.empty((len(x), len(bias)))
    for i in range(len(x)):
        for j in range(len(bias)):
            out[i, j] = sum(x[i, k] * weight[k, j] for k in range(len(weight))) + bias[j]
    return out


def dense_backward_parameters(x, grad):
    """dL/dw_kj = sum over samples i of x_ik g_ij; dL/db_j = sum over samples i of g_ij."""
    samples, inputs, outputs = len(x), x.shape[1], grad.shape[1]
    weight_grad = np.zeros((inputs, outputs))
    bias_grad = np.zeros(outputs)
    for i in range(samples):
        for j in range(outputs):
            bias_grad[j] += grad[i, j]
            for k in range(inputs):
                weight_grad[k, j] += x[i, k] * grad[i, j]
    return weight_grad, bias_grad


def dense_backward_input(grad, weight):
    """dL/dx_ik = sum over outputs j of g_ij w_kj."""
    out = np.empty((len(grad), len(weight)))
    for i in range(len(grad)):
        for k in range(len(weight)):
            out[i, k] = sum(grad[i, j] * weight[k, j] for j in range(grad.shape[1]))
    return out


# ---------------------------------------------------------------- nnlib/kernels/recurrent.py
#
# Masks come as 0 and 1, (time, batch), or with no steps where they choose nothing.


def chosen_at(mask, t):
    """The samples that a mask chooses at step t."""
    return mask[int(t)].astype(bool) if len(mask) else np.zeros(mask.shape[1], bool)


def rnn_forward(recurrent_weight, padded, states):
    """h_t = tanh(z_t + h_{t-1} U), one sample after the other; z_t stands where h_t will."""
    states = states.copy()
    for t in range(len(states) - 1):
        for b in range(states.shape[1]):
            h = states[t, b]
            states[t + 1, b] = np.tanh(states[t + 1, b] + h @ recurrent_weight)
            if chosen_at(padded, t)[b]:
                states[t + 1, b] = h
    return (states,)


def rnn_backward(transposed, states, padded, cut, grad, state_grad):
    """delta_t = dL/dh_t (1 - h_t^2); dL/dh_{t-1} = delta_t U^T plus what comes in at t - 1."""
    steps = len(states) - 1
    delta, dh = np.zeros((steps, *state_grad.shape)), state_grad.copy()
    for t in reversed(range(steps)):
        for b in range(len(dh)):
            if len(grad):
                dh[b] += grad[t, b]
            if not chosen_at(padded, t)[b]:
                delta[t, b] = dh[b] * (1 - states[t + 1, b] ** 2)
                dh[b] = delta[t, b] @ transposed
            if chosen_at(cut, t)[b]:
                dh[b] = 0
    return delta, dh


def lstm_forward(recurrent_weight, padded, states, cells, gates):
    """c_t = f c_{t-1} + i g and h_t = o tanh(c_t); at a padded step nothing comes in or out."""
    states, cells, gates = states.copy(), cells.copy(), gates.copy()
    squashed = np.zeros(gates.shape[1:])
    for t in range(gates.shape[1]):
        for b in range(gates.shape[2]):
            h, c = states[t, b], cells[t, b]
            z_i, z_f, z_o, z_g = (gates[k, t, b] + h @ recurrent_weight[k] for k in range(4))
            i, f, o, g = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o), np.tanh(z_g)
            if chosen_at(padded, t)[b]:
                i, f, o, g = 0 * i, 0 * f + 1, 0 * o, 0 * g
            gates[:, t, b] = i, f, o, g
            cells[t + 1, b] = f * c + i * g
            squashed[t, b] = np.tanh(cells[t + 1, b])
            states[t + 1, b] = h if chosen_at(padded, t)[b] else o * squashed[t, b]
    return squashed, states, cells, gates


def lstm_backward(transposed, cells, gates, squashed, padded, cut, grad, state_grad, cell_grad):
    """The chain rule through h = o tanh(c), then c = f c' + i g, then the four gates."""
    delta, dh, dc = np.zeros(gates.shape), state_grad.copy(), cell_grad.copy()
    for t in reversed(range(len(squashed))):
        for b in range(len(dh)):
            i, f, o, g = gates[:, t, b]
            if len(grad):
                dh[b] += grad[t, b]
            dc[b] += dh[b] * o * (1 - squashed[t, b] ** 2)
            delta[0, t, b] = dc[b] * g * i * (1 - i)
            delta[1, t, b] = dc[b] * cells[t, b] * f * (1 - f)
            delta[2, t, b] = dh[b] * squashed[t, b] * o * (1 - o)
            delta[3, t, b] = dc[b] * i * (1 - g**2)
            dc[b] *= f
            if not chosen_at(padded, t)[b]:
                dh[b] = sum(delta[k, t, b] @ transposed[k] for k in range(4))
            if chosen_at(cut, t)[b]:
                dh[b], dc[b] = 0, 0
    return delta, dh, dc


def gru_forward(recurrent_weight, padded, states, gates):
    """h_t = (1 - u) n + u h_{t-1}; at a padded step the update gate keeps everything."""
    states, gates = states.copy(), gates.copy()
    recalled = np.zeros(gates.shape[1:])
    for t in range(gates.shape[1]):
        for b in range(gates.shape[2]):
            h = states[t, b]
            r = sigmoid(gates[0, t, b] + h @ recurrent_weight[0])
            u = sigmoid(gates[1, t, b] + h @ recurrent_weight[1])
            recalled[t, b] = h @ recurrent_weight[2]
            n = np.tanh(gates[2, t, b] + r * recalled[t, b])
            if chosen_at(padded, t)[b]:
                r, u, n = 0 * r, 0 * u + 1, 0 * n
            gates[:, t, b] = r, u, n
            states[t + 1, b] = (1 - u) * n + u * h
    return recalled, states, gates


def gru_backward(transposed, states, gates, recalled, cut, grad, state_grad):
    """The chain rule through the mixture, then the candidate, then the two gates."""
    delta, recalled_grad, dh = np.zeros(gates.shape), np.zeros(recalled.shape), state_grad.copy()
    for t in reversed(range(len(recalled))):
        for b in range(len(dh)):
            r, u, n = gates[:, t, b]
            if len(grad):
                dh[b] += grad[t, b]
            delta[2, t, b] = dh[b] * (1 - u) * (1 - n**2)
            delta[1, t, b] = dh[b] * (states[t, b] - n) * u * (1 - u)
            delta[0, t, b] = delta[2, t, b] * recalled[t, b] * r * (1 - r)
            recalled_grad[t, b] = delta[2, t, b] * r
            dh[b] = dh[b] * u + delta[0, t, b] @ transposed[0]
            dh[b] += delta[1, t, b] @ transposed[1]
            dh[b] += recalled_grad[t, b] @ transposed[2]
            if chosen_at(cut, t)[b]:
                dh[b] = 0
    return delta, recalled_grad, dh


def _tanh_of_sum(term, out):
    return (tanh(out + term),)


def _sigmoid_of_sum(term, out):
    return (sigmoid(out + term),)


def _tanh(z):
    return (tanh(z),)


def _add(term, out):
    return (out + term,)


def _copy(source, out):
    return (source,)


def _add_step(grad, t, out):
    return (out + grad[t].ravel() if len(grad) else out,)


def _set_rows(chosen, t, value, out):
    return (np.where(chosen_at(chosen, t)[:, None], value, out),)


def _copy_rows(chosen, t, source, out):
    return (np.where(chosen_at(chosen, t)[:, None], source, out),)


# ---------------------------------------------------------------- nnlib/kernels/sequences.py


def gates_forward(x, weight, bias):
    """A dense layer for each gate."""
    return np.stack([dense_forward(x, w, b) for w, b in zip(weight, bias, strict=True)])


def gates_backward_weight(x, delta):
    return np.stack([dense_backward_parameters(x, d)[0] for d in delta])


def gates_backward_bias(delta):
    return np.stack([d.sum(axis=0) for d in delta])


def gates_backward_input(delta, weight):
    """Every gate saw the same x, so its gradients add up."""
    return sum(dense_backward_input(d, w) for d, w in zip(delta, weight, strict=True))


def embedding_forward(index, weight):
    """The row of each index and a 1; zeros for an index of -1."""
    out = np.zeros((len(index), weight.shape[1] + 1))
    for i, k in enumerate(index):
        if k >= 0:
            out[i] = [*weight[k], 1.0]
    return out


def embedding_backward(index, grad):
    """The row of a symbol that occurs often gathers the gradient of each occurrence."""
    out = np.zeros((1 + max(index), grad.shape[1]))
    for i, k in enumerate(index):
        if k >= 0:
            out[k] += grad[i]
    return out


def _block(inputs, outputs):
    return max(32, 1_000_000 // int(inputs * outputs))


# ---------------------------------------------------------------- nnlib/kernels/losses.py


def squared_error(prediction, target):
    """Sum of the squared differences."""
    return sum((p - t) ** 2 for p, t in zip(prediction, target, strict=True))


def squared_error_gradient(prediction, target, scale):
    """Half the derivative of (p - t)^2, times a factor."""
    return scale * (prediction - target)


def logistic_loss(logits, target):
    """Sum of -t log(p) - (1 - t) log(1 - p) with p = sigma(z); -log sigma(z) = log(1 + e^-z)."""
    return sum(
        t * np.logaddexp(0.0, -z) + (1 - t) * np.logaddexp(0.0, z)
        for z, t in zip(logits, target, strict=True)
    )


def logistic_loss_gradient(logits, target, scale):
    """sigma(z) - t, times a factor."""
    return scale * (sigmoid(logits) - target)


def softmax_loss(logits, labels):
    """Sum over the samples of -log(probability of the label)."""
    return sum(-log_softmax(row)[label] for row, label in zip(logits, labels, strict=True))


def softmax_loss_gradient(logits, labels, scale):
    """Softmax minus the one-hot label, times a factor."""
    out = np.empty(logits.shape)
    for i, (row, label) in enumerate(zip(logits, labels, strict=True)):
        one_hot = np.zeros(len(row))
        one_hot[label] = 1.0
        out[i] = scale * (np.exp(log_softmax(row)) - one_hot)
    return out


def _largest(row):
    """The largest entry."""
    return sorted(row)[-1]


def log_softmax(row):
    """z_k - log(sum of e^z_j), the sum built up by log(e^a + e^b), which never overflows."""
    return row - np.logaddexp.reduce(row)


# ---------------------------------------------------------------- nnlib/kernels/optimizers.py


def sgd_step(value, grad, learning_rate):
    """Down the gradient."""
    return (value - learning_rate * grad,)


def momentum_step(value, grad, velocity, learning_rate, momentum):
    """Polyak: the velocity sums up the gradients and forgets a share of itself."""
    velocity = momentum * velocity + grad
    return value - learning_rate * velocity, velocity


def nesterov_step(value, grad, velocity, learning_rate, momentum):
    """Nesterov, written for the point at which the gradient is taken: go on along the velocity."""
    velocity = momentum * velocity + grad
    return value - learning_rate * (momentum * velocity + grad), velocity


def adagrad_step(value, grad, squares, learning_rate, epsilon):
    """Divide by the root of the sum of all squared gradients."""
    squares = squares + grad**2
    return value - learning_rate * grad / (np.sqrt(squares) + epsilon), squares


def rmsprop_step(value, grad, squares, learning_rate, decay, epsilon):
    """Divide by the root of the running mean of the squared gradients."""
    squares = decay * squares + (1 - decay) * grad**2
    return value - learning_rate * grad / (np.sqrt(squares) + epsilon), squares


def adam_step(value, grad, mean, squares, learning_rate, beta1, beta2, epsilon, iteration):
    """Algorithm 1 of Kingma and Ba (2015), line by line."""
    mean = beta1 * mean + (1 - beta1) * grad
    squares = beta2 * squares + (1 - beta2) * grad**2
    mean_hat = mean / (1 - beta1**iteration)
    squares_hat = squares / (1 - beta2**iteration)
    return value - learning_rate * mean_hat / (np.sqrt(squares_hat) + epsilon), mean, squares


# ---------------------------------------------------------------- layers


def relu(x):
    return relu_forward(x)


def tanh(x):
    """(e^x - e^-x) / (e^x + e^-x), number by number."""
    return np.vectorize(math.tanh, otypes=[float])(x)


def sigmoid(x):
    """1 / (1 + e^-x), with e^x / (1 + e^x) for negative x so that nothing overflows."""
    positive, e = x >= 0, np.exp(-np.abs(x))
    return np.where(positive, 1.0, e) / (1.0 + e)


def dense(x, weight, bias):
    return dense_forward(x, weight, bias)


def rnn(x, weight, recurrent_weight, bias):
    """The last state of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = np.zeros(len(bias))
        for row in sequence:
            h = np.tanh(row @ weight + h @ recurrent_weight + bias)
        last.append(h)
    return np.array(last).reshape(len(x), len(bias))


def lstm(x, weight, recurrent_weight, bias):
    """The last h of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = c = np.zeros(bias.shape[1])
        for row in sequence:
            z = [row @ weight[k] + h @ recurrent_weight[k] + bias[k] for k in range(4)]
            c = sigmoid(z[1]) * c + sigmoid(z[0]) * np.tanh(z[3])
            h = sigmoid(z[2]) * np.tanh(c)
        last.append(h)
    return np.array(last).reshape(len(x), bias.shape[1])


def gru(x, weight, recurrent_weight, bias):
    """The last state of each sequence, from a state of zeros."""
    last = []
    for sequence in x:
        h = np.zeros(bias.shape[1])
        for row in sequence:
            z = [row @ weight[k] + bias[k] for k in range(3)]
            r = sigmoid(z[0] + h @ recurrent_weight[0])
            u = sigmoid(z[1] + h @ recurrent_weight[1])
            n = np.tanh(z[2] + r * (h @ recurrent_weight[2]))
            h = (1 - u) * n + u * h
        last.append(h)
    return np.array(last).reshape(len(x), bias.shape[1])


# ---------------------------------------------------------------- losses, averaged over the batch


def mean_squared_error(prediction, target):
    return squared_error(prediction.ravel(), target.ravel()) / prediction.size


def binary_cross_entropy(logits, target):
    return logistic_loss(logits.ravel(), target.ravel()) / logits.size


def cross_entropy(logits, labels):
    return softmax_loss(logits, labels) / len(logits)
