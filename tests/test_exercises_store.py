"""The progress file: kept, joined, and harmless when it is broken."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from nnlib.exercises import overview, read_progress
from nnlib.exercises.records import LessonRecord, Prediction
from nnlib.exercises.store import FILE, MOST_BYTES, Store

RECORD = LessonRecord(
    predictions={"sign": Prediction("smaller", True), "many": Prediction(["a", "b"], False)},
    exercises={"step": True, "momentum": False},
    quiz=5,
    of=(7, 4, 8),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE


def lessons(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))["lessons"]


def test_what_is_added_is_read_again(path: Path) -> None:
    Store(path).add("03", RECORD)
    assert read_progress(path) == {"03": RECORD}
    assert Store(path).notice == ""
    assert json.loads(path.read_text())["format"] == 1
    assert [p.name for p in path.parent.iterdir()] == [FILE]  # no draft is left


def test_reading_writes_nothing(path: Path) -> None:
    assert read_progress(path) == {}
    assert repr(overview(path)) == "Progress: 0 of 10 lessons started"
    assert Store(path).record("03") == LessonRecord()
    Store(path).forget("03")
    assert not path.exists()


def test_it_lies_where_the_kernel_worked_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    store = Store()
    store.add("01", LessonRecord(quiz=1))
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.add("01", LessonRecord(quiz=2))
    assert lessons(tmp_path / FILE)["01"]["quiz"] == 2
    assert not (tmp_path / "elsewhere" / FILE).exists()


def test_what_was_reached_is_kept_and_never_falls() -> None:
    later = LessonRecord(exercises={"step": False, "gradient": True}, quiz=3, of=(7, 4, 9))
    joined = RECORD.merged(later)
    assert joined.exercises == {"step": True, "momentum": False, "gradient": True}
    assert joined.quiz == 5
    assert joined.of == (7, 4, 9)
    assert joined.predictions == RECORD.predictions
    assert LessonRecord().merged(LessonRecord()) == LessonRecord()


def test_two_notebooks_at_once_keep_what_both_did(path: Path) -> None:
    one, two = Store(path), Store(path)
    for number in range(20):
        one.add("03", LessonRecord(exercises={f"one {number}": True}))
        two.add("03" if number % 2 else "04", LessonRecord(exercises={f"two {number}": True}))
    found = read_progress(path)
    assert found["03"].passed == 30
    assert found["04"].passed == 10


def test_a_file_that_another_overwrote_is_joined_again(path: Path) -> None:
    one = Store(path)
    one.add("03", LessonRecord(quiz=7))
    path.unlink()
    Store(path).add("04", LessonRecord(quiz=1))
    one.add("03", LessonRecord(exercises={"step": True}))
    assert lessons(path)["03"]["quiz"] == 7
    assert lessons(path)["04"]["quiz"] == 1


def test_messages_on_many_threads_lose_nothing(path: Path) -> None:
    store = Store(path)

    def work(number: int) -> None:
        for turn in range(10):
            store.add("03", LessonRecord(exercises={f"{number} {turn}": True}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Store(path).record("03").passed == 80


def test_a_lesson_can_be_forgotten(path: Path) -> None:
    store = Store(path)
    store.add("03", RECORD)
    store.add("04", RECORD)
    store.forget("03")
    assert set(lessons(path)) == {"04"}
    assert store.record("03") == LessonRecord()


DAMAGED = {
    "empty": b"",
    "no JSON": b"{'format': 1}",
    "binary": bytes(range(256)),
    "half a file": b'{"format": 1, "lessons": {"03": {"quiz": 3',
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "null": b"null",
    "NaN": b"NaN",
    "number of many digits": b"9" * 10_000,
    "no format": b'{"lessons": {}}',
    "a later format": b'{"format": 2, "lessons": {}}',
    "lessons are a list": b'{"format": 1, "lessons": []}',
    "huge": b" " * (MOST_BYTES + 1),
    "another program's": b'{"format": 1, "lessons": {"03": {"score": "A+"}}}',
    "too many lessons": json.dumps(
        {"format": 1, "lessons": {str(n): RECORD.plain() for n in range(1000)}}
    ).encode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_kept_aside_and_the_lesson_goes_on(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    store = Store(path)
    assert store.record("03").quiz is None or store.record("03") == RECORD
    assert store.news().startswith(FILE)
    assert store.news() == ""  # said once
    assert path.read_bytes() == content  # reading changes nothing
    store.add("04", LessonRecord(quiz=3))
    aside = path.with_name("nnlib-progress.kept-1.json")
    assert aside.read_bytes() == content
    assert aside.name in store.news()
    assert lessons(path)["04"]["quiz"] == 3
    store.add("04", LessonRecord(quiz=4))
    assert len(list(path.parent.iterdir())) == 2


@pytest.mark.parametrize(
    "entry",
    [
        {"quiz": True},
        {"quiz": -1},
        {"quiz": 1e3},
        {"quiz": 10**9},
        {"quiz": "5"},
        {"of": [1, 2]},
        {"of": [1, 2, "3"]},
        {"exercises": {"step": 1}},
        {"exercises": ["step"]},
        {"exercises": {"x" * 10_000: True}},
        {"exercises": {str(n): True for n in range(1000)}},
        {"predictions": {"sign": "smaller"}},
        {"predictions": {"sign": {"answer": 5, "correct": True}}},
        {"predictions": {"sign": {"answer": "x" * 10_000, "correct": True}}},
        {"predictions": {"sign": {"answer": ["x"] * 1000, "correct": True}}},
        {"predictions": {"sign": {"answer": [["x"]], "correct": True}}},
        {"predictions": {"sign": {"answer": "x", "correct": "yes"}}},
        {"extra": 1},
        [],
        None,
    ],
)
def test_what_fits_is_used_and_what_does_not_is_left_out(path: Path, entry: object) -> None:
    good = RECORD.plain()
    bad = {**LessonRecord().plain(), **entry} if isinstance(entry, dict) else entry
    path.write_text(json.dumps({"format": 1, "lessons": {"03": good, "04": bad}}))
    store = Store(path)
    assert store.record("03") == RECORD
    found = store.record("04")
    assert len(found.exercises) <= 100
    assert found.predictions == {}
    assert found.quiz is None
    assert "damaged" in store.notice
    store.add("03", LessonRecord(quiz=6))
    assert path.with_name("nnlib-progress.kept-1.json").exists()
    assert Store(path).record("03").quiz == 6
    assert Store(path).notice == ""


def test_after_nine_broken_files_no_more_are_kept(path: Path) -> None:
    for _ in range(12):
        path.write_text("broken")
        store = Store(path)
        store.add("03", LessonRecord(quiz=1))
    assert len(list(path.parent.iterdir())) == 10
    assert path.read_text() == "broken"
    assert "cannot be written" in store.notice
    assert store.record("03").quiz == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_in_its_place_does_not_hang(path: Path) -> None:
    os.mkfifo(path)
    store = Store(path)
    assert store.record("03") == LessonRecord()
    assert "cannot be read" in store.notice
    store.add("03", RECORD)
    assert Store(path).record("03") == RECORD
    assert stat.S_ISFIFO(path.with_name("nnlib-progress.kept-1.json").stat().st_mode)


def test_a_folder_in_its_place_is_kept_aside(path: Path) -> None:
    path.mkdir()
    (path / "treasure").touch()
    store = Store(path)
    store.add("03", RECORD)
    assert Store(path).record("03") == RECORD
    assert path.with_name("nnlib-progress.kept-1.json").joinpath("treasure").exists()


def test_where_nothing_can_be_written_it_works_in_memory_and_says_so_once(tmp_path: Path) -> None:
    # A folder that is none cannot be written by anyone, the superuser included.
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / FILE)
    store.add("03", LessonRecord(quiz=2))
    assert "cannot be written" in store.news()
    store.add("03", LessonRecord(exercises={"step": True}))
    assert store.news() == ""
    assert store.record("03").quiz == 2
    assert store.record("03").passed == 1


def test_a_write_that_fails_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path)
    store.add("03", RECORD)
    before = path.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    store.add("03", LessonRecord(quiz=8))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [FILE]
    assert "No space left" in store.notice
    store.add("03", LessonRecord())
    assert Store(path).record("03").quiz == 8
    assert store.notice == ""


def test_a_working_folder_that_is_gone_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Path:
        raise FileNotFoundError("no working folder")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "cwd", gone)
    store = Store()
    store.add("03", LessonRecord(quiz=2))
    assert store.record("03").quiz == 2


def test_the_overview_lists_the_course_and_what_is_unknown(path: Path) -> None:
    store = Store(path)
    store.add("03", RECORD)
    store.add("<b>99</b>", LessonRecord(quiz=1))
    page = overview(path)._repr_html_()
    assert repr(overview(path)) == "Progress: 2 of 11 lessons started"
    assert page.count("not started") == 9
    assert "1 right, 2 of 7 made" in page
    assert "1 of 4 passed" in page
    assert "best 5 of 8" in page
    assert "&lt;b&gt;99" in page
    path.write_text("broken")
    assert "damaged" in overview(path)._repr_html_()


def test_halves_of_characters_in_an_answer_do_not_stop_the_file(path: Path) -> None:
    record = LessonRecord(predictions={"sign": Prediction("\ud800", False)})
    Store(path).add("03", record)
    assert Store(path).record("03") == record
