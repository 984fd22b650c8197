"""Lesson 07: what each control does, and what the pictures and texts then say."""

import numpy as np
import pytest

from nnlib.explorables.regularisation import (
    BatchJitter,
    BatchNormTape,
    BugHunt,
    LiveMasks,
    Overfitting,
    RateSurvival,
    Remedies,
)
from nnlib.explorables.regularisation.batch_tape import LEAVES, LOSSES, MISTAKES
from nnlib.explorables.regularisation.loops import HEALTHY, KINDS, LEAKY, deal
from nnlib.explorables.regularisation.masks import MASKS, share_of_masks
from nnlib.explorables.regularisation.remedies import UPDATES
from nnlib.explorables.regularisation.remedy_panels import SWITCHES
from nnlib.explorables.regularisation.sides import Variants, few_digits
from nnlib.explorables.regularisation.survival import RATES

# ---------------------------------------------------------------------- overfitting


def test_the_lowest_test_loss_never_rises_and_forgets_what_was_undone():
    view = Overfitting()
    view.run(600)
    lowest = view.frame()["loss"]["lowest"][1]
    assert (np.diff(lowest) <= 0).all()
    assert "Overfitting: the test loss was lowest" in view.summary()
    view.player.seek(0)
    assert view.lowest()[0] == 0
    assert "Overfitting" not in view.summary()


def test_the_points_that_are_shown_are_chosen():
    view = Overfitting()
    assert "test_points" not in view.frame()["map"]
    view.set("shown", "both")
    assert {"points", "test_points"} <= set(view.frame()["map"])
    view.set("shown", "test points")
    assert "points" not in view.frame()["map"]


# ---------------------------------------------------------------------- remedies


def test_without_a_remedy_both_sides_are_the_same():
    view = Remedies()
    view.run(60)
    plain, mixed = view.sides
    np.testing.assert_array_equal(plain.weights(), mixed.weights())
    assert view.mixture() == "none"


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_changes_its_side_only(switch):
    nothing, view = Remedies(), Remedies(**{switch: True})
    nothing.run(60)
    view.run(60)
    np.testing.assert_array_equal(nothing.sides[0].weights(), view.sides[0].weights())
    assert view.mixture() == SWITCHES[switch]
    if switch == "early":  # it has not stopped yet
        assert not view.sides[1].stopped
    elif switch == "committee":
        assert len(view.sides[1].members) == 5
    else:
        assert (view.sides[1].weights() != view.sides[0].weights()).any()


def test_early_stopping_goes_back_to_its_best_weights_and_stays():
    view = Remedies(early=True)
    view.run(700)
    side = view.sides[1]
    assert side.stopped
    data = view.data
    assert side.loss(data.x_validation, data.y_validation) == pytest.approx(side.best[0])
    weights = side.weights()
    view.run(50)
    np.testing.assert_array_equal(side.weights(), weights)
    assert f"back at update {side.best[1]}" in view.summary()


def test_a_run_ends_and_the_table_keeps_what_was_tried():
    view = Remedies()
    view.run(UPDATES + 100)
    assert view.player.step == UPDATES
    none = view.score("none")
    view.set("l2", True)
    assert view.player.step == 0
    view.run(100)
    assert "several" not in view._tried
    view.set("norm", True)
    view.run(100)
    assert set(view._tried) == {"none", "L2", "several"}
    assert none != view.score("none")  # this run is shorter
    view.set("samples", 80)
    with pytest.raises(ValueError, match="was tried"):
        view.score("L2")


def test_a_penalty_that_is_too_strong_is_told_or_harmless():
    view = Remedies(l2=True, l1=True, l2_strength=0.1, l1_strength=0.1)
    view.run(100)
    assert np.isfinite(view.sides[1].weights()).all()


def test_wrong_labels_are_as_many_as_asked_and_test_labels_are_right():
    clean, dirty = (few_digits(1200, share, seed=0) for share in (0.0, 0.25))
    assert (clean.y != dirty.y).mean() == pytest.approx(0.25, abs=0.03)
    assert (clean.y_validation != dirty.y_validation).any()
    np.testing.assert_array_equal(clean.y_test, dirty.y_test)


def test_each_version_of_a_digit_is_made_once():
    digits = few_digits(50, 0.0, seed=0).x
    variants = Variants(digits, 0)
    first = variants.take(0, np.arange(10)).copy()
    np.testing.assert_array_equal(variants.take(0, np.arange(5)), first[:5])
    assert (variants.take(1, np.arange(10)) != first).any()


# ---------------------------------------------------------------------- masks


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_the_mean_of_all_masks_is_the_whole_network(rate):
    assert share_of_masks(rate).sum() == pytest.approx(1)
    view = LiveMasks(rate=rate, x=-0.3)
    assert view.mean() == pytest.approx(view.whole())
    assert view.variance() == pytest.approx(view.formula(), abs=1e-12)
    view = LiveMasks(rate=rate, x=-0.3, answer="a probability: σ of it")
    assert view.geometric_mean() == pytest.approx(view.whole())


def test_masks_are_all_different_and_drawn_by_their_shares():
    assert len({tuple(mask) for mask in MASKS}) == 64
    view = LiveMasks(rate=0.3)
    view.run(4000)
    np.testing.assert_allclose(view.drawn / 4000, share_of_masks(0.3), atol=0.02)
    view.set("rate", 0.4)
    assert not view.drawn.any()


def test_a_silent_unit_has_no_lines_and_nobody_is_silent_at_0():
    view = LiveMasks(rate=0.5)
    view.run(1)
    mask, data = MASKS[view.latest], view.frame()["network"]
    assert ((data["weights_2"][:, 0] == 0) == (mask == 0)).all()
    view = LiveMasks(rate=0.0)
    view.run(5)
    assert MASKS[view.latest].all()
    with pytest.raises(ValueError, match="probabilities"):
        view.geometric_mean()


# ---------------------------------------------------------------------- the tape


@pytest.mark.parametrize("loss", LOSSES)
def test_tape_nudge_and_layer_agree(loss):
    rng = np.random.default_rng(0)
    for _ in range(5):
        x = dict(zip(("x1", "x2", "x3"), rng.uniform(-3, 7, 3).round(2), strict=True))
        view = BatchNormTape(loss=loss, gamma=-1.3, beta=0.4, **x)
        tape, nudge, layer = view.check_rows()
        np.testing.assert_allclose(tape, layer, atol=1e-9)
        np.testing.assert_allclose(tape, nudge, atol=1e-3, rtol=1e-3)
        assert tape[:3].sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("mistake", MISTAKES[1:])
def test_a_mistake_on_the_way_back_is_found(mistake):
    view = BatchNormTape(mistake=mistake)
    view.run(45)
    assert "there is a mistake on the way back" in view.summary()
    view.set("mistake", MISTAKES[0])
    assert "5 of 5 found, all as nudging finds them" in view.summary()


def test_what_is_still_asked_for_is_not_given_away():
    view = BatchNormTape()
    assert np.isnan(view.frame()["check"]["values"]).all()
    view.run(20)  # to the last share of the gradient of β
    known = ~np.isnan(view.frame()["check"]["values"])
    assert known.all(axis=0).tolist() == [False] * 4 + [True]


def test_typed_numbers_are_judged():
    view = BatchNormTape()
    view.answer("tape", view.made, 4.0)
    assert view.made == len(LEAVES)
    assert "Not 4" in view.frame()["tape"]["reply"]
    view.answer("tape", view.made, 3.0)
    assert view.made == len(LEAVES) + 1
    assert "Right" in view.frame()["tape"]["reply"]


def test_three_equal_numbers_are_told():
    view = BatchNormTape(x1=2.0, x2=2.0, x3=2.0)
    view.run(45)
    assert "only ε keeps s finite" in view.summary()
    assert "mistake" not in view.summary()


@pytest.mark.parametrize("x", [-1.1, 0.1, 0.7, 3.2, 4.9])
def test_three_samples_alike_leave_nothing(x):
    view = BatchNormTape(x1=x, x2=x, x3=x)
    assert [view.number(f"d{i}") for i in "₁₂₃"] == [0.0] * 3
    assert view.number("σ²") == 0.0


# ---------------------------------------------------------------------- rates


def test_a_network_that_breaks_stands_still_and_the_others_go_on():
    view = RateSurvival(depth=6)
    racer = view.racers[0][-1]
    racer.network.layers[0].weight.value[:] = np.nan
    view.run(3)
    assert racer.broken
    assert view.accuracies()[0, -1] == 0.5
    view.set("rate", 3.0)
    assert "Its numbers broke" in view.frame()["plain"]["alt"]
    assert not view.racers[1][0].broken


def test_the_rate_that_is_shown_is_the_nearest():
    view = RateSurvival()
    for k, rate in enumerate(RATES):
        view.set("rate", float(rate))
        assert view.chosen() == k
    shown = view.frame()["plain"]["values"]
    view.run(5)
    assert (view.frame()["plain"]["values"] != shown).any()


# ---------------------------------------------------------------------- jitter


def test_the_running_mean_arrives_and_the_sample_jitters_by_the_formula():
    view = BatchJitter(batch=64)
    view.run(400)
    answers = view.frame()["answer"]["training"][1]
    assert len(answers) == 400  # every batch is there
    assert answers.std() == pytest.approx(view.theory(64), rel=0.15)
    assert view.layer.running_mean[0] == pytest.approx(3, abs=0.3)


def test_a_batch_of_one_is_refused_with_words_that_help():
    view = BatchJitter()
    view.run(3)
    view.set("batch", 1)
    assert "nothing of it would be left" in view.summary()
    view.player.advance()
    assert "at least 2 samples" in view.player.message
    assert view.player.step == 3
    view.set("batch", 2)
    view.player.advance()
    assert view.player.step == 4
    assert view.player.message == ""
    assert abs(view.frame()["answer"]["training"][1, -1]) == pytest.approx(1, abs=0.01)


# ---------------------------------------------------------------------- bug hunt


def test_every_seed_deals_each_kind_once():
    dealt = {tuple(deal(seed)) for seed in range(20)}
    assert len(dealt) > 5
    assert all(sorted(kinds) == sorted(KINDS) for kinds in dealt)


def test_verdicts_are_judged_loop_by_loop():
    view = BugHunt()
    assert view.frame()["verdict"]["text"] == ""
    letter = "ABCD"[view.kinds.index(LEAKY)]
    view.set(f"loop_{letter.lower()}", HEALTHY)
    assert f"Loop {letter}: not that." in view.frame()["verdict"]["text"]
    assert "0 of 4 loops judged right, 3 still open" in view.summary()
    view.set(f"loop_{letter.lower()}", LEAKY)
    assert f"Loop {letter}: right." in view.frame()["verdict"]["text"]


def test_frozen_weights_stay_as_they_are():
    view = BugHunt(frozen=True, every=1)
    before = [p.value.copy() for loop in view.loops for p in loop.network.parameters()]
    view.run(3)
    after = [p.value for loop in view.loops for p in loop.network.parameters()]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


def test_evaluations_come_as_often_as_the_slider_says():
    view = BugHunt(every=50)
    losses = {loop.test_loss for loop in view.loops}
    view.run(40)
    assert {loop.test_loss for loop in view.loops} == losses
    view.run(10)
    assert {loop.test_loss for loop in view.loops} != losses
