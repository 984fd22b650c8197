"""A game: points labelled by a hidden neuron, and a neuron of one's own to match it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.neuron.steered import Steered
from nnlib.kernels.types import Array, Labels
from nnlib.live import Bars, Explorable, NeuronPlane, Panel, Slider, Toggle, clean_seed
from nnlib.training import Step

WEIGHTS = ("w1", "w2", "b")
REACH = 2.8  # points lie this far from the middle at most
CLEAR = 0.2  # and at least so far from the hidden line
HELP = 0.2  # by how much of a wrong point a step of help moves the weights


class GuessTheNeuron(Steered):
    """Match a hidden neuron by dragging, from the points that it has labelled.

    A step is help: the neuron is moved a little towards the answer to the point that it gets most
    wrong. Another seed is a new round.

    Parameters
    ----------
    seed : int
        Of the hidden neuron and its points.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> game = GuessTheNeuron(seed=1)
    >>> game.set("show", True)
    >>> game.run(300)  # help until all is right
    >>> game.right() == len(game.labels)
    True
    """

    title = "Guess the neuron: match the one that labelled the points"
    speed = replace(Explorable.speed, label="Help (steps/s)", maximum=60, value=6, top_label="")
    pass_label = "10 steps of help"
    seeded = True
    steered = WEIGHTS
    controls = (
        Slider("w1", "Weight w₁", -3.0, 3.0, 1.5),
        Slider("w2", "Weight w₂", -3.0, 3.0, 0.0),
        Slider("b", "Bias b", -9.0, 9.0, 0.0),
        Slider("count", "Points", 6, 80, 30, integer=True, restarts=True),
        Toggle("show", "Show the hidden neuron", False),
    )
    panels: Sequence[Panel] = (
        NeuronPlane(
            name="plane",
            title="Drag arrow and line until no point is ringed",
            sliders=WEIGHTS,
            judge=True,
            classes=("class 0", "class 1"),
            line_label="yours",
            other_label="hidden",
            span=8,
            height=430,
        ),
        Bars(
            name="score",
            title="Your score, in percent",
            labels=("points right", "plane that agrees"),
            y_range=(0.0, 100.0),
            value_label="percent",
            smooth=True,
            span=4,
            height=430,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        axis = np.linspace(-3.0, 3.0, 61)
        self._grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Hide a neuron, and let it label points."""
        super().start()
        rng = np.random.default_rng(self.seed)
        angle, away = rng.uniform(0, 2 * math.pi), rng.uniform(-1.3, 1.3)
        self.hidden = np.array([math.cos(angle), math.sin(angle), away])
        points = rng.uniform(-REACH, REACH, size=(4000, 2))
        sums = points @ self.hidden[:2] + away
        clear = np.abs(sums) > CLEAR
        count = self.values["count"]
        # As many of one class as of the other, or the game would be won without looking.
        half = count // 2
        sides = ((sums < 0, half), (sums > 0, count - half))
        chosen = [np.flatnonzero(clear & side)[:many] for side, many in sides]
        order = rng.permutation(np.concatenate(chosen))
        self.points: Array = points[order].astype(np.float32)
        self.labels: Labels = (sums[order] > 0).astype(np.int64)

    def steps(self) -> Iterator[Step]:
        """Move the neuron towards the point that it gets most wrong, until it gets none wrong."""
        while True:
            wrong = self.sums() * (2 * self.labels - 1)
            worst = int(np.argmin(wrong))
            if wrong[worst] > 0:
                self.player.pause()
                self.player.message = "All points are on their side. Another seed is a new round."
            else:
                self._help(worst)
            done = self.player.step + 1
            yield Step(done // 10, done, 0.0, 0.0, done % 10 == 0)

    def _help(self, index: int) -> None:
        """Add some of a wrong point to the weights, or take it away."""
        error = 2 * int(self.labels[index]) - 1
        neuron = self.exact() + HELP * error * np.append(self.points[index], 1.0)
        # A line does not change if all its numbers shrink alike, and then they fit the sliders.
        limits = np.array([3.0, 3.0, 9.0])
        fit = min(1.0, float((limits / np.maximum(np.abs(neuron), 1e-9)).min()))
        self.steer(**dict(zip(WEIGHTS, (float(part) for part in fit * neuron), strict=True)))

    def pace(self) -> float:
        """Return the steps of help in a second."""
        return float(self.values["speed"])

    # ------------------------------------------------------------------ the score

    def exact(self) -> Array:
        """Return w1, w2 and b as float64."""
        return np.array([self.values[name] for name in WEIGHTS], dtype=np.float64)

    def sums(self) -> Array:
        """Return the learner's z of each point, shape (points,)."""
        neuron = self.exact()
        sums: Array = self.points @ neuron[:2] + neuron[2]
        return sums

    def right(self) -> int:
        """Return the number of points on the right side of the learner's line."""
        return int(np.count_nonzero((self.sums() > 0) == (self.labels == 1)))

    def agreement(self) -> float:
        """Return the share of the plane on which both neurons answer alike."""
        mine, hidden = (self._grid @ n[:2] + n[2] > 0 for n in (self.exact(), self.hidden))
        return float(np.mean(mine == hidden))

    def angle(self) -> float:
        """Return the angle between the two arrows in degrees, 0 to 180; NaN without an arrow."""
        mine = self.exact()[:2]
        length = float(np.linalg.norm(mine))
        if length == 0:
            return math.nan
        return math.degrees(math.acos(float(np.clip(mine @ self.hidden[:2] / length, -1.0, 1.0))))

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the points with the learner's neuron, and the score."""
        right, count, agree = self.right(), len(self.labels), self.agreement()
        plane: dict[str, Any] = {
            "neuron": self.neuron(),
            "points": self.points,
            "labels": self.labels.astype(np.uint8),
            "alt": f"{right} of {count} points lie on their side of your line.",
        }
        if self.values["show"]:
            plane["other"] = self.hidden.astype(np.float32)
        return {
            "plane": plane,
            "score": {
                "values": np.array([100 * right / count, 100 * agree], dtype=np.float32),
                "alt": f"{right} of {count} points right; both neurons agree on {agree:.0%} of "
                "the plane.",
            },
        }

    def summary(self) -> str:
        """Return the score in words."""
        right, count = self.right(), len(self.labels)
        score = f"{right} of {count} points right, {self.agreement():.0%} of the plane agrees"
        text = f"Round {self.seed}: {score}"
        if right < count:
            return f"{text}."
        return f"{text}; your arrow is {self.angle():.0f} degrees off the hidden one. Well matched!"
