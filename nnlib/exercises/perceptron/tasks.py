"""Lesson 02: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers, expect_pair
from nnlib.neurons import Perceptron, boolean_function

Function = Callable[..., Any]
AND = np.array([0, 0, 0, 1])
SHAPES: dict[str, tuple[int, ...]] = {
    "hidden_weight": (3, 3),
    "hidden_bias": (3,),
    "output_weight": (3,),
    "output_bias": (),
}
ODD = 0b10010110  # of three inputs: 001, 010, 100 and 111


def _check_update(update: Function, rng: np.random.Generator) -> None:
    """One visit agrees with `Perceptron`, whether the answer is right, wrong, or on the edge."""
    for number in range(24):
        features = int(rng.integers(1, 5))
        weight, x = rng.normal(size=(2, features))
        bias, label = float(rng.normal()), number // 2 % 2
        if number % 3 == 0:  # exactly on the edge, which is answered 0
            weight, x = np.round(2 * weight), np.round(2 * x)
            bias = -float(weight @ x)
        perceptron = Perceptron(features, weight=weight, bias=bias)
        error = perceptron.learn_from(x, label)
        case = (
            f"weight = {shown(weight)}, bias = {shown(bias)}, x = {shown(x)}, y = {label}; "
            f"w · x + b = {weight @ x + bias:.3f}, so e = {error}"
        )
        new_weight, new_bias = expect_pair(update(weight, bias, x, label), "weight", "bias")
        expect_close(new_weight, perceptron.weight, "the new weight", case)
        why = "The weight is right. The bias is the weight of an input that is always 1."
        expect_close(new_bias, perceptron.bias, "the new bias", case, why=why)


def _check_epoch(epoch: Function, rng: np.random.Generator) -> None:
    """Whole epochs agree with `Perceptron`, in the weights and in the count of mistakes."""
    for number in range(8):
        samples, features = int(rng.integers(3, 12)), int(rng.integers(1, 4))
        x: Any = rng.normal(size=(samples, features))
        y: Any = rng.integers(0, 2, samples)
        if number == 0:
            x, y = boolean_function(2, 0b1000)[0].astype(float), AND
        weight: Any = rng.normal(size=x.shape[1]) if number % 2 else np.zeros(x.shape[1])
        bias = float(rng.normal()) if number % 2 else 0.0
        for run in range(1, 4):
            perceptron = Perceptron(x.shape[1], weight=weight, bias=bias)
            (expected,) = perceptron.fit(x, y, max_epochs=1)
            case = (
                f"epoch {run} on {len(x)} samples of {x.shape[1]} features, from weight = "
                f"{shown(weight)}, bias = {shown(bias)}"
            )
            got = epoch(weight, bias, x, y)
            if not isinstance(got, tuple | list) or len(got) != 3:
                raise Wrong(
                    "three results, weight, bias and mistakes",
                    f"{len(got)} values" if isinstance(got, tuple | list) else shown(got),
                    "End with: return weight, bias, mistakes",
                )
            mistakes = float(expect_numbers(got[2], (), "the number of mistakes", case))
            if mistakes != expected:
                raise Wrong(
                    f"{expected} mistakes",
                    f"{mistakes:g}",
                    f"For {case}. Each sample is answered with the weights as they are when it "
                    "comes.",
                )
            expect_close(got[0], perceptron.weight, "the weight after the epoch", case)
            expect_close(got[1], perceptron.bias, "the bias after the epoch", case)
            weight, bias = perceptron.weight, perceptron.bias


def _check_parity(parity: Function, rng: np.random.Generator) -> None:
    """Three threshold neurons and one behind them tell odd from even, whatever the weights."""
    got = parity()
    if not isinstance(got, tuple | list) or len(got) != 4:
        raise Wrong(
            "four results: hidden_weight, hidden_bias, output_weight, output_bias",
            f"{len(got)} values" if isinstance(got, tuple | list) else shown(got),
            "End with: return hidden_weight, hidden_bias, output_weight, output_bias",
        )
    hidden_weight, hidden_bias, output_weight, output_bias = (
        expect_numbers(part, shape, name, "the network")
        for part, (name, shape) in zip(got, SHAPES.items(), strict=True)
    )
    corners, targets = boolean_function(3, ODD)
    hidden = (corners @ hidden_weight + hidden_bias > 0).astype(float)  # (samples, 3)
    answers = (hidden @ output_weight + output_bias > 0).astype(int)
    for corner, h, answer, target in zip(corners, hidden, answers, targets, strict=True):
        if answer != target:
            raise Wrong(
                f"the answer {target}",
                str(answer),
                f"For x = {shown(corner)}. The hidden neurons answer {shown(h)} there. Samples are "
                "rows: column j of hidden_weight belongs to hidden neuron j.",
            )


EXERCISES = {
    "update": Exercise(
        "one visit: `update(weight, bias, x, y)` returns the new weight and the new bias, with a "
        "learning rate of 1",
        "warm-up",
        (
            "First the answer: is the weighted sum with the bias above 0, or not?",
            "Then the error: what is right, less what was answered. It is 1, 0 or −1.",
            "The error says how often the sample is added to the weights. What does the bias see "
            "as its input?",
        ),
        _check_update,
        "In 24 cases, right, wrong and on the edge, it does what nnlib's Perceptron does.",
    ),
    "epoch": Exercise(
        "one epoch: `epoch(weight, bias, x, y)` visits the rows of x in their order and returns "
        "weight, bias and the number of mistakes",
        "core",
        (
            "Walk over x and y together, one sample and one label at a time.",
            "Inside, do what you did in the warm-up, and count the errors that are not 0.",
            "Work with the new weights from the next sample on: an epoch does not wait for its "
            "end.",
        ),
        _check_epoch,
        "Over eight data sets and three epochs each, weights and mistakes are those of nnlib's "
        "Perceptron.",
    ),
    "parity": Exercise(
        "XOR of three inputs, from threshold neurons: 1 if one or three of them are 1. "
        "`parity()` returns hidden_weight (3, 3), hidden_bias (3,), output_weight (3,) and "
        "output_bias",
        "stretch",
        (
            "Let each hidden neuron count the ones: at least one, at least two, all three. What "
            "makes a threshold neuron count?",
            "Weights of 1 give the number of ones. The bias says from which number on it fires; "
            "put it between two whole numbers.",
            "From no ones to three, the hidden answers are 000, 100, 110, 111. Each new 1 has to "
            "turn the output round. Which signs do that?",
        ),
        _check_parity,
        "Your four neurons tell odd from even for all eight inputs.",
    ),
}
