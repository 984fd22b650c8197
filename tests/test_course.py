"""The lessons are one course: indexes, pages, names, and links from each notebook to the others."""

import ast
import importlib
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

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
        "end the recap with **Next:** and **Back:**, a link to each neighbour and the start page"
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


# ---------------------------------------------------------------------------- README and teachers


def test_pictures_of_the_readme_are_drawn_by_the_script_and_small() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"!\[[^\]]{20,}\]\(docs/([\w-]+\.png)\)", readme))
    assert len(named) == readme.count("![") - readme.count("[![") >= 1, "alt text says what is seen"
    script = (ROOT / "docs" / "pictures.py").read_text(encoding="utf-8")
    (table,) = (n for n in ast.parse(script).body if isinstance(n, ast.AnnAssign))
    assert {key.value for key in table.value.keys} == named
    for name in named:
        picture = (ROOT / "docs" / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert 10_000 < len(picture) < 300_000
        assert 900 <= int.from_bytes(picture[16:20], "big") <= 1200  # its width, in pixels


def test_links_that_open_jupyterlab_lead_to_lesson_00() -> None:
    pages = [
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/teaching.md")
    ]
    paths = [
        unquote(path).removeprefix("REPOSITORY/")
        for page in pages
        for path in re.findall(r"urlpath=lab(?:/|%2F)tree(?:/|%2F)([^\s)&]+)", page)
    ]
    assert len(paths) == 2
    assert set(paths) == {f"notebooks/{READY['00'].name}"}


def rows_of(page: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell."""
    lines = re.findall(r"^\|(.+)\|$", page, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def test_the_minutes_for_teachers_are_those_of_the_lessons() -> None:
    teaching = rows_of((ROOT / "docs" / "teaching.md").read_text(encoding="utf-8"))
    parts = {
        number: {
            (row[i], row[i + 1]) for row in rows_of(prose(number)) for i in (0, 2) if row[i + 1 :]
        }
        for number in READY
    }
    planned = [row[-3:] for row in teaching if re.fullmatch(r"\d .+", row[-2])]
    assert len(planned) > 20
    wrong = [(n, *part) for n, *part in planned if tuple(part) not in parts[n]]
    assert wrong == []
    minutes = {row[1]: row[3] for row in rows_of(prose("00")) if row[0] in LESSONS and row[3:]}
    for title, own in minutes.items():
        name = re.sub(r"\[(.+)\]\(.*\)", r"\1", title)
        assert any(name in row[1] and own in row[2] for row in teaching if len(row) == 3), name


def test_what_each_lesson_needs_is_measured_and_under_a_gigabyte() -> None:
    teaching = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- measured: lessons -->\n(.*?)<!-- end -->", teaching, re.DOTALL)[1]
    rows = {row[0]: row[1:] for row in rows_of(table)}
    assert rows.pop("lesson") == ["peak memory, MB", "processor, s", "clock, s"]
    rows.pop("---")
    assert set(rows) >= set(READY), "run python bench/lessons.py for the missing ones"
    assert all(100 < int(row[0]) < 1000 for row in rows.values())


def test_the_code_for_teachers_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    teaching = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    student = tmp_path / "handed-in" / "ada"
    student.mkdir(parents=True)
    Store(student / FILE).add("03", LessonRecord(quiz=6, of=(8, 3, 8)))
    monkeypatch.chdir(tmp_path)
    said: list[tuple] = []
    for code in re.findall(r"```python\n(.*?)```", teaching, re.DOTALL):
        exec(compile(code, "teaching.md", "exec"), {"print": lambda *words: said.append(words)})
    assert said == [("ada", "03", 0, 0, 6)]
