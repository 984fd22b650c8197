"""The live engine: a player that trains on the kernel's event loop, and a stage that shows it."""

from nnlib.live.controls import Choice, Slider, Toggle
from nnlib.live.drawn import Drawing
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
    Images,
    Pad,
    Panel,
    Plane,
    Scatter,
    Text,
)
from nnlib.live.player import Player
from nnlib.live.stage import Stage
from nnlib.live.tables import Matrix, Points
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
    "Images",
    "Matrix",
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
    "Text",
    "Toggle",
    "cell_centres",
    "freeze",
    "quantize",
]
