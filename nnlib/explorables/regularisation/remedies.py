"""Remedies against overfitting, each with a switch, beside the same network without any."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.regularisation.remedy_panels import COLUMNS, PANELS, SWITCHES
from nnlib.explorables.regularisation.sides import RATE, Digits, Side, few_digits
from nnlib.kernels.types import Array
from nnlib.live import Explorable, Series, Slider, Toggle, clean_seed, count_in_bins
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

UPDATES = 1000  # of a run
PASS = 100  # updates that the second button makes
EDGES = np.linspace(-0.6, 0.6, 41)
MEASURED = ("train", "test", "accuracy")
NAMES = (*MEASURED, *(f"plain_{name}" for name in MEASURED))
NOTHING = dict.fromkeys(SWITCHES, False)


class Remedies(Explorable):
    """Two hundred digits, a fifth of them labelled wrong, and a network that learns them by heart.

    Beside it trains the same network with the remedies that are switched on. Test digits are
    labelled right; validation digits, which early stopping looks at, are as bad as those of
    training. The table holds, for each remedy that was tried alone and for the last mixture, the
    mean over the last quarter of the run.

    Parameters
    ----------
    seed : int
        Of the split, the wrong labels, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Remedies(dropout=True)
    >>> view.run(600)
    >>> view.score("dropout")[0] > view.score("none")[0]
    True
    """

    title = "Seven remedies against overfitting: switch on one, or several"
    seeded = True
    units = ("update", "hundred updates")
    pass_label: ClassVar[str] = f"{PASS} updates"
    end_text = f"{UPDATES:,} updates are made. Switch on another remedy, and compare."
    speed = replace(Explorable.speed, value=200)
    controls = (
        Toggle("l2", "L2", False, restarts=True, group="Remedies"),
        Toggle("l1", "L1", False, restarts=True, group="Remedies"),
        Toggle("early", "Early stopping", False, restarts=True, group="Remedies"),
        Toggle("augment", "Augmentation", False, restarts=True, group="Remedies"),
        Toggle("committee", "Committee of five", False, restarts=True, group="Remedies"),
        Toggle("dropout", "Dropout", False, restarts=True, group="Remedies"),
        Toggle("norm", "Batch norm", False, restarts=True, group="Remedies"),
        Slider("l2_strength", "L2: λ", 0.0001, 0.1, 0.01, log=True, group="How strong"),
        Slider("l1_strength", "L1: λ", 0.0001, 0.1, 0.001, log=True, group="How strong"),
        Slider("rate", "Dropout: p", 0.0, 0.9, 0.5, group="How strong"),
        Slider("samples", "Training digits", 40, 1200, 200, log=True, integer=True, restarts=True,
               group="Data"),
        Slider("wrong", "Wrong labels (share)", 0.0, 0.5, 0.2, restarts=True, group="Data"),
    )  # fmt: skip
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "No remedy": NOTHING,
        **{name: NOTHING | {switch: True} for switch, name in SWITCHES.items()},
        "Dropout and batch norm": NOTHING | {"dropout": True, "norm": True},
        "L2, dropout and batch norm": NOTHING | {"l2": True, "dropout": True, "norm": True},
    }
    panels = PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._track = Series(*NAMES)
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Forget what was tried: it was tried on other digits."""
        self._tried: dict[str, tuple[float, float]] = {}
        self._tried_on: tuple[object, ...] = ()

    def start(self) -> None:
        """Make both sides anew, from the same first weights."""
        chosen = (self.seed, self.values["samples"], self.values["wrong"])
        if chosen != self._tried_on:
            self._tried, self._tried_on = {}, chosen
        self.data: Digits = few_digits(chosen[1], chosen[2], seed=self.seed)
        # The side with remedies reads the sliders as they stand at each update.
        self.sides = (
            Side(self.data, NOTHING | {"rate": 0.0}, self.seed),
            Side(self.data, self.values, self.seed),
        )
        self._track.clear()

    def steps(self) -> Iterator[Step]:
        """Let both sides make an update, until the run is over."""
        made = max(side.iteration for side in self.sides)
        with limited_blas_threads():
            while made < UPDATES:
                for side in self.sides:
                    side.update()
                made += 1
                yield Step(made // PASS, made, 0.0, RATE, made % PASS == 0)

    def changed(self, name: str) -> None:
        """Nothing to do: strengths are read at each update."""

    def record(self, step: int) -> None:
        """Measure both sides, and note what this mixture reaches."""
        plain, mixed = (side.measure() for side in self.sides)
        self._track.append(step, **mixed, **{f"plain_{n}": v for n, v in plain.items()})
        if step:
            self._tried["none"] = self._late("plain_accuracy"), self._late("plain_test")
            self._tried[self.mixture()] = self._late("accuracy"), self._late("test")

    def _late(self, name: str) -> float:
        """Mean over the last quarter of the updates so far."""
        steps, values = self._track.curve(name)
        return float(values[steps >= 0.75 * steps[-1]].mean())

    def mixture(self) -> str:
        """Return the column of the table that the switches stand for."""
        on = [label for name, label in SWITCHES.items() if self.values[name]]
        return "none" if not on else on[0] if len(on) == 1 else "several"

    def score(self, column: str) -> tuple[float, float]:
        """Return test accuracy and test loss of a column of the table.

        Parameters
        ----------
        column : str
            One of `COLUMNS`.

        Returns
        -------
        tuple of float

        Raises
        ------
        ValueError
            If it has not been tried.
        """
        if column not in self._tried:
            raise ValueError(
                f"Remedies expects a column that was tried, of {', '.join(self._tried) or 'none'}, "
                f"got {column!r}; switch it on and run"
            )
        return self._tried[column]

    def save_state(self) -> dict[str, Any]:
        """Return both sides."""
        return {
            f"{which}_{name}": value
            for which, side in zip(("plain", "mixed"), self.sides, strict=True)
            for name, value in side.save().items()
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for which, side in zip(("plain", "mixed"), self.sides, strict=True):
            head = f"{which}_"
            side.load({n[len(head) :]: v for n, v in state.items() if n.startswith(head)})
        self._track.rewind(step)
        self.player.renew_steps()  # the old ones end with the run

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._track.rewind(step)

    def check(self) -> None:
        """Raise FloatingPointError if a weight is no longer finite."""
        if not all(np.isfinite(side.weights()).all() for side in self.sides):
            raise FloatingPointError(
                "A weight is no longer finite: a penalty this strong makes steps that overshoot. "
                "Lower λ, and press Reset"
            )

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return curves, table, weights and the last mini-batch."""
        last = self._track.last
        plain, mixed = self.sides
        table = np.full((2, len(COLUMNS)), np.nan, np.float32)
        for column, scores in self._tried.items():
            table[:, COLUMNS.index(column)] = scores
        curves = {name: self._track.curve(name) for name in NAMES}
        losses = ("plain_train", "plain_test", "train", "test")
        return {
            "loss": {name: curves[name] for name in losses}
            | {
                "alt": f"Loss: without remedy {last('plain_train'):.3f} on training and "
                f"{last('plain_test'):.3f} on test digits, with {last('train'):.3f} and "
                f"{last('test'):.3f}.",
            },
            "accuracy": {name: curves[name] for name in ("plain_accuracy", "accuracy")}
            | {
                "alt": f"Of the test digits {last('plain_accuracy'):.1%} are read right without "
                f"remedy, {last('accuracy'):.1%} with.",
            },
            "tried": {
                "values": table,
                "scale": 2.0,
                "alt": "Tried so far: "
                + ("; ".join(f"{c}: {a:.1%}" for c, (a, _) in self._tried.items()) or "nothing"),
            },
            "weights": {
                "counts": count_in_bins([mixed.weights()], EDGES),
                "before": count_in_bins([plain.weights()], EDGES),
                "edges": EDGES.astype(np.float32),
                "alt": f"Weights: their spread is {plain.weights().std():.3f} without and "
                f"{mixed.weights().std():.3f} with remedies.",
            },
            "batch": {
                "images": _ink(mixed.seen),
                "alt": f"{len(mixed.seen)} digits"
                + (", shifted and turned." if self.values["augment"] else ", as they are."),
            },
        }

    def summary(self) -> str:
        """Return what is on, and how well both sides read."""
        last, mixed = self._track.last, self.sides[1]
        on = ", ".join(label for name, label in SWITCHES.items() if self.values[name])
        told = (
            f"Update {self.player.step:,}: without remedy {last('plain_accuracy'):.1%} of test "
            f"digits right, with {on or 'none'} {last('accuracy'):.1%}."
        )
        if mixed.stopped:
            told += f" Stopped early, and back at update {mixed.best[1]:,}."
        return told


def _ink(batch: Array) -> Array:
    """Digits as bytes."""
    return (batch.reshape(-1, 8, 8) * 255).round().astype(np.uint8)
