"""Pictures that stand still, each drawn on the axes it is given.

Most are panels: the same ``spec`` and ``data`` drive the live canvas, so that a live view can leave
behind a true picture of where it stood. `draw_field_map` is the map of the field in lesson 00.
"""

from nnlib.views.bars import draw_bars
from nnlib.views.bench import draw_bench
from nnlib.views.curves import draw_curves
from nnlib.views.field_map import FIELD_SIZE, draw_field_map
from nnlib.views.graph import draw_graph
from nnlib.views.heat_map import draw_heat_map
from nnlib.views.histogram import draw_histogram
from nnlib.views.images import draw_images
from nnlib.views.lights import draw_lights
from nnlib.views.matrix import draw_matrix
from nnlib.views.network import draw_network
from nnlib.views.neuron import (
    draw_cube,
    draw_neuron_cell,
    draw_neuron_plane,
    draw_truth_table,
)
from nnlib.views.pad import draw_pad
from nnlib.views.plane import cell_centres, draw_plane
from nnlib.views.scatter import draw_points, draw_scatter
from nnlib.views.separator import draw_separator
from nnlib.views.tape import draw_tape
from nnlib.views.text import draw_text
from nnlib.views.timeline import draw_timeline
from nnlib.views.unrolled import draw_unrolled

__all__ = [
    "FIELD_SIZE",
    "cell_centres",
    "draw_bars",
    "draw_bench",
    "draw_cube",
    "draw_curves",
    "draw_field_map",
    "draw_graph",
    "draw_heat_map",
    "draw_histogram",
    "draw_images",
    "draw_lights",
    "draw_matrix",
    "draw_network",
    "draw_neuron_cell",
    "draw_neuron_plane",
    "draw_pad",
    "draw_plane",
    "draw_points",
    "draw_scatter",
    "draw_separator",
    "draw_tape",
    "draw_text",
    "draw_timeline",
    "draw_truth_table",
    "draw_unrolled",
]
