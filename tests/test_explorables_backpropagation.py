"""Lesson 04: what each explorable computes, and what its pictures and texts then say."""

import math
from typing import Any

import numpy as np
import pytest

from nnlib.datasets import Split
from nnlib.explorables import backpropagation as live
from nnlib.explorables import digit_pictures
from nnlib.explorables.backpropagation import (
    Cascade,
    Diamond,
    DrawADigit,
    GradientCheck,
    NumberTape,
    ShapePuzzle,
)
from nnlib.explorables.backpropagation.digit_network import (
    SOFTMAX,
    SQUARED,
    make_network,
    read_picture,
    retouch,
)
from nnlib.explorables.backpropagation.draw_a_digit import ANY
from nnlib.explorables.backpropagation.graph import work_forward
from nnlib.explorables.backpropagation.number_tape import LEAVES, NODES
from nnlib.explorables.backpropagation.rows_network import BUGS, NO_BUG, PARAMETERS
from nnlib.explorables.backpropagation.shape_puzzle import COLUMNS, FACTORS, ROWS, WANTED
from nnlib.explorables.backpropagation.strokes import STROKES, in_words, pen_digit
from nnlib.explorables.digit_pictures import as_seen


def draw_a_digit(**values):
    return DrawADigit(data="digits", **values)


KINDS = {name: getattr(live, name) for name in live.__all__} | {"DrawADigit": draw_a_digit}
each_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())


def same(one: Any, other: Any) -> bool:
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


# ---------------------------------------------------------------------- the same for all


@each_kind
def test_rewinding_and_going_on_leads_to_the_same(make):
    view, straight = make(), make()
    view.run(6)
    view.player.seek(3)
    assert view.player.step == 3
    three = make()
    three.run(3)
    newest = view.panels[0].name if type(view) is not DrawADigit else "lights"
    for key, value in three.frame()[newest].items():
        assert same(value, view.frame()[newest][key]), key
    if type(view) is not DrawADigit:  # its batches are drawn anew
        view.run(3)
        straight.run(6)
        for key, value in straight.frame()[newest].items():
            assert same(value, view.frame()[newest][key]), key


# ---------------------------------------------------------------------- tapes


def value_of_loss(**given: float) -> float:
    """L of the small network, by plain arithmetic."""
    v = dict.fromkeys(LEAVES, 1.0) | {"x₁": -2.0, "x₂": -1.0} | given

    def sigma(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    h1 = sigma(v["w₁"] * v["x₁"] + v["w₂"] * v["x₂"])
    h2 = sigma(v["w₃"] * v["x₁"] + v["w₄"] * v["x₂"])
    return (v["y"] - sigma(v["w₅"] * h1 + v["w₆"] * h2)) ** 2


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if leaf != "y"])
def test_every_gradient_of_the_tape_is_that_of_differences(leaf):
    view = NumberTape()
    at = {"x₁": -2.0, "x₂": -1.0}.get(leaf, 1.0)
    above, below = (value_of_loss(**{leaf: at + h}) for h in (1e-6, -1e-6))
    assert view.number(leaf, "gradient") == pytest.approx((above - below) / 2e-6, abs=1e-9)
    assert view.number("L") == pytest.approx(value_of_loss())


def test_the_tape_begins_with_what_is_given_and_goes_straight_to_the_first_weight():
    view = NumberTape()
    assert view.frame()["tape"]["shown"] == len(LEAVES) == 9
    view.run(13)
    assert (view.moves[view.made - 1].node, view.moves[view.made - 1].what) == ("w₁", "gradient")
    assert "= 0.02147. 13 of 24 numbers" in view.summary()
    view.run(100)
    assert view.made == len(view.moves)
    assert view.player.step == len(view.moves) - 9
    with pytest.raises(ValueError, match="expects a node"):
        view.number("q")


def test_a_slider_changes_all_numbers_and_none_is_hidden_again():
    view = NumberTape()
    view.run(8)
    before = view.frame()["tape"]
    view.set("w5", 0.0)
    after = view.frame()["tape"]
    assert after["shown"] == before["shown"]
    assert not np.array_equal(after["numbers"], before["numbers"])
    assert view.number("w₁", "gradient") == 0
    assert view.player.step == 8


def answer(view: NumberTape, value: float) -> str:
    view.answer("tape", view.made, value)
    return view.frame()["tape"]["reply"]


def test_numbers_are_typed_before_they_are_shown():
    view = NumberTape()
    assert answer(view, -2.0) == "Not −2. Put the numbers of the inputs into z₁'s formula."
    assert view.player.step == 0
    assert answer(view, 3.0) == "The size is right. Look at the sign again."
    assert answer(view, 7.0) == "Not 7. Work out 1 × (−2) + 1 × (−1)."
    assert answer(view, -3.0) == "Right: 1 × (−2) + 1 × (−1) = −3."
    assert (view.player.step, view.made) == (1, 10)
    assert answer(view, -3.0).startswith("Right")
    assert answer(view, 0.047).startswith("Right")  # three decimals will do
    view.run(1)
    assert view.frame()["tape"]["reply"] == ""


def test_slips_on_the_way_back_are_named():
    view = NumberTape()
    view.run(8)  # next: the gradient of z₃
    assert (view.moves[view.made].node, view.moves[view.made].what) == ("ŷ", "gradient")
    answer(view, -0.953)
    assert "is what arrives from ŷ" in answer(view, -0.953)
    assert answer(view, 0.249) == "That is the slope alone. Multiply it by what arrives from ŷ."
    assert answer(view, -0.238).startswith("Right")
    view.run(11)
    assert "so far" in view.moves[view.made].words
    assert "used twice" in answer(view, 0.5)


def test_every_slip_gets_some_reply_and_every_right_number_is_taken():
    view = NumberTape()
    while view.made < len(view.moves):
        for wrong in (0.0, 1.0, -1.0, 123.0, 1e9):
            move = view.moves[view.made]
            if abs(wrong - move.number) > 0.01:
                assert len(answer(view, wrong)) > 15
        assert answer(view, round(view.moves[view.made].number, 4)).startswith("Right")


def test_the_cascade_multiplies_slopes():
    for x in (-0.7, 2 / 3, 1.0, 2.0):
        view = Cascade(x=x)
        x = view.values["x"]
        assert view.slope() == pytest.approx(-3 * (3 * x - 2))
        assert Cascade(x=x, nudge=0.001).nudged() == pytest.approx(view.slope(), abs=0.01)
        assert "∂y/∂x" in view.summary()
    flat = Cascade()
    flat.values["x"] = 2 / 3  # u is 0: the slope between two zeros must not be sought
    flat.changed("x")
    assert "∂y/∂x" in flat.summary()


@pytest.mark.parametrize("a", [-4, -1, 0, 2, 3])
@pytest.mark.parametrize("factor", [-5, 0, 1, 3])
def test_only_the_patient_way_agrees_with_differences(a, factor):
    view = Diamond(a=a, factor=factor)
    hasty, patient = view.answers()
    assert patient == pytest.approx(view.difference(), abs=1e-6)
    b = factor * a
    assert patient == factor * (2 * b + 1)
    assert hasty == factor * (b + 1) + patient  # the share through c comes with the first again
    view.run(20)
    agrees = math.isclose(hasty, patient)
    assert ("Here both agree" if agrees else "The hasty way is wrong") in view.summary()


def test_the_graph_works_on_any_numbers():
    moves = work_forward(NODES, dict.fromkeys(LEAVES, 0.0))
    assert moves[-1].number == 0.25


# ---------------------------------------------------------------------- checking gradients


def test_without_a_bug_the_error_has_a_valley_and_with_one_it_is_flat():
    view = GradientCheck()
    curve = view.curve("central")
    assert curve.min() < 1e-9
    assert min(curve[0], curve[-1]) > 1e-6
    for name, bug in BUGS.items():
        errors = GradientCheck(bug=name).errors(1e-5)
        wrong = {each for each in PARAMETERS if errors[each] > 1e-3}
        assert wrong == set(bug.spoils), name
        assert (
            GradientCheck(bug=name, part=bug.spoils[0]).frame()["curves"]["central"][1].min() > 0.1
        )


def test_a_guess_gets_the_answer_that_it_deserves():
    view = GradientCheck()
    assert "Choose a case" in view.verdict()
    view.set("guess", BUGS["case A"].rule)
    assert "There is no bug" in view.verdict()
    for name in BUGS:
        view = GradientCheck(bug=name)
        assert view.verdict().startswith("Wrong here: d")
        for guess, bug in BUGS.items():
            view.set("guess", bug.rule)
            if guess == name:
                assert view.verdict().startswith("Found.")
            elif set(bug.spoils) == set(BUGS[name].spoils):
                assert "would spoil the same gradients" in view.verdict()
            else:
                assert view.verdict().startswith("No: a bug in")


def test_training_with_a_bug_leaves_the_other_network_alone():
    right, buggy = GradientCheck(), GradientCheck(bug="case C")
    for view in (right, buggy):
        view.run(50)
    assert right.losses()[0] == right.losses()[1] == buggy.losses()[0]
    assert buggy.losses()[0] < buggy.losses()[1] < 0.32  # half the gradient, half the pace
    with pytest.raises(ValueError, match="Seed"):
        GradientCheck(seed=-1)
    assert GradientCheck().values["bug"] == NO_BUG


# ---------------------------------------------------------------------- shapes

SOLVED = {
    "Z₁ − b₁": ("A₀", False, "W₁", False),
    "Z₂ − b₂": ("A₁", False, "W₂", False),
    "dW₂": ("A₁", True, "dZ₂", False),
    "db₂": ("1", True, "dZ₂", False),
    "dA₁": ("dZ₂", False, "W₂", True),
    "dW₁": ("A₀", True, "dZ₁", False),
    "db₁": ("1", True, "dZ₁", False),
}


def puzzle(wanted, left, left_turned, right, right_turned, **more):
    return ShapePuzzle(
        wanted=wanted, left=left, left_turned=left_turned, right=right, right_turned=right_turned,
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("samples", [2, 4, 6])
def test_each_product_has_its_factors_in_both_notations(wanted, samples):
    left, left_turned, right, right_turned = SOLVED[wanted]
    rows = puzzle(wanted, *SOLVED[wanted], samples=samples, notation=ROWS)
    assert rows.solved()
    assert rows.verdict().startswith(f"Right: {wanted} = ")
    turn = [turned ^ (name == "1") for name, turned in ((left, left_turned), (right, right_turned))]
    columns = puzzle(wanted, right, turn[1], left, turn[0], samples=samples, notation=COLUMNS)
    assert columns.solved()
    np.testing.assert_allclose(columns.product(), rows.product().T)


def test_what_does_not_fit_is_told_with_help():
    assert "inner sizes 4 and 5 differ" in puzzle("dW₂", "A₁", False, "dZ₂", False).verdict()
    assert "but dW₂ must be 4 × 1" in puzzle("dW₂", "dZ₂", True, "A₁", False).verdict()
    accident = puzzle("dW₂", "A₁", False, "dZ₂", False, samples=4)
    assert "a size is there twice" in accident.verdict()
    assert not accident.solved()
    for left in FACTORS:
        for right in FACTORS:
            view = ShapePuzzle(wanted="dA₁", left=left, right=right)
            assert len(view.verdict()) > 40
            view.frame()


def test_the_product_fills_cell_by_cell():
    view = ShapePuzzle()
    assert np.isnan(view.frame()["product"]["values"]).all()
    view.run(6)
    data = view.frame()
    empty = np.isnan(data["product"]["values"]).ravel()
    assert empty[6:].all()
    assert not empty[:6].any()
    assert data["product"]["marked"] == [1, 1, 1, 1]
    assert data["left"]["marked"] == [1, 0, 1, 3]
    assert data["right"]["marked"] == [0, 1, 3, 1]
    view.run(100)
    assert view.player.step == 20


# ---------------------------------------------------------------------- drawing


@pytest.fixture(scope="module")
def trained():
    view = draw_a_digit()
    view.run(1500)
    return view


def test_it_learns_to_read_and_reads_strokes(trained):
    assert trained.test_accuracy() >= 0.95
    right = 0
    for digit in STROKES:
        trained.choose(in_words(digit))
        right += trained.read().answer == digit
    assert right >= 8


def test_with_squared_errors_it_learns_too():
    view = draw_a_digit(output=SQUARED)
    view.run(1500)
    assert view.test_accuracy() >= 0.93
    view.choose("a 4")
    reading = view.read()
    expected = ((reading.activations[-1] - np.eye(10)[4]) ** 2).sum()
    assert reading.cost == pytest.approx(expected, rel=1e-4)  # as the lesson counts it


def test_a_corner_is_lost_and_centring_finds_it(trained):
    trained.choose("a 4 in the corner, not centred")
    assert trained.read().answer != 4
    assert "Switch on" in trained.summary()
    trained.choose("a 4 in the corner, centred")
    assert trained.read().answer == 4
    shares = trained.shifted()
    assert shares[3] > 0.9
    assert max(shares[2], shares[4]) < 0.65
    assert max(shares[1], shares[5]) < 0.3


def test_a_retouched_three_is_read_as_an_eight_and_no_weight_moves(trained):
    trained.choose("a 3")
    assert trained.read().answer == 3
    before = [p.value.copy() for p in trained.network.parameters()]
    trained.choose("a 3 retouched into an 8")
    assert trained.read().answer == 8
    for parameter, kept in zip(trained.network.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, kept)
    picture = trained.seen()
    trained.set("retouch", 0.0)
    assert np.abs(picture - trained.seen()).max() <= 0.6 + 1e-6


def test_an_empty_paper_is_no_trouble(trained):
    trained.set("drawing", "")
    for centre in (True, False):
        trained.set("centre", centre)
        frame = trained.frame()
        assert frame["lights"]["flow_0"].shape == (3, 0)
        assert "The paper is empty" in trained.summary()
    trained.set("centre", True)
    trained.choose("a 3")


@pytest.mark.parametrize("output", [SOFTMAX, SQUARED])
@pytest.mark.parametrize("label", [-1, 2])
def test_the_gradient_of_the_picture_is_that_of_differences(output, label):
    rng = np.random.default_rng(0)
    network = make_network(64, output, rng)
    picture = rng.uniform(0.2, 0.8, size=(8, 8)).astype(np.float32)
    reading = read_picture(network, output, picture, label)
    wanted = reading.answer if label < 0 else label
    for place in ((0, 0), (3, 5), (7, 7)):
        nudge = np.zeros_like(picture)
        nudge[place] = 0.05
        above, below = (
            read_picture(network, output, p, wanted).cost
            for p in (picture + nudge, picture - nudge)
        )
        assert reading.gradient[place] == pytest.approx((above - below) / 0.1, abs=2e-3)
    closer = read_picture(network, output, retouch(network, output, picture, 2, 0.5), 2).cost
    assert closer < read_picture(network, output, picture, 2).cost


def test_flows_are_the_strongest_products_and_the_strongest_is_last(trained):
    trained.choose("a 5")
    data = trained.frame()["lights"]
    assert data["sizes"] == [16, 16, 10]
    activations = data["activations"]
    second = trained.network.layers[2].weight.value
    products = activations[:16, None] * second
    start, end, amount = data["flow_1"]
    np.testing.assert_allclose(products[start.astype(int), end.astype(int)], amount, rtol=1e-4)
    assert abs(amount[-1]) == pytest.approx(np.abs(products).max(), rel=1e-4)
    assert (np.diff(np.abs(amount)) >= 0).all()
    assert activations[-10:].sum() == pytest.approx(1, abs=1e-5)
    assert data["marked"] == 5
    trained.set("label", ANY)
    assert trained.frame()["lights"]["marked"] == -1


@pytest.mark.parametrize("side", [8, 28])
def test_a_drawing_reads_the_same_wherever_it_lies_if_it_is_centred(side):
    def seen(**where):
        drawing = np.array(pen_digit(5, size=0.5, **where), dtype=np.float32) / 255
        return as_seen(drawing, side, centred=True)

    middle, corner = seen(), seen(right=0.125, down=-0.125)
    assert middle.shape == (side, side)
    np.testing.assert_allclose(middle, corner, atol=0.02)
    assert 0 <= middle.min() <= middle.max() <= 1
    columns = middle.sum(axis=0) @ (np.arange(side) + 0.5) / middle.sum()
    assert columns == pytest.approx(side / 2, abs=0.07 * side)


def test_a_dot_and_a_full_paper_can_be_read(trained):
    for paper in (np.pad([[255]], ((0, 55), (55, 0))), np.full((56, 56), 255)):
        trained.set("drawing", paper.tolist())
        for centre in (True, False):
            trained.set("centre", centre)
            assert np.isfinite(trained.frame()["lights"]["activations"]).all()
    trained.set("centre", True)


def test_strokes_are_digits_only():
    for digit in (10, -1, "3", None):
        with pytest.raises(ValueError, match="digit from 0 to 9"):
            pen_digit(digit)
    assert all(np.max(pen_digit(digit)) == 255 for digit in STROKES)


def test_data_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="'best', 'digits' or 'mnist'"):
        DrawADigit(data="letters")
    with pytest.raises(ValueError, match="Seed"):
        DrawADigit(data="digits", seed=-1)


def test_with_mnist_the_network_is_that_of_the_lesson(monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(200, 784)).astype(np.float32)
    y = np.arange(200) % 10
    made_up = Split(x, y, x[:50], y[:50])
    monkeypatch.setattr(digit_pictures, "load_mnist", lambda: made_up)
    view = DrawADigit(data="mnist")
    assert (view.side, view.dataset) == (28, "mnist")
    assert sum(p.value.size for p in view.network.parameters()) == 13_002
    assert len(view.data.x_train) == 200  # no turned copies: MNIST is large enough
    view.run(5)
    data = view.frame()["lights"]
    assert data["picture"].shape == (28, 28)
    assert data["filters"].shape == (16, 28, 28)
    assert data["flow_0"][0].max() < 784
    for name in view.presets:
        view.choose(name)
        view.frame()
    monkeypatch.setattr(digit_pictures, "mnist_available", lambda: False)
    small = draw_a_digit()
    before = small.state
    with pytest.raises(ValueError, match="load_mnist"):
        small.restore(before.replace('"data": "digits"', '"data": "mnist"'))
    assert small.state == before
