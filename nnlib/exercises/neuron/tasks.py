"""Lesson 01: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_pair
from nnlib.kernels.types import Array
from nnlib.metrics import confusion

Function = Callable[..., Any]


def _squash(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _check_neuron(neuron: Function, rng: np.random.Generator) -> None:
    """One answer agrees with the formula, for two to six inputs."""
    for inputs in (2, 2, 3, 6):
        x, w, b = rng.normal(size=inputs), rng.normal(size=inputs), float(rng.normal())
        z = float(w @ x + b)
        case = f"x = {shown(x)}, w = {shown(w)}, b = {shown(b)}"
        got = neuron(x, w, b)
        why = "The answer of a logistic neuron lies between 0 and 1."
        if np.ndim(got) == 0 and np.isclose(float(got), z):
            why = "That is the sum z. What is left to do is to squash it."
        expect_close(got, _squash(z), "the answer", case, why=why)


def _check_layer(layer: Function, rng: np.random.Generator) -> None:
    """A batch through a layer agrees with each neuron on its own, for several shapes."""
    for batch, inputs, neurons in ((1, 2, 3), (4, 10, 5), (3, 3, 3), (6, 1, 4)):
        x: Array = rng.normal(size=(batch, inputs))
        weight: Array = rng.normal(size=(inputs, neurons))
        bias: Array = rng.normal(size=neurons)
        one_by_one = np.empty((batch, neurons))
        for row in range(batch):
            for k in range(neurons):
                one_by_one[row, k] = _squash(sum(x[row] * weight[:, k]) + bias[k])
        case = f"x of shape {x.shape}, weight of shape {weight.shape}, bias of shape {bias.shape}"
        why = "Row i, column k should be the answer of neuron k to sample i."
        expect_close(layer(x, weight, bias), one_by_one, "the answers", case, why=why)


def _check_scores(precision_recall: Function, rng: np.random.Generator) -> None:
    """Precision and recall agree with counts made one by one, where both can be told."""
    for objects, threshold in ((12, 0.5), (40, 0.5), (40, 0.2), (40, 0.8), (300, 0.35)):
        labels = (np.arange(objects) < objects // 4).astype(np.int64)
        # Some of either class on either side, so that no share is one of nothing.
        probabilities = np.clip(rng.uniform(size=objects) + 0.3 * labels - 0.1, 0.0, 1.0)
        probabilities[[0, objects // 4]] = min(threshold + 0.15, 0.99)
        probabilities[[1, objects // 4 + 1]] = threshold - 0.15
        true = confusion(probabilities, labels, threshold=threshold)
        got = precision_recall(probabilities, labels, threshold)
        precision, recall = expect_pair(got, "precision", "recall")
        case = (
            f"{objects} objects, threshold {threshold}: of class 1, {true.true_positives} are "
            f"called so and {true.false_negatives} are missed; {true.false_positives} of class 0 "
            "are called 1"
        )
        swapped = np.ndim(precision) == 0 and np.isclose(float(precision), true.recall)
        if swapped and not np.isclose(true.precision, true.recall):
            raise Wrong(
                f"{true.precision:.4f} as the precision", f"{float(precision):.4f}",
                f"For {case}. That is the recall: what is it a share of?",
            )  # fmt: skip
        expect_close(precision, true.precision, "the precision", case)
        expect_close(recall, true.recall, "the recall", case)


EXERCISES = {
    "neuron": Exercise(
        "one logistic neuron: `neuron(x, w, b)` returns its answer, for one sample x and weights w "
        "of one length",
        "warm-up",
        (
            "Three things, one after the other: multiply, add, squash.",
            "`w @ x` multiplies pair by pair and adds up. What else belongs to the sum?",
            "The squashing is one divided by one plus an exponential. Mind the sign in the "
            "exponent: a large z should give an answer near 1.",
        ),
        _check_neuron,
        "Its answer is that of the formula, for two to six inputs.",
    ),
    "layer": Exercise(
        "a layer of logistic neurons: `layer(x, weight, bias)` returns the answers to a batch, of "
        "shape (samples, neurons)",
        "core",
        (
            "x has a sample in each row, weight a neuron in each column. Which product lets each "
            "row meet each column?",
            "Write down the shapes: (samples, inputs) and (inputs, neurons). The inner sizes have "
            "to agree.",
            "The bias has one number for each neuron; NumPy adds it to every row by itself. Squash "
            "last, and all at once.",
        ),
        _check_layer,
        "In four layers each number is the answer of one neuron to one sample.",
    ),
    "scores": Exercise(
        "precision and recall: `precision_recall(probabilities, labels, threshold)` returns both, "
        "in this order; an object is called class 1 if its probability is above the threshold",
        "stretch",
        (
            "First turn the probabilities into calls, true or false. Then you only have to count.",
            "Both shares have the same count on top: called class 1, and rightly so.",
            "They differ in what they are shares of: all that were called class 1, or all that are "
            "class 1.",
        ),
        _check_scores,
        "At five thresholds both shares are those of counting one by one.",
    ),
}
