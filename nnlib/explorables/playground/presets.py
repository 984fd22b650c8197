"""Settings of the playground that show something."""

from collections.abc import Mapping

from nnlib.explorables.playground.features import FEATURES

#: Inputs x₁ and x₂ only.
PLAIN = {name: name in ("x1", "x2") for name in FEATURES}
#: Where a preset begins: what it does not name is as here.
BASE: Mapping[str, object] = {
    **PLAIN,
    "samples": 300,
    "noise": 0.05,
    "test_share": 0.5,
    "layers": 1,
    "units_1": 4,
    "activation": "tanh",
    "learning_rate": 0.3,
    "batch_size": 10,
    "optimizer": "SGD",
    "schedule": "constant",
    "penalty": "none",
    "dropout": 0.0,
    "batch_norm": False,
}
DEEP = {"layers": 2, "units_1": 8, "units_2": 8}
SQUARES = {name: name in ("x1_squared", "x2_squared") for name in FEATURES}

PRESETS: Mapping[str, Mapping[str, object]] = {
    name: {**BASE, **settings}
    for name, settings in {
        "Circle, four neurons": {"data": "circle"},
        "Circle, squares and no hidden layer": {"data": "circle", **SQUARES, "layers": 0},
        "XOR, three neurons": {"data": "XOR", "units_1": 3, "learning_rate": 0.3},
        "Spiral, two layers and Adam": {
            **{"data": "spiral", **DEEP, "units_1": 12, "units_2": 12},
            **{"noise": 0.02, "optimizer": "Adam", "learning_rate": 0.01},
        },
        "Overfitting: few noisy points": {
            **{"data": "moons", "samples": 60, "noise": 0.3, **DEEP, "units_1": 12, "units_2": 12},
            **{"activation": "ReLU", "optimizer": "Adam", "learning_rate": 0.01},
        },
        "The same, with a price on weights": {
            **{"data": "moons", "samples": 60, "noise": 0.3, **DEEP, "units_1": 12, "units_2": 12},
            **{"activation": "ReLU", "optimizer": "Adam", "learning_rate": 0.01},
            **{"penalty": "L2", "strength": 0.03},
        },
        "Hills: numbers to predict": {
            **{"data": "regression hills", **DEEP, "noise": 0.0, "samples": 600},
            **{"optimizer": "Adam", "learning_rate": 0.01, "units_1": 12},
        },
        "Your table: apples, pears, plums": {"data": "your table", "learning_rate": 0.3},
        "Digits": {
            **{"data": "digits", "test_share": 0.2, "units_1": 12, "activation": "ReLU"},
            **{"learning_rate": 0.1, "batch_size": 32},
        },
        "Stars and quasars": {"data": "stars and quasars", "samples": 1000, "units_1": 6},
    }.items()
}
