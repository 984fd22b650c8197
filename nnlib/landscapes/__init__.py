"""Functions of one or two parameters to descend on, and the paths that optimizers take there.

The optimizers are the library's own: what trains a network moves a bare point here.
"""

from nnlib.landscapes.base import Landscape
from nnlib.landscapes.curves import DoubleWell, Parabola
from nnlib.landscapes.grids import basins, end_points
from nnlib.landscapes.paths import Path, descend
from nnlib.landscapes.quadratic import Quadratic, bowl, valley
from nnlib.landscapes.surfaces import Beale, Himmelblau, Rosenbrock

__all__ = [
    "Beale",
    "DoubleWell",
    "Himmelblau",
    "Landscape",
    "Parabola",
    "Path",
    "Quadratic",
    "Rosenbrock",
    "basins",
    "bowl",
    "descend",
    "end_points",
    "valley",
]
