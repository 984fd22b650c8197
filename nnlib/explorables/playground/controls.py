"""What can be moved in the playground, in groups, and what of it has no effect at present."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnlib.explorables.playground.data import (
    BLUE,
    DIGITS,
    IN_THE_PLANE,
    NAMES,
    ORANGE,
    OWN_POINTS,
    SPAN,
)
from nnlib.explorables.playground.data import OWN_TABLE as TABLE
from nnlib.explorables.playground.features import FEATURES
from nnlib.explorables.playground.model import (
    ACTIVATIONS,
    CONSTANT,
    MOST_LAYERS,
    MOST_UNITS,
    MOVING,
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
)
from nnlib.live import Choice, Control, Points, Slider, Table, Toggle

DATA, INPUTS, NETWORK, NEURONS = "Data", "Inputs", "Network", "Neurons"
TRAINING, CALMING = "Training", "Overfitting"

EXAMPLE = """weight;length;kind
182;7,4;apple
171;7,0;apple
150;6,6;apple
190;7,9;apple
165;7,2;apple
158;6,8;apple
176;7,5;apple
169;6,9;apple
178;10,1;pear
166;9,4;pear
193;10,8;pear
154;9,0;pear
172;9,9;pear
185;10,2;pear
160;9,3;pear
198;10,6;pear
66;5,1;plum
58;4,6;plum
72;5,4;plum
61;4,9;plum
80;5,3;plum
69;4,8;plum
55;4,4;plum
75;5,5;plum
"""

CONTROLS: Sequence[Control] = (
    Choice("data", "Data set", NAMES, "circle", restarts=True, group=DATA),
    Table("table", "Paste a table", EXAMPLE, restarts=True, group=DATA),
    Slider("samples", "Points", 20, 1000, 300, integer=True, group=DATA),
    Slider("noise", "Noise", 0.0, 0.5, 0.05, group=DATA),
    Slider("test_share", "Test share", 0.1, 0.9, 0.5, group=DATA),
    Points("points", "Your points", SPAN, SPAN, (BLUE, ORANGE)),
    *(
        Toggle(name, feature.label, name in ("x1", "x2"), restarts=True, group=INPUTS)
        for name, feature in FEATURES.items()
    ),
    Slider(
        "layers", "Hidden layers", 0, MOST_LAYERS, 1, integer=True, restarts=True, group=NETWORK
    ),
    Choice("activation", "Activation", tuple(ACTIVATIONS), "tanh", restarts=True, group=NETWORK),
    Toggle("batch_norm", "Batch norm", False, restarts=True, group=NETWORK),
    *(
        Slider(
            f"units_{layer}",
            f"Layer {layer}",
            *(1, MOST_UNITS, 4 if layer == 1 else 3),
            integer=True,
            restarts=True,
            group=NEURONS,
            compact=True,
        )
        for layer in range(1, MOST_LAYERS + 1)
    ),
    Slider("learning_rate", "Learning rate", 0.0001, 10.0, 0.3, log=True, group=TRAINING),
    Slider("batch_size", "Batch size", 1, 100, 10, integer=True, group=TRAINING),
    Choice("optimizer", "Optimizer", tuple(OPTIMIZERS), "SGD", group=TRAINING),
    Slider("momentum", "Momentum", 0.0, 0.99, 0.9, group=TRAINING),
    Choice("schedule", "Schedule", SCHEDULES, CONSTANT, group=TRAINING),
    Slider(
        "schedule_length",
        "over updates",
        *(100, 10_000, 1000),
        log=True,
        integer=True,
        group=TRAINING,
    ),
    Choice("penalty", "Price on weights", tuple(PENALTIES), "none", group=CALMING),
    Slider("strength", "Strength", 1e-5, 0.3, 0.01, log=True, group=CALMING),
    Slider("dropout", "Dropout", 0.0, 0.8, 0.0, restarts=True, group=CALMING),
    Toggle("discretise", "Only decisions", False),
    Toggle("show_test", "Test points", False),
    Toggle("show_code", "Show the code", False),
)

#: Where the controls stand at first.
DEFAULTS: Mapping[str, Any] = {control.name: control.clean(control.value) for control in CONTROLS}


def idle_controls(values: Mapping[str, Any]) -> list[str]:
    """Return the names of the controls that have no effect where the others stand.

    Parameters
    ----------
    values : mapping

    Returns
    -------
    list of str

    Examples
    --------
    >>> idle = idle_controls(DEFAULTS)
    >>> "units_1" in idle, "units_2" in idle, "momentum" in idle, "noise" in idle
    (False, True, True, False)
    """
    data, layers = values["data"], values["layers"]
    plane = data in IN_THE_PLANE
    made = plane and data != OWN_POINTS
    groups = (
        (made, ("noise",)),
        (data not in (TABLE, DIGITS, OWN_POINTS), ("samples",)),
        (data != OWN_POINTS, ("test_share", "show_test")),
        (data == TABLE, ("table",)),
        (plane, tuple(FEATURES)),
        (layers > 0, ("activation", "dropout", "batch_norm")),
        (values["optimizer"] in MOVING, ("momentum",)),
        (values["schedule"] != CONSTANT, ("schedule_length",)),
        (values["penalty"] != "none", ("strength",)),
    )
    idle = [name for acts, names in groups if not acts for name in names]
    return idle + [f"units_{layer}" for layer in range(layers + 1, MOST_LAYERS + 1)]


def objection(values: Mapping[str, Any]) -> str:
    """Return why settings do not go together and what to do, empty if they do.

    Parameters
    ----------
    values : mapping

    Returns
    -------
    str

    Examples
    --------
    >>> objection(DEFAULTS)
    ''
    >>> objection({**DEFAULTS, "x1": False, "x2": False})
    'A network needs at least one input; switch on another one first'
    """
    plane = values["data"] in IN_THE_PLANE
    if plane and not any(values[name] for name in FEATURES):
        return "A network needs at least one input; switch on another one first"
    if values["batch_norm"] and values["layers"] > 0 and values["batch_size"] < 2:
        return "Batch norm needs batches of 2 samples or more, as one alone has no variance"
    return ""
