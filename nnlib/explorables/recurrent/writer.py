"""A character model that learns a text live, and writes as it learns."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.clipping import clip_by_norm
from nnlib.datasets import Vocabulary, load_text, read_uploaded
from nnlib.explorables.recurrent.characters import WINDOW, rows_of, sign
from nnlib.explorables.recurrent.writer_panels import LIKELY, REMEMBERED, UNITS, WRITER_PANELS
from nnlib.kernels.types import Array
from nnlib.layers import Softmax
from nnlib.live import Choice, Explorable, Series, Slider, Toggle, clean_seed
from nnlib.losses import CrossEntropy
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import Step
from nnlib.zoo import character_rnn

BATCH, TEN = 16, 10
KEPT = 2000  # characters of what was written
GO_ON = 20  # updates between two measurements
HELD_OUT = 0.1  # of the text, at its end
MOST_TESTED = 4800  # characters of it
OWN = "the course's own text"


class CharacterWriter(Explorable):
    """A recurrent network learns which character comes next, and writes one at each update.

    Parameters
    ----------
    seed : int
        Of the first weights, the batches and what is drawn.
    key, **values
        See `Explorable`.

    References
    ----------
    Sutskever, Martens and Hinton (2011), "Generating text with recurrent neural networks".

    Examples
    --------
    >>> view = CharacterWriter(hidden=16)
    >>> view.run(30)
    >>> len(view.written)
    30
    """

    title = "It reads, guesses the next character, and writes"
    seeded = True
    pass_label: ClassVar[str] = f"{TEN} updates"
    controls = (
        Slider("temperature", "Temperature τ", 0.05, 3.0, 0.7, log=True),
        Toggle("learns", "Learn while it writes", True),
        Choice("cell", "Cell", ("LSTM", "GRU", "RNN"), "LSTM", restarts=True),
        Slider("hidden", "Hidden units", 16, 128, 64, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.0005, 0.03, 0.01, log=True),
    )
    speed = replace(Explorable.speed, maximum=1000, value=60)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Careful: τ = 0.3": {"temperature": 0.3},
        "As learnt: τ = 1": {"temperature": 1.0},
        "Feverish: τ = 2": {"temperature": 2.0},
        "Write only": {"learns": False},
    }
    panels = WRITER_PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._curves = Series("train", "test")
        self._adopt_text(load_text(), OWN, ())
        super().__init__(key=key, **values)

    # ------------------------------------------------------------------ the text

    def _adopt_text(self, text: str, name: str, notes: tuple[str, ...]) -> None:
        """Learn from this text from now on."""
        self.text, self.text_name, self.text_notes = text, name, notes
        self.vocabulary = Vocabulary(text)
        numbers = self.vocabulary.encode(text)
        cut = max(len(numbers) - min(int(HELD_OUT * len(numbers)), MOST_TESTED), WINDOW + 1)
        self._numbers = numbers[:cut]
        rest = numbers[cut:]
        rows = max(len(rows_of(rest)), 1)
        self._test = rows_of(rest) if len(rest) > WINDOW else rows_of(numbers)[-rows:]
        self._words = set(text.split())

    def take_file(self, panel: str, name: str, content: bytes, size: int) -> None:
        """Learn from a learner's own text; what is wrong with it is raised, and nothing changes."""
        found = read_uploaded(content, size=size)
        self._adopt_text(found.text, name, found.notes)
        self._anew()

    def give_back(self, panel: str) -> None:
        """Learn from the course's own text again."""
        self._adopt_text(load_text(), OWN, ())
        self._anew()

    def _anew(self) -> None:
        """Start anew, and play on if it was playing."""
        playing = self.player.playing
        self.player.reset()
        if playing:
            self.player.play()

    # ------------------------------------------------------------------ training

    def start(self) -> None:
        """Make the network anew; it has written nothing yet."""
        rng = np.random.default_rng([self.seed, 1])
        self.network = character_rnn(
            len(self.vocabulary), self.values["hidden"], cell=self.values["cell"], rng=rng
        )
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self.updates = self.drawn = 0
        self._measured, self._loss = -GO_ON, 0.0
        self.written, self.fresh = "", 0
        self._state: Array | None = None
        self._last = int(self.vocabulary.encode("\n" if "\n" in self.text else self.text[0])[0])
        self._memory = np.zeros((UNITS, 0), dtype=np.float32)
        self._curves.clear()
        self._read_on()

    def changed(self, name: str) -> None:
        """Use a new rate from the next update on; the temperature counts at once."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def steps(self) -> Iterator[Step]:
        """Learn from a batch and write a character, for as long as somebody looks."""
        while True:
            with limited_blas_threads():
                loss = self._update() if self.values["learns"] else 0.0
                self._write()
            ends = self.drawn % TEN == 0
            rate = self.optimizer.learning_rate
            yield Step(self.drawn // TEN, self.drawn, loss, rate, ends)

    def _update(self) -> float:
        """One update, on windows from all over the text."""
        rng = np.random.default_rng([self.seed, 2, self.updates])
        starts = rng.integers(len(self._numbers) - WINDOW, size=BATCH)
        rows = self._numbers[starts[:, None] + np.arange(WINDOW + 1)]
        x, labels = np.ascontiguousarray(rows[:, :-1]), np.ascontiguousarray(rows[:, 1:])
        logits = self.network.forward(x, training=True)
        loss, grad = CrossEntropy().value_and_gradient(logits, labels)
        self.network.backward_parameters(grad)
        clip_by_norm(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.updates += 1
        self._loss = loss
        return loss

    # ------------------------------------------------------------------ writing

    def _read_on(self) -> None:
        """Read the last character, and keep the state and the logits of the next."""
        embedding, cell, dense = self.network.layers
        x = embedding.forward(np.array([[self._last]]))
        states = cell.forward(x, state=self._state)  # type: ignore[call-arg]
        self._state = cell.state.copy()  # type: ignore[attr-defined]
        self.logits = dense.forward(states)[0, 0].astype(np.float64)
        column = states[0, 0, :UNITS, None]
        self._memory = np.concatenate([self._memory, column], axis=1)[:, -REMEMBERED:]

    def _write(self) -> None:
        """Draw the next character at the present temperature, and read it."""
        rng = np.random.default_rng([self.seed, 3, self.drawn])
        p = self.probabilities()
        self._last = min(int(np.searchsorted(np.cumsum(p), rng.random())), len(p) - 1)
        self.written = (self.written + self.vocabulary.characters[self._last])[-KEPT:]
        self.drawn += 1
        self.fresh += 1
        self._read_on()

    def probabilities(self) -> Array:
        """Return the probability of every character to come next, at the present temperature."""
        p: Array = Softmax().forward((self.logits / self.values["temperature"])[None])[0]
        return p

    def known_words(self) -> float:
        """Return the share of the words written last that the text holds, too."""
        words = self.written[-400:].split()[1:-1]
        return sum(word in self._words for word in words) / max(len(words), 1)

    # ------------------------------------------------------------------ keeping and measuring

    def record(self, step: int) -> None:
        """Measure the loss on text that it has not learnt from."""
        if abs(self.updates - self._measured) < GO_ON:
            return
        self._measured = self.updates
        test = self.test_loss()
        self._curves.append(step, train=self._loss if self.updates else test, test=test)

    def test_loss(self) -> float:
        """Return the mean loss per character on the end of the text, in nats."""
        x: Any = self._test[:, :-1].copy()
        with limited_blas_threads():
            return CrossEntropy().value(self.network.forward(x), self._test[:, 1:].copy())

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._curves.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return what was learnt, and what was written."""
        return super().save_state() | {
            "written": self.written,
            "drawn": self.drawn,
            "memory": self._memory.copy(),
            "last": self._last,
            "state": None if self._state is None else self._state.copy(),
            "logits": self.logits.copy(),
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self.updates, self._measured = self.optimizer.iteration, -GO_ON
        self.written, self.drawn, self.fresh = state["written"], state["drawn"], 0
        self._memory, self._last = state["memory"].copy(), state["last"]
        self._state = None if state["state"] is None else state["state"].copy()
        self.logits = state["logits"].copy()

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the text, the next character, the states and the loss."""
        p, fresh = self.probabilities(), self.fresh
        self.fresh = 0
        best = np.argsort(-p)[:LIKELY]
        names = [sign(self.vocabulary.characters[k]) for k in best]
        told = ", ".join(f"{name} {p[k]:.2f}" for name, k in zip(names[:4], best, strict=False))
        recent = ["start", *map(sign, self.written)] if len(self.written) < REMEMBERED else None
        symbols = (recent or list(map(sign, self.written)))[-self._memory.shape[1] :]
        return {
            "text": {
                "text": self.written,
                "fresh": fresh,
                "written": self.drawn,
                "alt": f"{self.drawn} characters written; the last: {self.written[-40:]!r}.",
            },
            "next": {
                "values": p[best].astype(np.float32),
                "labels": names,
                "alt": f"Likeliest next, at temperature {self.values['temperature']:g}: {told}.",
            },
            "memory": {
                "symbols": ["" if s == "start" else s for s in symbols],
                "states": np.ascontiguousarray(self._memory),
                "states_scale": 1.0,
                "alt": f"{UNITS} hidden units over the last {len(symbols)} characters.",
            },
            "loss": {
                "train": self._curves.curve("train"),
                "test": self._curves.curve("test"),
                "alt": f"Loss per character on new text {self._curves.curve('test')[1][-1]:.2f}.",
            },
        }

    def summary(self) -> str:
        """Return what it learns from, and how well it knows it."""
        loss = float(self._curves.curve("test")[1][-1])
        notes = f" ({'; '.join(self.text_notes)})" if self.text_notes else ""
        words = (
            f" {self.known_words():.0%} of its words are words of the text."
            if len(self.written) > 100
            else ""
        )
        return (
            f"Learns {self.text_name}{notes}: {len(self.text):,} characters, "
            f"{len(self.vocabulary)} kinds. {self.updates} updates; on new text it is as unsure "
            f"as between {np.exp(min(loss, 20.0)):.1f} characters.{words}"
        )
