"""The panels of `BatchNoise`, and the data of the two that show gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib.explorables.gradient_descent.mini_batches import batch_gradients, scatter, scatter_of_one
from nnlib.kernels.types import Array
from nnlib.live import Bars, Curves, Graph, Panel

SIZES = [1 << doubling for doubling in range(10)]  # of the batches that are measured, 1 to 512
BIN = 15  # degrees
NOW_AND_BEFORE = ({"name": "now", "label": "this run"}, {"name": "before", "label": "before Reset"})

PANELS: Sequence[Panel] = (
    Curves(
        name="batch",
        title="The loss that each update sees",
        series=(
            {"name": "batch", "label": "mini-batch"},
            {"name": "all", "label": "all digits"},
        ),
        span=4,
    ),
    Curves(
        name="updates",
        title="Loss on all training digits",
        series=NOW_AND_BEFORE,
        y_scale="log",
        span=4,
    ),
    Curves(
        name="passes",
        title="The same, by passes: the work done",
        series=NOW_AND_BEFORE,
        x_label="passes",
        y_scale="log",
        span=4,
    ),
    Graph(
        name="noise",
        title="Noise in the gradient, by batch size",
        x_range=(0.8, 1800.0),
        y_range=(0.1, 10.0),
        x_scale="log",
        y_scale="log",
        x_label="batch size B",
        y_label="length of the error",
        lines=(
            {"name": "measured", "label": "measured"},
            {"name": "theory", "label": "σ/√B"},
            {"name": "full", "label": "full gradient"},
        ),
        trails=({"name": "yours", "label": "your batch"},),
        span=8,
    ),
    Bars(
        name="angles",
        title="Angle to the full gradient: over 90°, uphill",
        labels=[f"{low}°" for low in range(0, 180, BIN)],
        value_label="share of batches",
        span=4,
    ),
)


def affordable(batch_size: int, samples: int) -> int:
    """Return how many batches to draw for a picture: about so many samples in all.

    Examples
    --------
    >>> affordable(64, 512), affordable(512, 512), affordable(1, 512)
    (8, 4, 100)
    """
    return min(max(samples // batch_size, 4), 100)


def noise_data(
    x: Array, deltas: Array, full: Array, drawn: Array, size: int, *, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the data of the panel of noise against batch size.

    Parameters
    ----------
    x, deltas, full : ndarray
        As for `batch_gradients` and `scatter`.
    drawn : ndarray of shape (batches, inputs, outputs)
        Gradients of batches of the present size.
    size : int
        The present batch size.
    rng : numpy.random.Generator
        Draws the batches of the other sizes.

    Returns
    -------
    dict
    """
    measured = []
    for other in SIZES:
        batches = batch_gradients(x, deltas, other, affordable(other, 512), rng=rng)
        measured.append(scatter(batches, full))
    yours = scatter(drawn, full) if size < len(x) else 0.0  # but for rounding
    length = float(np.sqrt((full**2).sum()))
    return {
        "measured": _curve(SIZES, measured),
        "theory": _curve(SIZES, scatter_of_one(x, deltas) / np.sqrt(SIZES)),
        "full": _curve([1, len(x)], [length, length]),
        "yours": _curve([size], [yours]),
        "y_range": _decades([*measured, length]),
        "alt": f"Noise in the gradient falls from {measured[0]:.3g} for one digit to "
        f"{measured[-1]:.3g} for {SIZES[-1]}, as one over the root of the batch size; "
        f"{yours:.3g} for your batch of {size}. The full gradient is {length:.3g} long.",
    }


def angle_data(degrees: Array, size: int) -> dict[str, Any]:
    """Return the data of the panel of angles: which share of the batches points how far off.

    Parameters
    ----------
    degrees : ndarray of shape (batches,)
        From 0 to 180.
    size : int
        The present batch size.

    Returns
    -------
    dict

    Examples
    --------
    >>> angle_data(np.array([5.0, 95.0]), 4)["values"].nonzero()[0].tolist()
    [0, 6]
    """
    counts = np.histogram(degrees, bins=180 // BIN, range=(0, 180))[0]
    return {
        "values": (counts / len(degrees)).astype(np.float32),
        "alt": f"Angles between gradients of batches of {size} and the full gradient: "
        f"{np.median(degrees):.0f} degrees in the middle, {np.mean(degrees > 90):.0%} uphill.",
    }


def _decades(values: Sequence[float]) -> list[float]:
    """The whole powers of ten around some positive numbers."""
    powers = np.log10(np.maximum(values, 1e-12))
    low, high = np.floor(powers.min()), np.ceil(powers.max())
    return [float(10.0**low), float(10.0 ** max(high, low + 1))]


def _curve(x: Any, y: Any) -> Array:
    """A curve, shape (2, points)."""
    return np.array([x, y], dtype=np.float32)
