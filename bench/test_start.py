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


def seconds(script, cache) -> float:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    return time.perf_counter() - start


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
    middle = {name: median(times[name] for times in rounds) for name in rounds[0]}
    ratio = median(times["PyTorch"] / times["warm"] for times in rounds)
    table.append(
        f"{'start to first step':<30}{middle['warm']:>12.2f} s   cold {middle['cold']:.2f} s,"
        f" PyTorch {middle['PyTorch']:.2f} s ({ratio:.1f}x)"
    )
    assert ratio >= 2.5
    assert min(times["cold"] for times in rounds) < 4.0
