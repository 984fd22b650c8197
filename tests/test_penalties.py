"""Penalties on weights, and clipped gradients: alone, and in training."""

import math

import numpy as np
import pytest

from nnlib import (
    L1,
    L2,
    SGD,
    BatchNorm,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    Parameter,
    Penalty,
    Sequential,
    Tanh,
    clip_by_norm,
    evaluate,
    fit,
)

DTYPES = [np.float32, np.float64]
PENALTIES = [
    # A penalty and its value for a weight, straight from the formula.
    (L1(0.3), lambda w: 0.3 * np.abs(w).sum()),
    (L2(0.3), lambda w: 0.15 * (w**2).sum()),
]
each_penalty = pytest.mark.parametrize(("penalty", "twin"), PENALTIES, ids=["L1", "L2"])
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def network(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    made = Sequential(
        Dense(2, 4, rng=rng, dtype=dtype),
        BatchNorm(4, dtype=dtype),
        Tanh(),
        Dense(4, 3, rng=rng, dtype=dtype),
    )
    for parameter in made.parameters():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
        parameter.grad[...] = rng.normal(size=parameter.value.shape)
    return made


def weights(made):
    return [made.layers[0].weight, made.layers[3].weight]


def test_every_penalty_has_a_row():
    assert {type(penalty) for penalty, _ in PENALTIES} == set(Penalty.__subclasses__())


# ---------------------------------------------------------------- penalties alone


@each_dtype
@each_penalty
def test_weights_pay_and_biases_do_not(penalty, twin, dtype):
    made = network(dtype=dtype)
    before = [p.grad.copy() for p in made.parameters()]
    value = penalty.value(made.parameters())
    assert isinstance(value, float)
    expected = sum(twin(w.value.astype(float)) for w in weights(made))
    assert value == pytest.approx(expected, rel=1e-6 if dtype == np.float32 else 1e-13)
    penalty.add_gradient(made.parameters())
    for parameter, grad in zip(made.parameters(), before, strict=True):
        changed = not np.array_equal(parameter.grad, grad)
        assert changed == any(parameter is weight for weight in weights(made))
        assert parameter.grad.dtype == dtype


@each_penalty
def test_the_gradient_of_a_penalty(penalty, twin):
    weight = Parameter(np.random.default_rng(1).normal(size=(3, 4)))
    penalty.add_gradient([weight])
    h = 1e-6
    for index in np.ndindex(weight.value.shape):
        kept = weight.value[index]
        weight.value[index] = kept + h
        above = penalty.value([weight])
        weight.value[index] = kept - h
        below = penalty.value([weight])
        weight.value[index] = kept
        assert weight.grad[index] == pytest.approx((above - below) / (2 * h), rel=1e-6)


def test_filters_are_weights():
    filters = Parameter(np.ones((2, 3, 5, 5)))
    assert L1(1.0).value([filters]) == 150
    assert L2(1.0).value([filters]) == 75


def test_a_layer_may_say_otherwise():
    biases = Parameter(np.ones((4, 2)), penalized=False)  # of four gates, say
    scale = Parameter(np.ones(2), penalized=True)
    for penalty, _ in PENALTIES:
        assert penalty.value([biases, scale]) == penalty.value([scale]) > 0
        penalty.add_gradient([biases, scale])
    assert not biases.grad.any()
    assert scale.grad.all()


def test_at_zero_neither_pulls():
    weight = Parameter(np.zeros((2, 2)))
    for penalty, _ in PENALTIES:
        penalty.add_gradient([weight])
    assert not weight.grad.any()


@each_penalty
def test_a_bad_weight_is_not_hidden(penalty, twin):
    weight = Parameter(np.array([[1.0, np.nan]]))
    assert math.isnan(penalty.value([weight]))


@pytest.mark.parametrize("make", [L1, L2])
@pytest.mark.parametrize("strength", [-1e-9, np.nan, np.inf, None, "1e-4", True])
def test_a_bad_strength_is_refused(make, strength):
    message = f"{make.__name__} expects strength to be a finite number, 0 or more, got"
    with pytest.raises(ValueError, match=message):
        make(strength)


def test_penalties_are_values():
    assert L2(0.1) == L2(0.1) != L2(0.2)
    assert L1(0.1) != L2(0.1)
    assert repr(L2(0.1)) == "L2(strength=0.1)"
    with pytest.raises(AttributeError):
        L2(0.1).strength = 1.0


def test_the_base_class_computes_nothing():
    weight = Parameter(np.ones((1, 2)))
    for call in (Penalty(1.0).value, Penalty(1.0).add_gradient):
        with pytest.raises(NotImplementedError):
            call([weight])


# ---------------------------------------------------------------- clipping


@each_dtype
def test_a_long_gradient_is_shortened_in_its_direction(dtype):
    made = network(dtype=dtype)
    before = np.concatenate([p.grad.ravel() for p in made.parameters()]).astype(float)
    norm = clip_by_norm(made.parameters(), 0.5)
    after = np.concatenate([p.grad.ravel() for p in made.parameters()])
    assert norm == pytest.approx(np.linalg.norm(before), rel=1e-6)
    assert after.dtype == dtype
    np.testing.assert_allclose(after, before * 0.5 / np.linalg.norm(before), rtol=1e-5)


def test_a_short_gradient_is_left_alone():
    point = Parameter(np.zeros(2))
    point.grad[:] = [3.0, 4.0]
    assert clip_by_norm([point], 5.0) == 5.0
    assert point.grad.tolist() == [3.0, 4.0]
    point.grad[:] = 0.0
    assert clip_by_norm([point], 1.0) == 0.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_broken_gradient_is_not_hidden(bad):
    point = Parameter(np.zeros(2))
    point.grad[:] = [bad, 4.0]
    assert not math.isfinite(clip_by_norm([point], 1.0))
    np.testing.assert_array_equal(point.grad, [bad, 4.0])


def test_large_float32_gradients_do_not_overflow():
    point = Parameter(np.zeros(2, np.float32))
    point.grad[:] = [3e30, 4e30]
    assert clip_by_norm([point], 1.0) == pytest.approx(5e30, rel=1e-6)
    np.testing.assert_allclose(point.grad, [0.6, 0.8], rtol=1e-6)


BAD_NORMS = [0.0, -1.0, np.nan, np.inf, "1", True]


@pytest.mark.parametrize("most", [*BAD_NORMS, None])
def test_a_bad_norm_is_refused(most):
    point = Parameter(np.zeros(2))
    point.grad[:] = 7.0
    with pytest.raises(ValueError, match=r"clip_by_norm expects most to be .* more than 0, got"):
        clip_by_norm([point], most)
    assert point.grad.tolist() == [7.0, 7.0]


# ---------------------------------------------------------------- in training


def problem():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 2))
    return x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def one_update(made, **options):
    """The step of one full-batch update, and by how much each parameter moved."""
    x, y = problem()
    before = [p.value.copy() for p in made.parameters()]
    optimizer = SGD(made.parameters(), 0.5)
    rng = np.random.default_rng(0)
    (step,) = fit(made, CrossEntropy(), optimizer, x, y, batch_size=40, rng=rng, **options)
    return step, [p.value - b for p, b in zip(made.parameters(), before, strict=True)]


@each_penalty
def test_training_goes_down_loss_and_penalty(penalty, twin):
    made = network()
    old = [w.value.copy() for w in weights(made)]
    step, moved = one_update(made, penalty=penalty)
    plain_step, plain = one_update(network())
    assert step.loss == plain_step.loss  # the loss of the data alone
    assert step.penalty == pytest.approx(sum(twin(w) for w in old), rel=1e-13)
    assert plain_step.penalty == 0.0
    pull = {0: old[0], 4: old[1]}
    for i, (one, other) in enumerate(zip(moved, plain, strict=True)):
        expected = np.zeros_like(one)
        if i in pull:
            slope = pull[i] if isinstance(penalty, L2) else np.sign(pull[i])
            expected = -0.5 * 0.3 * slope
        np.testing.assert_allclose(one - other, expected, atol=1e-14)


def test_training_clips_loss_and_penalty_together():
    _, moved = one_update(network(), penalty=L2(100.0), clip_norm=0.25)
    length = math.sqrt(sum((m**2).sum() for m in moved))
    assert length == pytest.approx(0.5 * 0.25, rel=1e-12)


def test_a_norm_that_is_never_reached_changes_nothing():
    _, moved = one_update(network(), clip_norm=1e9)
    for one, other in zip(moved, one_update(network())[1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_only_trained_parameters_pay():
    made = network()
    x, y = problem()
    first, last = made.layers[0], made.layers[3]
    optimizer = SGD(last.parameters(), 0.1)
    rng = np.random.default_rng(0)
    options = {"batch_size": 40, "rng": rng, "penalty": L1(0.3)}
    expected = 0.3 * np.abs(last.weight.value).sum()
    kept = first.weight.value.copy()
    (step,) = fit(made, CrossEntropy(), optimizer, x, y, **options)
    assert step.penalty == pytest.approx(expected)
    np.testing.assert_array_equal(first.weight.value, kept)


def test_l2_makes_weights_small_and_l1_makes_them_few():
    # Noisy numbers that depend on the first of eight features only.
    draw = np.random.default_rng(1)
    x = draw.normal(size=(30, 8))
    y = 2 * x[:, :1] + draw.normal(size=(30, 1))

    def sizes(penalty):
        rng = np.random.default_rng(0)
        layer = Dense(8, 1, rng=rng, dtype=np.float64)
        optimizer = SGD(layer.parameters(), 0.01)
        options = {"batch_size": 30, "epochs": 2000, "rng": rng, "penalty": penalty}
        list(fit(layer, MeanSquaredError(), optimizer, x, y, **options))
        return np.abs(layer.weight.value[:, 0])

    free, small, few = sizes(None), sizes(L2(1.0)), sizes(L1(0.5))
    near = 0.01 * 2 * 0.5  # a weight trembles around 0 by the learning rate times both slopes
    assert (free > near).all()
    assert np.linalg.norm(small) < 0.8 * np.linalg.norm(free)
    assert (small > near).all()
    assert few[0] > 1
    assert (few[1:] <= near).sum() >= 5


def test_the_loss_of_a_step_compares_with_evaluate():
    made, (x, y) = Sequential(*network().layers[2:]), problem()
    x = np.hstack([x, x])
    before = evaluate(made, CrossEntropy(), x, y).loss
    optimizer, rng = SGD(made.parameters(), 0.1), np.random.default_rng(0)
    options = {"batch_size": 40, "rng": rng, "penalty": L2(10.0)}
    (step,) = fit(made, CrossEntropy(), optimizer, x, y, **options)
    assert step.loss == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize("clip_norm", BAD_NORMS)
def test_fit_refuses_a_bad_norm_at_the_door(clip_norm):
    made, (x, y) = network(), problem()
    optimizer, rng = SGD(made.parameters(), 0.1), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"fit expects clip_norm to be .* more than 0, got"):
        fit(made, CrossEntropy(), optimizer, x, y, rng=rng, clip_norm=clip_norm)


@pytest.mark.parametrize("penalty", [1e-4, "L2", L2, MeanSquaredError()])
def test_fit_refuses_what_is_no_penalty(penalty):
    made, (x, y) = network(), problem()
    optimizer, rng = SGD(made.parameters(), 0.1), np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"fit expects a penalty, got .*; write penalty=L2\(1e-4\)"):
        fit(made, CrossEntropy(), optimizer, x, y, rng=rng, penalty=penalty)
