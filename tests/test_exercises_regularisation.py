"""Lesson 07: every stored answer is computed anew."""

import itertools

import numpy as np

from nnlib import BatchNorm, Dense, Dropout, ReLU, Sequential
from nnlib.exercises.regularisation import lesson
from nnlib.explorables.regularisation import (
    BatchJitter,
    BatchNormTape,
    LiveMasks,
    Overfitting,
    RateSurvival,
    Remedies,
)


def test_overfitting_and_what_it_calls_for() -> None:
    few = Overfitting()
    few.run(1500)
    turned = few.test().loss > 2 * few.lowest()[1] and few.train().loss < 0.01
    lesson.prove("turns", "turns" if turned else "falls")
    more = Overfitting(points=1000)
    more.run(1500)
    wide = Overfitting(hidden=48)
    wide.run(1500)
    best = min((few, "longer"), (wide, "wider"), (more, "data"), key=lambda v: v[0].test().loss)
    lesson.prove("gap", best[1])


def test_batch_norm_alone_is_no_remedy() -> None:
    view = Remedies(norm=True)
    view.run(1000)
    gain = view.score("batch norm")[0] - view.score("none")[0]
    lesson.prove("norm alone", "same" if abs(gain) < 0.03 else "up")


def test_early_stopping_looks_at_held_out_digits() -> None:
    view = Remedies(early=True)
    side = view.sides[1]
    kept = view.data.x_validation
    seen = {row.tobytes() for row in (*view.data.x, *view.data.x_test)}
    own = not any(row.tobytes() in seen for row in kept)
    before = side.best[0]
    assert before == side.loss(kept, view.data.y_validation)
    lesson.prove("looks at", "validation" if own else "train")


def test_masks() -> None:
    lesson.prove("subnetworks", len(set(itertools.product((0, 1), repeat=6))))
    lesson.prove("spread", np.var([0.0, 2.0]))
    view = LiveMasks(rate=0.5)
    assert np.isclose(view.variance(), (view._at_x() ** 2).sum() * 1)
    layer = Dropout(0.25, rng=np.random.default_rng(0))
    lesson.prove("louder", layer.forward(np.full((1, 50), 3.0), training=True).max())


def test_four_lines() -> None:
    x_hat = BatchNorm(1, dtype=np.float64).forward(np.array([[3.0], [7.0]]), training=True)
    lesson.prove("two", "signs" if np.allclose(x_hat, [[-1], [1]], atol=1e-5) else "fours")
    sums = [BatchNormTape(loss=loss).check_rows()[1, :3].sum() for loss in _losses()]
    lesson.prove("sum", "zero" if np.allclose(sums, 0, atol=1e-7) else "depends")
    lesson.prove("learnt", sum(p.value.size for p in BatchNorm(100).parameters()))


def _losses() -> tuple[str, ...]:
    return next(tuple(c.options) for c in BatchNormTape.controls if c.name == "loss")


def test_a_bias_before_batch_norm_is_idle() -> None:
    rng = np.random.default_rng(0)
    network = Sequential(Dense(3, 4, rng=rng), BatchNorm(4))
    x = rng.normal(size=(20, 3)).astype(np.float32)
    before = network.forward(x, training=True).copy()
    network.layers[0].bias.value[:] = 7.0
    same = np.allclose(network.forward(x, training=True), before, atol=1e-5)
    lesson.prove("bias", "nothing" if same else "shift")


def test_what_differs_outside_training() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 3)).astype(np.float32)
    found = set()
    for name, layer in (
        ("dropout", Dropout(0.5, rng=rng)),
        ("norm", BatchNorm(3)),
        ("relu", ReLU()),
    ):
        if not np.allclose(layer.forward(x, training=True), layer.forward(x)):
            found.add(name)
    layer = BatchNorm(3)
    kept = layer.running_mean.copy()
    layer.forward(x)
    rests = (layer.running_mean == kept).all()
    layer.forward(x, training=True)
    if rests and (layer.running_mean != kept).any():
        found.add("running")
    lesson.prove("outside", found)
    network = Sequential(Dense(3, 4, rng=rng), Dropout(0.5, rng=rng))
    looks = [network.forward(x, training=True).copy() for _ in range(2)]
    calm = [network.forward(x).copy() for _ in range(2)]
    differs = not np.array_equal(*looks) and np.array_equal(*calm)
    lesson.prove("jumps", "mode" if differs else "rounding")


def test_rates_survive_and_jitter_falls() -> None:
    view = RateSurvival()
    view.run(300)
    plain, norm = view.survivors()
    lesson.prove("survive", "many" if norm - plain >= 5 else "two")
    measured = BatchJitter().measured()
    half = abs(measured[256] / measured[64] - 0.5) < 0.03
    lesson.prove("companions", "half" if half else "quarter")
