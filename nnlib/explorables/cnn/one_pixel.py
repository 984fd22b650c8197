"""One pixel after the other: a kernel on a table of numbers, rightly or in place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.activations.board import Board
from nnlib.explorables.cnn.pictures import numbers
from nnlib.explorables.cnn.sliding import Sliding, in_place
from nnlib.filters import KERNELS
from nnlib.kernels.types import Array
from nnlib.live import Bench, Numbers, Panel, Toggle
from nnlib.training import Step

LECTURE = KERNELS["lecture"].tolist()


class OnePixel(Board):
    """A kernel of 3 x 3 goes over 6 x 8 numbers; each step computes one pixel of the output.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = OnePixel()
    >>> view.run(2)
    >>> view.pixels().round().tolist()  # those that are computed
    [178.0, 205.0]
    >>> view.set("in_place", True)
    >>> view.pixels().round().tolist()
    [178.0, 209.0]
    """

    title = "One pixel at a time: nine products and their sum"
    autoplay = True
    end_text = "Every pixel is computed. Press Reset to begin again."
    controls = (
        Numbers("kernel", "Kernel", 3, 3, -1000, 1000, LECTURE),
        Toggle("in_place", "Write each result into the picture (wrong)", False),
    )
    speed = replace(Board.speed, label="Speed (pixels/s)", maximum=20, value=1)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "The kernel of the lecture": {"kernel": LECTURE, "in_place": False},
        "The same, in place": {"kernel": LECTURE, "in_place": True},
        "Mean of nine": {"kernel": KERNELS["box"].tolist()},
        "Right minus left": {"kernel": KERNELS["prewitt x"].tolist()},
        "Only the middle": {"kernel": KERNELS["identity"].tolist()},
    }
    panels: Sequence[Panel] = (
        Bench(
            name="bench",
            title="Picture, kernel, products and output: edit the kernel, move the window",
            weights="kernel",
            low=0.0,
            high=255.0,
            grey=True,
            image_label="picture, 0 is black and 255 white",
            height=330,
        ),
    )

    def prepare(self) -> None:
        """Take the picture."""
        self.image = numbers()

    def advance(self) -> None:
        """Nothing moves but the window, and that follows the clock."""

    def steps(self) -> Iterator[Step]:
        """Compute one pixel after the other, to the last."""
        for step in super().steps():
            if step.iteration > self.count():
                self.ticks = self.count()
                return
            yield step

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot, and on from there."""
        super().load_state(state, step)
        self.player.renew_steps()

    def kernel(self) -> Array:
        """Return the kernel, float32 (3, 3)."""
        return np.array(self.values["kernel"], dtype=np.float32)

    def count(self) -> int:
        """Return how many pixels the output has."""
        return int(self.image[2:, 2:].size)

    def at(self) -> int:
        """Return the number of the pixel that was computed last, from 0."""
        return max(0, min(self.ticks, self.count()) - 1)

    def output(self) -> Array:
        """Return what the kernel makes of the numbers, or would if the clock went on."""
        if self.values["in_place"]:
            return in_place(self.image, self.kernel())[1].astype(np.float32)
        return Sliding()(self.image, self.kernel())

    def pixels(self) -> Array:
        """Return the pixels that are computed, one after the other."""
        return self.output().ravel()[: self.ticks]

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return picture, output, and where the window stands."""
        output, at, wrong = self.output(), self.at(), self.values["in_place"]
        image = in_place(self.image, self.kernel(), at)[0] if wrong else self.image
        low, high = float(output.min()), float(output.max())
        signed = {} if low >= 0 and high <= 255 else {"scale": max(-low, high)}
        return {
            "bench": {
                "image": image.astype(np.float32),
                "output": output,
                "done": self.ticks,
                "window": [at // output.shape[1], at % output.shape[1]],
                "fixed": wrong,
                "look": "grey" if signed else "picture",
                **signed,
                "alt": f"A table of 6 x 8 numbers, a kernel of 3 x 3, and {self.ticks} of "
                f"{self.count()} pixels of the output. {self.summary()}",
            }
        }

    def summary(self) -> str:
        """Return the sum that was done last, product by product."""
        if not self.ticks:
            return "No pixel is computed yet: press Play or Step."
        at, kernel = self.at(), self.kernel()
        columns = self.image.shape[1] - 2
        row, column = at // columns, at % columns
        image = in_place(self.image, kernel, at)[0] if self.values["in_place"] else self.image
        window = image[row : row + 3, column : column + 3]
        below = _denominator(kernel)
        terms = " + ".join(
            f"{weight:.3g}·{pixel:.0f}" if weight >= 0 else f"({weight:.3g})·{pixel:.0f}"
            for weight, pixel in zip(kernel.ravel() * below, window.ravel(), strict=True)
            if weight
        )
        total = float((kernel * window).sum())
        if not terms:
            return "Every weight is 0, so every pixel is 0. Type a number into the kernel."
        place = f"Row {row + 1}, column {column + 1}"
        if below == 1:
            return f"{place}: {terms} = {total:.4g}."
        return f"{place}: ({terms})/{below} = {total * below:.4g}/{below} = {total:.1f}."


def _denominator(kernel: Array) -> int:
    """What the weights can be written over, as whole numbers; 1 if nothing up to 100 fits."""
    for below in range(1, 101):
        if np.allclose(kernel * below, np.round(kernel * below), atol=1e-4):
            return below
    return 1
