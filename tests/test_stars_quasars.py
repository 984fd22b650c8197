"""Stars and quasars: the synthetic colours keep to the published tables they are made after."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nnlib.datasets import COLOURS, stars_and_quasars
from nnlib.datasets._colour_tables import QUASAR_COLOURS, STELLAR_LOCUS


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("n", "fraction", "quasars"),
    [(1000, 0.08, 80), (1000, 0.5, 500), (2, 0.01, 1), (2, 0.99, 1), (50, 0.001, 1), (7, 0.5, 4)],
)
def test_shapes_dtypes_and_share(n, fraction, quasars):
    x, labels = stars_and_quasars(n, quasar_fraction=fraction, rng=rng())
    assert x.shape == (n, len(COLOURS))
    assert x.dtype == np.float32
    assert labels.dtype == np.int64
    assert labels.sum() == quasars
    assert np.isfinite(x).all()


def test_the_seed_decides_and_the_classes_are_mixed():
    first, again, other = (stars_and_quasars(2000, rng=rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])
    assert 40 < first[1][:1000].sum() < 120


def test_stars_lie_on_the_stellar_locus():
    x, labels = stars_and_quasars(40_000, rng=rng())
    stars = x[labels == 0]
    g_minus_i = stars[:, 1] + stars[:, 2]
    for place, *columns, _ in STELLAR_LOCUS[2:-3:3]:
        near = stars[np.abs(g_minus_i - place) < 0.03]
        # Medians do not mind the two in a hundred off the locus.
        np.testing.assert_allclose(np.median(near, axis=0), columns[::2], atol=0.05)
        spread = np.diff(np.quantile(near, [0.25, 0.75], axis=0), axis=0)[0] / 1.349
        assert (spread < 1.6 * np.array(columns[1::2]) + 0.02).all()
    # g - i is the sum of two columns, so the table must agree with itself.
    np.testing.assert_allclose(
        STELLAR_LOCUS[:, 3] + STELLAR_LOCUS[:, 5], STELLAR_LOCUS[:, 0], atol=0.015
    )


def test_quasars_have_the_colours_of_the_table():
    x, labels = stars_and_quasars(40_000, quasar_fraction=0.5, rng=rng())
    quasars = x[labels == 1]
    weights = QUASAR_COLOURS[:, -1]
    expected = np.average(QUASAR_COLOURS[:, 1:-1:2], axis=0, weights=weights)
    np.testing.assert_allclose(quasars.mean(axis=0), expected, atol=0.03)
    # Ultraviolet excess: known of quasars below redshift 2.2, three in four of these.
    assert 0.7 < np.mean(quasars[:, 0] < 0.6) < 0.95
    assert np.mean(x[labels == 0][:, 0] < 0.6) < 0.03


def test_one_neuron_does_well_and_accuracy_misleads():
    x, labels = stars_and_quasars(4000, rng=rng())
    test_x, test_labels = stars_and_quasars(4000, rng=rng(1))
    answers = LogisticRegression().fit(x, labels).predict(test_x)
    hits = np.count_nonzero(answers & test_labels)
    assert np.mean(test_labels == 0) == 0.92  # right without looking
    assert np.mean(answers == test_labels) > 0.98
    assert 0.85 < hits / test_labels.sum() < 0.97  # recall: some look like stars
    assert hits / answers.sum() > 0.9  # precision


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, math.nan, "half", None])
def test_a_share_outside_0_and_1_is_refused(fraction):
    with pytest.raises(ValueError, match="quasar_fraction between 0 and 1"):
        stars_and_quasars(100, quasar_fraction=fraction, rng=rng())


def test_other_arguments_are_refused():
    with pytest.raises(ValueError, match="stars_and_quasars expects n >= 2, got 1"):
        stars_and_quasars(1, rng=rng())
    with pytest.raises(TypeError, match="whole number of points"):
        stars_and_quasars(10.5, rng=rng())
    with pytest.raises(TypeError, match=r"np\.random\.Generator"):
        stars_and_quasars(100, rng=0)
