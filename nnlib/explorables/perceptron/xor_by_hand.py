"""XOR with two hidden neurons, set by hand: the plane is folded until one line is enough."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.lessons import pair, plain
from nnlib.explorables.perceptron.samples import CORNERS, XOR, buffer
from nnlib.kernels.types import Array
from nnlib.layers import Dense
from nnlib.live import (
    Explorable,
    HeatMap,
    Network,
    Panel,
    Separator,
    Slider,
    quantize,
    write_parameter,
)
from nnlib.training import Step
from nnlib.zoo import xor_by_hand

FRAMES = 40  # of the fold, from the plane as it is to the hidden layer
PIXELS = 96
SPAN = (-0.6, 1.6)


class XorByHand(Explorable):
    r"""A network with two hidden neurons that computes XOR, and the plane as they see it.

    .. math:: h_1 = \max(x_1 + x_2, 0), \quad h_2 = \max(x_1 + x_2 - 1, 0),
              \quad \hat y = h_1 - 2 h_2

    The fold moves each point from its place x to h, the place that the hidden layer gives it. There
    the output neuron draws the line where its answer is 0.5.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = XorByHand()
    >>> view.answers().tolist()
    [0.0, 1.0, 1.0, 0.0]
    >>> view.hidden(CORNERS).tolist()  # 01 and 10 have become one point
    [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]]
    """

    title = "XOR by hand: two hidden neurons fold the plane"
    speed = replace(Explorable.speed, label="Speed (steps/s)", maximum=60, value=15, top_label="")
    units = ("step", "fold")
    pass_label = "Whole fold"
    controls = (Slider("fold", "Fold, in %: from x to h", 0.0, 100.0, 0.0),)
    panels: Sequence[Panel] = (
        Network(
            name="network",
            title="Click a weight or bias to change it",
            input_labels=("x₁", "x₂"),
            output_labels=("ŷ",),
            editable=("weight", "bias"),
            edit_range=(-10.0, 10.0),
            span=4,
            height=340,
        ),
        HeatMap(
            name="plane",
            title="Its answer in the plane of x",
            x_range=SPAN,
            y_range=SPAN,
            classes=("should be 0", "should be 1"),
            x_label="x₁",
            y_label="x₂",
            low_label="below 0.5",
            high_label="above",
            value_label="answer − 0.5:",
            span=4,
            height=340,
        ),
        Separator(
            name="hidden",
            title="The plane of x on its way to h",
            x_range=(-0.6, 2.4),
            y_range=(-0.9, 2.1),
            x_label="h₁",
            y_label="h₂",
            lines=({"name": "border", "label": "answer 0.5"},),
            paths=({"name": "grid", "label": "the square of x"},),
            classes=("should be 0", "should be 1"),
            span=4,
            height=340,
        ),
    )

    def start(self) -> None:
        """Set the weights as they were set by hand, and unfold the plane."""
        self.network = xor_by_hand()
        self.values["fold"] = 0.0

    def pace(self) -> float:
        """Return the steps in a second."""
        return float(self.values["speed"])

    def steps(self) -> Iterator[Step]:
        """Fold a little further, until the plane lies as the hidden layer sees it."""
        while self.values["fold"] < 100.0:
            done = min(FRAMES, int(self.values["fold"] * FRAMES / 100 + 1.001))
            self.values["fold"] = 100.0 * done / FRAMES
            yield Step(0, done, 0.0, 1.0, done == FRAMES)

    def changed(self, name: str) -> None:
        """Let a fold that was complete go on after it was opened again."""
        if name == "fold":
            self.player.renew_steps()

    def edit(self, panel: str, what: str, index: tuple[int, ...], value: float) -> None:
        """Write a weight or a bias that the learner typed."""
        write_parameter(self.network, what, index, value)

    def save_state(self) -> dict[str, Any]:
        """Return the weights, and how far the plane is folded."""
        return {"weights": [p.value.copy() for p in self._parameters()], **self.values}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for parameter, saved in zip(self._parameters(), state["weights"], strict=True):
            parameter.value[...] = saved
        self.values["fold"] = state["fold"]

    def _parameters(self) -> list[Any]:
        return list(self.network.parameters())

    def check(self) -> None:
        """Nothing to check: what is typed is finite."""

    def answers(self) -> Array:
        """Return what the network answers to 00, 01, 10 and 11, shape (4,)."""
        answers: Array = self.network.forward(CORNERS)[:, 0].copy()
        return answers

    def hidden(self, x: Array) -> Array:
        """Return h for each row of x, shape (rows, 2)."""
        dense, relu, _ = self.network.layers
        h: Array = relu.forward(dense.forward(x)).copy()
        return h

    def _folded(self, x: Array) -> Array:
        """Points on their way from x to h."""
        share = self.values["fold"] / 100.0
        folded: Array = (1 - share) * x + share * self.hidden(x)
        return folded

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the network, its answers in the plane, and the plane as far as it is folded."""
        first, _, last = self.network.layers
        assert isinstance(first, Dense)
        assert isinstance(last, Dense)
        axis = np.linspace(*SPAN, 2 * PIXELS + 1)[1::2]
        plane = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
        answer = self.network.forward(plane).reshape(PIXELS, PIXELS) - 0.5
        points = self._folded(CORNERS)
        hidden: dict[str, Any] = {
            "points": points.astype(np.float32),
            "labels": XOR.astype(np.uint8),
            "grid": self._grid(),
            "alt": "00, 01, 10 and 11 lie at " + ", ".join(pair(p, 1) for p in points) + ".",
        }
        if self.values["fold"] == 100.0:
            hidden["border"] = buffer([*last.weight.value[:, 0], last.bias.value[0] - 0.5])
        return {
            "network": {
                "sizes": [2, 2, 1],
                "weights_1": first.weight.value.astype(np.float32),
                "biases_1": first.bias.value.astype(np.float32),
                "weights_2": last.weight.value.astype(np.float32),
                "biases_2": last.bias.value.astype(np.float32),
                "alt": f"Two inputs, two hidden neurons, one output. {self._answers_in_words()}",
            },
            "plane": {
                "values": quantize(answer, 1.0),
                "scale": 1.0,
                "points": CORNERS.astype(np.float32),
                "labels": XOR.astype(np.uint8),
                "alt": f"The answer over the plane. {self._answers_in_words()}",
            },
            "hidden": hidden,
        }

    def _grid(self) -> Array:
        """Lines over the square of the four points, as far as they are folded, shape (2, n)."""
        along = np.append(np.linspace(0, 1, 21), np.nan)
        lines = []
        for place in np.linspace(0, 1, 6):
            across = np.where(np.isnan(along), np.nan, place)
            lines += [np.column_stack([along, across]), np.column_stack([across, along])]
        grid = np.concatenate(lines)
        gaps = np.isnan(grid).any(axis=1)
        folded = self._folded(np.where(gaps[:, None], 0.0, grid))
        folded[gaps] = np.nan
        return folded.T.astype(np.float32)

    def _answers_in_words(self) -> str:
        names = ("00", "01", "10", "11")
        said = (f"{n}: {plain(a)}" for n, a in zip(names, self.answers(), strict=True))
        return f"It answers {', '.join(said)}."

    def summary(self) -> str:
        """Return the answers, and whether they are those of XOR."""
        right = bool(((self.answers() > 0.5) == XOR).all())
        verdict = "That is XOR." if right else "That is not XOR."
        return f"{self._answers_in_words()} {verdict} Fold: {self.values['fold']:.0f} %."
