"""The perceptron: a threshold neuron that learns from its mistakes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnlib.checks import check_count, check_finite, check_pairs
from nnlib.kernels.neurons import perceptron_epoch
from nnlib.kernels.types import Array, Labels

KEPT = ("last", "pocket", "average")


@dataclass(frozen=True, eq=False)
class Mistake:
    """One wrong answer of a perceptron, and what it changed.

    Attributes
    ----------
    epoch : int
        Passes over the data completed before it; the first is 0.
    index : int
        The row of the sample.
    error : int
        e = y - ŷ: 1 or -1.
    weight : ndarray of shape (features,)
    bias : float
        Both before the update.
    new_weight : ndarray of shape (features,)
    new_bias : float
        Both after it.
    """

    epoch: int
    index: int
    error: int
    weight: Array
    bias: float
    new_weight: Array
    new_bias: float


class Perceptron:
    r"""A threshold neuron, and the rule that trains it one mistake at a time.

    .. math:: \hat y = 1 \text{ if } w \cdot x + b > 0 \text{ else } 0, \qquad e = y - \hat y

    .. math:: w \leftarrow w + \eta\, e\, x, \qquad b \leftarrow b + \eta\, e

    A right answer changes nothing. If a line separates the classes, the mistakes come to an end
    (see `novikoff_bound`); if none does, they never do.

    Parameters
    ----------
    features : int
        Number of inputs.
    learning_rate : float
        η. From zero weights it scales all weights alike and changes no answer.
    weight : array of shape (features,), optional
        First weights; zeros if left out.
    bias : float
        First bias.

    Attributes
    ----------
    weight : ndarray of float64, shape (features,)
    bias : float

    Raises
    ------
    ValueError
        If a number is out of range, `x` is not of shape (batch, features), or a label not 0 or 1.
    TypeError
        If `x` or `y` is no array of numbers.

    References
    ----------
    Rosenblatt (1958), "The perceptron", Psychological Review 65, 386-408. Pocket: Gallant (1990),
    IEEE Transactions on Neural Networks 1, 179-191. Average: Freund and Schapire (1999), Machine
    Learning 37, 277-296.

    Examples
    --------
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])  # AND
    >>> perceptron = Perceptron(2)
    >>> first = next(perceptron.mistakes(x, y))
    >>> first.index, first.error, first.new_weight, first.new_bias
    (3, 1, array([1., 1.]), 1.0)
    >>> perceptron.fit(x, y)  # mistakes in each epoch
    [3, 3, 2, 1, 0]
    >>> perceptron.predict(x)
    array([0, 0, 0, 1])
    """

    def __init__(
        self,
        features: int,
        *,
        learning_rate: float = 1.0,
        weight: npt.ArrayLike | None = None,
        bias: float = 0.0,
    ) -> None:
        check_count("Perceptron", "features", features)
        if not (math.isfinite(learning_rate) and learning_rate > 0):
            got = f"got {learning_rate}; 1.0 will do"
            raise ValueError(f"Perceptron expects learning_rate above 0, {got}")
        self.learning_rate = float(learning_rate)
        self.weight: Array = np.zeros(features)
        self.bias = float(bias)
        if weight is not None:
            self.weight[:] = _one_row(weight, features)
        if not math.isfinite(self.bias):
            raise ValueError(f"Perceptron expects a finite bias, got {bias}; leave it out for 0")

    def predict(self, x: Array | Labels) -> Labels:
        """Return 1 for each row of `x` on the positive side of the line, else 0."""
        self._check_rows(x)
        return self._answer(x)

    def mistakes(self, x: Array | Labels, y: Labels, *, max_epochs: int = 100) -> Iterator[Mistake]:
        """Train, and yield after each mistake; end with the first epoch that has none.

        Parameters
        ----------
        x : ndarray of shape (samples, features)
        y : ndarray of 0 and 1, shape (samples,)
        max_epochs : int
            Passes over the data after which it stops in any case.

        Yields
        ------
        Mistake
            The weights may be changed between two of them.
        """
        self._check_pairs(x, y)
        check_count("Perceptron.mistakes", "max_epochs", max_epochs)
        return self._learn(np.asarray(x, dtype=np.float64), y, max_epochs)

    def _learn(self, x: Array, y: Labels, max_epochs: int) -> Iterator[Mistake]:
        for epoch in range(max_epochs):
            clean = True
            for index in range(len(x)):
                weight, bias = self.weight, self.bias
                error = self._visit(x[index], y[index])
                if error:
                    clean = False
                    yield Mistake(epoch, index, error, weight, bias, self.weight, self.bias)
            if clean:
                return

    def learn_from(self, sample: Array | Labels, label: int) -> int:
        """Show it one sample, correct a wrong answer, and return the error.

        Parameters
        ----------
        sample : ndarray of shape (features,)
        label : int
            0 or 1.

        Returns
        -------
        int
            e = y - ŷ: 0 if the answer was right and nothing changed, else 1 or -1.

        Examples
        --------
        >>> perceptron = Perceptron(2)
        >>> perceptron.learn_from(np.array([2.0, -1.0]), 1), perceptron.weight, perceptron.bias
        (1, array([ 2., -1.]), 1.0)
        """
        rows = np.array([sample])
        self._check_pairs(rows, np.array([label]))
        return self._visit(rows[0], label)

    def _visit(self, sample: Array | Labels, label: int) -> int:
        error = int(label) - int(self._answer(sample))
        if error:
            self.weight = self.weight + self.learning_rate * error * sample
            self.bias = self.bias + self.learning_rate * error
        return error

    def fit(
        self, x: Array | Labels, y: Labels, *, max_epochs: int = 100, keep: str = "last"
    ) -> list[int]:
        """Train to the end, and return how many mistakes each epoch made.

        Parameters
        ----------
        x : ndarray of shape (samples, features)
        y : ndarray of 0 and 1, shape (samples,)
        max_epochs : int
            Passes over the data after which it stops in any case.
        keep : str
            Which weights to end with: the "last"; the "pocket", those of all seen that get the
            most samples right; or the "average" of the weights over all samples looked at.

        Returns
        -------
        list of int
            One for each epoch. The last is 0 if a separating line was found.
        """
        if keep not in KEPT:
            raise ValueError(
                f"Perceptron.fit expects keep to be one of {', '.join(KEPT)}, got {keep!r}"
            )
        check_count("Perceptron.fit", "max_epochs", max_epochs)
        if keep == "last":
            return self._learn_fast(x, y, max_epochs)
        self._check_pairs(x, y)
        best, pocket = self._right(x, y), (self.weight, self.bias)
        weights, times = [(*self.weight, self.bias)], [0]  # each, and the sample it starts at
        counts: list[int] = []
        for mistake in self.mistakes(x, y, max_epochs=max_epochs):
            counts += [0] * (mistake.epoch + 1 - len(counts))
            counts[mistake.epoch] += 1
            weights.append((*self.weight, self.bias))
            times.append(mistake.epoch * len(x) + mistake.index + 1)
            if keep == "pocket" and (right := self._right(x, y)) > best:
                best, pocket = right, (self.weight, self.bias)
        counts += [0] * (len(counts) < max_epochs)  # the epoch without a mistake
        if keep == "pocket":
            self.weight, self.bias = pocket
        elif keep == "average":
            lifetimes = np.diff(times, append=len(counts) * len(x))
            average = np.average(weights, axis=0, weights=lifetimes)
            self.weight, self.bias = average[:-1], float(average[-1])
        return counts

    def _learn_fast(self, x: Array | Labels, y: Labels, max_epochs: int) -> list[int]:
        """The updates of `mistakes` by a kernel, which says if it meets a number not finite."""
        self._check_pairs(x, y, finite=False)
        # float32 is read as it is, which takes half as long; the sums are in float64 all the same.
        rows: Array = np.ascontiguousarray(x, None if x.dtype == np.float32 else np.float64)
        labels = y.astype(np.int64)
        weight, bias = np.array(self.weight, dtype=np.float64), np.array([self.bias])
        counts: list[int] = []
        while len(counts) < max_epochs and counts[-1:] != [0]:
            rate, least = self.learning_rate, self._least
            counts.append(perceptron_epoch(rows, labels, rate, least, weight, bias))
            if counts[-1] < 0:
                check_finite("Perceptron", "x", x)  # to say in which row
                raise FloatingPointError("Perceptron.fit: a sum is too large; scale x down")
        self.weight, self.bias = weight, float(bias[0])
        return counts

    @property
    def _least(self) -> float:
        """Sums up to here count as 0: at a rate of 0.01, three steps there and back leave 3e-18."""
        return 1e-9 * self.learning_rate

    def _answer(self, x: Array | Labels) -> Labels:
        """1 where w x + b is positive; a sum that is 0 but for rounding counts as 0."""
        answers: Labels = (x @ self.weight + self.bias > self._least).astype(np.int64)
        return answers

    def _right(self, x: Array | Labels, y: Labels) -> int:
        """How many samples it answers right."""
        return int(np.count_nonzero(self._answer(x) == y))

    def _check_rows(self, x: Array | Labels, *, finite: bool = True) -> None:
        """Refuse what is no batch of rows of the right length, or not finite."""
        features = len(self.weight)
        if not isinstance(x, np.ndarray) or x.ndim != 2 or x.shape[1] != features:
            got = x.shape if isinstance(x, np.ndarray) else type(x).__name__
            raise ValueError(
                f"Perceptron expects x of shape (batch, {features}), got {got}; "
                "each sample is one row of an array"
            )
        check_finite("Perceptron", "x", x if finite else x[:1])

    def _check_pairs(self, x: Array | Labels, y: Labels, *, finite: bool = True) -> None:
        """Refuse samples and labels that it cannot learn from."""
        check_pairs("Perceptron", x, y)
        self._check_rows(x, finite=finite)
        check_labels("Perceptron", y)

    def __repr__(self) -> str:
        return f"Perceptron({len(self.weight)}, learning_rate={self.learning_rate:g})"


def check_labels(name: str, y: Labels) -> None:
    """Refuse labels other than 0 and 1, one for each sample."""
    if y.ndim != 1 or not ((y == 0) | (y == 1)).all():
        remedy = "y.ravel()" if y.ndim > 1 else "(y > 0).astype(int), if classes are -1 and 1"
        got = f"shape {y.shape}" if y.ndim != 1 else f"{np.unique(y)[:5].tolist()}"
        raise ValueError(f"{name} expects y to hold 0 and 1 in shape (batch,), got {got}; {remedy}")


def _one_row(weight: npt.ArrayLike, features: int) -> Array:
    """First weights as float64, if they are as many finite numbers as there are features."""
    row = np.asarray(weight, dtype=np.float64)
    if row.shape != (features,) or not np.isfinite(row).all():
        raise ValueError(
            f"Perceptron expects weight to be {features} finite numbers, got {weight!r}; "
            "leave it out for zeros"
        )
    return row
