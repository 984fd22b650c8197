"""Loops that no array expression takes away: the perceptron's rule, and steps down a landscape."""

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.linear_model import Perceptron as Sklearn
from threadpoolctl import threadpool_limits

from nnlib.landscapes import Himmelblau, end_points
from nnlib.landscapes.paths import RADIUS
from nnlib.neurons import Perceptron
from sidebyside import measure

ROUNDS = 20


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1, user_api="blas"):
        yield


# ---------------------------------------------------------------- an epoch of the perceptron


def clouds(samples, features):
    """Two classes that no plane parts, so that every epoch has mistakes."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=samples)
    return (rng.normal(size=(samples, features)) + 0.5 * y[:, None]).astype(np.float32), y


def nnlib_epochs(x, y) -> Iterator[int]:
    perceptron = Perceptron(x.shape[1])
    while True:
        [mistakes] = perceptron.fit(x, y, max_epochs=1)
        yield mistakes


def sklearn_epochs(x, y) -> Iterator[int]:
    perceptron = Sklearn(shuffle=False, penalty=None)
    while True:
        perceptron.partial_fit(x, y, classes=[0, 1])
        yield 1


@pytest.mark.parametrize(("samples", "features"), [(200, 2), (1000, 10), (10_000, 64)])
def test_an_epoch_of_the_perceptron(samples, features, table):
    x, y = clouds(samples, features)
    runs = {"nnlib": nnlib_epochs(x, y), "scikit-learn": sklearn_epochs(x, y)}
    assert next(runs["nnlib"]) > samples / 20
    result = measure(runs, rounds=ROUNDS)
    ratio = result.ratio("scikit-learn", to="nnlib")
    name, micro = f"perceptron, {samples} x {features}", result.step("nnlib") * 1e6
    table.append(f"{name:<30}{micro:>14.1f} µs   scikit-learn {ratio:.1f}x")
    assert ratio >= (10.0 if samples < 10_000 else 7.0)


def test_both_perceptrons_learn_the_same():
    x, y = clouds(500, 3)
    ours, theirs = Perceptron(3), Sklearn(shuffle=False, penalty=None)
    for _ in range(3):
        ours.fit(x, y, max_epochs=1)
        theirs.partial_fit(x, y, classes=[0, 1])
    # scikit-learn calls a sum of 0 a mistake in both classes, so the first sample differs.
    assert np.mean(ours.predict(x) == theirs.predict(x)) > 0.9


# ---------------------------------------------------------------- 40,000 trajectories


RATE, STEPS = 0.005, 100


def numpy_bare(starts):
    """The steps without momentum, an array expression for each line; it looks for no escape."""
    x, y = starts[:, 0].copy(), starts[:, 1].copy()
    for _ in range(STEPS):
        first, second = x * x + y - 11, x + y * y - 7
        slope_x, slope_y = 4 * x * first + 2 * second, 2 * first + 4 * y * second
        x -= RATE * slope_x
        y -= RATE * slope_y
    return np.column_stack([x, y])


def numpy_same(starts):
    """What `end_points` does: a rate and a momentum for each start, and infinity for runaways."""
    x, y = starts[:, 0].copy(), starts[:, 1].copy()
    rate, momentum = np.full(len(x), RATE), np.zeros(len(x))
    vx, vy = np.zeros((2, len(x)))
    for _ in range(STEPS):
        first, second = x * x + y - 11, x + y * y - 7
        vx = momentum * vx + 4 * x * first + 2 * second
        vy = momentum * vy + 2 * first + 4 * y * second
        x -= rate * vx
        y -= rate * vy
        far = ~(x * x + y * y <= RADIUS * RADIUS)
        x[far] = y[far] = np.inf
    return np.column_stack([x, y])


def again_and_again(call, starts) -> Iterator[float]:
    while True:
        call(starts)
        yield 0.0


def test_forty_thousand_trajectories(table):
    landscape = Himmelblau()
    starts = landscape.grid(200, 200).reshape(-1, 2)

    def ends(starts):
        return end_points(landscape, starts, RATE, 0.0, STEPS)

    calls = {"nnlib": ends, "NumPy": numpy_same, "NumPy, bare": numpy_bare}
    for call in calls.values():
        np.testing.assert_allclose(call(starts), ends(starts), atol=1e-9)
    runs = {name: again_and_again(call, starts) for name, call in calls.items()}
    result = measure(runs, rounds=ROUNDS)
    ratios = {name: result.ratio(name, to="nnlib") for name in list(calls)[1:]}
    cells = ", ".join(f"{name} {ratio:.1f}x" for name, ratio in ratios.items())
    milli = result.step("nnlib") * 1e3
    table.append(f"{'40,000 paths of 100 steps':<30}{milli:>14.1f} ms   {cells}")
    assert ratios["NumPy"] >= 10.0
