"""Lesson 06: what each control does, and what the pictures and texts then say."""

import math

import numpy as np
import pytest

from nnlib import Conv2D
from nnlib.datasets import photograph
from nnlib.explorables import cnn as live
from nnlib.explorables.backpropagation.strokes import pen_digit
from nnlib.explorables.cnn.descents import curvature, windows_of
from nnlib.explorables.cnn.experiments import EXPERIMENTS
from nnlib.explorables.cnn.fields import ALEX, LENET, sides, square, ways_back
from nnlib.explorables.cnn.pictures import COLUMNS, NUMBERS, ROWS, numbers
from nnlib.explorables.cnn.shared_weights import conv_matrix, counts
from nnlib.explorables.cnn.shifted import FLAT, on_paper
from nnlib.explorables.cnn.sliding import Sliding, in_place
from nnlib.explorables.cnn.towers import TwoTowers
from nnlib.filters import KERNELS

# ---------------------------------------------------------------------- sliding


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_a_window_slides_as_that_of_a_layer_does(stride, padding, dilation, k):
    rng = np.random.default_rng(0)
    image = rng.normal(size=(12, 11)).astype(np.float32)
    layer = Conv2D(1, 1, k, stride=stride, padding=padding, dilation=dilation, rng=rng)
    wanted = layer.forward(image[None, None])[0, 0]
    slide = Sliding(stride, padding, dilation)
    got = slide(image, layer.weight.value[0, 0])
    assert slide.output_shape(image.shape, (k, k)) == got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, atol=1e-5)
    flipped = Sliding(stride, padding, dilation, flip=True)
    np.testing.assert_allclose(
        flipped(image, layer.weight.value[0, 0, ::-1, ::-1]), wanted, atol=1e-5
    )


def test_the_edge_again_lies_outside_or_zeros_do():
    level, box = np.full((4, 4), 9.0), KERNELS["box"]
    np.testing.assert_allclose(Sliding(padding=1, edge=True)(level, box), 9.0, rtol=1e-6)
    assert Sliding(padding=1)(level, box)[0, 0] == pytest.approx(4.0)


def test_in_place_reads_what_it_has_written():
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(0, 256, (6, 7)).astype(float), rng.normal(size=(3, 3))
    before = image.copy()
    written, output = in_place(image, kernel)
    np.testing.assert_array_equal(image, before)
    changed = image.copy()
    for i in range(4):
        for j in range(5):
            value = sum(kernel[u, v] * changed[i + u, j + v] for u in range(3) for v in range(3))
            assert output[i, j] == pytest.approx(value)
            changed[i + 1, j + 1] = math.floor(value + 0.5)
    np.testing.assert_array_equal(written, changed)
    part, first = in_place(image, kernel, 3)
    assert np.count_nonzero(first) == 3
    assert np.count_nonzero(part != image) <= 3


# ---------------------------------------------------------------------- one pixel


def test_the_lectures_numbers_lie_in_the_corner_and_come_out_right():
    assert numbers().shape == (6, 8)
    assert [row[:4] for row in NUMBERS[:3]] == [
        (255, 128, 128, 240), (255, 128, 245, 240), (245, 128, 245, 240),
    ]  # fmt: skip
    view = live.OnePixel()
    view.run(1)
    assert "(1·255 + 1·128 + 1·128 + 1·255 + 4·128" in view.summary()
    assert view.summary().endswith("/12 = 2141/12 = 178.4.")
    view.run(1)
    assert "2457/12 = 204.7" in view.summary()  # 204.75, rounded to even
    view.set("in_place", True)
    assert "1·178" in view.summary()
    assert "2507/12 = 208.9" in view.summary()
    data = view.frame()["bench"]
    assert data["image"][1, 1] == 178
    assert data["image"][1, 2] == 245  # written only when the next pixel comes
    assert data["fixed"] is True


def test_every_pixel_is_computed_and_then_it_ends():
    view = live.OnePixel()
    view.run(100)
    assert view.player.step == view.count() == 24
    assert len(view.pixels()) == 24
    assert view.frame()["bench"]["window"] == [3, 5]
    view.player.back()
    view.run(1)
    assert view.player.step <= 24


def test_kernels_of_zeros_and_huge_ones_are_told():
    view = live.OnePixel()
    view.run(1)
    view.set("kernel", np.zeros((3, 3)))
    assert "Every weight is 0" in view.summary()
    view.set("kernel", np.full((3, 3), 1000.0))
    data = view.frame()["bench"]
    assert data["look"] == "grey"
    assert data["scale"] > 1e6
    with pytest.raises(ValueError, match="numbers from -1000 to 1000"):
        view.set("kernel", np.full((3, 3), 1e4))
    assert view.kernel()[0, 0] == 1000


# ---------------------------------------------------------------------- the bench


def test_photographs_are_grey_small_and_cannot_be_written_to():
    for name in ("china", "flower"):
        photo = photograph(name)
        assert photo.shape == (ROWS, COLUMNS)
        assert 0 <= photo.min() < 60 < 200 < photo.max() <= 255
        with pytest.raises(ValueError, match="read-only"):
            photo[0, 0] = 1
    with pytest.raises(ValueError, match="'china' or 'flower'"):
        photograph("../china")


def test_what_was_just_made_is_looked_at():
    view = live.FilterBench()
    view.set("drawing", pen_digit(7))
    assert view.values["picture"] == "your drawing"
    assert view.image().shape == (56, 56)
    assert view.image().max() == 255  # white paper
    rows = np.full((ROWS, COLUMNS), 60)
    rows[:, 32:] = 250
    view.set("own", rows)
    assert view.values["picture"] == "your picture"
    np.testing.assert_allclose(view.image(), rows, atol=1e-3)
    view.set("picture", "flower")
    view.set("own", rows)  # the same once more
    assert view.values["picture"] == "your picture"
    edge = view.output()[:, 30:32]
    np.testing.assert_allclose(edge, 4 * 190, rtol=1e-4)


@pytest.mark.parametrize(
    "bad",
    ["no base64!", b"\x89PNG", "A" * 100_000, [[300] * COLUMNS] * ROWS, [[1] * 9] * 9, None, 7],
    ids=["text", "bytes", "long", "not bytes", "other size", "none", "number"],
)
def test_a_picture_that_is_none_is_refused_and_the_one_before_stays(bad):
    view = live.FilterBench()
    view.set("own", np.full((ROWS, COLUMNS), 60))
    before, output = view.state, view.output()
    with pytest.raises(ValueError, match="Your picture expects"):
        view.set("own", bad)
    assert view.state == before
    np.testing.assert_array_equal(view.output(), output)


def test_who_has_chosen_no_picture_is_told_how():
    view = live.FilterBench()
    with pytest.raises(ValueError, match="Your picture…"):
        view.set("picture", "your picture")
    assert view.values["picture"] == "temple"
    with pytest.raises(ValueError, match="no picture of yours"):
        live.FilterBench(picture="your picture")


def test_the_bench_slides_as_it_is_set():
    view = live.FilterBench(side=2, stride=3, padding=4, dilation=2, outside="the edge again")
    data = view.frame()["bench"]
    slide = Sliding(3, 4, 2, edge=True)
    np.testing.assert_array_equal(data["output"], slide(view.image(), view.kernel()))
    assert data["side"] == [2, 2]
    assert data["border"] == [4, 4]
    assert data["padding"] == "edge"
    rows, columns = data["output"].shape
    view.run(columns + 1)
    assert view.at() == (1, 1)
    view.set("stride", 4)  # fewer places: the window is still on one
    assert view.at()[0] < view.output().shape[0]
    assert rows == (48 + 8 - 2 - 1) // 3 + 1


def test_odd_kernels_are_told_and_every_setting_leaves_an_output():
    view = live.FilterBench()
    for preset, words in (
        ("Even: a kernel of 2 x 2", "half a pixel"),
        ("All zeros", "every output is 0"),
        ("Huge weights", "as with small ones"),
        ("Edges that stand: Sobel x", "level ground becomes 0"),
        ("Sharpen", "keeps its brightness"),
    ):
        view.choose(preset)
        assert words in view.summary()
    view.set("drawing", "")
    assert "paper is empty" in view.summary()
    view.choose("Smooth: mean of nine")
    view.set("picture", "temple")
    view.set("flip", True)
    assert "the same" in view.summary()
    for values in ({"side": 5, "dilation": 4, "stride": 4}, {"side": 1, "padding": 4}):
        assert min(live.FilterBench(**values).output().shape) > 0


def test_the_gallery_is_made_anew_only_for_another_picture():
    view = live.FilterBench()
    first = view.frame()["gallery"]["images"]
    view.run(3)
    assert view.frame()["gallery"]["images"] is first
    view.set("picture", "flower")
    assert view.frame()["gallery"]["images"] is not first


# ---------------------------------------------------------------------- learn a filter


def test_both_descents_find_the_filter_and_momentum_is_sooner():
    view = live.LearnFilter()
    view.run(100)
    found = view.found()
    assert 0 < 3 * found["momentum"] < found["plain"]
    frame = view.frame()
    for name in ("plain", "momentum"):
        np.testing.assert_allclose(frame[name]["values"], KERNELS["sobel x"], atol=0.01)
    assert "found it at step" in view.summary()


def test_the_curvature_is_that_of_the_loss():
    image = np.random.default_rng(0).uniform(size=(9, 8))
    x, h = windows_of(image), 1e-4
    target = np.zeros(9)

    def loss(w):
        return float(((x @ (w - target)) ** 2).mean())

    eye = h * np.eye(9)
    hessian = [
        [(loss(a + b) - loss(a - b) - loss(b - a) + loss(-a - b)) / (4 * h * h) for b in eye]
        for a in eye
    ]
    values = np.linalg.eigvalsh(hessian)
    found = curvature(x)
    assert [found.low, found.high] == pytest.approx([values[0], values[-1]], rel=1e-4)


def test_a_rate_that_is_too_large_is_told():
    view = live.LearnFilter()
    view.choose("Too large a rate")
    with pytest.raises(FloatingPointError, match=r"the limit is 2/λ = 0\.385"):
        view.run(200)
    assert np.isfinite(view.frame()["plain"]["values"]).all()
    view.set("learning_rate", 0.1)
    view.run(5)


def test_own_settings_count_only_where_they_are_asked_for():
    view = live.LearnFilter()
    rate = view.racers["plain"].optimizer.learning_rate
    view.set("learning_rate", 0.01)
    assert view.racers["plain"].optimizer.learning_rate == rate
    view.set("best", False)
    assert view.racers["plain"].optimizer.learning_rate == 0.01
    view.set("momentum", 0.8)
    assert view.racers["momentum"].optimizer.momentum == 0.8


# ---------------------------------------------------------------------- shared weights


def test_the_matrix_is_the_convolution():
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=9), rng.normal(size=4)
    np.testing.assert_allclose(
        x @ conv_matrix(kernel, 9), np.correlate(x, kernel, mode="valid"), rtol=1e-5
    )


def test_counts_are_those_of_the_layers():
    rng = np.random.default_rng(0)
    for n, channels, k in ((8, 3, 3), (5, 2, 5)):
        found = {name: int(value) for name, value in counts(n, channels, k).items()}
        conv = Conv2D(1, channels, k, padding=k // 2, rng=rng)
        assert found["conv"] == sum(p.value.size for p in conv.parameters())
        assert found["work"] == conv.multiply_adds((1, n, n))
        assert found["dense"] == (n * n + 1) * n * n * channels
    view = live.SharedWeights(side=8, channels=3, k=3)
    assert f"{view.counts()['dense']:,}" in view.summary()


# ---------------------------------------------------------------------- receptive fields


def test_ways_back_are_the_gradient_of_sums():
    rng = np.random.default_rng(0)
    windows = [square(3, padding=1), square(2, stride=2), square(3, padding=2, dilation=2)]
    layers = [
        Conv2D(1, 1, w.size, stride=w.stride, padding=w.padding, dilation=w.dilation, rng=rng,
               dtype=np.float64)
        for w in windows
    ]  # fmt: skip
    y = rng.normal(size=(1, 1, 15, 15))
    for layer in layers:
        layer.weight.value[:] = 1
        y = layer.forward(y)
    grad = np.zeros(y.shape)
    grad[0, 0, 0, 4] = 1
    for layer in reversed(layers):
        grad = layer.backward(grad)
    down, across = ways_back(15, windows, 0)[0], ways_back(15, windows, 4)[0]
    np.testing.assert_allclose(grad[0, 0], np.outer(down, across))


@pytest.mark.parametrize(("network", "last"), [(LENET, 5), (ALEX, 6)])
def test_known_networks_have_the_sizes_of_the_papers(network, last):
    side, layers = network
    assert sides(side, [window for _, window in layers])[-1] == last


def test_a_known_network_has_no_stack_to_build():
    view = live.ReceptiveField()
    assert view.idle() == []
    view.choose("LeNet-5")
    assert view.idle() == ["k", "stride", "dilation", "pool"]


def test_paint_goes_back_layer_by_layer():
    view = live.ReceptiveField(depth=3)
    full = view.frame()["image"]["values"]
    assert np.count_nonzero(full) == 7 * 7
    painted = []
    for _ in range(5):
        view.run(1)
        painted.append(np.count_nonzero(view.frame()["image"]["values"]))
    assert painted == [0, 0, 0, 49, 0]


def test_every_stack_can_be_painted():
    for depth in (1, 4, 8):
        for k in (1, 2, 4, 7):
            view = live.ReceptiveField(depth=depth, k=k, stride=3, dilation=4, pool=True)
            for across in (0.0, 1.0):
                view.set("across", across)
                data = view.frame()
                assert np.isfinite(data["image"]["values"]).all()
                assert "nan" not in view.summary()


def test_at_the_edge_a_part_is_padding():
    view = live.ReceptiveField()
    view.choose("At the edge")
    assert "6 × 6 lie in the image" in view.summary()


# ---------------------------------------------------------------------- networks


def test_digits_move_on_their_paper():
    row = np.eye(1, 64, dtype=np.float32)
    assert np.argwhere(on_paper(row, across=-4, down=4)).tolist() == [[0, 0, 8, 0]]
    assert on_paper(row).sum() == 1


def test_the_shift_test_tells_both_apart():
    view = live.ShiftTest()
    view.run(200)
    far, here = view.right(across=4), view.right()
    assert min(here.values()) > 0.85
    assert far["conv"] > far["dense"] + 0.4
    view.set("across", 4)
    assert f"{far['conv']:.0%}" in view.summary()
    assert view.picture()[0, 0, :, :8].sum() == 0
    flat = live.ShiftTest(head=FLAT)
    flat.run(200)
    assert flat.right(across=4)["conv"] < 0.5


def test_trained_on_moved_digits_dense_layers_read_them_better():
    view = live.ShiftTest(moved=True)
    view.run(600)
    assert view.right(across=4)["dense"] > 0.5


def test_lenet_learns_and_its_filters_move():
    view = live.LeNetLive(data="digits")
    assert view.moved() == 0
    assert "hardly learnt" in view.summary()
    view.run(120)
    assert view.test_accuracy() > 0.8
    assert view.moved() > 0.3
    frame = view.frame()
    assert frame["filters"]["images"].shape == (12, 5, 5)
    assert frame["first"]["images"].shape == (6, 28, 28)
    assert frame["second"]["images"].shape == (16, 10, 10)
    view.set("maps", "after the pool")
    assert view.frame()["first"]["images"].shape == (6, 14, 14)
    view.set("drawing", "")
    assert "paper is empty" in view.summary()
    np.testing.assert_allclose(view.look()[3].sum(), 1, rtol=1e-5)


def test_towers_are_a_convolution_with_half_of_its_weights_zero():
    rng = np.random.default_rng(0)
    towers, whole = TwoTowers(4, 6, 3, rng=rng), Conv2D(4, 6, 3, padding=1, rng=rng)
    whole.weight.value[:] = 0
    for half, tower in enumerate(towers.towers):
        rows, columns = slice(3 * half, 3 * half + 3), slice(2 * half, 2 * half + 2)
        whole.weight.value[rows, columns] = tower.weight.value
        whole.bias.value[rows] = tower.bias.value
    x = rng.normal(size=(2, 4, 5, 5)).astype(np.float32)
    np.testing.assert_allclose(towers.forward(x), whole.forward(x), atol=1e-5)
    grad = rng.normal(size=(2, 6, 5, 5)).astype(np.float32)
    np.testing.assert_allclose(towers.backward(grad), whole.backward(grad), atol=1e-4)
    np.testing.assert_allclose(towers.towers[1].weight.grad, whole.weight.grad[3:, 2:], atol=1e-3)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_two_of_an_experiment_differ_in_one_thing(name):
    experiment = EXPERIMENTS[name](0)
    first, second = experiment.networks
    assert experiment.labels[0] != experiment.labels[1]
    shapes = [[p.value.shape for p in network.parameters()] for network in (first, second)]
    assert (shapes[0] == shapes[1]) == (name != "Two GPUs")
    if name in ("ReLU", "Dropout", "Augmentation"):  # the same first weights
        for p, q in zip(first.parameters(), second.parameters(), strict=True):
            assert p.value.shape == q.value.shape
    for x, y in (*experiment.train, experiment.clean, experiment.test):
        assert len(x) == len(y)


def test_each_ingredient_helps():
    view = live.Ingredients(ingredient="ReLU")
    view.run(200)
    assert view.test()["with"] > view.test()["without"] + 0.5
    view.choose("Dropout")
    view.run(800)
    assert view.train()["without"] > 0.97
    assert view.test()["with"] > view.test()["without"]
    view.choose("Two GPUs")
    assert view.sizes() == {"with": 8426, "without": 15338}
