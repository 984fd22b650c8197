"""Matrix products in blocks of the size that OpenBLAS likes."""

import numpy as np

from nnlib.kernels.compile import kernel
from nnlib.kernels.types import Array

#: OpenBLAS has a fast way for small products: of a million multiply-adds at most, and where its
#: second factor is turned over 1,200 results at most. Larger ones are cut into such.
FAST_PRODUCT, FAST_RESULT = 1_000_000, 1_200

#: It takes so many rows at once, and one or two of them half as fast.
FAST_ROWS = 4


@kernel
def product(a: Array, b: Array, out: Array) -> None:
    """out = a @ b, in blocks of rows; all at once where fewer than four make a fast product."""
    if a.shape[0] * b.size <= FAST_PRODUCT or FAST_ROWS * b.size > FAST_PRODUCT:
        np.dot(a, b, out)
        return
    rows = FAST_PRODUCT // b.size // FAST_ROWS * FAST_ROWS
    for start in range(0, a.shape[0], rows):
        np.dot(a[start : start + rows], b, out[start : start + rows])


@kernel
def product_of_rows(a: Array, b: Array, out: Array) -> None:
    """out = a @ b.T, in blocks of rows."""
    rows = max(1, min(FAST_PRODUCT // b.size, FAST_RESULT // b.shape[0]))
    for start in range(0, a.shape[0], rows):
        np.dot(a[start : start + rows], b.T, out[start : start + rows])
