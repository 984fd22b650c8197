"""How often frames may be sent, and how much may be in them: found out from the page's answers."""

from collections import deque

LATE = 0.07  # seconds more than the least: then frames wait in line somewhere
CLOSER = 0.97  # an answer in time brings frames this much closer together, the next twice, ...
SLACK = 1.15  # of the time that a frame takes: it leaves room for what else is under way
SAMPLES = 3  # answers of which the quickest counts: a page that hangs for a moment is not slow
LONGEST = 0.5  # seconds between two frames, however slow the link is
MEMORY = 3.0  # seconds in which the least delay is looked for

#: What a frame holds, level by level: all as it is; compressed; compressed, and maps coarser.
PLAIN, COMPRESSED, COARSE = range(3)
#: Seconds between frames from which on more is done than at this level.
_ENOUGH = {PLAIN: 0.05, COMPRESSED: 0.12}
TRIAL = (
    5.0  # seconds at full rate before the level below is tried; twice as many after each failure
)
LONGEST_TRIAL = 80.0


class Pace:
    """Follows what the page can paint, so that no line of frames forms on the way to it.

    A frame that comes late has waited in line, on a slow link or in a busy page. Then nothing is
    sent until the line is gone, and after that as often as frames were painted meanwhile. As long
    as answers come in time, frames come closer together, in steps that grow, up to the full rate.

    The delay counts from sending a frame to the answer that it was painted, less the time for which
    the page has kept that answer. Late means late by the least delay of the last seconds, whatever
    that is: a long way to the page alone slows nothing down.

    Parameters
    ----------
    shortest : float
        Seconds between frames at the full rate.

    Attributes
    ----------
    interval : float
        Seconds between frames now.
    not_before : float
        When the line will be gone; nothing is to be sent before.
    level : int
        `PLAIN`, `COMPRESSED` or `COARSE`.

    Examples
    --------
    >>> pace = Pace(shortest=0.03)
    >>> for frame in range(1, 20):  # a link that takes 0.1 s for a frame
    ...     pace.sent(frame, now=0.03 * frame)
    >>> for frame in range(1, 11):
    ...     pace.answered(frame, now=0.03 + 0.1 * frame)
    >>> f"{pace.interval:.2f}", pace.level == COMPRESSED
    ('0.11', True)
    """

    def __init__(self, shortest: float) -> None:
        self.interval = self._shortest = shortest
        self.not_before = 0.0
        self.level, self._trial, self._tried = PLAIN, TRIAL, -TRIAL
        self._under_way: deque[tuple[int, float]] = deque()
        self._delays: deque[tuple[float, float]] = deque()  # when, and how long
        self._busy: deque[float] = deque(maxlen=SAMPLES)  # seconds that a frame took
        self._newest = self._raised_at = self._changed_at = 0  # frames
        self._in_time = 0  # answers, one after the other
        self._last = self._full_since = 0.0  # when

    @property
    def slowed(self) -> bool:
        """Whether frames are sent less often than at the full rate."""
        return self.interval > self._shortest

    def sent(self, sequence: int, now: float) -> None:
        """Take note that a frame goes out."""
        self._newest = sequence
        self._under_way.append((sequence, now))

    def forget(self) -> None:
        """Expect no answer for the frames under way."""
        self._under_way.clear()

    def answered(self, sequence: int, now: float, ago: float = 0.0) -> None:
        """Take note that the page painted this frame, and all before it, so many seconds ago."""
        times = []
        while self._under_way and self._under_way[0][0] <= sequence:
            times.append(self._under_way.popleft()[1])
        if not times:
            return
        painted = now - min(max(ago, 0.0), now - times[-1])
        least = self._least(now, painted - times[-1])
        late = painted - times[-1] - least
        self._busy.append((painted - max(self._last, times[0] + least)) / len(times))
        self._last = painted
        if late > LATE:
            self._slow_down(now, late)
        if late > LATE / 2:
            self._in_time = 0
        elif sequence > self._changed_at:  # older frames say nothing of how it is now
            self._in_time += 1
            self._come_closer(now)

    def _least(self, now: float, delay: float) -> float:
        """The least delay of late, this one included."""
        self._delays.append((now, delay))
        while self._delays[0][0] < now - MEMORY:
            self._delays.popleft()
        return min(delay for _, delay in self._delays)

    def _slow_down(self, now: float, late: float) -> None:
        """Wait until the line is gone, and then send what can be painted."""
        busy = min(self._busy)
        self.interval = min(max(self.interval, SLACK * busy), LONGEST)
        self.not_before = now + min(late, len(self._under_way) * busy)
        self._changed_at = self._newest
        if self._under_way and self._under_way[0][0] <= self._raised_at:
            return  # the level has just been raised; what is under way is from before
        if self.interval > _ENOUGH.get(self.level, LONGEST):
            self.level, self._raised_at = self.level + 1, self._newest
            failed = now - self._tried < TRIAL
            self._trial = min(2 * self._trial, LONGEST_TRIAL) if failed else TRIAL

    def _come_closer(self, now: float) -> None:
        if self.slowed:
            self.interval = max(CLOSER**self._in_time * self.interval, self._shortest)
            self._changed_at, self._full_since = self._newest, now
        elif self.level > PLAIN and now - self._full_since > self._trial:
            self.level -= 1
            self._tried = self._full_since = now
