"""What a learner types into a panel: checked here, before an explorable hears of it.

The browser may send anything. What arrives at `Explorable.edit` and `Explorable.answer` names a
panel that takes it, a place that is there, and a finite number in range; all else is a
`ValueError`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from nnlib.live.panels import Network, Tape
from nnlib.network import Sequential

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

LARGEST_ANSWER = 1e9


def take_in(explorable: "Explorable", content: Mapping[Any, Any]) -> None:
    """Check a message of type "edit" or "answer" and hand it to the explorable.

    Parameters
    ----------
    explorable : Explorable
    content : mapping
        `type`, `panel`, `index`, `value`, and for an edit `what`.

    Raises
    ------
    ValueError
        If anything in it is not as it should be; nothing has changed then.
    """
    name = content.get("panel")
    panel = next((p for p in explorable.panels if isinstance(name, str) and p.name == name), None)
    what, index, value = content.get("what"), content.get("index"), content.get("value")
    if content.get("type") == "answer":
        if not isinstance(panel, Tape) or not panel.asks:
            _refuse("a panel that asks", name)
        number = _number(value, -LARGEST_ANSWER, LARGEST_ANSWER)
        shown = explorable.frame()[panel.name].get("shown", 0)
        if type(index) is not int or index != shown or index >= len(panel.steps):
            _refuse(f"an answer to step {shown}, the next one", index)
        explorable.answer(panel.name, index, number)
        return
    if not isinstance(panel, Network) or not isinstance(what, str) or what not in panel.editable:
        _refuse("a weight or bias of a panel that can be edited", what)
    number = _number(value, *panel.edit_range)
    place = _place(index, length=3 if what == "weight" else 2)
    sizes = explorable.frame()[panel.name]["sizes"]
    if not _is_there(place, sizes):
        _refuse(f"a {what} of the network with {', '.join(map(str, sizes))} units", place)
    explorable.edit(panel.name, what, place, number)


def _refuse(expected: str, got: object) -> NoReturn:
    # Only what is surely short is repeated; a huge integer cannot even be written.
    short = isinstance(got, str | float | tuple | None) or (type(got) is int and abs(got) < 10**9)
    found = repr(got)[:40] if short else type(got).__name__
    raise ValueError(f"The view expects {expected}, got {found}; nothing has changed")


def _number(value: object, low: float, high: float) -> float:
    """A finite number in a range; True is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        _refuse(f"a number from {low:g} to {high:g}", value)
    return float(value)


def _place(index: object, length: int) -> tuple[int, ...]:
    """A list of small integers: the layer from 1, then rows and columns from 0."""
    if not isinstance(index, list) or len(index) != length:
        _refuse(f"an index of {length} integers", index)
    if not all(type(i) is int and 0 <= i < 10**6 for i in index):
        _refuse(f"an index of {length} integers", index)
    return tuple(index)


def _is_there(place: tuple[int, ...], sizes: Sequence[int]) -> bool:
    """Whether a layer and its rows and columns are part of a network of these sizes."""
    layer, *units = place
    if not 1 <= layer < len(sizes):
        return False
    bounds = (sizes[layer - 1], sizes[layer])[-len(units) :]
    return all(unit < size for unit, size in zip(units, bounds, strict=True))


def write_parameter(network: Sequential, what: str, index: tuple[int, ...], value: float) -> None:
    """Write one weight or bias of a network, as `Explorable.edit` gets them.

    Parameters
    ----------
    network : Sequential
        Those of its layers that have a weight count, from 1.
    what : "weight" or "bias"
    index : tuple of int
        The layer, and for a weight its input and output, for a bias its unit.
    value : float

    Raises
    ------
    ValueError
        If there is no such number; nothing has changed then.

    Examples
    --------
    >>> from nnlib import Dense, Tanh
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 1, rng=rng))
    >>> write_parameter(network, "weight", (2, 1, 0), 0.5)
    >>> network.layers[2].weight.value[1].tolist()
    [0.5]
    """
    layers = [layer for layer in network.layers if hasattr(layer, "weight")]
    layer, *place = index
    parameter = getattr(layers[layer - 1], what, None) if 1 <= layer <= len(layers) else None
    shape = parameter.value.shape if parameter is not None else ()
    fits = bool(place) and len(place) == len(shape)
    if parameter is None or not fits or not all(map(_within, place, shape)):
        _refuse(f"a {what} of a network of {len(layers)} layers", index)
    if not math.isfinite(value):
        _refuse("a finite number", value)
    parameter.value[tuple(place)] = value


def _within(index: int, size: int) -> bool:
    return 0 <= index < size
