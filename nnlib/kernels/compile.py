"""How every kernel is compiled: one decorator, and a cache folder that can always be written."""

import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS: dict[str, Any] = {
    # A background thread may run Python while a kernel works.
    "nogil": True,
    # Division by zero gives inf, as in NumPy; Python's check would stop vectorisation.
    "error_model": "numpy",
    # Let sums be reordered for speed. "nnan" and "ninf" are left out on purpose:
    # with them the compiler may delete every test for NaN and infinity.
    "fastmath": {"contract", "nsz", "arcp", "reassoc"},
}


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first use, and keep the machine code for the next start.

    A kernel takes arrays and numbers, fills the arrays it is given for its results, and does
    nothing else: it checks no shapes and allocates no results. The layers, losses and optimizers
    that call it check what comes in.

    Parameters
    ----------
    function : callable
        A function in the part of Python that Numba compiles.

    Returns
    -------
    callable
        The compiled function, with the same signature.

    References
    ----------
    Numba documentation, "Caching" (`cache=True`) and "fastmath".

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.kernels.optimizers import sgd_step
    >>> value = np.array([1.0, 2.0])
    >>> sgd_step(value, np.array([1.0, 1.0]), 0.5)
    >>> value
    array([0.5, 1.5])
    """
    if _cache_is_off:
        return _compile(function, cache=False)
    try:
        return _compile(function, cache=True)
    except RuntimeError:  # Numba found no folder that it may write to
        return _compile(function, cache=_use_temporary_cache())


def chain(function: Callable[P, R]) -> Callable[P, R]:
    """Compile as `kernel` does, a function that calls kernels of other files.

    Numba looks for edits in a function's own file only: machine code that holds an old version of
    another file's kernel would be taken from the cache. So this one is compiled anew after an edit
    of any kernel.

    Parameters
    ----------
    function : callable

    Returns
    -------
    callable

    Examples
    --------
    >>> from nnlib.kernels.fused import LINEAR, SQUARED_ERROR, STAY, updates_kernel
    >>> updates_kernel(LINEAR, SQUARED_ERROR, STAY).__name__  # made by chain
    'updates'
    """
    compiled = kernel(function)
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        file._source_stamp = (file._source_stamp, _hash_of_kernels())
    return compiled


def is_ready(function: Any, *arguments: object) -> bool:
    """Whether a call would compile nothing: its machine code is in memory or on disk.

    Parameters
    ----------
    function : callable
        Made by `kernel` or `chain`.
    *arguments
        Those of the call; only their types count.

    Returns
    -------
    bool

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.kernels.optimizers import sgd_step
    >>> value, grad = np.ones(2), np.ones(2)
    >>> sgd_step(value, grad, 0.5)
    >>> is_ready(sgd_step, value, grad, 0.1), is_ready(sgd_step, "not", "a", "number")
    (True, False)
    """
    if not isinstance(function, numba.core.dispatcher.Dispatcher):
        return True  # not compiled at all: NUMBA_DISABLE_JIT
    types = tuple(numba.typeof(argument) for argument in arguments)  # type: ignore[no-untyped-call]
    if types in function.overloads:
        return True
    on_disk: Any = function
    return on_disk._cache.load_overload(types, function.targetctx) is not None


@cache
def _hash_of_kernels() -> str:
    """One hash over all files beside this one."""
    texts = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _compile(function: Callable[P, R], *, cache: bool) -> Callable[P, R]:
    compiled: Callable[P, R] = numba.njit(cache=cache, **OPTIONS)(function)
    return compiled


def _use_temporary_cache() -> bool:
    """Point Numba's cache at a folder of this user's under the temporary folder; say so once."""
    user = getattr(os, "getuid", lambda: 0)()
    try:
        folder = Path(tempfile.gettempdir()) / f"nnlib-kernels-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        # The cache holds machine code: never take it from a folder that somebody else owns.
        if hasattr(os, "getuid") and folder.stat().st_uid != user:
            raise PermissionError(f"{folder} belongs to another user")
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        global _cache_is_off
        _cache_is_off = True
        _warn("no folder can be written, so kernels are compiled anew at each start")
        return False
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    _warn(f"compiled kernels are kept in {folder}, as the usual folders cannot be written")
    return True


def _warn(line: str) -> None:
    """One line about the cache. Every later kernel finds a folder, or looks for none."""
    warnings.warn(f"nnlib: {line}; set NUMBA_CACHE_DIR to choose one.", stacklevel=5)


_cache_is_off = False
