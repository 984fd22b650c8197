"""The live engine: a player that trains on the kernel's event loop, and a stage that shows it."""

from nnlib.live.controls import Choice, Slider, Toggle
from nnlib.live.drawn import Drawing
from nnlib.live.edits import write_parameter
from nnlib.live.explorable import ENDLESS, Explorable
from nnlib.live.frames import freeze, quantize
from nnlib.live.history import Series, Snapshots
from nnlib.live.panels import (
    TRAIN_AND_TEST,
    Bars,
    Bench,
    Cube,
    Curves,
    Graph,
    Handle,
    HeatMap,
    Histogram,
    Images,
    Lights,
    Matrix,
    Network,
    NeuronCell,
    NeuronPlane,
    Pad,
    Panel,
    Plane,
    Scatter,
    Separator,
    Tape,
    Text,
    Timeline,
    TruthTable,
    Unrolled,
    count_in_bins,
)
from nnlib.live.player import Player
from nnlib.live.progress_bar import Cancelled, Progress, progress
from nnlib.live.recording import record, record_movie
from nnlib.live.settings import clean_seed
from nnlib.live.stage import Stage
from nnlib.live.tables import Numbers, Points
from nnlib.views import cell_centres

__all__ = [
    "ENDLESS",
    "TRAIN_AND_TEST",
    "Bars",
    "Bench",
    "Cancelled",
    "Choice",
    "Cube",
    "Curves",
    "Drawing",
    "Explorable",
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
    "Numbers",
    "Pad",
    "Panel",
    "Plane",
    "Player",
    "Points",
    "Progress",
    "Scatter",
    "Separator",
    "Series",
    "Slider",
    "Snapshots",
    "Stage",
    "Tape",
    "Text",
    "Timeline",
    "Toggle",
    "TruthTable",
    "Unrolled",
    "cell_centres",
    "clean_seed",
    "count_in_bins",
    "freeze",
    "progress",
    "quantize",
    "record",
    "record_movie",
    "write_parameter",
]
