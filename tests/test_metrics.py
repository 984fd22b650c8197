"""Accuracy, the predicted class, and softmax."""

import numpy as np
import pytest

from nnlib import accuracy, predicted_class, softmax


def test_predicted_class_is_the_largest_logit():
    logits = np.array([[0.0, 2.0, 1.0], [-5.0, -3.0, -1.0], [7.0, 7.0, 0.0]])
    classes = predicted_class(logits)
    assert classes.tolist() == [1, 2, 0]  # of equals, the first
    assert classes.dtype == np.int64


def test_one_column_is_yes_where_positive():
    classes = predicted_class(np.array([[-0.1], [0.0], [0.1]], np.float32))
    assert classes.tolist() == [0, 0, 1]
    assert classes.dtype == np.int64


def test_accuracy_counts():
    logits = np.array([[0.0, 2.0], [1.0, 0.0], [3.0, 1.0], [0.0, 1.0]])  # 1, 0, 0, 1
    assert accuracy(logits, np.array([1, 0, 1, 1])) == 0.75
    assert accuracy(logits, np.array([[1], [0], [0], [1]])) == 1.0
    assert accuracy(logits, np.array([0, 1, 1, 0])) == 0.0


def test_accuracy_of_one_column_takes_floats():
    logits = np.array([[2.0], [-2.0], [1.0]], np.float32)
    assert accuracy(logits, np.array([[1.0], [0.0], [0.0]], np.float32)) == pytest.approx(2 / 3)
    assert isinstance(accuracy(logits, np.array([1, 0, 0])), float)


@pytest.mark.parametrize(
    ("prediction", "labels"),
    [
        (np.zeros((0, 2)), np.zeros(0, int)),
        (np.zeros((2, 2)), np.zeros(3, int)),
        (np.zeros((2, 2)), np.zeros((2, 2), int)),  # would broadcast in silence
        (np.zeros((2, 2)), np.zeros(1, int)),
    ],
)
def test_accuracy_refuses_other_lengths(prediction, labels):
    with pytest.raises(ValueError, match=r"accuracy expects one label for each .* got \d"):
        accuracy(prediction, labels)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax(dtype):
    # e^0 : e^(log 3) = 1 : 3
    probabilities = softmax(np.array([[0.0, np.log(3.0)], [5.0, 5.0]], dtype))
    np.testing.assert_allclose(probabilities, [[0.25, 0.75], [0.5, 0.5]], rtol=1e-6)
    assert probabilities.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_far_out(dtype):
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        probabilities = softmax(logits)
    np.testing.assert_allclose(probabilities, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)


def test_softmax_leaves_its_argument_alone():
    logits = np.random.default_rng(0).normal(size=(5, 4))
    kept = logits.copy()
    np.testing.assert_allclose(softmax(logits).sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(logits, kept)
    np.testing.assert_allclose(softmax(logits + 100.0), softmax(logits), rtol=1e-9)
