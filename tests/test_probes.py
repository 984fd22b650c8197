"""Probes: each number against one worked out another way."""

import math

import numpy as np
import pytest

from nnlib import (
    SGD,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    fit,
    he_normal,
)
from nnlib.probes import (
    dead_units,
    gradient_flow,
    gradient_horizon,
    hidden_space,
    principal_angles,
    principal_components,
    sensitivity_map,
    spectral_radius,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def small_network(*, dtype=np.float64):
    draw = rng()
    return Sequential(
        Dense(3, 5, rng=draw, dtype=dtype), Tanh(), Dense(5, 2, rng=draw, dtype=dtype)
    )


# ---------------------------------------------------------------- gradient flow


def test_gradient_flow_of_a_small_network_by_hand():
    network = small_network()
    x, y = rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 2))
    first, second = gradient_flow(network, MeanSquaredError(), x, y)
    w1, b1, w2, b2 = (parameter.value for parameter in network.parameters())
    hidden = np.tanh(x @ w1 + b1)
    output = hidden @ w2 + b2
    delta2 = 2 * (output - y) / y.size
    delta1 = (delta2 @ w2.T) * (1 - hidden**2)
    assert first.layer == "Dense(3, 5)"
    assert first.activation == pytest.approx(hidden.std())
    assert first.delta == pytest.approx(delta1.std())
    assert first.weight_grad == pytest.approx((x.T @ delta1).std())
    assert second.activation == pytest.approx(output.std())  # no activation behind it
    assert second.delta == pytest.approx(delta2.std())
    assert second.weight_grad == pytest.approx((hidden.T @ delta2).std())


def test_gradient_flow_looks_into_nested_networks_and_changes_no_weight():
    plain = small_network()
    nested = Sequential(Sequential(*small_network().layers[:2]), small_network().layers[2])
    kept = [parameter.value.copy() for parameter in nested.parameters()]
    x, y = rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 2))
    loss = MeanSquaredError()
    assert gradient_flow(nested, loss, x, y) == gradient_flow(plain, loss, x, y)
    for before, parameter in zip(kept, nested.parameters(), strict=True):
        np.testing.assert_array_equal(parameter.value, before)


def deep(activation, *, initializer, depth=8):
    draw = rng()
    layers = []
    for _ in range(depth):
        layers += [Dense(32, 32, rng=draw, initializer=initializer), activation()]
    return Sequential(*layers, Dense(32, 4, rng=draw))


def test_sigmoids_let_the_gradient_vanish_and_he_keeps_it():
    x, y = rng(1).normal(size=(200, 32)).astype(np.float32), rng(2).integers(0, 4, 200)
    vanishing = gradient_flow(deep(Sigmoid, initializer=he_normal), CrossEntropy(), x, y)
    kept = gradient_flow(deep(ReLU, initializer=he_normal), CrossEntropy(), x, y)
    assert len(vanishing) == len(kept) == 9
    assert vanishing[0].delta < vanishing[-2].delta / 1000
    assert kept[0].delta > kept[-2].delta / 10


def test_gradient_flow_can_go_forward_as_in_training():
    seen = []

    class Watch(Tanh):
        def forward(self, x, *, training=False):
            seen.append(training)
            return super().forward(x, training=training)

    network = Sequential(Dense(3, 2, rng=rng(), dtype=np.float64), Watch())
    x, y = np.ones((2, 3)), np.ones((2, 2))
    gradient_flow(network, MeanSquaredError(), x, y)
    gradient_flow(network, MeanSquaredError(), x, y, training=True)
    assert seen == [False, True]


def test_gradient_flow_refuses_targets_that_do_not_fit():
    with pytest.raises(ValueError, match="MeanSquaredError expects a target"):
        gradient_flow(small_network(), MeanSquaredError(), np.ones((2, 3)), np.ones((2, 3)))


# ---------------------------------------------------------------- dead units


def test_dead_units_are_those_that_no_sample_wakes():
    network = Sequential(
        Dense(2, 4, rng=rng(), dtype=np.float64),
        ReLU(),
        Dense(4, 3, rng=rng(), dtype=np.float64),
        Tanh(),
        Dense(3, 3, rng=rng(), dtype=np.float64),
        ReLU(),
    )
    x = rng(1).normal(size=(100, 2))
    network.layers[0].bias.value[:] = [0, -100, 0, -2.5]
    network.layers[4].bias.value[2] = -100
    first, second = dead_units(network, x)
    hidden = network.trace(x)[1]
    assert first.tolist() == [not column.any() for column in hidden.T]
    assert first[1]
    assert second[2]
    assert dead_units(network, x[:1])[0].sum() >= first.sum()
    assert dead_units(small_network(), x=np.ones((2, 3))) == ()
    with pytest.raises(ValueError, match="at least one sample"):
        dead_units(network, x[:0])


def test_no_gradient_reaches_a_dead_unit():
    network = Sequential(
        Dense(2, 4, rng=rng(), dtype=np.float64), ReLU(), Dense(4, 1, rng=rng(), dtype=np.float64)
    )
    network.layers[0].bias.value[1] = -100
    x, y = rng(1).normal(size=(50, 2)), rng(2).normal(size=(50, 1))
    (dead,) = dead_units(network, x)
    gradient_flow(network, MeanSquaredError(), x, y)
    silent = (network.layers[0].weight.grad == 0).all(axis=0)
    assert dead.tolist() == silent.tolist() == [False, True, False, False]


def test_a_channel_of_an_image_is_a_unit():
    class Reshape(Tanh):
        def forward(self, x, *, training=False):
            return x.reshape(len(x), 2, 2, 2)  # (batch, channels, height, width)

    x = np.ones((3, 8))
    x[:, :4] = -1.0
    x[1, 2] = 5.0
    assert dead_units(Sequential(Reshape(), ReLU()), x)[0].tolist() == [False, False]
    x[1, 2] = -5.0
    assert dead_units(Sequential(Reshape(), ReLU()), x)[0].tolist() == [True, False]


# ---------------------------------------------------------------- horizons


def test_spectral_radius():
    assert spectral_radius(np.diag([0.5, -3.0, 2.0])) == pytest.approx(3.0)
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert spectral_radius(0.9 * turn) == pytest.approx(0.9)
    assert spectral_radius(np.array([[0.0, 100.0], [0.0, 0.0]])) == 0.0


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.9, 0.99])
def test_the_measured_horizon_of_a_rotation_is_the_theory(rho):
    matrix = rho * np.linalg.qr(rng().normal(size=(8, 8)))[0]
    horizon = gradient_horizon(matrix)
    assert horizon.theory == pytest.approx(math.log(1e-3) / math.log(rho), rel=1e-6)
    assert horizon.measured == math.ceil(horizon.theory)
    np.testing.assert_allclose(horizon.norms, rho ** np.arange(len(horizon.norms)), rtol=1e-6)


def test_the_horizon_of_any_matrix_is_that_of_its_powers():
    matrix = rng().normal(size=(12, 12))
    matrix *= 0.9 / spectral_radius(matrix)
    horizon = gradient_horizon(matrix, threshold=1e-6)
    norms = [
        np.linalg.norm(np.linalg.matrix_power(matrix, k), 2) for k in range(len(horizon.norms))
    ]
    np.testing.assert_allclose(horizon.norms, norms, rtol=1e-8)
    assert horizon.norms[horizon.measured] < 1e-6 <= horizon.norms[:-1].min()
    # At first the norm may grow; in the long run a step is a factor of the spectral radius.
    assert horizon.measured > horizon.theory
    late = gradient_horizon(matrix, threshold=1e-15).norms[200:]
    assert (late[-1] / late[0]) ** (1 / (len(late) - 1)) == pytest.approx(0.9, rel=0.02)


def test_the_slope_of_the_activation_counts():
    matrix = 1.2 * np.eye(3)
    assert gradient_horizon(matrix).measured is None
    assert gradient_horizon(matrix).theory == math.inf
    assert gradient_horizon(matrix, slope=0.5).theory == pytest.approx(math.log(1e-3, 0.6))


def test_the_horizon_has_an_end():
    assert len(gradient_horizon(np.eye(2), max_steps=50).norms) == 51
    exploding = gradient_horizon(1e30 * np.eye(2))
    assert np.isfinite(exploding.norms).all()
    assert exploding.measured is None
    assert (
        gradient_horizon(np.zeros((2, 2))).measured,
        gradient_horizon(np.zeros((2, 2))).theory,
    ) == (
        1,
        0.0,
    )


@pytest.mark.parametrize("matrix", [np.ones((2, 3)), np.ones(4), np.zeros((0, 0)), 3.0])
def test_horizons_refuse_what_is_not_square(matrix):
    for probe in (spectral_radius, gradient_horizon):
        with pytest.raises(ValueError, match="expects a square matrix, got shape"):
            probe(matrix)


def test_horizons_refuse_numbers_out_of_range():
    with pytest.raises(ValueError, match="finite numbers, got NaN"):
        spectral_radius(np.array([[math.nan]]))
    for options in ({"threshold": 0}, {"threshold": 1}, {"slope": math.inf}, {"max_steps": 0}):
        with pytest.raises(ValueError, match="threshold between 0 and 1, a finite slope"):
            gradient_horizon(np.eye(2), **options)


# ---------------------------------------------------------------- spaces


@pytest.mark.parametrize("degrees", [0.0, 1e-3, 30.0, 90.0])
def test_the_angle_between_two_lines(degrees):
    angle = np.radians(degrees)
    angles = principal_angles(np.array([[2.0, 0.0]]), [[np.cos(angle), np.sin(angle)]])
    np.testing.assert_allclose(np.degrees(angles), [degrees], atol=1e-5)


def test_principal_angles_do_not_depend_on_the_basis():
    a, b = rng(1).normal(size=(2, 6)), rng(2).normal(size=(3, 6))
    angles = principal_angles(a, b)
    assert angles.shape == (2,)
    mixed = rng(3).normal(size=(2, 2)) @ a
    np.testing.assert_allclose(principal_angles(mixed, b), angles, atol=1e-7)
    np.testing.assert_allclose(principal_angles(b, a), angles, atol=1e-7)
    doubled = np.vstack([a, a[:1] + a[1:]])  # a dependent row spans nothing new
    np.testing.assert_allclose(principal_angles(doubled, b), angles, atol=1e-7)
    inside = principal_angles(a, np.vstack([a, b]))
    np.testing.assert_allclose(np.cos(inside), 1.0, atol=1e-12)


def test_principal_components_are_those_of_the_covariance():
    x = rng().normal(size=(200, 4)) @ np.diag([5.0, 1.0, 3.0, 0.5]) + 10
    components = principal_components(x, 3)
    values, vectors = np.linalg.eigh(np.cov(x.T))
    expected = vectors[:, np.argsort(values)[::-1][:3]].T
    np.testing.assert_allclose(np.abs(components), np.abs(expected), atol=1e-8)
    np.testing.assert_allclose(components @ components.T, np.eye(3), atol=1e-12)


def test_a_linear_autoencoder_finds_the_subspace_of_pca():
    draw = rng()
    x = (draw.normal(size=(400, 2)) @ draw.normal(size=(2, 6))).astype(np.float64)
    x += 0.05 * draw.normal(size=x.shape)
    x -= x.mean(axis=0)
    network = Sequential(
        Dense(6, 2, rng=draw, dtype=np.float64), Dense(2, 6, rng=draw, dtype=np.float64)
    )
    optimizer = SGD(network.parameters(), learning_rate=0.05, momentum=0.9)
    start = principal_angles(network.layers[1].weight.value, principal_components(x, 2))
    for _ in fit(
        network, MeanSquaredError(), optimizer, x, x, batch_size=400, epochs=1500, rng=draw
    ):
        pass
    angles = principal_angles(network.layers[1].weight.value, principal_components(x, 2))
    assert np.cos(start).min() < 0.95
    assert np.cos(angles).min() > 0.9995


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.ones((1, 2)), np.ones((1, 3)), "rows of one length, got 2 and 3"),
        (np.zeros((1, 2)), np.ones((1, 2)), "only zeros"),
        (np.ones(2), np.ones((1, 2)), "a to be a finite array"),
        (np.ones((1, 2)), np.full((1, 2), math.nan), "b to be a finite array"),
        (np.ones((0, 2)), np.ones((1, 2)), "a to be a finite array"),
    ],
)
def test_principal_angles_refuse(a, b, message):
    with pytest.raises(ValueError, match=message):
        principal_angles(a, b)


@pytest.mark.parametrize("count", [0, 3, -1])
def test_principal_components_refuse_a_count(count):
    with pytest.raises(ValueError, match="count from 1 to 2"):
        principal_components(np.ones((5, 2)), count)


def test_hidden_space_is_the_output_of_a_layer():
    network = small_network()
    x = rng(1).normal(size=(7, 3))
    for layer, output in enumerate(network.trace(x)):
        np.testing.assert_array_equal(hidden_space(network, x, layer), output)
    np.testing.assert_array_equal(hidden_space(network, x, -1), network.forward(x))
    for layer in (3, -4):
        with pytest.raises(IndexError, match=f"layer from 0 to 2, got {layer}"):
            hidden_space(network, x, layer)


def test_sensitivity_is_the_slope_of_an_output():
    network = small_network()
    x = rng(1).normal(size=(4, 3))
    sensitivity = sensitivity_map(network, x, unit=1)
    for row, column in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[row, column] += 1e-6
        slope = (network.forward(nudged) - network.forward(x))[row, 1] / 1e-6
        assert sensitivity[row, column] == pytest.approx(slope, abs=1e-5)


def test_sensitivity_of_the_loss_is_its_gradient():
    network, loss = small_network(), CrossEntropy()
    x, y = rng(1).normal(size=(4, 3)), np.array([0, 1, 1, 0])
    expected = network.backward(loss.gradient(network.forward(x), y))
    np.testing.assert_array_equal(sensitivity_map(network, x, loss=loss, y=y), expected)


@pytest.mark.parametrize(
    "options",
    [{}, {"unit": 0, "loss": CrossEntropy(), "y": np.zeros(2, int)}, {"loss": CrossEntropy()}],
)
def test_sensitivity_wants_a_unit_or_a_loss(options):
    with pytest.raises(TypeError, match="either unit=, or loss= together with y="):
        sensitivity_map(small_network(), np.ones((2, 3)), **options)


@pytest.mark.parametrize("unit", [-1, 2])
def test_sensitivity_refuses_a_unit_that_is_not_there(unit):
    with pytest.raises(IndexError, match="unit from 0 to 1"):
        sensitivity_map(small_network(), np.ones((2, 3)), unit=unit)
