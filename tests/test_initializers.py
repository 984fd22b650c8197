"""First weights: their spread, their seed, their dtype."""

import inspect
import math

import numpy as np
import pytest

from nnlib import glorot_uniform, he_normal, initializers, orthogonal

INITIALIZERS = [
    # An initializer and the standard deviation it should have, from (in, out).
    (glorot_uniform, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
    (he_normal, lambda n_in, n_out: math.sqrt(2 / n_in)),
    (orthogonal, lambda n_in, n_out: math.sqrt(1 / max(n_in, n_out))),
]
each_initializer = pytest.mark.parametrize(("initializer", "deviation"), INITIALIZERS)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_every_initializer_has_a_row():
    public = {
        function
        for name, function in inspect.getmembers(initializers, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == initializers.__name__
    }
    assert public == {initializer for initializer, _ in INITIALIZERS}


@each_initializer
@pytest.mark.parametrize("shape", [(400, 100), (100, 400)])
def test_spread(initializer, deviation, shape):
    weight = initializer(shape, rng=rng())
    assert weight.shape == shape
    expected = deviation(*shape)
    # 40,000 numbers: their mean and spread are known to about half a percent.
    assert weight.mean() == pytest.approx(0.0, abs=0.02 * expected)
    assert weight.std() == pytest.approx(expected, rel=0.02)


def test_glorot_is_uniform():
    limit = math.sqrt(6 / (400 + 100))
    weight = glorot_uniform((400, 100), rng=rng())
    assert np.abs(weight).max() <= limit
    counts, _ = np.histogram(weight, bins=10, range=(-limit, limit))
    assert counts.sum() == 40_000
    assert np.abs(counts - 4000).max() < 300  # five deviations


def test_he_is_normal():
    weight = he_normal((400, 100), rng=rng()) / math.sqrt(2 / 400)
    assert (np.abs(weight) < 1).mean() == pytest.approx(0.6827, abs=0.015)
    assert (np.abs(weight) < 2).mean() == pytest.approx(0.9545, abs=0.007)


@each_initializer
def test_signals_keep_their_size(initializer, deviation):
    # What the scale is for: twenty layers neither blow a signal up nor drown it.
    x = rng(1).normal(size=(200, 128)).astype(np.float32)
    start, draw = x.std(), rng(2)
    for _ in range(20):
        x = x @ initializer((128, 128), rng=draw)
        if initializer is he_normal:
            x = np.maximum(x, 0)
    assert 0.3 < x.std() / start < 3.0


@each_initializer
def test_the_seed_decides(initializer, deviation):
    first, again, other = (initializer((5, 4), rng=rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@each_initializer
def test_every_dtype_starts_from_the_same_numbers(initializer, deviation):
    narrow = initializer((5, 4), rng=rng(), dtype=np.float32)
    wide = initializer((5, 4), rng=rng(), dtype=np.float64)
    assert (narrow.dtype, wide.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(narrow, wide.astype(np.float32))
    assert initializer((5, 4), rng=rng()).dtype == np.float32


@each_initializer
def test_rng_is_required(initializer, deviation):
    with pytest.raises(TypeError, match="rng"):
        initializer((5, 4))
    with pytest.raises(TypeError):
        initializer((5, 4), rng())
