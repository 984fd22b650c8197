"""Lesson 09: what each control does, and what the pictures and texts then say."""

import numpy as np
import pytest

from nnlib.datasets import REBER_SYMBOLS, is_reber, load_text
from nnlib.explorables.recurrent import (
    CharacterWriter,
    Forecast,
    GradientHorizon,
    HandGates,
    Lengths,
    MemoryRace,
    ThroughTime,
    Unroll,
)
from nnlib.explorables.recurrent.cells import half_life, make_gru, make_rnn, state_gradients
from nnlib.explorables.recurrent.hand_gates import BY_HAND, PERFECT
from nnlib.explorables.recurrent.memory_race import NAMES
from nnlib.explorables.recurrent.unroll import NEXT, VERDICT
from nnlib.layers import LSTM
from nnlib.live.files import MOST_BYTES, take_file

KINDS = (
    Unroll,
    ThroughTime,
    GradientHorizon,
    HandGates,
    MemoryRace,
    Lengths,
    Forecast,
    CharacterWriter,
)
SMALL = {
    MemoryRace: {"length": 10},
    Forecast: {"members": 2},
    CharacterWriter: {"hidden": 16},
    Lengths: {"padding": 2},
}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def make(kind, **values):
    return kind(**(SMALL.get(kind, {}) | values))


# ---------------------------------------------------------------------- frames and words


def flat(state):
    """The numbers of a snapshot, one after the other."""
    if isinstance(state, dict):
        return np.concatenate([flat(state[name]) for name in sorted(state)])
    if isinstance(state, np.ndarray | int | float | bool | tuple):
        return np.asarray(state, dtype=np.float64).ravel()
    return np.zeros(0)


@each_kind
def test_going_back_and_on_again_leads_to_the_same_numbers(kind):
    view = make(kind)
    view.run(2)
    view.player.advance()
    there, said = flat(view.save_state()), view.summary()
    view.player.back()
    assert view.player.step == 2
    view.player.advance()
    np.testing.assert_array_equal(flat(view.save_state()), there)
    if kind not in (MemoryRace, Forecast, Lengths, CharacterWriter):  # these measure now and then
        assert view.summary() == said
    view.frame()


# ---------------------------------------------------------------------- the cell, unfolded


def test_the_cell_reads_to_the_end_unfolds_and_begins_anew():
    view = Unroll()
    first = view.string()
    view.run(len(first) - 1)
    assert view.values["time"] == len(first) - 1
    assert view.values["unfolded"] is False
    view.run(1)
    assert view.values["unfolded"] is True
    assert view.frame()["cell"]["unfold"] == 1.0
    view.run(len(first))
    assert view.string() != first
    assert view.values["time"] == 0


def test_what_it_answers_is_what_the_grammar_allows():
    view = Unroll()
    for _ in range(60):
        view.run(1)
        string, now = view.string(), view.values["time"]
        assert is_reber(string)
        if string[now] != "E":
            best = [REBER_SYMBOLS[k] for k in np.argsort(-view.reading()[1][now])[:2]]
            assert string[now + 1] in best
    untrained = Unroll(updates=0)
    assert untrained.reading()[1][0].max() < 0.5
    view.set("answer", VERDICT)
    frame = view.frame()
    assert frame["answer"]["labels"] == ["wrong", "right"]
    assert [text for text in frame["cell"]["outputs"] if text] == ["?"]


def test_time_stays_within_the_string_and_the_past_is_all_that_is_seen():
    view = Unroll()
    view.set("time", 13)
    assert view.values["time"] == len(view.string()) - 1
    view.set("time", 2)
    heat = view.frame()["states"]["states"]
    assert np.isfinite(heat[:, :3]).all()
    assert np.isnan(heat[:, 3:]).all()
    assert view.values["answer"] == NEXT


def test_the_gradient_that_comes_back_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    x, grad = rng.normal(size=(1, 5, 2)), rng.normal(size=(1, 3))
    for cell in (
        make_rnn(2, 3, radius=0.7, rng=rng, dtype=np.float64),
        make_gru(2, 3, update_bias=1.0, rng=rng, dtype=np.float64),
        LSTM(2, 3, rng=rng, dtype=np.float64),
    ):
        shares = state_gradients(cell, x, grad)
        cell.forward(x[:, :2])
        state = cell.state.copy()
        slopes = np.zeros(state.size)
        for k in range(state.size):
            ends = []
            for h in (1e-6, -1e-6):
                moved = state.copy()
                moved.ravel()[k] += h
                ends.append(float((cell.forward(x[:, 2:], state=moved) * grad).sum()))
            slopes[k] = (ends[0] - ends[1]) / 2e-6
        assert shares[3] == pytest.approx(np.linalg.norm(slopes) / np.linalg.norm(grad), rel=1e-6)
        np.testing.assert_allclose(state_gradients(cell, x, grad, every=2), shares[::2])


# ---------------------------------------------------------------------- back through time


def test_the_tape_judges_what_is_typed():
    view = ThroughTime()
    view.answer("tape", view.made, 1.0)
    assert "Right" in view.frame()["tape"]["reply"]
    view.answer("tape", view.made, -0.762)
    assert "sign" in view.frame()["tape"]["reply"]
    view.answer("tape", view.made, 0.3)
    assert "Work out tanh(1)" in view.frame()["tape"]["reply"]
    gathers = next(i for i, move in enumerate(view.moves) if "so far" in move.words)
    view.run(gathers - view.made)
    view.answer("tape", gathers, 5.0)
    assert "at every step" in view.frame()["tape"]["reply"]
    with pytest.raises(ValueError, match="the nodes are"):
        view.number("h₉")


# ---------------------------------------------------------------------- horizon and gates


def test_each_slider_of_the_horizon_moves_its_own_cell():
    view = GradientHorizon()
    before = {name: view.shares(name) for name in ("RNN", "LSTM", "GRU")}
    for control, owner in (("radius", "RNN"), ("forget_bias", "LSTM"), ("update_bias", "GRU")):
        view.set(control, 0.5)
        changed = {name for name in before if not np.array_equal(view.shares(name), before[name])}
        assert owner in changed
        before = {name: view.shares(name) for name in before}
    view.set("radius", 1.5)
    view.set("size", 0.0)
    assert "explodes" in view.summary()


def test_only_the_gates_of_the_cell_are_there():
    view = HandGates()
    assert view.idle() == ["reset_gate"]
    view.set("cell", "GRU")
    assert view.idle() == ["input_gate", "output_gate"]


def test_half_lives():
    steps = half_life(np.array([1.0, 3.0, 5.0]))
    np.testing.assert_allclose((1 / (1 + np.exp([-1.0, -3.0, -5.0]))) ** steps, 0.5)
    view = HandGates(forget_bias=3.0)
    assert view.frame()["half"]["marked_label"] == "14.3 steps"


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_a_perfect_schedule_gets_every_bell_and_open_gates_do_not(cell):
    view = HandGates(cell=cell, driver=PERFECT)
    view.run(400)
    assert view.score() == (10, 10)
    view.set("driver", BY_HAND)
    view.run(2000)
    right, bells = view.score()
    assert (right - 10) / (bells - 10) < 0.5


def test_gates_that_are_shut_keep_a_cell():
    view = HandGates(driver=PERFECT)
    view.run(1)
    kept = view.frame()["strip"]["c"][1, -1]
    view.choose("Shut in: keep, let nothing in")
    view.run(30)
    assert view.frame()["strip"]["c"][1, -1] == pytest.approx(kept, abs=0.02)
    assert view.frame()["strip"]["h"][1, -1] == 0
    view.set("forget_bias", -4.0)
    view.run(3)
    assert abs(view.frame()["strip"]["c"][1, -1]) < 1e-3


# ---------------------------------------------------------------------- training


def test_the_start_decides_the_race():
    view = MemoryRace(length=60)
    view.run(150)
    right = {name: view.accuracy(name) for name in NAMES}
    assert min(right[name] for name in ("rnn_a", "lstm_a", "gru_a")) > 0.9
    assert max(right[name] for name in ("rnn_b", "lstm_b", "gru_b")) < 0.7
    assert view.reach("rnn_b") < 1e-20 < 1e-9 < view.reach("lstm_a")
    assert "Solved by: RNN A, LSTM A" in view.summary()


def test_with_the_mask_it_makes_no_difference_how_many_zeros_follow():
    views = [Lengths(padding=padding) for padding in (0, 30)]
    for view in views:
        view.run(20)
    first, second = (view.answers("masked", 3) for view in views)
    end = len(views[0].string(3)) - 1
    np.testing.assert_allclose(first[: end + 1], second[: end + 1], atol=1e-4)
    np.testing.assert_allclose(second[end:], second[end], atol=1e-6)
    assert views[1].answers("plain", 3)[end:].std() > 1e-4


def test_a_single_network_has_a_band_that_does_not_widen():
    view = Forecast(members=1)
    view.run(20)
    band = view.frame()["series"]["band"]
    assert np.ptp(band[2] - band[1]) < 1e-5
    several = Forecast(members=3)
    several.run(20)
    half = np.diff(several.frame()["series"]["band"][1:], axis=0)[0]
    assert half[-1] > half[0]
    assert 0 <= several.coverage() <= 1


# ---------------------------------------------------------------------- the writer and its text


def test_what_it_writes_is_drawn_from_its_bars_and_cold_is_sure():
    view = CharacterWriter(hidden=16)
    view.run(40)
    assert set(view.written) <= set(view.vocabulary.characters)
    frame = view.frame()
    assert frame["text"]["fresh"] == 40
    assert view.frame()["text"]["fresh"] == 0
    warm = frame["next"]["values"]
    assert (np.diff(warm) <= 0).all()
    view.set("temperature", 0.05)
    assert view.frame()["next"]["values"][0] > warm[0]
    view.set("learns", False)
    weights = view.network.parameters()[1].value.copy()
    view.run(5)
    np.testing.assert_array_equal(view.network.parameters()[1].value, weights)
    assert len(view.written) == 45


def hand_in(view, content, name="mine.txt", size=None):
    message = {"type": "file", "panel": "text", "name": name}
    message["size"] = len(content) if size is None else size
    take_file(view, message, [content[:MOST_BYTES]])


POEM = "Der Frühling läßt sein blaues Band wieder flattern durch die Lüfte.\n" * 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_of_ones_own_in_any_encoding_is_learnt(encoding):
    view = CharacterWriter(hidden=16)
    view.run(3)
    hand_in(view, POEM.encode(encoding))
    assert view.text == POEM
    assert view.player.step == 0
    assert view.text_name == "mine.txt"
    view.run(5)
    assert set(view.written) <= set(POEM)
    view.frame()
    view.give_back("text")
    assert view.text == load_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty one"),
        (b"too short", "300 characters"),
        (b"%PDF-1.7" + bytes(range(256)) * 9, "a PDF"),
        (b"PK\x03\x04" + b"abc" * 500, "zip archive"),
        (np.random.default_rng(0).bytes(5000), "no text"),
        (bytes(5000), "no text"),
        (b"a" * 5000, "two different"),
    ],
)
def test_what_is_no_text_is_told_and_the_text_before_stays(content, said):
    view = CharacterWriter(hidden=16)
    view.run(5)
    written, weights = view.written, view.network.parameters()[1].value.copy()
    with pytest.raises(ValueError, match="The text before stays") as error:
        hand_in(view, content)
    assert said in str(error.value)
    assert (view.written, view.text) == (written, load_text())
    np.testing.assert_array_equal(view.network.parameters()[1].value, weights)
    view.run(2)


def test_large_texts_are_cut_many_kinds_are_fewer_and_names_are_plain():
    view = CharacterWriter(hidden=16)
    hand_in(view, b"Some words. " * 100_000, name="a\n<b>\u202eb", size=1_200_000)
    assert len(view.text) == 200_000
    assert "its first 200,000 characters" in view.summary()
    assert "\n" not in view.text_name
    assert "\u202e" not in view.text_name
    kinds = "".join(chr(0x4E00 + k) * (600 - k) for k in range(400))
    hand_in(view, kinds.encode())
    assert len(view.vocabulary) == 100
    assert "□" in view.text
    view.run(2)
    view.frame()


@pytest.mark.parametrize(
    ("message", "buffers"),
    [
        ({"panel": "loss", "name": "a", "size": 3}, [b"abc"]),
        ({"panel": ["text"], "name": "a", "size": 3}, [b"abc"]),
        ({"panel": "text", "name": 5, "size": 3}, [b"abc"]),
        ({"panel": "text", "name": "a", "size": True}, [b"abc"]),
        ({"panel": "text", "name": "a", "size": 2}, [b"abc"]),
        ({"panel": "text", "name": "a", "size": 10**9}, [bytes(MOST_BYTES + 1)]),
        ({"panel": "text", "name": "a", "size": 3}, []),
        ({"panel": "text", "name": "a", "size": 3}, None),
        ({"panel": "text", "name": "a", "size": 3}, ["abc"]),
    ],
)
def test_hostile_messages_change_nothing(message, buffers):
    view = CharacterWriter(hidden=16)
    with pytest.raises(ValueError, match="nothing has changed"):
        take_file(view, {"type": "file"} | message, buffers)
    assert view.text == load_text()
    with pytest.raises(ValueError, match="nothing has changed"):
        take_file(Unroll(), {"type": "give_back", "panel": "cell"}, None)


def test_a_bad_file_is_told_in_the_view_and_play_goes_on():
    view = CharacterWriter(hidden=16)
    message = {"type": "file", "panel": "text", "name": "x.pdf", "size": 8}
    view.stage._receive(None, message, [memoryview(b"%PDF-1.7")])
    view.player.tick()
    assert "x.pdf: expected a text file, got a PDF" in view.player.message
    view.run(3)
    assert len(view.written) == 3
