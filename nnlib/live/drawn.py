"""A picture that the learner draws, as a control: checked where it enters, kept as short text."""

import base64
import binascii
import re
from dataclasses import dataclass, field

import numpy as np

from nnlib.kernels.types import Array
from nnlib.live.values import check_size, rows_of, short

MOST_PIXELS = 4096  # of a drawing: its text must leave room in a state string


@dataclass(frozen=True)
class Drawing:
    """A small grey picture that the learner draws on a `Pad`.

    Its value is short text: the bytes row by row, 0 for paper and 255 for ink, in base64, where a
    byte 0 is followed by the number of zeros that it stands for. Empty paper is the empty text.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    rows, columns : int
        Pixels; at most 4096 in all.
    value : str
        The first drawing.
    restarts : bool
    group : str
        As for `Slider`.

    Raises
    ------
    ValueError
        If the size is not possible, or the first drawing does not fit it.

    Examples
    --------
    >>> digit = Drawing("digit", "Your digit", 2, 3)
    >>> digit.clean([[0, 0, 0], [255, 0, 0]])
    'AAP/AAI='
    >>> digit.pixels("AAP/AAI=").tolist()
    [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """

    name: str
    label: str
    rows: int = 28
    columns: int = 28
    value: str = ""
    restarts: bool = False
    group: str = ""
    kind: str = field(default="drawing", init=False)

    def __post_init__(self) -> None:
        check_size(self.label, (self.rows, self.columns), MOST_PIXELS)
        self.clean(self.value)

    def clean(self, value: object) -> str:
        """Return the drawing as text, from its text or from rows of bytes, or raise ValueError."""
        if type(value) is str:
            data = _unpack(value, self.rows * self.columns)
        else:
            data = _bytes(value, self.rows, self.columns)
        if data is None:
            raise ValueError(
                f"{self.label} expects {self.rows} rows of {self.columns} bytes, or their text, "
                f"got {short(value)}; it stays as it was"
            )
        return _pack(data)

    def pixels(self, value: str) -> Array:
        """Return a clean value as float32 of shape (rows, columns), in [0, 1]."""
        data = _unpack(value, self.rows * self.columns) or b""
        flat = np.frombuffer(data, dtype=np.uint8).astype(np.float32)
        return flat.reshape(self.rows, self.columns) / np.float32(255)


def _bytes(value: object, rows: int, columns: int) -> bytes | None:
    """The bytes of a table of whole numbers from 0 to 255; None of anything else."""
    table = [rows_of(row, columns) or [] for row in rows_of(value, rows) or []]
    cells = [cell for row in table for cell in row]
    fits = len(table) == rows and all(len(row) == columns for row in table)
    if not fits or not all(type(cell) is int and 0 <= cell <= 255 for cell in cells):
        return None
    return bytes(cells)


def _pack(data: bytes) -> str:
    """Bytes as text, runs of zeros shortened; nothing but zeros is the empty text."""
    if not any(data):
        return ""
    runs = re.sub(rb"\x00{1,255}", lambda run: bytes([0, len(run[0])]), data)
    return base64.b64encode(runs).decode("ascii")


def _unpack(text: str, size: int) -> bytes | None:
    """The bytes that a text stands for; None if it is no such text, or not of this size."""
    if text == "":
        return bytes(size)
    if len(text) > 2 * size + 8:  # 3 bytes for 2 at worst, and 4 characters for 3 bytes
        return None
    try:
        runs = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):  # characters that base64 does not have
        return None
    data = re.sub(rb"\x00(.)", lambda run: bytes(run[1][0]), runs, flags=re.DOTALL)
    return data if len(data) == size else None
