"""Dense networks to train, on random numbers, and the step that trains them written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnlib import CrossEntropy, Dense, ReLU, Sequential, Sigmoid, Tanh
from nnlib.fused import fused_or_none

LEARNING_RATE, SEED, SAMPLES = 0.05, 7, 6400


@dataclass(frozen=True)
class Workload:
    """A network, its batch, and how fast it must be."""

    sizes: tuple[int, ...]
    activation: str
    batch_size: int
    least: float = 0.0  # times as fast as PyTorch

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.sizes))} b{self.batch_size} {self.activation}"


def problem(workload):
    """Random data, and the first weights and biases of each layer."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (SAMPLES, workload.sizes[0])).astype(np.float32)
    y = rng.integers(workload.sizes[-1], size=SAMPLES)
    pairs = zip(workload.sizes, workload.sizes[1:], strict=False)
    layers = [Dense(n_in, n_out, rng=rng) for n_in, n_out in pairs]
    return x, y, [(layer.weight.value.copy(), layer.bias.value.copy()) for layer in layers]


def made(workload, weights) -> Sequential:
    """The network with copies of these weights."""
    activation = {"tanh": Tanh, "sigmoid": Sigmoid, "relu": ReLU}[workload.activation]
    layers = []
    for weight, bias in weights:
        layers += [Dense(*weight.shape, rng=np.random.default_rng(0)), activation()]
        layers[-2].weight.value[:], layers[-2].bias.value[:] = weight, bias
    return Sequential(*layers[:-1])


def compile_update(network, x, y) -> None:
    """What `python -m nnlib.warm` does beforehand; `fit` itself waits for no compiler."""
    fused_or_none(network, CrossEntropy(), x, y, 1).loss_and_gradient(np.zeros(1, int))


def batches(batch_size) -> Iterator[np.ndarray]:
    """The samples of each mini-batch, in the order in which `fit` deals them."""
    rng = np.random.default_rng(SEED)
    while True:
        order = rng.permutation(SAMPLES)
        for start in range(0, SAMPLES, batch_size):
            yield order[start : start + batch_size]


def numpy_run(workload, x, y, weights) -> Iterator[float]:
    """The step as one would write it by hand, an array expression for each line of mathematics."""
    activation, slope = {
        "tanh": (np.tanh, lambda a: 1 - a * a),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
        "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    }[workload.activation]
    weights = [(weight.copy(), bias.copy()) for weight, bias in weights]
    for chosen in batches(workload.batch_size):
        outputs, labels, rows = [x[chosen]], y[chosen], np.arange(len(chosen))
        for weight, bias in weights[:-1]:
            outputs.append(activation(outputs[-1] @ weight + bias))
        weight, bias = weights[-1]
        logits = outputs[-1] @ weight + bias
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = shifted / shifted.sum(axis=1, keepdims=True)
        loss = -np.log(probabilities[rows, labels]).mean()
        grad = probabilities
        grad[rows, labels] -= 1
        grad /= len(chosen)
        for (weight, bias), a in zip(reversed(weights), reversed(outputs), strict=True):
            weight_grad, bias_grad = a.T @ grad, grad.sum(axis=0)
            if a is not outputs[0]:
                grad = (grad @ weight.T) * slope(a)
            weight -= np.float32(LEARNING_RATE) * weight_grad
            bias -= np.float32(LEARNING_RATE) * bias_grad
        yield float(loss)
