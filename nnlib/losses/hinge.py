"""The loss of a support vector machine."""

import numpy as np

from nnlib.kernels.losses import hinge_loss
from nnlib.kernels.types import Array, Labels
from nnlib.losses.base import Loss, same_shape, scalar


class Hinge(Loss):
    r"""Hinge loss of a score: for yes-or-no targets, 1 or 0, with a margin.

    .. math:: L = \frac{1}{B\,n} \sum_{i,k} \max(0,\ 1 - s_{ik} z_{ik}), \quad
              s = 2 y - 1, \qquad
              \frac{\partial L}{\partial z_{ik}}
              = -\frac{s_{ik}}{B\,n} \text{ if } s_{ik} z_{ik} < 1 \text{ else } 0

    The prediction holds scores z, and the target 0 or 1, both of one shape, (batch, outputs);
    several outputs are as many questions, each answered by yes or no. A sample that is on the
    right side by a margin of 1 costs nothing and pulls no more. Scores are no log-probabilities:
    the loss has no unit of information.

    Raises
    ------
    ValueError
        If the shapes differ, the batch is empty or a target is neither 0 nor 1.
    TypeError
        If the prediction is not an array of float32 or float64.

    References
    ----------
    Cortes and Vapnik (1995), "Support-vector networks"; Bishop (2006), "Pattern recognition and
    machine learning", section 7.1.2.

    Examples
    --------
    >>> loss = Hinge()
    >>> z, y = np.array([[0.5], [-3.0]]), np.array([[1.0], [0.0]])
    >>> loss.value(z, y), loss.gradient(z, y).tolist()  # the second is well on its side
    (0.25, [[-0.5], [0.0]])
    """

    def value(self, prediction: Array, target: Array | Labels) -> float:
        """Return the mean of max(0, 1 - s z)."""
        return self.value_and_gradient(prediction, target)[0]

    def gradient(self, prediction: Array, target: Array | Labels) -> Array:
        """Return -s / prediction.size inside the margin, else 0."""
        return self.value_and_gradient(prediction, target)[1]

    def value_and_gradient(self, prediction: Array, target: Array | Labels) -> tuple[float, Array]:
        """Return both, computed in one pass."""
        prediction, target = same_shape("Hinge", prediction, target)
        out = np.empty_like(prediction)
        scale = scalar(1.0 / prediction.size, prediction)
        total = hinge_loss(prediction.ravel(), target.ravel(), scale, out.ravel())
        if total < 0:
            raise _not_two_classes(target)
        return total / prediction.size, out


def _not_two_classes(target: Array) -> ValueError:
    """The error that names the first target that is neither 0 nor 1."""
    bad = target[(target != 0) & (target != 1)][0]
    return ValueError(
        f"Hinge expects targets of 0 or 1, got {bad:g}; write the two classes as 0 and 1 "
        "(with labels of -1 and 1: (labels + 1) / 2)"
    )
