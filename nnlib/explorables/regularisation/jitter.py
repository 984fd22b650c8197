"""Batch statistics jitter from batch to batch: by how much, and what running means make of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import BatchNorm
from nnlib.live import (
    Curves,
    Explorable,
    Graph,
    Handle,
    Panel,
    Series,
    Slider,
    clean_seed,
    freeze,
)
from nnlib.training import Step

MEAN, DEVIATION = 3.0, 2.0  # of the numbers that the companions are drawn from
SIZES = np.array([2, 4, 8, 16, 32, 64, 128, 256])
DRAWS = 8000  # batches that are drawn to measure the jitter at one size
PASS = 20
LONE = (
    "A batch of one: x − μ = 0, whatever x is, so nothing of it would be left, and the layer "
    "refuses to train on it. Take 2 or more. Outside training one sample is welcome: the running "
    "statistics answer"
)


@cache
def _companions(seed: int) -> list[tuple[Array, Array]]:
    """Sum and sum of squares of the B − 1 strangers in many batches, for each size."""
    found = []
    for size in SIZES:
        strangers = np.random.default_rng([seed, int(size)]).normal(size=(DRAWS, size - 1))
        found.append((strangers.sum(axis=1), (strangers**2).sum(axis=1)))
    return found


def jitter(z: float, *, seed: int) -> Array:
    """Measure how far x̂ of one sample is spread over random batches, for each size.

    Parameters
    ----------
    z : float
        The sample, in deviations from the mean.
    seed : int
        Of the other samples.

    Returns
    -------
    ndarray of shape (len(SIZES),)
        Standard deviations.

    Examples
    --------
    >>> found = jitter(0.0, seed=0)
    >>> bool(0.48 < found[7] / found[5] < 0.52)  # 256 samples, and 64
    True
    """
    spread = []
    for size, (total, squares) in zip(SIZES, _companions(seed), strict=True):
        mean = (total + z) / size
        variance = (squares + z * z) / size - mean**2
        spread.append(float(((z - mean) / np.sqrt(variance + 1e-12)).std()))
    return np.array(spread)


class BatchJitter(Explorable):
    r"""One sample in batch after batch of strangers, through `BatchNorm`, in training and outside.

    A mean of B numbers jitters by :math:`\sigma/\sqrt B` and a standard deviation by about
    :math:`\sigma/\sqrt{2B}`, so the normalised sample, z deviations from the mean, by about

    .. math:: \frac{1}{\sqrt B} \sqrt{1 + z^2 / 2}

    Parameters
    ----------
    seed : int
        Of the batches.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = BatchJitter(batch=64)
    >>> view.run(200)
    >>> round(float(view.theory(64)), 3)
    0.125
    """

    title = "The same sample, another answer: its batch has a say"
    seeded = True
    units = ("batch", "twenty batches")
    pass_label: ClassVar[str] = f"{PASS} batches"
    speed = replace(
        Explorable.speed,
        label="Speed (batches/s)",
        minimum=0.5,
        maximum=500,
        value=10,
        top_label="",
    )
    controls = (
        Slider("batch", "Batch size B", 1, 256, 8, log=True, integer=True),
        Slider("x", "The sample x", -3.0, 9.0, 3.0),
        Slider("momentum", "Weight of the newest batch", 0.01, 1.0, 0.1, log=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"batch": 8, "x": 3.0, "momentum": 0.1},
        "A batch of one": {"batch": 1},
        "A batch of two": {"batch": 2, "x": 4.0},
        "Four times as many": {"batch": 32},
        "No memory": {"momentum": 1.0},
        "A long memory": {"momentum": 0.01},
    }
    panels: Sequence[Panel] = (
        Curves(
            name="answer",
            title="What BatchNorm makes of the sample",
            series=(
                {"name": "training", "label": "in training"},
                {"name": "outside", "label": "outside"},
            ),
            x_label="batches",
            y_range=(-3.0, 3.0),
            span=6,
            height=250,
        ),
        Curves(
            name="mean",
            title="Mean of each batch, and the running mean",
            series=(
                {"name": "mean", "label": "batch"},
                {"name": "running", "label": "running"},
                {"name": "true", "label": "of all there are"},
            ),
            x_label="batches",
            y_range=(-1.0, 7.0),
            span=6,
            height=250,
        ),
        Graph(
            name="jitter",
            title="Jitter of the answer in training, by batch size",
            x_range=(1.6, 320.0),
            y_range=(0.03, 3.0),
            x_scale="log",
            y_scale="log",
            x_label="batch size B",
            y_label="standard deviation",
            lines=(
                {"name": "measured", "label": "measured"},
                {"name": "theory", "label": "√(1 + z²/2) / √B"},
            ),
            handles=(Handle("batch size", x="batch", on="theory"),),
            span=12,
            height=230,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series("training", "outside", "mean", "running", "true")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make the layer anew; its running mean begins at 0, its running variance at 1."""
        self.layer = BatchNorm(1, momentum=self.values["momentum"], dtype=np.float64)
        self.made = 0
        self._answer = self._mean = float("nan")
        self._track.clear()
        self._measure()

    def _measure(self) -> None:
        """Measure the jitter at each size, for the chosen sample."""
        found = jitter(self.z(), seed=self.seed)
        self._measured = freeze(np.array([SIZES, np.maximum(found, 1e-3)], dtype=np.float32))
        sizes = np.geomspace(1.6, 320, 30)
        self._theory = freeze(np.stack([sizes, self.theory(sizes)]).astype(np.float32))

    def z(self) -> float:
        """Return how many deviations the sample lies from the mean."""
        return (float(self.values["x"]) - MEAN) / DEVIATION

    def theory(self, size: Any) -> Any:
        """Return √(1 + z²/2) / √B."""
        return np.sqrt((1 + self.z() ** 2 / 2) / size)

    def measured(self) -> dict[int, float]:
        """Return the jitter that was measured, by batch size."""
        return {int(size): float(value) for size, value in self._measured.T}

    def steps(self) -> Iterator[Step]:
        """Send one batch after another through the layer, as training does."""
        while True:
            rng = np.random.default_rng([self.seed, 2, self.made])
            batch = rng.normal(MEAN, DEVIATION, (self.values["batch"], 1))
            batch[0] = self.values["x"]
            self._answer = float(self.layer.forward(batch, training=True)[0, 0])
            self._mean = float(batch.mean())
            self.made += 1
            self.record(self.made)  # every batch, however seldom a frame is drawn
            yield Step(self.made // PASS, self.made, 0.0, 0.0, self.made % PASS == 0)

    def changed(self, name: str) -> None:
        """Use the new setting from the next batch on."""
        if name == "momentum":
            self.layer.momentum = self.values["momentum"]
        elif name == "x":
            self._measure()

    def outside(self) -> float:
        """Return what the layer answers outside training: a batch of one is welcome there."""
        return float(self.layer.forward(np.array([[float(self.values["x"])]]))[0, 0])

    def record(self, step: int) -> None:
        """Note both answers and both means."""
        if self.made:
            self._track.append(
                step,
                training=self._answer,
                outside=self.outside(),
                mean=self._mean,
                running=float(self.layer.running_mean[0]),
                true=MEAN,
            )

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._track.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return the running statistics."""
        kept = np.concatenate(self.layer.buffers())
        return {"buffers": kept, "made": self.made, "last": (self._answer, self._mean)}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for buffer, kept in zip(self.layer.buffers(), state["buffers"], strict=True):
            buffer[:] = kept
        self.made = state["made"]
        self._answer, self._mean = state["last"]
        self._track.rewind(step)

    def check(self) -> None:
        """Nothing to check: nothing is trained here."""

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the answers, the means, and the jitter by batch size."""
        size = self.values["batch"]
        names = {"answer": ("training", "outside"), "mean": ("mean", "running", "true")}
        now = (
            f"in training {self._answer:z.2f}, outside {self.outside():z.2f}"
            if self.made
            else f"outside {self.outside():z.2f}"
        )
        running = float(self.layer.running_mean[0])
        alts = {
            "answer": f"The layer's answer to x = {self.values['x']:z.2f}: {now}.",
            "mean": f"The running mean is {running:z.2f}; the mean of all there are is {MEAN:g}.",
        }
        return {
            panel: {name: self._track.curve(name) for name in parts} | {"alt": alts[panel]}
            for panel, parts in names.items()
        } | {
            "jitter": {
                "measured": self._measured,
                "theory": self._theory,
                "marked_x": float(max(size, 1.6)),
                "marked_label": f"B = {size}",
                "alt": f"The jitter falls as one over the root of B: {self.theory(size):.3f} at "
                f"B = {size}.",
            }
        }

    def summary(self) -> str:
        """Return both answers and the jitter, or why there is none."""
        size = self.values["batch"]
        if size == 1:
            return f"{LONE} {self.outside():z.2f}."
        x, outside = f"x = {self.values['x']:z.2f}", f"{self.outside():z.2f}"
        if not self.made:
            return f"Outside training the layer makes {outside} of {x}. Press Play."
        return (
            f"Batch {self.made:,}, of {size}: the layer makes {self._answer:z.2f} of {x} in "
            f"training, and {outside} outside. The jitter in training is about "
            f"{self.theory(size):.3f}."
        )
