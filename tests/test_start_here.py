"""The first lesson: it learns what it promises, and the same every time."""

import os

import numpy as np
import pytest

from nnlib.datasets import Split, mnist_available
from nnlib.explorables import start_here
from nnlib.explorables.start_here import DigitsTraining, SpiralBoundary, digits, make_optimizer
from nnlib.layers import Parameter


def weights(lesson):
    return np.concatenate([p.value.ravel() for p in lesson.network.parameters()])


def test_digits_are_read_with_the_settings_a_learner_meets():
    """After 1,500 updates (33 passes): 96 % on average over five splits, and 94 % on each."""
    reached = []
    for seed in range(5):
        lesson = DigitsTraining(data="digits", seed=seed)
        lesson.run(1500)
        reached.append(lesson.test_accuracy())
    assert min(reached) >= 0.94
    assert np.mean(reached) >= 0.96
    assert sum(accuracy >= 0.96 for accuracy in reached) >= 3


@pytest.mark.parametrize("seed", range(4))
def test_the_spiral_is_told_apart_with_the_settings_a_learner_meets(seed):
    """2,000 updates: ten seconds at the first speed."""
    lesson = SpiralBoundary(seed=seed)
    lesson.run(2000)
    assert lesson.test_accuracy() > 0.95


def test_untrained_networks_guess():
    assert DigitsTraining(data="digits").test_accuracy() < 0.3
    assert SpiralBoundary().test_accuracy() < 0.75


LESSONS = {
    "digits": lambda **options: DigitsTraining(data="digits", **options),
    "spiral": SpiralBoundary,
}
each_lesson = pytest.mark.parametrize("make", LESSONS.values(), ids=LESSONS.keys())


@each_lesson
def test_the_same_seed_gives_the_same_curves(make):
    first, second, other = make(seed=3), make(seed=3), make(seed=4)
    for lesson in (first, second, other):
        lesson.run(200)
    np.testing.assert_array_equal(weights(first), weights(second))
    assert (weights(first) != weights(other)).any()
    for name, data in first.frame().items():
        for key, value in data.items():
            np.testing.assert_array_equal(value, second.frame()[name][key])
    steps = first.frame()["loss"]["train"][0]
    np.testing.assert_array_equal(steps, np.arange(0, 201, 2))  # step 0 and a hundred later


@each_lesson
def test_a_reset_gives_the_same_run_again(make):
    lesson = make()
    lesson.run(120)
    before = weights(lesson)
    lesson.player.reset()
    lesson.run(120)
    np.testing.assert_array_equal(weights(lesson), before)


@each_lesson
def test_before_the_first_update_alt_texts_and_curves_hold_numbers(make):
    lesson = make()
    for _ in range(2):
        for name, data in lesson.frame().items():
            assert "nan" not in data["alt"].lower(), name
            assert "inf" not in data["alt"].lower(), name
            for line in ("train", "test"):
                if line in data:
                    assert data[line].shape == (2, 1)
                    assert data[line][0, 0] == 0
                    assert np.isfinite(data[line]).all()
        assert "nan" not in lesson.summary()
        lesson.run(20)
        lesson.player.reset()  # and the same after starting anew


def test_the_loss_before_the_first_update_is_that_of_guessing():
    for lesson, classes in ((DigitsTraining(data="digits"), 10), (SpiralBoundary(), 2)):
        train, test = (lesson.frame()["loss"][line][1, 0] for line in ("train", "test"))
        assert 0.5 * np.log(classes) < train < 2 * np.log(classes)
        assert 0.5 * np.log(classes) < test < 2 * np.log(classes)


def test_training_after_a_rewind_cannot_land_in_the_future_left_behind():
    lesson = DigitsTraining(data="digits")
    lesson.run(400)
    assert lesson.test_accuracy() > 0.9
    lesson.set("learning_rate", 10.0)
    lesson.run(600)
    assert lesson.test_accuracy() < 0.5  # the rate has spoilt it
    lesson.player.seek(200)
    assert lesson.player.step == 200
    lesson.set("learning_rate", 0.1)
    lesson.run(600)
    assert lesson.player.step == 800
    assert 800 - lesson.player.snapshots.interval < lesson.player.snapshots.steps[-1] <= 800
    for step in (700, 1000, 300, 201):
        lesson.player.seek(step)
        assert abs(lesson.player.step - min(step, 800)) <= lesson.player.snapshots.interval
        assert lesson.test_accuracy() > 0.9


@each_lesson
def test_one_step_back_and_one_on_is_kept_as_it_is_now(make):
    lesson = make()
    lesson.run(10)
    before = weights(lesson)
    lesson.player.seek(9)
    lesson.set("learning_rate", 1.0)
    lesson.run(1)
    now = weights(lesson)
    assert (now != before).any()
    lesson.run(5)
    lesson.player.seek(10)
    np.testing.assert_array_equal(weights(lesson), now)


@each_lesson
@pytest.mark.parametrize("done", [0, 1, 7])
def test_epoch_goes_to_the_end_of_the_pass(make, done):
    lesson = make()
    samples = {DigitsTraining: 1438, SpiralBoundary: 300}[type(lesson)]
    batches = -(-samples // 32)
    lesson.run(done)
    for epochs in (1, 2):
        lesson.player.advance("epoch")
        assert lesson.player.step == epochs * batches
        assert lesson.player.message == ""
    lesson.run(batches - 1)
    lesson.player.advance("epoch")
    assert lesson.player.step == 3 * batches


def test_noise_that_moves_the_points_measures_anew_where_it_stands():
    lesson = SpiralBoundary()
    lesson.run(50)
    before = lesson.frame()["loss"]
    lesson.set("noise", 0.3)
    after = lesson.frame()["loss"]
    for line in ("train", "test"):
        np.testing.assert_array_equal(after[line][0], before[line][0])
        np.testing.assert_array_equal(after[line][1, :-1], before[line][1, :-1])
        assert after[line][1, -1] != before[line][1, -1]
    assert after["alt"] != before["alt"]


@each_lesson
def test_drawing_does_not_change_what_is_learnt(make):
    drawn, plain = make(), make()
    for _ in range(6):
        drawn.run(20)
        drawn.frame()
        drawn.summary()
    plain.run(120)
    np.testing.assert_array_equal(weights(drawn), weights(plain))


@pytest.mark.parametrize("data", ["MNIST", "", "cifar", None, 5])
def test_data_of_another_name_are_refused(data):
    with pytest.raises(ValueError, match="expects data to be 'best', 'digits' or 'mnist', got"):
        DigitsTraining(data=data)


def test_it_says_which_digits_it_shows():
    lesson = DigitsTraining(data="digits")
    assert "8 x 8" in lesson.source
    right = lesson.test_accuracy()
    wrong = round((1 - right) * 359)
    assert lesson.summary() == (
        f"Update 0: {right:.1%} of 359 8x8 test digits read right, {wrong} misread."
    )
    assert [p.value.shape for p in lesson.network.parameters()] == [
        (64, 32),
        (32,),
        (32, 10),
        (10,),
    ]


def test_the_digits_shown_are_those_misread():
    lesson = DigitsTraining(data="digits")
    lesson.run(100)
    frame = lesson.frame()["wrong"]
    answers = lesson.network.forward(lesson.data.x_test).argmax(axis=1)
    wrong = np.flatnonzero(answers != lesson.data.y_test)[:24]
    pixels = np.floor(lesson.data.x_test[wrong] * 255).reshape(-1, 8, 8)
    np.testing.assert_array_equal(frame["images"], pixels)
    truth = [f"{lesson.data.y_test[i]} → {answers[i]}" for i in wrong]
    assert frame["captions"] == truth


def test_bars_and_curves_agree_with_the_accuracy():
    lesson = DigitsTraining(data="digits")
    lesson.run(300)
    frame = lesson.frame()
    counts = np.bincount(lesson.data.y_test, minlength=10)
    share = (frame["classes"]["values"] * counts).sum() / counts.sum()
    assert share == pytest.approx(lesson.test_accuracy(), abs=1e-6)
    assert frame["accuracy"]["test"][1, -1] == pytest.approx(share, abs=1e-6)


def test_the_map_shows_what_the_network_answers_lowest_row_first():
    lesson = SpiralBoundary()
    lesson.run(1000)
    values = lesson.frame()["map"]["values"]
    size = lesson.resolution
    for row, column in [(0, 0), (0, size - 1), (size - 1, 0), (40, 70)]:
        middle = [-1.2 + 2.4 * (place + 0.5) / size for place in (column, row)]
        logits = lesson.network.forward(np.float32([middle]))[0]
        odds = np.exp(logits.astype(float) - logits.max())
        expected = 127 * (odds[1] - odds[0]) / odds.sum()
        assert values[row, column] == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize("name", [*start_here.OPTIMIZERS])
def test_every_name_in_the_menu_makes_its_optimizer(name):
    optimizer = make_optimizer(name, (Parameter(np.zeros(2)),), 0.1)
    family = {"momentum": "SGD", "Nesterov": "SGD"}.get(name, name)
    assert type(optimizer).__name__ == family


def check_mnist(lesson):
    shapes = [p.value.shape for p in lesson.network.parameters()]
    assert shapes == [(784, 128), (128,), (128, 10), (10,)]
    lesson.run(20)
    frame = lesson.frame()
    assert frame["wrong"]["images"].shape == (24, 28, 28)
    assert frame["weights"]["images"].shape == (32, 28, 28)
    assert "70,000" in lesson.source


def test_a_larger_network_reads_mnist(monkeypatch):
    """With made-up pixels in the shape of MNIST."""
    rng = np.random.default_rng(0)

    def pixels(count):
        return rng.random((count, 784), dtype=np.float32), rng.integers(0, 10, count)

    made_up = Split(*pixels(600), *pixels(1200))
    monkeypatch.setattr(digits, "load_mnist", lambda **_: made_up)
    lesson = DigitsTraining(data="mnist")
    check_mnist(lesson)
    # Curves are measured on the first of them.
    assert "of 1,000 MNIST test digits" in lesson.summary()


@pytest.mark.skipif("NNLIB_DATA_DIR" not in os.environ, reason="NNLIB_DATA_DIR is not set")
def test_mnist_itself_is_read():
    if not mnist_available():
        pytest.skip("NNLIB_DATA_DIR holds no MNIST")
    lesson = DigitsTraining(data="mnist")
    check_mnist(lesson)
    lesson.run(400)
    assert lesson.test_accuracy() > 0.85


def test_damaged_mnist_files_are_named_and_the_digits_take_their_place(tmp_path, monkeypatch):
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"{name}-ubyte.gz").write_bytes(b"damaged")
    monkeypatch.setenv("NNLIB_DATA_DIR", str(tmp_path))
    with pytest.warns(UserWarning, match="ubyte.gz"):
        lesson = DigitsTraining()
    assert lesson.network.layers[0].weight.value.shape == (64, 32)
