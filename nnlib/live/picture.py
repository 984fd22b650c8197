"""The picture of an explorable that stands still: for pages without a kernel, and for films."""

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from nnlib.live.gestures import made
from nnlib.live.handles import placed
from nnlib.live.panels import VIEWS, Panel

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

DPI = 80
WIDTH = 10.0  # inches
#: What a frame may say of a panel in the place of its own.
_OF_FRAMES = (
    *("x_range", "y_range", "x_label", "y_label"),
    *("classes", "input_labels", "output_labels"),
)
CAPTION = 0.35  # inches for the title, and as much for the line below


class Picture:
    """One figure with all panels of an explorable, drawn by `nnlib.views`.

    Parameters
    ----------
    explorable : Explorable
    words : bool
        Whether its title stands above and its line of text below.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    """

    def __init__(self, explorable: "Explorable", *, words: bool = False) -> None:
        self._explorable = explorable
        idle = explorable.idle()
        panels = [panel for panel in explorable.panels if panel.name not in idle]
        rows, heights = _rows(panels), _row_heights(panels)
        margin = CAPTION if words else 0.0
        height = 0.5 + sum(heights) + 2 * margin
        inside = (0.0, margin / height, 1.0, 1.0 - 2 * margin / height)
        self.figure = Figure((WIDTH, height), layout=ConstrainedLayoutEngine(rect=inside))
        FigureCanvasAgg(self.figure)
        grid = self.figure.add_gridspec(len(rows), 12, height_ratios=heights)
        self._panels, self._axes = panels, dict[str, Any]()
        for row, members in enumerate(rows):
            left = 0
            for panel in members:
                axes = self.figure.add_subplot(grid[row, left : left + panel.span])
                self._axes[panel.name] = axes
                left += panel.span
        self._line = None
        if words:
            self._write(0.98 * (1 - margin / height) + 0.02, explorable.title, weight="bold")
            self._line = self._write(0.35 * margin / height, "")
        self.draw()

    def _write(self, y: float, text: str, **style: Any) -> Any:
        """A line of plain text: no dollar sign in it starts a formula."""
        return self.figure.text(0.01, y, text, fontsize=9, parse_math=False, **style)

    def draw(self) -> None:
        """Draw the explorable as it stands."""
        explorable = self._explorable
        frame, values = explorable.frame(), explorable.values
        for panel in self._panels:
            data = frame[panel.name]
            axes = self._axes[panel.name]
            axes.clear()  # the views add to what is there
            ranges = {name: data[name] for name in _OF_FRAMES if name in data}
            by_learner = made(panel, explorable._controls, values)
            VIEWS[type(panel)](axes, placed(panel, values) | by_learner | ranges, data)
        if self._line is not None:
            self._line.set_text(explorable.player.message or explorable.summary())

    def png(self) -> bytes:
        """Return the picture as a PNG."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI)
        return buffer.getvalue()


def still(explorable: "Explorable") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a page without a kernel shows: a picture, the same in words, and a line of text.

    Parameters
    ----------
    explorable : Explorable

    Returns
    -------
    data, metadata : dict
        As IPython wants them.

    Examples
    --------
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> data, _ = still(SpiralBoundary())
    >>> sorted(data)
    ['image/png', 'text/html', 'text/plain']
    """
    picture, line = Picture(explorable).png(), explorable.summary()
    return {
        "text/html": figure_html(explorable, picture),
        "image/png": picture,
        "text/plain": line,
    }, {}


def figure_html(explorable: "Explorable", picture: bytes) -> str:
    """Return a picture of an explorable as HTML, with what a screen reader says of it.

    Parameters
    ----------
    explorable : Explorable
    picture : bytes
        A PNG.

    Returns
    -------
    str

    Examples
    --------
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> figure_html(SpiralBoundary(), b"")[:34]
    '<figure style="margin: 0"><img src'
    """
    frame = explorable.frame()
    words = [f"{panel.title}. {frame[panel.name].get('alt', '')}" for panel in explorable.panels]
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    return (
        f'<figure style="margin: 0"><img src="{source}" alt="{html.escape(" ".join(words))}" '
        'style="max-width: 100%">'
        f"<figcaption><b>{html.escape(explorable.title)}.</b> "
        f"{html.escape(explorable.summary())}</figcaption></figure>"
    )


def _rows(panels: Sequence[Panel]) -> list[list[Panel]]:
    """Panels in rows of twelve twelfths, as the browser's grid lays them out."""
    rows: list[list[Panel]] = [[]]
    for panel in panels:
        if sum(member.span for member in rows[-1]) + panel.span > 12:
            rows.append([])
        rows[-1].append(panel)
    return rows


def _row_heights(panels: Sequence[Panel]) -> list[float]:
    """Height of each row in inches."""
    return [max(panel.height for panel in row) / 75 for row in _rows(panels)]
