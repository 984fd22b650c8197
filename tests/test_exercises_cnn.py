"""Lesson 06: every stored answer is computed anew."""

import numpy as np

from nnlib import Conv2D
from nnlib.exercises.cnn import lesson
from nnlib.explorables.cnn import Ingredients, LearnFilter, OnePixel, ShiftTest
from nnlib.explorables.cnn.shared_weights import counts
from nnlib.filters import KERNELS, filter2d
from nnlib.layers import Window, receptive_fields
from nnlib.zoo import alexnet_summary

# ---------------------------------------------------------------------------- stored answers


def test_the_pixel_in_place() -> None:
    view = OnePixel(in_place=True)
    view.run(2)
    lesson.prove("in place", view.pixels()[1].round())
    lesson.prove("in place", round(2507 / 12))


def test_level_ground_and_turned_kernels() -> None:
    level = np.full((4, 4), 200.0)
    zero = np.allclose(filter2d(level, KERNELS["laplacian"]), 0)
    lesson.prove("level", "zero" if zero else "200")
    names = {"box": "box", "sobel": "sobel x", "sharpen": "sharpen", "laplace": "laplacian",
             "identity": "identity"}  # fmt: skip
    kept = {
        option for option, name in names.items()
        if np.allclose(filter2d(level, KERNELS[name]), level[1:-1, 1:-1])
    }  # fmt: skip
    lesson.prove("kernels", kept)
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(6, 6)), rng.normal(size=(3, 3))
    turned = np.allclose(filter2d(image, kernel, flip=True), filter2d(image, kernel[::-1, ::-1]))
    lesson.prove("flip", "turn" if turned else "sum")


def test_without_its_mean_a_picture_teaches_sooner() -> None:
    steps = []
    for centre in (False, True):
        view = LearnFilter(centre=centre)
        view.run(120)
        steps.append(view.found()["plain"])
    lesson.prove("centre", "faster" if 0 < steps[1] < steps[0] / 5 else "same")


def test_weights_and_sizes() -> None:
    rng = np.random.default_rng(0)
    lesson.prove("weights", int(counts(28, 6, 5)["conv"]))
    lesson.prove("channels", sum(p.value.size for p in Conv2D(6, 16, 5, rng=rng).parameters()))
    conv1 = Window((11, 11), (4, 4))
    lesson.prove("size", conv1.output((227, 227))[0])
    *_, last = receptive_fields([Window((3, 3))] * 5)
    assert last is not None
    lesson.prove("field", last[0][0])


def test_alexnet() -> None:
    rows = {row.layer: row for row in alexnet_summary().rows}
    fields = {name: row.receptive_field[0] for name, row in rows.items() if row.receptive_field}
    nearest = min(fields, key=lambda name: abs(fields[name] - 52))
    lesson.prove("slides", nearest if fields[nearest] == 51 else "pool2")
    groups = {
        "conv": sum(row.parameters for name, row in rows.items() if name.startswith("conv")),
        "pool": sum(row.parameters for name, row in rows.items() if name.startswith("pool")),
        "first": rows["conv1"].parameters,
        "dense": sum(row.parameters for name, row in rows.items() if name.startswith("fc")),
    }
    lesson.prove("parameters", max(groups, key=lambda name: groups[name]))


def test_who_reads_a_digit_that_moved() -> None:
    view = ShiftTest()
    view.run(200)
    right = view.right(across=4)
    lesson.prove("shift", "conv" if right["conv"] > right["dense"] + 0.4 else "both")


def test_what_helps_to_train() -> None:
    helped = set()
    for option, name, steps in (
        ("relu", "ReLU", 150), ("dropout", "Dropout", 800), ("augment", "Augmentation", 500),
    ):  # fmt: skip
        view = Ingredients(ingredient=name)
        view.run(steps)
        helped |= {option} if view.test()["with"] > view.test()["without"] else set()
    sizes = Ingredients(ingredient="Two GPUs").sizes()
    helped |= {"gpus"} if sizes["with"] < 0.6 * sizes["without"] else set()
    rng = np.random.default_rng(0)  # filters that begin alike stay alike
    conv = Conv2D(1, 3, 3, rng=rng)
    conv.weight.value[:] = 0
    conv.forward(rng.normal(size=(2, 1, 5, 5)).astype(np.float32))
    conv.backward(np.ones((2, 3, 3, 3), dtype=np.float32))
    helped |= set() if (conv.weight.grad == conv.weight.grad[:1]).all() else {"zero"}
    lesson.prove("train", helped)
