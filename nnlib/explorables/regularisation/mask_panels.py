"""The panels of `LiveMasks`."""

from collections.abc import Sequence

from nnlib.explorables.regularisation.masks import MASKS
from nnlib.kernels.types import Array
from nnlib.live import Curves, Graph, Handle, Matrix, Network, Panel

HALF = 8  # rows and columns of the table of 64


def _bits(mask: Array) -> str:
    """A mask as 0s and 1s."""
    return "".join(str(int(speaks)) for speaks in mask)


PANELS: Sequence[Panel] = (
    Network(
        name="network",
        title="The sub-network of this mask",
        input_labels=("x",),
        output_labels=("answer",),
        span=4,
        height=300,
    ),
    Graph(
        name="answers",
        title="What it answers, and what the whole network answers",
        x_range=(-1.0, 1.0),
        y_range=(-3.0, 3.0),
        x_label="x",
        y_label="answer",
        lines=(
            {"name": "whole", "label": "whole network"},
            {"name": "sub", "label": "this sub-network"},
            {"name": "mean", "label": "mean of those drawn"},
            {"name": "spread", "label": "± one deviation"},
        ),
        handles=(Handle("x", x="x"),),
        span=8,
        height=300,
    ),
    Matrix(
        name="table",
        title="Answer of each sub-network at x, once it has been drawn",
        row_labels=tuple(_bits(MASKS[HALF * row, :3]) for row in range(HALF)),
        column_labels=tuple(_bits(MASKS[column, 3:]) for column in range(HALF)),
        label="units 1–3 down, 4–6 across",
        empty_text="·",
        span=6,
        height=260,
    ),
    Curves(
        name="variance",
        title="Variance of the answers drawn at x",
        series=(
            {"name": "measured", "label": "of those drawn"},
            {"name": "theory", "label": "of all 64"},
        ),
        x_label="masks drawn",
        span=6,
        height=260,
    ),
)
