"""Random input at every public door: the right shape comes out, or an error that helps.

Arrays of any rank, dtype and content, empty ones, and with numbers that are none. What a door
takes is written beside it, so that nothing is taken or broadcast by chance. With
NUMBA_BOUNDSCHECK=1 and a new NUMBA_CACHE_DIR a kernel that reads beside its arrays fails here too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnlib
from nnlib import (
    BinaryCrossEntropy,
    CrossEntropy,
    Dense,
    Hinge,
    MeanSquaredError,
    Parameter,
    ReLU,
    Sequential,
    evaluate,
    fit,
)
from nnlib.filters import filter2d

# The same examples at each run: a test that fails by chance teaches nobody to look.
FUZZ = settings(
    max_examples=60,
    deadline=None,  # the first call compiles
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FLOATS = [np.dtype(np.float32), np.dtype(np.float64)]
DTYPES = ["f4", "f4", "f4", "f8", "f8", "i8", "i1", "?", "f2", "c8", ">f4", "U2", "O"]
SPECIAL = [0.0, 1.0, -1.0, 1e30, -1e30, np.nan, np.inf, -np.inf]


def rng(seed=0):
    return np.random.default_rng(seed)


@st.composite
def arrays(draw, shapes, dtypes=DTYPES):
    """An array of one of the shapes, perhaps spoiled by special numbers or not contiguous."""
    shape = draw(shapes)
    values = np.asarray(rng(draw(st.integers(0, 99))).normal(size=shape))
    for number in draw(st.lists(st.sampled_from(SPECIAL), max_size=2)):
        if values.size:
            values.flat[draw(st.integers(0, values.size - 1))] = number
    with np.errstate(all="ignore"):
        array = np.nan_to_num(values).astype(dtype := np.dtype(draw(st.sampled_from(dtypes))))
        if dtype.kind in "fc":
            array = np.asarray(values.astype(dtype))
    array = np.asarray(array, dtype=dtype).reshape(shape)
    layout = draw(st.sampled_from(["plain", "fortran", "strided", "read-only"]))
    if layout == "fortran":
        array = np.asarray(array, order="F")
    elif layout == "strided" and array.ndim:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    elif layout == "read-only" and array.ndim:
        array.flags.writeable = False
    return array


def shapes(*near):
    """Any shape with up to five axes, and often one like these."""
    sizes = st.integers(0, 4)
    anything = st.lists(sizes, max_size=5).map(tuple)
    alike = [st.tuples(*(sizes if n is None else st.just(n) for n in like)) for like in near]
    return st.one_of(*alike, *alike, anything)


def outcome(call):
    """What a call returns, or None if it refuses in words that help; all else is a failure."""
    try:
        with np.errstate(all="ignore"):
            return call()
    except (ValueError, TypeError) as error:
        if not re.search(r"expects? .*got", str(error), flags=re.DOTALL):
            raise
        return None


# ---------------------------------------------------------------- layers


@dataclass(frozen=True)
class Door:
    """A layer, the shapes it must take (None stands for any size), and those of one sample out."""

    make: Callable
    takes: Callable
    like: tuple[int | None, ...]
    dtypes: tuple = (np.float32, np.float64)

    @property
    def name(self):
        return type(self.make()).__name__


def rows(size):
    return lambda shape: len(shape) == 2 and shape[1] == size


def steps(size):
    return lambda shape: len(shape) == 3 and shape[1] >= 1 and shape[2] == size


def images(channels=None, least=1):
    return lambda shape: (
        len(shape) == 4 and channels in (None, shape[1]) and min(shape[2:]) >= least
    )


def anything(shape):
    return len(shape) >= 1


ONE = (np.float32,)
LAYERS = [
    Door(lambda: Dense(3, 2, rng=rng()), rows(3), (None, 3), ONE),
    Door(
        lambda: nnlib.Conv2D(2, 3, 2, padding=1, stride=2, rng=rng()),
        lambda s: len(s) == 4 and s[1] == 2,  # with the padding even no pixels are enough
        (None, 2, None, None),
        ONE,
    ),
    Door(lambda: nnlib.Conv2D(1, 2, 3, rng=rng()), images(1, 3), (None, 1, 3, 4), ONE),
    Door(
        lambda: nnlib.ConvTranspose2D(2, 1, 2, stride=2, rng=rng()),
        images(2),
        (None, 2, None, None),
        ONE,
    ),
    Door(lambda: nnlib.MaxPool2D(2), images(None, 2), (None, None, 3, 2)),
    Door(
        lambda: nnlib.AveragePool2D((2, 1), stride=1),
        lambda s: images(None, 1)(s) and s[2] > 1,
        (None, None, 3, 2),
    ),
    Door(lambda: nnlib.Upsample2D(2), images(None, 0), (None, None, None, None)),
    Door(lambda: nnlib.Flatten(), anything, (None, None, None)),
    *(
        Door(partial(cell, 3, 2, rng=rng()), steps(3), (None, None, 3), ONE)
        for cell in (nnlib.RNN, nnlib.LSTM, nnlib.GRU)
    ),
    Door(
        lambda: nnlib.BatchNorm(3),
        lambda s: len(s) in (2, 4) and s[1] == 3,
        (None, 3),
        ONE,
    ),
    Door(lambda: nnlib.Softmax(), lambda s: len(s) >= 1 and s[-1] > 0, (None, 3)),
    Door(lambda: nnlib.KLSparsity(0.1, 1.0), anything, (None, 3)),
    Door(lambda: nnlib.Dropout(0.5, rng=rng()), anything, (None, 3)),
    *(
        Door(layer, anything, (None, 3))
        for layer in (
            *(nnlib.ReLU, nnlib.LeakyReLU, nnlib.ELU, nnlib.GELU, nnlib.Softplus),
            *(nnlib.Sigmoid, nnlib.Tanh, nnlib.Threshold),
        )
    ),
]


def test_every_exported_layer_has_a_door_here():
    exported = {
        name
        for name in nnlib.__all__
        if isinstance(thing := getattr(nnlib, name), type)
        and issubclass(thing, nnlib.Layer)
        # Embedding takes numbers of symbols, not floats: see test_embedding.py.
        and thing not in (nnlib.Layer, Sequential, nnlib.Embedding)
    }
    assert exported == {door.name for door in LAYERS}


@pytest.mark.parametrize("door", LAYERS, ids=lambda door: door.name)
@FUZZ
@given(data=st.data())
def test_layers(door, data):
    x = data.draw(arrays(shapes(door.like, (None, 2, 3, 3), (None, 3))))
    layer, training = door.make(), data.draw(st.booleans())
    kept = x.copy()
    out = outcome(lambda: layer.forward(x, training=training))
    fits = x.dtype in [np.dtype(t) for t in door.dtypes] and door.takes(x.shape)
    # In training these two look at the numbers as well, and may refuse what they otherwise take.
    if not (training and isinstance(layer, nnlib.BatchNorm | nnlib.KLSparsity)):
        assert (out is not None) == fits, (
            f"{x.shape} {x.dtype} -> {None if out is None else out.shape}"
        )
    np.testing.assert_array_equal(x, kept)
    if out is None:
        return
    assert fits
    assert out.dtype == x.dtype
    assert out.shape == x.shape[:1] + door.make().output_shape(x.shape[1:])
    back = layer.backward(np.ones_like(out))
    assert back.shape == x.shape
    assert back.dtype == x.dtype
    grad = data.draw(arrays(shapes(out.shape)))
    back = outcome(lambda: layer.backward(grad))
    assert (back is not None) == (grad.shape == out.shape and grad.dtype == out.dtype)


@pytest.mark.parametrize("x", [None, 3, 2.5, "text", [[1.0, 2.0, 3.0]], (), object()])
@pytest.mark.parametrize("door", LAYERS, ids=lambda door: door.name)
def test_what_is_no_array_is_refused(door, x):
    assert outcome(lambda: door.make().forward(x)) is None


# ---------------------------------------------------------------- losses

LOSSES = [
    BinaryCrossEntropy(),
    CrossEntropy(),
    CrossEntropy(ignore=-1),
    Hinge(),
    MeanSquaredError(),
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@FUZZ
@given(data=st.data())
def test_losses(loss, data):
    prediction = data.draw(arrays(shapes((None, 3), (2, 2, 3), (4, 1))))
    like = prediction.shape[:-1] if isinstance(loss, CrossEntropy) else prediction.shape
    target = data.draw(arrays(shapes(like, like)))
    if data.draw(st.booleans()) and target.dtype.kind in "fi":
        target = (np.nan_to_num(target) > 0).astype(target.dtype)
    result = outcome(lambda: loss.value_and_gradient(prediction, target))
    if result is None:
        assert outcome(lambda: loss.value(prediction, target)) is None
        return
    value, gradient = result
    assert isinstance(value, float)
    assert prediction.dtype in FLOATS
    assert target.shape == like
    assert gradient.shape == prediction.shape
    assert gradient.dtype == prediction.dtype
    assert prediction.size
    if np.isfinite(prediction).all() and np.isfinite(target.astype(float)).all():
        assert not np.isnan(value)


# ---------------------------------------------------------------- optimizers

OPTIMIZERS = [nnlib.SGD, nnlib.AdaGrad, nnlib.RMSprop, nnlib.Adam, nnlib.AdamW]
OPTIONS = {
    nnlib.SGD: ("momentum",),
    nnlib.AdaGrad: ("epsilon",),
    nnlib.RMSprop: ("decay", "epsilon"),
    nnlib.Adam: ("beta1", "beta2", "epsilon"),
    nnlib.AdamW: ("beta1", "beta2", "epsilon", "weight_decay"),
}
SETTINGS = st.one_of(
    st.floats(0.001, 0.9),
    st.floats(),
    st.sampled_from([None, "0.1", True, 1 + 0j, [0.1], np.float32(0.5), np.array([0.1]), 10**400]),
)


@pytest.mark.parametrize("kind", OPTIMIZERS)
@FUZZ
@given(data=st.data())
def test_optimizers(kind, data):
    rate = data.draw(SETTINGS)
    names = data.draw(st.sets(st.sampled_from(OPTIONS[kind])))
    options = {name: data.draw(SETTINGS) for name in names}
    sizes = data.draw(st.lists(st.integers(0, 3), max_size=3).map(tuple))
    parameter = Parameter(np.ones(sizes, dtype=data.draw(st.sampled_from(FLOATS))))
    parameter.grad[...] = 1.0
    shape, dtype = parameter.value.shape, parameter.value.dtype
    optimizer = outcome(lambda: kind([parameter], rate, **options))
    good = isinstance(rate, float | np.floating) and 0 < rate < np.inf
    good = good and all(
        isinstance(v, float | np.floating) and 0 <= v < np.inf for v in options.values()
    )
    good = good and all(v < 1 for n, v in options.items() if n not in ("epsilon", "weight_decay"))
    assert (optimizer is not None) == good
    if optimizer is not None:
        with np.errstate(all="ignore"):
            optimizer.step()
        assert (parameter.value.shape, parameter.value.dtype) == (shape, dtype)
        assert optimizer.iteration == 1


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("value", [None, 3.0, [1.0], np.ones(2, int), np.ones(2, complex)])
def test_a_parameter_holds_floats(kind, value):
    assert outcome(lambda: Parameter(value)) is None
    assert outcome(lambda: kind([], 0.1)) is None


# ---------------------------------------------------------------- training


def network(outputs):
    return Sequential(Dense(3, 2, rng=rng()), ReLU(), Dense(2, outputs, rng=rng()))


COUNTS = st.one_of(st.integers(1, 3), st.sampled_from([0, -1, 2.0, True, None, "1"]))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@FUZZ
@given(data=st.data())
def test_fit_and_evaluate(loss, data):
    classes = 2 if isinstance(loss, CrossEntropy) else 1
    x = data.draw(arrays(shapes((None, 3), (4, 3)), ["f4", "f4", "f4", *DTYPES]))
    like = x.shape[:1] if classes == 2 else (*x.shape[:1], 1)
    y = data.draw(arrays(shapes(like, like)))
    if data.draw(st.booleans()) and y.dtype.kind in "fi":
        y = (np.nan_to_num(y) > 0).astype(y.dtype)
    batch_size, epochs = data.draw(COUNTS), data.draw(COUNTS)
    made = network(classes)
    optimizer = nnlib.SGD(made.parameters(), 0.01)
    before = [parameter.value.copy() for parameter in made.parameters()]

    result = outcome(lambda: evaluate(made, loss, x, y, batch_size=batch_size))
    if result is not None:
        assert x.shape[1:] == (3,)
        assert y.shape == like
        assert x.dtype == np.float32
        assert result.accuracy is None or 0 <= result.accuracy <= 1

    steps = outcome(
        lambda: fit(made, loss, optimizer, x, y, batch_size=batch_size, epochs=epochs, rng=rng())
    )
    for parameter, value in zip(made.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
    if steps is None:
        return
    assert len(x) == len(y) > 0
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()
    try:
        with np.errstate(all="ignore"):
            taken = sum(1 for _ in steps)
    except FloatingPointError:  # 1e30 is a number, but one that no network survives
        assert np.abs(x).max() > 1e20 or np.abs(y).max() > 1e20
        return
    assert taken == epochs * -(-len(x) // batch_size)


# ---------------------------------------------------------------- filters


@FUZZ
@given(data=st.data())
def test_filter2d(data):
    image = data.draw(arrays(shapes((4, 3), (4, 4, 2))))
    kernel = data.draw(arrays(shapes((2, 3), (1, 1)), ["f8", "f8", "f4", "i8", "c8", "U2", "O"]))
    mode = data.draw(st.sampled_from(["valid", "same", "same", "full", None]))
    padding = data.draw(st.sampled_from([0.0, 1, "edge", "wrap", None, np.nan, (1, 2)]))
    flip = data.draw(st.booleans())
    out = outcome(lambda: filter2d(image, kernel, mode=mode, flip=flip, padding=padding))
    if out is None:
        return
    assert image.dtype in FLOATS
    assert image.ndim in (2, 3)
    assert kernel.ndim == 2
    assert mode in ("valid", "same")
    size = image.shape[:2]
    if mode == "valid":
        size = tuple(n - k + 1 for n, k in zip(size, kernel.shape, strict=True))
    assert out.shape == size + image.shape[2:]
    assert out.dtype == image.dtype
