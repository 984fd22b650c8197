"""Planes, graphs and handles without a browser: what is refused, what is sent, what is drawn."""

import json
import math
import shutil
import subprocess

import numpy as np
import pytest

from nnlib.live import (
    Choice,
    Explorable,
    Graph,
    Handle,
    Plane,
    Slider,
    cell_centres,
    freeze,
)
from nnlib.live import stage as stage_module
from nnlib.live.frames import pack
from nnlib.live.panels import VIEWS
from nnlib.training import Step

RANGES = {"x_range": (-2.0, 2.0), "y_range": (-1.0, 3.0)}


class Descent(Explorable):
    """Gradient descent on a bowl, from a start that two handles move."""

    title = "Descent"
    controls = (
        Slider("x", "Start x₁", -2, 2, 1.5),
        Slider("y", "Start x₂", -1, 3, 2.0),
        Choice("colour", "Colour", ("red", "blue"), "red"),
    )
    panels = (
        Plane(
            name="plane",
            title="Plane",
            **RANGES,
            paths=[{"name": "path", "label": "descent"}],
            handles=[Handle("start", x="x", y="y")],
        ),
        Graph(
            name="graph",
            title="Graph",
            **RANGES,
            lines=[{"name": "curve", "label": "curve"}],
            handles=[Handle("at", x="x", on="curve")],
        ),
    )

    def start(self):
        self.place = np.array([self.values["x"], self.values["y"]])
        self.path = [self.place.copy()]
        x, y = cell_centres((-2, 2), 24), cell_centres((-1, 3), 16)[:, None]
        self.shade = freeze((x**2 + y**2).astype(np.float32))

    def steps(self):
        while True:
            self.place *= 0.9
            self.path.append(self.place.copy())
            yield Step(0, len(self.path), 0.0, 0.1, False)

    def frame(self):
        x = np.linspace(-2, 2, 9, dtype=np.float32)
        path = np.array(self.path, dtype=np.float32).T
        plane = {"values": self.shade, "low": 0.0, "high": 8.0, "path": path}
        return {"plane": plane, "graph": {"curve": np.stack([x, x**2])}}

    def save_state(self):
        return {"place": self.place.copy()}

    def load_state(self, state, step):
        self.place[:] = state["place"]

    def check(self):
        pass


class Page:
    """Stands where the front end would; keeps what was sent."""

    def __init__(self, lesson):
        self.lesson, self.stage = lesson, lesson.stage
        self.frames = []
        self.stage.send = self.take

    def take(self, content, buffers):
        self.frames.append((content, buffers))
        self.say(type="painted", sequence=content["sequence"])

    def say(self, **message):
        self.stage._receive(self.stage, message, [])

    def ask(self, **message):
        """Send a message, and return the note of the shade in the frame that answers."""
        self.say(**message)
        self.lesson.player.budget.soonest = 0.0
        self.lesson.player.tick()
        return self.frames[-1][0]["panels"]["plane"]["values"]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("kind", [Plane, Graph])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"x_scale": "logarithmic"}, "expects x_scale linear or log, got 'logarithmic'"),
        ({"y_range": (3.0, -1.0)}, r"expects y_range as two finite numbers.*\(3\.0, -1\.0\)"),
        ({"x_range": (0.0, 0.0)}, "expects x_range"),
        ({"x_range": (0.0, math.inf)}, "expects x_range"),
        ({"x_range": (0.0, math.nan)}, "expects x_range"),
        ({"x_range": (0.0, 1.0), "x_scale": "log"}, "expects x_range.*above 0"),
    ],
)
def test_axes_that_cannot_be_drawn_are_refused(kind, wrong, words):
    with pytest.raises(ValueError, match=words):
        kind(name="p", title="Loss", **(RANGES | wrong))


def test_a_handle_has_a_height_of_its_own_or_a_line():
    with pytest.raises(ValueError, match="expects y or on, got both"):
        Handle("b", x="b", y="c", on="loss")


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        (Handle("start", x="z"), "'start' on 'Plane' expects the name of a slider, got 'z'"),
        (Handle("start", x="x", y="colour"), "got 'colour'; there are: x, y, speed"),
        (Handle("start", x="x", on="curve"), "name of a line, got 'curve'; there are: path"),
    ],
)
def test_a_handle_of_nothing_is_named_when_it_is_shown(handle, words):
    class Wrong(Descent):
        panels = (
            Plane(
                name="plane", title="Plane", **RANGES, paths=[{"name": "path"}], handles=[handle]
            ),
        )

    with pytest.raises(ValueError, match=words):
        Wrong().stage  # noqa: B018


# ---------------------------------------------------------------- what is sent


def test_the_spec_tells_the_browser_all_it_needs():
    plane, graph = json.loads(json.dumps(Descent().stage.spec, allow_nan=False))["panels"]
    assert (plane["kind"], graph["kind"]) == ("plane", "graph")
    assert plane["handles"] == [{"label": "start", "x": "x", "y": "y", "on": ""}]
    assert (plane["x_label"], plane["y_label"], plane["x_scale"]) == ("x₁", "x₂", "linear")
    assert (plane["classes"], plane["mark_label"]) == ([], "minimum")
    assert graph["handles"] == [{"label": "at", "x": "x", "y": "", "on": "curve"}]
    assert graph["lines"] == [{"name": "curve", "label": "curve"}]


def test_what_is_frozen_is_sent_once():
    lesson = Descent()
    page = Page(lesson)
    first = page.ask(type="hello")
    assert first == {"buffer": 0, "dtype": "float32", "shape": [16, 24]}
    size = len(page.frames[-1][1])
    assert page.ask(type="step") == {"kept": True}
    content, buffers = page.frames[-1]
    assert len(buffers) == size - 1
    assert content["panels"]["plane"]["path"]["shape"] == [2, 2]  # what moves is sent each time
    assert (
        buffers[content["panels"]["plane"]["path"]["buffer"]]
        == lesson.frame()["plane"]["path"].tobytes()
    )


def test_another_frozen_array_of_the_same_values_is_sent():
    lesson = Descent()
    page = Page(lesson)
    page.ask(type="hello")
    lesson.shade = freeze(lesson.shade)
    assert "buffer" in page.ask(type="step")
    assert page.ask(type="step") == {"kept": True}


def test_after_a_greeting_everything_is_sent_again():
    page = Page(Descent())
    page.ask(type="hello")
    assert page.ask(type="step") == {"kept": True}
    assert "buffer" in page.ask(type="hello")  # a page that was reloaded, or a second view
    assert page.ask(type="step") == {"kept": True}


def test_what_did_not_go_out_is_not_kept():
    page = Page(Descent())
    page.ask(type="hello")

    def broken(content, buffers):
        raise OSError("the channel is closed")

    page.stage.send = broken
    page.say(type="step")
    page.lesson.player.budget.soonest = 0.0
    page.lesson.player.tick()
    page.stage.send = page.take
    assert "buffer" in page.ask(type="step")


def test_a_frame_without_pictures_ends_what_is_kept(monkeypatch):
    lesson = Descent()
    page = Page(lesson)
    page.ask(type="hello")
    monkeypatch.setattr(lesson, "summary", lambda: 1 / 0)
    page.say(type="step")
    lesson.player.budget.soonest = 0.0
    lesson.player.tick()
    assert page.frames[-1][0]["panels"] == {}
    monkeypatch.undo()
    assert "buffer" in page.ask(type="step")


def test_a_closed_view_still_answers_a_page_that_opens():
    lesson = Descent()
    page = Page(lesson)
    page.ask(type="hello")
    lesson.player.close()
    assert page.frames[-1][0]["panels"]["plane"]["values"] == {"kept": True}
    assert "buffer" in page.ask(type="hello")
    assert page.frames[-1][0]["closed"]
    before = len(page.frames)
    page.say(type="step")
    lesson.player.tick()
    assert len(page.frames) == before


def test_a_read_only_view_of_what_may_change_is_sent_each_time():
    changing = np.zeros(3, dtype=np.float32)
    view = changing.view()
    view.setflags(write=False)
    _, _, kept = pack({"p": {"v": view, "writeable": changing}}, {})
    assert kept == {}


@pytest.mark.parametrize("source", [[[1, 2], [3, 4]], np.arange(6.0).reshape(2, 3).T])
def test_freeze_copies(source):
    frozen = freeze(source)
    np.testing.assert_array_equal(frozen, source)
    assert frozen.flags.c_contiguous
    assert frozen.base is None
    with pytest.raises(ValueError, match="read-only"):
        frozen[0, 0] = 9
    if isinstance(source, np.ndarray):
        source[0, 0] = 7
        assert frozen[0, 0] == 0


# ---------------------------------------------------------------- the picture that stays behind


def test_the_picture_shows_handles_where_the_sliders_stand(monkeypatch):
    drawn = {}
    lesson = Descent(x=-0.5, y=0.25)
    for kind in (Plane, Graph):
        monkeypatch.setitem(
            VIEWS, kind, lambda axes, spec, data: drawn.update({spec["name"]: spec})
        )
    lesson.stage.picture()
    assert drawn["plane"]["handles"][0]["at"] == [-0.5, 0.25]
    assert drawn["graph"]["handles"][0]["at"] == [-0.5]
    assert "at" not in lesson.panels[0].spec()["handles"][0]


def test_the_picture_can_be_drawn():
    lesson = Descent()
    lesson.run(5)
    assert lesson.stage.picture()[:4] == b"\x89PNG"


# ---------------------------------------------------------------- the browser's end of the link

LINK = """
globalThis.window = globalThis;
const told = [], frames = [];
const listeners = [];
const model = { on: (_, f) => listeners.push(f), off() {}, send: (m) => told.push(m.type) };
const open = (heard) => new Link(model, (f) => heard.push(f), () => {});
const bytes = (...v) => new DataView(new Float32Array(v).buffer);
const whole = (sequence, v) => [{ type: "frame", sequence, panels: { p: {
  v: { buffer: 0, dtype: "float32", shape: [1] }, n: null, moves: sequence } } }, [bytes(v)]];
const kept = (sequence) => [{ type: "frame", sequence, panels: { p: {
  v: { kept: true }, n: null, moves: sequence } } }, []];
const say = ([content, buffers]) => listeners.forEach((f) => f(content, buffers));
const values = (heard) => heard.map((f) => [f.sequence, f.panels.p.v.values[0], f.panels.p.moves]);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (  # kept arrays are those of the frame before, through any number of frames
            "const a = open(frames); say(whole(1, 5)); say(kept(2)); say(kept(3));"
            "show(values(frames), told, frames[0].panels.p.v === frames[2].panels.p.v)",
            [[[1, 5, 1], [2, 5, 2], [3, 5, 3]], [], True],
        ),
        (  # a page that opens in the middle hears nothing before it has everything
            "const a = open(frames); a.greet(); say(kept(7)); say(kept(8)); say(whole(9, 4));"
            "say(kept(10)); show(values(frames), told)",
            [[[9, 4, 9], [10, 4, 10]], ["hello"]],
        ),
        (  # where a frame was lost, what is kept is in doubt: ask for all of it
            "const a = open(frames); say(whole(1, 5)); say(kept(3)); say(kept(4));"
            "say(whole(5, 6)); say(kept(6)); say(kept(8));"
            "show(values(frames), told)",
            [[[1, 5, 1], [5, 6, 5], [6, 6, 6]], ["hello", "hello"]],
        ),
        (  # a second view greets; the first goes on with what it hears
            "const a = open(frames); say(whole(1, 5)); const late = []; const b = open(late);"
            "b.greet(); say(kept(2)); say(whole(3, 5)); say(kept(4));"
            "show(values(frames), values(late), told)",
            [
                [[1, 5, 1], [2, 5, 2], [3, 5, 3], [4, 5, 4]],
                [[3, 5, 3], [4, 5, 4]],
                ["hello"],
            ],
        ),
    ],
    ids=["kept", "opens late", "lost frame", "two views"],
)
def test_the_link_never_shows_a_frame_with_a_hole(script, expected):
    files = (stage_module._CANVAS / f"{part}.js" for part in ("throttled", "link"))
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    end = "const show = (...what) => { console.log(JSON.stringify(what)); process.exit(); };"
    result = subprocess.run(
        ["node", "-e", f"{source}\n{LINK}\n{end}\n{script}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == expected
