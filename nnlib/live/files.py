"""A file that a learner hands to a panel: checked here, before an explorable hears of it.

The browser may send anything. What arrives at `Explorable.take_file` names a panel that takes a
file, has a name of one short line, and bytes that are not too many; all else is a `ValueError`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nnlib.live.values import short

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

MOST_BYTES = 400_000  # of a file; the browser sends no more of a larger one
MOST_NAME = 80  # characters of its name


def take_file(explorable: "Explorable", content: Mapping[Any, Any], buffers: object) -> None:
    """Check a message of type "file" or "give_back" and hand it to the explorable.

    Parameters
    ----------
    explorable : Explorable
    content : mapping
        `type`, `panel`, and for a file `name` and `size`, the bytes of the whole file.
    buffers : sequence of bytes-like
        One: the beginning of the file, or all of it.

    Raises
    ------
    ValueError
        If anything in it is not as it should be; nothing has changed then.
    """
    panel = content.get("panel")
    takers = [p.name for p in explorable.panels if getattr(p, "takes_file", False)]
    if not isinstance(panel, str) or panel not in takers:
        raise ValueError(
            f"The view expects a panel that takes a file, got {short(panel)}; nothing has changed"
        )
    if content.get("type") == "give_back":
        explorable.give_back(panel)
        return
    name, size = content.get("name"), content.get("size")
    size = size if type(size) is int and 0 <= size < 2**53 else -1
    data = _bytes(buffers)
    if not isinstance(name, str) or data is None or len(data) > size:
        raise ValueError(
            f"The view expects a file with a name and at most {MOST_BYTES:,} of its bytes, got "
            "something else; nothing has changed"
        )
    clean = "".join(c if c.isprintable() else " " for c in name[:MOST_NAME]).strip() or "your file"
    try:
        explorable.take_file(panel, clean, data, size)
    except ValueError as error:
        raise ValueError(f"{clean}: {error}. The text before stays") from None


def _bytes(buffers: object) -> bytes | None:
    """The one buffer of a message; None if there is another number of them."""
    if not isinstance(buffers, Sequence) or len(buffers) != 1:
        return None
    try:
        view = memoryview(buffers[0])
    except TypeError:
        return None
    return view.tobytes() if view.nbytes <= MOST_BYTES else None
