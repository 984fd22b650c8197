"""The short way through a dense network: the same numbers as layer by layer, to the bit."""

import math
import os
import shutil
import subprocess
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import nnlib.fused
import nnlib.loop
from nnlib import (
    L2,
    SGD,
    Adam,
    BinaryCrossEntropy,
    CosineAnnealing,
    CrossEntropy,
    Dense,
    Dropout,
    MeanSquaredError,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    fit,
)
from nnlib.fused import fused_or_none
from nnlib.kernels.activations import sigmoid_forward, tanh_forward
from nnlib.layers.activations import SMALLEST
from nnlib.warm import OPTIMIZERS

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = {"ReLU": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}
rng = np.random.default_rng(0)
LOSSES = [CrossEntropy(), BinaryCrossEntropy(), MeanSquaredError()]


def problem(activation=Tanh, loss=LOSSES[0], dtype=np.float32, *, closed=False, samples=45):
    rng = np.random.default_rng(0)
    layers = [Dense(3, 5, rng=rng, dtype=dtype), activation(), Dense(5, 4, rng=rng, dtype=dtype)]
    layers += [activation(), Dense(4, 2, rng=rng, dtype=dtype), activation()]
    network = Sequential(*layers[: None if closed else -1])
    x, labels = rng.normal(size=(samples, 3)).astype(dtype), rng.integers(2, size=samples)
    y = labels if isinstance(loss, CrossEntropy) else np.eye(2, dtype=dtype)[labels]
    return network, x, y


def train(make, parts, loss, monkeypatch, *, short, **options):
    """All that training leaves behind."""
    network, x, y = parts
    with monkeypatch.context() as patch:
        if short:
            assert fused_or_none(network, loss, x, y, 8) is not None
            patch.setattr(nnlib.fused.Fused, "is_ready", lambda _self: True)
        else:
            patch.setattr(nnlib.loop, "fused_or_none", lambda *_: None)
        optimizer, rng = make(network.parameters()), np.random.default_rng(1)
        options = {"batch_size": 8, "epochs": 3} | options
        steps = list(fit(network, loss, optimizer, x, y, rng=rng, **options))
    arrays = [p.value for p in network.parameters()] + [p.grad for p in network.parameters()]
    return steps, [*arrays, *optimizer.memory], optimizer.iteration, optimizer.learning_rate


def assert_same(one, other):
    assert one[0] == other[0]
    assert one[2:] == other[2:]
    for a, b in zip(one[1], other[1], strict=True):
        np.testing.assert_array_equal(a, b)


# ---------------------------------------------------------------- the same to the bit


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("activation", NETWORKS)
def test_update_by_update(activation, loss, dtype, monkeypatch):
    for closed in (False, True):
        runs = [
            train(
                *(OPTIMIZERS[1], problem(NETWORKS[activation], loss, dtype, closed=closed), loss),
                *(monkeypatch,),
                short=short,
            )
            for short in (False, True)
        ]
        assert_same(*runs)
        assert len(runs[0][0]) == 18


@pytest.mark.parametrize("yields", ["update", "epoch"])
@pytest.mark.parametrize("make", OPTIMIZERS, ids=lambda make: repr(make.keywords)[1:-1])
def test_every_optimizer(make, yields, monkeypatch):
    runs = [
        train(make, problem(), LOSSES[0], monkeypatch, short=short, yields=yields)
        for short in (False, True)
    ]
    assert_same(*runs)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("activation", NETWORKS)
def test_epoch_by_epoch(activation, loss, monkeypatch):
    kind = NETWORKS[activation]
    slow = train(OPTIMIZERS[0], problem(kind, loss), loss, monkeypatch, short=False)
    fast = train(OPTIMIZERS[0], problem(kind, loss), loss, monkeypatch, short=True, yields="epoch")
    for a, b in zip(slow[1], fast[1], strict=True):
        np.testing.assert_array_equal(a, b)
    assert [step.iteration for step in fast[0]] == [6, 12, 18]
    assert all(step.ends_epoch for step in fast[0])
    means = [
        sum(s.loss * n for s, n in zip(slow[0][e * 6 :], [8] * 5 + [5], strict=False)) / 45
        for e in range(3)
    ]
    assert [step.loss for step in fast[0]] == pytest.approx(means, rel=1e-12)


@pytest.mark.parametrize("options", [{"penalty": L2(0.01)}, {"clip_norm": 0.1}, {"batch_size": 1}])
@pytest.mark.parametrize("yields", ["update", "epoch"])
def test_options(options, yields, monkeypatch):
    runs = [
        train(Adam, problem(), LOSSES[0], monkeypatch, short=short, yields=yields, **options)
        for short in (False, True)
    ]
    assert_same(*runs)


def test_a_schedule_is_asked_once_for_each_update(monkeypatch):
    runs = []
    for short, yields in [(False, "update"), (False, "epoch"), (True, "epoch")]:
        asked, schedule = [], CosineAnnealing(0.5, 0.0, iterations=18)
        run = train(
            *(OPTIMIZERS[0], problem(), LOSSES[0], monkeypatch),
            short=short,
            yields=yields,
            schedule=lambda i, asked=asked, schedule=schedule: asked.append(i) or schedule(i),
        )
        assert asked == list(range(18))
        runs.append(run)
    assert_same(runs[1], runs[2])
    for a, b in zip(runs[0][1], runs[2][1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_long_epochs_are_cut_into_short_calls(monkeypatch):
    whole = train(OPTIMIZERS[0], problem(), LOSSES[0], monkeypatch, short=True, yields="epoch")
    monkeypatch.setattr("nnlib.fused.MOST_AT_ONCE", 15_000)  # three updates in a call, or two
    parts = train(OPTIMIZERS[0], problem(), LOSSES[0], monkeypatch, short=True, yields="epoch")
    assert_same(whole, parts)


# ---------------------------------------------------------------- changes between two items


def test_what_the_caller_changes_counts_at_once(monkeypatch):
    def change(k, network, optimizer, x):
        if k == 3:
            optimizer.learning_rate = 0.7
        if k == 5:
            optimizer.momentum = 0.9
        if k == 7:
            network.layers[2].weight.value[:] *= 0.5
        if k == 9:
            x[:] += 1.0

    results = []
    for short in (False, True):
        with monkeypatch.context() as patch:
            if not short:
                patch.setattr(nnlib.loop, "fused_or_none", lambda *_: None)
            network, x, y = problem()
            optimizer, rng = SGD(network.parameters(), 0.1), np.random.default_rng(1)
            losses = []
            for k, step in enumerate(
                fit(network, LOSSES[0], optimizer, x, y, batch_size=8, epochs=3, rng=rng)
            ):
                losses.append(step.loss)
                change(k, network, optimizer, x)
        results.append((losses, [p.value for p in network.parameters()]))
    assert results[0][0] == results[1][0]
    np.testing.assert_equal(results[0][1], results[1][1])


@pytest.mark.parametrize("yields", ["update", "epoch"])
def test_moved_parameters_are_noticed(yields):
    network, x, y = problem()
    optimizer = SGD(network.parameters(), 0.1)
    steps = fit(
        *(network, LOSSES[0], optimizer, x, y),
        epochs=9,
        rng=np.random.default_rng(0),
        yields=yields,
    )
    next(steps)
    network.layers[0].weight.value = network.layers[0].weight.value.copy()
    with pytest.raises(RuntimeError, match="network built later moved them"):
        next(steps)


@pytest.mark.parametrize("yields", ["update", "epoch"])
def test_divergence_says_the_same(yields, monkeypatch):
    messages = []
    for short in (False, True):
        network, x, y = problem(ReLU, LOSSES[2])
        with monkeypatch.context() as patch:
            if not short:
                patch.setattr(nnlib.loop, "fused_or_none", lambda *_: None)
            optimizer, rng = SGD(network.parameters(), 50.0), np.random.default_rng(1)
            options = {"batch_size": 8, "epochs": 300, "rng": rng, "yields": yields}
            with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as caught:
                list(fit(network, LOSSES[2], optimizer, 1e3 * x, y, **options))
        messages.append((str(caught.value), optimizer.iteration))
    assert messages[0] == messages[1]
    assert "diverged at iteration" in messages[0][0]


def test_a_label_that_turns_bad_is_refused():
    network, x, y = problem()
    optimizer, rng = SGD(network.parameters(), 0.1), np.random.default_rng(0)
    steps = fit(network, LOSSES[0], optimizer, x, y, epochs=9, rng=rng, yields="epoch")
    next(steps)
    y[7], before = 2, [p.value.copy() for p in network.parameters()]
    with pytest.raises(ValueError, match="labels from 0 to 1"):
        next(steps)
    np.testing.assert_equal([p.value for p in network.parameters()], before)


# ---------------------------------------------------------------- where it applies


class Louder(Tanh):
    def forward(self, x, *, training=False):
        return 2 * super().forward(x, training=training)


def with_own_forward():
    layer = Tanh()
    layer.forward = layer.forward
    return layer


@pytest.mark.parametrize("make", [Louder, with_own_forward, lambda: Dropout(0.1, rng=rng)])
def test_what_the_kernel_does_not_know_goes_layer_by_layer(make):
    network, x, y = problem(make)
    assert fused_or_none(network, LOSSES[0], x, y, 8) is None


def test_data_that_the_kernel_cannot_take_go_layer_by_layer():
    network, x, y = problem()
    fixed = x.copy()
    fixed.flags.writeable = False
    for inputs, labels, loss in [
        (np.asfortranarray(x), y, CrossEntropy()),
        (fixed, y, CrossEntropy()),
        (x, y.astype(np.int32), CrossEntropy()),
        (x, np.eye(2)[y], MeanSquaredError()),  # float64
        (x, y, CrossEntropy(ignore=1)),
    ]:
        assert fused_or_none(network, loss, inputs, labels, 8) is None
        list(fit(network, loss, Adam(network.parameters()), inputs, labels, rng=rng))
    assert fused_or_none(network, CrossEntropy(), x, y, 8) is not None


def test_yields_is_one_of_two():
    network, x, y = problem()
    with pytest.raises(ValueError, match='yields to be "update" or "epoch", got \'step\''):
        fit(network, LOSSES[0], SGD(network.parameters(), 0.1), x, y, rng=rng, yields="step")


@pytest.mark.parametrize("yields", ["update", "epoch"])
def test_no_arrays_are_made_in_each_step(yields):
    network, x, y = problem(samples=2048)
    optimizer = SGD(network.parameters(), 0.1)
    options = {"batch_size": 256, "epochs": 1000, "rng": rng, "yields": yields}
    fused_or_none(network, LOSSES[0], x, y, 256).loss_and_gradient(np.arange(4))  # compiles it
    steps = fit(network, LOSSES[0], optimizer, x, y, **options)
    list(islice(steps, 20))
    order = 2048 * 8  # the permutation of an epoch, and the one before it
    tracemalloc.start()
    try:
        list(islice(steps, 20))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A batch's activations would be 256 * (5 + 5 + 4 + 4 + 2) * 4 = 20 KB more.
    assert peak < 2 * order + 16_000


# ---------------------------------------------------------------- tanh and sigmoid


def of(kernel, x):
    out = np.empty_like(x)
    kernel(x, *([SMALLEST[x.itemsize]] if kernel is sigmoid_forward else []), out)
    return out


def logistic(x):
    return np.where(x > 0, 1 / (1 + np.exp(-abs(x))), np.exp(-abs(x)) / (1 + np.exp(-abs(x))))


@pytest.mark.parametrize(
    ("kernel", "exact", "units"), [(tanh_forward, np.tanh, 2.0), (sigmoid_forward, logistic, 2.0)]
)
def test_few_units_in_the_last_place(kernel, exact, units):
    positive = np.arange(1, 0x7F800000, 4001, dtype=np.uint32).view(np.float32)  # of every size
    x = np.concatenate([positive, -positive, np.linspace(-12, 12, 200_001, dtype=np.float32)])
    expected = exact(x.astype(np.float64))
    ordinary = np.abs(expected) > 1.25e-38
    error = np.abs(of(kernel, x) - expected) / np.spacing(np.abs(expected).astype(np.float32))
    # As machine code a product and a sum are rounded once, and else twice.
    rounded_twice = 0.0 if os.environ.get("NUMBA_DISABLE_JIT", "0") == "0" else 1.5
    assert error[ordinary].max() <= units + rounded_twice
    assert np.abs(of(kernel, x) - expected)[~ordinary].max(initial=0.0) < 1.25e-38
    wide = np.linspace(-40, 40, 100_001)
    # As machine code it is 4e-15.
    np.testing.assert_allclose(of(kernel, wide), exact(wide), rtol=5e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("kernel", "ends"), [(tanh_forward, (-1, 1)), (sigmoid_forward, (0, 1))])
def test_nan_and_infinity(kernel, ends, dtype):
    x = np.tile(np.array([np.nan, -np.inf, np.inf, 0.0, -1e30, 1e30], dtype), 7)
    low, high = ends
    expected = [math.nan, low, high, (low + high) / 2, low, high]
    np.testing.assert_array_equal(of(kernel, x), np.tile(np.array(expected, dtype), 7))


# ---------------------------------------------------------------- the cache

USE = """
import numpy as np, nnlib
rng = np.random.default_rng(0)
layer = nnlib.Dense(2, 1, rng=rng)
layer.weight.value[:] = 1
x, y = np.ones((4, 2), np.float32), np.zeros((4, 1), np.float32)
network = nnlib.Sequential(layer)
sgd = nnlib.SGD(network.parameters(), 0.1)
[step] = nnlib.fit(network, nnlib.MeanSquaredError(), sgd, x, y, rng=rng, yields="epoch")
from nnlib.kernels.fused import LINEAR, SGD, SQUARED_ERROR, updates_kernel
print(step.loss, sum(updates_kernel(LINEAR, SQUARED_ERROR, SGD).stats.cache_hits.values()))
"""


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_an_edited_kernel_is_noticed(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__", "live", "views", "explorables", "exercises")
    shutil.copytree(ROOT / "nnlib", tmp_path / "nnlib", ignore=ignore)
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path)}

    def use():
        command = [sys.executable, "-c", USE]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        loss, hits = done.stdout.split()
        return float(loss), int(hits)

    assert use() == (4.0, 0)
    assert use() == (4.0, 1)
    losses = tmp_path / "nnlib" / "kernels" / "losses.py"
    text = losses.read_text(encoding="utf-8")
    assert "total += float(error * error)" in text
    losses.write_text(text.replace("float(error * error)", "3.0 * float(error * error)"))
    assert use() == (12.0, 0)


def test_nobody_waits_for_a_kernel_that_is_not_ready(monkeypatch):
    network, x, y = problem()
    calls = []
    monkeypatch.setattr(nnlib.fused.Fused, "is_ready", lambda _self: False)
    monkeypatch.setattr(nnlib.fused.Fused, "_call", lambda *_: calls.append("called"))
    list(fit(network, LOSSES[0], SGD(network.parameters(), 0.1), x, y, rng=rng))
    assert calls == []
