"""What a single neuron can and cannot separate, and how long it takes to find out."""

import math

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_finite, check_pairs
from nnlib.kernels.types import Array, Labels
from nnlib.neurons.perceptron import Perceptron, check_labels


def margin(x: Array | Labels, y: Labels, weight: npt.ArrayLike, bias: float) -> float:
    r"""Distance of the nearest sample from the line, negative if a sample is on the wrong side.

    .. math:: \min_i \frac{(2 y_i - 1)(w \cdot x_i + b)}{\lVert w \rVert}

    Parameters
    ----------
    x : ndarray of shape (samples, features)
    y : ndarray of 0 and 1, shape (samples,)
    weight : array of shape (features,)
        w, not all zero.
    bias : float
        b.

    Returns
    -------
    float
        In the units of `x`; 0 if a sample lies on the line.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is neither 0 nor 1, or all weights are 0.

    References
    ----------
    Bishop (2006), "Pattern recognition and machine learning", section 7.1.

    Examples
    --------
    >>> margin(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([0, 1]), [3.0, 4.0], -12.5)
    2.5
    """
    w = _weight_row("margin", x, y, weight)
    length = float(np.linalg.norm(w))
    if length == 0:
        raise ValueError("margin expects weights that are not all 0, got zeros: they draw no line")
    return float((_signs(y) * (x @ w + bias)).min()) / length + 0.0  # no -0.0


def novikoff_bound(x: Array | Labels, y: Labels, weight: npt.ArrayLike, bias: float) -> float:
    r"""Most mistakes a perceptron can make from zero weights, given a line that separates.

    .. math:: \text{mistakes} \le \Big(\frac{R}{\gamma}\Big)^2, \qquad
              R = \max_i \lVert \tilde x_i \rVert, \quad
              \gamma = \min_i \frac{(2 y_i - 1)\, \tilde w \cdot \tilde x_i}
                                   {\lVert \tilde w \rVert}

    with the bias as one more weight: :math:`\tilde x = (x, 1)` and :math:`\tilde w = (w, b)`.
    It holds for any order of the samples and any learning rate. The line with the widest γ gives
    the sharpest bound.

    Parameters
    ----------
    x : ndarray of shape (samples, features)
    y : ndarray of 0 and 1, shape (samples,)
    weight : array of shape (features,)
    bias : float

    Returns
    -------
    float
        Infinite if the line does not separate the classes.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a label is neither 0 nor 1.

    References
    ----------
    Novikoff (1962), "On convergence proofs on perceptrons", Proceedings of the Symposium on the
    Mathematical Theory of Automata 12, 615-622.

    Examples
    --------
    >>> x, y = np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])
    >>> round(novikoff_bound(x, y, [1.0, 0.0], 0.0), 3)
    2.0
    """
    w = np.append(_weight_row("novikoff_bound", x, y, weight), bias)
    samples = np.column_stack([x, np.ones(len(x))])  # (samples, features + 1)
    smallest = float((_signs(y) * (samples @ w)).min())
    if smallest <= 0:
        return math.inf
    radius = float(np.linalg.norm(samples, axis=1).max())
    return (radius * float(np.linalg.norm(w)) / smallest) ** 2


def linearly_separable(x: Array | Labels, y: Labels, *, max_epochs: int = 10_000) -> bool:
    """Tell whether one threshold neuron can answer every sample right.

    A perceptron learns the samples. If it comes to an epoch without a mistake, they are separable.
    If it starts an epoch with weights that it had at the start of an earlier one, it goes round in
    a circle, and they are not. On whole numbers one of the two must happen: the weights stay
    bounded (the perceptron cycling theorem), so there are finitely many.

    Parameters
    ----------
    x : ndarray of whole numbers, shape (samples, features)
        Such as a truth table.
    y : ndarray of 0 and 1, shape (samples,)
    max_epochs : int
        Passes over the data after which it gives up.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the inputs are not whole numbers, the shapes do not fit, or a label is neither 0 nor 1.
    RuntimeError
        If `max_epochs` did not decide it.

    References
    ----------
    Minsky and Papert (1969), "Perceptrons", chapter 11.

    Examples
    --------
    >>> counts = {}
    >>> for inputs in (2, 3):
    ...     functions = range(2 ** 2**inputs)
    ...     tables = (boolean_function(inputs, number) for number in functions)
    ...     counts[inputs] = sum(linearly_separable(x, y) for x, y in tables)
    >>> counts
    {2: 14, 3: 104}
    """
    check_pairs("linearly_separable", x, y)
    check_finite("linearly_separable", "x", x)
    check_labels("linearly_separable", y)
    if x.ndim != 2 or not (x == np.round(x)).all():
        raise ValueError(
            "linearly_separable expects rows of whole numbers, got others; "
            "scale and round x, or train a Perceptron and look whether its mistakes end"
        )
    perceptron = Perceptron(x.shape[1])
    seen: set[bytes] = set()
    for _ in range(max_epochs):
        state = np.append(perceptron.weight, perceptron.bias).tobytes()
        if state in seen:
            return False
        seen.add(state)
        if perceptron.fit(x, y, max_epochs=1) == [0]:
            return True
    raise RuntimeError(
        f"linearly_separable expects to decide within {max_epochs} epochs, and did not; "
        "pass a larger max_epochs"
    )


def boolean_function(inputs: int, number: int) -> tuple[Labels, Labels]:
    """Return the truth table of one of the Boolean functions of a few inputs.

    Parameters
    ----------
    inputs : int
        From 1 to 5. There are 2^(2^inputs) functions of so many inputs.
    number : int
        Which of them. Bit i of the number is the answer to row i.

    Returns
    -------
    x : int64 array of shape (2^inputs, inputs)
        The rows in counting order: 00, 01, 10, 11.
    y : int64 array of shape (2^inputs,)
        The answers.

    Raises
    ------
    ValueError
        If there is no such function.

    Examples
    --------
    >>> x, y = boolean_function(2, 0b0110)  # XOR
    >>> x.tolist(), y.tolist()
    ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    """
    check_count("boolean_function", "inputs", inputs)
    check_count("boolean_function", "number", number, least=0)
    if inputs > 5 or number >= 2 ** (2**inputs):
        raise ValueError(
            f"boolean_function expects inputs from 1 to 5 and number below 2^(2^inputs), got "
            f"inputs={inputs} and number={number}"
        )
    rows = np.arange(2**inputs)
    x = (rows[:, None] >> np.arange(inputs)[::-1]) & 1  # (rows, inputs)
    return x, np.array([(number >> int(row)) & 1 for row in rows], dtype=np.int64)


def _signs(y: Labels) -> Array:
    """-1 for class 0 and 1 for class 1; as floats, since an unsigned 0 has no 2 y - 1."""
    return 2.0 * y - 1.0


def _weight_row(name: str, x: Array | Labels, y: Labels, weight: npt.ArrayLike) -> Array:
    """The weights as float64, if samples, labels and weights fit together."""
    check_pairs(name, x, y)
    check_finite(name, "x", x)
    check_labels(name, y)
    w = np.asarray(weight, dtype=np.float64)
    if x.ndim != 2 or w.shape != x.shape[1:] or not np.isfinite(w).all():
        raise ValueError(
            f"{name} expects one finite weight for each column of x, got shapes {w.shape} and "
            f"{x.shape}"
        )
    return w
