"""Pictures that stand still: each function draws one kind of panel on the axes it is given.

The same ``spec`` and ``data`` drive the live canvas, so that a live view can leave behind a true
picture of where it stood.
"""

from nnlib.views.bars import draw_bars
from nnlib.views.curves import draw_curves
from nnlib.views.heat_map import draw_heat_map
from nnlib.views.images import draw_images
from nnlib.views.scatter import draw_points, draw_scatter

__all__ = [
    "draw_bars",
    "draw_curves",
    "draw_heat_map",
    "draw_images",
    "draw_points",
    "draw_scatter",
]
