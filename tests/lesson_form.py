"""The form of a lesson, counted: cells, words, code, explorables, questions, exercises, proofs.

`python tests/lesson_form.py` prints the table; `test_lesson_form.py` fails outside the form.
"""

import ast
import importlib
import json
import re
import sys
from dataclasses import dataclass, fields
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
NO_END = 10**9


@dataclass(frozen=True)
class Form:
    """What was counted; None where it could not be."""

    cells: int
    words: int
    code_lines: int
    longest_cell: int
    first_imports: int
    explorables: int
    predictions: int
    exercises: int
    loose_exercises: int
    quiz_items: int | None
    claims: int


@dataclass(frozen=True)
class Limit:
    """The least and the most of a count, and what to do outside."""

    least: int
    most: int
    too_few: str
    too_many: str


SPLIT = "move a part to another lesson, or say it more shortly"
LIMITS = {
    "cells": Limit(30, 45, "give each idea its own question, view and explanation", SPLIT),
    "words": Limit(1500, 2200, "explain what is only shown", SPLIT),
    "code_lines": Limit(
        0, 150, "", 'move code to nnlib/explorables, or fold proofs with "source_hidden"'
    ),
    "longest_cell": Limit(0, 20, "", "split the cell, or move its code to nnlib/explorables"),
    "first_imports": Limit(0, 6, "", "import the rest where it is used first"),
    "explorables": Limit(3, 8, "put an explorable on the last line of a cell", SPLIT),
    "predictions": Limit(5, 8, "ask lesson.predict(...) before a view", "ask fewer"),
    "exercises": Limit(3, 4, "add a warm-up, a core or a stretch exercise", "keep the best four"),
    "loose_exercises": Limit(
        0, 0, "", "put a stub before the check and a hidden solution cell that asserts behind it"
    ),
    "quiz_items": Limit(
        6, 8, "add questions to the lesson's module in nnlib/exercises", "ask fewer"
    ),
    "claims": Limit(15, NO_END, "prove the numbers in the text with assert or lesson.prove", ""),
}
# The tour and the playground teach no single idea, so these are all that they must keep to.
LOOSE = {
    **{name: LIMITS[name] for name in ("longest_cell", "first_imports", "loose_exercises")},
    "cells": Limit(5, 45, "say what can be done here", SPLIT),
    "words": Limit(300, 2200, "say what can be done here", SPLIT),
    "explorables": Limit(1, 8, LIMITS["explorables"].too_few, SPLIT),
}


def limits_of(name: str) -> dict[str, Limit]:
    """The limits for a lesson, by the number that its name starts with."""
    return LOOSE if name[:2] in ("00", "10") else LIMITS


def measure(notebook: dict, quiz_items: int | None = None) -> Form:
    """Count what a notebook holds."""
    cells = notebook["cells"]
    code = [(source(cell), is_hidden(cell)) for cell in cells if cell["cell_type"] == "code"]
    trees = [parse(text) for text, _ in code]
    visible = [len(filled(text)) for text, hidden in code if not hidden]
    prose = [source(cell) for cell in cells if cell["cell_type"] == "markdown"]
    checks = [i for i, tree in enumerate(trees) if calls(tree, "check")]
    return Form(
        cells=len(cells),
        words=sum(len(words(text)) for text in prose),
        code_lines=sum(visible),
        longest_cell=max(visible, default=0),
        first_imports=imports(trees[0]) if trees else 0,
        explorables=shown_explorables([text for text, _ in code], trees),
        predictions=sum(questions(tree) for tree in trees),
        exercises=sum(calls(trees[i], "check") for i in checks),
        loose_exercises=sum(not is_whole_exercise(i, code, trees) for i in checks),
        quiz_items=quiz_items,
        claims=sum(asserts(tree) + calls(tree, "prove") for tree in trees),
    )


def complaints(name: str, form: Form) -> list[str]:
    """One line for each count outside its limits: the count, the limits and the remedy."""
    found = []
    for count, limit in limits_of(name).items():
        value = getattr(form, count)
        if value is not None and not limit.least <= value <= limit.most:
            remedy = limit.too_few if value < limit.least else limit.too_many
            found.append(f"{name}: {label(count)} {value}, expected {span(limit)}; {remedy}")
    return found


# ---------------------------------------------------------------------------- cells


def source(cell: dict) -> str:
    """The text of a cell, which a notebook keeps as one string or as lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def is_hidden(cell: dict) -> bool:
    """Whether JupyterLab folds the code of a cell away."""
    return bool(cell.get("metadata", {}).get("jupyter", {}).get("source_hidden"))


def filled(text: str) -> list[str]:
    """The lines that are not empty."""
    return [line for line in text.splitlines() if line.strip()]


def words(text: str) -> list[str]:
    """The words of a markdown cell that are read as prose; those inside <details> as well."""
    text = re.sub(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)", " ", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\\$])\$[^$\n]+\$", " ", text)
    text = re.sub(r"^[ \t]*\|.*$", " ", text, flags=re.MULTILINE)  # rows of a table
    text = re.sub(r"<!--.*?-->|</?[a-zA-Z][^>]*>|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    return [word for word in text.split() if re.search(r"\w", word)]


# ---------------------------------------------------------------------------- code


def parse(text: str) -> ast.Module:
    """The syntax of a code cell, without the lines that only IPython understands."""
    kept = (re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in text.split("\n"))
    return ast.parse("\n".join(kept))


def calls(tree: ast.Module, method: str) -> int:
    """How often `lesson.method(...)` is called."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and getattr(node.func.value, "id", None) == "lesson"
        for node in ast.walk(tree)
    )


def questions(tree: ast.Module) -> int:
    """How many predictions are asked for: each call of `lesson.predict` may name several."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(
        len(call.args)
        for call in found
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "predict"
        and getattr(call.func.value, "id", None) == "lesson"
    )


def asserts(tree: ast.Module) -> int:
    """How many assert statements there are."""
    return sum(isinstance(node, ast.Assert) for node in ast.walk(tree))


def imports(tree: ast.Module) -> int:
    """How many lines of a cell are imports."""
    return sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def shown_explorables(texts: list[str], trees: list[ast.Module]) -> int:
    """How many cells end with an explorable: made there, or a name given to one before."""
    classes: set[str] = set()
    modules: set[str] = set()  # a lesson's explorables under one name: live.PhaseMap()
    views: set[str] = set()
    shown = 0

    def makes_view(node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute) and node.func.attr[:1].isupper():
            return getattr(node.func.value, "id", None) in modules
        return getattr(node.func, "id", None) in classes

    for text, tree in zip(texts, trees, strict=True):
        for node in ast.walk(tree):
            module = getattr(node, "module", None) or ""
            if isinstance(node, ast.ImportFrom) and f"{module}.".startswith("nnlib.explorables."):
                names = (alias.asname or alias.name for alias in node.names)
                classes.update(name for name in names if name[:1].isupper())
            if isinstance(node, ast.ImportFrom) and module == "nnlib.explorables":
                modules.update(alias.asname or alias.name for alias in node.names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and makes_view(node.value):
                views.update(target.id for target in node.targets if isinstance(target, ast.Name))
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and not text.rstrip().endswith(";"):  # ; shows nothing
            shown += makes_view(last.value) or getattr(last.value, "id", None) in views
    return shown


def is_whole_exercise(check: int, code: list[tuple[str, bool]], trees: list[ast.Module]) -> bool:
    """Whether a visible stub stands before a check, and behind it a hidden, asserted solution."""
    if check == 0 or check + 1 >= len(code):
        return False
    stub, solution = trees[check - 1], trees[check + 1]
    defined = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
    called = {getattr(n.func, "id", None) for n in ast.walk(stub) if isinstance(n, ast.Call)}
    is_stub = bool(defined - called) and not code[check - 1][1]
    is_solution = code[check + 1][1] and asserts(solution) > 0 and calls(solution, "accepts") > 0
    return is_stub and is_solution


# ---------------------------------------------------------------------------- lessons


def quiz_items(notebook: dict) -> int | None:
    """How many questions the quiz holds, by the module that the notebook takes `lesson` from.

    None where there is no such import, or no such module yet.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(parse(source(cell))):
            module = getattr(node, "module", None) or ""
            if isinstance(node, ast.ImportFrom) and module.startswith("nnlib.exercises"):
                if "lesson" not in (alias.name for alias in node.names):
                    continue
                try:
                    lesson = importlib.import_module(module).lesson
                except ModuleNotFoundError as error:
                    if not (error.name or "").startswith("nnlib.exercises"):
                        raise
                    return None
                items = getattr(lesson, "quiz_items", None)
                return len(lesson.questions if items is None else items)
    return None


def lessons(folder: Path = NOTEBOOKS) -> dict[str, Form]:
    """The form of each lesson there is, by its name."""
    found = {}
    for path in sorted(folder.glob("[01][0-9]-*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = measure(notebook, quiz_items(notebook))
    return found


def label(count: str) -> str:
    return count.replace("_", " ")


def span(limit: Limit) -> str:
    if limit.most == NO_END:
        return f"{limit.least} or more"
    return f"at most {limit.most}" if limit.least == 0 else f"{limit.least} to {limit.most}"


def table(forms: dict[str, Form]) -> str:
    """One column for each lesson, one row for each count; * where it is outside the form."""
    rows = [[" " * 18, *(name[:2] for name in forms), "expected"]]
    for field in fields(Form):
        row = [label(field.name)]
        for name, form in forms.items():
            value, limit = getattr(form, field.name), limits_of(name).get(field.name)
            outside = limit and value is not None and not limit.least <= value <= limit.most
            row.append(f"{'-' if value is None else value}{'*' if outside else ''}")
        rows.append([*row, span(LIMITS[field.name])])
    return "\n".join(
        f"{first:<18}" + "".join(f"{cell:>7}" for cell in middle) + f"  {last}"
        for first, *middle, last in rows
    )


if __name__ == "__main__":
    found = lessons()
    print(table(found))
    lines = [line for name, form in found.items() for line in complaints(name, form)]
    print("\n".join(["", *lines] if lines else ["", "Every lesson keeps to the form."]))
    sys.exit(bool(lines))
