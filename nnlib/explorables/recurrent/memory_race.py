"""The memory race: six cells learn to tell at the end what came first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from nnlib.clipping import clip_by_norm
from nnlib.datasets import first_bit
from nnlib.explorables.recurrent.cells import MAKE, state_gradients
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense
from nnlib.layers.recurrent import Recurrent
from nnlib.live import Bars, Curves, Explorable, Panel, Series, Slider, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import Step, evaluate

HIDDEN, BATCH, TESTED = 16, 32, 128
MEASURE = 5  # updates between two measurements
TEN = 10  # updates of the second button
SOLVED = 0.95  # of the test sequences told right
#: Name of each racer, its cell, and the slider that holds its start.
LANES = (
    ("rnn_a", "RNN", "radius", "RNN A"),
    ("rnn_b", "RNN", "radius", "RNN B"),
    ("lstm_a", "LSTM", "forget_bias", "LSTM A"),
    ("lstm_b", "LSTM", "forget_bias", "LSTM B"),
    ("gru_a", "GRU", "update_bias", "GRU A"),
    ("gru_b", "GRU", "update_bias", "GRU B"),
)
NAMES = tuple(name for name, *_ in LANES)
LOWEST = 1e-14  # shares of the gradient that are drawn
_RHO, _BIAS = "spectral radius ρ", "bias"


@dataclass(frozen=True, eq=False)
class Racer:
    """A network in the race."""

    cell: Recurrent
    network: Sequential
    optimizer: Adam

    def arrays(self) -> list[Array]:
        """Everything that its training changes."""
        return [*(p.value for p in self.network.parameters()), *self.optimizer.memory]

    def update(self, x: Array, labels: Labels) -> float:
        """Make one update, and return the loss before it."""
        logits = self.network.forward(x, training=True)
        loss, grad = CrossEntropy().value_and_gradient(logits, labels)
        self.network.backward_parameters(grad)
        clip_by_norm(self.network.parameters(), 1.0)
        self.optimizer.step()
        return loss


class MemoryRace(Explorable):
    """Six networks read the same sequences: the first step is +1 or -1, the rest is noise.

    At the end each says which it was. They differ in their cell, and in how it starts.

    Parameters
    ----------
    seed : int
        Of the first weights and the sequences.
    key, **values
        See `Explorable`.

    References
    ----------
    Jozefowicz, Zaremba and Sutskever (2015), "An empirical exploration of recurrent network
    architectures", on the bias of the forget gate.

    Examples
    --------
    >>> view = MemoryRace(length=20)
    >>> view.run(100)
    >>> view.accuracy("rnn_a") > 0.95
    True
    """

    title = "Memory race: what came first? The start decides, not the name"
    seeded = True
    pass_label: ClassVar[str] = f"{TEN} updates"
    controls = (
        Slider("length", "Length T", 5, 120, 80, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.0005, 0.05, 0.005, log=True),
        Slider("rnn_a", "A", 0.2, 1.3, 1.0, restarts=True, group=f"RNN: {_RHO}"),
        Slider("rnn_b", "B", 0.2, 1.3, 0.4, restarts=True, group=f"RNN: {_RHO}"),
        Slider("lstm_a", "A", -1.0, 6.0, 1.0, restarts=True, group=f"LSTM: forget {_BIAS}"),
        Slider("lstm_b", "B", -1.0, 6.0, 0.0, restarts=True, group=f"LSTM: forget {_BIAS}"),
        Slider("gru_a", "A", -1.0, 6.0, 3.0, restarts=True, group=f"GRU: update {_BIAS}"),
        Slider("gru_b", "B", -1.0, 6.0, 0.0, restarts=True, group=f"GRU: update {_BIAS}"),
    )
    speed = replace(Explorable.speed, maximum=1000, value=40)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "T = 80: three starts that reach, three that do not": {
            "length": 80, "rnn_a": 1.0, "rnn_b": 0.4, "lstm_a": 1.0, "lstm_b": 0.0,
            "gru_a": 3.0, "gru_b": 0.0,
        },
        "T = 20: all but one": {"length": 20},
        "Everyone starts well": {
            "rnn_a": 1.0, "rnn_b": 1.0, "lstm_a": 1.0, "lstm_b": 1.0, "gru_a": 3.0, "gru_b": 3.0,
        },
        "Everyone starts badly": {
            "rnn_a": 0.4, "rnn_b": 0.4, "lstm_a": 0.0, "lstm_b": 0.0, "gru_a": 0.0, "gru_b": 0.0,
        },
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Curves(
            name="race",
            title="Told right, of 128 new sequences (guessing: a half)",
            series=tuple({"name": name, "label": label} for name, *_, label in LANES),
            y_label="share right",
            y_range=(0.0, 1.05),
            span=7,
            height=320,
        ),
        Bars(
            name="reach",
            title="At the start: share of the gradient at step 1",
            labels=tuple(label for *_, label in LANES),
            y_scale="log",
            y_range=(LOWEST, 10.0),
            value_label="share",
            span=5,
            height=320,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._curves = Series(*NAMES)
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Line up the racers, and measure how far back each one's gradient reaches."""
        self._test = first_bit(
            TESTED, self.values["length"], rng=np.random.default_rng([self.seed, 1])
        )
        self.racers = {name: self._racer(name) for name in NAMES}
        with limited_blas_threads():
            self._reach = {name: self._measure(racer) for name, racer in self.racers.items()}
        self.updates = 0
        self._curves.clear()
        self._measured = -MEASURE

    def _racer(self, name: str) -> Racer:
        cell_name, option = next((c, o) for n, c, o, _ in LANES if n == name)
        rng = np.random.default_rng([self.seed, 2])
        cell = MAKE[cell_name](1, HIDDEN, rng=rng, **{option: self.values[name]})
        network = Sequential(cell, Dense(HIDDEN, 2, rng=rng))
        return Racer(cell, network, Adam(network.parameters(), self.values["learning_rate"]))

    def _measure(self, racer: Racer) -> float:
        """Share of the gradient at the last state that reaches the state after the first step."""
        x, labels = self._test[0][:16], self._test[1][:16]
        grad = CrossEntropy().gradient(racer.network.forward(x), labels)
        dense = racer.network.layers[1]
        back = dense.backward(grad)
        return float(state_gradients(racer.cell, x, back, every=x.shape[1] - 1)[-1])

    def changed(self, name: str) -> None:
        """Use the new rate from the next update on."""
        for racer in self.racers.values():
            racer.optimizer.learning_rate = self.values["learning_rate"]

    # ------------------------------------------------------------------ the race

    def steps(self) -> Iterator[Step]:
        """Train all racers on the same new sequences, for as long as somebody looks."""
        while True:
            rng = np.random.default_rng([self.seed, 3, self.updates])
            x, labels = first_bit(BATCH, self.values["length"], rng=rng)
            with limited_blas_threads():
                losses = [racer.update(x, labels) for racer in self.racers.values()]
            self.updates += 1
            rate, ends = self.values["learning_rate"], self.updates % TEN == 0
            yield Step(self.updates // TEN, self.updates, float(np.mean(losses)), rate, ends)

    def accuracy(self, name: str) -> float:
        """Return the share of the test sequences that a racer tells right.

        Parameters
        ----------
        name : str
            One of `NAMES`.

        Returns
        -------
        float
        """
        x, labels = self._test
        found = evaluate(self.racers[name].network, CrossEntropy(), x, labels).accuracy
        assert found is not None  # labels are classes
        return found

    def record(self, step: int) -> None:
        """Measure all racers, if they have gone on enough: that costs as much as five updates."""
        if abs(self.updates - self._measured) < MEASURE:
            return
        self._measured = self.updates
        self._curves.append(step, **{name: self.accuracy(name) for name in NAMES})

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._curves.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return everything that training changes."""
        arrays = {
            name: np.concatenate([a.ravel() for a in racer.arrays()])
            for name, racer in self.racers.items()
        }
        return {"arrays": arrays, "updates": self.updates}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.updates = state["updates"]
        for name, racer in self.racers.items():
            start = 0
            for array in racer.arrays():
                saved = state["arrays"][name][start : start + array.size]
                array[...] = saved.reshape(array.shape)
                start += array.size
            racer.optimizer.iteration = self.updates
        self._measured = -MEASURE
        self.forget_after(step)

    def check(self) -> None:
        """Raise FloatingPointError if a weight is NaN or infinite."""
        for name, racer in self.racers.items():
            if not all(np.isfinite(p.value).all() for p in racer.network.parameters()):
                rate = self.values["learning_rate"]
                raise FloatingPointError(
                    f"A weight of {name} is no longer finite. The learning rate {rate:g} is too "
                    f"large here; try about {rate / 10:.2g}"
                )

    # ------------------------------------------------------------------ drawing

    def reach(self, name: str) -> float:
        """Return how much of the gradient reached the first step before the first update.

        Parameters
        ----------
        name : str
            One of `NAMES`.

        Returns
        -------
        float
        """
        return self._reach[name]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the curves and the bars."""
        last = {name: self._curves.curve(name)[1][-1] for name in NAMES}
        told = ", ".join(f"{label} {last[name]:.2f}" for name, *_, label in LANES)
        reach = ", ".join(f"{label} {self._reach[name]:.0e}" for name, *_, label in LANES)
        return {
            "race": {name: self._curves.curve(name) for name in NAMES}
            | {"alt": f"After {self.updates} updates told right: {told}."},
            "reach": {
                "values": np.array([self._reach[name] for name in NAMES], dtype=np.float32),
                "alt": f"Reaching the first step before training: {reach}.",
            },
        }

    def summary(self) -> str:
        """Return who has solved it."""
        solved = [label for name, *_, label in LANES if self._curves.curve(name)[1][-1] >= SOLVED]
        told = ", ".join(solved) if solved else "nobody yet"
        return f"{self.updates} updates at T = {self.values['length']}. Solved by: {told}."
