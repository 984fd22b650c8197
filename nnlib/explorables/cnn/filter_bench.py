"""A bench for filters: any kernel on a photograph, a drawing, or a picture of the learner's own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.datasets import photograph
from nnlib.explorables.activations.board import Board
from nnlib.explorables.backpropagation.strokes import pen_digit
from nnlib.explorables.cnn.pictures import COLUMNS, PAPER, ROWS
from nnlib.explorables.cnn.sliding import Sliding
from nnlib.filters import KERNELS, filter2d, gaussian
from nnlib.kernels.types import Array, Pair
from nnlib.live import Bench, Choice, Drawing, Images, Numbers, Pad, Panel, Slider, Toggle, freeze

MOST = 5  # rows and columns of the largest kernel
TEMPLE, FLOWER, DRAWN, OWN = "temple", "flower", "your drawing", "your picture"
GREY, COLOURS, PICTURE = "greys, 0 in the middle", "two colours, 0 between", "as a picture"
LOOKS = {GREY: "grey", COLOURS: "", PICTURE: "picture"}
_FIRST = Drawing("first", "A 5", PAPER, PAPER).clean(pen_digit(5))
ZEROS, EDGE = "zeros", "the edge again"


def _laid(kernel: Any) -> dict[str, object]:
    """A kernel in the upper left corner of the table, and its side."""
    table = np.zeros((MOST, MOST))
    side = len(kernel)
    table[:side, :side] = kernel
    return {"kernel": table.tolist(), "side": side}


#: All of 3 x 3, so that what they make is of one size.
GALLERY = {
    name: KERNELS[name]
    for name in (
        "identity", "box", "lecture", "sharpen", "sobel x", "sobel y", "prewitt x", "laplacian",
    )
}  # fmt: skip
_PLAIN = {"stride": 1, "dilation": 1, "padding": 0, "flip": False}


class FilterBench(Board):
    """A kernel of up to 5 x 5 weights on a picture, with stride, padding and dilation.

    Each step moves the window on by one pixel of the output; the output itself is there at once.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = FilterBench(padding=1)
    >>> view.output().shape == view.image().shape
    True
    >>> view.set("stride", 2)
    >>> view.output().shape
    (24, 32)
    """

    title = "The filter bench: your kernel on your picture"
    controls = (
        Choice("picture", "Picture", (TEMPLE, FLOWER, DRAWN, OWN), TEMPLE),
        Choice("look", "Show the output in", tuple(LOOKS), GREY),
        Slider("side", "Side of the kernel k", 1, MOST, 3, integer=True),
        Slider("stride", "Stride s", 1, 4, 1, integer=True),
        Slider("padding", "Padding p", 0, 4, 0, integer=True),
        Slider("dilation", "Dilation d", 1, 4, 1, integer=True),
        Choice("outside", "What lies outside", (ZEROS, EDGE), ZEROS),
        Toggle("flip", "Convolution: turn the kernel", False),
        Numbers("kernel", "Kernel", MOST, MOST, -1000, 1000, _laid(KERNELS["sobel x"])["kernel"]),  # type: ignore[arg-type]
        Drawing("drawing", "Your drawing", PAPER, PAPER, _FIRST),
        Drawing("own", "Your picture", ROWS, COLUMNS),
    )
    speed = replace(Board.speed, label="Speed (pixels/s)", maximum=2000, value=60)
    presets: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "Edges that stand: Sobel x": {**_laid(KERNELS["sobel x"]), "look": GREY, **_PLAIN},
        "Edges that lie: Sobel y": {**_laid(KERNELS["sobel y"]), "look": GREY, **_PLAIN},
        "All edges: Laplace": {**_laid(KERNELS["laplacian"]), "look": GREY, **_PLAIN},
        "Smooth: mean of nine": {**_laid(KERNELS["box"]), "look": PICTURE, **_PLAIN},
        "Smooth: Gauss, 5 x 5": {**_laid(gaussian(1.0, size=5)), "look": PICTURE, **_PLAIN},
        "Sharpen": {**_laid(KERNELS["sharpen"]), "look": PICTURE, **_PLAIN},
        "Emboss": {**_laid(KERNELS["emboss"]), "look": PICTURE, **_PLAIN},
        "Even: a kernel of 2 x 2": {**_laid(np.full((2, 2), 0.25)), "look": PICTURE, **_PLAIN},
        "All zeros": {**_laid(np.zeros((3, 3))), **_PLAIN},
        "Huge weights": {**_laid(1000 * KERNELS["sobel x"] / 2), "look": GREY, **_PLAIN},
    }
    panels: Sequence[Panel] = (
        Bench(
            name="bench",
            title="Edit the kernel, move the window",
            weights="kernel",
            low=0.0,
            high=255.0,
            grey=True,
            image_label="picture",
            upload="own",
            height=350,
        ),
        Pad(
            name="pad",
            title="Draw here",
            drawing="drawing",
            line_width=0.09,
            span=3,
            height=250,
        ),
        Images(
            name="gallery",
            title="The same picture through eight known kernels",
            grey=True,
            columns=4,
            image_label="kernel",
            span=9,
            height=280,
        ),
    )

    def __init__(self, *, key: str | None = None, **values: object) -> None:
        self._pictured: tuple[str, ...] = ()
        super().__init__(key=key, **values)
        self._check_picture(self.values)

    # ------------------------------------------------------------------ what is set

    def set(self, name: str, value: object) -> None:
        """Move a control; a picture that is handed in again is looked at again."""
        super().set(name, value)
        if name == "own" and self.values["own"]:
            super().set("picture", OWN)

    def _move(self, values: Mapping[str, Any], *, anew: bool) -> None:
        """Take the values if there is such a picture; one that was just made is looked at."""
        for name, picture in (("drawing", DRAWN), ("own", OWN)):
            if values.get(name, self.values[name]) != self.values[name] and "picture" not in values:
                values = {**values, "picture": picture}
        self._check_picture({**self.values, **values})
        super()._move(values, anew=anew)

    def _check_picture(self, values: Mapping[str, Any]) -> None:
        """Raise ValueError if a picture is asked for that nobody has chosen yet."""
        if values["picture"] == OWN and not values["own"]:
            raise ValueError(
                "There is no picture of yours yet: press 'Your picture…' under the bench, drop a "
                "file on it, or paste one; nothing has changed"
            )

    # ------------------------------------------------------------------ what is shown

    def advance(self) -> None:
        """Nothing moves but the window, and that follows the clock."""

    def image(self) -> Array:
        """Return the picture, float32, from 0, black, to 255, white."""
        match self.values["picture"]:
            case "temple":
                return photograph("china")
            case "flower":
                return photograph("flower")
            case "your drawing":  # a black pen on white paper
                return 255 - 255 * self._pixels("drawing")
        return 255 * self._pixels("own")

    def _pixels(self, name: str) -> Array:
        """What was made on a panel, in [0, 1]."""
        control = self._controls[name]
        assert isinstance(control, Drawing)
        return control.pixels(self.values[name])

    def kernel(self) -> Array:
        """Return the weights that are in use, float32 (k, k)."""
        side = self.values["side"]
        return np.array(self.values["kernel"], dtype=np.float32)[:side, :side]

    def sliding(self) -> Sliding:
        """Return how the kernel is slid."""
        names = ("stride", "padding", "dilation", "flip")
        return Sliding(
            edge=self.values["outside"] == EDGE, **{name: self.values[name] for name in names}
        )

    def output(self) -> Array:
        """Return what the kernel makes of the picture."""
        return self.sliding()(self.image(), self.kernel())

    def at(self) -> Pair:
        """Return row and column of the window in the output; after the last it begins again."""
        rows, columns = self.sliding().output_shape(self.image().shape, self.kernel().shape)
        place = self.ticks % (rows * columns)
        return place // columns, place % columns

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return picture and output, and where the window stands."""
        image, output, values = self.image(), self.output(), self.values
        most = float(np.abs(output).max())
        padding = values["padding"]
        look = LOOKS[values["look"]]
        return {
            "bench": {
                "image": image,
                "output": output,
                "side": [values["side"]] * 2,
                "stride": values["stride"],
                "dilation": values["dilation"],
                "border": [padding, padding],
                "padding": "edge" if values["outside"] == EDGE else 0,
                "flip": values["flip"],
                "scale": most if most > 1e-3 else 1.0,  # rounding errors are no edges
                "window": list(self.at()),
                **({"look": look} if look else {}),
                "alt": f"The picture {values['picture']}, and what the kernel makes of it: "
                f"{_shape(output)} pixels from {output.min():.0f} to {output.max():.0f}.",
            },
            "gallery": {
                "images": self._gallery(),
                "captions": list(GALLERY),
                "alt": f"The picture through {', '.join(GALLERY)}.",
            },
            "pad": {"alt": f"Paper with {self._pixels('drawing').mean():.0%} ink."},
        }

    def _gallery(self) -> Array:
        """The picture through the known kernels, uint8; made anew only if the picture changed."""
        made = tuple(self.values[name] for name in ("picture", "drawing", "own"))
        if made != self._pictured:
            self._pictured, image = made, self.image()
            shown = [_as_bytes(image, kernel) for kernel in GALLERY.values()]
            self._shown = freeze(np.stack(shown))
        return self._shown

    def summary(self) -> str:
        """Return the shape of the output, its formula, and what is odd about the kernel."""
        image, output, kernel, v = self.image(), self.output(), self.kernel(), self.values
        parts = [f"n + 2p − d(k − 1) − 1 = {image.shape[0]} + {2 * v['padding']} − "]
        parts.append(f"{v['dilation']}·{v['side'] - 1} − 1; divided by {v['stride']} and 1 more: ")
        parts.append(f"{output.shape[0]} rows. The weights have the sum {kernel.sum():.3g}")
        return "".join(parts) + _remark(kernel, self.values)


def _as_bytes(image: Array, kernel: Array) -> Array:
    """An output as bytes: brightness, or where the weights cancel, greys with 0 in the middle."""
    output = filter2d(image, kernel)
    if abs(float(kernel.sum())) < 0.5:
        output = 127.5 * (1 + output / max(float(np.abs(output).max()), 1e-3))
    return np.clip(np.round(output), 0, 255).astype(np.uint8)


def _shape(array: Array) -> str:
    """Rows and columns."""
    return f"{array.shape[0]} x {array.shape[1]}"


def _remark(kernel: Array, values: Mapping[str, Any]) -> str:
    """What a learner should know of this kernel."""
    if values["picture"] == DRAWN and not values["drawing"]:
        return ". The paper is empty: draw something."
    if not kernel.any():
        return ": every weight is 0, so every output is 0. Type a number, or choose a preset."
    if np.abs(kernel).max() > 100:
        return (
            ". Huge weights make huge outputs; the greys are scaled to the largest, so it looks as "
            "with small ones. Try 'as a picture'."
        )
    if kernel.shape[0] % 2 == 0:
        return (
            ". An even kernel has no middle pixel: with any padding, the output lies half a pixel "
            "beside the picture."
        )
    if values["flip"] and np.array_equal(kernel, kernel[::-1, ::-1]):
        return ". Turned by 180 degrees this kernel is the same: convolution is correlation here."
    if abs(float(kernel.sum())) < 1e-3:
        return ": level ground becomes 0, and what is left are changes."
    if abs(float(kernel.sum()) - 1) < 1e-3:
        return ": level ground keeps its brightness."
    return "."
