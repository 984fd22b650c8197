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


# ---------------------------------------------------------------- nnlib/kernels/landscapes.py


def landscape(kind, coefficients, x, y):
    """The height itself, by the number that the kernels know a landscape by."""
    c0, c1, c2 = coefficients
    return {
        0: lambda: (c0 * x * x + 2 * c1 * x * y + c2 * y * y) / 2,
        1: lambda: (c0 - x) ** 2 + c1 * (y - x**2) ** 2,
        2: lambda: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        3: lambda: sum((c - x + x * y**k) ** 2 for k, c in ((1, c0), (2, c1), (3, c2))),
    }[kind]()


def landscape_gradients(kind, coefficients, points):
    """f(x + ih) = f(x) + ih f'(x) for a tiny h: the derivative without a formula for it."""
    x, y = points
    step = 1e-100j
    along_x = landscape(kind, coefficients, x + step, y).imag
    along_y = landscape(kind, coefficients, x, y + step).imag
    return np.array([along_x, along_y]) / abs(step)


def descend_many(
    kind, coefficients, learning_rate, momentum, steps, radius, points, velocity, grad
):
    """Gradient descent with momentum; what leaves the radius is at infinity for good."""
    for _ in range(int(steps)):
        grad = landscape_gradients(kind, coefficients, points)
        velocity = momentum * velocity + grad
        points = points - learning_rate * velocity
        points = np.where(np.hypot(*points) <= radius, points, np.inf)
    return points, velocity, grad


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


# ---------------------------------------------------------------- losses, averaged over the batch


def mean_squared_error(prediction, target):
    return squared_error(prediction.ravel(), target.ravel()) / prediction.size


def binary_cross_entropy(logits, target):
    return logistic_loss(logits.ravel(), target.ravel()) / logits.size


def cross_entropy(logits, labels):
    return softmax_loss(logits, labels) / len(logits)
