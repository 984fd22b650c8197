"""What holds for every file of tests."""

import gc
import sys
from collections.abc import Iterator

import pytest


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
