"""`filter2d` beside SciPy and OpenCV, on a grey image of 512 x 512 pixels in float32."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from scipy import ndimage, signal

from nnlib.filters import filter2d
from sidebyside import measure

ROUNDS, SIZES = 20, (3, 5, 11)
#: How many times as long a peer takes at least; with OpenCV it is level, or nearly.
LEAST = {"scipy.signal": 10.0, "OpenCV": 0.8}


def peers(image, weights) -> dict[str, Callable[[], np.ndarray]]:
    """The same filter, with zeros around the image; `valid` leaves out what meets them."""
    calls = {
        "nnlib": lambda: filter2d(image, weights, mode="same"),
        "valid": lambda: filter2d(image, weights),
        "scipy.signal": lambda: signal.correlate2d(image, weights, mode="same"),
        "scipy.ndimage": lambda: ndimage.correlate(image, weights, mode="constant"),
    }
    try:
        import cv2
    except ImportError:
        return calls
    cv2.setNumThreads(1)
    zeros = cv2.BORDER_CONSTANT
    return calls | {"OpenCV": lambda: cv2.filter2D(image, -1, weights, borderType=zeros)}


def problem(size):
    rng = np.random.default_rng(0)
    image = rng.uniform(size=(512, 512)).astype(np.float32)
    return image, rng.normal(size=(size, size)).astype(np.float32)


def again_and_again(call) -> Iterator[float]:
    while True:
        call()
        yield 0.0


@pytest.mark.parametrize("size", SIZES)
def test_the_pixels_agree(size):
    calls = peers(*problem(size))
    inner = slice(size // 2, -(size // 2))
    np.testing.assert_allclose(calls.pop("valid")(), calls["nnlib"]()[inner, inner], atol=1e-5)
    for name, call in calls.items():
        np.testing.assert_allclose(call(), calls["nnlib"](), atol=2e-5 * size, err_msg=name)


@pytest.mark.parametrize("size", SIZES)
def test_filtering(size, table):
    calls = peers(*problem(size))
    result = measure({name: again_and_again(call) for name, call in calls.items()}, rounds=ROUNDS)
    ratios = {name: result.ratio(name, to="nnlib") for name in list(calls)[2:]}
    head = f"{'filter of 512 x 512 pixels':<30}{'nnlib µs':>14}   times as long"
    if head not in table:
        table.append(head)
    cells = ", ".join(f"{name} {ratio:.1f}x" for name, ratio in ratios.items())
    if "OpenCV" in calls:
        cells += f" (and {result.ratio('OpenCV', to='valid'):.1f}x of valid)"
    table.append(f"{f'{size} x {size}':<30}{result.step('nnlib') * 1e6:>14.0f}   {cells}")
    for name, ratio in ratios.items():
        assert ratio >= LEAST.get(name, 0.0), name
    if "OpenCV" not in calls:
        pytest.skip("OpenCV is missing: uv run --with opencv-python-headless pytest bench")
