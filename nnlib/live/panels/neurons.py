"""One neuron: the plane as it sees it, the cell itself, and the Boolean functions it can do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nnlib.live.panels.base import Panel, check_axes


@dataclass(frozen=True, kw_only=True)
class NeuronPlane(Panel):
    """The plane as one neuron sees it: its answer as colour, its line, its weights as an arrow.

    With `sliders` the learner drags the tip of the arrow, and the line; what moves is painted in
    the browser at once, before the kernel hears of it.

    Data: `neuron`, float32 (3,): w1, w2 and b; if wanted `level`, the z of the line, 0 if left out;
    `hard`, whether a threshold takes the place of the logistic function; `points`, float32 (n, 2),
    and `labels`, uint8 (n,), as for `Scatter`; `other`, float32 (3,), a neuron of which only the
    line is drawn.

    Parameters
    ----------
    sliders : sequence of str
        Names of the sliders of w1, w2 and b, or none.
    probe : sequence of str
        Names of the sliders of an input x1, x2 that can be dragged, or none.
    arrow : bool
        Whether arrow and origin are drawn: both axes must be of one scale then.
    judge : bool
        Whether points on the wrong side of the line get a ring, and are counted.

    Raises
    ------
    ValueError
        If there are neither no sliders nor three, an input without them or not of two, or an arrow
        on axes that differ.

    Examples
    --------
    >>> NeuronPlane(name="plane", title="One neuron", sliders=["w1", "w2", "b"]).kind
    'neuron_plane'
    """

    x_range: Sequence[float] = (-3.0, 3.0)
    y_range: Sequence[float] = (-3.0, 3.0)
    x_label: str = "x₁"
    y_label: str = "x₂"
    x_scale: str = field(default="linear", init=False)
    y_scale: str = field(default="linear", init=False)
    classes: Sequence[str] = ()
    sliders: Sequence[str] = ()
    probe: Sequence[str] = ()
    arrow: bool = True
    judge: bool = False
    low_label: str = "answer 0"
    high_label: str = "1"
    line_label: str = "z = 0"
    other_label: str = "another neuron"
    kind: str = field(default="neuron_plane", init=False)

    def __post_init__(self) -> None:
        check_axes(self)
        check_sliders(self)
        (left, right), (bottom, top) = self.x_range, self.y_range
        if self.arrow and abs((right - left) - (top - bottom)) > 1e-9 * (right - left):
            raise ValueError(
                f"{self.title!r} expects axes of one length, as an arrow at a right angle to its "
                f"line is drawn, got {self.x_range} and {self.y_range}; say arrow=False"
            )


@dataclass(frozen=True, kw_only=True)
class NeuronCell(Panel):
    """One neuron of two inputs, as a nerve cell and as a sum with its numbers.

    Data: `neuron`, float32 (3,): w1, w2 and b; `probe`, float32 (2,): the input; if wanted `hard`
    as for `NeuronPlane`. `sliders` and `probe` as there.

    Examples
    --------
    >>> NeuronCell(name="cell", title="The cell").height
    340
    """

    sliders: Sequence[str] = ()
    probe: Sequence[str] = ()
    height: int = 340
    kind: str = field(default="neuron_cell", init=False)

    def __post_init__(self) -> None:
        check_sliders(self)


def check_sliders(panel: NeuronPlane | NeuronCell) -> None:
    """Raise ValueError unless the names of sliders are three or none, those of an input two."""
    if len(panel.sliders) not in (0, 3) or isinstance(panel.sliders, str):
        raise ValueError(
            f"{panel.title!r} expects sliders for w1, w2 and b, three names or none, "
            f"got {panel.sliders!r}"
        )
    if len(panel.probe) not in ((0, 2) if panel.sliders else (0,)):
        raise ValueError(
            f"{panel.title!r} expects probe as the names of two sliders beside those of the "
            f"weights, or none, got {panel.probe!r}"
        )


@dataclass(frozen=True, kw_only=True)
class TruthTable(Panel):
    """A truth table whose outputs the learner turns over, and what a neuron makes of it.

    Data: `inputs`, float32 (rows, n), 0 or 1; `found`, float32 (n + 1,), weights and bias of a
    neuron that answers as wanted, empty where there is none.

    Parameters
    ----------
    outputs : str
        Name of the control `Numbers` of one row that holds the wanted outputs.

    Examples
    --------
    >>> TruthTable(name="table", title="Outputs", outputs="outputs").kind
    'truth_table'
    """

    outputs: str
    kind: str = field(default="truth_table", init=False)


@dataclass(frozen=True, kw_only=True)
class Cube(Panel):
    """The inputs of a Boolean function as corners of a square or cube, and a neuron's cut.

    Data: `inputs`, float32 (rows, n), n of 2 or 3; `labels`, uint8 (rows,), the wanted outputs;
    `found` as for `TruthTable`.

    Examples
    --------
    >>> Cube(name="cube", title="Corners").classes
    ('output 0', 'output 1')
    """

    classes: Sequence[str] = ("output 0", "output 1")
    kind: str = field(default="cube", init=False)
