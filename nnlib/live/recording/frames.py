"""The frames of a recording: a run that is trained without browser and clock, and looked at."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnlib.live.values import short

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

MOST_FRAMES = 3000


def take_frames(
    explorable: "Explorable", *, seconds: float, frames_per_second: int
) -> Iterator[None]:
    """Train an explorable on at the pace of its speed slider, and stop at each frame.

    The pace is taken at its word, so the same explorable gives the same frames on every machine;
    "as fast as it can" counts as the number at the end of the slider. A run that ends, or breaks,
    ends the frames: its message is in the last one.

    Parameters
    ----------
    explorable : Explorable
        Goes on from where it stands.
    seconds : float
        How long the recording plays.
    frames_per_second : int

    Yields
    ------
    None
        The explorable stands as the frame must show it.

    Raises
    ------
    ValueError
        If a number makes no sense, or makes more than 3000 frames.

    Examples
    --------
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> lesson = SpiralBoundary(speed=60)
    >>> frames = take_frames(lesson, seconds=0.5, frames_per_second=4)
    >>> [lesson.player.step for _ in frames]
    [0, 15, 30]
    """
    if not _is_number(seconds) or not 0 < seconds < math.inf:
        raise ValueError(f"A recording expects seconds above 0, got {short(seconds)}")
    if not isinstance(frames_per_second, int) or not 1 <= frames_per_second <= 60:
        raise ValueError(
            f"A recording expects frames_per_second from 1 to 60, got {short(frames_per_second)}"
        )
    if seconds * frames_per_second > MOST_FRAMES:
        raise ValueError(
            f"A recording holds up to {MOST_FRAMES:,} frames, got {seconds:g} s of "
            f"{frames_per_second} frames; try fewer seconds, or fewer frames in each"
        )
    return _take(explorable, round(seconds * frames_per_second), frames_per_second)


def _take(explorable: "Explorable", count: int, frames_per_second: int) -> Iterator[None]:
    player = explorable.player
    player.pause()
    yield
    pace = min(explorable.pace(), explorable.speed.maximum) / frames_per_second
    first, goes_on = player.step, True
    for frame in range(1, count + 1):
        if not goes_on:
            break
        due = first + math.floor(frame * pace + 1e-9) - player.step  # steps to this frame
        goes_on = player.forward(due) if due > 0 else True
        yield
    explorable.player.redraw()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
