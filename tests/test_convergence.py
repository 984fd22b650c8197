"""Theory against runs: limits of the learning rate, rates of convergence, and their explanation."""

import math
import re
from functools import partial

import numpy as np
import pytest

from nnlib import SGD
from nnlib.convergence import (
    explain_divergence,
    learning_rate_limit,
    optimal_gradient_descent,
    optimal_momentum,
    oscillates,
    spectral_radius,
)
from nnlib.landscapes import (
    DoubleWell,
    Parabola,
    Quadratic,
    Rosenbrock,
    bowl,
    descend,
    end_points,
    valley,
)


def eigenvalues(learning_rate, curvature, momentum):
    """Of one step of SGD on (velocity, position), written down from its two lines."""

    def step(velocity, position):
        velocity = momentum * velocity + curvature * position
        return velocity, position - learning_rate * velocity

    return np.linalg.eigvals(np.array([step(1.0, 0.0), step(0.0, 1.0)]).T)


def run(landscape, learning_rate, momentum=0.0, *, start, steps):
    return descend(
        landscape, partial(SGD, learning_rate=learning_rate, momentum=momentum), start, steps
    )


SETTINGS = [
    (rate, curvature, momentum)
    for rate in (0.01, 0.1, 0.37, 1.0)
    for curvature in (-1.0, 0.0, 0.3, 1.9, 2.5, 4.1, 40.0)
    for momentum in (0.0, 0.2, 0.5, 0.81, 0.99)
]

# ---------------------------------------------------------------- the iteration matrix


@pytest.mark.parametrize(("rate", "curvature", "momentum"), SETTINGS)
def test_spectral_radius_is_that_of_the_matrix(rate, curvature, momentum):
    values = eigenvalues(rate, curvature, momentum)
    radius = spectral_radius(rate, curvature, momentum)
    assert radius == pytest.approx(np.abs(values).max(), rel=1e-6)
    assert oscillates(rate, curvature, momentum) == (np.abs(values.imag) > 1e-7).any()


def test_without_momentum_it_is_one_minus_rate_times_curvature():
    rates = np.linspace(0, 2, 41)
    np.testing.assert_allclose(spectral_radius(rates, 3.0), np.abs(1 - 3 * rates), atol=1e-15)
    assert not oscillates(rates, 3.0).any()


def test_in_the_oscillating_zone_only_the_momentum_counts():
    rates = np.linspace(0.01, 4, 400)
    inside = oscillates(rates, 1.0, 0.25)
    # (1 - 1/2)^2 < rate < (1 + 1/2)^2
    np.testing.assert_array_equal(inside, (rates > 0.25) & (rates < 2.25))
    np.testing.assert_array_equal(spectral_radius(rates, 1.0, 0.25)[inside], 0.5)
    assert (spectral_radius(rates, 1.0, 0.25)[~inside] >= 0.5).all()


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("curvature", [1e-6, 0.2, 4.0, 1e6])
def test_the_limit_is_where_the_radius_passes_one(curvature, momentum):
    limit = learning_rate_limit(curvature, momentum)
    assert spectral_radius(limit, curvature, momentum) == pytest.approx(1, abs=1e-7)
    assert spectral_radius(0.99 * limit, curvature, momentum) < 1
    assert spectral_radius(1.01 * limit, curvature, momentum) > 1


def test_tables():
    rates, momenta = np.linspace(0.1, 2, 7), np.linspace(0, 0.9, 5)[:, None]
    table = spectral_radius(rates, 1.0, momenta)
    assert table.shape == oscillates(rates, 1.0, momenta).shape == (5, 7)
    assert table[3, 2] == spectral_radius(rates[2], 1.0, momenta[3, 0])
    assert learning_rate_limit([1.0, 4.0], momenta).shape == (5, 2)
    assert np.shape(spectral_radius(0.1, 1.0)) == ()


def test_huge_numbers_give_infinity_and_no_warning():
    with np.errstate(all="raise"):
        assert spectral_radius(1e200, 1e200, 0.5) == np.inf
        assert spectral_radius(1e200, -1e200, 0.5) == np.inf
        assert spectral_radius(1e200, 1.0, 0.5) == pytest.approx(1e200)
        assert not oscillates(1e200, 1e200, 0.5)
        assert learning_rate_limit(1e-320) == np.inf


# ---------------------------------------------------------------- runs keep to it


@pytest.mark.parametrize(
    ("rate", "momentum", "converges"),
    [(0.49, 0, True), (0.51, 0, False), (0.51, 0.5, True), (0.74, 0.5, True), (0.76, 0.5, False)],
)
def test_the_limit_of_the_valley(rate, momentum, converges):
    # 0.1 x1^2 + 2 x2^2: 2 / 4 = 0.5, and half as much again with a momentum of 1/2.
    steepest = max(valley().eigenvalues)
    assert (rate < learning_rate_limit(steepest, momentum)) == converges
    path = run(valley(), rate, momentum, start=[-5, 2], steps=3000)
    assert (path.broke_at is None) == converges
    if converges:
        assert np.linalg.norm(path.points[-1]) < 1e-9
    else:
        assert abs(path.points[-1, 1]) > 1e8  # across, not along


@pytest.mark.parametrize("momentum", [0.5, 0.81, 0.95])
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.5])
def test_a_run_in_the_oscillating_zone_shrinks_by_the_root_of_the_momentum(rate, momentum):
    assert oscillates(rate, 1.0, momentum)
    points = run(Parabola(1, 0), rate, momentum, start=[1.0], steps=600).points[:, 0]
    early, late = np.abs(points[:100]).max(), np.abs(points[300:400]).max()
    # 300 steps apart; what the swing adds is less than a few per cent of a step.
    assert (late / early) ** (1 / 300) == pytest.approx(math.sqrt(momentum), rel=0.01)
    assert np.count_nonzero(np.diff(np.sign(points[:100]))) > 2  # from side to side


@pytest.mark.parametrize(("rate", "momentum"), [(0.1, 0), (1.9, 0), (0.01, 0.5), (2.95, 0.5)])
def test_a_run_outside_of_it_shrinks_by_the_spectral_radius(rate, momentum):
    assert not oscillates(rate, 1.0, momentum)
    points = run(Parabola(1, 0), rate, momentum, start=[1.0], steps=100).points[:, 0]
    shrinks = np.abs(points[100] / points[80]) ** (1 / 20)
    assert shrinks == pytest.approx(spectral_radius(rate, 1.0, momentum), rel=1e-6)


# ---------------------------------------------------------------- the best settings


@pytest.mark.parametrize("kappa", [1.0, 1.5, 10.0, 1000.0])
def test_no_learning_rate_is_better_than_the_best(kappa):
    best, rate = optimal_gradient_descent(2.0, 2.0 * kappa)
    rates = best * np.linspace(0.5, 1.5, 101)
    worst_axis = spectral_radius(rates[:, None], [2.0, 2.0 * kappa]).max(axis=1)
    assert worst_axis.argmin() == 50
    assert worst_axis[50] == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize("kappa", [1.5, 10.0, 1000.0])
def test_no_settings_with_momentum_are_better_than_the_best(kappa):
    best, momentum, rate = optimal_momentum(2.0, 2.0 * kappa)
    rates = best * np.linspace(0.5, 1.5, 201)[:, None]
    momenta = np.linspace(0, 0.999, 1000)[:, None, None]
    radii = spectral_radius(rates, [2.0, 2.0 * kappa], momenta).max(axis=-1)
    assert radii.min() >= rate - 1e-12
    # At the best settings two eigenvalues coincide, and rounding is felt as its root.
    both = spectral_radius(best, [2.0, 2.0 * kappa], momentum)
    np.testing.assert_allclose(both, rate, atol=1e-6)
    assert rate**2 == pytest.approx(momentum)


def test_where_all_curvatures_are_alike_one_step_is_enough():
    learning_rate, rate = optimal_gradient_descent(2.0, 2.0)
    assert (learning_rate, rate) == (0.5, 0.0)
    assert optimal_momentum(2.0, 2.0) == pytest.approx((0.5, 0.0, 0.0))
    assert run(bowl(), learning_rate, start=[3, 4], steps=1).points[1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("kappa", "plain", "with_momentum"), [(10, 35, 15), (100, 346, 56), (1000, 3454, 198)]
)
def test_steps_to_a_thousandth_of_the_distance(kappa, plain, with_momentum):
    landscape, start = Quadratic(1, kappa), [1, 1]  # as far along one axis as along the other
    learning_rate, rate = optimal_gradient_descent(1, kappa)
    path = run(landscape, learning_rate, start=start, steps=plain + 10)
    assert path.steps_until(1e-3, [0, 0]) == plain
    assert plain == math.ceil(math.log(1e-3) / math.log(rate))
    learning_rate, momentum, rate = optimal_momentum(1, kappa)
    path = run(landscape, learning_rate, momentum, start=start, steps=3 * with_momentum)
    assert path.steps_until(1e-3, [0, 0]) == with_momentum
    assert with_momentum > math.log(1e-3) / math.log(rate)  # (1 + c n) rate^n
    # It stays there: from this step on no point is further away.
    assert (np.linalg.norm(path.points[with_momentum:], axis=1) <= 1e-3 * math.sqrt(2)).all()


# ---------------------------------------------------------------- bad input

SCALARS = [math.nan, math.inf, -math.inf]


@pytest.mark.parametrize("bad", [*SCALARS, -1.0])
def test_bad_numbers_are_refused(bad):
    for function in (spectral_radius, oscillates):
        with pytest.raises(ValueError, match=f"{function.__name__} expects learning_rate to be"):
            function([0.1, bad], 1.0, 0.5)
        with pytest.raises(ValueError, match="expects momentum to be"):
            function(0.1, 1.0, bad)
    with pytest.raises(ValueError, match="expects momentum to be"):
        learning_rate_limit(1.0, bad)
    with pytest.raises(ValueError, match="learning_rate_limit expects"):
        learning_rate_limit([1.0, bad])
    for function in (optimal_gradient_descent, optimal_momentum):
        for pair in ((bad, 1.0), (1.0, bad)):
            with pytest.raises(ValueError, match="curvatures that are finite numbers above 0"):
                function(*pair)


def test_bad_curvatures_and_momenta_are_refused():
    with pytest.raises(ValueError, match="curvature to be finite"):
        spectral_radius(0.1, math.nan)
    with pytest.raises(ValueError, match="momentum to be 0 or more and below 1, got 1"):
        spectral_radius(0.1, 1.0, 1.0)
    with pytest.raises(ValueError, match="curvature above 0, got 0; without positive curvature"):
        learning_rate_limit([[1.0, 0.0]])
    for function in (optimal_gradient_descent, optimal_momentum):
        with pytest.raises(ValueError, match="small <= large, got 2 and 1; swap them"):
            function(2, 1)
        for bad in ("1", None, True, [1.0], 1j):
            with pytest.raises(ValueError, match="curvatures that are finite numbers"):
                function(bad, 1)


@pytest.mark.parametrize("bad", ["a", None, [None], 1j, True])
def test_what_is_no_number_is_refused(bad):
    for call in (
        lambda: spectral_radius(bad, 1.0),
        lambda: oscillates(0.1, bad),
        lambda: learning_rate_limit(1.0, bad),
        lambda: explain_divergence(bad, 0.1),
        lambda: explain_divergence([[1.0]], bad),
    ):
        with pytest.raises(TypeError, match="expects numbers in"):
            call()


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"broadcast, got \(2,\) and \(3,\) and \(\); add an axis"):
        spectral_radius([0.1, 0.2], [1, 2, 3])
    with pytest.raises(ValueError, match="learning_rate_limit expects shapes that broadcast"):
        learning_rate_limit([1, 2], [0, 0, 0])


# ---------------------------------------------------------------- the explanation


def safe_rate(text):
    """The learning rate that the text says would not have diverged."""
    return float(re.search(r"With this curvature, (\S+) would not have diverged", text).group(1))


def test_the_valley_explained():
    hessian = valley().hessian([-5, 2])
    assert explain_divergence(hessian, 0.51, 0.0) == (
        "The learning rate 0.51 is above the limit 2/λ = 0.5 along x₂ (curvature λ = 4). "
        "With this curvature, 0.45 would not have diverged."
    )
    assert explain_divergence(hessian, 0.76, 0.5) == (
        "The learning rate 0.76 is above the limit 2 (1 + 0.5)/λ = 0.75 along x₂ "
        "(curvature λ = 4). With this curvature, 0.68 would not have diverged."
    )
    assert explain_divergence(hessian, 0.5).startswith("The learning rate 0.5 is at the limit")


@pytest.mark.parametrize("seed", range(40))
def test_the_rate_it_names_converges(seed):
    rng = np.random.default_rng(seed)
    small, large = np.sort(10 ** rng.uniform(-4, 4, 2))
    large = min(large, 1e3 * small)
    landscape = Quadratic(small, large, angle=rng.uniform(0, 3))
    momentum = rng.choice([0.0, 0.3, 0.9])
    rate = learning_rate_limit(large, momentum) * rng.uniform(1.001, 4)
    # To full length in both directions, or else rounding hides the one that diverges slowly.
    assert np.isinf(end_points(landscape, [3.0, 2.0], rate, momentum, 60000)).all()
    safe = safe_rate(explain_divergence(landscape.hessian([3, 2]), rate, momentum))
    assert np.linalg.norm(end_points(landscape, [3.0, 2.0], safe, momentum, 60000)) < 1e-6


def test_directions_in_words():
    turned = explain_divergence(Quadratic(1, 4, angle=math.pi / 6).hessian([0, 0]), 0.6)
    assert "along (-0.50, 0.87) (curvature λ = 4)" in turned  # 90 degrees on from (0.87, 0.5)
    assert "in every direction (curvature λ = 2)" in explain_divergence(2 * np.eye(2), 1.1)
    assert "along x (curvature λ = 4)" in explain_divergence([[4.0]], 0.6)
    assert "along x₁ (" in explain_divergence(np.diag([4.0, 1.0]), 0.6)
    assert "along x₁₁ (" in explain_divergence(np.diag(np.arange(1.0, 12.0)), 0.6)
    assert "(0.71, 0.71, 0.00)" in explain_divergence([[2, 1, 0], [1, 2, 0], [0, 0, 1]], 1.0)


def test_a_rate_just_above_the_limit_is_shown_with_enough_digits():
    assert "0.500001 is above the limit 2/λ = 0.5 " in explain_divergence([[4.0]], 0.500001)
    limit = 2 / 3
    text = explain_divergence([[3.0]], limit + 1e-9)
    rate, bound = re.search(r"rate (\S+) is above the limit 2/λ = (\S+) ", text).groups()
    assert float(rate) > float(bound)


def test_within_the_limit_it_looks_elsewhere():
    # At (0, 0) Rosenbrock's valley is flat enough for this rate; the walls further out are not.
    landscape, rate = Rosenbrock(), 0.008
    assert run(landscape, rate, start=landscape.start, steps=500).broke_at is not None
    text = explain_divergence(landscape.hessian([0.0, 0.0]), rate)
    assert text == (
        "At this point the learning rate 0.008 is below the limit 2/λ = 0.01 (largest curvature "
        "λ = 200): it broke because the curvature is larger elsewhere on the path. "
        "Try a smaller rate, such as 0.004."
    )


def test_negative_curvature():
    curve = DoubleWell()
    text = explain_divergence(curve.hessian(curve.maximum), 0.1)
    assert text == (
        "Along x the curvature is negative (-3.932): the surface falls away to both sides, and no "
        "learning rate converges at this point. Try a smaller rate, such as 0.05."
    )
    saddle = explain_divergence(np.diag([-1.0, 4.0]), 0.6)
    assert "above the limit 2/λ = 0.5 along x₂" in saddle
    assert "Along x₁ the curvature is negative (-1)" in saddle
    assert "would not have diverged" not in saddle  # along x₁ every rate does


def test_no_curvature():
    text = explain_divergence(np.zeros((2, 2)), 0.1)
    assert text.startswith("There is no curvature at this point")
    assert text.endswith("such as 0.05.")
    assert "along x₁" in explain_divergence(np.diag([1.0, 0.0]), 3.0)


def test_rounding_is_no_curvature():
    # One eigenvalue of this matrix is 0, and comes out as -1e-16 or so.
    direction = np.array([[0.6], [0.8]])
    assert "negative" not in explain_divergence(4 * direction @ direction.T, 0.6)


@pytest.mark.parametrize(
    ("hessian", "rate", "momentum", "message"),
    [
        ([1.0, 2.0], 0.1, 0, r"hessian of shape \(d, d\), got \(2,\)"),
        (np.zeros((2, 3)), 0.1, 0, r"got \(2, 3\)"),
        (np.zeros((0, 0)), 0.1, 0, r"got \(0, 0\)"),
        (np.zeros((5, 2, 2)), 0.1, 0, r"hessian\(point\) for a single point"),
        ([[math.nan]], 0.1, 0, "hessian to be finite, got nan"),
        ([[math.inf, 0], [0, 1]], 0.1, 0, "hessian to be finite, got inf"),
        ([[1e200]], 0.1, 0, "without entries above 1e150, got 1e.200"),
        ([[1, 2], [0, 1]], 0.1, 0, "symmetric hessian"),
        ([[1.0]], 0.0, 0, "learning_rate above 0, got 0"),
        ([[1.0]], -0.1, 0, "learning_rate to be 0 or more"),
        ([[1.0]], math.nan, 0, "learning_rate to be finite"),
        ([[1.0]], [0.1, 0.2], 0, r"learning_rate to be one number, got shape \(2,\)"),
        ([[1.0]], 0.1, 1.0, "momentum to be 0 or more and below 1"),
        ([[1.0]], 0.1, [0.5], "momentum to be one number"),
    ],
)
def test_bad_hessians_and_settings_are_refused(hessian, rate, momentum, message):
    with pytest.raises(ValueError, match=message):
        explain_divergence(hessian, rate, momentum)
