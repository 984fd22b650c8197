"""A learner's own table: pasted text, checked line by line."""

import csv
import io
import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_CLASSES = 20
MOST_CHARACTERS = 2_000_000
MOST_NAME = 40  # characters
SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma", " ": "space"}

Row = tuple[int, list[str]]  # the number of the line, from 1, and its cells


@dataclass(frozen=True, eq=False)
class PastedTable:
    r"""What `read_pasted` found in a text.

    Parameters
    ----------
    x : float32 array of shape (samples, features)
    labels : int64 array of shape (samples,)
        0, 1, ... in the order of `classes`.
    features : tuple of str
        Names of the columns of `x`; x1, x2, ... if the text had no header.
    classes : tuple of str
        Names of the classes, sorted; by their value if all are whole numbers.

    Examples
    --------
    >>> table = read_pasted("1 red\n2 blue")
    >>> table.classes[table.labels[0]]
    'red'
    """

    x: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    features: tuple[str, ...]
    classes: tuple[str, ...]


def read_pasted(
    text: str, *, max_rows: int = MOST_ROWS, max_columns: int = MOST_COLUMNS
) -> PastedTable:
    r"""Read a table from pasted text: numbers in each row, and the class in the last column.

    Columns are separated by semicolons, tabs, commas or spaces, whichever of these the text uses;
    between semicolons and tabs a decimal comma is understood. A first line in which each feature
    begins with a letter is taken for the names of the columns. Empty lines are skipped.

    Parameters
    ----------
    text : str
        At least two samples of two classes.
    max_rows, max_columns : int
        Most samples and columns that are accepted.

    Returns
    -------
    PastedTable

    Raises
    ------
    ValueError
        If the text is no such table. The message names the line, and says what to do.
    TypeError
        If `text` is no string.

    References
    ----------
    Shafranovich (2005), "Common format and MIME type for CSV files", RFC 4180.

    Examples
    --------
    >>> table = read_pasted("width;height;kind\n1,5;2;cat\n0,5;1;dog")
    >>> table.x.tolist(), table.labels.tolist()
    ([[1.5, 2.0], [0.5, 1.0]], [0, 1])
    >>> table.features, table.classes
    (('width', 'height'), ('cat', 'dog'))
    """
    if not isinstance(text, str):
        raise TypeError(f"read_pasted expects text, got {type(text).__name__}")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"read_pasted expects at most {MOST_CHARACTERS:,} characters, got {len(text):,}; "
            "paste a part of the table"
        )
    separator = _separator(text)
    rows = _rows(text, separator)
    names, rows = _header(rows, separator)
    _check_size(rows, max_rows, max_columns)
    x = np.array([_numbers(line, cells[:-1], separator) for line, cells in rows])
    classes, labels = _classes(rows)
    return PastedTable(x.astype(np.float32), labels, names, classes)


def _separator(text: str) -> str:
    """The first of semicolon, tab, comma and space that stands in the first line with any text."""
    first = next((line for line in text.splitlines() if line.strip()), "").strip()
    bare = re.sub('"[^"]*"', "", first)  # what stands in quotation marks separates nothing
    for separator in SEPARATORS:
        if separator in bare:
            return separator
    raise ValueError(
        "read_pasted expects columns separated by semicolons, tabs, commas or spaces, got "
        f"{_short(first) if first else 'no text'}; paste at least one feature and a class in a row"
    )


def _rows(text: str, separator: str) -> list[Row]:
    """Cells of every line that is not empty, and its number; all lines of one length."""
    options = {"skipinitialspace": separator != "\t", "strict": True}
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text), delimiter=separator, **options)  # type: ignore[arg-type]
    rows: list[Row] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if separator == " ":
                stripped = [cell for cell in stripped if cell]  # several spaces are one
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise ValueError(
            f"line {reader.line_num}: {error}; remove the quotation marks, or close them"
        ) from None
    if not rows:
        raise ValueError(f"expected two samples or more, got only {SEPARATORS[separator]}s")
    width = len(rows[0][1])
    for line, cells in rows:
        if len(cells) != width:
            raise ValueError(
                f"line {line}: expected {width} columns, separated by "
                f"{SEPARATORS[separator]}, as in line {rows[0][0]}, got {len(cells)}; "
                "fill the gaps or remove the line"
            )
    return rows


def _header(rows: list[Row], separator: str) -> tuple[tuple[str, ...], list[Row]]:
    """Names of the features, and the rows without the header, if there is one."""
    first = rows[0][1]
    width = len(first) - 1
    if width < 1:
        raise ValueError(
            f"line {rows[0][0]}: expected one feature or more and then the class, got one column"
        )
    if all(cell[:1].isalpha() and _number(cell, separator) is None for cell in first[:-1]):
        for cell in first:
            _check_name(rows[0][0], cell)
        return tuple(first[:-1]), rows[1:]
    return tuple(f"x{i + 1}" for i in range(width)), rows


def _check_size(rows: list[Row], max_rows: int, max_columns: int) -> None:
    """Refuse a table that is too small or too large."""
    if len(rows) < 2:
        raise ValueError(f"expected two samples or more, got {len(rows)}; paste more rows")
    if len(rows) > max_rows:
        raise ValueError(
            f"line {rows[max_rows][0]}: expected at most {max_rows:,} samples, got {len(rows):,}; "
            "remove the rows from here on"
        )
    columns = len(rows[0][1])
    if columns > max_columns:
        raise ValueError(
            f"line {rows[0][0]}: expected at most {max_columns} columns, got {columns}; "
            "remove those that matter least"
        )


def _numbers(line: int, cells: list[str], separator: str) -> list[float]:
    """The features of a row, or an error that names the line and the column."""
    values = []
    for column, cell in enumerate(cells, start=1):
        value = _number(cell, separator)
        # Beyond 1e30 the squares that a loss takes do not fit float32.
        if value is None or not math.isfinite(value) or abs(value) > 1e30:
            got = f"got {_short(cell)}" if cell else "the cell is empty"
            remedy = "write its value" if cell.startswith("=") else "mend or remove the line"
            raise ValueError(f"line {line}, column {column}: expected a number, {got}; {remedy}")
        values.append(value)
    return values


def _number(cell: str, separator: str) -> float | None:
    """The number in a cell, or None. Python would also read 1_000 and Arabic digits as numbers."""
    if separator in ";\t" and "." not in cell:
        cell = cell.replace(",", ".", 1)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf\w*)", cell.lower()):
        return None
    return float(cell) if cell.isascii() else None


def _classes(rows: list[Row]) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Names of the classes, and the label of each row."""
    names = [cells[-1] for _, cells in rows]
    for (line, _), name in zip(rows, names, strict=True):
        if not name:
            raise ValueError(f"line {line}: expected a class in the last column, got none")
        _check_name(line, name)
    whole = all(re.fullmatch(r"[+-]?\d{1,18}", name) for name in names)
    if whole:
        names = [str(int(name)) for name in names]  # 01 and 1 are one class
    classes = sorted(set(names), key=int) if whole else sorted(set(names))
    if len(classes) < 2:
        raise ValueError(
            f"expected two classes or more in the last column, got only {_short(classes[0])}; "
            "a network has nothing to tell apart"
        )
    if len(classes) > MOST_CLASSES:
        raise ValueError(
            f"expected at most {MOST_CLASSES} classes in the last column, got {len(classes)}; "
            "put the class last, and numbers before it"
        )
    number = {name: label for label, name in enumerate(classes)}
    return tuple(classes), np.array([number[name] for name in names], dtype=np.int64)


def _check_name(line: int, name: str) -> None:
    """Refuse a name that would not fit on one line of a legend."""
    if len(name) > MOST_NAME or not name.isprintable():
        raise ValueError(
            f"line {line}: expected a name of at most {MOST_NAME} characters on one line, got "
            f"{_short(name)}; shorten it, and look for a quotation mark that is not closed"
        )


def _short(cell: str) -> str:
    """A cell as it may stand in a message."""
    return repr(cell if len(cell) <= 30 else cell[:30] + "...")
