"""Drag through the latent plane, and watch the decoder draw, while it learns."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.autoencoders.digits import NAMES, one_of_each, pictures
from nnlib.explorables.autoencoders.plane import REACH, LatentPlane
from nnlib.explorables.backpropagation.strokes import in_words
from nnlib.live import TRAIN_AND_TEST, Curves, Handle, Images, Panel, Plane, Slider

TILES = 9  # pictures across the map of the plane


class PlaneWalk(LatentPlane):
    """An autoencoder with a code of two numbers: the plane, and what the decoder makes of it.

    Parameters
    ----------
    seed : int
        Of the split, the first weights and the shuffling.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = PlaneWalk()
    >>> before = view.error()
    >>> view.run(450)  # ten passes over 1,438 digits
    >>> view.error() < before / 2
    True
    """

    title = "Drag in the latent plane, and watch the decoder draw while it learns"
    autoplay = True
    controls = (
        Slider("z1", "First number", -REACH, REACH, 0.5),
        Slider("z2", "Second number", -REACH, REACH, 0.5),
        Slider("learning_rate", "Learning rate", 0.0001, 0.1, 0.003, log=True),
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "The middle of the codes": {"z1": 0.0, "z2": 0.0},
        "At the edge": {"z1": 2.6, "z2": -2.6},
        "Far from all digits": {"z1": -3.0, "z2": 3.0},
    }
    panels: Sequence[Panel] = (
        Plane(
            name="plane",
            title="Where the encoder puts digits: drag the ring",
            x_range=(-REACH, REACH),
            y_range=(-REACH, REACH),
            x_label="first number",
            y_label="second number",
            point_labels=NAMES,
            handles=(Handle("place", x="z1", y="z2"),),
            span=5,
            height=360,
        ),
        Images(
            name="here",
            title="What the decoder draws there",
            columns=1,
            image_label="picture",
            span=2,
            height=360,
        ),
        Images(
            name="tiles",
            title="The whole plane, decoded",
            columns=TILES,
            image_label="place",
            span=5,
            height=360,
        ),
        Images(
            name="pairs",
            title="Test digits, and what comes back through two numbers",
            columns=10,
            image_label="picture",
            span=7,
            height=170,
        ),
        Curves(
            name="error",
            title="Mean squared error of a pixel",
            series=TRAIN_AND_TEST,
            y_scale="log",
            span=5,
            height=170,
        ),
    )

    def prepare(self) -> None:
        """Load the digits, and choose one of each to be shown."""
        super().prepare()
        self._some = one_of_each(self.data.x_test, self.data.y_test)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the codes, the pictures that belong to places, and the curves."""
        codes, mean, spread = self.codes()
        places = np.concatenate([self.place, self.grid(TILES)]) * spread + mean
        drawn = self.decoder.forward(places.astype(np.float32))
        nearest = self.neighbours.nearest(drawn[0])
        digit = int(self.data.y_train[nearest])
        # The grid is counted from below, pictures from above.
        tiles = pictures(drawn[1:]).reshape(TILES, TILES, 8, 8)[::-1].reshape(-1, 8, 8)
        back = self.network.forward(self._some)
        return {
            "plane": {
                "points": codes,
                "labels": self._labels,
                "alt": f"{len(codes)} digits at the two numbers of their codes; the ring stands at "
                f"{self.values['z1']:.2f} and {self.values['z2']:.2f}.",
            },
            "here": {
                "images": pictures(np.stack([drawn[0], self.data.x_train[nearest]])),
                "captions": ["decoded", f"nearest: {in_words(digit)}"],
                "alt": "The picture decoded there; the nearest digit of the training set is "
                f"{in_words(digit)}.",
            },
            "tiles": {
                "images": tiles,
                "alt": f"{TILES} by {TILES} places of the plane, each as the picture that the "
                "decoder draws there.",
            },
            "pairs": {
                "images": pictures(np.concatenate([self._some, back])),
                "alt": "One test digit of each kind, and below it what the network makes of it.",
            },
            "error": self.curves(),
        }

    def summary(self) -> str:
        """Return how far it has come, and what is drawn where the ring stands."""
        state = f"Update {self.player.step:,}: error {self._error.last('test'):.4f} on test digits."
        if self.player.step < 100:
            return f"{state} The decoder has hardly learnt yet: press Play."
        drawn = self.decode(self.place)
        away = float(self.neighbours.distance(drawn)[0])
        digit = in_words(int(self.data.y_train[self.neighbours.nearest(drawn[0])]))
        return f"{state} At the ring it draws something like {digit}, {away:.2f} from a real one."
