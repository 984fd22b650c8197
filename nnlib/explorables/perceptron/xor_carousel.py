"""A perceptron on XOR: it goes round in a circle, for ever."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.lessons import Lessons, pair, plain
from nnlib.explorables.perceptron.pupil import Pupil
from nnlib.explorables.perceptron.samples import CORNERS, XOR, buffer
from nnlib.kernels.types import Labels
from nnlib.live import Choice, Curves, Panel, Separator, clean_seed

NAMES = ("00", "01", "10", "11")
ORDERS = {" ".join(NAMES[i] for i in order): np.array(order) for order in permutations(range(4))}
BITS, SIGNS = "0 and 1", "−1 and 1"
ZERO, RANDOM = "zero", "small random numbers"
SHOWN = 16  # visits whose path stays in sight


class XorCarousel(Lessons):
    r"""A perceptron that learns XOR, in an order and a coding of the inputs that can be chosen.

    The four errors of an epoch that is all mistakes are -1, 1, 1, -1, and with the 1 of the bias

    .. math:: -\tilde x_{00} + \tilde x_{01} + \tilde x_{10} - \tilde x_{11} = 0

    whatever two numbers code the bits. So such an epoch leads back to where it began.

    Parameters
    ----------
    seed : int
        Of the random first weights.
    key, **values
        See `Explorable`.

    References
    ----------
    Minsky and Papert (1969), "Perceptrons", chapter 11: the cycling theorem.

    Examples
    --------
    >>> view = XorCarousel(order="01 11 10 00")
    >>> view.run(400)
    >>> view.pupils[0].path[-1].tolist(), set(view.pupils[0].counts)
    ([0.0, 0.0, 0.0], {4})
    """

    title = "XOR is a carousel: each epoch ends where it began"
    speed = replace(Lessons.speed, value=3)
    seeded = True
    controls = (
        Choice("order", "Order of the samples", tuple(ORDERS), "01 11 10 00", restarts=True),
        Choice("coding", "Inputs are", (BITS, SIGNS), BITS, restarts=True),
        Choice("first", "First weights", (ZERO, RANDOM), ZERO, restarts=True),
    )
    panels: Sequence[Panel] = (
        Separator(
            name="plane",
            title="The four samples, and the line",
            x_range=(-1.6, 2.6),
            y_range=(-1.6, 2.6),
            lines=({"name": "now", "label": "w · x + b = 0"},),
            classes=("answer 0", "answer 1"),
            span=4,
            height=340,
        ),
        Separator(
            name="weights",
            title="The weights w, and their last 16 steps",
            x_range=(-2.4, 2.4),
            y_range=(-2.4, 2.4),
            x_label="w₁",
            y_label="w₂",
            arrows=({"name": "new", "label": "w"},),
            paths=({"name": "path", "label": "path of w"},),
            span=4,
            height=340,
        ),
        Curves(
            name="numbers",
            title="w₁, w₂ and b after each sample",
            series=(
                {"name": "w1", "label": "w₁"},
                {"name": "w2", "label": "w₂"},
                {"name": "b", "label": "b"},
            ),
            x_label="samples seen",
            y_range=(-3.2, 3.2),
            span=4,
            height=340,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Code the four samples, and take a perceptron that knows nothing."""
        self.x = CORNERS if self.values["coding"] == BITS else 2 * CORNERS - 1
        self.y = XOR
        rng = np.random.default_rng(self.seed)
        first = rng.normal(scale=0.3, size=3) if self.values["first"] == RANDOM else [0, 0, 0]
        self.pupils = [Pupil(self.x, self.y, first=first)]

    def order(self, epoch: int) -> Labels:
        """Return the order that was chosen."""
        return ORDERS[self.values["order"]]

    def returned(self) -> bool:
        """Whether the last whole epoch ended with the weights that it began with."""
        pupil = self.pupils[0]
        end = 4 * pupil.epoch
        return end > 0 and bool(np.allclose(pupil.path[end], pupil.path[end - 4], atol=1e-9))

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the plane, the path of the weights, and the weights over the samples."""
        pupil = self.pupils[0]
        path = np.array(pupil.path)
        now = path[-1]
        sample, error = pupil.visits[-1] if pupil.visits else (-1, 0)
        edge = [-1.6, 2.6] if self.values["coding"] == BITS else [-2.1, 2.1]
        words = f"sample {NAMES[sample]}, e = {plain(error, 0)}" if pupil.visits else "no sample"
        seen = np.arange(len(path))
        return {
            "plane": {
                "points": self.x.astype(np.float32),
                "labels": self.y.astype(np.uint8),
                "ringed": sample,
                "now": now.astype(np.float32),
                "x_range": edge,
                "y_range": edge,
                "alt": f"The four corners of XOR; {words}; {pupil.wrong()} of 4 are wrong.",
            },
            "weights": {
                "new": buffer([0, 0, *now[:2]]),
                "path": path[-SHOWN - 1 :, :2].T.astype(np.float32),
                "alt": f"w is {pair(now[:2])}, b is {plain(now[2])}.",
            },
            "numbers": {
                **{
                    name: buffer([seen, path[:, k]])[:, -200:]
                    for k, name in enumerate(("w1", "w2", "b"))
                },
                "alt": f"Weights over {len(path) - 1} samples, going up and down.",
            },
        }

    def summary(self) -> str:
        """Return the last sample, the weights, and whether the last epoch led back."""
        pupil = self.pupils[0]
        now = pupil.path[-1]
        where = f"w = {pair(now[:2])}, b = {plain(now[2])}"
        if not pupil.visits:
            return f"No sample has been seen. {where}."
        sample, error = pupil.visits[-1]
        text = f"Sample {NAMES[sample]}: y = {XOR[sample]}, e = {plain(error, 0)}; now {where}."
        if pupil.epoch:
            last = pupil.counts[pupil.epoch - 1]
            back = "led back to where it began" if self.returned() else "ended somewhere else"
            text += f" Epoch {pupil.epoch}: {last} mistake{'s' * (last != 1)}, and it {back}."
        return text
