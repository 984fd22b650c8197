"""The live engine: a player that trains on the kernel's event loop, and a stage that shows it."""

from nnlib.live.controls import Choice, Slider, Toggle
from nnlib.live.explorable import ENDLESS, Explorable
from nnlib.live.frames import freeze, quantize
from nnlib.live.history import Series, Snapshots
from nnlib.live.panels import (
    TRAIN_AND_TEST,
    Bars,
    Curves,
    Graph,
    Handle,
    HeatMap,
    Images,
    Panel,
    Plane,
    Scatter,
)
from nnlib.live.player import Player
from nnlib.live.progress_bar import Cancelled, Progress, progress
from nnlib.live.recording import record, record_movie
from nnlib.live.settings import clean_seed
from nnlib.live.stage import Stage
from nnlib.views import cell_centres

__all__ = [
    "ENDLESS",
    "TRAIN_AND_TEST",
    "Bars",
    "Cancelled",
    "Choice",
    "Curves",
    "Explorable",
    "Graph",
    "Handle",
    "HeatMap",
    "Images",
    "Panel",
    "Plane",
    "Player",
    "Progress",
    "Scatter",
    "Series",
    "Slider",
    "Snapshots",
    "Stage",
    "Toggle",
    "cell_centres",
    "clean_seed",
    "freeze",
    "progress",
    "quantize",
    "record",
    "record_movie",
]
