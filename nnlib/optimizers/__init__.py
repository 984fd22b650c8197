"""Optimizers: from gradients to the next values of the parameters.

Each holds the equations in the symbols of its paper, with theta for the parameters, g for the
gradient and eta for the learning rate. `learning_rate` and the other settings are attributes:
change one between any two steps, and the next step uses it. A bad value is refused whenever it is
set.
"""

from nnlib.optimizers.adaptive import AdaGrad, Adam, AdamW, RMSprop
from nnlib.optimizers.base import Optimizer
from nnlib.optimizers.sgd import SGD

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
