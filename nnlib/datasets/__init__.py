"""Small data sets to learn on: points, digits, stars and quasars, or a learner's own table."""

from nnlib.datasets.augment import augment
from nnlib.datasets.digits import best_digits, load_digits
from nnlib.datasets.images import add_noise, center_by_mass, downsample, rotate, shift
from nnlib.datasets.mnist import load_mnist, mnist_available
from nnlib.datasets.pasted import PastedTable, read_pasted
from nnlib.datasets.split import Split, train_test_split
from nnlib.datasets.stars_quasars import COLOURS, stars_and_quasars
from nnlib.datasets.toy_classes import circle, gauss, moons, spiral, xor
from nnlib.datasets.toy_surfaces import regression_hills, regression_plane

__all__ = [
    "COLOURS",
    "PastedTable",
    "Split",
    "add_noise",
    "augment",
    "best_digits",
    "center_by_mass",
    "circle",
    "downsample",
    "gauss",
    "load_digits",
    "load_mnist",
    "mnist_available",
    "moons",
    "read_pasted",
    "regression_hills",
    "regression_plane",
    "rotate",
    "shift",
    "spiral",
    "stars_and_quasars",
    "train_test_split",
    "xor",
]
