"""The indexes of the course on the start page: folded, in plain HTML, with links to the lessons."""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from nnlib.course.entries import Concept, Misconception, Term, concepts, glossary, misconceptions
from nnlib.course.lessons import LESSONS
from nnlib.exercises.page import style, words

Item = TypeVar("Item", Concept, Misconception, Term)


@dataclass(frozen=True)
class Index:
    """Concepts, misconceptions and glossary, folded; put it on the last line of a cell.

    Attributes
    ----------
    folder : Path
        Where the notebooks lie; only a lesson that is there has a link.
    """

    folder: Path

    def __repr__(self) -> str:
        return (
            f"Index: {len(concepts())} concepts, {len(misconceptions())} misconceptions, "
            f"{len(glossary())} terms"
        )

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        parts = [
            _part("Concepts", "what is taught where", concepts(), _by_lesson, self._concept),
            _part(
                "Misconceptions",
                "what is true, and where to see it",
                misconceptions(),
                _by_lesson,
                self._misconception,
            ),
            _part("Glossary", "the terms of the course", glossary(), _by_letter, self._term),
        ]
        return f'{style()}<div class="nn-exercise nn-index">{"".join(parts)}</div>'

    # ------------------------------------------------------------------ entries

    def _concept(self, concept: Concept) -> str:
        return _entry(concept.name, concept.sentence, self._where(concept))

    def _misconception(self, wrong: Misconception) -> str:
        look = f"{words(wrong.look)} ({self._where(wrong)})"
        return (
            f"<dt>“{words(_capital(wrong.belief))}.”</dt><dd>{words(wrong.truth)}"
            f'<p class="nn-how">{look}</p></dd>'
        )

    def _term(self, term: Term) -> str:
        return _entry(term.name, term.sentence, self._link(term.lesson))

    def _where(self, item: Concept | Misconception) -> str:
        return f"<code>{words(item.explorable)}</code>, {self._link(item.lesson)}"

    def _link(self, number: str) -> str:
        """A lesson, with a link to its notebook if it is there."""
        text = "start page" if number == "00" else f"lesson {int(number)}"
        notebook = LESSONS[number].notebook(self.folder)
        return text if notebook is None else f'<a href="{html.escape(notebook.name)}">{text}</a>'


def index(folder: str | Path = ".") -> Index:
    """Return the indexes of concepts and misconceptions and the glossary.

    Parameters
    ----------
    folder : path, optional
        Where the notebooks lie; by default beside the one that asks.

    Returns
    -------
    Index

    Examples
    --------
    >>> index()
    Index: ... concepts, ... misconceptions, ... terms
    """
    return Index(Path(folder))


def _part(
    title: str,
    about: str,
    items: Sequence[Item],
    group: Callable[[Item], str],
    entry: Callable[[Item], str],
) -> str:
    """A folded index, with folded groups in it."""
    groups = "".join(
        _folded(words(name), f"<dl>{''.join(map(entry, members))}</dl>")
        for name, members in _grouped(items, group)
    )
    summary = f"<b>{title}</b>: {about} ({len(items)})"
    return _folded(summary, groups)


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>{body}</details>"


def _grouped(
    items: Iterable[Item], group: Callable[[Item], str]
) -> Iterable[tuple[str, list[Item]]]:
    """Neighbours of one group together."""
    return ((name, list(members)) for name, members in groupby(items, group))


def _by_lesson(item: Concept | Misconception) -> str:
    return _capital(LESSONS[item.lesson].name)


def _by_letter(term: Term) -> str:
    """The letters under which a term is looked for."""
    first = term.name[0].upper()
    return next(
        span for span in ("A–B", "C–D", "E–G", "H–L", "M–O", "P–R", "S–Z") if first <= span[-1]
    )


def _entry(name: str, sentence: str, where: str) -> str:
    return f'<dt>{words(name)}</dt><dd>{words(sentence)} <span class="nn-how">({where})</span></dd>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
