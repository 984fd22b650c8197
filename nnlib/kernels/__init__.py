"""Kernels: arithmetic on arrays, compiled by Numba. Arrays in, results filled in, nothing else."""
