"""Colours, dashes and markers of the figures: those of the live canvas, on white."""

from __future__ import annotations

from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

__all__ = [
    "DASHES",
    "INK",
    "MARKERS",
    "OKABE_ITO",
    "SERIES",
    "contrast_on_white",
    "diverging_map",
    "readable_on_white",
    "sequential_map",
]

# Blue and vermilion come first: they are class 0 and class 1, and the two ends of every signed map.
OKABE_ITO = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
    "#F0E442",
)

#: Second cue beside colour: on and off lengths in points, empty for a solid line.
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (4.0, 2.0),
    (1.4, 1.7),
    (6.0, 2.0, 1.4, 2.0),
    (2.7, 1.4),
    (8.0, 2.7),
    (1.4, 3.4),
    (4.0, 1.4, 1.4, 1.4, 1.4, 1.4),
)

#: Second cue beside colour for classes: circle, square, triangle, diamond, cross, plus, down.
MARKERS = ("o", "s", "^", "D", "X", "P", "v")

INK = "#101218"


def _linear(channel: float) -> float:
    """Return one sRGB channel in linear light."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast_on_white(color: str) -> float:
    """Return the WCAG contrast ratio of a colour on white, from 1 (white) to 21 (black).

    Parameters
    ----------
    color : str
        Any colour that matplotlib understands.

    Returns
    -------
    float
        Ratio of the relative luminances.

    References
    ----------
    .. [1] W3C, Web Content Accessibility Guidelines 2.1, "relative luminance" and "contrast ratio".

    Examples
    --------
    >>> round(contrast_on_white("black"))
    21
    """
    red, green, blue = (_linear(channel) for channel in to_rgb(color))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable_on_white(color: str, least: float = 3.1) -> str:
    """Darken a colour until it stands out on white.

    Parameters
    ----------
    color : str
        Any colour that matplotlib understands.
    least : float
        The contrast ratio wanted.

    Returns
    -------
    str
        The colour itself, or the least darkened one of the same hue, in hexadecimal.

    Examples
    --------
    >>> readable_on_white("#0072B2")
    '#0072b2'
    >>> contrast_on_white(readable_on_white("#F0E442")) >= 3.1
    True
    """
    red, green, blue = to_rgb(color)
    for step in range(51):
        keep = 1 - step / 50
        darker = to_hex((red * keep, green * keep, blue * keep))
        if contrast_on_white(darker) >= least:
            return darker
    return "#000000"


#: The palette as drawn: each colour at a contrast of 3 or more on white.
SERIES = tuple(readable_on_white(color) for color in OKABE_ITO)


def diverging_map(strength: float = 1.0) -> LinearSegmentedColormap:
    """Return the colour map for signed values: blue below zero, white at zero, orange above.

    Parameters
    ----------
    strength : float
        Share of the full hue at the two ends; less than 1 where points lie on top.

    Returns
    -------
    matplotlib.colors.LinearSegmentedColormap
        A map from [0, 1], with white at 0.5.

    Examples
    --------
    >>> from matplotlib.colors import to_hex
    >>> to_hex(diverging_map()(0.0)), to_hex(diverging_map()(1.0))
    ('#0072b2', '#d55e00')
    """
    ends = [
        tuple(1 - strength * (1 - channel) for channel in to_rgb(color)) for color in SERIES[:2]
    ]
    colors = [ends[0], (1.0, 1.0, 1.0), ends[1]]
    return LinearSegmentedColormap.from_list("blue_orange", colors, N=255)  # -127..127, 0 is white


def sequential_map() -> LinearSegmentedColormap:
    """Return the colour map for amounts: from white (nothing) to ink.

    Returns
    -------
    matplotlib.colors.LinearSegmentedColormap
        A map from [0, 1].

    Examples
    --------
    >>> from matplotlib.colors import to_hex
    >>> to_hex(sequential_map()(0.0))
    '#ffffff'
    """
    return LinearSegmentedColormap.from_list("ink", ["#ffffff", INK])
