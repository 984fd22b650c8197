"""Lesson 00: a check of the installation that says, line by line, what to do."""

import platform
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata

import numpy as np

from nnlib.datasets import mnist_available
from nnlib.kernels.dense import dense_forward
from nnlib.layers import Dense, ReLU
from nnlib.losses import MeanSquaredError
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import fit

#: The oldest version that the lessons run with; a test compares this with pyproject.toml.
OLDEST = {
    "numpy": "2.0",
    "numba": "0.61",
    "scipy": "1.13",
    "matplotlib": "3.9",
    "ipywidgets": "8.1",
    "anywidget": "0.9.18",
    "jupyterlab": "4.2",
    "ipykernel": "7.4",
}
OLDEST_PYTHON = "3.11"


@dataclass(frozen=True)
class Check:
    """One line of the check.

    Attributes
    ----------
    name : str
        What was looked at.
    found : str
        What is there.
    advice : str
        What to do; empty if all is well.
    needed : bool
        Whether the lessons need it.
    """

    name: str
    found: str
    advice: str = ""
    needed: bool = True

    def __str__(self) -> str:
        verdict = self.advice or "ok"
        if self.advice and not self.needed:
            verdict = f"can wait: {self.advice}"
        return f"{self.name:<12} {self.found:<24} {verdict}"


@dataclass(frozen=True)
class Installation:
    """What `check_installation` found; as text it is a table."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that the lessons need is there."""
        return not self._failed()

    def _failed(self) -> list[str]:
        return [check.name for check in self.checks if check.advice and check.needed]

    def __str__(self) -> str:
        failed = self._failed()
        last = (
            f"To mend: {', '.join(failed)}." if failed else "Everything the lessons need is here."
        )
        return "\n".join([*(str(check) for check in self.checks), "", last])

    __repr__ = __str__


def check_installation() -> Installation:
    """Look at versions, kernels, their cache and MNIST, and say what to do about each.

    Nothing that is missing or broken raises here: it becomes a line.

    Returns
    -------
    Installation
        Put it on the last line of a cell to read it.

    Examples
    --------
    >>> check_installation().ok
    True
    """
    checks = [_guarded("python", _python)]
    for name in OLDEST:
        checks.append(_guarded(name, partial(_package, name)))
    checks.append(_guarded("kernels", _kernels))
    checks.append(_guarded("cache", _cache))
    checks.append(_guarded("MNIST", _mnist))
    return Installation(tuple(checks))


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    """The line that `look` returns, or one that says why it could not look."""
    try:
        return look()
    except Exception as error:
        words = " ".join(str(error).split())[:200] or "no further words"
        return Check(name, "could not be checked", f"{type(error).__name__}: {words}")


def _python() -> Check:
    version = platform.python_version()
    if _numbers(version) < _numbers(OLDEST_PYTHON):
        advice = f"needs {OLDEST_PYTHON} or later; install it, then set up as README.md says"
        return Check("python", version, advice)
    return Check("python", version)


def _package(name: str) -> Check:
    """A package by the version that is installed for this kernel."""
    remedy = "set up as README.md says, then Kernel > Restart Kernel"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, "not installed", remedy)
    if _numbers(version) < _numbers(OLDEST[name]):
        return Check(name, version, f"needs {OLDEST[name]} or later; {remedy}")
    return Check(name, version)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: 2.1.0rc1 is (2, 1, 0)."""
    leading = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in leading.group().split(".")) if leading else ()


def _kernels() -> Check:
    """Train a 2-2-1 network for one update, whose result was worked by hand.

    x = (1, 2), z = (3, -1), a = (3, 0), answer 3, target 1: squared error 4, gradient 4. Then
    dL/dW2 = (12, 0), dL/db2 = 4, dL/dW1 = ((4, 0), (8, 0)), dL/db1 = (4, 0), rate 1/8.
    """
    rng = np.random.default_rng(0)
    first, second = Dense(2, 2, rng=rng), Dense(2, 1, rng=rng)
    first.weight.value[...] = [[1, -1], [1, 0]]
    second.weight.value[...] = [[1], [1]]
    first.bias.value[...] = second.bias.value[...] = 0
    network = Sequential(first, ReLU(), second)
    x, y = np.array([[1, 2]], dtype=np.float32), np.array([[1]], dtype=np.float32)
    optimizer = SGD(network.parameters(), learning_rate=0.125)
    (step,) = fit(network, MeanSquaredError(), optimizer, x, y, rng=rng)
    found = [step.loss, *(v for p in network.parameters() for v in p.value.ravel().tolist())]
    by_hand = [4.0, 0.5, -1.0, 0.0, 0.0, -0.5, 0.0, -0.5, 1.0, -0.5]
    if not np.allclose(found, by_hand, atol=1e-5):
        advice = "one update gives other numbers than by hand; delete the folder nnlib/kernels/"
        return Check("kernels", "wrong", advice + "__pycache__ and restart the kernel")
    return Check("kernels", "compile, and are right")


def _cache() -> Check:
    """Whether the machine code of the kernels outlives this session."""
    advice = "each start compiles anew, for some seconds; set NUMBA_CACHE_DIR to a folder of yours"
    stats = getattr(dense_forward, "stats", None)
    if stats is None:
        return Check("cache", "compiling is off", "unset NUMBA_DISABLE_JIT", needed=False)
    if not stats.cache_path:
        return Check("cache", "none", advice, needed=False)
    try:
        tempfile.TemporaryFile(dir=stats.cache_path).close()
    except OSError:
        return Check("cache", "cannot be written", advice, needed=False)
    return Check("cache", "can be written")


def _mnist() -> Check:
    if mnist_available():
        return Check("MNIST", "on this machine")
    advice = "the 8x8 digits take its place; load_mnist() gets it"
    return Check("MNIST", "not here", advice, needed=False)
