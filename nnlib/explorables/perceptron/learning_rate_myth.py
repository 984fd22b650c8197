"""Three learning rates, the same samples: from zero weights, the same mistakes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.lessons import Lessons, counting_range
from nnlib.explorables.perceptron.pupil import Pupil
from nnlib.explorables.perceptron.samples import buffer, two_clouds
from nnlib.live import Curves, Matrix, Panel, Separator, Slider, clean_seed

RATES = {"small": 0.01, "one": 1.0, "large": 100.0}
NAMES = tuple(f"η = {rate:g}" for rate in RATES.values())


def _plane(name: str, title: str) -> Separator:
    return Separator(
        name=name,
        title=title,
        x_range=(-2.2, 2.2),
        y_range=(-2.2, 2.2),
        lines=({"name": "now", "label": ""},),
        span=4,
        height=300,
    )


class LearningRateMyth(Lessons):
    r"""Perceptrons with the learning rates 0.01, 1 and 100 on the same samples, in one order.

    From zero weights all weights are η times those of η = 1, and the sign of w x + b does not ask
    for a factor: the answers agree, so the mistakes agree. From other first weights they do not.

    Parameters
    ----------
    seed : int
        Of the points and of the direction of the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = LearningRateMyth()
    >>> view.run(2000)
    >>> [pupil.mistakes for pupil in view.pupils] == [view.pupils[0].mistakes] * 3
    True
    """

    title = "The learning rate of a perceptron: from zero weights it changes nothing"
    speed = replace(Lessons.speed, value=10)
    seeded = True
    controls = (
        Slider("size", "Size of the first weights (0: all zero)", 0.0, 5.0, 0.0, restarts=True),
    )
    panels: Sequence[Panel] = (
        *(_plane(key, name) for key, name in zip(RATES, NAMES, strict=True)),
        Curves(
            name="mistakes",
            title="Mistakes so far",
            series=tuple({"name": k, "label": n} for k, n in zip(RATES, NAMES, strict=True)),
            x_label="samples seen",
            span=6,
            height=230,
        ),
        Matrix(
            name="numbers",
            title="Their weights, and how often they were wrong",
            row_labels=NAMES,
            column_labels=("w₁", "w₂", "b", "mistakes", "epochs"),
            label="now",
            decimals=3,
            span=6,
            height=230,
        ),
    )

    def __init__(self, *, seed: int = 11, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make the samples, and three perceptrons with the same first weights."""
        rng = np.random.default_rng(self.seed)
        self.x, self.y = two_clouds(16, 0.15, rng)
        direction = rng.normal(size=3)
        first = self.values["size"] * direction / np.linalg.norm(direction)
        self.pupils = [
            Pupil(self.x, self.y, learning_rate=rate, first=first) for rate in RATES.values()
        ]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return three planes, the counts and the weights."""
        frame: dict[str, dict[str, Any]] = {}
        counts: dict[str, Any] = {"alt": f"Mistakes so far: {self._standings()}."}
        for key, name, pupil in zip(RATES, NAMES, self.pupils, strict=True):
            frame[key] = {
                "points": self.x.astype(np.float32),
                "labels": self.y.astype(np.uint8),
                "now": pupil.path[-1].astype(np.float32),
                "ringed": -1 if pupil.done or not pupil.visits else pupil.visits[-1][0],
                "alt": f"The perceptron with {name} answers {pupil.wrong()} of {len(self.x)} "
                "samples wrongly.",
            }
            wrong = np.cumsum([0, *(error != 0 for _, error in pupil.visits)])
            counts[key] = buffer([np.arange(len(wrong)), wrong])
        counts["y_range"] = counting_range(max(pupil.mistakes for pupil in self.pupils))
        rows = [[*p.path[-1], p.mistakes, p.epoch] for p in self.pupils]
        numbers = {
            "values": buffer(rows),
            "scale": 1e12,  # the numbers are to be read, not compared by colour
            "alt": "Weights, mistakes and epochs of the three perceptrons.",
        }
        return frame | {"mistakes": counts, "numbers": numbers}

    def _standings(self) -> str:
        """Mistakes of each, as text."""
        return ", ".join(f"{n}: {p.mistakes}" for n, p in zip(NAMES, self.pupils, strict=True))

    def same_mistakes(self) -> bool:
        """Whether all have answered every sample alike so far."""
        first, *others = (pupil.visits for pupil in self.pupils)
        return all(other == first for other in others)

    def summary(self) -> str:
        """Return who made how many mistakes, and whether they were the same."""
        seen = max(len(pupil.visits) for pupil in self.pupils)
        verdict = "all the same ones" if self.same_mistakes() else "not the same ones"
        ended = " All have learnt." if all(pupil.done for pupil in self.pupils) else ""
        return f"Sample {seen}: mistakes {self._standings()}; {verdict}.{ended}"
