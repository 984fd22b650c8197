"""Playback: a run forward and back, one step at a time, without clock, loop or picture."""

import time
from collections.abc import Callable

from nnlib.checks import check_count
from nnlib.live.history import Snapshots
from nnlib.live.run import Run
from nnlib.live.values import short
from nnlib.training import Step

LONGEST_UNIT = 2.0  # seconds; the epoch of a large set ends early, so that nothing blocks


class Playback:
    """Steps through a run, keeps snapshots of it, and never stays at numbers that broke.

    Parameters
    ----------
    run : Run
    clock : callable
        Returns seconds; tests give their own.

    Attributes
    ----------
    step : int
        Updates made since the start.
    playing : bool
        Whether it trains by itself; see `Player`.
    changed : bool
        Whether there is something new to show besides the next step.
    message : str
        What the learner should know: an error, or why the run stands still.
    snapshots : Snapshots
    """

    def __init__(self, run: Run, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._run = run
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Start anew from step 0, and stand still."""
        self.playing, self.changed = False, True
        self.message = ""
        self.step = 0
        self.rate = 0.0
        self.snapshots = Snapshots()
        self._run.start()
        self.renew_steps()
        self.snapshots.keep(0, self._run.save_state())
        self._record()

    def pause(self) -> None:
        """Stand still; what is learnt stays."""
        self.playing, self.changed = False, True
        self.rate = 0.0

    def advance(self, unit: str | None = None) -> None:
        """Make one step, or the steps to the end of a larger unit; then stand still.

        Parameters
        ----------
        unit : str, optional
            One of the run's `units`, such as "epoch"; by default the first, a single step.

        Raises
        ------
        ValueError
            If the run has no such unit; nothing has changed then.
        """
        unit = self._known(unit)
        self.pause()
        self.message = ""
        self.snapshots.keep(self.step, self._run.save_state())
        deadline = self._clock() + LONGEST_UNIT
        self._run.begin_unit(unit)
        while (item := self._train_once()) is not None:
            if self._run.ends_unit(unit, item) or self._clock() >= deadline:
                break
        self._record()

    def _known(self, unit: object) -> str:
        """The unit, if the run has it; the smallest for None."""
        units = self._run.units
        if unit is None:
            return units[0]
        if not isinstance(unit, str) or unit not in units:
            raise ValueError(
                f"A step here is one of {', '.join(units)}, got {short(unit)}; nothing has changed"
            )
        return unit

    def forward(self, steps: int) -> bool:
        """Make some steps as `Player.play` does, measure once, and say whether it can go on.

        What breaks is not raised: it ends the run and is told in `message`.

        Parameters
        ----------
        steps : int

        Returns
        -------
        bool
            False if it stopped, because of an error or because the training is over.
        """
        self.message = ""
        self.changed = True
        for _ in range(steps):
            if self._train_once() is None:
                break
        self._record()
        return not self.message

    def back(self) -> None:
        """Return to the last snapshot before this step, and stand still."""
        before = self.snapshots.before(self.step)
        if before is not None:
            self.seek(before)

    def seek(self, step: int) -> None:
        """Return to the snapshot closest to a step, and stand still."""
        self.pause()
        nearest = self.snapshots.nearest(step)
        if nearest is not None and nearest != self.step:
            self._return_to(nearest)
            self.message = ""

    def run(self, steps: int) -> None:
        """Make a number of steps at once, with no clock and no drawing: the same every time.

        Parameters
        ----------
        steps : int
            How many; the run stops early where its data end.

        Raises
        ------
        ValueError
            If `steps` is not an integer, 0 or more.
        FloatingPointError
            If training diverges; the run stands at the last finite snapshot.
        """
        check_count("run", "steps", steps, least=0)
        every = max(1, steps // 100)
        self.message = ""
        self.changed = True
        try:
            for done in range(1, steps + 1):
                item = next(self._steps, None)
                if item is None:
                    self._over = True
                    break
                self._took(item)
                if done % every == 0 or done == steps:
                    self._run.check()
                    self._run.record(self.step)
        except FloatingPointError as error:
            self._diverged(error)
            raise
        except Exception:
            self.renew_steps()  # an iterator that raised has nothing left
            raise

    def renew_steps(self) -> None:
        """Train on with new steps from the run, because what they work on was replaced."""
        self._steps = self._run.steps()
        self._over = False

    def _train_once(self) -> Step | None:
        """One step, None if there was none; an error stops the run and is shown, not swallowed."""
        try:
            item = next(self._steps, None)
        except FloatingPointError as error:
            self._diverged(error)
            return None
        except Exception as error:
            self._stop(f"{type(error).__name__} at update {self.step + 1}: {error}")
            self.renew_steps()
            return None
        if item is None:
            self._over = True
            self._stop(self._run.end_text)
        else:
            self._took(item)
        return item

    def _took(self, item: Step) -> None:
        self.step += 1
        if self.snapshots.due(self.step):
            self.snapshots.keep(self.step, self._run.save_state())

    def _record(self) -> None:
        """Let the run note how it stands; go back if its numbers have broken."""
        try:
            self._run.check()
            self._run.record(self.step)
        except FloatingPointError as error:
            self._diverged(error)
        except Exception as error:
            self._stop(f"{type(error).__name__} while measuring: {error}")

    def _stop(self, message: str) -> None:
        self.pause()
        self.message = message

    def _diverged(self, error: FloatingPointError) -> None:
        """Return to the last snapshot that is finite, and say what broke after it."""
        broke_at = self.step
        self.snapshots.cut(max(self.step - 1, 0))  # whatever breaks here would break here again
        self.renew_steps()
        for step in reversed(self.snapshots.steps):
            self._return_to(step)
            try:
                self._run.check()
            except FloatingPointError:
                self.snapshots.cut(step - 1)
            else:
                break
        back = f" and went back to {self.step:,}" if self.step != broke_at else ""
        self._stop(f"Stopped at update {broke_at:,}{back}: {error}")

    def _return_to(self, step: int) -> None:
        self._run.load_state(self.snapshots.get(step), step)
        self.step = step
        self.changed = True
        if self._over:  # the iterator has nothing left, but from here there is more to do
            self.renew_steps()
