"""Image helpers: moved, turned, noisy, and a drawing made into what a network reads."""

import math
import os

import numpy as np
import pytest
from scipy import ndimage

from nnlib.datasets import (
    add_noise,
    augment,
    center_by_mass,
    downsample,
    load_digits,
    load_mnist,
    mnist_available,
    rotate,
    shift,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def images(count=5, size=8):
    return load_digits(rng=rng()).x_train[:count].reshape(-1, size, size)


# ---------------------------------------------------------------- shift and rotate


@pytest.mark.parametrize("down", [-9, -8, -3, 0, 1, 7, 8, 100])
@pytest.mark.parametrize("right", [-2, 0, 5])
def test_shift_moves_pixels_and_fills_with_background(down, right):
    batch = images()
    moved = shift(batch, down, right)
    expected = np.zeros_like(batch)
    for row, column in np.ndindex(8, 8):
        if 0 <= row + down < 8 and 0 <= column + right < 8:
            expected[:, row + down, column + right] = batch[:, row, column]
    np.testing.assert_array_equal(moved, expected)
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(shift(batch[0], down, right), moved[0])


@pytest.mark.parametrize("degrees", [0, 7.5, -15, 40, 90, 180, 361])
def test_rotate_agrees_with_scipy(degrees):
    batch = images()
    expected = ndimage.rotate(
        batch, degrees, axes=(1, 2), reshape=False, order=1, mode="grid-constant"
    )
    turned = rotate(batch, degrees)
    np.testing.assert_allclose(turned, expected, atol=1e-5)
    assert turned.dtype == np.float32


def test_a_quarter_turn_is_exact_and_an_image_may_be_oblong():
    batch = images()
    np.testing.assert_allclose(rotate(batch, 90), np.rot90(batch, axes=(1, 2)), atol=1e-6)
    oblong = np.zeros((3, 9))
    oblong[1, 4] = 1.0
    assert rotate(oblong, 33)[1, 4] == 1.0  # the centre stays
    np.testing.assert_allclose(rotate(oblong, 180), oblong, atol=1e-12)


# ---------------------------------------------------------------- noise


def test_more_noise_is_the_same_noise_stronger():
    grey = np.full((50, 64), 0.5, np.float32)
    small, large = (add_noise(grey, amount, rng=rng()) for amount in (0.05, 0.1))
    np.testing.assert_allclose(large - 0.5, 2 * (small - 0.5), atol=1e-6)
    assert small.std() == pytest.approx(0.05, rel=0.05)
    wild = add_noise(grey, 10.0, rng=rng())
    assert (wild.min(), wild.max()) == (0.0, 1.0)
    assert wild.dtype == np.float32
    np.testing.assert_array_equal(add_noise(grey, 0, rng=rng()), grey)
    assert (grey == 0.5).all()


# ---------------------------------------------------------------- all of it at random


def test_augment_changes_each_image_in_its_own_way():
    batch = np.repeat(images(1), 30, axis=0)
    made = augment(batch, pixels=1, degrees=10, noise=0.05, rng=rng())
    assert made.shape == batch.shape
    assert made.dtype == np.float32
    assert len({image.tobytes() for image in made}) == 30
    np.testing.assert_array_equal(made, augment(batch, noise=0.05, rng=rng()))
    np.testing.assert_array_equal(batch, np.repeat(images(1), 30, axis=0))


def test_augment_by_nothing_changes_nothing_and_by_a_pixel_is_one_of_nine():
    batch = images(40)
    np.testing.assert_array_equal(augment(batch, pixels=0, degrees=0, rng=rng()), batch)
    nine = [shift(batch, down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    made = augment(batch, pixels=1, degrees=0, rng=rng())
    found = [{k for k in range(9) if np.allclose(nine[k][i], made[i])} for i in range(40)]
    assert all(found)
    assert len(set.union(*found)) == 9


def test_augment_refuses():
    for options, message in (
        ({"pixels": -1}, "pixels to be an integer, 0 or more"),
        ({"pixels": 1.5}, "pixels to be an integer"),
        ({"degrees": -1}, "degrees of 0 or more"),
        ({"degrees": math.nan}, "degrees of 0 or more"),
        ({"noise": -1}, "noise of 0 or more, got -1; try 0.1"),
    ):
        with pytest.raises(ValueError, match=message):
            augment(images(), rng=rng(), **options)
    with pytest.raises(ValueError, match=r"got \(64,\); rows of 64 pixels are images after"):
        augment(np.zeros(64), rng=rng())
    with pytest.raises(ValueError, match="divide bytes by 255"):
        augment(np.full((1, 4, 4), 255.0), rng=rng())
    with pytest.raises(TypeError, match="got uint8"):
        augment(np.zeros((1, 4, 4), np.uint8), rng=rng())
    with pytest.raises(TypeError, match=r"np\.random\.Generator"):
        augment(images(), rng=None)


# ---------------------------------------------------------------- centring


@pytest.mark.parametrize("size", [8, 28, 5])
@pytest.mark.parametrize("place", [(0, 0), (4, 1), (-1, -1)])
def test_center_by_mass_brings_a_dot_to_the_middle(size, place):
    image = np.zeros((size, size))
    image[place] = 0.7
    centred = center_by_mass(image)
    assert centred[size // 2, size // 2] == 0.7
    assert centred.sum() == pytest.approx(0.7)


def test_center_by_mass_leaves_an_empty_image_and_the_argument_alone():
    empty = np.zeros((8, 8), np.float32)
    np.testing.assert_array_equal(center_by_mass(empty), empty)
    assert center_by_mass(empty) is not empty
    image = images()[0]
    kept = image.copy()
    center_by_mass(image)
    np.testing.assert_array_equal(image, kept)


@pytest.mark.skipif(
    not (os.environ.get("NNLIB_DATA_DIR") and mnist_available()), reason="needs the MNIST files"
)
def test_mnist_drawn_large_comes_back_as_it_was():
    digits = load_mnist(download=False).x_test[:200].reshape(-1, 28, 28)
    for digit in digits:
        np.testing.assert_array_equal(center_by_mass(digit), digit)
        drawing = np.kron(digit, np.ones((8, 8), np.float32))  # 224 x 224
        elsewhere = np.pad(drawing, ((30, 5), (3, 60)))
        np.testing.assert_allclose(downsample(drawing, 28), digit, atol=1e-5)
        np.testing.assert_allclose(downsample(elsewhere, 28), digit, atol=1e-5)


# ---------------------------------------------------------------- drawings


def ring(size, center, radius, thickness):
    y, x = np.mgrid[:size, :size]
    distance = np.hypot(y - center[0], x - center[1])
    return (np.abs(distance - radius) < thickness).astype(np.float32)


@pytest.mark.parametrize("size", [8, 28])
def test_a_drawing_is_read_alike_wherever_and_however_large_it_is(size):
    seen = [
        downsample(ring(224, (110, 112), 80, 12), size),
        downsample(ring(224, (60, 150), 40, 6), size),
        downsample(ring(448, (220, 224), 160, 24), size),
    ]
    for other in seen[1:]:
        np.testing.assert_allclose(other, seen[0], atol=0.12)
    assert seen[0].shape == (size, size)
    assert seen[0].dtype == np.float32
    assert seen[0].min() >= 0
    assert 0.5 < seen[0].max() <= 1


def test_the_box_is_20_of_28_with_proportions_kept():
    drawing = np.zeros((224, 224))
    drawing[30:130, 40:90] = 1.0  # 100 x 50
    small = downsample(drawing, 28)
    rows, columns = np.flatnonzero(small.any(axis=1)), np.flatnonzero(small.any(axis=0))
    assert (len(rows), len(columns)) == (20, 10)
    assert small.sum() == pytest.approx(200)  # a full box stays full
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(14, abs=0.5)


def test_small_images_are_filled_as_the_bundled_digits_are():
    digits = images(200)
    heights = [np.ptp(np.flatnonzero(digit.any(axis=1))) + 1 for digit in digits]
    widths = [np.ptp(np.flatnonzero(digit.any(axis=0))) + 1 for digit in digits]
    assert min(heights) == 8
    assert np.mean(np.array(widths) <= 6) > 0.85
    square = np.ones((100, 100))
    small = downsample(np.pad(square, 50), 8)
    assert (small.any(axis=1).sum(), small.any(axis=0).sum()) == (8, 6)
    stroke = np.zeros((224, 224))
    stroke[20:200, 100:120] = 1.0
    assert (downsample(stroke, 8) > 0).sum() == 8  # one pixel wide


@pytest.mark.parametrize("size", [8, 28])
def test_odd_drawings_come_through(size):
    assert downsample(np.zeros((224, 224)), size).sum() == 0
    dot = np.zeros((224, 224))
    dot[100, 3] = 1.0
    assert downsample(dot, size).max() == 1
    line = np.zeros((224, 224))
    line[100] = 1.0
    assert 0 < (downsample(line, size) > 0).sum() <= 20
    tiny = np.array([[0.0, 0.5], [1.0, 0.0]])
    assert np.isfinite(downsample(tiny, size)).all()
    assert downsample(np.full((30, 60), 0.25), size).max() == pytest.approx(0.25)


# ---------------------------------------------------------------- hostile input

CALLS = {
    "shift": lambda image: shift(image, 1, 1),
    "rotate": lambda image: rotate(image, 5),
    "center_by_mass": center_by_mass,
    "downsample": lambda image: downsample(image, 28),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        ([[0.0, 1.0]], TypeError, "array of float pixels in .0, 1., got list"),
        (np.zeros((4, 4), np.uint8), TypeError, r"got uint8; convert bytes with .* / 255"),
        (np.full((4, 4), math.nan), ValueError, "finite pixels"),
        (np.full((4, 4), 255.0), ValueError, "got 255 to 255; divide bytes by 255"),
        (np.full((4, 4), -0.5), ValueError, "got -0.5 to -0.5"),
        (np.zeros(64), ValueError, r"got \(64,\); a row of 64 pixels is an image after"),
        (np.zeros((0, 4)), ValueError, r"got \(0, 4\)"),
    ],
)
def test_what_is_no_image_is_refused(name, image, error, message):
    with pytest.raises(error, match=f"{name} expects .*{message}"):
        CALLS[name](image)


def test_one_image_at_a_time_where_it_says_so():
    for name in ("center_by_mass", "downsample"):
        with pytest.raises(ValueError, match=r"shape \(height, width\), got \(5, 8, 8\)"):
            CALLS[name](images())


def test_arguments_out_of_range_are_refused():
    for distance in (0.5, True, None):
        with pytest.raises(TypeError, match="whole numbers of pixels"):
            shift(images(), distance, 0)
    with pytest.raises(ValueError, match="finite angle, got nan"):
        rotate(images(), math.nan)
    for amount in (-0.1, math.inf):
        with pytest.raises(ValueError, match="amount of 0 or more"):
            add_noise(images(), amount, rng=rng())
    with pytest.raises(TypeError, match=r"np\.random\.Generator"):
        add_noise(images(), 0.1, rng=None)
    for size in (3, 28.0, True):
        with pytest.raises(ValueError, match="size to be 4 or more"):
            downsample(images()[0], size)
