"""Lesson 06: answers to its exercises, right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np


def size(n: int, k: int, s: int, p: int, d: int) -> int:
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def slide(image: Any, kernel: Any) -> Any:
    k, l = kernel.shape  # noqa: E741
    out = np.zeros((image.shape[0] - k + 1, image.shape[1] - l + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = (image[i : i + k, j : j + l] * kernel).sum()
    return out


def field(layers: Any) -> int:
    r = j = 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r


SOLUTIONS: dict[str, Callable] = {"size": size, "slide": slide, "field": field}


def by_views(image: Any, kernel: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


def backwards(layers: Any) -> int:
    r = 1
    for k, s in reversed(layers):
        r = (r - 1) * s + k
    return r


OTHER_SOLUTIONS: list[tuple[str, Callable]] = [
    ("size", lambda n, k, s, p, d: len(range(0, n + 2 * p - d * (k - 1), s))),
    ("size", lambda n, k, s, p, d: float(size(n, k, s, p, d))),
    ("slide", by_views),
    ("slide", lambda image, kernel: slide(image, kernel).tolist()),
    ("field", backwards),
]


def in_place(image: Any, kernel: Any) -> Any:
    k, l = kernel.shape  # noqa: E741
    out = np.zeros((image.shape[0] - k + 1, image.shape[1] - l + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = (image[i : i + k, j : j + l] * kernel).sum()
        image[i + k // 2, j + l // 2] = out[i, j]
    return out


def stride_too_early(layers: Any) -> int:
    r = j = 1
    for k, s in layers:
        j *= s
        r += (k - 1) * j
    return r


WRONG: list[tuple[str, Callable]] = [
    ("size", lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1),
    ("size", lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s),
    ("size", lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1),
    ("size", lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1),
    ("size", lambda n, k, s, p, d: size(n, k, s, p, 1)),
    ("slide", in_place),
    ("slide", lambda image, kernel: slide(image, kernel[::-1, ::-1])),
    ("slide", lambda image, kernel: slide(image, kernel) / kernel.sum()),
    ("slide", lambda image, kernel: np.clip(slide(image, kernel), 0, 255)),
    ("slide", lambda image, kernel: slide(image, kernel).T),
    ("slide", lambda image, kernel: slide(np.pad(image, 1), kernel)),
    ("field", stride_too_early),
    ("field", lambda layers: 1 + sum(k - 1 for k, _ in layers)),
    ("field", lambda layers: sum(k for k, _ in layers)),
    ("field", lambda layers: int(np.prod([k for k, _ in layers]))),
    ("field", lambda layers: field(layers[::-1])),
]

#: What no hint may say, without its blanks.
FORMULAS = ("n+2*p", "//s", "sum()", "*kernel", "(k-1)*", "j*=s")
