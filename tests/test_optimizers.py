"""Every optimizer: three steps by hand, fifty against its twin, downhill, and its settings."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import nnlib.optimizers
import reference
from nnlib import SGD, AdaGrad, Adam, AdamW, Dense, Optimizer, Parameter, RMSprop, Sequential

DTYPES = [np.float32, np.float64]


@dataclass(frozen=True)
class Row:
    """An optimizer under test.

    `by_hand` holds where a single parameter stands after each of three steps from 1 with a
    learning rate of 1/2 and the gradients 1, -2 and 4. `twin` takes the value, the gradient, the
    memories and the iteration, and returns the new value and memories. `rate` suits a parabola.
    """

    name: str
    make: Callable
    by_hand: tuple[float, float, float]
    twin: Callable
    rate: float
    memories: int = 1


OPTIMIZERS = [
    Row(
        "SGD",
        lambda parameters, rate: SGD(parameters, rate),
        # 1 - 1/2;  1/2 + 2/2;  3/2 - 4/2
        (0.5, 1.5, -0.5),
        lambda value, grad, memory, t: (*reference.sgd_step(value, grad, 0.05), *memory),
        rate=0.1,
    ),
    Row(
        "SGD with momentum",
        lambda parameters, rate: SGD(parameters, rate, momentum=0.5),
        # v = 1: 1 - 1/2;  v = 1/2 - 2 = -3/2: 1/2 + 3/4;  v = -3/4 + 4 = 13/4: 5/4 - 13/8
        (0.5, 1.25, -0.375),
        lambda value, grad, memory, t: reference.momentum_step(value, grad, *memory, 0.05, 0.5),
        rate=0.1,
    ),
    Row(
        "SGD with Nesterov's momentum",
        lambda parameters, rate: SGD(parameters, rate, momentum=0.5, nesterov=True),
        # v = 1, -3/2, 13/4 as above, and the steps are half of g + v/2:
        # 1 + 1/2 = 3/2;  -2 - 3/4 = -11/4;  4 + 13/8 = 45/8
        (0.25, 1.625, -1.1875),
        lambda value, grad, memory, t: reference.nesterov_step(value, grad, *memory, 0.05, 0.5),
        rate=0.1,
    ),
    Row(
        "AdaGrad",
        lambda parameters, rate: AdaGrad(parameters, rate, epsilon=1.0),
        # s = 1, 5, 21: steps of 1/2 times 1/(1 + 1), -2/(sqrt 5 + 1), 4/(sqrt 21 + 1)
        (
            1 - 0.25,
            1 - 0.25 + 1 / (math.sqrt(5) + 1),
            1 - 0.25 + 1 / (math.sqrt(5) + 1) - 2 / (math.sqrt(21) + 1),
        ),
        lambda value, grad, memory, t: reference.adagrad_step(value, grad, *memory, 0.05, 1.0),
        rate=2.0,
    ),
    Row(
        "RMSprop",
        lambda parameters, rate: RMSprop(parameters, rate, decay=0.75, epsilon=0.5),
        # s = 1/4: 1/2 * 1/(1/2 + 1/2);  s = 3/16 + 1 = 19/16: 1/2 * -2/(sqrt(19)/4 + 1/2);
        # s = 57/64 + 4 = 313/64: 1/2 * 4/(sqrt(313)/8 + 1/2)
        (
            0.5,
            0.5 + 4 / (math.sqrt(19) + 2),
            0.5 + 4 / (math.sqrt(19) + 2) - 16 / (math.sqrt(313) + 4),
        ),
        lambda value, grad, memory, t: reference.rmsprop_step(
            value, grad, *memory, 0.05, 0.75, 0.5
        ),
        rate=0.1,
    ),
    Row(
        "Adam",
        lambda parameters, rate: Adam(parameters, rate, beta1=0.5, beta2=0.75, epsilon=0.0),
        # t = 1: m = 1/2, m^ = 1; s = 1/4, s^ = 1: step 1/2
        # t = 2: m = 1/4 - 1 = -3/4, m^ = -3/4 / (3/4) = -1;
        #        s = 3/16 + 1 = 19/16, s^ = 19/16 / (7/16) = 19/7: step -1/2 sqrt(7/19)
        # t = 3: m = -3/8 + 2 = 13/8, m^ = 13/8 / (7/8) = 13/7;
        #        s = 57/64 + 4 = 313/64, s^ = 313/64 / (37/64) = 313/37: step 13/14 sqrt(37/313)
        (
            0.5,
            0.5 + 0.5 * math.sqrt(7 / 19),
            0.5 + 0.5 * math.sqrt(7 / 19) - 13 / 14 * math.sqrt(37 / 313),
        ),
        lambda value, grad, memory, t: reference.adam_step(
            value, grad, *memory, 0.05, 0.5, 0.75, 0.0, t
        ),
        rate=0.1,
        memories=2,
    ),
    Row(
        "AdamW",
        lambda parameters, rate: AdamW(
            parameters, rate, beta1=0.5, beta2=0.75, epsilon=0.0, weight_decay=0.25
        ),
        # The steps of Adam above, and before each the value shrinks to 1 - 1/2 * 1/4 = 7/8:
        # 7/8 - 1/2;  7/8 * 3/8 + 1/2 sqrt(7/19);  7/8 of that - 13/14 sqrt(37/313)
        (
            0.375,
            0.328125 + 0.5 * math.sqrt(7 / 19),
            0.875 * (0.328125 + 0.5 * math.sqrt(7 / 19)) - 13 / 14 * math.sqrt(37 / 313),
        ),
        lambda value, grad, memory, t: reference.adam_step(
            *reference.shrink(value, 0.05 * 0.25), grad, *memory, 0.05, 0.5, 0.75, 0.0, t
        ),
        rate=0.1,
        memories=2,
    ),
]

each_optimizer = pytest.mark.parametrize("row", OPTIMIZERS, ids=lambda row: row.name)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def point(*numbers, dtype=np.float64):
    return Parameter(np.array(numbers, dtype))


def step(optimizer, parameter, grad):
    parameter.grad[:] = grad
    optimizer.step()


def test_every_optimizer_has_a_row():
    classes = {getattr(nnlib.optimizers, name) for name in nnlib.optimizers.__all__} - {Optimizer}
    assert all(inspect.isclass(c) and issubclass(c, Optimizer) for c in classes)
    assert {type(row.make([point(1.0)], 0.1)) for row in OPTIMIZERS} == classes


# ---------------------------------------------------------------- every row of the table


@each_dtype
@each_optimizer
def test_three_steps_by_hand(row, dtype):
    parameter = point(1.0, dtype=dtype)
    optimizer = row.make([parameter], 0.5)
    for grad, expected in zip((1.0, -2.0, 4.0), row.by_hand, strict=True):
        step(optimizer, parameter, grad)
        tolerance = 1e-6 if dtype == np.float32 else 1e-14
        assert parameter.value[0] == pytest.approx(expected, rel=tolerance)
    assert optimizer.iteration == 3


@each_dtype
@each_optimizer
def test_fifty_steps_against_the_twin(row, dtype):
    rng = np.random.default_rng(0)
    parameters = [Parameter(rng.normal(size=s).astype(dtype)) for s in ((3, 4), (4,), (4, 5))]
    optimizer = row.make(parameters, 0.05)
    expected = [p.value.astype(float) for p in parameters]
    memories = [[np.zeros(p.value.shape)] * row.memories for p in parameters]
    for iteration in range(1, 51):
        for i, parameter in enumerate(parameters):
            parameter.grad[...] = rng.normal(size=parameter.value.shape)
            grad = parameter.grad.astype(float)
            expected[i], *memories[i] = row.twin(expected[i], grad, memories[i], iteration)
        optimizer.step()
    for parameter, value in zip(parameters, expected, strict=True):
        assert parameter.value.dtype == dtype
        tolerance = 2e-5 if dtype == np.float32 else 1e-12
        np.testing.assert_allclose(parameter.value, value, rtol=tolerance, atol=tolerance)
    assert all(memory.dtype == dtype for memory in optimizer.memory)


@each_optimizer
def test_one_vector_or_many_pieces_are_the_same(row):
    rng = np.random.default_rng(0)
    layers = [Dense(3, 4, rng=rng), Dense(4, 2, rng=rng)]
    loose = [Parameter(p.value.copy()) for layer in layers for p in layer.parameters()]
    network = Sequential(*layers)
    optimizers = row.make(network.parameters(), 0.1), row.make(loose, 0.1)
    for _ in range(5):
        for one, other in zip(network.parameters(), loose, strict=True):
            one.grad[...] = other.grad[...] = rng.normal(size=one.value.shape)
        for optimizer in optimizers:
            optimizer.step()
    for one, other in zip(network.parameters(), loose, strict=True):
        np.testing.assert_array_equal(one.value, other.value)


@each_dtype
@each_optimizer
def test_finds_the_bottom_of_a_parabola(row, dtype):
    # f = (a - 3)^2 + 2 (b + 1)^2
    parameter = point(0.0, 0.0, dtype=dtype)
    optimizer = row.make([parameter], row.rate)
    for iteration in range(400):
        optimizer.learning_rate = row.rate * min(1.0, (400 - iteration) / 200)
        a, b = parameter.value
        step(optimizer, parameter, [2 * (a - 3), 4 * (b + 1)])
    np.testing.assert_allclose(parameter.value, [3.0, -1.0], atol=2e-3)


@each_dtype
@each_optimizer
def test_goes_down_the_valley_of_rosenbrock(row, dtype):
    # f = (1 - a)^2 + 100 (b - a^2)^2, from the usual start
    def height(a, b):
        return (1 - a) ** 2 + 100 * (b - a**2) ** 2

    parameter = point(-1.2, 1.0, dtype=dtype)
    rate = 5e-4 if row.name.startswith("SGD") else 0.02
    optimizer = row.make([parameter], rate)
    for _ in range(2000):
        a, b = (float(number) for number in parameter.value)
        step(optimizer, parameter, [-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)])
    assert height(-1.2, 1.0) == pytest.approx(24.2)
    assert height(*parameter.value) < 4.1  # down the wall and on along the floor


@each_dtype
@each_optimizer
def test_learning_rate_zero_moves_nothing(row, dtype):
    parameter = point(1.0, -2.0, dtype=dtype)
    with pytest.raises(ValueError, match=r"learning_rate above 0, got 0.*usual start"):
        row.make([parameter], 0.0)
    optimizer = row.make([parameter], 0.5)
    optimizer.learning_rate = 0.0  # as a schedule may
    for _ in range(3):
        step(optimizer, parameter, [3.0, 1e3])
    assert parameter.value.tolist() == [1.0, -2.0]
    assert optimizer.iteration == 3


@each_optimizer
def test_a_new_learning_rate_acts_at_once(row):
    # Twice the rate is twice the step, whatever the optimizer remembers.
    moves = []
    for last_rate in (0.125, 0.25):
        parameter = point(1.0)
        optimizer = row.make([parameter], 0.5)
        step(optimizer, parameter, 1.0)
        optimizer.learning_rate = last_rate
        assert optimizer.learning_rate == last_rate
        before = parameter.value[0]
        step(optimizer, parameter, -2.0)
        moves.append(parameter.value[0] - before)
    assert moves[0] != 0
    assert moves[1] == pytest.approx(2 * moves[0], rel=1e-12)


BAD_RATES = [-0.1, -1e-300, math.nan, math.inf, -math.inf, None, "0.1", "fast", [0.1], True, 1j]


@each_optimizer
@pytest.mark.parametrize("rate", BAD_RATES, ids=repr)
def test_a_bad_learning_rate_is_refused(row, rate):
    parameter = point(1.0)
    with pytest.raises(ValueError, match="learning_rate expects a finite number, 0 or more, got"):
        row.make([parameter], rate)
    optimizer = row.make([parameter], 0.5)
    with pytest.raises(ValueError, match="learning_rate expects") as caught:
        optimizer.learning_rate = rate
    assert repr(rate) in str(caught.value)
    assert optimizer.learning_rate == 0.5
    step(optimizer, parameter, 1.0)
    assert parameter.value[0] == row.by_hand[0]


@each_optimizer
@pytest.mark.parametrize("rate", [1, np.float32(0.5), np.float64(0.25), np.int64(2)])
def test_numbers_of_other_kinds_are_learning_rates(row, rate):
    optimizer = row.make([point(1.0)], rate)
    assert optimizer.learning_rate == float(rate)
    assert type(optimizer.learning_rate) is float


@each_optimizer
def test_without_parameters_there_is_nothing_to_do(row):
    with pytest.raises(ValueError, match=r"expects at least one parameter, got none; pass network"):
        row.make([], 0.1)


@each_optimizer
def test_parameters_that_were_moved_are_noticed(row):
    rng = np.random.default_rng(0)
    layer = Dense(2, 2, rng=rng)
    optimizer = row.make(layer.parameters(), 0.1)
    network = Sequential(layer, Dense(2, 2, rng=rng))
    before = [p.value.copy() for p in network.parameters()]
    with pytest.raises(RuntimeError, match=r"a network built later moved them; make the optimizer"):
        optimizer.step()
    assert optimizer.iteration == 0
    assert all(
        np.array_equal(p.value, v) for p, v in zip(network.parameters(), before, strict=True)
    )


@pytest.mark.parametrize("name", ["value", "grad"])
def test_an_array_that_was_exchanged_is_noticed(name):
    # The optimizer would go on with the old one.
    parameter = point(1.0)
    optimizer = SGD([parameter], 0.1)
    setattr(parameter, name, np.array([2.0]))
    with pytest.raises(RuntimeError, match="expects its parameters where it found them"):
        optimizer.step()


@each_optimizer
def test_the_gradient_is_left_alone(row):
    parameter = point(1.0, 2.0)
    optimizer = row.make([parameter], 0.5)
    step(optimizer, parameter, [3.0, -4.0])
    assert parameter.grad.tolist() == [3.0, -4.0]


@each_dtype
@each_optimizer
def test_a_gradient_of_zero_from_the_start_moves_nothing(row, dtype):
    parameter = point(1.0, dtype=dtype)
    optimizer = row.make([parameter], 0.5)
    if hasattr(optimizer, "epsilon"):
        optimizer.epsilon = 1e-8
    if hasattr(optimizer, "weight_decay"):
        optimizer.weight_decay = 0.0
    step(optimizer, parameter, 0.0)
    assert parameter.value.tolist() == [1.0]


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("momentum", [1.0, 1.5, -0.1, math.nan, math.inf, None, "0.9", True])
def test_a_bad_momentum_is_refused(momentum):
    message = "momentum expects a finite number, 0 or more and less than 1, got"
    with pytest.raises(ValueError, match=message):
        SGD([point(1.0)], 0.1, momentum=momentum)
    optimizer = SGD([point(1.0)], 0.1, momentum=0.5)
    with pytest.raises(ValueError, match=message):
        optimizer.momentum = momentum
    assert optimizer.momentum == 0.5


CHECKED = [
    # A setting, its default, and whether it has to be less than 1.
    (Adam, "beta1", 0.9, True),
    (Adam, "beta2", 0.999, True),
    (Adam, "epsilon", 1e-8, False),
    (AdamW, "beta1", 0.9, True),
    (AdamW, "weight_decay", 0.01, False),
    (RMSprop, "decay", 0.9, True),
    (RMSprop, "epsilon", 1e-8, False),
    (AdaGrad, "epsilon", 1e-8, False),
]


@pytest.mark.parametrize(("make", "name", "default", "is_share"), CHECKED)
@pytest.mark.parametrize("bad", [1.0, -1e-8, math.nan, math.inf, None, "0.5", True])
def test_other_bad_settings_are_refused_now_and_later(make, name, default, is_share, bad):
    if bad == 1.0 and not is_share and bad is not True:
        assert getattr(make([point(1.0)], 0.1, **{name: bad}), name) == 1.0
        return
    limit = " and less than 1" if is_share else ""
    message = f"{name} expects a finite number, 0 or more{limit}, got {bad!r}; .* is usual"
    with pytest.raises(ValueError, match=message):
        make([point(1.0)], 0.1, **{name: bad})
    optimizer = make([point(1.0)], 0.1)
    with pytest.raises(ValueError, match=message):
        setattr(optimizer, name, bad)
    assert getattr(optimizer, name) == default


@pytest.mark.parametrize(("make", "name", "default", "is_share"), CHECKED)
def test_a_setting_that_changes_acts_at_the_next_step(make, name, default, is_share):
    fresh, changed = (make([point(1.0)], 0.1) for _ in range(2))
    setattr(changed, name, 0.5)
    assert getattr(changed, name) == 0.5
    moved = []
    for optimizer in (fresh, changed):
        for grad in (1.0, -3.0):
            step(optimizer, optimizer.parameters[0], grad)
        moved.append(optimizer.parameters[0].value[0])
    assert moved[0] != moved[1]


def test_weight_decay_shrinks_alike_whatever_the_gradient():
    # An L2 penalty would go through the division: the first step would be eta for both.
    parameter = point(1.0, 1.0)
    optimizer = AdamW([parameter], 0.1, weight_decay=0.5, epsilon=0.0)
    step(optimizer, parameter, [1e-3, 1e3])
    np.testing.assert_allclose(parameter.value, 1 - 0.1 * 0.5 - 0.1)


def test_momentum_that_is_turned_on_again_starts_from_rest():
    parameter = point(0.0)
    optimizer = SGD([parameter], 1.0, momentum=0.5)
    step(optimizer, parameter, 8.0)  # v = 8
    optimizer.momentum = 0.0
    step(optimizer, parameter, 1.0)  # plain: -8 - 1
    optimizer.momentum = 0.5
    step(optimizer, parameter, 1.0)  # v = 1, not 0.5 * 8 + 1: -9 - 1
    step(optimizer, parameter, 0.0)  # v = 0.5: -10 - 0.5
    assert parameter.value.tolist() == [-10.5]


def test_momentum_and_nesterov_may_change_between_steps():
    parameter = point(0.0)
    optimizer = SGD([parameter], 1.0, momentum=0.5)
    step(optimizer, parameter, 2.0)  # v = 2: -2
    optimizer.nesterov = True
    step(optimizer, parameter, 1.0)  # v = 1 + 1 = 2: -2 - (1 + 0.5 * 2) = -4
    optimizer.momentum = 0.25
    step(optimizer, parameter, 1.0)  # v = 0.5 + 1 = 1.5: -4 - (1 + 0.25 * 1.5)
    assert parameter.value.tolist() == [-5.375]


def test_adam_starts_with_steps_of_one_learning_rate():
    parameter = point(1.0, 1.0, 1.0)
    optimizer = Adam([parameter], 0.01)
    step(optimizer, parameter, [1e-3, 1.0, -1e3])
    np.testing.assert_allclose(parameter.value, [0.99, 0.99, 1.01], rtol=1e-6)


def test_defaults():
    adam = Adam([point(1.0)])
    assert (adam.learning_rate, adam.beta1, adam.beta2, adam.epsilon) == (1e-3, 0.9, 0.999, 1e-8)
    assert RMSprop([point(1.0)], 0.1).decay == 0.9
    sgd = SGD([point(1.0)], 0.1)
    assert (sgd.momentum, sgd.nesterov) == (0.0, False)
    with pytest.raises(TypeError):
        SGD([point(1.0)])  # the rate that suits depends on the network: there is no default
    assert repr(sgd) == "SGD(learning_rate=0.1)"
