"""What the explorables of the latent plane share: an autoencoder with a code of two numbers."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnlib.explorables.autoencoders.digits import Neighbours, split_of, squared_error
from nnlib.kernels.types import Array
from nnlib.layers import Layer
from nnlib.live import ENDLESS, Explorable, Series, clean_seed
from nnlib.losses import MeanSquaredError
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import Step, fit
from nnlib.zoo import deep_autoencoder

REACH = 3.0  # of the plane, in standard deviations of the codes
SIZES = (64, 64, 32, 2)  # of the layers, down to the code
SHOWN = 400  # digits whose codes are shown


class LatentPlane(Explorable):
    """Base class: an autoencoder 64-64-32-2-32-64-64, seen through its code.

    The axes of the plane are the two numbers of the code, each less its mean and divided by its
    standard deviation, so that the picture stays in its frame while the network learns.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.
    """

    seeded = True

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("train", "test")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits."""
        self.data = split_of(self.seed)
        self.neighbours = Neighbours(self.data.x_train)
        self._labels = self.data.y_train[:SHOWN].astype(np.uint8)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = deep_autoencoder(SIZES, rng=self._rng)
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._error.clear()

    @property
    def encoder(self) -> Layer:
        """The half that makes the code."""
        return self.network.layers[0]

    @property
    def decoder(self) -> Layer:
        """The half that makes a picture of a code."""
        return self.network.layers[1]

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, for as long as somebody asks."""
        x = self.data.x_train
        return fit(
            *(self.network, MeanSquaredError(), self.optimizer, x, x),
            batch_size=32,
            epochs=ENDLESS,
            rng=self._rng,
        )

    def changed(self, name: str) -> None:
        """Use the new learning rate from the next update on; the place is read in `frame`."""
        self.optimizer.learning_rate = self.values["learning_rate"]

    def record(self, step: int) -> None:
        """Measure the error on training and test digits."""
        self._error.append(step, train=self.error(self.data.x_train[:SHOWN]), test=self.error())

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def error(self, x: Array | None = None) -> float:
        """Return the mean squared error of a pixel, on the test digits by default."""
        x = self.data.x_test if x is None else x
        return squared_error(self.network.forward(x), x)

    def codes(self) -> tuple[Array, Array, Array]:
        """Return codes of some digits in the units of the plane, their mean and their spread."""
        with limited_blas_threads():
            codes = self.encoder.forward(self.data.x_train[:SHOWN])
        mean, spread = codes.mean(axis=0), codes.std(axis=0) + np.float32(1e-6)
        return (codes - mean) / spread, mean, spread

    def decode(self, places: Array) -> Array:
        """Return the pictures that belong to places in the plane, float32 (n, 64)."""
        _, mean, spread = self.codes()
        with limited_blas_threads():
            return self.decoder.forward((places * spread + mean).astype(np.float32))

    def grid(self, side: int) -> Array:
        """Return the middles of side x side cells of the plane, lowest row first, (side², 2)."""
        centres = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 * REACH - REACH
        across, up = np.meshgrid(centres, centres)
        return np.stack([across.ravel(), up.ravel()], axis=1)

    @property
    def place(self) -> Array:
        """Where the learner is, of shape (1, 2)."""
        return np.array([[self.values["z1"], self.values["z2"]]], dtype=np.float32)

    def curves(self) -> dict[str, Any]:
        """Return the curves of the error."""
        test = self._error.last("test")
        return {
            "train": self._error.curve("train"),
            "test": self._error.curve("test"),
            "alt": f"Mean squared error of a pixel, over the updates: {test:.4f} on test digits.",
        }
