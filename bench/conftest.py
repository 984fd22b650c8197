"""The table that stands at the end of a run."""

import pytest

ROWS = pytest.StashKey[list[str]]()


def pytest_configure(config):
    config.stash[ROWS] = []


@pytest.fixture
def table(request):
    """Lines for the end of the run."""
    return request.config.stash[ROWS]


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[ROWS]:
        terminalreporter.section("one thread each")
        for line in config.stash[ROWS]:
            terminalreporter.write_line(line)
