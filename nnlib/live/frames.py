"""What goes out with a frame: arrays as buffers, once if they never change, or all compressed."""

import json
import zlib
from collections.abc import Mapping
from operator import methodcaller
from typing import Any

import numpy as np

from nnlib.kernels.types import Array

FINE = 64  # columns of a heat map from which on half as many still look smooth
#: The frozen arrays of a frame, by panel and field.
Kept = dict[tuple[str, str], Array]


def freeze(array: Any) -> Array:
    """Return a copy that cannot be changed, for a background that is sent to the browser once.

    Parameters
    ----------
    array : array_like

    Returns
    -------
    ndarray
        Contiguous and read-only. As long as each frame holds this very array, under the same name,
        only the first takes it to the browser.

    Examples
    --------
    >>> shade = freeze([[1.0, 2.0]])
    >>> shade[0, 0] = 3.0
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """
    frozen: Array = np.array(array, order="C", copy=True)
    frozen.setflags(write=False)
    return frozen


def pack(
    frame: Mapping[str, Mapping[str, Any]], before: Kept
) -> tuple[dict[str, dict[str, Any]], list[bytes], Kept]:
    """Move the arrays of a frame to buffers, and leave a note of where each went.

    Parameters
    ----------
    frame : mapping
        Data of each panel.
    before : dict
        The frozen arrays of the last frame that the browser has.

    Returns
    -------
    panels : dict
        The frame with a note in the place of each array: `buffer`, `dtype` and `shape`, or `kept`
        where the browser has it already.
    buffers : list of bytes
    kept : dict
        The frozen arrays of this frame.

    Examples
    --------
    >>> shade = freeze(np.zeros((2, 2), dtype=np.float32))
    >>> panels, buffers, kept = pack({"map": {"values": shade}}, {})
    >>> panels, len(buffers)
    ({'map': {'values': {'buffer': 0, 'dtype': 'float32', 'shape': [2, 2]}}}, 1)
    >>> panels, buffers, kept = pack({"map": {"values": shade}}, kept)
    >>> panels, len(buffers)
    ({'map': {'values': {'kept': True}}}, 0)
    """
    buffers: list[bytes] = []
    kept: Kept = {}
    panels: dict[str, dict[str, Any]] = {}
    for panel, data in frame.items():
        panels[panel] = {}
        for name, value in data.items():
            if not isinstance(value, np.ndarray):
                panels[panel][name] = value
                continue
            if _is_frozen(value):
                kept[panel, name] = value  # held, so that no other array can be taken for it
            if _is_frozen(value) and before.get((panel, name)) is value:
                panels[panel][name] = {"kept": True}
                continue
            note = {"buffer": len(buffers), "dtype": str(value.dtype), "shape": list(value.shape)}
            panels[panel][name] = note
            buffers.append(value.tobytes())
    return panels, buffers, kept


def compress(content: Mapping[str, Any], buffers: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """Put a whole frame into one compressed buffer, for a slow link.

    Of neighbours in a map or a curve the differences are small: these compress better than the
    numbers themselves, by a third.

    Parameters
    ----------
    content : mapping
        What goes out as JSON, with the notes that `pack` leaves in its `panels`.
    buffers : list of bytes

    Returns
    -------
    content : dict
        Says that there is a frame, and of each of its parts, the JSON and then the buffers, how
        many bytes it has, and the bytes of a number where it holds differences, else 0.
    buffer : bytes
        All parts one after the other, compressed by zlib.

    Examples
    --------
    >>> panels, buffers, kept = pack({"map": {"values": np.arange(200, dtype=np.uint8)}}, {})
    >>> content, buffer = compress({"panels": panels}, buffers)
    >>> content["parts"][1], len(buffer) < 120
    ([200, 1], True)
    """
    number = methodcaller("item")  # of a NumPy scalar
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, default=number)
    parts, sizes = [text.encode(), *buffers], [0] * (1 + len(buffers))
    for data in content["panels"].values():
        for note in data.values():
            if isinstance(note, dict) and "buffer" in note:
                place = 1 + note["buffer"]
                parts[place], sizes[place] = _differences(parts[place], np.dtype(note["dtype"]))
    packed = zlib.compress(b"".join(parts))
    return {
        "type": "frame",
        "parts": [[len(p), s] for p, s in zip(parts, sizes, strict=True)],
    }, packed


def _differences(buffer: bytes, dtype: np.dtype[Any]) -> tuple[bytes, int]:
    """Each number less the one before, bit patterns as integers; they wrap around."""
    whole = {1: np.uint8, 4: np.uint32}.get(dtype.itemsize)
    if whole is None:
        return buffer, 0
    bits = np.frombuffer(buffer, dtype=whole)
    return np.diff(bits, prepend=bits.dtype.type(0)).tobytes(), dtype.itemsize


def coarsen(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a heat map with a quarter of its cells: means of two by two.

    Parameters
    ----------
    data : mapping
        Of a `HeatMap`.

    Returns
    -------
    dict
        The same but for `values`. They stay as they are where a side is odd, the cells are few
        enough to be told apart, or they go out only once.

    Examples
    --------
    >>> coarsen({"values": np.full((96, 96), 5, dtype=np.int8)})["values"].shape
    (48, 48)
    """
    values = data.get("values")
    if not isinstance(values, np.ndarray) or _is_frozen(values) or values.ndim != 2:
        return dict(data)
    rows, columns = values.shape
    if rows % 2 or columns % 2 or columns < FINE:
        return dict(data)
    blocks = values.reshape(rows // 2, 2, columns // 2, 2)
    return {**data, "values": blocks.mean(axis=(1, 3)).round().astype(values.dtype)}


def _is_frozen(array: Array) -> bool:
    """Whether nobody can change the array: a read-only view of one that changes is not frozen."""
    base = array.base
    return not (array.flags.writeable or (isinstance(base, np.ndarray) and base.flags.writeable))


def quantize(values: Array, scale: float) -> Any:
    """Turn signed numbers into int8 for a panel: `scale` and above is 127, zero is 0.

    Parameters
    ----------
    values : ndarray
    scale : float
        The size of full colour, more than 0.

    Returns
    -------
    ndarray of int8, same shape

    Examples
    --------
    >>> quantize(np.array([-3.0, 0.0, 1.0]), 2.0).tolist()
    [-127, 0, 64]
    """
    return np.clip(np.round(values * (127.0 / scale)), -127, 127).astype(np.int8)
