"""Lesson 07: overfitting and its remedies, dropout, batch normalisation."""

from nnlib.explorables.regularisation.batch_tape import BatchNormTape
from nnlib.explorables.regularisation.bug_hunt import BugHunt
from nnlib.explorables.regularisation.jitter import BatchJitter
from nnlib.explorables.regularisation.live_masks import LiveMasks
from nnlib.explorables.regularisation.overfitting import Overfitting
from nnlib.explorables.regularisation.remedies import Remedies
from nnlib.explorables.regularisation.survival import RateSurvival

__all__ = [
    "BatchJitter",
    "BatchNormTape",
    "BugHunt",
    "LiveMasks",
    "Overfitting",
    "RateSurvival",
    "Remedies",
]
