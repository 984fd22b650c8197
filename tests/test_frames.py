"""What goes out with a frame on a slow link: compressed, coarser, and the same when it is read."""

import json
import zlib

import numpy as np
import pytest

from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary
from nnlib.live.frames import coarsen, compress, freeze, pack
from nnlib.live.pace import COARSE, COMPRESSED, PLAIN

WHOLE = {1: np.uint8, 4: np.uint32}


def read(content, buffer):
    """What the page makes of a compressed frame: its JSON and its buffers."""
    assert content["type"] == "frame"
    data, parts = zlib.decompress(buffer), []
    for length, size in content["parts"]:
        part, data = data[:length], data[length:]
        if size:
            part = np.cumsum(np.frombuffer(part, WHOLE[size]), dtype=WHOLE[size]).tobytes()
        parts.append(part)
    assert data == b""
    return json.loads(parts[0]), parts[1:]


@pytest.mark.parametrize(
    "array",
    [
        np.array([], dtype=np.float32),
        np.array([[0.5, -1e30], [np.nan, np.inf]], dtype=np.float32),
        np.array([-127, 127, 0, -128], dtype=np.int8),
        np.array([255, 0, 255], dtype=np.uint8),
        np.array([-(2**31), 2**31 - 1], dtype=np.int32),
        np.array([1.0, np.pi]),
        np.array([1, -1], dtype=np.int16),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_an_array_arrives_to_the_bit(array):
    panels, buffers, _ = pack({"panel": {"values": array, "alt": "Größe ≤ 5"}}, {})
    content, buffer = compress({"type": "frame", "panels": panels}, buffers)
    json.dumps(content, allow_nan=False)
    got, (raw,) = read(content, buffer)
    assert raw == array.tobytes()
    assert got == {"type": "frame", "panels": panels}


@pytest.mark.parametrize("make", [SpiralBoundary, lambda: DigitsTraining(data="digits")])
def test_a_whole_frame_arrives_and_is_much_smaller(make):
    lesson = make()
    lesson.run(300)
    panels, buffers, _ = pack(lesson.frame(), {})
    content = {"type": "frame", "state": lesson.state, "panels": panels}
    got, arrays = read(*compress(content, buffers))
    assert (got, arrays) == (content, buffers)
    before = len(json.dumps(content)) + sum(map(len, buffers))
    assert len(compress(content, buffers)[1]) < 0.62 * before


def test_numbers_that_are_not_finite_are_no_json():
    with pytest.raises(ValueError, match="JSON"):
        compress({"type": "frame", "panels": {"map": {"scale": np.nan}}}, [])


def test_a_coarse_map_has_the_means_of_its_cells():
    rng = np.random.default_rng(0)
    fine = rng.integers(-127, 128, (96, 64)).astype(np.int8)
    coarse = coarsen({"values": fine, "scale": 2.0})
    assert coarse["scale"] == 2.0
    assert (coarse["values"].shape, coarse["values"].dtype) == ((48, 32), np.int8)
    for row, column in ((0, 0), (47, 31), (20, 7)):
        cell = fine[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        assert abs(coarse["values"][row, column] - cell.mean()) <= 0.5


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((33, 64), dtype=np.int8),
        np.zeros((32, 32), dtype=np.int8),
        np.zeros(128, dtype=np.int8),
        freeze(np.zeros((64, 64), dtype=np.int8)),
        None,
    ],
    ids=["odd", "few", "a row", "frozen", "none"],
)
def test_what_cannot_be_coarser_stays(values):
    assert coarsen({"values": values})["values"] is values


class Page:
    """Says what it can read, and keeps what it is sent."""

    def __init__(self, lesson, **hello):
        self.lesson, self.sent = lesson, []
        lesson.stage.send = lambda content, buffers: self.sent.append((content, buffers))
        self.ask(type="hello", **hello)

    def ask(self, **message):
        self.lesson.stage._receive(self.lesson.stage, message, [])
        self.lesson.player.budget.soonest = 0.0
        self.lesson.player.tick()
        return self.sent[-1]


@pytest.mark.parametrize("level", [COMPRESSED, COARSE])
def test_on_a_slow_link_frames_are_compressed_and_then_coarser(level):
    lesson = SpiralBoundary()
    page = Page(lesson, inflates=True)
    assert "parts" not in page.sent[-1][0]
    lesson.player.budget.pace.level = level
    content, (buffer,) = page.ask(type="step")
    frame, arrays = read(content, buffer)
    assert frame["step"] == 1
    note = frame["panels"]["map"]["values"]
    side = 48 if level == COARSE else 96
    assert note["shape"] == [side, side]
    assert len(arrays[note["buffer"]]) == side**2
    assert frame["panels"]["map"]["points"] == {"kept": True}
    lesson.player.budget.pace.level = PLAIN
    content, buffers = page.ask(type="step")
    assert content["panels"]["map"]["values"]["shape"] == [96, 96]
    assert len(buffers) == 3


@pytest.mark.parametrize("hello", [{}, {"inflates": False}, {"inflates": "yes"}])
def test_a_page_that_cannot_inflate_gets_frames_as_they_are(hello):
    lesson = SpiralBoundary()
    page = Page(lesson, **hello)
    lesson.player.budget.pace.level = COARSE
    content, _ = page.ask(type="step")
    assert content["panels"]["map"]["values"]["shape"] == [96, 96]


def test_how_long_ago_is_believed_only_as_far_as_it_makes_sense():
    lesson = SpiralBoundary()
    page = Page(lesson)
    for ago in (-1, float("nan"), float("inf"), "5", None, 10**400, [3]):
        content, _ = page.ask(type="step")
        page.ask(type="painted", sequence=content["sequence"], ago=ago)
    pace = lesson.player.budget.pace
    assert lesson.player.budget.acknowledged == content["sequence"]
    assert not pace.slowed
