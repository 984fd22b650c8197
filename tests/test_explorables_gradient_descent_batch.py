"""Lesson 03 on digits: the noise of mini-batches, and the search for a learning rate."""

import math

import numpy as np
import pytest

from nnlib.explorables.gradient_descent import BatchNoise, RateChoice
from nnlib.explorables.gradient_descent.batch_noise import SAMPLES
from nnlib.explorables.gradient_descent.mini_batches import (
    angles,
    batch_gradients,
    full_gradient,
    scatter,
    scatter_of_one,
)
from nnlib.explorables.gradient_descent.rate_search import (
    BATCH,
    RATES,
    ROUNDS,
    Fold,
    RateSearch,
    Trial,
)
from nnlib.losses import CrossEntropy


def weights(lesson):
    return np.concatenate([p.value.ravel() for p in lesson.network.parameters()])


def assert_same_frames(first, second):
    for name, data in first.items():
        assert data.keys() == second[name].keys()
        for key, value in data.items():
            np.testing.assert_array_equal(value, second[name][key], err_msg=f"{name} {key}")


def floor(**values):
    """The loss at which a run moves about at the end of 3,000 updates."""
    lesson = BatchNoise(**values)
    lesson.run(2500)
    losses = []
    for _ in range(50):
        lesson.run(10)
        losses.append(lesson.train_loss())
    return float(np.mean(losses))


# ---------------------------------------------------------------------- gradients of mini-batches


def test_the_full_gradient_is_what_the_library_computes_by_backpropagation():
    lesson = BatchNoise()
    lesson.run(50)
    gradient = full_gradient(lesson._x1, lesson._deltas())
    logits = lesson.network.forward(lesson._x, training=True)
    lesson.network.backward(CrossEntropy().gradient(logits, lesson._y))
    weight, bias = lesson.network.parameters()
    np.testing.assert_allclose(gradient, np.vstack([weight.grad, bias.grad]), atol=1e-5)


def test_gradients_of_batches_are_means_over_digits_each_dealt_once_in_a_pass():
    rng = np.random.default_rng(0)
    x, deltas = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
    drawn = batch_gradients(x, deltas, 4, 3, rng=rng)  # one pass
    np.testing.assert_allclose(drawn.mean(axis=0), full_gradient(x, deltas))
    singles = batch_gradients(x, deltas, 1, 12, rng=rng)
    expected = {tuple(np.outer(a, b).ravel().round(9)) for a, b in zip(x, deltas, strict=True)}
    assert {tuple(single.ravel().round(9)) for single in singles} == expected
    assert scatter(singles, full_gradient(x, deltas)) == pytest.approx(scatter_of_one(x, deltas))


def test_angles_are_those_of_geometry():
    full = np.array([[1.0, 0.0]])
    turned = [[[math.cos(a), math.sin(a)]] for a in np.radians([0, 30, 90, 180])]
    np.testing.assert_allclose(angles(3 * np.array(turned), full), [0, 30, 90, 180], atol=1e-6)
    assert angles(np.zeros((1, 1, 2)), full).tolist() == [90.0]


@pytest.mark.parametrize("updates", [0, 300])
@pytest.mark.parametrize("seed", [0, 1])
def test_four_times_the_batch_halves_the_noise(seed, updates):
    lesson = BatchNoise(seed=seed)
    lesson.run(updates)
    noise = {size: lesson.gradient_noise(size, batches=1000) for size in (1, 4, 16, 64, 256)}
    for size in (1, 4, 16):
        assert noise[4 * size] / noise[size] == pytest.approx(0.5, rel=0.07)
    sigma = scatter_of_one(lesson._x1, lesson._deltas())
    for size, measured in noise.items():
        expected = sigma * math.sqrt((SAMPLES - size) / (SAMPLES - 1) / size)
        assert measured == pytest.approx(expected, rel=0.07)
    assert lesson.gradient_noise(SAMPLES, batches=2) < 1e-4 * sigma


def test_measuring_changes_nothing_and_gives_the_same_number_twice():
    lesson = BatchNoise()
    lesson.run(20)
    before = weights(lesson)
    assert lesson.gradient_noise(4) == lesson.gradient_noise(4)
    np.testing.assert_array_equal(weights(lesson), before)


@pytest.mark.parametrize("size", [0, -1, 1439, 2.5, True, None, "4"])
def test_noise_of_a_batch_that_cannot_be_dealt_is_refused(size):
    with pytest.raises(ValueError, match="gradient_noise expects batch_size"):
        BatchNoise().gradient_noise(size)


# ---------------------------------------------------------------------- what the noise does


def test_the_noise_floor_falls_with_the_rate_and_decay_gets_below_it():
    large, middle = floor(learning_rate=0.5), floor(learning_rate=0.1)
    decay = floor(schedule="linear decay")
    halving = floor(schedule="halving")
    slow = floor(learning_rate=0.02)
    assert middle < large - 0.08
    assert decay < middle - 0.03
    assert halving < middle - 0.02
    assert slow > middle  # its floor is lower, but it is not there yet


def test_larger_batches_have_a_lower_floor():
    floors = [floor(batch_size=size) for size in (1, 4, 16)]
    assert floors[0] > 2 * floors[1]
    assert floors[1] > floors[2] + 0.1


def test_small_batches_win_by_passes_and_lose_nothing_by_updates():
    def loss(size, updates):
        lesson = BatchNoise(batch_size=size, learning_rate=0.1)
        lesson.run(updates)
        return lesson.train_loss()

    three_passes = [loss(size, 3 * math.ceil(SAMPLES / size)) for size in (4, 64, SAMPLES)]
    assert three_passes[0] + 0.4 < three_passes[1] < three_passes[2] - 0.4
    updates = [loss(size, 300) for size in (4, 64, SAMPLES)]
    assert np.ptp(updates) < 0.05


def test_training_takes_every_digit_once_in_a_pass_and_says_when_it_ends():
    lesson = BatchNoise(batch_size=100)
    items = [next(lesson.player._steps) for _ in range(30)]
    assert [item.iteration for item in items if item.ends_epoch] == [15, 30]
    assert [item.epoch for item in items] == [0] * 15 + [1] * 15
    assert lesson._samples == 2 * SAMPLES
    orders = [lesson._order(epoch).copy() for epoch in (0, 1, 0)]
    assert (orders[0] != orders[1]).any()
    np.testing.assert_array_equal(orders[0], orders[2])
    np.testing.assert_array_equal(np.sort(orders[0]), np.arange(SAMPLES))
    lesson.player.reset()
    lesson.player.advance("epoch")
    assert lesson.player.step == 15


# ---------------------------------------------------------------------- the controls of BatchNoise


def test_batch_size_and_rate_act_on_the_next_update():
    lesson = BatchNoise(batch_size=8)
    lesson.run(3)
    assert lesson._samples == 24
    lesson.set("batch_size", 100)
    lesson.set("learning_rate", 0.25)
    item = next(lesson.player._steps)
    assert lesson._samples == 124
    assert item.learning_rate == 0.25
    lesson.set("batch_size", SAMPLES)
    next(lesson.player._steps)
    assert lesson._samples == SAMPLES  # what was left of the pass


def test_momentum_acts_without_a_new_start():
    plain, heavy = BatchNoise(), BatchNoise()
    for lesson in (plain, heavy):
        lesson.run(5)
    heavy.set("momentum", 0.9)
    assert heavy.player.step == 5
    for lesson in (plain, heavy):
        lesson.run(5)
    assert heavy.optimizer.momentum == 0.9
    assert (weights(plain) != weights(heavy)).any()


def test_schedules_begin_when_they_are_chosen():
    lesson = BatchNoise(learning_rate=0.4)
    lesson.run(100)
    lesson.set("schedule", "linear decay")
    assert lesson.rate() == pytest.approx(0.4)
    lesson.run(1000)
    assert lesson.rate() == pytest.approx((0.4 + 0.004) / 2)
    lesson.run(1200)
    assert lesson.rate() == pytest.approx(0.004)
    lesson.set("schedule", "halving")
    lesson.run(799)
    assert lesson.rate() == pytest.approx(0.2)
    lesson.run(1)
    assert lesson.rate() == pytest.approx(0.1)
    lesson.set("schedule", "constant")
    assert lesson.rate() == 0.4
    assert "learning rate 0.4" in lesson.summary()


def test_wrong_labels_are_so_many_and_go_again():
    lesson = BatchNoise(wrong=0.0)
    np.testing.assert_array_equal(lesson._y, lesson.data.y_train)
    lesson.run(10)
    before = lesson.train_loss()
    lesson.set("wrong", 0.3)
    assert np.mean(lesson._y != lesson.data.y_train) == pytest.approx(0.3, abs=0.001)
    assert lesson._y.min() >= 0
    assert lesson._y.max() <= 9
    assert lesson.train_loss() > before
    assert lesson.frame()["updates"]["now"][1, -1] == pytest.approx(lesson.train_loss(), rel=1e-5)
    lesson.set("wrong", 0.0)
    assert lesson.train_loss() == before


def test_a_reset_keeps_the_last_run_to_compare():
    lesson = BatchNoise()
    assert lesson.frame()["updates"]["before"].shape == (2, 0)
    lesson.run(50)
    last = {axis: lesson.frame()[axis]["now"] for axis in ("updates", "passes")}
    for _ in range(2):  # a second reset has nothing new to keep
        lesson.player.reset()
        for axis, curve in last.items():
            np.testing.assert_array_equal(lesson.frame()[axis]["before"], curve)
            assert lesson.frame()[axis]["now"].shape == (2, 1)


def test_the_panels_of_noise_show_what_is_measured():
    lesson = BatchNoise(batch_size=16)
    lesson.run(100)
    frame = lesson.frame()
    noise = frame["noise"]
    np.testing.assert_allclose(noise["measured"][1], noise["theory"][1], rtol=0.45)
    np.testing.assert_allclose(noise["theory"][1, ::2], noise["theory"][1, 0] / 2.0 ** np.arange(5))
    assert noise["yours"][0, 0] == 16
    assert noise["measured"][0].tolist() == [2**k for k in range(10)]
    low, high = noise["y_range"]
    assert low <= noise["measured"][1].min() < noise["measured"][1].max() <= high
    assert noise["yours"][1, 0] == pytest.approx(lesson.gradient_noise(16), rel=0.1)
    assert frame["angles"]["values"].sum() == pytest.approx(1.0)
    lesson.set("batch_size", SAMPLES)
    frame = lesson.frame()
    assert frame["noise"]["yours"][1, 0] == 0.0
    assert frame["angles"]["values"][0] == 1.0
    assert "0 degrees" in frame["angles"]["alt"]


@pytest.mark.parametrize("size", [1, 3, 719, 720, 1437, SAMPLES])
def test_every_batch_size_can_be_drawn(size):
    lesson = BatchNoise(batch_size=size)
    lesson.run(2)
    for name, data in lesson.frame().items():
        assert "nan" not in data["alt"], name


# ---------------------------------------------------------------------- the search and its rules


def test_rates_cover_five_decades_evenly():
    assert len(RATES) == 26
    assert (RATES[0], RATES[-1]) == (0.0001, 10.0)
    np.testing.assert_allclose(np.diff(np.log10(RATES)), 0.2, atol=0.02)


def run_search(search, score):
    """Give each turn its whole length, and the score that a function of the rate says."""
    order = []
    while (index := search.next()) is not None:
        trial = search.trials[index]
        order.append((search.round, index))
        search.put(
            index, Trial(trial.rate, (), search.length, ((search.length, 1.0),), (score(trial),))
        )
    return order


def test_halving_drops_the_worse_half_after_each_round():
    search = RateSearch([Trial(rate, ()) for rate in RATES], updates=160, rounds=ROUNDS)
    order = run_search(search, lambda trial: abs(math.log(trial.rate / 0.1)))
    per_round = [sum(round_ == r for round_, _ in order) for r in range(ROUNDS)]
    assert per_round == [26, 13, 7, 4, 2]
    assert search.best().rate == 0.1
    left = [trial.rate for trial in search.trials if trial.running]
    assert left == pytest.approx([0.063, 0.1])


def test_a_sweep_trains_every_rate_once():
    search = RateSearch([Trial(rate, ()) for rate in RATES], updates=50, rounds=1)
    assert run_search(search, lambda trial: trial.rate) == [(0, i) for i in range(26)]
    assert search.best().rate == RATES[0]


def test_diverged_rates_never_stay_in_the_race():
    trials = [Trial(rate, (), 10, (), (1.0,), diverged=rate < 5) for rate in RATES[:-1]]
    search = RateSearch([*trials, Trial(10.0, ())], updates=160, rounds=ROUNDS)
    search.put(25, Trial(10.0, (), 10, (), (0.5,)))
    assert [trial.rate for trial in search.trials if trial.running] == [6.3, 10.0]
    assert all(trial.dropped for trial in search.trials if trial.diverged)
    assert search.best().rate == 10.0


def test_a_search_in_which_all_diverge_ends_without_a_best():
    trials = [Trial(rate, (), 10, (), (9.0,), diverged=True) for rate in RATES[:-1]]
    search = RateSearch([*trials, Trial(10.0, ())], updates=160, rounds=ROUNDS)
    search.put(25, Trial(10.0, (), 5, (), (9.0,), diverged=True))
    assert search.next() is None
    assert search.best() is None


def test_folds_hold_out_each_digit_once_and_repeat_their_batches():
    x, y = np.arange(203.0)[:, None], np.arange(203)
    folds = [Fold.of(x, y, index, count=5, seed=3) for index in range(5)]
    np.testing.assert_array_equal(np.sort(np.concatenate([f.y_held for f in folds])), y)
    for fold in folds:
        assert not set(fold.y) & set(fold.y_held)
        batches = len(fold.x) // BATCH
        seen = np.concatenate([fold.batch(t)[1] for t in range(batches)])
        assert len(set(seen)) == len(seen) == batches * BATCH
        np.testing.assert_array_equal(fold.batch(7)[0], Fold(*astuple_of(fold)).batch(7)[0])


def astuple_of(fold):
    return fold.x, fold.y, fold.x_held, fold.y_held, fold.seed


# ---------------------------------------------------------------------- the search on digits

USUAL = {"SGD": (0.25, 1.0), "momentum": (0.04, 0.25), "Adam": (0.01, 0.063)}


@pytest.mark.parametrize("optimizer", USUAL)
def test_a_sweep_finds_a_rate_that_works(optimizer):
    lesson = RateChoice(optimizer=optimizer)
    lesson.finish()
    low, high = USUAL[optimizer]
    assert low <= lesson.best_rate() <= high
    losses = lesson.losses()
    assert set(losses) == set(RATES)
    assert losses[lesson.best_rate()] == min(losses.values()) < 0.3
    assert losses[0.0001] > 2.0  # too small
    assert losses[10.0] == math.inf  # too large


@pytest.mark.parametrize("optimizer", USUAL)
@pytest.mark.parametrize("seed", [0, 1])
def test_halving_finds_a_rate_as_good_with_a_third_of_the_updates(optimizer, seed):
    sweep = RateChoice(optimizer=optimizer, seed=seed)
    halving = RateChoice(optimizer=optimizer, seed=seed, strategy="halving")
    for lesson in (sweep, halving):
        lesson.finish()
    assert 1 / 3 < halving.best_rate() / sweep.best_rate() < 3
    assert halving.losses()[halving.best_rate()] < 1.5 * min(sweep.losses().values())
    assert halving.updates_spent() < sweep.updates_spent() / 3


def test_cross_validation_gives_mean_and_spread_over_five_folds():
    one, five = RateChoice(updates=50), RateChoice(updates=50, folds=True)
    for lesson in (one, five):
        lesson.finish()
    rate = five.best_rate()
    trial = next(trial for trial in five.search.trials if trial.rate == rate)
    assert len(trial.scores) == 5
    assert five.losses()[rate] == pytest.approx(np.mean(trial.scores))
    assert five.spreads()[rate] == pytest.approx(np.std(trial.scores))
    assert five.spreads()[rate] > 0
    assert set(one.spreads().values()) == {0.0}
    assert trial.scores[0] == one.losses()[rate]  # the first fold is the one without
    assert "±" in five.summary()
    assert "±" not in one.summary()
    diverged = [rate for rate, loss in five.losses().items() if math.isinf(loss)]
    assert diverged
    assert not set(diverged) & set(five.spreads())


def test_every_rate_starts_from_the_same_weights_and_sees_the_same_batches():
    lesson = RateChoice(updates=50)
    lesson.finish()
    first = [trial.curve[0] for trial in lesson.search.trials if trial.rate < 0.001]
    assert np.ptp([loss for _, loss in first]) < 0.05
    states = RateChoice().search.trials
    for trial in states:
        np.testing.assert_array_equal(trial.states[0], states[0].states[0])


def test_a_diverged_curve_ends_and_is_called_so():
    lesson = RateChoice(optimizer="Adam", updates=50)
    lesson.finish()
    trial = lesson.search.trials[-1]
    assert trial.diverged
    assert trial.iteration < 50
    assert lesson.frame()["curves"]["10"].shape[1] == len(trial.curve) < 10
    frame = lesson.frame()["scores"]
    assert "diverged" in frame["alt"]
    assert " 10." in frame["alt"]
    top = frame["points"][:, 1].max()
    at = np.flatnonzero(frame["points"][:, 0] > 9.9)
    assert frame["points"][at, 1] == top
    assert lesson.panels[1].classes[frame["labels"][at[0]]] == "diverged"
    assert lesson.player.step > 0  # and nothing was undone


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("strategy", "halving", 26 + 13 + 7 * 2 + 4 * 3 + 2 * 5),
        ("updates", 60, 26 * 12),
        ("folds", True, 26 * 10),
    ],
)
def test_controls_start_the_search_anew(name, value, number):
    lesson = RateChoice(updates=50)
    lesson.run(30)
    lesson.set(name, value)
    assert lesson.player.step == 0
    assert lesson.updates_spent() == 0
    assert lesson.values[name] == value
    lesson.finish()
    assert lesson.player.step <= number


def test_optimizer_and_hidden_units_change_what_is_trained():
    lesson = RateChoice()
    lesson.set("optimizer", "Adam")
    assert type(lesson.optimizer).__name__ == "Adam"
    lesson.set("hidden", 7)
    assert next(p.value.shape for p in lesson.network.parameters()) == (64, 7)
    lesson.set("optimizer", "momentum")
    assert lesson.optimizer.momentum == 0.9
    lesson.run(40)
    assert len(lesson.losses()) == 2


def test_before_any_rate_is_done_there_is_no_best():
    lesson = RateChoice()
    with pytest.raises(ValueError, match="best_rate expects at least one rate trained"):
        lesson.best_rate()
    assert lesson.losses() == lesson.spreads() == {}
    assert "no rate is trained to the end yet" in lesson.summary()
    lesson.run(30)
    assert lesson.best_rate() == RATES[0]


def test_after_the_end_it_rewinds_and_goes_on():
    lesson = RateChoice(updates=50, strategy="halving")
    lesson.finish()
    end, best = lesson.player.step, lesson.best_rate()
    lesson.player.advance()
    assert lesson.player.step == end
    assert lesson.player.message == "This run is over. Reset begins anew."
    lesson.player.seek(end // 2)
    assert lesson.player.step < end
    assert lesson.player.message == ""
    lesson.finish()
    assert (lesson.player.step, lesson.best_rate()) == (end, best)


def test_epoch_goes_to_the_end_of_a_turn():
    lesson = RateChoice(updates=52)
    lesson.run(3)
    lesson.player.advance("epoch")
    assert lesson.player.step == 11
    assert lesson.search.trials[0].iteration == 52


# ---------------------------------------------------------------------- both


EACH = {
    "noise": lambda **values: BatchNoise(**values),
    "rates": lambda **values: RateChoice(updates=50, **values),
    "halving with folds": lambda **values: RateChoice(
        updates=50, strategy="halving", folds=True, optimizer="Adam", **values
    ),
}
each = pytest.mark.parametrize("make", EACH.values(), ids=EACH.keys())


@each
def test_the_same_seed_gives_the_same_pictures(make):
    first, second, other = make(seed=3), make(seed=3), make(seed=4)
    for lesson in (first, second, other):
        lesson.run(60)
    assert_same_frames(first.frame(), second.frame())
    assert first.summary() == second.summary()
    assert (weights(first) != weights(other)).any()


@each
def test_what_was_rewound_can_be_run_again_exactly(make):
    lesson = make()
    lesson.run(60)
    lesson.frame()
    end, kept = weights(lesson), lesson.save_state()
    for target in (31, 2, 0):
        lesson.player.seek(target)
        assert lesson.player.step == target
        lesson.run(60 - target)
        np.testing.assert_array_equal(weights(lesson), end)
        again = lesson.save_state()
        assert again.keys() == kept.keys()
        if "trials" in again:
            for new, old in zip(again["trials"], kept["trials"], strict=True):
                assert (new.curve, new.scores, new.dropped) == (old.curve, old.scores, old.dropped)


@each
def test_drawing_does_not_change_what_is_learnt(make):
    drawn, plain = make(), make()
    for _ in range(6):
        drawn.run(10)
        drawn.frame()
        drawn.summary()
    plain.run(60)
    np.testing.assert_array_equal(weights(drawn), weights(plain))
    assert_same_frames(drawn.frame(), drawn.frame())


def test_a_rewind_over_a_new_schedule_starts_it_there():
    lesson = BatchNoise(learning_rate=0.4)
    lesson.run(100)
    lesson.set("schedule", "linear decay")
    lesson.run(20)
    lesson.player.seek(50)
    assert lesson.rate() == pytest.approx(0.4)
    lesson.run(1000)
    assert lesson.rate() == pytest.approx((0.4 + 0.004) / 2)
    lesson.player.seek(1040)
    passed = lesson.player.step - 50
    assert lesson.rate() == pytest.approx(0.4 - passed / 2000 * (0.4 - 0.004))


@each
def test_a_fresh_view_has_words_and_numbers_for_everything(make):
    lesson = make()
    for _ in range(2):
        for name, data in lesson.frame().items():
            assert "nan" not in data["alt"], name
            assert "inf" not in data["alt"], name
        assert "\n" not in lesson.summary()
        lesson.run(7)
        lesson.player.reset()


@each
def test_the_still_picture_and_its_panels_agree_with_the_frame(make, recwarn):
    lesson = make()
    lesson.run(40)
    assert {panel.name for panel in lesson.panels} == set(lesson.frame())
    assert lesson.stage.picture().startswith(b"\x89PNG")
    assert not [w for w in recwarn if "layout" in str(w.message)]


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (BatchNoise, "batch_size", 0),
        (BatchNoise, "batch_size", 1439),
        (BatchNoise, "batch_size", math.nan),
        (BatchNoise, "learning_rate", 0.0),
        (BatchNoise, "momentum", 1.0),
        (BatchNoise, "wrong", -0.1),
        (BatchNoise, "schedule", "cosine"),
        (RateChoice, "updates", 1000),
        (RateChoice, "hidden", "many"),
        (RateChoice, "folds", 1),
        (RateChoice, "strategy", ["sweep"]),
        (RateChoice, "optimizer", None),
    ],
)
def test_values_that_make_no_sense_are_refused_and_change_nothing(make, name, value):
    lesson = make()
    lesson.run(3)
    before = dict(lesson.values)
    with pytest.raises(ValueError, match="it stays as it was"):
        lesson.set(name, value)
    assert lesson.values == before
    assert lesson.player.step == 3
