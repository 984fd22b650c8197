"""A computation as a graph of numbers: each node knows its value and its slope along each input."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: A node that uses a number, and the number used: the way that one share of a gradient takes.
Way = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """One number of a computation.

    Parameters
    ----------
    name : str
    op : str
        What it does, in a few signs; empty for a number that is given.
    inputs : tuple of str
        Names of earlier nodes.
    value : callable
        Of the values of the inputs.
    slopes : callable
        Of the values of the inputs and, last, of its own: its derivative along each input.
    told : str
        Its arithmetic, with {0}, {1}, ... for the values of the inputs, and {plain} for the first
        without brackets.
    slopes_told : tuple of str
        The arithmetic of each slope, with {self} for its own value besides.
    """

    name: str
    op: str = ""
    inputs: tuple[str, ...] = ()
    value: Callable[..., float] | None = None
    slopes: Callable[..., tuple[float, ...]] | None = None
    told: str = ""
    slopes_told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """One number that is written down: of which node, what, the number, and its arithmetic.

    Attributes
    ----------
    node, what : str
        What is "value" or "gradient".
    number : float
    words : str
    source : str
        For a gradient, the node that it comes back from; empty where there is none.
    """

    node: str
    what: str
    number: float
    words: str
    source: str = ""


def work_forward(nodes: Sequence[Node], given: Mapping[str, float]) -> list[Move]:
    """Compute every value, in the order of the nodes.

    Parameters
    ----------
    nodes : sequence of Node
    given : mapping of str to float
        The values of the nodes without inputs.

    Returns
    -------
    list of Move

    Examples
    --------
    >>> moves = work_forward([Node("a"), triple("b", "a")], {"a": 2.0})
    >>> [(move.node, move.number, move.words) for move in moves]
    [('a', 2.0, 'given'), ('b', 6.0, '3 × 2 = 6')]
    """
    values: dict[str, float] = {}
    moves = []
    for node in nodes:
        inputs = [values[name] for name in node.inputs]
        number = float(node.value(*inputs)) if node.value else float(given[node.name])
        values[node.name] = number
        plain = short(inputs[0]) if inputs else ""
        told = node.told.format(*map(bracketed, inputs), plain=plain)
        words = f"{told} = {short(number)}"
        moves.append(Move(node.name, "value", number, words if node.value else "given"))
    return moves


def work_backward(
    nodes: Sequence[Node], values: Mapping[str, float], ways: Sequence[Way]
) -> list[Move]:
    r"""Send the gradient of the last node back along the ways, and add up what arrives.

    Along each way from a node z to an input x it goes

    .. math:: \frac{\partial L}{\partial x} \mathrel{+}=
              \frac{\partial L}{\partial z} \cdot \frac{\partial z}{\partial x}

    with what z has gathered until then: whoever sends it on too early, and again later, counts a
    part of it twice.

    Parameters
    ----------
    nodes : sequence of Node
    values : mapping of str to float
        As `work_forward` found them.
    ways : sequence of Way

    Returns
    -------
    list of Move
        The first is the gradient of the last node with respect to itself, 1.

    Examples
    --------
    >>> nodes = [Node("a"), triple("b", "a")]
    >>> work_backward(nodes, {"a": 2.0, "b": 6.0}, [("b", "a")])[-1].words
    '1 × 3 = 3'
    """
    known = {node.name: node for node in nodes}
    last = nodes[-1].name
    gathered = {last: 1.0}
    moves = [Move(last, "gradient", 1.0, f"{last} grows by 1 when {last} grows by 1")]
    for user, name in ways:
        node = known[user]
        which = node.inputs.index(name)
        inputs = [values[each] for each in node.inputs]
        slope = _slope(node, which, inputs, values[user])
        share = gathered[user] * slope
        words = _told(node, which, inputs, values[user], gathered[user], slope)
        if name in gathered:
            words = f"{short(gathered[name])} so far, + {words} = {short(share)}"
            words += f", together {short(gathered[name] + share)}"
        else:
            words += f" = {short(share)}"
        gathered[name] = gathered.get(name, 0.0) + share
        moves.append(Move(name, "gradient", gathered[name], words, user))
    return moves


def _slope(node: Node, which: int, inputs: Sequence[float], value: float) -> float:
    """The derivative of a node along one of its inputs."""
    assert node.slopes is not None  # a node with inputs has slopes
    return float(node.slopes(*inputs, value)[which])


def _told(
    node: Node, which: int, inputs: Sequence[float], value: float, arrived: float, slope: float
) -> str:
    """The multiplication in words: what arrived, times the slope and how it comes about."""
    told = node.slopes_told[which]
    written = told.format(*map(bracketed, inputs), self=bracketed(value))
    if written in (short(slope), bracketed(slope)):
        return f"{short(arrived)} × {bracketed(slope)}"
    return f"{short(arrived)} × {written} = {short(arrived)} × {bracketed(slope)}"


def all_ways(nodes: Sequence[Node]) -> list[Way]:
    """Return every way back in an order that is right: each node waits for all that use it.

    Parameters
    ----------
    nodes : sequence of Node

    Returns
    -------
    list of Way

    Examples
    --------
    >>> all_ways([Node("a"), triple("b", "a")])
    [('b', 'a')]
    """
    return [(node.name, name) for node in reversed(nodes) for name in node.inputs]


def panel_nodes(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Return the nodes as a `Tape` takes them.

    Parameters
    ----------
    nodes : sequence of Node

    Returns
    -------
    list of dict

    Examples
    --------
    >>> panel_nodes([Node("a")])
    [{'name': 'a', 'op': '', 'inputs': []}]
    """
    return [{"name": n.name, "op": n.op, "inputs": list(n.inputs)} for n in nodes]


def triple(name: str, of: str, factor: float = 3.0) -> Node:
    """Return a node that is a factor, 3, times another one.

    Parameters
    ----------
    name, of : str
    factor : float

    Returns
    -------
    Node

    Examples
    --------
    >>> triple("b", "a").op
    '3a'
    """
    text = short(factor)
    return Node(
        name,
        f"{text}{of}",
        (of,),
        lambda x: factor * x,
        lambda x, own: (factor,),
        f"{text} × {{0}}",
        (bracketed(factor),),
    )


def short(number: float) -> str:
    """Return a number with at most four digits that count, as it stands in a node.

    Parameters
    ----------
    number : float

    Returns
    -------
    str

    Examples
    --------
    >>> short(-0.0214695), short(2.0), short(-0.0)
    ('−0.02147', '2', '0')
    """
    text = f"{number + 0.0:.4g}"
    return text.replace("-", "\N{MINUS SIGN}")


def bracketed(number: float) -> str:
    """Return the same, in brackets if it is negative: as a factor.

    Parameters
    ----------
    number : float

    Returns
    -------
    str

    Examples
    --------
    >>> bracketed(-2.0)
    '(−2)'
    """
    return f"({short(number)})" if number < 0 else short(number)
