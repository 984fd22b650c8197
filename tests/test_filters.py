"""Filters over one image: the numbers of the lecture, and what SciPy computes."""

import numpy as np
import pytest
from scipy import ndimage, signal

from nnlib.filters import KERNELS, filter2d, gaussian

# A piece of an image, and the filter of the lecture: (1 1 1; 1 4 1; 1 1 1) / 12.
IMAGE = np.array(
    [
        [255.0, 128.0, 128.0, 240.0],
        [255.0, 128.0, 245.0, 240.0],
        [245.0, 128.0, 245.0, 240.0],
    ]
)


def rng(seed=0):
    return np.random.default_rng(seed)


# ---------------------------------------------------------------- the lecture


def test_the_first_pixel_of_the_lecture():
    # 255 + 128 + 128 + 255 + 4 * 128 + 245 + 245 + 128 + 245 = 2141
    [[pixel]] = filter2d(IMAGE[:, :3], KERNELS["lecture"])
    assert pixel == pytest.approx(2141 / 12, rel=1e-14)
    assert round(pixel, 1) == 178.4


def test_the_next_pixel_comes_from_untouched_pixels():
    untouched = filter2d(IMAGE, KERNELS["lecture"])[0, 1]
    assert untouched == pytest.approx(2457 / 12, rel=1e-14)
    assert round(untouched) == 205


def test_filtering_in_place_is_another_thing():
    # The lecture's slide goes on with the window that already holds the 178 of the pixel before.
    image = IMAGE.copy()
    image[1, 1] = round(filter2d(image[:, :3], KERNELS["lecture"])[0, 0])
    assert image[:, 1:].tolist() == [[128, 128, 240], [178, 245, 240], [128, 245, 240]]
    in_place = filter2d(image[:, 1:], KERNELS["lecture"])[0, 0]
    assert in_place == pytest.approx(2507 / 12, rel=1e-14)
    assert round(in_place) == 209


def test_the_image_is_not_written_to():
    image, kernel = IMAGE.copy(), np.array([[1.0, 2.0], [3.0, 4.0]])
    for mode in ("valid", "same"):
        filter2d(image, kernel, mode=mode, flip=True)
    assert np.array_equal(image, IMAGE)
    assert kernel.tolist() == [[1.0, 2.0], [3.0, 4.0]]


# ---------------------------------------------------------------- beside SciPy


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(1, 1), (3, 3), (2, 2), (4, 3), (1, 5), (7, 6)])
@pytest.mark.parametrize("flip", [False, True])
def test_valid_agrees_with_scipy(size, flip, dtype):
    image, kernel = rng().normal(size=(9, 11)).astype(dtype), rng(1).normal(size=size)
    other = signal.convolve2d if flip else signal.correlate2d
    out = filter2d(image, kernel, flip=flip)
    assert out.dtype == dtype
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(out, other(image, kernel, mode="valid"), atol=tolerance)


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (2, 2), (4, 3), (1, 6), (11, 9)])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("padding", [0.0, 2.5, "edge"])
def test_same_agrees_with_scipy(size, flip, padding):
    image, kernel = rng().normal(size=(7, 8)), rng(1).normal(size=size)
    other = ndimage.convolve if flip else ndimage.correlate
    options = {"mode": "nearest"} if padding == "edge" else {"mode": "constant", "cval": padding}
    out = filter2d(image, kernel, mode="same", flip=flip, padding=padding)
    np.testing.assert_allclose(out, other(image, kernel, **options), atol=1e-13)


def test_each_channel_by_itself():
    image, kernel = rng().normal(size=(6, 7, 3)), rng(1).normal(size=(3, 2))
    for options in ({}, {"mode": "same"}, {"mode": "same", "padding": "edge", "flip": True}):
        together = filter2d(image, kernel, **options)
        alone = [filter2d(image[:, :, channel], kernel, **options) for channel in range(3)]
        np.testing.assert_allclose(together, np.stack(alone, axis=-1), atol=1e-14)


def test_memory_order_does_not_matter():
    image, kernel = rng().normal(size=(6, 7, 3)), rng(1).normal(size=(2, 3))
    expected = filter2d(image, kernel)
    wide = np.zeros((6, 14, 3))[:, ::2]
    wide[...] = image
    for other in (np.asfortranarray(image), wide, image[::-1].copy()[::-1]):
        np.testing.assert_array_equal(filter2d(other, np.asfortranarray(kernel)), expected)
    image.flags.writeable = False
    np.testing.assert_array_equal(filter2d(image, kernel.tolist()), expected)


def test_nan_reaches_the_windows_that_see_it():
    image = np.zeros((5, 6))
    image[1, 4] = np.nan
    expected = np.zeros((3, 4), bool)
    expected[0:2, 2:4] = True
    np.testing.assert_array_equal(np.isnan(filter2d(image, KERNELS["sobel x"])), expected)


# ---------------------------------------------------------------- the kernels


def test_what_the_kernels_sum_to():
    sums = {name: round(float(kernel.sum()), 12) for name, kernel in KERNELS.items()}
    edges = {"sobel x", "sobel y", "prewitt x", "prewitt y", "laplacian"}
    assert {name for name, total in sums.items() if total == 0} == edges
    assert {name for name, total in sums.items() if total == 1} == KERNELS.keys() - edges


def test_edges_have_the_sign_of_the_slope():
    brighter_to_the_right = np.tile(np.arange(4.0), (4, 1))
    for name, per_step in (("sobel x", 8.0), ("prewitt x", 6.0)):
        np.testing.assert_array_equal(filter2d(brighter_to_the_right, KERNELS[name]), per_step)
        across = name.replace("x", "y")
        np.testing.assert_array_equal(filter2d(brighter_to_the_right, KERNELS[across]), 0.0)
        np.testing.assert_array_equal(filter2d(brighter_to_the_right.T, KERNELS[across]), per_step)
        flipped = filter2d(brighter_to_the_right, KERNELS[name], flip=True)
        np.testing.assert_array_equal(flipped, -per_step)
    bowl = np.add.outer(np.arange(5.0) ** 2, np.arange(5.0) ** 2)
    np.testing.assert_array_equal(filter2d(bowl, KERNELS["laplacian"]), 4.0)
    np.testing.assert_array_equal(filter2d(IMAGE, KERNELS["identity"]), IMAGE[1:-1, 1:-1])


def test_the_shared_kernels_cannot_be_spoilt():
    with pytest.raises(ValueError, match="read-only"):
        KERNELS["box"][0, 0] = 5.0


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.3])
def test_gaussian_blurs_as_scipy_does(sigma):
    kernel = gaussian(sigma)
    assert kernel.sum() == pytest.approx(1.0, abs=1e-14)
    image = rng().normal(size=(20, 21))
    radius = len(kernel) // 2
    assert radius == np.ceil(3 * sigma)
    expected = ndimage.gaussian_filter(image, sigma, radius=radius, mode="nearest")
    out = filter2d(image, kernel, mode="same", padding="edge")
    np.testing.assert_allclose(out, expected, atol=1e-13)


@pytest.mark.parametrize("sigma", [0, -1.0, np.nan, np.inf, "1", None])
def test_gaussian_refuses_a_wrong_sigma(sigma):
    with pytest.raises(ValueError, match="gaussian expects sigma to be a number of pixels above 0"):
        gaussian(sigma)


@pytest.mark.parametrize("size", [0, -3, 4, 2.5, True])
def test_gaussian_refuses_a_wrong_size(size):
    with pytest.raises(ValueError, match="gaussian expects size to be an odd integer"):
        gaussian(1.0, size=size)


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("image", [IMAGE.astype(np.uint8), IMAGE.astype(int), IMAGE.tolist(), None])
def test_other_images_are_refused(image):
    with pytest.raises(TypeError, match=r"image of float32 or float64, got .*; convert it with"):
        filter2d(image, KERNELS["box"])


@pytest.mark.parametrize("shape", [(5,), (2, 5, 5, 3), (0, 5), (5, 5, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"filter2d expects an image of shape .* got .*; filter"):
        filter2d(np.zeros(shape), KERNELS["box"])


def test_wrong_kernels_and_options_are_refused():
    with pytest.raises(ValueError, match=r"kernel of shape \(height, width\), got \(3,\); write"):
        filter2d(IMAGE, [1.0, 2.0, 1.0])
    with pytest.raises(ValueError, match=r"got \(0, 3\); write one as"):
        filter2d(IMAGE, np.zeros((0, 3)))
    with pytest.raises(ValueError, match=r"of \(5, 5\) pixels or more for this kernel, got \(3, 4"):
        filter2d(IMAGE, np.ones((5, 5)))
    with pytest.raises(ValueError, match='mode to be "valid" or "same", got \'full\''):
        filter2d(IMAGE, KERNELS["box"], mode="full")
    with pytest.raises(ValueError, match="padding to be a number or \"edge\", got 'wrap'"):
        filter2d(IMAGE, KERNELS["box"], mode="same", padding="wrap")
