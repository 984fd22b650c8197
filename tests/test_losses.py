"""Every loss: right values, right gradients, no overflow, and no targets that do not fit."""

import inspect
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import nnlib.losses
import reference
from nnlib import BinaryCrossEntropy, CrossEntropy, Hinge, Loss, MeanSquaredError

DTYPES = [np.float32, np.float64]


@dataclass(frozen=True)
class Row:
    """A loss under test: how targets for predictions (batch, n) are drawn, and its twin."""

    loss: Loss
    targets: Callable
    twin: Callable

    @property
    def name(self):
        return type(self.loss).__name__


LOSSES = [
    Row(
        MeanSquaredError(),
        lambda rng, b, n: rng.normal(size=(b, n)),
        reference.mean_squared_error,
    ),
    Row(
        BinaryCrossEntropy(),
        lambda rng, b, n: rng.uniform(size=(b, n)).round(1),
        reference.binary_cross_entropy,
    ),
    Row(
        Hinge(),
        lambda rng, b, n: rng.integers(2, size=(b, n)).astype(float),
        reference.hinge,
    ),
    Row(CrossEntropy(), lambda rng, b, n: rng.integers(n, size=b), reference.cross_entropy),
]
SHAPES = [(1, 1), (1, 4), (5, 1), (7, 3), (64, 10)]

each_loss = pytest.mark.parametrize("row", LOSSES, ids=lambda row: row.name)
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def batch_for(row, shape, dtype):
    rng = np.random.default_rng(sum(shape))
    prediction = (2 * rng.normal(size=shape)).astype(dtype)
    target = row.targets(rng, *shape)
    return prediction, target if target.dtype == np.int64 else target.astype(dtype)


def as_float64(target):
    return target if target.dtype == np.int64 else target.astype(float)


def test_every_loss_has_a_row():
    losses = {
        name
        for name, value in vars(nnlib.losses).items()
        if inspect.isclass(value) and issubclass(value, Loss) and value is not Loss
    }
    assert losses == {row.name for row in LOSSES}


# ---------------------------------------------------------------- every row of the table


@each_dtype
@each_shape
@each_loss
def test_value_agrees_with_the_twin(row, shape, dtype):
    prediction, target = batch_for(row, shape, dtype)
    value = row.loss.value(prediction, target)
    assert isinstance(value, float)
    expected = row.twin(prediction.astype(float), as_float64(target))
    assert value == pytest.approx(expected, rel=2e-6 if dtype == np.float32 else 1e-13, abs=1e-7)


@each_shape
@each_loss
def test_gradient_agrees_with_central_differences(row, shape):
    prediction, target = batch_for(row, shape, np.float64)
    gradient = row.loss.gradient(prediction, target)
    assert gradient.shape == shape
    h = 1e-5
    for index in np.ndindex(shape):
        above, below = prediction.copy(), prediction.copy()
        above[index] += h
        below[index] -= h
        slope = (row.loss.value(above, target) - row.loss.value(below, target)) / (2 * h)
        assert gradient[index] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@each_dtype
@each_loss
def test_gradient_keeps_the_dtype_and_changes_nothing(row, dtype):
    prediction, target = batch_for(row, (7, 3), dtype)
    before = prediction.copy(), target.copy()
    gradient = row.loss.gradient(prediction, target)
    assert gradient.dtype == dtype
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])
    wide = row.loss.gradient(prediction.astype(float), as_float64(target))
    np.testing.assert_allclose(gradient, wide, rtol=2e-5, atol=1e-7)


@each_dtype
@pytest.mark.parametrize("shape", [*SHAPES, (3, 257), (1000, 2)], ids=str)
@each_loss
def test_both_at_once_are_the_same_to_the_bit(row, shape, dtype):
    prediction, target = batch_for(row, shape, dtype)
    value, gradient = row.loss.value_and_gradient(prediction, target)
    assert isinstance(value, float)
    assert value == row.loss.value(prediction, target)
    assert gradient.dtype == dtype
    assert gradient.tobytes() == row.loss.gradient(prediction, target).tobytes()


def test_a_loss_that_defines_no_more_gives_both_at_once():
    class Sum(Loss):
        def value(self, prediction, target):
            return float(prediction.sum())

        def gradient(self, prediction, target):
            return np.ones_like(prediction)

    value, gradient = Sum().value_and_gradient(np.array([[1.0, 2.0]]), np.zeros(1))
    assert value == 3.0
    assert gradient.tolist() == [[1.0, 1.0]]


@each_loss
def test_memory_order_does_not_matter(row):
    prediction, target = batch_for(row, (6, 4), np.float32)
    value, gradient = row.loss.value(prediction, target), row.loss.gradient(prediction, target)
    spaced = np.repeat(target, 2, axis=0)[::2]
    for other in (np.asfortranarray(prediction), np.repeat(prediction, 2, axis=1)[:, ::2]):
        assert row.loss.value(other, spaced) == value
        np.testing.assert_array_equal(row.loss.gradient(other, spaced), gradient)


@each_dtype
@each_loss
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_extreme_predictions_stay_finite(row, size, dtype):
    prediction, target = batch_for(row, (4, 3), dtype)
    prediction[1:3, ::2] = size
    assert math.isfinite(row.loss.value(prediction, target))
    gradient = row.loss.gradient(prediction, target)
    assert np.isfinite(gradient).all()
    if not isinstance(row.loss, MeanSquaredError):
        assert np.abs(gradient).max() <= 1 / 4  # a difference of probabilities, over the batch


@each_dtype
@each_loss
def test_nan_is_not_hidden(row, dtype):
    prediction, target = batch_for(row, (4, 3), dtype)
    prediction[2, 1] = np.nan
    assert math.isnan(row.loss.value(prediction, target))
    assert np.isnan(row.loss.gradient(prediction, target)[2, 1])


def calls(loss):
    return (loss.value, loss.gradient, loss.value_and_gradient)


@each_loss
def test_an_empty_batch_is_refused(row):
    prediction, target = batch_for(row, (4, 3), np.float32)
    message = f"{row.name} expects at least one sample, got an empty batch"
    for call in calls(row.loss):
        with pytest.raises(ValueError, match=message):
            call(prediction[:0], target[:0])


@each_loss
def test_other_lengths_are_refused(row):
    prediction, target = batch_for(row, (4, 3), np.float32)
    for call in calls(row.loss):
        with pytest.raises(ValueError, match=rf"{row.name} expects .*, got .*\(3,.*; "):
            call(prediction, target[:3])


@each_loss
@pytest.mark.parametrize("dtype", [np.int64, np.float16, bool])
def test_other_predictions_are_refused(row, dtype):
    # Whole numbers could not hold the gradient: it would be cut to zero in silence.
    prediction, target = batch_for(row, (4, 3), np.float32)
    message = (
        f"{row.name} expects a prediction of float32 or float64, got {np.dtype(dtype)}; convert"
    )
    for call in calls(row.loss):
        with pytest.raises(TypeError, match=message):
            call(prediction.astype(dtype), target)


@each_loss
def test_what_is_no_array_is_refused(row):
    prediction, target = batch_for(row, (4, 3), np.float32)
    for call in calls(row.loss):
        with pytest.raises(TypeError, match=f"{row.name} expects the prediction .* got list; conv"):
            call(prediction.tolist(), target)
        with pytest.raises(TypeError, match=f"{row.name} expects the target .* got list; convert"):
            call(prediction, target.tolist())


# ---------------------------------------------------------------- worked by hand


def test_mean_squared_error_by_hand():
    loss = MeanSquaredError()
    prediction, target = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 2.0], [5.0, 4.0]])
    # Differences 1, 0, -2, 1: squares 1 + 0 + 4 + 1 = 6, over 4 numbers; gradient 2 / 4 of each.
    assert loss.value(prediction, target) == 1.5
    assert loss.gradient(prediction, target).tolist() == [[0.5, 0.0], [-1.0, 0.5]]


def test_mean_squared_error_takes_whole_numbers_as_targets():
    prediction = np.array([[0.5], [2.0]], np.float32)
    assert MeanSquaredError().value(prediction, np.array([[0], [1]])) == (0.25 + 1) / 2


def test_binary_cross_entropy_by_hand():
    loss = BinaryCrossEntropy()
    logits, target = np.array([[0.0], [math.log(3.0)]]), np.array([[1.0], [0.0]])
    # Probabilities 1/2 and 3/4. Losses -log(1/2) and -log(1 - 3/4): log 2 + log 4 = 3 log 2.
    assert loss.value(logits, target) == pytest.approx(1.5 * math.log(2), rel=1e-15)
    # (p - y) / 2
    np.testing.assert_allclose(loss.gradient(logits, target), [[-0.25], [0.375]], rtol=1e-15)


def test_binary_cross_entropy_far_out():
    loss = BinaryCrossEntropy()
    logits = np.array([[1e4], [-1e4]])
    assert loss.value(logits, np.array([[1.0], [0.0]])) == 0.0
    assert loss.value(logits, np.array([[0.0], [1.0]])) == 1e4
    assert loss.gradient(logits, np.array([[0.0], [1.0]])).tolist() == [[0.5], [-0.5]]


def test_hinge_by_hand():
    loss = Hinge()
    scores, target = np.array([[0.5, 2.0], [-1.0, 1.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    # s z = 1/2, 2, 1, -1: short of 1 by 1/2, nothing, nothing and 2, over 4 numbers.
    assert loss.value(scores, target) == 2.5 / 4
    assert loss.gradient(scores, target).tolist() == [[-0.25, 0.0], [0.0, 0.25]]


@pytest.mark.parametrize("bad", [-1.0, 0.5, 2.0, np.nan, np.inf])
def test_hinge_refuses_targets_that_are_no_classes(bad):
    for call in calls(Hinge()):
        with pytest.raises(ValueError, match=rf"expects targets of 0 or 1, got {bad:g}; write the"):
            call(np.zeros((2, 1)), np.array([[1.0], [bad]]))


def test_cross_entropy_by_hand():
    loss = CrossEntropy()
    logits = np.array([[0.0, math.log(3.0)], [math.log(4.0), 0.0]])
    # Probabilities 1/4, 3/4 and 4/5, 1/5. Labels 1 and 1: -log(3/4) - log(1/5), over 2.
    labels = np.array([1, 1])
    expected = (math.log(4 / 3) + math.log(5)) / 2
    assert loss.value(logits, labels) == pytest.approx(expected, rel=1e-15)
    # (p - one_hot) / 2
    np.testing.assert_allclose(
        loss.gradient(logits, labels), [[0.125, -0.125], [0.4, -0.4]], rtol=1e-15
    )


def test_cross_entropy_at_every_step_is_that_of_the_rows():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(4, 5, 3)), rng.integers(3, size=(4, 5))
    value, gradient = CrossEntropy().value_and_gradient(logits, labels)
    rows = CrossEntropy().value_and_gradient(logits.reshape(20, 3), labels.ravel())
    assert value == rows[0]
    np.testing.assert_array_equal(gradient, rows[1].reshape(4, 5, 3))


def test_ignored_labels_are_not_in_the_mean():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(2, 3, 4)), np.array([[1, -1, 2], [-1, -1, 0]])
    value, gradient = CrossEntropy(ignore=-1).value_and_gradient(logits, labels)
    kept = labels != -1
    rows = CrossEntropy().value_and_gradient(logits[kept], labels[kept])
    assert value == rows[0]
    np.testing.assert_array_equal(gradient[kept], rows[1])
    assert not gradient[~kept].any()
    for call in calls(CrossEntropy(ignore=-1)):
        with pytest.raises(ValueError, match="expects a label that counts, got only -1, which is"):
            call(logits, np.full((2, 3), -1))
        with pytest.raises(ValueError, match="for 4 logits, got 4 in row 1, step 2; number"):
            call(logits, np.array([[1, -1, 2], [-1, -1, 4]]))


def test_cross_entropy_far_out():
    loss = CrossEntropy()
    logits = np.array([[1e4, -1e4, 0.0]], np.float32)
    assert loss.value(logits, np.array([0])) == 0.0
    assert loss.value(logits, np.array([1])) == 2e4
    assert loss.gradient(logits, np.array([1])).tolist() == [[1.0, -1.0, 0.0]]


def test_cross_entropy_does_not_mind_a_shift():
    logits, labels = np.random.default_rng(0).normal(size=(5, 4)), np.arange(5) % 4
    shifted = logits + 1000.0
    loss = CrossEntropy()
    assert loss.value(shifted, labels) == pytest.approx(loss.value(logits, labels), rel=1e-12)


def test_a_guess_costs_log_of_the_classes():
    assert CrossEntropy().value(np.zeros((3, 10)), np.arange(3)) == pytest.approx(math.log(10))


def test_two_classes_by_either_cross_entropy():
    # softmax over (0, z) is the logistic function of z.
    z, labels = np.random.default_rng(0).normal(size=(6, 1)), np.array([0, 1, 1, 0, 1, 0])
    two = CrossEntropy().value(np.hstack([np.zeros_like(z), z]), labels)
    assert BinaryCrossEntropy().value(z, labels[:, None]) == pytest.approx(two, rel=1e-14)


# ---------------------------------------------------------------- targets that do not fit


@pytest.mark.parametrize("label", [3, -1, 255, 2**40])
def test_cross_entropy_names_the_label_out_of_range(label):
    message = rf"CrossEntropy expects labels from 0 to 2 for 3 logits, got {label} in row 2; number"
    for call in calls(CrossEntropy()):
        with pytest.raises(ValueError, match=message):
            call(np.zeros((4, 3), np.float32), np.array([0, 1, label, 2]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, bool])
def test_cross_entropy_refuses_labels_that_are_no_integers(dtype):
    name = re.escape(str(np.dtype(dtype)))
    for call in calls(CrossEntropy()):
        with pytest.raises(TypeError, match=f"expects integer labels, got {name}; convert them"):
            call(np.zeros((2, 3)), np.array([0, 1]).astype(dtype))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64])
def test_cross_entropy_takes_integers_of_any_size(dtype):
    logits = np.random.default_rng(0).normal(size=(3, 4))
    loss, labels = CrossEntropy(), np.array([3, 0, 2])
    assert loss.value(logits, labels.astype(dtype)) == loss.value(logits, labels)


def test_cross_entropy_refuses_one_hot_rows():
    message = r"got \(3, 3\) and \(3, 3\); turn one-hot rows into labels with target.argmax"
    for call in calls(CrossEntropy()):
        with pytest.raises(ValueError, match=message):
            call(np.zeros((3, 3)), np.eye(3))


@pytest.mark.parametrize(
    ("prediction", "target"), [((3,), (3,)), ((3, 2), (3, 1)), ((3, 2), ()), ((3, 2, 2), (3,))]
)
def test_cross_entropy_refuses_other_shapes(prediction, target):
    for call in calls(CrossEntropy()):
        with pytest.raises(ValueError, match=r"expects logits of shape \(batch, classes\) and"):
            call(np.zeros(prediction), np.zeros(target, int))


@pytest.mark.parametrize("loss", [MeanSquaredError(), BinaryCrossEntropy(), Hinge()], ids=repr)
def test_a_flat_target_for_a_column_is_refused(loss):
    # NumPy would broadcast (4, 1) - (4,) to (4, 4) in silence.
    for call in calls(loss):
        with pytest.raises(ValueError, match=r"\(4, 1\), got \(4,\); make .* target\[:, None\]"):
            call(np.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize("bad", [-0.1, 1.5, -1.0, np.nan, np.inf])
def test_binary_cross_entropy_refuses_targets_outside(bad):
    for call in calls(BinaryCrossEntropy()):
        with pytest.raises(ValueError, match=r"expects targets between 0 and 1, got .*; map"):
            call(np.zeros((2, 1)), np.array([[0.5], [bad]]))


def test_a_float32_prediction_does_not_cut_its_targets():
    target = np.array([[0.25]])
    assert MeanSquaredError().value(np.array([[1.0]], np.float32), target) == 0.5625


def test_the_base_class_computes_nothing():
    for call in calls(Loss()):
        with pytest.raises(NotImplementedError):
            call(np.zeros(1), np.zeros(1))


# ---------------------------------------------------------------- an answer at every step


def steps_and_labels(dtype=np.float64):
    rng = np.random.default_rng(3)
    return rng.normal(size=(4, 5, 3)).astype(dtype), rng.integers(3, size=(4, 5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_sequences_is_that_of_all_steps_in_rows(dtype):
    logits, labels = steps_and_labels(dtype)
    loss, rows, flat = CrossEntropy(), logits.reshape(20, 3), labels.reshape(20)
    assert loss.value(logits, labels) == loss.value(rows, flat)
    gradient = loss.gradient(logits, labels)
    assert gradient.shape == logits.shape
    assert gradient.dtype == dtype
    np.testing.assert_array_equal(gradient.reshape(20, 3), loss.gradient(rows, flat))


@pytest.mark.parametrize("ignore", [-1, 2, 99])
def test_ignored_labels_count_for_nothing(ignore):
    logits, labels = steps_and_labels()
    left_out = np.zeros((4, 5), bool)
    left_out[:, 3:] = left_out[0, 0] = True
    labels[~left_out] %= 2
    labels[left_out] = ignore
    loss, plain = CrossEntropy(ignore=ignore), CrossEntropy()
    kept = logits[~left_out], labels[~left_out]
    assert loss.value(logits, labels) == plain.value(*kept)
    gradient = loss.gradient(logits, labels)
    np.testing.assert_array_equal(gradient[~left_out], plain.gradient(*kept))
    assert not gradient[left_out].any()
    assert loss.value(logits[:, 1], labels[:, 1]) == plain.value(logits[:, 1], labels[:, 1])


def test_nothing_but_ignored_labels_is_refused():
    loss = CrossEntropy(ignore=-1)
    for method in (loss.value, loss.gradient):
        with pytest.raises(ValueError, match=r"a label that counts, got only -1, .*; leave"):
            method(np.zeros((2, 3)), np.array([-1, -1]))


def test_a_label_out_of_range_in_a_sequence_is_placed():
    logits, labels = steps_and_labels()
    labels[0, 0], labels[2, 4] = -1, 3
    loss = CrossEntropy(ignore=-1)
    for method in (loss.value, loss.gradient):
        with pytest.raises(ValueError, match="got 3 in row 2, step 4; number the classes from 0"):
            method(logits, labels)


@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        (np.zeros(4, int), "returns='last'"),
        (np.zeros((4, 5, 3), int), r"target.argmax\(axis=2\)"),
        (np.zeros((4, 4), int), "one integer label for each row"),
    ],
)
def test_other_labels_for_sequences_are_refused(target, remedy):
    with pytest.raises(ValueError, match=rf"got \(4, 5, 3\) and .*{remedy}"):
        CrossEntropy().value(steps_and_labels()[0], target)
