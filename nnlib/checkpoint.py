"""Keep what a network has learnt in a file, and bring it back."""

import os
import secrets
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Layer

#: Room for the header of one array in the archive, in bytes.
_HEADER = 1024


def save(network: Layer, path: str | os.PathLike[str]) -> None:
    """Write every parameter and buffer to a NumPy archive (.npz), whole or not at all.

    Buffers are what layers keep besides parameters, such as the running means of `BatchNorm`.

    Parameters
    ----------
    network : Layer
    path : path
        The file; one that exists is replaced.

    Raises
    ------
    OSError
        If the file cannot be written; what was there before stays.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from nnlib import Dense
    >>> layer = Dense(2, 1, rng=np.random.default_rng(0))
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "layer.npz"
    >>> save(layer, path)
    >>> copy = Dense(2, 1, rng=np.random.default_rng(1))
    >>> load(path, copy)
    >>> bool((copy.weight.value == layer.weight.value).all())
    True
    """
    target = Path(path)
    arrays = _parameters(network) | _buffers(network)
    # Written beside the target and moved over it, so that no half-written file is ever left.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str], network: Layer) -> None:
    """Read what `save` wrote into a network of the same shape.

    Nothing is changed unless the whole file fits. No pickled object is ever read. A file that
    holds the parameters alone fits too; the buffers keep what they hold then.

    Parameters
    ----------
    path : path
    network : Layer
        Its parameters and buffers are overwritten.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, or holds other shapes or dtypes than the network.
    """
    path = Path(path)
    wanted = _parameters(network) | _buffers(network)
    arrays = _read(path, allowed=sum(value.nbytes + _HEADER for value in wanted.values()))
    if len(arrays) == len(_parameters(network)):
        wanted = _parameters(network)
    if len(arrays) != len(wanted):
        raise ValueError(
            f"{path.name} holds {len(arrays)} arrays, and this network has {_count(network)}; "
            "load it into the network it was saved from"
        )
    for name, value in wanted.items():
        _check(path, name, arrays.get(name), value)
    for name, value in wanted.items():
        value[...] = arrays[name]


def _parameters(network: Layer) -> dict[str, Array]:
    """The parameters, by their names in the archive."""
    return {f"parameter_{i}": p.value for i, p in enumerate(network.parameters())}


def _buffers(network: Layer) -> dict[str, Array]:
    """The buffers, by their names in the archive."""
    return {f"buffer_{i}": buffer for i, buffer in enumerate(network.buffers())}


def _count(network: Layer) -> str:
    """How many parameters and buffers there are, in words."""
    parameters, buffers = len(network.parameters()), len(network.buffers())
    return f"{parameters} parameters" + (f" and {buffers} buffers" if buffers else "")


def _read(path: Path, allowed: int) -> dict[str, Any]:
    """All arrays of the archive, if it is whole and not larger than the network needs."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size <= allowed:
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except Exception as error:  # there are many ways to break an archive, each with its own error
        raise ValueError(
            f"{path.name} is not a whole checkpoint ({error}); the network is unchanged; "
            "save it again, or choose another file"
        ) from error
    raise ValueError(
        f"{path.name} unpacks to {size:,} bytes, and this network needs at most {allowed:,}; "
        "load it into the network it was saved from"
    )


def _check(path: Path, name: str, array: Any, value: Array) -> None:
    """Refuse an array that does not fit its parameter or buffer."""
    name = name.replace("_", " ")
    is_array = isinstance(array, np.ndarray)
    if not is_array or array.shape != value.shape or array.dtype != value.dtype:
        got = f"{array.shape} of {array.dtype}" if is_array else "no array"
        raise ValueError(
            f"{path.name} holds {got} for {name}, where this network has "
            f"{value.shape} of {value.dtype}; load it into the network it was saved from"
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"{path.name} holds numbers that are not finite in {name}; "
            "choose a checkpoint from before the training diverged"
        )
