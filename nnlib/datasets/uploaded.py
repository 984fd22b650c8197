"""A text file from anywhere, of any encoding and size: a text to learn from, or a clear answer."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

LEAST_TEXT = 300  # characters: fewer teach nothing
MOST_TEXT = 200_000  # characters that are kept
MOST_KINDS = 100  # different characters; each is a row of weights at both ends of the network
RARE = "□"  # stands for those that are left out
_SIGNATURES = {
    b"%PDF": "a PDF", b"PK\x03\x04": "a zip archive or a word processor's document",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file", b"\xd0\xcf\x11\xe0": "a word processor's document",
    b"\x7fELF": "a program", b"MZ": "a program", b"{\\rtf": "a word processor's document",
}  # fmt: skip
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


@dataclass(frozen=True)
class UploadedText:
    """What `read_uploaded` found.

    Parameters
    ----------
    text : str
    notes : tuple of str
        What was done to it, each in a few words.

    Examples
    --------
    >>> read_uploaded(b"Word by word. " * 30).notes
    ()
    """

    text: str
    notes: tuple[str, ...] = ()


def read_uploaded(content: bytes, *, size: int | None = None) -> UploadedText:
    r"""Make a text to learn from out of the bytes of a file.

    UTF-8, UTF-16 and UTF-32 are recognised, by their mark or without; what is neither, and yet no
    binary file, is read as Windows-1252. Control characters go, line ends become one character, and
    of very many kinds of characters the rarest are replaced by □.

    Parameters
    ----------
    content : bytes
        The beginning of the file, or all of it.
    size : int, optional
        Bytes of the whole file, if `content` is only its beginning.

    Returns
    -------
    UploadedText

    Raises
    ------
    TypeError
        If `content` is not bytes.
    ValueError
        If it is empty, too short, or no text; the message says what it looks like.

    References
    ----------
    The Unicode Standard, section 23.8, on byte order marks.

    Examples
    --------
    >>> found = read_uploaded("Füße im Schnee. ".encode("cp1252") * 40)
    >>> found.text[:16], found.notes
    ('Füße im Schnee. ', ('read as Windows-1252',))
    >>> read_uploaded(b"%PDF-1.7 ...")
    Traceback (most recent call last):
    ValueError: expected a text file, got a PDF; save it as plain text (.txt) first
    """
    if not isinstance(content, bytes):
        raise TypeError(f"read_uploaded expects bytes, got {type(content).__name__}")
    if not content:
        raise ValueError("expected a text file, got an empty one; choose one with some pages")
    for start, kind in _SIGNATURES.items():
        if content.startswith(start) and not (start == b"MZ" and b"\0" not in content[:512]):
            raise ValueError(
                f"expected a text file, got {kind}; save it as plain text (.txt) first"
            )
    whole = size is None or size <= len(content)
    text, encoding = _decoded(content, whole)
    notes = [] if encoding == "UTF-8" else [f"read as {encoding}"]
    text = _plain(text)
    if len(text.strip()) < LEAST_TEXT:
        raise ValueError(
            f"expected {LEAST_TEXT} characters or more to learn from, got {len(text.strip())}; "
            "choose a longer text"
        )
    if len(text) > MOST_TEXT or not whole:
        text = text[:MOST_TEXT]
        notes.append(f"its first {len(text):,} characters")
    kept, replaced = _fewer_kinds(text)
    if replaced:
        notes.append(f"{replaced:,} rare characters stand as {RARE}")
    if len(set(kept)) < 2:
        raise ValueError(
            f"expected two different characters or more, got only {kept[0]!r}; choose another text"
        )
    return UploadedText(kept, tuple(notes))


def _decoded(content: bytes, whole: bool) -> tuple[str, str]:
    """The characters, and the name of their encoding."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            found = content[len(mark) :].decode(encoding, "replace")
            return found, encoding.upper().removesuffix("-LE").removesuffix("-BE")
    guessed = _without_mark(content)
    if guessed:
        return content.decode(guessed, "replace"), "UTF-16"
    _refuse_binary(content)
    for end in range(4):  # a beginning may end within a character
        try:
            return content[: len(content) - end].decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            if whole or end == 3:
                break
    return content.decode("cp1252", "replace"), "Windows-1252"


def _without_mark(content: bytes) -> str:
    """UTF-16 that does not say so: every other byte of most European text is 0."""
    beginning = content[:4000]
    pairs = max(len(beginning) // 2, 1)
    if beginning[1::2].count(0) > 0.6 * pairs and beginning[::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if beginning[::2].count(0) > 0.6 * pairs and beginning[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _refuse_binary(content: bytes) -> None:
    """Raise ValueError if there are zeros, or more than some control characters."""
    control = sum(count for byte, count in Counter(content).items() if byte < 32)
    control -= sum(content.count(byte) for byte in b"\t\n\r\f")
    if b"\0" in content or control > 0.05 * len(content):
        raise ValueError(
            "expected a text file, got bytes that no text holds; save it as plain text (.txt) first"
        )


def _plain(text: str) -> str:
    """Text without control characters, and with a line end of one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", text)
    kinds = {char: unicodedata.category(char) for char in set(text)}
    gone = {ord(c): None for c, kind in kinds.items() if kind in _NO_LETTERS and c != "\n"}
    plain = text.translate(gone)
    if len(plain) < 0.9 * len(text):
        raise ValueError(
            "expected a text file, got mostly control characters; save it as plain text (.txt) "
            "first"
        )
    return plain


#: Control and format characters, halves of pairs, private and unassigned ones.
_NO_LETTERS = ("Cc", "Cf", "Cs", "Co", "Cn")


def _fewer_kinds(text: str) -> tuple[str, int]:
    """The text with its rarest characters replaced, and how many these were."""
    counts = Counter(text)
    if len(counts) <= MOST_KINDS:
        return text, 0
    rare = [char for char, _ in counts.most_common()[MOST_KINDS - 1 :]]
    replaced = sum(counts[char] for char in rare)
    return text.translate({ord(char): RARE for char in rare}), replaced
