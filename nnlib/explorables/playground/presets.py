"""Settings of the playground that show something."""

from collections.abc import Mapping

from nnlib.explorables.playground.features import FEATURES

Values = Mapping[str, object]

#: Where a preset begins: what it does not name is as here.
BASE: Values = {
    **{name: name in ("x1", "x2") for name in FEATURES},
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


def preset(*parts: Values, **values: object) -> Values:
    """Return a preset: the base, changed by parts and by values.

    Examples
    --------
    >>> preset(layers=0)["layers"], preset(layers=0)["noise"]
    (0, 0.05)
    """
    settings = dict(BASE)
    for part in (*parts, values):
        settings.update(part)
    return settings


def only_inputs(*names: str) -> Values:
    """Return the switches of all inputs, with those named on."""
    return {name: name in names for name in FEATURES}


def adam(learning_rate: float = 0.01) -> Values:
    """Return the controls that stand for Adam."""
    return {"optimizer": "Adam", "learning_rate": learning_rate}


TWO_LAYERS: Values = {"layers": 2, "units_1": 12, "units_2": 12}
NOISY: Values = {
    **TWO_LAYERS,
    **adam(),
    "data": "moons",
    "samples": 60,
    "noise": 0.25,
    "activation": "ReLU",
}

PRESETS: Mapping[str, Values] = {
    "Circle, four neurons": preset(data="circle"),
    "Circle, squares and no hidden layer": preset(
        only_inputs("x1_squared", "x2_squared"), data="circle", layers=0
    ),
    "XOR, three neurons": preset(data="XOR", units_1=3),
    "Spiral, two layers and Adam": preset(
        TWO_LAYERS, adam(), data="spiral", noise=0.02, activation="ReLU"
    ),
    "Overfitting: few noisy points": preset(NOISY),
    "The same, with a price on weights": preset(NOISY, penalty="L2", strength=0.03),
    "Hills: numbers to predict": preset(
        TWO_LAYERS, adam(), data="regression hills", noise=0.0, samples=600
    ),
    "Your table: apples, pears, plums": preset(data="your table"),
    "Digits": preset(
        data="digits",
        test_share=0.2,
        units_1=12,
        activation="ReLU",
        learning_rate=0.1,
        batch_size=32,
    ),
    "Stars and quasars": preset(data="stars and quasars", samples=1000, units_1=6),
}
