"""Small data sets to learn on: toy points in the plane, the 8x8 digits and MNIST."""

from nnlib.datasets.digits import best_digits, load_digits
from nnlib.datasets.mnist import load_mnist, mnist_available
from nnlib.datasets.split import Split, train_test_split
from nnlib.datasets.toy_classes import circle, gauss, moons, spiral, xor
from nnlib.datasets.toy_surfaces import regression_hills, regression_plane

__all__ = [
    "Split",
    "best_digits",
    "circle",
    "gauss",
    "load_digits",
    "load_mnist",
    "mnist_available",
    "moons",
    "regression_hills",
    "regression_plane",
    "spiral",
    "train_test_split",
    "xor",
]
