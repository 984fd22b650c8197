"""What a learner can move: sliders, choices and switches, and the values they stand at.

Values come from front ends, links and files, so each is checked where it enters: a bad one is
refused with a message, and the value before it stays.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nnlib.live.drawn import Drawing
from nnlib.live.pasted import Table
from nnlib.live.tables import Numbers, Points
from nnlib.live.values import number as read_number
from nnlib.live.values import short


@dataclass(frozen=True)
class Slider:
    """A number between two limits.

    Parameters
    ----------
    name : str
        Key in `Explorable.values`.
    label : str
        What the learner reads.
    minimum, maximum, value : float
        Limits, both allowed, and the first value.
    log : bool
        Equal ways on the slider multiply the number by equal factors; `minimum` must be > 0.
    integer : bool
        Whole numbers only.
    restarts : bool
        Training starts anew when it moves, because the network changes.
    top_label : str
        What to show at the maximum instead of the number, such as "full speed".
    group : str
        Controls of one group stand together under this heading.
    compact : bool
        In one line, for a group of many; the label must be short.

    Examples
    --------
    >>> Slider("noise", "Noise", 0.0, 0.5, 0.1).clean(0.25)
    0.25
    """

    name: str
    label: str
    minimum: float
    maximum: float
    value: float
    log: bool = False
    integer: bool = False
    restarts: bool = False
    top_label: str = ""
    group: str = ""
    compact: bool = False
    kind: str = field(default="slider", init=False)

    def clean(self, value: object) -> float:
        """Return the value as a number of three significant digits, or raise ValueError."""
        number = read_number(value)
        slack = 1e-9 * max(abs(self.minimum), abs(self.maximum))
        if not self.minimum - slack <= number <= self.maximum + slack:  # NaN fails too
            raise ValueError(
                f"{self.label} expects a number from {self.minimum:g} to {self.maximum:g}, "
                f"got {short(value)}; it stays as it was"
            )
        if self.integer:
            return round(number)
        return min(max(float(f"{number:.3g}"), self.minimum), self.maximum)


@dataclass(frozen=True)
class Choice:
    """One of a few named options.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    options : sequence of str
    value : str
        The first value, one of the options.
    restarts : bool
    group : str
        As for `Slider`.

    Examples
    --------
    >>> Choice("optimizer", "Optimizer", ("SGD", "Adam"), "SGD").clean("Adam")
    'Adam'
    """

    name: str
    label: str
    options: Sequence[str]
    value: str
    restarts: bool = False
    group: str = ""
    kind: str = field(default="choice", init=False)

    def clean(self, value: object) -> str:
        """Return the value if it is one of the options, or raise ValueError."""
        if type(value) is not str or value not in self.options:
            raise ValueError(
                f"{self.label} expects one of {', '.join(self.options)}, got {short(value)}; "
                "it stays as it was"
            )
        return value


@dataclass(frozen=True)
class Toggle:
    """On or off.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    value : bool
        The first value.
    restarts : bool
    group : str
        As for `Slider`.

    Examples
    --------
    >>> Toggle("test", "Show test data", False).clean(True)
    True
    """

    name: str
    label: str
    value: bool
    restarts: bool = False
    group: str = ""
    kind: str = field(default="toggle", init=False)

    def clean(self, value: object) -> bool:
        """Return the value if it is True or False, or raise ValueError."""
        if not isinstance(value, bool):
            raise ValueError(
                f"{self.label} expects true or false, got {short(value)}; it stays as it was"
            )
        return value


Control = Slider | Choice | Toggle | Drawing | Points | Numbers | Table


def spec(control: Control) -> dict[str, Any]:
    """Return the control as plain data for the browser.

    Parameters
    ----------
    control : Control

    Returns
    -------
    dict

    Examples
    --------
    >>> spec(Toggle("test", "Show test data", False))["kind"]
    'toggle'
    """
    return asdict(control)
