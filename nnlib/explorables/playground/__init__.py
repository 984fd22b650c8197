"""Lesson 10: the playground, everything at once."""

from nnlib.explorables.playground.playground import Playground

__all__ = ["Playground"]
