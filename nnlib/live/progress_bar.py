"""Progress on long work: a bar with the time left, and a button that ends the work at once."""

import asyncio
import html
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ipywidgets as widgets

from nnlib.frontend import attended, in_kernel
from nnlib.live.amounts import amount, count_of, duration
from nnlib.live.player import SLICE, TURNS

SHOW_EVERY = 0.1  # seconds between two changes of the bar


class Cancelled(Exception):
    """The learner pressed Cancel."""


class Progress:
    """How far a long piece of work has come; see `progress`, which makes and shows one.

    Parameters
    ----------
    work : iterable, int or None
        What to go through; or how much there is to do, for work that calls `update`; None where
        that is found out later.
    title : str
        What is being done, such as "Sweep".
    unit : str
        "bytes" counts in MB; any other is said after the numbers.
    clock : callable
        Returns seconds; tests give their own.

    Attributes
    ----------
    done : int
        How much has been done.
    total : int or None
        How much there is to do.
    outcome : str
        Empty while it goes on, then "done", "cancelled" or "failed".
    error : Exception or None
        What ended work that was started with `start`.
    """

    def __init__(
        self,
        work: Iterable[Any] | int | None,
        title: str,
        *,
        unit: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._work: Iterable[Any] | None = work if isinstance(work, Iterable) else None
        self.total = count_of(work)
        self.title, self._unit, self._clock = title, unit, clock
        self.done, self.outcome, self._why = 0, "", ""
        self.error: Exception | None = None
        self._asked_to_stop = False
        self._start, self._shown = clock(), -SHOW_EVERY
        self._end = self._start
        self._widget: widgets.Widget | None = None

    # ------------------------------------------------------------------ going through something

    def __iter__(self) -> Iterator[Any]:
        """Yield each item of the work; Cancel ends the loop before the next."""
        try:
            for item in self._items():
                if self._asked_to_stop:
                    break
                yield item
                self._count(1)
            self._finish("cancelled" if self._asked_to_stop else "done")
        except Exception as error:
            self._fail(error)
            raise
        finally:  # whoever left the loop early has ended the work
            self._finish("cancelled")

    def start(self) -> "asyncio.Task[None]":
        """Go through the work on the event loop, in slices: cells and views stay usable.

        Returns
        -------
        asyncio.Task
            Ends with the work. An error is not raised there: it stands in the bar and in `error`.

        Raises
        ------
        RuntimeError
            If no event loop is running, as outside a notebook; use `for item in progress(...)`.
        """
        loop = asyncio.get_running_loop()
        return loop.create_task(self._in_slices(iter(self._items())))

    async def _in_slices(self, items: Iterator[Any]) -> None:
        nothing = object()
        while not self._asked_to_stop:
            end = self._clock() + SLICE
            while self._clock() < end and not self._asked_to_stop:
                try:
                    if next(items, nothing) is nothing:
                        self._finish("done")
                        return
                except Exception as error:
                    self._fail(error)
                    return
                self._count(1)
            for _ in range(TURNS):
                await asyncio.sleep(0)
        self._finish("cancelled")

    def _items(self) -> Iterable[Any]:
        return range(self.total or 0) if self._work is None else self._work

    # ------------------------------------------------------------------ what pooch and others call

    def update(self, more: int = 1) -> None:
        """Take note that some more has been done.

        Parameters
        ----------
        more : int

        Raises
        ------
        Cancelled
            If the learner pressed Cancel: the work ends here.
        """
        if self._asked_to_stop:
            self._finish("cancelled")
            raise Cancelled(str(self))
        self._count(more)

    def reset(self) -> None:
        """Begin to count anew."""
        self.done = 0

    def close(self) -> None:
        """Say that the work is done."""
        self._finish("done")

    def fail(self, error: BaseException) -> None:
        """Say what ended the work."""
        self._fail(error)

    def cancel(self) -> None:
        """End the work before its next item. Safe from any thread."""
        self._asked_to_stop = True

    # ------------------------------------------------------------------ how it stands

    def _count(self, more: int) -> None:
        self.done += more
        self._show()

    def _fail(self, error: BaseException) -> None:
        self._why = f"{type(error).__name__}: {error}"
        self.error = error if isinstance(error, Exception) else None
        self._finish("failed")

    def _finish(self, outcome: str) -> None:
        if not self.outcome:
            self.outcome, self._end = outcome, self._clock()
            self._show(now=True)

    def __str__(self) -> str:
        so_far = self._so_far()
        match self.outcome:
            case "done":
                return f"{self.title}: {so_far}, done in {duration(self._end - self._start)}"
            case "cancelled":
                return f"{self.title}: cancelled at {so_far}"
            case "failed":
                return f"{self.title}: stopped at {so_far}: {self._why}"
            case _:
                return f"{self.title}: {so_far}{self._left()}"

    __repr__ = __str__

    def _so_far(self) -> str:
        """How much of how much."""
        of = f" of {amount(self.total, self._unit)}" if self.total else ""
        if self._unit == "bytes":
            return f"{self.done / 1e6:.1f}{of or ' MB'}"
        return f"{self.done:,}{of}" + (f" {self._unit}" if self._unit else "")

    def _left(self) -> str:
        """Share done and time left, once there is something to go by."""
        if not self.total or not self.done:
            return ""
        share = min(self.done / self.total, 1.0)
        left = (self._clock() - self._start) * (1 - share) / share
        return f" ({share:.0%}), about {duration(left)} left"

    # ------------------------------------------------------------------ on the page

    def widget(self) -> widgets.Widget:
        """Return the bar as a widget, with its Cancel button."""
        if self._widget is None:
            self._bar = widgets.HTML(self._html())
            self._button = widgets.Button(description="Cancel", tooltip=f"Cancel: {self.title}")
            self._button.on_click(lambda _: self.cancel())
            self._button.disabled = bool(self.outcome)
            _hear_at_once(self._button)
            self._widget = widgets.HBox([self._bar, self._button])
        return self._widget

    def _show(self, *, now: bool = False) -> None:
        """Bring the bar up to date, but not too often."""
        if self._widget is None or (not now and self._clock() - self._shown < SHOW_EVERY):
            return
        self._shown = self._clock()
        self._bar.value = self._html()
        self._button.disabled = bool(self.outcome)

    def _html(self) -> str:
        ends = f'value="{self.done}" max="{self.total}"' if self.total else ""
        if self.outcome and not self.total:
            ends = 'value="1" max="1"'  # a bar without a value moves for ever
        role = ' role="alert"' if self.outcome == "failed" else ""
        return (
            f'<progress aria-label="{html.escape(self.title)}" {ends} '
            'style="width: 220px; vertical-align: middle"></progress> '
            f"<span{role}>{html.escape(str(self))}</span>"
        )

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        if not attended():
            return {"text/plain": str(self)}
        bundle: dict[str, Any] = self.widget()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": str(self)}


def _hear_at_once(widget: widgets.Widget) -> None:
    """Have what the page says of a widget heard while a cell runs.

    ipykernel 7.4 hands it to the thread of the cell that showed the widget, which is busy. Without
    a route of its own the message stays on the thread that JupyterLab has asked for.
    """
    if widget.comm is not None:
        widget.comm._reply_subshell_for = None


def progress(work: Iterable[Any] | int | None, title: str, *, unit: str = "") -> Progress:
    """Show how far a long piece of work has come, with a button that cancels it.

    - `for item in progress(items, "Sweep")` goes through items; Cancel ends the loop before the
      next one, and what is done is yours.
    - `progress(steps, "Training").start()` does the same on the event loop, in slices: the cell
      ends at once, and views and other cells stay usable.
    - `load_mnist(progress=progress(None, "MNIST", unit="bytes"))`: work that reports by itself;
      Cancel ends it with `Cancelled`.

    Where no page shows it, it is a line of text: `str(bar)`.

    Parameters
    ----------
    work : iterable, int or None
        Items, the number of steps, or None where the work says later how much there is.
    title : str
    unit : str
        What is counted; "bytes" is told in MB.

    Returns
    -------
    Progress

    Raises
    ------
    ValueError
        If `work` is a number below 0, or neither a number nor items.

    Examples
    --------
    >>> bar = progress([3, 1, 2], "Sorting")
    >>> sorted(item for item in bar), bar.outcome
    ([1, 2, 3], 'done')
    """
    bar = Progress(work, title, unit=unit)
    if in_kernel() and attended():
        from IPython.display import display

        display(bar)  # type: ignore[no-untyped-call]
    return bar
