"""Draw a digit, spoil it, and let a denoising autoencoder clean it, while it learns."""

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
from nnlib.explorables.backpropagation.strokes import in_words, pen_digit
from nnlib.explorables.digit_pictures import as_seen
from nnlib.initializers import he_normal
from nnlib.kernels.types import Array
from nnlib.layers import Dense, ReLU, Sigmoid
from nnlib.live import (
    ENDLESS,
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
)
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.training import Step, fit

PAPER = 56
ERASED, FLIPPED, SPECKLED = "erased pixels", "flipped pixels", "grey noise"
HIDDEN = 128
_THREE = Drawing("drawing", "A 3", PAPER, PAPER).clean(pen_digit(3))


def spoil(x: Array, kind: str, amount: float, rng: np.random.Generator) -> Array:
    """Return pictures with noise, in [0, 1].

    Parameters
    ----------
    x : ndarray of float32, any shape
        In [0, 1].
    kind : {ERASED, FLIPPED, SPECKLED}
        Pixels set to 0; pixels turned into 1 less themselves; normal noise added.
    amount : float
        The share of the pixels, or the standard deviation.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float32

    Examples
    --------
    >>> x = np.ones((2, 3), dtype=np.float32)
    >>> spoil(x, ERASED, 1.0, np.random.default_rng(0)).sum()
    np.float32(0.0)
    """
    if kind == SPECKLED:
        noise = rng.standard_normal(x.shape, dtype=np.float32) * np.float32(amount)
        return np.clip(x + noise, 0.0, 1.0)
    hit = rng.random(x.shape, dtype=np.float32) < amount
    return np.where(hit, np.float32(0) if kind == ERASED else 1 - x, x)


def cross() -> list[list[int]]:
    """Return a cross of two slanting strokes, as rows of bytes for the drawing.

    Returns
    -------
    list of list of int

    Examples
    --------
    >>> rows = cross()
    >>> len(rows), rows[27][27], rows[0][0]
    (56, 255, 0)
    """
    place = np.arange(PAPER)
    down, right = np.meshgrid(place, place, indexing="ij")
    near = np.minimum(np.abs(down - right), np.abs(down + right - PAPER + 1)) <= 3
    inside = (down >= 8) & (down < PAPER - 8)
    rows: list[list[int]] = np.where(near & inside, 255, 0).tolist()
    return rows


class DrawAndDenoise(Explorable):
    """64-128-64, trained to make whole digits of spoilt ones; then it is given a drawing.

    Parameters
    ----------
    seed : int
        Of the split, the first weights, the shuffling and the noise.
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = DrawAndDenoise()
    >>> view.run(900)
    >>> view.error() < 0.5 * view.spoilt_error()
    True
    """

    title = "Draw a digit, spoil it, and watch the network clean it"
    seeded = True
    controls = (
        Drawing("drawing", "Your drawing", PAPER, PAPER, _THREE),
        Choice("kind", "Noise", (ERASED, FLIPPED, SPECKLED), ERASED),
        Slider("amount", "How much noise", 0.0, 0.8, 0.3),
        Slider("training", "Noise in training", 0.0, 0.8, 0.3),
        Slider("times", "Times through the network", 1, 10, 1, integer=True),
        Slider("draw", "Noise number", 0, 50, 0, integer=True),
        Slider("learning_rate", "Learning rate", 0.0003, 0.03, 0.003, log=True),
    )
    speed: ClassVar[Slider] = Slider(
        "speed", "Speed (updates/s)", 1, 3000, 200, log=True, top_label="as fast as it can"
    )
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        **{in_words(digit): {"drawing": pen_digit(digit)} for digit in range(10)},
        "A cross, which is no digit": {"drawing": cross(), "amount": 0.0},
        "Empty paper": {"drawing": ""},
        "Trained without noise": {"training": 0.0},
        "Trained with noise": {"training": 0.3},
    }
    panels: Sequence[Panel] = (
        Pad(name="pad", title="Draw here", drawing="drawing", line_width=0.11, span=4, height=300),
        Images(
            name="yours",
            title="Your drawing: as the network would see it, spoilt, and cleaned",
            columns=3,
            image_label="picture",
            span=8,
            height=300,
        ),
        Images(
            name="digits",
            title="Test digits, spoilt, and cleaned",
            columns=10,
            image_label="picture",
            span=7,
            height=220,
        ),
        Curves(
            name="error",
            title="Mean squared error of a pixel, test digits",
            series=(
                {"name": "cleaned", "label": "cleaned"},
                {"name": "spoilt", "label": "spoilt, left as they are"},
            ),
            y_scale="log",
            span=5,
            height=220,
        ),
    )

    def __init__(self, *, seed: int = 0, key: str | None = None, **values: object) -> None:
        self.seed = clean_seed(seed)
        self._error = Series("cleaned", "spoilt")
        super().__init__(key=key, **values)

    def prepare(self) -> None:
        """Load the digits."""
        self.data = split_of(self.seed)
        self._some = one_of_each(self.data.x_test, self.data.y_test)

    def start(self) -> None:
        """Make the network anew, and forget the curves."""
        self._rng = np.random.default_rng(self.seed)
        self.network = Sequential(
            Dense(PIXELS, HIDDEN, rng=self._rng, initializer=he_normal),
            ReLU(),
            Dense(HIDDEN, PIXELS, rng=self._rng),
            Sigmoid(),
        )
        self.optimizer = Adam(self.network.parameters(), self.values["learning_rate"])
        self._error.clear()

    def steps(self) -> Iterator[Step]:
        """Train in mini-batches, with new noise in each pass over the digits."""
        x, updates = self.data.x_train, 0
        for epoch in range(ENDLESS):
            seen = spoil(x, self.values["kind"], self.values["training"], self._rng)
            passes = fit(
                *(self.network, MeanSquaredError(), self.optimizer, seen, x),
                batch_size=32,
                rng=self._rng,
            )
            for step in passes:
                updates += 1
                yield Step(epoch, updates, step.loss, step.learning_rate, step.ends_epoch)

    def changed(self, name: str) -> None:
        """Train on with the new noise or rate; the drawing is read in `frame`."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.values["learning_rate"]
        elif name in ("kind", "training"):
            self.player.renew_steps()
        if name in ("kind", "amount", "draw", "times"):
            self.record(self.player.step)

    def record(self, step: int) -> None:
        """Measure how far spoilt and cleaned test digits are from whole ones."""
        self._error.append(step, cleaned=self.error(), spoilt=self.spoilt_error())

    def forget_after(self, step: int) -> None:
        """Show the curves up to this step."""
        self._error.rewind(step)

    def spoilt(self, x: Array) -> Array:
        """Return pictures with the noise that is set, the same each time."""
        rng = np.random.default_rng([self.seed, int(self.values["draw"])])
        return spoil(x, self.values["kind"], self.values["amount"], rng)

    def cleaned(self, x: Array) -> Array:
        """Return what the network makes of pictures, passed through as often as is set."""
        for _ in range(int(self.values["times"])):
            x = self.network.forward(np.ascontiguousarray(x, dtype=np.float32))
        return x

    def error(self) -> float:
        """Return the mean squared error of cleaned test digits."""
        return squared_error(self.cleaned(self.spoilt(self.data.x_test)), self.data.x_test)

    def spoilt_error(self) -> float:
        """Return the mean squared error of spoilt test digits."""
        return squared_error(self.spoilt(self.data.x_test), self.data.x_test)

    def seen(self) -> Array:
        """Return the drawing as the network would get it without noise, of shape (1, 64)."""
        drawing = self._controls["drawing"]
        assert isinstance(drawing, Drawing)
        pixels = drawing.pixels(self.values["drawing"])
        return as_seen(pixels, SIDE, centred=True).reshape(1, PIXELS)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the drawing and test digits, spoilt and cleaned, and the curves."""
        own = self.seen()
        spoilt = self.spoilt(own)
        broken = self.spoilt(self._some)
        inked = f"{own.mean():.0%}"
        return {
            "pad": {"alt": f"Paper with {inked} ink in the picture made of it."},
            "yours": {
                "images": pictures(np.concatenate([own, spoilt, self.cleaned(spoilt)])),
                "captions": ["as seen", "spoilt", "cleaned"],
                "alt": "Your drawing as a picture of 8 by 8 pixels, the same with noise, and what "
                "the network makes of that.",
            },
            "digits": {
                "images": pictures(np.concatenate([self._some, broken, self.cleaned(broken)])),
                "alt": "Ten test digits, the same with noise, and cleaned.",
            },
            "error": {
                "cleaned": self._error.curve("cleaned"),
                "spoilt": self._error.curve("spoilt"),
                "alt": f"Error {self._error.last('cleaned'):.4f} cleaned, "
                f"{self._error.last('spoilt'):.4f} spoilt.",
            },
        }

    def summary(self) -> str:
        """Return how well it cleans, and what would help."""
        cleaned, spoilt = self._error.last("cleaned"), self._error.last("spoilt")
        words = f"Update {self.player.step:,}: error {spoilt:.4f} spoilt, {cleaned:.4f} cleaned."
        if not self.values["drawing"]:
            return f"{words} The paper is empty: draw a digit, or choose one under Presets."
        if self.player.step < 200:
            return f"{words} It has hardly learnt yet: press Play."
        if cleaned > spoilt:
            return f"{words} The digits were better before: is there any noise to clean?"
        if self.values["training"] == 0:
            return f"{words} It never saw noise in training, and hands most of it on."
        return words
