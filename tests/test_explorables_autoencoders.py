"""Lesson 08: what each control does, and what the pictures and texts then say."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib.explorables.autoencoders import (
    BoltzmannDreams,
    Bottleneck,
    DrawAndDenoise,
    FewLabels,
    HoleFinder,
    Overcomplete,
    PCADuel,
    PlaneWalk,
)
from nnlib.explorables.autoencoders.bottleneck import CONVOLUTIONAL, LINEAR
from nnlib.explorables.autoencoders.digits import Neighbours, one_of_each, pictures, split_of
from nnlib.explorables.autoencoders.draw_and_denoise import (
    ERASED,
    FLIPPED,
    SPECKLED,
    spoil,
)
from nnlib.explorables.autoencoders.dreams import DIGITS, FIRST, ONE, STACK
from nnlib.explorables.autoencoders.features import KINDS, choose_labelled
from nnlib.explorables.autoencoders.hole_finder import SHOWN
from nnlib.live import Bars, Images
from nnlib.views import draw_plane

KINDS_OF_VIEW = (
    PlaneWalk,
    PCADuel,
    Bottleneck,
    Overcomplete,
    DrawAndDenoise,
    HoleFinder,
    BoltzmannDreams,
    FewLabels,
)
each_kind = pytest.mark.parametrize("kind", KINDS_OF_VIEW, ids=lambda kind: kind.__name__)


def same(frame, other, but=()):
    for name, data in frame.items():
        for key, value in data.items():
            if key not in but:
                np.testing.assert_array_equal(value, other[name][key], err_msg=f"{name} {key}")


# ---------------------------------------------------------------------- frames and words


@each_kind
def test_frames_hold_what_the_panels_declare(kind):
    view = kind()
    for steps in (0, 1, 12):
        view.run(steps)
        frame = view.frame()
        assert set(frame) == {panel.name for panel in view.panels}
        for panel in view.panels:
            data = frame[panel.name]
            for part in ("series", "paths", "lines"):
                for line in getattr(panel, part, ()):
                    assert data[line["name"]].dtype == np.float32
                    assert data[line["name"]].ndim == 2
            if isinstance(panel, Bars):
                assert data["values"].dtype == np.float32
                assert len(data["values"]) <= len(panel.labels)
            if isinstance(panel, Images):
                assert data["images"].dtype == (np.int8 if panel.signed else np.uint8)
                assert data["images"].shape[1:] == (8, 8)
            assert len(data["alt"]) > 15
        for text in (view.summary(), *(data["alt"] for data in frame.values())):
            assert not re.search(r"\b(nan|inf|None)\b", text), text
    assert view.stage.picture().startswith(b"\x89PNG")


@each_kind
def test_another_seed_is_another_run(kind):
    view, other = kind(seed=1), kind(seed=2)
    for lesson in (view, other):
        lesson.run(8)
    with pytest.raises(AssertionError):
        same(view.frame(), other.frame())
    other.reseed(1)
    other.run(8)
    same(view.frame(), other.frame())


# ---------------------------------------------------------------------- digits


def test_pictures_are_clipped_and_digits_found():
    rows = np.array([[-0.5] * 64, [0.5] * 64, [2.0] * 64])
    assert pictures(rows)[:, 0, 0].tolist() == [0, 128, 255]
    split = split_of(0)
    some = one_of_each(split.x_test, split.y_test)
    for digit, row in enumerate(some):
        places = np.flatnonzero((split.x_test == row).all(axis=1))
        assert digit in split.y_test[places]
    with pytest.raises(ValueError, match="read-only"):
        split.x_train[0] = 0


def test_neighbours_are_found_as_by_hand():
    rng = np.random.default_rng(0)
    x, asked = (rng.random((n, 64)).astype(np.float32) for n in (30, 4))
    differences = np.sqrt(((asked[:, None] - x) ** 2).mean(axis=2))
    neighbours = Neighbours(x)
    np.testing.assert_allclose(neighbours.distance(asked), differences.min(axis=1), rtol=1e-4)
    assert [neighbours.nearest(row) for row in asked] == differences.argmin(axis=1).tolist()


# ---------------------------------------------------------------------- the latent plane


def test_the_plane_draws_what_the_decoder_makes_of_a_code():
    view = PlaneWalk(z1=1.0, z2=-1.0)
    view.run(300)
    codes, mean, spread = view.codes()
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(codes.std(axis=0), 1, atol=1e-3)
    by_hand = view.decoder.forward((np.array([[1.0, -1.0]]) * spread + mean).astype(np.float32))
    np.testing.assert_array_equal(view.frame()["here"]["images"][0], pictures(by_hand)[0])
    back = view.decode(codes[:3])
    np.testing.assert_allclose(back, view.network.forward(view.data.x_train[:3]), atol=1e-4)
    before = view.frame()["here"]["images"][0]
    view.set("z1", -2.0)
    assert (view.frame()["here"]["images"][0] != before).any()


def test_the_first_row_of_tiles_is_the_top_of_the_plane():
    view = PlaneWalk()
    view.run(100)
    tiles = view.frame()["tiles"]["images"]
    cells = view.grid(9)
    top_left = np.array([[cells[:, 0].min(), cells[:, 1].max()]])
    np.testing.assert_array_equal(tiles[0], pictures(view.decode(top_left))[0])


def test_holes_are_found_by_hand_and_by_map():
    view = HoleFinder()
    assert "values" not in view.frame()["plane"]
    deepest, place = view.deepest()
    view.set("z1", float(place[0, 0]))
    view.set("z2", float(place[1, 0]))
    assert view.here() == pytest.approx(deepest, abs=0.02)
    assert "one of the deepest" in view.summary()
    view.set("map", SHOWN)
    plane = view.frame()["plane"]
    assert plane["values"].shape == (24, 24)
    assert plane["bold_level"] == view.limit
    np.testing.assert_array_equal(plane["marks"], place)
    share = float((plane["values"] > view.limit).mean())
    assert view.hole_share() == pytest.approx(share)
    view.set("z1", 0.0)
    view.set("z2", 0.0)
    assert "no hole" in view.summary()


def test_points_of_a_plane_are_written_as_labels():
    spec = {"x_range": (-1, 1), "y_range": (-1, 1), "point_labels": ["3", "8"]}
    points = {"points": [[0, 0], [0.5, 0.5], [0.2, 0.1]], "labels": [1, 0, 1]}
    ax = Figure().subplots()
    draw_plane(ax, spec, points)
    assert [(line.get_marker(), len(line.get_xdata())) for line in ax.lines] == [
        (r"$\mathsf{3}$", 1),
        (r"$\mathsf{8}$", 2),
    ]


# ---------------------------------------------------------------------- PCA


@pytest.mark.parametrize("code", [1, 2, 5])
def test_a_linear_autoencoder_finds_the_plane_of_pca(code):
    view = PCADuel(code=code)
    assert view.cosines().min() < 0.9
    view.run(400)
    assert view.cosines().round(3).tolist() == [1.0] * code
    assert view.error() == pytest.approx(view.least, rel=2e-3)
    assert view.error() >= view.least * (1 - 1e-6)
    assert "The same subspace" in view.summary()
    np.testing.assert_allclose(view.mixed(), view.components[:code], atol=0.02)


def test_the_duel_steps_by_tens():
    view = PCADuel()
    view.run(3)
    view.player.advance("ten")
    assert view.player.step == 10


# ---------------------------------------------------------------------- the bottleneck


def test_the_deep_network_beats_pca_with_few_numbers_and_stars_stay():
    view = Bottleneck(code=4)
    view.run(600)
    assert view.error() < view.pca_error(4)
    assert "Below PCA" in view.summary()
    view.set("code", 6)
    assert view.player.step == 0
    assert view.frame()["sizes"]["marks"].shape == (2, 1)
    view.run(100)
    assert view.frame()["sizes"]["marks"][0].tolist() == [4.0, 6.0]
    view.reseed(3)
    assert view.frame()["sizes"]["marks"].shape == (2, 0)


def test_pca_errors_fall_and_the_linear_network_stays_above():
    view = Bottleneck(code=8, kind=LINEAR)
    errors = [view.pca_error(size) for size in range(1, 33)]
    assert (np.diff(errors) < 0).all()
    view.run(800)
    assert view.error() > 0.97 * view.pca_error(8)
    assert "Without a bend" in view.summary()


def test_the_code_of_the_convolutional_network_is_rounded_up():
    view = Bottleneck(code=5, kind=CONVOLUTIONAL)
    assert view.code == 8
    encoder = view.network.layers[0]
    assert encoder.output_shape((1, 8, 8)) == (2, 2, 2)
    before = view.error()
    view.run(200)
    assert view.error() < 0.8 * before


# ---------------------------------------------------------------------- more numbers than pixels


def test_what_stands_in_the_way_decides_what_is_learnt():
    repaired, active = {}, {}
    for preset in ("Plain", "Sparse", "Denoising"):
        view = Overcomplete()
        view.choose(preset)
        view.run(1200)
        repaired[preset], active[preset] = view.repair_error(), view.activity()
    assert repaired["Denoising"] < 0.6 * repaired["Plain"]
    assert repaired["Sparse"] < 0.9 * repaired["Plain"]
    assert active["Sparse"] < 0.1 < 0.3 < active["Plain"]
    assert "It fills the holes" in view.summary()


def test_penalty_and_noise_change_while_it_learns():
    view = Overcomplete()
    view.run(300)
    before = view.activity()
    view.set("sparsity", 0.02)
    view.set("noise", 0.5)
    assert view.player.step == 300
    view.run(400)
    assert view.activity() < 0.6 * before


# ---------------------------------------------------------------------- drawing and denoising


def test_noise_of_each_kind():
    rng = np.random.default_rng(0)
    x = np.full((200, 64), 0.8, dtype=np.float32)
    erased, flipped = spoil(x, ERASED, 0.25, rng), spoil(x, FLIPPED, 0.25, rng)
    assert np.unique(erased).tolist() == [0.0, np.float32(0.8)]
    assert (erased == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert (flipped < 0.5).mean() == pytest.approx(0.25, abs=0.02)
    grey = spoil(x, SPECKLED, 0.2, rng)
    assert grey.dtype == np.float32
    assert grey.min() >= 0
    assert grey.max() <= 1
    for kind in (ERASED, FLIPPED, SPECKLED):
        np.testing.assert_array_equal(spoil(x, kind, 0.0, rng), x)


def test_it_cleans_and_moves_a_cross_towards_digits():
    view = DrawAndDenoise()
    view.run(700)
    assert view.error() < 0.5 * view.spoilt_error()
    view.choose("A cross, which is no digit")
    neighbours = Neighbours(view.data.x_train)
    seen = view.seen()
    assert neighbours.distance(view.cleaned(seen))[0] < neighbours.distance(seen)[0] - 0.03
    once = view.cleaned(seen)
    view.set("times", 2)
    np.testing.assert_array_equal(view.cleaned(seen), view.network.forward(once))
    view.choose("Empty paper")
    assert "The paper is empty" in view.summary()


def test_the_same_noise_until_its_number_changes():
    view = DrawAndDenoise()
    first = view.frame()["yours"]["images"]
    np.testing.assert_array_equal(view.frame()["yours"]["images"], first)
    view.set("draw", 7)
    assert (view.frame()["yours"]["images"][1] != first[1]).any()
    np.testing.assert_array_equal(view.frame()["yours"]["images"][0], first[0])


# ---------------------------------------------------------------------- Boltzmann machines


def test_it_dreams_of_digits_after_a_while():
    view = BoltzmannDreams()
    assert max(map(abs, view.unlikely())) < 1
    view.run(900)
    training, own, turned, noise = view.unlikely()
    assert noise > 20
    assert abs(own) < noise / 3
    assert abs(training) < 2
    assert turned > training


def test_without_learning_only_the_chains_move():
    view = BoltzmannDreams(learn=False)
    weights = [p.value.copy() for p in view.belief.machines[0].parameters()]
    chains = view.chains.copy()
    view.run(6)
    for parameter, value in zip(view.belief.machines[0].parameters(), weights, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
    assert (view.chains != chains).any()
    assert "only dreams" in view.summary()


def test_chains_begin_where_they_are_told():
    view = BoltzmannDreams()
    view.set("begin", DIGITS)
    np.testing.assert_array_equal(view.chains, view.data.x_test[:32] > 0.5)


def test_the_second_machine_begins_when_the_first_is_done():
    view = BoltzmannDreams(kind=STACK)
    first, second = (machine.weight.value for machine in view.belief.machines)
    untouched = second.copy()
    view.run(FIRST)
    np.testing.assert_array_equal(second, untouched)
    done = first.copy()
    view.run(60)
    assert view.level == 1
    np.testing.assert_array_equal(first, done)
    assert (second != untouched).any()
    assert "second machine learns" in view.summary()
    one = BoltzmannDreams(kind=ONE)
    one.run(FIRST + 1)
    assert one.level == 0


def test_weights_that_break_are_told():
    view = BoltzmannDreams()
    view.belief.machines[0].weight.value[0, 0] = np.inf
    with pytest.raises(FloatingPointError, match="no longer finite"):
        view.check()


# ---------------------------------------------------------------------- few labels


def test_every_kind_of_features_gets_the_same_labels():
    view = FewLabels(each=2)
    view.run(8)
    assert [len(shares) for shares in view.shares] == [2, 2, 2, 2]
    chosen = view.chosen(1)
    assert np.bincount(view.data.y_train[chosen]).tolist() == [2] * 10
    assert len(set(chosen)) == 20
    assert (view.chosen(0) != chosen).any()
    shown = view.frame()["labelled"]
    assert shown["captions"] == [str(digit) for digit in range(10)] * 2
    assert set(view.features) == set(KINDS)


def test_gains_are_those_of_pairs():
    view = FewLabels()
    view.shares = [[0.5, 0.7, 0.6], [0.6, 0.8, 0.7], [0.5, 0.7, 0.6], [0.4, 0.8]]
    assert view.error_of_gain(1) == pytest.approx((0.1, 0.0))
    assert view.error_of_gain(2) == (0.0, 0.0)
    gain, error = view.error_of_gain(3)  # the draws that both have
    assert gain == pytest.approx(0.0)
    assert error == pytest.approx(np.std([-0.1, 0.1], ddof=1) / np.sqrt(2))


def test_it_ends_and_says_so():
    view = FewLabels()
    view.shares = [[0.5] * 60 for _ in KINDS]
    assert list(view.steps()) == []
    assert "enough" in view.end_text
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="larger"):
        choose_labelled(np.arange(10), 2, rng)
