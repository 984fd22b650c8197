"""One perceptron at its lessons, sample by sample, and everything that it has been through."""

from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.kernels.types import Array, Labels
from nnlib.neurons import Perceptron


class Pupil:
    """A perceptron that visits one sample after the other, and remembers its mistakes.

    Parameters
    ----------
    x : ndarray of shape (samples, 2)
    y : ndarray of 0 and 1, shape (samples,)
    learning_rate : float
    first : array_like
        w1, w2, b before the first sample.

    Attributes
    ----------
    perceptron : Perceptron
    path : list of ndarray of shape (3,)
        w1, w2, b at first and after each visit.
    visits : list of (int, int)
        Sample and error of each visit.
    counts : list of int
        Mistakes in each epoch, the present one last.
    """

    def __init__(
        self, x: Array, y: Labels, *, learning_rate: float = 1.0, first: npt.ArrayLike = (0, 0, 0)
    ) -> None:
        self.x, self.y = x, y
        *weight, bias = np.asarray(first, dtype=np.float64).tolist()
        self.perceptron = Perceptron(
            x.shape[1], learning_rate=learning_rate, weight=weight, bias=bias
        )
        self.path = [self.numbers]
        self.visits: list[tuple[int, int]] = []
        self.counts = [0]

    @property
    def numbers(self) -> Array:
        """w1, w2, b as they are."""
        return np.append(self.perceptron.weight, self.perceptron.bias)

    @property
    def epoch(self) -> int:
        """Passes completed."""
        return len(self.visits) // max(len(self.x), 1)

    @property
    def done(self) -> bool:
        """Whether a whole pass went without a mistake."""
        clean = self.visits[self.epoch * len(self.x) - len(self.x) :] if self.epoch else []
        return bool(clean) and len(self.visits) % len(self.x) == 0 and not any(e for _, e in clean)

    @property
    def mistakes(self) -> int:
        """Mistakes so far."""
        return sum(self.counts)

    def visit(self, sample: int) -> int:
        """Show it a sample, and return the error e = y - ŷ."""
        if len(self.visits) == self.epoch * len(self.x) and self.visits:
            self.counts.append(0)
        error = self.perceptron.learn_from(self.x[sample], int(self.y[sample]))
        self.visits.append((sample, error))
        self.path.append(self.numbers)
        self.counts[-1] += error != 0
        return error

    def wrong(self) -> int:
        """Return how many samples it answers wrongly now."""
        return int(np.count_nonzero(self.perceptron.predict(self.x) != self.y))

    def save(self) -> dict[str, Any]:
        """Return all that a visit changes."""
        return {"path": list(self.path), "visits": list(self.visits), "counts": list(self.counts)}

    def load(self, state: dict[str, Any]) -> None:
        """Go back to what `save` returned."""
        self.path, self.visits = list(state["path"]), list(state["visits"])
        self.counts = list(state["counts"])
        self.perceptron.weight = self.path[-1][:-1].copy()
        self.perceptron.bias = float(self.path[-1][-1])
