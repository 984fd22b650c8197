"""The lessons are one course: indexes, pages, names, and links from each notebook to the others."""

import ast
import importlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from lesson_form import parse, source
from nnlib.course import LESSONS, concepts, glossary, index, misconceptions, pages
from nnlib.course.index import Index
from nnlib.exercises import overview
from nnlib.exercises.overview import COURSE
from nnlib.exercises.records import LessonRecord
from nnlib.exercises.store import FILE, Store

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
READY = {
    number: lesson.notebook(NOTEBOOKS)
    for number, lesson in LESSONS.items()
    if lesson.notebook(NOTEBOOKS)
}
each_ready = pytest.mark.parametrize("number", READY)


def cells(number: str, kind: str) -> list[str]:
    notebook = json.loads(READY[number].read_text(encoding="utf-8"))
    return [source(cell) for cell in notebook["cells"] if cell["cell_type"] == kind]


def prose(number: str) -> str:
    return "\n\n".join(cells(number, "markdown"))


def shown(number: str) -> set[str]:
    """The names of all that a notebook calls."""
    trees = [parse(text) for text in cells(number, "code")]
    called = [n.func for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return {getattr(f, "attr", None) or getattr(f, "id", "") for f in called}


# ---------------------------------------------------------------------------- the indexes


def test_every_notebook_is_a_lesson_of_the_course() -> None:
    assert set(READY.values()) == set(NOTEBOOKS.glob("*.ipynb"))
    assert {"00", "01", "02", "03", "04", "05"} <= set(READY)


@each_ready
def test_every_explorable_of_the_index_is_there(number: str) -> None:
    live = importlib.import_module(f"nnlib.explorables.{LESSONS[number].package}")
    named = {e.explorable for e in (*concepts(), *misconceptions()) if e.lesson == number}
    assert named, f"lesson {number} is in no index"
    assert {name for name in named if not hasattr(live, name)} == set()
    assert named <= shown(number), "the lesson's notebook does not show it"


@each_ready
def test_every_explorable_of_a_lesson_teaches_a_concept(number: str) -> None:
    from nnlib.live import Explorable

    live = importlib.import_module(f"nnlib.explorables.{LESSONS[number].package}")
    views = {
        name
        for name in shown(number)
        if isinstance(getattr(live, name, None), type)
        and issubclass(getattr(live, name), Explorable)
    }
    missing = views - {concept.explorable for concept in concepts()}
    assert missing == set(), "give each a row in nnlib/course/concepts.toml"


@each_ready
def test_every_misconception_box_is_in_the_index(number: str) -> None:
    boxes = re.findall(r"\*\*Misconception: (.+?)[.?]?\*\*", prose(number), re.DOTALL)
    beliefs = {wrong.belief.casefold() for wrong in misconceptions() if wrong.lesson == number}
    missing = {
        " ".join(box.split()) for box in boxes if " ".join(box.split()).casefold() not in beliefs
    }
    assert missing == set(), "give each a row in nnlib/course/misconceptions.toml"


@each_ready
def test_every_term_is_in_the_lesson_that_teaches_it(number: str) -> None:
    """Or at least the beginnings of its words: "saturation" is there where "saturate" is."""
    text = " ".join([*cells(number, "markdown"), *exercises(number)]).casefold()
    missing = [
        term.name
        for term in glossary()
        if term.lesson == number
        and not all(word[:5] in text for word in re.findall(r"[\w']+", term.name.casefold()))
    ]
    assert missing == [], "mend nnlib/course/glossary.toml, or say it in the lesson"


def exercises(number: str) -> list[str]:
    """What is written in the modules of a lesson's questions and explorables."""
    package = LESSONS[number].package
    folders = (ROOT / "nnlib" / part / package for part in ("exercises", "explorables"))
    return [p.read_text(encoding="utf-8") for folder in folders for p in folder.glob("*.py")]


def test_there_are_many_and_none_twice() -> None:
    assert len(misconceptions()) >= 30
    names = {
        "concepts": [c.name.casefold() for c in concepts()],
        "misconceptions": [m.belief.casefold() for m in misconceptions()],
        "terms": [term.name.casefold() for term in glossary()],
    }
    twice = {kind: [n for n, k in Counter(found).items() if k > 1] for kind, found in names.items()}
    assert twice == {"concepts": [], "misconceptions": [], "terms": []}
    assert {concept.lesson for concept in concepts()} == set(LESSONS)
    assert {wrong.lesson for wrong in misconceptions()} == set(LESSONS)


def test_entries_are_sentences() -> None:
    texts = [c.sentence for c in concepts()] + [term.sentence for term in glossary()]
    texts += [text for wrong in misconceptions() for text in (wrong.truth, wrong.look)]
    assert [
        text for text in texts if not text.endswith(".") or len(text) > 190 or "|" in text
    ] == []
    assert [w.belief for w in misconceptions() if w.belief.endswith(".")] == []


def test_lessons_come_in_order() -> None:
    for entries in (concepts(), misconceptions()):
        numbers = [entry.lesson for entry in entries]
        assert numbers == sorted(numbers)
    names = [term.name.casefold() for term in glossary()]
    assert names == sorted(names)


def test_the_pages_are_those_of_the_data() -> None:
    for name, text in pages(NOTEBOOKS).items():
        page = ROOT / "docs" / name
        assert page.read_text(encoding="utf-8") == text, f"{name}: run python docs/make.py"


# ---------------------------------------------------------------------------- the start page


def test_the_index_is_folded_and_links_to_the_lessons_that_are_there(tmp_path: Path) -> None:
    page = index(NOTEBOOKS)._repr_html_()
    assert page.count("<details>") == page.count("</details>") > 20
    assert "<details open" not in page
    assert set(re.findall(r'href="([^"]+)"', page)) == {path.name for path in READY.values()}
    for text in (wrong.look for wrong in misconceptions()):
        assert text.split("<")[0].split("&")[0][:40] in page
    assert "href" not in Index(tmp_path)._repr_html_()
    assert "href" not in index(tmp_path / "no such folder")._repr_html_()


def test_a_copy_or_a_strange_name_does_no_harm(tmp_path: Path) -> None:
    for name in ("01-neuron-Copy1.ipynb", "01-neuron.ipynb", '02-"><b>.ipynb'):
        (tmp_path / name).touch()
    for page in (index(tmp_path)._repr_html_(), overview(tmp_path / FILE)._repr_html_()):
        assert 'href="01-neuron.ipynb"' in page
        assert "Copy1" not in page
        assert '"><b>' not in page


def test_the_start_page_shows_progress_in_every_lesson(tmp_path: Path) -> None:
    path = tmp_path / FILE
    assert list(COURSE) == [f"{n:02}" for n in range(1, 11)]
    for number in COURSE:
        Store(path).add(number, LessonRecord(quiz=int(number), of=(8, 3, 12)))
    assert repr(overview(path)) == "Progress: 10 of 10 lessons started"
    rows = re.findall(r"<tr.*?</tr>", overview(path)._repr_html_())[1:]
    for (number, title), row in zip(COURSE.items(), rows, strict=True):
        assert f"{number} {title}" in row
        assert f"best {int(number)} of 12" in row


@pytest.mark.parametrize("number", [number for number in READY if number in COURSE])
def test_a_lesson_keeps_its_progress_under_its_number(number: str) -> None:
    lesson = importlib.import_module(f"nnlib.exercises.{LESSONS[number].package}").lesson
    assert lesson.number == number
    assert lesson.title.casefold() == COURSE[number].casefold()


def test_the_start_page_shows_progress_and_index() -> None:
    code = cells("00", "code")
    assert any(text.endswith("overview()") for text in code)
    assert any(text.endswith("\nindex()") for text in code)


# ---------------------------------------------------------------------------- names and links


@each_ready
def test_a_lesson_has_one_name_everywhere(number: str) -> None:
    lesson = LESSONS[number]
    head = cells(number, "markdown")[0].splitlines()[0]
    assert (
        head.casefold()
        == (
            f"# {lesson.title}" if number == "00" else f"# {int(number)} · {lesson.title}"
        ).casefold()
    )
    assert READY[number].stem == f"{number}-{lesson.title.replace(' ', '-').casefold()}"


@pytest.mark.parametrize("number", LESSONS)
def test_lists_of_lessons_have_its_name(number: str) -> None:
    title = LESSONS[number].title
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| \[?{number}\b.*$", readme, re.MULTILINE)
    (own,) = re.findall(rf"^\| {number} \|.*$", prose("00"), re.MULTILINE)
    assert re.search(rf"\| {title}[:| ]", row), f"README.md: {row}"
    assert re.search(rf"\| \[?{title}\b", own), f"lesson 00: {own}"
    for line in (row, own):
        assert ("in preparation" in line) == (number not in READY), line
    if number in READY and number != "00":
        assert f"({READY[number].name})" in own
    if number in READY:
        assert f"(notebooks/{READY[number].name})" in row


@pytest.mark.parametrize("number", [number for number in READY if number != "00"])
def test_a_lesson_links_onwards_and_back(number: str) -> None:
    """In its recap; the last one leads back to the start page only."""
    text = prose(number)
    wanted = {"00-start-here.ipynb"}
    for other in (int(number) - 1, int(number) + 1):
        if f"{other:02}" in READY:
            wanted.add(READY[f"{other:02}"].name)
    recap = text[text.index("## Recap") :] if "## Recap" in text else text
    assert wanted <= set(re.findall(r"\]\(([\w-]+\.ipynb)\)", recap)), (
        "end the recap with **Next:** [lesson ...](...) and **Back:** [lesson ...](...), [start page](...)"
    )


@each_ready
def test_no_link_leads_nowhere(number: str) -> None:
    linked = set(re.findall(r"\]\((?!http|#)([^)\s]+)\)", prose(number)))
    assert {link for link in linked if not (NOTEBOOKS / link.split("#")[0]).exists()} == set()


def test_pages_link_to_files_that_are_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\((?!http|#)([^)\s]+)\)", page.read_text(encoding="utf-8"))
        assert {k for k in links if not (page.parent / k.split("#")[0]).exists()} == set(), (
            page.name
        )
