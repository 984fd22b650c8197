"""What a recorded page holds: frames as JSON, and their arrays one after the other, compressed."""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from nnlib.live.frames import pack

MOST_BYTES = 20_000_000  # of a page: what can be sent by mail, and opens at once


class Tape:
    """Frames of a recording, within a budget of bytes; an array that comes again is kept once.

    Parameters
    ----------
    budget : int
        Bytes that the compressed frames may take, as base64.

    Attributes
    ----------
    frames : list of dict
        What each frame says, with a number in the place of each array.

    Examples
    --------
    >>> import numpy as np
    >>> tape = Tape()
    >>> for step in range(3):
    ...     tape.add({"step": step}, {"map": {"values": np.zeros(1000)}})
    >>> tape.frames[2]["panels"]["map"]["values"], len(tape.arrays)
    ({'array': 0}, 1)
    """

    def __init__(self, budget: int = MOST_BYTES) -> None:
        self._budget = budget
        self.frames: list[dict[str, Any]] = []
        self.arrays: list[dict[str, Any]] = []
        self._known: dict[tuple[str, bytes], int] = {}
        self._end = 0  # of the arrays so far, before compression
        self._zip = zlib.compressobj(9)
        self._packed = bytearray()

    def add(self, content: Mapping[str, Any], frame: Mapping[str, Mapping[str, Any]]) -> None:
        """Add a frame.

        Parameters
        ----------
        content : mapping
            Plain data.
        frame : mapping
            Data of each panel.

        Raises
        ------
        ValueError
            If the recording gets too large.
        """
        panels, buffers, _ = pack(frame, {})
        for fields in panels.values():
            for name, field in fields.items():
                if isinstance(field, dict) and "buffer" in field:
                    fields[name] = {"array": self._number(field, buffers[field["buffer"]])}
        self.frames.append({**content, "panels": panels})
        if len(self._packed) * 4 // 3 > self._budget:
            raise ValueError(
                f"The recording is larger than {self._budget / 1e6:g} MB after "
                f"{len(self.frames):,} frames; try fewer seconds or fewer frames_per_second"
            )

    def _number(self, note: Mapping[str, Any], data: bytes) -> int:
        """The place of an array in the list; its bytes go into the stream if they are new."""
        kind = f"{note['dtype']} {note['shape']}"
        key = kind, hashlib.sha256(data).digest()
        if key not in self._known:
            self._known[key] = len(self.arrays)
            entry = {"dtype": note["dtype"], "shape": note["shape"], "start": self._end}
            self.arrays.append(entry)
            padding = bytes(-len(data) % 8)  # typed arrays begin at multiples of their item
            self._packed += self._zip.compress(data + padding)
            self._end += len(data) + len(padding)
        return self._known[key]

    def finish(self, head: Mapping[str, Any]) -> tuple[str, str]:
        """Return head and frames, and the arrays: each compressed (zlib), as base64."""
        index = {**head, "frames": self.frames, "arrays": self.arrays}
        text = json.dumps(index, allow_nan=False, separators=(",", ":"))
        arrays = bytes(self._packed) + self._zip.flush()
        return _base64(zlib.compress(text.encode(), 9)), _base64(arrays)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
