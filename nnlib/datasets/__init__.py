"""Small data sets: points, digits, stars and quasars, sequences, text, or one's own table."""

from nnlib.datasets.augment import augment
from nnlib.datasets.digits import best_digits, load_digits
from nnlib.datasets.images import add_noise, center_by_mass, downsample, rotate, shift
from nnlib.datasets.mnist import load_mnist, mnist_available
from nnlib.datasets.pasted import PastedTable, read_pasted
from nnlib.datasets.photographs import photograph
from nnlib.datasets.reber import REBER_SYMBOLS, is_reber, reber, reber_next, reber_strings
from nnlib.datasets.sequences import adding_problem, first_bit, pad, sines
from nnlib.datasets.series import mackey_glass, windows
from nnlib.datasets.split import Split, train_test_split
from nnlib.datasets.stars_quasars import COLOURS, stars_and_quasars
from nnlib.datasets.text import (
    Vocabulary,
    character_streams,
    character_windows,
    load_text,
    read_text,
)
from nnlib.datasets.toy_classes import circle, gauss, moons, spiral, xor
from nnlib.datasets.toy_surfaces import regression_hills, regression_plane
from nnlib.datasets.uploaded import UploadedText, read_uploaded

__all__ = [
    "COLOURS",
    "REBER_SYMBOLS",
    "PastedTable",
    "Split",
    "UploadedText",
    "Vocabulary",
    "add_noise",
    "adding_problem",
    "augment",
    "best_digits",
    "center_by_mass",
    "character_streams",
    "character_windows",
    "circle",
    "downsample",
    "first_bit",
    "gauss",
    "is_reber",
    "load_digits",
    "load_mnist",
    "load_text",
    "mackey_glass",
    "mnist_available",
    "moons",
    "pad",
    "photograph",
    "read_pasted",
    "read_text",
    "read_uploaded",
    "reber",
    "reber_next",
    "reber_strings",
    "regression_hills",
    "regression_plane",
    "rotate",
    "shift",
    "sines",
    "spiral",
    "stars_and_quasars",
    "train_test_split",
    "windows",
    "xor",
]
