"""Where compiled kernels are kept when the usual folders cannot be written, really tried."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "nnlib"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs /dev/null/...")

# Trains a layer, so that the kernels that were compiled, wherever they went, are right ones.
TRAIN = """
import numpy as np
import nnlib

assert nnlib.__file__.startswith({root!r}), nnlib.__file__
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 2)).astype(np.float32)
network = nnlib.Dense(2, 2, rng=rng)
optimizer = nnlib.SGD(network.parameters(), 1.0)
labels = (x[:, 0] > 0).astype(int)
steps = list(nnlib.fit(network, nnlib.CrossEntropy(), optimizer, x, labels, epochs=60, rng=rng))
assert steps[-1].loss < 0.2, steps[-1]
from nnlib.kernels.dense import dense_forward
print(sum(dense_forward.stats.cache_hits.values()))
"""

# One small kernel: all of them go through the same decorator, and this one compiles fast.
STEP = """
import numpy as np
import nnlib

assert nnlib.__file__.startswith({root!r}), nnlib.__file__
from nnlib.kernels.optimizers import sgd_step
value = np.ones(2)
sgd_step(value, value.copy(), 0.5)
assert value.tolist() == [0.5, 0.5], value
print(sum(sgd_step.stats.cache_hits.values()))
"""


class Stage:
    """A copy of the library beside which nothing can be written, and a user without a home."""

    def __init__(self, root):
        self.root, self.temporary = root, root / "tmp"
        self.temporary.mkdir()
        ignore = shutil.ignore_patterns("__pycache__", "live", "views", "explorables")
        shutil.copytree(PACKAGE, root / "nnlib", ignore=ignore)
        # A file in the folder's place: the superuser may write to any folder, but not into a file.
        (root / "nnlib" / "kernels" / "__pycache__").write_text("")

    @property
    def folder(self):
        return self.temporary / f"nnlib-kernels-{os.getuid()}"

    def run(self, script=STEP, before="", **variables):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "XDG_"))}
        environment |= {
            "PYTHONPATH": str(self.root),
            "PYTHONWARNINGS": "default",
            "HOME": "/dev/null/home",
            "XDG_CACHE_HOME": "/dev/null/cache",
            "TMPDIR": str(self.temporary),
            **variables,
        }
        command = [sys.executable, "-c", before + script.format(root=str(self.root))]
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        warnings = [line for line in done.stderr.splitlines() if "Warning" in line]
        return warnings, int(done.stdout)


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def compiled(folder):
    return list(folder.rglob("*.nbc"))


def test_an_ordinary_folder_needs_no_words(stage):
    cache = stage.root / "nnlib" / "kernels" / "__pycache__"
    cache.unlink()
    warnings, hits = stage.run()
    assert (warnings, hits) == ([], 0)
    assert compiled(cache)
    assert stage.run() == ([], 1)
    assert not stage.folder.exists()


def test_the_temporary_folder_is_used_and_named(stage):
    warnings, hits = stage.run()
    assert len(warnings) == 1
    assert f"nnlib: compiled kernels are kept in {stage.folder}, as the usual" in warnings[0]
    assert "set NUMBA_CACHE_DIR" in warnings[0]
    assert hits == 0
    assert compiled(stage.folder)
    assert stage.folder.stat().st_mode & 0o777 == 0o700

    warnings, hits = stage.run()  # the second start finds them there
    assert len(warnings) == 1
    assert hits == 1


def test_without_any_folder_kernels_are_compiled_anew(stage):
    stage.folder.write_text("")  # again a file in the folder's place
    warnings, hits = stage.run(TRAIN)
    assert len(warnings) == 1
    assert "nnlib: no folder can be written, so kernels are compiled anew" in warnings[0]
    assert "set NUMBA_CACHE_DIR" in warnings[0]
    assert hits == 0
    assert compiled(stage.root) == []


def test_without_any_temporary_folder_at_all(stage):
    before = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/dev/null/tmp']\n"
    warnings, hits = stage.run(before=before)
    assert len(warnings) == 1
    assert "no folder can be written" in warnings[0]
    assert hits == 0
    assert compiled(stage.root) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the superuser")
def test_the_folder_of_another_user_is_not_trusted(stage):
    # It could hold machine code that somebody else put there.
    stage.folder.mkdir(mode=0o777)
    os.chown(stage.folder, 65534, 65534)
    warnings, _ = stage.run()
    assert len(warnings) == 1
    assert "no folder can be written" in warnings[0]
    assert compiled(stage.folder) == []


def test_the_folder_that_the_user_names_comes_first(stage):
    chosen = stage.root / "chosen"
    warnings, _ = stage.run(NUMBA_CACHE_DIR=str(chosen))
    assert warnings == []
    assert compiled(chosen)
    assert not stage.folder.exists()
