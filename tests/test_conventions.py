"""docs/conventions.md: a row for everything, and formulas worked out by hand."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib import Parameter, initializers

TEXT = (Path(__file__).parents[1] / "docs" / "conventions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \|(.*)\|$", TEXT, flags=re.MULTILINE)


def exported():
    """Names of all layers, losses, optimizers, penalties and initialisers of `nnlib`."""
    kinds = (nnlib.Layer, nnlib.Loss, nnlib.Optimizer, nnlib.Penalty)
    for name in nnlib.__all__:
        thing = getattr(nnlib, name)
        if isinstance(thing, type):
            if issubclass(thing, kinds) and thing not in (*kinds, nnlib.Sequential):
                yield name
        elif getattr(thing, "__module__", "") == initializers.__name__:
            yield name


def test_everything_has_one_row_of_five_columns():
    names = [name for name, _ in ROWS]
    assert len(names) == len(set(names))
    assert set(exported()) - set(names) == set()
    assert {"Dense", "Hinge", "AdamW", "L2", "orthogonal"} <= set(exported())
    for name, row in ROWS:
        cells = re.split(r"(?<!\\)\|", row)
        assert len(cells) == 4, name
        assert all(cell.strip() for cell in cells[:3]), name


def moved(make, gradients, rates=None):
    """Where a parameter that starts at 1 stands after each of these gradients."""
    point = Parameter(np.array([1.0]))
    optimizer = make([point])
    places = []
    for index, gradient in enumerate(gradients):
        if rates:
            optimizer.learning_rate = rates[index]
        point.grad[:] = gradient
        optimizer.step()
        places.append(float(point.value[0]))
    return places


def test_momentum_multiplies_the_rate_of_now():
    places = moved(lambda p: nnlib.SGD(p, 0.1, momentum=0.5), [2.0, 4.0], [0.1, 1.0])
    # v = 2, then 0.5 * 2 + 4 = 5, all of it times the new rate; Keras' old part would be 0.1.
    assert places == pytest.approx([1 - 0.1 * 2, 0.8 - 1.0 * 5])
    places = moved(lambda p: nnlib.SGD(p, 0.1, momentum=0.5, nesterov=True), [2.0, 4.0])
    assert places == pytest.approx([1 - 0.1 * (2 + 0.5 * 2), 0.7 - 0.1 * (4 + 0.5 * 5)])


def test_epsilon_stands_outside_the_root_and_after_the_correction():
    # With an epsilon of 1 its place shows.
    assert moved(lambda p: nnlib.AdaGrad(p, 0.1, epsilon=1.0), [3.0]) == pytest.approx(
        [1 - 0.1 * 3 / (3 + 1)]
    )
    assert moved(lambda p: nnlib.RMSprop(p, 0.1, decay=0.75, epsilon=1.0), [3.0]) == pytest.approx(
        [1 - 0.1 * 3 / (math.sqrt(0.25 * 9) + 1)]
    )
    m, v = 0.1 * 3 / (1 - 0.9), 0.001 * 9 / (1 - 0.999)
    step = 0.1 * m / (math.sqrt(v) + 1)
    assert moved(lambda p: nnlib.Adam(p, 0.1, epsilon=1.0), [3.0]) == pytest.approx([1 - step])
    decayed = moved(lambda p: nnlib.AdamW(p, 0.1, epsilon=1.0, weight_decay=0.5), [3.0])
    assert decayed == pytest.approx([1 - 0.1 * 0.5 * 1 - step])


def test_losses_are_means_over_batch_and_outputs():
    z, y = np.array([[0.0, 2.0], [1.0, -1.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert nnlib.MeanSquaredError().value(z, y) == pytest.approx((1 + 1 + 1 + 1) / 4)
    softplus = np.log1p(np.exp(z))
    assert nnlib.BinaryCrossEntropy().value(z, y) == pytest.approx((softplus - y * z).sum() / 4)
    # s z = 0, 2, -1, 1: the last is exactly on the margin, where the slope is 0.
    hinge = nnlib.Hinge()
    assert hinge.value(z, y) == pytest.approx((1 + 0 + 2 + 0) / 4)
    assert hinge.gradient(z, y).tolist() == [[-0.25, 0.0], [0.25, 0.0]]
    expected = (math.log(1 + math.exp(2)) - 0 + math.log(math.e + 1 / math.e) - 1) / 2
    assert nnlib.CrossEntropy().value(z, np.array([0, 0])) == pytest.approx(expected)


def test_batch_norm_keeps_an_unbiased_variance_and_a_tenth_of_the_new():
    layer, x = nnlib.BatchNorm(1, dtype=np.float64), np.array([[1.0], [2.0], [6.0]])
    out = layer.forward(x, training=True)
    variance = ((x - 3) ** 2).mean()  # 14 / 3
    np.testing.assert_allclose(out, (x - 3) / math.sqrt(variance + 1e-5))
    assert layer.running_mean[0] == pytest.approx(0.1 * 3)
    assert layer.running_variance[0] == pytest.approx(0.9 * 1 + 0.1 * 14 / 2)


def test_sparsity_sums_over_units_and_is_not_divided_by_the_batch():
    layer = nnlib.KLSparsity(0.2, 3.0)
    one = 0.2 * math.log(0.2 / 0.5) + 0.8 * math.log(0.8 / 0.5)
    for batch in (1, 4):
        layer.forward(np.full((batch, 2), 0.5), training=True)
        assert layer.value == pytest.approx(3.0 * 2 * one)


def test_penalties():
    weight = Parameter(np.array([[3.0, -4.0, 0.0]]))
    for penalty, value, gradient in (
        (nnlib.L2(0.1), 0.05 * 25, [0.3, -0.4, 0.0]),
        (nnlib.L1(0.1), 0.7, [0.1, -0.1, 0.0]),
    ):
        weight.grad[:] = 0.0
        penalty.add_gradient([weight])
        assert penalty.value([weight]) == pytest.approx(value)
        np.testing.assert_allclose(weight.grad[0], gradient)
    weight.grad[:] = [[3.0, 4.0, 0.0]]
    assert nnlib.clip_by_norm([weight], 1.0) == pytest.approx(5.0)
    assert np.linalg.norm(weight.grad) == pytest.approx(1.0, abs=1e-12)  # no 1e-6 missing


@pytest.mark.parametrize(
    ("layer", "z", "expected"),
    [
        (nnlib.ReLU(), [-1.0, 0.0, 2.0], [0.0, 0.0, 2.0]),
        (nnlib.LeakyReLU(), [-1.0, 0.0, 2.0], [-0.01, 0.0, 2.0]),
        (nnlib.ELU(), [-1.0, 2.0], [math.expm1(-1), 2.0]),
        (nnlib.GELU(), [-1.0, 2.0], [-math.erfc(math.sqrt(0.5)) / 2, 1 + math.erf(math.sqrt(2))]),
        (nnlib.Softplus(), [0.0, 21.0], [math.log(2), 21 + math.log1p(math.exp(-21))]),
        (nnlib.Threshold(), [-1.0, 0.0, 1e-9], [0.0, 0.0, 1.0]),
        (nnlib.Softmax(), [0.0, math.log(3)], [0.25, 0.75]),
        (nnlib.Flatten(), [[[1.0, 2.0]], [[3.0, 4.0]]], [1.0, 2.0, 3.0, 4.0]),
        (nnlib.Upsample2D(2), [[[1.0, 2.0]]], [[[1.0, 1.0, 2.0, 2.0]] * 2]),
        (nnlib.MaxPool2D(2), [[[1.0, 2.0, 9.0], [3.0, 0.0, 9.0]]], [[[3.0]]]),
        (nnlib.AveragePool2D(2), [[[1.0, 2.0, 9.0], [3.0, 0.0, 9.0]]], [[[1.5]]]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_functions_of_a_layer(layer, z, expected):
    np.testing.assert_allclose(
        layer.forward(np.array([z])).squeeze(), np.squeeze(expected), rtol=1e-12
    )


def test_what_the_weights_of_a_transposed_convolution_start_from():
    asked = []

    def initializer(shape, *, rng, dtype=np.float32):
        asked.append(initializers.fans(shape))
        return np.zeros(shape, dtype)

    options = {"rng": np.random.default_rng(0), "initializer": initializer}
    nnlib.ConvTranspose2D(2, 5, 3, **options)
    nnlib.Conv2D(2, 5, 3, **options)
    assert asked == [(2 * 9, 5 * 9)] * 2


def test_normal_distributions_have_tails():
    draws = initializers.he_normal((200, 200), rng=np.random.default_rng(0), dtype=np.float64)
    spread = math.sqrt(2 / 200)
    assert draws.std() == pytest.approx(spread, rel=0.02)
    assert np.abs(draws).max() > 3 * spread  # where Keras cuts at 2
