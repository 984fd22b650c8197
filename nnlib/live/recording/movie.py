"""A recording as a film: a GIF, or an MP4 where ffmpeg is installed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter

from nnlib.live.picture import DPI, Picture
from nnlib.live.recording.frames import take_frames
from nnlib.live.recording.page import checked_path

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

MOST_GIF_FRAMES = 300  # all are held in memory until the file is written


def record_movie(
    explorable: "Explorable",
    *,
    seconds: float = 10.0,
    frames_per_second: int = 12,
    path: str | os.PathLike[str] = "run.gif",
) -> Path:
    """Record a run as a film of its static picture, for slides and for pages that run no code.

    Parameters
    ----------
    explorable : Explorable
        Goes on from where it stands, at the pace of its speed slider; see `take_frames`.
    seconds : float
        How long the film is.
    frames_per_second : int
        From 1 to 60; a GIF counts in hundredths of a second, so some are rounded.
    path : path
        The file to write: .gif, or .mp4 where ffmpeg is installed. An older one is replaced.

    Returns
    -------
    Path
        Where the film is.

    Raises
    ------
    ValueError
        If a number makes no sense, the name ends in something else, or a GIF would have more than
        300 frames.
    RuntimeError
        If an MP4 is asked for and there is no ffmpeg.
    OSError
        If the film cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     film = record_movie(SpiralBoundary(), seconds=0.5, path=f"{folder}/run.gif")
    ...     film.read_bytes()[:6]
    b'GIF89a'
    """
    target = checked_path("record_movie", path, (".gif", ".mp4"))
    frames = take_frames(explorable, seconds=seconds, frames_per_second=frames_per_second)
    count = round(seconds * frames_per_second) + 1
    writer = _writer(target, count, frames_per_second)
    next(frames)
    picture = Picture(explorable, words=True)
    picture.figure.canvas.draw()  # finds the layout, which then stays
    picture.figure.set_layout_engine("none")
    with writer.saving(picture.figure, str(target), DPI):
        writer.grab_frame()
        for _ in frames:
            picture.draw()
            writer.grab_frame()
    return target


def _writer(target: Path, count: int, frames_per_second: int) -> AbstractMovieWriter:
    """The writer of matplotlib for this kind of file."""
    if target.suffix.lower() == ".gif":
        if count > MOST_GIF_FRAMES:
            raise ValueError(
                f"record_movie expects at most {MOST_GIF_FRAMES} frames for a GIF, got {count}; "
                "try fewer seconds, fewer frames_per_second, or path='run.mp4'"
            )
        return PillowWriter(fps=frames_per_second)
    if not FFMpegWriter.isAvailable():
        raise RuntimeError(
            "record_movie expects ffmpeg for an .mp4, and found none; install it (Debian, Ubuntu: "
            "apt-get install ffmpeg; macOS: brew install ffmpeg; conda install ffmpeg), or write a "
            "GIF with path='run.gif', which needs nothing"
        )
    return FFMpegWriter(fps=frames_per_second)
