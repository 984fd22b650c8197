"""The one array type that the library passes around."""

from typing import Any

import numpy as np
import numpy.typing as npt

#: A floating-point array (float32 unless the caller chose float64).
Array = npt.NDArray[np.floating[Any]]

#: Class labels: integers 0, 1, ..., classes - 1.
Labels = npt.NDArray[np.integer[Any]]
