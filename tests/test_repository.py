"""The repository keeps its own rules: which module imports which, and what git may hold."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

# ---------------------------------------------------------------------------- imports

# The floors of docs/architecture.md. A part is a module or a subpackage of nnlib.
FLOORS = [
    {"kernels", "initializers", "checks"},
    {"layers", "losses"},
    {
        "network",
        "batches",
        "penalties",
        "clipping",
        "optimizers",
        "schedules",
        "metrics",
        "neurons",
        "landscapes",
        "convergence",
        "filters",
        "threads",
    },
    {
        "training",
        "boltzmann",
        "loop",
        "fused",
        "divergence",
        "gradcheck",
        "checkpoint",
        "datasets",
        "generation",
        "probes",
        "warm",
        "zoo",
    },
    {"views", "source", "estimators", "frontend"},
    {"live", "explorables", "exercises", "course", "server"},
]
# `import nnlib` gathers the floors up to this one, so only higher floors may import from it.
GATHERED = 3
# Neighbours on one floor do not import each other, but for these.
NEIGHBOURS = {
    ("initializers", "kernels"),  # the type of an array
    ("initializers", "checks"),
    ("checks", "kernels"),
    ("generation", "datasets"),  # a text is written with the vocabulary that it was read with
    ("warm", "training"),
    ("warm", "fused"),
    ("training", "loop"),
    ("boltzmann", "loop"),  # what a step is
    ("loop", "fused"),
    ("loop", "divergence"),
    ("explorables", "live"),
    ("explorables", "exercises"),
    ("course", "exercises"),
}

# What may be imported from outside the library, beside the standard library and NumPy.
OUTSIDE_FLOOR = [
    {"numba"},
    set(),
    set(),
    set(),
    {"matplotlib", "IPython", "sklearn"},
    {"matplotlib", "IPython", "ipywidgets", "anywidget", "traitlets", "jupyter_server"},
]
OUTSIDE_PART = {"threads": {"threadpoolctl", "scipy"}, "datasets": {"sklearn", "pooch"}}


def floor_of(part: str) -> int:
    for number, parts in enumerate(FLOORS):
        if part in parts:
            return number
    raise LookupError(f"nnlib/{part} has no floor: give it one here and in docs/architecture.md")


def imported_names(path: Path, package: Path) -> Iterator[str]:
    """Yield the full dotted name of all that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = path.relative_to(package.parent).parts[: -node.level]
                base = ".".join([*above, base]).rstrip(".")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_imports(package: Path) -> list[str]:
    """Return one line for each import in the package that the floors forbid."""
    wrong = []
    parts = {path.stem for path in package.iterdir()}
    for path in sorted(package.rglob("*.py")):
        part = path.relative_to(package).with_suffix("").parts[0]
        top = part == "__init__"
        floor = GATHERED + 1 if top else floor_of(part)
        outside = (
            {"numpy"} if top else {"numpy"} | OUTSIDE_FLOOR[floor] | OUTSIDE_PART.get(part, set())
        )
        for name in imported_names(path, package):
            first, second = [*name.split("."), ""][:2]
            if first != package.name:
                allowed = first in outside or first in sys.stdlib_module_names
            elif second not in parts:  # a name that nnlib/__init__.py gathers
                allowed = floor > GATHERED and not top
            else:
                allowed = second == part or floor_of(second) < floor or (part, second) in NEIGHBOURS
            if not allowed:
                wrong.append(f"{path.relative_to(package.parent)} imports {name}")
    return wrong


def test_imports_point_down_the_floors() -> None:
    assert wrong_imports(ROOT / "nnlib") == []


@pytest.mark.parametrize(
    ("path", "line", "right"),
    [
        ("losses/base.py", "from nnlib.kernels.losses import mean", True),
        ("losses/base.py", "import numpy as np, math, collections.abc", True),
        ("losses/base.py", "from ..kernels import mean", True),
        ("losses/base.py", "import numba", False),
        ("losses/base.py", "import nnlib", False),
        ("losses/base.py", "from nnlib import training", False),
        ("losses/base.py", "from nnlib import fit", False),
        ("losses/base.py", "def f():\n    from nnlib.training import fit", False),
        ("losses/base.py", "from ..training import fit", False),
        ("losses/base.py", "from .. import training", False),
        ("losses/base.py", "from nnlib.layers import Dense", False),
        ("layers/dense.py", "from nnlib.layers.base import Layer", True),
        ("layers/dense.py", "from .base import Layer", True),
        ("layers/dense.py", "from ..training import fit", False),
        ("training.py", "import sklearn.datasets", False),
        ("datasets/digits.py", "import sklearn.datasets", True),
        ("explorables/neuron.py", "from nnlib.live import Stage", True),
        ("explorables/neuron.py", "from nnlib import fit", True),
        ("live/stage.py", "from nnlib.explorables import neuron", False),
        ("__init__.py", "from nnlib.training import fit", True),
        ("__init__.py", "from nnlib.live import Stage", False),
    ],
)
def test_the_import_rule_tells_right_from_wrong(
    tmp_path: Path, path: str, line: str, right: bool
) -> None:
    package = tmp_path / "nnlib"
    for part in set().union(*FLOORS):
        (package / part).mkdir(parents=True)
    file = package / path
    if file.with_suffix("").is_dir():
        file.with_suffix("").rmdir()
    file.write_text(line)
    assert (wrong_imports(package) == []) == right


def test_a_part_without_a_floor_is_named(tmp_path: Path) -> None:
    (tmp_path / "attic.py").touch()
    with pytest.raises(LookupError, match="attic"):
        wrong_imports(tmp_path)


def test_import_nnlib_stays_light() -> None:
    heavy = {"matplotlib", "ipywidgets", "anywidget", "sklearn", "IPython", "pooch"}
    # Nearly all of the time goes into Numba and NumPy; no package comes in beside them and ours.
    script = (
        "import sys, numpy, numba, threadpoolctl\n"
        "def packages(): return {name.split('.')[0] for name in sys.modules}\n"
        "before = packages()\n"
        "import nnlib\n"
        f"print(sorted({heavy} & packages()), *packages() - before - sys.stdlib_module_names)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[] nnlib"


# ---------------------------------------------------------------------------- files of the library


def test_no_file_of_the_library_is_longer_than_300_lines() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "nnlib").rglob("*")
        if path.suffix in {".py", ".js", ".css"}
    }
    assert {path: count for path, count in lines.items() if count > 300} == {}


def test_nothing_in_the_library_prints() -> None:
    printing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "nnlib").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print"
    ]
    assert printing == []


# ---------------------------------------------------------------------------- dependencies

CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def name_and_versions(requirement: str) -> tuple[str, str]:
    name, versions = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement).groups()
    return name, versions.replace(" ", "")


def conda_dependencies(path: str) -> tuple[dict[str, str], list]:
    """Return name and versions of each conda package, and whatever else the file lists."""
    environment = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    listed = environment["dependencies"]
    packages = [name_and_versions(item) for item in listed if isinstance(item, str)]
    assert len(packages) == len(dict(packages)), f"{path} lists a package twice"
    return dict(packages), [item for item in listed if not isinstance(item, str)]


@pytest.mark.parametrize(
    ("path", "python", "others"),
    [
        # On Binder, postBuild installs the library.
        ("environment.yml", ">=3.11", [{"pip": ["-e ."]}]),
        ("binder/environment.yml", "=3.12", []),
    ],
)
def test_conda_environment_agrees_with_pyproject(path: str, python: str, others: list) -> None:
    project = pyproject()
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    expected = {CONDA_NAMES.get(n, n): versions for n, versions in map(name_and_versions, declared)}
    assert conda_dependencies(path) == (expected | {"python": python, "pip": ""}, others)


def test_pyproject_states_the_python_of_the_environment() -> None:
    assert pyproject()["project"]["requires-python"] == ">=3.11"


def test_each_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = pyproject()
    for requirement in sum(
        project["dependency-groups"].values(), project["project"]["dependencies"]
    ):
        assert re.search(rf'"{re.escape(requirement)}",\s*# \S', text), requirement


def test_lock_holds_every_dependency_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = pyproject()
    locked = set(re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE))
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert {name_and_versions(requirement)[0] for requirement in declared} <= locked
    # An address, a path, an option that names an index, or a requirement taken from a place.
    assert re.findall(r".*(?:://|/\w|\\\w|index|find-links|@|-e ).*", text) == []


# ---------------------------------------------------------------------------- what git holds

TOP_LEVEL = {
    *("README.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-docs"),
    *("pyproject.toml", "environment.yml", "requirements.lock"),
    *("nnlib", "notebooks", "data", "tests", "bench", "binder", "docs"),
    *(".ci", ".gitignore", ".gitattributes"),
}


def git(*arguments: str) -> str:
    """Run git at the project's root, or skip the test where this is no checkout."""
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        run = subprocess.run(command, capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return run.stdout.decode("utf-8")


def tracked() -> list[str]:
    paths = git("ls-files", "-z").split("\0")[:-1]
    if "pyproject.toml" not in paths:
        pytest.skip("not a git checkout of this project")
    return paths


def test_top_level_holds_only_the_names_it_should() -> None:
    assert {path.split("/")[0] for path in tracked()} <= TOP_LEVEL


def test_scripts_are_executable() -> None:
    tracked()
    modes = git("ls-files", "--stage", "binder/postBuild", "binder/start", ".ci/run")
    assert [line.split()[0] for line in modes.splitlines()] == ["100755"] * 3


def stored_results(notebook: dict) -> list[str]:
    """Return one line for each output, execution count or widget state in a notebook."""
    found = ["widget state"] if "widgets" in notebook.get("metadata", {}) else []
    for number, cell in enumerate(notebook["cells"]):
        if cell.get("outputs"):
            found.append(f"cell {number}: outputs")
        if cell.get("execution_count") is not None:
            found.append(f"cell {number}: execution count")
    return found


def test_notebooks_in_git_hold_no_results() -> None:
    # What git holds, not the working copy: who runs and saves a notebook breaks no test.
    notebooks = [path for path in tracked() if path.endswith(".ipynb")]
    found = {path: stored_results(json.loads(git("show", f":{path}"))) for path in notebooks}
    assert {path: results for path, results in found.items() if results} == {}, (
        "run: uv run jupyter nbconvert --clear-output --inplace notebooks/*.ipynb"
    )


def test_stored_results_are_found() -> None:
    text = {"cell_type": "markdown", "source": []}
    clean = {"cell_type": "code", "source": [], "outputs": [], "execution_count": None}
    assert stored_results({"cells": [text, clean], "metadata": {}}) == []
    run = {**clean, "outputs": [{"output_type": "stream"}], "execution_count": 3}
    assert stored_results({"cells": [text, run], "metadata": {"widgets": {}}}) == [
        "widget state",
        "cell 1: outputs",
        "cell 1: execution count",
    ]


def test_no_two_parts_of_the_browser_module_share_a_name():
    # They are joined into one module, where a name that comes twice is a syntax error.
    names = [
        name
        for part in (ROOT / "nnlib" / "live" / "canvas").glob("*.js")
        for name in re.findall(
            r"^(?:const|let|function|class) (\w+)", part.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert len(names) > 100
    assert sorted(name for name in names if names.count(name) > 1) == []
