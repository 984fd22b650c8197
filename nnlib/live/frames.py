"""What goes out with a frame: arrays as buffers, and those that never change only once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnlib.kernels.types import Array

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
