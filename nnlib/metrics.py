"""Measures of a prediction that a person can read."""

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
