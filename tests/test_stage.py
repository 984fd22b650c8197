"""The stage without a browser: what goes out, and what it survives coming in."""

import json
import math
import re
import shutil
import struct
import subprocess

import numpy as np
import pytest

from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary
from nnlib.live import stage as stage_module
from nnlib.live.budget import CREDITS
from nnlib.live.player import PATIENCE
from nnlib.live.stage import MOST_TEXT


class SmallSpiral(SpiralBoundary):
    """Drawn fast, as thousands of frames are drawn here."""

    resolution = 8


LESSONS = {
    "digits": lambda **values: DigitsTraining(data="digits", **values),
    "spiral": SpiralBoundary,
}
each_lesson = pytest.mark.parametrize("make", LESSONS.values(), ids=LESSONS.keys())


class Browser:
    """Stands where the front end would: takes frames, sends messages."""

    def __init__(self, lesson, paints=True):
        self.lesson, self.stage, self.player = lesson, lesson.stage, lesson.player
        self.paints = paints
        self.frames = []
        self.stage.send = self.take

    def take(self, content, buffers=None):
        self.frames.append((content, buffers))
        if self.paints:
            self.say(type="painted", sequence=content["sequence"])

    def say(self, **message):
        self.stage._receive(self.stage, message, [])

    def turn(self, turns=1):
        for _ in range(turns):
            self.player.budget.soonest = 0.0  # no wait for the next frame
            self.player.tick()

    def ask(self, **message):
        """Send a message and return the frame that answers it."""
        self.say(**message)
        self.turn()
        return self.frames[-1][0]


# ---------------------------------------------------------------- what goes out


@each_lesson
def test_the_spec_is_strict_json(make):
    lesson = make()
    spec = json.loads(json.dumps(lesson.stage.spec, allow_nan=False))
    assert spec["title"] == lesson.title
    assert [panel["name"] for panel in spec["panels"]] == [panel.name for panel in lesson.panels]
    assert [control["name"] for control in spec["controls"]] == list(lesson.values)
    assert spec["values"] == lesson.values
    assert spec["autoplay"] is lesson.autoplay
    assert lesson.stage is lesson.stage


@each_lesson
def test_the_bundle_holds_a_view_a_picture_and_a_line(make):
    lesson = make()
    lesson.run(30)
    data, metadata = lesson._repr_mimebundle_()
    assert metadata == {}
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == lesson.stage.model_id
    picture = data["image/png"]
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture[12:16] == b"IHDR"
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 800
    assert 200 < height < 1000
    assert picture[-8:-4] == b"IEND"
    text = data["text/plain"]
    assert text == lesson.summary()
    assert text.startswith("Update 30: ")
    assert "\n" not in text
    assert not re.search(r"0x|object at|model_id", text)


@each_lesson
def test_the_picture_can_be_drawn_before_the_first_update(make):
    assert make().stage.picture()[:4] == b"\x89PNG"


@each_lesson
@pytest.mark.parametrize("steps", [0, 40])
def test_frames_are_strict_json_with_buffers_that_fit(make, steps):
    lesson = make()
    browser = Browser(lesson)
    lesson.run(steps)
    browser.turn()
    content, buffers = browser.frames[-1]
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["type"] == "frame"
    assert content["sequence"] == lesson.player.budget.sent == 1
    assert (content["step"], content["playing"], content["closed"]) == (steps, False, False)
    assert content["values"] == lesson.values
    assert content["state"] == lesson.state
    assert content["steps"] == [0, steps]
    assert content["summary"] == lesson.summary()
    frame = lesson.frame()
    assert list(content["panels"]) == list(frame)
    notes = []
    for name, data in frame.items():
        for key, value in data.items():
            packed = content["panels"][name][key]
            if isinstance(value, np.ndarray):
                notes.append(packed["buffer"])
                raw = buffers[packed["buffer"]]
                size = math.prod(packed["shape"]) * np.dtype(packed["dtype"]).itemsize
                assert len(raw) == size
                got = np.frombuffer(raw, packed["dtype"]).reshape(packed["shape"])
                np.testing.assert_array_equal(got, value)
            else:
                assert packed == value
    assert notes == list(range(len(buffers)))


def test_the_browser_knows_every_dtype_that_is_sent():
    source = stage_module.canvas_module()
    known = re.search(r"const ARRAY_TYPES = \{(.*?)\}", source, re.DOTALL).group(1)
    for make in LESSONS.values():
        for data in make().frame().values():
            for value in data.values():
                if isinstance(value, np.ndarray):
                    assert f"{value.dtype}:" in known


def test_a_channel_that_throws_stops_nothing():
    lesson = SmallSpiral()
    browser = Browser(lesson)

    def broken(content, buffers):
        raise OSError("the channel is closed")

    browser.stage.send = broken
    browser.say(type="play")
    browser.turn(3)
    assert lesson.player.step > 0
    assert lesson.player.playing


def test_without_a_loop_nothing_is_live_and_nothing_raises():
    lesson = SmallSpiral()
    assert lesson.stage._player._loop is None
    lesson.player.redraw()


# ---------------------------------------------------------------- what comes in


def test_the_buttons():
    lesson = SmallSpiral(speed=10_000)
    browser = Browser(lesson)
    assert browser.ask(type="play")["playing"]
    browser.turn(3)
    frame = browser.ask(type="pause")
    assert not frame["playing"]
    step = frame["step"]
    assert step > 0
    end = (step // 10 + 1) * 10  # 300 points in batches of 32: ten to a pass
    assert browser.ask(type="step", unit="epoch")["step"] == end
    assert browser.ask(type="step", unit="batch")["step"] == end + 1
    assert browser.ask(type="back")["step"] == end
    assert browser.ask(type="step", unit="batch")["step"] == end + 1
    assert browser.ask(type="seek", step=0)["step"] == 0
    assert browser.ask(type="seek", step=2.7)["step"] in lesson.player.snapshots.steps
    assert browser.ask(type="reset")["steps"] == [0, 0]


def test_a_control_moves_and_the_frame_says_which_message_has_taken_effect():
    lesson = SmallSpiral()
    browser = Browser(lesson)
    frame = browser.ask(type="set", name="momentum", value=0.5, number=7)
    assert lesson.optimizer.momentum == 0.5
    assert frame["applied"] == 7
    assert frame["values"]["momentum"] == 0.5
    assert browser.ask(type="set", name="momentum", value=0.6, number=3)["applied"] == 7
    for number in (None, "8", -1, 2**60, 10**400, 1e300, math.nan):
        assert browser.ask(type="set", name="momentum", value=0.7, number=number)["applied"] == 7


def test_a_refused_value_is_answered_with_a_message_that_the_next_move_clears():
    lesson = SmallSpiral()
    browser = Browser(lesson)
    frame = browser.ask(type="set", name="momentum", value=5)
    assert frame["message"].startswith("Momentum expects a number from 0 to 0.99, got 5")
    assert frame["values"]["momentum"] == 0.9
    assert browser.ask(type="set", name="momentum", value=0.5)["message"] == ""


def test_a_state_is_pasted():
    lesson = SmallSpiral()
    browser = Browser(lesson)
    frame = browser.ask(type="restore", state=SmallSpiral(hidden=4).state)
    assert frame["values"]["hidden"] == 4
    assert "nothing has changed" in browser.ask(type="restore", state="{")["message"]
    assert "nothing has changed" in browser.ask(type="restore")["message"]
    assert lesson.values["hidden"] == 4


@pytest.mark.parametrize("step", [-1, math.nan, math.inf, 2**53, True, None, "3", [3], {}, 1e300])
def test_seek_to_nonsense_is_answered(step):
    lesson = SmallSpiral()
    browser = Browser(lesson)
    lesson.run(5)
    frame = browser.ask(type="seek", step=step)
    assert frame["step"] == 5
    assert "Seek expects a step, 0 or more" in frame["message"]


@pytest.mark.parametrize("kind", ["fly", None, 5, ["play"], {"play": 1}, "PLAY", "<b>play</b>"])
def test_unknown_messages_are_answered_and_disturb_nothing(kind):
    lesson = SmallSpiral()
    browser = Browser(lesson)
    browser.ask(type="play")
    frame = browser.ask(type=kind)
    assert "does not know" in frame["message"]
    assert frame["playing"]


def test_looking_away_stops_and_looking_back_goes_on():
    lesson = SmallSpiral(speed=10_000)
    browser = Browser(lesson)
    browser.ask(type="play")
    browser.ask(type="look", visible=False)
    browser.turn(2)
    step, frames = lesson.player.step, len(browser.frames)
    browser.turn(5)
    assert (lesson.player.step, len(browser.frames)) == (step, frames)
    browser.ask(type="look", visible=True)
    browser.turn(3)
    assert lesson.player.step > step


def test_a_page_that_was_reloaded_gets_a_frame():
    lesson = SmallSpiral()
    browser = Browser(lesson, paints=False)
    for _ in range(20):
        browser.ask(type="set", name="noise", value=0.1)
    assert len(browser.frames) == CREDITS
    browser.ask(type="hello")
    assert len(browser.frames) == CREDITS + 1


def test_a_page_that_was_silent_for_long_gets_a_frame_whatever_it_says():
    lesson = SmallSpiral()
    browser = Browser(lesson, paints=False)
    for _ in range(20):
        browser.ask(type="set", name="noise", value=0.1)
    assert len(browser.frames) == CREDITS
    lesson.player._heard -= PATIENCE  # that much earlier
    frame = browser.ask(type="set", name="noise", value=0.2)
    assert len(browser.frames) == CREDITS + 1
    assert frame["values"]["noise"] == 0.2


def test_a_summary_that_cannot_be_made_is_told_in_the_view(monkeypatch):
    lesson = SmallSpiral()
    browser = Browser(lesson)
    browser.ask(type="play")
    monkeypatch.setattr(lesson, "summary", lambda: 1 / 0)
    content = browser.ask(type="set", name="momentum", value=0.5)
    assert content["message"] == "ZeroDivisionError while drawing: division by zero"
    assert (content["summary"], content["panels"], content["playing"]) == ("", {}, False)
    monkeypatch.undo()
    frame = browser.ask(type="play")
    assert (frame["message"], frame["playing"]) == ("", True)
    assert frame["summary"] == lesson.summary()


def test_a_closed_view_obeys_nothing_and_says_why():
    lesson = SmallSpiral()
    browser = Browser(lesson)
    lesson.player.close()
    assert browser.frames[-1][0]["closed"]
    for message in ({"type": "play"}, {"type": "set", "name": "hidden", "value": 3}):
        browser.say(**message)
        browser.turn(2)
    assert lesson.player.step == 0
    assert not lesson.player.playing
    assert lesson.values["hidden"] == 16
    assert lesson.player.message == "This view is closed."


def test_a_view_is_closed_by_the_next_that_is_shown_with_its_key():
    first = SmallSpiral(key="stage test")
    browser = Browser(first)
    browser.ask(type="play")
    second = SmallSpiral(key="stage test")
    second.run(5)  # headless: nobody is in its way yet
    assert not first.player.closed
    assert second.stage is second.stage
    assert first.player.closed
    assert not first.player.playing
    assert "took over" in browser.frames[-1][0]["message"]
    assert not second.player.closed


# ---------------------------------------------------------------- ten thousand hostile messages


def nested(depth):
    floor = []
    for _ in range(depth):
        floor = [floor, {"floor": None}]
    return floor


JUNK = [
    *(None, True, False, 0, 1, -1, 3, 17, 0.5, 0.05, -0.0, 1e-300, 1e300, 2**31, 2**53, 10**400),
    *(math.nan, math.inf, -math.inf, 10**5000, "", "0.1", "play", "NaN", "\x00", "\ud800", "🙂"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'; DROP TABLE", "x" * 50_000),
    *("__class__", "../../etc/passwd", "${7*7}", "{0.__class__}", "%s%n", "\n" * 50),
    *([], {}, [1, 2], {"value": 1}, nested(50), nested(20_000), [10**5000], b"bytes", object()),
]
KINDS = ["set", "set", "set", "restore", "play", "pause", "step", "back", "seek", "reset", "look"]
KINDS += ["painted", "painted", "hello", "play", "play", "step", "edit", "answer", "preset", "seed"]
KEYS = ["type", "name", "value", "number", "state", "step", "unit", "visible", "sequence", "extra"]
KEYS += ["panel", "what", "index", "seed", "ago", "inflates"]


class Mischief:
    """Random messages: some right, most nearly right, many not even that."""

    def __init__(self, lesson, seed):
        self.rng = np.random.default_rng(seed)
        self.lesson = lesson

    def pick(self, options):
        return options[self.rng.integers(len(options))]

    def number(self):
        power = self.rng.uniform(-4, 4.5)
        return float(self.rng.choice([-1.0, 1.0], p=[0.1, 0.9]) * 10**power)

    def state(self):
        text = self.lesson.state
        match self.rng.integers(5):
            case 0:
                return text
            case 1:
                return text[: self.rng.integers(len(text))]
            case 2:
                where = self.rng.integers(len(text))
                return text[:where] + chr(self.rng.integers(1, 300)) + text[where + 1 :]
            case 3:
                values = {self.pick([*self.lesson.values, "none"]): self.number()}
                return json.dumps({"explorable": type(self.lesson).__name__, "values": values})
            case _:
                return self.pick(["[" * 9_000, '{"a":' * 1_900, "9" * 20_000, *JUNK])

    def message(self):
        if self.rng.random() < 0.05:
            return self.pick(JUNK)  # not even a dictionary
        message = {
            "type": self.pick(KINDS),
            "name": self.pick([*self.lesson.values]),
            "value": self.number(),
            "number": int(self.rng.integers(10**6)),
            "state": self.state(),
            "step": self.number(),
            "unit": self.pick(["batch", "epoch", "sample"]),
            "visible": bool(self.rng.random() < 0.8),
            "sequence": int(self.rng.integers(-5, self.lesson.player.budget.sent + 20)),
            "panel": self.pick([panel.name for panel in self.lesson.panels]),
            "what": self.pick(["weight", "bias"]),
            "index": self.rng.integers(-1, 4, size=3).tolist(),
            "seed": int(self.rng.integers(-5, 2**32 + 5)),
            "ago": self.number(),
            "inflates": bool(self.rng.random() < 0.5),
        }
        if message["type"] == "preset":
            message["name"] = self.pick([*self.lesson.presets])
        for key in KEYS:
            if self.rng.random() < 0.12:
                message[key] = self.pick(JUNK)
            elif self.rng.random() < 0.06:
                message.pop(key, None)
        return message


def check_sound(lesson):
    """Whatever came in, this holds."""
    assert list(lesson.values) == list(lesson._controls)
    for name, control in lesson._controls.items():
        assert control.clean(lesson.values[name]) == lesson.values[name]
    for parameter in lesson.network.parameters():
        assert np.isfinite(parameter.value).all()
    player = lesson.player
    assert isinstance(player.message, str)
    assert len(player.message) <= MOST_TEXT
    assert 0 <= player.budget.acknowledged <= player.budget.sent
    assert player.step >= 0
    assert lesson.optimizer.learning_rate == lesson.values["learning_rate"]


@pytest.mark.parametrize(
    ("make", "messages", "seed"),
    [(SmallSpiral, 5_000, 0), (SmallSpiral, 3_000, 1), (LESSONS["digits"], 2_000, 2)],
    ids=["spiral", "spiral again", "digits"],
)
def test_hostile_messages_leave_it_sound(make, messages, seed):
    """Ten thousand in all; whatever fails in the loop would be raised by `tick`."""
    lesson = make()
    browser = Browser(lesson, paints=False)
    now = [0.0]

    def clock():
        now[0] += 0.004
        return now[0]

    lesson.player._clock = clock
    mischief = Mischief(lesson, seed)
    checked = trained = 0
    for _ in range(messages):
        browser.stage._receive(browser.stage, mischief.message(), [])
        if mischief.rng.random() < 0.2:
            before, step = len(browser.frames), lesson.player.step
            lesson.player.tick()
            check_sound(lesson)
            trained += max(0, lesson.player.step - step)
            for content, buffers in browser.frames[before:]:
                json.dumps(content, allow_nan=False)
                assert all(isinstance(buffer, bytes) for buffer in buffers)
                checked += 1
    assert checked > 50
    assert trained > 100
    lesson.player._clock = lambda: now[0] + 1000.0
    for message in ({"type": "look", "visible": True}, {"type": "hello"}, {"type": "reset"}):
        browser.ask(**message)
    browser.paints = True
    frame = browser.ask(type="set", name="learning_rate", value=0.07)
    assert frame["values"]["learning_rate"] == lesson.optimizer.learning_rate == 0.07
    assert (frame["message"], frame["step"]) == ("", 0)
    assert browser.ask(type="step", unit="batch")["step"] == 1
    lesson.player._clock = clock
    browser.ask(type="play")
    browser.turn(3)
    assert lesson.player.step > 1
    assert not browser.ask(type="pause")["playing"]


# ---------------------------------------------------------------- the browser's module


def test_every_part_of_the_module_is_in_the_list_and_there():
    there = {path.stem for path in stage_module._CANVAS.glob("*.js")}
    assert sorted(stage_module._PARTS) == sorted(there)


def test_the_module_declares_no_name_twice():
    source = stage_module.canvas_module()
    names = re.findall(
        r"^(?:export\s+)?(?:async\s+)?(?:const|let|var|class|function\*?)\s+(\w+)",
        source,
        re.MULTILINE,
    )
    assert len(names) > 30
    assert sorted(names) == sorted(set(names))


def test_the_module_loads_nothing_from_elsewhere():
    source = stage_module.canvas_module() + stage_module.canvas_style()
    assert not re.search(r"^\s*import\b|\bimport\(|@import|https?://(?!www\.w3\.org)", source, re.M)
    assert len(re.findall(r"^export default", source, re.MULTILINE)) == 1


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_module_parses(tmp_path):
    module = tmp_path / "stage.mjs"
    module.write_text(stage_module.canvas_module(), encoding="utf-8")
    result = subprocess.run(["node", "--check", module], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
