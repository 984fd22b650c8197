"""What a loss is, and the checks that losses share."""

from typing import cast

import numpy as np

from nnlib.kernels.types import FLOATS, Array, Labels


class Loss:
    """A number that says how wrong a batch is, and its gradient; it keeps no state.

    A subclass defines `value` and `gradient`. Training asks for both at once, and a subclass that
    can do that in one pass defines `value_and_gradient` too, with the same results to the bit.
    Whoever changes one of those losses changes that method: `fit` calls no other.
    """

    #: Whether the targets are classes, so that an accuracy can be counted.
    classifies = True

    def value(self, prediction: Array, target: Array | Labels) -> float:
        """Return the loss, averaged over the batch."""
        raise NotImplementedError

    def gradient(self, prediction: Array, target: Array | Labels) -> Array:
        """Return dL/d(prediction), of the shape of `prediction`."""
        raise NotImplementedError

    def value_and_gradient(self, prediction: Array, target: Array | Labels) -> tuple[float, Array]:
        """Return what `value` and `gradient` return."""
        return self.value(prediction, target), self.gradient(prediction, target)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def scalar(value: float, like: Array) -> float:
    """A number in the dtype of an array: a float64 factor would make float32 kernels slow."""
    return cast(float, like.dtype.type(value))


def check_arrays(name: str, prediction: Array, target: Array | Labels) -> None:
    """Refuse what is no array, and predictions that could not hold a gradient."""
    for argument, array in (("prediction", prediction), ("target", target)):
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f"{name} expects the {argument} to be an array, got {type(array).__name__}; "
                f"convert it with np.asarray({argument})"
            )
    if prediction.dtype not in FLOATS:
        raise TypeError(
            f"{name} expects a prediction of float32 or float64, got {prediction.dtype}; "
            "convert it with prediction.astype(np.float32)"
        )


def same_shape(name: str, prediction: Array, target: Array | Labels) -> tuple[Array, Array]:
    """Both arrays, contiguous and of one dtype, if their shapes fit; else say why not."""
    check_arrays(name, prediction, target)
    if prediction.size == 0:
        raise ValueError(f"{name} expects at least one sample, got an empty batch")
    if prediction.ndim == 0:  # np.ascontiguousarray would make a row of it
        raise ValueError(
            f"{name} expects a prediction of shape (batch, ...), got (); make a batch of one with "
            "prediction[None]"
        )
    if prediction.shape != target.shape:
        remedy = "give each sample as many targets as outputs"
        if target.ndim == 1 and prediction.shape == (len(target), 1):
            remedy = "make the targets a column with target[:, None]"
        raise ValueError(
            f"{name} expects a target of the prediction's shape {prediction.shape}, "
            f"got {target.shape}; {remedy}"
        )
    if target.dtype.kind not in "fiub":  # a conversion would drop an imaginary part
        raise TypeError(
            f"{name} expects numbers in the target, got dtype {target.dtype}; "
            "convert it with target.astype(np.float32)"
        )
    dtype = prediction.dtype
    return np.ascontiguousarray(prediction), np.ascontiguousarray(target, dtype=dtype)


def targets_outside(name: str, target: Array) -> ValueError:
    """The error for yes-or-no targets that are not between 0 and 1."""
    return ValueError(
        f"{name} expects targets between 0 and 1, got values from {target.min():g} to "
        f"{target.max():g}; map the two classes to 0 and 1"
    )
