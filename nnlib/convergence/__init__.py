"""What theory says of gradient descent with momentum: limits, rates, and why a run broke."""

from nnlib.convergence.explanation import explain_divergence
from nnlib.convergence.rates import (
    learning_rate_limit,
    optimal_gradient_descent,
    optimal_momentum,
    oscillates,
    spectral_radius,
)

__all__ = [
    "explain_divergence",
    "learning_rate_limit",
    "optimal_gradient_descent",
    "optimal_momentum",
    "oscillates",
    "spectral_radius",
]
