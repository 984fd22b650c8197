"""Four networks learn XOR side by side: three are made of lines only, one has a bend."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.lessons import plain
from nnlib.explorables.perceptron.samples import CORNERS, XOR, buffer
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array
from nnlib.layers import Dense, Layer, ReLU
from nnlib.live import (
    Curves,
    Explorable,
    HeatMap,
    Matrix,
    Panel,
    Separator,
    Series,
    Slider,
    clean_seed,
)
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import Step

NETWORKS = {"one": "linear 1", "wide": "linear 16", "deep": "linear 16-16", "bent": "ReLU 16"}
SAMPLES = ("00", "01", "10", "11")
TARGETS = XOR[:, None].astype(np.float64)
PIXELS = 40
FLAT = 1e-3  # below this size a map is noise about 0.5, and has no line
SPAN = (-0.5, 1.5)
TEN = 10  # updates of the button that would be an epoch: here an update is an epoch


def _map(name: str, title: str) -> HeatMap:
    return HeatMap(
        name=name,
        title=title,
        x_range=SPAN,
        y_range=SPAN,
        classes=("0", "1"),
        x_label="x₁",
        y_label="x₂",
        value_label="answer − 0.5:",
        span=3,
        height=225,
    )


class FourNetworks(Explorable):
    """Networks that are trained on XOR from the same seed: linear layers, and one of ReLU.

    Linear layers in a row are one linear layer, so the first three can answer no better than 0.5 to
    everything. The hidden space of the fourth has 16 axes; it is seen from a side from which the
    line of its output neuron is a line.

    Parameters
    ----------
    seed : int
        Of the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = FourNetworks()
    >>> view.run(1000)
    >>> view.answers().round(2).tolist()[2:]
    [[0.5, 0.5, 0.5, 0.5], [0.0, 1.0, 1.0, 0.0]]
    """

    title = "Four networks learn XOR: depth without a bend is of no use"
    speed = replace(Explorable.speed, maximum=1000, value=15, top_label="")
    units = ("update", "ten updates")
    seeded = True
    controls = (Slider("learning_rate", "Learning rate", 0.001, 0.15, 0.1, log=True),)
    panels: Sequence[Panel] = (
        *(_map(key, title) for key, title in NETWORKS.items()),
        Matrix(
            name="answers",
            title="What they answer",
            row_labels=tuple(NETWORKS.values()),
            column_labels=SAMPLES,
            label="answers",
            span=3,
            height=260,
        ),
        Curves(
            name="loss",
            title="Loss: mean squared error",
            series=tuple({"name": k, "label": title} for k, title in NETWORKS.items()),
            span=6,
            height=260,
        ),
        Separator(
            name="hidden",
            title="ReLU 16: its hidden space",
            x_range=(-1.2, 1.2),
            y_range=(-1.2, 1.2),
            x_label="along output weights",
            y_label="most of the rest",
            lines=({"name": "border", "label": "answer 0.5"},),
            classes=("0", "1"),
            span=3,
            height=260,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._loss = Series(*NETWORKS)
        axis = np.linspace(*SPAN, 2 * PIXELS + 1)[1::2]
        self._plane = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make the four networks anew."""
        rng = np.random.default_rng(self.seed)

        def dense(fan_in: int, fan_out: int, **options: Any) -> Layer:
            return Dense(fan_in, fan_out, rng=rng, dtype=np.float64, **options)

        self.networks = [
            Sequential(dense(2, 1)),
            Sequential(dense(2, 16), dense(16, 1)),
            Sequential(dense(2, 16), dense(16, 16), dense(16, 1)),
            Sequential(dense(2, 16, initializer=he_normal), ReLU(), dense(16, 1)),
        ]
        self.network = self.networks[-1]
        rate = self.values["learning_rate"]
        self.optimizers = [SGD(network.parameters(), rate) for network in self.networks]
        self.optimizer = self.optimizers[-1]
        self._loss.clear()

    def steps(self) -> Iterator[Step]:
        """Let each network make an update with all four samples, for as long as somebody asks."""
        loss = MeanSquaredError()
        while True:
            for network, optimizer in zip(self.networks, self.optimizers, strict=True):
                prediction = network.forward(CORNERS, training=True)
                network.backward_parameters(loss.gradient(prediction, TARGETS))
                optimizer.step()
            made = self.optimizer.iteration
            rate = self.optimizer.learning_rate
            yield Step(made // TEN, made, float(self.losses()[-1]), rate, made % TEN == 0)

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on."""
        for optimizer in self.optimizers:
            optimizer.learning_rate = self.values["learning_rate"]

    def answers(self) -> Array:
        """Return what each network answers to each sample, shape (4, 4)."""
        return np.stack([network.forward(CORNERS)[:, 0] for network in self.networks])

    def losses(self) -> Array:
        """Return the mean squared error of each network, shape (4,)."""
        errors: Array = ((self.answers() - XOR) ** 2).mean(axis=1)
        return errors

    def record(self, step: int) -> None:
        """Note the four losses."""
        losses = dict(zip(NETWORKS, map(float, self.losses()), strict=True))
        self._loss.append(step, **losses)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return the weights of all four."""
        weights = [p.value.copy() for network in self.networks for p in network.parameters()]
        return {"weights": weights, "n": self.optimizer.iteration}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        parameters = [p for network in self.networks for p in network.parameters()]
        for parameter, saved in zip(parameters, state["weights"], strict=True):
            parameter.value[...] = saved
        for optimizer in self.optimizers:
            optimizer.iteration = state["n"]
        self.forget_after(step)

    def check(self) -> None:
        """Raise FloatingPointError if an answer is no longer finite."""
        if not np.isfinite(self.answers()).all():
            raise FloatingPointError(
                f"An answer is no longer finite: the learning rate "
                f"{self.optimizer.learning_rate:g} is too large here; try 0.05"
            )

    def hidden_view(self) -> tuple[Array, float]:
        """Return the four samples in hidden space, seen from a side, and where the answer is 0.5.

        Returns
        -------
        places : ndarray of shape (4, 2)
            Along the weights of the output neuron, and along the direction at a right angle to
            them in which the samples lie farthest apart.
        border : float
            On the first axis: to its right the answer is above 0.5.
        """
        first, relu, last = self.network.layers
        h = relu.forward(first.forward(CORNERS))  # (4, 16)
        assert isinstance(last, Dense)
        weight, bias = last.weight.value[:, 0], float(last.bias.value[0])
        length = max(float(np.linalg.norm(weight)), 1e-12)
        along = weight / length
        rest = h - h.mean(axis=0)
        rest = rest - np.outer(rest @ along, along)
        side = np.linalg.svd(rest)[2][0]
        side = side * (np.sign(side[np.argmax(np.abs(side))]) or 1.0)  # it must not flip its sign
        return np.column_stack([h @ along, rest @ side]), (0.5 - bias) / length

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return four maps, the answers, the losses and the hidden space."""
        answers = self.answers()
        frame: dict[str, dict[str, Any]] = {}
        for key, name, network, said in zip(
            NETWORKS, NETWORKS.values(), self.networks, answers, strict=True
        ):
            surface = self._surface(network, said) - 0.5
            flat = np.abs(surface).max() < FLAT
            frame[key] = {
                "values": np.zeros_like(surface, np.float32) if flat else buffer(surface),
                "scale": 0.7,
                "points": CORNERS.astype(np.float32),
                "labels": XOR.astype(np.uint8),
                "alt": f"{name}{' is flat: it' * bool(flat)} answers "
                f"{', '.join(map(plain, said))} to 00, 01, 10, 11.",
            }
        return frame | {
            "answers": {
                "values": (answers.round(2) + 0.0).astype(np.float32),  # no minus zero
                "scale": 1.0,
                "alt": "The answers of the four networks, a row for each.",
            },
            "loss": {name: self._loss.curve(name) for name in NETWORKS}
            | {"alt": "Loss over the updates; 0.25 is that of answering 0.5 to all."},
            "hidden": self._hidden_data(),
        }

    def _surface(self, network: Sequential, said: Array) -> Array:
        """What a network answers over the plane; three of its answers tell all of a linear one."""
        if network is self.network:
            bent: Array = network.forward(self._plane).reshape(PIXELS, PIXELS)
            return bent
        x = np.linspace(*SPAN, 2 * PIXELS + 1)[1::2]
        flat: Array = said[0] + (said[2] - said[0]) * x + (said[1] - said[0]) * x[:, None]
        return flat

    def _hidden_data(self) -> dict[str, Any]:
        """The samples in hidden space, between axes that leave room for them."""
        places, border = self.hidden_view()
        return {
            "points": places.astype(np.float32),
            "labels": XOR.astype(np.uint8),
            "border": buffer([1.0, 0.0, -border]),
            "x_range": _room(np.append(places[:, 0], border)),
            "y_range": _room(places[:, 1]),
            "alt": "The four samples in the hidden space; those with answer 1 should lie to the "
            "right of the line.",
        }

    def summary(self) -> str:
        """Return the answers of the deepest linear network and of the one with ReLU."""
        answers = self.answers()
        deep, bent = (", ".join(map(plain, answers[row])) for row in (2, 3))
        return f"Update {self.optimizer.iteration}: linear 16-16 says {deep}; ReLU 16 says {bent}."


def _room(values: Array) -> list[float]:
    """The ends of an axis that holds some values; they change in steps, so that it stands still."""
    half = max(0.75 * float(np.ptp(values)), 1e-3)
    half = 2.0 ** (np.ceil(2 * np.log2(half)) / 2)
    middle = round((values.max() + values.min()) / 2 / (half / 4)) * half / 4
    return [middle - half, middle + half]
