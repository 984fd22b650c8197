"""The data of the playground: whatever is chosen, as inputs of a network and as a picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.datasets import (
    COLOURS,
    PastedTable,
    Split,
    circle,
    gauss,
    load_digits,
    moons,
    read_pasted,
    regression_hills,
    regression_plane,
    spiral,
    stars_and_quasars,
    train_test_split,
    xor,
)
from nnlib.explorables.playground.features import FEATURES, chosen_features, make_features
from nnlib.kernels.types import Array, Labels
from nnlib.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError

CLASSES = {"circle": circle, "XOR": xor, "Gauss": gauss, "spiral": spiral, "moons": moons}
NUMBERS = {"regression plane": regression_plane, "regression hills": regression_hills}
OWN_POINTS, OWN_TABLE = "only your points", "your table"
DIGITS, STARS = "digits", "stars and quasars"
#: Sets of points in the plane: they have features, noise, and room for points of one's own.
IN_THE_PLANE = (*CLASSES, *NUMBERS, OWN_POINTS)
NAMES = (*IN_THE_PLANE, OWN_TABLE, DIGITS, STARS)
BLUE, ORANGE = "blue", "orange"
SPAN = (-1.2, 1.2)
SIGNS, NEAR = ("below 0", "above 0", "about 0"), 0.1  # markers of numbers to predict
QUASARS = 0.3  # share of quasars: enough to see some


@dataclass(frozen=True, eq=False)
class Data:
    """What a network trains and is tested on, and how that is drawn.

    Attributes
    ----------
    split : Split
        Inputs as the network takes them, float32, and targets as the loss takes them. The test part
        may be empty.
    loss : Loss
    inputs, classes : tuple of str
        Names; numbers to predict have `SIGNS` for their markers.
    train_points, test_points : ndarray of float32, shape (n, 2)
        Where the samples lie on the map.
    train_labels, test_labels : ndarray of uint8, shape (n,)
    to_inputs : callable
        From places on the map, (n, 2), to inputs of the network.
    x_range, y_range : tuple of float
    x_label, y_label : str
    """

    split: Split
    loss: Loss
    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    train_points: Array
    test_points: Array
    train_labels: Labels
    test_labels: Labels
    to_inputs: Callable[[Array], Array]
    x_range: tuple[float, float] = SPAN
    y_range: tuple[float, float] = SPAN
    x_label: str = "x₁"
    y_label: str = "x₂"

    @property
    def outputs(self) -> int:
        """Outputs of the network: one for a yes-or-no or a number, else one for each class."""
        return len(self.classes) if isinstance(self.loss, CrossEntropy) else 1


def make_data(values: Mapping[str, Any], seed: int) -> Data:
    """Return the data that the controls describe.

    Parameters
    ----------
    values : mapping
        Where the controls stand: `data`, `samples`, `noise`, `test_share`, the features, `points`
        (a list of [x, y, class]) and `table` (text).
    seed : int
        Of the samples and of the split.

    Returns
    -------
    Data

    Examples
    --------
    >>> from nnlib.explorables.playground.controls import DEFAULTS
    >>> data = make_data(DEFAULTS, 0)
    >>> data.split.x_train.shape, data.inputs, data.outputs
    ((150, 2), ('x₁', 'x₂'), 1)
    """
    rng = np.random.default_rng(seed)
    name, share = values["data"], values["test_share"]
    if name in IN_THE_PLANE:
        return _in_the_plane(values, rng)
    if name == DIGITS:
        split = load_digits(test_fraction=share, rng=rng)
        pixels = tuple(f"pixel {i + 1}" for i in range(64))
        middle = split.x_train.mean(axis=0)
        directions = np.linalg.svd(split.x_train - middle, full_matrices=False)[2][:2]
        # The sign of a direction is free: the larger half of its pixels is made positive.
        directions *= np.where(directions.sum(axis=1, keepdims=True) < 0, -1, 1)
        labels = ("main direction", "second direction")
        return _sliced(split, pixels, tuple("0123456789"), middle, directions, labels)
    if name == STARS:
        x, y = stars_and_quasars(values["samples"], quasar_fraction=QUASARS, rng=rng)
        table = PastedTable(x, y, COLOURS, ("star", "quasar"))
    else:
        table = read_pasted(values["table"])
    split = standardized(train_test_split(table.x, table.labels, test_fraction=share, rng=rng))
    width = len(table.features)
    middle, axes = np.zeros(width, np.float32), np.eye(2, width, dtype=np.float32)
    return _sliced(split, table.features, table.classes, middle, axes, (*table.features, "")[:2])


def standardized(split: Split) -> Split:
    """Return a split whose inputs have mean 0 and spread 1 over the training part.

    Parameters
    ----------
    split : Split

    Returns
    -------
    Split

    Examples
    --------
    >>> x = np.array([[1.0], [3.0]], np.float32)
    >>> standardized(Split(x, x, x + 4, x)).x_test.round(3).ravel().tolist()
    [3.0, 5.0]
    """
    mean = split.x_train.mean(axis=0, dtype=float)
    spread = split.x_train.std(axis=0, dtype=float) + 1e-6  # a column may be the same throughout
    train, test = (((x - mean) / spread).astype(np.float32) for x in (split.x_train, split.x_test))
    return Split(train, split.y_train, test, split.y_test)


def _in_the_plane(values: Mapping[str, Any], rng: np.random.Generator) -> Data:
    """Points, made and put there by hand, as the features that are switched on."""
    name, own = values["data"], np.array(values["points"], dtype=np.float32).reshape(-1, 3)
    chosen = chosen_features(values)
    if name == OWN_POINTS:
        none = np.empty((0, 2), np.float32), np.empty((0, 1), np.float32)
        split = Split(*none, *none)
    else:
        make: Any = {**CLASSES, **NUMBERS}[name]
        x, y = make(values["samples"], noise=values["noise"], rng=rng)
        split = train_test_split(x, y, test_fraction=values["test_share"], rng=rng)
    numbers = name in NUMBERS
    own_targets = 2 * own[:, 2:] - 1 if numbers else own[:, 2:]
    x_train = np.concatenate([split.x_train, own[:, :2]])
    y_train = np.concatenate([column(split.y_train), own_targets])
    y_test = column(split.y_test)
    shown = len(split.x_train)  # points by hand are drawn by the hand
    return Data(
        Split(make_features(x_train, chosen), y_train, make_features(split.x_test, chosen), y_test),
        MeanSquaredError() if numbers else BinaryCrossEntropy(),
        tuple(FEATURES[feature].label for feature in chosen),
        SIGNS if numbers else (BLUE, ORANGE),
        split.x_train,
        split.x_test,
        _marks(y_train[:shown, 0], numbers),
        _marks(y_test[:, 0], numbers),
        lambda places: make_features(places, chosen),
    )


def _sliced(
    split: Split,
    inputs: tuple[str, ...],
    classes: tuple[str, ...],
    middle: Array,
    axes: Array,
    labels: Sequence[str],
) -> Data:
    """Samples of many inputs, seen along two axes; the map is a slice through their middle."""
    train = ((split.x_train - middle) @ axes.T).astype(np.float32)
    test = ((split.x_test - middle) @ axes.T).astype(np.float32)
    ends = np.abs(np.concatenate([train, test])).max(axis=0) * 1.05 + 0.05
    known = split.y_train.astype(np.uint8), split.y_test.astype(np.uint8)
    two = len(classes) == 2
    if two:
        split = Split(split.x_train, column(split.y_train), split.x_test, column(split.y_test))
    return Data(
        split,
        BinaryCrossEntropy() if two else CrossEntropy(),
        inputs,
        classes,
        train,
        test,
        *known,
        lambda places: (middle + places @ axes).astype(np.float32),
        (-float(ends[0]), float(ends[0])),
        (-float(ends[1]), float(ends[1])),
        labels[0],
        labels[1],
    )


def _marks(targets: Array, numbers: bool) -> Labels:
    """The class of each target, for its marker; of numbers the sign."""
    marks: Labels = (targets > 0).astype(np.uint8)
    if numbers:
        marks[np.abs(targets) < NEAR] = 2
    return marks


def column(targets: Array | Labels) -> Array:
    """Return targets as the losses of one output take them, float32 of shape (n, 1)."""
    return targets.reshape(-1, 1).astype(np.float32)
