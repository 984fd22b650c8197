"""Handles and the sliders that they move: checked before they are shown, placed in a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnlib.live.controls import Control, Slider
from nnlib.live.panels import Panel


def check_handles(panels: Sequence[Panel], controls: Mapping[str, Control]) -> None:
    """Raise ValueError unless every handle moves sliders, and sits on a line that is there.

    Parameters
    ----------
    panels : sequence of Panel
    controls : mapping of str to Control

    Raises
    ------
    ValueError
        The message names the handle and what it asks for.

    Examples
    --------
    >>> from nnlib.live.panels import Graph, Handle
    >>> loss = Graph(name="loss", title="Loss", x_range=(0, 1), y_range=(0, 1),
    ...              handles=[Handle("b", x="b")])
    >>> check_handles([loss], {"b": Slider("b", "b", 0, 1, 0.5)})
    >>> check_handles([loss], {})
    Traceback (most recent call last):
    ValueError: The handle 'b' on 'Loss' expects the name of a slider, got 'b'; ...
    """
    for panel in panels:
        for handle in getattr(panel, "handles", ()):
            for name in filter(None, (handle.x, handle.y)):
                if not isinstance(controls.get(name), Slider):
                    sliders = [n for n, c in controls.items() if isinstance(c, Slider)]
                    raise ValueError(
                        f"The handle {handle.label!r} on {panel.title!r} expects the name of a "
                        f"slider, got {name!r}; there are: {', '.join(sliders)}"
                    )
            lines = [line["name"] for line in _lines(panel)]
            if handle.on and handle.on not in lines:
                raise ValueError(
                    f"The handle {handle.label!r} on {panel.title!r} expects on as the name of "
                    f"a line, got {handle.on!r}; there are: {', '.join(lines)}"
                )


def _lines(panel: Panel) -> list[Mapping[str, str]]:
    """Everything on a panel that a handle can sit on."""
    return [line for kind in ("lines", "trails", "paths") for line in getattr(panel, kind, ())]


def placed(panel: Panel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a panel as plain data, each handle with the place where it stands.

    Parameters
    ----------
    panel : Panel
    values : mapping of str to value
        Where the controls stand.

    Returns
    -------
    dict
        As `Panel.spec`, for a picture that stands still: in each handle, `at` is the list of the
        values of its sliders.

    Examples
    --------
    >>> from nnlib.live.panels import Handle, Plane
    >>> plane = Plane(name="f", title="f", x_range=(0, 1), y_range=(0, 1),
    ...               handles=[Handle("start", x="a", y="b")])
    >>> placed(plane, {"a": 0.5, "b": 0.25})["handles"][0]["at"]
    [0.5, 0.25]
    """
    spec = panel.spec()
    for handle in spec.get("handles", ()):
        handle["at"] = [values[name] for name in (handle["x"], handle["y"]) if name]
    return spec
