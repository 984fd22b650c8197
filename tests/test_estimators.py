"""Networks as scikit-learn's estimators: its own checks, and what they do not ask."""

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from nnlib.datasets import moons, regression_hills, regression_plane, stars_and_quasars
from nnlib.estimators import NetworkClassifier, NetworkRegressor


def rng(seed=0):
    return np.random.default_rng(seed)


@parametrize_with_checks([NetworkClassifier(), NetworkRegressor()])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_cross_validation_and_search():
    x, y = moons(200, noise=0.15, rng=rng())
    scores = cross_val_score(NetworkClassifier(epochs=60), x, y, cv=4)
    assert scores.mean() > 0.9
    search = GridSearchCV(NetworkClassifier(epochs=60), {"hidden": [(), (16,)]}, cv=3).fit(x, y)
    assert search.best_params_ == {"hidden": (16,)}  # no straight line parts the moons


def sweep():
    """Train at five learning rates through joblib, then search for the best of three."""
    x, y = moons(120, noise=0.15, rng=rng())
    model = NetworkClassifier(hidden=(8,), epochs=5)
    rates = [0.0003, 0.001, 0.003, 0.01, 0.03]
    models = [clone(model).set_params(learning_rate=rate) for rate in rates]
    fitted = Parallel(n_jobs=2)(delayed(one.fit)(x, y) for one in models)
    search = GridSearchCV(model, {"learning_rate": rates[::2]}, cv=3, n_jobs=2).fit(x, y)
    scores = [search.cv_results_[f"split{fold}_test_score"].tolist() for fold in range(3)]
    return [one.loss_curve_ for one in fitted], scores, search.best_params_


def test_a_sweep_of_learning_rates_is_the_same_in_any_backend_of_joblib():
    with parallel_config(backend="sequential"):
        alone = sweep()
    assert len({curve[-1] for curve in alone[0]}) == 5  # each rate led elsewhere
    with parallel_config(backend="threading"):
        assert sweep() == alone
    with parallel_config(backend="loky"):
        assert sweep() == alone


def test_a_sweep_of_learning_rates_is_the_same_on_a_dask_cluster():
    distributed = pytest.importorskip("distributed")
    with parallel_config(backend="sequential"):
        alone = sweep()
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(host="127.0.0.1", **options) as cluster,
        distributed.Client(cluster),
        parallel_config(backend="dask"),
    ):
        assert sweep() == alone


def test_classes_may_have_any_labels_and_probabilities_sum_to_one():
    x, labels = stars_and_quasars(600, quasar_fraction=0.5, rng=rng())
    names = np.array(["star", "quasar"])[labels]
    model = make_pipeline(StandardScaler(), NetworkClassifier(epochs=20)).fit(x, names)
    network = model[-1]
    assert network.classes_.tolist() == ["quasar", "star"]
    probabilities = model.predict_proba(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (model.predict(x) == network.classes_[probabilities.argmax(axis=1)]).all()
    assert model.score(x, names) > 0.95


def test_the_random_state_decides():
    x, y = moons(100, noise=0.1, rng=rng())
    first, again, other = (
        NetworkClassifier(epochs=3, random_state=state).fit(x, y) for state in (0, 0, 1)
    )
    assert first.loss_curve_ == again.loss_curve_ != other.loss_curve_
    assert len(first.loss_curve_) == 3 * 4  # 100 samples in batches of 32
    NetworkClassifier(epochs=1, random_state=None).fit(x, y)
    NetworkClassifier(epochs=1, random_state=np.random.RandomState(3)).fit(x, y)


def test_regression_of_one_and_of_several_numbers():
    x, heights = regression_hills(500, noise=0.0, rng=rng())
    bent = NetworkRegressor(hidden=(32, 32), activation="tanh", epochs=150).fit(x, heights.ravel())
    assert bent.predict(x).shape == (500,)
    assert bent.score(x, heights) > 0.5 > LinearRegression().fit(x, heights).score(x, heights)
    x, plane = regression_plane(200, noise=0.0, rng=rng())
    two = np.column_stack([plane, -plane])
    straight = NetworkRegressor(hidden=(), epochs=300).fit(x, two)
    np.testing.assert_allclose(straight.predict(x), two, atol=0.02)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_settings_reach_the_network(activation):
    x, y = moons(60, noise=0.1, rng=rng())
    model = NetworkClassifier([4, 3], activation, epochs=1).fit(x, y)
    names = [repr(layer).lower().split("(")[0] for layer in model.network_.layers]
    assert names == ["dense", activation, "dense", activation, "dense"]
    assert model.network_.summary().parameters == 2 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"activation": "swish"},
            "expects activation to be one of relu, tanh, sigmoid, got 'swish'",
        ),
        ({"hidden": 16}, r"hidden to list the sizes .*, got 16; write hidden=\(16,\)"),
        ({"hidden": "16"}, "hidden to list the sizes"),
        ({"hidden": (0,)}, "Dense expects out_features to be an integer, 1 or more, got 0"),
        ({"epochs": 0}, "epochs to be an integer, 1 or more"),
        ({"batch_size": 2.5}, "batch_size to be an integer"),
        ({"learning_rate": -1}, "learning_rate"),
    ],
)
def test_settings_out_of_range_are_refused_in_fit_and_a_fitted_network_stays(options, message):
    x, y = moons(60, noise=0.1, rng=rng())
    model = NetworkClassifier(epochs=1).fit(x, y)
    before = model.predict_proba(x)
    model.set_params(**options)
    with pytest.raises(ValueError, match=message):
        model.fit(x, y)
    np.testing.assert_array_equal(model.predict_proba(x), before)
    clone(model)


def test_a_run_that_diverges_leaves_the_network_of_before():
    x, y = regression_plane(100, noise=0.0, rng=rng())
    model = NetworkRegressor(hidden=(), epochs=2).fit(x, y)
    before = model.predict(x)
    model.set_params(learning_rate=1e300)
    with pytest.raises(FloatingPointError, match="training diverged"), np.errstate(all="ignore"):
        model.fit(x, y)
    np.testing.assert_array_equal(model.predict(x), before)


def test_one_class_is_not_enough():
    x, y = moons(20, noise=0.1, rng=rng())
    with pytest.raises(ValueError, match="two classes or more, got one class: 0"):
        NetworkClassifier().fit(x, np.zeros_like(y))
