"""Dropout at work: each pass is another of 64 networks, and the whole network is their mean."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.regularisation.mask_panels import HALF, PANELS
from nnlib.explorables.regularisation.masks import (
    GRID,
    MASKS,
    POINTS,
    UNITS,
    parts,
    share_of_masks,
    six_units,
    wave,
)
from nnlib.kernels.types import Array
from nnlib.layers import Dense
from nnlib.live import Choice, Explorable, Series, Slider, clean_seed
from nnlib.training import Step

TRAINED = ("without dropout", "with dropout, p = 0.5")
ANSWERS = ("a number", "a probability: σ of it")
PASS = 20  # masks that the second button draws


class LiveMasks(Explorable):
    r"""Six hidden units, of which dropout silences each with probability p.

    With the factors m of dropout, 0 or 1/(1 − p), the answer is :math:`\sum_i m_i v_i h_i + b`.
    Over all 64 masks, each weighted by how likely it is,

    .. math:: E[m] = 1, \qquad \mathrm{Var}[m] = \frac{p}{1 - p}

    so the mean of the answers is that of the whole network, and their variance is
    :math:`\frac{p}{1 - p} \sum_i (v_i h_i)^2`.

    Parameters
    ----------
    seed : int
        Of the network and of the masks.
    key, **values
        See `Explorable`.

    References
    ----------
    Baldi and Sadowski (2013), "Understanding dropout".

    Examples
    --------
    >>> view = LiveMasks(x=0.4)
    >>> answers = view.answers()
    >>> answers.shape, bool(np.isclose(view.mean(), view.whole()))
    ((64,), True)
    """

    title = "Live masks: six units are 64 networks"
    seeded = True
    units = ("mask", "twenty masks")
    pass_label: ClassVar[str] = f"{PASS} masks"
    speed = replace(
        Explorable.speed, label="Speed (masks/s)", minimum=0.5, maximum=500, value=4, top_label=""
    )
    controls = (
        Slider("rate", "Dropout rate p", 0.0, 0.9, 0.5),
        Slider("x", "Input x", -1.0, 1.0, 0.4),
        Choice("trained", "The network was trained", TRAINED, TRAINED[0], restarts=True),
        Choice("answer", "It answers", ANSWERS, ANSWERS[0], restarts=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Half of the units": {"rate": 0.5, "answer": ANSWERS[0]},
        "Nobody is silent": {"rate": 0.0},
        "Nearly all are silent": {"rate": 0.9},
        "Trained with dropout": {"rate": 0.5, "trained": TRAINED[1]},
        "Probabilities": {"rate": 0.5, "answer": ANSWERS[1]},
    }
    panels = PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series("measured", "theory")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Take the network, and forget which masks were drawn."""
        self.network = six_units(self.values["trained"] == TRAINED[1], self.seed)
        self._added, self._bias = parts(self.network, GRID)
        self.made = 0
        self.drawn = np.zeros(len(MASKS), dtype=np.int64)  # how often each mask has come
        self.latest = len(MASKS) - 1
        self._track.clear()

    def steps(self) -> Iterator[Step]:
        """Draw one mask after another, for as long as somebody asks."""
        while True:
            rng = np.random.default_rng([self.seed, self.made])
            speaks = rng.random(UNITS) >= self.values["rate"]
            self.latest = int("".join(str(int(s)) for s in speaks), 2)
            self.drawn[self.latest] += 1
            self.made += 1
            yield Step(self.made // PASS, self.made, 0.0, 0.0, self.made % PASS == 0)

    def changed(self, name: str) -> None:
        """Masks of another rate are not counted together; another x is another curve."""
        if name == "rate":
            self.drawn[:] = 0
        if name in ("rate", "x"):
            self._track.clear()
            self.record(self.player.step)

    def save_state(self) -> dict[str, Any]:
        """Return which masks were drawn."""
        return {"made": self.made, "drawn": self.drawn.copy(), "latest": self.latest}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.made, self.latest = state["made"], state["latest"]
        self.drawn[:] = state["drawn"]
        self._track.rewind(step)

    def check(self) -> None:
        """Nothing to check: nothing is trained here."""

    # ------------------------------------------------------------------ measuring

    def _squash(self, z: Array) -> Array:
        """The answer, of a sum."""
        if self.values["answer"] == ANSWERS[0]:
            return z
        squashed: Array = 1 / (1 + np.exp(-z))
        return squashed

    def _sums(self, added: Array) -> Array:
        """The sum of every sub-network, (64, n), each speaker 1/(1 − p) times as loud."""
        sums: Array = MASKS / (1 - self.values["rate"]) @ added.T + self._bias
        return sums

    def _at_x(self) -> Array:
        """What each unit adds at the chosen x, (1, 6)."""
        return parts(self.network, np.array([float(self.values["x"])]))[0]

    def answers(self) -> Array:
        """Return the answer of each of the 64 sub-networks at the chosen x."""
        return self._squash(self._sums(self._at_x())[:, 0])

    def whole(self) -> float:
        """Return the answer of the whole network at the chosen x, as it is outside training."""
        return float(self._squash(self._at_x().sum(axis=1) + self._bias)[0])

    def mean(self) -> float:
        """Return the mean answer of all 64, each weighted by how likely its mask is."""
        return float(share_of_masks(self.values["rate"]) @ self.answers())

    def geometric_mean(self) -> float:
        """Return the weighted geometric mean of 64 probabilities, normalised.

        Raises
        ------
        ValueError
            If the answers are no probabilities.
        """
        if self.values["answer"] != ANSWERS[1]:
            raise ValueError("geometric_mean expects answers that are probabilities, got numbers")
        shares, p = share_of_masks(self.values["rate"]), self.answers()
        yes, no = np.exp(shares @ np.log(p)), np.exp(shares @ np.log(1 - p))
        return float(yes / (yes + no))

    def variance(self) -> float:
        """Return the variance of the answers of all 64."""
        return float(share_of_masks(self.values["rate"]) @ (self.answers() - self.mean()) ** 2)

    def formula(self) -> float:
        """Return p / (1 − p) times the sum of the squares of what the units add at x."""
        rate = self.values["rate"]
        return float(rate / (1 - rate) * (self._at_x() ** 2).sum())

    def measured(self) -> float:
        """Return the variance of the answers that were drawn; 0 before there are any."""
        if not self.drawn.any():
            return 0.0
        shares, answers = self.drawn / self.drawn.sum(), self.answers()
        return float(shares @ (answers - shares @ answers) ** 2)

    def record(self, step: int) -> None:
        """Note both variances."""
        self._track.append(step, measured=self.measured(), theory=self.variance())

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the sub-network, the curves, the table and the variance."""
        table = np.where(self.drawn > 0, self.answers(), np.nan).astype(np.float32)
        row, column = divmod(self.latest, HALF)
        seen = int((self.drawn > 0).sum())
        return {
            "network": self._diagram(),
            "answers": self._lines(),
            "table": {
                "values": table.reshape(HALF, HALF),
                "scale": 2.0,
                "marked": [row, column, 1, 1],
                "alt": f"{seen} of 64 sub-networks have been drawn. Their answers at x run from "
                f"{self.answers().min():.2f} to {self.answers().max():.2f}.",
            },
            "variance": {
                **{name: self._track.curve(name) for name in ("measured", "theory")},
                "alt": f"Variance of the answers: {self.measured():.3f} of {self.drawn.sum():,} "
                f"drawn, {self.variance():.3f} of all 64.",
            },
        }

    def _diagram(self) -> dict[str, Any]:
        """The network with the lines of the units that speak."""
        first, _, _, last = self.network.layers
        assert isinstance(first, Dense)
        assert isinstance(last, Dense)
        mask = MASKS[self.latest]
        loud = mask / (1 - self.values["rate"])
        x = float(self.values["x"])
        h = self._hidden(x)
        answer = float(self.answers()[self.latest])
        silent = [str(k + 1) for k in range(UNITS) if not mask[k]]
        return {
            "sizes": [1, UNITS, 1],
            "weights_1": (first.weight.value * mask).astype(np.float32),
            "biases_1": (first.bias.value * mask).astype(np.float32),
            "weights_2": (last.weight.value * loud[:, None]).astype(np.float32),
            "biases_2": last.bias.value.astype(np.float32),
            "activations": np.array([x, *(h * loud), answer], dtype=np.float32),
            "scale": 6.0,
            "alt": f"The network with {', '.join(silent) or 'no unit'} silent: it answers "
            f"{answer:.2f} at x = {x:.2f}.",
        }

    def _hidden(self, x: float) -> Array:
        """The six activations at x."""
        first, tanh = self.network.layers[:2]
        h: Array = tanh.forward(first.forward(np.array([[x]])))[0]
        return h

    def _lines(self) -> dict[str, Any]:
        """All curves over x; the spread is one line up and, after a gap, one down."""
        every = self._squash(self._sums(self._added))  # (64, n)
        shares = share_of_masks(self.values["rate"])
        mean = shares @ every
        deviation = np.sqrt(np.maximum(shares @ (every - mean) ** 2, 0))
        drawn = self.drawn @ every / max(self.drawn.sum(), 1) if self.drawn.any() else mean * np.nan
        probability = self.values["answer"] == ANSWERS[1]
        spread = np.concatenate([mean + deviation, [np.nan], mean - deviation])
        whole = self._squash(self._added.sum(axis=1) + self._bias)
        return {
            "whole": _line(GRID, whole),
            "sub": _line(GRID, every[self.latest]),
            "mean": _line(GRID, drawn),
            "spread": _line(np.concatenate([GRID, [np.nan], GRID]), spread),
            "marked_x": float(self.values["x"]),
            "marked_label": "x",
            **({"y_range": [0.0, 1.0]} if probability else {}),
            "alt": f"Answers over x. At x = {self.values['x']:.2f} the whole network answers "
            f"{self.whole():.3f}, and the mean of all 64 is {self.mean():.3f}.",
        }

    def error(self) -> float:
        """Return the mean squared error of the whole network on the points it has learnt."""
        added, bias = parts(self.network, POINTS)
        return float(((added.sum(axis=1) + bias - wave(POINTS)) ** 2).mean())

    def summary(self) -> str:
        """Return both means, and what the variance is."""
        told = (
            f"{self.made:,} masks, {int((self.drawn > 0).sum())} of 64 sub-networks. At x = "
            f"{self.values['x']:.2f} the whole network answers {self.whole():.3f}; the mean of "
            f"all 64 is {self.mean():.3f}"
        )
        if self.values["answer"] == ANSWERS[1]:
            return f"{told}, their normalised geometric mean {self.geometric_mean():.3f}."
        return f"{told}. Their variance is {self.variance():.3f}."


def _line(x: Array, y: Array) -> Array:
    """x above y, as a line of a graph."""
    return np.stack([x, y]).astype(np.float32)
