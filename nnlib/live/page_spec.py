"""What the browser must know of an explorable before the first frame."""

from typing import TYPE_CHECKING, Any

from nnlib.live.controls import spec as control_spec

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable


def page_spec(explorable: "Explorable") -> dict[str, Any]:
    """Return title, panels and controls of an explorable as plain data.

    Parameters
    ----------
    explorable : Explorable

    Returns
    -------
    dict

    Examples
    --------
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> page_spec(SpiralBoundary())["units"]
    ['batch', 'epoch']
    """
    return {
        "title": explorable.title,
        "autoplay": explorable.autoplay,
        "units": list(explorable.units),
        "pass_label": explorable.pass_label,
        "panels": [panel.spec() for panel in explorable.panels],
        "controls": [control_spec(control) for control in explorable._controls.values()],
        "presets": explorable._presets,
        "values": explorable.values,
        "seed": explorable.seed if explorable.seeded else None,
    }
