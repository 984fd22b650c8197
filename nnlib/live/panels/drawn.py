"""Panels on which a learner draws, edits and reads: sketch pad, filter bench, growing text."""

import math
from dataclasses import dataclass, field

from nnlib.live.panels.base import Panel


@dataclass(frozen=True, kw_only=True)
class Pad(Panel):
    """A sketch pad, and beside it the picture as the network sees it.

    Strokes are painted in the browser at once; the kernel hears of the drawing at most 15 times a
    second, as the value of a `Drawing`. Without a mouse: arrow keys move the pen (with Shift in
    strides), space puts it down and lifts it, Delete clears.

    Data: if wanted `seen`, uint8 (height, width), the drawing as it is fed to the network.

    Parameters
    ----------
    drawing : str
        Name of the control `Drawing` that it draws into.
    line_width : float
        Width of a line of medium strength, as a share of the paper's shorter side.
    seen_label : str
        What stands over the picture beside it.

    Raises
    ------
    ValueError
        If the line width does not lie between 0 and 1.

    Examples
    --------
    >>> Pad(name="pad", title="Draw a digit", drawing="digit").kind
    'pad'
    """

    drawing: str
    line_width: float = 0.08
    seen_label: str = "as the network sees it"
    kind: str = field(default="pad", init=False)

    def __post_init__(self) -> None:
        if not 0 < self.line_width < 1:
            raise ValueError(
                f"{self.title!r} expects a line_width between 0 and 1, as a share of the paper, "
                f"got {self.line_width}"
            )


@dataclass(frozen=True, kw_only=True)
class Bench(Panel):
    """A filter at work: an image, a kernel to edit, the window that slides, and the output.

    The window follows the pointer or the arrow keys in the browser, with its products and their
    sum; only an edited kernel, the value of a `Numbers`, goes to Python.

    Data: `image`, float32 (rows, columns); `output`, float32, as `filter2d` returns it with
    mode "valid" or "same"; if wanted `scale`, the size of an output of full colour (the largest if
    left out), `flip`, whether the kernel is turned by 180 degrees as in a convolution, and
    `padding`, a number or "edge", what lies outside the image with mode "same" (0 if left out).
    Other ways to slide: `stride`, `dilation`, and `border`, how far (up, left) the first window
    reaches beyond the image; `side`, the (rows, columns) of the weights that are in use, in their
    upper left corner. While it is being computed: `done`, how many pixels of the output are there
    yet, and `window`, (row, column) in the output, until the learner takes the window; with `fixed`
    it stays. `look` is "grey" for an output in greys with 0 in the middle, "picture" for one drawn
    as the image is.

    Parameters
    ----------
    weights : str
        Name of the control `Numbers` that holds the kernel.
    low, high : float
        Values of the image that are drawn as paper and as full ink; `low` the larger one where
        larger values are brighter.
    grey : bool
        From black at `low` to white at `high`, in light and dark pages alike, as photographs want.
    image_label : str
        What stands over the image.
    upload : str
        Name of a `Drawing` that takes a picture of the learner's own: a file that is chosen,
        dropped or pasted. The browser reads it and sends grey pixels only: no file reaches Python.

    Raises
    ------
    ValueError
        If `low` and `high` are not two different finite numbers.

    Examples
    --------
    >>> Bench(name="bench", title="A filter", weights="kernel").height
    300
    """

    weights: str
    low: float = 0.0
    high: float = 1.0
    grey: bool = False
    image_label: str = "image"
    upload: str = ""
    span: int = 12
    height: int = 300
    kind: str = field(default="bench", init=False)

    def __post_init__(self) -> None:
        finite = math.isfinite(self.low) and math.isfinite(self.high)
        if not finite or self.low == self.high:
            raise ValueError(
                f"{self.title!r} expects low and high as two different finite numbers, "
                f"got {self.low} and {self.high}"
            )


@dataclass(frozen=True, kw_only=True)
class Text(Panel):
    """Text that grows, its newest part marked. It is plain text: nothing in it is ever markup.

    A screen reader hears what is new, some seconds apart.

    Data: `text`, str, of which the last `most` characters are shown; if wanted `fresh`, how many
    characters at its end are new; `written`, how many there have been in all, where `text` is only
    their end.

    Parameters
    ----------
    most : int
        Characters that are shown.
    empty_text : str
        What stands there before there is any text.
    takes_file : bool
        Whether a learner may hand it a text file, which arrives at `Explorable.take_file`.

    Raises
    ------
    ValueError
        If `most` is no whole number from 1 to 20000.

    Examples
    --------
    >>> Text(name="story", title="What the network writes").most
    2000
    """

    most: int = 2000
    empty_text: str = "nothing yet"
    takes_file: bool = False
    kind: str = field(default="text", init=False)

    def __post_init__(self) -> None:
        if type(self.most) is not int or not 1 <= self.most <= 20_000:
            raise ValueError(
                f"{self.title!r} expects most as a whole number from 1 to 20000, got {self.most!r}"
            )
