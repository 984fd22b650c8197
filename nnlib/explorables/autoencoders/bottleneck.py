"""How few numbers are enough? Networks with codes of 1 to 32, against PCA with as many."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import (
    PIXELS,
    one_of_each,
    pictures,
    split_of,
    squared_error,
)
from nnlib.kernels.types import Array
from nnlib.live import (
    ENDLESS,
    TRAIN_AND_TEST,
    Choice,
    Curves,
    Explorable,
    Graph,
    Handle,
    Images,
    Panel,
    Series,
    Slider,
    clean_seed,
)
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.probes import principal_components
from nnlib.training import Step, fit
from nnlib.zoo import convolutional_autoencoder, deep_autoencoder, linear_autoencoder

MOST = 32
DEEP, LINEAR, CONVOLUTIONAL = "deep: 64-48-code", "linear", "convolutional"
WORTH = 100  # updates after which a size counts as tried


class Bottleneck(Explorable):
    """An autoencoder with a code of 1 to 32 numbers; what was tried stays on the graph.

    The code of the convolutional one is a stack of pictures of 2 x 2, so its size is rounded up to
    a multiple of four.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Attributes
    ----------
    tried : dict
        The last test error of each pair of network and code.

    Examples
    --------
    >>> view = Bottleneck(code=8)
    >>> view.run(1000)
    >>> view.error() < view.pca_error(8)
    True
    """

    title = "The bottleneck: how few numbers are enough?"
    seeded = True
    controls = (
        Slider("code", "Numbers in the code", 1, MOST, 8, integer=True, restarts=True),
        Choice("kind", "Network", (DEEP, LINEAR, CONVOLUTIONAL), DEEP, restarts=True),
        Slider("learning_rate", "Learning rate", 0.0003, 0.03, 0.005, log=True),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 3000, 200, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "One number": {"code": 1, "kind": DEEP},
        "Eight numbers": {"code": 8, "kind": DEEP},
        "Half as many as pixels": {"code": 32, "kind": DEEP},
        "Convolutional, 16 numbers": {"code": 16, "kind": CONVOLUTIONAL},
    }
    panels: Sequence[Panel] = (
        Images(
            name="digits",
            title="Test digits, what the network makes of them, and what PCA makes of them",
            columns=10,
            image_label="picture",
            span=12,
            height=250,
        ),
        Graph(
            name="sizes",
            title="Test error against the size of the code; stars: what you have tried",
            x_range=(0.0, MOST + 1.0),
            y_range=(0.002, 0.1),
            y_scale="log",
            x_label="numbers in the code",
            lines=({"name": "pca", "label": "PCA with as many"},),
            handles=(Handle("code", x="code"),),
            span=6,
            height=250,
        ),
        Curves(
            name="error",
            title="Mean squared error of a pixel",
            series=(*TRAIN_AND_TEST, {"name": "pca", "label": "PCA, test"}),
            y_scale="log",
            span=6,
            height=250,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("train", "test", "pca")
        self.tried: dict[tuple[str, int], float] = {}
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and do the PCA; what was tried on other digits is forgotten."""
        self.data = split_of(self.seed)
        self._mean = self.data.x_train.mean(axis=0)
        self._components = principal_components(self.data.x_train, MOST).astype(np.float32)
        self._some = one_of_each(self.data.x_test, self.data.y_test)
        sizes = range(1, MOST + 1)
        errors = [self.pca_error(size) for size in sizes]
        self._pca = np.array([list(sizes), errors], dtype=np.float32)
        self.tried.clear()

    @property
    def code(self) -> int:
        """How many numbers the code really has."""
        wanted = int(self.values["code"])
        return 4 * -(-wanted // 4) if self.values["kind"] == CONVOLUTIONAL else wanted

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = self._make()
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._error.clear()

    def _make(self) -> Sequential:
        """The network that is chosen."""
        match self.values["kind"]:
            case "linear":
                return linear_autoencoder(PIXELS, self.code, rng=self._rng)
            case "convolutional":
                return convolutional_autoencoder(channels=(16, self.code // 4), rng=self._rng)
        return deep_autoencoder((PIXELS, 48, self.code), rng=self._rng)

    def _shaped(self, x: Array) -> Array:
        """Samples as the network takes them: rows, or images."""
        return x.reshape(-1, 1, 8, 8) if self.values["kind"] == CONVOLUTIONAL else x

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        x = self._shaped(self.data.x_train)
        return fit(
            *(self.network, MeanSquaredError(), self.optimizer, x, x),
            batch_size=32,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure the errors, and note what has been tried."""
        test = self.error()
        train = self.error(self.data.x_train[:400])
        self._error.append(step, train=train, test=test, pca=self.pca_error(self.code))
        if step >= WORTH:
            self.tried[self.values["kind"], self.code] = test

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def answer_of(self, x: Array) -> Array:
        """Return what the network makes of rows of pixels, as rows."""
        return self.network.forward(self._shaped(x)).reshape(len(x), -1)

    def error(self, x: Array | None = None) -> float:
        """Return the mean squared error of a pixel, on the test digits by default."""
        x = self.data.x_test if x is None else x
        return squared_error(self.answer_of(x), x)

    def by_pca(self, x: Array, size: int) -> Array:
        """Return what PCA makes of rows of pixels with so many numbers."""
        kept = self._components[:size]
        projected: Array = (x - self._mean) @ kept.T @ kept + self._mean
        return projected

    def pca_error(self, size: int) -> float:
        """Return the mean squared error of PCA on the test digits."""
        return squared_error(self.by_pca(self.data.x_test, size), self.data.x_test)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return digits three times over, the graph of sizes, and the curves."""
        back, pca = self.answer_of(self._some), self.by_pca(self._some, self.code)
        marks = [(size, error) for (_, size), error in sorted(self.tried.items())]
        return {
            "digits": {
                "images": pictures(np.concatenate([self._some, back, pca])),
                "alt": "One test digit of each kind; below it what the network makes of it with "
                f"{self.code} numbers; below that what PCA makes of it.",
            },
            "sizes": {
                "pca": self._pca,
                "marks": np.array(marks, dtype=np.float32).reshape(-1, 2).T,
                "marked_x": float(self.code),
                "marked_label": "code",
                "alt": f"Test error against the size of the code, {len(marks)} sizes tried.",
            },
            "error": {
                **{name: self._error.curve(name) for name in ("train", "test", "pca")},
                "alt": f"Error over the updates: now {self._error.last('test'):.4f}; PCA has "
                f"{self.pca_error(self.code):.4f}.",
            },
        }

    def summary(self) -> str:
        """Return the error beside that of PCA."""
        test, pca = self._error.last("test"), self.pca_error(self.code)
        fours = "" if self.code == self.values["code"] else " (in fours)"
        words = (
            f"Update {self.player.step:,}, {self.code} numbers{fours} for {PIXELS}: test error "
            f"{test:.4f}, PCA {pca:.4f}."
        )
        if self.player.step < WORTH:
            return f"{words} Press Play, and wait until the curve is flat."
        if self.values["kind"] == LINEAR:
            return f"{words} Without a bend it cannot get below PCA by more than luck."
        return f"{words} Below PCA." if test < pca else f"{words} Not below PCA yet."
