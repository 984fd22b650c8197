"""LeNet-5 learns to read while you watch its filters, and what they make of your drawing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.backpropagation.strokes import in_words, pen_digit
from nnlib.explorables.cnn.lenet_digits import load_images, seen
from nnlib.explorables.cnn.pictures import PAPER
from nnlib.explorables.digit_pictures import how_to_get
from nnlib.kernels.types import Array
from nnlib.layers import Conv2D
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Bars,
    Choice,
    Curves,
    Drawing,
    Explorable,
    Images,
    Pad,
    Panel,
    Series,
    Slider,
    clean_seed,
    quantize,
)
from nnlib.losses import CrossEntropy
from nnlib.metrics import accuracy
from nnlib.optimizers import SGD
from nnlib.training import Step, fit
from nnlib.zoo import lenet5

MEASURED = 200  # images on which it is measured while it trains
LAYERS = {"z, before tanh": 0, "tanh(z)": 1, "after the pool": 2}
_FIRST = Drawing("first", "A 3", PAPER, PAPER).clean(pen_digit(3))


class LeNetLive(Explorable):
    """LeNet-5 trains on MNIST, or on the 8x8 digits; its maps are those of the learner's drawing.

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
    >>> view = LeNetLive(data="digits")
    >>> view.run(150)
    >>> view.test_accuracy() > 0.8
    True
    """

    title = "LeNet-5 learns to read: its filters, and its maps of your digit"
    seeded = True
    datasets = ("digits", "mnist")
    controls = (
        Drawing("drawing", "Your digit", PAPER, PAPER, _FIRST),
        Choice("maps", "Maps show", tuple(LAYERS), "tanh(z)"),
        Slider("learning_rate", "Learning rate", 0.0005, 0.5, 0.05, log=True),
    )
    speed = replace(Explorable.speed, value=40)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        in_words(digit): {"drawing": pen_digit(digit)} for digit in range(10)
    }
    panels: Sequence[Panel] = (
        Pad(name="pad", title="Draw here", drawing="drawing", line_width=0.11, span=4, height=250),
        Images(
            name="filters",
            title="The six filters of conv1, each row on its own scale",
            signed=True,
            columns=6,
            image_label="filter",
            span=5,
            height=250,
        ),
        Bars(
            name="answer",
            title="Its answer to your drawing",
            labels=[str(digit) for digit in range(10)],
            y_range=(0.0, 1.0),
            value_label="probability",
            smooth=True,
            span=3,
            height=250,
        ),
        Images(
            name="first",
            title="Six maps after conv1: orange is positive, blue negative",
            signed=True,
            columns=6,
            image_label="map",
            span=8,
            height=150,
        ),
        Curves(
            name="accuracy",
            title="Share of digits read right",
            series=TRAIN_AND_TEST,
            y_range=(0.0, 1.0),
            span=4,
            height=150,
        ),
        Images(
            name="second",
            title="Sixteen maps after conv2",
            signed=True,
            columns=16,
            image_label="map",
            span=12,
            height=110,
        ),
    )

    def __init__(
        self, *, data: str = "best", seed: int = 0, key: str | None = None, **values: object
    ) -> None:
        self.seed, self.dataset = clean_seed(seed), data
        self._accuracy = Series("train", "test")
        super().__init__(key=key, **values)

    # ------------------------------------------------------------------ the run

    def prepare(self) -> None:
        """Load the digits; the seed splits the 8x8 ones."""
        rng = np.random.default_rng(self.seed)
        self.dataset, self.x_train, self.y_train, self.x_test, self.y_test = load_images(
            self.dataset, rng
        )

    def missing(self, dataset: str) -> str:
        """Return how to get MNIST, if it is asked for and not here."""
        return how_to_get(dataset)

    def start(self) -> None:
        """Make the network anew, remember its first filters, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = lenet5(rng=self._rng)
        rate = self.values["learning_rate"]
        self.optimizer = SGD(self.network.parameters(), rate, momentum=0.9)
        self._before = self.filters()
        self._accuracy.clear()

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches of 32, for as long as somebody asks."""
        return fit(
            self.network,
            CrossEntropy(),
            self.optimizer,
            self.x_train,
            self.y_train,
            batch_size=32,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on; the drawing is read in `frame`."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure on some training and test digits."""
        n = MEASURED
        train = accuracy(self.network.forward(self.x_train[:n]), self.y_train[:n])
        test = accuracy(self.network.forward(self.x_test[:n]), self.y_test[:n])
        self._accuracy.append(step, train=train, test=test)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._accuracy.rewind(step)

    # ------------------------------------------------------------------ what is shown

    def filters(self) -> Array:
        """Return the filters of the first layer, (6, 5, 5)."""
        layer = self.network.layers[0]
        assert isinstance(layer, Conv2D)
        return layer.weight.value[:, 0].copy()

    def moved(self) -> float:
        """Return how far the filters are from the first ones, over the length of those."""
        return float(np.linalg.norm(self.filters() - self._before) / np.linalg.norm(self._before))

    def test_accuracy(self) -> float:
        """Return the share of all test digits that is read right."""
        parts = [
            self.network.forward(self.x_test[i : i + 1000]).argmax(axis=1)
            for i in range(0, len(self.x_test), 1000)
        ]
        return float((np.concatenate(parts) == self.y_test).mean())

    def seen(self) -> Array:
        """Return the drawing as the network gets it, float32 (1, 1, 28, 28)."""
        control = self._controls["drawing"]
        assert isinstance(control, Drawing)
        return seen(control.pixels(self.values["drawing"]), self.dataset)

    def look(self) -> tuple[Array, Array, Array, Array]:
        """Return drawing (28, 28), both layers' maps of it, and the ten probabilities."""
        x = self.seen()
        outputs = self.network.trace(x)
        layer = LAYERS[self.values["maps"]]
        e = np.exp(outputs[-1][0] - outputs[-1].max())
        return x[0, 0], outputs[layer][0], outputs[3 + layer][0], e / e.sum()

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the filters, the maps, the answer and the curves."""
        picture, first, second, shares = self.look()
        rows = [self._before, self.filters()]
        filters = np.concatenate([row / np.abs(row).max() for row in rows])
        train, test = self._accuracy.last("train"), self._accuracy.last("test")
        return {
            "pad": {
                "seen": np.round(255 * picture).astype(np.uint8),
                "alt": f"Paper with {picture.mean():.0%} ink in the picture made of it.",
            },
            "filters": {
                "images": quantize(filters, 1.0),
                "captions": ["at first"] * 6 + ["now"] * 6,
                "alt": f"Six filters of 5 x 5 weights; they have moved by {self.moved():.0%} of "
                "their first length.",
            },
            "answer": {
                "values": shares.astype(np.float32),
                "marked": int(shares.argmax()),
                "alt": f"It answers {shares.argmax()}, at {shares.max():.0%}.",
            },
            "first": _maps(first),
            "second": _maps(second),
            "accuracy": {
                "train": self._accuracy.curve("train"),
                "test": self._accuracy.curve("test"),
                "alt": f"Share read right: {train:.1%} of training and {test:.1%} of test digits.",
            },
        }

    def summary(self) -> str:
        """Return the answer, and how far training has come."""
        shares = self.look()[3]
        name = "MNIST" if self.dataset == "mnist" else "8x8 digits, enlarged"
        state = (
            f"Update {self.player.step:,} on {name}: {self._accuracy.last('test'):.1%} of "
            f"{MEASURED} test digits are read right, and the filters have moved by "
            f"{self.moved():.0%}. "
        )
        if not self.values["drawing"]:
            return f"{state}The paper is empty: draw a digit, or choose one under Presets."
        answer = int(shares.argmax())
        words = f"It reads {in_words(answer)}, at {shares[answer]:.0%}."
        if self._accuracy.last("test") < 0.5:
            words += " It has hardly learnt yet: press Play."
        return state + words


def _maps(maps: Array) -> dict[str, Any]:
    """Feature maps for a panel, each against the largest of all."""
    most = float(np.abs(maps).max()) or 1.0
    return {
        "images": quantize(maps, most),
        "scale": most,
        "alt": f"{len(maps)} maps of {maps.shape[1]} x {maps.shape[2]}, the largest value "
        f"{most:.2f}.",
    }
