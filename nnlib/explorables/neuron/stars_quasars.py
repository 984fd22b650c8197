"""Stars and quasars, told apart by one logistic neuron: precision, recall, and a threshold."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import COLOURS, stars_and_quasars
from nnlib.kernels.types import Array
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Choice,
    Curves,
    Explorable,
    Graph,
    Handle,
    Matrix,
    NeuronPlane,
    Panel,
    Series,
    Slider,
    clean_seed,
)
from nnlib.losses import BinaryCrossEntropy
from nnlib.metrics import Confusion, confusion
from nnlib.network import Sequential
from nnlib.neurons import LogisticNeuron
from nnlib.optimizers import SGD
from nnlib.training import Step, evaluate, fit

OBJECTS = 4000  # to learn from, and as many to test on
BATCH = 100
MOST_SHOWN = (350, 150)  # stars and quasars that are drawn: more would hide each other
NAMES = tuple(name.replace("-", "−") for name in COLOURS)
PAIRS = {f"{NAMES[j]} against {NAMES[i]}": (i, j) for i, j in combinations(range(4), 2)}
THRESHOLDS = np.linspace(0.01, 0.99, 99)
LINES = (
    {"name": "precision", "label": "precision"},
    {"name": "recall", "label": "recall"},
    {"name": "accuracy", "label": "accuracy"},
    {"name": "always", "label": "accuracy of “always a star”"},
)


class StarsAndQuasars(Explorable):
    r"""One logistic neuron learns to tell quasars from stars by four colours.

    .. math:: P(\text{quasar}) = \sigma(w_1 x_1 + w_2 x_2 + w_3 x_3 + w_4 x_4 + b)

    It sees standardised colours: each less its mean, in units of its spread. What is shown is
    measured on objects that it did not learn from. The line in the picture of two colours is that
    of an object whose other two colours are average.

    Parameters
    ----------
    seed : int
        Of the objects, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = StarsAndQuasars()
    >>> view.run(400)  # ten passes
    >>> scores = view.scores()
    >>> scores.accuracy > 0.98 > 0.95 > scores.recall
    True
    """

    title = "Stars and quasars: one neuron, four colours"
    speed = replace(Explorable.speed, value=60)
    seeded = True
    controls = (
        Choice("colours", "Colours to look at", tuple(PAIRS), next(iter(PAIRS))),
        Slider("threshold", "Threshold", 0.01, 0.99, 0.5),
        Slider("share", "Share of quasars", 0.005, 0.5, 0.08, log=True, restarts=True),
        Slider("learning_rate", "Learning rate η", 0.01, 10.0, 0.5, log=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "As it begins": {"share": 0.08, "threshold": 0.5},
        "Rare quasars": {"share": 0.01, "threshold": 0.5},
        "As many quasars as stars": {"share": 0.5, "threshold": 0.5},
        "Miss no quasar": {"threshold": 0.05},
        "Never a false alarm": {"threshold": 0.95},
    }
    panels: Sequence[Panel] = (
        NeuronPlane(
            name="map",
            title="Two of the four colours, and the line at the threshold",
            arrow=False,
            classes=("star", "quasar"),
            low_label="star",
            high_label="quasar",
            line_label="threshold",
            height=340,
        ),
        Graph(
            name="scores",
            title="What each threshold would bring; drag the handle",
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.02),
            x_label="threshold",
            y_label="share",
            lines=LINES,
            handles=(Handle("threshold", x="threshold", on="recall"),),
            height=340,
        ),
        Matrix(
            name="confusion",
            title="Counts on objects that it has not seen",
            label="objects",
            row_labels=("is a star", "is a quasar"),
            column_labels=("“star”", "“quasar”"),
            decimals=0,
            span=5,
            height=170,
        ),
        Curves(
            name="loss",
            title="Loss: how wrong, in nats",
            series=TRAIN_AND_TEST,
            y_scale="log",
            span=7,
            height=170,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._loss = Series("train", "test")
        super().__init__(key=key, **values)

    def start(self) -> None:
        """Make objects and neuron anew, and forget the curves."""
        share = self.values["share"]
        x, self._y = self._objects(share, 0)
        self.mean, self.spread = x.mean(axis=0), x.std(axis=0)
        self._x = (x - self.mean) / self.spread
        self.test_colours, self.test_labels = self._objects(share, 1)
        self._x_test = (self.test_colours - self.mean) / self.spread
        self._rng = np.random.default_rng([self.seed, 2])
        self.neuron = LogisticNeuron(4, rng=self._rng)
        self.network = Sequential(self.neuron)
        self.optimizer = SGD(self.network.parameters(), self.values["learning_rate"])
        self._loss.clear()
        self._choose_shown()

    def _objects(self, share: float, stream: int) -> tuple[Array, Any]:
        rng = np.random.default_rng([self.seed, stream])
        return stars_and_quasars(OBJECTS, quasar_fraction=share, rng=rng)

    def _choose_shown(self) -> None:
        """Choose the objects that are drawn: few enough, and quasars not fewer than there are."""
        kinds = [
            np.flatnonzero(self.test_labels == kind)[:most] for kind, most in enumerate(MOST_SHOWN)
        ]
        self._shown = np.concatenate(kinds)

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        return fit(
            self.network,
            BinaryCrossEntropy(),
            self.optimizer,
            self._x,
            self._y[:, None],
            batch_size=BATCH,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use a new learning rate from the next update on."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure the loss on what it learns from, and on what it has not seen."""
        loss = BinaryCrossEntropy()
        train = evaluate(self.network, loss, self._x, self._y[:, None])
        test = evaluate(self.network, loss, self._x_test, self.test_labels[:, None])
        self._loss.append(step, train=train.loss, test=test.loss)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._loss.rewind(step)

    # ------------------------------------------------------------------ measuring

    def probabilities(self) -> Array:
        """Return the probability of "quasar" for each test object, shape (objects,)."""
        return self.neuron.probability(self._x_test)

    def scores(self, threshold: float | None = None) -> Confusion:
        """Return the four counts on the test objects at a threshold, by default the slider's."""
        at = self.values["threshold"] if threshold is None else threshold
        return confusion(self.probabilities(), self.test_labels, threshold=at)

    def weights(self) -> tuple[Array, float]:
        """Return the weights and the bias that belong to colours as they are, in magnitudes."""
        weight = self.neuron.weight.value[:, 0] / self.spread
        return weight, float(self.neuron.bias.value[0] - weight @ self.mean)

    def curves(self) -> dict[str, Array]:
        """Return precision, recall and accuracy over the thresholds, each of shape (2, 99)."""
        probabilities, labels = self.probabilities(), self.test_labels
        # How many of each class lie above each threshold: one sort in place of 99 counts.
        stars, quasars = (np.sort(probabilities[labels == kind]) for kind in (0, 1))
        alarms = len(stars) - np.searchsorted(stars, THRESHOLDS, side="right")
        hits = len(quasars) - np.searchsorted(quasars, THRESHOLDS, side="right")
        calls = hits + alarms
        shares = {
            "precision": np.where(calls > 0, hits / np.maximum(calls, 1), np.nan),
            "recall": hits / len(quasars),
            "accuracy": (hits + len(stars) - alarms) / len(labels),
        }
        return {
            name: np.stack([THRESHOLDS, share]).astype(np.float32) for name, share in shares.items()
        }

    # ------------------------------------------------------------------ drawing

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the map of two colours, the scores over the thresholds, counts and losses."""
        scores, always = self.scores(), self._always()
        said = f"precision {_share(scores.precision)}, recall {_share(scores.recall)}"
        return {
            "map": self._map(),
            "scores": self.curves()
            | {
                "always": np.array([[0, 1], [always, always]], dtype=np.float32),
                "marked_x": self.values["threshold"],
                "marked_label": "",
                "alt": f"At threshold {self.values['threshold']:.2f}: {said}, accuracy "
                f"{scores.accuracy:.3f}; always a star would be right in {always:.3f}.",
            },
            "confusion": {
                "values": np.array(
                    [[scores.true_negatives, scores.false_positives],
                     [scores.false_negatives, scores.true_positives]], dtype=np.float32),
                "scale": 2.0 * (scores.true_positives + scores.false_negatives),
                "alt": f"{scores.true_positives} quasars found, {scores.false_negatives} missed, "
                f"{scores.false_positives} stars called quasars.",
            },
            "loss": {
                "train": self._loss.curve("train"),
                "test": self._loss.curve("test"),
                "alt": f"Loss over the updates: now {self._loss.last('train'):.3f} on training "
                f"and {self._loss.last('test'):.3f} on test objects.",
            },
        }  # fmt: skip

    def _always(self) -> float:
        """Accuracy of whoever always says "star"."""
        return float(np.mean(self.test_labels == 0))

    def _map(self) -> dict[str, Any]:
        """Two colours: the objects, and the neuron with the other two at their means."""
        i, j = PAIRS[self.values["colours"]]
        weight, bias = self.weights()
        others = [k for k in range(4) if k not in (i, j)]
        offset = bias + float(weight[others] @ self.mean[others])
        points = self.test_colours[self._shown][:, [i, j]]
        threshold = self.values["threshold"]
        low, high = (np.quantile(points, at, axis=0) for at in (0.002, 0.998))
        return {
            "neuron": np.array([weight[i], weight[j], offset], dtype=np.float32),
            "level": math.log(threshold / (1 - threshold)),
            "points": np.ascontiguousarray(points),
            "labels": self.test_labels[self._shown].astype(np.uint8),
            "x_range": [float(low[0]) - 0.2, float(high[0]) + 0.2],
            "y_range": [float(low[1]) - 0.2, float(high[1]) + 0.2],
            "x_label": f"{NAMES[i]}, magnitudes",
            "y_label": f"{NAMES[j]}, magnitudes",
            "alt": f"Stars and quasars by {NAMES[i]} and {NAMES[j]}, with the line at a "
            f"probability of {threshold:.2f}.",
        }

    def summary(self) -> str:
        """Return the counts and the two shares that matter."""
        scores = self.scores()
        return (
            f"Update {self.player.step:,}: finds {scores.true_positives} of "
            f"{scores.true_positives + scores.false_negatives} quasars (recall "
            f"{_share(scores.recall)}), with {scores.false_positives} false alarms (precision "
            f"{_share(scores.precision)}). Accuracy {scores.accuracy:.1%}; always saying “star” "
            f"has {self._always():.1%}."
        )


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:.3f}"
