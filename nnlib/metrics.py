"""Measures of a prediction that a person can read."""

import math
from dataclasses import dataclass

import numpy as np

from nnlib.kernels.types import Array, Labels


def accuracy(prediction: Array, labels: Array | Labels) -> float:
    r"""Share of samples whose class is predicted right.

    .. math:: \frac{1}{B} \sum_i [\arg\max_k z_{ik} = y_i]

    Parameters
    ----------
    prediction : ndarray of shape (batch, classes), or (batch, 1) for two classes
        Logits. With one column, a positive logit means class 1.
    labels : ndarray of shape (batch,) or (batch, 1)
        The true classes.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the batch is empty or the lengths differ.

    Examples
    --------
    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0]))
    0.5
    """
    if len(prediction) == 0 or np.size(labels) != len(prediction):
        raise ValueError(
            f"accuracy expects one label for each of one or more predictions, got "
            f"{len(prediction)} predictions and {np.size(labels)} labels"
        )
    return float(np.mean(predicted_class(prediction) == np.ravel(labels)))


def predicted_class(prediction: Array) -> Labels:
    """Class of the largest logit; with one column, 1 where the logit is positive.

    Parameters
    ----------
    prediction : ndarray of shape (batch, classes) or (batch, 1)
        Logits; for an answer at every step (batch, time, classes).

    Returns
    -------
    ndarray of int64, shape (batch,) or (batch, time)

    Examples
    --------
    >>> predicted_class(np.array([[2.0, 1.0], [0.0, 3.0]]))
    array([0, 1])
    """
    if prediction.shape[-1] == 1:
        return (prediction[..., 0] > 0).astype(np.int64)
    classes: Labels = prediction.argmax(axis=-1)
    return classes


def softmax(logits: Array) -> Array:
    r"""Turn each row of logits into probabilities.

    .. math:: p_k = e^{z_k} / \textstyle\sum_j e^{z_j}

    Parameters
    ----------
    logits : ndarray of shape (batch, classes)

    Returns
    -------
    ndarray of the same shape
        Each row sums to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0, 0.0, 0.0]]))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities


@dataclass(frozen=True)
class Confusion:
    r"""What a yes-or-no answer did to two classes, counted.

    .. math:: \text{precision} = \frac{TP}{TP + FP}, \qquad \text{recall} = \frac{TP}{TP + FN}

    Attributes
    ----------
    true_positives, false_positives, false_negatives, true_negatives : int
        A positive is an answer "class 1"; it is true if that is the class.

    References
    ----------
    van Rijsbergen (1979), "Information retrieval", second edition, chapter 7.

    Examples
    --------
    >>> found = Confusion(true_positives=8, false_positives=2, false_negatives=8, true_negatives=82)
    >>> found.precision, found.recall, found.accuracy
    (0.8, 0.5, 0.9)
    """

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def precision(self) -> float:
        """Of what is called class 1, the share that is; NaN if nothing is."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Of what is class 1, the share that is called so; NaN if nothing is."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def accuracy(self) -> float:
        """Share of right answers of both kinds; NaN if there are no answers."""
        right, wrong = self.true_positives + self.true_negatives, self.false_positives
        return _ratio(right, right + wrong + self.false_negatives)


def confusion(probabilities: Array, labels: Labels, *, threshold: float = 0.5) -> Confusion:
    """Count right and wrong answers of both kinds at a threshold.

    Parameters
    ----------
    probabilities : ndarray of shape (batch,)
        Of class 1; above the threshold the answer is class 1.
    labels : ndarray of shape (batch,)
        0 or 1.
    threshold : float

    Returns
    -------
    Confusion

    Raises
    ------
    ValueError
        If the shapes are not one and the same (batch,), or a label is neither 0 nor 1.

    Examples
    --------
    >>> counts = confusion(np.array([0.9, 0.6, 0.2, 0.1]), np.array([1, 0, 1, 0]))
    >>> counts.precision, counts.recall
    (0.5, 0.5)
    """
    if probabilities.ndim != 1 or probabilities.shape != labels.shape:
        raise ValueError(
            f"confusion expects probabilities and labels of one shape (batch,), got "
            f"{probabilities.shape} and {labels.shape}; ravel() them before"
        )
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(
            f"confusion expects labels of 0 and 1, got {np.unique(labels)[:5]}; it counts one "
            "class against the other"
        )
    yes, true = probabilities > threshold, labels == 1
    return Confusion(
        true_positives=int(np.count_nonzero(yes & true)),
        false_positives=int(np.count_nonzero(yes & ~true)),
        false_negatives=int(np.count_nonzero(~yes & true)),
        true_negatives=int(np.count_nonzero(~yes & ~true)),
    )


def _ratio(part: int, whole: int) -> float:
    """A share, NaN of nothing."""
    return part / whole if whole else math.nan
