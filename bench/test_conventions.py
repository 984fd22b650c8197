"""The column of `docs/conventions.md` on PyTorch, by its own numbers.

No speed here: each test puts the same numbers through both libraries, in float64, and looks whether
they are the same, or differ in the way that the table says. `tests/test_conventions.py` works out
by hand what the first column says.
"""

import math

import numpy as np
import pytest

import nnlib
from nnlib import Parameter, initializers

torch = pytest.importorskip("torch", reason="needs PyTorch: uv run --with torch pytest bench")
nn = torch.nn


def rng(seed=0):
    return np.random.default_rng(seed)


def normal(*shape, seed=1):
    return rng(seed).normal(size=shape)


def tensor(array, grad=False):
    made = torch.from_numpy(np.array(array))
    return made.requires_grad_(grad)


def copied(theirs, *values):
    """PyTorch's module in float64, with these numbers as its parameters."""
    theirs = theirs.double()
    with torch.no_grad():
        for parameter, value in zip(theirs.parameters(), values, strict=True):
            parameter.copy_(tensor(value))
    return theirs


def assert_same(ours, theirs, x, tolerance=1e-11, **options):
    """Same output, and same gradient of a weighted sum of it with respect to the input."""
    given = tensor(x, grad=True)
    expected = theirs(given)
    out = ours.forward(np.array(x), **options)
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=0, atol=tolerance)
    slope = normal(*out.shape, seed=7)
    expected.backward(tensor(slope))
    np.testing.assert_allclose(ours.backward(slope), given.grad.numpy(), rtol=0, atol=tolerance)


def uniform_within(weight, limit, tolerance=0.02):
    """Whether the numbers fill U(±limit)."""
    weight = weight.detach().numpy().astype(float)
    assert np.abs(weight).max() <= limit * (1 + 1e-6)
    assert np.abs(weight).max() >= 0.97 * limit
    assert weight.std() == pytest.approx(limit / math.sqrt(3), rel=10 * tolerance)


# ---------------------------------------------------------------- layers


def test_dense():
    layer = nnlib.Dense(5, 3, rng=rng(), dtype=np.float64)
    layer.bias.value[:] = normal(3)
    assert_same(
        layer, copied(nn.Linear(5, 3), layer.weight.value.T, layer.bias.value), normal(4, 5)
    )
    fresh = nn.Linear(400, 300)
    uniform_within(fresh.weight, 1 / math.sqrt(400))
    uniform_within(fresh.bias, 1 / math.sqrt(400))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
def test_convolution(stride, padding):
    layer = nnlib.Conv2D(2, 4, 3, stride=stride, padding=padding, rng=rng(), dtype=np.float64)
    layer.bias.value[:] = normal(4)
    twin = copied(
        nn.Conv2d(2, 4, 3, stride=stride, padding=padding), layer.weight.value, layer.bias.value
    )
    assert_same(layer, twin, normal(3, 2, 7, 8))
    uniform_within(nn.Conv2d(16, 300, 5).weight, 1 / math.sqrt(16 * 25))


def test_transposed_convolution():
    layer = nnlib.ConvTranspose2D(2, 4, 3, stride=2, rng=rng(), dtype=np.float64)
    layer.bias.value[:] = normal(4)
    twin = copied(nn.ConvTranspose2d(2, 4, 3, stride=2), layer.weight.value, layer.bias.value)
    assert_same(layer, twin, normal(3, 2, 4, 5))
    fan_in, _ = nn.init._calculate_fan_in_and_fan_out(twin.weight)
    assert fan_in == 4 * 9  # C_out k²
    assert initializers.fans((2, 4, 3, 3))[0] == 4 * 9  # so ConvTranspose2D must turn it round


def test_pools_and_upsampling():
    x = normal(2, 3, 7, 5)
    assert_same(nnlib.MaxPool2D(2), nn.MaxPool2d(2), x)
    assert_same(nnlib.MaxPool2D(3, stride=2), nn.MaxPool2d(3, stride=2), x)
    assert_same(nnlib.MaxPool2D(2), nn.MaxPool2d(2), np.ones((1, 1, 4, 4)))  # a tie: the first
    assert_same(nnlib.AveragePool2D(2), nn.AvgPool2d(2), x)
    assert_same(nnlib.Upsample2D(3), nn.Upsample(scale_factor=3, mode="nearest"), x)
    assert_same(nnlib.Flatten(), nn.Flatten(), x)
    x[0, 0, 1, 1] = np.nan
    np.testing.assert_array_equal(
        np.isnan(nnlib.MaxPool2D(2).forward(x)), torch.isnan(nn.MaxPool2d(2)(tensor(x))).numpy()
    )


@pytest.mark.parametrize(("twin", "shape"), [("1d", (6, 3)), ("2d", (4, 3, 2, 5))])
def test_batch_norm(twin, shape):
    ours = nnlib.BatchNorm(3, dtype=np.float64)
    theirs = getattr(nn, f"BatchNorm{twin}")(3).double()
    assert (theirs.momentum, theirs.eps) == (ours.momentum, ours.epsilon) == (0.1, 1e-5)
    x = 3 * normal(*shape) + 1
    assert_same(ours, theirs, x, training=True)
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy(), atol=1e-12)
    np.testing.assert_allclose(ours.running_variance, theirs.running_var.numpy(), atol=1e-12)
    count = x.size // 3
    biased = 0.9 + 0.1 * x.reshape(shape[0], 3, -1).var(axis=(0, 2))
    assert not np.allclose(ours.running_variance, biased, rtol=0.01 / count)  # M - 1, not M
    theirs.eval()
    assert_same(ours, theirs, x)


def test_dropout():
    x, rate = np.ones((200, 100)), 0.3
    ours = nnlib.Dropout(rate, rng=rng()).forward(x, training=True)
    theirs = nn.Dropout(rate)(tensor(x)).numpy()
    for out in (ours, theirs):
        assert set(np.unique(out.round(12))) == {0.0, round(1 / 0.7, 12)}
        assert (out == 0).mean() == pytest.approx(rate, abs=0.02)
    assert (nnlib.Dropout(rate, rng=rng()).forward(x) == x).all()
    assert (nn.Dropout(rate).eval()(tensor(x)).numpy() == x).all()


FUNCTIONS = {
    "ReLU": (nnlib.ReLU(), nn.ReLU()),
    "LeakyReLU": (nnlib.LeakyReLU(), nn.LeakyReLU()),
    "ELU": (nnlib.ELU(), nn.ELU()),
    "GELU": (nnlib.GELU(), nn.GELU()),
    "Sigmoid": (nnlib.Sigmoid(), nn.Sigmoid()),
    "Tanh": (nnlib.Tanh(), nn.Tanh()),
    "Softmax": (nnlib.Softmax(), nn.Softmax(dim=-1)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_a_layer(name):
    ours, theirs = FUNCTIONS[name]
    x = 4 * normal(5, 6)
    x[0, 0] = 0.0
    assert_same(ours, theirs, x)
    x[1, 1] = np.nan
    assert np.isnan(theirs(tensor(x)).numpy()[1, 1])
    assert np.isnan(ours.forward(x)[1, 1])


def test_functions_that_differ():
    z = np.array([[19.0, 20.5, 30.0]])
    ours, theirs = nnlib.Softplus().forward(z), nn.Softplus()(tensor(z)).numpy()
    assert ours[0, 0] == pytest.approx(theirs[0, 0], rel=1e-15)
    assert theirs[0, 1:].tolist() == [20.5, 30.0]  # z itself
    assert ours[0, 1] > 20.5
    above = nn.Threshold(0.0, 0.0)(tensor([-1.0, 2.0, 3.0]))
    assert above.tolist() == [0.0, 2.0, 3.0]
    assert nnlib.Threshold().forward(np.array([[-1.0, 2.0, 3.0]])).tolist() == [[0.0, 1.0, 1.0]]
    tanh = nn.GELU(approximate="tanh")(tensor(z / 20)).numpy()
    assert 1e-6 < np.abs(tanh - nnlib.GELU().forward(z / 20)).max() < 1e-2
    with pytest.warns(UserWarning, match="Implicit dimension"):
        nn.Softmax()(tensor(z))


#: nnlib, PyTorch, and where each gate of ours stands in PyTorch's weights.
CELLS = {
    "RNN": (nnlib.RNN, nn.RNN, [0]),
    "GRU": (nnlib.GRU, nn.GRU, [0, 1, 2]),
    "LSTM": (nnlib.LSTM, nn.LSTM, [0, 1, 3, 2]),  # PyTorch: i, f, g, o
}


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_layers(cell):
    make, make_twin, order = CELLS[cell]
    ours = make(3, 4, rng=rng(), dtype=np.float64, returns="all")
    for seed, parameter in enumerate(ours.parameters()):
        parameter.value[...] = normal(*parameter.value.shape, seed=seed)
    gates = len(order)
    w, u, b = (p.value.reshape(gates, -1, 4)[order] for p in ours.parameters())
    w, u = (np.concatenate([gate.T for gate in weight]) for weight in (w, u))
    second = np.zeros(gates * 4)  # its second bias
    twin = copied(make_twin(3, 4, batch_first=True), w, u, b.ravel(), second)
    assert_same(ours, lambda x: twin(x)[0], normal(2, 7, 3))
    if cell != "GRU":  # there the second bias of the candidate stands behind the reset gate
        split = copied(make_twin(3, 4, batch_first=True), w, u, b.ravel() - 0.3, second + 0.3)
        x = normal(2, 7, 3)
        np.testing.assert_allclose(
            ours.forward(x), split(tensor(x))[0].detach().numpy(), atol=1e-12
        )
    fresh = make_twin(30, 100)
    for parameter in fresh.parameters():
        uniform_within(parameter, 1 / math.sqrt(100), tolerance=0.05)


def test_embedding():
    ours = nnlib.Embedding(6, 3, rng=rng(), dtype=np.float64)
    theirs = copied(nn.Embedding(6, 3), ours.weight.value)
    x = rng().integers(6, size=(4, 5))
    np.testing.assert_array_equal(ours.forward(x), theirs(tensor(x)).detach().numpy())
    fresh = nn.Embedding(400, 100).weight.detach().numpy()
    assert fresh.std() == pytest.approx(1.0, rel=0.02)
    assert np.abs(fresh).max() > 3


# ---------------------------------------------------------------- losses


@pytest.mark.parametrize(
    ("ours", "theirs", "target"),
    [
        (nnlib.MeanSquaredError(), nn.MSELoss(), normal(4, 3, seed=2)),
        (nnlib.BinaryCrossEntropy(), nn.BCEWithLogitsLoss(), rng(2).uniform(size=(4, 3))),
        (nnlib.CrossEntropy(), nn.CrossEntropyLoss(), np.array([0, 2, 1, 2])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_losses(ours, theirs, target):
    prediction = 3 * normal(4, 3)
    given = tensor(prediction, grad=True)
    expected = theirs(given, tensor(target))
    expected.backward()
    value, gradient = ours.value_and_gradient(prediction, target)
    assert value == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(gradient, given.grad.numpy(), atol=1e-14)


def test_losses_that_differ():
    logits = normal(2, 5, 3)  # (batch, time, classes)
    labels = rng().integers(3, size=(2, 5))
    ours = nnlib.CrossEntropy().value(logits, labels)
    classes_second = tensor(logits.transpose(0, 2, 1))
    assert ours == pytest.approx(nn.CrossEntropyLoss()(classes_second, tensor(labels)).item())
    labels[0, 0] = -100
    ignoring = nn.CrossEntropyLoss()(classes_second, tensor(labels)).item()
    assert nnlib.CrossEntropy(ignore=-100).value(logits, labels) == pytest.approx(ignoring)
    with pytest.raises(ValueError, match="labels from 0 to 2"):
        nnlib.CrossEntropy().value(logits, labels)
    z, y = np.array([[0.3, -2.0]]), np.array([[1.0, 0.0]])
    probabilities = nn.BCELoss()(torch.sigmoid(tensor(z)), tensor(y)).item()
    assert nnlib.BinaryCrossEntropy().value(z, y) == pytest.approx(probabilities)
    other = nn.HingeEmbeddingLoss()(tensor(z), tensor(2 * y - 1)).item()
    assert nnlib.Hinge().value(z, y) != pytest.approx(other, rel=0.01)


# ---------------------------------------------------------------- optimizers


OPTIMIZERS = {
    "SGD": (nnlib.SGD, torch.optim.SGD, {}, {}),
    "momentum": (nnlib.SGD, torch.optim.SGD, {"momentum": 0.8}, {"momentum": 0.8}),
    "Nesterov": (
        *(nnlib.SGD, torch.optim.SGD),
        *({"momentum": 0.8, "nesterov": True}, {"momentum": 0.8, "nesterov": True}),
    ),
    "AdaGrad": (nnlib.AdaGrad, torch.optim.Adagrad, {"epsilon": 0.5}, {"eps": 0.5}),
    "RMSprop": (
        *(nnlib.RMSprop, torch.optim.RMSprop),
        *({"decay": 0.7, "epsilon": 0.5}, {"alpha": 0.7, "eps": 0.5}),
    ),
    "Adam": (nnlib.Adam, torch.optim.Adam, {"epsilon": 0.5}, {"eps": 0.5}),
    "Adam, defaults": (nnlib.Adam, torch.optim.Adam, {}, {}),
    "AdamW": (nnlib.AdamW, torch.optim.AdamW, {"epsilon": 0.5}, {"eps": 0.5}),
    "AdamW, defaults": (nnlib.AdamW, torch.optim.AdamW, {}, {}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    """With an epsilon of 0.5 its place shows, and a rate that changes shows what it multiplies."""
    make, make_twin, options, twin_options = OPTIMIZERS[name]
    ours, theirs = Parameter(normal(5)), nn.Parameter(tensor(normal(5)))
    optimizer, twin = make([ours], learning_rate=0.1, **options), None
    twin = make_twin([theirs], lr=0.1, **twin_options)
    for step in range(6):
        optimizer.learning_rate = twin.param_groups[0]["lr"] = 0.1 / (1 + step)
        ours.grad[:] = normal(5, seed=10 + step)
        theirs.grad = tensor(ours.grad)
        optimizer.step()
        twin.step()
        np.testing.assert_allclose(ours.value, theirs.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_defaults_of_optimizers():
    point = [nn.Parameter(torch.zeros(1))]
    assert torch.optim.Adagrad(point).defaults["eps"] == 1e-10
    rms = torch.optim.RMSprop(point).defaults
    assert (rms["alpha"], rms["eps"]) == (0.99, 1e-8)
    assert torch.optim.Adam(point).defaults["eps"] == 1e-8
    assert torch.optim.AdamW(point).defaults["weight_decay"] == 0.01


# ---------------------------------------------------------------- initialisers


def spread(values):
    values = np.asarray(values, dtype=float)
    return values.std(), np.abs(values).max()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (initializers.glorot_uniform, nn.init.xavier_uniform_),
        (initializers.glorot_normal, nn.init.xavier_normal_),
        (initializers.he_uniform, nn.init.kaiming_uniform_),
        (initializers.he_normal, nn.init.kaiming_normal_),
        (
            initializers.lecun_normal,
            lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="linear"),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_initializers(ours, theirs):
    for shape, turned in (((300, 500), True), ((60, 40, 5, 5), False)):
        drawn = ours(shape, rng=rng(), dtype=np.float64)
        # (in, out) here, (out, in) there; a convolution's weights are alike in both.
        twin = theirs(torch.empty(shape[::-1] if turned else shape, dtype=torch.float64))
        (std, most), (other_std, other_most) = spread(drawn), spread(twin.numpy())
        assert std == pytest.approx(other_std, rel=0.02)
        assert (most > 3 * std) == (other_most > 3 * other_std)  # tails on both sides, or none


def test_orthogonal_normal_and_zeros():
    filters = nn.init.orthogonal_(torch.empty(4, 3, 2, 2, dtype=torch.float64)).numpy()
    ours = initializers.orthogonal((4, 3, 2, 2), rng=rng(), dtype=np.float64)
    for drawn in (filters, ours):
        rows = drawn.reshape(4, -1)  # a filter is one row
        np.testing.assert_allclose(rows @ rows.T, np.eye(4), atol=1e-12)
    assert nn.init.normal_(torch.empty(300, 300)).std().item() == pytest.approx(1.0, rel=0.02)
    assert not nn.init.zeros_(torch.ones(3)).any()


# ---------------------------------------------------------------- penalties and clipping


def test_weight_decay_has_the_gradient_of_l2_and_acts_on_biases_too():
    weight, rate, strength = normal(2, 3), 0.1, 0.4
    ours = Parameter(weight.copy())
    theirs = nn.Parameter(tensor(weight))
    bias = nn.Parameter(torch.ones(3, dtype=torch.float64))
    theirs.grad, bias.grad = torch.zeros_like(theirs), torch.zeros_like(bias)
    ours.grad[:] = 0
    nnlib.L2(strength).add_gradient([ours])
    nnlib.SGD([ours], rate).step()
    torch.optim.SGD([theirs, bias], lr=rate, weight_decay=strength).step()
    np.testing.assert_allclose(ours.value, theirs.detach().numpy(), rtol=1e-14)
    assert bias.tolist() == pytest.approx([1 - rate * strength] * 3)


def test_clipping():
    ours, theirs = Parameter(normal(5)), nn.Parameter(tensor(normal(5)))
    ours.grad[:] = [3e-6, 4e-6, 0, 0, 0]
    theirs.grad = tensor(ours.grad)
    norm = nnlib.clip_by_norm([ours], 1e-6)
    assert norm == pytest.approx(nn.utils.clip_grad_norm_([theirs], 1e-6).item())
    assert np.linalg.norm(ours.grad) == pytest.approx(1e-6)
    assert theirs.grad.norm().item() == pytest.approx(1e-6 * 5e-6 / (5e-6 + 1e-6))
