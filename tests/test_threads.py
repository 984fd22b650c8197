"""The limit on BLAS threads: set by the first block, given back by the last."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnlib import set_blas_threads
from nnlib.threads import limited_blas_threads


def blas_threads():
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def three_threads():
    with limited_blas_threads():  # loads the BLAS libraries
        pass
    with threadpool_limits(3, user_api="blas"):
        assert blas_threads() == {3}
        yield
    set_blas_threads(1)


def test_one_thread_at_first():
    with limited_blas_threads():
        assert blas_threads() == {1}
    assert blas_threads() == {3}


def test_every_blas_of_the_process_is_limited():
    # NumPy and SciPy each bring one, and Numba calls SciPy's.
    paths = [info["filepath"] for info in threadpool_info() if info["user_api"] == "blas"]
    assert any("scipy" in path for path in paths) or len(paths) == 1


@pytest.mark.parametrize("threads", [2, np.int64(2)])
def test_the_number_can_be_chosen(threads):
    set_blas_threads(threads)
    with limited_blas_threads():
        assert blas_threads() == {2}
    assert blas_threads() == {3}


def test_none_leaves_the_number():
    set_blas_threads(None)
    with limited_blas_threads():
        assert blas_threads() == {3}
    assert blas_threads() == {3}


def test_a_number_chosen_inside_a_block_counts_from_the_next():
    with limited_blas_threads():
        set_blas_threads(None)
        assert blas_threads() == {1}
    assert blas_threads() == {3}
    with limited_blas_threads():
        set_blas_threads(2)
        assert blas_threads() == {3}
    assert blas_threads() == {3}
    with limited_blas_threads():
        assert blas_threads() == {2}


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", True])
def test_other_numbers_are_refused(threads):
    set_blas_threads(2)
    with pytest.raises(ValueError, match="set_blas_threads expects threads to be an integer, 1 or"):
        set_blas_threads(threads)
    with limited_blas_threads():
        assert blas_threads() == {2}  # the old choice stands


def test_blocks_nest_and_overlap():
    first, second = limited_blas_threads(), limited_blas_threads()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert blas_threads() == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == {3}


def test_an_error_inside_gives_the_threads_back():
    with pytest.raises(ZeroDivisionError), limited_blas_threads():
        raise ZeroDivisionError
    assert blas_threads() == {3}


def test_blocks_in_many_threads():
    wrong = []

    def work():
        for _ in range(50):
            with limited_blas_threads():
                if blas_threads() != {1}:
                    wrong.append(blas_threads())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []
    assert blas_threads() == {3}


def test_a_thread_may_limit_after_another_has():
    # As when a live view trains in the background after a cell has trained in the foreground.
    seen = []

    def work():
        with limited_blas_threads():
            seen.append(blas_threads())
        seen.append(blas_threads())

    with limited_blas_threads():
        pass
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert seen == [{1}, {3}]


def test_a_block_may_end_in_another_thread():
    block = limited_blas_threads()
    block.__enter__()
    worker = threading.Thread(target=block.__exit__, args=(None, None, None))
    worker.start()
    worker.join()
    assert blas_threads() == {3}
