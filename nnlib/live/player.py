"""The player: trains a little, draws a little, and listens in between.

It knows no widget. It owns the run (see `Run`) and works it on the kernel's event loop in short
slices, so that other cells and slider messages get in. Whatever the browser says is put in a
queue, from whichever thread it comes, and done by the loop.
"""

import asyncio
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from nnlib.live.history import Snapshots
from nnlib.training import Step

SLICE = 0.006  # seconds of training before others get a turn
TURNS = 4  # turns of the event loop that others get
CREDITS = 8  # frames that may be under way to the browser
PATIENCE = 3.0  # seconds without an answer from the page before the run stands still

_players: "weakref.WeakValueDictionary[str, Player]" = weakref.WeakValueDictionary()


class Run(Protocol):
    """What a player plays."""

    def start(self) -> None:
        """Make everything anew."""
        ...

    def steps(self) -> Iterator[Step]:
        """Return an iterator that trains on from the present state, one step for each item."""
        ...

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the data of every panel, as the run stands."""
        ...

    def record(self, step: Step) -> None:
        """Take note of how training goes; called now and then."""
        ...

    def save_state(self) -> dict[str, Any]:
        """Return what a snapshot must hold, in arrays of its own."""
        ...

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot, taken at this step."""
        ...

    def check(self) -> None:
        """Raise FloatingPointError if a number of the run is no longer finite."""
        ...

    def pace(self) -> float:
        """Return the largest number of steps in a second, which may be infinite."""
        ...


class Player:
    """Plays a run: play, pause, step, back, seek, reset.

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
    step : int
        Updates made since the start.
    playing : bool
    message : str
        What the learner should know: an error, or why the run stands still.
    draw : callable or None
        Called with the run's frame; set by whoever shows it.

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
        self._run = run
        self._clock = clock
        self._frame_time = 1.0 / frames_per_second
        self._share = drawing_share
        self._commands: deque[Callable[[], None]] = deque(maxlen=1000)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.draw: Callable[[dict[str, dict[str, Any]]], None] | None = None
        self.closed = False
        self.watched, self._lost = True, False
        self.sent = self.acknowledged = 0
        self._next_frame = self._soonest = 0.0
        self._drawn = -1
        self.reset()
        if key is not None:
            self.claim(key)

    # ------------------------------------------------------------------ what can be asked of it

    def reset(self) -> None:
        """Start anew from step 0, and stand still."""
        self.playing = False
        self.message = ""
        self.step = 0
        self.rate = 0.0
        self._heard = self._clock()
        self._next_step = 0.0
        self._wanted = True
        self._last: Step | None = None
        self.snapshots = Snapshots()
        self._run.start()
        self._steps = self._run.steps()
        self.snapshots.keep(0, self._run.save_state())

    def play(self) -> None:
        """Train until told otherwise."""
        self._heard = self._next_step = self._rate_from = self._clock()
        self._rate_step = self.step
        self.message = ""
        self.playing = self._wanted = True

    def pause(self) -> None:
        """Stand still; what is learnt stays."""
        self.playing = False
        self.rate = 0.0
        self._wanted = True

    def advance(self, epoch: bool = False) -> None:
        """Make one step, or the steps to the end of the epoch; then stand still."""
        self.pause()
        self.message = ""
        self.snapshots.keep(self.step, self._run.save_state())
        self._train_once()
        if epoch and self._last is not None:
            first = self._last.epoch
            deadline = self._clock() + 2.0  # an epoch of a large set ends early: never block long
            while not self.message and self._last.epoch == first and self._clock() < deadline:
                self._train_once()
        self._record()

    def back(self) -> None:
        """Return to the last snapshot before this step, and stand still."""
        before = self.snapshots.before(self.step)
        if before is not None:
            self.seek(before)

    def seek(self, step: float) -> None:
        """Return to the snapshot closest to a step, and stand still."""
        self.pause()
        nearest = self.snapshots.nearest(int(step))
        if nearest is not None and nearest != self.step:
            self._return_to(nearest)
            self.message = ""

    def renew_steps(self) -> None:
        """Train on with new steps from the run, because what they work on was replaced."""
        self._steps = self._run.steps()

    def redraw(self) -> None:
        """Ask for a frame as soon as possible, because something changed."""
        self._wanted = True
        self.wake()

    def run(self, steps: int) -> None:
        """Make a number of steps at once, with no clock and no drawing: the same every time.

        Parameters
        ----------
        steps : int
            How many; the run stops early where its data end.

        Raises
        ------
        FloatingPointError
            If training diverges; the run stands at the last finite snapshot.
        """
        every = max(1, steps // 100)
        self.message = ""
        try:
            for done in range(1, steps + 1):
                item = next(self._steps, None)
                if item is None:
                    break
                self._took(item)
                if done % every == 0 or done == steps:
                    self._run.check()
                    self._run.record(item)
        except FloatingPointError as error:
            self._diverged(error)
            raise
        except Exception:
            self.renew_steps()  # an iterator that raised has nothing left
            raise
        finally:
            self.redraw()

    def close(self, message: str = "This view is closed.") -> None:
        """Stop for good."""
        self.pause()
        self.closed = True
        self.message = message
        self._draw()

    # ------------------------------------------------------------------ how the browser gets in

    def claim(self, key: str) -> None:
        """Be the one player with this key, and close the one that was."""
        older = _players.get(key)
        if older is not None and older is not self:
            older.close("A newer run of this cell took over.")
        _players[key] = self

    def attach(self) -> None:
        """Remember the event loop of the cell that shows the view; without one, nothing is live."""
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def enqueue(self, command: Callable[[], None]) -> None:
        """Have the loop call this at the next turn. Safe from any thread."""
        self._commands.append(command)
        self.wake()

    def acknowledge(self, sequence: int) -> None:
        """Take note that the page has painted this frame. Safe from any thread."""
        if self.acknowledged < sequence <= self.sent:
            self.acknowledged = sequence
        self._heard = self._clock()
        if self._lost:
            self.enqueue(self._found_again)
        elif self._wanted:
            self.wake()

    def look(self, visible: bool) -> None:
        """Somebody looks, or nobody does: then nothing trains and nothing is drawn."""
        if visible and not self.watched and self.playing:
            self.play()  # the clocks start again
        self.watched, self._lost = visible, False

    def _found_again(self) -> None:
        if self._lost:
            self.look(True)

    def wake(self) -> None:
        """See to it that the loop runs, if there is one. Safe from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start_working)

    # ------------------------------------------------------------------ the loop

    def _start_working(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._busy():
            self.tick()
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await asyncio.sleep(self._idle_time())

    def _busy(self) -> bool:
        return bool(self._commands) or (self.playing and self.watched) or self._drawable()

    def _idle_time(self) -> float:
        """Seconds in which there is nothing to do: a slow pace leaves the time to others."""
        if self._commands:
            return 0.0
        if not self.playing:
            return max(self._soonest - self._clock(), 0.0) if self._wanted else 0.0
        return min(max(self._next_step - self._clock(), 0.0), self._frame_time / 2)

    def tick(self) -> None:
        """One turn of the loop: obey, train for a slice, draw if it is time."""
        while self._commands:
            self._commands.popleft()()
        if self.playing and self.watched:
            self._train_for_a_slice()
            if self.sent > self.acknowledged and self._clock() - self._heard > PATIENCE:
                self.watched, self._lost = False, True  # until the page answers again
        if self._drawable() and self._clock() >= (
            self._soonest if self._wanted else self._next_frame
        ):
            self._record()
            self._draw()

    def _train_for_a_slice(self) -> None:
        now = self._clock()
        end = now + SLICE
        pause = 1.0 / self._run.pace()
        # Owed steps do not pile up, and a pace that was raised counts at once.
        self._next_step = min(max(self._next_step, now - SLICE - pause), now + pause)
        while self.playing and self._next_step <= now < end:
            self._train_once()
            self._next_step += pause
            now = self._clock()
        if now - self._rate_from > 0.5:
            self.rate = (self.step - self._rate_step) / (now - self._rate_from)
            self._rate_from, self._rate_step = now, self.step

    def _train_once(self) -> None:
        """One step; an error stops the run and is shown, never swallowed."""
        try:
            item = next(self._steps, None)
        except FloatingPointError as error:
            self._diverged(error)
        except Exception as error:
            self._stop(f"{type(error).__name__} at step {self.step + 1}: {error}")
            self.renew_steps()
        else:
            if item is None:
                self._stop("The training is over.")
            else:
                self._took(item)

    def _took(self, item: Step) -> None:
        self.step += 1
        self._last = item
        if self.snapshots.due(self.step):
            self.snapshots.keep(self.step, self._run.save_state())

    def _record(self) -> None:
        """Let the run note how it stands; go back if its numbers have broken."""
        if self._last is None:
            return
        try:
            self._run.check()
            self._run.record(self._last)
        except FloatingPointError as error:
            self._diverged(error)
        except Exception as error:
            self._stop(f"{type(error).__name__} while measuring: {error}")

    def _stop(self, message: str) -> None:
        self.pause()
        self.message = message

    def _diverged(self, error: FloatingPointError) -> None:
        if self.step > 0:
            self.snapshots.cut(self.step - 1)  # whatever breaks here would break here again
        self._return_to_finite()
        self._stop(str(error))

    def _return_to_finite(self) -> None:
        """Go back to the last snapshot whose numbers are all finite."""
        self.renew_steps()  # an iterator that raised has nothing left
        for step in reversed(self.snapshots.steps):
            self._return_to(step)
            try:
                self._run.check()
            except FloatingPointError:
                self.snapshots.cut(step - 1)
            else:
                return

    def _return_to(self, step: int) -> None:
        self._run.load_state(self.snapshots.get(step), step)
        self.step = step
        self._last = None
        self._wanted = True

    # ------------------------------------------------------------------ drawing

    def _drawable(self) -> bool:
        """Whether there is something new to draw and the browser can take it."""
        new = self.playing and self.watched and self.step != self._drawn
        if self.draw is None or not (self._wanted or new):
            return False
        return self.sent - self.acknowledged < CREDITS

    def _draw(self) -> None:
        if self.draw is None:
            return
        start = self._clock()
        self._wanted, self._drawn = False, self.step
        try:
            frame = self._run.frame()
        except Exception as error:
            self._stop(f"{type(error).__name__} while drawing: {error}")
            self._wanted = False
            frame = {}
        self.sent += 1
        self.draw(frame)
        end = self._clock()
        cost = end - start
        # In step with the frame rate, and late enough to keep drawing to its share; what a learner
        # has just moved may take up to half of the time.
        self._soonest = end + cost
        in_step = max(self._next_frame + self._frame_time, start + self._frame_time / 2)
        in_step = min(in_step, start + self._frame_time)  # frames that were asked for do not add up
        self._next_frame = max(in_step, end + cost * (1 / self._share - 1))
