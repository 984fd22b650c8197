"""Call a learner's function so that nothing it does can harm the check."""

import contextlib
import copy
import io
import linecache
import traceback
from collections.abc import Callable
from types import CodeType, CoroutineType, GeneratorType
from typing import Any

import numpy as np

MOST_PRINTED = 500  # characters of what a learner's function prints that are kept
MOST_WORDS = 200  # characters of an error message or a value that are shown


class Wrong(Exception):
    """The first difference between what a check expected and what it got.

    Parameters
    ----------
    expected, got : str
        What was expected and what came, in a few words or numbers.
    why : str
        In which case, and what may be the reason.
    """

    def __init__(self, expected: str, got: str, why: str = "") -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got, self.why = expected, got, why


class NotAttempted(Exception):
    """There is nothing to check yet."""


class Broken(Exception):
    """The learner's function raised; the message is one line."""


class Attempt:
    """The learner's function, as a check calls it.

    It is given copies of its arguments, what it prints is kept and not shown, and what it raises
    becomes one line. Only an interrupt passes through: *Interrupt Kernel* ends an endless loop.

    Parameters
    ----------
    function : callable

    Attributes
    ----------
    changed : str
        Name or number of an argument that the function has changed in place; empty if none.
    printed : str
        The beginning of what it printed.

    Examples
    --------
    >>> attempt = Attempt(lambda x: x.sort())
    >>> values = np.array([2.0, 1.0])
    >>> attempt(values)
    Traceback (most recent call last):
    nnlib.exercises.attempt.NotAttempted
    >>> attempt.changed, values
    ('argument 1', array([2., 1.]))
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._names = _argument_names(function)
        self._answered = False
        self._output = _Beginning()
        self.changed = ""

    @property
    def printed(self) -> str:
        """The beginning of what the function printed."""
        return self._output.getvalue()

    def __call__(self, *arguments: Any) -> Any:
        """Call the function; raise NotAttempted, Broken or Wrong where it gives no answer."""
        given = [copy.deepcopy(a) if isinstance(a, np.ndarray) else a for a in arguments]
        try:
            with contextlib.redirect_stdout(self._output):
                result = self._function(*given)
        except (KeyboardInterrupt, NotAttempted, Broken, Wrong):
            raise
        except NotImplementedError:
            raise NotAttempted from None
        except BaseException as error:  # SystemExit too: a check never ends the kernel
            raise Broken(_one_line(error, self._function)) from None
        self._note_changes(arguments, given)
        if result is None or result is Ellipsis or result is NotImplemented:
            if self._answered:
                raise Wrong("a result", shown(result), "In some cases nothing is returned.")
            raise NotAttempted
        self._answered = True
        if isinstance(result, GeneratorType | CoroutineType):
            result.close()
            raise Wrong("a result", f"a {type(result).__name__}", "Use return, not yield or async.")
        return result

    def _note_changes(self, arguments: tuple[Any, ...], given: list[Any]) -> None:
        for index, (before, after) in enumerate(zip(arguments, given, strict=True)):
            if isinstance(before, np.ndarray) and not self.changed:
                same = before.shape == after.shape and before.dtype == after.dtype
                if not same or not np.array_equal(before, after):
                    named = index < len(self._names)
                    self.changed = self._names[index] if named else f"argument {index + 1}"


class _Beginning(io.StringIO):
    """Keeps the first characters that are written to it."""

    def write(self, text: str) -> int:
        room = MOST_PRINTED - self.tell()
        super().write(str(text)[: max(room, 0)])
        return len(text)


def _argument_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the arguments of a plain function; none for anything else."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or code.co_name == "<lambda>":
        return ()
    return tuple(code.co_varnames[: code.co_argcount])


def _one_line(error: BaseException, function: Callable[..., Any]) -> str:
    """Say what a learner's function raised, and in which line of the cell."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # an error whose own words fail
        words = ""
    line = f"{type(error).__name__}: {shorten(words)}" if words else type(error).__name__
    place = _place(error, function)
    return f"{line}, in {place}" if place else line


def _place(error: BaseException, function: Callable[..., Any]) -> str:
    """Number and text of the last line of the learner's own cell that was running."""
    code = getattr(function, "__code__", None)
    file = getattr(code, "co_filename", None)
    lines = [
        number for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]  # fmt: skip
    if not lines:
        return ""
    text = linecache.getline(str(file), lines[-1]).strip()
    return f"line {lines[-1]} of its cell" + (f": {shorten(text)}" if text else "")


def shorten(text: str, most: int = MOST_WORDS) -> str:
    """Return text of bearable length that can be sent: halves of characters are replaced."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= most else f"{text[: most - 3]}..."


def shown(value: object) -> str:
    """Return a value in a few words, however large or odd it is.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> shown(0.1 + 0.2), shown(np.array([1.0, 2.0])), shown(None)
    ('0.3', '[1, 2]', 'None')
    """
    try:
        if isinstance(value, np.ndarray):
            if value.size > 12 or value.dtype.kind not in "fiub":
                return f"an array of shape {value.shape} and dtype {value.dtype}"
            return shorten(_listed(value.tolist()))
        if isinstance(value, int) and value.bit_length() > 64:
            return "a very large number"
        if isinstance(value, float | np.floating):
            return f"{float(value):.6g}"
        return shorten(" ".join(repr(value).split()), 80)
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def _listed(value: Any) -> str:
    """A nested list of numbers, each with six digits at most."""
    if isinstance(value, list):
        return f"[{', '.join(_listed(entry) for entry in value)}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
