"""Text: the course's own, a learner's file, characters as numbers, and a network that writes."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from nnlib import (
    GRU,
    LSTM,
    RNN,
    Adam,
    CrossEntropy,
    Dense,
    Embedding,
    Sequential,
    fit,
    generate,
)
from nnlib.datasets import (
    Vocabulary,
    character_streams,
    character_windows,
    load_text,
    read_text,
    text,
)

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "nnlib" / "datasets" / "valley.txt"


def rng(seed=0):
    return np.random.default_rng(seed)


# ---------------------------------------------------------------- the course's own text


def test_the_text_is_the_one_that_the_table_of_data_names():
    table = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    [row] = [line for line in table.splitlines() if line.startswith("| `nnlib/datasets/valley")]
    content = FILE.read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(content).hexdigest() in row
    assert "CC BY 4.0" in row
    assert f"{len(content):,} bytes" in row


def test_the_text_is_plain():
    content = load_text()
    assert content.isascii()
    assert 6_000 < len(content) < 10_000
    assert len(Vocabulary(content)) == 48
    assert not any(line != line.strip() or "  " in line for line in content.splitlines())


def changed_copy(monkeypatch, tmp_path, content):
    (tmp_path / "valley.txt").write_bytes(content)
    monkeypatch.setattr(text.resources, "files", lambda package: tmp_path)


def test_line_ends_of_windows_do_not_matter(monkeypatch, tmp_path):
    expected = load_text()
    changed_copy(monkeypatch, tmp_path, FILE.read_bytes().replace(b"\n", b"\r\n"))
    assert load_text() == expected


def test_a_changed_text_is_refused(monkeypatch, tmp_path):
    changed_copy(monkeypatch, tmp_path, FILE.read_bytes() + b"!")
    with pytest.raises(ValueError, match=r"as it was delivered, .* install nnlib again"):
        load_text()


# ---------------------------------------------------------------- a file of the learner's own


def file_of(tmp_path, content):
    path = tmp_path / "own.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"plain", "plain"),
        ("Grüße, 日本 🙂".encode(), "Grüße, 日本 🙂"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
    ],
)
def test_a_file_of_text_is_read(tmp_path, content, expected):
    path = file_of(tmp_path, content)
    assert read_text(path) == read_text(str(path)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expects some text, got none in own.txt"),
        (b" \n\t\n", "expects some text, got none"),
        (b"\xef\xbb\xbf", "expects some text, got none"),
        ("Grüße".encode("latin-1"), "UTF-8, got the byte 0xfc at position 2 of own.txt; save it"),
        ("text".encode("utf-16"), "what looks like UTF-16 in own.txt"),
        ("text".encode("utf-16-le"), "bytes that no text holds"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "bytes that no text holds in own.txt"),
        (b"\x80" * 50, "UTF-8, got the byte 0x80 at position 0"),
        (b"a" * 101, "at most 100 bytes, got more in own.txt"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read_text(file_of(tmp_path, content), most=100)


def test_no_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"read_text expects .*absent.txt'; no such file"):
        read_text(tmp_path / "absent.txt")
    with pytest.raises(ValueError, match=r"choose a file in it"):
        read_text(tmp_path)


def test_an_endless_file_is_not_read_to_its_end():
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero")
    with pytest.raises(ValueError, match=r"read_text expects"):
        read_text("/dev/zero", most=1000)


# ---------------------------------------------------------------- characters as numbers


@pytest.mark.parametrize("sample", ["abba", load_text(), "日本語, Grüße 🙂\n"])
def test_what_was_encoded_can_be_decoded(sample):
    vocabulary = Vocabulary(sample)
    numbers = vocabulary.encode(sample)
    assert numbers.dtype == np.int64
    assert vocabulary.decode(numbers) == sample
    assert set(numbers) == set(range(len(vocabulary)))


def test_vocabularies_refuse_what_they_cannot_use():
    with pytest.raises(TypeError, match="expects a str, got bytes"):
        Vocabulary(b"abc")
    for short in ("", "aaaa"):
        with pytest.raises(ValueError, match="two different characters or more"):
            Vocabulary(short)
    vocabulary = Vocabulary("abc")
    with pytest.raises(ValueError, match="got 'x'; these are known: 'abc'"):
        vocabulary.encode("abxc")
    for wrong in ([3], [-1]):
        with pytest.raises(ValueError, match="numbers from 0 to 2"):
            vocabulary.decode(np.array(wrong))
    assert vocabulary.encode("").shape == (0,)
    assert vocabulary.decode(np.array([], int)) == ""


@pytest.mark.parametrize(("length", "stride"), [(1, 1), (4, 1), (4, 4), (9, 3)])
def test_windows_are_pieces_of_the_text(length, stride):
    numbers = np.arange(10)
    x, labels = character_windows(numbers, length, stride=stride)
    assert x.shape == labels.shape == (len(range(0, 10 - length, stride)), length)
    np.testing.assert_array_equal(labels, x + 1)
    np.testing.assert_array_equal(x[:, 0], range(0, 10 - length, stride))


@pytest.mark.parametrize("total", [25, 26, 30, 31])
def test_streams_go_on_from_batch_to_batch(total):
    numbers = np.arange(total)
    batches = list(character_streams(numbers, 3, 4))
    x = np.concatenate([x for x, _ in batches], axis=1)
    assert all(x.shape == labels.shape == (3, 4) for x, labels in batches)
    assert all((labels == x + 1).all() for x, labels in batches)
    assert (np.diff(x, axis=1) == 1).all()
    assert x.shape[1] == (total - 1) // 3 // 4 * 4


def test_too_short_a_text_is_refused():
    with pytest.raises(ValueError, match="character_windows expects 6 characters or more"):
        character_windows(np.arange(5), 5)
    with pytest.raises(ValueError, match="character_streams expects 13 characters or more"):
        character_streams(np.arange(12), 3, 4)
    with pytest.raises(ValueError, match=r"encoded as integers .* got shape \(9,\) of float64"):
        character_windows(np.zeros(9), 2)


# ---------------------------------------------------------------- a network that writes


def character_model(cell, vocabulary, hidden=16, returns="all"):
    draw, size = rng(1), len(vocabulary)
    return Sequential(
        Embedding(size, 8, rng=draw),
        cell(8, hidden, rng=draw, returns=returns),
        Dense(hidden, size, rng=draw),
    )


class Cycle(Embedding):
    """Always sure that the next character is the next in the vocabulary."""

    def __init__(self, size):
        super().__init__(size, size, rng=rng())
        self.weight.value[:] = 50 * np.roll(np.eye(size), 1, axis=1)


@pytest.mark.parametrize("temperature", [0, 1e-9, 0.5, 1.0])
def test_a_sure_network_writes_what_it_is_sure_of(temperature):
    vocabulary = Vocabulary("abc")
    written = generate(Cycle(3), vocabulary, "ca", 7, temperature=temperature, rng=rng())
    assert written == "bcabcab"


def test_temperature_shapes_the_draw():
    vocabulary, layer = Vocabulary("ab"), Embedding(2, 2, rng=rng())
    layer.weight.value[:] = [np.log(3.0), 0.0]  # a is three times as likely as b
    for temperature, share in ((1.0, 3 / 4), (0.5, 9 / 10), (100.0, 1 / 2)):
        written = generate(layer, vocabulary, "a", 4000, temperature=temperature, rng=rng())
        assert written.count("a") / 4000 == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("returns", ["all", "last"])
@pytest.mark.parametrize("cell", [RNN, LSTM, GRU])
def test_it_carries_the_state_instead_of_reading_all_again(cell, returns):
    vocabulary = Vocabulary("abcd")
    network = character_model(cell, vocabulary, returns=returns)
    written = generate(network, vocabulary, "ab", 12, temperature=0, rng=rng())
    text_so_far = "ab"
    for character in written:
        logits = network.forward(vocabulary.encode(text_so_far)[None]).reshape(-1, 4)[-1]
        assert vocabulary.characters[logits.argmax()] == character
        text_so_far += character


def test_the_states_are_afterwards_as_before():
    vocabulary = Vocabulary("abcd")
    network = Sequential(character_model(LSTM, vocabulary))  # nested
    layer = network.layers[0].layers[1]
    network.forward(np.array([[1, 2], [3, 0]]))
    state = layer.state
    first = generate(network, vocabulary, "a", 20, rng=rng(5))
    assert layer.state is state
    assert not layer.stateful
    assert generate(network, vocabulary, "a", 20, rng=rng(5)) == first
    layer.weight.value[:] = np.nan
    with pytest.raises(ValueError, match="finite logits"):
        generate(network, vocabulary, "a", 20, rng=rng(5))
    assert layer.state is state
    assert not layer.stateful


def test_generate_refuses():
    vocabulary, network = Vocabulary("abc"), Cycle(3)
    cases = [
        (("", 5), {}, "a prompt of one character or more"),
        (("x", 5), {}, "got 'x'"),
        (("a", 0), {}, "length to be"),
        (("a", 5), {"temperature": -1}, "temperature of 0 or more, got -1"),
        (("a", 5), {"temperature": np.nan}, "temperature of 0 or more"),
        (("a", 5), {"temperature": np.inf}, "temperature of 0 or more"),
        (("a", 5), {"temperature": "hot"}, "temperature of 0 or more"),
    ]
    for arguments, options, message in cases:
        with pytest.raises(ValueError, match=message):
            generate(network, vocabulary, *arguments, rng=rng(), **options)
    with pytest.raises(ValueError, match=r"expects 4 logits at a step, .* got .* \(1, 1, 3\)"):
        generate(network, Vocabulary("abcd"), "a", 5, rng=rng())
    with pytest.raises(TypeError, match="generate expects rng"):
        generate(network, vocabulary, "a", 5, rng=None)


def test_a_small_model_learns_a_rhyme_and_recites_it():
    rhyme = "the walk is long, the step is small. "
    vocabulary = Vocabulary(rhyme)
    x, labels = character_windows(vocabulary.encode(rhyme * 4), 20)
    network = character_model(GRU, vocabulary, hidden=32)
    optimizer = Adam(network.parameters(), 0.02)
    steps = fit(network, CrossEntropy(), optimizer, x, labels, epochs=30, rng=rng())
    losses = [step.loss for step in steps]
    assert losses[0] == pytest.approx(np.log(len(vocabulary)), rel=0.1)
    assert losses[-1] < 0.2
    written = generate(network, vocabulary, rhyme, len(rhyme), temperature=0, rng=rng())
    assert written == rhyme
