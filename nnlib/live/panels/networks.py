"""Networks and the numbers in them: the diagram, a matrix, counts for each layer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib.live.panels.base import Panel

_EDITABLE = ("weight", "bias")


@dataclass(frozen=True, kw_only=True)
class Network(Panel):
    """A small network: columns of units, and a line for each weight.

    The width of a line is the size of the weight; orange and solid is positive, blue and dashed
    negative, as in the maps; the bar beside a unit is its bias, up if positive.

    Data: `sizes`, a list of the units in each column, the input first; if wanted, for each layer
    l = 1, 2, ... after it `weights_<l>`, float32 (in, out), and `biases_<l>`, float32 (out,);
    `activations`, float32 (units,), of all columns one after the other; `maps`, the response of
    each of these units over the plane, int8 (signed) or uint8 (units, rows, columns), lowest row
    first; `scale`, the size of the widest line.

    Where `editable` names "weight" or "bias", a learner can type a value, which arrives at
    `Explorable.edit`.

    Parameters
    ----------
    most : int
        Units of a column that are drawn, 2 or more; the rest is counted.
    edit_range : pair of float
        Least and greatest value that can be typed.

    Raises
    ------
    ValueError
        If one of these cannot be.

    Examples
    --------
    >>> Network(name="net", title="Network", editable=["weight"]).kind
    'network'
    """

    input_labels: Sequence[str] = ()
    output_labels: Sequence[str] = ()
    editable: Sequence[str] = ()
    edit_range: Sequence[float] = (-100.0, 100.0)
    most: int = 16
    kind: str = field(default="network", init=False)

    def __post_init__(self) -> None:
        if self.most < 2:
            raise ValueError(f"{self.title!r} expects most of 2 units or more, got {self.most}")
        if isinstance(self.editable, str) or not set(self.editable) <= set(_EDITABLE):
            raise ValueError(
                f"{self.title!r} expects editable as a list with 'weight' or 'bias' in it, "
                f"got {self.editable!r}"
            )
        low, high = self.edit_range
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                f"{self.title!r} expects edit_range as two finite numbers, the smaller first, "
                f"got {(low, high)}"
            )


@dataclass(frozen=True, kw_only=True)
class Matrix(Panel):
    """A matrix with its numbers, or a product C = A B with A at its left and B above it.

    Data: `values`, float32 (rows, columns), the first row on top; for a product also `left`,
    float32 (rows, k), and `right`, float32 (k, columns); if wanted `scale`, the size of full
    colour; `label`, in the place of the panel's; `marked`, a block of cells to point out, as [row,
    column, rows, columns], with the rows and columns of the factors that make it. A cell whose
    value is NaN has no colour, and `empty_text` is written in it.
    """

    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()
    label: str = "C"
    left_label: str = "A"
    right_label: str = "B"
    empty_text: str = "NaN"
    decimals: int = 2
    kind: str = field(default="matrix", init=False)

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"{self.title!r} expects decimals from 0 to 6, got {self.decimals}")


@dataclass(frozen=True, kw_only=True)
class Histogram(Panel):
    """How numbers are spread, one small histogram for each layer, side by side.

    All share both axes. A bar is as high as the share of its layer that falls into its bin, so
    that layers of different sizes compare.

    Data: `counts`, uint32 (layers, bins); `edges`, float32 (bins + 1,), ascending; if wanted
    `before`, uint32 (layers, bins), drawn as an outline. See `count_in_bins`.
    """

    layers: Sequence[str]
    x_label: str = ""
    y_label: str = "share"
    y_scale: str = "linear"
    before_label: str = "before"
    now_label: str = "now"
    kind: str = field(default="histogram", init=False)

    def __post_init__(self) -> None:
        if self.y_scale not in ("linear", "log"):
            raise ValueError(f"{self.title!r} expects y_scale linear or log, got {self.y_scale!r}")


def count_in_bins(arrays: Sequence[Any], edges: Any) -> NDArray[np.uint32]:
    """Count the numbers of each array in bins; what lies outside goes into the outermost.

    Parameters
    ----------
    arrays : sequence of array_like
        One for each layer; NaN is not counted.
    edges : array_like of shape (bins + 1,)
        Ascending.

    Returns
    -------
    ndarray of uint32, shape (layers, bins)

    Examples
    --------
    >>> count_in_bins([[0.1, 0.2, 7.0], [-3.0]], [0.0, 0.5, 1.0]).tolist()
    [[2, 1], [1, 0]]
    """
    edges = np.asarray(edges, dtype=np.float64)
    counts = np.zeros((len(arrays), len(edges) - 1), dtype=np.uint32)
    for row, array in zip(counts, arrays, strict=True):
        values = np.asarray(array, dtype=np.float64).ravel()
        values = np.clip(values[~np.isnan(values)], edges[0], edges[-1])
        row[:] = np.histogram(values, edges)[0]
    return counts


@dataclass(frozen=True, kw_only=True)
class Timeline(Panel):
    """What goes on in a network unrolled in time: a column for each step, a row for each unit.

    Data: for each band a list of T strings (the symbols that are read or written) or float32
    (rows, T), signed, zero neutral; if wanted `cursor`, a step from 0, and `<band>_scale`, the
    size of full colour, else the largest value. Where there are more steps than pixels, a column
    shows the strongest of its steps. A handle that moves across, `Handle("time", x=...)`, moves
    the cursor.

    Parameters
    ----------
    bands : sequence of mapping
        Each with `name` and `label`; from top to bottom.
    """

    bands: Sequence[Mapping[str, str]]
    x_label: str = "step"
    handles: Sequence[Any] = ()
    kind: str = field(default="timeline", init=False)

    def __post_init__(self) -> None:
        names = [band["name"] for band in self.bands]
        if not names or len(set(names)) < len(names):
            raise ValueError(
                f"{self.title!r} expects bands with names of their own, at least one, got {names}"
            )
        if any(handle.y or handle.on for handle in self.handles):
            raise ValueError(f"{self.title!r} expects handles that move across only")
