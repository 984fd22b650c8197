"""A code longer than the sample: what keeps it from copying, sparsity or noise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import (
    PIXELS,
    SIDE,
    one_of_each,
    pictures,
    split_of,
    squared_error,
)
from nnlib.kernels.types import Array
from nnlib.layers import Dense, KLSparsity
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
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.training import Step, fit
from nnlib.zoo import sparse_autoencoder

SHOWN = 50  # units whose weights are shown
BINS = 10  # of the activations
ERASED = 0.3  # share of the pixels that the test of copying erases


class Overcomplete(Explorable):
    """64 - code - 64 with sigmoids, a sparsity penalty and erased pixels, both as strong as wanted.

    What it makes of test digits with 30% of their pixels erased tells whether it has learnt what
    digits look like: one that copies leaves the holes in.

    Parameters
    ----------
    seed : int
        Of the split, the first weights, the shuffling and the noise.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Overcomplete(sparsity=0.01)
    >>> view.run(500)
    >>> view.activity() < 0.1
    True
    """

    title = "More numbers than pixels: what keeps the network from copying?"
    seeded = True
    controls = (
        Slider("code", "Units in the code", 16, 144, 100, integer=True, restarts=True),
        Slider("sparsity", "Sparsity λ", 0.0, 0.05, 0.0),
        Slider("target", "Activity wanted ρ", 0.01, 0.3, 0.05, log=True),
        Slider("noise", "Pixels erased in training", 0.0, 0.7, 0.0),
        Slider("learning_rate", "Learning rate", 0.0003, 0.03, 0.005, log=True),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 3000, 200, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Plain": {"code": 100, "sparsity": 0.0, "noise": 0.0},
        "Sparse": {"code": 100, "sparsity": 0.01, "target": 0.05, "noise": 0.0},
        "Denoising": {"code": 100, "sparsity": 0.0, "noise": 0.4},
        "Both": {"code": 100, "sparsity": 0.003, "target": 0.1, "noise": 0.4},
    }
    panels: Sequence[Panel] = (
        Images(
            name="features",
            title=f"What {SHOWN} units of the code draw",
            signed=True,
            columns=10,
            image_label="unit",
            span=5,
            height=280,
        ),
        Images(
            name="repaired",
            title="Test digits, 30% of their pixels erased, and what comes out",
            columns=10,
            image_label="picture",
            span=7,
            height=280,
        ),
        Bars(
            name="activity",
            title="How active the code is: share of activations",
            labels=[f"{bin / BINS:.1f}" for bin in range(BINS)],
            x_label="activation, from",
            y_range=(0.0, 1.0),
            value_label="share",
            smooth=True,
            span=6,
            height=210,
        ),
        Curves(
            name="error",
            title="Mean squared error of a pixel, test digits",
            series=(
                {"name": "whole", "label": "whole in, whole out"},
                {"name": "erased", "label": "erased in, whole out"},
                {"name": "nothing", "label": "erased, left as they are"},
            ),
            y_scale="log",
            span=6,
            height=210,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("whole", "erased", "nothing")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and erase pixels of those of the test, the same ones for ever."""
        self.data = split_of(self.seed)
        rng = np.random.default_rng(self.seed)
        self._broken = self._erase(self.data.x_test, ERASED, rng)
        chosen = self.data.y_test
        self._some = np.concatenate(
            [one_of_each(x, chosen) for x in (self.data.x_test, self._broken)]
        )

    @staticmethod
    def _erase(x: Array, share: float, rng: np.random.Generator) -> Array:
        """Set so many of the pixels to 0, drawn anew for each."""
        return x * (rng.random(x.shape, dtype=np.float32) >= share).astype(np.float32)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = sparse_autoencoder(
            PIXELS,
            int(self.values["code"]),
            target=self.values["target"],
            strength=self.values["sparsity"],
            rng=self._rng,
        )
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._error.clear()

    @property
    def _halves(self) -> tuple[Sequential, Sequential]:
        """Encoder and decoder."""
        encoder, decoder = self.network.layers
        assert isinstance(encoder, Sequential)
        assert isinstance(decoder, Sequential)
        return encoder, decoder

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, with new noise in each pass over the digits."""
        x, epoch, updates = self.data.x_train, 0, 0
        while epoch < ENDLESS:
            noise = float(self.values["noise"])
            seen = self._erase(x, noise, self._rng) if noise else x
            passes = fit(
                *(self.network, MeanSquaredError(), self.optimizer, seen, x),
                batch_size=32,
                rng=self._rng,
            )
            for step in passes:
                updates += 1
                yield Step(epoch, updates, step.loss, step.learning_rate, step.ends_epoch)
            epoch += 1

    def changed(self, name: str) -> None:
        """Go on with the new rate or penalty; new noise from the next pass on."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name in ("sparsity", "target"):
            layer = self._halves[0].layers[-1]
            assert isinstance(layer, KLSparsity)
            layer.target, layer.strength = self.values["target"], self.values["sparsity"]
        elif name == "noise":
            self.player.renew_steps()

    def record(self, step: int) -> None:
        """Measure the error with whole digits and with broken ones."""
        x = self.data.x_test
        self._error.append(
            step,
            whole=squared_error(self.network.forward(x), x),
            erased=self.repair_error(),
            nothing=squared_error(self._broken, x),
        )

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def error(self) -> float:
        """Return the mean squared error of a pixel on whole test digits."""
        return squared_error(self.network.forward(self.data.x_test), self.data.x_test)

    def repair_error(self) -> float:
        """Return the error where the network gets digits with erased pixels."""
        return squared_error(self.network.forward(self._broken), self.data.x_test)

    def code(self) -> Array:
        """Return the activations of the code on the test digits, (digits, units)."""
        return self._halves[0].forward(self.data.x_test)

    def activity(self) -> float:
        """Return the mean activation of the code on the test digits."""
        return float(self.code().mean())

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return weights, repaired digits, activations and curves."""
        dense = self._halves[1].layers[0]
        assert isinstance(dense, Dense)
        weight = dense.weight.value[:SHOWN]
        scale = float(np.abs(weight).max()) or 1.0
        code = self.code()
        counts = np.bincount(
            np.minimum((code * BINS).astype(np.int64), BINS - 1).ravel(), minlength=BINS
        )
        digits, broken = self._some[:10], self._some[10:]
        out = self.network.forward(broken)
        whole, erased = self._error.last("whole"), self._error.last("erased")
        return {
            "features": {
                "images": quantize(weight, scale).reshape(-1, SIDE, SIDE),
                "scale": scale,
                "alt": f"The weights of {len(weight)} units as pictures; the largest is "
                f"{scale:.2f}.",
            },
            "repaired": {
                "images": pictures(np.concatenate([digits, broken, out])),
                "alt": "Ten test digits, below them the same with 30% of their pixels erased, and "
                "below that what the network makes of those.",
            },
            "activity": {
                "values": (counts / code.size).astype(np.float32),
                "alt": f"The mean activation is {code.mean():.2f}; {counts[0] / code.size:.0%} of "
                "all are below 0.1.",
            },
            "error": {
                **{name: self._error.curve(name) for name in ("whole", "erased", "nothing")},
                "alt": f"Error {whole:.4f} on whole digits, {erased:.4f} on erased ones.",
            },
        }

    def summary(self) -> str:
        """Return both errors, how active the code is, and what follows."""
        left = self._error.last("nothing")
        erased = self._error.last("erased")
        words = (
            f"Update {self.player.step:,}: error {self._error.last('whole'):.4f} on whole digits, "
            f"{erased:.4f} on erased ones; mean activation {self.activity():.2f}."
        )
        if self.player.step < 300:
            return f"{words} Press Play, and let it learn."
        if erased > 0.6 * left:
            return f"{words} It leaves the holes in."
        return f"{words} It fills the holes: from {left:.4f} to {erased:.4f}."
