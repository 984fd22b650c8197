"""Checks of batches of sequences, and which of their steps count."""

import numpy as np

from nnlib.kernels.types import Array, Labels, Mask


def check_sequences(name: str, x: Array, features: int, dtype: np.dtype[np.floating]) -> Array:
    """Return `x` if it is a batch of sequences of this dtype; else say why not."""
    is_array = isinstance(x, np.ndarray)
    if not is_array or x.ndim != 3 or x.shape[2] != features or x.shape[1] == 0:
        got = x.shape if is_array else type(x).__name__
        remedy = "each sample is a sequence of rows"
        if is_array and x.ndim == 2 and features == 1:
            remedy = "make each number a row with x[:, :, None]"
        elif is_array and x.ndim == 2 and x.shape[1] == features:
            remedy = "make a batch of one with x[None]"
        elif is_array and x.ndim == 3 and x.shape[1] == 0:
            remedy = "give each sequence at least one step"
        raise ValueError(
            f"{name} expects x of shape (batch, time, {features}), got {got}; {remedy}"
        )
    if x.dtype != dtype:
        raise TypeError(
            f"{name} expects x of dtype {dtype}, got {x.dtype}; "
            f"convert it with x.astype(np.{dtype})"
        )
    return x


def check_steps(name: str, shape: tuple[int, ...], features: int) -> int:
    """Return the steps of one sample of this shape, if it is a sequence of such rows."""
    if len(shape) != 2 or shape[1] != features or shape[0] < 1:
        raise ValueError(
            f"{name} expects one sample of shape (time, {features}), got {tuple(shape)}; each "
            "sample is a sequence of rows, of one step or more"
        )
    return shape[0]


def check_lengths(name: str, lengths: Labels | None, batch: int, time: int) -> Labels | None:
    """Return the lengths as int64, (batch,), if each lies between 1 and `time`."""
    if lengths is None:
        return None
    given = np.asarray(lengths)
    if given.shape != (batch,) or given.dtype.kind not in "iu":
        raise ValueError(
            f"{name} expects lengths to be {batch} integers, one for each sample, got shape "
            f"{given.shape} of {given.dtype}; count the steps of each sequence"
        )
    if batch and not (given.min() >= 1 and given.max() <= time):
        row = int(np.flatnonzero((given < 1) | (given > time))[0])
        raise ValueError(
            f"{name} expects lengths from 1 to {time}, the steps in x, got {given[row]} in row "
            f"{row}; give each sequence at least one step"
        )
    return given.astype(np.int64)


def lengths_of_mask(name: str, x: Array, lengths: Labels | None) -> tuple[Array, Labels]:
    """Split off the last column of `x`, 1 where a step counts and 0 after the end."""
    if lengths is not None:
        raise ValueError(
            f"{name} expects lengths once, got masked=True and lengths; leave one of them out"
        )
    mask = x[:, :, -1]
    real = mask > 0.5
    counted = real.sum(axis=1)
    whole = np.abs(mask - real).max(initial=0.0) < 1e-3
    if not (whole and (real == (np.arange(x.shape[1]) < counted[:, None])).all()):
        raise ValueError(
            f"{name} expects the last column of x to be 1 up to a sequence's end and 0 after it, "
            "as nnlib.datasets.pad makes it; leave masked=True out where x has no such column"
        )
    return x[:, :, :-1], counted


def check_state(
    name: str, state: Array, shape: tuple[int, ...], dtype: np.dtype[np.floating]
) -> Array:
    """Return `state`, contiguous, if it fits the batch; else say why not."""
    is_array = isinstance(state, np.ndarray)
    if not is_array or state.shape != shape or state.dtype != dtype:
        got = f"{state.shape} of {state.dtype}" if is_array else type(state).__name__
        raise ValueError(
            f"{name} expects a state of shape {shape} of {dtype} for a batch of {shape[-2]}, "
            f"got {got}; set layer.state = None to start from zeros"
        )
    return np.ascontiguousarray(state)


def padded_steps(lengths: Labels | None, time: int, batch: int) -> Mask:
    """Which steps lie beyond the end of a sample, (time, batch); no steps at all if none do."""
    if lengths is None or (lengths == time).all():
        return np.empty((0, batch), dtype=np.bool_)
    padded: Mask = np.arange(time)[:, None] >= lengths
    return padded


def steps_to_cut(truncate: int | None, lengths: Labels | None, time: int, batch: int) -> Mask:
    """Where the gradient stops: every `truncate` steps, counted back from each sample's last."""
    if truncate is None or truncate >= time:
        return np.empty((0, batch), dtype=np.bool_)
    if lengths is None:
        lengths = np.full(batch, time)
    left = lengths - np.arange(time)[:, None]  # (time, batch), steps from here to the end
    cut: Mask = (left > 0) & (left % truncate == 0)
    cut[0] = False  # nothing lies before it but the first state, which is given
    return cut
