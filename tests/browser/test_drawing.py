"""What a learner makes on a panel: drawings, points, the weights of a filter; and text that grows."""

import json
from typing import Any

import pytest
from lab import Lab, View

#: A pad that is shown centred, three plots that take points, a latent plane, a filter, and text.
WORKSHOP = """
import numpy as np
from nnlib.datasets.images import center_by_mass
from nnlib.filters import KERNELS, filter2d
from nnlib.live import (Bench, Choice, Drawing, Explorable, Handle, HeatMap, Images, Matrix, Pad,
                        Plane, Points, Scatter, Slider, Text, Toggle, cell_centres, freeze,
                        quantize)
from nnlib.training import Step

WORDS = "once <b>upon</b> a time a network read the same book <script>window.hurt = 1</script> "
hand = dict(x_range=(-1, 1), y_range=(-1, 1), classes=("cat", "dog", "fox"), by_hand="points")

class Workshop(Explorable):
    title = "Workshop"
    controls = (
        Drawing("digit", "Your digit", 28, 28),
        Points("points", "Your points", (-1, 1), (-1, 1), ("cat", "dog", "fox"), most=12),
        Matrix("kernel", "Kernel", 3, 3, -9, 9, KERNELS["sobel x"]),
        Toggle("centre", "Centre", True),
        Choice("filter", "Filter", ("sobel x", "box", "lecture"), "sobel x"),
        Slider("a", "Latent 1", -2, 2, 0.5),
        Slider("b", "Latent 2", -2, 2, -1.0),
    )
    panels = (
        Pad(name="pad", title="Draw a digit", drawing="digit", span=5, height=230),
        Plane(name="latent", title="Latent plane", x_range=(-2, 2), y_range=(-2, 2), span=4,
              height=230, handles=[Handle("code", x="a", y="b")]),
        Images(name="decoded", title="Decoded", span=3, height=230),
        Scatter(name="scatter", title="Scatter", span=4, **hand),
        HeatMap(name="map", title="Map", span=4, **hand),
        Plane(name="plane", title="Plane", span=4, **hand),
        Bench(name="bench", title="Filter bench", weights="kernel"),
        Text(name="story", title="Story", span=12, height=90, most=400),
    )

    def start(self):
        self.n = 0
        x = cell_centres((-1, 1), 100)
        self.ramp = quantize(x + x[:, None], 2.0)
        self.bowl = freeze((x**2 + x[:, None] ** 2).astype(np.float32))
        y = np.arange(9)
        self.image = (np.hypot(y - 4, (y - 4)[:, None]) < 3).astype(np.float32)

    def changed(self, name):
        if name == "filter":
            self.set("kernel", KERNELS[self.values["filter"]])

    def steps(self):
        while True:
            self.n += 1
            yield Step(0, self.n, 0.0, 0.1, False)

    def frame(self):
        drawing = self._controls["digit"].pixels(self.values["digit"])
        seen = center_by_mass(drawing) if self.values["centre"] else drawing
        a, b = self.values["a"], self.values["b"]
        y, x = np.mgrid[-1:1:16j, -1:1:16j]
        blob = np.exp(-4 * ((x - a / 2) ** 2 + (y + b / 2) ** 2))
        output = filter2d(self.image, np.array(self.values["kernel"]))
        text = (WORDS * 100)[: 9 * self.n]
        return {
            "pad": {"seen": (255 * seen).astype(np.uint8), "alt": "a drawing"},
            "latent": {"values": self.bowl, "low": 0.0, "high": 2.0},
            "decoded": {"images": (255 * blob[None]).astype(np.uint8)},
            "scatter": {}, "map": {"values": self.ramp, "scale": 2.0},
            "plane": {"values": self.bowl, "low": 0.0, "high": 2.0},
            "bench": {"image": self.image, "output": output},
            "story": {"text": text, "fresh": min(self.n, 1) * 9},
        }

    def save_state(self):
        return {"n": np.array(self.n)}

    def load_state(self, state, step):
        self.n = int(state["n"])

    def check(self):
        pass

    def summary(self):
        return f"{self.n} words, {len(self.values['points'])} points"

view = Workshop()
view
"""


@pytest.fixture
def workshop(lab: Lab) -> View:
    view = lab.show(WORKSHOP)
    lab.page.wait_for_timeout(500)  # the page finds its size
    return view
