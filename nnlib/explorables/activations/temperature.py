"""Softmax: logits that a learner drags, a temperature, and what is drawn at random from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.activations.functions import line
from nnlib.kernels.types import Array
from nnlib.layers import Softmax
from nnlib.live import Bars, Graph, Handle, Panel, Slider, clean_seed, freeze

WORDS = ("cat", "dog", "fox", "car", "bus")
FIRST = (2.0, 1.0, 0.5, -1.0, -2.0)
LOW, HIGH = 0.05, 20.0  # of the temperature
TAUS = np.geomspace(LOW, HIGH, 121)


def softmax_at(logits: Array, temperature: Any) -> Array:
    r"""Return the probabilities of softmax, the logits divided by a temperature.

    .. math:: p_k = \frac{e^{z_k / \tau}}{\sum_j e^{z_j / \tau}}

    Parameters
    ----------
    logits : ndarray of shape (classes,)
    temperature : float or ndarray of shape (n,)
        Above 0.

    Returns
    -------
    ndarray of shape (classes,) or (n, classes)

    Examples
    --------
    >>> softmax_at(np.array([1.0, 0.0]), 1.0).round(3).tolist()
    [0.731, 0.269]
    """
    scaled = np.asarray(logits, dtype=np.float64) / np.asarray(temperature)[..., None]
    return Softmax().forward(np.ascontiguousarray(scaled))


class SoftmaxTemperature(Board):
    """Five logits and a temperature; each step draws one word from the probabilities.

    Parameters
    ----------
    seed : int
        Of the words that are drawn.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = SoftmaxTemperature(temperature=1.0)
    >>> round(float(view.probabilities().sum()), 6)
    1.0
    """

    title = "Softmax with a temperature: from the winner alone to all alike"
    seeded = True
    controls = (
        Slider("temperature", "Temperature τ", LOW, HIGH, 1.0, log=True),
        *(
            Slider(f"z_{k}", f"Logit of {word}", -4.0, 4.0, first)
            for k, (word, first) in enumerate(zip(WORDS, FIRST, strict=True))
        ),
    )
    speed = replace(Board.speed, value=15)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"temperature": 1.0} | {f"z_{k}": z for k, z in enumerate(FIRST)},
        "Cold: the winner alone": {"temperature": LOW},
        "Hot: all alike": {"temperature": HIGH},
        "A tie": {"z_0": 2.0, "z_1": 2.0},
    }
    panels: Sequence[Panel] = (
        Graph(
            name="logits",
            title="Logits: drag a bead along its wire",
            x_range=(-4.2, 4.2),
            y_range=(0.0, 6.0),
            x_label="logit z",
            lines=tuple({"name": word, "label": word} for word in WORDS),
            handles=tuple(Handle(word, x=f"z_{k}", on=word) for k, word in enumerate(WORDS)),
            height=260,
        ),
        Bars(
            name="probabilities",
            title="Probabilities",
            labels=WORDS,
            y_range=(0.0, 1.0),
            value_label="probability",
            smooth=True,
            height=260,
        ),
        Graph(
            name="sweep",
            title="The same logits at every temperature: drag τ",
            x_range=(LOW, HIGH),
            y_range=(0.0, 1.0),
            x_scale="log",
            x_label="temperature τ",
            y_label="probability",
            lines=tuple({"name": word, "label": word} for word in WORDS),
            handles=(Handle("temperature", x="temperature"),),
            height=260,
        ),
        Bars(
            name="drawn",
            title="Share of each word among those drawn",
            labels=WORDS,
            y_range=(0.0, 1.0),
            value_label="share",
            smooth=True,
            height=260,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        heights = len(WORDS) - np.arange(len(WORDS))
        self._wires = {
            word: freeze(line([-4.2, 4.2], [up, up]))
            for word, up in zip(WORDS, heights, strict=True)
        }
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Forget the words that were drawn."""
        super().start()
        self._counts = np.zeros(len(WORDS), dtype=np.int64)
        self._last = -1

    def changed(self, name: str) -> None:
        """Count anew: the words before were drawn from other probabilities."""
        if name != "speed":
            self._counts[:] = 0
            self._last = -1

    def advance(self) -> None:
        """Draw a word."""
        u = np.random.default_rng([self.seed, self.ticks]).random()
        self._last = int(np.searchsorted(np.cumsum(self.probabilities()), u * (1 - 1e-12)))
        self._counts[self._last] += 1

    def save_state(self) -> dict[str, Any]:
        """Return the counts."""
        return super().save_state() | {"counts": self._counts.copy(), "last": self._last}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self._counts[:], self._last = state["counts"], state["last"]

    def logits(self) -> Array:
        """Return the five logits."""
        return np.array([self.values[f"z_{k}"] for k in range(len(WORDS))])

    def probabilities(self) -> Array:
        """Return the five probabilities at the present temperature."""
        return softmax_at(self.logits(), self.values["temperature"])

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return wires, bars and curves."""
        p, temperature = self.probabilities(), self.values["temperature"]
        sweep = softmax_at(self.logits(), TAUS)  # (temperature, class)
        total = int(self._counts.sum())
        told = ", ".join(f"{word} {share:.3f}" for word, share in zip(WORDS, p, strict=True))
        return {
            "logits": {**self._wires, "alt": f"Five logits: {self.logits().tolist()}."},
            "probabilities": {
                "values": p.astype(np.float32),
                "alt": f"Probabilities at temperature {temperature:g}: {told}.",
            },
            "sweep": {
                **{word: line(TAUS, sweep[:, k]) for k, word in enumerate(WORDS)},
                "marked_x": temperature,
                "marked_label": "τ",
                "alt": "Probabilities over the temperature: one winner on the left, all alike at "
                "0.2 on the right.",
            },
            "drawn": {
                "values": (self._counts / max(total, 1)).astype(np.float32),
                "marked": self._last,
                "alt": f"Shares of {total} words drawn.",
            },
        }

    def summary(self) -> str:
        """Return the most probable word and how sure the choice is."""
        p = self.probabilities()
        best = int(p.argmax())
        entropy = float(-(p * np.log(np.maximum(p, 1e-300))).sum())
        total = int(self._counts.sum())
        drawn = f" {total:,} drawn." if total else " Play draws words at random."
        return (
            f"τ = {self.values['temperature']:g}: {WORDS[best]} with {p[best]:.3f}; entropy "
            f"{abs(entropy):.3f} of at most {np.log(len(WORDS)):.3f} nats.{drawn}"
        )
