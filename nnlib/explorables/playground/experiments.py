"""The playground with one question each: the same view, with the few controls that it takes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from nnlib.explorables.playground.features import FEATURES
from nnlib.explorables.playground.playground import Playground
from nnlib.explorables.playground.presets import NOISY, TWO_LAYERS, Values, adam

FREE: Values = {"penalty": "none", "dropout": 0.0, "samples": 60}
SGD: Values = {"optimizer": "SGD", "learning_rate": 0.3}


class Experiment(Playground):
    """A playground for one question."""

    autoplay = False
    speed = replace(Playground.speed, value=200)
    presets: ClassVar[Mapping[str, Values]] = {}


class CircleInputs(Experiment):
    """The circle without a hidden layer: what counts are the inputs."""

    title = "A circle without hidden neurons: which inputs does it take?"
    first: ClassVar[Values] = {"layers": 0}
    only = (*FEATURES, "noise")


class FewNeurons(Experiment):
    """The circle with a hidden layer of one neuron, and more."""

    title = "How many neurons does it take to surround a circle?"
    first: ClassVar[Values] = {"units_1": 1, "noise": 0.0}
    only = ("units_1", "activation", "discretise")


class BatchSteps(Experiment):
    """By sample, by batch, by epoch: how often the weights move."""

    title = "Sample, batch, epoch: when do the weights move?"
    first: ClassVar[Values] = {"learning_rate": 0.1}
    only = ("batch_size", "learning_rate")


class Overfitting(Experiment):
    """Thirty noisy points and a network that is too large for them."""

    title = "Too large a network for thirty noisy points"
    first: ClassVar[Values] = {**NOISY, "show_test": True}
    only = ("samples", "noise", "penalty", "strength", "dropout", "show_test")
    presets: ClassVar[Mapping[str, Values]] = {
        "Thirty points to learn from": FREE,
        "A price on weights": {**FREE, "penalty": "L2", "strength": 0.03},
        "Dropout": {**FREE, "dropout": 0.3},
        "Three hundred points": {**FREE, "samples": 600},
    }


class SpiralDuel(Experiment):
    """The spiral, with one optimizer or another."""

    title = "The spiral: does another optimizer help, or another input?"
    first: ClassVar[Values] = {
        **TWO_LAYERS,
        "data": "spiral",
        "noise": 0.02,
        "activation": "ReLU",
    }
    only = ("sin_x1", "sin_x2", "layers", "units_1", "units_2", "optimizer", "learning_rate")
    speed = replace(Playground.speed, value=1000)
    presets: ClassVar[Mapping[str, Values]] = {
        "SGD": {**SGD, "sin_x1": False, "sin_x2": False},
        "Adam": {**adam(), "sin_x1": False, "sin_x2": False},
        "SGD with waves as inputs": {**SGD, "sin_x1": True, "sin_x2": True},
    }


class OwnData(Experiment):
    """A table of one's own, points by hand, digits, stars."""

    title = "Your own data: a pasted table, or points by hand"
    first: ClassVar[Values] = {"data": "your table"}
    only = ("data", "table", "test_share", "layers", "units_1", "batch_norm", "learning_rate")
