"""Recordings: what is in a page and in a film, and what is refused."""

import base64
import html
import json
import re
import shutil
import subprocess
import zlib

import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter
from PIL import Image

from nnlib.explorables.gradient_descent import OneParameter
from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary
from nnlib.live import record, record_movie
from nnlib.live.recording import movie, take_frames
from nnlib.live.recording import page as page_module
from nnlib.live.recording.pack import Tape


class SmallSpiral(SpiralBoundary):
    resolution = 8


def parts(path):
    """The index of a recorded page, and its bytes of arrays."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r'<script type="text/plain" id="\w+">([A-Za-z0-9+/=]*)</script>', text)
    index, arrays = (zlib.decompress(base64.b64decode(part)) for part in found)
    return json.loads(index), arrays


def array(index, arrays, number):
    note = index["arrays"][number]
    count = int(np.prod(note["shape"]))
    assert note["start"] % 8 == 0
    return np.frombuffer(arrays, note["dtype"], count, note["start"]).reshape(note["shape"])


# ---------------------------------------------------------------- frames


@pytest.mark.parametrize("speed", [1, 7, 100, 10_000])
def test_frames_follow_the_slider_to_the_step(speed):
    lesson = SmallSpiral(speed=speed)
    steps = [lesson.player.step for _ in take_frames(lesson, seconds=0.5, frames_per_second=8)]
    assert steps == [int(frame * speed / 8 + 1e-9) for frame in range(5)]


def test_frames_go_on_from_where_the_run_stands_and_stop_playing():
    lesson = SmallSpiral(speed=100)
    lesson.run(30)
    lesson.player.play()
    steps = [lesson.player.step for _ in take_frames(lesson, seconds=1, frames_per_second=2)]
    assert steps == [30, 80, 130]
    assert not lesson.player.playing


def test_frames_end_with_the_run_and_the_last_says_why():
    lesson = OneParameter(speed=1000)
    lesson.run(3)
    steps = [lesson.player.step for _ in take_frames(lesson, seconds=60, frames_per_second=10)]
    assert len(steps) < 20
    assert lesson.player.message


@pytest.mark.parametrize(
    "options",
    [
        *({"seconds": junk} for junk in (0, -1, float("nan"), float("inf"), "5", None, True)),
        *({"frames_per_second": junk} for junk in (0, -1, 61, 2.5, "5", None)),
        {"seconds": 1e9},
        {"seconds": 3001, "frames_per_second": 1},
    ],
    ids=str,
)
def test_nonsense_is_refused_before_anything_trains(options, tmp_path):
    lesson = SmallSpiral()
    target = tmp_path / "run.html"
    target.write_text("an older page")
    with pytest.raises(ValueError, match=r"A recording (expects|holds)"):
        record(lesson, path=target, **options)
    assert lesson.player.step == 0
    assert target.read_text() == "an older page"


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize(
    "make", [SmallSpiral, lambda **o: DigitsTraining(data="digits", **o)], ids=["spiral", "digits"]
)
def test_a_page_holds_every_frame_to_the_bit(make, tmp_path):
    options = {"seconds": 1, "frames_per_second": 5}
    path = record(make(speed=50), path=tmp_path / "run.html", **options)
    index, arrays = parts(path)
    twin = make(speed=50)
    for recorded, _ in zip(index["frames"], take_frames(twin, **options), strict=True):
        assert recorded["step"] == twin.player.step
        assert recorded["summary"] == twin.summary()
        assert recorded["state"] == twin.state
        for name, data in twin.frame().items():
            for field, value in data.items():
                kept = recorded["panels"][name][field]
                if isinstance(value, np.ndarray):
                    np.testing.assert_array_equal(array(index, arrays, kept["array"]), value)
                    assert index["arrays"][kept["array"]]["dtype"] == str(value.dtype)
                else:
                    assert kept == value


def test_an_array_that_stays_is_kept_once(tmp_path):
    index, _ = parts(record(SmallSpiral(), seconds=2, path=tmp_path / "run.html"))
    points = {frame["panels"]["map"]["points"]["array"] for frame in index["frames"]}
    assert len(points) == 1
    assert len(index["frames"]) == 25


def test_a_page_is_whole_and_loads_nothing(tmp_path):
    path = record(SmallSpiral(), seconds=0.2, path=tmp_path / "run.html")
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"'](?!data:)|@import|url\(|https?://(?!www\.w3\.org)", text)
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    assert text.count("</script>") == 3  # no string of the code ends it early
    assert '<noscript><figure style="margin: 0"><img src="data:image/png' in text
    assert "Noise in the points 0.03" in text
    if shutil.which("node"):
        code = tmp_path / "code.mjs"
        code.write_text(re.search(r'<script type="module">(.*?)</script>', text, re.S).group(1))
        result = subprocess.run(["node", "--check", code], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr


def test_hostile_titles_and_texts_are_only_text(tmp_path):
    evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)> $code $$ & \"'"

    class Evil(SmallSpiral):
        title = evil

        def summary(self):
            return evil

    text = record(Evil(), seconds=0.2, path=tmp_path / "run.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert f"<title>{html.escape(evil)}</title>" in text
    index, _ = parts(tmp_path / "run.html")
    assert index["spec"]["title"] == index["frames"][0]["summary"] == evil


def test_a_recording_that_gets_too_large_is_refused_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "MOST_BYTES", 100_000)
    with pytest.raises(ValueError, match=r"more than 0\.1 MB; try fewer seconds"):
        record(SmallSpiral(), seconds=1, path=tmp_path / "run.html")
    assert not (tmp_path / "run.html").exists()


def test_a_tape_stops_as_soon_as_it_is_full():
    tape = Tape(budget=200_000)
    rng = np.random.default_rng(0)

    def fill():
        for _ in range(100):
            tape.add({}, {"map": {"values": rng.random(5000)}})

    with pytest.raises(ValueError, match=r"larger than 0\.2 MB after \d+ frames; try fewer"):
        fill()
    assert 3 <= len(tape.frames) <= 8


@pytest.mark.parametrize("name", ["run", "run.txt", "run.html.gif", ""])
def test_a_page_has_the_name_of_a_page(tmp_path, name):
    with pytest.raises(ValueError, match=r"expects a path that ends in \.html"):
        record(SmallSpiral(), seconds=1, path=tmp_path / name)


def test_a_folder_that_is_not_there_is_told_before_the_work():
    lesson = SmallSpiral()
    with pytest.raises(FileNotFoundError, match="make it first"):
        record(lesson, path="no/such/folder/run.html")
    assert lesson.player.step == 0


# ---------------------------------------------------------------- films


def test_a_gif_has_every_frame_and_they_differ(tmp_path):
    path = record_movie(
        SmallSpiral(speed=400), seconds=0.5, frames_per_second=4, path=tmp_path / "run.gif"
    )
    with Image.open(path) as film:
        assert film.n_frames == 3
        pictures = []
        for frame in range(3):
            film.seek(frame)
            pictures.append(np.array(film.convert("RGB"), dtype=int))
            assert film.info["duration"] == 250
    assert pictures[0].shape[1] == 800
    assert (abs(pictures[0] - pictures[2]) > 50).mean() > 0.002


def test_a_title_with_dollars_is_no_formula(tmp_path):
    class Money(SmallSpiral):
        title = r"5 $ and \frac{ 6 $"

    assert record_movie(Money(), seconds=0.1, path=tmp_path / "run.gif").stat().st_size > 1000


def test_without_ffmpeg_an_mp4_is_refused_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(movie.FFMpegWriter, "isAvailable", lambda: False)
    lesson = SmallSpiral()
    with pytest.raises(RuntimeError, match=r"apt-get install ffmpeg.*path='run\.gif'"):
        record_movie(lesson, path=tmp_path / "run.mp4")
    assert lesson.player.step == 0


needs_ffmpeg = pytest.mark.skipif(
    not FFMpegWriter.isAvailable(),
    reason="an MP4 needs ffmpeg, which is not installed (Debian, Ubuntu: apt-get install ffmpeg)",
)


@needs_ffmpeg
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_an_mp4_plays_everywhere_and_has_every_frame(tmp_path):
    path = record_movie(
        SmallSpiral(speed=400), seconds=1.0, frames_per_second=10, path=tmp_path / "run.mp4"
    )
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", path]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert result.stderr == ""
    (stream,) = json.loads(result.stdout)["streams"]
    # Other formats of pixels are read by few players.
    assert (stream["codec_name"], stream["pix_fmt"]) == ("h264", "yuv420p")
    assert (stream["nb_read_frames"], stream["r_frame_rate"]) == ("11", "10/1")
    assert (stream["width"], stream["height"] % 2) == (800, 0)


@needs_ffmpeg
def test_the_frames_of_an_mp4_differ_and_show_the_picture(tmp_path):
    path = record_movie(
        SmallSpiral(speed=400), seconds=0.5, frames_per_second=4, path=tmp_path / "run.mp4"
    )
    assert path.read_bytes()[4:8] == b"ftyp"
    command = ["ffmpeg", "-v", "error", "-i", path, tmp_path / "frame%d.png"]
    subprocess.run(command, timeout=120, check=True)
    first, last = (np.array(Image.open(tmp_path / f"frame{i}.png"), dtype=int) for i in (1, 3))
    assert first.shape[1] == 800
    assert first.std() > 20
    assert (abs(first - last) > 50).mean() > 0.002


def test_a_gif_of_too_many_frames_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at most 300 frames for a GIF, got 361"):
        record_movie(SmallSpiral(), seconds=30, path=tmp_path / "run.gif")
    with pytest.raises(ValueError, match=r"ends in \.gif or \.mp4"):
        record_movie(SmallSpiral(), path=tmp_path / "run.avi")
