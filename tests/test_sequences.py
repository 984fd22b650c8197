"""Sequences made to order: what each promises, and that the cells learn what they should."""

import numpy as np
import pytest

from nnlib import (
    GRU,
    LSTM,
    RNN,
    Adam,
    CrossEntropy,
    Dense,
    Sequential,
    evaluate,
    fit,
    normal,
    orthogonal,
)
from nnlib.datasets import (
    REBER_SYMBOLS,
    adding_problem,
    first_bit,
    is_reber,
    mackey_glass,
    pad,
    reber,
    reber_next,
    reber_strings,
    series,
    sines,
    windows,
)


def rng(seed=0):
    return np.random.default_rng(seed)


MAKERS = {
    "adding_problem": lambda rng: adding_problem(6, 9, rng=rng),
    "first_bit": lambda rng: first_bit(6, 9, rng=rng),
    "sines": lambda rng: sines(6, 9, noise=0.1, rng=rng),
    "mackey_glass": lambda rng: (mackey_glass(20, rng=rng),),
    "reber": lambda rng: reber(6, rng=rng),
    "reber_next": lambda rng: reber_next(6, rng=rng),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@each
def test_a_seed_decides_everything(make):
    first, again, other = make(rng(1)), make(rng(1)), make(rng(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


@each
def test_inputs_are_float32_and_rng_is_wanted(make):
    assert make(rng())[0].dtype == np.float32
    with pytest.raises(TypeError, match=r"expects rng to be a np.random.Generator"):
        make(0)


# ---------------------------------------------------------------- adding, first bit, sines


@pytest.mark.parametrize("length", [2, 3, 50])
def test_adding_marks_one_step_in_each_half(length):
    x, targets = adding_problem(500, length, rng=rng())
    assert x.shape == (500, length, 2)
    assert targets.shape == (500, 1)
    marks = x[:, :, 1]
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[:, : length // 2].sum(axis=1) == 1).all()
    assert (marks[:, length // 2 :].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 0).all()  # every step is marked at times
    np.testing.assert_allclose((x[:, :, 0] * marks).sum(axis=1), targets[:, 0], atol=1e-6)
    assert x[:, :, 0].min() >= 0
    assert x[:, :, 0].max() < 1


def test_who_answers_one_has_a_squared_error_of_a_sixth():
    _, targets = adding_problem(20_000, 10, rng=rng())
    assert np.mean((targets - 1) ** 2) == pytest.approx(1 / 6, abs=0.005)


def test_first_bit_is_in_the_first_step_only():
    x, labels = first_bit(1001, 30, noise=0.3, rng=rng())
    assert np.array_equal(x[:, 0, 0], np.where(labels == 1, 1, -1))
    assert labels.sum() == 500
    assert x[:, 1:].std() == pytest.approx(0.3, abs=0.01)
    correlation = np.corrcoef(labels, x[:, 1:, 0].mean(axis=1))[0, 1]
    assert abs(correlation) < 0.1


def test_sines_go_on():
    x, targets = sines(200, 60, rng=rng())
    assert x.shape == (200, 60, 1)
    wave = np.concatenate([x[:, :, 0], targets], axis=1).astype(float)
    assert np.abs(wave).max() <= 1
    # A sine satisfies s(t+1) + s(t-1) = 2 cos(w) s(t), so the ratio is one number for each wave.
    left, middle = wave[:, 2:] + wave[:, :-2], wave[:, 1:-1]
    cosine = (left * middle).sum(axis=1) / (middle**2).sum(axis=1) / 2
    np.testing.assert_allclose(left, 2 * cosine[:, None] * middle, atol=1e-5)
    periods = 2 * np.pi / np.arccos(cosine)
    assert periods.min() > 9.9
    assert periods.max() < 40.1
    noisy, same = sines(200, 60, noise=0.5, rng=rng())
    assert np.array_equal(same, targets)
    assert (noisy - x).std() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("length", [0, -1, 2.0, None])
def test_wrong_lengths_are_refused(length):
    for make in (first_bit, sines, adding_problem):
        with pytest.raises(ValueError, match=f"{make.__name__} expects length to be"):
            make(4, length, rng=rng())


@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf])
def test_wrong_noise_is_refused(noise):
    for make in (first_bit, sines):
        with pytest.raises(ValueError, match=f"{make.__name__} expects noise"):
            make(4, 5, noise=noise, rng=rng())


# ---------------------------------------------------------------- Mackey-Glass and windows


def test_mackey_glass_comes_to_rest_where_the_delay_is_short():
    np.testing.assert_allclose(mackey_glass(50, tau=2.0, rng=rng()), 1.0, atol=1e-6)


def test_mackey_glass_swings_and_never_repeats_at_17():
    x = mackey_glass(2000, rng=rng())
    assert x.shape == (2000,)
    assert 0.2 < x.min() < 0.5
    assert 1.2 < x.max() < 1.5
    later = np.lib.stride_tricks.sliding_window_view(x, 200)
    assert np.abs(later[200:] - later[0]).max(axis=1).min() > 0.02


def test_mackey_glass_carries_a_start_apart():
    """Two starts a little apart go apart, as they do in chaos."""
    near, far = (np.array(series._integrate(170, start, 40_000)) for start in (1.2, 1.2 + 1e-6))
    gap = np.abs(near - far)
    assert gap[:1000].max() < 1e-4
    assert gap[-5000:].max() > 0.01


def test_mackey_glass_agrees_with_a_finer_integration():
    """Euler's method with a hundredth of the step comes to the same, to its own error."""
    h, delay, start = 0.001, 17.0, 1.2
    steps, lag = round(30 / h), round(delay / h)
    x = [start] * (lag + 1)
    for i in range(steps):
        x.append(x[-1] + h * (0.2 * x[i] / (1 + x[i] ** 10) - 0.1 * x[-1]))
    ours = series._integrate(170, start, 300)
    np.testing.assert_allclose(ours[170::10], x[lag :: round(1 / h)], atol=2e-4)


@pytest.mark.parametrize("tau", [0, -1, 101, np.nan, "17", True, None])
def test_mackey_glass_refuses_other_delays(tau):
    with pytest.raises(ValueError, match="tau between 1 and 100"):
        mackey_glass(10, tau=tau, rng=rng())


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_windows_hold_the_series(ahead):
    values = np.arange(20.0)
    x, targets = windows(values, 4, ahead=ahead)
    assert x.shape == (17 - ahead, 4, 1)
    assert targets.shape == (17 - ahead, 1)
    np.testing.assert_array_equal(x[:, 0, 0], values[: 17 - ahead])
    np.testing.assert_array_equal(targets[:, 0], x[:, -1, 0] + ahead)
    x[0] = 9  # a copy: the other windows stay
    assert x[1, 0, 0] == 1


@pytest.mark.parametrize("shape", [(4,), (0,), (20, 1), ()])
def test_windows_refuse_what_is_too_short_or_no_series(shape):
    with pytest.raises(ValueError, match="windows expects a series of 5 values or more"):
        windows(np.zeros(shape), 4)


# ---------------------------------------------------------------- padding


def test_pad_and_its_refusals():
    x = pad([np.ones((3, 2)), np.ones((1, 2))])
    assert x.shape == (2, 3, 3)
    assert x[:, :, -1].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert not x[1, 1:].any()
    with pytest.raises(ValueError, match="at least one sequence"):
        pad([])
    for bad in (np.ones((2, 3)), np.ones((0, 2)), np.ones(4)):
        with pytest.raises(ValueError, match=r"pad expects arrays of shape .* at position 1 "):
            pad([np.ones((3, 2)), bad])


# ---------------------------------------------------------------- the Reber grammar


@pytest.mark.parametrize(
    ("string", "right"),
    [
        ("BTXSE", True),
        ("BTSSXXTVVE", True),
        ("BPVVE", True),
        ("BTXXVPSE", True),
        ("BPVPXVVE", True),
        ("BTXXTTVPSE", True),
        ("BTSSPXSE", False),
        ("BPTVVB", False),
        ("BTXSEE", False),
        ("TXSE", False),
        ("BTXS", False),
        ("", False),
        ("bpvve", False),
    ],
)
def test_strings_from_the_literature(string, right):
    assert is_reber(string) == right
    assert is_reber(f"BT{string}TE", embedded=True) == right
    assert not is_reber(f"BT{string}PE", embedded=True)


@pytest.mark.parametrize("embedded", [False, True])
def test_all_strings_written_are_right_and_all_arrows_are_walked(embedded):
    strings = reber_strings(2000, embedded=embedded, rng=rng())
    assert all(is_reber(string, embedded=embedded) for string in strings)
    assert set("".join(strings)) == set(REBER_SYMBOLS)
    assert min(map(len, strings)) == 5 + 4 * embedded
    firsts = [string[1] for string in strings]
    assert firsts.count("T") / 2000 == pytest.approx(0.5, abs=0.05)


def spelled(x):
    """The strings in a batch of one-hot rows."""
    return [
        "".join(REBER_SYMBOLS[k] for k in row[row[:, -1] == 1, :-1].argmax(axis=1)) for row in x
    ]


@pytest.mark.parametrize("embedded", [False, True])
def test_labels_say_which_strings_are_right(embedded):
    x, labels = reber(301, embedded=embedded, rng=rng())
    assert x.shape[2] == 8
    assert labels.sum() == 150
    assert (x[:, :, :-1].sum(axis=2) == x[:, :, -1]).all()
    assert [is_reber(s, embedded=embedded) for s in spelled(x)] == (labels == 1).tolist()


def test_next_symbols():
    x, labels = reber_next(50, rng=rng())
    for start, row in zip(spelled(x), labels, strict=True):
        following = "".join(REBER_SYMBOLS[k] for k in row[row >= 0])
        assert start[1:] == following[:-1]
        assert is_reber(start + following[-1])


# ---------------------------------------------------------------- learning them


def share_right(layer, *, steps=30, epochs=12, learning_rate=0.01, **options):
    """Train on the first bit, and measure on new sequences."""
    draw = rng(3)
    network = Sequential(layer, Dense(layer.hidden, 2, rng=draw))
    x, labels = first_bit(512, steps, rng=draw)
    optimizer = Adam(network.parameters(), learning_rate)
    options |= {"batch_size": 32, "epochs": epochs, "rng": draw}
    list(fit(network, CrossEntropy(), optimizer, x, labels, **options))
    return evaluate(network, CrossEntropy(), *first_bit(500, steps, rng=draw)).accuracy


def test_strings_of_different_lengths_pass_through_fit():
    draw = rng(0)
    x, labels = reber_next(256, rng=draw)
    network = Sequential(
        GRU(7, 12, rng=draw, masked=True, returns="all"), Dense(12, len(REBER_SYMBOLS), rng=draw)
    )
    loss, optimizer = CrossEntropy(ignore=-1), Adam(network.parameters(), 0.02)
    steps = list(fit(network, loss, optimizer, x, labels, batch_size=32, epochs=12, rng=draw))
    assert steps[0].loss == pytest.approx(np.log(7), rel=0.2)
    # The best that anybody can do: each arrow is a coin, but for the first and the last symbol.
    coins = (labels >= 0).sum() - len(labels)
    assert evaluate(network, loss, x, labels).loss == pytest.approx(
        coins * np.log(2) / (labels >= 0).sum(), rel=0.1
    )


def test_the_forget_bias_decides_whether_an_lstm_learns_the_first_bit():
    for seed in range(3):
        closed, opened = (
            share_right(LSTM(1, 8, rng=rng(seed), forget_bias=bias), steps=40)
            for bias in (0.0, 1.0)
        )
        assert opened > 0.99
        assert closed < 0.6


@pytest.mark.parametrize("seed", range(3))
def test_how_memory_of_eighty_steps_begins(seed):
    """Where the first weights pass a gradient on undiminished, the first bit is learnt."""

    def right(cell, **made):
        layer = cell(1, 16, rng=rng(seed), **made)
        options = {"learning_rate": 0.001, "clip_norm": 1.0}
        return share_right(layer, steps=80, epochs=24, **options)

    assert right(LSTM, forget_bias=1.0) > 0.99
    assert right(RNN, recurrent_initializer=orthogonal) > 0.99
    # A spectral radius of about 0.4, and 0.4 ** 80 is nothing. (At ten times the learning rate its
    # weights grow, and in the end it learns it, too.)
    assert right(RNN, recurrent_initializer=normal(0.1)) < 0.6
