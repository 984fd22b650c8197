"""First weights: their spread, their seed, their dtype."""

import inspect
import math

import numpy as np
import pytest

from nnlib import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    initializers,
    lecun_normal,
    normal,
    orthogonal,
    zeros,
)
from nnlib.initializers import fans

INITIALIZERS = [
    # An initializer and the standard deviation it should have, from (in, out).
    (glorot_uniform, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
    (glorot_normal, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
    (he_normal, lambda n_in, n_out: math.sqrt(2 / n_in)),
    (he_uniform, lambda n_in, n_out: math.sqrt(2 / n_in)),
    (lecun_normal, lambda n_in, n_out: math.sqrt(1 / n_in)),
    (orthogonal, lambda n_in, n_out: math.sqrt(1 / max(n_in, n_out))),
]
OTHERS = {fans, normal, zeros}
each_initializer = pytest.mark.parametrize(("initializer", "deviation"), INITIALIZERS)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_every_initializer_has_a_row():
    public = {
        function
        for name, function in inspect.getmembers(initializers, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == initializers.__name__
    }
    assert public == {initializer for initializer, _ in INITIALIZERS} | OTHERS


@each_initializer
@pytest.mark.parametrize("shape", [(400, 100), (100, 400)])
def test_spread(initializer, deviation, shape):
    weight = initializer(shape, rng=rng())
    assert weight.shape == shape
    expected = deviation(*shape)
    # 40,000 numbers: their mean and spread are known to about half a percent.
    assert weight.mean() == pytest.approx(0.0, abs=0.02 * expected)
    assert weight.std() == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("draw", "limit"), [(glorot_uniform, 6 / 500), (he_uniform, 6 / 400)])
def test_some_are_uniform(draw, limit):
    limit = math.sqrt(limit)
    weight = draw((400, 100), rng=rng())
    assert np.abs(weight).max() <= limit
    counts, _ = np.histogram(weight, bins=10, range=(-limit, limit))
    assert counts.sum() == 40_000
    assert np.abs(counts - 4000).max() < 300  # five deviations


@pytest.mark.parametrize(
    ("draw", "variance"),
    [(he_normal, 2 / 400), (glorot_normal, 2 / 500), (lecun_normal, 1 / 400), (normal(0.5), 1 / 4)],
)
def test_some_are_normal(draw, variance):
    weight = draw((400, 100), rng=rng()) / math.sqrt(variance)
    assert (np.abs(weight) < 1).mean() == pytest.approx(0.6827, abs=0.015)
    assert (np.abs(weight) < 2).mean() == pytest.approx(0.9545, abs=0.007)


@each_initializer
def test_signals_keep_their_size(initializer, deviation):
    # What the scale is for: twenty layers neither blow a signal up nor drown it.
    x = rng(1).normal(size=(200, 128)).astype(np.float32)
    start, draw = x.std(), rng(2)
    for _ in range(20):
        x = x @ initializer((128, 128), rng=draw)
        if initializer in (he_normal, he_uniform):
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


# ---------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3, 4), (3, 4)), ((1, 1), (1, 1)), ((6, 1, 5, 5), (25, 150)), ((16, 6, 3, 2), (36, 96))],
)
def test_fans(shape, expected):
    assert fans(shape) == expected


@pytest.mark.parametrize("shape", [(), (3,), (3, 4, 5), (1, 2, 3, 4, 5)])
@each_initializer
def test_a_shape_of_another_length_is_refused(initializer, deviation, shape):
    with pytest.raises(ValueError, match=r"an initializer expects a shape \(in_.*; "):
        initializer(shape, rng=rng())


@each_initializer
def test_the_spread_of_filters(initializer, deviation):
    shape = (64, 16, 5, 5)
    weight = initializer(shape, rng=rng())
    assert weight.shape == shape
    n_in, n_out = 16 * 25, 64 * 25
    if initializer is orthogonal:  # of 64 rows with 400 numbers each
        n_in, n_out = 64, 400
    assert weight.std() == pytest.approx(deviation(n_in, n_out), rel=0.02)


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (4, 2, 3, 3), (10, 1, 2, 2)])
def test_orthogonal_is(shape):
    weight = orthogonal(shape, rng=rng(), dtype=np.float64)
    assert weight.shape == shape
    assert weight.flags.c_contiguous
    rows = weight.reshape(len(weight), -1)
    short = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    np.testing.assert_allclose(short, np.eye(len(short)), atol=1e-12)


def test_orthogonal_prefers_no_direction():
    # QR alone gives a first row whose sign is nearly always the same.
    draw = rng(5)
    signs = [np.sign(orthogonal((3, 3), rng=draw)[i, i]) for i in range(3) for _ in range(200)]
    assert abs(np.mean(signs)) < 0.2


def test_zeros_draw_nothing():
    generator = rng()
    weight = zeros((3, 4), rng=generator)
    assert weight.shape == (3, 4)
    assert weight.dtype == np.float32
    assert not weight.any()
    assert zeros((2, 2), rng=generator, dtype=np.float64).dtype == np.float64
    assert generator.random() == rng().random()


def test_normal_takes_any_shape_and_dtype():
    weight = normal(0.1)((2, 3, 4), rng=rng(), dtype=np.float64)
    assert weight.shape == (2, 3, 4)
    assert weight.dtype == np.float64
    assert not normal(0)((3, 3), rng=rng()).any()


@pytest.mark.parametrize("std", [-0.1, np.nan, np.inf, None, "0.1", True])
def test_normal_refuses_a_bad_spread(std):
    with pytest.raises(ValueError, match="normal expects std to be a finite number, 0 or more"):
        normal(std)
