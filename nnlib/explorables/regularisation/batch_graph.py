"""Batch normalisation of three numbers as a graph: each node knows its value and its slopes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nnlib.explorables.backpropagation.graph import (
    Move,
    Node,
    Way,
    bracketed,
    panel_nodes,
    work_backward,
    work_forward,
)

EPSILON = 1e-5
LEAVES = ("x₁", "x₂", "x₃", "γ", "β")
SMALL = "₁₂₃"
MISTAKES = ("none", "μ taken for a constant", "σ² taken for a constant")
_DUST = re.compile(r"−?\d(\.\d+)?e−1[2-9]")  # what rounding leaves of 0

#: Level by level: a number waits until all that use it have sent their share.
WAYS: tuple[Way, ...] = (
    *(("L", f"y{i}") for i in SMALL),
    *((f"y{i}", "β") for i in SMALL),
    *((f"y{i}", "γ") for i in SMALL),
    *((f"y{i}", f"x̂{i}") for i in SMALL),
    *((f"x̂{i}", "s") for i in SMALL),
    ("s", "σ²"),
    *((f"x̂{i}", f"d{i}") for i in SMALL),
    *(("σ²", f"d{i}") for i in SMALL),
    *((f"d{i}", "μ") for i in SMALL),
    *((f"d{i}", f"x{i}") for i in SMALL),
    *(("μ", f"x{i}") for i in SMALL),
)


def _level(place: int, i: str) -> tuple[Node, ...]:
    """The nodes of sample i that come before or after its row is scaled."""
    d = Node(
        f"d{i}",
        f"x{i} − μ",
        (f"x{i}", "μ"),
        lambda x, mean: x - mean,
        lambda x, mean, own: (1.0, -1.0),
        "{0} − {1}",
        ("1", "(−1)"),
    )
    normal = Node(
        f"x̂{i}",
        f"d{i} s",
        (f"d{i}", "s"),
        lambda d, s: d * s,
        lambda d, s, own: (s, d),
        "{0} × {1}",
        ("{1}", "{0}"),
    )
    y = Node(
        f"y{i}",
        f"γ x̂{i} + β",
        ("γ", f"x̂{i}", "β"),
        lambda gamma, x, beta: gamma * x + beta,
        lambda gamma, x, beta, own: (x, gamma, 1.0),
        "{0} × {1} + {2}",
        ("{1}", "{0}", "1"),
    )
    return ((d,), (normal,), (y,))[place]


def nodes_of(weights: Sequence[float], mistake: str = MISTAKES[0]) -> tuple[Node, ...]:
    """Return the graph: mean, variance, normalise, scale and shift, and a loss.

    Parameters
    ----------
    weights : sequence of 3 floats
        dL/dy.
    mistake : str
        One of `MISTAKES`: what the way back leaves out.

    Returns
    -------
    tuple of Node

    Examples
    --------
    >>> [node.name for node in nodes_of((1, 0, 0))][5:9]
    ['μ', 'd₁', 'd₂', 'd₃']
    """
    third = 0.0 if mistake == MISTAKES[1] else 1 / 3
    kept = 0.0 if mistake == MISTAKES[2] else 1.0
    rows = [tuple(node for i in SMALL for node in _level(place, i)) for place in range(3)]
    mean = Node(
        "μ",
        "mean of x",
        LEAVES[:3],
        lambda a, b, c: a + ((b - a) + (c - a)) / 3,  # exactly a if all three are alike
        lambda *_: (third,) * 3,
        "({0} + {1} + {2}) / 3",
        ("(1/3)" if third else "0",) * 3,
    )
    variance = Node(
        "σ²",
        "mean of d²",
        ("d₁", "d₂", "d₃"),
        lambda *d: sum(each * each for each in d) / 3,
        lambda *d: tuple(2 * each / 3 for each in d[:3]),
        "({0}² + {1}² + {2}²) / 3",
        ("2 × {0} / 3", "2 × {1} / 3", "2 × {2} / 3"),
    )
    scale = Node(
        "s",
        "1 / √(σ² + ε)",
        ("σ²",),
        lambda v: (v + EPSILON) ** -0.5,
        lambda v, own: (-0.5 * kept * own**3,),
        "1 / √({plain} + 0.00001)",
        ("(−{self}³ / 2)" if kept else "0",),
    )
    loss = Node(
        "L",
        "Σ g y",
        ("y₁", "y₂", "y₃"),
        lambda *y: sum(g * each for g, each in zip(weights, y, strict=True)),
        lambda *_: tuple(weights),
        " + ".join(f"{bracketed(g)} × {{{i}}}" for i, g in enumerate(weights)),
        tuple(map(bracketed, weights)),
    )
    given = tuple(Node(name) for name in LEAVES)
    return (*given, mean, *rows[0], variance, scale, *rows[1], *rows[2], loss)


def work_batch(
    given: Mapping[str, float], weights: Sequence[float], mistake: str = MISTAKES[0]
) -> list[Move]:
    """Return every number, forwards and back.

    Parameters
    ----------
    given : mapping
        The leaves.
    weights, mistake
        As for `nodes_of`.

    Returns
    -------
    list of Move
    """
    nodes = nodes_of(weights, mistake)
    forward = work_forward(nodes, given)
    found = {move.node: move.number for move in forward}
    return forward + [_plain(move) for move in work_backward(nodes, found, WAYS)]


def _plain(move: Move) -> Move:
    """A gradient that is 0 but for rounding, said to be 0."""
    number = 0.0 if abs(move.number) < 1e-12 else move.number
    return replace(move, number=number, words=_DUST.sub("0", move.words))


def placed_nodes() -> list[dict[str, Any]]:
    """Return the nodes for a `Tape`: a row for each sample, a column for each line.

    Returns
    -------
    list of dict
    """
    columns = {"x": 0, "d": 2, "x̂": 5, "y": 6}
    places = {
        f"{name}{i}": [(column + 0.5) / 8, (0.12, 0.42, 0.72)[row]]
        for name, column in columns.items()
        for row, i in enumerate(SMALL)
    }
    places |= {"μ": [1.5 / 8, 0.57], "σ²": [3.5 / 8, 0.27], "s": [4.5 / 8, 0.57]}
    places |= {"γ": [4.5 / 8, 0.92], "β": [5.5 / 8, 0.92], "L": [7.5 / 8, 0.42]}
    return [node | {"at": places[node["name"]]} for node in panel_nodes(nodes_of((1, 1, 1)))]
