"""From the start of a process to the end of its first training step, with Python's own start."""

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from statistics import median

import pytest

ROUNDS = 5

NNLIB = """
import numpy as np
from nnlib import SGD, CrossEntropy, Dense, Sequential, Tanh, fit

rng = np.random.default_rng(0)
x, y = rng.normal(size=(500, 2)).astype(np.float32), rng.integers(2, size=500)
network = Sequential(
    *(Dense(2, 16, rng=rng), Tanh(), Dense(16, 16, rng=rng), Tanh()), Dense(16, 2, rng=rng)
)
optimizer = SGD(network.parameters(), 0.05)
next(fit(network, CrossEntropy(), optimizer, x, y, batch_size=32, rng=rng))
"""
PYTORCH = """
import numpy as np, torch

rng = np.random.default_rng(0)
x, y = rng.normal(size=(500, 2)).astype(np.float32), rng.integers(2, size=500)
x, y = torch.from_numpy(x[:32]), torch.from_numpy(y[:32])
torch.set_num_threads(1)
nn = torch.nn
network = nn.Sequential(
    nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2)
)
optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
loss = nn.CrossEntropyLoss()(network(x), y)
loss.backward()
optimizer.step()
"""


def seconds(script, cache) -> tuple[float, float]:
    """By the clock, and of the processor, which depends less on who else uses the machine."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    after = os.times()
    used = after.children_user + after.children_system
    return time.perf_counter() - start, used - before.children_user - before.children_system


@pytest.mark.skipif(
    not find_spec("torch"), reason="needs PyTorch: uv run --with torch pytest bench"
)
def test_the_first_training_step(table, tmp_path):
    warm = tmp_path / "warm"
    for script in (NNLIB, PYTORCH):  # fills the cache, and the memory of the disk
        seconds(script, warm)
    rounds = [
        {
            "warm": seconds(NNLIB, warm),
            "cold": seconds(NNLIB, tmp_path / f"cold {index}"),
            "PyTorch": seconds(PYTORCH, warm),
        }
        for index in range(ROUNDS)
    ]
    for index, kind in enumerate(("by the clock", "of the processor")):
        middle = {name: median(times[name][index] for times in rounds) for name in rounds[0]}
        ratio = median(times["PyTorch"][index] / times["warm"][index] for times in rounds)
        table.append(
            f"{f'start to first step, {kind}':<40}{middle['warm']:.2f} s, cold {middle['cold']:.2f}"
            f" s, PyTorch {middle['PyTorch']:.2f} s ({ratio:.1f}x)"
        )
        if index == 0:
            assert ratio >= 2.5
    assert middle["cold"] < 4.0
