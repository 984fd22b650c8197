"""What a live view shows: one dataclass for each kind of panel.

A panel is declared once and fed arrays with every frame. Each kind has one renderer in the
browser (`canvas/<kind>.js`) and one for the static picture (`nnlib.views`), fed the same data.
"""

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.axes import Axes

from nnlib.live.panels.base import Data, Panel
from nnlib.live.panels.drawn import Bench, Pad, Text
from nnlib.live.panels.lights import Lights
from nnlib.live.panels.networks import Histogram, Matrix, Network, Timeline, count_in_bins
from nnlib.live.panels.neurons import Cube, NeuronCell, NeuronPlane, TruthTable
from nnlib.live.panels.planes import Graph, Handle, Plane
from nnlib.live.panels.plots import TRAIN_AND_TEST, Bars, Curves, HeatMap, Images, Scatter
from nnlib.live.panels.separators import Separator
from nnlib.live.panels.tapes import Tape
from nnlib.live.panels.unrolled import Unrolled
from nnlib.views import (
    draw_bars,
    draw_bench,
    draw_cube,
    draw_curves,
    draw_graph,
    draw_heat_map,
    draw_histogram,
    draw_images,
    draw_lights,
    draw_matrix,
    draw_network,
    draw_neuron_cell,
    draw_neuron_plane,
    draw_pad,
    draw_plane,
    draw_scatter,
    draw_separator,
    draw_tape,
    draw_text,
    draw_timeline,
    draw_truth_table,
    draw_unrolled,
)

#: How each kind of panel is drawn in the static picture.
VIEWS: dict[type[Panel], Callable[[Axes, Mapping[str, Any], Data], None]] = {
    Curves: draw_curves,
    HeatMap: draw_heat_map,
    Scatter: draw_scatter,
    Images: draw_images,
    Bars: draw_bars,
    Plane: draw_plane,
    Graph: draw_graph,
    Network: draw_network,
    Lights: draw_lights,
    Matrix: draw_matrix,
    Histogram: draw_histogram,
    Timeline: draw_timeline,
    Separator: draw_separator,
    Tape: draw_tape,
    Pad: draw_pad,
    Bench: draw_bench,
    Text: draw_text,
    NeuronPlane: draw_neuron_plane,
    NeuronCell: draw_neuron_cell,
    TruthTable: draw_truth_table,
    Cube: draw_cube,
    Unrolled: draw_unrolled,
}

__all__ = [
    "TRAIN_AND_TEST",
    "VIEWS",
    "Bars",
    "Bench",
    "Cube",
    "Curves",
    "Data",
    "Graph",
    "Handle",
    "HeatMap",
    "Histogram",
    "Images",
    "Lights",
    "Matrix",
    "Network",
    "NeuronCell",
    "NeuronPlane",
    "Pad",
    "Panel",
    "Plane",
    "Scatter",
    "Separator",
    "Tape",
    "Text",
    "Timeline",
    "TruthTable",
    "Unrolled",
    "count_in_bins",
]
