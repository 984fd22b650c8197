"""Several downloads as one piece of work, for a bar that shows how far it has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class ProgressBar(Protocol):
    """What a download tells of itself: the interface of pooch's progress bars."""

    total: int | None

    def update(self, amount: int, /) -> object:
        """Take note that so many more bytes have come; may raise to end the download."""
        ...

    def reset(self) -> object:
        """Begin to count anew."""
        ...

    def close(self) -> object:
        """Take note that all is there."""
        ...


class OneOfSeveral:
    """Stands between a download and a bar that several downloads share.

    Parameters
    ----------
    bar : ProgressBar
        Counts the bytes of all.
    before : int
        Bytes of the downloads before this one.

    Examples
    --------
    >>> class Bar:
    ...     total, done = 30, 0
    ...     def update(self, amount): self.done += amount
    ...     def reset(self): self.done = 0
    ...     def close(self): pass
    >>> bar = Bar()
    >>> second = OneOfSeveral(bar, before=10)
    >>> second.update(5), second.reset(), second.update(20), second.close()
    (None, None, None, None)
    >>> bar.done, bar.total
    (30, 30)
    """

    def __init__(self, bar: ProgressBar, before: int) -> None:
        self._bar, self._before = bar, before
        self.total = 0  # set by the download, of no use here: the bar knows that of all

    def update(self, amount: int) -> None:
        """Pass it on."""
        self._bar.update(amount)

    def reset(self) -> None:
        """Go back to where this download began."""
        self._bar.reset()
        self._bar.update(self._before)

    def close(self) -> None:
        """Leave the bar open: others follow."""


@contextmanager
def told(bar: ProgressBar | None) -> Iterator[None]:
    """Tell a bar how a piece of work ends, if it has a way to hear of failures.

    Parameters
    ----------
    bar : ProgressBar or None
        Is closed at the end; of an error it hears by `fail(error)`, if it has that.

    Examples
    --------
    >>> with told(None):
    ...     pass
    """
    try:
        yield
    except Exception as error:
        fail = getattr(bar, "fail", None)
        if fail is not None:
            fail(error)
        raise
    if bar is not None:
        bar.close()
