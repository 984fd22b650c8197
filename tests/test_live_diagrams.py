"""Networks, matrices, histograms, timelines and tapes without a browser."""

import json
import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib import Dense, Sequential, Tanh, views
from nnlib.live import (
    Bars,
    Explorable,
    Handle,
    Histogram,
    Lights,
    Matrix,
    Network,
    Slider,
    Tape,
    Timeline,
    count_in_bins,
    write_parameter,
)
from nnlib.live.panels.tapes import place_nodes
from nnlib.training import Step

NODES = (
    {"name": "x"},
    {"name": "w"},
    {"name": "z", "op": "x × w", "inputs": ["x", "w"]},
    {"name": "b"},
    {"name": "y", "op": "z + b", "inputs": ["z", "b"]},
)
BANDS = ({"name": "letters", "label": "input"}, {"name": "h", "label": "hidden"})


class Gallery(Explorable):
    """Every panel of this kind; weights and biases can be edited, the tape asks."""

    title = "Gallery"
    controls = (Slider("t", "Time", 0, 9, 3, integer=True),)
    panels = (
        Network(name="net", title="Net", editable=["weight", "bias"], edit_range=(-5, 5)),
        Network(name="fixed", title="Fixed"),
        Matrix(name="product", title="Product"),
        Histogram(name="spread", title="Spread", layers=["1", "2"], y_scale="log"),
        Timeline(name="time", title="Time", bands=BANDS, handles=[Handle("time", x="t")]),
        Tape(name="tape", title="Tape", nodes=NODES, asks=True),
        Tape(name="shown", title="Shown", nodes=NODES),
        Bars(name="bars", title="Bars", labels=["a", "b"], smooth=True),
    )

    def start(self):
        rng = np.random.default_rng(0)
        self.network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
        self.heard, self.done = [], 0

    def steps(self):
        while True:
            yield Step(0, 1, 0.0, 0.1, False)

    def edit(self, panel, what, index, value):
        self.heard.append((panel, what, index, value))
        write_parameter(self.network, what, index, value)

    def answer(self, panel, index, value):
        self.heard.append((panel, index, value))
        self.done += 1

    def frame(self):
        first, _, second = self.network.layers
        net = {"sizes": [2, 3, 1], "weights_1": first.weight.value, "biases_1": first.bias.value}
        net |= {"weights_2": second.weight.value, "activations": np.arange(6, dtype=np.float32)}
        left = np.arange(6, dtype=np.float32).reshape(2, 3)
        counts = count_in_bins([[0.1, 0.9], [0.5, np.nan, 7]], [0, 0.5, 1])
        tape = {"shown": self.done, "numbers": np.arange(10, dtype=np.float32), "words": ["w"] * 10}
        return {
            "net": net,
            "fixed": net,
            "product": {"values": left @ left.T, "left": left, "right": left.T.copy()},
            "spread": {"counts": counts, "before": counts, "edges": np.float32([0, 0.5, 1])},
            "time": {"letters": list("abcdefghij"), "h": np.ones((2, 10), np.float32), "cursor": 3},
            "tape": tape,
            "shown": tape,
            "bars": {"values": np.float32([1, 2])},
        }

    def save_state(self):
        return {"arrays": np.concatenate([p.value.ravel() for p in self.network.parameters()])}

    def load_state(self, state, step):
        pass

    def check(self):
        pass


class Page:
    """Stands where the front end would."""

    def __init__(self, lesson):
        self.lesson, self.stage = lesson, lesson.stage
        self.frames = []
        self.stage.send = lambda content, buffers: self.frames.append((content, buffers))

    def ask(self, **message):
        self.stage._receive(self.stage, message, [])
        self.lesson.player.budget.forgive()
        self.lesson.player.budget.soonest = 0.0
        self.lesson.player.tick()
        return self.frames[-1][0]


@pytest.fixture
def page():
    return Page(Gallery())


def weights(lesson):
    return np.concatenate([p.value.ravel() for p in lesson.network.parameters()])


# ---------------------------------------------------------------- what is declared


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Network(name="n", title="Net", most=1), "expects most of 2 units or more, got 1"),
        (lambda: Network(name="n", title="Net", editable="weight"), "as a list with 'weight'"),
        (lambda: Network(name="n", title="Net", editable=["x"]), r"got \['x'\]"),
        (lambda: Network(name="n", title="Net", edit_range=(1, 1)), "two finite numbers"),
        (lambda: Network(name="n", title="Net", edit_range=(0, math.inf)), "two finite numbers"),
        (lambda: Network(name="n", title="Net", edit_range=(math.nan, 1)), "two finite numbers"),
        (lambda: Matrix(name="m", title="M", decimals=-1), "decimals from 0 to 6, got -1"),
        (lambda: Histogram(name="h", title="H", layers=[], y_scale="ln"), "linear or log"),
        (lambda: Timeline(name="t", title="T", bands=[]), "at least one"),
        (lambda: Timeline(name="t", title="T", bands=[*BANDS, BANDS[0]]), "names of their own"),
        (
            lambda: Timeline(name="t", title="T", bands=BANDS, handles=[Handle("a", x="t", y="u")]),
            "move across only",
        ),
        (
            lambda: Tape(name="t", title="T", nodes=[{"name": "z", "inputs": ["x"]}]),
            "'z' of 'T' expects earlier nodes as inputs, got 'x'",
        ),
        (
            lambda: Tape(name="t", title="T", nodes=[{"name": "x"}, {"name": "y"}, {"name": "x"}]),
            "each name once, got 'x' twice",
        ),
        (lambda: Tape(name="t", title="T", nodes=NODES, steps=[("q", "value")]), "'q'"),
        (lambda: Tape(name="t", title="T", nodes=NODES, steps=[("x", "sign")]), "'sign'"),
        (lambda: Tape(name="t", title="T", nodes=NODES, steps=[("x", "value", "q")]), "'q'"),
        (lambda: Tape(name="t", title="T", nodes=NODES, given=11), "given from 0 to 10"),
        (lambda: Lights(name="l", title="L", labels=""), "a label for each answer"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_tape_goes_forwards_and_then_backwards():
    steps = Tape(name="t", title="T", nodes=NODES).steps
    assert [name for name, _ in steps] == ["x", "w", "z", "b", "y", "y", "b", "z", "w", "x"]
    assert [what for _, what in steps] == ["value"] * 5 + ["gradient"] * 5
    mine = [("x", "gradient"), ("x", "gradient")]
    assert Tape(name="t", title="T", nodes=NODES, steps=mine).steps == mine


def test_nodes_lie_right_of_their_inputs_and_leaves_close_to_their_use():
    places = dict(zip("xwzby", place_nodes(NODES), strict=True))
    assert places["x"][0] == places["w"][0] < places["z"][0] == places["b"][0] < places["y"][0]
    assert len({tuple(place) for place in places.values()}) == 5


def test_counts_hold_every_number_but_nan():
    counts = count_in_bins([[0.1, 0.9, -5.0, np.inf, np.nan], []], [0.0, 0.5, 1.0])
    assert counts.tolist() == [[2, 2], [0, 0]]
    assert counts.dtype == np.uint32


def test_the_frame_is_strict_json_and_the_browser_knows_its_arrays(page):
    content = page.ask(type="hello")
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    json.dumps(page.stage.spec, allow_nan=False)
    assert content["panels"]["spread"]["counts"]["dtype"] == "uint32"
    assert "uint32: Uint32Array" in page.stage._esm
    for panel in page.stage.spec["panels"]:
        assert f"  {panel['kind']}: " in page.stage._esm


# ---------------------------------------------------------------- what is typed


def test_a_weight_and_a_bias_are_edited(page):
    lesson = page.lesson
    content = page.ask(type="edit", panel="net", what="weight", index=[1, 0, 2], value=-2.5)
    assert content["message"] == ""
    assert lesson.network.layers[0].weight.value[0, 2] == -2.5
    page.ask(type="edit", panel="net", what="bias", index=[2, 0], value=1)
    assert lesson.network.layers[2].bias.value[0] == 1
    assert lesson.heard == [("net", "weight", (1, 0, 2), -2.5), ("net", "bias", (2, 0), 1.0)]
    assert type(lesson.heard[1][3]) is float


def nested(depth):
    floor = []
    for _ in range(depth):
        floor = [floor]
    return floor


JUNK = [None, True, "1", "", [], {}, -1, 10**6, 10**5000, -(10**5000), 1e300, math.nan, math.inf]
JUNK += [nested(20_000), [10**5000], {"a": 1}, b"x", "__class__", "net\x00", "x" * 50_000, object()]
EDIT = {"type": "edit", "panel": "net", "what": "weight", "index": [1, 0, 2], "value": 1.0}
ANSWER = {"type": "answer", "panel": "tape", "index": 0, "value": 1.0}
WRONG_PLACES = [[0, 0, 0], [3, 0, 0], [1, 2, 0], [1, 0, 3], [2, 3, 0], [1, 0], [1, 0, 0, 0]]
WRONG_PLACES += [[1, -1, 0], [1, True, 0], [1, 0.0, 0], [1, "0", 0], [None] * 3, (1, 0, 0)]


@pytest.mark.parametrize("base", [EDIT, ANSWER], ids=["edit", "answer"])
@pytest.mark.parametrize("key", ["panel", "what", "index", "value"])
def test_junk_changes_nothing_and_is_answered(base, key, page):
    if key == "what" and base is ANSWER:
        key = "panel"
    before = weights(page.lesson)
    right = (-1, 10**6) if base is ANSWER else (-1,)  # as values these are not junk at all
    for junk in JUNK:
        if key == "value" and type(junk) is int and junk in right:
            continue
        content = page.ask(**(base | {key: junk}))
        assert "nothing has changed" in content["message"], type(junk)
        assert len(content["message"]) < 200
    page.ask(**{name: value for name, value in base.items() if name != key})
    assert page.lesson.heard == []
    np.testing.assert_array_equal(weights(page.lesson), before)


@pytest.mark.parametrize("index", WRONG_PLACES, ids=str)
def test_a_place_that_is_not_there_is_refused(index, page):
    assert "nothing has changed" in page.ask(**(EDIT | {"index": index}))["message"]
    assert page.lesson.heard == []


@pytest.mark.parametrize("value", [5.1, -5.1])
def test_a_value_out_of_range_is_refused(value, page):
    content = page.ask(**(EDIT | {"value": value}))
    assert content["message"] == (
        f"The view expects a number from -5 to 5, got {value}; nothing has changed"
    )


@pytest.mark.parametrize("panel", ["fixed", "product", "tape", "bars"])
def test_a_panel_that_cannot_be_edited_refuses(panel, page):
    assert "can be edited" in page.ask(**(EDIT | {"panel": panel}))["message"]


def test_answers_come_one_for_each_step_and_only_to_a_tape_that_asks(page):
    lesson = page.lesson
    assert page.ask(**ANSWER)["message"] == ""
    assert lesson.heard == [("tape", 0, 1.0)]
    assert "an answer to step 1" in page.ask(**ANSWER)["message"]  # a second click comes late
    assert "a panel that asks" in page.ask(**(ANSWER | {"panel": "shown"}))["message"]
    lesson.done = 10
    assert "nothing has changed" in page.ask(**(ANSWER | {"index": 10}))["message"]
    assert len(lesson.heard) == 1


def test_by_default_nothing_is_edited_and_nothing_answered(monkeypatch):
    lesson = Gallery()
    monkeypatch.delattr(Gallery, "edit")
    monkeypatch.delattr(Gallery, "answer")
    page = Page(lesson)
    before = weights(lesson)
    assert "does not let its weight be edited" in page.ask(**EDIT)["message"]
    assert "expects no answer" in page.ask(**ANSWER)["message"]
    np.testing.assert_array_equal(weights(lesson), before)


@pytest.mark.parametrize(
    ("what", "index", "value"),
    [
        ("weight", (0, 0, 0), 1.0),
        ("weight", (3, 0, 0), 1.0),
        ("weight", (1, 0), 1.0),
        ("bias", (1, 0, 0), 1.0),
        ("weight", (1, -1, 0), 1.0),
        ("bias", (1, 3), 1.0),
        ("slope", (1, 0), 1.0),
        ("weight", (1,), 1.0),
        ("bias", (1, 0), math.nan),
    ],
)
def test_write_parameter_refuses_what_is_not_there(what, index, value):
    lesson = Gallery()
    before = weights(lesson)
    with pytest.raises(ValueError, match="nothing has changed"):
        write_parameter(lesson.network, what, index, value)
    np.testing.assert_array_equal(weights(lesson), before)


# ---------------------------------------------------------------- the picture that stays behind


def render(draw, spec, data):
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    draw(axes, spec, data)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return axes, np.asarray(canvas.buffer_rgba())


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_the_picture_of_all_of_them_can_be_drawn():
    lesson = Gallery()
    lesson.done = 6
    assert lesson.stage.picture()[:4] == b"\x89PNG"


def test_the_network_tells_signs_apart_by_dash_and_counts_what_is_folded():
    rng = np.random.default_rng(0)
    data = {"sizes": [127, 2], "weights_1": rng.normal(size=(127, 2)), "biases_1": np.ones(2)}
    data["weights_1"][0] = np.nan
    axes, _ = render(views.draw_network, {"most": 16, "output_labels": ["a", "b"]}, data)
    assert "\N{HORIZONTAL ELLIPSIS} 112 more" in texts(axes)
    positive, negative = axes.collections
    assert len(positive.get_segments()) + len(negative.get_segments()) == 2 * 14
    assert positive.get_linestyle()[0][1] is None
    assert negative.get_linestyle()[0][1] is not None


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_the_network_shows_a_map_in_each_unit(dtype):
    data = {"sizes": [2, 1], "maps": np.zeros((3, 4, 4), dtype)}
    axes, _ = render(views.draw_network, {}, data)
    assert len(axes.images) == 3
    assert axes.images[0].get_clim() == ((-127, 127) if dtype == np.int8 else (0, 255))


def test_the_product_shows_its_factors_and_all_numbers():
    left, right = np.array([[1.0, -2.0]]), np.array([[3.0], [0.5]])
    data = {"values": left @ right, "left": left, "right": right}
    axes, _ = render(views.draw_matrix, {"row_labels": ["r"], "column_labels": ["c"]}, data)
    shown = texts(axes)
    assert shown[:5] == ["2", "1", "\N{MINUS SIGN}2", "3", "0.50"]
    assert {"A (1 × 2)", "B (2 × 1)", "C (1 × 1)", "r", "c"} <= set(shown)


def test_a_large_matrix_has_colours_only_and_broken_numbers_are_survived():
    values = np.zeros((40, 40))
    values[0, :3] = np.nan, np.inf, -np.inf
    axes, _ = render(views.draw_matrix, {}, {"values": values})
    assert texts(axes) == ["C (40 × 40)"]
    axes, _ = render(views.draw_matrix, {}, {"values": values[:1, :3]})
    assert texts(axes)[:3] == ["NaN", "inf", "-inf"]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_histograms_show_shares_of_each_layer(scale):
    data = {"counts": [[1, 3], [0, 0], [200, 600]], "edges": [0.0, 1.0, 2.0]}
    spec = {"layers": ["a", "b", "c"], "y_scale": scale}
    axes, _ = render(views.draw_histogram, spec, data | {"before": data["counts"]})
    filled = [patch.get_data().values for patch in axes.patches if patch.get_fill()]
    np.testing.assert_allclose(filled[0], [0.25, 0.75])
    np.testing.assert_allclose(filled[2], filled[0])
    assert len(axes.patches) == 6
    assert texts(axes) == ["a", "b", "c"]


def test_the_timeline_shows_symbols_cells_and_the_cursor():
    spec = {"bands": BANDS}
    data = {"letters": list("abc"), "h": np.array([[1, np.nan, -2]]), "cursor": 1, "h_scale": 4.0}
    axes, _ = render(views.draw_timeline, spec, data)
    assert texts(axes) == ["a", "b", "c"]
    assert axes.images[0].get_clim() == (-4, 4)
    assert [patch.get_x() for patch in axes.patches] == [0.5]
    axes, _ = render(views.draw_timeline, spec, data | {"cursor": 3})
    assert len(axes.patches) == 0


def test_the_tape_shows_no_more_than_has_been_shown():
    spec = Tape(name="t", title="T", nodes=NODES).spec()
    numbers = [0.731, 1, 0.731, 2, 2.731, 1, 1, 1, 0.731, 1]
    data = {"numbers": numbers, "words": [f"step {i}" for i in range(10)]}
    axes, _ = render(views.draw_tape, spec, data | {"shown": 3})
    shown = texts(axes)
    assert "z = x × w\n= 0.731" in shown
    assert "b\n=" in shown
    assert shown[-1] == "3 of 10: value of z: step 2"
    axes, _ = render(views.draw_tape, spec, data | {"shown": 10})
    assert "w\n= 1\n\N{PARTIAL DIFFERENTIAL} 0.731" in texts(axes)
    axes, _ = render(views.draw_tape, spec, data | {"shown": 99})
    assert texts(axes)[-1].startswith("10 of 10")


def test_what_is_given_on_a_tape_is_not_counted_and_a_node_may_have_a_place_of_its_own():
    nodes = [{"name": "x", "at": [0.1, 0.9]}, *NODES[1:]]
    tape = Tape(name="t", title="T", nodes=nodes, given=2)
    assert tape.spec()["places"][0] == [0.1, 0.9]
    assert tape.spec()["places"][1:] == place_nodes(NODES)[1:]
    data = {"numbers": np.arange(10.0), "words": ["words"] * 10}
    axes, _ = render(views.draw_tape, tape.spec(), data | {"shown": 2})
    assert texts(axes)[-1] == "0 of 8 steps"
    axes, _ = render(views.draw_tape, tape.spec(), data | {"shown": 3})
    assert texts(axes)[-1] == "1 of 8: value of z: words"


def test_a_gradient_comes_along_the_way_that_its_step_names():
    """x is used by y and by z; only the arrow of the one that it comes back from is strong."""
    nodes = [{"name": "x"}, {"name": "y", "inputs": ["x"]}, {"name": "z", "inputs": ["x", "y"]}]

    def strong(*step: str) -> int:
        spec = Tape(name="t", title="T", nodes=nodes, steps=[step]).spec()
        axes, _ = render(views.draw_tape, spec, {"shown": 1, "numbers": [1.0]})
        return sum(
            each.arrow_patch.get_linewidth() == 2
            for each in axes.texts
            if hasattr(each, "arrow_patch") and each.arrow_patch
        )

    assert strong("x", "gradient", "z") == 1
    assert strong("x", "gradient") == 2
    assert strong("y", "value") == 1


def test_cells_without_a_number_say_so_and_a_block_is_pointed_out():
    data = {"values": np.array([[1.0, 2.0], [3.0, np.nan]]), "label": "A B"}
    spec = {"label": "C", "empty_text": "?"}
    axes, _ = render(views.draw_matrix, spec, data | {"marked": [1, 0, 1, 1]})
    assert texts(axes) == ["1", "2", "3", "?", "A B (2 × 2)"]
    assert axes.images[0].get_array().mask.tolist() == [[False, False], [False, True]]
    block = axes.patches[-1]
    assert (block.get_x(), block.get_y(), block.get_width()) == (0, 1, 1)


def test_lights_show_the_picture_the_units_and_the_answer():
    picture = np.zeros((4, 4), dtype=np.uint8)
    activations = np.array([0.2, 0.9, 0.5, 0.1, 0.7], dtype=np.float32)
    flow = np.array([[0, 5], [1, 2], [-0.5, 1.5]], dtype=np.float32)
    data = {"picture": picture, "sizes": [3, 2], "activations": activations, "flow_0": flow}
    axes, _ = render(views.draw_lights, {"labels": "ab"}, data | {"marked": 0})
    shown = texts(axes)
    assert {"layer 1 (3)", "answer (2)", "a", "b", "10%", "70%"} <= set(shown)
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert bold == ["b"]
    dashes = [line.get_linestyle() for line in axes.lines[:2]]
    assert dashes == ["--", "-"]  # what holds down, what pushes up
    np.testing.assert_allclose(axes.collections[0].get_sizes(), 60 * activations[:3])
    empty, _ = render(views.draw_lights, {"labels": "ab"}, {})
    assert texts(empty) == []
