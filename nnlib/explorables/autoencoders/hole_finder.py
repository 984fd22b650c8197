"""Find the holes of the latent plane: places that decode to nothing like a digit."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import NAMES, pictures, split_of
from nnlib.explorables.autoencoders.plane import REACH, SIZES, LatentPlane
from nnlib.explorables.backpropagation.strokes import in_words
from nnlib.kernels.types import Array
from nnlib.live import Choice, Curves, Handle, Images, Panel, Plane, Series, Slider, freeze
from nnlib.losses import MeanSquaredError
from nnlib.optimizers import Adam
from nnlib.training import fit
from nnlib.zoo import deep_autoencoder

CELLS = 24  # of the map, across and up
HIDDEN, SHOWN = "hidden: find a hole yourself", "shown"
TRAINED = 3000  # updates that it has made when it is first seen
LEVELS = freeze(np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.35], dtype=np.float32))


class HoleFinder(LatentPlane):
    """Search the latent plane for places whose pictures lie far from all digits.

    The distance of a picture is that to the nearest digit of the training set: the root of the
    mean squared difference of a pixel. A hole is where it is larger than for 95% of the test
    digits.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = HoleFinder()
    >>> view.run(10)
    >>> 0 < view.hole_share() < 1
    True
    """

    title = "Find the holes: places in the plane that decode to nothing like a digit"
    controls = (
        Slider("z1", "First number", -REACH, REACH, 0.0),
        Slider("z2", "Second number", -REACH, REACH, 0.0),
        Choice("map", "Map of distances", (HIDDEN, SHOWN), HIDDEN),
        Slider("learning_rate", "Learning rate", 0.0001, 0.1, 0.003, log=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Search again": {"z1": 0.0, "z2": 0.0, "map": HIDDEN},
        "Show the map": {"map": SHOWN},
    }
    panels: Sequence[Panel] = (
        Plane(
            name="plane",
            title="The plane: drag the ring to the worst picture",
            x_range=(-REACH, REACH),
            y_range=(-REACH, REACH),
            x_label="first number",
            y_label="second number",
            point_labels=NAMES,
            handles=(Handle("place", x="z1", y="z2"),),
            value_label="distance",
            low_label="like a digit",
            high_label="far from all",
            mark_label="deepest hole",
            span=6,
            height=400,
        ),
        Images(
            name="here",
            title="Decoded, and the nearest real digit",
            columns=1,
            image_label="picture",
            span=3,
            height=400,
        ),
        Curves(
            name="holes",
            title="Share of the plane that is hole",
            series=({"name": "share", "label": "hole"},),
            y_range=(0.0, 1.0),
            span=3,
            height=400,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self._share = Series("share")
        super().__init__(seed=seed, key=key, **values)

    def prepare(self) -> None:
        """Load the digits, and measure how far a test digit is from those of the training."""
        super().prepare()
        away = self.neighbours.distance(self.data.x_test)
        self.limit = float(np.quantile(away, 0.95))

    def start(self) -> None:
        """Make the network anew, and train it for a while before it is seen."""
        super().start()
        self._share.clear()
        learnt = _trained(self.seed)
        for parameter, value in zip(self.network.parameters(), learnt, strict=True):
            parameter.value[...] = value

    def record(self, step: int) -> None:
        """Measure how far each place of the plane decodes from all digits."""
        super().record(step)
        self._distances = self.distances()
        self._share.append(step, share=self.hole_share())

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step, and the map as it was."""
        super().forget_after(step)
        self._distances = self.distances()
        self._share.rewind(step)

    def distances(self) -> Array:
        """Return the distance of each place from the nearest digit, lowest row first."""
        away = self.neighbours.distance(self.decode(self.grid(CELLS)))
        return away.reshape(CELLS, CELLS).astype(np.float32)

    def hole_share(self) -> float:
        """Return the share of the plane that decodes to nothing like a digit."""
        return float((self._distances > self.limit).mean())

    def here(self) -> float:
        """Return the distance of the picture at the ring."""
        return float(self.neighbours.distance(self.decode(self.place))[0])

    def deepest(self) -> tuple[float, Array]:
        """Return the largest distance in the plane, and where it is, of shape (2, 1)."""
        worst = int(self._distances.argmax())
        return float(self._distances.max()), self.grid(CELLS)[worst][:, None]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the plane with its codes, the picture at the ring, and the share of holes."""
        codes, _, _ = self.codes()
        drawn = self.decode(self.place)[0]
        nearest = self.neighbours.nearest(drawn)
        digit, away = int(self.data.y_train[nearest]), self.here()
        plane: dict[str, Any] = {"points": codes, "labels": self._labels}
        if self.values["map"] == SHOWN:
            plane |= {
                "values": self._distances,
                "low": 0.08,
                "high": 0.35,
                "levels": LEVELS,
                "bold_level": self.limit,
                "marks": self.deepest()[1],
            }
        return {
            "plane": plane
            | {
                "alt": f"The plane of codes; at the ring the distance is {away:.2f}. Beyond the "
                f"strong line, at {self.limit:.2f}, are the holes.",
            },
            "here": {
                "images": pictures(np.stack([drawn, self.data.x_train[nearest]])),
                "captions": [f"distance {away:.2f}", in_words(digit)],
                "alt": f"The picture decoded at the ring, {away:.2f} from the nearest digit, "
                f"{in_words(digit)}.",
            },
            "holes": {
                "share": self._share.curve("share"),
                "alt": f"Share of the plane that is hole: now {self.hole_share():.0%}.",
            },
        }

    def summary(self) -> str:
        """Return what lies at the ring, and how it compares with the deepest hole."""
        away, deepest = self.here(), self.deepest()[0]
        place = "a hole" if away > self.limit else "no hole"
        words = f"Distance {away:.2f}: {place} (holes begin at {self.limit:.2f}). "
        if away > 0.9 * deepest:
            return f"{words}You have found one of the deepest: the deepest is {deepest:.2f}."
        if self.values["map"] == SHOWN:
            return f"{words}The deepest, at the star, is {deepest:.2f}."
        return f"{words}There are deeper ones. Look where no digits are."


@cache
def _trained(seed: int) -> tuple[Array, ...]:
    """The parameters of the network after a while, so that it need not be waited for each time."""
    rng, x = np.random.default_rng(seed), split_of(seed).x_train
    network = deep_autoencoder(SIZES, rng=rng)
    optimizer = Adam(network.parameters(), 0.003)
    epochs = TRAINED // -(-len(x) // 32)
    for _ in fit(
        network, MeanSquaredError(), optimizer, x, x, batch_size=32, epochs=epochs, rng=rng
    ):
        pass
    return tuple(parameter.value.copy() for parameter in network.parameters())
