"""Boltzmann machines: networks without a direction, which learn what is likely."""

from nnlib.boltzmann.deep_belief import DeepBelief
from nnlib.boltzmann.restricted import RestrictedBoltzmann
from nnlib.boltzmann.training import fit_boltzmann

__all__ = ["DeepBelief", "RestrictedBoltzmann", "fit_boltzmann"]
