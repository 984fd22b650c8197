"""Small data sets to learn on: toy points in the plane, digits, sequences and text."""

from nnlib.datasets.digits import best_digits, load_digits
from nnlib.datasets.mnist import load_mnist, mnist_available
from nnlib.datasets.reber import REBER_SYMBOLS, is_reber, reber, reber_next, reber_strings
from nnlib.datasets.sequences import adding_problem, first_bit, pad, sines
from nnlib.datasets.series import mackey_glass, windows
from nnlib.datasets.split import Split, train_test_split
from nnlib.datasets.text import (
    Vocabulary,
    character_streams,
    character_windows,
    load_text,
    read_text,
)
from nnlib.datasets.toy_classes import circle, gauss, moons, spiral, xor
from nnlib.datasets.toy_surfaces import regression_hills, regression_plane

__all__ = [
    "REBER_SYMBOLS",
    "Split",
    "Vocabulary",
    "adding_problem",
    "best_digits",
    "character_streams",
    "character_windows",
    "circle",
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
    "read_text",
    "reber",
    "reber_next",
    "reber_strings",
    "regression_hills",
    "regression_plane",
    "sines",
    "spiral",
    "train_test_split",
    "windows",
    "xor",
]
