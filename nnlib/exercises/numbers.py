"""Read the number that a learner typed, or say in words why it is none."""

import math
import re

MOST_CHARACTERS = 40
_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,4})?"
_FORM = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?\s*(%?)", re.IGNORECASE)
#: Signs that people and keyboards use for the same thing.
_SAME = str.maketrans(
    {"−": "-", "–": "-", "⁄": "/", "÷": "/", "٫": ".", "．": ".", "，": ",", "％": "%"}
    | {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
)
_FRACTION_BEHIND = re.compile(r"\d\s*[½⅓⅔¼¾⅕⅛]")


def read_number(text: object, unit: str = "") -> tuple[float, str]:
    """Return the number in a text, and a note on how it was read.

    What counts: a number with a point or a comma before its decimals, with or without an exponent
    (`0.5`, `0,5`, `5e-1`), a fraction of two such numbers (`1/2`), and a number of hundredths
    (`50 %`). The unit of the question may follow. Nothing is ever evaluated.

    Parameters
    ----------
    text : object
        What was typed; anything else than text and numbers is refused.
    unit : str
        The unit that may stand behind the number.

    Returns
    -------
    value : float
        Finite.
    note : str
        A sentence if the text can be read in two ways, else empty.

    Raises
    ------
    ValueError
        If there is no number in it; the message says what to write.

    Examples
    --------
    >>> read_number("1/2")
    (0.5, '')
    >>> read_number("0,5")
    (0.5, 'The comma was read as a decimal point: 0.5.')
    >>> read_number("half")
    Traceback (most recent call last):
    ValueError: Write a number, such as 0.5, 1/2 or 5e-1.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise ValueError("Write a number, such as 0.5, 1/2 or 5e-1.")
    if isinstance(text, int) and text.bit_length() > 1000:
        raise ValueError("This number is too large to be meant; write one such as 0.5.")
    text = str(text)
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"Write the number in at most {MOST_CHARACTERS} characters.")
    plain = _plain(text, unit)
    if not plain:
        raise ValueError("Write a number first, such as 0.5 or 1/2.")
    form = _FORM.fullmatch(plain)
    if form is None:
        raise ValueError(_why_not(plain))
    above, below, percent = form.groups()
    value = _divide(_float(above), _float(below or "1")) / (100 if percent else 1)
    if not math.isfinite(value):
        raise ValueError("This number is too large to be meant; write one such as 0.5.")
    note = f"The comma was read as a decimal point: {value:g}." if "," in plain else ""
    return value, note


def _plain(text: str, unit: str) -> str:
    """The text in plain signs, without what may stand around the number."""
    if _FRACTION_BEHIND.search(text):
        raise ValueError("Write one and a half as 1.5 or 3/2.")
    plain = text.translate(_SAME).strip().lstrip("=≈~").strip()
    if unit and plain.lower().endswith(unit.lower()):
        plain = plain[: -len(unit)].strip()
    return plain


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))


def _divide(above: float, below: float) -> float:
    if below == 0:
        raise ValueError("Nothing can be divided by 0; write a number such as 0.5 or 1/2.")
    return above / below


def _why_not(plain: str) -> str:
    """A sentence on what is wrong with a text that has not the form of a number."""
    if re.fullmatch(r"[+-]?[\d.,\s]*\d[\d.,\s]*", plain):
        return "Write the number with one decimal point and nothing between thousands: 1234.5."
    if re.fullmatch(r"[+-]?(nan|inf|infinity|∞)", plain, re.IGNORECASE):
        return "The answer is a finite number; write one such as 0.5."
    return "Write a number, such as 0.5, 1/2 or 5e-1."
