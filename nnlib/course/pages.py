"""The indexes of the course as pages of docs/, in Markdown."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from nnlib.course.entries import Concept, Misconception, concepts, glossary, misconceptions
from nnlib.course.lessons import LESSONS

_MADE = "<!-- Made by `python docs/make.py` from nnlib/course/; change the tables there. -->"


def pages(notebooks: str | Path) -> dict[str, str]:
    """Return the text of each page by its name.

    Parameters
    ----------
    notebooks : path
        Where the notebooks lie, beside the folder of the pages; a lesson that is there has a link.

    Returns
    -------
    dict

    Examples
    --------
    >>> list(pages("notebooks"))
    ['concepts.md', 'misconceptions.md', 'glossary.md']
    """
    folder = Path(notebooks)
    return {
        "concepts.md": _page(
            "Concepts",
            "What is taught where. An explorable is a live view of the lesson's notebook.",
            _lessons(folder, concepts(), "| concept | in one sentence | explorable |"),
        ),
        "misconceptions.md": _page(
            "Misconceptions",
            "What is often believed, what is true, and what to do in which explorable to see it.",
            _lessons(folder, misconceptions(), "| believed | true | see it |"),
        ),
        "glossary.md": _page("Glossary", "One sentence for each term.", _terms(folder)),
    }


def _page(title: str, about: str, lines: Iterable[str]) -> str:
    return "\n".join([_MADE, "", f"# {title}", "", about, *lines, ""])


def _lessons(folder: Path, items: Iterable[Concept | Misconception], head: str) -> Iterable[str]:
    """A table for each lesson."""
    for number, members in groupby(items, lambda item: item.lesson):
        yield from ("", f"## {_lesson(folder, number, LESSONS[number].name)}", "")
        yield from (head, "|---|---|---|")
        yield from map(_row, members)


def _row(item: Concept | Misconception) -> str:
    """A row of a table."""
    if isinstance(item, Concept):
        return f"| {item.name} | {item.sentence} | `{item.explorable}` |"
    belief = item.belief[:1].upper() + item.belief[1:]
    return f"| {belief}. | {item.truth} | `{item.explorable}`: {item.look} |"


def _terms(folder: Path) -> Iterable[str]:
    yield from ("", "| term | meaning | lesson |", "|---|---|---|")
    for term in glossary():
        lesson = _lesson(folder, term.lesson, str(int(term.lesson)))
        yield f"| {term.name} | {term.sentence} | {lesson} |"


def _lesson(folder: Path, number: str, text: str) -> str:
    """A link to a lesson, if it is there."""
    notebook = LESSONS[number].notebook(folder)
    return text if notebook is None else f"[{text}](../{folder.name}/{notebook.name})"
