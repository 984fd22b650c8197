"""A network that learns to read handwritten digits."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import Split, best_digits, load_digits, load_mnist, mnist_available
from nnlib.explorables.digit_pictures import how_to_get
from nnlib.explorables.start_here.optimizers import OPTIMIZERS, make_optimizer
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Dense, ReLU
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Bars,
    Choice,
    Curves,
    Explorable,
    Images,
    Panel,
    Series,
    Slider,
    clean_seed,
    progress,
    quantize,
)
from nnlib.losses import CrossEntropy
from nnlib.metrics import predicted_class
from nnlib.network import Sequential
from nnlib.training import Step, evaluate, fit


class DigitsTraining(Explorable):
    """A network that learns to read handwritten digits.

    64-32-10 on the 8x8 digits; 784-128-10 on MNIST where it is on this machine. The curves of
    MNIST are measured on the first 1,000 test digits and the first 500 training digits.

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
    >>> lesson = DigitsTraining(data="digits")
    >>> lesson.run(450)  # ten passes over 1,438 digits
    >>> lesson.test_accuracy() > 0.9
    True
    """

    title = "A network learns to read digits"
    autoplay = True
    controls = (
        Slider("learning_rate", "Learning rate", 0.001, 10.0, 0.1, log=True),
        Choice("optimizer", "Optimizer", OPTIMIZERS, "SGD"),
    )
    datasets = ("digits", "mnist")
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"learning_rate": 0.1, "optimizer": "SGD"},
        "Small steps": {"learning_rate": 0.001, "optimizer": "SGD"},
        "Steps too large": {"learning_rate": 10.0, "optimizer": "SGD"},
        "With momentum": {"learning_rate": 0.05, "optimizer": "momentum"},
        "Adam": {"learning_rate": 0.003, "optimizer": "Adam"},
    }
    seeded = True
    panels: Sequence[Panel] = (
        Curves(
            name="loss",
            title="Loss: how wrong, in nats",
            series=TRAIN_AND_TEST,
            y_scale="log",
            span=4,
            height=190,
        ),
        Curves(
            name="accuracy",
            title="Accuracy: share read right",
            series=TRAIN_AND_TEST,
            y_range=(0.0, 1.0),
            span=4,
            height=190,
        ),
        Bars(
            name="classes",
            title="Share read right, digit by digit",
            labels=[str(digit) for digit in range(10)],
            y_range=(0.0, 1.0),
            value_label="read right",
            span=4,
            height=190,
        ),
        Images(
            name="wrong",
            title="Test digits still misread: truth → answer",
            empty_text="none: every test digit is read right",
            image_label="digit",
            height=230,
        ),
        Images(
            name="weights",
            title="What each first-layer unit looks for",
            signed=True,
            image_label="unit",
            height=230,
        ),
    )

    def __init__(
        self, *, data: str = "best", seed: int = 0, key: str | None = None, **values: object
    ) -> None:
        self.seed, self.dataset = clean_seed(seed), data
        self._loss = Series("train", "test")
        self._accuracy = Series("train", "test")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits; the seed splits the 8x8 ones."""
        self.data, self.source = _load(self.dataset, self.seed)
        self._x_test, self._y_test = self.data.x_test[:1000], self.data.y_test[:1000]
        self._side = round(self.data.x_train.shape[1] ** 0.5)
        self._name, self.dataset = ("8x8", "digits") if self._side == 8 else ("MNIST", "mnist")

    def missing(self, dataset: str) -> str:
        """Return how to get MNIST, if it is asked for and not here."""
        return how_to_get(dataset)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        pixels = self.data.x_train.shape[1]
        hidden = 32 if pixels == 64 else 128
        self.network = Sequential(
            Dense(pixels, hidden, rng=self._rng, initializer=he_normal),
            ReLU(),
            Dense(hidden, 10, rng=self._rng),
        )
        self._loss.clear()
        self._accuracy.clear()
        self._use_optimizer()

    def _use_optimizer(self) -> None:
        self.optimizer = make_optimizer(
            self.values["optimizer"], self.network.parameters(), self.values["learning_rate"]
        )

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            CrossEntropy(),
            self.optimizer,
            self.data.x_train,
            self.data.y_train,
            batch_size=32 if self._side == 8 else 64,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new learning rate, or a new optimizer, from the next update on."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name == "optimizer":
            self._use_optimizer()
            self.player.renew_steps()

    def record(self, step: int) -> None:
        """Measure loss and accuracy on training and test digits."""
        train = evaluate(
            self.network, CrossEntropy(), self.data.x_train[:500], self.data.y_train[:500]
        )
        test = evaluate(self.network, CrossEntropy(), self._x_test, self._y_test)
        self._loss.append(step, train=train.loss, test=test.loss)
        self._accuracy.append(step, train=train.accuracy or 0.0, test=test.accuracy or 0.0)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)
        self._accuracy.rewind(step)

    def test_accuracy(self) -> float:
        """Return the share of all test digits that is read right."""
        result = evaluate(self.network, CrossEntropy(), self.data.x_test, self.data.y_test)
        return result.accuracy or 0.0

    def _answers(self) -> Labels:
        return predicted_class(self.network.forward(self._x_test))

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return curves, per-digit accuracy, misread digits and first-layer weights."""
        answers = self._answers()
        right = answers == self._y_test
        counts = np.bincount(self._y_test, minlength=10)
        share = np.bincount(self._y_test[right], minlength=10) / np.maximum(counts, 1)
        worst = int(share.argmin())
        return {
            "loss": self._curves(self._loss, "Loss", "{:.3f}"),
            "accuracy": self._curves(self._accuracy, "Accuracy", "{:.1%}"),
            "classes": {
                "values": share.astype(np.float32),
                "alt": f"Share read right for each digit; lowest is {worst} at {share[worst]:.0%}.",
            },
            "wrong": self._wrong(answers, np.flatnonzero(~right)),
            "weights": self._weights(),
        }

    def _curves(self, series: Series, what: str, number: str) -> dict[str, Any]:
        train, test = number.format(series.last("train")), number.format(series.last("test"))
        return {
            "train": series.curve("train"),
            "test": series.curve("test"),
            "alt": f"{what} over the updates: now {train} on training and {test} on test digits.",
        }

    def _wrong(self, answers: Any, wrong: Any) -> dict[str, Any]:
        shown = wrong[:24]
        images = (self._x_test[shown] * 255).astype(np.uint8)
        pairs = [f"{self._y_test[i]} → {answers[i]}" for i in shown]
        return {
            "images": images.reshape(len(shown), self._side, self._side),
            "captions": pairs,
            "alt": f"{len(wrong)} of {len(answers)} test digits are misread; shown: "
            + (", ".join(pairs[:6]) or "none"),
        }

    def _weights(self) -> dict[str, Any]:
        weight: Array = self.network.layers[0].parameters()[0].value[:, :32].T  # (unit, pixel)
        scale = float(abs(weight).max()) or 1.0
        return {
            "images": quantize(weight, scale).reshape(len(weight), self._side, self._side),
            "scale": scale,
            "alt": f"Weights of {len(weight)} units as pictures; the largest is {scale:.2f}.",
        }

    def summary(self) -> str:
        """Return how many test digits are read right."""
        answers = self._answers()
        wrong = int(np.count_nonzero(answers != self._y_test))
        return (
            f"Update {self.player.step:,}: {1 - wrong / len(answers):.1%} of {len(answers):,} "
            f"{self._name} test digits read right, {wrong} misread."
        )


def _load(data: str, seed: int) -> tuple[Split, str]:
    """The data by name, and a line that says which they are."""
    rng = np.random.default_rng(seed)
    match data:
        case "best":
            split, line = best_digits(rng=rng)
            if split.x_train.shape[1] == 64 and mnist_available():
                warnings.warn(line, stacklevel=3)  # it is here, but damaged: say which file
            return split, line
        case "mnist":
            bar = None if mnist_available() else progress(None, "Downloading MNIST", unit="bytes")
            return load_mnist(progress=bar), "MNIST: 70,000 digits of 28 x 28 pixels."
        case "digits":
            return load_digits(rng=rng), "The 8x8 digits: 1,797 digits of 8 x 8 pixels."
        case _:
            raise ValueError(
                f"DigitsTraining expects data to be 'best', 'digits' or 'mnist', got {data!r}"
            )
