"""Lesson 06: exercises and their checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.exercises.attempt import Wrong, shown
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.expect import expect_close, expect_numbers
from nnlib.filters import filter2d
from nnlib.layers import Window, receptive_fields

Function = Callable[..., Any]


def _check_size(output_size: Function, rng: np.random.Generator) -> None:
    """The size is that of the layers, for all four settings, and a whole number."""
    for step in range(40):
        k, s, p, d = (int(n) for n in rng.integers((1, 1, 0, 1), (6, 4, 3, 4)))
        n = d * (k - 1) + 1 + int(rng.integers(0, 20))
        if step < 5:  # begin where nothing is special
            s, p, d, n = 1, 0, 1, n + k
        wanted = Window((k, k), (s, s), (p, p), (d, d)).output((n, n))[0]
        case = f"n = {n}, k = {k}, s = {s}, p = {p}, d = {d}"
        got = expect_numbers(output_size(n, k, s, p, d), (), "the size of the output", case)
        if float(got) != int(got):
            raise Wrong(
                f"{wanted}", f"{float(got):g}", f"For {case}. A window fits in or it does not."
            )
        expect_close(float(got), float(wanted), "the size of the output", case)


def _check_slide(slide: Function, rng: np.random.Generator) -> None:
    """The output agrees with the library, for kernels of any shape, and the image is left alone."""
    for (height, width), (tall, wide) in (
        ((3, 3), (3, 3)), ((5, 7), (3, 3)), ((6, 5), (1, 2)), ((4, 8), (2, 3)), ((9, 4), (4, 1)),
    ):  # fmt: skip
        image = rng.integers(0, 256, (height, width)).astype(float)
        kernel = rng.normal(size=(tall, wide)).round(1)
        case = f"an image of {height} x {width} and the kernel {shown(kernel)}"
        before = image.copy()
        got = slide(image, kernel)
        if not np.array_equal(image, before):
            raise Wrong(
                "the image as it was",
                "an image with new pixels in it",
                f"That is for {case}. Later windows read what was written: use an array of its "
                "own for the output.",
            )
        flipped = filter2d(image, kernel, flip=True)
        wanted = filter2d(image, kernel)
        found = expect_numbers(got, wanted.shape, "the output", case)
        turned = np.allclose(found, flipped) and not np.allclose(flipped, wanted)
        why = "That is a convolution: the kernel is not to be turned here." if turned else ""
        expect_close(found, wanted, "the output", case, why=why)


def _check_field(receptive_field: Function, rng: np.random.Generator) -> None:
    """The field agrees with the library's, for stacks with and without strides."""
    stacks = [[(3, 1)], [(3, 1), (3, 1)], [(5, 1), (3, 1), (3, 1)], [(11, 4), (3, 2), (5, 1)]]
    for _ in range(20):
        depth = int(rng.integers(1, 7))
        stacks.append([(int(k), int(s)) for k, s in rng.integers(1, (8, 4), (depth, 2))])
    for stack in stacks:
        windows = [Window((k, k), (s, s)) for k, s in stack]
        *_, last = receptive_fields(windows)
        assert last is not None
        case = f"layers = {stack}"
        why = ""
        if any(s > 1 for _, s in stack[:-1]):
            why = "A stride makes every later layer reach further, not its own."
        got = receptive_field(list(stack))
        expect_close(got, float(last[0][0]), "the receptive field", case, why=why)


EXERCISES = {
    "size": Exercise(
        "the size of a feature map: `output_size(n, k, s, p, d)` for an image of n pixels, kernel "
        "k, stride s, padding p, dilation d",
        "warm-up",
        (
            "Padding makes the image wider on both sides. How wide is it then?",
            "With gaps of d, a kernel covers more than k pixels. Draw k = 3, d = 2.",
            "Count where the window can begin: from the first place on, in strides, as long as it "
            "fits. The first place counts too.",
        ),
        _check_size,
        "Right for every kernel, stride, padding and dilation that was tried.",
    ),
    "slide": Exercise(
        "a window that slides: `slide(image, kernel)` returns the correlation wherever the whole "
        "window lies in the image",
        "core",
        (
            "How many rows and columns has the output? Make an array of zeros of that shape first.",
            "Two loops, over rows and columns of the output. A slice of the image is the window.",
            "Multiply the window by the kernel, number by number, and add up.",
        ),
        _check_slide,
        "It agrees with the library for kernels of every shape, and leaves the image alone.",
    ),
    "field": Exercise(
        "the receptive field: `receptive_field(layers)` for a list of pairs (k, s), first layer "
        "first",
        "stretch",
        (
            "Keep two numbers: how far one pixel sees, and how far apart the windows of two "
            "neighbours lie. Both begin with 1.",
            "A layer looks at k neighbours. How many steps lie between the first and the last?",
            "The stride of a layer counts for those behind it. In which order do you update the "
            "two numbers?",
        ),
        _check_field,
        "Right for stacks with strides and without, and for the beginning of AlexNet.",
    ),
}
