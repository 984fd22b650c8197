"""Draw a digit: a network learns to read, and lights up at what the learner draws."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import shift
from nnlib.explorables.backpropagation.digit_network import (
    SOFTMAX,
    SQUARED,
    Reading,
    first_weights,
    flows,
    loss_and_targets,
    make_network,
    read_picture,
    retouch,
)
from nnlib.explorables.backpropagation.strokes import STROKES, in_words, pen_digit
from nnlib.explorables.digit_pictures import as_seen, how_to_get, load_named, turned_too
from nnlib.kernels.types import Array
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Bars,
    Choice,
    Curves,
    Drawing,
    Explorable,
    Images,
    Lights,
    Pad,
    Panel,
    Series,
    Slider,
    Toggle,
    clean_seed,
    quantize,
)
from nnlib.metrics import accuracy
from nnlib.optimizers import Adam
from nnlib.penalties import L2
from nnlib.training import Step, fit

PENALTY = 2e-4  # keeps it from growing too sure while somebody draws for long
PAPER = 56  # pixels of the paper: 8 and 28 divide it
ANY = "whatever it says"
SHIFTS = (-3, -2, -1, 0, 1, 2, 3)  # in eighths of the picture
_THREE = Drawing("three", "A 3", PAPER, PAPER).clean(pen_digit(3))
_AS_DRAWN: dict[str, object] = {"centre": True, "retouch": 0.0}


class DrawADigit(Explorable):
    """A network of two hidden layers of 16 sigmoids learns digits, and reads what is drawn.

    64-16-16-10 on the 8x8 digits; 784-16-16-10 on MNIST where it is on this machine.

    Parameters
    ----------
    data : str
        "digits", "mnist", or "best" for the larger set that is at hand.
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = DrawADigit(data="digits")
    >>> view.run(450)  # two passes over 7,190 digits, most of them turned copies
    >>> view.test_accuracy() > 0.8
    True
    """

    title = "Draw a digit, and watch every layer light up while the network learns"
    autoplay = True
    seeded = True
    datasets = ("digits", "mnist")
    controls = (
        Drawing("drawing", "Your digit", PAPER, PAPER, _THREE),
        Choice("label", "It should be a", (ANY, *map(str, range(10))), ANY),
        Toggle("centre", "Cut out and centre", True),
        Slider("retouch", "Retouch by gradient", 0.0, 1.0, 0.0),
        Slider("learning_rate", "Learning rate", 0.0001, 0.1, 0.01, log=True),
        Choice("output", "Output and loss", (SOFTMAX, SQUARED), SOFTMAX, restarts=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        **{
            in_words(digit): {"drawing": pen_digit(digit), "label": str(digit)} | _AS_DRAWN
            for digit in STROKES
        },
        "a 4 in the corner, not centred": {
            "drawing": pen_digit(4, size=0.5, right=0.22, down=0.22), "label": "4", "centre": False,
            "retouch": 0.0,
        },
        "a 4 in the corner, centred": {
            "drawing": pen_digit(4, size=0.5, right=0.22, down=0.22), "label": "4", "centre": True,
            "retouch": 0.0,
        },
        "a 3 retouched into an 8": {
            "drawing": pen_digit(3), "label": "8", "centre": True, "retouch": 0.6,
        },
    }  # fmt: skip
    panels: Sequence[Panel] = (
        Pad(name="pad", title="Draw here", drawing="drawing", line_width=0.11, span=4, height=340),
        Lights(
            name="lights",
            title="The network at work: what it sees, its layers, its answer",
            labels=[str(digit) for digit in range(10)],
            span=8,
            height=380,
        ),
        Images(
            name="gradient",
            title="−∂L/∂x: orange wants ink",
            signed=True,
            image_label="pixel",
            span=3,
            height=190,
        ),
        Bars(
            name="shifted",
            title="Test digits moved sideways: read right",
            labels=[f"{abs(s)} ←" if s < 0 else f"{s} →" if s else "0" for s in SHIFTS],
            y_range=(0.0, 1.0),
            value_label="read right",
            smooth=True,
            span=4,
            height=190,
        ),
        Curves(
            name="accuracy",
            title="Share of digits read right",
            series=TRAIN_AND_TEST,
            y_range=(0.0, 1.0),
            span=5,
            height=190,
        ),
    )

    def __init__(
        self, *, data: str = "best", seed: int = 0, key: str | None = None, **values: object
    ) -> None:
        self.seed, self.dataset = clean_seed(seed), data
        self._accuracy = Series("train", "test")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits; the seed splits the 8x8 ones."""
        self.data = turned_too(load_named(self.dataset, np.random.default_rng(self.seed)))
        self.side = round(self.data.x_train.shape[1] ** 0.5)
        self.dataset = "digits" if self.side == 8 else "mnist"
        x = self.data.x_test[:500].reshape(-1, self.side, self.side)
        self._moved = [shift(x, 0, round(s * self.side / 8)).reshape(len(x), -1) for s in SHIFTS]

    def missing(self, dataset: str) -> str:
        """Return how to get MNIST, if it is asked for and not here."""
        return how_to_get(dataset)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = make_network(self.side**2, self.values["output"], self._rng)
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._accuracy.clear()

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        loss, targets = loss_and_targets(self.values["output"], self.data.y_train)
        return fit(
            self.network,
            loss,
            self.optimizer,
            self.data.x_train,
            targets,
            batch_size=32,
            penalty=None if self.values["output"] == SQUARED else L2(PENALTY),
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on; the drawing is read in `frame`."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure on training and test digits, and on test digits that were moved sideways."""
        labels = self.data.y_test[:500]
        shares = [accuracy(self.network.forward(x), labels) for x in self._moved]
        self._shares = np.array(shares, dtype=np.float32)
        train = accuracy(self.network.forward(self.data.x_train[:500]), self.data.y_train[:500])
        self._accuracy.append(step, train=train, test=shares[SHIFTS.index(0)])

    def shifted(self) -> list[float]:
        """Return the share of test digits read right, moved by -3 to 3 eighths of the picture."""
        return [float(share) for share in self._shares]

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._accuracy.rewind(step)

    def test_accuracy(self) -> float:
        """Return the share of all test digits that is read right."""
        return accuracy(self.network.forward(self.data.x_test), self.data.y_test)

    @property
    def label(self) -> int:
        """The digit that it should be; -1 if any will do."""
        return -1 if self.values["label"] == ANY else int(self.values["label"])

    def seen(self) -> Array:
        """Return the drawing as the network gets it, float32 (side, side), retouched if wanted."""
        drawing = self._controls["drawing"].pixels(self.values["drawing"])  # type: ignore[union-attr]
        picture = as_seen(drawing, self.side, centred=self.values["centre"])
        output, amount = self.values["output"], self.values["retouch"]
        return retouch(self.network, output, picture, self.label, amount)

    def read(self) -> Reading:
        """Return what the network makes of the drawing."""
        return read_picture(self.network, self.values["output"], self.seen(), self.label)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the network at work on the drawing, its gradient, and the curves."""
        reading = self.read()
        best, shares = reading.answer, reading.activations[-1]
        train, test = self._accuracy.last("train"), self._accuracy.last("test")
        worst = float(np.abs(reading.gradient).max())
        return {
            "pad": {"alt": f"Paper with {_inked(reading.picture)} ink in the picture made of it."},
            "lights": {
                "picture": np.round(255 * reading.picture).astype(np.uint8),
                "sizes": [len(layer) for layer in reading.activations],
                "activations": np.concatenate(reading.activations).astype(np.float32),
                "filters": first_weights(self.network, self.side),
                "marked": self.label,
                **flows(self.network, reading),
                "alt": f"It answers {best}, at {shares[best]:.0%}. " + _lit(reading),
            },
            "gradient": {
                "images": quantize(-reading.gradient[None], worst or 1.0),
                "scale": worst,
                "alt": f"The gradient along each pixel, turned round; the largest is {worst:.3f}.",
            },
            "shifted": {
                "values": self._shares,
                "marked": SHIFTS.index(0),
                "alt": "Share read right, moved by -3 to 3 eighths of the picture: "
                + ", ".join(f"{share:.0%}" for share in self._shares),
            },
            "accuracy": {
                "train": self._accuracy.curve("train"),
                "test": self._accuracy.curve("test"),
                "alt": f"Share read right: {train:.1%} of training and {test:.1%} of test digits.",
            },
        }

    def summary(self) -> str:
        """Return the answer, its cost, and how far training has come."""
        reading = self.read()
        test = self._accuracy.last("test")
        state = f"Update {self.player.step:,}: {test:.0%} of test digits are read right. "
        if not self.values["drawing"]:
            return f"{state}The paper is empty: draw a digit, or choose one under Presets."
        answer = reading.answer
        words = f"It reads {in_words(answer)}, at {reading.activations[-1][answer]:.0%}; "
        words += f"L = {reading.cost:.3f}."
        if self.player.step < 100:
            words += " It has hardly learnt yet: press Play."
        elif self.label not in (-1, answer) and not self.values["centre"]:
            words += " Switch on 'Cut out and centre', and look again."
        return state + words


def _inked(picture: Array) -> str:
    """How much of a picture is ink."""
    return f"{picture.mean():.0%}"


def _lit(reading: Reading) -> str:
    """Which hidden units are more on than off."""
    parts = [
        f"{int((layer > 0.5).sum())} of {len(layer)} units of layer {index} are lit"
        for index, layer in enumerate(reading.activations[:-1], start=1)
    ]
    return ", ".join(parts) + "."
