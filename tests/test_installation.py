"""The check of the installation: each line says ok or what to do, and nothing raises."""

import re
import tempfile
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from nnlib.explorables.start_here import installation
from nnlib.explorables.start_here.installation import Check, Installation, check_installation

ROOT = Path(__file__).resolve().parents[1]


def line(name: str) -> Check:
    """Return one line of the check."""
    return {check.name: check for check in check_installation().checks}[name]


def raising(error: Exception) -> Callable[..., object]:
    """Return a function that raises, whatever it is given."""

    def fail(*args: object, **options: object) -> object:
        raise error

    return fail


def test_oldest_versions_are_those_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = dict(
        re.match(r"([\w-]+)>=([\d.]+)", requirement).groups()
        for requirement in project["dependencies"]
    )
    assert {name: declared[name] for name in installation.OLDEST} == installation.OLDEST
    assert project["requires-python"] == f">={installation.OLDEST_PYTHON}"


def test_this_environment_has_all_that_is_needed() -> None:
    result = check_installation()
    assert result.ok, str(result)
    names = [check.name for check in result.checks]
    assert names == ["python", *installation.OLDEST, "kernels", "cache", "MNIST"]


def test_the_text_is_a_table_with_a_verdict() -> None:
    rows = repr(check_installation()).splitlines()
    assert rows[-1] == "Everything the lessons need is here."
    verdicts = {row[38:].split(":")[0] for row in rows[:-2]}
    assert verdicts <= {"ok", "can wait"}


def test_a_missing_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", raising(metadata.PackageNotFoundError("numba")))
    result = check_installation()
    assert not result.ok
    assert line("numba").found == "not installed"
    assert "README.md" in line("numba").advice
    assert str(result).splitlines()[-1].startswith("To mend: numpy, numba")


@pytest.mark.parametrize(
    ("name", "version", "well"),
    [
        ("numpy", "1.26.4", False),
        ("numpy", "2.0", True),
        ("numpy", "2.0.0rc1", True),
        ("numpy", "10.1", True),
        ("numba", "0.9.2", False),
        ("anywidget", "0.9.17", False),
        ("anywidget", "0.10", True),
        ("ipykernel", "7.3.0", False),
        ("ipykernel", "7.4.0", True),
        ("numpy", "unknown", False),
    ],
)
def test_versions_are_compared_as_numbers(
    monkeypatch: pytest.MonkeyPatch, name: str, version: str, well: bool
) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)
    check = line(name)
    assert (check.advice == "") == well
    assert check.found == version


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation.platform, "python_version", lambda: "3.9.2")
    assert line("python").advice.startswith("needs 3.11 or later")


def test_a_wrong_update_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = installation.SGD
    monkeypatch.setattr(installation, "SGD", lambda p, learning_rate: right(p, 0.1))
    assert line("kernels").found == "wrong"
    assert "__pycache__" in line("kernels").advice


def test_whatever_breaks_becomes_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "fit", raising(RuntimeError("no\n  compiler")))
    monkeypatch.setattr(installation, "mnist_available", raising(OSError()))
    monkeypatch.setattr(metadata, "version", raising(ValueError("x" * 1000)))
    monkeypatch.setattr(installation.platform, "python_version", raising(KeyError("p")))
    result = check_installation()
    assert not result.ok
    assert line("kernels").advice == "RuntimeError: no compiler"
    assert line("MNIST").advice == "OSError: no further words"
    assert max(len(row) for row in str(result).splitlines()[:-1]) < 300


def test_mnist_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "mnist_available", lambda: False)
    assert check_installation().ok
    assert "load_mnist()" in line("MNIST").advice
    monkeypatch.setattr(installation, "mnist_available", lambda: True)
    assert line("MNIST") == Check("MNIST", "on this machine")


class Compiled:
    """Stands in for a compiled kernel with its cache."""

    def __init__(self, cache_path: str | None) -> None:
        self.stats = self
        self.cache_path = cache_path


def test_the_cache_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installation, "dense_forward", Compiled(str(tmp_path)))
    assert line("cache").found == "can be written"
    monkeypatch.setattr(tempfile, "TemporaryFile", raising(PermissionError(13, "denied")))
    assert line("cache").found == "cannot be written"
    assert "NUMBA_CACHE_DIR" in line("cache").advice
    monkeypatch.setattr(installation, "dense_forward", Compiled(None))
    assert line("cache").found == "none"
    monkeypatch.setattr(installation, "dense_forward", lambda: None)
    assert line("cache").found == "compiling is off"
    assert check_installation().ok, "the lessons run without a cache"


def test_what_is_not_needed_does_not_fail() -> None:
    wanted = Check("a", "b", "do this")
    assert not Installation((wanted,)).ok
    assert Installation((Check("a", "b", "do this", needed=False),)).ok
    assert str(Installation((wanted,))).endswith("To mend: a.")
