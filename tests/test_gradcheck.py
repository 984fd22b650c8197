"""The gradient check: passes what is right, and finds each kind of planted mistake."""

import numpy as np
import pytest

from nnlib import (
    BatchNorm,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    Tanh,
    check_gradients,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def dense(kind=Dense, n_in=3, n_out=3):
    layer = kind(n_in, n_out, rng=rng(1), dtype=np.float64)
    layer.bias.value[:] = rng(2).normal(size=n_out)
    return layer


class WrongSign(Dense):
    def backward(self, grad):
        return -super().backward(grad)


class WrongSignOfWeight(Dense):
    def backward_parameters(self, grad):
        super().backward_parameters(grad)
        self.weight.grad *= -1


class MissingTranspose(Dense):
    def backward(self, grad):
        super().backward(grad)
        return grad @ self.weight.value


class TransposedWeight(Dense):
    def backward_parameters(self, grad):
        super().backward_parameters(grad)
        self.weight.grad[...] = self.weight.grad.T.copy()


class StaleBias(Dense):
    def backward_parameters(self, grad):
        before = self.bias.grad.copy()
        super().backward_parameters(grad)
        self.bias.grad[:] = before


class AddingUp(Dense):
    """Adds to the gradient that is there, and forgets to clear it."""

    def backward_parameters(self, grad):
        before = self.weight.grad.copy()
        super().backward_parameters(grad)
        self.weight.grad += before


class OneEntryOff(Dense):
    def backward_parameters(self, grad):
        super().backward_parameters(grad)
        self.weight.grad[2, 1] *= 1.001


class NotANumber(Dense):
    def backward_parameters(self, grad):
        super().backward_parameters(grad)
        self.bias.grad[1] = np.nan


class SlopeOfTanhSquared(Tanh):
    def backward(self, grad):
        return grad * (1 - self._output) ** 2


class SumInsteadOfMean(CrossEntropy):
    def gradient(self, prediction, target):
        return super().gradient(prediction, target) * len(prediction)


def check(*layers, loss=None):
    network = Sequential(*layers)
    for parameter in network.parameters():
        parameter.grad[...] = 1.0  # from a step before
    return check_gradients(
        network, loss or CrossEntropy(), rng(3).normal(size=(4, 3)), np.arange(4) % 3
    )


def test_right_gradients_pass():
    report = check(dense(), Tanh(), dense(), ReLU(), dense())
    assert len(report.parameters) == 6
    assert report.worst <= 1e-8
    assert report.worst == max(*report.parameters, report.input)


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        # The second layer errs: are weight 1, bias 1, weight 2, bias 2 and the input wrong?
        (WrongSign, (True, True, False, False, True)),
        (MissingTranspose, (True, True, False, False, True)),
        (WrongSignOfWeight, (False, False, True, False, False)),
        (TransposedWeight, (False, False, True, False, False)),
        (OneEntryOff, (False, False, True, False, False)),
        (AddingUp, (False, False, True, False, False)),
        (StaleBias, (False, False, False, True, False)),
    ],
)
def test_a_planted_mistake_is_found_where_it_is(kind, places):
    report = check(dense(), Tanh(), dense(kind), Tanh())
    wrong = tuple(error > 1e-5 for error in (*report.parameters, report.input))
    assert wrong == places
    assert report.worst > 1e-5


def test_a_wrong_slope_is_found():
    report = check(dense(), SlopeOfTanhSquared(), dense())
    assert min(*report.parameters[:2], report.input) > 1e-2
    assert max(report.parameters[2:]) < 1e-8


def test_a_missing_mean_over_the_batch_is_found():
    report = check(dense(), loss=SumInsteadOfMean())
    assert min(*report.parameters, report.input) == pytest.approx(0.75)  # (4 g - g) / 4 g


def test_not_a_number_is_no_pass():
    report = check(dense(NotANumber))
    assert np.isnan(report.parameters[1])
    assert np.isnan(report.worst)
    assert not report.worst < 1e-6


def test_a_loss_without_slope_has_no_error():
    network = Sequential(Dense(2, 2, rng=rng(), dtype=np.float64), ReLU())
    network.layers[0].bias.value[:] = -100.0  # every unit is off
    report = check_gradients(
        network, MeanSquaredError(), rng().normal(size=(3, 2)), np.zeros((3, 2))
    )
    assert report.worst == 0.0


def test_float32_is_refused():
    x, y = rng().normal(size=(4, 3)), np.arange(4) % 3
    message = "check_gradients expects float64 throughout, got float32; make the layers with dtype"
    with pytest.raises(TypeError, match=message):
        check_gradients(Dense(3, 3, rng=rng()), CrossEntropy(), x, y)
    with pytest.raises(TypeError, match=message):
        check_gradients(dense(), CrossEntropy(), x.astype(np.float32), y)


def test_everything_is_put_back():
    network, x = Sequential(dense(), Tanh(), dense()), rng().normal(size=(4, 3))
    before, kept = [p.value.copy() for p in network.parameters()], x.copy()
    check_gradients(network, CrossEntropy(), x, np.arange(4) % 3)
    np.testing.assert_array_equal(x, kept)
    for parameter, value in zip(network.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)


def test_a_pass_of_training_can_be_checked():
    class Doubles(Tanh):
        """Twice as much in training, which the way back forgets."""

        def forward(self, x, *, training=False):
            return super().forward(x) * (2 if training else 1)

    network = Sequential(dense(), Doubles())
    x, y = rng().normal(size=(4, 3)), np.arange(4) % 3
    assert check_gradients(network, CrossEntropy(), x, y).worst <= 1e-6
    assert check_gradients(network, CrossEntropy(), x, y, training=True).worst > 1e-2


def test_running_means_are_put_back_after_an_error_too():
    layer = BatchNorm(3, dtype=np.float64)
    x = rng().normal(size=(4, 3))
    with pytest.raises(ValueError, match="CrossEntropy expects labels from 0 to 2"):
        check_gradients(layer, CrossEntropy(), x, np.arange(4), training=True)
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert layer.running_variance.tolist() == [1, 1, 1]
