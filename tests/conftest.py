"""What holds for every file of tests."""

import gc
import sys
from collections.abc import Iterator

import pytest

# Python looks for garbage in all objects, again and again, and a tenth of the whole time went into
# that. While tests are collected there is little to find.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what stays to the end, such as thousands of collected tests, out of each search."""
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def nothing_left_in_training() -> Iterator[None]:
    """Let go of every lesson when a file of tests is done.

    A lesson that stands between two updates holds the limit on BLAS threads, and a widget that was
    shown is held by ipywidgets until it is closed.
    """
    yield
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].Widget.close_all()
    gc.collect()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print why a test was tried again."""
    for tried in terminalreporter.stats.get("rerun", []):
        why = getattr(tried.longrepr, "reprcrash", None) or tried.longrepr
        terminalreporter.line(f"tried again: {tried.nodeid}: {why}")
