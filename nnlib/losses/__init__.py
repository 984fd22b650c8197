"""Losses: how wrong a batch of predictions is, and which way is better.

Every loss is the mean over the batch, in nats where it is a log-likelihood.
"""

from nnlib.losses.base import Loss
from nnlib.losses.cross_entropy import BinaryCrossEntropy, CrossEntropy
from nnlib.losses.hinge import Hinge
from nnlib.losses.squared_error import MeanSquaredError

__all__ = ["BinaryCrossEntropy", "CrossEntropy", "Hinge", "Loss", "MeanSquaredError"]
