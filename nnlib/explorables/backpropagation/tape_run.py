"""What the explorables on a tape share: a computation whose numbers appear one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from nnlib.explorables.backpropagation.graph import Move
from nnlib.live import Explorable
from nnlib.training import Step

PER_PASS = 4  # numbers that the second button writes at once


class TapeRun(Explorable):
    """Base class: one number is written at each step.

    A subclass defines `work()`, which returns the moves of the tape for the present values. Moves
    that are `given` are there from the start.

    Attributes
    ----------
    moves : list of Move
    made : int
        How many have been shown, those that are given included.
    """

    units = ("number", "few")
    end_text = "Every number is written. Reset begins anew."
    pass_label: ClassVar[str] = f"{PER_PASS} numbers"
    speed = replace(
        Explorable.speed,
        label="Speed (numbers/s)",
        minimum=0.2,
        maximum=20,
        value=1.2,
        top_label="",
    )
    #: Numbers that are there from the start.
    given: ClassVar[int] = 0

    moves: list[Move]
    made: int

    def work(self) -> list[Move]:
        """Return the moves for the present values."""
        raise NotImplementedError

    def start(self) -> None:
        """Work it all out, and show what is given."""
        self.moves = self.work()
        self.made = self.given

    def pace(self) -> float:
        """Return the numbers in a second: even the largest pace is one that the eye can follow."""
        return float(self.values["speed"])

    def steps(self) -> Iterator[Step]:
        """Write one number after the other, until there is none left."""
        while self.made < self.longest():
            self.made += 1
            self.wrote()
            taken = self.made - self.given
            ends = taken % PER_PASS == 0 or self.made == self.longest()
            yield Step(
                epoch=taken // PER_PASS,
                iteration=taken,
                loss=0.0,
                learning_rate=0.0,
                ends_epoch=ends,
            )

    def wrote(self) -> None:
        """Follow, in a subclass, when other numbers are shown than before."""

    def longest(self) -> int:
        """Return how many numbers there are in all."""
        return len(self.moves)

    def number(self, node: str, what: str = "value") -> float:
        """Return a number of the tape, whether it has been shown yet or not.

        Parameters
        ----------
        node : str
        what : {"value", "gradient"}

        Returns
        -------
        float
            The last one that is written there: a gradient that has gathered all its shares.

        Raises
        ------
        ValueError
            If there is no such number.
        """
        found = [m.number for m in self.moves if (m.node, m.what) == (node, what)]
        if not found:
            names = ", ".join(dict.fromkeys(move.node for move in self.moves))
            raise ValueError(
                f"{type(self).__name__} expects a node and 'value' or 'gradient', got {node!r} "
                f"and {what!r}; the nodes are {names}"
            )
        return found[-1]

    def save_state(self) -> dict[str, Any]:
        """Return how many numbers are shown."""
        return {"made": self.made}

    def load_state(self, state: dict[str, Any], step: int) -> None:
        """Go back to a snapshot."""
        self.made = state["made"]
        self.wrote()
        self.player.renew_steps()  # the old ones end where all was written

    def check(self) -> None:
        """Nothing to check: the numbers are those of the graph."""

    def tape_data(self, moves: Sequence[Move], shown: int) -> dict[str, Any]:
        """Return what a `Tape` takes for these moves.

        Parameters
        ----------
        moves : sequence of Move
        shown : int

        Returns
        -------
        dict
        """
        shown = min(shown, len(moves))
        newest = moves[shown - 1] if shown else None
        told = f"{newest.what} of {newest.node}: {newest.words}" if newest else "nothing yet"
        return {
            "shown": shown,
            "numbers": np.array([move.number for move in moves], dtype=np.float32),
            "words": [move.words for move in moves],
            "alt": f"{shown} of {len(moves)} numbers are written. The newest is the {told}.",
        }


class AskingTape(TapeRun):
    """Base class: a tape that asks for its next number, and says what is wrong with another.

    A subclass defines `work` and `help_with`, and its panel of this kind is called "tape".
    """

    _reply = ""
    #: Wrong numbers in a row for the one that is asked for.
    tries: int = 0

    def help_with(self, index: int, value: float) -> str:
        """Return what a wrong number deserves, where that of move `index` was asked for."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin with what is given."""
        super().start()
        self.wrote()

    def changed(self, name: str) -> None:
        """Work it out anew; as many numbers are shown as before."""
        self.moves = self.work()
        self.wrote()

    def wrote(self) -> None:
        """Forget the reply: another number is asked for."""
        self._reply, self.tries = "", 0

    def answer(self, panel: str, index: int, value: float) -> None:
        """Judge the number that was typed; the right one is written, and the next asked for."""
        move = self.moves[index]
        if near(value, move.number):
            self.player.advance()
            self._reply, self.tries = f"Right: {move.words}.", 0
        else:
            self.tries += 1
            self._reply = self.help_with(index, value)

    def frame(self) -> dict[str, dict[str, Any]]:
        """Return the tape."""
        return {"tape": self.tape_data(self.moves, self.made) | {"reply": self._reply}}

    def summary(self) -> str:
        """Return the newest number and its arithmetic."""
        done, count = self.made - self.given, len(self.moves) - self.given
        if done == 0:
            return "Inputs, weights and target are given. Play, step, or type the next number."
        move = self.moves[self.made - 1]
        way = "Forwards" if move.what == "value" else "Backwards"
        return f"{way}: {move.what} of {move.node}: {move.words}. {done} of {count} numbers."


def near(value: float, right: float) -> bool:
    """Return whether a typed number is the right one, but for rounding to three digits.

    Parameters
    ----------
    value, right : float

    Returns
    -------
    bool

    Examples
    --------
    >>> near(0.333, 1 / 3), near(0.34, 1 / 3)
    (True, False)
    """
    return abs(value - right) <= max(6e-4, 6e-3 * abs(right))


def tape_steps(moves: Sequence[Move]) -> list[tuple[str, ...]]:
    """Return moves as the steps of a `Tape`.

    Parameters
    ----------
    moves : sequence of Move

    Returns
    -------
    list of tuple
        Name, "value" or "gradient", and where a gradient comes back from.

    Examples
    --------
    >>> tape_steps([Move("a", "value", 2.0, "given"), Move("a", "gradient", 3.0, "", "b")])
    [('a', 'value'), ('a', 'gradient', 'b')]
    """
    return [
        (move.node, move.what, move.source) if move.source else (move.node, move.what)
        for move in moves
    ]
