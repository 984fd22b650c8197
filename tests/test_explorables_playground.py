"""Lesson 10: what each control does, what the view then says, and what it refuses."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib.explorables import playground as live
from nnlib.explorables.playground import Playground
from nnlib.explorables.playground.controls import CONTROLS, EXAMPLE
from nnlib.explorables.playground.data import IN_THE_PLANE, NAMES, OWN_POINTS
from nnlib.explorables.playground.features import FEATURES
from nnlib.explorables.playground.picture import SMALL
from nnlib.live import Stage, Table
from nnlib.live.edits import take_in
from nnlib.live.picture import Picture
from nnlib.views import draw_heat_map
from test_explorables_playground_code import random_value

KINDS = [getattr(live, name) for name in live.__all__]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
each_data = pytest.mark.parametrize("data", NAMES)
SOME = [[0.5, 0.5, 1], [-0.5, 0.5, 0], [0.25, -0.75, 0]]


def make(data, **values):
    return Playground(data=data, points=SOME if data == OWN_POINTS else [], **values)


# ---------------------------------------------------------------------- frames and words


@each_data
@pytest.mark.parametrize("layers", [0, 1, 6])
def test_a_frame_holds_what_its_panels_take(data, layers):
    view = make(data, layers=layers, show_test=True, show_code=True)
    view.run(3)
    frame = view.frame()
    assert set(frame) == {panel.name for panel in view.panels}
    network = frame["network"]
    sizes = network["sizes"]
    assert len(sizes) == layers + 2
    assert network["maps"].shape == (sum(sizes), SMALL, SMALL)
    assert network["maps"].dtype == np.int8
    for layer in range(1, layers + 2):
        assert network[f"weights_{layer}"].shape == (sizes[layer - 1], sizes[layer])
        assert network[f"biases_{layer}"].shape == (sizes[layer],)
    assert len(network["input_labels"]) == sizes[0]
    assert len(network["output_labels"]) == sizes[-1]
    shown = frame["map"]
    assert shown["values"].shape == (60, 60)
    assert ("regions" in shown) == (sizes[-1] > 1)
    assert shown["points"].shape == (len(shown["labels"]), 2)
    assert shown["labels"].max(initial=0) < len(shown["classes"])
    assert shown["by_hand"] == (data in IN_THE_PLANE)
    for points in (shown["points"], shown.get("test_points", np.empty((0, 2)))):
        if data not in IN_THE_PLANE:
            assert (np.abs(points) <= [shown["x_range"][1], shown["y_range"][1]]).all()
    assert "Sequential" in frame["code"]["text"]
    assert view.summary().startswith("Update 3.")
    json.dumps([panel.get("alt") for panel in frame.values()])


@pytest.mark.parametrize("data", ["circle", "XOR", "Gauss", "spiral", "moons"])
def test_the_map_has_the_colour_of_the_answer_at_each_point(data):
    """What the map shows at the place of a training point is what the network says of it."""
    view = make(data, learning_rate=0.1)
    view.run(50)
    frame = view.frame()["map"]
    said = view.network.forward(view.data.split.x_train)[:, 0]
    cells = np.floor((view.data.train_points + 1.2) / 2.4 * 60).astype(int)
    inside = ((cells >= 0) & (cells < 60)).all(axis=1)
    across, up = cells[inside].T
    shown = frame["values"][up, across] / 127
    assert np.abs(shown - np.tanh(said[inside] / 2)).max() < 0.15  # half a cell away


@each_kind
def test_each_experiment_plays_restores_and_is_drawn(kind):
    view = kind()
    view.run(40)
    assert view.trainer.iteration == 40
    other = kind(seed=3)
    other.restore(view.state)
    other.run(40)
    for mine, theirs in zip(view.network.parameters(), other.network.parameters(), strict=True):
        np.testing.assert_array_equal(mine.value, theirs.value)
    assert other.state == view.state
    for preset in view._presets:
        view.choose(preset)
        view.run(2)
    assert len(Picture(view).png()) > 10_000
    assert {"code"} <= set(view.idle())
    if view.only:
        assert not set(view.only) - {control.name for control in CONTROLS}


@pytest.mark.parametrize("number", range(30))
def test_any_order_of_moves_leaves_a_view_that_trains(number):
    """Random values of random controls, in between steps of all kinds, rewinding and reset."""
    rng = np.random.default_rng(number)
    view, refusals = Playground(seed=number), []
    for _ in range(25):
        control = CONTROLS[rng.integers(len(CONTROLS))]
        try:
            view.set(control.name, random_value(control, rng))
        except ValueError as refused:
            refusals.append(str(refused))
        player = view.player
        match int(rng.integers(6)):
            case 0:
                player.advance(str(rng.choice(view.units)))
            case 1:
                player.back()
            case 2:
                player.seek(player.step // 2)
            case 3:
                player.reset()
            case _:
                player.forward(5)
        frame = view.frame()
        assert np.isfinite(frame["loss"]["train"]).all()
        assert "Error" not in player.message, player.message
        view.summary()
    assert all("nothing has changed" in said or "stays" in said for said in refusals)


# ---------------------------------------------------------------------- steps


def test_a_sample_is_looked_at_and_the_last_one_moves_the_weights():
    view = Playground(batch_size=4)
    before = view.network.parameters()[0].value.copy()
    for number in range(1, 4):
        view.player.advance("sample")
        assert f"Sample {number} of 4" in view.summary()
        frame = view.frame()
        index = view.trainer.batch()[number - 1]
        assert frame["map"]["ring"] == view.data.train_points[index].tolist()
        assert len(frame["network"]["activations"]) == 2 + 4 + 1
        np.testing.assert_array_equal(view.network.parameters()[0].value, before)
    view.player.advance("sample")
    assert view.trainer.iteration == 1
    assert "ring" not in view.frame()["map"]
    assert not np.array_equal(view.network.parameters()[0].value, before)


def test_samples_then_a_batch_make_the_same_update():
    one, other = Playground(), Playground()
    for _ in range(5):
        one.player.advance("sample")
    one.player.advance("batch")
    other.player.advance("batch")
    for mine, theirs in zip(one.network.parameters(), other.network.parameters(), strict=True):
        np.testing.assert_array_equal(mine.value, theirs.value)
    assert one.trainer.iteration == other.trainer.iteration == 1
    assert one.frame()["loss"]["train"][0].max() == 1  # updates, not steps


def test_an_epoch_is_every_sample_once():
    view = Playground(batch_size=40)
    view.player.advance("epoch")
    assert view.trainer.iteration == 4  # 150 samples
    view.player.advance("batch")
    view.player.advance("epoch")
    assert view.trainer.iteration == 8


def test_rewinding_trains_on_along_the_same_way():
    view = Playground(dropout=0.2, units_1=8, batch_norm=True, optimizer="Adam")
    view.run(50)
    after = [p.value.copy() for p in view.network.parameters()]
    view.player.seek(23)
    assert view.trainer.iteration == 23
    view.run(27)
    for mine, earlier in zip(view.network.parameters(), after, strict=True):
        np.testing.assert_array_equal(mine.value, earlier)


# ---------------------------------------------------------------------- controls


@pytest.mark.parametrize(
    "name", ["learning_rate", "batch_size", "optimizer", "schedule", "penalty"]
)
def test_training_goes_on_with_a_new_setting(name):
    view = Playground()
    view.run(20)
    weight = view.network.parameters()[0].value.copy()
    control = next(c for c in CONTROLS if c.name == name)
    value = control.options[-1] if hasattr(control, "options") else control.maximum / 2
    view.set(name, value)
    np.testing.assert_array_equal(view.network.parameters()[0].value, weight)
    assert view.player.step == 20
    view.run(5)
    assert view.trainer.iteration == 25


def test_noise_moves_the_points_and_training_goes_on():
    view = Playground(noise=0.0)
    view.run(20)
    before = view.frame()["map"]["points"]
    view.set("noise", 0.2)
    after = view.frame()["map"]["points"]
    assert before.shape == after.shape
    assert 0.1 < np.abs(after - before).mean() < 0.3
    assert view.trainer.iteration == 20


def test_points_by_hand_are_learnt_from():
    view = Playground(data="circle", noise=0.0)
    view.run(500)
    assert view.network.forward(np.zeros((1, 2), np.float32))[0, 0] > 0
    view.set("points", [[0.0, 0.0, 0]] * 200)
    assert len(view.trainer.x) == 350
    assert len(view.frame()["map"]["points"]) == 150  # the hand draws its own
    view.run(2000)
    assert view.network.forward(np.zeros((1, 2), np.float32))[0, 0] < 0
    view.set("data", "regression plane")
    assert set(view.trainer.y[-100:, 0]) == {-1.0}
    view.set("data", "digits")
    assert view.frame()["map"]["by_hand"] is False
    view.run(2)


def test_only_points_by_hand_and_none_yet():
    view = Playground(data=OWN_POINTS)
    view.player.advance()
    assert "click into the map" in view.player.message
    assert "click into the map" in view.summary()
    view.frame()
    view.set("points", [[0.5, 0.0, 1]])
    view.run(10)
    view.set("points", SOME)
    view.run(300)
    assert view.train().accuracy == 1
    view.set("points", [])
    assert view.player.forward(3) is False
    view.frame()


def test_a_weight_is_typed():
    view = Playground()
    message = {"type": "edit", "panel": "network", "what": "weight", "index": [2, 3, 0], "value": 7}
    take_in(view, message)
    assert view.network.layers[2].weight.value[3, 0] == 7
    assert view.frame()["network"]["weights_2"][3, 0] == 7
    with pytest.raises(ValueError, match="nothing has changed"):
        take_in(view, {**message, "index": [2, 4, 0]})


def test_decisions_only():
    view = Playground(discretise=True)
    assert set(np.unique(view.frame()["map"]["values"])) <= {-127, 127}
    view = Playground(data="your table", discretise=True)
    assert set(np.unique(view.frame()["map"]["values"])) == {255}


def test_controls_without_effect_hide():
    view = Playground(layers=2)
    idle = set(view.idle())
    assert {"units_3", "momentum", "strength", "schedule_length", "table", "code"} <= idle
    assert not {"units_2", "noise", "x1"} & idle
    view.set("data", "your table")
    view.set("optimizer", "Nesterov")
    view.set("show_code", True)
    idle = set(view.idle())
    assert {"x1", "noise", "samples"} <= idle
    assert not {"momentum", "table", "code"} & idle


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a;b;kind\n1;2;x\n3;;y", "line 3, column 2"),
        ("a,b,kind\n1,red,x\n3,2,y", "'red'"),
        ("1,2,x\n" * 20, "only 'x'"),
        ("1,2,x", "got 1"),
        ("1,2,x\n2,1,y", "10 samples or more"),
        ("1,2,x\n2,1,y\n" * 2000, "12,000"),
        ("x" * 3_000_000, "12,000"),
        ("\ud800,1,x\n" * 12, "something else"),
        ("\x00\x01\x02" * 40, "something else"),
        ("ÿþ1;2\x00" * 10, "something else"),
        ("1,2,x\n2,1\n" * 6, "line 2"),
        ('"1,2,x\n' * 12, "quotation"),
        ("nan,1,x\n2,1,y\n" * 6, "expected a number"),
        ("1e99,1,x\n2,1,y\n" * 6, "expected a number"),
        ("", "no text"),
        (",,,\n,,", "commas"),
        (None, "expects text"),
        (17, "expects text"),
        (["1,2,x"], "expects text"),
    ],
)
def test_a_bad_table_is_refused_and_the_one_before_goes_on(text, words):
    view = Playground(data="your table")
    view.run(10)
    state = view.state
    weight = view.network.parameters()[0].value.copy()
    with pytest.raises(ValueError, match="stays as it was") as error:
        view.set("table", text)
    assert words in str(error.value)
    assert len(str(error.value)) < 300
    assert view.state == state
    assert view.trainer.iteration == 10
    np.testing.assert_array_equal(view.network.parameters()[0].value, weight)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{i};{i % 3},5;{'ab'[i % 2]}" for i in range(12)),
        "\ufeffa\tb\tc\r\n" + "\r\n".join(f"{i}\t5\t{i % 4}" for i in range(12)),
        "\n".join(f"{i} {'früh' if i % 2 else '晩い'}" for i in range(12)),
        "\n".join(f"{i}e28,1,1,1,{'pq'[i % 2]}" for i in range(1, 13)),
        "one,two,three,four\n" + "\n".join(f"{i},0,{-i},{i % 11}" for i in range(40)),
    ],
)
def test_good_tables_of_all_kinds_train(text):
    view = Playground(data="your table", table=text, learning_rate=0.05)
    view.run(60)
    assert np.isfinite(view.train().loss)
    view.frame()
    again = Playground()
    again.restore(view.state)
    again.run(60)
    np.testing.assert_array_equal(
        again.network.parameters()[0].value, view.network.parameters()[0].value
    )


def test_settings_that_do_not_go_together_are_refused():
    view = Playground()
    view.run(5)
    view.set("x2", False)
    with pytest.raises(ValueError, match=r"at least one input.*nothing has changed"):
        view.set("x1", False)
    assert view.values["x1"]
    view.set("batch_norm", True)
    with pytest.raises(ValueError, match="batches of 2"):
        view.set("batch_size", 1)
    assert view.values["batch_size"] == 10
    with pytest.raises(ValueError, match="at least one input"):
        view.restore(json.dumps({"explorable": "Playground", "values": {"x1": False}}))
    with pytest.raises(ValueError, match="at least one input"):
        Playground(x1=False, x2=False)


def test_batch_norm_never_meets_a_single_sample():
    view = Playground(batch_norm=True, samples=302, test_share=0.5, batch_size=10)
    assert len(view.data.split.x_train) == 151
    view.player.advance("epoch")
    assert view.trainer.iteration == 15
    assert not view.player.message
    assert "x[:-1]" in view.code()


def test_divergence_is_told_and_the_view_goes_back():
    view = Playground(data="regression hills", activation="linear", layers=3, learning_rate=10.0)
    assert view.player.forward(300) is False
    assert "too large" in view.player.message
    assert np.isfinite(view.train().loss)
    view.frame()


def test_the_stage_tells_what_hides():
    view = Playground()
    sent = []
    stage = Stage(view)
    stage.send = lambda content, buffers: sent.append(content)
    view.player.tick()
    stage._obey("set", {"name": "table", "value": "1,2"})
    view.player._draw()
    assert "momentum" in sent[-1]["idle"]
    assert sent[-1]["message"]


def test_a_table_needs_a_sound_example():
    assert Table("t", "T", EXAMPLE).clean(EXAMPLE) == EXAMPLE


def test_regions_and_a_ring_are_drawn():
    ax = Figure(figsize=(4, 3)).subplots()
    regions = np.array([[0, 1], [2, 1]], np.uint8)
    data = {"values": np.full((2, 2), 255, np.uint8), "regions": regions, "ring": [0.5, 0.5]}
    draw_heat_map(ax, {"x_range": (-1, 1), "y_range": (-1, 1)}, data)
    picture = ax.images[0].get_array()
    assert len(np.unique(picture.reshape(4, 3), axis=0)) == 3
    assert len(ax.lines) == 1


def test_features_are_those_of_their_names():
    x = np.random.default_rng(0).uniform(-1, 1, (6, 2)).astype(np.float32)
    for feature in FEATURES.values():
        expected = eval(feature.code, {"np": np, "x": x})
        np.testing.assert_array_equal(feature.make(x), expected)
