"""Text, letter by letter: a text of the course's own, any file of the learner's, and batches."""

import hashlib
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count

Labels = npt.NDArray[np.int64]

_VALLEY_SHA256 = "40ebd2f08832afa96a608b2f4c1c82891f2c867fbf7ef596b45fa3c9e1302056"


def load_text() -> str:
    """Load the course's own text: six short pieces on walking, remembering and learning.

    7,533 characters of plain English, 48 different ones. Written for this course, by the nnlib
    authors; licence CC BY 4.0.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the file is not as it was delivered.

    Examples
    --------
    >>> text = load_text()
    >>> len(text), text[:13]
    (7533, 'The Walk Down')
    """
    content = resources.files("nnlib.datasets").joinpath("valley.txt").read_bytes()
    content = content.replace(b"\r\n", b"\n")  # git may have put them there
    if hashlib.sha256(content).hexdigest() != _VALLEY_SHA256:
        raise ValueError(
            "load_text expects nnlib/datasets/valley.txt as it was delivered, got other contents; "
            "install nnlib again, or read your own file with read_text(path)"
        )
    return content.decode("ascii")


def read_text(path: str | os.PathLike[str], *, most: int = 2_000_000) -> str:
    r"""Read a text file of one's own, in UTF-8.

    Parameters
    ----------
    path : path
    most : int
        Largest size in bytes: a longer text takes long to train on and shows no more.

    Returns
    -------
    str
        With a line end of one character.

    Raises
    ------
    FileNotFoundError, PermissionError
        If there is no such file, or it may not be read.
    ValueError
        If the path is no file, or the file is empty, too large, not UTF-8 or no text at all.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "poem.txt"
    >>> _ = path.write_bytes(b"one\r\ntwo")
    >>> read_text(path)
    'one\ntwo'
    """
    check_count("read_text", "most", most)
    file = Path(path)
    if not file.exists():
        raise FileNotFoundError(f"read_text expects a text file, got {str(file)!r}; no such file")
    if not file.is_file():
        raise ValueError(f"read_text expects a text file, got {str(file)!r}; choose a file in it")
    with file.open("rb") as stream:
        content = stream.read(most + 1)  # never more, whatever the file says of its size
    if len(content) > most:
        raise ValueError(
            f"read_text expects at most {most:,} bytes, got more in {file.name}; "
            "cut a part out of it, or pass a larger most="
        )
    text = _decoded(content, file.name).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ValueError(f"read_text expects some text, got none in {file.name}; write some lines")
    return text


def _decoded(content: bytes, name: str) -> str:
    """The characters, if these bytes are text in UTF-8; else say what they look like."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError(
            f"read_text expects UTF-8, got what looks like UTF-16 in {name}; "
            "save it as UTF-8 in your editor"
        )
    if b"\0" in content:
        raise ValueError(
            f"read_text expects a text file, got bytes that no text holds in {name}; a document of "
            "a word processor must be saved as plain text first"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"read_text expects UTF-8, got the byte {content[error.start]:#04x} at position "
            f"{error.start} of {name}; save it as UTF-8 in your editor"
        ) from error


class Vocabulary:
    """The characters of a text, and a number for each, in their order in Unicode.

    Parameters
    ----------
    text : str
        At least two different characters.

    Attributes
    ----------
    characters : str
        Each once. The number of a character is its place here.

    Raises
    ------
    TypeError
        If `text` is no string.
    ValueError
        If it has fewer than two different characters.

    Examples
    --------
    >>> vocabulary = Vocabulary("banana")
    >>> vocabulary.characters, len(vocabulary)
    ('abn', 3)
    >>> vocabulary.encode("nab")
    array([2, 0, 1])
    >>> vocabulary.decode(np.array([1, 0, 2]))
    'ban'
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(
                f"Vocabulary expects a str, got {type(text).__name__}; "
                "read a file with read_text(path)"
            )
        self.characters = "".join(sorted(set(text)))
        if len(self.characters) < 2:
            raise ValueError(
                f"Vocabulary expects two different characters or more, got {self.characters!r}; "
                "give it a longer text"
            )
        self._numbers = {character: number for number, character in enumerate(self.characters)}

    def encode(self, text: str) -> Labels:
        """Return the number of each character, int64 of shape (len(text),)."""
        try:
            return np.array([self._numbers[character] for character in text], dtype=np.int64)
        except KeyError as error:
            raise ValueError(
                f"encode expects characters of the vocabulary, got {error.args[0]!r}; these are "
                f"known: {self.characters!r}"
            ) from None

    def decode(self, numbers: npt.NDArray[np.integer]) -> str:
        """Return the text that these numbers stand for."""
        numbers = np.asarray(numbers)
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < len(self)):
            raise ValueError(
                f"decode expects numbers from 0 to {len(self) - 1}, got some from {numbers.min()} "
                f"to {numbers.max()}; decode with the vocabulary that encoded"
            )
        return "".join(self.characters[number] for number in numbers.ravel())

    def __len__(self) -> int:
        return len(self.characters)

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self)} characters: {self.characters!r}"


def character_windows(numbers: Labels, length: int, *, stride: int = 1) -> tuple[Labels, Labels]:
    """Cut an encoded text into windows, each with the characters that follow: for `fit`.

    Parameters
    ----------
    numbers : int array of shape (characters,)
        From `Vocabulary.encode`.
    length : int
        Characters in a window.
    stride : int
        Characters from the start of one window to the start of the next.

    Returns
    -------
    x, labels : int64 arrays of shape (windows, length)
        `labels` is `x` one character later.

    Raises
    ------
    ValueError
        If the text is shorter than a window and one character.

    Examples
    --------
    >>> x, labels = character_windows(np.arange(5), 2, stride=2)
    >>> x.tolist(), labels.tolist()
    ([[0, 1], [2, 3]], [[1, 2], [3, 4]])
    """
    check_count("character_windows", "length", length)
    check_count("character_windows", "stride", stride)
    numbers = _long_enough("character_windows", numbers, length + 1)
    pairs = np.lib.stride_tricks.sliding_window_view(numbers, length + 1)[::stride]
    return pairs[:, :-1].copy(), pairs[:, 1:].copy()


def character_streams(
    numbers: Labels, batch_size: int, length: int
) -> Iterator[tuple[Labels, Labels]]:
    """Read an encoded text in several places at once, each batch where the last one ended.

    For layers with stateful=True and a loop of one's own: the text is cut into `batch_size`
    streams, and each row of a batch goes on with its stream.

    Parameters
    ----------
    numbers : int array of shape (characters,)
    batch_size, length : int
        Streams, and characters of each in a batch. What is left over at the end is not dealt.

    Returns
    -------
    iterator of (x, labels)
        int64 arrays of shape (batch_size, length); `labels` is `x` one character later.

    Raises
    ------
    ValueError
        If the text is too short for one batch.

    Examples
    --------
    >>> [x.tolist() for x, labels in character_streams(np.arange(9), 2, 2)]
    [[[0, 1], [4, 5]], [[2, 3], [6, 7]]]
    """
    check_count("character_streams", "batch_size", batch_size)
    check_count("character_streams", "length", length)
    numbers = _long_enough("character_streams", numbers, batch_size * length + 1)
    stream = (len(numbers) - 1) // batch_size
    x = numbers[: batch_size * stream].reshape(batch_size, stream)
    labels = numbers[1 : batch_size * stream + 1].reshape(batch_size, stream)
    return (
        (x[:, start : start + length].copy(), labels[:, start : start + length].copy())
        for start in range(0, stream - length + 1, length)
    )


def _long_enough(name: str, numbers: Labels, least: int) -> Labels:
    """The numbers as int64, if there are enough of them."""
    numbers = np.asarray(numbers)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or len(numbers) < least:
        raise ValueError(
            f"{name} expects {least} characters or more, encoded as integers of shape "
            f"(characters,), got shape {numbers.shape} of {numbers.dtype}; give it a longer text, "
            "encoded with Vocabulary(text).encode(text)"
        )
    return numbers.astype(np.int64)
