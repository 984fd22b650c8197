"""Memory for products begins where a line of the cache does."""

import numpy as np
import pytest

from nnlib import LSTM, Dense, Sequential
from nnlib.kernels.aligned import LINE, aligned
from nnlib.kernels.compile import kernel


@kernel
def address(shape, like):
    return aligned(shape, like).ctypes.data


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (7, 3), (2, 3, 500)])
def test_it_begins_at_a_line(shape, dtype):
    like = np.empty(1, dtype)
    arrays = [aligned(shape, like) for _ in range(20)]  # kept, so that each lies elsewhere
    for array in arrays:
        assert (array.shape, array.dtype) == (shape, dtype)
        assert array.flags.c_contiguous
        assert array.flags.writeable
        assert array.ctypes.data % LINE == 0
        assert address(shape, like) % LINE == 0


def test_a_network_is_laid_out_so():
    rng = np.random.default_rng(0)
    recurrent = LSTM(16, 32, rng=rng)
    network = Sequential(recurrent, Dense(32, 2, rng=rng))
    first = network.parameters()[0]
    assert first.value.ctypes.data % LINE == first.grad.ctypes.data % LINE == 0
    assert recurrent.recurrent_weight.value.ctypes.data % LINE == 0
