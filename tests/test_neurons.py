"""Single neurons: what they answer, how they learn, and what they cannot separate."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from nnlib import SGD, BinaryCrossEntropy, Dense, fit
from nnlib.datasets import gauss, moons, xor
from nnlib.neurons import (
    LogisticNeuron,
    McCullochPitts,
    Perceptron,
    boolean_function,
    linearly_separable,
    margin,
    novikoff_bound,
    widest_line,
)

TABLE = boolean_function(2, 0)[0]  # 00, 01, 10, 11
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def clouds(seed=0, gap=0.1, n=200):
    """Points on both sides of a line, with a strip of no points along it."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(n, 2))
    distance = x @ [0.6, 0.8] - 0.1
    return x[np.abs(distance) > gap], (distance > 0).astype(int)[np.abs(distance) > gap]


# ---------------------------------------------------------------- McCulloch and Pitts


@pytest.mark.parametrize(
    ("weights", "threshold", "answers"),
    [
        ([1, 1], 2, [0, 0, 0, 1]),  # and
        ([1, 1], 1, [0, 1, 1, 1]),  # or
        ([-1, 0], 0, [1, 1, 0, 0]),  # not the first
        ([1, -1], 1, [0, 0, 1, 0]),
        ([5, -1], 1, [0, 0, 1, 0]),  # no excitation outweighs a veto
        ([2, 1], 2, [0, 0, 1, 1]),
        ([0, 0], 0, [1, 1, 1, 1]),
        ([1, 1], 3, [0, 0, 0, 0]),
    ],
)
def test_mcculloch_pitts(weights, threshold, answers):
    neuron = McCullochPitts(weights, threshold)
    assert neuron.predict(TABLE).tolist() == answers
    assert neuron.predict(TABLE.astype(bool)).tolist() == answers
    assert repr(neuron) == f"McCullochPitts({weights}, threshold={threshold})"


@pytest.mark.parametrize(
    ("weights", "threshold", "error", "message"),
    [
        ([0.5, 1], 1, TypeError, "whole numbers as weights"),
        (["a"], 1, TypeError, "whole numbers as weights"),
        ([], 1, ValueError, "one weight for each input"),
        ([[1, 1]], 1, ValueError, "one weight for each input"),
        ([1, 1], 1.5, TypeError, "threshold to be a whole number, got 1.5"),
        ([1, 1], True, TypeError, "threshold to be a whole number"),
        ([1, 1], None, TypeError, "threshold to be a whole number"),
    ],
)
def test_mcculloch_pitts_refuses(weights, threshold, error, message):
    with pytest.raises(error, match=message):
        McCullochPitts(weights, threshold)


@pytest.mark.parametrize("x", [[0, 1], [[0, 1, 1]], [[0.5, 1]], [[math.nan, 1]], [["a", "b"]], 1])
def test_mcculloch_pitts_refuses_inputs(x):
    with pytest.raises(ValueError, match=r"McCullochPitts expects (x of shape|inputs of 0 and 1)"):
        McCullochPitts([1, 1], 1).predict(x)


# ---------------------------------------------------------------- the perceptron's rule


def textbook(x, y, rate, epochs):
    """The rule as it is written on a blackboard; yields the index of each mistake."""
    w, b = [0.0] * x.shape[1], 0.0
    for _ in range(epochs):
        for i in range(len(x)):
            z = sum(wj * xj for wj, xj in zip(w, x[i], strict=True)) + b
            e = y[i] - (1 if z > 0 else 0)
            w = [wj + rate * e * xj for wj, xj in zip(w, x[i], strict=True)]
            b += rate * e
            if e:
                yield i, tuple(w), b


@pytest.mark.parametrize("seed", range(3))
def test_mistakes_are_those_of_the_textbook(seed):
    x, y = clouds(seed)
    records = list(Perceptron(2).mistakes(x, y, max_epochs=20))
    expected = list(textbook(x, y, 1.0, 20))
    assert [record.index for record in records] == [index for index, _, _ in expected]
    for record, (_, weight, bias) in zip(records, expected, strict=True):
        np.testing.assert_allclose(record.new_weight, weight, rtol=1e-12, atol=1e-12)
        assert record.new_bias == bias


def test_a_mistake_says_what_it_changed():
    x, y = clouds()
    perceptron = Perceptron(2, learning_rate=0.5)
    records = list(perceptron.mistakes(x, y))
    assert records[0].weight.tolist() == [0, 0]
    for record, later in itertools.pairwise(records):
        change = 0.5 * record.error * x[record.index]
        np.testing.assert_allclose(record.new_weight - record.weight, change, atol=1e-12)
        assert record.new_bias - record.bias == 0.5 * record.error
        assert later.weight.tolist() == record.new_weight.tolist()
        assert (later.epoch, later.index) > (record.epoch, record.index)
        assert record.error == (1 if y[record.index] else -1)
    assert records[-1].new_weight.tolist() == perceptron.weight.tolist()
    assert (perceptron.predict(x) == y).all()


def test_training_goes_on_from_where_it_stands_and_may_be_steered():
    perceptron = Perceptron(2)
    steps = perceptron.mistakes(TABLE, AND)
    next(steps)
    perceptron.weight, perceptron.bias = np.array([2.0, 2.0]), -3.0  # solved by hand
    assert list(steps) == []
    assert perceptron.fit(TABLE, AND) == [0]


def test_first_weights_may_be_given():
    perceptron = Perceptron(2, weight=[2, 2], bias=-3)
    assert perceptron.fit(TABLE, AND) == [0]
    given = np.array([1.0, 1.0])
    other = Perceptron(2, weight=given)
    other.fit(TABLE, XOR, max_epochs=3)
    assert given.tolist() == [1, 1]


@pytest.mark.parametrize("data", ["clouds", "and", "xor"])
def test_from_zero_weights_the_learning_rate_changes_no_mistake(data):
    x, y = {"clouds": clouds(3), "and": (TABLE, AND), "xor": (TABLE, XOR)}[data]
    made = {}
    for rate in (0.01, 1, 100):
        records = list(Perceptron(2, learning_rate=rate).mistakes(x, y, max_epochs=50))
        made[rate] = [(record.epoch, record.index, record.error) for record in records]
        scaled = records[-1].new_weight / rate
        np.testing.assert_allclose(scaled, weight_at_rate_one(x, y), rtol=1e-9, atol=1e-9)
    assert made[0.01] == made[1] == made[100]


def weight_at_rate_one(x, y):
    perceptron = Perceptron(2)
    perceptron.fit(x, y, max_epochs=50)
    return perceptron.weight


def test_other_first_weights_let_the_learning_rate_matter():
    x, y = clouds(3)
    counts = {
        rate: sum(Perceptron(2, learning_rate=rate, weight=[3, -2]).fit(x, y))
        for rate in (0.01, 100)
    }
    assert counts[0.01] != counts[100]


# ---------------------------------------------------------------- XOR goes round in circles


def ends_of_epochs(x, y, epochs=8):
    perceptron = Perceptron(2)
    ends = []
    for _ in range(epochs):
        assert perceptron.fit(x, y, max_epochs=1) != [0]
        ends.append((*perceptron.weight.tolist(), perceptron.bias))
    return ends


@pytest.mark.parametrize("signs", [False, True])
def test_on_xor_the_weights_come_back_exactly_in_every_order(signs):
    for order in itertools.permutations(range(4)):
        x = (2 * TABLE - 1 if signs else TABLE)[list(order)]
        ends = ends_of_epochs(x, XOR[list(order)])
        assert ends[2] == ends[3] == ends[7]  # from the second or third epoch on, the same


def test_on_xor_the_weights_return_to_zero_in_some_orders_only():
    zero = (0.0, 0.0, 0.0)
    returning = {
        signs: [
            order
            for order in itertools.permutations(range(4))
            if set(ends_of_epochs((2 * TABLE - 1 if signs else TABLE)[list(order)], XOR[[*order]]))
            == {zero}
        ]
        for signs in (False, True)
    }
    assert len(returning[False]) == 6
    # With inputs of -1 and 1: exactly if a sample of class 1 comes first.
    starts = {order[0] for order in returning[True]}
    assert len(returning[True]) == 12
    assert starts == {1, 2}
    # In the order 00, 01, 10, 11 each epoch ends at other weights.
    assert ends_of_epochs(TABLE, XOR)[1:] == [(-1.0, 0.0, 1.0)] * 7
    assert ends_of_epochs(2 * TABLE - 1, XOR) == [(-1.0, -1.0, 1.0)] * 8


# ---------------------------------------------------------------- fit


def test_fit_counts_the_mistakes_of_each_epoch():
    x, y = clouds()
    records = list(Perceptron(2).mistakes(x, y))
    counts = Perceptron(2).fit(x, y)
    assert counts[-1] == 0
    assert counts == [
        *(sum(record.epoch == epoch for record in records) for epoch in range(len(counts)))
    ]
    assert len(Perceptron(2).fit(TABLE, XOR, max_epochs=7)) == 7


@pytest.mark.parametrize("rate", [0.01, 1, 3.7])
@pytest.mark.parametrize("seed", range(4))
def test_fit_makes_the_updates_of_mistakes(seed, rate):
    x, y = moons(150, noise=0.2, rng=np.random.default_rng(seed))
    for samples in (x, x.astype(np.float64), np.asfortranarray(x)):
        slow, fast = (Perceptron(2, learning_rate=rate, weight=[1, -1]) for _ in range(2))
        records = list(slow.mistakes(samples, y, max_epochs=12))
        per_epoch = np.bincount([record.epoch for record in records], minlength=12)
        assert fast.fit(samples, y, max_epochs=12) == per_epoch.tolist()
        np.testing.assert_allclose(fast.weight, slow.weight, rtol=1e-9, atol=1e-9)
        assert fast.bias == pytest.approx(slow.bias, rel=1e-9)


def test_the_pocket_keeps_the_best_seen():
    x, y = moons(200, noise=0.2, rng=np.random.default_rng(0))
    last, pocket = Perceptron(2), Perceptron(2)
    last.fit(x, y, max_epochs=20)
    pocket.fit(x, y, max_epochs=20, keep="pocket")
    seen = [0]
    replay = Perceptron(2)
    for _ in replay.mistakes(x, y, max_epochs=20):
        seen.append(int((replay.predict(x) == y).sum()))
    right = int((pocket.predict(x) == y).sum())
    assert right == max(seen) > int((last.predict(x) == y).sum())


def test_the_average_is_over_all_samples_looked_at():
    x, y = moons(40, noise=0.2, rng=np.random.default_rng(0))
    averaged = Perceptron(2)
    averaged.fit(x, y, max_epochs=3, keep="average")
    w, b, sums, count = np.zeros(2), 0.0, np.zeros(3), 0
    for _ in range(3):
        for sample, label in zip(x, y, strict=True):
            sums, count = sums + np.append(w, b), count + 1  # the weights that answer this sample
            error = int(label) - int(w @ sample + b > 0)
            w, b = w + error * sample, b + error
    np.testing.assert_allclose([*averaged.weight, averaged.bias], sums / count, rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate above 0, got 0; 1.0 will do"),
        ({"learning_rate": -1}, ValueError, "learning_rate above 0"),
        ({"learning_rate": math.nan}, ValueError, "learning_rate above 0, got nan"),
        ({"weight": [1, 2, 3]}, ValueError, "2 finite numbers"),
        ({"weight": [1, math.inf]}, ValueError, "2 finite numbers"),
        ({"bias": math.nan}, ValueError, "finite bias"),
    ],
)
def test_perceptron_refuses_settings(options, error, message):
    with pytest.raises(error, match=message):
        Perceptron(2, **options)
    with pytest.raises(ValueError, match="features to be an integer"):
        Perceptron(0)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (TABLE, [0, 0, 0, 1], TypeError, "y to be an array"),
        (TABLE.tolist(), AND, TypeError, "x to be an array"),
        (TABLE[:0], AND[:0], ValueError, "at least one sample"),
        (TABLE, AND[:3], ValueError, "as many targets as samples"),
        (TABLE, 2 * AND - 1, ValueError, r"0 and 1 .* got \[-1, 1\]; \(y > 0\)"),
        (TABLE, AND[:, None], ValueError, r"got shape \(4, 1\); y.ravel"),
        (TABLE, np.array(["a", "b", "a", "b"]), ValueError, "0 and 1"),
        (TABLE[:, :1], AND, ValueError, r"x of shape \(batch, 2\), got \(4, 1\)"),
        (np.where(TABLE == 1, math.nan, 0), AND, ValueError, "finite numbers in x"),
        (TABLE.astype(str), AND, TypeError, "numbers in x"),
    ],
)
def test_perceptron_refuses_data_and_stays_as_it_was(x, y, error, message):
    perceptron = Perceptron(2, weight=[1, 2], bias=3)
    for learn in (perceptron.mistakes, perceptron.fit):
        with pytest.raises(error, match=message):
            learn(x, y)
    assert (*perceptron.weight, perceptron.bias) == (1, 2, 3)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("row", [0, 1, 3])
def test_perceptron_names_the_row_that_is_not_finite(row, bad):
    x = TABLE.astype(float)
    x[row, 1] = bad
    perceptron = Perceptron(2, weight=[1, 0], bias=3)  # 0 times infinity is seen too
    with pytest.raises(ValueError, match=f"finite numbers in x, got {bad} in row {row} "):
        perceptron.fit(x, AND)
    assert (*perceptron.weight, perceptron.bias) == (1, 0, 3)


def test_perceptron_says_if_a_sum_is_too_large():
    perceptron = Perceptron(2, weight=[1e300, 1], bias=3)
    with pytest.raises(FloatingPointError, match="a sum is too large; scale x down"):
        perceptron.fit(1e10 * TABLE, AND)
    assert (*perceptron.weight, perceptron.bias) == (1e300, 1, 3)


def test_perceptron_refuses_what_else_does_not_fit():
    with pytest.raises(ValueError, match="keep to be one of last, pocket, average, got 'best'"):
        Perceptron(2).fit(TABLE, AND, keep="best")
    with pytest.raises(ValueError, match="max_epochs to be an integer, 1 or more, got 0"):
        Perceptron(2).mistakes(TABLE, AND, max_epochs=0)
    with pytest.raises(ValueError, match=r"x of shape \(batch, 2\), got \(2,\)"):
        Perceptron(2).predict(np.zeros(2))


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_any_dtype_of_samples_and_labels_will_do(dtype):
    perceptron = Perceptron(2, learning_rate=1)
    assert perceptron.fit(TABLE.astype(dtype), AND.astype(dtype)) == [1, 3, 3, 2, 1, 0]
    x, y = TABLE.astype(dtype), AND.astype(dtype)
    assert margin(x, y, [2, 2], -3) == margin(TABLE, AND, [2, 2], -3) > 0
    assert novikoff_bound(x, y, [2, 2], -3) == novikoff_bound(TABLE, AND, [2, 2], -3) < math.inf


def test_samples_of_float32_are_summed_in_float64():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 9)).astype(np.float32), rng.integers(2, size=300)
    narrow, wide = Perceptron(9, learning_rate=0.1), Perceptron(9, learning_rate=0.1)
    assert narrow.fit(x, y, max_epochs=5) == wide.fit(x.astype(np.float64), y, max_epochs=5)
    np.testing.assert_allclose(narrow.weight, wide.weight, rtol=1e-12)
    assert narrow.weight.dtype == np.float64


def test_a_sample_on_the_line_counts_as_class_0_and_leaves_no_margin():
    perceptron = Perceptron(2)
    assert perceptron.fit(TABLE, AND)[-1] == 0
    assert perceptron.predict(TABLE).tolist() == AND.tolist()
    assert margin(TABLE, AND, perceptron.weight, perceptron.bias) == 0.0
    assert novikoff_bound(TABLE, AND, perceptron.weight, perceptron.bias) == math.inf


# ---------------------------------------------------------------- margins and Novikoff


def test_margin_is_the_distance_of_the_nearest_sample():
    x, y = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), np.array([0, 1, 1])
    assert margin(x, y, [3, 4], -5) == pytest.approx(1.0)  # the first is 1 from the line
    assert margin(x, y, [0.3, 0.4], -0.5) == pytest.approx(1.0)  # the same line
    assert margin(x, 1 - y, [3, 4], -5) == pytest.approx(-9.0)
    with pytest.raises(ValueError, match="not all 0"):
        margin(x, y, [0, 0], 1)
    with pytest.raises(ValueError, match="one finite weight for each column"):
        margin(x, y, [1, 2, 3], 1)


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.2])
@pytest.mark.parametrize("seed", range(4))
def test_novikoffs_bound_holds_in_any_order_and_at_any_rate(seed, gap):
    x, y = clouds(seed, gap=gap)
    bound = novikoff_bound(x, y, [0.6, 0.8], -0.1)
    rng = np.random.default_rng(seed)
    for rate in (0.01, 100):
        order = rng.permutation(len(x))
        perceptron = Perceptron(2, learning_rate=rate)
        counts = perceptron.fit(x[order], y[order], max_epochs=10_000)
        assert counts[-1] == 0
        assert 0 < sum(counts) <= bound
        # The line it found separates too, so it gives a bound that holds as well.
        assert sum(counts) <= novikoff_bound(x, y, perceptron.weight, perceptron.bias) < math.inf


def test_a_wider_margin_lowers_the_bound():
    bounds = [novikoff_bound(*clouds(0, gap=gap), [0.6, 0.8], -0.1) for gap in (0.02, 0.1, 0.3)]
    assert bounds == sorted(bounds, reverse=True)
    assert novikoff_bound(TABLE, XOR, [1, 1], -0.5) == math.inf


# ---------------------------------------------------------------- separability


def separable_by_linear_programming(x, y):
    """Is there a line with (2 y - 1)(w x + b) >= 1 for all samples?"""
    rows = np.column_stack([x, np.ones(len(x))])
    signs = 2.0 * y[:, None] - 1
    result = linprog(
        np.zeros(rows.shape[1]), A_ub=-signs * rows, b_ub=-np.ones(len(x)), bounds=(None, None)
    )
    return result.status == 0


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 14), (3, 104)])
def test_how_many_boolean_functions_are_separable(inputs, count):
    tables = [boolean_function(inputs, number) for number in range(2**2**inputs)]
    separable = [linearly_separable(x, y) for x, y in tables]
    assert separable == [separable_by_linear_programming(x, y) for x, y in tables]
    assert sum(separable) == count


def test_of_two_inputs_only_xor_and_its_opposite_are_not_separable():
    not_separable = [n for n in range(16) if not linearly_separable(*boolean_function(2, n))]
    assert not_separable == [0b0110, 0b1001]


@pytest.mark.parametrize("seed", range(30))
def test_separability_of_whole_numbers_agrees_with_linear_programming(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-3, 4, size=(7, 2))
    y = rng.integers(0, 2, size=7)
    assert linearly_separable(x, y) == separable_by_linear_programming(x, y)


def test_separability_refuses_what_it_cannot_decide():
    with pytest.raises(ValueError, match="rows of whole numbers"):
        linearly_separable(np.array([[0.5], [1.0]]), np.array([0, 1]))
    with pytest.raises(ValueError, match="0 and 1"):
        linearly_separable(TABLE, 2 * AND - 1)
    with pytest.raises(RuntimeError, match="within 1 epochs"):
        linearly_separable(TABLE, XOR, max_epochs=1)


def test_truth_tables():
    x, y = boolean_function(3, 0b1000_0000)
    assert x[1].tolist() == [0, 0, 1]
    assert y.tolist() == [0] * 7 + [1]
    assert np.array_equal(boolean_function(2, 6)[1], xor()[1])
    assert boolean_function(5, 2**32 - 1)[1].sum() == 32
    for inputs, number in ((0, 0), (6, 0), (2, 16), (2, -1), (2, 1.5)):
        with pytest.raises(ValueError, match="boolean_function expects"):
            boolean_function(inputs, number)


# ---------------------------------------------------------------- the logistic neuron


def test_logistic_neuron_is_a_dense_layer_with_a_probability():
    neuron = LogisticNeuron(2, rng=np.random.default_rng(0))
    neuron.weight.value[:] = [[1.0], [2.0]]
    neuron.bias.value[:] = -1.0
    x = np.array([[1.0, 0.0], [1.0, 1.0]], np.float32)  # logits 0 and 2
    np.testing.assert_allclose(neuron.probability(x), [0.5, 0.880797], rtol=1e-5)
    assert neuron.predict(x).tolist() == [0, 1]
    assert neuron.predict(x, threshold=0.4).tolist() == [1, 1]
    assert neuron.predict(x, threshold=0.9).tolist() == [0, 0]
    assert isinstance(neuron, Dense)
    assert repr(neuron) == "LogisticNeuron(2)"
    with pytest.raises(ValueError, match="threshold between 0 and 1, got 50"):
        neuron.predict(x, threshold=50)


def test_logistic_neuron_learns_with_the_library():
    rng = np.random.default_rng(0)
    x, labels = gauss(300, noise=0.3, rng=rng)
    neuron = LogisticNeuron(2, rng=rng)
    optimizer = SGD(neuron.parameters(), learning_rate=0.5)
    steps = list(
        fit(neuron, BinaryCrossEntropy(), optimizer, x, labels[:, None], epochs=20, rng=rng)
    )
    assert steps[-1].loss < steps[0].loss / 3
    right = neuron.predict(x) == labels
    assert right.mean() > 0.95
    assert neuron.probability(x)[labels == 1].mean() > 0.8


# -------------------------------------------------------------------------- widest line


def test_a_perceptron_learns_from_single_samples_as_it_does_from_all():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(15, 3)), rng.integers(0, 2, 15)
    one, whole = Perceptron(3, learning_rate=0.3), Perceptron(3, learning_rate=0.3)
    errors = [one.learn_from(row, int(label)) for row, label in zip(x, y, strict=True)]
    assert sum(error != 0 for error in errors) == whole.fit(x, y, max_epochs=1)[0]
    np.testing.assert_allclose(one.weight, whole.weight, rtol=1e-12)  # sums may round otherwise
    assert one.bias == pytest.approx(whole.bias, rel=1e-12)


@pytest.mark.parametrize(
    ("sample", "label", "message"),
    [
        (np.zeros(3), 1, r"x of shape \(batch, 2\)"),
        (np.zeros(2), 2, "y to hold 0 and 1"),
        (np.array([np.nan, 0]), 1, "finite numbers in x"),
    ],
)
def test_a_perceptron_refuses_a_sample_that_does_not_fit(sample, label, message):
    perceptron = Perceptron(2)
    with pytest.raises(ValueError, match=message):
        perceptron.learn_from(sample, label)
    assert not perceptron.weight.any()


@pytest.mark.parametrize("seed", range(20))
def test_no_other_line_is_wider_than_the_widest(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(12, 2)), np.arange(12) % 2
    x[y == 1] += rng.normal(size=2) * 4
    line = widest_line(x, y)
    angles = np.linspace(0, 2 * np.pi, 3601)
    best = -np.inf
    for direction in np.column_stack([np.cos(angles), np.sin(angles)]):
        z = x @ direction
        best = max(best, (z[y == 1].min() - z[y == 0].max()) / 2)
    if line is None:
        assert best <= 1e-9
    else:
        assert margin(x, y, *line) == pytest.approx(best, rel=1e-3, abs=1e-4)
        assert margin(x, y, *line) >= best - 1e-12


@pytest.mark.parametrize("number", range(1, 15))
def test_the_widest_line_is_there_exactly_for_separable_functions(number):
    x, y = boolean_function(2, number)
    assert (widest_line(x, y) is not None) == linearly_separable(x, y)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([[0, 0], [1, 0], [0.5, 0]], [0, 0, 1]),  # between two of the other class
        ([[0, 0], [0, 0]], [0, 1]),  # in one place
        ([[0, 0], [2, 0], [0, 2], [0.5, 0.5]], [0, 0, 0, 1]),  # inside
        ([[0, 0], [2, 2], [1, 1]], [0, 0, 1]),  # touching
    ],
)
def test_there_is_no_widest_line_between_classes_that_touch(x, y):
    assert widest_line(np.array(x), np.array(y)) is None


def test_the_widest_line_refuses_what_it_cannot_separate():
    with pytest.raises(ValueError, match="points in the plane"):
        widest_line(np.zeros((2, 3)), np.array([0, 1]))
    with pytest.raises(ValueError, match="points of both classes"):
        widest_line(np.zeros((2, 2)), np.array([1, 1]))
