"""Lesson 01: what each control does, and what the pictures and texts then say."""

import json
import math

import numpy as np
import pytest

from nnlib.explorables import neuron as live
from nnlib.explorables.neuron import (
    GuessTheNeuron,
    LayerProduct,
    OneNeuron,
    SoftStep,
    StarsAndQuasars,
    TruthTables,
)
from nnlib.explorables.neuron.whole_weights import neurons_by_function
from nnlib.live import Choice, Numbers, Slider, Toggle
from nnlib.live.picture import Picture
from nnlib.neurons import boolean_function, linearly_separable

KINDS = [getattr(live, name) for name in live.__all__]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def other_value(control, value):
    """A value that the control takes and does not have."""
    match control:
        case Toggle():
            return not value
        case Choice():
            return next(option for option in control.options if option != value)
        case Numbers():
            return [[1 - cell for cell in row] for row in value]
        case Slider(log=True):
            return control.clean(math.sqrt(control.minimum * control.maximum) * 1.1)
    return control.clean(control.minimum + 0.83 * (control.maximum - control.minimum))


def arrays(view):
    """All arrays of a frame, by panel and name."""
    frame = view.frame()
    return {
        (panel, name): np.array(value, copy=True)
        for panel, data in frame.items()
        for name, value in data.items()
        if isinstance(value, np.ndarray)
    }


def same(first, second):
    return first.keys() == second.keys() and all(
        np.array_equal(first[key], second[key], equal_nan=first[key].dtype.kind == "f")
        for key in first
    )


# ---------------------------------------------------------------------- what holds for all


@each_kind
def test_every_panel_has_data_and_words(kind):
    view = kind()
    view.run(12)
    frame = view.frame()
    assert set(frame) == {panel.name for panel in view.panels}
    for data in frame.values():
        assert len(data["alt"]) > 10
        assert "nan" not in data["alt"]
    assert "nan" not in view.summary()
    json.dumps([view.values, view.state])
    assert Picture(view, words=True).png()[:4] == b"\x89PNG"


@each_kind
def test_every_control_changes_the_picture_or_what_comes_next(kind):
    for control in kind.controls:
        view = kind()
        view.run(3)
        before = view.frame()
        plain = {name: {k: str(v) for k, v in data.items()} for name, data in before.items()}
        was = view.values[control.name]
        view.set(control.name, other_value(control, was))
        assert view.values[control.name] != was
        if control.name == "learning_rate":
            view.run(20)
        after = view.frame()
        changed = {name: {k: str(v) for k, v in data.items()} for name, data in after.items()}
        assert changed != plain, control.name


@each_kind
def test_a_state_string_and_a_snapshot_bring_everything_back(kind):
    view = kind()
    view.run(8)
    before, settings, step = arrays(view), view.state, view.player.step
    view.run(30)
    assert not same(arrays(view), before)
    view.player.seek(step)
    if view.player.step == step:  # snapshots are kept now and then
        assert same(arrays(view), before)
    view.player.seek(0)
    again = kind()
    again.restore(settings)
    assert again.values == json.loads(settings)["values"] | {"speed": again.values["speed"]}


@each_kind
def test_the_same_steps_give_the_same_frames(kind):
    first, second = kind(), kind()
    first.run(25)
    for _ in range(25):
        second.run(1)
    assert same(
        {k: v for k, v in arrays(first).items() if k[0] != "loss"},
        {k: v for k, v in arrays(second).items() if k[0] != "loss"},
    )


@each_kind
def test_a_reset_begins_anew(kind):
    view = kind()
    start = arrays(view)
    view.run(10)
    assert not same(arrays(view), start)
    view.player.reset()
    assert view.player.step == 0
    assert same(arrays(view), start)


# ---------------------------------------------------------------------- one neuron


def test_the_arrow_turns_by_degrees_and_keeps_its_length():
    view = OneNeuron(w1=1.2, w2=1.6)
    angles = []
    for _ in range(4):
        angles.append(math.degrees(math.atan2(view.values["w2"], view.values["w1"])))
        view.run(90)
        assert view.length() == pytest.approx(2.0, abs=0.01)
    turned = np.diff(np.unwrap(np.radians(angles)))
    np.testing.assert_allclose(np.degrees(turned), 90, atol=0.5)


@pytest.mark.parametrize("name", ["w1", "w2", "b"])
def test_it_stands_still_as_soon_as_the_learner_takes_hold(name):
    view = OneNeuron()
    view.run(5)
    view.player.play()
    view.set(name, -0.7)
    assert not view.player.playing
    assert view.values[name] == -0.7


@pytest.mark.parametrize("name", ["x1", "x2"])
def test_the_input_moves_while_the_arrow_turns(name):
    view = OneNeuron()
    view.player.play()
    view.set(name, -0.7)
    assert view.player.playing
    view.player.pause()


def test_a_reset_brings_the_arrow_back_to_where_the_learner_put_it():
    view = OneNeuron()
    view.run(40)
    view.set("w1", 0.5)
    w2 = view.values["w2"]
    view.run(40)
    assert view.values["w1"] != 0.5
    view.player.reset()
    assert (view.values["w1"], view.values["w2"]) == (0.5, w2)


def test_a_restored_arrow_turns_on_from_there():
    view = OneNeuron(w1=0.0, w2=1.0)
    other = OneNeuron()
    other.run(30)
    other.restore(view.state)
    other.run(90)
    assert (other.values["w1"], other.values["w2"]) == pytest.approx((-1.0, 0.0), abs=0.02)


def test_a_neuron_without_weights_has_no_line_and_says_so():
    view = OneNeuron(w1=0.0, w2=0.0, b=1.0)
    assert "no line" in view.summary()
    assert math.isnan(view.distance())
    view.run(10)
    assert (view.values["w1"], view.values["w2"]) == (0.0, 0.0)


def test_the_threshold_answers_with_0_or_1():
    soft, hard = OneNeuron(), OneNeuron(transfer="threshold")
    assert 0 < soft.output() < 1
    assert hard.output() == 1
    hard.set("b", -9.0)
    assert hard.output() == 0
    assert hard.frame()["plane"]["hard"] is True


# ---------------------------------------------------------------------- truth tables


@pytest.mark.parametrize(("inputs", "able"), [(2, 14), (3, 104)])
def test_whole_weights_do_just_what_can_be_separated(inputs, able):
    found = neurons_by_function(inputs)
    assert len(found) == able
    for number in range(2**2**inputs):
        x, y = boolean_function(inputs, number)
        assert linearly_separable(x, y) == (number in found)
        if number in found:
            z = x @ found[number][:-1] + found[number][-1]
            assert np.array_equal(z > 0, y == 1)
            assert np.abs(z).min() >= 0.5


@pytest.mark.parametrize("inputs", [1, 4, 0])
def test_other_numbers_of_inputs_are_refused(inputs):
    with pytest.raises(ValueError, match=r"2 or 3 inputs|1 or more|expects"):
        neurons_by_function(inputs)


@pytest.mark.parametrize(("inputs", "count", "able"), [("two", 16, 14), ("three", 256, 104)])
def test_the_tour_goes_through_all_functions_and_counts(inputs, count, able):
    lab = TruthTables(inputs=inputs)
    seen = []
    for _ in range(count):
        lab.run(1)
        seen.append(lab.number())
    assert seen == list(range(count))
    assert lab.counts() == (able, count - able, 0)
    assert f"one neuron can do {able}" in lab.player.message
    classes = lab.frame()["map"]["values"].ravel()
    assert (classes == 0).sum() == able
    assert (classes == 1).sum() == count - able


def test_what_the_learner_sets_is_judged_and_noted():
    lab = TruthTables()
    assert lab.name() == "AND"
    assert lab.counts() == (1, 0, 15)
    lab.set("outputs", [[0, 1, 1, 0, 1, 1, 1, 1]])
    assert (lab.name(), lab.found()) == ("XOR", None)
    assert "no single neuron" in lab.summary()
    assert lab.counts() == (1, 1, 14)
    assert lab.frame()["table"]["found"].size == 0


def test_the_learner_stops_the_tour():
    lab = TruthTables()
    lab.player.play()
    lab.set("outputs", [[1, 0, 0, 0, 0, 0, 0, 0]])
    assert not lab.player.playing
    assert lab.name() == "NOR"


@pytest.mark.parametrize("preset", TruthTables.presets)
def test_presets_are_what_they_are_called(preset):
    lab = TruthTables()
    lab.choose(preset)
    x, wanted = boolean_function(lab.inputs(), lab.number())
    assert np.array_equal(lab.wanted(), wanted)
    total = x.sum(axis=1)
    truth = {
        "x₁ AND x₂": total == 2,
        "x₁ OR x₂": total > 0,
        "x₁ but not x₂": x[:, 0] > x[:, 1],
        "XOR: one of the two": total == 1,
        "Majority of three": total >= 2,
        "Parity of three": total % 2 == 1,
    }[preset]
    assert np.array_equal(wanted == 1, truth)


# ---------------------------------------------------------------------- from an S to a step


def test_the_width_and_the_slope_are_those_of_the_curve():
    for k in (0.5, 1.0, 7.0, 100.0):
        view = SoftStep(steepness=k, threshold=-1.0)
        half = view.width() / 2
        assert view.output(-1.0 - half) == pytest.approx(0.1)
        assert view.output(-1.0 + half) == pytest.approx(0.9)
        slope = (view.output(-1.0 + 1e-5) - view.output(-1.0 - 1e-5)) / 2e-5
        assert slope == pytest.approx(view.slope(), rel=1e-4)
        w1, w2, b = view.neuron()
        assert math.hypot(w1, w2) == pytest.approx(k, rel=1e-5)
        assert -b / math.hypot(w1, w2) == pytest.approx(-1.0, rel=1e-5)


def test_it_gets_steeper_and_begins_again():
    view = SoftStep(steepness=1.0)
    steeps = []
    for _ in range(130):
        view.run(1)
        steeps.append(view.values["steepness"])
    drops = np.flatnonzero(np.diff(steeps) < 0)
    assert len(drops) == 1
    assert steeps[drops[0]] > 190
    assert (np.diff(steeps[: drops[0] + 1]) > 0).all()


# ---------------------------------------------------------------------- the game


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [6, 31, 80])
def test_help_wins_every_round(seed, count):
    game = GuessTheNeuron(seed=seed, count=count)
    assert len(game.labels) == count
    assert abs(int((game.labels == 1).sum()) - count / 2) <= 0.5
    game.run(600)
    assert game.right() == count
    assert "new round" in game.player.message
    assert "Well matched" in game.summary()


def test_the_hidden_neuron_itself_wins_and_its_opposite_loses():
    game = GuessTheNeuron(seed=3)
    for name, part in zip(("w1", "w2", "b"), game.hidden, strict=True):
        game.set(name, float(part))
    assert game.right() == len(game.labels)
    assert game.agreement() > 0.99
    assert game.angle() == pytest.approx(0, abs=1)
    for name, part in zip(("w1", "w2", "b"), game.hidden, strict=True):
        game.set(name, -float(part))
    assert game.right() == 0
    assert game.angle() == pytest.approx(180, abs=1)


def test_the_hidden_neuron_is_told_only_on_request():
    game = GuessTheNeuron()
    assert "other" not in game.frame()["plane"]
    game.set("show", True)
    np.testing.assert_allclose(game.frame()["plane"]["other"], game.hidden, rtol=1e-6)


def test_another_seed_is_another_round_and_leaves_the_learners_neuron():
    game = GuessTheNeuron()
    game.set("w1", -2.0)
    hidden = game.hidden.copy()
    game.reseed(7)
    assert not np.allclose(game.hidden, hidden)
    assert game.values["w1"] == -2.0


def test_no_arrow_at_all_is_no_error():
    game = GuessTheNeuron(w1=0.0, w2=0.0, b=0.0)
    assert math.isnan(game.angle())
    assert "nan" not in game.summary()
    game.run(5)


# ---------------------------------------------------------------------- a layer


@pytest.mark.parametrize("samples", [1, 3, 6])
def test_the_product_grows_number_by_number(samples):
    layer = LayerProduct(samples=samples, seed=4)
    truth = layer.x @ layer.weight
    for done in range(1, 5 * samples + 1):
        layer.run(1)
        known = ~np.isnan(layer.product().ravel())
        assert known.tolist() == [i < done for i in range(5 * samples)]
        np.testing.assert_array_equal(layer.product().ravel()[known], truth.ravel()[known])
    z = truth + layer.bias
    np.testing.assert_allclose(layer.answers(), 1 / (1 + np.exp(-z)), rtol=1e-5)
    layer.set("transfer", "threshold")
    np.testing.assert_array_equal(layer.answers(), z > 0)


def test_the_arithmetic_in_words_is_right():
    layer = LayerProduct(seed=2)
    for row in range(3):
        for column in range(5):
            text = layer.terms(row, column).replace("×", "*")
            assert eval(text) == (layer.x @ layer.weight)[row, column]


# ---------------------------------------------------------------------- stars and quasars


@pytest.fixture(scope="module")
def trained():
    view = StarsAndQuasars()
    view.run(400)
    return view


def test_one_neuron_finds_most_quasars(trained):
    scores = trained.scores()
    assert scores.recall > 0.9
    assert scores.precision > 0.93
    assert scores.accuracy > 0.985


def test_the_counts_of_the_frame_are_those_of_the_scores(trained):
    table = trained.frame()["confusion"]["values"]
    assert table.sum() == 4000
    assert table[1].sum() == 320
    assert table[1, 1] / table[1].sum() == pytest.approx(trained.scores().recall)
    assert table[1, 1] / table[:, 1].sum() == pytest.approx(trained.scores().precision)


def test_a_lower_threshold_finds_more_and_is_right_less_often(trained):
    recalls = [trained.scores(at).recall for at in (0.05, 0.3, 0.5, 0.8)]
    assert recalls == sorted(recalls, reverse=True)
    assert trained.scores(0.05).precision < trained.scores(0.5).precision


def test_the_curves_over_the_thresholds_are_those_of_counting(trained):
    curves = trained.curves()
    for index, threshold in enumerate(np.linspace(0.01, 0.99, 99)):
        counts = trained.scores(float(np.float32(threshold)))
        for name, curve in curves.items():
            expected = getattr(counts, name)
            assert curve[1, index] == pytest.approx(expected, abs=2e-3, nan_ok=True)


def test_weights_in_magnitudes_give_the_same_probabilities(trained):
    weight, bias = trained.weights()
    z = trained.test_colours @ weight + bias
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), trained.probabilities(), atol=1e-4)


@pytest.mark.parametrize("pair", StarsAndQuasars.controls[0].options)
def test_the_line_of_two_colours_is_that_of_an_average_object(trained, pair):
    trained.set("colours", pair)
    data = trained.frame()["map"]
    w1, w2, b = data["neuron"].astype(float)
    names = [name.split(",")[0] for name in (data["x_label"], data["y_label"])]
    assert f"{names[1]} against {names[0]}" == pair
    i, j = (("u−g", "g−r", "r−i", "i−z").index(name) for name in names)
    colours = trained.mean.copy().astype(float)
    colours[i], colours[j] = 0.3, 0.7
    weight, bias = trained.weights()
    assert w1 * 0.3 + w2 * 0.7 + b == pytest.approx(float(colours @ weight + bias), abs=1e-3)
    trained.set("colours", StarsAndQuasars.controls[0].value)


def test_an_extreme_threshold_has_no_precision_and_says_so():
    view = StarsAndQuasars(threshold=0.99, share=0.005)
    view.run(5)
    assert math.isnan(view.scores().precision) or view.scores().precision <= 1
    view.set("learning_rate", 0.01)
    assert "nan" not in view.summary()
    assert "nan" not in view.frame()["scores"]["alt"]
