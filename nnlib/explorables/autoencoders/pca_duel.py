"""A linear autoencoder against principal component analysis: two ways to the same plane."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import SIDE, split_of, squared_error
from nnlib.kernels.types import Array
from nnlib.live import (
    ENDLESS,
    Bars,
    Curves,
    Explorable,
    Images,
    Panel,
    Series,
    Slider,
    clean_seed,
    quantize,
)
from nnlib.losses import MeanSquaredError
from nnlib.optimizers import Adam
from nnlib.probes import principal_angles, principal_components
from nnlib.training import Step, fit
from nnlib.zoo import linear_autoencoder

MOST = 8  # numbers in the code


class PCADuel(Explorable):
    """A linear autoencoder learns, all digits in each update, beside the PCA that is exact.

    From each pixel its mean over the digits is taken first. The cosines of the principal angles
    between what the rows of the decoder span and the principal components tell how far it is: all
    1.000 means that it is the same subspace.

    Parameters
    ----------
    seed : int
        Of the split and the first weights.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = PCADuel(code=2)
    >>> view.run(300)
    >>> view.cosines().round(3).tolist()
    [1.0, 1.0]
    """

    title = "The PCA duel: a linear autoencoder finds the plane of the principal components"
    seeded = True
    units = ("update", "ten")
    pass_label = "10 updates"
    controls = (
        Slider("code", "Numbers in the code", 1, MOST, 3, integer=True, restarts=True),
        Slider("learning_rate", "Learning rate", 0.001, 0.3, 0.03, log=True),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 1000, 30, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "A plane": {"code": 2, "learning_rate": 0.03},
        "Eight numbers": {"code": 8, "learning_rate": 0.03},
    }
    panels: Sequence[Panel] = (
        Bars(
            name="cosines",
            title="Cosines of the principal angles",
            labels=[str(k + 1) for k in range(MOST)],
            y_range=(0.0, 1.0),
            value_label="cosine",
            smooth=True,
            span=5,
            height=210,
        ),
        Curves(
            name="error",
            title="Mean squared error on the training digits",
            series=({"name": "net", "label": "autoencoder"}, {"name": "pca", "label": "PCA"}),
            y_scale="log",
            span=7,
            height=210,
        ),
        Images(
            name="components",
            title="Principal components",
            signed=True,
            image_label="component",
            span=4,
            height=190,
        ),
        Images(
            name="rows",
            title="Rows of the decoder: another basis",
            signed=True,
            image_label="row",
            span=4,
            height=190,
        ),
        Images(
            name="mixed",
            title="Components, mixed from these rows",
            signed=True,
            image_label="mixture",
            span=4,
            height=190,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("net", "pca")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, take the mean away, and do the PCA."""
        x = split_of(self.seed).x_train
        self.x = x - x.mean(axis=0)
        self.components = principal_components(self.x, MOST)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = linear_autoencoder(SIDE * SIDE, self.code, rng=self._rng)
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        kept = self.components[: self.code]
        self.least = squared_error(self.x @ kept.T @ kept, self.x)
        self._error.clear()

    @property
    def code(self) -> int:
        """How many numbers the code has."""
        return int(self.values["code"])

    def steps(self) -> Iterator[Step]:
        """Train on all digits in each update, for as long as somebody asks."""
        return fit(
            *(self.network, MeanSquaredError(), self.optimizer, self.x, self.x),
            batch_size=len(self.x),
            epochs=ENDLESS,
            rng=self._rng,
        )

    def ends_unit(self, unit: str, item: Step) -> bool:
        """Whether this update is one of the tens."""
        return unit == "update" or item.iteration % 10 == 0

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure the error."""
        self._error.append(step, net=self.error(), pca=self.least)

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def error(self) -> float:
        """Return the mean squared error of a pixel on the training digits."""
        return squared_error(self.network.forward(self.x), self.x)

    def rows(self) -> Array:
        """Return the weights of the decoder, of shape (code, 64): each row is a picture."""
        return self.network.layers[1].parameters()[0].value

    def cosines(self) -> Array:
        """Return the cosines of the angles between the two subspaces, the largest first."""
        return np.cos(principal_angles(self.rows(), self.components[: self.code]))

    def mixed(self) -> Array:
        """Return what the rows of the decoder can mix that comes nearest to each component."""
        weights = np.linalg.lstsq(self.rows().T, self.components[: self.code].T, rcond=None)[0]
        mixture: Array = (self.rows().T @ weights).T
        return mixture

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the cosines, the error, and both bases as pictures."""
        cosines = self.cosines()
        told = ", ".join(f"{cosine:.3f}" for cosine in cosines)
        count = self.code
        return {
            "cosines": {
                "values": cosines.astype(np.float32),
                "alt": f"Cosines of the principal angles: {told}.",
            },
            "error": {
                "net": self._error.curve("net"),
                "pca": self._error.curve("pca"),
                "alt": f"Mean squared error: {self.error():.5f}; PCA: {self.least:.5f}.",
            },
            "components": _signed(self.components[:count], f"The first {count} components."),
            "rows": _signed(self.rows(), f"The {count} rows of the decoder's weights."),
            "mixed": _signed(self.mixed(), f"Mixtures of the rows nearest to {count} components."),
        }

    def summary(self) -> str:
        """Return the smallest cosine and both errors."""
        worst = float(self.cosines().min())
        words = (
            f"Update {self.player.step:,}: smallest cosine {worst:.3f}, error {self.error():.5f} "
            f"(PCA: {self.least:.5f})."
        )
        if worst > 0.9995:
            return f"{words} The same subspace, to three decimals."
        if self.player.step > 300 and self.values["learning_rate"] > 0.1:
            return f"{words} Such large steps keep it trembling: lower the learning rate."
        return words


def _signed(rows: Array, alt: str) -> dict[str, Any]:
    """Rows of weights as signed pictures, each in full colour, the first sign such as most are."""
    largest = np.abs(rows).max(axis=1, keepdims=True) + 1e-12
    return {
        "images": quantize(rows / largest, 1.0).reshape(-1, SIDE, SIDE),
        "scale": 1.0,
        "alt": alt + " Each is in full colour at its largest value.",
    }
