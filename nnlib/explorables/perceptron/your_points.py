"""The learner's own points: the perceptron runs on them, and says when it cannot end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.perceptron.lessons import Lessons, counting_range, plain
from nnlib.explorables.perceptron.pupil import Pupil
from nnlib.live import Curves, Panel, Points, Separator, Series
from nnlib.neurons import margin, novikoff_bound, widest_line
from nnlib.training import Step

RANGE = (-2.0, 2.0)
FIRST = [
    [-1.4, 0.9, 0], [-0.9, -0.4, 0], [-1.1, 1.6, 0], [-0.3, 0.6, 0], [-1.6, -1.2, 0],
    [1.2, -0.8, 1], [0.8, 0.7, 1], [1.6, 0.2, 1], [0.4, -1.5, 1], [1.3, 1.5, 1],
]  # fmt: skip
ONE_ASTRAY = [*FIRST, [-1.0, 0.5, 1]]
A_TIGHT_GAP = [*FIRST, [0.06, -0.2, 0], [0.1, 0.4, 1]]
RINGS = [
    [round(float(r * np.cos(a)), 2), round(float(r * np.sin(a)), 2), c]
    for c, r, n in ((0, 0.5, 6), (1, 1.5, 12))
    for a in 2 * np.pi * np.arange(n) / n
]
XOR = [[-1.0, -1.0, 0], [-1.0, 1.0, 1], [1.0, -1.0, 1], [1.0, 1.0, 0]]
POINTS = Points("points", "Your points", RANGE, RANGE, most=80, value=FIRST, restarts=True)


class YourPoints(Lessons):
    """A perceptron on points that the learner puts down, and the best weights in its pocket.

    Whether it can end is known before it tries: `widest_line` finds a separating line or tells that
    there is none. The pocket keeps the weights that have answered most samples right.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    References
    ----------
    Gallant (1990), "Perceptron-based learning algorithms", IEEE Transactions on Neural Networks 1,
    179-191.

    Examples
    --------
    >>> view = YourPoints(points=[[-1, 0, 0], [1, 0, 1], [0, 1, 1]])
    >>> view.run(100)
    >>> view.separable, view.pupils[0].done
    (True, True)
    >>> view.choose("XOR")
    >>> view.separable
    False
    """

    title = "Your own points: can a line separate them?"
    speed = replace(Lessons.speed, value=20)
    controls = (POINTS,)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "A clear gap": {"points": FIRST},
        "A tight gap": {"points": A_TIGHT_GAP},
        "One point astray": {"points": ONE_ASTRAY},
        "A ring round a group": {"points": RINGS},
        "XOR": {"points": XOR},
    }
    panels: Sequence[Panel] = (
        Separator(
            name="plane",
            title="Click to add a point, Shift-click to remove one",
            x_range=RANGE,
            y_range=RANGE,
            lines=(
                {"name": "now", "label": "now"},
                {"name": "pocket", "label": "in the pocket"},
            ),
            by_hand="points",
            span=7,
            height=420,
        ),
        Curves(
            name="wrong",
            title="Points on the wrong side",
            series=(
                {"name": "now", "label": "now"},
                {"name": "pocket", "label": "in the pocket"},
            ),
            x_label="samples seen",
            span=5,
            height=420,
        ),
    )

    def __init__(self, *, key: str | None = None, **values: object) -> None:
        self._wrong = Series("now", "pocket")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Take the points, and a perceptron that knows nothing."""
        points, labels = POINTS.arrays(self.values["points"])
        self.x, self.y = points.astype(np.float64), labels.astype(np.int64)
        self.pupils = [Pupil(self.x, self.y)]
        both = len(np.unique(self.y)) == 2
        line = widest_line(self.x, self.y) if both else None
        #: Whether a line separates the points, so that the perceptron comes to an end.
        self.separable = line is not None or not both
        self.margin = margin(self.x, self.y, *line) if line else 0.0
        self.bound = novikoff_bound(self.x, self.y, *line) if line else 0.0
        self._keep(self.pupils[0])
        self._wrong.clear()

    def _keep(self, pupil: Pupil) -> None:
        """Put the present weights into the pocket."""
        self.pocket, self.fewest = pupil.path[-1], pupil.wrong() if len(self.x) else 0

    def _move(self, values: Mapping[str, Any], *, anew: bool) -> None:
        """Take other points; a perceptron that had learnt all wakes up by itself."""
        rested = self.pupils[0].done
        super()._move(values, anew=anew)
        if rested and self.player.step == 0 and len(self.x):
            self.player.play()

    def _learns(self, pupil: Pupil) -> bool:
        """Whether there are points, and it has not learnt them all."""
        return len(self.x) > 0 and super()._learns(pupil)

    def steps(self) -> Iterator[Step]:
        """Show it point after point, and keep in the pocket what answers most of them right."""
        pupil = self.pupils[0]
        for step in super().steps():
            if pupil.visits[-1][1] and pupil.wrong() < self.fewest:
                self._keep(pupil)
            yield step

    def save_state(self) -> dict[str, Any]:
        """Return what the perceptron has been through, and what is in the pocket."""
        return super().save_state() | {"pocket": self.pocket, "fewest": self.fewest}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self.pocket, self.fewest = state["pocket"], state["fewest"]
        self._wrong.rewind(step)

    def record(self, step: int) -> None:
        """Note how many points are wrong, now and with the weights in the pocket."""
        if len(self.x):
            self._wrong.append(step, now=self.pupils[0].wrong(), pocket=self.fewest)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return both lines and both counts; the view itself draws the points."""
        if self.player.message == self.end_text:
            self.player.message = ""  # it would move the picture away under the pointer
        now = self.pupils[0].path[-1]
        return {
            "plane": {
                "now": now.astype(np.float32),
                "pocket": self.pocket.astype(np.float32),
                "alt": f"{len(self.x)} points. {self._verdict()}",
            },
            "wrong": {
                "now": self._wrong.curve("now"),
                "pocket": self._wrong.curve("pocket"),
                "y_range": counting_range(len(self.x)),
                "alt": f"Points on the wrong side: {self._wrong_words()}",
            },
        }

    def _wrong_words(self) -> str:
        wrong = self.pupils[0].wrong() if len(self.x) else 0
        return f"{wrong} of {len(self.x)} now, {self.fewest} with the weights in the pocket."

    def _verdict(self) -> str:
        """Whether it can end, and after how many mistakes at most."""
        if not len(self.x):
            return "There is no point yet: click to put one down."
        if len(np.unique(self.y)) == 1:
            return "All points are of one class: add some of the other one."
        if self.separable:
            return (
                f"A line separates them with a margin of {plain(self.margin, 3)}: it must end, "
                f"after at most {self.bound:,.0f} mistakes."
            )
        return "No line separates these points: the perceptron will never stop."

    def summary(self) -> str:
        """Return whether it can end, and how far it is."""
        pupil = self.pupils[0]
        if pupil.done:
            plural = "s" * (pupil.mistakes != 1)
            return (
                f"Learnt: epoch {pupil.epoch} went without a mistake, after {pupil.mistakes} "
                f"mistake{plural}. {self._verdict()}"
            )
        return f"{self._verdict()} Mistakes so far: {pupil.mistakes}; wrong: {self._wrong_words()}"
