"""Sequences of different lengths in one batch: padded, with a mask and without."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.clipping import clip_by_norm
from nnlib.datasets import REBER_SYMBOLS, reber
from nnlib.kernels.types import Array
from nnlib.layers import GRU, Dense, Softmax
from nnlib.live import Curves, Explorable, Panel, Series, Slider, Timeline, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

STRINGS, TESTED = 1200, 200
HIDDEN, BATCH, TEN = 12, 32, 10
MOST = 18  # symbols of the longest string
GO_ON = 5  # updates between two measurements
WITH, WITHOUT = "masked", "plain"
PADDING = "·"


class Lengths(Explorable):
    """Two equal GRUs tell right strings from wrong ones; only one of them knows where they end.

    The strings of a batch are filled up with zeros to one length. With the mask the state stands
    still after the end of a string; without it the network reads the zeros as well.

    Parameters
    ----------
    seed : int
        Of the strings, the first weights and the batches.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Lengths(padding=20)
    >>> view.run(5)
    >>> view.answers("masked", 0).shape  # one probability for each step
    (38,)
    """

    title = "Strings of different lengths in one batch: what happens after the end?"
    seeded = True
    pass_label: ClassVar[str] = f"{TEN} updates"
    controls = (
        Slider("which", "String of the test set", 1, TESTED, 1, integer=True),
        Slider("padding", "Zeros added", 0, 60, 20, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.001, 0.05, 0.01, log=True),
    )
    speed = replace(Explorable.speed, maximum=1000, value=60)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "20 zeros more": {"padding": 20},
        "No more zeros than needed": {"padding": 0},
        "60 zeros more": {"padding": 60},
    }
    panels: Sequence[Panel] = (
        Timeline(
            name="string",
            title="One string, and twelve units of each network",
            bands=(
                {"name": "symbols", "label": "reads"},
                {"name": "masked", "label": "with the mask"},
                {"name": "masked_says", "label": "says"},
                {"name": "plain", "label": "without"},
                {"name": "plain_says", "label": "says"},
            ),
            span=7,
            height=360,
        ),
        Curves(
            name="right",
            title="Told right, of 200 new strings (guessing: a half)",
            series=(
                {"name": WITH, "label": "with the mask"},
                {"name": WITHOUT, "label": "without"},
            ),
            y_label="share right",
            y_range=(0.4, 1.02),
            span=5,
            height=360,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._curves = Series(WITH, WITHOUT)
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Write the strings; those that are too long are left out."""
        rng = np.random.default_rng([self.seed, 1])
        x, labels = reber(2 * (STRINGS + TESTED), rng=rng)
        short = np.flatnonzero(x[:, :, -1].sum(axis=1) <= MOST)[: STRINGS + TESTED]
        self._short, self._labels = x[short, :MOST], labels[short]

    def start(self) -> None:
        """Fill up the strings with zeros, and make both networks anew, with the same weights."""
        zeros = np.zeros((len(self._short), self.values["padding"], 8), dtype=np.float32)
        self._x = np.concatenate([self._short, zeros], axis=1)
        self.networks = {way: self._network(way == WITH) for way in (WITH, WITHOUT)}
        rate = self.values["learning_rate"]
        self.optimizers = {
            way: Adam(network.parameters(), rate) for way, network in self.networks.items()
        }
        self.updates, self._measured = 0, -GO_ON
        self._curves.clear()

    def _network(self, masked: bool) -> Sequential:
        rng = np.random.default_rng([self.seed, 2])
        return Sequential(GRU(7, HIDDEN, rng=rng, masked=masked), Dense(HIDDEN, 2, rng=rng))

    def changed(self, name: str) -> None:
        """Use a new rate from the next update on."""
        for optimizer in self.optimizers.values():
            optimizer.learning_rate = self.values["learning_rate"]

    def _seen_by(self, way: str, x: Array) -> Array:
        """A batch as a network takes it: without the column of the mask, or with it."""
        return x if way == WITH else np.ascontiguousarray(x[:, :, :7])

    # ------------------------------------------------------------------ training

    def steps(self) -> Iterator[Step]:
        """Train both on the same batches, for as long as somebody looks."""
        loss = CrossEntropy()
        while True:
            rng = np.random.default_rng([self.seed, 3, self.updates])
            rows = rng.integers(STRINGS, size=BATCH)
            losses = []
            with limited_blas_threads():
                for way, network in self.networks.items():
                    logits = network.forward(self._seen_by(way, self._x[rows]), training=True)
                    value, grad = loss.value_and_gradient(logits, self._labels[rows])
                    network.backward_parameters(grad)
                    clip_by_norm(network.parameters(), 1.0)
                    self.optimizers[way].step()
                    losses.append(value)
            self.updates += 1
            rate, ends = self.values["learning_rate"], self.updates % TEN == 0
            yield Step(self.updates // TEN, self.updates, float(np.mean(losses)), rate, ends)

    def accuracy(self, way: str) -> float:
        """Return the share of the test strings that a network tells right.

        Parameters
        ----------
        way : {"masked", "plain"}

        Returns
        -------
        float
        """
        x, labels = self._x[STRINGS:], self._labels[STRINGS:]
        with limited_blas_threads():
            logits = self.networks[way].forward(self._seen_by(way, x))
        return float((logits.argmax(axis=1) == labels).mean())

    def record(self, step: int) -> None:
        """Measure both networks, if they have gone on enough."""
        if abs(self.updates - self._measured) >= GO_ON:
            self._measured = self.updates
            self._curves.append(step, **{way: self.accuracy(way) for way in self.networks})

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._curves.rewind(step)

    def _arrays(self) -> list[Array]:
        """Everything that training changes."""
        learnt = [p.value for network in self.networks.values() for p in network.parameters()]
        return learnt + [a for optimizer in self.optimizers.values() for a in optimizer.memory]

    def save_state(self) -> dict[str, Any]:
        """Return all weights and the memories of the optimizers."""
        return {
            "arrays": np.concatenate([array.ravel() for array in self._arrays()]),
            "updates": self.updates,
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        start = 0
        for array in self._arrays():
            array[...] = state["arrays"][start : start + array.size].reshape(array.shape)
            start += array.size
        for optimizer in self.optimizers.values():
            optimizer.iteration = state["updates"]
        self.updates, self._measured = state["updates"], -GO_ON
        self.forget_after(step)

    def check(self) -> None:
        """Raise FloatingPointError if a weight is NaN or infinite."""
        for way, network in self.networks.items():
            if not all(np.isfinite(p.value).all() for p in network.parameters()):
                rate = self.values["learning_rate"]
                raise FloatingPointError(
                    f"A weight of the {way} network is no longer finite. The learning rate "
                    f"{rate:g} is too large here; try about {rate / 10:.2g}"
                )

    # ------------------------------------------------------------------ drawing

    def string(self, which: int) -> str:
        """Return a string of the test set, without what fills it up.

        Parameters
        ----------
        which : int
            From 0.

        Returns
        -------
        str
        """
        row = self._x[STRINGS + which]
        length = int(row[:, -1].sum())
        return "".join(REBER_SYMBOLS[k] for k in row[:length, :7].argmax(axis=1))

    def _states(self, way: str, which: int) -> Array:
        """The state of a network after every step of a test string, (steps, 12)."""
        x = self._seen_by(way, self._x[STRINGS + which : STRINGS + which + 1])
        cell = self.networks[way].layers[0]
        assert isinstance(cell, GRU)
        cell.forward(x)
        return np.array(cell.states[0])

    def answers(self, way: str, which: int) -> Array:
        """Return with which probability a network would say *right* after each step.

        Parameters
        ----------
        way : {"masked", "plain"}
        which : int
            Number of a test string, from 0.

        Returns
        -------
        ndarray of shape (steps,)
        """
        logits = self.networks[way].layers[1].forward(self._states(way, which))
        return Softmax().forward(logits)[:, 1]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return one string with the states of both networks, and the curves."""
        which = self.values["which"] - 1
        string, steps = self.string(which), self._x.shape[1]
        truth = "right" if self._labels[STRINGS + which] else "wrong"
        bands: dict[str, Any] = {"symbols": list(string) + [PADDING] * (steps - len(string))}
        for way in (WITH, WITHOUT):
            bands |= {way: self._states(way, which).T.copy(), f"{way}_scale": 1.0}
            says = 2 * self.answers(way, which) - 1
            bands |= {f"{way}_says": says[None].astype(np.float32), f"{way}_says_scale": 1.0}
        last = {way: self.answers(way, which)[-1] for way in (WITH, WITHOUT)}
        return {
            "string": bands
            | {
                "cursor": len(string) - 1,
                "alt": f"{string}, a {truth} string, then {steps - len(string)} zeros. At the end "
                f"the network with the mask says right with {last[WITH]:.2f}, the other with "
                f"{last[WITHOUT]:.2f}. Orange is right, blue is wrong.",
            },
            "right": {way: self._curves.curve(way) for way in (WITH, WITHOUT)}
            | {
                "alt": "Told right: "
                + ", ".join(f"{way} {self._curves.curve(way)[1][-1]:.2f}" for way in self.networks)
                + "."
            },
        }

    def summary(self) -> str:
        """Return the string, the truth, and what both say."""
        which = self.values["which"] - 1
        truth = "right" if self._labels[STRINGS + which] else "wrong"
        says = [
            "right" if self.answers(way, which)[-1] > 0.5 else "wrong" for way in (WITH, WITHOUT)
        ]
        return (
            f"{self.updates} updates. {self.string(which)} is {truth}: with the mask the network "
            f"says {says[0]}, without it {says[1]}."
        )
