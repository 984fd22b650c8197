"""Networks, matrices, histograms, timelines and tapes: what is painted, told and typed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lab import Lab, View

#: Every panel of this kind, over a small network whose numbers are known.
GALLERY = """
import numpy as np
from nnlib import Dense, Sequential, Tanh
from nnlib.live import (
    Bars, Explorable, Handle, Histogram, Matrix, Network, Slider, Tape, Timeline, cell_centres,
    count_in_bins, quantize, write_parameter,
)
from nnlib.training import Step

TRUE = [0.731, 1.0, 0.731, 1.0, 1.0, 0.731]
WORDS = ["x = 0.731", "w = 1", "0.731 × 1 = 0.731", "1", "1 × 1 = 1", "0.731 × 1 = 0.731"]

class Gallery(Explorable):
    title = "Gallery"
    controls = (Slider("t", "Time", 0, 39, 3, integer=True),)
    panels = (
        Network(name="net", title="Network", height=300, editable=["weight", "bias"],
                edit_range=(-9, 9), input_labels=["x₁", "x₂"], output_labels=["red", "blue"]),
        Network(name="wide", title="Wide network", height=300),
        Matrix(name="product", title="Product", height=240, row_labels=["r₁", "r₂"],
               column_labels=["c₁", "c₂", "c₃"]),
        Histogram(name="spread", title="Spread", height=240, layers=["layer 1", "layer 2"],
                  x_label="weight"),
        Timeline(name="time", title="Time", height=220, span=12,
                 bands=[{"name": "letters", "label": "input"}, {"name": "h", "label": "hidden"},
                        {"name": "y", "label": "output"}], handles=[Handle("time", x="t")]),
        Tape(name="tape", title="Tape", asks=True, nodes=[
            {"name": "x"}, {"name": "w"}, {"name": "z", "op": "x × w", "inputs": ["x", "w"]}]),
        Bars(name="bars", title="Bars", labels=["a", "b", "c"], y_range=(0, 1), smooth=True),
    )

    def start(self):
        rng = np.random.default_rng(1)
        self.network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 2, rng=rng))
        self.network.layers[0].weight.value[:] = [[1.5, -1.0, 0.25], [-0.5, 2.0, 0.75]]
        self.network.layers[0].bias.value[:] = [0.5, -0.25, 0.0]
        self.n, self.shown, self.reply = 0, 0, ""

    def steps(self):
        while True:
            self.n += 1
            yield Step(0, self.n, 0.0, 0.1, False)

    def edit(self, panel, what, index, value):
        write_parameter(self.network, what, index, value)

    def answer(self, panel, index, value):
        right = abs(value - TRUE[index]) < 0.0006
        self.reply = "Right." if right else f"{value:g} is not it."
        self.shown += right

    def maps(self):
        x = cell_centres((-2, 2), 24).astype("f4")
        points = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
        layers, values = [points], points
        for layer in self.network.layers:
            values = layer.forward(values)
            if not isinstance(layer, Tanh):
                layers.append(values)
        grid = np.concatenate(layers, axis=1).T.reshape(-1, 24, 24)
        return quantize(np.ascontiguousarray(grid), 2.0)

    def frame(self):
        first, _, second = self.network.layers
        rng = np.random.default_rng(self.n)
        time = np.arange(40)
        hidden = np.sin(time / 3 + np.arange(5)[:, None] + self.n).astype("f4")
        edges = np.linspace(-2, 2, 21)
        draws = [np.random.default_rng(0).normal(size=500), np.random.default_rng(1).normal(size=80)]
        shares = np.array([0.2, 0.9, 0.5]) if self.n % 2 else np.array([0.9, 0.2, 0.5])
        net = {"sizes": [2, 3, 2], "maps": self.maps(),
               "weights_1": first.weight.value, "biases_1": first.bias.value,
               "weights_2": second.weight.value, "biases_2": second.bias.value}
        wide = {"sizes": [127, 20, 1], "weights_1": rng.normal(size=(127, 20)).astype("f4"),
                "biases_1": rng.normal(size=20).astype("f4"),
                "weights_2": rng.normal(size=(20, 1)).astype("f4"),
                "activations": rng.normal(size=148).astype("f4")}
        left, right = np.array([[1, -2], [0.5, 3]]), np.array([[2, 0, -1], [4, 1, 0.5]])
        return {
            "net": net, "wide": wide,
            "product": {"values": (left @ right).astype("f4"), "left": left.astype("f4"),
                        "right": right.astype("f4")},
            "spread": {"counts": count_in_bins([(1 + self.n) * 0.3 * d for d in draws], edges),
                       "before": count_in_bins(draws, edges), "edges": edges.astype("f4")},
            "time": {"letters": list("the quick brown fox jumps over the dogs."), "h": hidden,
                     "y": hidden[:1] / 2, "cursor": self.values["t"]},
            "tape": {"shown": self.shown, "numbers": np.array(TRUE, "f4"), "words": WORDS,
                     "reply": self.reply},
            "bars": {"values": shares.astype("f4")},
        }

    def save_state(self):
        return {"n": np.array(self.n)}

    def load_state(self, state, step):
        self.n = int(state["n"])

    def check(self):
        pass

view = Gallery()
view
"""
