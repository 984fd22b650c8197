"""One thread for the matrix products while a small network trains.

On the sizes that teaching needs, a second BLAS thread gains nothing, and two thread pools that
fight over the same cores make training tens of times slower.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import OpenBLASController, ThreadpoolController

from nnlib.checks import check_count

_lock = threading.Lock()
_users = 0
_limit: Any = None
_threads: int | None = 1


def set_blas_threads(threads: int | None) -> None:
    """Choose how many threads a matrix product may use while nnlib trains or evaluates.

    Parameters
    ----------
    threads : int or None
        1 at the start. None leaves the number to the BLAS library.

    Raises
    ------
    ValueError
        If `threads` is not None or a positive integer.

    Examples
    --------
    >>> set_blas_threads(2)  # for layers with thousands of units
    >>> set_blas_threads(1)
    """
    global _threads
    if threads is not None:
        check_count("set_blas_threads", "threads", threads)
        threads = int(threads)
    _threads = threads


@contextmanager
def limited_blas_threads() -> Iterator[None]:
    """Hold the number of BLAS threads while the block runs.

    The number is one for the whole process, so blocks that overlap share one limit: the first
    to enter sets it and the last to leave restores what was before.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _users, _limit
    with _lock:
        if _users == 0 and _threads is not None:
            with _control():
                _limit = _controller().limit(limits=_threads, user_api="blas")
        _users += 1


def _leave() -> None:
    global _users, _limit
    with _lock:
        _users -= 1
        if _users == 0 and _limit is not None:
            with _control():
                _limit.restore_original_limits()
            _limit = None


@contextmanager
def _control() -> Iterator[None]:
    """Let this thread change the number of OpenBLAS, and any other thread afterwards.

    From version 3.8 threadpoolctl heeds only the first thread that sets it, as long as that lives
    and has not given it up. Training may begin in one thread and end in another.
    """
    give_up = getattr(OpenBLASController, "clear_controlling_thread", lambda force: None)
    give_up(force=True)
    try:
        yield
    finally:
        give_up(force=True)


_found: ThreadpoolController | None = None


def _controller() -> ThreadpoolController:
    """The BLAS libraries of this process; looking for them takes milliseconds, so once only."""
    global _found
    if _found is None:
        import scipy.linalg.cython_blas  # noqa: F401  (the BLAS that Numba calls must be loaded)

        _found = ThreadpoolController().select(user_api="blas")
    return _found
