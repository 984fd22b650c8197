"""How much and how long, in words."""

from collections.abc import Iterable, Sized
from typing import Any

from nnlib.live.values import short


def count_of(work: Iterable[Any] | int | None) -> int | None:
    """Return how many items there are, None if that cannot be known.

    Parameters
    ----------
    work : iterable, int or None

    Returns
    -------
    int or None

    Raises
    ------
    ValueError
        If it is neither items nor a number of them.

    Examples
    --------
    >>> count_of("abc"), count_of(7), count_of(iter("abc"))
    (3, 7, None)
    """
    if isinstance(work, Iterable):
        return len(work) if isinstance(work, Sized) else None
    if work is None:
        return None
    if isinstance(work, bool) or not isinstance(work, int) or work < 0:
        raise ValueError(f"progress expects items, or their number, 0 or more; got {short(work)}")
    return work


def amount(count: int, unit: str) -> str:
    """Return a count, bytes in MB.

    Parameters
    ----------
    count : int
    unit : str

    Returns
    -------
    str

    Examples
    --------
    >>> amount(11_594_722, "bytes"), amount(1200, "")
    ('11.6 MB', '1,200')
    """
    return f"{count / 1e6:.1f} MB" if unit == "bytes" else f"{count:,}"


def duration(seconds: float) -> str:
    """Return a duration in the unit that suits it.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str

    Examples
    --------
    >>> [duration(seconds) for seconds in (0.5, 42.3, 600, 9000)]
    ['0.5 s', '42 s', '10 min', '2.5 h']
    """
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
