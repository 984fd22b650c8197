"""An exercise, and what its check says of a learner's function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nnlib.exercises.attempt import Attempt, Broken, NotAttempted, Wrong, shorten

Status = Literal["not attempted", "wrong", "correct"]


@dataclass(frozen=True)
class Outcome:
    """What a check found.

    Attributes
    ----------
    status : {"not attempted", "wrong", "correct"}
    finding : str
        Expected and got, or what was shown, in one line.
    notes : tuple of str
        What else the learner should know.
    """

    status: Status
    finding: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """A function for the learner to write, and the check that tries it.

    Parameters
    ----------
    title : str
        What to write, in one line.
    level : {"warm-up", "core", "stretch"}
    hints : tuple of three str
        From a nudge to nearly there; none gives the answer away.
    check : callable
        `check(function, rng)` tries the function on random cases and raises `Wrong` for the first
        difference.
    shows : str
        What a passed check has shown, in one line.

    Raises
    ------
    ValueError
        If there are not three hints, or something is empty.

    Examples
    --------
    >>> def check(double, rng):
    ...     x = rng.normal()
    ...     if double(x) != 2 * x:
    ...         raise Wrong(f"{2 * x:.3f}", f"{double(x):.3f}", f"For x = {x:.3f}.")
    >>> hints = ("What is twice 1?", "Add it to itself.", "Or multiply.")
    >>> exercise = Exercise("double a number", "warm-up", hints, check, "It doubles any number.")
    >>> exercise.judge(lambda x: x + x).status
    'correct'
    >>> exercise.judge(lambda x: x).finding
    'expected 0.251, got 0.126'
    """

    title: str
    level: Literal["warm-up", "core", "stretch"]
    hints: tuple[str, str, str]
    check: Callable[[Callable[..., Any], np.random.Generator], None]
    shows: str

    def __post_init__(self) -> None:
        if len(self.hints) != 3 or not all((self.title, self.shows, *self.hints)):
            raise ValueError(
                f"Exercise expects three hints, a title and what it shows: {self.title}"
            )

    def judge(self, function: object) -> Outcome:
        """Try a function; the same one gets the same answer each time.

        Parameters
        ----------
        function : object
            What the learner has written; anything at all.

        Returns
        -------
        Outcome

        Raises
        ------
        KeyboardInterrupt
            If the learner interrupts it.
        """
        if function is None or function is Ellipsis or function is NotImplemented:
            return Outcome(
                "not attempted", "Write the function above, run its cell, then this one."
            )
        if not callable(function):
            kind = type(function).__name__
            advice = "Pass the function itself, by its name and without brackets."
            return Outcome("wrong", f"expected a function, got a value of type {kind}", (advice,))
        attempt = Attempt(function)
        try:
            self.check(attempt, np.random.default_rng(0))
        except NotAttempted:
            return Outcome(
                "not attempted", "Write the function above, run its cell, then this one."
            )
        except Broken as error:
            return Outcome("wrong", f"it raised {error}", _notes(attempt))
        except Wrong as wrong:
            why = (wrong.why,) if wrong.why else ()
            return Outcome("wrong", str(wrong), (*why, *_notes(attempt)))
        except Exception as error:  # an answer so odd that the check itself failed on it
            odd = f"{type(error).__name__}: {shorten(str(error), 100)}"
            return Outcome("wrong", f"the result cannot be compared ({odd})", _notes(attempt))
        return Outcome("correct", self.shows, _notes(attempt))


def _notes(attempt: Attempt) -> tuple[str, ...]:
    """What a function did beside returning something."""
    notes = []
    if attempt.changed:
        notes.append(
            f"It also changes {attempt.changed} in place, so whoever passed it finds other numbers "
            "there afterwards. Here it was given a copy."
        )
    if attempt.printed.strip():
        notes.append(f"It printed: {shorten(' '.join(attempt.printed.split()), 120)}")
    return tuple(notes)
