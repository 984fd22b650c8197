"""One cell, folded and unfolded: it reads strings of a small grammar, symbol by symbol."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import REBER_SYMBOLS, reber, reber_next
from nnlib.explorables.activations.board import Board
from nnlib.explorables.recurrent.cells import state_gradients
from nnlib.kernels.types import Array
from nnlib.layers import RNN, Dense, Softmax
from nnlib.live import Bars, Choice, Handle, Panel, Slider, Timeline, Toggle, Unrolled, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.training import fit

NEXT, VERDICT = "the next symbol, at every step", "right or wrong, at the end"
HIDDEN, STRINGS, MOST = 8, 256, 14  # units; strings to learn from; longest string that is shown


class Unroll(Board):
    """A plain RNN of eight units reads strings of the Reber grammar; each step reads one symbol.

    Parameters
    ----------
    seed : int
        Of the strings and the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Unroll()
    >>> view.string(), view.parameters()
    ('BTXXVVE', 191)
    """

    title = "One cell with a loop, or a copy of it for each step"
    autoplay = True
    seeded = True
    moving = ("time", "unfolded")
    controls = (
        Choice("answer", "It answers", (NEXT, VERDICT), NEXT),
        Toggle("unfolded", "Unfolded", False),
        Slider("time", "Step", 0, MOST - 1, 0, integer=True),
        Toggle("gradient", "Show the gradient that comes back", False),
        Slider("updates", "Trained for (updates)", 0, 600, 400, integer=True, restarts=True),
    )
    speed = replace(Board.speed, maximum=20, value=3)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Folded": {"unfolded": False},
        "Unfolded: a sequence to a sequence": {"unfolded": True, "answer": NEXT},
        "Unfolded: a sequence to one answer": {"unfolded": True, "answer": VERDICT},
        "The gradient on its way back": {"unfolded": True, "gradient": True, "time": 7},
        "Not trained": {"updates": 0},
    }
    panels: Sequence[Panel] = (
        Unrolled(
            name="cell",
            title="The cell: unfolded, click a step",
            handles=(Handle("step", x="time"),),
        ),
        Timeline(
            name="states",
            title="Its eight hidden units, step by step: drag along",
            bands=(
                {"name": "symbols", "label": "reads"},
                {"name": "states", "label": "h"},
            ),
            handles=(Handle("time", x="time"),),
            span=7,
            height=240,
        ),
        Bars(
            name="answer",
            title="What it would answer here",
            labels=tuple(REBER_SYMBOLS),
            y_range=(0.0, 1.0),
            value_label="probability",
            smooth=True,
            span=5,
            height=240,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._trained: tuple[int, int] | None = None  # for so many updates, with this seed
        self._networks: dict[str, Sequential] = {}
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Write the strings to learn from, and those that are shown."""
        rng = np.random.default_rng([self.seed, 1])
        self._data = {NEXT: reber_next(STRINGS, rng=rng), VERDICT: reber(STRINGS, rng=rng)}
        x, labels = reber(60, rng=rng)
        shown = [_letters(row) for row in x]
        self._right = [
            s for s, label in zip(shown, labels, strict=True) if label and len(s) <= MOST
        ]
        self._mixed = [s for s in shown if len(s) <= MOST]

    def start(self) -> None:
        """Train both networks, and begin with the first string."""
        super().start()
        self._which = 0
        self.values["time"] = 0
        if (self.values["updates"], self.seed) != self._trained:
            self._networks = {answer: self._train(answer) for answer in (NEXT, VERDICT)}
            self._trained = (self.values["updates"], self.seed)
        self._read: dict[tuple[str, str], tuple[Array, Array]] = {}
        self.values["time"] = min(self.values["time"], len(self.string()) - 1)

    def _train(self, answer: str) -> Sequential:
        """An RNN that has learnt to answer so."""
        rng = np.random.default_rng([self.seed, 2])
        every = answer == NEXT
        cell = RNN(7, HIDDEN, rng=rng, returns="all" if every else "last", masked=True)
        network = Sequential(cell, Dense(HIDDEN, 7 if every else 2, rng=rng))
        x, labels = self._data[answer]
        loss = CrossEntropy(ignore=-1) if every else CrossEntropy()
        steps = fit(
            network,
            loss,
            Adam(network.parameters(), 0.01),
            x,
            labels,
            batch_size=32,
            epochs=1000,
            rng=rng,
            clip_norm=1.0,
        )
        for _ in range(self.values["updates"]):
            next(steps)
        return network

    # ------------------------------------------------------------------ what it reads

    def string(self) -> str:
        """Return the string that is read."""
        strings = self._right if self.values["answer"] == NEXT else self._mixed
        return strings[self._which % len(strings)]

    def network_now(self) -> Sequential:
        """Return the network for the present answer."""
        return self._networks[self.values["answer"]]

    def parameters(self) -> int:
        """Return how many numbers it has learnt."""
        return sum(p.value.size for p in self.network_now().parameters())

    def reading(self) -> tuple[Array, Array]:
        """Return the state after every symbol, (T, 8), and the probabilities then, (T, answers)."""
        key = (self.values["answer"], self.string())
        if key not in self._read:
            cell, dense = self._layers()
            cell.forward(_one_hot(key[1])[None])
            states = cell.states[0].copy()
            self._read = {key: (states, Softmax().forward(dense.forward(states)))}
        return self._read[key]

    def _layers(self) -> tuple[RNN, Dense]:
        """The cell and the layer behind it, for the present answer."""
        cell, dense = self.network_now().layers
        assert isinstance(cell, RNN)
        assert isinstance(dense, Dense)
        return cell, dense

    def gradient(self) -> Array:
        """Return how much of the gradient at the present step comes back to each state, (T,)."""
        now, string = self.values["time"], self.string()
        cell, dense = self._layers()
        probabilities = self.reading()[1][now]
        delta = probabilities - np.eye(len(probabilities), dtype=np.float32)[self._target(now)]
        grad = (delta @ dense.weight.value.T)[None]
        alone = RNN(7, HIDDEN, rng=np.random.default_rng(0))  # the same cell, for one answer
        for mine, its in zip(alone.parameters(), cell.parameters(), strict=True):
            mine.value[...] = its.value
        x = np.ascontiguousarray(_one_hot(string)[None, : now + 1, :7])
        shares = np.zeros(len(string))
        shares[now::-1] = state_gradients(alone, x, grad)
        return shares

    def _target(self, now: int) -> int:
        """What the answer at this step should be."""
        if self.values["answer"] == VERDICT:
            return int(self.string() in self._right)
        return REBER_SYMBOLS.index((self.string() + "E")[now + 1])

    # ------------------------------------------------------------------ how it moves

    def advance(self) -> None:
        """Read the next symbol; after the first string the cell unfolds."""
        if self.values["time"] + 1 < len(self.string()):
            self.values["time"] += 1
            return
        self.values["time"] = 0
        if self._which == 0 and not self.values["unfolded"]:
            self.values["unfolded"] = True
        else:
            self._which += 1

    def changed(self, name: str) -> None:
        """Stay within the string; another answer has strings of its own."""
        self.values["time"] = min(self.values["time"], len(self.string()) - 1)

    def save_state(self) -> dict[str, Any]:
        """Return which string is read, and how far."""
        return super().save_state() | {"which": self._which}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self._which = state["which"]
        self.changed("time")

    # ------------------------------------------------------------------ drawing

    def _answers(self, now: int) -> list[str]:
        """What it has answered until now."""
        string, (_, probabilities) = self.string(), self.reading()
        if self.values["answer"] == NEXT:
            best = [REBER_SYMBOLS[k] for k in probabilities.argmax(axis=1)]
            return [best[t] if t <= now and string[t] != "E" else "" for t in range(len(string))]
        verdict = "yes" if probabilities[-1].argmax() else "no"
        return [""] * (len(string) - 1) + [verdict if now == len(string) - 1 else "?"]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the cell, the states and the answer."""
        string, now = self.string(), self.values["time"]
        states, probabilities = self.reading()
        every = self.values["answer"] == NEXT
        told = REBER_SYMBOLS if every else ("wrong", "right")
        p = probabilities[now]
        heat = states.T.copy()
        heat[:, now + 1 :] = np.nan
        cell = {
            "inputs": list(string),
            "outputs": self._answers(now),
            "states": np.ascontiguousarray(states.T),
            "cursor": now,
            "unfold": float(self.values["unfolded"]),
            "alt": f"The cell reads {string[now]}, symbol {now} of {string}"
            + (", one copy for each step." if self.values["unfolded"] else ", drawn once, folded."),
        }
        if self.values["gradient"]:
            cell["gradient"] = np.clip(self.gradient(), 0, 1).astype(np.float32)
        return {
            "cell": cell,
            "states": {
                "symbols": list(string),
                "states": heat,
                "states_scale": 1.0,
                "cursor": now,
                "alt": f"Eight hidden units after {now + 1} of {len(string)} symbols.",
            },
            "answer": {
                "values": p.astype(np.float32),
                "labels": list(told),
                "marked": -1 if every == (now == len(string) - 1) else self._target(now),
                "alt": "Probabilities: "
                + ", ".join(f"{name} {share:.2f}" for name, share in zip(told, p, strict=True))
                + ".",
            },
        }

    def summary(self) -> str:
        """Return what has been read, and what the network makes of it."""
        string, now = self.string(), self.values["time"]
        p = self.reading()[1][now]
        if self.values["answer"] == VERDICT:
            sure = f"right with {p[1]:.2f}" if now == len(string) - 1 else "no answer yet"
            return f"Read {string[: now + 1]}: {sure}. {self.parameters()} parameters."
        likely = " or ".join(f"{REBER_SYMBOLS[k]} ({p[k]:.2f})" for k in np.argsort(-p)[:2])
        told = "the string is over" if string[now] == "E" else f"next {likely}"
        return f"Read {string[: now + 1]}: {told}. {self.parameters()} parameters."


def _letters(row: Array) -> str:
    """The string that a row of one-hot symbols with a mask stands for."""
    length = int(row[:, -1].sum())
    return "".join(REBER_SYMBOLS[k] for k in row[:length, :7].argmax(axis=1))


def _one_hot(string: str) -> Array:
    """A string as the network reads it, (T, 8), with the column of the mask."""
    x = np.ones((len(string), 8), dtype=np.float32)
    x[:, :7] = np.eye(7, dtype=np.float32)[[REBER_SYMBOLS.index(s) for s in string]]
    return x
