"""The shift test: what two networks make of a digit that moves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import load_digits
from nnlib.explorables.cnn.shifted import (
    FLAT,
    GLOBAL,
    HEADS,
    REACH,
    convolutional,
    dense,
    on_paper,
)
from nnlib.kernels.types import Array
from nnlib.live import (
    ENDLESS,
    Bars,
    Choice,
    Curves,
    Explorable,
    Graph,
    Handle,
    Images,
    Panel,
    Series,
    Slider,
    Toggle,
    clean_seed,
)
from nnlib.losses import CrossEntropy
from nnlib.metrics import accuracy
from nnlib.optimizers import Adam
from nnlib.training import Step, fit

NETWORKS = {"conv": "convolution and pool", "dense": "dense layers"}
_BOTH = tuple({"name": name, "label": label} for name, label in NETWORKS.items())
MEASURED = 120  # test digits on which the moved pictures are tried at each frame
_DIGITS = [str(digit) for digit in range(10)]


class ShiftTest(Explorable):
    """Two networks learn digits in the middle of a paper; then the digit moves.

    One has two convolutions with pools, the other two dense layers.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = ShiftTest()
    >>> view.run(150)
    >>> right = view.right(across=4)
    >>> right["conv"] > right["dense"] + 0.3
    True
    """

    title = "The shift test: the same digit, a few pixels further"
    seeded = True
    controls = (
        Choice("digit", "Test digit", _DIGITS, "3"),
        Slider("across", "Moved right by", -REACH, REACH, 0, integer=True),
        Slider("down", "Moved down by", -REACH, REACH, 0, integer=True),
        Choice("head", "After the convolutions", HEADS, GLOBAL, restarts=True),
        Toggle("moved", "Train on moved digits too", False, restarts=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "In the middle": {"across": 0, "down": 0},
        "Four to the right": {"across": 4, "down": 0},
        "Three to the right": {"across": 3, "down": 0},
        "Into the corner": {"across": 4, "down": 4},
        "Without the last pool": {"head": FLAT, "across": 4},
        "Trained on moved digits": {"moved": True, "across": 4},
    }
    panels: Sequence[Panel] = (
        Images(name="picture", title="What both see", span=3, height=220),
        *(
            Bars(
                name=name,
                title=label[0].upper() + label[1:],
                labels=_DIGITS,
                y_range=(0.0, 1.0),
                value_label="probability",
                smooth=True,
                span=3,
                height=220,
            )
            for name, label in NETWORKS.items()
        ),
        Curves(
            name="learning",
            title="In the middle: share read right",
            series=_BOTH,
            y_range=(0.0, 1.0),
            span=3,
            height=220,
        ),
        Graph(
            name="shifts",
            title="Share of test digits read right, moved sideways: drag the digit",
            x_range=(-REACH, REACH),
            y_range=(0.0, 1.05),
            x_label="moved right by, in pixels",
            y_label="read right",
            lines=_BOTH,
            handles=(Handle("moved", x="across"),),
            span=12,
            height=210,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._learning = Series(*NETWORKS)
        super().__init__(key=key, **values)

    # ------------------------------------------------------------------ the run

    def prepare(self) -> None:
        """Load the digits; the seed splits them."""
        self.data = load_digits(rng=np.random.default_rng(self.seed))
        self._moved = {
            across: on_paper(self.data.x_test[:MEASURED], across=across)
            for across in range(-REACH, REACH + 1)
        }

    def start(self) -> None:
        """Make both networks anew, and forget the curves."""
        rng = np.random.default_rng(self.seed)
        self.networks = {
            "conv": convolutional(self.values["head"], rng=rng), "dense": dense(rng=rng),
        }  # fmt: skip
        self.optimizers = {
            "conv": Adam(self.networks["conv"].parameters(), 0.005),
            "dense": Adam(self.networks["dense"].parameters(), 0.003),
        }
        self._rngs = {name: np.random.default_rng(self.seed) for name in NETWORKS}
        self._learning.clear()

    def steps(self) -> Iterator[Step]:
        """Train both on the same mini-batches, for as long as somebody asks."""
        x, y = on_paper(self.data.x_train), self.data.y_train
        if self.values["moved"]:
            rng = np.random.default_rng(self.seed)
            places = rng.integers(-REACH, REACH + 1, size=(4 * len(x), 2))
            copies = np.tile(self.data.x_train, (4, 1))
            moved = [
                on_paper(row[None], across=a, down=d)
                for row, (a, d) in zip(copies, places.tolist(), strict=True)
            ]
            x, y = np.concatenate(moved), np.tile(y, 4)
        runs = [
            fit(self.networks[name], CrossEntropy(), self.optimizers[name], x, y,
                batch_size=32, epochs=ENDLESS, rng=self._rngs[name])
            for name in NETWORKS
        ]  # fmt: skip
        for first, _ in zip(*runs, strict=True):
            yield first

    def record(self, step: int) -> None:
        """Measure in the middle, and at each shift."""
        self._learning.append(step, **self.right())

    def right(self, across: int = 0) -> dict[str, float]:
        """Return the share of test digits that each reads right, moved to the right."""
        x, y = self._moved[across], self.data.y_test[:MEASURED]
        return {name: accuracy(network.forward(x), y) for name, network in self.networks.items()}

    def check(self) -> None:
        """Raise FloatingPointError if a parameter is NaN or infinite."""
        for network in self.networks.values():
            if not all(np.isfinite(p.value).all() for p in network.parameters()):
                raise FloatingPointError("A weight is no longer finite; press Reset")

    def save_state(self) -> dict[str, Any]:
        """Return parameters and optimizers' memory of both."""
        return {
            name: (
                [p.value.copy() for p in network.parameters()],
                [memory.copy() for memory in self.optimizers[name].memory],
                self.optimizers[name].iteration,
            )
            for name, network in self.networks.items()
        }

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        for name, network in self.networks.items():
            values, memories, self.optimizers[name].iteration = state[name]
            for parameter, value in zip(network.parameters(), values, strict=True):
                parameter.value[...] = value
            for memory, value in zip(self.optimizers[name].memory, memories, strict=True):
                memory[...] = value
        self.forget_after(step)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._learning.rewind(step)

    # ------------------------------------------------------------------ what is shown

    def picture(self) -> Array:
        """Return the digit where it stands, (1, 1, 16, 16)."""
        digit = int(self.values["digit"])
        index = int(np.flatnonzero(self.data.y_test == digit)[0])
        row = self.data.x_test[index : index + 1]
        return on_paper(row, across=self.values["across"], down=self.values["down"])

    def answers(self) -> dict[str, Array]:
        """Return the ten probabilities of each network."""
        found = {}
        for name, network in self.networks.items():
            logits = network.forward(self.picture())[0]
            e = np.exp(logits - logits.max())
            found[name] = e / e.sum()
        return found

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the picture, both answers, and the curves."""
        answers, digit = self.answers(), int(self.values["digit"])
        right = {across: self.right(across) for across in self._moved}
        lines = {
            name: np.array([list(right), [shares[name] for shares in right.values()]], np.float32)
            for name in NETWORKS
        }
        return {
            "picture": {
                "images": np.round(255 * self.picture()[0]).astype(np.uint8),
                "alt": f"A {digit} of 8 x 8 pixels on paper of 16 x 16.",
            },
            **{
                name: {
                    "values": shares.astype(np.float32),
                    "marked": digit,
                    "alt": f"It answers {shares.argmax()}, at {shares.max():.0%}.",
                }
                for name, shares in answers.items()
            },
            "learning": {
                **{name: self._learning.curve(name) for name in NETWORKS},
                "alt": ", ".join(
                    f"{label} {self._learning.last(name):.0%}" for name, label in NETWORKS.items()
                ),
            },
            "shifts": {
                **lines,
                "alt": "; ".join(
                    f"moved by {across}: {shares['conv']:.0%} and {shares['dense']:.0%}"
                    for across, shares in right.items()
                ),
            },
        }

    def summary(self) -> str:
        """Return both answers to the moved digit."""
        shares, digit = self.right(self.values["across"]), self.values["digit"]
        said = {name: int(answer.argmax()) for name, answer in self.answers().items()}
        words = [f"Update {self.player.step:,}."]
        for name, label in NETWORKS.items():
            ok = "right" if str(said[name]) == digit else f"wrong, it is a {digit}"
            words.append(
                f"{label[0].upper()}{label[1:]}: {said[name]} ({ok}); {shares[name]:.0%} of test "
                "digits moved as far across are read right."
            )
        return " ".join(words)
