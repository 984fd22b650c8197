"""Landscapes: heights, slopes and minima; the paths of optimizers; many starts at once."""

import inspect
import math
import warnings
from functools import partial

import numpy as np
import pytest

import nnlib.landscapes
import nnlib.landscapes.grids as grids
import nnlib.optimizers
from nnlib import SGD, AdaGrad, Adam, Optimizer, RMSprop
from nnlib.landscapes import (
    Beale,
    DoubleWell,
    Himmelblau,
    Landscape,
    Parabola,
    Path,
    Quadratic,
    Rosenbrock,
    basins,
    bowl,
    descend,
    end_points,
    valley,
)

# Each with points and heights worked out by hand.
LANDSCAPES = [
    (bowl(), {(3, -4): 25}),
    (valley(), {(1, 0): 0.1, (0, 1): 2, (-5, 2): 10.5}),
    (Quadratic(1, 9, angle=math.pi / 6), {(math.sqrt(3), 1): 2, (-1, math.sqrt(3)): 18}),
    (Rosenbrock(), {(-1.2, 1): 24.2, (0, 0): 1, (2, 3): 101}),
    (Rosenbrock(-0.5, 4), {(0, 1): 4.25}),
    (Himmelblau(), {(0, 0): 170, (1, 1): 81 + 25}),
    (Beale(), {(1, 1): 14.203125, (0, 7): 14.203125, (1, 2): 2.5**2 + 5.25**2 + 9.625**2}),
    (Parabola(3, -2), {(0,): 6, (-4,): 6}),
    (DoubleWell(0.3), {(0,): 1, (2,): 9.6, (-1,): -0.3}),
    (DoubleWell(-1.5), {(1,): -1.5}),
]
PLANES = [landscape for landscape, _ in LANDSCAPES if landscape.dimensions == 2]

each = pytest.mark.parametrize("landscape", [one for one, _ in LANDSCAPES], ids=repr)
each_plane = pytest.mark.parametrize("landscape", PLANES, ids=repr)


def inside(landscape, n, seed=0):
    """Random points of the domain."""
    ranges = np.array([landscape.x_range, landscape.y_range])[: landscape.dimensions]
    return np.random.default_rng(seed).uniform(*ranges.T, (n, landscape.dimensions))


def sgd(learning_rate, momentum=0.0):
    return partial(SGD, learning_rate=learning_rate, momentum=momentum)


def test_every_landscape_is_tested():
    classes = {
        thing
        for name in nnlib.landscapes.__all__
        if inspect.isclass(thing := getattr(nnlib.landscapes, name))
        and issubclass(thing, Landscape)
    }
    assert {type(one) for one, _ in LANDSCAPES} == classes - {Landscape}


# ---------------------------------------------------------------- heights and slopes


@pytest.mark.parametrize(("landscape", "heights"), LANDSCAPES, ids=repr)
def test_heights_by_hand(landscape, heights):
    for point, height in heights.items():
        assert landscape.value(point) == pytest.approx(height, rel=1e-12)


@each
def test_gradient_is_the_slope_of_the_heights(landscape):
    points, h = inside(landscape, 50), 1e-6
    grad = landscape.gradient(points)
    for axis, shift in enumerate(h * np.eye(landscape.dimensions)):
        slope = (landscape.value(points + shift) - landscape.value(points - shift)) / (2 * h)
        np.testing.assert_allclose(grad[:, axis], slope, rtol=1e-6, atol=1e-5)


@each
def test_hessian_is_the_slope_of_the_gradient(landscape):
    points, h = inside(landscape, 50), 1e-6
    hessian = landscape.hessian(points)
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))
    for axis, shift in enumerate(h * np.eye(landscape.dimensions)):
        slope = (landscape.gradient(points + shift) - landscape.gradient(points - shift)) / (2 * h)
        np.testing.assert_allclose(hessian[..., axis], slope, rtol=1e-6, atol=1e-5)


@each
def test_shapes(landscape):
    d = landscape.dimensions
    for shape in [(), (1,), (5,), (3, 4), (0,), (2, 0)]:
        points = np.zeros((*shape, d))
        assert np.shape(landscape.value(points)) == shape
        assert landscape.gradient(points).shape == (*shape, d)
        assert landscape.hessian(points).shape == (*shape, d, d)
    batch = inside(landscape, 12)
    for method in (landscape.value, landscape.gradient, landscape.hessian):
        assert method(batch.astype(np.float32)).dtype == np.float64
        one_by_one = np.array([method(point) for point in batch])
        np.testing.assert_allclose(method(batch), one_by_one, rtol=1e-14)
        square = method(batch.reshape(3, 4, d))
        np.testing.assert_array_equal(square.reshape(one_by_one.shape), method(batch))


@each
def test_points_are_left_alone(landscape):
    points = inside(landscape, 5)
    before = points.copy()
    landscape.value(points), landscape.gradient(points), landscape.hessian(points)
    np.testing.assert_array_equal(points, before)


# ---------------------------------------------------------------- minima, starts and domains


@each
def test_minima_are_minima(landscape):
    assert landscape.minima.shape[1] == landscape.dimensions
    scale = np.linalg.eigvalsh(landscape.hessian(landscape.minima))  # (k, d)
    assert (scale > 0).all()
    grad = landscape.gradient(landscape.minima)
    assert (np.abs(grad) <= 1e-14 * scale.max() * (1 + np.abs(landscape.minima))).all()
    heights = landscape.value(landscape.minima)
    assert (np.diff(heights) >= -1e-12).all()  # the lowest first
    # Nothing in the domain is lower.
    assert landscape.value(inside(landscape, 2000)).min() >= heights[0]


@each
def test_the_domain_holds_the_minima_and_the_start(landscape):
    sides = [landscape.x_range, landscape.y_range][: landscape.dimensions]
    for point in [*landscape.minima, landscape.start]:
        for (low, high), coordinate in zip(sides, point, strict=True):
            assert low < coordinate < high
    assert landscape.start.shape == (landscape.dimensions,)
    assert np.linalg.norm(landscape.gradient(landscape.start)) > 0.1  # there is a way down
    assert landscape.formula in repr(landscape)


@each
def test_there_is_a_learning_rate_that_leads_from_the_start_to_a_minimum(landscape):
    places = [landscape.start, *landscape.minima]
    steepest = np.linalg.eigvalsh(landscape.hessian(places)).max()
    path = descend(landscape, sgd(0.2 / steepest, 0.9), landscape.start, 10000)
    assert basins(landscape, path.points[-1], within=1e-2) >= 0


def test_himmelblau_has_four_minima_of_height_zero():
    landscape = Himmelblau()
    published = [(3, 2), (-2.805118, 3.131312), (-3.77931, -3.283186), (3.584428, -1.848126)]
    np.testing.assert_allclose(landscape.minima, published, atol=2e-6)
    np.testing.assert_allclose(landscape.value(landscape.minima), 0, atol=1e-25)


@pytest.mark.parametrize("tilt", [0.01, 0.3, -0.3, 1.0, 1.5, -1.5])
def test_double_well(tilt):
    curve = DoubleWell(tilt)
    deep, shallow = curve.minima
    assert curve.value(deep) < curve.value(shallow) < curve.value(curve.maximum)
    assert np.sign(deep[0]) == -np.sign(tilt)
    assert min(deep, shallow) < curve.maximum < max(deep, shallow)
    assert curve.gradient(curve.maximum) == pytest.approx(0, abs=1e-13)
    assert curve.hessian(curve.maximum) < 0
    across = curve.value(np.linspace(*curve.x_range, 2001)[:, None])
    assert curve.y_range == pytest.approx((across.min(), across.max()), abs=1e-5)


def test_parabola_range():
    curve = Parabola(3, -2)
    across = curve.value(np.linspace(*curve.x_range, 201)[:, None])
    assert curve.y_range == pytest.approx((across.min(), across.max()))


@pytest.mark.parametrize(
    ("landscape", "formula"),
    [
        (bowl(), "x₁² + x₂²"),
        (valley(), "0.1 x₁² + 2 x₂²"),
        (Quadratic(2, 2, angle=1.0), "x₁² + x₂²"),
        (Quadratic(1, 9, angle=math.pi / 6), "0.5 u² + 4.5 v², turned by 30°"),
        (Rosenbrock(), "(1 - x₁)² + 100 (x₂ - x₁²)²"),
        (Parabola(2, 0), "x²"),
        (Parabola(3, -2), "1.5 (x + 2)²"),
        (DoubleWell(-0.3), "(x² - 1)² - 0.3 x"),
    ],
    ids=repr,
)
def test_formulas(landscape, formula):
    assert landscape.formula == formula


def test_quadratic_has_the_curvatures_it_was_given():
    landscape = Quadratic(0.5, 8, angle=0.7)
    assert landscape.kappa == 16
    assert landscape.eigenvalues == (0.5, 8)
    values, axes = np.linalg.eigh(landscape.hessian([1, 2]))
    np.testing.assert_allclose(values, [0.5, 8])
    np.testing.assert_allclose(np.abs(axes[:, 0]), [math.cos(0.7), math.sin(0.7)])


def test_arrays_of_a_landscape_cannot_be_changed():
    landscape = Himmelblau()
    for array in (landscape.minima, landscape.start, valley().minima, DoubleWell().maximum):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0


def test_heights_start_in_the_lower_left_corner():
    landscape = Rosenbrock()
    grid, heights = landscape.grid(4, 2), landscape.heights(4, 2)
    assert grid.shape == (2, 4, 2)
    assert heights.shape == (2, 4)
    assert grid[0, 0].tolist() == [-1.5, 0.0]  # x in (-2, 2), y in (-1, 3)
    assert grid[1, 3].tolist() == [1.5, 2.0]
    assert heights[0, 1] == landscape.value([-0.5, 0.0])
    assert heights[1, 1] == landscape.value([-0.5, 2.0])


# ---------------------------------------------------------------- far away


@each
def test_far_away_there_is_infinity_and_no_warning(landscape):
    far = [0.0, 1e-300, -1.0, 1e5, -1e100, 1e154, 1e200, -1e200, 1.7e308, -1.7e308]
    axes = [np.array([*far, math.inf, -math.inf])] * landscape.dimensions
    points = np.stack(np.meshgrid(*axes), axis=-1)
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        value, grad = landscape.value(points), landscape.gradient(points)
        hessian = landscape.hessian(points)
    for result in (value, grad, hessian):
        assert not np.isnan(result).any()
    assert (value[np.isinf(points).any(axis=-1)] == np.inf).all()
    # Where nothing overflows nothing is made up.
    near = (np.abs(points) <= 1e5).all(axis=-1)
    assert np.isfinite(grad[near]).all()
    assert np.isfinite(value[near]).all()


@each
def test_nan_stays_nan(landscape):
    points = np.zeros((3, landscape.dimensions))
    points[1, -1] = np.nan
    assert np.isnan(landscape.value(points)).tolist() == [False, True, False]
    assert np.isnan(landscape.gradient(points)[1]).any()
    assert not np.isnan(landscape.gradient(points)[[0, 2]]).any()


# ---------------------------------------------------------------- bad input


@each
def test_points_that_do_not_fit_are_refused(landscape):
    d = landscape.dimensions
    for method in (landscape.value, landscape.gradient, landscape.hessian):
        for bad in (3.0, [], np.zeros(d + 1), np.zeros((d, 5))):
            with pytest.raises(ValueError, match=rf"{method.__name__} expects points of shape"):
                method(bad)
        for bad in ("ab", None, [None] * d, np.zeros(d, complex), [True] * d, [10**400] * d):
            with pytest.raises(TypeError, match="expects numbers in points, got dtype"):
                method(bad)
        with pytest.raises(ValueError, match="points in rows of equal length"):
            method([[0.0] * d, [0.0]] if d > 1 else [[0.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quadratic(0, 1), "small to be a number from 1e-09 to 1e.09, got 0"),
        (lambda: Quadratic(-1, 1), "small to be a number"),
        (lambda: Quadratic(1, math.inf), "large to be a number"),
        (lambda: Quadratic(1, "2"), "large to be a number"),
        (lambda: Quadratic(2, 1), "small <= large, got 2 and 1; swap them"),
        (lambda: Quadratic(1, 2, angle=math.nan), "angle to be a number"),
        (lambda: Rosenbrock(b=0), "b to be a number"),
        (lambda: Rosenbrock(math.nan), "a to be a number"),
        (lambda: Rosenbrock(True), "a to be a number"),
        (lambda: Parabola(0, 1), "curvature to be a number"),
        (lambda: Parabola(1, math.inf), "minimum to be a number"),
        (lambda: DoubleWell(0), "tilt of at least 0.01 to either side, got 0; with less"),
        (lambda: DoubleWell(1.6), "tilt to be a number from -1.5 to 1.5"),
        (lambda: DoubleWell().grid(3, 3), "expects two parameters, got 1"),
        (lambda: valley().grid(0, 3), "columns to be an integer, 1 or more, got 0"),
        (lambda: valley().heights(3, 2.0), "rows to be an integer"),
    ],
)
def test_bad_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ---------------------------------------------------------------- paths


def test_a_path_by_hand():
    # On x1^2 + x2^2 a rate of 1/4 halves both coordinates.
    path = descend(bowl(), sgd(0.25), [4, -8], 3)
    assert path.points.tolist() == [[4, -8], [2, -4], [1, -2], [0.5, -1]]
    assert path.values.tolist() == [80, 20, 5, 1.25]
    assert path.broke_at is None


def test_a_path_with_momentum_by_hand():
    # f = x^2 from 1 with rate 1/4 and momentum 1/2:
    # v = 2, x = 1/2;  v = 1 + 1 = 2, x = 0;  v = 1 + 0, x = -1/4;  v = 1/2 - 1/2, x = -1/4
    path = descend(Parabola(2, 0), sgd(0.25, 0.5), [1.0], 4)
    assert path.points[:, 0].tolist() == [1, 0.5, 0, -0.25, -0.25]


@pytest.mark.parametrize("name", nnlib.optimizers.__all__)
@each
def test_every_optimizer_goes_down(landscape, name):
    optimizer = getattr(nnlib.optimizers, name)
    if optimizer is Optimizer:
        return
    start = landscape.start.copy()
    path = descend(landscape, partial(optimizer, learning_rate=1e-3), start, 50)
    assert path.broke_at is None
    assert path.points.shape == (51, landscape.dimensions)
    assert path.values[-1] < path.values[0]
    np.testing.assert_array_equal(path.values, landscape.value(path.points))
    np.testing.assert_array_equal(start, landscape.start)


def test_no_steps_are_a_path_of_one_point():
    path = descend(valley(), sgd(0.1), (1, 2), 0)
    assert path.points.tolist() == [[1, 2]]
    assert path.broke_at is None


def test_a_path_that_breaks_ends_at_its_last_good_point():
    # On f = x^2 a rate of 11 multiplies by -21: 21^6 < 1e9 < 21^7.
    path = descend(Parabola(2, 0), sgd(11), [1.0], 100)
    assert path.broke_at == 7
    assert path.points[:, 0].tolist() == [(-21) ** n for n in range(7)]
    assert len(path.values) == 7


@pytest.mark.parametrize("optimizer", [sgd(1e300), partial(Adam, learning_rate=1e300)])
@each
def test_a_path_that_breaks_at_once(landscape, optimizer):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(landscape, optimizer, landscape.start, 10)
    assert path.broke_at == 1
    np.testing.assert_array_equal(path.points, landscape.start[None])
    assert np.isfinite(path.values).all()


def test_steps_until():
    path = descend(bowl(), sgd(0.25), [4, -8], 10)  # the distance is halved each time
    assert path.steps_until(0.25, [0, 0]) == 2
    assert path.steps_until(0.24, [0, 0]) == 3
    assert path.steps_until(1.0, [0, 0]) == 0
    assert path.steps_until(1e-9, [0, 0]) is None
    assert path.steps_until(1e-3, [4, -8]) == 0  # the start is the target
    assert path.steps_until(0.1, [2, -4]) == 1


def test_steps_until_counts_the_first_time():
    path = descend(Parabola(2, 0), sgd(0.25, 0.5), [1.0], 4)  # 1, 1/2, 0, -1/4, -1/4
    assert path.steps_until(0.1, [0.0]) == 2


@pytest.mark.parametrize("tolerance", [0, -1, 1.5, math.nan, "x", None, True])
def test_a_bad_tolerance_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance to be a number"):
        descend(bowl(), sgd(0.1), [1, 1], 1).steps_until(tolerance, [0, 0])


@pytest.mark.parametrize("target", [[0.0], [0, 0, 0], 0.0, [math.nan, 0], [math.inf, 0]])
def test_a_bad_target_is_refused(target):
    with pytest.raises(ValueError, match="steps_until expects target"):
        descend(bowl(), sgd(0.1), [1, 1], 1).steps_until(0.1, target)


def test_a_path_cannot_be_changed():
    path = descend(bowl(), sgd(0.1), [1, 1], 3)
    assert isinstance(path, Path)
    with pytest.raises(AttributeError):
        path.broke_at = 3
    with pytest.raises(ValueError, match="read-only"):
        path.points[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        path.values[0] = 0


@pytest.mark.parametrize(
    "start", [[1.0], [1, 2, 3], [[1, 2]], 1.0, [math.nan, 0], [0, math.inf], [1e10, 0], [1e308] * 2]
)
def test_a_bad_start_is_refused(start):
    made = []
    with pytest.raises(ValueError, match="descend expects start"):
        descend(valley(), made.append, start, 10)
    assert made == []


@pytest.mark.parametrize("steps", [-1, 1.0, True, None, "3", math.inf])
def test_bad_steps_are_refused(steps):
    with pytest.raises(ValueError, match="steps to be an integer, 0 or more"):
        descend(valley(), sgd(0.1), [1, 1], steps)
    with pytest.raises(ValueError, match="steps to be an integer, 0 or more"):
        end_points(valley(), [1, 1], 0.1, 0.0, steps)


@pytest.mark.parametrize("bad", [None, valley, Quadratic, lambda x: x, np.zeros(2)], ids=range(5))
def test_what_is_no_landscape_is_refused(bad):
    for call in (
        lambda: descend(bad, sgd(0.1), [1, 1], 1),
        lambda: end_points(bad, [1, 1], 0.1, 0.0, 1),
        lambda: basins(bad, [1, 1]),
    ):
        with pytest.raises(TypeError, match="expects a Landscape, got"):
            call()


@pytest.mark.parametrize(
    "bad", [None, 0.1, SGD, lambda point: None, lambda point: point], ids=range(5)
)
def test_what_makes_no_optimizer_is_refused(bad):
    with pytest.raises(TypeError, match=r"optimizer|learning_rate"):
        descend(valley(), bad, [1, 1], 1)


# ---------------------------------------------------------------- many starts at once

SETTINGS = [
    *((landscape, 0.1, 0.0) for landscape in PLANES[:3]),
    *((landscape, 0.05, 0.9) for landscape in PLANES[:3]),
    (Rosenbrock(), 2e-4, 0.0),
    (Rosenbrock(), 1e-4, 0.9),
    (Rosenbrock(-0.5, 4), 0.01, 0.5),
    (Himmelblau(), 2e-3, 0.0),
    (Himmelblau(), 1e-3, 0.8),
    (Beale(), 1e-5, 0.0),
    (Beale(), 1e-5, 0.8),
]


def ends_one_by_one(landscape, starts, rate, momentum, steps):
    ends = np.full_like(starts, np.inf)
    for end, start in zip(ends, starts, strict=True):
        path = descend(landscape, sgd(rate, momentum), start, steps)
        if path.broke_at is None:
            end[:] = path.points[-1]
    return ends


@pytest.mark.parametrize(("landscape", "rate", "momentum"), SETTINGS, ids=repr)
def test_end_points_are_those_of_descend(landscape, rate, momentum):
    starts = inside(landscape, 30)
    ends = end_points(landscape, starts, rate, momentum, 200)
    assert np.isfinite(ends).all()
    expected = ends_one_by_one(landscape, starts, rate, momentum, 200)
    size = np.linalg.norm(expected, axis=1, keepdims=True)
    # Relative to where the point is; near the origin to where it came from.
    assert (np.abs(ends - expected) <= 1e-12 * np.maximum(size, 1e-2)).all()


@each_plane
def test_what_breaks_ends_at_infinity_as_in_descend(landscape):
    starts = inside(landscape, 30)
    steepest = np.linalg.eigvalsh(landscape.hessian(starts)).max()
    rate = 10 / steepest
    ends = end_points(landscape, starts, rate, 0.5, 300)
    broken = np.isinf(ends).all(axis=1)
    assert broken.any()
    assert np.isfinite(ends[~broken]).all()
    expected = ends_one_by_one(landscape, starts, rate, 0.5, 300)
    np.testing.assert_array_equal(broken, np.isinf(expected).all(axis=1))


def test_long_runs_are_cut_into_short_calls(monkeypatch):
    calls = []

    def counted(*arguments):
        calls.append(arguments[4] * arguments[6].shape[1])
        descend_many(*arguments)

    descend_many = grids.descend_many
    starts = Himmelblau().grid(40, 30)
    whole = end_points(Himmelblau(), starts, 1e-3, 0.9, 5000)
    monkeypatch.setattr(grids, "descend_many", counted)
    np.testing.assert_array_equal(end_points(Himmelblau(), starts, 1e-3, 0.9, 5000), whole)
    assert sum(calls) == 1200 * 5000
    # At 20 ns for an update, many times slower than was ever measured, 50 ms are 2.5 million.
    assert max(calls) < 2.5e6
    # Cut elsewhere, it is the same run.
    monkeypatch.setattr(grids, "_STEPS", 7)
    monkeypatch.setattr(grids, "_BLOCK", 33)
    other = end_points(Himmelblau(), starts, 1e-3, 0.9, 5000)
    np.testing.assert_allclose(other, whole, rtol=1e-9)


def test_settings_broadcast_against_the_starts():
    rates, momenta = np.linspace(0.05, 0.6, 6), np.array([[0.0], [0.5], [0.9]])
    table = end_points(valley(), [-5, 2], rates, momenta, 40)
    assert table.shape == (3, 6, 2)
    for i, j in np.ndindex(3, 6):
        single = end_points(valley(), [-5, 2], rates[j], momenta[i, 0], 40)
        assert single.shape == (2,)
        np.testing.assert_allclose(table[i, j], single, rtol=1e-12)
    grid = valley().grid(5, 4)
    assert end_points(valley(), grid, 0.1, 0.0, 3).shape == (4, 5, 2)
    assert end_points(valley(), np.zeros((0, 2)), 0.1, 0.0, 3).shape == (0, 2)


def test_end_points_leave_their_arguments_alone():
    starts, rates = inside(valley(), 5), np.full(5, 0.1)
    before = starts.copy()
    np.testing.assert_array_equal(end_points(valley(), starts, rates, 0.9, 0), starts)
    assert not np.shares_memory(end_points(valley(), starts, rates, 0.9, 0), starts)
    moved = end_points(valley(), starts, rates, 0.9, 10)
    assert not np.allclose(moved, before)
    np.testing.assert_array_equal(starts, before)
    assert (rates == 0.1).all()


@pytest.mark.parametrize(
    ("starts", "rate", "momentum", "message"),
    [
        ([1.0], 0.1, 0.0, r"starts of shape \(..., 2\), got \(1,\)"),
        (np.zeros((2, 3)), 0.1, 0.0, "starts of shape"),
        ([math.nan, 0], 0.1, 0.0, "starts to be finite and within 1e.09"),
        ([[0, 0], [2e9, 0]], 0.1, 0.0, r"within 1e.09 of the origin, got \[2000000000.0, 0.0\]"),
        ([1, 1], -0.1, 0.0, "learning_rate to be a finite number, 0 or more, got -0.1"),
        ([1, 1], [0.1, math.nan], 0.0, "learning_rate to be a finite number"),
        ([1, 1], math.inf, 0.0, "learning_rate to be a finite number"),
        ([1, 1], 0.1, 1.0, "momentum to be 0 or more and less than 1, got 1.0"),
        ([1, 1], 0.1, [-0.1], "momentum to be 0 or more"),
        ([1, 1], 0.1, math.nan, "momentum to be 0 or more"),
        (np.zeros((4, 2)), np.ones(3), 0.0, r"got \(4,\) starts, learning_rate of shape \(3,\)"),
    ],
)
def test_bad_starts_and_settings_are_refused(starts, rate, momentum, message):
    with pytest.raises(ValueError, match=message):
        end_points(valley(), starts, rate, momentum, 3)


def test_landscapes_without_a_kernel_are_refused():
    class Tilted(Rosenbrock):
        """Has another gradient than its parent."""

    for landscape in (DoubleWell(), Parabola(1, 0), Tilted()):
        with pytest.raises(TypeError, match="walk on others with descend"):
            end_points(landscape, [1, 1], 0.1, 0.0, 3)


# ---------------------------------------------------------------- basins


def test_basins_of_himmelblau():
    landscape = Himmelblau()
    starts = landscape.grid(40, 40)
    ends = end_points(landscape, starts, 0.01, 0.0, 300)
    basin = basins(landscape, ends)
    assert basin.shape == (40, 40)
    assert basin.dtype.kind == "i"
    assert set(np.unique(basin)) == {0, 1, 2, 3}
    # The minimum itself lies in its own basin.
    for index, minimum in enumerate(landscape.minima):
        row, column = np.unravel_index(
            np.linalg.norm(starts - minimum, axis=-1).argmin(), basin.shape
        )
        assert basin[row, column] == index


def test_basins_name_the_nearest_minimum_or_none():
    landscape = DoubleWell(0.3)
    left, right = landscape.minima[:, 0]
    ends = np.array([[left + 0.1], [right - 0.1], [left - 1], [0.0], [np.nan], [np.inf], [-np.inf]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert basins(landscape, ends).tolist() == [0, 1, -1, -1, -1, -1, -1]
        assert basins(landscape, ends, within=5).tolist() == [0, 1, 0, 1, -1, -1, -1]
    assert basins(landscape, [left]) == 0  # a single end is no array
    two = Himmelblau()
    assert basins(two, [[np.inf, 2.0], [3.0, np.nan], [3.0, 2.0]]).tolist() == [-1, -1, 0]


@pytest.mark.parametrize("within", [0, -1, math.nan, math.inf, "1"])
def test_a_bad_distance_is_refused(within):
    with pytest.raises(ValueError, match="within to be a number"):
        basins(valley(), [[0, 0]], within=within)


def test_ends_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"basins expects ends of shape \(..., 2\), got \(3, 1\)"):
        basins(valley(), np.zeros((3, 1)))


# ---------------------------------------------------------------- what the lesson tells


def test_momentum_carries_over_the_hump():
    curve = DoubleWell()
    plain = descend(curve, sgd(0.1), curve.start, 300).points
    carried = descend(curve, sgd(0.1, 0.9), curve.start, 300).points
    assert basins(curve, plain[-1]) == 1
    assert basins(curve, carried[-1]) == 0


def test_adagrad_slows_in_the_steep_direction_first():
    start, rate = [-3.0, 3.0], 0.4
    path = descend(valley(), partial(AdaGrad, learning_rate=rate), start, 100)
    moves = np.abs(np.diff(path.points, axis=0))
    # Every step is shorter than the one before, and the first is one learning rate long.
    np.testing.assert_allclose(moves[0], rate)
    assert (np.diff(moves, axis=0) < 0).all()
    # What is left of the learning rate is smaller in the steep direction, by the ratio of slopes.
    share = moves / np.abs(valley().gradient(path.points[:-1]))
    assert (share[:, 1] < share[:, 0]).all()
    np.testing.assert_allclose(share[:, 0] / share[:, 1], 20)
    # So the curvature is made up for: along both axes the point does the same.
    np.testing.assert_allclose(path.points[:, 0], -path.points[:, 1], rtol=1e-6)


def test_adagrad_gets_stuck_where_rmsprop_goes_on():
    far = [-1e4, 0.0]
    stuck = descend(bowl(), partial(AdaGrad, learning_rate=1.0), far, 2000).points[-1, 0]
    free = descend(bowl(), partial(RMSprop, learning_rate=1.0), far, 2000).points[-1, 0]
    assert -1e4 < stuck < -9900  # steps of 1/sqrt(t): about 2 sqrt(2000) in all
    assert free > -8100


@pytest.mark.parametrize("start", [[-5.0, 2.0], [1e-3, -4.0], [3.0, 1e-4]])
def test_adam_begins_with_one_learning_rate_in_each_coordinate(start):
    path = descend(valley(), partial(Adam, learning_rate=0.1), start, 1)
    gradient = valley().gradient(start)
    np.testing.assert_allclose(path.points[1] - start, -0.1 * np.sign(gradient), rtol=1e-3)
