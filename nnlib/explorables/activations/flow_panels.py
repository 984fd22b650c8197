"""The panels of `GradientFlow`: three rows of bars on logarithmic axes, and two curves."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib.live import Bars, Curves, Panel
from nnlib.probes import LayerFlow

MOST_LAYERS = 30
LAYER_LABELS = [str(layer) for layer in range(1, MOST_LAYERS + 2)]  # the output layer is one more

#: Name, title, lowest and highest value that is drawn, and what it is in words.
_SIZES = (
    ("delta", "δ: the gradient that arrives at each layer", 1e-16, 1e4, "delta"),
    ("weight_grad", "dL/dW: what each layer learns from", 1e-16, 1e4, "dL/dW"),
    ("activation", "a: the spread of each layer's signals", 1e-16, 1e4, "a"),
)

FLOW_PANELS: Sequence[Panel] = (
    *(
        Bars(
            name=name,
            title=title,
            labels=LAYER_LABELS,
            x_label="layer",
            y_scale="log",
            y_range=(low, high),
            value_label="standard deviation",
            smooth=True,
            span=4,
            height=250,
        )
        for name, title, low, high, _ in _SIZES
    ),
    Curves(
        name="loss",
        title="Loss: how wrong, in nats",
        series=({"name": "loss", "label": "network"}, {"name": "guess", "label": "guessing"}),
    ),
    Curves(
        name="ends",
        title="dL/dW of the first and the last layer",
        series=({"name": "first", "label": "first layer"}, {"name": "last", "label": "last layer"}),
        y_scale="log",
    ),
)


def bars_of(flow: Sequence[LayerFlow]) -> dict[str, dict[str, Any]]:
    """Return the data of the three panels of bars.

    Parameters
    ----------
    flow : sequence of LayerFlow

    Returns
    -------
    dict

    Examples
    --------
    >>> flow = [LayerFlow("Dense(2, 2)", 1.0, 0.5, 0.25), LayerFlow("Dense(2, 1)", 1.0, 1.0, 1.0)]
    >>> bars_of(flow)["delta"]["values"].tolist()
    [0.5, 1.0]
    """
    found = {}
    for name, _, _, _, words in _SIZES:
        sizes = np.array([getattr(row, name) for row in flow])
        found[name] = {
            "values": np.nan_to_num(sizes, nan=0.0, posinf=3e38).astype(np.float32),
            "alt": f"Standard deviation of {words} at each of {len(flow)} layers: "
            f"{sizes[0]:.2g} at the first, {sizes[len(sizes) // 2]:.2g} in the middle, "
            f"{sizes[-1]:.2g} at the last.",
        }
    return found
