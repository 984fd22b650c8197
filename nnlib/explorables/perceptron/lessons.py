"""What the explorables of single perceptrons share: pupils that visit samples, one each step."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.pupil import Pupil
from nnlib.kernels.types import Array, Labels
from nnlib.live import Explorable
from nnlib.training import Step

MOST_EPOCHS = 20_000  # of a run: who has not learnt by then never stops


class Lessons(Explorable):
    """Base class of the explorables in which perceptrons visit samples.

    A subclass sets `x` and `y` and makes its `pupils` in `start`.

    Attributes
    ----------
    x : ndarray of shape (samples, 2)
    y : ndarray of 0 and 1, shape (samples,)
    pupils : list of Pupil
    """

    speed = replace(
        Explorable.speed, label="Speed (samples/s)", maximum=1000, value=2, top_label=""
    )
    units: Sequence[str] = ("sample", "epoch")
    x: Array
    y: Labels
    pupils: list[Pupil]

    def pace(self) -> float:
        """Return the samples in a second: even the largest pace is one that the eye can follow."""
        return float(self.values["speed"])

    def steps(self) -> Iterator[Step]:
        """Show every pupil its next sample, until all answer a whole pass right."""
        while any(self._learns(pupil) for pupil in self.pupils):
            for pupil in self.pupils:
                if self._learns(pupil):
                    pupil.visit(self.next_sample(pupil))
            lead = max(self.pupils, key=lambda pupil: len(pupil.visits))
            yield Step(
                epoch=lead.epoch,
                iteration=len(lead.visits),
                loss=lead.wrong() / len(self.x),
                learning_rate=lead.perceptron.learning_rate,
                ends_epoch=len(lead.visits) % len(self.x) == 0,
            )

    def _learns(self, pupil: Pupil) -> bool:
        """Whether a pupil has a sample left to see."""
        return not pupil.done and pupil.epoch < MOST_EPOCHS

    def next_sample(self, pupil: Pupil) -> int:
        """Return which sample a pupil sees next."""
        return int(self.order(pupil.epoch)[len(pupil.visits) % len(self.x)])

    def order(self, epoch: int) -> Labels:
        """Return the order of the samples in an epoch: as they come."""
        return np.arange(len(self.x))

    def save_state(self) -> dict[str, Any]:
        """Return what the pupils have been through."""
        return {f"pupil {i}": pupil.save() for i, pupil in enumerate(self.pupils)}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for i, pupil in enumerate(self.pupils):
            pupil.load(state[f"pupil {i}"])

    def check(self) -> None:
        """Nothing to check: finite samples make finite weights."""


def counting_range(most: float) -> list[float]:
    """Return the ends of an axis for counts up to this one, in steps of 5: it seldom moves."""
    return [0.0, 5.0 * max(1, math.ceil(most / 5))]


def pair(numbers: Any, decimals: int = 2) -> str:
    """Return numbers as text in brackets, such as (0.50, −1.20)."""
    return f"({', '.join(plain(number, decimals) for number in numbers)})"


def plain(number: float, decimals: int = 2) -> str:
    """Return a number with a fixed count of decimals, a real minus sign, and no minus zero."""
    rounded = round(float(number), decimals) + 0.0
    return f"{rounded:.{decimals}f}".replace("-", "\N{MINUS SIGN}")
