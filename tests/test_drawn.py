"""What is drawn, placed and typed: what the controls take and refuse, and how it is kept."""

import json
import math
import shutil
import subprocess

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib.filters import filter2d
from nnlib.live import (
    Bench,
    Drawing,
    Explorable,
    Numbers,
    Pad,
    Points,
    Scatter,
    Slider,
    Text,
)
from nnlib.live import stage as stage_module
from nnlib.live.controls import spec
from nnlib.live.gestures import check_gestures, made
from nnlib.views import draw_bench, draw_heat_map, draw_pad, draw_plane, draw_scatter, draw_text

DIGIT = Drawing("digit", "Your digit", 8, 6)
POINTS = Points("points", "Your points", (-2, 2), (0, 1), ("cat", "dog"), most=3)
KERNEL = Numbers("kernel", "Kernel", 2, 3, -4, 4)
ALL = (DIGIT, POINTS, KERNEL)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class OddText(str):
    """Equal to everything, as a hostile value may be."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def nested(depth):
    floor = []
    for _ in range(depth):
        floor = [floor]
    return floor


HOSTILE = [
    None,
    True,
    0,
    math.nan,
    math.inf,
    10**5000,
    1 + 0j,
    object(),
    {},
    {"0": [0, 0, 0]},
    b"AAP/",
    "x" * 1_000_000,
    "<script>alert(1)</script>",
    "\ud800",
    OddText(""),
    "AAP/",  # a drawing of another size
    "AAP/\n",
    "====",
    nested(100_000),
    [[]],
    [[0, 0, 0]] * 1_000,
    [[0] * 1_000] * 2,
    [[0, 0, 0], [0, 0]],
    [[0, 0, math.nan], [0, 0, 0]],
    [[0, 0, math.inf], [0, 0, 0]],
    [[0, 0, 10**5000], [0, 0, 0]],
    [[0, 0, 1e308], [0, 0, 0]],
    [[0, 0, "1"], [0, 0, 0]],
    [[0, 0, True], [0, 0, 0]],
    [[0, 0, None], [0, 0, 0]],
    [[0, 0, [0]], [0, 0, 0]],
    [[0, 0, "<b>1</b>"], [0, 0, 0]],
    [[[0, 0, 0]], [[0, 0, 0]]],
    ["000", "000"],
    np.array(3.0),
    np.array(["a"]),
    np.full((2, 3), np.nan),
    np.zeros((2, 3), dtype=object),
    np.zeros((2, 3), dtype=complex),
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("control", ALL, ids=lambda control: control.name)
def test_hostile_values_are_refused_in_words(control, value):
    with pytest.raises(ValueError, match=r"expects .*, got .*; it stays as it was") as caught:
        control.clean(value)
    assert str(caught.value).startswith(control.label)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("control", ALL, ids=lambda control: control.name)
def test_the_spec_is_plain_data_and_the_first_value_is_clean(control):
    plain = json.loads(json.dumps(spec(control), allow_nan=False))
    assert (plain["name"], plain["kind"]) == (control.name, type(control).__name__.lower())
    assert control.clean(plain["value"]) == control.clean(control.value)


# ---------------------------------------------------------------- drawings


def test_a_drawing_survives_its_text(rng):
    for share in (0.0, 0.05, 0.5, 1.0):
        picture = rng.integers(0, 256, (8, 6)) * (rng.random((8, 6)) < share)
        text = DIGIT.clean(picture.astype(np.uint8))
        assert DIGIT.clean(text) == text == DIGIT.clean(picture.tolist())
        np.testing.assert_allclose(DIGIT.pixels(text), picture / 255, atol=1e-6)
        assert DIGIT.pixels(text).dtype == np.float32


@pytest.mark.parametrize("cell", [-1, 256, 0.5, 1.0, True, "1", None, math.nan])
def test_pixels_are_bytes(cell):
    with pytest.raises(ValueError, match="8 rows of 6 bytes"):
        DIGIT.clean([[cell] + [0] * 5] + [[0] * 6] * 7)


def test_empty_paper_is_no_text_and_a_digit_is_short():
    digit = Drawing("digit", "Digit", 28, 28)
    assert digit.clean(np.zeros((28, 28), dtype=np.uint8)) == digit.value == ""
    seven = np.zeros((28, 28), dtype=np.uint8)
    seven[5:8, 8:20] = 200
    seven[8:22, 17:20] = 255
    assert len(digit.clean(seven)) < 250
    largest = Drawing("d", "d", 64, 64).clean(np.full((64, 64), 255, dtype=np.uint8))
    assert len(largest) < 6_000  # a state string holds 10,000 characters


def test_other_texts_of_the_same_drawing_become_one():
    line = Drawing("line", "Line", 1, 4)
    # 7, two runs of one zero, 9: what `clean` returns says one run of two.
    assert line.clean("BwABAAEJ") == line.clean([[7, 0, 0, 9]]) == "BwACCQ=="


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (Drawing, {"rows": 0, "columns": 8}),
        (Drawing, {"rows": 8.0, "columns": 8}),
        (Drawing, {"rows": True, "columns": 8}),
        (Drawing, {"rows": 65, "columns": 64}),
        (Drawing, {"rows": 3, "columns": 3, "value": "AAP/"}),
        (Points, {"x_range": (1, 0), "y_range": (0, 1)}),
        (Points, {"x_range": (0, 1), "y_range": (0, math.inf)}),
        (Points, {"x_range": (0, 1), "y_range": (0, 1), "most": 301}),
        (Points, {"x_range": (0, 1), "y_range": (0, 1), "classes": ()}),
        (Points, {"x_range": (0, 1), "y_range": (0, 1), "value": [[2, 0, 0]]}),
        (Numbers, {"rows": 21, "columns": 20, "minimum": 0, "maximum": 1}),
        (Numbers, {"rows": 2, "columns": 2, "minimum": 1, "maximum": 1}),
        (Numbers, {"rows": 2, "columns": 2, "minimum": math.nan, "maximum": 1}),
        (Numbers, {"rows": 1, "columns": 2, "minimum": 0, "maximum": 1, "value": [[0, 2]]}),
    ],
)
def test_impossible_controls_are_refused_when_they_are_made(kind, arguments):
    with pytest.raises(ValueError, match=r"^Mine expects"):
        kind("mine", "Mine", **arguments)


# ---------------------------------------------------------------- points and matrices


def test_points_are_rounded_to_their_range_and_kept_inside_it():
    clean = POINTS.clean([[-2 - 1e-12, 1, 0], (0.123456, 1 / 3, 1), [1.99999, 0, 1]])
    assert clean == [[-2.0, 1.0, 0], [0.123, 0.333, 1], [2.0, 0.0, 1]]
    assert POINTS.clean(clean) == clean
    assert json.loads(json.dumps(clean)) == clean
    wide = Points("p", "p", (1000, 1001), (0, 1e-3))
    assert wide.clean([[1000.1234, 0.00012345678, 0]]) == [[1000.123, 0.000123, 0]]


@pytest.mark.parametrize(
    "point",
    [
        [2.1, 0.5, 0],
        [0, -0.1, 0],
        [0, 0.5, 2],
        [0, 0.5, -1],
        [0, 0.5, 1.0],
        [0, 0.5, True],
        [0, 0.5],
    ],
)
def test_points_outside_are_refused(point):
    with pytest.raises(ValueError, match="x from -2 to 2, y from 0 to 1, class from 0 to 1"):
        POINTS.clean([[0, 0.5, 0], point])


def test_points_become_arrays():
    places, labels = POINTS.arrays([[0.5, 0.25, 1]])
    assert (places.dtype, labels.dtype, places.tolist()) == (np.float32, np.uint8, [[0.5, 0.25]])
    assert [array.shape for array in POINTS.arrays([])] == [(0, 2), (0,)]


def test_a_matrix_takes_what_numpy_has_and_keeps_its_size():
    assert KERNEL.value == [[0.0] * 3] * 2
    assert KERNEL.clean(np.full((2, 3), 1 / 9)) == [[0.111111] * 3] * 2
    assert Numbers("m", "m", 1, 1, 2, 5).value == [[2.0]]
    with pytest.raises(ValueError, match=r"numbers from -4 to 4, got 4\.5"):
        KERNEL.clean([[0, 0, 0], [0, 4.5, 0]])


# ---------------------------------------------------------------- panels


PAD = Pad(name="pad", title="Draw", drawing="digit")
BENCH = Bench(name="bench", title="Filter", weights="kernel")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Pad(name="p", title="P", drawing="d", line_width=0), "expects a line_width"),
        (lambda: Pad(name="p", title="P", drawing="d", line_width=math.nan), "line_width"),
        (lambda: Bench(name="b", title="B", weights="k", low=1, high=1), "low and high"),
        (lambda: Bench(name="b", title="B", weights="k", high=math.inf), "low and high"),
        (lambda: Text(name="t", title="T", most=0), "most as a whole number"),
        (lambda: Text(name="t", title="T", most=True), "most as a whole number"),
    ],
)
def test_panels_that_cannot_be_drawn_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_what_is_made_goes_to_a_control_of_its_kind():
    controls = {"digit": DIGIT, "kernel": KERNEL, "rate": Slider("rate", "Rate", 0, 1, 0.5)}
    check_gestures([PAD, BENCH, Text(name="t", title="T")], controls)
    with pytest.raises(ValueError, match="'Draw' expects drawing as the name of a Drawing"):
        check_gestures([PAD], {"digit": KERNEL})
    with pytest.raises(
        ValueError, match=r"weights as the name of a Numbers, got 'rate'; .* kernel"
    ):
        check_gestures([Bench(name="b", title="B", weights="rate")], controls)


def test_the_static_picture_gets_what_was_made(rng):
    ink = DIGIT.clean(rng.integers(0, 256, (8, 6)).tolist())
    assert made(PAD, {"digit": DIGIT}, {"digit": ink})["ink"].shape == (8, 6)
    assert made(BENCH, {"kernel": KERNEL}, {"kernel": [[1.0]]}) == {"kernel": [[1.0]]}
    assert made(Text(name="t", title="T"), {}, {}) == {}


class Workshop(Explorable):
    """A pad and a bench, and nothing that trains."""

    title = "Workshop"
    controls = ALL
    panels = (
        PAD,
        BENCH,
        Scatter(name="s", title="S", x_range=(-2, 2), y_range=(0, 1), by_hand="points"),
    )

    def start(self):
        pass

    def steps(self):
        return iter(())

    def frame(self):
        weights = np.array(self.values["kernel"])
        image = np.ones((4, 5))
        bench = {"image": image, "output": filter2d(image, weights)}
        return {"pad": {"seen": np.zeros((8, 8), np.uint8)}, "bench": bench, "s": {}}

    def save_state(self):
        return {}

    def load_state(self, state, step):
        pass

    def check(self):
        pass


def test_a_state_string_holds_what_was_made():
    made_here = Workshop(
        digit=[[9] * 6] * 8, points=[[0.5, 0.5, 1]], kernel=[[1, 2, 3], [-1, 0, 0.5]]
    )
    other = Workshop()
    other.restore(made_here.state)
    assert other.values == made_here.values
    assert other.stage.picture()[:4] == b"\x89PNG"
    json.dumps(other.stage.spec, allow_nan=False)


@pytest.mark.parametrize("name", ["digit", "points", "kernel"])
def test_hostile_messages_leave_what_was_made(name):
    lesson = Workshop(points=[[0.5, 0.5, 1]], kernel=[[1, 2, 3], [-1, 0, 0.5]])
    before, frames = lesson.state, []
    lesson.stage.send = lambda content, buffers: frames.append(content)
    for value in HOSTILE:
        lesson.stage._receive(lesson.stage, {"type": "set", "name": name, "value": value}, [])
        lesson.player.budget.soonest = 0.0
        lesson.player.budget.forgive()
        lesson.player.tick()
        assert "it stays as it was" in frames[-1]["message"]
        assert lesson.state == frames[-1]["state"] == before


# ---------------------------------------------------------------- the same in the browser


def in_node(script):
    """Run a script behind the browser module, and return what it shows."""
    source = stage_module.canvas_module().split("export default")[0]
    start = "globalThis.window = globalThis; const show = (v) => console.log(JSON.stringify(v));"
    result = subprocess.run(
        ["node", "-"],
        input=f"{start}\n{source}\n{script}",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@needs_node
def test_the_browser_writes_and_reads_drawings_as_python_does(rng):
    control = Drawing("d", "d", 20, 31)
    pictures = [np.zeros((20, 31), int), np.full((20, 31), 9)]
    pictures += [rng.integers(0, 256, (20, 31)) * (rng.random((20, 31)) < s) for s in (0.01, 0.3)]
    flat = [picture.ravel().tolist() for picture in pictures]
    texts = in_node(f"show({flat}.map((bytes) => packBytes(Uint8Array.from(bytes))))")
    assert texts == [control.clean(picture.tolist()) for picture in pictures]
    back = in_node(f"show({json.dumps(texts)}.map((t) => Array.from(unpackBytes(t, 620))))")
    assert back == flat


@needs_node
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("mode", "padding"), [("valid", 0.0), ("same", 0.0), ("same", 2.5), ("same", "edge")]
)
@pytest.mark.parametrize("size", [(3, 3), (2, 4), (1, 1), (5, 2)])
def test_the_window_adds_up_to_what_the_filter_computes(rng, mode, padding, flip, size):
    image, weights = rng.random((6, 7)), rng.normal(size=size)
    output = filter2d(image, weights, mode=mode, flip=flip, padding=padding)
    data = {
        "image": {"values": image.ravel().tolist(), "shape": image.shape},
        "output": {"values": output.ravel().tolist(), "shape": output.shape},
        "flip": flip,
        "padding": padding,
    }
    places = [{"row": r, "column": c} for r, c in np.ndindex(output.shape)]
    script = f"const data = {json.dumps(data)}; const weights = {weights.tolist()};"
    script += f"show({json.dumps(places)}.map((at) => windowSum(data, weights, at).sum))"
    np.testing.assert_allclose(in_node(script), output.ravel(), atol=1e-12)


@needs_node
def test_weights_are_read_as_learners_write_them():
    good = {"0.5": 0.5, ".5": 0.5, "−1": -1, "0,25": 0.25, " 1 / 9 ": 0.111111, "+2.": 2, "-0": 0}
    bad = ["", "-", "1e5", "0x10", "1/0", "1/2/3", "Infinity", "NaN", "<b>1</b>", "--1", "1 2"]
    got = in_node(f"show({json.dumps([*good, *bad])}.map((text) => readWeight(text)))")
    assert got == [*good.values(), *[None] * len(bad)]  # NaN is null in JSON


@needs_node
def test_a_log_gets_only_what_was_added():
    calls = [("abc", 3, 0), ("abcdef", 6, 3), ("la la la ", 90, 84), ("abc", 3, 3), ("abc", 3, 9)]
    got = in_node(f"show({json.dumps(calls)}.map((call) => addedText(...call)))")
    assert got == ["abc", "def", "la la ", "", "abc"]


# ---------------------------------------------------------------- the static pictures


@pytest.fixture
def axes():
    figure = Figure(figsize=(5, 3), dpi=100)
    FigureCanvasAgg(figure)
    return figure.subplots()


def test_the_bench_shows_the_kernel_as_it_is_laid_on_the_image(axes):
    data = {"image": np.zeros((20, 20)), "output": np.full((18, 18), -2.0), "flip": True}
    draw_bench(axes, {"kernel": [[1, 2, 3]], "low": 1, "high": 0}, data)
    image, kernel, output = (np.asarray(drawn.get_array()) for drawn in axes.images)
    assert (image == 1).all()  # the low end is the darker one here
    assert kernel[0, 0] > kernel[0, 2]
    assert (output == 0).all()
    written = [text.get_text() for text in axes.texts]
    assert "kernel, turned" in written
    assert [text for text in written if text.isdigit()] == ["3", "2", "1"]  # 20 x 20 are too many


@pytest.mark.parametrize("seen", [None, np.zeros((0, 0), dtype=np.uint8)])
def test_a_pad_needs_nothing_beside_it(axes, seen):
    draw_pad(axes, {"ink": np.ones((4, 8))}, {"seen": seen})
    assert [np.shape(drawn.get_array()) for drawn in axes.images] == [(4, 8)]


def test_a_text_is_shown_as_it_is_with_its_end_marked(axes):
    text = "a $\\frac{ <b>b</b>\n" + "word " * 2000 + "the very end"
    draw_text(axes, {"most": 500, "title": "T"}, {"text": text, "fresh": 3})
    axes.figure.canvas.draw()  # broken formulas would raise here
    shown = [line.get_text() for line in axes.texts]
    assert shown[-2].endswith("very end")
    assert shown[-1] == " " * (len(shown[-2]) - 3) + "‾‾‾"
    assert all(len(line) < 110 for line in shown)
    assert sum(map(len, shown)) < 600


@pytest.mark.parametrize(
    ("text", "fresh"), [("a $\\frac{ <b>", 100), ("", 5), ("x", -3), ("x", None)]
)
def test_odd_texts_can_be_drawn(axes, text, fresh):
    draw_text(axes, {"empty_text": "nothing yet"}, {"text": text, "fresh": fresh})
    axes.figure.canvas.draw()
    assert axes.texts[0].get_text() == (text or "nothing yet")


@pytest.mark.parametrize("draw", [draw_scatter, draw_heat_map, draw_plane])
def test_points_by_hand_are_in_the_picture(axes, draw):
    spec = {"x_range": (0, 1), "y_range": (0, 1)}
    draw(axes, spec, {})
    before = len(axes.lines)
    draw(axes, spec | {"hand_points": [[0.5, 0.5], [0.2, 0.1]], "hand_labels": [0, 1]}, {})
    assert len(axes.lines) == before + 2
