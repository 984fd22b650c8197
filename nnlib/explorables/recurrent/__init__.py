"""Lesson 09: cells with a memory, and how far back they reach."""

from nnlib.explorables.recurrent.unroll import Unroll

__all__ = ["Unroll"]
