"""The progress file: one small JSON file beside the notebooks, and what to do when it is broken."""

import contextlib
import json
import os
import secrets
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

from nnlib.exercises.records import LessonRecord, read_record

FILE = "nnlib-progress.json"
FORMAT = 1
MOST_BYTES = 1_000_000  # of a file that is read at all
MOST_LESSONS = 50
_MOST_ASIDE = 9  # broken files that are kept

Records = dict[str, LessonRecord]


class Store:
    """Keeps the learner's records in memory and in a file.

    Each change is joined with what the file holds by then, so that two notebooks that are open at
    once both keep their own. The file is replaced whole or not at all. Whatever is wrong with it,
    the lesson goes on, in memory if need be, and `notice` says so in one line.

    Parameters
    ----------
    path : path, optional
        `nnlib-progress.json` in the folder the kernel works in when it is first used.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()) / FILE)
    >>> store.add("03", LessonRecord(quiz=6))
    >>> store.record("03").quiz
    6
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._mine: Records = {}  # what this kernel has added
        self._lock = threading.RLock()  # messages of widgets come in on another thread
        self._reading = self._writing = self._told = ""  # what went wrong, and what has been said

    @property
    def notice(self) -> str:
        """What the learner should know about the file; empty if all is well."""
        return self._writing or self._reading

    def news(self) -> str:
        """Return the notice if it has not been returned before."""
        if self.notice == self._told:
            return ""
        self._told = self.notice
        return self.notice

    @property
    def path(self) -> Path:
        """The file; its folder stays the same when a cell changes the working folder."""
        if self._path is None:
            try:
                self._path = Path.cwd() / FILE
            except OSError:  # the working folder is gone; writing will say so
                return Path(FILE)
        return self._path

    def records(self) -> Records:
        """Return all records, by lesson: those of the file joined with those of this kernel."""
        with self._lock:
            found, _ = self._read()
            return _joined(found, self._mine)

    def record(self, lesson: str) -> LessonRecord:
        """Return the record of one lesson; an empty one if there is none."""
        return self.records().get(lesson, LessonRecord())

    def add(self, lesson: str, record: LessonRecord) -> None:
        """Join a record with what is known, and write the file.

        Parameters
        ----------
        lesson : str
        record : LessonRecord
            What is new.
        """
        with self._lock:
            self._mine = _joined(self._mine, {lesson: record})
            found, whole = self._read()
            self._write(_joined(found, self._mine), aside=not whole)

    def forget(self, lesson: str) -> None:
        """Remove the record of one lesson, here and from the file."""
        with self._lock:
            self._mine.pop(lesson, None)
            found, whole = self._read()
            if found.pop(lesson, None):
                self._write(_joined(found, self._mine), aside=not whole)

    # ------------------------------------------------------------------ the file

    def _read(self) -> tuple[Records, bool]:
        """All well-formed records of the file, and whether nothing else was in it."""
        self._reading = ""
        try:
            text = _text(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return {}, True
        except (OSError, ValueError) as error:
            self._reading = f"{self.path.name} cannot be read ({_short(error)}); it is left out."
            return {}, False
        found, whole = parse(text)
        if not whole:
            self._reading = (
                f"{self.path.name} is damaged, or not of this course; what fits is used."
            )
        return found, whole

    def _write(self, records: Mapping[str, LessonRecord], *, aside: bool) -> None:
        """Replace the file; where that fails, say once that this session is not kept."""
        lessons = {name: record.plain() for name, record in sorted(records.items())}
        text = json.dumps({"format": FORMAT, "lessons": lessons}, indent=1) + "\n"
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            kept = self._put_aside() if aside else ""
            draft.write_text(text, encoding="ascii")
            draft.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            self._writing = (
                f"Progress cannot be written to {self.path.name} ({_short(error)}); "
                "it is kept until the kernel stops."
            )
        else:
            self._reading, self._writing = "", kept

    def _put_aside(self) -> str:
        """Move a file that is not ours, or broken, to a free name beside it; say where it is."""
        for number in range(1, _MOST_ASIDE + 1):
            free = self.path.with_name(f"{self.path.stem}.kept-{number}{self.path.suffix}")
            if not os.path.lexists(free):
                self.path.rename(free)
                return f"{self.path.name} was damaged; the old one is kept as {free.name}."
        raise OSError(f"{_MOST_ASIDE} broken ones are kept already; remove some")


def parse(text: str) -> tuple[Records, bool]:
    """Take records out of untrusted text.

    Parameters
    ----------
    text : str

    Returns
    -------
    records : dict
        Those that are well formed.
    whole : bool
        Whether nothing else was in the text.

    Examples
    --------
    >>> parse("no JSON")
    ({}, False)
    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):  # a list of too many floors
        return {}, False
    lessons = plain.get("lessons") if isinstance(plain, dict) else None
    if not isinstance(lessons, dict) or plain.get("format") != FORMAT:
        return {}, False
    read = {n: read_record(p) for n, p in list(lessons.items())[:MOST_LESSONS] if len(n) <= 40}
    whole = len(read) == len(lessons) and all(fits for _, fits in read.values())
    return {name: record for name, (record, _) in read.items()}, whole


def _text(path: Path) -> str:
    """The text of a regular file of bearable size."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES:,} bytes")
    return content.decode("utf-8")


def _joined(first: Mapping[str, LessonRecord], later: Mapping[str, LessonRecord]) -> Records:
    """Records of both, each lesson's merged; never more than are read again."""
    joined = dict(first)
    for name, record in later.items():
        joined[name] = joined.pop(name, LessonRecord()).merged(record)
    return dict(list(joined.items())[-MOST_LESSONS:])


def _short(error: Exception) -> str:
    """An error in a few words, without the path."""
    words = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return words[:80]
