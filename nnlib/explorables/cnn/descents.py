"""Two descents side by side that look for a kernel of 3 x 3: plain, and with momentum."""

from dataclasses import dataclass, field

import numpy as np

from nnlib.kernels.types import Array
from nnlib.layers import Parameter
from nnlib.optimizers import SGD

NEAR = 0.01  # no weight further off: then a kernel counts as found


@dataclass(frozen=True)
class Curvature:
    r"""The two ends of the curvature of a squared error, and the best settings for it.

    Parameters
    ----------
    low, high : float
        Smallest and largest eigenvalue of the matrix of second derivatives.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods".

    Examples
    --------
    >>> Curvature(1.0, 9.0).kappa, Curvature(1.0, 9.0).plain(), Curvature(1.0, 9.0).with_momentum()
    (9.0, 0.2, (0.25, 0.25))
    """

    low: float
    high: float

    @property
    def kappa(self) -> float:
        """The condition number."""
        return self.high / self.low

    def plain(self) -> float:
        """Return the best learning rate for gradient descent."""
        return 2 / (self.low + self.high)

    def with_momentum(self) -> tuple[float, float]:
        """Return the best learning rate and momentum together."""
        root_low, root_high = self.low**0.5, self.high**0.5
        momentum = ((root_high - root_low) / (root_high + root_low)) ** 2
        return 4 / (root_high + root_low) ** 2, momentum


def windows_of(image: Array) -> Array:
    """Return every window of 3 x 3 of an image as a row.

    Parameters
    ----------
    image : ndarray of shape (height, width)

    Returns
    -------
    ndarray of shape ((height - 2) (width - 2), 9)

    Examples
    --------
    >>> windows_of(np.arange(12.0).reshape(3, 4))[1].tolist()
    [1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 9.0, 10.0, 11.0]
    """
    views = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return np.ascontiguousarray(views.reshape(-1, 9))


def curvature(windows: Array) -> Curvature:
    """Return the curvature of the mean squared error of a kernel on these windows.

    Parameters
    ----------
    windows : ndarray of shape (n, 9)

    Returns
    -------
    Curvature

    Examples
    --------
    >>> curvature(np.eye(9)).kappa
    1.0
    """
    eigenvalues = np.linalg.eigvalsh(2 * windows.T @ windows / len(windows))
    return Curvature(float(eigenvalues[0]), float(eigenvalues[-1]))


@dataclass
class Seeker:
    """One descent: nine weights that begin at 0, and the steps it took to find the kernel.

    Parameters
    ----------
    learning_rate, momentum : float
    """

    learning_rate: float
    momentum: float = 0.0
    found: int = 0  # the step at which it was there; 0 if not yet
    kernel: Parameter = field(init=False)

    def __post_init__(self) -> None:
        self.kernel = Parameter(np.zeros(9))
        self.optimizer = SGD((self.kernel,), self.learning_rate, momentum=self.momentum)

    def step(self, windows: Array, wanted: Array, target: Array) -> None:
        """Go one step down the mean squared error, and note it if the target is reached."""
        error = windows @ self.kernel.value - wanted
        self.kernel.grad[...] = 2 * windows.T @ error / len(windows)
        self.optimizer.step()
        if not self.found and self.distance(target) < NEAR:
            self.found = self.optimizer.iteration

    def distance(self, target: Array) -> float:
        """Return how far the worst weight is from the target's."""
        return float(np.abs(self.kernel.value - target.ravel()).max())
