"""Training: the loop, what it refuses at the door, where it stops, and what it reaches."""

import gc
import math

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    CosineAnnealing,
    CrossEntropy,
    Dense,
    LinearDecay,
    MeanSquaredError,
    ReLU,
    Sequential,
    Tanh,
    evaluate,
    fit,
    he_normal,
    minibatches,
)
from nnlib.datasets import load_digits


def rng(seed=0):
    return np.random.default_rng(seed)


def problem(seed=0, samples=50, dtype=np.float32):
    """A network, an optimizer, and three classes of points."""
    draw = rng(seed)
    network = Sequential(
        Dense(2, 8, rng=draw, dtype=dtype), Tanh(), Dense(8, 3, rng=draw, dtype=dtype)
    )
    x = draw.normal(size=(samples, 2)).astype(dtype)
    y = (x[:, 0] > 0).astype(np.int64) + (x[:, 1] > 0)
    return network, SGD(network.parameters(), 0.1), x, y


def values(network):
    return np.concatenate([p.value.ravel() for p in network.parameters()])


def losses(seed, shuffle, **options):
    network, optimizer, x, y = problem(seed)
    options = {"batch_size": 8, "epochs": 3} | options
    steps = fit(network, CrossEntropy(), optimizer, x, y, rng=rng(shuffle), **options)
    return [step.loss for step in steps]


# ---------------------------------------------------------------- mini-batches


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 10, 11, 1000])
def test_minibatches_deal_each_sample_once(batch_size):
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    batches = list(minibatches(x, y, batch_size, rng=rng()))
    sizes = [len(inputs) for inputs, _ in batches]
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
    assert sum(sizes) == 10
    assert sorted(np.concatenate([targets for _, targets in batches])) == list(range(10))
    for inputs, targets in batches:
        np.testing.assert_array_equal(inputs, x[targets])  # each with its own target


def test_minibatches_shuffle_by_the_seed():
    x = np.arange(100)

    def order(generator):
        return np.concatenate([inputs for inputs, _ in minibatches(x, x, 7, rng=generator)])

    assert np.array_equal(order(rng(1)), order(rng(1)))
    assert not np.array_equal(order(rng(1)), order(rng(2)))
    generator = rng(1)
    assert not np.array_equal(order(generator), order(generator))  # the next epoch is another
    assert not np.array_equal(order(rng(1)), x)


def test_minibatches_are_copies():
    x = np.zeros((4, 2))
    for inputs, _ in minibatches(x, x, 2, rng=rng()):
        inputs[:] = 1.0
    assert not x.any()


def test_minibatches_refuse_at_the_call():
    x = np.zeros((4, 2))
    with pytest.raises(ValueError, match="minibatches expects batch_size to be an integer"):
        minibatches(x, x, 0, rng=rng())
    with pytest.raises(ValueError, match="got 4 rows in x and 3 in y"):
        minibatches(x, x[:3], 2, rng=rng())
    with pytest.raises(ValueError, match="at least one sample, got none"):
        minibatches(x[:0], x[:0], 2, rng=rng())
    with pytest.raises(TypeError, match=r"rng to be a np.random.Generator, got 0; pass rng="):
        minibatches(x, x, 2, rng=0)
    with pytest.raises(TypeError, match="rng"):
        minibatches(x, x, 2)


# ---------------------------------------------------------------- the loop


def test_the_same_seed_gives_the_same_losses_bit_for_bit():
    assert losses(0, 1) == losses(0, 1)


def test_another_seed_gives_other_losses():
    assert losses(0, 1) != losses(0, 2)
    assert losses(0, 1) != losses(1, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fit_is_the_loop_that_the_lesson_writes(dtype):
    network, optimizer, x, y = problem(dtype=dtype)
    twin, other, _, _ = problem(dtype=dtype)
    loss, draw, expected = CrossEntropy(), rng(5), []
    for _ in range(2):
        for inputs, targets in minibatches(x, y, 8, rng=draw):
            prediction = twin.forward(inputs, training=True)
            expected.append(loss.value(prediction, targets))
            twin.backward(loss.gradient(prediction, targets))
            other.step()
    steps = fit(network, loss, optimizer, x, y, batch_size=8, epochs=2, rng=rng(5))
    assert [step.loss for step in steps] == expected
    np.testing.assert_array_equal(values(network), values(twin))
    assert values(network).dtype == dtype


def test_steps_count_epochs_and_iterations():
    network, optimizer, x, y = problem(samples=5)
    steps = list(fit(network, CrossEntropy(), optimizer, x, y, batch_size=2, epochs=2, rng=rng()))
    assert [(s.epoch, s.iteration) for s in steps] == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 4),
        (1, 5),
        (1, 6),
    ]
    assert [s.ends_epoch for s in steps] == [False, False, True] * 2
    assert {s.learning_rate for s in steps} == {0.1}
    assert all(isinstance(s.loss, float) for s in steps)
    assert optimizer.iteration == 6


def test_a_batch_larger_than_the_data_is_the_whole_data():
    network, optimizer, x, y = problem()
    loss = CrossEntropy()
    expected = loss.value(network.forward(x), y)
    [step] = fit(network, loss, optimizer, x, y, batch_size=1000, rng=rng())
    assert step.loss == pytest.approx(expected, rel=1e-6)


def test_one_update_after_every_yield():
    network, optimizer, x, y = problem()
    steps = fit(network, CrossEntropy(), optimizer, x, y, batch_size=8, rng=rng())
    before = values(network)
    next(steps)
    once = values(network)
    assert not np.array_equal(once, before)
    optimizer.learning_rate = 0.0  # the caller may do anything between two updates
    assert next(steps).learning_rate == 0.0
    np.testing.assert_array_equal(values(network), once)


def test_the_schedule_decides_the_learning_rate():
    schedule, asked = LinearDecay(0.5, 0.1, 10), []

    def ask(iteration):
        asked.append(iteration)
        return schedule(iteration)

    network, optimizer, x, y = problem(samples=20)
    steps = list(
        fit(
            network,
            CrossEntropy(),
            optimizer,
            x,
            y,
            batch_size=5,
            epochs=3,
            rng=rng(),
            schedule=ask,
        )
    )
    assert asked == list(range(12))
    assert [s.learning_rate for s in steps] == [schedule(iteration) for iteration in range(12)]

    twin, other, _, _ = problem(samples=20)
    other.learning_rate = schedule(0)
    by_hand = fit(twin, CrossEntropy(), other, x, y, batch_size=5, epochs=3, rng=rng())
    for step in by_hand:
        other.learning_rate = schedule(step.iteration)
    np.testing.assert_array_equal(values(network), values(twin))


def test_a_single_layer_can_be_trained():
    layer = Dense(2, 1, rng=rng())
    x = rng(1).normal(size=(64, 2)).astype(np.float32)
    y = x @ np.array([[2.0], [-3.0]], np.float32) + 1
    optimizer = SGD(layer.parameters(), 0.1)
    *_, last = fit(layer, MeanSquaredError(), optimizer, x, y, batch_size=16, epochs=50, rng=rng())
    assert last.loss < 1e-8
    np.testing.assert_allclose(layer.weight.value, [[2.0], [-3.0]], atol=1e-3)


def test_a_frozen_layer_does_not_move():
    network, _, x, y = problem()
    first, _, last = network.layers
    frozen, moving = first.weight.value.copy(), last.weight.value.copy()
    list(fit(network, CrossEntropy(), SGD(last.parameters(), 0.1), x, y, rng=rng()))
    np.testing.assert_array_equal(first.weight.value, frozen)
    assert not np.array_equal(last.weight.value, moving)


def test_the_data_are_left_alone():
    network, optimizer, x, y = problem()
    kept = x.copy(), y.copy()
    x.flags.writeable = y.flags.writeable = False
    list(fit(network, CrossEntropy(), optimizer, x, y, epochs=2, rng=rng()))
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(y, kept[1])


# ---------------------------------------------------------------- at the door


def with_number(array, number):
    array = array.copy()
    array[3, 1] = number
    return array


DOOR = {
    "NaN in x": (
        lambda x, y: {"x": with_number(x, np.nan)},
        ValueError,
        "finite .* in x, got nan in row 3 .1",
    ),
    "inf in x": (
        lambda x, y: {"x": with_number(x, -np.inf)},
        ValueError,
        "finite .* got -inf in row 3",
    ),
    "NaN in y": (
        lambda x, y: {"y": with_number(x, np.nan), "loss": MeanSquaredError()},
        ValueError,
        "finite numbers in y, got nan in row 3",
    ),
    "inf in y": (
        lambda x, y: {"y": with_number(x, np.inf), "loss": MeanSquaredError()},
        ValueError,
        "finite numbers in y, got inf in row 3",
    ),
    "no samples": (
        lambda x, y: {"x": x[:0], "y": y[:0]},
        ValueError,
        "at least one sample, got none",
    ),
    "lengths": (lambda x, y: {"y": y[:-1]}, ValueError, "got 50 rows in x and 49 in y"),
    "x a list": (
        lambda x, y: {"x": x.tolist()},
        TypeError,
        r"got list; convert it with np.asarray\(x\)",
    ),
    "y a number": (lambda x, y: {"y": np.float32(1)}, TypeError, r"got float32; convert .*\(y\)"),
    "x of text": (lambda x, y: {"x": x.astype(str)}, TypeError, "numbers in x, got dtype <U"),
    "x of objects": (
        lambda x, y: {"x": x.astype(object)},
        TypeError,
        "in x, got dtype object; conv",
    ),
    "features": (lambda x, y: {"x": x[:, :1]}, ValueError, r"shape \(batch, 2\), got \(1, 1\)"),
    "images": (lambda x, y: {"x": x.reshape(50, 1, 2)}, ValueError, "flatten each sample"),
    "dtype": (
        lambda x, y: {"x": x.astype(float)},
        TypeError,
        "dtype float32, got float64; convert",
    ),
    "integers": (lambda x, y: {"x": x.astype(int)}, TypeError, "dtype float32, got int64; convert"),
    "label too large": (
        lambda x, y: {"y": y + 1},
        ValueError,
        r"labels from 0 to 2 .* got 3 in row",
    ),
    "label negative": (
        lambda x, y: {"y": y - 1},
        ValueError,
        r"labels from 0 to 2 .* got -1 in row",
    ),
    "labels of floats": (
        lambda x, y: {"y": y.astype(float)},
        TypeError,
        "integer labels, got float64",
    ),
    "one-hot": (lambda x, y: {"y": np.eye(3)[y]}, ValueError, r"target.argmax\(axis=1\)"),
    "flat targets": (
        lambda x, y: {"y": x[:, 0], "loss": MeanSquaredError()},
        ValueError,
        r"shape \(50, 3\), got \(50,\)",
    ),
    "targets outside": (
        lambda x, y: {"y": np.full((50, 3), 2.0), "loss": BinaryCrossEntropy()},
        ValueError,
        "between 0 and 1, got values from 2 to 2",
    ),
    **{
        f"{argument} {bad!r}": (
            lambda x, y, argument=argument, bad=bad: {argument: bad},
            ValueError,
            f"fit expects {argument} to be an integer, 1 or more, got {bad!r}",
        )
        for argument in ("batch_size", "epochs")
        for bad in (0, -1, 2.5, True, None, "8")
    },
    "a seed as rng": (
        lambda x, y: {"rng": 0},
        TypeError,
        "rng to be a np.random.Generator, got 0; pa",
    ),
}


@pytest.mark.parametrize("case", DOOR)
def test_fit_refuses_at_the_door(case):
    change, error, message = DOOR[case]
    network, optimizer, x, y = problem()
    before = values(network)
    given = {"loss": CrossEntropy(), "x": x, "y": y, "rng": rng()} | change(x, y)
    with pytest.raises(error, match=message):
        fit(network, given.pop("loss"), optimizer, given.pop("x"), given.pop("y"), **given)
    np.testing.assert_array_equal(values(network), before)
    assert optimizer.iteration == 0


def test_a_label_that_only_the_last_batch_meets_is_found_first():
    network, optimizer, x, y = problem(samples=1000)
    y[777] = 3
    with pytest.raises(ValueError, match="got 3 in row 777"):
        fit(network, CrossEntropy(), optimizer, x, y, batch_size=1, rng=rng())


def test_rng_is_required():
    network, optimizer, x, y = problem()
    with pytest.raises(TypeError, match="rng"):
        fit(network, CrossEntropy(), optimizer, x, y)


def test_the_optimizer_of_another_network_is_refused():
    network, _, x, y = problem()
    _, stranger, _, _ = problem()
    with pytest.raises(
        ValueError, match=r"optimizer of this network's parameters, got .*; make the"
    ):
        fit(network, CrossEntropy(), stranger, x, y, rng=rng())


def test_numpy_integers_are_counts():
    network, optimizer, x, y = problem()
    options = {"batch_size": np.int64(25), "epochs": np.int32(2)}
    assert len(list(fit(network, CrossEntropy(), optimizer, x, y, rng=rng(), **options))) == 4


# ---------------------------------------------------------------- divergence


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.filterwarnings("ignore:overflow")
def test_divergence_names_the_layer_and_a_rate(dtype):
    draw = rng()
    network = Sequential(
        Dense(2, 8, rng=draw, dtype=dtype), ReLU(), Dense(8, 1, rng=draw, dtype=dtype)
    )
    x = draw.normal(size=(64, 2)).astype(dtype)
    optimizer = SGD(network.parameters(), 50.0)
    steps = fit(network, MeanSquaredError(), optimizer, x, x[:, :1], epochs=500, rng=rng())
    with pytest.raises(FloatingPointError) as caught:
        list(steps)
    message = str(caught.value)
    assert message.startswith("training diverged at iteration ")
    assert f"iteration {optimizer.iteration + 1} of this fit:" in message
    assert "layer " in message
    assert "Dense(" in message
    assert "The learning rate 50 is too large here; start again with about 5" in message


def test_divergence_names_the_first_broken_layer():
    network, optimizer, x, y = problem()
    steps = fit(network, CrossEntropy(), optimizer, x, y, rng=rng())
    network.layers[2].weight.value[0, 0] = np.nan
    with pytest.raises(
        FloatingPointError, match=r"is nan, and weights of layer 3, Dense\(8, 3\), are"
    ):
        next(steps)


def test_divergence_names_a_layer_whose_output_overflows():
    network, optimizer, x, y = problem()
    steps = fit(network, CrossEntropy(), optimizer, x, y, rng=rng())
    network.layers[2].weight.value[:] = 3e38
    network.layers[2].bias.value[:] = 3e38
    network.layers[0].bias.value[:] = 100.0
    with pytest.raises(
        FloatingPointError, match=r"the output of layer 3, Dense\(8, 3\), is no longer"
    ):
        next(steps)


def test_a_loss_that_overflows_before_any_output_names_the_largest():
    layer = Dense(1, 1, rng=rng())
    x = np.ones((2, 1), np.float32)
    steps = fit(layer, MeanSquaredError(), SGD(layer.parameters(), 0.3), x, x, rng=rng())
    layer.weight.value[:] = 1e25  # its square is beyond float32
    message = r"the loss is inf, and the output of layer 1, Dense\(1, 1\), is up to 1e\+25. .* 0.03"
    with pytest.raises(FloatingPointError, match=message):
        next(steps)


# ---------------------------------------------------------------- evaluation


def test_evaluation_does_not_depend_on_the_batch_size():
    network, _, x, y = problem(samples=101)
    whole = evaluate(network, CrossEntropy(), x, y, batch_size=101)
    assert whole.loss == pytest.approx(CrossEntropy().value(network.forward(x), y), rel=1e-6)
    for batch_size in (1, 2, 10, 100, 5000):
        part = evaluate(network, CrossEntropy(), x, y, batch_size=batch_size)
        assert part.accuracy == pytest.approx(whole.accuracy, rel=1e-12)
        assert part.loss == pytest.approx(whole.loss, rel=1e-6)


def test_evaluation_by_hand():
    layer = Dense(1, 2, rng=rng(), dtype=np.float64)
    layer.weight.value[:] = [[0.0, math.log(3.0)]]
    # For x = 1 the probabilities are 1/4 and 3/4, for x = -1 they are 3/4 and 1/4.
    x, y = np.array([[1.0], [-1.0], [1.0]]), np.array([1, 0, 0])
    result = evaluate(layer, CrossEntropy(), x, y, batch_size=2)
    assert result.loss == pytest.approx((2 * math.log(4 / 3) + math.log(4)) / 3)
    assert result.accuracy == pytest.approx(2 / 3)


def test_evaluation_changes_nothing():
    network, _, x, y = problem()
    before = values(network)
    evaluate(network, CrossEntropy(), x, y)
    np.testing.assert_array_equal(values(network), before)


def test_accuracy_is_counted_where_a_sample_has_one_answer():
    layer = Dense(2, 1, rng=rng())
    x, y = rng().normal(size=(10, 2)).astype(np.float32), np.ones((10, 1), np.float32)
    assert evaluate(layer, MeanSquaredError(), x, y).accuracy is None
    assert 0 <= evaluate(layer, BinaryCrossEntropy(), x, y).accuracy <= 1
    wide = Dense(2, 2, rng=rng())  # two yes-or-no questions for each sample
    assert evaluate(wide, BinaryCrossEntropy(), x, np.hstack([y, y])).accuracy is None


def test_evaluate_refuses_at_the_door():
    network, _, x, y = problem()
    with pytest.raises(ValueError, match="evaluate expects as many targets"):
        evaluate(network, CrossEntropy(), x, y[:3])
    with pytest.raises(ValueError, match="evaluate expects at least one sample"):
        evaluate(network, CrossEntropy(), x[:0], y[:0])
    with pytest.raises(ValueError, match="evaluate expects batch_size"):
        evaluate(network, CrossEntropy(), x, y, batch_size=0)


# ---------------------------------------------------------------- threads


def blas_threads():
    """The numbers of threads that the BLAS libraries of this process may use."""
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


@pytest.fixture
def two_threads():
    problem()[0].forward(np.zeros((1, 2), np.float32))  # loads the BLAS that Numba calls
    with threadpool_limits(2, user_api="blas"):
        assert blas_threads() == {2}
        yield


def running():
    network, optimizer, x, y = problem()
    return fit(network, CrossEntropy(), optimizer, x, y, batch_size=8, rng=rng())


@pytest.mark.usefixtures("two_threads")
def test_one_blas_thread_while_training_runs():
    steps = running()
    assert blas_threads() == {2}
    next(steps)
    assert blas_threads() == {1}
    list(steps)
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two_threads")
def test_training_closed_midway_gives_the_threads_back():
    steps = running()
    next(steps)
    steps.close()
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two_threads")
def test_training_forgotten_midway_gives_the_threads_back():
    steps = running()
    next(steps)
    del steps
    gc.collect()
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two_threads")
def test_overlapping_trainings_give_the_threads_back():
    first, second = running(), running()
    next(first)
    next(second)
    first.close()
    assert blas_threads() == {1}  # the second goes on
    next(second)
    second.close()
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two_threads")
def test_an_error_gives_the_threads_back():
    network, optimizer, x, y = problem()
    steps = fit(network, CrossEntropy(), optimizer, x, y, batch_size=8, epochs=2, rng=rng())
    next(steps)
    network.layers[0].weight.value[:] = np.nan
    with pytest.raises(FloatingPointError):
        list(steps)
    assert blas_threads() == {2}
    with pytest.raises(ValueError, match="shape"):
        fit(network, CrossEntropy(), optimizer, x[:, :1], y, rng=rng())
    assert blas_threads() == {2}


# ---------------------------------------------------------------- what it reaches


@pytest.mark.parametrize("seed", [0, 4, 6])
@pytest.mark.parametrize(
    "make", [lambda p: SGD(p, 0.2, momentum=0.9), lambda p: Adam(p, 0.01)], ids=["SGD", "Adam"]
)
def test_the_small_digits_are_learnt(seed, make):
    draw = rng(seed)
    digits = load_digits(rng=draw)
    network = Sequential(
        Dense(64, 32, rng=draw, initializer=he_normal), ReLU(), Dense(32, 10, rng=draw)
    )
    optimizer, loss = make(network.parameters()), CrossEntropy()
    schedule = CosineAnnealing(optimizer.learning_rate, 0.0, iterations=900)
    *_, last = fit(
        *(network, loss, optimizer, digits.x_train, digits.y_train),
        batch_size=32,
        epochs=20,
        rng=draw,
        schedule=schedule,
    )
    assert last.iteration == 900
    assert evaluate(network, loss, digits.x_test, digits.y_test).accuracy >= 0.96


def test_xor_is_learnt():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    draw = rng()
    network = Sequential(Dense(2, 8, rng=draw), Tanh(), Dense(8, 1, rng=draw))
    optimizer, loss = Adam(network.parameters(), 0.05), BinaryCrossEntropy()
    list(fit(network, loss, optimizer, x, y, batch_size=4, epochs=300, rng=draw))
    result = evaluate(network, loss, x, y)
    assert result.accuracy == 1.0
    assert result.loss < 0.05
