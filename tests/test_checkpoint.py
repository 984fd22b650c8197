"""Checkpoints: what is saved comes back, and a damaged file changes nothing."""

import io
import os
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnlib import BatchNorm, Dense, Sequential, Tanh, load, save


def network(seed=0, hidden=4, dtype=np.float32):
    rng = np.random.default_rng(seed)
    made = Sequential(
        Dense(3, hidden, rng=rng, dtype=dtype), Tanh(), Dense(hidden, 2, rng=rng, dtype=dtype)
    )
    for parameter in made.parameters():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
    return made


def values(made):
    return np.concatenate([p.value.ravel() for p in made.parameters()])


def assert_refused(path, message, made=None):
    """Loading names the file and says why, and leaves the network as it was."""
    made = made or network(seed=1)
    before = values(made)
    with pytest.raises(ValueError, match=message) as caught:
        load(path, made)
    assert str(caught.value).startswith(path.name)
    assert "; " in str(caught.value)
    np.testing.assert_array_equal(values(made), before)


@pytest.fixture
def path(tmp_path):
    """A good checkpoint, alone in its folder."""
    save(network(), tmp_path / "network.npz")
    return tmp_path / "network.npz"


def arrays(path):
    with np.load(path) as file:
        return dict(file)


def write(path, entries):
    """Write raw entries to an archive as `np.savez` would lay them out."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def npy(array, *, claim=None, pickled=False):
    """Return the bytes of one array in an archive, which may claim another shape."""
    buffer = io.BytesIO()
    if claim is None:
        np.lib.format.write_array(buffer, array, allow_pickle=pickled)
    else:
        descr = np.lib.format.dtype_to_descr(array.dtype)
        header = {"descr": descr, "fortran_order": False, "shape": claim}
        np.lib.format.write_array_header_1_0(buffer, header)
        buffer.write(array.tobytes())
    return buffer.getvalue()


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_saved_comes_back_bit_for_bit(tmp_path, dtype):
    saved, loaded = network(0, dtype=dtype), network(1, dtype=dtype)
    where = [p.value.ctypes.data for p in loaded.parameters()]
    save(saved, tmp_path / "network.npz")
    assert load(tmp_path / "network.npz", loaded) is None
    np.testing.assert_array_equal(values(loaded), values(saved))
    assert [p.value.ctypes.data for p in loaded.parameters()] == where  # an optimizer still fits
    assert os.listdir(tmp_path) == ["network.npz"]


def test_odd_numbers_come_back(tmp_path):
    saved = network()
    saved.parameters()[0].value.flat[:4] = [-0.0, 1e-45, 3.4e38, np.finfo(np.float32).tiny]
    save(saved, tmp_path / "network.npz")
    load(tmp_path / "network.npz", loaded := network(1))
    assert values(loaded).tobytes() == values(saved).tobytes()


@pytest.mark.parametrize("name", ["plain", "two.dots.npz", "with space.npz", "zahlen-äöü.npz"])
def test_any_name_will_do(tmp_path, name):
    save(network(), str(tmp_path / name))
    load(str(tmp_path / name), loaded := network(1))
    np.testing.assert_array_equal(values(loaded), values(network()))
    assert os.listdir(tmp_path) == [name]


def test_a_file_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(network(), "network.npz")
    load("network.npz", network(1))


def test_saving_again_replaces(path):
    save(network(seed=7), path)
    load(path, loaded := network(1))
    np.testing.assert_array_equal(values(loaded), values(network(seed=7)))
    assert os.listdir(path.parent) == [path.name]


def test_numpy_alone_can_read_it(path):
    assert list(arrays(path)) == ["parameter_0", "parameter_1", "parameter_2", "parameter_3"]
    np.testing.assert_array_equal(arrays(path)["parameter_0"], network().layers[0].weight.value)


# ---------------------------------------------------------------- damaged files


def test_truncated_anywhere_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert_refused(path, "network.npz is not a whole checkpoint .* the network is unchanged")
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80, 0xFF])
def test_a_flipped_byte_is_refused_or_does_no_harm(path, mask):
    # Some bytes, such as the date of an entry, matter to nobody.
    whole, good, refused = path.read_bytes(), values(network()), 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= mask
        path.write_bytes(damaged)
        made = network(1)
        before = values(made)
        message = ""
        try:
            load(path, made)
        except ValueError as error:
            message = str(error)
        assert not message or message.startswith("network.npz ")
        np.testing.assert_array_equal(values(made), before if message else good)
        refused += bool(message)
    assert refused > len(whole) / 2


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not a checkpoint", b"\x93NUMPY\x01\x00", b"\0" * 999]
)
def test_another_kind_of_file_is_refused(path, content):
    path.write_bytes(content)
    assert_refused(path, "is not a whole checkpoint")


def test_bytes_before_and_after_are_no_checkpoint(path):
    path.write_bytes(b"x" * 100 + path.read_bytes()[:-30] + b"x" * 100)
    assert_refused(path, "is not a whole checkpoint")


# ---------------------------------------------------------------- files that do not fit


def test_another_network_is_refused(path):
    message = r"holds \(3, 4\) of float32 for parameter 0, where .* \(3, 5\) of float32; load it in"
    assert_refused(path, message, network(hidden=5))
    assert_refused(path, r"where this network has \(3, 4\) of float64", network(dtype=np.float64))


def test_the_file_of_a_larger_network_is_refused(path):
    save(network(hidden=10_000), path)
    message = r"unpacks to [\d,]+ bytes, and this network needs at most [\d,]+; load it into the"
    assert_refused(path, message)


@pytest.mark.parametrize("count", [0, 3, 5])
def test_another_number_of_arrays_is_refused(path, count):
    kept = arrays(path) | {"parameter_4": np.zeros(1, np.float32)}
    np.savez(path, **dict(list(kept.items())[:count]))
    message = f"holds {count} arrays, and this network has 4 parameters; load it into the network"
    assert_refused(path, message)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("parameter_1", np.zeros((4, 1), np.float32)),
        ("parameter_1", np.zeros(4, np.float64)),
        ("parameter_1", np.zeros(4, ">f4")),
        ("parameter_1", np.zeros(4, np.int32)),
        ("parameter_1", np.array(["a"] * 4)),
        ("parameter_1", np.zeros((), np.float32)),
        ("parameter_3", np.zeros(4, np.float32)),
    ],
)
def test_another_array_is_refused(path, name, array):
    np.savez(path, **(arrays(path) | {name: array}))
    index = name[-1]
    assert_refused(
        path, rf"holds .* of .* for parameter {index}, where this network has .* of float32"
    )


def test_other_names_are_refused(path):
    np.savez(path, **{name.replace("3", "x"): array for name, array in arrays(path).items()})
    assert_refused(path, "holds no array for parameter 3, where")


def test_an_entry_that_is_no_array_is_refused(path):
    entries = {f"{name}.npy": npy(array) for name, array in arrays(path).items()}
    del entries["parameter_3.npy"]
    write(path, entries | {"parameter_3": b"just text"})
    assert_refused(path, "holds no array for parameter 3, where")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(path, bad):
    content = arrays(path)
    content["parameter_2"][1, 1] = bad  # after two good arrays, so that nothing may be half loaded
    np.savez(path, **content)
    assert_refused(path, "holds numbers that are not finite in parameter 2; choose a checkpoint")


# ---------------------------------------------------------------- files that mean harm


class Trap:
    """Unpickling this leaves a mark."""

    mark: Path

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def test_a_pickled_object_is_never_read(path, tmp_path):
    Trap.mark = tmp_path / "mark"
    trap = np.array([Trap()], dtype=object)
    entries = {f"{name}.npy": npy(array) for name, array in arrays(path).items()}
    write(path, entries | {"parameter_0.npy": npy(trap, pickled=True)})
    assert_refused(path, "is not a whole checkpoint .*allow_pickle")
    path.write_bytes(pickle.dumps(Trap()))
    assert_refused(path, "is not a whole checkpoint")
    assert not Trap.mark.exists()
    pickle.loads(pickle.dumps(Trap()))
    assert Trap.mark.exists()  # it would have worked


@pytest.mark.parametrize(
    "claim",
    [(10**12,), (10**6, 10**6), (2**62, 4), (2**31, 2**31, 2**31), (-1,), (10**30,), (3, 4.0)],
)
def test_a_header_that_claims_a_huge_shape_is_refused(path, claim):
    entries = {f"{name}.npy": npy(array) for name, array in arrays(path).items()}
    write(path, entries | {"parameter_0.npy": npy(np.zeros(12, np.float32), claim=claim)})
    assert_refused(path, "is not a whole checkpoint")


def test_a_bomb_is_not_unpacked(path):
    np.savez_compressed(path, parameter_0=np.zeros(50_000_000, np.float32))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        assert_refused(path, "unpacks to 200,000,")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------- folders and disks


def test_a_missing_file_is_named(tmp_path):
    made = network()
    before = values(made)
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        load(tmp_path / "nowhere.npz", made)
    np.testing.assert_array_equal(values(made), before)


def test_a_folder_is_no_checkpoint(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert_refused(folder, "is not a whole checkpoint")
    with pytest.raises(OSError, match="folder"):
        save(network(), folder)
    assert os.listdir(tmp_path) == ["folder"]
    assert os.listdir(folder) == []


def test_saving_into_a_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("text")
    for parent in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(OSError, match=parent.name):
            save(network(), parent / "network.npz")
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "text"


def test_a_full_disk_leaves_the_old_file(path):
    resource = pytest.importorskip("resource")
    old, (soft, hard) = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))  # no file may grow beyond 500 bytes
    try:
        with pytest.raises(OSError, match="large"):
            save(network(seed=7), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("function", ["pathlib.Path.replace", "numpy.savez", "pathlib.Path.open"])
def test_a_folder_that_cannot_be_written_keeps_the_old_file(path, monkeypatch, function):
    # Simulated, as permissions do not bind the superuser.
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    old = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(function, refuse)
        with pytest.raises(PermissionError):
            save(network(seed=7), path)
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="runs as superuser")
def test_a_read_only_folder_keeps_the_old_file(path):
    old = path.read_bytes()
    path.parent.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            save(network(seed=7), path)
    finally:
        path.parent.chmod(0o700)
    assert path.read_bytes() == old


def test_an_interrupted_save_leaves_the_old_file(path, monkeypatch):
    def interrupt(file, **content):
        file.write(b"half")
        raise KeyboardInterrupt

    old = path.read_bytes()
    monkeypatch.setattr(np, "savez", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(network(seed=7), path)
    assert path.read_bytes() == old
    assert os.listdir(path.parent) == [path.name]


# ---------------------------------------------------------------- buffers


def normalized(seed=0):
    """A network with running statistics that are not those of the start."""
    draw = np.random.default_rng(seed)
    made = Sequential(Dense(3, 4, rng=draw), BatchNorm(4), Dense(4, 2, rng=draw), BatchNorm(2))
    made.forward(draw.normal(size=(20, 3)).astype(np.float32), training=True)
    return made


def everything(made):
    return [*(p.value.copy() for p in made.parameters()), *(b.copy() for b in made.buffers())]


def assert_same(one, other):
    assert len(one) == len(other)
    for array, expected in zip(one, other, strict=True):
        np.testing.assert_array_equal(array, expected)


def test_running_statistics_come_back(tmp_path):
    saved, loaded = normalized(0), normalized(1)
    where = [b.ctypes.data for b in loaded.buffers()]
    save(saved, tmp_path / "network.npz")
    load(tmp_path / "network.npz", loaded)
    assert_same(everything(loaded), everything(saved))
    assert [b.ctypes.data for b in loaded.buffers()] == where
    x = np.ones((5, 3), np.float32)
    np.testing.assert_array_equal(loaded.forward(x), saved.forward(x))
    assert list(arrays(tmp_path / "network.npz"))[-4:] == [f"buffer_{i}" for i in range(4)]


def test_a_file_of_parameters_alone_leaves_the_buffers(tmp_path):
    saved, loaded = normalized(0), normalized(1)
    kept = [b.copy() for b in loaded.buffers()]
    np.savez(
        tmp_path / "old.npz",
        **{f"parameter_{i}": p.value for i, p in enumerate(saved.parameters())},
    )
    load(tmp_path / "old.npz", loaded)
    np.testing.assert_array_equal(values(loaded), values(saved))
    assert_same(loaded.buffers(), kept)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"buffer_3": None}, "holds 11 arrays, and this network has 8 parameters and 4 buffers; l"),
        ({"buffer_4": np.ones(2, np.float32)}, "holds 13 arrays, and this network has"),
        ({"buffer_1": np.ones(3, np.float32)}, r"holds \(3,\) of float32 for buffer 1, where"),
        ({"buffer_1": np.ones(4)}, r"holds \(4,\) of float64 for buffer 1, where"),
        (
            {"buffer_3": np.array([1, np.nan], np.float32)},
            "are not finite in buffer 3; choose",
        ),
        ({"buffer_3": None, "extra": np.ones(2, np.float32)}, "holds no array for buffer 3"),
    ],
)
def test_buffers_that_do_not_fit_are_refused(tmp_path, change, message):
    path, loaded = tmp_path / "network.npz", normalized(1)
    save(normalized(0), path)
    content = {n: array for n, array in (arrays(path) | change).items() if array is not None}
    np.savez(path, **content)
    before = everything(loaded)
    with pytest.raises(ValueError, match=message):
        load(path, loaded)
    assert_same(everything(loaded), before)


def test_a_network_without_buffers_does_not_take_a_file_with_them(tmp_path):
    save(normalized(), tmp_path / "network.npz")
    plain = Sequential(*(Dense(3, 3, rng=np.random.default_rng(0)) for _ in range(2)))
    with pytest.raises(ValueError, match="12 arrays, and this network has 4 parameters; load"):
        load(tmp_path / "network.npz", plain)
