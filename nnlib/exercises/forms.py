"""Where a learner gives an answer: options to tick, or a field for a number."""

import math
import time
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

from nnlib.exercises.items import Item, MultipleChoice, Numeric
from nnlib.exercises.page import row, show
from nnlib.exercises.records import MOST_CHARACTERS, Answer


class AnswerForm:
    """The options or the field of one question; it can go on to the next one.

    Options are check boxes also where only one can be chosen: JupyterLab takes the arrow keys that
    move between radio buttons, and ipywidgets gives those no common name.

    Parameters
    ----------
    items : iterable of Item
        All questions that it will ask; it has boxes for the longest.
    on_enter : callable
        Called when the learner presses Enter in the field.

    Attributes
    ----------
    parts : tuple of widgets
        To be put on the page.
    """

    def __init__(self, items: Iterable[Item], on_enter: Callable[[], None]) -> None:
        most = max((0 if isinstance(item, Numeric) else len(item.options)) for item in items)
        self._boxes = [widgets.Checkbox(indent=False) for _ in range(most)]
        self._field = widgets.Text(
            description="Your answer", placeholder="such as 0.5 or 1/2", continuous_update=False
        )
        self._unit = widgets.HTML()
        self._unit.add_class("nn-unit")
        self._how = widgets.HTML()
        self._number = row(self._field, self._unit, kind="nn-number")
        self._item: Item | None = None
        self._asking = False
        self.parts = (self._how, *self._boxes, self._number)
        for box in self._boxes:
            box.observe(self._ticked, "value")
        self._enter = _Enter(on_enter)
        self._field.on_msg(self._enter.pressed)
        self._field.observe(self._changed, "value")

    def ask(self, item: Item, answer: Answer | None = None) -> None:
        """Show the options of a question; with an answer, show that and let nothing be changed."""
        self._asking = True
        self._item = item
        options = {} if isinstance(item, Numeric) else item.options
        for box, (key, text) in zip(self._boxes, options.items(), strict=False):
            box.description = text
            box.value = answer is not None and (key == answer or key in _listed(answer))
            (box.remove_class if isinstance(item, MultipleChoice) else box.add_class)("nn-one")
        for index, box in enumerate(self._boxes):
            show(box, index < len(options))
        self._field.value = answer if isinstance(answer, str) and not options else ""
        self._unit.value = item.unit if isinstance(item, Numeric) else ""
        show(self._number, not options)
        self._how.value = f'<span class="nn-how">{_instruction(item)}</span>'
        self.lock(answer is not None)
        self._asking = False

    def clear(self) -> None:
        """Take everything off the page."""
        self._how.value = ""
        for part in (*self._boxes, self._number):
            show(part, False)

    @property
    def answer(self) -> Answer:
        """What is ticked or typed now: a key, a list of keys or a text; empty if nothing is."""
        if self._item is None or isinstance(self._item, Numeric):
            typed = self._field.value
            return str(typed)[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        chosen = [
            key
            for key, box in zip(self._item.options, self._boxes, strict=False)
            if box.value is True
        ]
        if isinstance(self._item, MultipleChoice):
            return chosen
        return chosen[0] if chosen else ""

    def choose(self, answer: Answer) -> None:
        """Tick or type an answer, as a learner would."""
        if isinstance(self._item, Numeric):
            self._field.value = str(answer)
        elif self._item is not None:
            for key, box in zip(self._item.options, self._boxes, strict=False):
                box.value = key == answer or key in _listed(answer)

    def lock(self, locked: bool) -> None:
        """Let the answer be changed, or not."""
        for part in (*self._boxes, self._field):
            part.disabled = locked

    def focus(self) -> None:
        """Put the keyboard at the first option or the field."""
        (self._field if isinstance(self._item, Numeric) else self._boxes[0]).focus()

    def _changed(self, _change: object) -> None:
        """The browser sends the text on Enter, or when the keyboard leaves the field."""
        if not self._asking:
            self._enter.changed()

    def _ticked(self, change: dict[str, Any]) -> None:
        """Where one option can be chosen, a tick takes the others away."""
        if change["new"] and not self._asking and not isinstance(self._item, MultipleChoice):
            for box in self._boxes:
                if box is not change["owner"]:
                    box.value = False


class _Enter:
    """Tells when Enter was pressed on a new text.

    The browser sends the key and the text in two messages, the key first, so the text that is
    known at the key is an old one. Where the same text is entered again, nothing happens.
    """

    WITHIN = 1.0  # seconds between the two

    def __init__(self, entered: Callable[[], None]) -> None:
        self._entered = entered
        self._key = self._text = -math.inf

    def pressed(self, _field: object, content: object, _buffers: object) -> None:
        if isinstance(content, dict) and content.get("event") == "submit":
            self._key = time.monotonic()
            self._look()

    def changed(self) -> None:
        self._text = time.monotonic()
        self._look()

    def _look(self) -> None:
        if abs(self._key - self._text) < self.WITHIN:
            self._key = self._text = -math.inf
            self._entered()


def _instruction(item: Item) -> str:
    if isinstance(item, Numeric):
        return "A number; Enter hands it in."
    many = "Tick all that are true" if isinstance(item, MultipleChoice) else "Choose one"
    return f"{many}. With the keyboard: Tab to move, space to choose."


def _listed(answer: Answer) -> list[str]:
    return answer if isinstance(answer, list) else []
