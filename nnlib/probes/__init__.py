"""Measurements on a network: what flows through it, and what its layers hold."""

from nnlib.probes.flow import LayerFlow, dead_units, gradient_flow
from nnlib.probes.horizon import Horizon, gradient_horizon, spectral_radius
from nnlib.probes.spaces import (
    hidden_space,
    principal_angles,
    principal_components,
    sensitivity_map,
)

__all__ = [
    "Horizon",
    "LayerFlow",
    "dead_units",
    "gradient_flow",
    "gradient_horizon",
    "hidden_space",
    "principal_angles",
    "principal_components",
    "sensitivity_map",
    "spectral_radius",
]
