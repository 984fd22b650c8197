"""MNIST: looked for on this machine, then downloaded; used only if its checksum is right."""

import errno
import gzip
import hashlib
import logging
import math
import os
import tempfile
import textwrap
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from nnlib.datasets.progress import OneOfSeveral, ProgressBar, told
from nnlib.datasets.split import Split

_SHA256 = {  # as published; the sums are of the compressed files
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",  # noqa: E501
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",  # noqa: E501
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
_SIZES = {  # bytes of the compressed files
    "train-images-idx3-ubyte.gz": 9_912_422,
    "train-labels-idx1-ubyte.gz": 28_881,
    "t10k-images-idx3-ubyte.gz": 1_648_877,
    "t10k-labels-idx1-ubyte.gz": 4_542,
}
_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",  # plain http is safe here: the sums are checked
)
_TIMEOUT = (3.0, 10.0)  # seconds: to connect to one address of a mirror, between two bytes
_PATIENCE = 10.0  # seconds lost on failed downloads after which no further mirror is tried
_DISK_ERRORS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC}

Folder = str | os.PathLike[str]
Bytes = npt.NDArray[np.uint8]


def load_mnist(
    *, folder: Folder | None = None, download: bool = True, progress: ProgressBar | None = None
) -> Split:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits, 28x28 pixels.

    Each of the four files is looked for in `folder`, in the folder named by the environment
    variable `NNLIB_DATA_DIR`, and in the cache of this user; what is found nowhere is downloaded
    (11.6 MB in all) into the first of these folders that can be written. The SHA-256 of every file
    is checked at every call.

    Parameters
    ----------
    folder : path, optional
        A folder with the four files as published (`train-images-idx3-ubyte.gz` and so on).
    download : bool
        Whether to download what is missing.
    progress : ProgressBar, optional
        Is told how the download goes, such as `nnlib.live.progress(None, "MNIST", unit="bytes")`;
        what its `update` raises ends the download.

    Returns
    -------
    Split
        `x_train` float32 of shape (60000, 784) and `x_test` of shape (10000, 784): pixels row by
        row, 0 = background, 1 = ink. `y_train` and `y_test`: int64 labels 0 to 9.

    Raises
    ------
    ValueError
        If a file has a wrong checksum or is damaged; the message names it.
    FileNotFoundError
        If files are missing and `download` is false.
    ConnectionError
        If files are missing and no mirror delivered them.
    OSError
        If a download cannot be saved (PermissionError if no folder can be written).

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 2278-2324. Data: Y. LeCun, C. Cortes and
    C. J. C. Burges, CC BY-SA 3.0.

    Examples
    --------
    >>> split = load_mnist()  # doctest: +SKIP
    >>> split.x_train.shape, split.y_train[:5]  # doctest: +SKIP
    ((60000, 784), array([5, 0, 4, 1, 9]))
    """
    found = _find(folder)
    missing = [name for name in _SHA256 if name not in found]
    if missing and not download:
        raise FileNotFoundError(
            f"load_mnist expects {', '.join(missing)} in one of the folders "
            f"{', '.join(str(place) for place in _places(folder))}, got no such file; "
            "call load_mnist() with download=True, or name the folder in NNLIB_DATA_DIR"
        )
    if missing:
        target = _writable_folder(folder)
        with told(progress):
            _download(missing, target, progress)
        found |= {name: target / name for name in missing}
    x_train, y_train = _load_pair(found, "train")
    x_test, y_test = _load_pair(found, "t10k")
    return Split(x_train, y_train, x_test, y_test)


def mnist_available(folder: Folder | None = None) -> bool:
    """Tell whether the four MNIST files are on this machine, without reading or downloading any.

    Parameters
    ----------
    folder : path, optional
        A folder to look in first, as in `load_mnist`.

    Returns
    -------
    bool
        True if `load_mnist(folder=folder)` needs no network. A damaged file is found only when it
        is read.

    Examples
    --------
    >>> mnist_available() in (True, False)
    True
    """
    return len(_find(folder)) == len(_SHA256)


def _places(folder: Folder | None) -> Iterator[Path]:
    """Name the folders to look in, in order; pooch is imported only if its cache is reached."""
    for place in (folder, os.environ.get("NNLIB_DATA_DIR")):
        if place:
            yield Path(place).expanduser()
    import pooch

    yield Path(pooch.os_cache("nnlib"))


def _find(folder: Folder | None) -> dict[str, Path]:
    """Find the MNIST files that are on this machine, each in the first place that has it."""
    found: dict[str, Path] = {}
    for place in _places(folder):
        for name in _SHA256:
            if name not in found and os.path.isfile(place / name):
                found[name] = place / name
        if len(found) == len(_SHA256):
            break
    return found


def _writable_folder(folder: Folder | None) -> Path:
    """Choose the first place in which a file can be made, making the folder if need be."""
    refused = []
    for place in _places(folder):
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                return place
        except OSError as error:
            refused.append(f"{place} ({error.strerror})")
    raise PermissionError(
        f"MNIST expects a folder that can be written, got {', '.join(refused)}; "
        "set NNLIB_DATA_DIR to a folder of yours"
    )


def _download(names: list[str], target: Path, bar: ProgressBar | None) -> None:
    """Fetch the files into `target` from the first mirror that serves them whole."""
    import pooch

    if bar is not None:
        bar.total = sum(_SIZES[name] for name in names)

    reasons = []
    lost = 0.0
    for mirror in _MIRRORS:
        name, started = "", 0.0
        try:
            with _quiet(pooch.get_logger()):
                for name in names:  # a file that an earlier mirror delivered is not fetched again
                    started = time.monotonic()
                    before = sum(_SIZES[earlier] for earlier in names[: names.index(name)])
                    part = OneOfSeveral(bar, before) if bar is not None else None
                    if part is not None:
                        part.reset()  # what a mirror before this one began is fetched anew
                    fetch = pooch.HTTPDownloader(progressbar=part or False, timeout=_TIMEOUT)
                    url, known = mirror + name, f"sha256:{_SHA256[name]}"
                    pooch.retrieve(url, known, fname=name, path=target, downloader=fetch)
            return
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
                raise OSError(
                    f"{target / name} could not be saved: {error.strerror}; free some space or "
                    "set NNLIB_DATA_DIR to another folder"
                ) from error
            reasons.append(f"{urlsplit(mirror).hostname}: {_reason(error, name)}")
            lost += time.monotonic() - started
        if lost > _PATIENCE:
            break
    raise ConnectionError(
        f"MNIST is not on this machine and could not be downloaded: {'; '.join(reasons)}; "
        "connect to the network, or put the four files in a folder and name it in "
        "NNLIB_DATA_DIR, or use load_digits(), which needs no network"
    )


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep a logger to warnings for a while."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _reason(error: BaseException, name: str) -> str:
    """Say in a few words why a download failed: the innermost of the errors that were wrapped."""
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return f"served {name} with a wrong checksum"
    words = None
    inner: BaseException | None = error
    while inner is not None and not words:  # "Name or service not known" is deep inside
        error, words = inner, getattr(inner, "strerror", None)
        inner = error.__cause__ or error.__context__
    return textwrap.shorten(words or str(error) or type(error).__name__, 100)


def _load_pair(
    found: dict[str, Path], part: str
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Load the images and labels of one part and check them against each other."""
    images_path = found[f"{part}-images-idx3-ubyte.gz"]
    labels_path = found[f"{part}-labels-idx1-ubyte.gz"]
    labels = _parse_idx(_checked_bytes(labels_path), labels_path, 1)
    images = _parse_idx(_checked_bytes(images_path), images_path, 3)
    if images.shape != (len(labels), 28, 28):
        raise ValueError(
            f"{images_path} expects {len(labels)} images of 28x28, as many as {labels_path.name} "
            f"has labels, got shape {images.shape}; delete both files and call load_mnist() again"
        )
    pixels = images.reshape(len(images), 784)  # (n, 28, 28) -> (n, 784)
    return np.divide(pixels, 255, dtype=np.float32), labels.astype(np.int64)


def _checked_bytes(path: Path) -> bytes:
    """Read a file, and refuse it if its SHA-256 is not the published one."""
    packed = path.read_bytes()
    expected, got = _SHA256[path.name], hashlib.sha256(packed).hexdigest()
    if got != expected:
        raise ValueError(
            f"{path} expects SHA-256 {expected}, got {got} ({len(packed):,} bytes); "
            "delete this file and call load_mnist() again"
        )
    return packed


def _parse_idx(packed: bytes, path: Path, dimensions: int) -> Bytes:
    """Unpack an idx file of unsigned bytes: magic number, sizes (big-endian uint32), then data."""
    remedy = "delete this file and call load_mnist() again"
    try:
        data = gzip.decompress(packed)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} expects a whole gzip file, got: {error}; {remedy}") from error
    header = 4 + 4 * dimensions
    magic = 0x0800 + dimensions  # 0x08 means unsigned bytes
    if len(data) < header or int.from_bytes(data[:4], "big") != magic:
        raise ValueError(
            f"{path} expects an idx header that begins with {magic:08x}, "
            f"got {data[:4].hex() or 'an empty file'} and {len(data)} bytes; {remedy}"
        )
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", dimensions, offset=4))
    if len(data) - header != math.prod(shape):
        raise ValueError(
            f"{path} expects {math.prod(shape)} bytes of data for shape {shape}, "
            f"got {len(data) - header}; {remedy}"
        )
    return np.frombuffer(data, np.uint8)[header:].reshape(shape)
