"""Networks with the interface of scikit-learn, for its cross-validation, pipelines and searches."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib.initializers import glorot_uniform, he_normal
from nnlib.kernels.types import Array, Labels
from nnlib.layers import Activation, Dense, Layer, ReLU, Sigmoid, Tanh
from nnlib.losses import CrossEntropy, Loss, MeanSquaredError
from nnlib.metrics import softmax
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.threads import limited_blas_threads
from nnlib.training import fit

ACTIVATIONS: dict[str, type[Activation]] = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}


class _Network(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: the settings, the training and the forward pass."""

    def __init__(
        self,
        hidden: Sequence[int] = (16,),
        activation: str = "relu",
        *,
        learning_rate: float = 0.01,
        epochs: int = 100,
        batch_size: int = 32,
        random_state: Any = 0,
    ) -> None:
        # scikit-learn wants the settings kept as they came, and looked at in fit.
        self.hidden = hidden
        self.activation = activation
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state

    def _train(self, x: Array, targets: Array | Labels, outputs: int, loss: Loss) -> None:
        """Make a network and train it with Adam; in float64, so that batches of one agree."""
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        network = self._build(x.shape[1], outputs, rng)
        optimizer = Adam(network.parameters(), learning_rate=self.learning_rate)
        steps = fit(
            network,
            loss,
            optimizer,
            x,
            targets,
            batch_size=self.batch_size,
            epochs=self.epochs,
            rng=rng,
        )
        # Kept at the end only: where training breaks off, an earlier network stays.
        self.loss_curve_ = [step.loss for step in steps]
        self.network_ = network

    def _build(self, features: int, outputs: int, rng: np.random.Generator) -> Sequential:
        """Dense layers with the activation between them."""
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"{type(self).__name__} expects activation to be one of "
                f"{', '.join(ACTIVATIONS)}, got {self.activation!r}"
            )
        if not isinstance(self.hidden, Sequence) or isinstance(self.hidden, str):
            raise ValueError(
                f"{type(self).__name__} expects hidden to list the sizes of the hidden layers, got "
                f"{self.hidden!r}; write hidden=(16,) for one layer of 16 units"
            )
        initializer = he_normal if self.activation == "relu" else glorot_uniform
        layers: list[Layer] = []
        for before, after in pairwise([features, *self.hidden, outputs]):
            layers += [
                Dense(before, after, rng=rng, dtype=np.float64, initializer=initializer),
                ACTIVATIONS[self.activation](),
            ]
        return Sequential(*layers[:-1])  # no activation behind the outputs

    def _forward(self, x: npt.ArrayLike) -> Array:
        """Check new samples as scikit-learn asks, and send them through the network."""
        check_is_fitted(self, "network_")
        rows = validate_data(self, x, dtype=np.float64, reset=False)
        with limited_blas_threads():
            return self.network_.forward(rows)


class NetworkClassifier(ClassifierMixin, _Network):  # type: ignore[misc]
    """A network of dense layers that tells classes apart, for scikit-learn.

    Trained with Adam on the cross-entropy of softmax. Scale the features first, with scikit-learn's
    `StandardScaler` in a pipeline.

    Parameters
    ----------
    hidden : sequence of int
        Sizes of the hidden layers; () is logistic regression.
    activation : str
        "relu", "tanh" or "sigmoid".
    learning_rate : float
    epochs : int
        Passes over the data.
    batch_size : int
    random_state : int, RandomState or None
        Decides the first weights and the order of the samples.

    Attributes
    ----------
    classes_ : ndarray
        The labels, sorted.
    network_ : Sequential
        What was trained.
    loss_curve_ : list of float
        Loss of each mini-batch, in nats.
    n_features_in_ : int

    Raises
    ------
    ValueError
        In `fit`, if a setting is out of range or the data are not fit for it.
    FloatingPointError
        In `fit`, if training diverges.

    References
    ----------
    Buitinck and others (2013), "API design for machine learning software", arXiv:1309.0238.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_score
    >>> from nnlib.datasets import moons
    >>> x, labels = moons(200, noise=0.1, rng=np.random.default_rng(0))
    >>> scores = cross_val_score(NetworkClassifier(hidden=(16,)), x, labels, cv=5)
    >>> bool(scores.mean() > 0.9)
    True

    A search trains through joblib, with the same numbers wherever that sends the work: in threads,
    in processes, or on a cluster of Dask, with ``parallel_config(backend="dask")``.

    >>> from joblib import parallel_config
    >>> from sklearn.model_selection import GridSearchCV
    >>> search = GridSearchCV(NetworkClassifier(epochs=10), {"learning_rate": [1e-4, 0.01]}, cv=3)
    >>> with parallel_config(backend="threading", n_jobs=2):
    ...     search.fit(x, labels).best_params_
    {'learning_rate': 0.01}
    """

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Train on samples (samples, features) and their labels (samples,), of any type."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        classes, numbers = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(
                f"NetworkClassifier expects two classes or more, got one class: {classes[0]}"
            )
        self._train(rows, numbers, len(classes), CrossEntropy())
        self.classes_ = classes
        return self

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Return the probability of each class, of shape (samples, classes)."""
        return softmax(self._forward(X))

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the likeliest label of each sample, of shape (samples,)."""
        winners = self._forward(X).argmax(axis=1)
        labels: npt.NDArray[Any] = self.classes_[winners]
        return labels


class NetworkRegressor(RegressorMixin, _Network):  # type: ignore[misc]
    """A network of dense layers that predicts numbers, for scikit-learn.

    Trained with Adam on the mean squared error. Scale features and targets first.

    Parameters
    ----------
    hidden : sequence of int
        Sizes of the hidden layers; () is linear regression.
    activation : str
        "relu", "tanh" or "sigmoid".
    learning_rate : float
    epochs : int
        Passes over the data.
    batch_size : int
    random_state : int, RandomState or None
        Decides the first weights and the order of the samples.

    Attributes
    ----------
    network_ : Sequential
        What was trained.
    loss_curve_ : list of float
        Loss of each mini-batch, in the unit of the targets, squared.
    n_features_in_ : int

    Raises
    ------
    ValueError
        In `fit`, if a setting is out of range or the data are not fit for it.
    FloatingPointError
        In `fit`, if training diverges.

    References
    ----------
    Buitinck and others (2013), "API design for machine learning software", arXiv:1309.0238.

    Examples
    --------
    >>> from nnlib.datasets import regression_plane
    >>> x, targets = regression_plane(200, noise=0.0, rng=np.random.default_rng(0))
    >>> model = NetworkRegressor().fit(x[:150], targets[:150])
    >>> model.score(x[150:], targets[150:]) > 0.98  # R²
    True
    """

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Train on samples (samples, features) and numbers, (samples,) or (samples, outputs)."""
        rows, numbers = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        targets = np.asarray(numbers, dtype=np.float64)
        columns = targets[:, None] if targets.ndim == 1 else targets  # (samples, outputs)
        self._train(rows, columns, columns.shape[1], MeanSquaredError())
        self._flat = targets.ndim == 1
        return self

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the numbers for each sample, in the shape of the targets it was trained on."""
        prediction = self._forward(X)
        return prediction[:, 0] if self._flat else prediction

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
