"""The optimizers of the menu."""

from nnlib.layers import Parameter
from nnlib.optimizers import SGD, AdaGrad, Adam, Optimizer, RMSprop

OPTIMIZERS = ("SGD", "momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam")


def make_optimizer(name: str, parameters: tuple[Parameter, ...], learning_rate: float) -> Optimizer:
    """Make one of the `OPTIMIZERS` by its name in the menu.

    Parameters
    ----------
    name : str
        One of `OPTIMIZERS`.
    parameters : tuple of Parameter
    learning_rate : float

    Returns
    -------
    Optimizer

    Examples
    --------
    >>> import numpy as np
    >>> make_optimizer("momentum", (Parameter(np.zeros(2)),), 0.1).momentum
    0.9
    """
    match name:
        case "momentum":
            return SGD(parameters, learning_rate, momentum=0.9)
        case "Nesterov":
            return SGD(parameters, learning_rate, momentum=0.9, nesterov=True)
        case "AdaGrad":
            return AdaGrad(parameters, learning_rate)
        case "RMSprop":
            return RMSprop(parameters, learning_rate)
        case "Adam":
            return Adam(parameters, learning_rate)
        case _:
            return SGD(parameters, learning_rate)
