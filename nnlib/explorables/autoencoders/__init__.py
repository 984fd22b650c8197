"""Lesson 08: autoencoders, what their codes are good for, and Boltzmann machines."""

from nnlib.explorables.autoencoders.bottleneck import Bottleneck
from nnlib.explorables.autoencoders.draw_and_denoise import DrawAndDenoise
from nnlib.explorables.autoencoders.dreams import BoltzmannDreams
from nnlib.explorables.autoencoders.few_labels import FewLabels
from nnlib.explorables.autoencoders.hole_finder import HoleFinder
from nnlib.explorables.autoencoders.overcomplete import Overcomplete
from nnlib.explorables.autoencoders.pca_duel import PCADuel
from nnlib.explorables.autoencoders.plane_walk import PlaneWalk

__all__ = [
    "BoltzmannDreams",
    "Bottleneck",
    "DrawAndDenoise",
    "FewLabels",
    "HoleFinder",
    "Overcomplete",
    "PCADuel",
    "PlaneWalk",
]
