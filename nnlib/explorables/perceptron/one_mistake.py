"""One perceptron, one sample at a time: what a mistake does to the weights and to the line."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib.explorables.perceptron.lessons import Lessons, counting_range, pair, plain
from nnlib.explorables.perceptron.pupil import Pupil
from nnlib.explorables.perceptron.samples import CORNERS, buffer, two_clouds
from nnlib.kernels.types import Array, Labels
from nnlib.live import Choice, Curves, Panel, Separator, Slider, clean_seed
from nnlib.training import Step

POINTS = "two groups of points"
TABLES = {"AND": np.array([0, 0, 0, 1]), "OR": np.array([0, 1, 1, 1])}
AS_THEY_COME, SHUFFLED = "as they come", "shuffled each epoch"
ZERO, RANDOM = "zero", "small random numbers"
AHEAD = 60  # epochs that are tried out to find the room that the weights need


class OneMistake(Lessons):
    r"""A perceptron that visits its samples one by one.

    .. math:: e = y - \hat y, \qquad w \leftarrow w + \eta\, e\, x, \qquad b \leftarrow b + \eta\, e

    Parameters
    ----------
    seed : int
        Of the points, the order and the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = OneMistake(data="AND")
    >>> view.run(4)  # only the last sample, (1, 1), is answered wrongly
    >>> view.pupils[0].visits
    [(0, 0), (1, 0), (2, 0), (3, 1)]
    """

    title = "One mistake at a time: the sample is added, and the line turns"
    autoplay = True
    seeded = True
    units = ("sample", "mistake", "epoch")
    controls = (
        Choice("data", "Samples", (POINTS, *TABLES), POINTS, restarts=True),
        Choice("order", "Order", (AS_THEY_COME, SHUFFLED), AS_THEY_COME, restarts=True),
        Choice("first", "First weights", (ZERO, RANDOM), ZERO, restarts=True),
        Slider("learning_rate", "Learning rate η", 0.1, 10.0, 1.0, log=True, restarts=True),
    )
    panels: Sequence[Panel] = (
        Separator(
            name="plane",
            title="The samples, and the line w · x + b = 0",
            x_range=(-2.2, 2.2),
            y_range=(-2.2, 2.2),
            lines=(
                {"name": "now", "label": "now"},
                {"name": "before", "label": "before the mistake"},
            ),
            arrows=({"name": "normal", "label": "w"},),
            height=340,
        ),
        Separator(
            name="weights",
            title="A mistake adds e x to w, tip to tail",
            x_range=(-4, 4),
            y_range=(-4, 4),
            x_label="w₁",
            y_label="w₂",
            arrows=(
                {"name": "new", "label": "w"},
                {"name": "old", "label": "w before"},
                {"name": "added", "label": "η e x"},
            ),
            height=340,
        ),
        Curves(
            name="count",
            title="Mistakes, sample by sample",
            series=(
                {"name": "mistakes", "label": "mistakes so far"},
                {"name": "wrong", "label": "samples on the wrong side now"},
            ),
            x_label="samples seen",
            span=12,
            height=140,
        ),
    )

    def __init__(self, *, seed: int = 18, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Take the samples that were chosen, and a perceptron that knows nothing."""
        rng = np.random.default_rng(self.seed)
        table = TABLES.get(self.values["data"])
        self.x, self.y = two_clouds(12, 0.15, rng) if table is None else (CORNERS, table)
        self._first = rng.normal(scale=0.3, size=3) if self.values["first"] == RANDOM else [0, 0, 0]
        self.pupils = [self._pupil()]
        self._errors = [self.pupils[0].wrong()]
        self._room = self._room_needed()

    def _pupil(self) -> Pupil:
        rate = self.values["learning_rate"]
        return Pupil(self.x, self.y, learning_rate=rate, first=self._first)

    def _room_needed(self) -> float:
        """The largest weight of the whole run, as a trial shows it: the axes need not move."""
        trial = self._pupil()
        while not trial.done and trial.epoch < AHEAD:
            trial.visit(self.next_sample(trial))
        return 1.2 * float(np.abs(np.array(trial.path)[:, :2]).max()) or 1.0

    def order(self, epoch: int) -> Labels:
        """Return the order of the samples in an epoch."""
        if self.values["order"] == AS_THEY_COME:
            return super().order(epoch)
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.x))

    def ends_unit(self, unit: str, item: Step) -> bool:
        """Whether a sample, a mistake or an epoch is complete with this step."""
        if unit == "mistake":
            return bool(self.pupils[0].visits[-1][1])
        return super().ends_unit(unit, item)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the plane, the arrows and the counts."""
        pupil = self.pupils[0]
        sample, error = pupil.visits[-1] if pupil.visits else (-1, 0)
        now, before = pupil.path[-1], pupil.path[-2:][0]
        added = now - before
        corners = self.values["data"] in TABLES
        plane: dict[str, Any] = {
            "points": self.x.astype(np.float32),
            "labels": self.y.astype(np.uint8),
            "ringed": sample,
            "now": now.astype(np.float32),
            "alt": self._in_words(),
        }
        if corners:
            plane |= {"x_range": [-0.7, 1.7], "y_range": [-0.7, 1.7]}
        if error:
            plane["before"] = before.astype(np.float32)
        if now[:2].any():
            plane["normal"] = _normal(now, 0.5 if corners else 0.9)
        weights: dict[str, Any] = {"alt": f"w is {pair(now[:2])}, b is {plain(now[2])}."}
        weights |= {f"{axis}_range": [-self._room, self._room] for axis in "xy"}
        if error:
            weights["old"] = buffer([0, 0, *before[:2]])
            weights["added"] = buffer([*before[:2], *added[:2]])
            weights["alt"] += f" It was {pair(before[:2])}, and {pair(added[:2])} was added."
        weights["new"] = buffer([0, 0, *now[:2]])
        return {"plane": plane, "weights": weights, "count": self._counts()}

    def _counts(self) -> dict[str, Any]:
        """Mistakes so far, and samples that are wrong now, over the samples seen."""
        pupil = self.pupils[0]
        seen = np.arange(len(pupil.path))
        so_far = np.cumsum([0, *(error != 0 for _, error in pupil.visits)])
        z = self.x @ np.array(pupil.path)[:, :2].T + np.array(pupil.path)[:, 2]  # (samples, visits)
        wrong = ((z > 1e-9 * self.values["learning_rate"]) != self.y[:, None]).sum(axis=0)
        return {
            "mistakes": buffer([seen, so_far]),
            "wrong": buffer([seen, wrong]),
            "y_range": counting_range(max(so_far.max(), wrong.max())),
            "alt": f"{so_far[-1]} mistakes so far; {wrong[-1]} of {len(self.x)} samples are on "
            "the wrong side now.",
        }

    def _in_words(self) -> str:
        """What the last sample was, and what it did."""
        pupil = self.pupils[0]
        if not pupil.visits:
            return "No sample has been seen yet."
        sample, error = pupil.visits[-1]
        label = int(self.y[sample])
        seen = f"Sample {sample + 1}, x = {pair(self.x[sample])}: y = {label}, ŷ = {label - error}"
        if not error:
            return f"{seen}, e = 0: right, so nothing changes."
        before, now = pupil.path[-2:]
        minus = "\N{MINUS SIGN}"
        return (
            f"{seen}, e = {plain(error, 0)}. w = {pair(before[:2])} + {pair((now - before)[:2])} = "
            f"{pair(now[:2])}, b = {plain(before[2])} {'+' if error > 0 else minus} "
            f"{plain(abs(now[2] - before[2]))} = {plain(now[2])}."
        )

    def summary(self) -> str:
        """Return what the last sample did, and the mistakes so far."""
        pupil = self.pupils[0]
        if pupil.done:
            return (
                f"Epoch {pupil.epoch} went without a mistake: it has learnt, after "
                f"{pupil.mistakes} mistakes. w = {pair(pupil.path[-1][:2])}, "
                f"b = {plain(pupil.path[-1][2])}."
            )
        return f"{self._in_words()} Mistakes so far: {pupil.mistakes}."


def _normal(numbers: Array, length: float) -> Array:
    """An arrow of this length from the line towards class 1, at the foot nearest the origin."""
    w, b = numbers[:2], numbers[2]
    foot = -b * w / (w @ w)
    return buffer([*foot, *(length * w / np.linalg.norm(w))])
