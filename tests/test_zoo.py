"""Ready networks: they are what their papers say."""

from functools import partial

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    CosineAnnealing,
    CrossEntropy,
    MeanSquaredError,
    check_gradients,
    evaluate,
    fit,
    generate,
)
from nnlib.datasets import Vocabulary, character_windows, load_digits
from nnlib.zoo import (
    ALEXNET,
    CELLS,
    alexnet_summary,
    character_rnn,
    convolutional_autoencoder,
    deep_autoencoder,
    digits_mlp,
    lenet5,
    linear_autoencoder,
    sparse_autoencoder,
    xor_by_hand,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_xor_is_exact():
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    network = xor_by_hand()
    assert network.forward(x).tolist() == [[0.0], [1.0], [1.0], [0.0]]
    hidden = network.trace(x)[1]
    assert hidden.tolist() == [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]]


def test_digits_mlp():
    network = digits_mlp(rng=rng())
    assert network.summary().parameters == 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10
    assert network.forward(np.zeros((3, 784), np.float32)).shape == (3, 10)


def test_lenet5_has_the_usual_count():
    summary = lenet5(rng=rng()).summary((1, 28, 28))
    learnt = [row.parameters for row in summary.rows if row.parameters]
    # As in the paper, where every filter of the second convolution sees all six channels.
    assert learnt == [156, 2416, 48_120, 10_164, 850]
    assert summary.parameters == 61_706
    shapes = [row.output_shape for row in summary.rows]
    assert shapes[0] == (6, 28, 28)
    assert shapes[2] == (6, 14, 14)
    assert shapes[3] == (16, 10, 10)
    assert shapes[5] == (16, 5, 5)
    assert shapes[-1] == (10,)
    assert summary.rows[5].receptive_field == (16, 16)
    assert lenet5(rng=rng(), classes=4).summary((1, 28, 28)).parameters == 61_706 - 6 * 85


def test_lenet5_learns():
    x = rng(1).uniform(size=(40, 1, 28, 28)).astype(np.float32)
    y = np.arange(40) % 10  # noise, to be learnt by heart
    network = lenet5(rng=rng())
    optimizer = SGD(network.parameters(), 0.05, momentum=0.9)
    losses = [
        step.loss
        for step in fit(
            network, CrossEntropy(), optimizer, x, y, batch_size=20, epochs=60, rng=rng()
        )
    ]
    assert losses[0] == pytest.approx(np.log(10), rel=0.3)
    assert max(losses[-2:]) < 0.5


def test_lenet5_goes_back_rightly():
    network = lenet5(rng=rng(), dtype=np.float64)
    x, y = rng(1).normal(size=(2, 1, 28, 28)), np.array([3, 7])
    loss = CrossEntropy()
    network.backward(loss.gradient(network.forward(x), y))
    for parameter in network.parameters():  # one number of each; all would take minutes
        grad, index = parameter.grad.copy(), (0,) * parameter.value.ndim
        kept = parameter.value[index]
        around = []
        for nudge in (1e-5, -1e-5):
            parameter.value[index] = kept + nudge
            around.append(loss.value(network.forward(x), y))
        parameter.value[index] = kept
        slope = (around[0] - around[1]) / 2e-5
        assert slope == pytest.approx(grad[index], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("cell", "gates"), [("RNN", 1), ("LSTM", 4), ("GRU", 3)])
def test_character_rnn_has_an_answer_at_every_step(cell, gates):
    network = character_rnn(30, 8, cell=cell, rng=rng())
    assert type(network.layers[1]) is CELLS[cell]
    summary = network.summary((50,))
    assert [row.output_shape for row in summary.rows] == [(50, 16), (50, 8), (50, 30)]
    used = [0, gates * (16 * 8 + 8 * 8), 8 * 30]
    assert [row.parameters for row in summary.rows] == [30 * 16, used[1] + gates * 8, used[2] + 30]
    assert [row.multiply_adds for row in summary.rows] == [50 * weights for weights in used]
    assert network.forward(np.zeros((2, 50), int)).shape == (2, 50, 30)
    assert network.summary().parameters == summary.parameters


def test_character_rnn_learns_a_rhyme():
    text = "the wind blew the leaves over the wall " * 8
    vocabulary = Vocabulary(text)
    x, y = character_windows(vocabulary.encode(text), 20)
    network = character_rnn(len(vocabulary), 32, rng=rng())
    optimizer = Adam(network.parameters(), 0.01)
    losses = [
        step.loss
        for step in fit(
            network, CrossEntropy(), optimizer, x, y, batch_size=8, epochs=20, rng=rng()
        )
    ]
    assert losses[0] == pytest.approx(np.log(len(vocabulary)), rel=0.1)
    assert losses[-1] < 0.5
    said = generate(network, vocabulary, "the wind blew ", 15, temperature=0.0, rng=rng())
    assert said == "the leaves over"


@pytest.mark.parametrize("cell", ["lstm", "", None, "Dense"])
def test_character_rnn_names_its_cells(cell):
    with pytest.raises(ValueError, match=r"cell to be 'RNN' or 'LSTM' or 'GRU', got .*; take"):
        character_rnn(30, 8, cell=cell, rng=rng())


@pytest.mark.parametrize("make", [digits_mlp, lenet5, partial(character_rnn, 30, 8)])
def test_the_seed_decides(make):
    first, again, other = (make(rng=rng(seed)).parameters()[0].value for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    with pytest.raises(TypeError, match="rng"):
        make()


# ---------------------------------------------------------------- AlexNet


def test_alexnet_as_in_the_paper():
    rows = dict(zip([stage.name for stage in ALEXNET], alexnet_summary().rows, strict=True))
    assert [row.output_shape for row in rows.values()] == [
        *((96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13), (384, 13, 13)),
        *((384, 13, 13), (256, 13, 13), (256, 6, 6), (4096,), (4096,), (1000,)),
    ]
    # Section 3.5: kernels of 5 x 5 x 48, 3 x 3 x 256, 3 x 3 x 192 and 3 x 3 x 192.
    assert rows["conv1"].parameters == 96 * (11 * 11 * 3 + 1)
    assert rows["conv2"].parameters == 256 * (5 * 5 * 48 + 1)
    assert rows["conv3"].parameters == 384 * (3 * 3 * 256 + 1)
    assert rows["conv4"].parameters == 384 * (3 * 3 * 192 + 1)
    assert rows["conv5"].parameters == 256 * (3 * 3 * 192 + 1)
    assert rows["fc6"].parameters == 4096 * (9216 + 1)
    assert alexnet_summary().parameters == 60_965_224
    assert rows["conv1"].multiply_adds == 55 * 55 * 96 * 363
    assert rows["pool5"].receptive_field == (195, 195)
    assert rows["pool5"].jump == (32, 32)
    assert rows["fc6"].receptive_field is None


def test_alexnet_as_one_network():
    whole, halves = alexnet_summary(two_towers=False), alexnet_summary()
    assert whole.parameters == 62_378_344
    assert [row.output_shape for row in whole.rows] == [row.output_shape for row in halves.rows]
    # Where a tower saw half of the channels, the whole network has twice the work.
    ratios = [
        (stage.name, one.multiply_adds / half.multiply_adds)
        for stage, one, half in zip(ALEXNET, whole.rows, halves.rows, strict=True)
        if half.multiply_adds
    ]
    assert [name for name, ratio in ratios if ratio == 2] == ["conv2", "conv4", "conv5"]
    assert {ratio for _, ratio in ratios} == {1.0, 2.0}
    text = str(whole).splitlines()
    assert text[1].split()[0] == "conv1"
    assert text[-1].split()[1] == "62,378,344"


# ---------------------------------------------------------------- autoencoders


@pytest.fixture(scope="module")
def pixels():
    return load_digits(rng=rng()).x_train


def trained(network, x, target, *, rate, epochs):
    loss, optimizer = MeanSquaredError(), Adam(network.parameters(), rate)
    list(fit(network, loss, optimizer, x, target, epochs=epochs, batch_size=32, rng=rng()))
    return evaluate(network, loss, x, target).loss


@pytest.mark.parametrize(
    ("make", "sample", "code"),
    [
        (lambda g, **o: linear_autoencoder(64, 3, rng=g, **o), (64,), (3,)),
        (lambda g, **o: deep_autoencoder((64, 20, 5), rng=g, **o), (64,), (5,)),
        (lambda g, **o: sparse_autoencoder(64, 90, rng=g, **o), (64,), (90,)),
        (lambda g, **o: convolutional_autoencoder(rng=g, **o), (1, 8, 8), (4, 2, 2)),
        (lambda g, **o: convolutional_autoencoder(rng=g, **o), (1, 28, 28), (4, 7, 7)),
        (
            lambda g, **o: convolutional_autoencoder(rng=g, channels=(5, 2), **o),
            (1, 8, 8),
            (2, 2, 2),
        ),
    ],
)
def test_an_autoencoder_is_two_networks_and_a_code_between_them(make, sample, code):
    for dtype in (np.float32, np.float64):
        network = make(rng(), dtype=dtype)
        encoder, decoder = network.layers
        x = rng(1).uniform(size=(2, *sample)).astype(dtype)
        codes = encoder.forward(x)
        assert codes.shape == (2, *code)
        assert decoder.forward(codes).shape == x.shape
        np.testing.assert_array_equal(decoder.forward(codes), network.forward(x))
    if x.size < 200:  # larger ones differ in nothing but their size
        assert check_gradients(network, MeanSquaredError(), x, x, difference=1e-6).worst < 1e-5
    first, other = (make(rng(seed)).parameters()[0].value for seed in (1, 2))
    assert np.array_equal(first, make(rng(1)).parameters()[0].value)
    assert not np.array_equal(first, other)


def test_a_linear_autoencoder_spans_the_plane_of_the_first_principal_components(pixels):
    x = pixels.astype(np.float64)
    network = linear_autoencoder(64, 4, rng=rng(), dtype=np.float64)
    optimizer = Adam(network.parameters(), 0.05)
    schedule = CosineAnnealing(0.05, 0.0, iterations=1000)
    options = {"batch_size": len(x), "epochs": 1000, "rng": rng(), "schedule": schedule}
    list(fit(network, MeanSquaredError(), optimizer, x, x, **options))
    _, decoder = network.layers
    learnt, _ = np.linalg.qr(decoder.parameters()[0].value.T)  # (64, 4)
    _, _, components = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    cosines = np.linalg.svd(components[:4] @ learnt, compute_uv=False)  # of the principal angles
    assert cosines.min() > 0.999
    # Not so before training, and not with the components that come next.
    drawn, _ = np.linalg.qr(linear_autoencoder(64, 4, rng=rng()).parameters()[2].value.T)
    assert np.linalg.svd(components[:4] @ drawn, compute_uv=False).min() < 0.5
    assert np.linalg.svd(components[4:8] @ learnt, compute_uv=False).max() < 0.05


def test_deep_and_convolutional_autoencoders_learn_more_than_the_mean(pixels):
    deep = deep_autoencoder((64, 32, 8), rng=rng())
    assert trained(deep, pixels, pixels, rate=0.003, epochs=20) < 0.4 * pixels.var(axis=0).mean()
    images = pixels.reshape(-1, 1, 8, 8)
    loss = trained(convolutional_autoencoder(rng=rng()), images, images, rate=0.01, epochs=8)
    assert loss < 0.5 * pixels.var(axis=0).mean()


def test_the_code_of_a_sparse_autoencoder_is_mostly_silent(pixels):
    activity = {}
    for strength in (0.0, 0.01):
        network = sparse_autoencoder(64, 80, target=0.05, strength=strength, rng=rng())
        trained(network, pixels, pixels, rate=0.003, epochs=20)
        activity[strength] = network.layers[0].forward(pixels).mean()
    assert 0.02 < activity[0.01] < 0.1
    assert activity[0.0] > 3 * activity[0.01]


def test_noise_in_and_clean_samples_out_make_a_denoising_one(pixels):
    noisy = (pixels + rng(1).normal(0, 0.3, pixels.shape)).astype(np.float32)
    loss = trained(deep_autoencoder((64, 40), rng=rng()), noisy, pixels, rate=0.003, epochs=20)
    assert loss < 0.5 * np.square(noisy - pixels).mean()


@pytest.mark.parametrize("sizes", [(), (64,)])
def test_a_deep_autoencoder_needs_two_sizes(sizes):
    with pytest.raises(ValueError, match="expects two sizes or more, from"):
        deep_autoencoder(sizes, rng=rng())


def test_images_whose_sides_are_no_multiples_of_4_come_back_larger_and_are_refused():
    network, x = convolutional_autoencoder(rng=rng()), np.zeros((2, 1, 6, 6), np.float32)
    with pytest.raises(ValueError, match=r"shape \(2, 1, 8, 8\), got \(2, 1, 6, 6\)"):
        MeanSquaredError().value(network.forward(x), x)
