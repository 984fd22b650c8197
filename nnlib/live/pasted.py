"""A table that a learner pastes, as a control."""

import json
from dataclasses import dataclass, field

from nnlib.datasets import read_pasted
from nnlib.live.values import short

MOST_TEXT = 12_000  # characters, as they stand in a state string


@dataclass(frozen=True)
class Table:
    r"""Pasted text: numbers in each row, and the class in the last column; see `read_pasted`.

    Parameters
    ----------
    name, label : str
        As for `Slider`.
    value : str
        The first table.
    least : int
        Samples that there must be.
    restarts : bool
    group : str
        As for `Slider`.

    Examples
    --------
    >>> table = Table("table", "Paste a table", "1 red\n2 blue", least=2)
    >>> table.clean("3,red\n4,blue")
    '3,red\n4,blue'
    >>> table.clean("3,red\n,blue")
    Traceback (most recent call last):
    ValueError: line 2, column 1: expected a number, the cell is empty; ...
    """

    name: str
    label: str
    value: str
    least: int = 10
    restarts: bool = False
    group: str = ""
    kind: str = field(default="table", init=False)

    def clean(self, value: object) -> str:
        """Return the text if it holds such a table, or raise ValueError."""
        if not isinstance(value, str):
            raise ValueError(
                f"{self.label} expects text, got {short(value)}; the table stays as it was"
            )
        length = len(json.dumps(value))
        if length > MOST_TEXT:
            raise ValueError(
                f"{self.label} expects at most {MOST_TEXT:,} characters, got {length:,}; paste a "
                "part, some 500 rows of four short numbers. The table stays as it was"
            )
        if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value):
            raise ValueError(
                f"{self.label} expects text, got bytes of something else; save the table as CSV "
                "and paste that. The table stays as it was"
            )
        try:
            samples = len(read_pasted(value).x)
        except ValueError as error:
            raise ValueError(f"{error}. The table stays as it was") from None
        if samples < self.least:
            raise ValueError(
                f"{self.label} expects {self.least} samples or more, so that some are left to test "
                f"on, got {samples}. The table stays as it was"
            )
        return value
