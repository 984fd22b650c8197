"""The player: trains a little, draws a little, and listens in between.

It knows no widget. It works a run on the kernel's event loop in short slices, so that other cells
and slider messages get in. Whatever the browser says is put in a queue, from whichever thread it
comes, and done by the loop.
"""

import asyncio
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from nnlib.live.budget import FrameBudget
from nnlib.live.playback import Playback
from nnlib.live.run import Run

SLICE = 0.006  # seconds of training before others get a turn
TURNS = 4  # turns of the event loop that others get
PATIENCE = 3.0  # seconds without a word from the page before the run stands still
MOST_COMMANDS = 1000  # in the queue; more than a person can give

_players: "weakref.WeakValueDictionary[str, Player]" = weakref.WeakValueDictionary()


class Player(Playback):
    """Plays a run live: what `Playback` does, and play, on the kernel's event loop.

    Parameters
    ----------
    run : Run
    key : str, optional
        A new player with the key of an older one closes the older one, so that running a cell
        again leaves no orphan.
    frames_per_second : float
        Most frames drawn in a second.
    drawing_share : float
        Largest share of the time that goes into drawing.
    clock : callable
        Returns seconds; tests give their own.

    Attributes
    ----------
    rate : float
        Steps in a second, measured.
    watched : bool
        Whether somebody looks; if not, nothing trains and nothing is drawn.
    budget : FrameBudget
    draw : callable or None
        Called with the run's frame and its line of text; set by whoever shows them.

    Examples
    --------
    See `nnlib.live.Explorable`, which puts a run, a player and a stage together.
    """

    def __init__(
        self,
        run: Run,
        *,
        key: str | None = None,
        frames_per_second: float = 30.0,
        drawing_share: float = 0.2,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(run, clock=clock)
        self.budget = FrameBudget(frames_per_second, drawing_share)
        self.draw: Callable[[dict[str, dict[str, Any]], str], None] | None = None
        self.closed = False
        self.watched, self._lost = True, False
        self._commands: deque[Callable[[], None]] = deque(maxlen=MOST_COMMANDS)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._heard = clock()
        self._next_step = 0.0
        self._drawn = -1
        if key is not None:
            self.claim(key)

    # ------------------------------------------------------------------ what can be asked of it

    def play(self) -> None:
        """Train until told otherwise."""
        self._heard = self._next_step = self._rate_from = self._clock()
        self._rate_step = self.step
        self.message = ""
        self.playing = self.changed = True

    def look(self, visible: bool) -> None:
        """Somebody looks, or nobody does: then nothing trains and nothing is drawn."""
        if visible and not self.watched:
            self.budget.forgive()
            self.changed = True
            if self.playing:
                self.play()  # the clocks start again
        self.watched, self._lost = visible, False

    def run(self, steps: int) -> None:
        """Make a number of steps at once; see `Playback.run`."""
        try:
            super().run(steps)
        finally:
            self.wake()

    def redraw(self) -> None:
        """Ask for a frame as soon as possible, because something changed."""
        self.changed = True
        self.wake()

    def close(self, message: str = "This view is closed.") -> None:
        """Stop for good."""
        self.pause()
        self.closed = True
        self.message = message
        self._draw()

    def claim(self, key: str) -> None:
        """Be the one player with this key, and close the one that was."""
        older = _players.get(key)
        if older is not None and older is not self:
            older.close("A newer run of this cell took over.")
        _players[key] = self

    # ------------------------------------------------------------------ how the browser gets in

    def attach(self) -> None:
        """Remember the event loop of the cell that shows the view; without one, nothing is live."""
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def enqueue(self, command: Callable[[], None]) -> None:
        """Have the loop call this at the next turn. Safe from any thread."""
        self.hear()
        self._commands.append(command)
        self.wake()

    def acknowledge(self, sequence: int, ago: float = 0.0) -> None:
        """Take note that the page painted this frame, seconds ago. Safe from any thread."""
        if not self._is_silent():  # who was away says nothing of the way
            self.budget.acknowledge(sequence, self._clock(), ago)
        self.hear()
        if self.changed:
            self.wake()

    def hear(self) -> None:
        """Take note that the page is there. Safe from any thread."""
        astray, self._heard = self._is_silent(), self._clock()
        if astray:
            self._commands.append(self.budget.forgive)
        if self._lost:
            self._lost = False
            self._commands.append(lambda: self.look(True))
        if self._commands:
            self.wake()

    def _is_silent(self) -> bool:
        """Whether frames are under way and the page has said nothing for long."""
        waiting = self.budget.sent > self.budget.acknowledged
        return waiting and self._clock() - self._heard > PATIENCE

    def wake(self) -> None:
        """See to it that the loop runs, if there is one. Safe from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start_working)

    # ------------------------------------------------------------------ the loop

    def _start_working(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._commands or (self.playing and self.watched) or self._has_news():
            self.tick()
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await asyncio.sleep(self._idle_time())

    def _idle_time(self) -> float:
        """Seconds in which there is nothing to do: a slow pace leaves the time to others."""
        now = self._clock()
        if self._commands:
            return 0.0
        if self.playing and self.watched:
            return min(max(self._next_step - now, 0.0), 0.5 / self.budget.frames_per_second)
        return max(self.budget.opens(urgent=True) - now, 0.0) if self.changed else 0.0

    def tick(self) -> None:
        """One turn of the loop: obey, train for a slice, draw if it is time."""
        while self._commands:
            self._commands.popleft()()
        if self.playing and self.watched:
            self._train_for_a_slice()
            self._notice_silence()
        if self._has_news() and self.budget.allows(self._clock(), urgent=self.changed):
            if self.step != self._drawn:
                self._record()
            self._draw()

    def _train_for_a_slice(self) -> None:
        now = self._clock()
        end, pause = now + SLICE, 1.0 / self._run.pace()
        # Owed steps do not pile up, and a pace that was raised counts at once.
        self._next_step = min(max(self._next_step, now - SLICE - pause), now + pause)
        while self.playing and self._next_step <= now < end:
            self._train_once()
            self._next_step += pause
            now = self._clock()
        if now - self._rate_from > 0.5:
            self.rate = (self.step - self._rate_step) / (now - self._rate_from)
            self._rate_from, self._rate_step = now, self.step

    def _notice_silence(self) -> None:
        """Stand still when the page has not answered for long, until it does again."""
        if self._is_silent():
            self.watched, self._lost = False, True

    # ------------------------------------------------------------------ drawing

    def _has_news(self) -> bool:
        """Whether there is something new to draw, and a page that can take it."""
        if self.draw is None or not self.budget.has_credit():
            return False
        return self.changed or (self.playing and self.watched and self.step != self._drawn)

    def _draw(self) -> None:
        """Draw the run as it stands; what fails is told in the view, and the loop goes on."""
        if self.draw is None:
            return
        start = self._clock()
        try:
            frame, summary = self._run.frame(), self._run.summary()
        except Exception as error:
            self._stop(f"{type(error).__name__} while drawing: {error}")
            frame, summary = {}, ""
        self.changed, self._drawn = False, self.step
        self.budget.send(self._clock())
        self.draw(frame, summary)
        self.budget.spend(start, self._clock())
