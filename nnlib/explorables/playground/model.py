"""What the controls of the playground build: network, optimizer, schedule, penalty."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnlib.initializers import glorot_uniform, he_normal
from nnlib.layers import (
    ELU,
    GELU,
    BatchNorm,
    Dense,
    Dropout,
    Layer,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
)
from nnlib.network import Sequential
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSprop
from nnlib.penalties import L1, L2, Penalty
from nnlib.schedules import (
    ConstantSchedule,
    CosineAnnealing,
    ExponentialDecay,
    LinearDecay,
    StepHalving,
    WarmUp,
)

#: What stands behind each hidden layer; None leaves the layer linear.
ACTIVATIONS: Mapping[str, Callable[[], Layer] | None] = {
    "tanh": Tanh,
    "ReLU": ReLU,
    "logistic": Sigmoid,
    "leaky ReLU": LeakyReLU,
    "ELU": ELU,
    "GELU": GELU,
    "softplus": Softplus,
    "linear": None,
}
HALVES = ("ReLU", "leaky ReLU", "ELU", "GELU", "softplus")  # these want the first weights of He
OPTIMIZERS: Mapping[str, type[Optimizer]] = {
    "SGD": SGD,
    "momentum": SGD,
    "Nesterov": SGD,
    "AdaGrad": AdaGrad,
    "RMSprop": RMSprop,
    "Adam": Adam,
    "AdamW": AdamW,
}
MOVING = ("momentum", "Nesterov")  # optimizers that the momentum slider belongs to
CONSTANT = "constant"
SCHEDULES = (CONSTANT, "linear decay", "halving", "exponential", "cosine", "warm-up")
PENALTIES: Mapping[str, type[Penalty] | None] = {"none": None, "L1": L1, "L2": L2}
MOST_LAYERS, MOST_UNITS = 6, 12


def hidden_sizes(values: Mapping[str, Any]) -> list[int]:
    """Return the units of each hidden layer.

    Examples
    --------
    >>> hidden_sizes({"layers": 2, "units_1": 4, "units_2": 3, "units_3": 8})
    [4, 3]
    """
    return [values[f"units_{layer}"] for layer in range(1, values["layers"] + 1)]


def make_network(
    values: Mapping[str, Any], inputs: int, outputs: int, rng: np.random.Generator
) -> Sequential:
    """Return the network that the controls describe, with new weights.

    Parameters
    ----------
    values : mapping
        `layers`, `units_1` ... `units_6`, `activation`, `batch_norm`, `dropout`.
    inputs, outputs : int
    rng : numpy.random.Generator
        Of the weights, layer by layer, and later of the masks of dropout.

    Returns
    -------
    Sequential

    Examples
    --------
    >>> values = {"layers": 1, "units_1": 4, "activation": "tanh"}
    >>> values |= {"batch_norm": False, "dropout": 0.0}
    >>> make_network(values, 2, 1, np.random.default_rng(0))
    Sequential(Dense(2, 4), Tanh(), Dense(4, 1))
    """
    layers: list[Layer] = []
    bend, size = ACTIVATIONS[values["activation"]], inputs
    initializer = he_normal if values["activation"] in HALVES else glorot_uniform
    for units in hidden_sizes(values):
        layers.append(Dense(size, units, rng=rng, initializer=initializer))
        if values["batch_norm"]:
            layers.append(BatchNorm(units))
        if bend is not None:
            layers.append(bend())
        if values["dropout"] > 0:
            layers.append(Dropout(values["dropout"], rng=rng))
        size = units
    return Sequential(*layers, Dense(size, outputs, rng=rng))


def optimizer_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the optimizer is told besides the learning rate.

    Examples
    --------
    >>> optimizer_options({"optimizer": "Nesterov", "momentum": 0.9})
    {'momentum': 0.9, 'nesterov': True}
    """
    name = values["optimizer"]
    options = {"momentum": values["momentum"]} if name in MOVING else {}
    return options | ({"nesterov": True} if name == "Nesterov" else {})


def make_optimizer(values: Mapping[str, Any], network: Sequential) -> Optimizer:
    """Return the optimizer that the controls describe, of the network's parameters."""
    kind: Any = OPTIMIZERS[values["optimizer"]]
    optimizer: Optimizer = kind(
        network.parameters(), values["learning_rate"], **optimizer_options(values)
    )
    return optimizer


def make_schedule(values: Mapping[str, Any]) -> Callable[[int], float]:
    """Return the learning rate as a function of the updates made.

    Parameters
    ----------
    values : mapping
        `schedule`, `learning_rate`, `schedule_length`.

    Returns
    -------
    callable

    Examples
    --------
    >>> make_schedule({"schedule": "halving", "learning_rate": 0.4, "schedule_length": 100})(250)
    0.1
    """
    rate, length = values["learning_rate"], values["schedule_length"]
    match values["schedule"]:
        case "linear decay":
            return LinearDecay(rate, rate / 100, iterations=length)
        case "halving":
            return StepHalving(rate, every=length)
        case "exponential":
            return ExponentialDecay(rate, 0.1, every=length)
        case "cosine":
            return CosineAnnealing(rate, rate / 100, iterations=length)
        case "warm-up":
            return WarmUp(length, ConstantSchedule(rate))
    return ConstantSchedule(rate)


def make_penalty(values: Mapping[str, Any]) -> Penalty | None:
    """Return the penalty on the weights, None if there is none."""
    kind: Any = PENALTIES[values["penalty"]]
    return None if kind is None else kind(values["strength"])
