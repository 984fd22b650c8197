"""One memory cell whose gates the learner moves by hand, while a signal comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.activations.functions import line
from nnlib.explorables.recurrent.cells import half_life
from nnlib.kernels.types import Array
from nnlib.live import Choice, Graph, Handle, Panel, Slider, Timeline, clean_seed

SHOWN = 120  # steps on the strip
ROUND = 40  # steps from one pulse that counts to the next
CUE = 2.0  # size of that pulse
LSTM_CELL, GRU_CELL = "LSTM", "GRU"
BY_HAND, PERFECT = "you, with the sliders", "a perfect schedule"
LOUD = 0.2  # a smaller h at the bell is no answer
LEAST_BIAS, MOST_BIAS = -4.0, 8.0
OPEN = {"input_gate": 1.0, "forget_bias": MOST_BIAS, "output_gate": 1.0, "reset_gate": 1.0}


@dataclass(frozen=True)
class Moment:
    """One column of the strip.

    Attributes
    ----------
    x, c, h : float
        What comes in, the cell and the output; a GRU has no c of its own, so there c is h.
    gates : tuple of three floats
        Input, forget and output gate; of a GRU 1 - u, u and r.
    bell : bool
        Whether the bell rings.
    """

    x: float = 0.0
    c: float = 0.0
    h: float = 0.0
    gates: tuple[float, float, float] = (0.0, 0.0, 0.0)
    bell: bool = False


class HandGates(Board):
    r"""Keep the first pulse of each round until the bell; all between is a distraction.

    .. math:: c \leftarrow f c + i \tanh x, \quad h = o \tanh c

    and for the GRU

    .. math:: h \leftarrow (1 - u) \tanh(x + r h) + u h

    with f and u the logistic function of the bias.

    Parameters
    ----------
    seed : int
        Of the pulses.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = HandGates(driver=PERFECT)
    >>> view.run(200)
    >>> view.score()
    (5, 5)
    """

    title = "Drive the gates by hand: keep the first pulse until the bell"
    seeded = True
    controls = (
        Choice("cell", "Cell", (LSTM_CELL, GRU_CELL), LSTM_CELL, restarts=True),
        Choice("driver", "Who moves the gates", (BY_HAND, PERFECT), BY_HAND),
        Slider("forget_bias", "Bias b: f or u = σ(b)", LEAST_BIAS, MOST_BIAS, 1.0),
        Slider("input_gate", "Input gate i", 0.0, 1.0, 1.0),
        Slider("output_gate", "Output gate o", 0.0, 1.0, 1.0),
        Slider("reset_gate", "Reset gate r", 0.0, 1.0, 1.0),
    )
    speed = replace(Board.speed, maximum=60, value=8)
    pass_label: ClassVar[str] = "10 steps"
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "b = 1: half is gone in 2.2 steps": OPEN | {"forget_bias": 1.0, "driver": BY_HAND},
        "b = 3: in 14 steps": OPEN | {"forget_bias": 3.0, "driver": BY_HAND},
        "b = 5: in 103 steps": OPEN | {"forget_bias": 5.0, "driver": BY_HAND},
        "Shut in: keep, let nothing in": {
            "input_gate": 0.0, "forget_bias": MOST_BIAS, "output_gate": 0.0, "driver": BY_HAND,
        },
        "Watch a perfect schedule": {"driver": PERFECT},
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Graph(
            name="strip",
            title="The signal, the cell and its output; stars are bells",
            x_range=(-SHOWN, 0),
            y_range=(-2.3, 2.6),
            x_label="steps, now on the right",
            lines=(
                {"name": "x", "label": "signal x"},
                {"name": "c", "label": "cell c"},
                {"name": "h", "label": "output h"},
            ),
            span=8,
            height=300,
        ),
        Graph(
            name="half",
            title="Steps to lose half: drag b",
            x_range=(LEAST_BIAS, MOST_BIAS),
            y_range=(0.1, 3000.0),
            y_scale="log",
            x_label="bias b",
            y_label="half-life",
            lines=({"name": "half", "label": "log 2 / log(1 + e⁻ᵇ)"},),
            handles=(Handle("bias", x="forget_bias", on="half"),),
            span=4,
            height=300,
        ),
        Timeline(
            name="gates",
            title="How far each gate was open (of a GRU: 1 − u, u and r)",
            bands=(
                {"name": "i", "label": "i: write"},
                {"name": "f", "label": "f: keep"},
                {"name": "o", "label": "o: show"},
            ),
            x_label="steps, now on the right",
            span=12,
            height=130,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        biases = np.linspace(LEAST_BIAS, MOST_BIAS, 121)
        self._half = line(biases, half_life(biases))
        super().__init__(key=key, **values)

    def idle(self) -> list[str]:
        """Return the gates that the other kind of cell has."""
        return ["reset_gate"] if self.values["cell"] == LSTM_CELL else ["input_gate", "output_gate"]

    def start(self) -> None:
        """Begin with an empty cell and an empty strip."""
        super().start()
        self._strip = [Moment()] * SHOWN
        self._right, self._bells = 0, 0

    # ------------------------------------------------------------------ what comes in

    def signal(self, tick: int) -> float:
        """Return what comes in at a step, the first being 0.

        Parameters
        ----------
        tick : int

        Returns
        -------
        float
            A pulse of 2 or -2 at the start of a round, then smaller ones at random.
        """
        number, place = divmod(tick, ROUND)
        rng = np.random.default_rng([self.seed, number])
        signs = rng.choice([-1.0, 1.0], ROUND)
        busy = rng.random(ROUND) < 0.2
        if place == 0:
            return CUE * float(signs[0])
        return 1.5 * float(signs[place]) if busy[place] and place < ROUND - 1 else 0.0

    def gates(self, tick: int) -> tuple[float, float, float]:
        """Return input, forget and output gate at a step; of a GRU 1 - u, u and r.

        Parameters
        ----------
        tick : int

        Returns
        -------
        tuple of three floats
        """
        place = tick % ROUND
        lstm = self.values["cell"] == LSTM_CELL
        if self.values["driver"] == PERFECT:
            write, show = float(place == 0), float(place == ROUND - 1)
            return (write, 1.0 - write, show if lstm else 0.0)
        keep = float(1.0 / (1.0 + np.exp(-self.values["forget_bias"])))
        if lstm:
            return self.values["input_gate"], keep, self.values["output_gate"]
        return 1.0 - keep, keep, self.values["reset_gate"]

    # ------------------------------------------------------------------ how it moves

    def advance(self) -> None:
        """Take in the signal; at the bell the output counts."""
        tick = self.ticks - 1
        x, (write, keep, third) = self.signal(tick), self.gates(tick)
        before = self._strip[-1]
        if self.values["cell"] == LSTM_CELL:
            c = keep * before.c + write * np.tanh(x)
            h = third * np.tanh(c)
        else:
            c = h = write * np.tanh(x + third * before.h) + keep * before.h
        bell = tick % ROUND == ROUND - 1
        moment = Moment(x, float(c), float(h), (write, keep, third), bell)
        self._strip = [*self._strip[1:], moment]
        if bell:
            self._bells += 1
            self._right += bool(h * self.cue() > LOUD)

    def cue(self) -> float:
        """Return 1 or -1: the sign of the pulse of this round that is to be kept."""
        return float(np.sign(self.signal((max(self.ticks, 1) - 1) // ROUND * ROUND)))

    def score(self) -> tuple[int, int]:
        """Return at how many bells the output had the right sign, and how many there were."""
        return self._right, self._bells

    def save_state(self) -> dict[str, Any]:
        """Return the strip and the score."""
        kept = {"strip": list(self._strip), "score": self.score()}
        return super().save_state() | kept

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        super().load_state(state, step)
        self._strip = list(state["strip"])
        self._right, self._bells = state["score"]

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the strip, the half-life and the gates."""
        at = np.arange(-SHOWN + 1, 1)
        strip, bias = self._strip, self.values["forget_bias"]
        bells = [place for place, moment in zip(at, strip, strict=True) if moment.bell]
        gates = np.array([moment.gates for moment in strip], dtype=np.float32).T
        now = strip[-1]
        return {
            "strip": {
                **{name: line(at, _column(strip, name)) for name in "xch"},
                "marks": np.array([bells, [2.3] * len(bells)], dtype=np.float32),
                "alt": f"The last {SHOWN} steps: now x = {now.x:.1f}, c = {now.c:z.2f}, "
                f"h = {now.h:z.2f}.",
            },
            "half": {
                "half": self._half,
                "marked_x": bias,
                "marked_label": f"{half_life(bias):.3g} steps",
                "alt": f"With b = {bias:g} half of the cell is gone after {half_life(bias):.3g} "
                "steps.",
            },
            "gates": {
                **{name: row[None] for name, row in zip("ifo", gates, strict=True)},
                **{f"{name}_scale": 1.0 for name in "ifo"},
                "alt": f"The gates now: {now.gates[0]:.2f}, {now.gates[1]:.3f}, "
                f"{now.gates[2]:.2f}.",
            },
        }

    def summary(self) -> str:
        """Return where the cell stands, and what to do next."""
        now, (right, bells) = self._strip[-1], self.score()
        place = (self.ticks - 1) % ROUND
        sign = "+" if self.cue() > 0 else "−"
        if self.ticks == 0:
            return "Press Play. Let the first pulse in, keep it, and show it when the bell rings."
        left = f"bell in {ROUND - 1 - place}" if place < ROUND - 1 else "the bell rings"
        return (
            f"Keep {sign}: {left}. c = {now.c:z.2f}, h = {now.h:z.2f}. "
            f"Right at {right} of {bells} bells."
        )


def _column(strip: Sequence[Moment], name: str) -> Array:
    """One number of every moment."""
    return np.array([getattr(moment, name) for moment in strip])
