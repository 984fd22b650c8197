"""When a frame may be drawn: the frame rate, a share of the time, and what the page can take."""

from dataclasses import dataclass, field

from nnlib.live.pace import Pace

CREDITS = 8  # frames that may be under way to the browser


@dataclass
class FrameBudget:
    """Keeps drawing to a frame rate, to its share of the time, and to what has been painted.

    Parameters
    ----------
    frames_per_second : float
        Most frames in a second.
    share : float
        Largest share of the time that drawing may take while nothing is moved.

    Attributes
    ----------
    sent, acknowledged : int
        Numbers of the last frame that was sent and of the last that the page says it painted.
    pace : Pace
        Follows how fast the page paints.

    Examples
    --------
    >>> budget = FrameBudget(frames_per_second=30, share=0.2)
    >>> budget.spend(start=0.0, end=0.02)  # drawing took 20 ms
    >>> budget.allows(0.05, urgent=False), budget.allows(0.05, urgent=True)
    (False, True)
    """

    frames_per_second: float
    share: float
    sent: int = 0
    acknowledged: int = 0
    next_frame: float = 0.0
    soonest: float = 0.0
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(shortest=1.0 / self.frames_per_second)

    def allows(self, now: float, *, urgent: bool) -> bool:
        """Whether a frame may be drawn now; an urgent one shows what a learner has just moved."""
        return self.has_credit() and now >= self.opens(urgent=urgent)

    def opens(self, *, urgent: bool) -> float:
        """When the next frame may be drawn."""
        return max(self.soonest if urgent else self.next_frame, self.pace.not_before)

    def has_credit(self) -> bool:
        """Whether the page has painted enough of what it was sent."""
        return self.sent - self.acknowledged < CREDITS

    def send(self, now: float) -> None:
        """Take note that a frame goes out."""
        self.sent += 1
        self.pace.sent(self.sent, now)

    def acknowledge(self, sequence: int, now: float, ago: float = 0.0) -> None:
        """Take note that the page painted the frame with this number, so many seconds ago."""
        if self.acknowledged < sequence <= self.sent:
            self.acknowledged = sequence
            self.pace.answered(sequence, now, ago)

    def forgive(self) -> None:
        """Wait no longer for frames that went astray."""
        self.acknowledged = self.sent
        self.pace.forget()

    def spend(self, start: float, end: float) -> None:
        """Take note that a frame was drawn from `start` to `end`, in seconds."""
        cost, interval = end - start, self.pace.interval
        # An urgent frame may follow at once, but leaves training half of the time; on a way that
        # takes fewer frames it would only wait in line.
        self.soonest = max(end + cost, start + interval) if self.pace.slowed else end + cost
        # Others keep in step with the frame rate: urgent frames in between do not add up.
        in_step = max(self.next_frame + interval, start + interval / 2)
        self.next_frame = max(min(in_step, start + interval), end + cost * (1 / self.share - 1))
