"""The panels of the playground, and how its points lie on the map."""

from collections.abc import Mapping
from typing import Any

from nnlib.explorables.playground.data import IN_THE_PLANE, SPAN, Data
from nnlib.live import TRAIN_AND_TEST, Curves, HeatMap, Network, Text, freeze

PANELS = (
    Network(
        name="network",
        title="The network. Click a line or a neuron to type its number",
        editable=("weight", "bias"),
        most=12,
        span=7,
        height=400,
    ),
    HeatMap(
        name="map",
        title="What it answers. Click to add points",
        x_range=SPAN,
        y_range=SPAN,
        value_label="answer",
        by_hand="points",
        span=5,
        height=400,
    ),
    Curves(
        name="loss",
        title="Loss: how wrong it is",
        series=TRAIN_AND_TEST,
        span=12,
        height=150,
    ),
    Text(name="code", title="This network as a program", most=20_000, span=12, height=400),
)


def points_data(data: Data, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the map shows besides the answer: points, ranges, names.

    Parameters
    ----------
    data : Data
    values : mapping
        Where the controls stand.

    Returns
    -------
    dict
        Frozen points, so that they go out once as long as nobody moves them.
    """
    shown: dict[str, Any] = {
        "points": freeze(data.train_points),
        "labels": freeze(data.train_labels),
        "x_range": list(data.x_range),
        "y_range": list(data.y_range),
        "x_label": data.x_label,
        "y_label": data.y_label,
        "classes": list(data.classes),
        "by_hand": values["data"] in IN_THE_PLANE,
    }
    if values["show_test"] and len(data.test_points):
        shown["test_points"] = freeze(data.test_points)
        shown["test_labels"] = freeze(data.test_labels)
    return shown
