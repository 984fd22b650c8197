"""The two cross-entropies, for targets that are classes.

Both take logits, the numbers before sigmoid or softmax: that form never overflows, and its
gradient is simply "predicted probability minus target".
"""

import numpy as np

from nnlib.kernels.losses import logistic_loss, softmax_loss
from nnlib.kernels.types import Array, Labels, Mask
from nnlib.losses.base import Loss, check_arrays, same_shape, scalar, targets_outside


class BinaryCrossEntropy(Loss):
    r"""Binary cross-entropy of a logit: for yes-or-no targets, 1 or 0.

    .. math:: L = \frac{1}{B\,n} \sum_{i,k} \log(1 + e^{z_{ik}}) - y_{ik} z_{ik},
              \qquad \frac{\partial L}{\partial z_{ik}}
              = \frac{1}{B\,n} (\sigma(z_{ik}) - y_{ik})

    The prediction holds logits z and the target numbers in [0, 1], both of one shape,
    (batch, outputs). In nats.

    Raises
    ------
    ValueError
        If the shapes differ, the batch is empty or a target is outside [0, 1].
    TypeError
        If the prediction is not an array of float32 or float64.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.2.2.2.

    Examples
    --------
    >>> loss = BinaryCrossEntropy()
    >>> round(loss.value(np.array([[0.0]]), np.array([[1.0]])), 4)  # log 2: no idea
    0.6931
    """

    def value(self, prediction: Array, target: Array | Labels) -> float:
        """Return the mean of log(1 + exp(z)) - y z."""
        return self.value_and_gradient(prediction, target)[0]

    def gradient(self, prediction: Array, target: Array | Labels) -> Array:
        """Return (sigmoid(z) - y) / prediction.size."""
        return self.value_and_gradient(prediction, target)[1]

    def value_and_gradient(self, prediction: Array, target: Array | Labels) -> tuple[float, Array]:
        """Return both, computed in one pass."""
        prediction, target = same_shape("BinaryCrossEntropy", prediction, target)
        out = np.empty_like(prediction)
        scale = scalar(1.0 / prediction.size, prediction)
        total = logistic_loss(prediction.ravel(), target.ravel(), scale, out.ravel())
        if total < 0:
            raise targets_outside("BinaryCrossEntropy", target)
        return total / prediction.size, out


class CrossEntropy(Loss):
    r"""Cross-entropy of logits under softmax: for one class out of several.

    .. math:: L = \frac{1}{B} \sum_{i=1}^{B} \Big( \log \sum_k e^{z_{ik}} - z_{i, y_i} \Big),
              \qquad \frac{\partial L}{\partial z_{ik}}
              = \frac{1}{B} \big( \mathrm{softmax}(z_i)_k - [k = y_i] \big)

    The prediction holds logits z of shape (batch, classes), the target integer labels of shape
    (batch,), from 0 to classes - 1. In nats: a guess among ten classes costs log 10 = 2.303.
    For an answer at every step of a sequence they are (batch, time, classes) and (batch, time), and
    the mean is over all steps.

    Parameters
    ----------
    ignore : int, optional
        A label that marks steps beyond a sequence's end, such as -1: they count for nothing.

    Raises
    ------
    ValueError
        If the shapes do not fit, the batch is empty, no label counts or one names no column.
    TypeError
        If the prediction is not an array of float32 or float64, or the labels are not integers.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", section 6.2.2.3.

    Examples
    --------
    >>> loss = CrossEntropy()
    >>> round(loss.value(np.zeros((1, 10)), np.array([3])), 3)
    2.303
    """

    def __init__(self, *, ignore: int | None = None) -> None:
        self.ignore = ignore

    def value(self, prediction: Array, target: Array | Labels) -> float:
        """Return the mean of log(sum(exp(z))) - z[label]."""
        return self.value_and_gradient(prediction, target)[0]

    def gradient(self, prediction: Array, target: Array | Labels) -> Array:
        """Return (softmax(z) - one_hot(label)) / batch."""
        return self.value_and_gradient(prediction, target)[1]

    def value_and_gradient(self, prediction: Array, target: Array | Labels) -> tuple[float, Array]:
        """Return both, computed in one pass."""
        logits, labels, counted = self._counted(prediction, target)
        out = np.empty_like(logits)
        total = softmax_loss(logits, labels, scalar(1.0 / len(logits), logits), out)
        if total < 0:
            raise _label_out_of_range(prediction, target, self.ignore)
        if counted is not None:
            every = np.zeros((target.size, logits.shape[1]), dtype=logits.dtype)
            every[counted] = out
            out = every
        return total / len(logits), out if prediction.ndim == 2 else out.reshape(prediction.shape)

    def _counted(
        self, prediction: Array, target: Array | Labels
    ) -> tuple[Array, Labels, Mask | None]:
        """Logits and labels in rows, and which rows they are where some are ignored."""
        logits, labels = _logits_and_labels(prediction, target)
        if self.ignore is None:
            return logits, labels, None
        counted = labels != self.ignore
        if not counted.any():
            raise ValueError(
                f"CrossEntropy expects a label that counts, got only {self.ignore}, which is "
                "ignored; leave such samples out"
            )
        return logits[counted], labels[counted], counted


def _logits_and_labels(prediction: Array, target: Array | Labels) -> tuple[Array, Labels]:
    """Logits (rows, classes) and int64 labels (rows,), if they fit; else say why not."""
    check_arrays("CrossEntropy", prediction, target)
    if prediction.ndim not in (2, 3) or target.shape != prediction.shape[:-1]:
        remedy = "give one integer label for each row"
        if target.ndim > 1 and target.shape == prediction.shape:
            remedy = f"turn one-hot rows into labels with target.argmax(axis={target.ndim - 1})"
        elif prediction.ndim == 3 and target.shape == prediction.shape[:1]:
            remedy = (
                "for one answer to a sequence give the recurrent layer returns='last'; without "
                "one, flatten each sample with x.reshape(len(x), -1)"
            )
        raise ValueError(
            "CrossEntropy expects logits of shape (batch, classes) and labels of shape (batch,), "
            f"got {prediction.shape} and {target.shape}; {remedy}"
        )
    if target.size == 0:
        raise ValueError("CrossEntropy expects at least one sample, got an empty batch")
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"CrossEntropy expects integer labels, got {target.dtype}; "
            "convert them with target.astype(np.int64)"
        )
    logits, labels = np.ascontiguousarray(prediction), np.ascontiguousarray(target, dtype=np.int64)
    if prediction.ndim == 3:
        return logits.reshape(-1, logits.shape[2]), labels.ravel()  # (batch * time, classes)
    return logits, labels


def _label_out_of_range(logits: Array, labels: Array | Labels, ignore: int | None) -> ValueError:
    """The error that names the first label without a column."""
    classes = logits.shape[-1]
    wrong = (labels < 0) | (labels >= classes)
    if ignore is not None:
        wrong &= labels != ignore
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"row {place[0]}" + (f", step {place[1]}" if len(place) > 1 else "")
    return ValueError(
        f"CrossEntropy expects labels from 0 to {classes - 1} for {classes} logits, "
        f"got {labels[place]} in {where}; number the classes from 0, or give the last layer "
        "one output for each class"
    )
