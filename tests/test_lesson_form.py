"""Every lesson keeps to the form, and the counter counts right."""

import sys
import types

import pytest

from lesson_form import LIMITS, NOTEBOOKS, complaints, lessons, measure, quiz_items, table, words

FORMS = lessons()


@pytest.mark.parametrize("name", FORMS)
def test_lesson_keeps_to_the_form(name):
    assert complaints(name, FORMS[name]) == []


def test_every_notebook_is_measured():
    assert set(FORMS) == {path.stem for path in NOTEBOOKS.glob("*.ipynb")}


# ---------------------------------------------------------------------------- made-up notebooks


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *, hidden=False):
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return {"cell_type": "code", "metadata": metadata, "source": source.splitlines(keepends=True)}


EXERCISE = [
    code("def double(x):\n    ..."),
    code('lesson.check("double", double)'),
    code(
        'def solution(x):\n    return 2 * x\n\nassert lesson.accepts("double", solution)',
        hidden=True,
    ),
]


def lesson_cells():
    """A lesson inside the form: 43 cells."""
    first = "import numpy as np\nfrom nnlib.explorables.neuron import Neuron, prove\n\nNeuron()"
    return [
        code(first),
        code("view = Neuron()\nview"),
        code("%matplotlib inline\nNeuron(rate=1)"),
        *(text("word " * 100) for _ in range(16)),
        *(code(f'lesson.predict("{i}")') for i in range(6)),
        *(EXERCISE * 3),
        *(code('assert 1 + 1 == 2\nlesson.prove("0", 2)', hidden=True) for _ in range(6)),
        *(code("x = 1") for _ in range(3)),
    ]


def form_of(cells, quiz=7):
    return measure({"cells": cells}, quiz)


def test_a_lesson_inside_the_form_is_left_alone():
    form = form_of(lesson_cells())
    assert complaints("01-neuron", form) == []
    assert form.cells == 43
    assert form.words == 1600
    assert form.code_lines == 3 + 2 + 2 + 6 + 3 * 3 + 3
    assert form.longest_cell == 3
    assert form.first_imports == 2
    assert form.explorables == 3
    assert form.predictions == 6
    assert form.exercises == 3
    assert form.loose_exercises == 0
    assert form.claims == 15


def without(kind):
    return [cell for cell in lesson_cells() if kind not in "".join(cell["source"])]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (lesson_cells()[:-14], "cells 29, expected 30 to 45; give each idea"),
        (lesson_cells() + [code("x = 1")] * 3, "cells 46, expected 30 to 45; move a part"),
        ([*lesson_cells(), text("word " * 601)], "words 2201, expected 1500 to 2200"),
        (lesson_cells()[:3] + lesson_cells()[5:], "words 1400, expected 1500 to 2200; exp"),
        ([*lesson_cells(), *[code("x = 1\n" * 20)] * 7], "code lines 165, expected"),
        ([*lesson_cells(), code("x = 1\n" * 21)], "longest cell 21, expected at m"),
        ([code("import numpy\n" * 7), *lesson_cells()], "first imports 7, expect"),
        (without("Neuron(rate"), "explorables 2, expected 3 to 8; put an explorab"),
        (without("predict"), "predictions 0, expected 5 to 8; ask lesson.predict"),
        (lesson_cells() + EXERCISE * 2, "exercises 5, expected 3 to 4; keep the best"),
        (without("double"), "exercises 0, expected 3 to 4; add a warm-up"),
        ([*lesson_cells(), EXERCISE[1]], "loose exercises 1, expected at most 0; put a"),
        (without("lesson.prove"), "claims 3, expected 15 or more; prove the numbers"),
    ],
)
def test_a_lesson_outside_the_form_is_told(cells, message):
    found = complaints("01-neuron", form_of(cells))
    assert any(line.startswith(f"01-neuron: {message}") for line in found), found


@pytest.mark.parametrize("items", [5, 9])
def test_the_quiz_is_counted(items):
    (line,) = complaints("01-neuron", form_of(lesson_cells(), items))
    assert line.startswith(f"01-neuron: quiz items {items}, expected 6 to 8")


def test_a_quiz_that_cannot_be_counted_is_left_alone():
    assert complaints("01-neuron", form_of(lesson_cells(), None)) == []


@pytest.mark.parametrize("name", ["00-start-here", "10-playground"])
def test_the_tour_and_the_playground_are_looser(name):
    cells = [code("from nnlib.explorables.x import Y\nY()"), *[text("word " * 100)] * 4]
    assert complaints(name, form_of(cells)) == []
    assert complaints("01-neuron", form_of(cells)) != []
    assert complaints(name, form_of([*cells, code("x = 1\n" * 21)])) != []


# ---------------------------------------------------------------------------- what is a word


@pytest.mark.parametrize(
    ("markdown", "count"),
    [
        ("Three words here.", 3),
        ("one - two — three *", 3),
        ("# A heading", 2),
        ("before\n```python\nx = 1\n```\nafter", 2),
        ("before\n````\n```\nx\n```\n````\nafter", 2),
        ("sum $a + b$ of\n$$\nc = d\n$$\nterms", 3),
        (r"it costs \$5 and \$6", 5),
        ("| a | b |\n|---|---|\n| c | d |\nafter", 1),
        ("<details><summary>What happens</summary>\n\nIt falls.\n\n</details>", 4),
        ("[a link](https://example.org/long path) here", 3),
        ("![alt text](image.png)", 2),
        ("<!-- not read --> read", 1),
        ("`x @ w` counts", 3),
        ("", 0),
    ],
)
def test_words_are_those_of_the_prose(markdown, count):
    assert len(words(markdown)) == count, words(markdown)


# ---------------------------------------------------------------------------- what is on display


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Neuron()", 1),
        ("import numpy as np\nNeuron(rate=0.1)", 1),
        ("view = Neuron()", 0),
        ("view = Neuron()\nview", 1),
        ("Neuron();", 0),
        ("Neuron()\nx = 1", 0),
        ("Neuron().run(3)", 0),
        ("check_installation()", 0),
        ("Other()", 0),
        ("", 0),
    ],
)
def test_an_explorable_counts_where_it_is_shown(cell, shown):
    imported = code("from nnlib.explorables.neuron import Neuron, check_installation")
    other = code("from nnlib import Other")
    assert form_of([imported, other, code(cell)]).explorables == shown


@pytest.mark.parametrize(
    ("cells", "loose"),
    [
        (EXERCISE, 0),
        (EXERCISE[1:], 1),  # no stub
        (EXERCISE[:2], 1),  # no solution
        ([EXERCISE[0], EXERCISE[1], {**EXERCISE[2], "metadata": {}}], 1),  # an open solution
        ([code("def double(x):\n    ...\n\ndouble(1)"), *EXERCISE[1:]], 1),  # called
        ([*EXERCISE[:2], code("solution = 1", hidden=True)], 1),  # asserts nothing
        ([EXERCISE[0], text("Now check."), EXERCISE[1], text("If stuck:"), EXERCISE[2]], 0),
    ],
)
def test_an_exercise_has_a_stub_a_check_and_a_hidden_solution(cells, loose):
    assert form_of(cells).loose_exercises == loose


def test_hidden_cells_are_no_visible_code():
    form = form_of([code("x = 1\n\n\ny = 2"), code("z = 3\n" * 50, hidden=True)])
    assert (form.code_lines, form.longest_cell) == (2, 2)


def test_import_lines_are_counted_as_they_are_written():
    form = form_of([code("import a, b\nfrom c import (\n    d,\n    e,\n)\nx = 1")])
    assert form.first_imports == 5


# ---------------------------------------------------------------------------- the quiz, the table


@pytest.mark.parametrize("attribute", ["quiz_items", "questions"])
def test_quiz_items_come_from_the_module_of_the_lesson(monkeypatch, attribute):
    module = types.ModuleType("nnlib.exercises.made_up")
    module.lesson = types.SimpleNamespace(**{attribute: {"a": 1, "b": 2}})
    package = types.ModuleType("nnlib.exercises")
    monkeypatch.setitem(sys.modules, "nnlib.exercises", package)
    monkeypatch.setitem(sys.modules, "nnlib.exercises.made_up", module)
    notebook = {"cells": [text("x"), code("from nnlib.exercises.made_up import lesson")]}
    assert quiz_items(notebook) == 2


def test_a_lesson_without_a_module_has_no_quiz_to_count():
    assert quiz_items({"cells": [code("x = 1")]}) is None
    assert quiz_items({"cells": [code("from nnlib.exercises.nowhere import lesson")]}) is None


def test_the_table_marks_what_is_outside():
    forms = {"01-neuron": form_of(lesson_cells()), "02-short": form_of(lesson_cells()[:5], None)}
    rows = {row[:18].strip(): row[18:].split() for row in table(forms).splitlines()}
    assert rows[""] == ["01", "02", "expected"]
    assert rows["cells"][:2] == ["43", "5*"]
    assert rows["quiz items"][:2] == ["7", "-"]
    assert set(rows) == {"", *(name.replace("_", " ") for name in LIMITS)}
