"""Lesson 03: gradient descent, its noise, and how to choose a learning rate."""

from nnlib.explorables.gradient_descent.batch_noise import BatchNoise
from nnlib.explorables.gradient_descent.rate_choice import RateChoice

__all__ = ["BatchNoise", "RateChoice"]
