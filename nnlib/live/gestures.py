"""What a learner makes on a panel, and the control that it goes to: checked before it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnlib.live.controls import Control
from nnlib.live.drawn import Drawing
from nnlib.live.panels import Panel
from nnlib.live.tables import Numbers, Points

#: Field of a panel that names a control, and the kind of control that it must be.
_MAKES: dict[str, type[Control]] = {
    "drawing": Drawing,
    "by_hand": Points,
    "weights": Numbers,
    "outputs": Numbers,
    "upload": Drawing,
}


def check_gestures(panels: Sequence[Panel], controls: Mapping[str, Control]) -> None:
    """Raise ValueError unless what is made on each panel goes to a control of the right kind.

    Parameters
    ----------
    panels : sequence of Panel
    controls : mapping of str to Control

    Raises
    ------
    ValueError
        The message names the panel and what it asks for.

    Examples
    --------
    >>> from nnlib.live.panels import Pad
    >>> pad = Pad(name="pad", title="Your digit", drawing="digit")
    >>> check_gestures([pad], {"digit": Drawing("digit", "Digit", 8, 8)})
    >>> check_gestures([pad], {})
    Traceback (most recent call last):
    ValueError: The panel 'Your digit' expects drawing as the name of a Drawing, got 'digit'; ...
    """
    for panel in panels:
        for part, kind, name in _made_on(panel):
            if not isinstance(controls.get(name), kind):
                fitting = [n for n, c in controls.items() if isinstance(c, kind)]
                raise ValueError(
                    f"The panel {panel.title!r} expects {part} as the name of a {kind.__name__}, "
                    f"got {name!r}; there are: {', '.join(fitting) or 'none'}"
                )


def made(
    panel: Panel, controls: Mapping[str, Control], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the learner has made on a panel, for a picture that stands still.

    Parameters
    ----------
    panel : Panel
    controls : mapping of str to Control
    values : mapping of str to value
        Where the controls stand.

    Returns
    -------
    dict
        `ink`, float32 (rows, columns), for a drawing; `hand_points` and `hand_labels` for points;
        `kernel`, a list of rows, for a matrix; empty for other panels.

    Examples
    --------
    >>> from nnlib.live.panels import Pad
    >>> pad = Pad(name="pad", title="Your digit", drawing="digit")
    >>> made(pad, {"digit": Drawing("digit", "Digit", 8, 8)}, {"digit": ""})["ink"].shape
    (8, 8)
    """
    for _, _, name in _made_on(panel):
        match controls[name]:
            case Drawing() as drawing:
                return {"ink": drawing.pixels(values[name])}
            case Points() as points:
                places, labels = points.arrays(values[name])
                return {"hand_points": places, "hand_labels": labels}
            case Numbers():
                return {"kernel": values[name]}
    return {}


def _made_on(panel: Panel) -> list[tuple[str, type[Control], str]]:
    """What a panel says is made on it: the field, the kind of control, and its name."""
    named = [(part, kind, getattr(panel, part, "")) for part, kind in _MAKES.items()]
    return [(part, kind, name) for part, kind, name in named if name]
