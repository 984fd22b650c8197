"""The live engine: a player that trains on the kernel's event loop, and a stage that shows it."""

from nnlib.live.controls import Choice, Slider, Toggle
from nnlib.live.drawn import Drawing
from nnlib.live.edits import write_parameter
from nnlib.live.explorable import ENDLESS, Explorable, quantize
from nnlib.live.frames import freeze
from nnlib.live.history import Series, Snapshots
from nnlib.live.panels import (
    TRAIN_AND_TEST,
    Bars,
    Bench,
    Curves,
    Graph,
    Handle,
    HeatMap,
    Histogram,
    Images,
    Matrix,
    Network,
    Pad,
    Panel,
    Plane,
    Scatter,
    Tape,
    Text,
    Timeline,
    count_in_bins,
)
from nnlib.live.player import Player
from nnlib.live.stage import Stage
from nnlib.live.tables import Numbers, Points
from nnlib.views import cell_centres

__all__ = [
    "ENDLESS",
    "TRAIN_AND_TEST",
    "Bars",
    "Bench",
    "Choice",
    "Curves",
    "Drawing",
    "Explorable",
    "Graph",
    "Handle",
    "HeatMap",
    "Histogram",
    "Images",
    "Matrix",
    "Network",
    "Numbers",
    "Pad",
    "Panel",
    "Plane",
    "Player",
    "Points",
    "Scatter",
    "Series",
    "Slider",
    "Snapshots",
    "Stage",
    "Tape",
    "Text",
    "Timeline",
    "Toggle",
    "cell_centres",
    "count_in_bins",
    "freeze",
    "quantize",
    "write_parameter",
]
