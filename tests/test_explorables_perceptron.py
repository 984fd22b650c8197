"""Lesson 02: what each control does, and what the pictures and texts then say."""

import numpy as np
import pytest

from nnlib.explorables.perceptron import (
    FourNetworks,
    LearningRateMyth,
    MarginBound,
    OneMistake,
    XorByHand,
    XorCarousel,
    YourPoints,
)
from nnlib.explorables.perceptron.margin_bound import MARGINS, count_mistakes
from nnlib.explorables.perceptron.samples import CORNERS, XOR, band_apart, two_clouds
from nnlib.explorables.perceptron.xor_carousel import BITS, NAMES, ORDERS, SIGNS
from nnlib.neurons import Perceptron, margin, novikoff_bound, widest_line

KINDS = (
    OneMistake,
    LearningRateMyth,
    MarginBound,
    YourPoints,
    XorCarousel,
    XorByHand,
    FourNetworks,
)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def assert_same(frame, other):
    for name, data in frame.items():
        assert data.keys() == other[name].keys()
        for key, value in data.items():
            np.testing.assert_array_equal(value, other[name][key], err_msg=f"{name} {key}")


# ---------------------------------------------------------------------- what holds for all


@each_kind
def test_going_back_and_on_again_is_the_same_run(kind):
    view = kind()
    view.run(6)
    view.player.snapshots.keep(view.player.step, view.save_state())
    at_six = view.frame()
    view.run(5)
    at_eleven = view.frame()
    view.player.seek(6)
    assert view.player.step == 6
    if kind is not FourNetworks:  # its curves are measured now and then
        assert_same(view.frame(), at_six)
    view.run(5)
    for name in at_eleven:
        for key, value in at_eleven[name].items():
            if kind is not YourPoints or name != "wrong":
                np.testing.assert_array_equal(view.frame()[name][key], value, err_msg=key)


# ---------------------------------------------------------------------- samples and pupils


@pytest.mark.parametrize("seed", range(5))
def test_two_clouds_keep_their_distance_and_are_mixed(seed):
    x, y = two_clouds(20, 0.3, np.random.default_rng(seed))
    assert x.shape == (20, 2)
    assert y.sum() == 10
    assert np.abs(x).max() <= 2
    assert np.flatnonzero(np.diff(y)).size > 0
    assert margin(x, y, *widest_line(x, y)) >= 0.3 - 0.005


@pytest.mark.parametrize("gap", [0.02, 0.2, 0.8])
def test_no_line_is_wider_than_the_margin_of_the_slider(gap):
    x, y = band_apart(40, gap, np.random.default_rng(0))
    assert margin(x, y, *widest_line(x, y)) == pytest.approx(gap)
    assert np.linalg.norm(x, axis=1).max() <= 1
    # With the bias as a weight, too: no weights do better than x1 = 0.
    signed = np.column_stack([x, np.ones(40)]) * (2 * y - 1)[:, None]
    weights = np.random.default_rng(1).normal(size=(2000, 3))
    weights /= np.linalg.norm(weights, axis=1)[:, None]
    assert (signed @ weights.T).min(axis=0).max() <= gap + 1e-12


@pytest.mark.parametrize("values", [{}, {"data": "AND"}, {"order": "shuffled each epoch"}])
def test_the_stepper_is_the_perceptron_of_the_library(values):
    view = OneMistake(**values)
    view.run(5000)
    pupil = view.pupils[0]
    assert pupil.done
    perceptron = Perceptron(2)
    for sample, error in pupil.visits:
        assert perceptron.learn_from(view.x[sample], int(view.y[sample])) == error
    np.testing.assert_array_equal(pupil.path[-1], [*perceptron.weight, perceptron.bias])
    if "order" not in values:
        assert Perceptron(2).fit(view.x, view.y) == pupil.counts
    assert pupil.wrong() == 0
    assert view.summary().startswith(f"Epoch {pupil.epoch} went without a mistake")


# ---------------------------------------------------------------------- one mistake


def test_a_mistake_is_drawn_tip_to_tail():
    view = OneMistake()
    view.player.advance("mistake")
    assert view.pupils[0].visits[-1][1] != 0
    sample, error = view.pupils[0].visits[-1]
    weights = view.frame()["weights"]
    np.testing.assert_allclose(weights["added"][:2], weights["old"][2:])  # tail on tip
    np.testing.assert_allclose(weights["added"][2:], error * view.x[sample], rtol=1e-6)
    np.testing.assert_allclose(
        weights["added"][:2] + weights["added"][2:], weights["new"][2:], atol=1e-6
    )
    plane = view.frame()["plane"]
    assert plane["ringed"] == sample
    np.testing.assert_allclose(
        plane["normal"][:2] @ plane["now"][:2] + plane["now"][2], 0, atol=1e-6
    )
    assert f"x = ({view.x[sample][0]:.2f}".replace("-", "−") in view.summary()
    view.run(1)
    if not view.pupils[0].visits[-1][1]:
        assert "old" not in view.frame()["weights"]
        assert "nothing changes" in view.summary()


def test_the_arrows_of_a_whole_run_have_room():
    view = OneMistake()
    high = view.frame()["weights"]["x_range"][1]
    while not view.pupils[0].done:
        view.run(1)
        assert view.frame()["weights"]["x_range"][1] == high
        assert np.abs(view.pupils[0].path[-1][:2]).max() < high


def test_the_curves_count_mistakes_and_wrong_samples():
    view = OneMistake()
    view.run(15)
    counted = view.frame()["count"]
    assert counted["mistakes"][1, -1] == view.pupils[0].mistakes
    assert counted["wrong"][1, -1] == view.pupils[0].wrong()
    assert counted["wrong"][1, 0] == view.y.sum()  # from zero weights all answers are 0


def test_units_end_where_they_say():
    view = OneMistake()
    view.player.advance("epoch")
    assert view.player.step == len(view.x)
    view.player.advance("mistake")
    assert view.pupils[0].visits[-1][1] != 0


def test_the_learning_rate_scales_the_step():
    view = OneMistake(learning_rate=10.0, data="OR")
    view.player.advance("mistake")
    assert view.pupils[0].path[-1].tolist() == [0, 10, 10]
    view = OneMistake(first="small random numbers")
    assert 0 < np.abs(view.pupils[0].path[0]).max() < 1.5


# ---------------------------------------------------------------------- the learning rate


@pytest.mark.parametrize("seed", range(6))
def test_from_zero_weights_all_rates_make_the_same_mistakes(seed):
    view = LearningRateMyth(seed=seed)
    view.run(5000)
    assert view.same_mistakes()
    assert "all the same ones. All have learnt." in view.summary()
    small, one, large = (np.array(pupil.path) for pupil in view.pupils)
    np.testing.assert_allclose(100 * small, one, atol=1e-9)
    np.testing.assert_allclose(large, 100 * one, atol=1e-9)


def test_from_other_weights_they_differ():
    view = LearningRateMyth(size=2.0)
    assert np.linalg.norm(view.pupils[0].path[0]) == pytest.approx(2)
    view.run(5000)
    assert not view.same_mistakes()
    assert "not the same ones" in view.summary()
    rows = view.frame()["numbers"]["values"]
    assert rows[:, 3].tolist() == [pupil.mistakes for pupil in view.pupils]
    assert rows[0, 3] > 3 * rows[1, 3]


# ---------------------------------------------------------------------- the margin


@pytest.mark.parametrize("seed", range(8))
def test_mistakes_are_counted_as_the_perceptron_makes_them(seed):
    rng = np.random.default_rng(seed)
    x, y = band_apart(30, 0.05, rng)
    order = rng.permutation(30)
    perceptron = Perceptron(2)
    counts = perceptron.fit(x[order], y[order], max_epochs=5000)
    mistakes, weights = count_mistakes(x, y, order)
    assert mistakes == sum(counts)
    np.testing.assert_allclose(weights, [*perceptron.weight, perceptron.bias], atol=1e-9)


def test_no_order_breaks_the_bound_and_it_grows_as_the_margin_shrinks():
    view = MarginBound(margin=0.1)
    view.run(40)
    graph = view.frame()["bound"]
    assert (graph["most"][1] <= graph["bound"][1]).all()
    assert (graph["mean"][1] <= graph["most"][1]).all()
    np.testing.assert_allclose(graph["bound"][0], MARGINS, rtol=1e-6)
    assert view.bound(0.1) == pytest.approx(novikoff_bound(view.x, view.y, [1, 0], 0))
    assert view.counts[:, -1].max() <= view.bound(0.1)
    assert (np.diff(graph["bound"][1]) < 0).all()


def test_a_new_margin_tries_the_same_orders():
    view, other = MarginBound(margin=0.1), MarginBound(margin=0.3)
    for lesson in (view, other):
        lesson.run(12)
    view.set("margin", 0.3)
    assert view.player.step == 12
    assert_same(view.frame(), other.frame())
    view.set("samples", 20)
    assert view.player.step == 0
    assert len(view.x) == 20
    assert "No order has been tried" in view.summary()


# ---------------------------------------------------------------------- points of one's own


@pytest.mark.parametrize("preset", YourPoints.presets)
def test_it_ends_exactly_if_it_says_so(preset):
    view = YourPoints()
    view.choose(preset)
    view.run(6000)
    pupil = view.pupils[0]
    assert pupil.done == view.separable
    assert view.fewest <= pupil.wrong()
    numbers = view.pocket
    assert view.fewest == np.sum((view.x @ numbers[:2] + numbers[2] > 0) != view.y)
    if view.separable:
        assert pupil.mistakes <= view.bound
        assert "Learnt" in view.summary()
    else:
        assert min(pupil.counts[:-1]) > 0
        assert "will never stop" in view.summary()
        assert "will never stop" in view.frame()["plane"]["alt"]


def test_odd_sets_of_points_have_words_of_their_own():
    view = YourPoints(points=[])
    view.run(5)
    assert view.player.step == 0
    assert "no point yet" in view.summary()
    view.set("points", [[0.5, 0.5, 1]])
    assert "of one class" in view.summary()
    view.run(50)
    assert view.pupils[0].done
    view.set("points", [[0.5, 0.5, 1], [0.5, 0.5, 0]])
    assert not view.separable
    view.run(50)
    assert not view.pupils[0].done
    view.stage.picture()


def test_it_wakes_up_when_a_point_is_added_to_what_it_had_learnt():
    view = YourPoints()
    view.run(500)
    assert view.pupils[0].done
    assert not view.player.playing
    view.set("points", [*view.values["points"], [-0.2, -1.9, 1]])
    assert view.player.playing
    assert view.player.step == 0
    still = YourPoints()
    still.set("points", [[0.5, 0.5, 1]])
    assert not still.player.playing


def test_every_point_that_is_added_is_learnt_from():
    view = YourPoints()
    for number in range(5):
        view.set("points", [*view.values["points"], [1.5, -1.5 + 0.1 * number, 1]])
        assert len(view.x) == 11 + number
    view.run(1000)
    assert view.pupils[0].done


# ---------------------------------------------------------------------- XOR


@pytest.mark.parametrize("coding", [BITS, SIGNS])
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_becomes_a_carousel(order, coding):
    view = XorCarousel(order=order, coding=coding)
    view.run(60)
    pupil = view.pupils[0]
    assert [NAMES[sample] for sample, _ in pupil.visits[:4]] == order.split()
    assert set(pupil.counts[3:]) == {4}
    assert view.returned()
    assert "led back to where it began" in view.summary()
    assert np.abs(np.array(pupil.path)[:, :2]).max() <= 2  # inside the panel


def test_an_epoch_that_is_no_circle_says_so():
    view = XorCarousel(order="00 01 10 11")
    view.run(4)
    assert not view.returned()
    assert "ended somewhere else" in view.summary()
    view = XorCarousel(first="small random numbers")
    view.run(80)
    assert set(view.pupils[0].counts[5:]) == {4}
    assert view.returned()


def test_the_fold_brings_01_and_10_together():
    view = XorByHand()
    np.testing.assert_array_equal(view.frame()["hidden"]["points"], CORNERS)
    assert "border" not in view.frame()["hidden"]
    view.run(100)
    assert view.player.step == 40
    hidden = view.frame()["hidden"]
    assert hidden["points"].tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert ((hidden["points"] @ hidden["border"][:2] + hidden["border"][2] > 0) == XOR).all()
    assert "That is XOR." in view.summary()
    view.set("fold", 50.0)
    assert view.frame()["hidden"]["points"][1].tolist() == [0.5, 0.5]
    view.run(3)
    assert view.values["fold"] == 57.5


def test_an_edited_weight_breaks_xor_and_reset_mends_it():
    view = XorByHand(fold=100.0)
    view.edit("network", "bias", (1, 1), 0.0)
    assert view.answers().tolist() == [0, -1, -1, -2]
    assert "That is not XOR." in view.summary()
    view.player.reset()
    assert view.answers().tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("seed", range(4))
def test_only_the_bend_learns_xor(seed):
    view = FourNetworks(seed=seed, learning_rate=0.15)
    view.run(1500)
    np.testing.assert_allclose(view.answers()[:3], 0.5, atol=0.01)
    np.testing.assert_allclose(view.answers()[3], XOR, atol=0.01)
    for name in ("one", "wide", "deep"):
        assert not view.frame()[name]["values"].any()  # flat: no line is drawn through noise
    places, border = view.hidden_view()
    assert ((places[:, 0] > border) == XOR).all()
    low, high = view.frame()["hidden"]["x_range"]
    assert low < min(places[:, 0].min(), border) < max(places[:, 0].max(), border) < high


def test_the_view_of_the_hidden_space_tells_what_the_network_answers():
    view = FourNetworks(seed=1)
    view.run(7)
    places, border = view.hidden_view()
    weight = np.linalg.norm(view.network.layers[2].weight.value)
    np.testing.assert_allclose((places[:, 0] - border) * weight + 0.5, view.answers()[3])


def test_a_new_learning_rate_acts_on_all_four():
    view, twin = FourNetworks(), FourNetworks()
    for lesson in (view, twin):
        lesson.run(3)
    view.set("learning_rate", 0.01)
    for lesson in (view, twin):
        lesson.run(3)
    assert (np.abs(view.answers() - twin.answers()).max(axis=1) > 1e-4).all()
    assert [o.learning_rate for o in view.optimizers] == [0.01] * 4
