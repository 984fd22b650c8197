"""A Boltzmann machine learns the digits, and dreams of them all the while."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.boltzmann import DeepBelief
from nnlib.explorables.autoencoders.digits import PIXELS, SIDE, pictures, split_of, squared_error
from nnlib.explorables.autoencoders.dreams_panels import CHAINS, LIKELY, PANELS
from nnlib.kernels.types import Array
from nnlib.live import (
    Choice,
    Explorable,
    Panel,
    Series,
    Slider,
    Toggle,
    clean_seed,
    quantize,
)
from nnlib.optimizers import SGD
from nnlib.threads import limited_blas_threads
from nnlib.training import Step

ONE, STACK = "one: 64-100", "stack: 64-100-100"
FIRST = 1000  # updates of the first machine, before the second begins
SHOWN = 150  # pictures whose likelihoods are compared
BATCH = 32
CALM = 3  # updates between two steps of the dreams: faster than that the eye sees flicker
NOISE, DIGITS = "noise", "test digits"


class BoltzmannDreams(Explorable):
    """A restricted Boltzmann machine, or a stack of two, and chains of samples that never stop.

    Parameters
    ----------
    seed : int
        Of the split, the first weights, the shuffling and the chains.
    key, **values
        See `Explorable`.

    Attributes
    ----------
    belief : DeepBelief
        Its machines; with one machine the second stays as it was drawn and takes no part.

    Examples
    --------
    >>> view = BoltzmannDreams()
    >>> view.run(450)
    >>> view.error() < 0.06
    True
    """

    title = "A Boltzmann machine learns digits, and dreams of them all the while"
    seeded = True
    controls = (
        Choice("kind", "Machine", (ONE, STACK), ONE, restarts=True),
        Slider("k", "Gibbs steps k", 1, 20, 1, integer=True),
        Slider("learning_rate", "Learning rate", 0.005, 1.0, 0.1, log=True),
        Toggle("learn", "Learn", True),
        Choice("begin", "Chains begin at", (NOISE, DIGITS), NOISE),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 2000, 100, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "One machine": {"kind": ONE, "learn": True},
        "A stack of two": {"kind": STACK, "learn": True},
        "Only dream": {"learn": False, "speed": 30},
        "From noise again": {"begin": NOISE},
        "From digits": {"begin": DIGITS},
    }
    panels: Sequence[Panel] = PANELS

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("train", "test")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and make pictures that are no digits."""
        self.data = split_of(self.seed)
        rng = np.random.default_rng(self.seed)
        x = self.data.x_test
        x = x[:SHOWN]
        self._pictures = (self.data.x_train[:SHOWN], x[:, ::-1].copy(), rng.permuted(x, axis=1))

    def start(self) -> None:
        """Make the machines anew; the chains begin."""
        self._rng = np.random.default_rng(self.seed)
        self.belief = DeepBelief((PIXELS, 100, 100), rng=self._rng)
        self.updates = 0
        self._use_level()
        self._begin()
        self._error.clear()

    def _begin(self) -> None:
        """Put the chains where the learner says."""
        rng = np.random.default_rng([self.seed, 1])
        if self.values["begin"] == NOISE:
            self.chains = (rng.random((CHAINS, PIXELS)) < 0.5).astype(np.float32)
        else:
            self.chains = (self.data.x_test[:CHAINS] > 0.5).astype(np.float32)
        self._shown = self.chains.copy()

    @property
    def level(self) -> int:
        """Which machine learns, from 0."""
        return int(self.values["kind"] == STACK and self.updates >= FIRST)

    def _use_level(self) -> None:
        """Let the machine of this level learn."""
        machine = self.belief.machines[self.level]
        self.optimizer = SGD(machine.parameters(), self.values["learning_rate"])

    def steps(self) -> Iterator[Step]:
        """Train and dream on, for as long as somebody asks."""
        level, x = -1, self.data.x_train
        batches = -(-len(x) // BATCH)
        order = self._rng.permutation(len(x))
        ticks = 0
        while True:
            if level != self.level:
                level = self.level
                self._use_level()
                x = self.belief.up(self.data.x_train, level)
            place = ticks % batches
            if place == 0:
                order = self._rng.permutation(len(x))
            ticks += 1
            if self.values["learn"]:
                with limited_blas_threads():
                    batch = x[order[place * BATCH : (place + 1) * BATCH]]
                    self.belief.machines[level].gradient(
                        batch, k=int(self.values["k"]), rng=self._rng
                    )
                    self.optimizer.step()
                self.updates += 1
            if ticks % CALM == 0:
                self._dream()
            rate = self.optimizer.learning_rate
            yield Step(ticks // batches, ticks, 0.0, rate, place == batches - 1)

    def _dream(self) -> None:
        """One step of each chain."""
        level = self.level + 1
        self.chains, self._shown = self.belief.sample(self.chains, level=level, rng=self._rng)

    def changed(self, name: str) -> None:
        """Go on with the new rate, or let the chains begin again."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name == "begin":
            self._begin()

    def record(self, step: int) -> None:
        """Measure the error of a reconstruction."""
        train = self.error(self.data.x_train[:SHOWN])
        self._error.append(step, train=train, test=self.error(self.data.x_test[:SHOWN]))

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def save_state(self) -> dict[str, Any]:
        """Return weights, chains and the number of updates."""
        return {
            "weights": [p.value.copy() for p in self._parameters()],
            "chains": self.chains.copy(),
            "shown": self._shown.copy(),
            "updates": self.updates,
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for parameter, value in zip(self._parameters(), state["weights"], strict=True):
            parameter.value[...] = value
        self.chains, self._shown = state["chains"].copy(), state["shown"].copy()
        self.updates = state["updates"]
        self._use_level()
        self.forget_after(step)

    def _parameters(self) -> list[Any]:
        """All that training changes."""
        return [p for machine in self.belief.machines for p in machine.parameters()]

    def check(self) -> None:
        """Raise FloatingPointError if a weight is NaN or infinite."""
        if not all(np.isfinite(p.value).all() for p in self._parameters()):
            rate = self.values["learning_rate"]
            raise FloatingPointError(
                f"A weight is no longer finite at step {self.player.step}. The learning rate "
                f"{rate:g} is too large here; try about {rate / 10:.2g}"
            )

    def error(self, x: Array | None = None) -> float:
        """Return the mean squared error of one way up and down, on the test digits by default."""
        x = self.data.x_test if x is None else x
        level = self.level + 1
        with limited_blas_threads():
            return squared_error(self.belief.down(self.belief.up(x, level), level), x)

    def unlikely(self) -> list[float]:
        """Return how many nats less likely pictures are than test digits, for the first machine.

        Training digits, dreams, test digits turned over, and test digits with shuffled pixels. All
        but the dreams are shades of grey, taken as probabilities.
        """
        machine, (digits, turned, shuffled) = self.belief.machines[0], self._pictures
        groups = (self.data.x_test[:SHOWN], digits, self._shown, turned, shuffled)
        with limited_blas_threads():
            level, *others = (float(machine.free_energy(group).mean()) for group in groups)
        return [round(other - level, 1) + 0.0 for other in others]  # never -0

    def features(self) -> Array:
        """Return what units of the top machine look for, as rows of pixels: (40, 64)."""
        first, second = (machine.weight.value for machine in self.belief.machines)
        return (first @ second if self.level else first).T[:40]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return dreams, features, energies and curves."""
        features, nats = self.features(), self.unlikely()
        largest = np.abs(features).max(axis=1, keepdims=True) + 1e-12
        told = ", ".join(f"{name} {value:.1f}" for name, value in zip(LIKELY, nats, strict=True))
        return {
            "dreams": {
                "images": pictures(self._shown),
                "alt": f"{CHAINS} pictures that the machine draws by itself, as probabilities.",
            },
            "features": {
                "images": quantize(features / largest, 1.0).reshape(-1, SIDE, SIDE),
                "scale": 1.0,
                "alt": f"Weights of {len(features)} hidden units, each in full colour at its "
                f"largest; the largest of all is {largest.max():.2f}.",
            },
            "likely": {
                "values": np.array(nats, dtype=np.float32),
                "alt": f"Nats less likely than a test digit: {told}.",
            },
            "error": {
                "train": self._error.curve("train"),
                "test": self._error.curve("test"),
                "alt": f"Error of a reconstruction: now {self._error.last('test'):.4f} on test "
                "digits.",
            },
        }

    def summary(self) -> str:
        """Return who learns, and how far it has come."""
        error = self._error.last("test")
        words = f"{self.updates:,} updates; reconstruction error {error:.4f}. "
        if not self.values["learn"]:
            return f"{words}It only dreams; its weights stand still."
        if self.values["kind"] == STACK:
            who = "second machine learns from the first" if self.level else "first machine learns"
            after = "" if self.level else f"; after {FIRST:,} updates the second begins"
            return f"{words}The {who}{after}."
        if self.updates < 300:
            return f"{words}It dreams of noise yet: press Play."
        return f"{words}The dreams look like digits, with no digit given to them."
