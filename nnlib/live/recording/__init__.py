"""Recordings of an explorable, to be sent to somebody who has no kernel."""

from nnlib.live.recording.frames import take_frames
from nnlib.live.recording.movie import record_movie
from nnlib.live.recording.page import record

__all__ = ["record", "record_movie", "take_frames"]
