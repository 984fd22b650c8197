"""The loss for targets that are numbers."""

import numpy as np

from nnlib.kernels.losses import squared_error, squared_error_gradient
from nnlib.kernels.types import Array, Labels
from nnlib.losses.base import Loss, same_shape, scalar


class MeanSquaredError(Loss):
    r"""Mean squared error: for targets that are numbers.

    .. math:: L = \frac{1}{B\,n} \sum_{i=1}^{B} \sum_{k=1}^{n} (\hat y_{ik} - y_{ik})^2,
              \qquad \frac{\partial L}{\partial \hat y_{ik}}
              = \frac{2}{B\,n} (\hat y_{ik} - y_{ik})

    The prediction and the target are of one shape, (batch, outputs); the unit is that of the
    target, squared.

    Raises
    ------
    ValueError
        If the shapes differ or the batch is empty.
    TypeError
        If the prediction is not an array of float32 or float64.

    References
    ----------
    Bishop (2006), "Pattern recognition and machine learning", section 3.1.

    Examples
    --------
    >>> loss = MeanSquaredError()
    >>> loss.value(np.array([[1.0], [3.0]]), np.array([[1.0], [1.0]]))
    2.0
    """

    classifies = False

    def value(self, prediction: Array, target: Array | Labels) -> float:
        """Return the mean of the squared differences."""
        prediction, target = same_shape("MeanSquaredError", prediction, target)
        return squared_error(prediction.ravel(), target.ravel()) / prediction.size

    def gradient(self, prediction: Array, target: Array | Labels) -> Array:
        """Return 2 (prediction - target) / prediction.size."""
        return self.value_and_gradient(prediction, target)[1]

    def value_and_gradient(self, prediction: Array, target: Array | Labels) -> tuple[float, Array]:
        """Return both; the arrays are checked once."""
        prediction, target = same_shape("MeanSquaredError", prediction, target)
        out, flat = np.empty_like(prediction), (prediction.ravel(), target.ravel())
        squared_error_gradient(*flat, scalar(2.0 / prediction.size, prediction), out.ravel())
        return squared_error(*flat) / prediction.size, out
