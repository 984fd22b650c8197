"""A number that is used twice: its gradient is a sum, and must be whole before it is sent on."""

from collections.abc import Sequence
from typing import Any

from nnlib.explorables.backpropagation.graph import (
    Move,
    Node,
    Way,
    panel_nodes,
    short,
    triple,
    work_backward,
    work_forward,
)
from nnlib.explorables.backpropagation.tape_run import TapeRun, tape_steps
from nnlib.live import Panel, Slider, Tape

#: Each node sends back as soon as something arrives, and again with all it has when more does.
HASTY: tuple[Way, ...] = (("e", "b"), ("b", "a"), ("e", "c"), ("c", "b"), ("b", "a"))
#: Each node waits until all that use it have sent.
PATIENT: tuple[Way, ...] = (("e", "b"), ("e", "c"), ("c", "b"), ("b", "a"))
FIRST = {"a": 2.0, "factor": 3.0}


def _nodes(factor: float) -> tuple[Node, ...]:
    """a, then b, which is used twice: by c, and beside it by e."""
    return (
        Node("a"),
        triple("b", "a", factor),
        Node("c", "b + 1", ("b",), lambda b: b + 1.0, lambda b, own: (1.0,), "{0} + 1", ("1",)),
        Node(
            "e",
            "b × c",
            ("b", "c"),
            lambda b, c: b * c,
            lambda b, c, own: (c, b),
            "{0} × {1}",
            ("{1}", "{0}"),
        ),
    )


def _work(a: float, factor: float, ways: Sequence[Way]) -> list[Move]:
    """Forwards, and back along these ways."""
    nodes = _nodes(factor)
    forward = work_forward(nodes, {"a": a})
    return forward + work_backward(nodes, {m.node: m.number for m in forward}, ways)


_PLACES = {"a": (0.12, 0.4), "b": (0.37, 0.4), "c": (0.63, 0.78), "e": (0.88, 0.4)}
_SHOWN = panel_nodes(_nodes(FIRST["factor"]))


def _tape(name: str, title: str, ways: Sequence[Way]) -> Tape:
    """One of the two tapes."""
    nodes = [node | {"at": _PLACES[node["name"]]} for node in _SHOWN]
    nodes[1] |= {"op": "k × a"}
    steps = tape_steps(_work(**FIRST, ways=ways))
    return Tape(name=name, title=title, nodes=nodes, steps=steps, height=250)


class Diamond(TapeRun):
    """The graph e = b (b + 1), b = k a: b is used twice, and one of two ways back gets it wrong.

    Both follow the same rule for each multiplication. The hasty one sends a gradient on at once,
    and once more, with all that has gathered, when the second share arrives.

    Parameters
    ----------
    key, **values
        See `Explorable`.

    Examples
    --------
    >>> view = Diamond()
    >>> view.answers()
    (60.0, 39.0)
    """

    title = "The diamond: a number that is used twice gathers two gradients"
    controls = (
        Slider("a", "Value of a", -4, 4, int(FIRST["a"]), integer=True),
        Slider("factor", "Factor k", -5, 5, int(FIRST["factor"]), integer=True),
    )
    panels: Sequence[Panel] = (
        _tape("hasty", "Hasty: send back at once, and again when more arrives", HASTY),
        _tape("patient", "Patient: wait for all that use it, then send back once", PATIENT),
    )

    def work(self) -> list[Move]:
        """Return the moves of the longer tape; both are worked out."""
        a, factor = float(self.values["a"]), float(self.values["factor"])
        self.hasty, self.patient = (_work(a, factor, ways) for ways in (HASTY, PATIENT))
        return self.hasty

    def changed(self, name: str) -> None:
        """Work it out anew; as many numbers are shown as before."""
        self.moves = self.work()

    def answers(self) -> tuple[float, float]:
        """Return de/da as the hasty way and as the patient way find it."""
        return self.hasty[-1].number, self.patient[-1].number

    def difference(self, h: float = 1e-3) -> float:
        """Return (e(a + h) − e(a − h)) / 2h, which knows nothing of graphs.

        Parameters
        ----------
        h : float

        Returns
        -------
        float
        """
        nodes, a = _nodes(float(self.values["factor"])), float(self.values["a"])
        above, below = (work_forward(nodes, {"a": a + way})[-1].number for way in (h, -h))
        return (above - below) / (2 * h)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return both tapes, as far as they have come."""
        return {
            "hasty": self.tape_data(self.hasty, self.made),
            "patient": self.tape_data(self.patient, self.made),
        }

    def summary(self) -> str:
        """Return what both find, once they have, and what is true."""
        if self.made < len(self.moves):
            return f"{self.made} of {len(self.moves)} numbers. Play, or step."
        hasty, patient = self.answers()
        true = self.difference()
        verdict = "The hasty way is wrong." if abs(hasty - true) > 1e-3 else "Here both agree."
        return (
            f"de/da: hasty {short(hasty)}, patient {short(patient)}. Nudging a by a thousandth "
            f"gives {short(true)}. {verdict}"
        )
