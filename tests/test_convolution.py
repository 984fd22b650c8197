"""Image layers: worked by hand, beside SciPy and PyTorch, and what they refuse."""

import numpy as np
import pytest
from scipy import signal

import nnlib.layers.convolve
import reference
from nnlib import (
    SGD,
    AveragePool2D,
    Conv2D,
    ConvTranspose2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool2D,
    MeanSquaredError,
    ReLU,
    Sequential,
    Tanh,
    Upsample2D,
    check_gradients,
    fit,
    glorot_uniform,
    he_normal,
    load,
    save,
)
from nnlib.layers import Window, receptive_fields

ALL = [
    Conv2D(2, 3, 3, rng=np.random.default_rng(0)),
    ConvTranspose2D(2, 3, 3, rng=np.random.default_rng(0)),
    MaxPool2D(2),
    AveragePool2D(2),
    Upsample2D(2),
]
# kernel size, stride, padding, dilation
GEOMETRIES = [
    (1, 1, 0, 1),
    (3, 1, 1, 1),
    (3, 2, 1, 1),
    ((2, 3), (3, 2), (0, 4), (2, 3)),
    ((5, 1), 1, (2, 0), (2, 1)),
    ((9, 8), 1, 0, 1),  # as large as the image: one output pixel
    (2, 20, 0, 1),
]


def rng(seed=0):
    return np.random.default_rng(seed)


def name_of(layer):
    return type(layer).__name__


# ---------------------------------------------------------------- by hand


def test_convolution_worked_by_hand():
    layer = Conv2D(1, 1, 2, rng=rng(), dtype=np.float64)
    layer.weight.value[:] = [[[[1.0, 2.0], [3.0, 4.0]]]]
    layer.bias.value[:] = 10.0
    x = np.array([[[[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]]])
    # 1*1 + 2*0 + 3*0 + 4*1 + 10 and 1*0 + 2*2 + 3*1 + 4*0 + 10: the filter is not flipped
    assert layer.forward(x).tolist() == [[[[15.0, 17.0]]]]
    back = layer.backward(np.array([[[[1.0, 10.0]]]]))
    assert back.tolist() == [[[[1.0, 12.0, 20.0], [3.0, 34.0, 40.0]]]]
    # window 1 + 10 * window 2
    assert layer.weight.grad.tolist() == [[[[1.0, 20.0], [10.0, 1.0]]]]
    assert layer.bias.grad.tolist() == [11.0]


def test_max_pool_worked_by_hand():
    x = np.array([[[[1.0, 2.0, 5.0], [4.0, 4.0, 9.0]]]])  # the last column fills no window
    layer = MaxPool2D(2)
    assert layer.forward(x).tolist() == [[[[4.0]]]]
    # Of two fours the first gets it all.
    assert layer.backward(np.array([[[[7.0]]]])).tolist() == [[[[0.0, 0.0, 0.0], [7.0, 0.0, 0.0]]]]


def test_overlapping_pools_add_up():
    x = np.array([[[[1.0, 9.0, 2.0]]]])
    largest, mean = MaxPool2D((1, 2), stride=1), AveragePool2D((1, 2), stride=1)
    assert largest.forward(x).tolist() == [[[[9.0, 9.0]]]]
    assert largest.backward(np.array([[[[1.0, 2.0]]]])).tolist() == [[[[0.0, 3.0, 0.0]]]]
    assert mean.forward(x).tolist() == [[[[5.0, 5.5]]]]
    assert mean.backward(np.array([[[[1.0, 2.0]]]])).tolist() == [[[[0.5, 1.5, 1.0]]]]


def test_upsampling_worked_by_hand():
    layer = Upsample2D(2)
    assert layer.forward(np.array([[[[1.0, 2.0]]]])).tolist() == [[[[1, 1, 2, 2], [1, 1, 2, 2]]]]
    grad = np.arange(8.0).reshape(1, 1, 2, 4)
    assert layer.backward(grad).tolist() == [[[[0 + 1 + 4 + 5, 2 + 3 + 6 + 7]]]]


# ---------------------------------------------------------------- beside others


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("size", "stride", "padding", "dilation"), GEOMETRIES)
@pytest.mark.parametrize("batch", [1, 16, 21])
def test_convolution_agrees_with_scipy(size, stride, padding, dilation, batch, dtype):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    layer = Conv2D(2, 3, size, **options, rng=rng(), dtype=dtype)
    layer.bias.value[:] = [1.0, -2.0, 3.0]
    x = rng(1).normal(size=(batch, 2, 9, 8)).astype(dtype)
    (ph, pw), (sh, sw) = layer.window.padding, layer.window.stride
    framed = np.pad(x.astype(float), [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    height, width = layer.window.extent
    filters = np.zeros((3, 2, height, width))  # with zeros in the gaps of a dilation
    dh, dw = layer.window.dilation
    filters[:, :, ::dh, ::dw] = layer.weight.value
    expected = [
        [
            sum(
                signal.correlate2d(channel, weights, mode="valid")[::sh, ::sw]
                for channel, weights in zip(image, each, strict=True)
            )
            for each in filters
        ]
        for image in framed
    ]
    expected = np.array(expected) + layer.bias.value[:, None, None]
    tolerance = 2e-6 if dtype == np.float32 else 1e-14
    np.testing.assert_allclose(layer.forward(x), expected, rtol=0, atol=20 * tolerance)


@pytest.mark.parametrize("padding", [0, 1, (2, 1)])
@pytest.mark.parametrize("batch", [1, 18])
@pytest.mark.parametrize("kind", [Conv2D, ConvTranspose2D])
def test_many_channels_take_the_way_with_fewer_products(kind, batch, padding, monkeypatch):
    x = rng(1).normal(size=(batch, 16, 7, 6)).astype(np.float32)
    runs = []
    for least in (16, 1000):  # by Winograd's kernels, and by the others
        monkeypatch.setattr(nnlib.layers.convolve, "LEAST_CHANNELS", least)
        layer = kind(16, 17, 3, padding=padding, rng=rng())
        layer.bias.value[:] = rng(2).normal(size=17)
        out = layer.forward(x)
        back = layer.backward(rng(3).normal(size=out.shape).astype(np.float32))
        runs.append([out, back, layer.weight.grad, layer.bias.grad])
    for one, other in zip(*runs, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=3e-6 * np.abs(other).max())
    assert not np.array_equal(runs[0][0], runs[1][0])  # not the same kernel twice


@pytest.mark.parametrize(("size", "stride", "padding", "dilation"), GEOMETRIES)
def test_convolution_agrees_with_pytorch(size, stride, padding, dilation):
    torch = pytest.importorskip("torch")
    layer = Conv2D(
        *(2, 3, size), stride=stride, padding=padding, dilation=dilation, rng=rng(), dtype=float
    )
    x = rng(1).normal(size=(5, 2, 9, 8))
    tx = torch.from_numpy(x).requires_grad_(True)
    weight = torch.from_numpy(layer.weight.value).requires_grad_(True)
    expected = torch.nn.functional.conv2d(tx, weight, None, stride, padding, dilation)
    grad = rng(2).normal(size=expected.shape)
    expected.backward(torch.from_numpy(grad))
    np.testing.assert_allclose(layer.forward(x), expected.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(layer.backward(grad), tx.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(layer.weight.grad, weight.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize(("size", "stride", "padding", "dilation"), GEOMETRIES)
@pytest.mark.parametrize("batch", [1, 5])
def test_gradients_in_every_geometry(size, stride, padding, dilation, batch):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    layer = Conv2D(2, 2, size, **options, rng=rng(), dtype=np.float64)
    x = rng(1).normal(size=(batch, 2, 9, 8))
    target = rng(2).normal(size=layer.forward(x).shape)
    assert check_gradients(layer, MeanSquaredError(), x, target).worst <= 1e-6


@pytest.mark.parametrize(
    ("size", "stride", "padding", "extra"),
    [(3, 1, 0, 0), (3, 2, 1, 1), ((2, 4), (2, 3), (0, 1), (1, 0)), (1, 3, 0, 2)],
)
def test_the_transposed_convolution_is_the_way_back(size, stride, padding, extra):
    # <conv(x), y> = <x, transposed(y)> for all x and y: that is what transposed means.
    options = {"stride": stride, "padding": padding, "rng": rng(), "dtype": np.float64}
    up = ConvTranspose2D(3, 2, size, output_padding=extra, **options)
    down = Conv2D(2, 3, size, **options)
    down.weight.value[:] = up.weight.value
    y = rng(1).normal(size=(4, 3, 3, 5))
    x = rng(2).normal(size=up.forward(y).shape)
    assert down.forward(x).shape == y.shape
    assert np.vdot(down.forward(x), y) == pytest.approx(np.vdot(x, up.forward(y)), rel=1e-12)


# ---------------------------------------------------------------- in training


def small_network(dtype=np.float64):
    options = {"rng": rng(3), "dtype": dtype}
    return Sequential(
        Conv2D(1, 3, 3, padding=1, **options),
        Tanh(),
        MaxPool2D(2),
        Conv2D(3, 4, 2, stride=2, **options),
        ReLU(),
        Flatten(),
        Dense(16, 2, **options),
    )


def test_gradients_of_a_network():
    x = rng().normal(size=(3, 1, 8, 8))
    assert check_gradients(small_network(), CrossEntropy(), x, np.array([0, 1, 1])).worst <= 1e-6


def test_gradients_of_an_autoencoder():
    options = {"rng": rng(), "dtype": np.float64}
    network = Sequential(
        Conv2D(1, 3, 3, stride=2, padding=1, **options),
        Tanh(),
        ConvTranspose2D(3, 2, 3, stride=2, padding=1, output_padding=1, **options),
        AveragePool2D(2),
        Upsample2D(2),
        Conv2D(2, 1, 1, **options),
    )
    x = rng(1).normal(size=(2, 1, 6, 6))
    assert network.forward(x).shape == x.shape
    assert check_gradients(network, MeanSquaredError(), x, x).worst <= 1e-6


def test_it_learns_to_tell_horizontal_from_vertical():
    x, y = np.zeros((64, 1, 8, 8), np.float32), np.arange(64) % 2
    for image, label, place in zip(x, y, rng().integers(8, size=64), strict=True):
        (image[0].T if label else image[0])[place] = 1.0
    network = small_network(np.float32)
    optimizer = SGD(network.parameters(), 0.1, momentum=0.9)
    steps = fit(network, CrossEntropy(), optimizer, x, y, batch_size=16, epochs=30, rng=rng())
    losses = [step.loss for step in steps]
    assert losses[0] > 0.5
    assert max(losses[-4:]) < 0.05


def test_a_saved_network_comes_back(tmp_path):
    network, other = small_network(), small_network()
    for parameter in other.parameters():
        parameter.value[...] = 0.0
    save(network, tmp_path / "network.npz")
    load(tmp_path / "network.npz", other)
    x = rng().normal(size=(3, 1, 8, 8))
    np.testing.assert_array_equal(other.forward(x), network.forward(x))


def test_the_group_of_an_image_does_not_matter():
    # 21 images are a group of 16 and one of 5; each must come out as if it were alone.
    layer = Conv2D(2, 3, 3, stride=2, padding=1, rng=rng(), dtype=np.float64)
    x = rng(1).normal(size=(21, 2, 7, 6))
    together = layer.forward(x)
    alone = np.concatenate([layer.forward(image[None]) for image in x])
    np.testing.assert_allclose(together, alone, atol=1e-14)


# ---------------------------------------------------------------- NaN, the first weights


@pytest.mark.parametrize("place", [(0, 1, 0, 0), (3, 0, 4, 5), (2, 1, 2, 3)])
def test_nan_goes_exactly_where_the_twin_says(place):
    x = rng().normal(size=(4, 2, 5, 6))
    x[place] = np.nan
    for options in ({}, {"stride": (2, 3), "padding": 2}, {"dilation": 2}):
        layer = Conv2D(2, 3, 3, **options, rng=rng(), dtype=np.float64)
        steps = layer.window.stride, layer.window.padding, layer.window.dilation
        output = layer.forward(x)
        expected = reference.convolve(x, layer.weight.value, layer.bias.value, *steps)
        np.testing.assert_array_equal(np.isnan(output), np.isnan(expected))
        grad = np.ones_like(output)
        grad[place[0], 1, 0, 0] = np.nan
        back = layer.backward(grad)
        expected = reference.convolve_back(grad, layer.weight.value, *steps, x.shape)
        np.testing.assert_array_equal(np.isnan(back), np.isnan(expected))
        assert np.isnan(layer.weight.grad[1]).all()
    for size, stride in (((2, 2), (2, 2)), ((3, 2), (1, 1))):
        largest, mean = MaxPool2D(size, stride=stride), AveragePool2D(size, stride=stride)
        for layer in (largest, mean):
            expected = reference.average_pool(x, size, stride)
            np.testing.assert_array_equal(np.isnan(layer.forward(x)), np.isnan(expected))
    assert np.isnan(Upsample2D(2).forward(x)).sum() == 4
    assert np.isnan(Flatten().forward(x)).sum() == 1


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_max_pool_of_infinities(infinity):
    layer = MaxPool2D(2)
    assert layer.forward(np.full((1, 1, 2, 2), infinity)).tolist() == [[[[infinity]]]]
    assert layer.backward(np.ones((1, 1, 1, 1))).tolist() == [[[[1.0, 0.0], [0.0, 0.0]]]]


def test_first_weights_fit_the_number_of_inputs():
    # Glorot: U(-a, a) with a = sqrt(6 / (n_in + n_out)), here n_in = 8 * 9 and n_out = 40 * 9.
    layer = Conv2D(8, 40, 3, rng=rng())
    limit = np.sqrt(6 / (8 * 9 + 40 * 9))
    assert 0.98 * limit < np.abs(layer.weight.value).max() <= limit
    assert np.array_equal(layer.weight.value, glorot_uniform((40, 8, 3, 3), rng=rng()))
    assert not layer.bias.value.any()
    # He: variance 2 / n_in, for both directions.
    for made in (Conv2D, ConvTranspose2D):
        weight = made(8, 400, 3, rng=rng(), initializer=he_normal).weight.value
        assert weight.std() == pytest.approx(np.sqrt(2 / 72), rel=0.02)
    assert weight.shape == (8, 400, 3, 3)


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("layer", ALL, ids=name_of)
@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        ((4, 784), r"x\.reshape\(len\(x\), \d, height, width\)"),
        ((8, 8), r"x\.reshape"),
        ((3,), "each sample is a stack of channels"),
        ((1, 2, 3, 8, 8), "each sample is a stack of channels"),
        ((), "each sample is a stack of channels"),
    ],
)
def test_a_wrong_shape_is_refused(layer, shape, remedy):
    message = rf"{name_of(layer)} expects x of shape \(batch, \w+, height, width\), got .*; .*"
    with pytest.raises(ValueError, match=message + remedy):
        layer.forward(np.zeros(shape, np.float32))


def test_the_remedy_fits_the_mistake():
    grey, colour = Conv2D(1, 2, 3, rng=rng()), Conv2D(3, 2, 3, rng=rng())
    with pytest.raises(ValueError, match=r"got \(9, 28, 28\); add a channel axis: x\[:, None\]"):
        grey.forward(np.zeros((9, 28, 28), np.float32))
    with pytest.raises(ValueError, match=r"add a channel axis: x\[:, None\]"):
        MaxPool2D(2).forward(np.zeros((9, 28, 28), np.float32))
    with pytest.raises(ValueError, match=r"got \(3, 8, 8\); make a batch of one with x\[None\]"):
        colour.forward(np.zeros((3, 8, 8), np.float32))
    with pytest.raises(ValueError, match=r"x\.transpose\(0, 3, 1, 2\)"):
        colour.forward(np.zeros((5, 8, 8, 3), np.float32))
    with pytest.raises(ValueError, match=r"\(batch, 3, .*got \(5, 1, 8, 8\); .* the layer before"):
        colour.forward(np.zeros((5, 1, 8, 8), np.float32))


def test_images_smaller_than_the_window_are_refused():
    message = r"expects images of \(5, 3\) pixels or more, got \(4, 8\); choose a smaller window"
    with pytest.raises(ValueError, match="Conv2D " + message):
        Conv2D(1, 2, (3, 2), dilation=2, rng=rng()).forward(np.zeros((1, 1, 4, 8), np.float32))
    with pytest.raises(ValueError, match="MaxPool2D " + message):
        MaxPool2D((5, 3)).forward(np.zeros((1, 1, 4, 8), np.float32))
    layer = ConvTranspose2D(1, 1, 2, padding=1, rng=rng())
    with pytest.raises(ValueError, match=r"got \(1, 4\); choose a smaller padding"):
        layer.forward(np.zeros((1, 1, 1, 4), np.float32))


def test_a_refused_batch_leaves_the_layer_as_it_was():
    layer = Conv2D(1, 2, 3, rng=rng())
    grad = np.ones_like(layer.forward(rng(1).normal(size=(2, 1, 5, 5)).astype(np.float32)))
    expected = layer.backward(grad)
    with pytest.raises(ValueError, match="pixels or more"):
        layer.forward(np.zeros((2, 1, 2, 2), np.float32))
    np.testing.assert_array_equal(layer.backward(grad), expected)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "3", None, True, (3,), (3, 3, 3), (3, 0)])
def test_a_wrong_size_is_refused(wrong):
    for make, argument in [
        (lambda size: Conv2D(1, 1, size, rng=rng()), "kernel_size"),
        (lambda size: Conv2D(1, 1, 3, stride=size, rng=rng()), "stride"),
        (lambda size: Conv2D(1, 1, 3, dilation=size, rng=rng()), "dilation"),
        (lambda size: ConvTranspose2D(1, 1, size, rng=rng()), "kernel_size"),
        (MaxPool2D, "size"),
        (AveragePool2D, "size"),
        (Upsample2D, "scale"),
    ]:
        with pytest.raises(ValueError, match=rf"expects {argument} to be .*got"):
            make(wrong)
    for argument in ("in_channels", "out_channels"):
        with pytest.raises(ValueError, match=f"expects {argument} to be an integer, 1 or more"):
            Conv2D(**{"in_channels": 1, "out_channels": 1, argument: 0}, kernel_size=3, rng=rng())


def test_padding_may_be_zero_but_not_less():
    with pytest.raises(ValueError, match="expects padding to be an integer, 0 or more, got -1"):
        Conv2D(1, 1, 3, padding=-1, rng=rng())
    with pytest.raises(ValueError, match="output_padding less than the stride 2, got 2; use a"):
        ConvTranspose2D(1, 1, 3, stride=2, output_padding=2, rng=rng())
    with pytest.raises(TypeError, match="Conv2D expects rng to be"):
        Conv2D(1, 1, 3, rng=0)


def test_repr_says_what_is_unusual():
    layer = Conv2D(1, 6, 5, rng=rng())
    assert repr(layer) == "Conv2D(1, 6, 5)"
    layer = Conv2D(2, 3, (3, 1), stride=2, padding=(1, 0), dilation=4, rng=rng())
    assert repr(layer) == "Conv2D(2, 3, (3, 1), stride=2, padding=(1, 0), dilation=4)"
    layer = ConvTranspose2D(2, 3, 3, stride=2, output_padding=1, rng=rng())
    assert repr(layer) == "ConvTranspose2D(2, 3, 3, stride=2, output_padding=1)"
    assert repr(MaxPool2D(2)) == repr(MaxPool2D(2, stride=2)) == "MaxPool2D(2)"
    assert repr(AveragePool2D(3, stride=(1, 2))) == "AveragePool2D(3, stride=(1, 2))"
    assert repr(Sequential(Upsample2D(2), Flatten())) == "Sequential(Upsample2D(2), Flatten())"


# ---------------------------------------------------------------- windows and the summary


def test_receptive_field_is_what_the_gradient_reaches():
    network = Sequential(
        Conv2D(1, 1, 3, padding=1, rng=rng(), dtype=float),
        AveragePool2D(2),
        Conv2D(1, 1, (3, 2), dilation=(1, 2), rng=rng(), dtype=float),
        Tanh(),
        AveragePool2D(2, stride=1),
    )
    x = rng(1).normal(size=(1, 1, 40, 40))
    output = network.forward(x)
    *_, last = receptive_fields(layer.window for layer in network.layers)
    (height, width), (down, right) = last
    seen = []
    for i, j in ((3, 4), (4, 5)):  # in the middle, where no window meets the frame
        grad = np.zeros_like(output)
        grad[0, 0, i, j] = 1.0
        network.forward(x)
        rows, columns = np.nonzero(network.backward(grad)[0, 0])
        seen.append((rows.min(), columns.min()))
        assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (height, width)
    assert (seen[1][0] - seen[0][0], seen[1][1] - seen[0][1]) == (down, right)
    assert network.window == Window(size=(height, width), stride=(down, right))


def test_what_ends_the_receptive_field():
    three = Window(size=(3, 3), stride=(2, 2))
    assert list(receptive_fields([three, None, three])) == [((3, 3), (2, 2)), None, None]
    assert Sequential(MaxPool2D(2), Flatten()).window is None
    assert Sequential(ReLU(), Tanh()).window == Window()


def test_summary_of_a_network_with_images():
    summary = small_network().summary((1, 8, 8))
    assert [row.output_shape for row in summary.rows] == [
        *((3, 8, 8), (3, 8, 8), (3, 4, 4), (4, 2, 2), (4, 2, 2), (16,), (2,)),
    ]
    assert [row.parameters for row in summary.rows] == [30, 0, 0, 52, 0, 0, 34]
    # 27 weights at 8 x 8 places, 48 at 2 x 2, 32 once
    assert [row.multiply_adds for row in summary.rows] == [27 * 64, 0, 0, 48 * 4, 0, 0, 32]
    assert summary.multiply_adds == small_network().multiply_adds((1, 8, 8)) == 1952
    fields = [row.receptive_field and row.receptive_field[0] for row in summary.rows]
    assert fields == [3, 3, 4, 6, 6, None, None]
    assert [row.jump and row.jump[0] for row in summary.rows] == [1, 1, 2, 4, 4, None, None]
    lines = str(summary).splitlines()
    assert lines[0].split() == [
        *("layer", "output", "parameters", "multiply-adds", "receptive", "field", "jump"),
    ]
    assert lines[1].startswith("Conv2D(1, 3, 3, padding=1) ")
    assert lines[1].endswith(" 1,728            3 x 3    1 x 1")
    assert lines[-1].split() == ["total", "116", "1,952"]
    assert len({len(line) for line in lines[:-1]}) == 1
    nested = Sequential(Sequential(*small_network().layers[:3]), Flatten())
    assert nested.summary((1, 8, 8)).rows[0].receptive_field == (4, 4)


def test_summary_of_images_asks_for_the_shape():
    with pytest.raises(ValueError, match=r"expects the shape of one sample .* write summary\(\(ch"):
        small_network().summary()
    with pytest.raises(ValueError, match=r"expects one sample of shape \(channels, .* got \(784,"):
        small_network().summary((784,))


def test_summary_of_dense_networks_is_as_narrow_as_before():
    network = Sequential(Dense(2, 3, rng=rng()), Tanh(), Dense(3, 1, rng=rng()))
    assert str(network.summary()).splitlines()[0].split() == ["layer", "output", "parameters"]
    assert network.summary().multiply_adds == 9
    assert Sequential(Tanh()).summary((5,)).rows[0].output_shape == (5,)
