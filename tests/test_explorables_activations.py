"""Lesson 05: what each control does, and what the pictures and texts then say."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib.explorables.activations import (
    ActivationGallery,
    DeadUnit,
    DrawnActivation,
    GradientFlow,
    HingeFit,
    SlopeChain,
    SoftmaxTemperature,
)
from nnlib.explorables.activations.drawn import EXAMPLES
from nnlib.explorables.activations.drawn_layer import (
    CENTRES,
    COLUMNS,
    HEIGHTS,
    ROWS,
    TableActivation,
    draw_curve,
    read_curve,
)
from nnlib.explorables.activations.flow_lab import GLOROT, HE, LARGE
from nnlib.explorables.activations.functions import FACTS, NAMES, value_and_slope
from nnlib.explorables.activations.temperature import softmax_at
from nnlib.live import Bars
from nnlib.views import draw_bars

# ---------------------------------------------------------------------- functions


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_true(name):
    """What stands beside a curve is what the layer computes."""
    z = np.linspace(-30, 30, 6001)
    f, slope = value_and_slope(name, z)

    def span(text):
        low, _, high = text.replace("\N{MINUS SIGN}", "-").replace(" or ", " to ").partition(" to ")
        numbers = {"∞": math.inf, "-∞": -math.inf, "1/4": 0.25}
        return [numbers.get(part) or float(part) for part in (low, high or low)]

    low, high = span(FACTS[name].values)
    assert f.min() >= low - 0.005
    assert f.max() <= high + 0.005
    assert f.min() == pytest.approx(low, abs=0.005) or low == -math.inf
    assert f.max() == pytest.approx(high, abs=0.005) or high == math.inf
    low, high = span(FACTS[name].slopes)
    assert [slope.min(), slope.max()] == pytest.approx([low, high], abs=0.005)


def test_the_point_slides_and_the_tour_shows_every_function():
    view = ActivationGallery()
    seen = set()
    for _ in range(80):
        view.run(24)
        seen.add(view.values["function"])
        assert -4.5 <= view.values["z"] <= 4.5
    assert seen == set(NAMES)


def test_who_chooses_a_function_stays_with_it():
    view = ActivationGallery()
    view.set("function", "GELU")
    assert view.values["tour"] is False
    view.run(500)
    assert view.values["function"] == "GELU"
    view.set("z", -2.0)
    view.run(1)
    assert view.values["z"] == pytest.approx(-2.0, abs=0.15)  # it slides on from there
    f, slope = view.here()
    assert f"a = {f:.3f}, slope f′ = {slope:.3f}" in view.summary()


def test_the_tangent_touches_the_curve_with_its_slope():
    view = ActivationGallery(function="tanh", z=0.5)
    x, y = view.frame()["function"]["tangent"].astype(float)
    f, slope = np.tanh(0.5), 1 - np.tanh(0.5) ** 2
    assert np.diff(y) / np.diff(x) == pytest.approx(slope, rel=1e-5)
    assert y.mean() == pytest.approx(f, rel=1e-5)


# ---------------------------------------------------------------------- softmax


def test_temperature_goes_from_the_winner_to_all_alike():
    view = SoftmaxTemperature(temperature=0.05)
    assert view.probabilities()[0] > 0.999999
    view.set("temperature", 20.0)
    assert np.ptp(view.probabilities()) < 0.05
    view.set("z_0", -4.0)
    assert view.probabilities().argmax() == 1
    assert "dog" in view.summary()
    z = np.array([3.0, 1.0])
    np.testing.assert_allclose(softmax_at(z, [1.0, 2.0])[1], softmax_at(z / 2, 1.0))


def test_words_are_drawn_by_their_probabilities_and_counted_anew():
    view = SoftmaxTemperature(seed=3)
    view.run(3000)
    shares = view.frame()["drawn"]["values"]
    np.testing.assert_allclose(shares, view.probabilities(), atol=0.03)
    view.set("z_3", 2.0)
    assert not view.frame()["drawn"]["values"].any()
    assert view.frame()["drawn"]["marked"] == -1


# ---------------------------------------------------------------------- the chain


def test_the_chain_is_a_product():
    view = SlopeChain(weight=2.0)
    slopes = value_and_slope("logistic", view.z())[1]
    assert view.left()[-1] == pytest.approx(np.prod(2.0 * slopes))
    assert view.left()[1] == pytest.approx(2.0 * slopes[-1])  # the last layer comes first
    best = SlopeChain(**dict.fromkeys(SlopeChain.moving, 0.0))
    assert best.left()[-1] == 4.0**-8


def test_one_unit_that_is_off_ends_a_chain_of_relus():
    view = SlopeChain()
    view.choose("ReLU, every unit on")
    assert view.left()[-1] == 1
    view.set("z_4", -1.0)
    assert view.left()[-1] == 0
    assert "The unit of layer 4 is off" in view.summary()
    others = view.frame()["others"]["ReLU"]
    assert np.isnan(others[1]).sum() == 4  # layers 4 to 1 have nothing on a logarithmic axis


def test_play_draws_new_z_that_the_handles_show():
    view = SlopeChain(seed=1)
    first = view.z()
    view.run(1)
    second = view.z()
    assert (first != second).all()
    view.run(400)
    assert all(control.clean(view.values[control.name]) is not None for control in view.controls)


# ---------------------------------------------------------------------- the lab


def test_each_network_flows_as_the_lesson_says():
    logistic = GradientFlow(activation="logistic", initial=GLOROT).flow()
    assert logistic[0].delta < 1e-10 * logistic[-1].delta
    relu = GradientFlow(activation="ReLU", initial=GLOROT).flow()
    assert relu[0].weight_grad / relu[-1].weight_grad == pytest.approx(1, abs=0.3)
    assert relu[0].weight_grad < 1e-4
    he = GradientFlow(activation="ReLU", initial=HE).flow()
    assert 0.1 < he[0].delta / he[-1].delta < 10
    large = GradientFlow(activation="ReLU", initial=LARGE).flow()
    assert large[0].delta > 1000 * large[-1].delta


def test_depth_and_width_change_the_bars_and_training_the_weights():
    view = GradientFlow(depth=3, width=16, activation="tanh", learning_rate=0.5)
    assert [layer.layer for layer in view.flow()] == [
        "Dense(64, 16)",
        "Dense(16, 16)",
        "Dense(16, 16)",
        "Dense(16, 10)",
    ]
    assert len(view.frame()["delta"]["values"]) == 4
    before = view.accuracy()
    view.run(150)
    assert view.accuracy() > before + 0.3


def test_an_explosion_is_told_and_the_network_is_still_there():
    view = GradientFlow(activation="ReLU", initial=LARGE, depth=30)
    with pytest.raises(FloatingPointError):
        view.run(10)
    assert "no longer finite" in view.player.message
    assert np.isfinite(view.frame()["delta"]["values"]).all()


# ---------------------------------------------------------------------- the dead unit


def test_a_large_step_kills_and_three_ways_rescue():
    killed = DeadUnit(learning_rate=1.0)
    killed.run(1)
    assert killed.dead()
    assert "dead" in killed.summary()
    assert not killed.frame()["gradient"]["values"].any()
    place = killed.place()
    killed.set("learning_rate", 0.01)
    killed.run(100)
    assert killed.place() == place
    for preset in ("Rescue: a leak", "Rescue: draw it anew"):
        view = DeadUnit(learning_rate=1.0)
        view.run(1)
        view.choose(preset)
        view.run(250)
        assert view.loss() < 0.01, preset
    slow = DeadUnit(learning_rate=0.1)
    slow.run(250)
    assert slow.loss() < 0.01


def test_the_map_of_the_loss_is_the_loss():
    view = DeadUnit(start_w=0.45, start_b=-1.05, leak=0.2)
    values = view.frame()["loss"]["values"]
    row, column = round((-1.05 + 3) / 0.1 - 0.5), round((0.45 + 3) / 0.1 - 0.5)
    assert values[row, column] == pytest.approx(view.loss(), rel=1e-5)
    level = DeadUnit().frame()["loss"]["values"][:5, 20:40]
    assert np.ptp(level) == 0
    view.set("leak", 0.1)
    assert np.ptp(view.frame()["loss"]["values"][:5, 20:40]) > 0


# ---------------------------------------------------------------------- a drawn function


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_drawing_is_read_as_it_was_drawn(name):
    function = EXAMPLES[name]
    wanted = np.clip(function(CENTRES), HEIGHTS[-1], HEIGHTS[0])
    read = read_curve(np.array(draw_curve(function)) / 255)
    assert np.abs(read - wanted).max() < 0.12
    assert np.abs(read - wanted).mean() < 0.03


def test_gaps_are_bridged_and_ends_go_on():
    pixels = np.zeros((ROWS, COLUMNS))
    pixels[20, 10], pixels[8, 40] = 1.0, 0.5
    read = read_curve(pixels)
    assert read[:9] == pytest.approx(HEIGHTS[20])
    assert read[42:] == pytest.approx(HEIGHTS[8])
    assert (np.diff(read) >= -1e-12).all()
    assert not read_curve(np.zeros((ROWS, COLUMNS))).any()


def test_the_drawn_layer_has_the_slope_of_its_curve():
    layer = TableActivation(np.sin(CENTRES))
    rng = np.random.default_rng(0)
    z = rng.uniform(-4, 4, (5, 7))
    layer.forward(z)
    slope = layer.backward(np.ones_like(z))
    h = 1e-7
    numeric = (layer.forward(z + h) - layer.forward(z - h)) / (2 * h)
    np.testing.assert_allclose(slope, numeric, atol=1e-6)
    assert layer.forward(z.astype(np.float32)).dtype == np.float32
    layer.set_curve(np.zeros(COLUMNS))
    assert not layer.forward(z).any()


def test_the_view_says_what_is_wrong_with_a_drawing():
    view = DrawnActivation()
    view.choose("Level: no slope")
    assert "no gradient gets through" in view.summary()
    before = [p.value.copy() for p in view.network.layers[0].parameters()]
    view.run(30)
    for parameter, old in zip(view.network.layers[0].parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, old)
    view.choose("A straight line")
    assert "only be a line" in view.summary()
    view.set("curve", "")
    assert "The paper is empty" in view.summary()
    view.choose("ReLU")
    view.run(400)
    assert view.accuracy() > 0.9


# ---------------------------------------------------------------------- hinges


def test_hinges_are_where_the_answer_bends():
    view = HingeFit(units=6)
    view.run(200)
    x = np.linspace(-3, 3, 60_001)
    answer = view.network.forward(x[:, None])[:, 0]
    bends = x[1:-1][np.abs(np.diff(answer, 2)) > 1e-8]
    hinges = view.hinges()
    assert all(np.abs(hinges - bend).min() < 1e-3 for bend in bends)
    parts = view.frame()["parts"]["parts"]
    assert np.isnan(parts[1]).sum() == 6  # a gap after each unit
    marks = view.frame()["fit"]["marks"]
    np.testing.assert_allclose(marks[1], np.interp(marks[0], x, answer), atol=0.02)


def test_more_hinges_fit_better_and_a_moved_curve_is_followed():
    losses = []
    for units in (1, 8):
        view = HingeFit(units=units)
        view.run(600)
        losses.append(view.loss())
    assert losses[1] < losses[0] / 20
    before = view.loss()
    view.set("shift", 1.0)
    assert view.loss() > 10 * before
    view.run(600)
    assert view.loss() < 0.05


# ---------------------------------------------------------------------- bars on a logarithmic axis


def test_log_bars_stand_on_the_end_of_their_axis():
    panel = Bars(name="b", title="Bars", labels=("a", "b", "c"), y_scale="log", y_range=(1e-6, 10))
    ax = Figure().subplots()
    draw_bars(ax, panel.spec(), {"values": np.array([1.0, 1e-3, 0.0], dtype=np.float32)})
    assert ax.get_yscale() == "log"
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(tops, [1.0, 1e-3, 1e-6], rtol=1e-5)  # nothing is no bar
    assert {bar.get_y() for bar in ax.patches} == {1e-6}
    assert [text.get_text() for text in ax.texts] == ["1", "0.001", "0"]


@pytest.mark.parametrize(
    "wrong", [{"y_scale": "root"}, {"y_scale": "log"}, {"y_scale": "log", "y_range": (0.0, 1.0)}]
)
def test_log_bars_want_a_range_above_zero(wrong):
    with pytest.raises(ValueError, match="'Bars' expects"):
        Bars(name="b", title="Bars", labels=("a",), **wrong)
