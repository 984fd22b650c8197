"""The arrays that the library passes around."""

from typing import Any

import numpy as np
import numpy.typing as npt

#: A floating-point array (float32 unless the caller chose float64).
Array = npt.NDArray[np.floating[Any]]

#: Class labels: integers 0, 1, ..., classes - 1.
Labels = npt.NDArray[np.integer[Any]]

#: Which samples are meant: booleans.
Mask = npt.NDArray[np.bool_]

#: The dtypes of an `Array`. Comparing with these is faster than with `np.float32` itself.
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))

#: Two sizes of an image or a window: (along the height, along the width).
Pair = tuple[int, int]
