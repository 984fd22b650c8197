"""The data sets: what they promise, what they refuse, and what they do without a network."""

import errno
import gzip
import hashlib
import inspect
import math
import os
import re
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest

from nnlib import datasets
from nnlib.datasets import mnist as mnist_module

CLASSIFICATION = [datasets.xor, datasets.gauss, datasets.circle, datasets.spiral, datasets.moons]
REGRESSION = [datasets.regression_plane, datasets.regression_hills]
TOYS = CLASSIFICATION + REGRESSION

REAL_FOLDER = os.environ.get("NNLIB_DATA_DIR")  # read before any test changes it
HAS_REAL = bool(REAL_FOLDER) and datasets.mnist_available()


def rng(seed=0):
    return np.random.default_rng(seed)


def name_of(function):
    return function.__name__


# ---------------------------------------------------------------- toy sets


@pytest.mark.parametrize("toy", CLASSIFICATION, ids=name_of)
@pytest.mark.parametrize("n", [2, 3, 4, 7, 200, 501])
def test_classification_shapes_dtypes_and_balance(toy, n):
    x, labels = toy(n, noise=0.1, rng=rng())
    assert x.shape == (n, 2)
    assert x.dtype == np.float32
    assert labels.shape == (n,)
    assert labels.dtype == np.int64
    assert np.bincount(labels, minlength=2).tolist() == [n - n // 2, n // 2]
    assert np.isfinite(x).all()


@pytest.mark.parametrize("toy", REGRESSION, ids=name_of)
@pytest.mark.parametrize("n", [2, 3, 200])
def test_regression_shapes_and_dtypes(toy, n):
    x, targets = toy(n, noise=0.1, rng=rng())
    assert x.shape == (n, 2)
    assert targets.shape == (n, 1)
    assert x.dtype == targets.dtype == np.float32


@pytest.mark.parametrize("toy", TOYS, ids=name_of)
def test_domain_without_noise(toy):
    x, y = toy(4000, noise=0.0, rng=rng())
    assert np.quantile(np.abs(x), 0.99) <= 1.0
    if toy is not datasets.gauss:  # its clouds have no edge
        assert np.abs(x).max() <= 1.0
    assert np.abs(x).max() > 0.9
    assert np.abs(y).max() <= 1.0
    assert np.allclose(x.mean(axis=0), 0.0, atol=0.05)


@pytest.mark.parametrize("toy", TOYS, ids=name_of)
def test_the_seed_decides(toy):
    first, again, other = (toy(100, noise=0.2, rng=rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("toy", CLASSIFICATION, ids=name_of)
def test_more_noise_moves_the_same_points_further(toy):
    clean, labels = toy(2000, noise=0.0, rng=rng())
    shifts = {}
    for noise in (0.001, 0.1, 0.3):
        x, moved_labels = toy(2000, noise=noise, rng=rng())
        assert np.array_equal(moved_labels, labels)
        shifts[noise] = x - clean
        assert shifts[noise].std() == pytest.approx(noise, rel=0.05)
    assert np.allclose(shifts[0.3], 3 * shifts[0.1], atol=1e-5)
    assert np.abs(shifts[0.001]).max() < 0.01


@pytest.mark.parametrize("toy", REGRESSION, ids=name_of)
def test_noise_in_regression_moves_targets_and_leaves_inputs(toy):
    x, clean = toy(2000, noise=0.0, rng=rng())
    for noise in (0.001, 0.01, 0.1):
        moved_x, targets = toy(2000, noise=noise, rng=rng())
        assert np.array_equal(moved_x, x)
        change = np.abs(targets - clean)
        assert 0 < change.max() < 3 * 5 * noise  # the steepest slope is 3, the largest draw below 5


@pytest.mark.parametrize("toy", CLASSIFICATION, ids=name_of)
def test_classes_come_in_mixed_order(toy):
    _, labels = toy(400, noise=0.0, rng=rng())
    assert 50 < labels[:200].sum() < 150


def test_xor_is_the_truth_table_by_default():
    x, labels = datasets.xor()
    assert x.dtype == np.float32
    assert labels.dtype == np.int64
    for (first, second), label in zip(x.astype(bool), labels, strict=True):
        assert (first ^ second) == bool(label)
    x[0] = 7  # a caller may write to its copy
    assert datasets.xor()[0][0].tolist() == [0, 0]


def test_xor_with_n_fills_four_quadrants_evenly():
    x, labels = datasets.xor(400, noise=0.0, rng=rng())
    assert np.array_equal(labels, (np.sign(x[:, 0]) != np.sign(x[:, 1])).astype(int))
    assert np.abs(x).min() >= 0.05
    quadrant = 2 * (x[:, 0] > 0) + (x[:, 1] > 0)
    assert np.bincount(quadrant).tolist() == [100] * 4


def best_line_accuracy(x, labels):
    """The share of points on the right side of the least-squares line."""
    rows = np.column_stack([x, np.ones(len(x))])
    weight, *_ = np.linalg.lstsq(rows, 2.0 * labels - 1.0, rcond=None)
    return np.mean((rows @ weight > 0) == (labels == 1))


@pytest.mark.parametrize(
    ("toy", "low", "high"),
    [
        (datasets.gauss, 1.0, 1.0),
        (datasets.moons, 0.8, 0.95),
        (datasets.spiral, 0.4, 0.75),
        (datasets.circle, 0.4, 0.75),
        (datasets.xor, 0.4, 0.75),
    ],
    ids=["gauss", "moons", "spiral", "circle", "xor"],
)
def test_a_straight_line_separates_gauss_only(toy, low, high):
    assert low <= best_line_accuracy(*toy(1000, noise=0.0, rng=rng())) <= high


def test_circle_is_a_disc_in_a_ring():
    x, labels = datasets.circle(1000, noise=0.0, rng=rng())
    radius = np.hypot(*x.T)
    assert radius[labels == 1].max() <= 0.5
    assert radius[labels == 0].min() >= 0.7 - 1e-6


def test_spiral_arms_turn_1_75_times_and_stay_apart():
    x, labels = datasets.spiral(2000, noise=0.0, rng=rng())
    radius = np.hypot(*x.T)
    for label in (0, 1):
        arm = x[labels == label][np.argsort(radius[labels == label])]
        turned = np.unwrap(np.arctan2(arm[:, 0], arm[:, 1]))
        assert (turned[-1] - turned[0]) / (2 * np.pi) == pytest.approx(1.75, abs=0.01)
    assert np.allclose(np.sort(radius[labels == 0]), np.sort(radius[labels == 1]), atol=1e-6)
    outer = radius > 0.4
    gaps = x[outer & (labels == 0)][:, None] - x[outer & (labels == 1)]
    assert 0.25 < np.linalg.norm(gaps, axis=2).min() < 0.29


def test_moons_are_half_circles():
    x, labels = datasets.moons(500, noise=0.0, rng=rng())
    for label, center, side in ((0, (-1 / 3, -1 / 6), 1), (1, (1 / 3, 1 / 6), -1)):
        from_center = x[labels == label] - center
        assert np.allclose(np.hypot(*from_center.T), 2 / 3, atol=1e-6)
        assert (side * from_center[:, 1] > 0).all()


def test_regression_targets_follow_their_formulas():
    x, targets = datasets.regression_plane(500, noise=0.0, rng=rng())
    assert np.allclose(targets[:, 0], (x[:, 0] + x[:, 1]) / 2, atol=1e-6)
    x, targets = datasets.regression_hills(500, noise=0.0, rng=rng())
    cones = {(-2, 1): 1, (0, 1): -1, (2, 1): 1, (-2, -1): -1, (0, -1): 1, (2, -1): -1}
    for point, target in zip(x.astype(float), targets[:, 0], strict=True):
        expected = 0.0
        for (column, row), sign in cones.items():
            distance = np.hypot(point[0] - column / 3, point[1] - row * 5 / 12)
            expected += sign * max(0.0, 1 - 3 * distance)
        assert target == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("toy", TOYS, ids=name_of)
@pytest.mark.parametrize(
    ("n", "noise", "error", "message"),
    [
        (1, 0.0, ValueError, "{} expects n >= 2, got 1; pass an int such as 200"),
        (-5, 0.0, ValueError, "{} expects n >= 2, got -5; pass an int such as 200"),
        (9.0, 0.0, TypeError, "{} expects n, a whole number of points, got 9.0; pass an int"),
        (True, 0.0, TypeError, "{} expects n, a whole number of points, got True; pass an int"),
        (9, -0.5, ValueError, "{} expects noise >= 0, got -0.5; use 0 for points without noise"),
        (9, np.nan, ValueError, "{} expects noise to be finite, got nan; use 0 for points"),
        (9, np.inf, ValueError, "{} expects noise to be finite, got inf; use 0 for points"),
        (9, None, TypeError, "{} expects noise to be a number, got None; use 0.0 for points"),
        (9, "0.1", TypeError, "{} expects noise to be a number, got '0.1'; use 0.0 for points"),
    ],
)
def test_toys_refuse_at_the_door(toy, n, noise, error, message):
    with pytest.raises(error, match=re.escape(message.format(toy.__name__))):
        toy(n, noise=noise, rng=rng())


@pytest.mark.parametrize("toy", TOYS, ids=name_of)
def test_toys_need_a_generator(toy):
    with pytest.raises(TypeError, match="rng"):
        toy(9, noise=0.0)
    message = f"{toy.__name__} expects rng to be a np.random.Generator, got 0; pass rng=np.random"
    with pytest.raises(TypeError, match=re.escape(message)):
        toy(9, noise=0.0, rng=0)


@pytest.mark.parametrize("toy", TOYS, ids=name_of)
def test_toys_take_numpy_numbers(toy):
    x, _ = toy(np.int32(10), noise=np.float32(0.5), rng=rng())
    assert x.dtype == np.float32
    assert np.array_equal(x, toy(10, noise=0.5, rng=rng())[0])


def test_xor_without_n_has_no_noise():
    message = "xor expects n together with noise, got n=None and noise=0.3; pass n=200 and an rng"
    with pytest.raises(ValueError, match=re.escape(message)):
        datasets.xor(noise=0.3, rng=rng())


# ---------------------------------------------------------------- split and the 8x8 digits


def test_split_keeps_rows_together_and_loses_none():
    x = np.arange(20, dtype=np.float32).reshape(10, 2)
    y = np.arange(10)
    split = datasets.train_test_split(x, y, test_fraction=0.3, rng=rng())
    assert (len(split.x_train), len(split.x_test)) == (7, 3)
    assert sorted([*split.y_train, *split.y_test]) == list(range(10))
    assert np.array_equal(split.x_train, x[split.y_train])
    assert np.array_equal(split.x_test, x[split.y_test])
    assert split.x_train.dtype == np.float32
    split.x_train[:] = -1
    assert x.min() == 0  # the split holds copies


def test_split_is_frozen():
    split = datasets.train_test_split(np.ones((4, 1)), np.ones(4), test_fraction=0.5, rng=rng())
    with pytest.raises(AttributeError):
        split.x_train = np.zeros(1)


@pytest.mark.parametrize("test_fraction", [0, 1, -0.1, 1.5, np.nan, None, "0.2"])
def test_split_refuses_fractions(test_fraction):
    message = f"expects test_fraction between 0 and 1, got {test_fraction!r}; use 0.2"
    with pytest.raises(ValueError, match="train_test_split " + re.escape(message)):
        datasets.train_test_split(
            np.ones((4, 1)), np.ones(4), test_fraction=test_fraction, rng=rng()
        )
    with pytest.raises(ValueError, match="load_digits " + re.escape(message)):
        datasets.load_digits(test_fraction=test_fraction, rng=rng())


def test_split_refuses_unequal_lengths_empty_parts_and_no_rng():
    message = r"got shapes \(4, 1\) and \(3,\); pass one label or target for each input"
    with pytest.raises(ValueError, match=message):
        datasets.train_test_split(np.ones((4, 1)), np.ones(3), test_fraction=0.5, rng=rng())
    message = "expects examples in both parts, got 4 for training and 0 for testing; pass more"
    with pytest.raises(ValueError, match=message):
        datasets.train_test_split(np.ones((4, 1)), np.ones(4), test_fraction=0.01, rng=rng())
    with pytest.raises(ValueError, match="got 0 for training and 0 for testing"):
        datasets.train_test_split(np.ones((0, 1)), np.ones(0), test_fraction=0.5, rng=rng())
    with pytest.raises(TypeError, match="rng"):
        datasets.train_test_split(np.ones((4, 1)), np.ones(4), test_fraction=0.5)


def test_digits():
    split = datasets.load_digits(rng=rng())
    assert split.x_train.shape == (1438, 64)
    assert split.x_test.shape == (359, 64)
    for x, y in ((split.x_train, split.y_train), (split.x_test, split.y_test)):
        assert x.dtype == np.float32
        assert y.dtype == np.int64
        assert (x.min(), x.max()) == (0.0, 1.0)
        assert np.unique(y).tolist() == list(range(10))
    assert np.array_equal(split.x_test, datasets.load_digits(rng=rng()).x_test)
    assert not np.array_equal(split.x_test, datasets.load_digits(rng=rng(1)).x_test)
    assert len(datasets.load_digits(test_fraction=0.5, rng=rng()).x_test) == 898


@pytest.mark.parametrize("load", [datasets.load_digits, datasets.best_digits], ids=name_of)
def test_digits_need_a_generator(load):
    with pytest.raises(TypeError, match="rng"):
        load()
    with pytest.raises(TypeError, match=f"{load.__name__} expects rng to be a np.random.Generator"):
        load(rng=np.random)


# ---------------------------------------------------------------- MNIST from small made-up files


def idx(array):
    """Write an array of bytes in the idx format, the slow way."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def pack(data):
    return gzip.compress(data, mtime=0)


ARRAYS = {
    "train-images-idx3-ubyte.gz": rng(1).integers(0, 256, (6, 28, 28)),
    "train-labels-idx1-ubyte.gz": rng(2).integers(0, 10, 6),
    "t10k-images-idx3-ubyte.gz": rng(3).integers(0, 256, (3, 28, 28)),
    "t10k-labels-idx1-ubyte.gz": rng(4).integers(0, 10, 3),
}
FILES = {name: pack(idx(array)) for name, array in ARRAYS.items()}
NAMES = list(FILES)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without MNIST or network, on which the files of FILES are the published ones."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    monkeypatch.setattr(mnist_module, "_SHA256", sums)
    monkeypatch.setattr(mnist_module, "_MIRRORS", ("http://127.0.0.1:9/",))
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.delenv("NNLIB_DATA_DIR", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path


def put(folder, files=FILES):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def publish(monkeypatch, name, data):
    """Declare these bytes to be the published ones, so that only the parser can refuse them."""
    monkeypatch.setitem(mnist_module._SHA256, name, hashlib.sha256(data).hexdigest())


def test_the_published_sums_are_the_ones_in_the_code():
    assert list(mnist_module._SHA256) == NAMES
    assert [value[:12] for value in mnist_module._SHA256.values()] == [
        "440fcabf73cc",
        "3552534a0a55",
        "8d422c7b0a1c",
        "f7ae60f92e00",
    ]
    assert all(len(value) == 64 for value in mnist_module._SHA256.values())


def test_load_from_a_folder(machine):
    split = datasets.load_mnist(folder=put(machine / "mine"), download=False)
    parts = zip((split.x_train, split.y_train, split.x_test, split.y_test), NAMES, strict=True)
    for got, name in parts:
        expected = ARRAYS[name]
        if "images" in name:
            assert got.dtype == np.float32
            assert np.array_equal(got, (expected.reshape(-1, 784) / 255).astype(np.float32))
        else:
            assert got.dtype == np.int64
            assert np.array_equal(got, expected)
        assert got.flags.writeable
        assert got.flags.c_contiguous
    assert datasets.load_mnist(folder=str(machine / "mine")).x_train.shape == (6, 784)


def test_folder_goes_before_environment_before_cache(machine, monkeypatch):
    environment, cache = put(machine / "environment"), put(machine / "cache" / "nnlib")
    folder = put(machine / "folder")
    monkeypatch.setenv("NNLIB_DATA_DIR", str(environment))
    found = mnist_module._find(folder)
    assert {path.parent for path in found.values()} == {folder}
    (folder / NAMES[0]).unlink()
    found = mnist_module._find(folder)
    assert found[NAMES[0]].parent == environment
    assert found[NAMES[1]].parent == folder
    assert {path.parent for path in mnist_module._find(None).values()} == {environment}
    monkeypatch.setenv("NNLIB_DATA_DIR", "")  # as good as not set
    assert {path.parent for path in mnist_module._find(None).values()} == {cache}


def test_a_home_folder_may_be_written_with_a_tilde(machine, monkeypatch):
    put(machine / "home" / "data")
    monkeypatch.setenv("HOME", str(machine / "home"))
    monkeypatch.setenv("USERPROFILE", str(machine / "home"))
    assert not datasets.mnist_available()
    assert datasets.mnist_available("~/data")


def test_available_looks_at_names_only(machine, monkeypatch):
    assert not datasets.mnist_available()
    assert not datasets.mnist_available(machine / "nowhere")
    folder = put(machine / "mine", dict.fromkeys(NAMES, b""))
    assert datasets.mnist_available(folder)
    assert not datasets.mnist_available()
    monkeypatch.setenv("NNLIB_DATA_DIR", str(folder))
    assert datasets.mnist_available()
    (folder / NAMES[3]).unlink()
    (folder / NAMES[3]).mkdir()  # a folder is no file
    assert not datasets.mnist_available()


def test_missing_files_without_download(machine):
    folder = put(machine / "mine")
    (folder / NAMES[1]).unlink()
    expected = f"load_mnist expects {NAMES[1]} in one of the folders {folder}, {machine / 'cache'}"
    with pytest.raises(FileNotFoundError, match=re.escape(expected)) as caught:
        datasets.load_mnist(folder=folder, download=False)
    assert "got no such file; call load_mnist() with download=True" in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-7],
        lambda data: b"",
        lambda data: data[:20] + bytes([data[20] ^ 1]) + data[21:],
        lambda data: data + b"\0",
        lambda data: b"<html>Please log in</html>",
    ],
    ids=["truncated", "empty", "one bit", "one byte more", "a web page"],
)
def test_a_wrong_checksum_is_refused_by_name(machine, monkeypatch, name, spoil):
    data = spoil(FILES[name])
    folder = put(machine / "mine", FILES | {name: data})
    monkeypatch.setenv("NNLIB_DATA_DIR", str(folder))
    sums = [hashlib.sha256(one).hexdigest() for one in (FILES[name], data)]
    message = (
        f"{folder / name} expects SHA-256 {sums[0]}, got {sums[1]} ({len(data):,} bytes); "
        "delete this file and call load_mnist() again"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        datasets.load_mnist()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (FILES[NAMES[0]][:-9], "expects a whole gzip file, got: "),
        (FILES[NAMES[0]][:20], "expects a whole gzip file, got: "),
        (FILES[NAMES[0]][:30] + b"\xff" * 40 + FILES[NAMES[0]][70:], "expects a whole gzip file"),
        (idx(ARRAYS[NAMES[0]]), "expects a whole gzip file, got: Not a gzipped file"),
        (pack(b""), "expects an idx header that begins with 00000803, got an empty file"),
        (pack(bytes([0, 0, 8, 3, 0])), "expects an idx header that begins with 00000803, got 0000"),
        (FILES[NAMES[1]], "expects an idx header that begins with 00000803, got 00000801"),
        (pack(b"\0\0\x0d\x03" + idx(ARRAYS[NAMES[0]])[4:]), "got 00000d03"),
        (pack(idx(ARRAYS[NAMES[0]])[:-1]), "expects 4704 bytes of data for shape (6, 28, 28), got"),
        (pack(idx(ARRAYS[NAMES[0]]) + b"\0"), "expects 4704 bytes of data for shape"),
        (pack(b"\0\0\x08\x03" + b"\xff" * 12), "bytes of data for shape (4294967295, 4294967295"),
    ],
    ids=[
        "truncated gzip",
        "truncated early",
        "damaged gzip",
        "not gzip",
        "empty",
        "short header",
        "labels for images",
        "floats",
        "one byte short",
        "one byte over",
        "huge sizes",
    ],
)
def test_a_damaged_idx_file_is_refused_by_name(machine, monkeypatch, data, message):
    publish(monkeypatch, NAMES[0], data)
    folder = put(machine / "mine", FILES | {NAMES[0]: data})
    expected = re.escape(f"{folder / NAMES[0]} ") + ".*" + re.escape(message)
    with pytest.raises(ValueError, match=expected) as caught:
        datasets.load_mnist(folder=folder)
    assert "delete this file and call load_mnist() again" in str(caught.value)


@pytest.mark.parametrize("shape", [(5, 28, 28), (6, 28, 27), (0, 28, 28)])
def test_images_must_fit_the_labels(machine, monkeypatch, shape):
    data = pack(idx(np.zeros(shape)))
    publish(monkeypatch, NAMES[0], data)
    folder = put(machine / "mine", FILES | {NAMES[0]: data})
    expected = (
        f"{folder / NAMES[0]} expects 6 images of 28x28, as many as {NAMES[1]} has labels, "
        f"got shape {shape}; delete both files"
    )
    with pytest.raises(ValueError, match=re.escape(expected)):
        datasets.load_mnist(folder=folder)


# ---------------------------------------------------------------- MNIST from mirrors


@pytest.fixture
def mirror(machine, monkeypatch):
    """A web server on this machine, with the mirrors /first/, /second/ and /third/."""
    pages, asked = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    mirrors = tuple(
        f"http://127.0.0.1:{server.server_port}/{one}/" for one in ("first", "second", "third")
    )
    monkeypatch.setattr(mnist_module, "_MIRRORS", mirrors)
    yield pages, asked
    server.shutdown()
    server.server_close()
    thread.join()


def serve(pages, where, files=FILES):
    pages.update({f"/{where}/{name}": data for name, data in files.items()})


def test_download_goes_to_the_cache_once_and_says_nothing(machine, mirror, capfd):
    pages, asked = mirror
    serve(pages, "first")
    split = datasets.load_mnist()
    assert split.x_train.shape == (6, 784)
    assert asked == [f"/first/{name}" for name in NAMES]
    assert sorted(os.listdir(machine / "cache" / "nnlib")) == sorted(NAMES)
    assert datasets.mnist_available()
    datasets.load_mnist()
    assert len(asked) == 4  # nothing was fetched again
    assert capfd.readouterr() == ("", "")


class Bar:
    """Counts what it is told, and stops the work if asked to."""

    def __init__(self, stop_at=math.inf):
        self.total, self.done, self.closed, self.stop_at, self.failed = None, 0, 0, stop_at, None
        self.seen = []

    def update(self, amount):
        self.done += amount
        self.seen.append(self.done)
        if self.done >= self.stop_at:
            raise InterruptedByLearner

    def reset(self):
        self.done = 0

    def close(self):
        self.closed += 1

    def fail(self, error):
        self.failed = error


class InterruptedByLearner(Exception):
    pass


@pytest.mark.parametrize("broken_first", [False, True])
def test_a_bar_is_told_of_all_files_as_one_download(machine, mirror, monkeypatch, broken_first):
    pages, _ = mirror
    sizes = {name: len(data) for name, data in FILES.items()}
    monkeypatch.setattr(mnist_module, "_SIZES", sizes)
    if broken_first:
        serve(pages, "first", {NAMES[0]: FILES[NAMES[0]], NAMES[1]: b"tampered"})
        serve(pages, "second")
    else:
        serve(pages, "first")
    bar = Bar()
    datasets.load_mnist(progress=bar)
    assert bar.done == bar.total == sum(sizes.values())
    assert (bar.closed, bar.failed) == (1, None)
    again = Bar()
    datasets.load_mnist(progress=again)
    assert (again.total, again.closed) == (None, 0)  # nothing to download


def test_a_bar_can_end_the_download(machine, mirror):
    pages, asked = mirror
    serve(pages, "first")
    bar = Bar(stop_at=1)
    with pytest.raises(InterruptedByLearner):
        datasets.load_mnist(progress=bar)
    assert isinstance(bar.failed, InterruptedByLearner)
    assert len(asked) == 1
    assert not datasets.mnist_available()
    assert os.listdir(machine / "cache" / "nnlib") == []  # no half file


def test_a_bar_hears_why_a_download_failed(machine, mirror):
    bar = Bar()
    with pytest.raises(ConnectionError):
        datasets.load_mnist(progress=bar)
    assert isinstance(bar.failed, ConnectionError)
    assert bar.closed == 0


def test_only_what_is_missing_is_downloaded_to_the_named_folder(machine, mirror, monkeypatch):
    pages, asked = mirror
    serve(pages, "first")
    folder = put(machine / "environment", {name: FILES[name] for name in NAMES[:3]})
    monkeypatch.setenv("NNLIB_DATA_DIR", str(folder))
    assert datasets.load_mnist().x_test.shape == (3, 784)
    assert asked == [f"/first/{NAMES[3]}"]
    assert sorted(os.listdir(folder)) == sorted(NAMES)
    assert not (machine / "cache").exists()


def test_a_mirror_that_serves_tampered_bytes_is_left_for_the_next(machine, mirror):
    pages, asked = mirror
    serve(pages, "first", FILES | {NAMES[1]: b"tampered"})
    serve(pages, "second")
    split = datasets.load_mnist()
    assert np.array_equal(split.y_train, ARRAYS[NAMES[1]])
    assert asked == [f"/first/{NAMES[0]}", f"/first/{NAMES[1]}"] + [
        f"/second/{name}" for name in NAMES[1:]
    ]


def test_when_every_mirror_fails_the_error_says_how_and_nothing_is_left(machine, mirror, capfd):
    pages, asked = mirror
    serve(pages, "second", {NAMES[0]: b"tampered"})
    with pytest.raises(ConnectionError) as caught:
        datasets.load_mnist()
    message = str(caught.value)
    assert message.startswith("MNIST is not on this machine and could not be downloaded: ")
    assert "404" in message
    assert f"127.0.0.1: served {NAMES[0]} with a wrong checksum" in message
    assert message.endswith(
        "connect to the network, or put the four files in a folder and name it in NNLIB_DATA_DIR, "
        "or use load_digits(), which needs no network"
    )
    assert asked == [f"/{one}/{NAMES[0]}" for one in ("first", "second", "third")]
    assert os.listdir(machine / "cache" / "nnlib") == []
    assert capfd.readouterr() == ("", "")


def test_mirrors_are_tried_in_order_and_pooch_gets_the_sums(machine, monkeypatch):
    asked = []

    def retrieve(url, known_hash, *, fname, path, downloader):
        asked.append((url, known_hash))
        raise ConnectionError("no route")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    monkeypatch.setattr(mnist_module, "_MIRRORS", ("https://a.test/m/", "https://b.test/"))
    with pytest.raises(ConnectionError, match=r"a\.test: no route; b\.test: no route; connect to"):
        datasets.load_mnist()
    known = f"sha256:{hashlib.sha256(FILES[NAMES[0]]).hexdigest()}"
    assert asked == [(f"https://{one}{NAMES[0]}", known) for one in ("a.test/m/", "b.test/")]


def test_the_three_mirrors_are_known_ones():
    hosts = [re.match(r"https?://([^/]+)/.*/$", one)[1] for one in mnist_module._MIRRORS]
    assert hosts == ["ossci-datasets.s3.amazonaws.com", "storage.googleapis.com", "yann.lecun.com"]


def test_after_a_long_wait_no_further_mirror_is_tried(machine, monkeypatch):
    asked, clock = [], [0.0]

    def retrieve(url, *arguments, **keywords):
        asked.append(url)
        clock[0] += 6.0
        raise TimeoutError("timed out")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    monkeypatch.setattr(mnist_module.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(mnist_module, "_MIRRORS", tuple(f"http://{one}.test/" for one in "abcd"))
    with pytest.raises(ConnectionError, match=r"a\.test: timed out; b\.test: timed out; connect"):
        datasets.load_mnist()
    assert len(asked) == 2


def test_offline_fails_fast_with_the_cause_in_words(machine, monkeypatch):
    import socket

    def unknown(*arguments, **keywords):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(mnist_module, "_MIRRORS", ("https://a.test/", "https://b.test/"))
    started = time.perf_counter()
    with pytest.raises(ConnectionError, match=r"a\.test: Name or service not known; b\.test: Name"):
        datasets.load_mnist()
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_disk_is_not_called_a_network_failure(machine, monkeypatch, code):
    def retrieve(*arguments, **keywords):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    message = f"{NAMES[0]} could not be saved: {os.strerror(code)}; free some space or set NNLIB_"
    with pytest.raises(OSError, match=re.escape(message)) as caught:
        datasets.load_mnist()
    assert not isinstance(caught.value, ConnectionError)


def test_pooch_logs_again_afterwards(machine):
    level = pooch.get_logger().level
    with pytest.raises(ConnectionError):
        datasets.load_mnist()
    assert pooch.get_logger().level == level


def refuse_writing(monkeypatch, *folders):
    """Make these folders read-only, for the superuser as well."""
    make = mnist_module.tempfile.TemporaryFile

    def refuse(*, dir):
        if dir in folders:
            raise PermissionError(errno.EACCES, "Permission denied")
        return make(dir=dir)

    monkeypatch.setattr(mnist_module.tempfile, "TemporaryFile", refuse)


def test_a_cache_that_cannot_be_written_is_named_with_a_remedy(machine, mirror, monkeypatch):
    pages, asked = mirror
    serve(pages, "first")
    cache = machine / "cache" / "nnlib"
    refuse_writing(monkeypatch, cache)
    message = f"got {cache} (Permission denied); set NNLIB_DATA_DIR to a folder of yours"
    with pytest.raises(PermissionError, match=re.escape(message)):
        datasets.load_mnist()
    assert asked == []
    monkeypatch.setenv("NNLIB_DATA_DIR", str(machine / "mine"))
    assert datasets.load_mnist().x_train.shape == (6, 784)
    assert sorted(os.listdir(machine / "mine")) == sorted(NAMES)


def test_a_read_only_data_folder_leaves_the_cache(machine, mirror, monkeypatch):
    pages, _ = mirror
    serve(pages, "first")
    shared = put(machine / "shared", {NAMES[0]: FILES[NAMES[0]]})
    refuse_writing(monkeypatch, shared)
    monkeypatch.setenv("NNLIB_DATA_DIR", str(shared))
    assert datasets.load_mnist().x_train.shape == (6, 784)
    assert os.listdir(shared) == NAMES[:1]
    assert sorted(os.listdir(machine / "cache" / "nnlib")) == sorted(NAMES[1:])


def test_a_file_in_the_place_of_the_folder_is_refused(machine, monkeypatch):
    (machine / "cache").write_text("not a folder")
    with pytest.raises(PermissionError, match="MNIST expects a folder that can be written, got"):
        datasets.load_mnist()


# ---------------------------------------------------------------- the best digits there are


def test_best_digits_without_mnist(machine, monkeypatch):
    def retrieve(*arguments, **keywords):
        raise AssertionError("nobody asked for a download")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    split, line = datasets.best_digits(rng=rng())
    assert np.array_equal(split.x_train, datasets.load_digits(rng=rng()).x_train)
    assert line == (
        "Using the 8x8 digits that come with scikit-learn (1,797 images). For MNIST (70,000 "
        "images) run nnlib.datasets.load_mnist() once with a network."
    )


def test_best_digits_with_mnist(machine, monkeypatch):
    monkeypatch.setenv("NNLIB_DATA_DIR", str(put(machine / "mine")))
    split, line = datasets.best_digits(rng=rng())
    assert split.x_train.shape == (6, 784)
    assert line == "Using MNIST (9 images)."


def test_best_digits_downloads_only_when_asked(machine, mirror):
    pages, asked = mirror
    serve(pages, "first")
    assert datasets.best_digits(rng=rng())[0].x_train.shape[1] == 64
    assert asked == []
    assert datasets.best_digits(rng=rng(), download=True)[0].x_train.shape[1] == 784


def test_best_digits_offline(machine):
    split, line = datasets.best_digits(rng=rng(), download=True)
    assert split.x_train.shape == (1438, 64)
    assert line.startswith("Using the 8x8 digits that come with scikit-learn (1,797 images). MNIST")
    assert "MNIST is not on this machine and could not be downloaded: 127.0.0.1: " in line
    assert "\n" not in line


def test_best_digits_fall_back_from_a_damaged_file_and_name_it(machine, monkeypatch):
    folder = put(machine / "mine", FILES | {NAMES[2]: b"damaged"})
    monkeypatch.setenv("NNLIB_DATA_DIR", str(folder))
    split, line = datasets.best_digits(rng=rng())
    assert split.x_train.shape == (1438, 64)
    assert f"MNIST could not be used: {folder / NAMES[2]} expects SHA-256" in line
    assert line.endswith("delete this file and call load_mnist() again.")
    assert "\n" not in line


# ---------------------------------------------------------------- the real thing, and the package


@pytest.mark.skipif(not HAS_REAL, reason="NNLIB_DATA_DIR names no folder with the MNIST files")
def test_real_mnist():
    split = datasets.load_mnist(download=False)
    assert split.x_train.shape == (60000, 784)
    assert split.x_test.shape == (10000, 784)
    assert split.x_train.dtype == split.x_test.dtype == np.float32
    assert split.y_train.dtype == split.y_test.dtype == np.int64
    assert (split.x_train.min(), split.x_train.max()) == (0.0, 1.0)
    assert split.x_train.mean(dtype=np.float64) == pytest.approx(0.1307, abs=1e-4)  # well known
    assert split.x_train.std(dtype=np.float64) == pytest.approx(0.3081, abs=1e-4)
    assert split.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert split.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(split.y_train).sum() == 60000
    assert np.bincount(split.y_test).tolist() == [
        *(980, 1135, 1032, 1010, 982),
        *(892, 958, 1028, 974, 1009),
    ]
    assert datasets.best_digits(rng=rng())[1] == "Using MNIST (70,000 images)."


def test_importing_the_data_sets_loads_neither_scikit_learn_nor_pooch():
    code = (
        "import sys, nnlib.datasets as d, numpy as np\n"
        "d.spiral(10, noise=0.1, rng=np.random.default_rng(0))\n"
        "print([name for name in ('sklearn', 'pooch', 'requests') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_every_public_name_is_exported_and_documented():
    sections = {"Parameters", "Returns", "Examples"}
    for name in datasets.__all__:
        public = getattr(datasets, name)
        if isinstance(public, tuple):  # the names of the columns of a data set
            continue
        text = inspect.getdoc(public)
        if name == "REBER_SYMBOLS":  # a string, explained where it is defined
            continue
        wanted = sections - {"Returns"} if inspect.isclass(public) else set(sections)
        if not inspect.signature(public).parameters:
            wanted -= {"Parameters"}
        assert all(f"{section}\n---" in text for section in wanted), name
