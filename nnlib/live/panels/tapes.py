"""The tape: a computation as a graph of numbers, worked forwards and then backwards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nnlib.live.panels.base import Panel

_WHAT = ("value", "gradient")


@dataclass(frozen=True, kw_only=True)
class Tape(Panel):
    """A computation graph from left to right, whose numbers appear one by one.

    Data: `shown`, how many steps have been made; `numbers`, float32 (steps,), what each step
    writes down, NaN if nothing; if wanted `words`, a list with the arithmetic of each step, such
    as "0.731 x 1 = 0.731", and `reply`, what the answer that was typed last deserves.

    Parameters
    ----------
    nodes : sequence of mapping
        Each with `name`, `op` (what it does; "" for a leaf) and `inputs`, names of earlier nodes;
        if wanted `at`, its place as [x, y] from 0 (left, top) to 1.
    steps : sequence of tuples
        In each the name of a node and "value" or "gradient", and if wanted the node that a gradient
        comes back from. A node may come up again, as its gradient gathers. By default every value
        in the order of the nodes, then every gradient in the opposite order.
    given : int
        How many of the first steps are there from the start; they are not counted.
    asks : bool
        Whether the learner types each number before it is shown; it arrives at
        `Explorable.answer`.

    Raises
    ------
    ValueError
        If a name comes twice, or an input or a step names no node that is there.

    Examples
    --------
    >>> x, w = {"name": "x"}, {"name": "w"}
    >>> tape = Tape(name="t", title="Tape", nodes=[x, w, {"name": "z", "inputs": ["x", "w"]}])
    >>> list(tape.steps)[2:4]
    [('z', 'value'), ('z', 'gradient')]
    """

    nodes: Sequence[Mapping[str, Any]]
    steps: Sequence[tuple[str, ...]] = ()
    given: int = 0
    asks: bool = False
    height: int = 260
    kind: str = field(default="tape", init=False)

    def __post_init__(self) -> None:
        names: list[str] = []
        for node in self.nodes:
            unknown = [name for name in node.get("inputs", ()) if name not in names]
            if unknown:
                raise ValueError(
                    f"The node {node['name']!r} of {self.title!r} expects earlier nodes as inputs, "
                    f"got {unknown[0]!r}; there are: {', '.join(names)}"
                )
            if node["name"] in names:
                raise ValueError(
                    f"{self.title!r} expects each name once, got {node['name']!r} twice"
                )
            names.append(node["name"])
        for name, what, *source in self.steps:
            if what not in _WHAT or not {name, *source} <= set(names):
                raise ValueError(
                    f"{self.title!r} expects steps of a node and 'value' or 'gradient', "
                    f"got {(name, what, *source)}; the nodes are: {', '.join(names)}"
                )
        if not self.steps:
            forwards = [(name, "value") for name in names]
            backwards = [(name, "gradient") for name in reversed(names)]
            object.__setattr__(self, "steps", (*forwards, *backwards))
        if not 0 <= self.given <= len(self.steps):
            raise ValueError(
                f"{self.title!r} expects given from 0 to {len(self.steps)}, its number of steps, "
                f"got {self.given}"
            )

    def spec(self) -> dict[str, Any]:
        """Return the panel as plain data, with the place of each node."""
        places = zip(self.nodes, place_nodes(self.nodes), strict=True)
        return super().spec() | {"places": [list(node.get("at", at)) for node, at in places]}


def place_nodes(nodes: Sequence[Mapping[str, Any]]) -> list[list[float]]:
    """Give each node a place: inputs to the left of what uses them.

    Parameters
    ----------
    nodes : sequence of mapping
        As those of `Tape`.

    Returns
    -------
    list of [x, y]
        From 0 (left, top) to 1, the middle of the node.

    Examples
    --------
    >>> place_nodes([{"name": "x"}, {"name": "y", "inputs": ["x"]}])
    [[0.25, 0.5], [0.75, 0.5]]
    """
    columns = _columns(nodes)
    members: dict[int, list[str]] = defaultdict(list)
    for name, column in columns.items():
        members[column].append(name)
    width = max(members, default=0) + 1
    height: dict[str, float] = {}
    inputs = {node["name"]: list(node.get("inputs", ())) for node in nodes}
    users = {name: [n for n in inputs if name in inputs[n]] for name in inputs}
    for column in range(width - 1, -1, -1):  # what is computed last is placed first
        wanted = {name: _middle(users[name], height) for name in members[column]}
        for row, name in enumerate(sorted(members[column], key=wanted.__getitem__)):
            height[name] = (row + 0.5) / len(members[column])
    return [[(columns[name] + 0.5) / width, height[name]] for name in inputs]


def _columns(nodes: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The column of each node: one after the last of its inputs; leaves close to their use."""
    columns: dict[str, int] = {}
    for node in nodes:
        inputs = node.get("inputs", ())
        columns[node["name"]] = max((columns[name] + 1 for name in inputs), default=0)
    for node in nodes:
        users = [columns[n["name"]] for n in nodes if node["name"] in n.get("inputs", ())]
        if users and not node.get("inputs"):
            columns[node["name"]] = min(users) - 1
    return columns


def _middle(names: Sequence[str], height: Mapping[str, float]) -> float:
    """Mean height of nodes that are placed."""
    known = [height[name] for name in names if name in height]
    return sum(known) / len(known) if known else 0.5
